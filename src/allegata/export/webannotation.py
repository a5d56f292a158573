"""The words of claims as W3C Web Annotations on the masked texts of their reports; each selector finds its words again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from allegata.export.edtf import edtf_of
from allegata.export.exporter import left_out
from allegata.export.marks import shown_at, spans_of
from allegata.export.names import COUNTS, MASK, claim_iri, document_iri, line, named, number_of, sure_places
from allegata.model.claim import Claim
from allegata.model.document import Document, Masks
from allegata.model.json import digest
from allegata.model.mention import Span

JSON = dict[str, Any]
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""Code points of the text before and after its words that a selector has, at most; less where a masked name stands nearer."""


def write_web_annotation(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> Sequence[str]:
    """Write an annotation collection of the words of *claims* in *documents*, whose texts stand in it, and return what it leaves out.

    Words within a masked stretch are in no selector: a span is cut around them.

    >>> import io
    >>> write_web_annotation((), io.StringIO())
    ()
    """
    texts = _used(claims, documents)
    moved = {each.document: each for each in masks}
    items, without, unfound = [_text(each) for each in texts.values()], 0, 0
    for claim in claims:
        document = texts.get(claim.document.id)
        if document is None:
            without += 1
            continue
        made, missed = _annotations(claim, document, moved.get(document.id, Masks(document.id, ())))
        items += made
        unfound += missed
    stream.write(json.dumps(_collection(claims, items), ensure_ascii=False, indent=1) + "\n")
    return (
        *left_out(without, "claim", "the text of the report is not at hand"),
        *left_out(unfound, "span", "its words do not stand where it says, or are all masked"),
    )


def _used(claims: Sequence[Claim], documents: Sequence[Document]) -> dict[str, Document]:
    used = {claim.document.id for claim in claims}
    return {each.id: each for each in documents if each.id in used}


def _collection(claims: Sequence[Claim], items: list[JSON]) -> JSON:
    iri = f"urn:x-allegata:collection:{digest([claim.id for claim in claims])[:32]}"
    return {
        "@context": CONTEXT,
        "id": iri,
        "type": "AnnotationCollection",
        "label": f"Words of claims. {COUNTS}",
        "total": len(items),
        "first": {"id": f"{iri}:1", "type": "AnnotationPage", "partOf": iri, "startIndex": 0, "items": items},
    }


def _body(value: str, purpose: str, language: str = "en") -> JSON:
    return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain", "language": language}


def _text(document: Document) -> JSON:
    """Return the annotation whose body is the text that the selectors are of."""
    return {
        "id": f"urn:x-allegata:annotation:{document.id}:text",
        "type": "Annotation",
        "motivation": "describing",
        "body": _body(document.text, "describing", document.language),
        "target": document_iri(document.id),
    }


def _annotations(claim: Claim, document: Document, masks: Masks) -> tuple[list[JSON], int]:
    """Return the annotations of *claim*, one a field, and how many of its spans are in none."""
    spans = defaultdict[str, list[Span]](list)
    for field, span in (("passage", claim.passage), *spans_of(claim)):
        spans[field].append(span)
    made, missed = [], 0
    for field, found in spans.items():
        targets = []
        for span in dict.fromkeys(found):
            pieces = list(_pieces(span, document.text, masks))
            missed += not pieces
            targets += [_target(document, start, end) for start, end in pieces]
        if targets:
            made.append(
                {
                    "id": f"urn:x-allegata:annotation:{claim.id}:{field}",
                    "type": "Annotation",
                    "motivation": "tagging",
                    "body": [_body(field, "tagging"), *(_body(each, "describing") for each in _values(claim, field))],
                    "target": targets,
                    "canonical": f"{claim_iri(claim)}:{field}",
                }
            )
    return made, missed


def _pieces(span: Span, text: str, masks: Masks) -> Iterator[tuple[int, int]]:
    """Yield where the words of *span* stand in the masked *text*, without what is masked in them; nothing where they do not stand there."""
    start, end = shown_at(span.start, masks), shown_at(span.end, masks)
    if text[start:end] != span.text:
        return
    at = start
    for left, right in [*_masked(text, start, end), (end, end)]:
        words = text[at:left]
        if words.strip():
            yield at + len(words) - len(words.lstrip()), left - len(words) + len(words.rstrip())
        at = right


def _masked(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the masked stretches that *start* to *end* shares a code point with, cut to these."""
    found = [each.span() for each in MASK.finditer(text, max(0, start - AROUND), end + AROUND)]
    return [(max(start, left), min(end, right)) for left, right in found if left < end and start < right]


def _target(document: Document, start: int, end: int) -> JSON:
    text = document.text
    near = [each.span() for each in MASK.finditer(text, max(0, start - 2 * AROUND), end + 2 * AROUND)]
    first = max((right for _, right in near if right <= start), default=0)
    last = min((left for left, _ in near if left >= end), default=len(text))
    before, after = text[max(first, start - AROUND) : start], text[end : min(last, end + AROUND)]
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    quote = {"type": "TextQuoteSelector", "exact": text[start:end], "prefix": before, "suffix": after}
    return {"source": document_iri(document.id), "selector": [position, quote]}


def _values(claim: Claim, field: str) -> list[str]:
    """Return what *claim* says by the words of *field*, for a reader."""
    match field:
        case "passage":
            return [line(claim), f"status: {claim.status}"]
        case "count":
            return [number_of(each) for each in claim.count.readings] if claim.count else []
        case "place":
            return [each.name for each in sure_places(claim)]
        case "time":
            days = {"happened": edtf_of(claim.period), "said": edtf_of(claim.spoken)}
            return [f"{name}: {value}" for name, value in days.items() if value]
        case "evidence":
            return [claim.evidence.class_]
        case "stance":
            return [claim.stance.class_]
        case "source":
            values = [mention.value for mention in claim.speakers if mention.value]
            told = (each for value in values for each in (value.name, value.role, value.body))
            return [each for each in told if named(each) and each]
        case "content":
            return [claim.attribution.form] if claim.attribution else []
        case _:
            return []
