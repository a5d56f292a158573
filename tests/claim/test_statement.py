"""What somebody says of which no action is told: kept, with the number of those it is about."""

from __future__ import annotations

import pytest

from allegata import claims_of_text


def stated(text: str) -> list[tuple[str, int | None, str | None]]:
    """Return status, least number and unit of each claim of *text* without a codable happening."""
    made = [each for each in claims_of_text(text, "2023-08-09", "The Post") if each.action == "other"]
    counts = [each.count.value if each.count else None for each in made]
    return [
        (claim.status, count.low if count else None, count.unit if count else None)
        for claim, count in zip(made, counts, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("Nine rebels surrendered in Puno, the army said.", 9, "person"),
        ("The army said nine fighters laid down their weapons.", 9, "person"),
        ("The police said eight Unionists turned themselves in.", 8, "person"),
        ("The police said that 46 of those accused gave themselves up.", 46, "person"),
        ("The army said that it received 14 deserters in Puno.", 14, "person"),
        ("The minister announced the transfer of 210 inmates from Puno.", 210, "person"),
        ("The ministry said that 300 schools were closed.", 300, "school"),
        ("The ministry said that 46 Afghans had fled.", 46, "person"),
    ],
)
def test_a_statement_has_the_number_of_those_it_is_about(text: str, number: int, unit: str) -> None:
    assert stated(text) == [("asserted", number, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "The minister said that prices rose by 12 percent.",
        "The army said it had found a tunnel of 40 metres.",
        "The minister said that the road to Puno had been closed since 2019.",
    ],
)
def test_a_measure_or_a_year_counts_nobody(text: str) -> None:
    assert stated(text) == [("asserted", None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "The army denied that 12 soldiers had deserted.",
        "The army said 12 soldiers could desert.",
        "The army said that it is not known whether 12 soldiers deserted.",
        "The ministry said that two in five children had no school.",
    ],
)
def test_what_may_have_been_and_what_is_denied_counts_nobody(text: str) -> None:
    assert stated(text) == [("asserted", None, None)]


@pytest.mark.parametrize(
    "text", ["The army said 24 Humvees were handed over.", "The studio said that 12 Oscars were sent back."]
)
def test_a_name_in_the_plural_is_not_always_people(text: str) -> None:
    assert stated(text) == [("asserted", None, None)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("None of the 40 farmers had fled, the minister said.", 0),
        ("The army said that 12 soldiers did not desert.", 12),
    ],
)
def test_what_was_not_done_is_denied(text: str, number: int) -> None:
    assert stated(text) == [("denied", number, "person")]
