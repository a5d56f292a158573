"""What the words of the pages mean."""

from __future__ import annotations

from allegata.serve.visit import Shown, Visit, get


def glossary(visit: Visit) -> Shown:
    """Return the words of the pages with what they mean."""
    return Shown("glossary.html.jinja", {"title": "Words"})


ROUTES = (get("/glossary", "read", glossary),)
