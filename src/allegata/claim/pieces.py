"""A text as the encoder sees it: word pieces with quotation state, letter case and line breaks, cut into windows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

OUTSIDE, INSIDE, OPENING, CLOSING, SCARED = range(5)
LOWER, CAPITALISED, CAPITALS, DIGITS, SIGN = range(5)
START, BREAK = 101, 102
"""Ids that BERT's word pieces give to the start of a window and to its end; the latter stands for line breaks, too."""

DOUBLE = re.compile(r'["“”„«»]')
SINGLE = re.compile(r"(?<!\w)['‘](?=\w)(?:[^'‘’\"“”\n]|['’](?=\w)){1,300}['’](?!\w)")
LINE = re.compile(r"[^\n]+")
TERRITORY, LEFT, RIGHT = 280, 24, 32
"""Most rows of a territory, and rows of context before and after it: of fifteen settings the fastest that keeps full F1, and cue and source of the words, on PolNeAR dev."""


@dataclass(frozen=True)
class Pieces:
    """Arrays of one length, one row a word piece or line break.

    start, end: code points of the text, -1 for a line break. head: whether the piece begins a word.
    quotation: OUTSIDE, INSIDE double marks, OPENING or CLOSING mark, SCARED (inside single marks). case: LOWER to SIGN.
    """

    ids: NDArray[np.int64]
    quotation: NDArray[np.int64]
    case: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    head: NDArray[np.bool_]


@dataclass(frozen=True)
class Window:
    """Rows *start* to *end* are read together; attributions whose cue begins in rows *first* to *last* are this window's."""

    start: int
    end: int
    first: int
    last: int


def quotation_states(text: str) -> NDArray[np.int64]:
    r"""Return the quotation state of each code point; a quotation left open ends with its line.

    >>> quotation_states('a "b" c').tolist()
    [0, 0, 2, 1, 3, 0, 0]
    """
    states = np.zeros(len(text) + 1, np.int64)
    for match in SINGLE.finditer(text):
        states[match.start() : match.end()] = SCARED
    for line in LINE.finditer(text):
        opened = -1
        for match in DOUBLE.finditer(text, line.start(), line.end()):
            at = match.start()
            if _opens(text, at, opened >= 0):
                if opened >= 0:
                    states[opened + 1 : at] = INSIDE
                states[at], opened = OPENING, at
            else:
                if opened >= 0:
                    states[opened + 1 : at] = INSIDE
                states[at], opened = CLOSING, -1
        if opened >= 0:
            states[opened + 1 : line.end()] = INSIDE
    return states[:-1]


def _opens(text: str, at: int, inside: bool) -> bool:
    mark = text[at]
    if mark in "“„«":
        return True
    if mark in "”»":
        return False
    spaced_before = at == 0 or text[at - 1].isspace()
    spaced_after = at + 1 >= len(text) or text[at + 1].isspace()
    if inside:
        return spaced_before and not spaced_after
    return not (spaced_after and not spaced_before)


def word_case(word: str) -> int:
    """Return the case class of *word*.

    >>> [word_case(word) for word in ("said", "Ali", "IRNA", "12", ",")]
    [0, 1, 2, 3, 4]
    """
    if not word[0].isalnum():
        return SIGN
    if not word.isalpha():
        return DIGITS
    if word[0].isupper():
        return CAPITALS if len(word) > 1 and word.isupper() else CAPITALISED
    return LOWER


def cut(text: str, tokenizer: Tokenizer) -> Pieces:
    """Return the word pieces of *text* with a break between lines; no rows if it has no word and no sign."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    if not encoding.ids:
        nothing = np.zeros(0, np.int64)
        return Pieces(nothing, nothing, nothing, nothing, nothing, np.zeros(0, np.bool_))
    offsets = np.array(encoding.offsets, np.int64)
    words = np.array(encoding.word_ids, np.int64)
    heads = np.r_[True, words[1:] != words[:-1]]
    starts = offsets[heads, 0].tolist()
    ends = offsets[np.r_[heads[1:], True], 1].tolist()
    cases = np.array(
        [word_case(text[start:end]) if end > start else SIGN for start, end in zip(starts, ends, strict=True)], np.int64
    )
    index = np.cumsum(heads) - 1
    lines = np.array([match.start() for match in re.finditer("\n", text)], np.int64)
    line = np.searchsorted(lines, offsets[:, 0])
    breaks = np.flatnonzero(line[1:] != line[:-1]) + 1
    return Pieces(
        ids=np.insert(np.array(encoding.ids, np.int64), breaks, BREAK),
        quotation=np.insert(quotation_states(text)[np.minimum(offsets[:, 0], len(text) - 1)], breaks, OUTSIDE),
        case=np.insert(cases[index], breaks, SIGN),
        start=np.insert(offsets[:, 0], breaks, -1),
        end=np.insert(offsets[:, 1], breaks, -1),
        head=np.insert(heads, breaks, False),
    )


def windows(pieces: Pieces) -> Iterator[Window]:
    """Yield windows in order; every row is in the territory of exactly one.

    A territory ends at a line break where one stands in its second half, else at the last word.
    """
    length = len(pieces.ids)
    edges = [0]
    while edges[-1] < length:
        edges.append(_edge(pieces, edges[-1]))
    for first, last in pairwise(edges):
        yield Window(max(0, first - LEFT), min(length, last + RIGHT), first, last)


def _edge(pieces: Pieces, start: int) -> int:
    end = start + TERRITORY
    if end + RIGHT // 2 >= len(pieces.ids):
        return len(pieces.ids)
    half = start + TERRITORY // 2
    for wanted in (pieces.ids[half:end] == BREAK, pieces.head[half:end]):
        found = np.flatnonzero(wanted)
        if len(found):
            return half + int(found[-1])
    return end


def inputs(pieces: Pieces, window: Window) -> dict[str, NDArray[np.int64]]:
    """Return what the encoder takes for *window*: three arrays of shape (1, rows + 2), with a start and an end row."""

    def framed(rows: NDArray[np.int64], first: int, last: int) -> NDArray[np.int64]:
        return np.concatenate(([first], rows[window.start : window.end], [last]))[None, :]

    return {
        "ids": framed(pieces.ids, START, BREAK),
        "quotation": framed(pieces.quotation, OUTSIDE, OUTSIDE),
        "case": framed(pieces.case, SIGN, SIGN),
    }
