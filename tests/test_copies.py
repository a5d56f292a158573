"""What counts as nearly a copy, against the slow obvious measure, and that memory of texts has a bound."""

from __future__ import annotations

import random

import pytest

from allegata.copies import RUN, SHARE, Copies

WIRE = """Port police said on Monday that 64 people were arrested in the northern towns of Orva and Kell after a week of raids, and that
twelve rifles and a boat were seized. A spokesman for the interior ministry told reporters that the group had moved weapons across the lake since
the spring, and showed no evidence for it. Lawyers of the families called the charges invented and asked for a list of those who are held."""


def runs(text: str) -> set[tuple[str, ...]]:
    words = "".join(char if char.isalnum() else " " for char in text.casefold()).split()
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def shared(one: str, other: str) -> float:
    return len(runs(one) & runs(other)) / len(runs(one) | runs(other))


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (WIRE, True),
        ("Dozens held by the lake\n" + WIRE.replace("64", "46"), True),
        (WIRE.upper().replace(",", ""), True),
        (WIRE.replace("Monday", "Tuesday") + " The harbour stays closed.", True),
        (WIRE[: len(WIRE) // 3], False),
        (" ".join(sorted(WIRE.split())), False),
        ("The garden at the harbour opens at nine and has twelve beds of roses, which flower until the autumn rain. " * 3, False),
    ],
)  # fmt: skip
def test_a_text_with_most_of_its_runs_of_words_in_an_earlier_one_is_nearly_a_copy(other: str, near: bool) -> None:
    copies = Copies()
    assert copies.enter("wire", WIRE) is None
    found = copies.enter("other", other)
    assert (shared(WIRE, other) >= SHARE) == near
    assert (found is not None) == near
    if found:
        assert found.of == "wire"
        assert abs(found.share - shared(WIRE, other)) < 0.15


def test_the_closest_of_several_is_named_and_of_equals_the_first() -> None:
    copies = Copies()
    copies.enter("first", WIRE)
    copies.enter("second", WIRE.replace("64", "46").replace("spring", "winter"))
    found = copies.enter("third", WIRE)
    assert found is not None
    assert (found.of, found.share) == ("first", 1.0)
    again = copies.enter("fourth", WIRE)
    assert again is not None
    assert again.of == "first"


def test_a_short_text_is_no_copy() -> None:
    copies = Copies()
    assert [copies.enter(str(number), "Ten were held in Lima.") for number in range(2)] == [None, None]


def test_the_oldest_text_is_forgotten() -> None:
    copies = Copies(kept=20)
    copies.enter("wire", WIRE)
    words = random.Random(4)
    for number in range(20):
        other = " ".join(words.choice(WIRE.split()) + str(words.randrange(90)) for _ in range(60))
        assert copies.enter(f"other {number}", other) is None
        if number == 18:
            assert copies.enter("copy", WIRE) is not None
    fresh = Copies(kept=1)
    fresh.enter("wire", WIRE)
    fresh.enter("other", " ".join(reversed(WIRE.split())))
    assert fresh.enter("copy", WIRE) is None
