"""Who passed words on, from the speaker outward."""

from __future__ import annotations

import pytest

from allegata import Claim, claims_of_text


def read(text: str, outlet: str = "Coast Daily") -> list[Claim]:
    return [claim for claim in claims_of_text(text, "2023-06-14", outlet) if claim.action != "other"]


def hops(text: str, outlet: str = "Coast Daily") -> list[list[str]]:
    return [[hop.readings[0].name for hop in claim.conduits] for claim in read(text, outlet)]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        # told first, then who carried it, then who reports it
        ("A harbour pilot told Radio Brisa that ten men were arrested.", ["Radio Brisa"]),
        (
            "A harbour pilot told Radio Brisa, in comments reprinted by the weekly La Ola and later cited by ANSA, that ten men were arrested.",
            ["Radio Brisa", "La Ola", "ANSA"],
        ),
        (
            "The coroner said six men were killed, the Oslo paper Nordlys Avis reported, according to dpa.",
            ["Nordlys Avis", "dpa"],
        ),
        # a frame is outermost, whom it cites stands inside
        ("According to Bernama, the harbour master announced that ten men were arrested.", ["Bernama"]),
        (
            "Kyodo, citing the daily Asa Shimbun, quoted the harbour master as saying ten men were arrested.",
            ["Asa Shimbun", "Kyodo"],
        ),
        (
            "ANSA quoted the newspaper Il Molo as reporting that the harbour master had told Radio Brisa that ten men were arrested.",
            ["Radio Brisa", "Il Molo", "ANSA"],
        ),
        # quoted in the passive
        ("The harbour master was quoted by Kyodo as saying that ten men were arrested.", ["Kyodo"]),
        ("The harbour master was quoted as saying by the daily Il Molo that ten men were arrested.", ["Il Molo"]),
        # a statement, remarks, an interview
        ("In a letter published by the Harbour Gazette, the mayor said ten men were arrested.", ["Harbour Gazette"]),
        ("Appearing on state television, the mayor said ten men were arrested.", ["state television"]),
        ("Interviewed on Radio Nord, the mayor said ten men were arrested.", ["Radio Nord"]),
        ("ANSA interviewed the mayor at length. She said ten men were arrested.", ["ANSA"]),
        # a channel is its owner's
        ("ANSA's Telegram channel quoted the mayor as saying ten men were arrested.", ["ANSA"]),
        # two that heard it together are one hop
        ("Ten men were arrested, the mayor told ANSA and Kyodo.", ["ANSA and Kyodo"]),
        # who speaks for another is a hop
        ("The governor had freed ten men, her press officer told Kyodo.", ["Kyodo"]),
        ("An aide said on the mayor's behalf that ten men were arrested.", ["aide"]),
        ("Relaying a message from the mayor, spokesman Omar Verlo said ten men were arrested.", ["Omar Verlo"]),
        # the sentences after
        (
            "The mayor said ten men were arrested. The figure first appeared in the newspaper Il Molo. ANSA then repeated it.",
            ["Il Molo", "ANSA"],
        ),
        # a short name that elsewhere is a party's
        ("A forest guard told PTI that ten men were arrested.", ["PTI"]),
        # an outlet nobody knows, by what it does
        ("The Lofoten Dispatch, quoting a port guard, said ten men were arrested.", ["Lofoten Dispatch"]),
    ],
)
def test_the_hops_are_in_order_from_the_speaker(text: str, chain: list[str]) -> None:
    assert hops(text)[0] == chain


