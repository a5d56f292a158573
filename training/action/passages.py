"""Texts in which what is counted is marked with what is said to have happened to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allegata.claim.action_reader import NOTHING
from allegata.ground.quantity import find_quantities
from training.own import pages_of, phrase_of

HERE = Path(__file__).parent
MARK = re.compile(r"\[\[(?P<not>!?)(?P<action>[a-z]+)\|(?P<phrase>[^\]|]+)\]\]")
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


def parse(line: str) -> Passage:
    """Return the passage that *line* writes: each mark is ``[[action|phrase]]``, with a ``!`` before an action that did not happen.

    >>> parse("Police held [[arrest|ten men]], not [[!arrest|twelve]].")
    Passage(text='Police held ten men, not twelve.', marks=(Mark(start=12, end=19, action='arrest'), Mark(start=25, end=31, action='none')))
    """
    text, at, marks = "", 0, []
    for match in MARK.finditer(line):
        text += line[at : match.start()]
        action = NOTHING if match["not"] else match["action"]
        marks.append(Mark(len(text), len(text) + len(match["phrase"]), action))
        text += match["phrase"]
        at = match.end()
    return Passage(text + line[at:], tuple(marks))


def invented() -> list[Passage]:
    """Return the passages written for this recipe."""
    files = sorted(HERE.joinpath("passages").glob("*.txt"))
    return [parse(line) for path in files for line in path.read_text("utf-8").splitlines() if line.strip()]


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
