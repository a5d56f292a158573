"""Words of a document as HTML, with the spans of claims marked and named."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from allegata.model.claim import Claim
from allegata.model.document import Masks
from allegata.model.mention import Span

FIELDS = ("count", "place", "time", "evidence", "stance", "source", "cue", "content")
"""What is marked, the narrower first."""
MASK = re.compile(r"\[person \d+\]")


class Mark(NamedTuple):
    """A stretch of a shown text, half-open, in code points. claim: number of its claim on the page, from 1; 0 where nothing leads to it."""

    start: int
    end: int
    field: str
    claim: int = 0

    @property
    def name(self) -> str:
        """What the stretch is called on its page; empty where nothing leads to it."""
        return f"c{self.claim}-{self.field}" if self.claim else ""


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


def shown_at(offset: int, masks: Masks) -> int:
    """Return where code point *offset* of a document stands in its masked text; inside a masked stretch, where that begins.

    >>> from allegata.model import MaskedSpan
    >>> masks = Masks("d", (MaskedSpan(0, 6, 1),))
    >>> shown_at(0, masks), shown_at(3, masks), shown_at(6, masks), shown_at(7, masks)
    (0, 0, 10, 11)
    """
    moved = offset
    for stretch in masks.stretches:
        if stretch.end <= offset:
            moved += len(f"[person {stretch.number}]") - (stretch.end - stretch.start)
        elif stretch.start < offset:
            moved -= offset - stretch.start
    return moved


def marks_of(claims: Sequence[Claim], masks: Masks) -> list[Mark]:
    """Return the marks of *claims*, numbered from 1, in the text that *masks* shows of their document."""
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
    shown = _quiet(words)
    if not marks:
        return shown
    fields = " ".join(sorted({each.field for each in marks}, key=_rank))
    names = list(dict.fromkeys(each.name for each in marks if each.name))
    of = Markup(' data-of="{}"').format(" ".join(names)) if names else ""
    made = Markup('<mark class="{}"{}>{}</mark>').format(fields, of, shown)
    # Only one id fits an element, so that each further name has an empty one of its own before it.
    fresh = [name for name in names if anchors is not None and name not in anchors]
    if anchors is not None:
        anchors.update(fresh)
    return Markup("").join([*(Markup('<a id="{}"></a>').format(name) for name in fresh), made])


def _rank(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)


def _quiet(words: str) -> Markup:
    """Return *words* as HTML, in which what stands for a masked name is an element of its own."""
    return Markup(MASK.sub(r'<span class="person">\g<0></span>', str(escape(words))))


def paragraphs(text: str, marks: Sequence[Mark], offset: int = 0, anchored: bool = True) -> list[Markup]:
    r"""Return the paragraphs of *text*, which begins at *offset*, that have words, marked; with *anchored* each name has one anchor.

    >>> [str(each) for each in paragraphs("a\n\nb", [Mark(3, 4, "count")])]
    ['a', '<mark class="count">b</mark>']
    """
    made, at, anchors = list[Markup](), offset, set[str]() if anchored else None
    ordered = sorted(marks)
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            made.append(marked(line, [each for each in ordered if each.start < end and at < each.end], at, anchors))
        at = end + 1
    return made
