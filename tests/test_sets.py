"""The own test sets are sound, and their scorer notices what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from allegata.model import MaskedSpan, Masks


@pytest.fixture(scope="module")
def sets(bench: Callable[[str], ModuleType]) -> Any:
    return bench("sets")


@pytest.mark.parametrize("name", ["times", "quantities", "places"])
def test_every_phrase_stands_once_in_its_text(sets: Any, name: str) -> None:
    rows = sets.table(name)
    assert len(rows) >= 200
    assert len({row["id"] for row in rows}) == len(rows)
    assert [row["id"] for row in rows if row["text"].count(row["phrase"]) != 1] == []


def test_every_anchor_stands_once_and_every_hop_is_quoted(sets: Any) -> None:
    chains = sets.objects("chains")
    assert len(chains) >= 100
    for row in chains:
        for claim in row["claims"]:
            assert row["text"].count(claim["anchor"]) == 1, row["id"]
            assert len(claim["conduits"]) == len(claim["conduit_words"])
            assert all(words in row["text"] for words in claim["conduit_words"]), row["id"]
    for row in sets.objects("evidence"):
        assert row["text"].count(row["anchor"]) == 1, row["id"]


def judged(sets: Any, monkeypatch: pytest.MonkeyPatch, row: dict[str, str]) -> list[tuple[str, bool]]:
    monkeypatch.setattr(sets, "table", lambda _: [row])
    return [(name, right) for name, right, _ in sets.quantities()]


def test_a_wrong_bound_is_noticed(sets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "id": "x",
        "text": "Police held 60 men.",
        "phrase": "60",
        "modifier": "exact",
        "low": "60",
        "high": "60",
        "leans": "",
    }
    assert judged(sets, monkeypatch, row) == [("counts exact", True)]
    assert judged(sets, monkeypatch, row | {"high": "61"}) == [("counts exact", False)]
    assert judged(sets, monkeypatch, row | {"modifier": "none"}) == [("counts traps", False)]


@pytest.mark.parametrize("name", ["people", "people-second", "people-third"])
def test_every_mention_of_a_person_stands_where_the_set_says(sets: Any, name: str) -> None:
    rows = sets.objects(name)
    persons = [person for row in rows for person in row["persons"]]
    assert sum(person["mask"] for person in persons) >= 190
    assert sum(not person["mask"] for person in persons) >= 120
    for row in rows:
        taken: set[int] = set()
        for person in row["persons"]:
            assert [row["text"][start:end] for start, end in person["spans"]] == person["mentions"], row["id"]
            for start, end in person["spans"]:
                assert not taken & set(range(start, end)), row["id"]
                taken |= set(range(start, end))


def test_a_readable_affected_person_and_a_masked_speaker_are_noticed(bench: Callable[[str], ModuleType]) -> None:
    people = bench("people")
    text = "Ada Bro-\nlin fled, Ema Voss said."
    halves = Masks("d", (MaskedSpan(0, 7, 1), MaskedSpan(9, 12, 1)))
    assert people.readable(text, [[0, 12]], halves) == []
    assert people.readable(text, [[0, 12]], Masks("d", (MaskedSpan(0, 7, 1),))) == ["Ada Bro-\nlin"]
    assert people.hidden(text, [[19, 27]], halves) == []
    assert people.hidden(text, [[19, 27]], Masks("d", (MaskedSpan(23, 27, 2),))) == ["Ema Voss"]
