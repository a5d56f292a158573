import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata.ground import quantity as read_by
from allegata.ground.lexicon import table
from allegata.ground.quantity import bounds_of, find_quantities
from allegata.model import InputError

CORPUS = Path(__file__).parents[2] / "corpus"


def shown(quantity):
    """Return a quantity as the cases write it: words=low..high modifier, then what it leans on."""
    bounds = f"{'' if quantity.low is None else quantity.low}..{'' if quantity.high is None else quantity.high}"
    return " ".join(
        [
            f"{quantity.phrase}={bounds}",
            quantity.modifier,
            *([quantity.leans] if quantity.leans else []),
            *(["total"] if quantity.total else []),
        ]
    )


def test_quantities_of_a_text(case):
    found = find_quantities(case["text"], case["profile"] or "default")
    assert [shown(each) for each in found] == [each for each in case["quantities"].split("; ") if each]


def test_an_unknown_profile_is_named():
    with pytest.raises(InputError, match="no profile 'mine'; there is: acled, default, ucdp"):
        find_quantities("ten", "mine")


WORDS = {row["word"]: int(row["value"]) for row in table("en/numbers") if row["kind"] == "unit"}
TENS = {value: word for word, value in WORDS.items() if value >= 20}
ONES = {value: word for word, value in WORDS.items() if value < 20}


def spelled(value):
    """Return *value* in words, the slow and obvious way."""
    for scale, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= scale:
            rest = value % scale
            joint = " and " if 0 < rest < 100 else " "
            return f"{spelled(value // scale)} {name}" + (joint + spelled(rest) if rest else "")
    if value in ONES or value in TENS:
        return ONES.get(value) or TENS[value]
    return f"{TENS[value - value % 10]}-{ONES[value % 10]}"


@given(st.integers(2, 999_999_999))
def test_words_and_figures_are_the_same_number(value):
    for written in (spelled(value), f"{value:,}"):
        (quantity,) = find_quantities(f"Police said {written} people were held.")
        assert (quantity.low, quantity.high, quantity.phrase) == (value, value, written)


@given(st.sampled_from(["at_least", "more_than", "at_most", "nearly", "about", "exact"]), st.integers(0, 10**9))
def test_bounds_hold_the_number_they_are_about(modifier, value):
    low, high, _ = bounds_of(modifier, value, value)
    assert low is None or low <= value
    assert high is None or value <= high


@given(st.text(max_size=80))
def test_phrases_quote_the_text_and_do_not_overlap(text):
    end = 0
    for quantity in find_quantities(text):
        assert quantity.phrase == text[quantity.start : quantity.end]
        assert end <= quantity.start <= quantity.number_start < quantity.number_end
        end = quantity.end


class Everything:
    """A set of all words."""

    def __contains__(self, word):
        return True


def test_no_quantity_begins_with_another_word_than_is_looked_for(monkeypatch):
    pages = [json.loads(line)["text"] for line in (CORPUS / "pages.jsonl").read_text("utf-8").splitlines()]
    rows = (CORPUS / "sets" / "quantities.tsv").read_text("utf-8").splitlines()
    texts = [*pages, *rows, *(f"{row['phrase']} of 9 men" for row in table("en/modifiers"))]
    found = [find_quantities(text) for text in texts]
    monkeypatch.setattr(read_by, "_openings", lambda *_: Everything())
    assert [find_quantities(text) for text in texts] == found
    assert sum(map(len, found)) > 300
