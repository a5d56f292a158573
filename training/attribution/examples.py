"""Articles as training windows: arrays for the encoder and, for each cue, the role of every piece."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from allegata.claim.pieces import Pieces, cut
from allegata.claim.weave import CONTENT, CUE, SOURCE

from .corpus import ROLES, Quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

CODES = {"source": SOURCE, "cue": CUE, "content": CONTENT}


@dataclass(frozen=True)
class Marked:
    """The pieces of a text and, for each attribution, the role of each piece; shape (attributions, pieces)."""

    pieces: Pieces
    roles: NDArray[np.int8]


@dataclass(frozen=True)
class Example:
    """A window of a marked text, framed by its start and end rows.

    whole: for each attribution whose cue begins here, whether all of it lies in the window.
    """

    pieces: Pieces
    start: int
    end: int
    roles: NDArray[np.int8]
    anchors: NDArray[np.int64]
    whole: NDArray[np.bool_]


def mark(text: str, quoted: Sequence[Quoted], tokenizer: Tokenizer) -> Marked:
    """Return *text* cut in pieces with the role of each piece in each attribution; attributions without a cue are left out."""
    pieces = cut(text, tokenizer)
    roles = np.zeros((len(quoted), len(pieces.ids)), np.int8)
    for number, each in enumerate(quoted):
        for role in ("content", "source", "cue"):
            for start, end in getattr(each, role):
                roles[number, (pieces.start < end) & (pieces.end > start) & (pieces.start >= 0)] = CODES[role]
    return Marked(pieces, roles[(roles == CUE).any(axis=1)] if len(quoted) else roles)


def slice_windows(marked: Marked, size: int, random: np.random.Generator) -> list[Example]:
    """Return windows of at most *size* pieces that cover the text once, cut at random places."""
    length = len(marked.pieces.ids)
    edges = [0]
    if length > size:
        edges.append(int(random.integers(min(48, size // 2), size)))
    while edges[-1] < length:
        edges.append(min(length, edges[-1] + size))
    return [window_of(marked, start, end) for start, end in pairwise(edges) if end - start > 3]


def window_of(marked: Marked, start: int, end: int) -> Example:
    """Return the window of *marked* from row *start* to row *end*."""
    cues = (marked.roles == CUE).argmax(axis=1) if len(marked.roles) else np.zeros(0, np.int64)
    here = np.flatnonzero((cues >= start) & (cues < end))
    part = marked.roles[here, start:end]
    whole = (part > 0).sum(axis=1) == (marked.roles[here] > 0).sum(axis=1)
    return Example(marked.pieces, start, end, part, cues[here] - start, whole)


assert set(ROLES) == set(CODES)
