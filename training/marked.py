"""Texts written for the recipes, in which what is counted is marked with what is said to have happened to it, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
"""Files of passages, each on a line, and of whole reports, between which stands a line ===."""
MARK = re.compile(
    r"\[\[(?P<not>!?)(?P<action>[a-z]+)(?:@(?P<country>[A-Z]{2})(?:/(?P<division>[^|\]]+))?)?\|(?P<phrase>[^\]|]+)\]\]"
)
BETWEEN = re.compile(r"^===$", re.MULTILINE)


@dataclass(frozen=True)
class Mark:
    """A counted phrase, in code points, and what happened to what it counts; not what is denied, planned or feared, where *happened* is false.

    country: where, by its alpha-2 code; null where nobody says it. division: the first-level one; null where it was in several.
    """

    start: int
    end: int
    action: str
    happened: bool = True
    country: str | None = None
    division: str | None = None


@dataclass(frozen=True)
class Marked:
    """A text with its marks. whole: it is a report with a headline."""

    text: str
    marks: tuple[Mark, ...]
    whole: bool = False


def parse(written: str, whole: bool = False) -> Marked:
    """Return the text that is *written* with its marks: each is ``[[action@country/division|phrase]]``, with a ``!`` in front of what did not happen.

    >>> parse("Police held [[arrest@PE/Lima|ten men]], not [[!arrest|twelve]].").marks[0]
    Mark(start=12, end=19, action='arrest', happened=True, country='PE', division='Lima')
    """
    text, at, marks = "", 0, []
    for match in MARK.finditer(written):
        text += written[at : match.start()]
        end = len(text) + len(match["phrase"])
        marks.append(Mark(len(text), end, match["action"], not match["not"], match["country"], match["division"]))
        text += match["phrase"]
        at = match.end()
    return Marked(text + written[at:], tuple(marks), whole)


def marked_texts() -> Iterator[Marked]:
    """Yield the texts, file by file."""
    for path in sorted(TEXTS.glob("*.txt")):
        written = path.read_text("utf-8")
        if BETWEEN.search(written):
            reports = (each.strip().replace("\n", "\n\n") for each in BETWEEN.split(written))
            yield from (parse(each, whole=True) for each in reports if each)
        else:
            yield from (parse(line) for line in written.splitlines() if line.strip())
