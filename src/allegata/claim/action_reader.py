"""What is said to have happened to what is counted, told from the words around it: a trained head on the lower half of the attribution reader."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .encoder import open_encoder, open_session
from .pieces import Pieces, Window, cut, inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOTHING = "none"
"""The code of what nothing of the closed set happened to."""
LONGEST = 480
"""Most rows that are read together."""


class Counted(NamedTuple):
    """What is counted in a text: where its number begins, and its noun, in code points."""

    number: int
    noun: int


class Told(NamedTuple):
    """What a text says happened: a code of data/actions.tsv or NOTHING, and how probable the head takes it for."""

    action: str
    probability: float


@dataclass(frozen=True)
class Head:
    """The loaded weights of one language. least, single: how probable an action has to be to be taken of what has a number, and of a single one."""

    session: Any
    actions: tuple[str, ...]
    least: float
    single: float
    version: str


@cache
def open_head(language: str = "en") -> Head | None:
    """Return the head of *language*, loaded once a process; null if there is none."""
    folder = files("allegata").joinpath("data", language, "action")
    if not folder.joinpath("weights.onnx").is_file():
        return None
    settings = tomllib.loads(folder.joinpath("reader.toml").read_text("utf-8"))
    return Head(
        open_session(folder.joinpath("weights.onnx")),
        tuple(settings["actions"]),
        settings["least"],
        settings["single"],
        settings["version"],
    )


def tell(text: str, counted: Sequence[Counted], language: str = "en") -> list[Told]:
    """Return what *text*, a sentence or two, says happened to each of *counted*; what stands beyond the LONGEST rows is judged by the last of them.

    Source: data/en/action/MODEL_CARD.md says how the head was trained and how good it is.

    >>> [each.action for each in tell("The mayor said eleven officers must now answer in court.", [Counted(15, 22)])]
    ['charge']
    """
    head = open_head(language)
    rows = rows_of(text, counted, language)
    if head is None or rows is None:
        return [Told(NOTHING, 0.0)] * len(counted)
    states, numbers, nouns = rows
    feed = {"rows": states, "numbers": numbers, "nouns": nouns}
    (odds,) = head.session.run(["odds"], feed)
    likely = np.exp(odds - odds.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    return [Told(head.actions[int(best)], float(each[best])) for each in likely for best in [each.argmax()]]


def rows_of(
    text: str, counted: Sequence[Counted], language: str = "en"
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]] | None:
    """Return what the head takes: the states of the pieces of *text*, shape (1, rows, width), and the rows of the numbers and nouns.

    Null where there is nothing to read. What stands beyond the LONGEST rows is taken for the last of them.
    """
    encoder = open_encoder(language)
    pieces = cut(text, encoder.tokenizer)
    if not len(pieces.ids) or not counted:
        return None
    end = min(len(pieces.ids), LONGEST)
    states = encoder.lower(inputs(pieces, Window(0, end, 0, end)))[:, 1:-1]
    numbers, nouns = (_rows(pieces, end, offsets) for offsets in zip(*counted, strict=True))
    return states, numbers, nouns


def _rows(pieces: Pieces, end: int, offsets: Sequence[int]) -> NDArray[np.int64]:
    """Return the row, below *end*, of the piece that holds each of *offsets*."""
    starts = np.maximum.accumulate(pieces.start)  # -1 for a line break
    found = np.searchsorted(starts, np.array(offsets, np.int64), side="right") - 1
    return np.clip(found, 0, end - 1)
