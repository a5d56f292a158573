"""The first page: what the ledger holds, and the six questions one comes with."""

from __future__ import annotations

from allegata.serve.visit import Shown, Visit, get


def home(visit: Visit) -> Shown:
    """Return the first page."""
    head = visit.ledger.head()
    return Shown("home.html.jinja", {"title": "allegata", "head": head, "documents": visit.ledger.count("document")})


ROUTES = (get("/", "read", home),)
