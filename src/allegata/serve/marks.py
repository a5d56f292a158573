"""The text of a document as HTML, with the spans of its claims marked and named."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from allegata.export.html import shown_at
from allegata.model import Claim, Masks, Span

FIELDS = ("count", "place", "time", "evidence", "stance", "source", "cue", "content")
"""What is marked, the narrower first."""


class Mark(NamedTuple):
    """A stretch of a shown text, half-open, in code points. claim: number of its claim on the page, from 1."""

    start: int
    end: int
    field: str
    claim: int

    @property
    def name(self) -> str:
        """What the stretch is called on its page."""
        return f"c{self.claim}-{self.field}"


def spans_of(claim: Claim) -> list[tuple[str, Span]]:
    """Return the spans of *claim* with the field that each is of, in the order of `FIELDS`."""
    found: list[tuple[str, Iterable[Span]]] = [
        ("count", claim.count.spans if claim.count else ()),
        ("place", [span for mention in claim.places for span in mention.spans]),
        ("time", [span for mention in (claim.period, claim.spoken) if mention for span in mention.spans]),
        ("evidence", claim.evidence.spans),
        ("stance", claim.stance.spans),
    ]
    if claim.attribution:
        found += [(name, getattr(claim.attribution, name)) for name in ("source", "cue", "content")]
    return [(field, span) for field, spans in found for span in spans]


def marks_of(claims: Sequence[Claim], masks: Masks) -> list[Mark]:
    """Return the marks of *claims* in the text that *masks* shows of their document."""
    return [
        Mark(shown_at(span.start, masks), shown_at(span.end, masks), field, number)
        for number, claim in enumerate(claims, 1)
        for field, span in spans_of(claim)
    ]


def marked(text: str, marks: Iterable[Mark], offset: int = 0, anchors: set[str] | None = None) -> Markup:
    """Return *text*, which begins at *offset*, as HTML in which *marks* are ``mark`` elements.

    Each says the fields it is of as classes and its names in ``data-of``. anchors: the names that have an id already; the first
    piece of a further name gets one. null for no ids.

    >>> str(marked("a<b", [Mark(0, 1, "count", 2)]))
    '<mark class="count" data-of="c2-count">a</mark>&lt;b'
    """
    end = offset + len(text)
    opening, closing = defaultdict[int, list[Mark]](list), defaultdict[int, list[Mark]](list)
    for mark in marks:
        if mark.start < end and offset < mark.end and mark.start < mark.end:
            opening[max(mark.start, offset)].append(mark)
            closing[min(mark.end, end)].append(mark)
    pieces, now = [], list[Mark]()
    for left, right in itertools.pairwise(sorted({offset, end, *opening, *closing})):
        now = [each for each in now if each not in closing[left]] + opening[left]
        pieces.append(_piece(text[left - offset : right - offset], now, anchors))
    return Markup("").join(pieces)


def _piece(words: str, marks: Sequence[Mark], anchors: set[str] | None) -> Markup:
    if not marks:
        return escape(words)
    fields = " ".join(field for field in (*FIELDS, "problem") if any(each.field == field for each in marks))
    names = list(dict.fromkeys(each.name for each in marks))
    made = Markup('<mark class="{}" data-of="{}">{}</mark>').format(fields, " ".join(names), words)
    # Only one id fits an element, so that each further name has an empty one of its own before it.
    fresh = [name for name in names if anchors is not None and name not in anchors]
    if anchors is not None:
        anchors.update(fresh)
    return Markup("").join([*(Markup('<a id="{}"></a>').format(name) for name in fresh), made])


def paragraphs(text: str, marks: Sequence[Mark]) -> list[Markup]:
    """Return the paragraphs of *text* that have words, marked, each name with one anchor."""
    made, at, anchors = list[Markup](), 0, set[str]()
    ordered = sorted(marks)
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            made.append(marked(line, [each for each in ordered if each.start < end and at < each.end], at, anchors))
        at = end + 1
    return made
