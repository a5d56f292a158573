"""Sentences and words have a longest length, whatever the text."""

from __future__ import annotations

import pytest

from allegata.ground.syntax import LONGEST_SENTENCE, LONGEST_STRETCH, LONGEST_WORD, parse

LISTED = "Police in Kisumu held 18 men, nine women and two clerks; "


@pytest.mark.parametrize(
    "text",
    [
        "Police in Kisumu said " + "that the mayor said " * 400 + "ten men were held.",
        LISTED * 200,
        "Ten men in Lima " * 400,
        "40 " * 2000,
        '"' * 3000,
        "!? " * 2000,
        "Ten men were held in " + "a" * 20_000 + ", police said.",
        "Ten men were held in " + "A_" * 10_000 + ", police said.",
        f"{'k' * 290} " * 200,
        "Ten men" + " " * 20_000 + "were held" + "\n" * 20_000 + "in Lima.",
    ],
)
def test_no_sentence_is_longer_than_the_longest(text: str) -> None:
    doc = parse(text)
    assert doc.text == text
    for sentence in doc.sents:
        assert len(sentence) <= LONGEST_SENTENCE
        assert sentence[-1].idx - sentence[0].idx <= LONGEST_STRETCH


def test_a_long_sentence_is_cut_behind_a_mark_of_its_clauses() -> None:
    sentences = list(parse(LISTED * 200).sents)
    assert len(sentences) < 200
    assert all(sentence.text.rstrip().endswith(";") for sentence in sentences)


def test_a_sentence_of_ordinary_length_is_not_cut() -> None:
    listed = ", ".join(f"{number} men in ward {number + 1}" for number in range(2, 50))
    assert [each.text for each in parse(f"Police held {listed}.").sents] == [f"Police held {listed}."]


@pytest.mark.parametrize(
    ("run", "cut"),
    [
        ("-" * 70, ["-"] * 70),
        ("_" * 150, ["_" * LONGEST_WORD, "_" * (150 - LONGEST_WORD)]),
        ("x's" * 100, ["x", *["'", "sx"] * 99, "'", "s"]),
    ],
)
def test_a_run_that_is_no_word_leaves_the_words_around_it_as_they_are(run: str, cut: list[str]) -> None:
    before, after = "The U.S. mayor didn't speak.", "She can't, he said."
    words = [token.text for token in parse(f"{before}\n{run} {after}")]
    plain = [token.text for text in (f"{before}\n", after) for token in parse(text)]
    assert words == [*plain[: -len(parse(after))], *cut, *plain[-len(parse(after)) :]]
