"""Whose words a happening is told in, beyond the content of an attribution."""

from __future__ import annotations

import pytest

from allegata import claims_of_text


def told(text: str) -> list[tuple[str, str | None, str, str | None]]:
    """Return action, number words, speaker and day of each claim of *text* with a codable happening."""
    made = [each for each in claims_of_text(text, "2023-08-09", "The Post") if each.action != "other"]
    return [
        (
            each.action,
            each.count.value.phrase if each.count and each.count.value else None,
            (each.speakers[0].value.body or each.speakers[0].text) if each.speakers[0].value else "",
            each.spoken.value.start if each.spoken and each.spoken.value else None,
        )
        for each in made
    ]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "Six miners were held, the police chief said; two of them have been charged.",
            [("arrest", "Six", "Police", None), ("charge", "two", "Police", None)],
        ),
        (
            "Six miners were held, the police chief said; the union says nine were detained.",
            [("arrest", "Six", "Police", None), ("arrest", "nine", "the union", None)],
        ),
        (
            "Nine traffickers were arrested; in addition, the police chief said, four boats were seized.",
            [("arrest", "Nine", "Police", None), ("seize", "four", "Police", None)],
        ),
        (
            "The police chief said the search had yielded dozens of smugglers, since arrested.",
            [("arrest", "dozens", "Police", None)],
        ),
        (
            "Ten miners were held, the police chief said, bringing the number of arrests to 40.",
            [("arrest", "Ten", "Police", None), ("arrest", "40", "Police", None)],
        ),
        (
            "The union accused the police of having killed ten drivers.",
            [("kill", "ten", "The union", None)],
        ),
        ("The union asked about officers accused of having killed ten drivers.", []),
    ],
)
def test_a_speaker_goes_on_in_the_same_sentence(text: str, claims: list[tuple[str, str, str, str | None]]) -> None:
    assert told(text) == claims


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "Of those arrested, 40 were caught in Lima alone, the coroner wrote, and 12 in Puno.",
            ["the coroner", "the coroner"],
        ),
        (
            "Marines freed ten sailors off Oman, the navy of India said on Monday.\n\nSix boats were seized in the raid, which began at night. Four men were released, the navy of India said.",
            ["Navy (India)"] * 3,
        ),
        (
            "Marines freed ten sailors off Oman, the navy of India said on Monday.\n\nSix boats were seized in the raid. Four men were released, a coroner said.",
            ["Navy (India)", "The Post", "a coroner"],
        ),
    ],
)
def test_a_list_or_a_sentence_between_is_the_same_speaker_s(text: str, speakers: list[str]) -> None:
    assert [speaker for _, _, speaker, _ in told(text)] == speakers


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "Peru's navy caught ten smugglers off Paita, it said on Monday.\n\nAs a result of the searches, 11 rifles were seized.\n\nThree of the smugglers were charged on August 3.",
            ["Navy (Peru)"] * 3,
        ),
        (
            "Peru's navy caught ten smugglers off Paita, it said on Monday.\n\nIn 2019, 40 smugglers were arrested there.",
            ["Navy (Peru)", "The Post"],
        ),
        (
            "Peru's navy caught ten smugglers off Paita, it said on Monday.\n\nFour people have died in such chases.",
            ["Navy (Peru)", "The Post"],
        ),
        (
            "Peru's navy caught ten smugglers off Paita, it said on Monday.\n\nEleven rifles were seized, and a priest said they were old.",
            ["Navy (Peru)", "The Post"],
        ),
        (
            "A priest said ten smugglers were held off Paita.\n\nEleven rifles were seized.",
            ["A priest", "The Post"],
        ),
        (
            "Peru's navy caught ten smugglers off Paita, it said on Monday.\n\nSeparately, eleven rifles were seized.",
            ["Navy (Peru)", "The Post"],
        ),
        (
            "Peru's navy caught ten smugglers off Paita, it said on Monday, though a priest counted 12 arrests.\n\nFurthermore, two boats were seized.",
            ["Navy (Peru)", "a priest", "The Post"],
        ),
        (
            "Peru's army fought rebels near Puno, it said on Monday.\n\nThe security forces killed 14 gunmen in the fight.",
            ["Army (Peru)"],
        ),
        (
            "Peru's army fought rebels near Puno, it said on Monday.\n\nThe rebels' forces killed 14 soldiers in the fight.",
            ["The Post"],
        ),
        (
            "Peru's army fought rebels near Puno, it said on Monday.\n\nSecurity forces of the rebels killed 14 soldiers in the fight.",
            ["The Post"],
        ),
        (
            "Peru's army fought rebels near Puno, it said on Monday.\n\nThe security forces killed 14 gunmen on Tuesday.",
            ["The Post"],
        ),
        (
            "Peru's army fought rebels near Puno, it said on Monday.\n\nSoldiers had already killed nine gunmen there in May.",
            ["The Post"],
        ),
    ],
)
def test_the_only_authority_that_is_quoted_tells_what_authorities_do(text: str, speakers: list[str]) -> None:
    assert [speaker for _, _, speaker, _ in told(text)] == speakers


