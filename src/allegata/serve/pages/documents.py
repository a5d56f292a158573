"""The reports of a ledger, and the reader: the text of one, its claims beside it."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from allegata.export.basis import told
from allegata.export.csv import COLUMNS, row_of
from allegata.export.marks import FIELDS, marks_of, paragraphs, shown_at
from allegata.ledger import ClaimFilter
from allegata.model.claim import Claim
from allegata.model.document import Document
from allegata.model.json import to_json
from allegata.serve.parts import bounds_of, cuts_of, part_of
from allegata.serve.twins import CSV, JSON_LINES, csv_of, json_of, record_export, twins
from allegata.serve.visit import Answer, Elsewhere, NotHereError, Sent, Shown, Visit, get
from allegata.serve.words import direction

PAGE = 25
"""Reports of a page."""
LISTED = ("id", "title", "outlet", "published", "language", "url", "claims", "basis")
"""What is told of a report in the list."""
_NAME = re.compile(r'data-of="([^"]+)"')


def _happenings(visit: Visit, document: str) -> tuple[list[Claim], int]:
    """Return the claims of a codable happening that a document holds and nobody rejected, and how many others it holds."""
    every = list(visit.ledger.claims(ClaimFilter(document=document)))
    claims = [claim for claim in every if claim.action != "other"]
    return claims, len(every) - len(claims)


def rows_of(visit: Visit, page: int, most: int = PAGE) -> list[dict[str, Any]]:
    """Return the reports of a page of *most*, newest entered first, and one more where there is a further page."""
    found = visit.ledger.latest_documents((page - 1) * most, most + 1)
    return [_row(visit, document) for document in found]


def _row(visit: Visit, document: Document) -> dict[str, Any]:
    plain = {name: getattr(document, name) for name in LISTED if name not in ("claims", "basis")}
    return {
        **plain,
        "basis": [to_json(each) for each in document.basis],
        "claims": len(visit.ledger.ids(ClaimFilter(document=document.id), happenings_only=True)),
    }


def listing(visit: Visit) -> Shown:
    """Return one page of the reports of the ledger."""
    page = visit.number("page", 1, 10**6)
    rows = rows_of(visit, page)
    return Shown(
        "documents.html.jinja",
        {"title": "Reports", "rows": rows[:PAGE], "page": page, "more": len(rows) > PAGE},
    )


def _records(visit: Visit) -> list[dict[str, Any]]:
    return rows_of(visit, visit.number("page", 1, 10**6))[:PAGE]


def document_of(visit: Visit, prefix: str) -> Document:
    """Return the document whose id begins with *prefix*, masked; its byline also where it is called after who another page masks.

    Raises: NotHereError if the ledger has none, or several.
    """
    found = visit.ledger.document_with(prefix)
    if found is None:
        raise NotHereError(
            "no report of this ledger has this id; look under Reports, and mind that one that was erased is gone"
        )
    document = visit.ledger.document(found.id)
    return replace(document, byline=visit.ledger.hidden(document.byline)) if document.byline else document


def reader(visit: Visit) -> Answer:
    """Return the text of a document as it is masked, with its claims, a part at a time; or its claims as JSON or CSV.

    Raises: NotHereError if the ledger has no such document.
    """
    prefix, _, form = visit.parts["document"].partition(".")
    document = document_of(visit, prefix if form in ("", "json", "csv") else visit.parts["document"])
    if document.id != prefix:
        return Elsewhere(f"/documents/{document.id}{'.' if form else ''}{form}")
    claims, statements = _happenings(visit, document.id)
    if form:
        record_export(visit, form, len(claims))
    if form == "json":
        return Sent(json_of(to_json(claim) for claim in claims), JSON_LINES)
    if form == "csv":
        return Sent(csv_of(COLUMNS, (row_of(claim) for claim in claims)), CSV, f"{document.id[:8]}.csv")
    return _page(visit, document, claims, statements)


def _page(visit: Visit, document: Document, claims: list[Claim], statements: int) -> Shown:
    masks = visit.ledger.masks(document.id)
    begins = [shown_at(claim.passage.start, masks) for claim in claims]
    cuts = cuts_of(document.text, begins)
    wanted = next((at for claim, at in zip(claims, begins, strict=True) if claim.id == visit.asked("claim")), None)
    number = visit.number("part", 1, len(cuts)) if wanted is None else part_of(cuts, wanted)
    start, end = bounds_of(cuts, number, len(document.text))
    marks = marks_of(claims, masks)
    shown = paragraphs(
        document.text[start:end], [each for each in marks if each.start < end and start < each.end], start
    )
    numbered = [
        (at, claim) for at, (claim, begin) in enumerate(zip(claims, begins, strict=True), 1) if part_of(cuts, begin) == number
    ]  # fmt: skip
    here = {name for paragraph in shown for names in _NAME.findall(paragraph) for name in names.split()}
    cards = {at for at, _ in numbered}
    # A card leads to words that stand in another part by way of where these would stand here.
    away = {each.name: part_of(cuts, each.start) for each in marks if each.claim in cards and each.name not in here}
    return Shown(
        "reader.html.jinja",
        {
            "title": document.title or "Report without a title",
            "document": document,
            "basis": told(document.basis),
            "claims": numbered,
            "total": len(claims),
            "statements": statements,
            "paragraphs": shown,
            "away": away,
            "fields": FIELDS,
            "direction": direction(document.language),
            "part": number,
            "parts": len(cuts),
        },
    )


ROUTES = (
    get("/documents", "read", listing, ("page",)),
    *twins("/documents", "read", _records, LISTED, plain=dict, takes=("page",)),
    get("/documents/{document:str}", "read", reader, ("claim", "part")),
)
