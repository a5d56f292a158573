"""Claims as one self-contained page: the text with its spans marked, claim cards beside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TextIO

from jinja2 import Environment
from markupsafe import Markup, escape

from allegata.export.csv import row_of
from allegata.model import Claim, Document, Masks, Span

NAMES_SHOWN = "Names of affected persons are shown as in the page; a ledger masks them."
"""What is said wherever claims come out that no ledger masked."""
ORDER = ("count", "place", "time", "source", "cue", "content")


@cache
def _template() -> object:
    text = files("allegata").joinpath("data", "report.html.jinja").read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


def spans_of(claim: Claim) -> list[tuple[str, Span]]:
    """Return the spans of *claim* with what each is: source, cue, content, count, place, time."""
    found: list[tuple[str, Span]] = []
    if claim.attribution:
        for name in ("source", "cue", "content"):
            found += [(name, span) for span in getattr(claim.attribution, name)]
    found += [("count", span) for span in (claim.count.spans if claim.count else ())]
    found += [("place", span) for mention in claim.places for span in mention.spans]
    found += [("time", span) for mention in (claim.period, claim.spoken) if mention for span in mention.spans]
    return found


def marked(text: str, start: int, spans: Iterable[tuple[str, Span]]) -> Markup:
    """Return *text*, which begins at code point *start* of its document, as HTML with *spans* marked by class.

    A code point in several spans has all their classes.

    >>> str(marked("a<b", 0, [("count", Span(0, 1, "a"))]))
    '<mark class="count">a</mark>&lt;b'
    """
    end = start + len(text)
    inside = [(name, span) for name, span in spans if span.start < end and start < span.end]
    cuts = sorted({start, end, *(max(start, min(end, edge)) for _, span in inside for edge in (span.start, span.end))})
    parts = []
    for left, right in itertools.pairwise(cuts):
        names = [
            name
            for name in ORDER
            if any(name == other and span.start <= left and right <= span.end for other, span in inside)
        ]
        piece = escape(text[left - start : right - start])
        parts.append(Markup('<mark class="{}">{}</mark>').format(" ".join(names), piece) if names else piece)
    return Markup("").join(parts)


def _passage(claim: Claim) -> Markup:
    masked = len(claim.passage.text) != claim.passage.end - claim.passage.start
    # A masked passage has no offsets of its own; its words stand as they are.
    return escape(claim.passage.text) if masked else marked(claim.passage.text, claim.passage.start, spans_of(claim))


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


def write_html(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write one page, with no script and nothing fetched, to *stream*: each document's claims, beside its text where
    *documents* has it.

    masks: of the documents whose text is masked, so that the marks stand where the words do. Where there are documents and no masks at all, the
    page says that names are shown.
    """
    masked = {each.document: each for each in masks}
    texts = {document.id: document for document in documents}
    groups: dict[str, list[Claim]] = {document.id: [] for document in documents}
    for claim in claims:
        groups.setdefault(claim.document.id, []).append(claim)
    shown = []
    for identity, members in groups.items():
        document = texts.get(identity)
        about = document or members[0].document
        happenings = [claim for claim in members if claim.action != "other"]
        cards = [
            {
                "row": row_of(claim),
                "passage": _passage(claim),
                "spoken_open": claim.count and len(claim.count.readings) > 1,
            }
            for claim in happenings
        ]
        moved = masked.get(identity, Masks(identity, ()))
        spans = [
            (name, Span(shown_at(span.start, moved), shown_at(span.end, moved), span.text))
            for claim in happenings
            for name, span in spans_of(claim)
        ]
        paragraphs = []
        if document:
            at = 0
            for line in document.text.split("\n"):
                if line.strip():
                    paragraphs.append(marked(line, at, spans))
                at += len(line) + 1
        shown.append(
            {"about": about, "cards": cards, "statements": len(members) - len(happenings), "paragraphs": paragraphs}
        )
    names = NAMES_SHOWN if documents and not masks else ""
    stream.write(_template().render(groups=shown, names=names))  # type: ignore[attr-defined]
    stream.write("\n")