@pytest.mark.parametrize(
    "text",
    [
        "The mayor told a news conference that ten men were arrested.",
        "Asked by a Kyodo reporter, the mayor said ten men were arrested.",
        "The mayor, a former editor of the Harbour Gazette, said ten men were arrested.",
        "Ten Kyodo photographers were arrested, the mayor said.",
        "The mayor told a TV channel in Bergen that ten men were arrested.",
        "The mayor, who was mocked on Facebook, said ten men were arrested.",
        "Ten men were arrested over posts on Facebook, the mayor said.",
        "The mayor said that Facebook users were among the ten men who were arrested.",
        "The mayor told the Coast Daily that ten men were arrested.",
        "Bergen: The mayor said ten men were arrested.",
        "The mayor told President Ada Brill that ten men were arrested.",
        "The mayor told Bergen police that ten men were arrested.",
        "The Norwegian Harbour Rights Board said in a report on Monday that it had verified the arrest of ten men.",
        "The Norwegian Harbour Rights Board said that it had verified the arrest of ten men.",
    ],
)
def test_an_outlet_that_passed_nothing_on_is_no_hop(text: str) -> None:
    assert hops(text)[0] == []


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("Ten men were arrested, the mayor said.\nNo names were given.\nSource: Antara", ["Antara"]),
        ("BERGEN, 4 May (dpa).- Ten men were arrested, the mayor said.", ["dpa"]),
        ("Mayor: ten men arrested in Bergen - dpa\nThe mayor said ten men were arrested in Bergen.", ["dpa"]),
        ("BERGEN (Coast Daily / Kyodo - 4th May, 2023) Ten men were arrested, the mayor said.", ["Kyodo"]),
        ("Ten men were arrested, the mayor said. (With inputs from ANSA)", ["ANSA"]),
        ("Bergen, May 4, Kyodo - Ten men were arrested, the mayor said.", ["Kyodo"]),
        ("ANSA and Kyodo, Bergen, May 4 2023\nTen men were arrested, the mayor said.", ["ANSA and Kyodo"]),
    ],
)
def test_a_credit_is_the_outermost_hop(text: str, chain: list[str]) -> None:
    assert hops(text)[-1] == chain


def test_the_same_speaker_is_heard_through_the_same_outlet() -> None:
    text = (
        "Mayor Ada Brill said on Monday that ten men were arrested, according to Kyodo.\n"
        "The harbour master said six boats were seized.\n"
        "Five men were released, Brill said."
    )
    assert hops(text) == [["Kyodo"], [], ["Kyodo"]]


def test_what_is_said_to_everybody_or_on_another_day_needs_no_hop() -> None:
    text = (
        "Mayor Ada Brill told Kyodo on Monday that ten men were arrested.\n"
        "Brill told a press conference that five men were released.\n"
        "On Tuesday Brill said two men were charged."
    )
    assert hops(text) == [["Kyodo"], [], []]


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("The mayor of Bergen tweeted that ten men were arrested.", [["Twitter (post)"]]),
        ("Norway's fisheries ministry said in a Facebook post that ten men were arrested.", [["Facebook (post)"]]),
        ("Ten men were arrested, the coroner announced late on Monday on X.", [["X (post)"]]),
        ("The coroner said on the social media platform X that ten men were arrested.", [["X (post)"]]),
        ("The coroner said on social media that ten men were arrested.", [["social media (post)"]]),
        (
            "In a video posted on his Telegram channel, the mayor said ten men were arrested. He told reporters that six men were killed.",
            [["Telegram (post)"], []],
        ),
        (
            "The mayor wrote on the messaging app Telegram that ten men were arrested. Six men were killed, he added. The post also said four boats were seized.",
            [["Telegram (post)"]] * 3,
        ),
        (
            "Ten men were arrested, the mayor said in a tweet. The coroner told Kyodo that six men were killed.",
            [["Twitter (post)"], ["Kyodo"]],
        ),
        ("Ten men were arrested, the mayor wrote on Instagram, Kyodo reported.", [["Instagram (post)", "Kyodo"]]),
    ],
)
def test_a_platform_is_the_first_hop_of_what_is_published_there(text: str, chains: list[list[str]]) -> None:
    assert hops(text) == chains


def test_an_agency_is_known_by_its_name_where_its_state_stands_before() -> None:
    text = "Ten men were arrested, state news agency BONA reported, quoting the mayor. Six men were killed, she said."
    assert hops(text) == [["BONA"], ["BONA"]]


def test_two_speakers_of_one_sentence_keep_their_own_outlets() -> None:
    text = (
        "The coroner told Kyodo that ten men were killed, while the harbour master told ANSA that six men were killed."
    )
    assert hops(text) == [["Kyodo"], ["ANSA"]]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The harbour master was quoted as saying by Kyodo that ten men were arrested.", "The harbour master"),
        (
            "A notice, read on state radio and quoted by the daily Il Molo, which ANSA cited, said ten men were arrested.",
            "A notice",
        ),
        ("The daily Il Molo carried a speech by the mayor, who said ten men were arrested.", "the mayor"),
        (
            "According to a notice from the port office, distributed by ANSA, ten men were arrested.",
            "a notice from the port office",
        ),
        ("An aide said on the mayor's behalf that ten men were arrested.", "the mayor"),
    ],
)
def test_the_speaker_behind_an_outlet(text: str, source: str) -> None:
    (claim,) = read(text)
    assert claim.speakers[0].spans[0].text == source
