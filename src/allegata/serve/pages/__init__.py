"""The pages: one module a page, each with the routes it answers."""

from __future__ import annotations

from allegata.serve.pages import (
    brief,
    claims,
    documents,
    draft,
    drift,
    findings,
    glossary,
    home,
    ledger,
    listing,
    login,
    places,
    review,
    silence,
    sources,
    speakers,
    timeline,
    totals,
)
from allegata.serve.visit import Route

ROUTES: tuple[Route, ...] = tuple(
    route
    for page in (
        home,
        listing,
        documents,
        claims,
        totals,
        silence,
        findings,
        draft,
        brief,
        ledger,
        sources,
        glossary,
        login,
        speakers,
        timeline,
        places,
        drift,
        review,
    )
    for route in page.ROUTES
)
"""Every address of the app but its files."""
