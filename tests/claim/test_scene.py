"""A place that no words near a happening say is the likeliest of those the report names, and never more than that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allegata import claims_of_text
from allegata.claim import RULES, Draft, reading_of, sample, set_scene, told_of
from allegata.claim.scene import BEFORE, step, views_of
from allegata.ground.place import LIKELIEST, told_places
from allegata.run import terminal

LEAD = "KISUMU - Police raided three houses in Nyalenda, Kisumu, on Tuesday and arrested nine men, county commander Jane Odero said."
"""A report of one town."""
BETWEEN = "The estate lies behind the old railway yard of Kisumu. Neighbours had complained of noise. The street was quiet by noon."
"""What tells of nothing that counts."""


def divisions(text: str) -> list[tuple[str, list[tuple[str | None, str | None]], list[str]]]:
    """Return of each claim the action, the divisions of its places, and the rules that found them."""
    return [
        (
            claim.action,
            [(place.country, place.admin1) for each in claim.places for place in each.readings],
            [each.rule for each in claim.places],
        )
        for claim in claims_of_text(text, "2024-05-15", "The Lake Courier")
        if claim.action != "other"
    ]


def test_what_a_report_of_one_town_tells_later_was_there() -> None:
    text = f"{LEAD}\n\n{BETWEEN}\n\nOfficers also found two pistols and 40 rounds of ammunition, a detective said."
    seized = [each for each in divisions(text) if each[0] == "seize"]
    assert len(seized) == 2
    for _, where, rules in seized:
        assert where == [("KE", "Kisumu")]
        assert rules == [LIKELIEST]


def test_the_capital_of_a_dateline_is_no_place_of_what_was_elsewhere() -> None:
    text = "NAIROBI - Police in Kenya arrested nine men near Urgolmi, a commander said.\n\nTwo pistols were found in the area, he said."
    assert all(where == [("KE", None)] for _, where, _ in divisions(text))


def test_such_a_place_is_the_division_on_the_words_that_name_it() -> None:
    text = f"{LEAD}\n\n{BETWEEN}\n\nOfficers also found two pistols, a detective said."
    (seized,) = [each for each in claims_of_text(text, "2024-05-15") if each.action == "seize"]
    (place,) = seized.places
    assert place.value is not None
    assert place.value.level == "admin1"
    assert text[place.spans[0].start : place.spans[0].end] == place.spans[0].text


@pytest.mark.parametrize(
    ("where", "put"),
    [
        ("near Urgolmi", "name"),
        ("in the Tendesi quarter", "name"),
        ("in the same district", "noun"),
        ("in June", "none"),
        ("in Kisumu", "none"),
        ("after Jane Odero spoke", "none"),
    ],
)
def test_at_what_of_no_table_words_put_something(where: str, put: str) -> None:
    text = f"{LEAD} Officers also found two pistols {where}, a detective said."
    reading = reading_of(sample(text, "2024-05-15"))
    drafts: tuple[Draft, ...] = ()
    for rule in RULES[: RULES.index(set_scene)]:
        drafts = rule(drafts, reading)
    told = [replace(each, places=None, office=None) for each in told_of(drafts, reading)]
    views = [views for number, views in views_of(told, reading) if told[number].happening.action == "seize"]
    assert {view.put for each in views for view in each} == {put}


@pytest.mark.parametrize(
    "tally",
    [
        "Since January more than 4,000 suspects have been charged, the interior ministry said.",
        "Nationwide, 12,000 people were arrested last year, the ministry said.",
    ],
)
def test_a_tally_of_the_country_is_not_there(tally: str) -> None:
    *_, (_, where, _) = divisions(f"{LEAD}\n\n{BETWEEN}\n\n{tally}")
    assert where == [("KE", None)]


def test_a_report_that_names_many_divisions_gives_its_other_claims_none() -> None:
    towns = "Raids were made in Nakuru, Mombasa, Garissa, Eldoret, Nyeri, Machakos and Kakamega, police in Kenya said."
    *_, (_, where, _) = divisions(
        f"{towns}\n\n{BETWEEN}\n\nOfficers also found 740 rounds of ammunition, a detective said."
    )
    assert where in ([("KE", None)], [])


@pytest.mark.parametrize(
    "text",
    [
        "Peru's police minister told reporters in Lima that ten men were held. Another six were later freed, he said.",
        "Algeria's interior minister, speaking at a ceremony in Oran, said 120 men were arrested. Six were freed, he said.",
        "Mali's army spokesman, speaking to reporters in Bamako, said 12 fighters were killed. Nine were held, he said.",
        "Saudi Arabia's ministry said in Riyadh that 19,721 men were arrested. It said 40 were freed.",
    ],
)
def test_where_words_were_said_nothing_else_was(text: str) -> None:
    told = divisions(text)
    assert told
    assert all(admin1 is None for _, where, _ in told for _, admin1 in where)


def test_a_likeliest_place_is_told_by_no_words() -> None:
    text = f"{LEAD}\n\n{BETWEEN}\n\nOfficers also found two pistols, a detective said."
    (seized,) = [each for each in claims_of_text(text, "2024-05-15") if each.action == "seize"]
    assert seized.places
    assert told_places(seized) == ()
    assert terminal.where(seized) == "likely Kisumu"


def test_a_place_named_too_far_before_is_none() -> None:
    quiet = " ".join(f"Shop number {number} stayed open all day." for number in range(BEFORE + 10))
    *_, (_, where, _) = divisions(f"{LEAD}\n\n{quiet}\n\nTwo pistols were also found, a detective said.")
    assert ("KE", "Kisumu") not in where


def test_a_step_holds_its_own_number() -> None:
    assert [step(each, (1, 4)) for each in (0, 1, 2, 4, 5)] == ["1", "1", "4", "4", "more"]


def test_a_division_before_and_after_holds_what_stands_near_both() -> None:
    kisumu = "Police arrested nine men in Kisumu on Tuesday, county commander Jane Odero said."
    between = "The union said that 14 teachers had walked out."
    near, far = (
        {
            place.value.admin1
            for each in claims_of_text(text, "2024-05-15")
            if each.action == "other"
            for place in each.places
            if place.value
        }
        for text in (f"{kisumu} {between} {kisumu}", f"{kisumu} {BETWEEN * 5} {between} {BETWEEN * 5} {kisumu}")
    )
    assert (near, far) == ({"Kisumu"}, {None})
