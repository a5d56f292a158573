"""The claims of a ledger: searched, filtered, and page by page."""

from __future__ import annotations

import itertools

from allegata.serve.asked import asked_of, values_of
from allegata.serve.visit import Shown, Visit, get

PAGE = 50
"""Claims of a page."""


def listing(visit: Visit) -> Shown:
    """Return one page of the claims that the address asks for."""
    wanted = asked_of(visit)
    page = visit.number("page", 1, 10**6)
    found = (claim for claim in visit.ledger.claims(wanted) if claim.action != "other")
    some = list(itertools.islice(found, (page - 1) * PAGE, page * PAGE + 1))
    return Shown(
        "claims.html.jinja",
        {"title": "Claims", "asked": values_of(wanted), "claims": some[:PAGE], "page": page, "more": len(some) > PAGE},
    )


ROUTES = (get("/claims", "read", listing),)
