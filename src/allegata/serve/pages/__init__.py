"""The pages: one module a page, each with the routes it answers."""

from __future__ import annotations

from allegata.serve.pages import documents, home, listing, review
from allegata.serve.visit import Route

ROUTES: tuple[Route, ...] = (*home.ROUTES, *listing.ROUTES, *documents.ROUTES, *review.ROUTES)
"""Every address of the app but its files."""