NAVY = "Raids\n\nTen smugglers were arrested on Monday, the Peruvian navy said.\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "Rebels of the Free Puno Front detained 12 soldiers at the weekend.",
        "The Chilean coast guard detained 40 fishermen last week.",
        "Chilean soldiers killed six fishermen on Tuesday.",
        "The rebel forces killed six fishermen on Tuesday.",
        "In neighbouring Chile, police arrested 11 men over the same ring.",
        "Every year, hundreds of migrants are deported from Peru.",
    ],
)
def test_what_others_did_or_what_was_abroad_or_long_before_is_not_the_only_source_s(text: str) -> None:
    assert [speaker for _, _, speaker, _ in told(NAVY + text)] == ["Navy (Peru)", "The Post"]


@pytest.mark.parametrize("published", ["0001-01-05", "2024-05", "9999-12-31", None])
def test_any_day_of_publication_is_fine(published: str | None) -> None:
    text = f"{NAVY}A further 11 men were detained on January 2."
    assert [each.action for each in claims_of_text(text, published, "The Post")] == ["arrest", "arrest"]


@pytest.mark.parametrize(
    "text",
    [
        "Rebels shot dead 12 soldiers at Puno. The defence ministry has not confirmed this.",
        "Rebels shot dead 12 soldiers at Puno. No army spokesman confirmed this on Tuesday.",
        "Rebels shot dead 12 soldiers at Puno. The minister would have made this public on Friday.",
        "Rebels shot dead 12 soldiers in a search of the bank's records.",
        "Rebels shot dead 12 soldiers, not 40 as in the government's figures.",
    ],
)
def test_who_did_not_tell_it_is_not_its_speaker(text: str) -> None:
    assert [speaker for _, _, speaker, _ in told(text)] == ["The Post"]


def test_a_headline_with_a_colon_is_one_claim() -> None:
    assert [each.action for each in claims_of_text("Quarry Gazette: forty held\n\nIt rained.")] == ["arrest"]


def test_a_statement_is_kept_where_only_what_comes_after_it_is_a_happening() -> None:
    text = "The customs office of Peru said that trade in shells is rising.\n\nEleven boats were seized in Paita."
    made = claims_of_text(text, "2023-08-09", "The Post")
    assert [(each.action, each.speakers[0].text) for each in made] == [
        ("other", "The customs office of Peru"),
        ("seize", "The customs office of Peru"),
    ]


def test_a_count_is_its_owner_s() -> None:
    text = "Sixty-one men have been hanged in Puno this year, by the league's count."
    assert [speaker for _, _, speaker, _ in told(text)] == ["the league"]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Nine smugglers were caught in Lima. Colonel Ada Brill disclosed this on Monday.", ["Ada Brill"]),
        ("Nine smugglers were caught in Lima. The colonel made this known on Monday.", ["The colonel"]),
        ("Nine smugglers were caught in Lima. The road that made this possible is new.", ["The Post"]),
        ("Nine smugglers were caught in Lima, a priest said. The colonel confirmed this on Monday.", ["a priest"]),
    ],
)
def test_who_disclosed_it_is_told_after_it(text: str, speakers: list[str]) -> None:
    made = [each for each in claims_of_text(text, "2023-08-09", "The Post") if each.action != "other"]
    assert [each.speakers[0].value.name or each.speakers[0].text for each in made if each.speakers[0].value] == speakers


