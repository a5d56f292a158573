"""What does not fit in a ledger, kind by kind, with the claims it is about."""

from __future__ import annotations

from collections import Counter

from allegata.ledger import Ledger
from allegata.model import Claim, Finding, InputError
from allegata.run.options import KINDS
from allegata.run.pipeline import findings_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 25
"""Findings of a page."""


def _kind(visit: Visit) -> str | None:
    kind = visit.asked("kind")
    if kind is not None and kind not in KINDS:
        raise InputError(f"kind: is none of {', '.join(KINDS)}; correct it in the address")
    return kind


def findings_page(visit: Visit) -> Shown:
    """Return a page of the findings of the kind that the address asks for."""
    kind, page = _kind(visit), visit.number("page", 1, 10**5)
    context = {"title": "Findings", "kind": kind, "page": page}
    made = visit.answers.of(visit.ledger, "findings", findings_of)
    if made is None:
        return Shown("findings.html.jinja", {**context, "found": None})
    fitting = [each for each in made if kind in (None, each.kind)]
    some = fitting[(page - 1) * PAGE : page * PAGE]
    # The claims of a page are read once for each state of the ledger, too.
    claims = visit.answers.of(visit.ledger, ("findings", kind, page), lambda ledger: _claims(ledger, some))
    if claims is None:
        return Shown("findings.html.jinja", {**context, "found": None})
    return Shown(
        "findings.html.jinja",
        {
            **context,
            "found": some,
            "claims": claims,
            "kinds": sorted(Counter(each.kind for each in made).items()),
            "all": len(made),
            "more": len(fitting) > page * PAGE,
        },
    )


def _claims(ledger: Ledger, found: list[Finding]) -> dict[str, Claim]:
    return {claim.id: claim for claim in ledger.claims_of_ids(each for one in found for each in one.claims)}


def _records(visit: Visit) -> list[Finding]:
    kind = _kind(visit)
    return [each for each in findings_of(visit.ledger) if kind in (None, each.kind)]


ROUTES = (
    get("/findings", "read", findings_page, ("kind", "page")),
    *twins("/findings", "read", _records, Finding.__struct_fields__, takes=("kind",)),
)
