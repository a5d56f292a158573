"""Claims of single sentences, by cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from allegata import Claim, Speaker, claims_of_text

CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("cases").joinpath("claims.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
][1:]


def written(claim: Claim) -> str:
    count = claim.count.value if claim.count else None
    bounds = [str(each) if each is not None else "" for each in (count.low, count.high)] if count else ["", ""]
    period = claim.period.value if claim.period else None
    days = f"{period.start or ''}/{period.end or ''}" if period else "-"
    target = claim.target.value.name if claim.target and claim.target.value else "-"
    return f"{claim.status} {claim.action} {'–'.join(bounds)} {count.unit if count else '-'} | {days} | {target}"


@pytest.mark.parametrize(("text", "claims"), CASES, ids=[case[0] for case in CASES])
def test_the_claims_of_a_sentence(text: str, claims: str) -> None:
    made = [claim for claim in claims_of_text(text, "2023-08-09", "The Post") if claim.action != "other"]
    assert [written(claim) for claim in made] == claims.split("; ")


def speaker(text: str) -> Speaker:
    *_, claim = claims_of_text(text, "2023-08-09", "The Post")
    assert claim.speakers[0].value
    return claim.speakers[0].value


@pytest.mark.parametrize(
    "text",
    [
        "Officials said on condition of anonymity that ten men were arrested.",
        "A spokesman, who spoke on condition of anonymity, said ten men were arrested.",
        "Residents, who asked not to be named, said ten men were arrested.",
    ],
)
def test_a_withheld_name_is_anonymous(text: str) -> None:
    assert (speaker(text).named, speaker(text).anonymous) == (False, True)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("MAIDUGURI, Nigeria — The Nigerian army said ten men were killed.", "Army (Nigeria)"),
        ("Accra, 4 May 2022 - The Ghana Police Service said ten men were arrested.", "Police (Ghana)"),
    ],
)
def test_a_dateline_of_any_length_hides_no_speaker(text: str, body: str) -> None:
    assert speaker(text).body == body


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Rights monitors counted nearly 900 arrested.", "Rights monitors"),
        ("The group put arrests at more than 700.", "The group"),
        ("The monitor has documented at least 90 killings.", "The monitor"),
        ("The coach put three boys on the bench. Police arrested nine.", None),
    ],
)
def test_who_gives_a_number_is_its_speaker(text: str, source: str | None) -> None:
    *_, claim = claims_of_text(text, "2023-08-09", "The Post")
    assert next((span.text for mention in claim.speakers for span in mention.spans), None) == source


def test_a_denial_disputes_what_it_answers_and_hands_on_no_claim_of_its_own() -> None:
    text = "Police said 60 men were arrested in Lima. The bishop dismissed the claims on the radio."
    told, denied = claims_of_text(text, "2023-08-09", "The Post")
    assert (told.status, told.stance.class_, told.stance.spans[0].text) == (
        "asserted",
        "disputed",
        "dismissed the claims",
    )
    assert (denied.status, denied.stance.class_, denied.count) == ("denied", "neutral", None)


def test_a_rejected_figure_is_no_denial_of_what_happened() -> None:
    text = "The union said 60 men were arrested in Lima. The mayor rejected the figure."
    assert [claim.status for claim in claims_of_text(text, "2023-08-09", "The Post")] == ["asserted", "asserted"]


@pytest.mark.parametrize(
    "text",
    [
        "The poachers had shot at a boat, the ministry said.",
        "The murder rate of 106 per 100,000 made the country one of the deadliest, the mayor said.",
    ],
)
def test_what_acts_or_only_names_a_kind_is_no_happening(text: str) -> None:
    assert [claim.action for claim in claims_of_text(text, "2023-08-09", "The Post")] in ([], ["other"])


def test_what_a_body_says_of_itself_is_its_own() -> None:
    text = "The government said it had released 120 people, but the rights group Foro Claro said it could verify only 47 releases."
    made = claims_of_text(text, "2023-08-09", "The Post")
    told = [
        (each.count.value.low, each.speakers[0].value.body, each.conduits)
        for each in made
        if each.count and each.count.value and each.speakers[0].value
    ]
    assert told == [(120, "Government", ()), (47, "Foro Claro", ())]


def test_what_one_party_shows_is_no_evidence_for_another() -> None:
    text = "Police said 45 men were held in Kampala. The Harbour Union published a list of the names of 63."
    first = claims_of_text(text, "2023-08-09", "The Post")[0]
    assert first.evidence.class_ == "none_stated"