def test_a_body_is_taken_up_as_it_in_its_own_sentence() -> None:
    text = "The army of Ghana killed 14 poachers in the north, it said on Monday."
    assert [speaker for _, _, speaker, _ in told(text)] == ["Army (Ghana)"]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "The army of Ghana killed 14 poachers in the north. It said they had come by boat.",
            [("kill", "14", "Army (Ghana)", None)],
        ),
        (
            "Rangers killed 14 poachers in the north. The poachers had come by boat, the Interior Ministry of Ghana said on Saturday.",
            [("kill", "14", "Ministry of Interior (Ghana)", "2023-08-05")],
        ),
        (
            "Rangers arrested nine loggers near Loreto. The raid began at dawn, Peru's interior ministry said.",
            [("arrest", "nine", "Ministry of Interior (Peru)", None)],
        ),
        (
            "Rangers arrested nine loggers near Loreto. Residents said they had done nothing.",
            [("arrest", "nine", "The Post", None)],
        ),
        (
            "Rangers arrested nine loggers near Loreto. Peru's interior ministry denied that they were loggers.",
            [("arrest", "nine", "The Post", None)],
        ),
        (
            "Rangers arrested nine loggers near Loreto. Peru's interior ministry said the road would stay closed.",
            [("arrest", "nine", "The Post", None)],
        ),
        (
            "Rangers arrest nine loggers\nRangers arrested them near Loreto. The raid began at dawn, Peru's interior ministry said.",
            [("arrest", "nine", "The Post", None)],
        ),
    ],
)
def test_who_goes_on_with_the_news_is_who_told_it(text: str, claims: list[tuple[str, str, str, str | None]]) -> None:
    assert told(text) == claims


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("ACCRA, May 13 (GNA): Rangers arrested 40 loggers on Friday.", "The Post"),
        ("CUSCO: Rangers arrested 40 loggers on Friday.", "The Post"),
        ("PESHAWAR / TANK: Forty loggers were arrested on Friday.", "The Post"),
        ("OWO, Nigeria: Forty loggers were arrested on Friday.", "The Post"),
        ("Mayor Ada Brill: We have arrested 40 loggers.", "Mayor Ada Brill"),
        ("Peru: 40 loggers were arrested on Friday.", "Government (Peru)"),
    ],
)
def test_a_dateline_is_nobodys_words(text: str, speaker: str) -> None:
    assert [each[2] for each in told(text)] == [speaker]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (
            "Security forces of Chile say they seized 12 boats. Monday's Interior Ministry statement placed the boats in the south.",
            "2023-08-07",
        ),
        (
            "The Coast Guard of Chile says it seized 12 boats over a fire on a ferry late last month, and names the captain.",
            None,
        ),
        ("Last month the Coast Guard of Chile said that it had seized 12 boats.", "2023-07-01"),
        (
            "With this, the cabinet of Peru highlighted, from May 1, 2023 to date 1,012 persons have been detained.",
            None,
        ),
        ("Since the beginning of the state of siege in May 2021, the army of Peru has recorded 90 arrests.", None),
        (
            "The army spokesman, Captain Ado Verlo, who gave this balance sheet on Monday, said ten men were held.",
            "2023-08-07",
        ),
        ("In a report published in May, the ombudsman had counted more than 120 civilians killed.", "2023-05-01"),
        ("The prosecutor said in a statement that ten men were held who were seen on Monday.", None),
        (
            "The Orva Trade Union says ten men were held, and the governor, Ada Brill, recalled on Monday that roads were closed.",
            None,
        ),
    ],
)
def test_the_day_of_a_statement_is_no_other_day(text: str, day: str | None) -> None:
    assert [each[3] for each in told(text)] == [day]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "The army said on Monday that two men were killed. No member of the navy was hurt. It added that 41 pistols were seized.",
            ["2023-08-07"] * 3,
        ),
        (
            "The army said on Monday that two men were killed.\n\nLater in the day Ado Verlo, the mayor of Puno, said ten men were held. Nine were freed, he added.",
            ["2023-08-07"] * 3,
        ),
        (
            "The navy says it arrested 67 men.\n\nIts director, Ado Verlo, made this known on Thursday at a briefing.\n\nMr Verlo said 92 captives were freed.",
            ["2023-08-03", "2023-08-03"],
        ),
    ],
)
def test_a_day_holds_for_what_is_said_again_on_it(text: str, days: list[str]) -> None:
    assert [each[3] for each in told(text)] == days


def test_the_third_of_three_statements_is_not_given_the_day_of_the_first() -> None:
    text = "Peru's army said on Monday that ten men were held.\n\nAn official said two were freed.\n\nThe general said nine were charged."
    assert [each[3] for each in told(text)] == ["2023-08-07", "2023-08-07", None]
