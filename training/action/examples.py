"""Passages as arrays: the states of a sentence, the rows of its numbers and nouns, and what happened to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allegata.claim.action_reader import NOTHING, Counted, rows_of
from allegata.ground.syntax import parse

from .passages import Mark, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.tokens import Doc

ACTIONS = (
    NOTHING,
    "arrest",
    "attack",
    "charge",
    "deploy",
    "disappear",
    "dismantle",
    "execute",
    "expel",
    "foil",
    "hold",
    "identify",
    "injure",
    "kill",
    "raid",
    "release",
    "restrain",
    "seize",
    "sentence",
    "surveil",
    "torture",
)
"""What the head may answer, in the order of its outputs."""


@dataclass(frozen=True)
class Example:
    """A sentence. states: (pieces, width). numbers, nouns: rows. answers: places in ACTIONS, one for each of them."""

    states: NDArray[np.float32]
    numbers: NDArray[np.int64]
    nouns: NDArray[np.int64]
    answers: tuple[int, ...]


def examples_of(passages: Iterable[Passage]) -> Iterator[Example]:
    """Yield the sentences of *passages* that have a mark."""
    for passage in passages:
        doc = parse(passage.text, "en")
        for sentence in doc.sents:
            start = sentence.start_char
            found = [each for mark in passage.marks for each in _counted(mark, doc, start)]
            rows = rows_of(sentence.text, [each for each, _ in found])
            if rows is not None:
                states, numbers, nouns = rows
                yield Example(states[0], numbers, nouns, tuple(ACTIONS.index(action) for _, action in found))


def _counted(mark: Mark, doc: Doc, start: int) -> Iterator[tuple[Counted, str]]:
    """Yield the number and noun of *mark* if its noun is in the sentence that begins at *start*, in code points of that sentence."""
    phrase = doc.char_span(mark.start, mark.end, alignment_mode="expand")
    if phrase is None or phrase.root.sent.start_char != start:
        return
    number = next((token for token in phrase if token.like_num), phrase[0])
    if number.idx >= start:
        yield Counted(number.idx - start, phrase.root.idx - start), mark.action
