"""Texts in which what is counted is marked with what is said to have happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allegata.claim.action_reader import NOTHING
from allegata.ground.quantity import find_quantities
from training.marked import marked_texts
from training.own import pages_of, phrase_of

NAMES = {"abduct": "disappear", "surveillance": "surveil", "other": NOTHING}
"""Actions that the corpora call otherwise."""
EITHER = "plot"
"""The action of the corpora that may be an attack or one foiled: what has it teaches nothing."""


@dataclass(frozen=True)
class Mark:
    """A counted phrase, in code points, and what is said to have happened to what it counts: NOTHING too where that is denied, planned or feared."""

    start: int
    end: int
    action: str


@dataclass(frozen=True)
class Passage:
    """A text with its marks."""

    text: str
    marks: tuple[Mark, ...]


def invented() -> list[Passage]:
    """Return the texts written for the recipes."""
    return [
        Passage(each.text, tuple(Mark(of.start, of.end, of.action if of.happened else NOTHING) for of in each.marks))
        for each in marked_texts()
    ]


def annotated(folder: Path) -> list[Passage]:
    """Return the pages of a corpus (corpus/README.md) with the phrases of their claims, and every other number as one to which nothing happened."""
    return [_page(text, gold) for text, gold in pages_of(folder)]


def _page(text: str, gold: dict[str, Any]) -> Passage:
    known, unclear = [], []
    for claim in gold["claims"]:
        found = phrase_of(text, claim)
        if found is None:
            continue
        action = NAMES.get(claim["action"], claim["action"])
        if action == EITHER:
            unclear.append(found)
        else:
            known.append(Mark(*found, action if claim["status"] == "asserted" else NOTHING))
    covered = [(mark.start, mark.end) for mark in known] + unclear
    numbers = [(each.number_start, each.number_end) for each in find_quantities(text)] if gold["exhaustive"] else []
    others = [
        Mark(start, end, NOTHING)
        for start, end in numbers
        if not any(first < end and start < last for first, last in covered)
    ]
    return Passage(text, (*known, *others))
