"""What an outlet changed in a report is told claim by claim, and nothing where its claims say the same."""

from __future__ import annotations

import pytest

from allegata.claim import claims, sample
from allegata.link.edits import edits, told_edits

FIRST = "Police said on Tuesday that ten men were arrested in Lima, Peru. The harbour stayed open."


def told(before: str, after: str) -> list[str]:
    one, other = (sample(text, "2024-05-08", "Harbor Post") for text in (before, after))
    found = list(told_edits(one, other, list(edits(claims(one), claims(other)))))
    assert all(each.document == other.id and each.claims == () for each in found)
    for each in found:
        for span in each.spans:
            assert other.text[span.start : span.end] == span.text
    return [each.explanation.removeprefix("Harbor Post changed its report ") for each in found]


@pytest.mark.parametrize(
    ("after", "explained"),
    [
        (FIRST.replace("ten", "twelve"), ["without saying so: the count was 10 and is 12."]),
        (
            FIRST.replace("ten", "twelve") + "\nCorrection: an earlier version gave another number.",
            ["and says so: the count was 10 and is 12."],
        ),
        (FIRST.replace("Lima", "Cusco"), ["without saying so: the place was Lima and is Cusco."]),
        (FIRST.replace("arrested", "killed"), ["without saying so: the action was arrest and is kill."]),
        (FIRST.replace("Police", "The mayor"), ["without saying so: the speaker was changed, the body was changed."]),
        ("The harbour stayed open.", ["without saying so: a claim of “arrest” with 10 was taken out."]),
        (
            FIRST + " The mayor said on Tuesday that 40 boats were seized in Callao.",
            ["without saying so: a claim of “seize” with 40 was put in."],
        ),
    ],
)
def test_what_was_changed_is_told(after: str, explained: list[str]) -> None:
    assert told(FIRST, after) == explained


@pytest.mark.parametrize(
    "after",
    [
        FIRST,
        FIRST.replace("The harbour stayed open.", "The harbour was open again by noon."),
        "Ships waited off the coast. " + FIRST,
        FIRST.replace("Lima, Peru.", "Lima, Peru, and that all had been seen by a doctor."),
    ],
)
def test_other_words_around_the_same_claims_are_no_edit_of_them(after: str) -> None:
    assert told(FIRST, after) == []


def test_no_sentence_names_a_person() -> None:
    named = FIRST.replace("Police said", "Police chief Ada Verlo said")
    other = FIRST.replace("Police said", "Police chief Ida Karvan said")
    assert all("Verlo" not in each and "Karvan" not in each for each in [*told(named, other), *told(other, FIRST)])
    assert told(named, other)


def test_of_several_claims_each_is_held_against_its_own() -> None:
    before = FIRST + " The mayor said that three boats were seized in Callao."
    after = "The mayor said that three boats were seized in Callao. " + FIRST.replace("ten", "eleven")
    assert told(before, after) == ["without saying so: the count was 10 and is 11."]
