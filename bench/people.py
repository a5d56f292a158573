"""Judge who is masked in the own sets of people: corpus/sets/README.md says what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from allegata.claim import claims, sample
from allegata.mask import find_affected
from allegata.model import Masks

Row = dict[str, Any]
Verdict = tuple[str, bool, str]
PUBLISHED = "2023-06-14"
"""The day on which every text of the sets is taken to be published."""
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def judged(rows: list[Row], which: str, controlled: bool) -> Iterator[Verdict]:
    """Yield for each affected person whether no mention stays readable, and for each other whether none is masked.

    which: what the figures of the set begin with. controlled: whether it has rows of control. The figures of control are those of the
    rows that no rule was made for; what went wrong in them is not told.
    """
    for row in rows:
        masks = masks_of(row)
        control = controlled and int(row["id"].rpartition("-")[2]) % 3 == 0
        for person in row["persons"]:
            if person["mask"]:
                figure, bad = "hidden", readable(row["text"], person["spans"], masks)
            else:
                figure, bad = "shown", hidden(row["text"], person["spans"], masks)
            said = f"{row['id']}: a row of control" if control else f"{row['id']} {row['form']} {person['role']}: {bad}"
            yield f"{which} {figure}", not bad, said
            if control:
                yield f"{which} control {figure}", not bad, said


def masks_of(row: Row) -> Masks:
    """Return who is masked in the text of a row."""
    page = sample(row["text"], PUBLISHED, row["outlet"])
    return find_affected(page, claims(page))


def readable(text: str, spans: Sequence[Sequence[int]], masks: Masks) -> list[str]:
    """Return the mentions of which a word of three letters or more is left.

    >>> from allegata.model import MaskedSpan
    >>> readable("Ada Bo fled", [[0, 6]], Masks("d", (MaskedSpan(0, 3, 1),)))
    []
    """
    return [text[start:end] for start, end in spans if _LETTERS.search(_left(text, start, end, masks))]


def hidden(text: str, spans: Sequence[Sequence[int]], masks: Masks) -> list[str]:
    """Return the mentions that are masked, in whole or in part."""
    return [
        text[start:end]
        for start, end in spans
        if _left(text, start, end, masks) != _left(text, start, end, Masks("", ()))
    ]


def _left(text: str, start: int, end: int, masks: Masks) -> str:
    """Return a stretch with a dot for each masked code point; a word that is divided at the end of a line is one word."""
    left = list(text[start:end])
    for each in masks.stretches:
        for at in range(max(start, each.start), min(end, each.end)):
            left[at - start] = "."
    return "".join(left).replace("-\n", "")
