"""The reports of a ledger, and the reader: the text of one, its claims beside it."""

from __future__ import annotations

from allegata.ledger import ClaimFilter
from allegata.model import InputError
from allegata.export.marks import FIELDS, marks_of, paragraphs
from allegata.serve.visit import Shown, Visit, get
from allegata.serve.words import direction


def reader(visit: Visit) -> Shown:
    """Return the text of a document as it is masked, with its claims.

    Raises: InputError if the ledger has no such document.
    """
    found = visit.ledger.document_with(visit.parts["document"])
    if found is None:
        raise InputError(f"{visit.parts['document']}: no report of this ledger has this id; /documents lists them")
    document = visit.ledger.document(found.id)
    every = list(visit.ledger.claims(ClaimFilter(document=document.id)))
    claims = [claim for claim in every if claim.action != "other"]
    return Shown(
        "reader.html.jinja",
        {
            "title": document.title or "Report without a title",
            "document": document,
            "claims": claims,
            "statements": len(every) - len(claims),
            "paragraphs": paragraphs(document.text, marks_of(claims, visit.ledger.masks(document.id))),
            "fields": FIELDS,
            "direction": direction(document.language),
        },
    )


ROUTES = (get("/documents/{document:str}", "read", reader),)
