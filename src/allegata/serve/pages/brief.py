"""A brief of a selection: a page to print, or to take away."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from allegata.brief import Page, body, html, markdown
from allegata.ledger import Ledger
from allegata.run.brief import page_of
from allegata.run.options import CHOICES
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.twins import record_export
from allegata.serve.visit import Answer, Sent, Shown, Visit, get

LARGEST = 170_000
"""Bytes of a brief in a page of the app, which has to have room for the rest of it."""
NOTES = 500
"""Footnotes of a brief that may fit as a whole."""
ROWS = (64, 48, 32, 24, 16, 12, 8, 4, 2, 1)
"""Rows of each table that are tried, where the whole is too long."""


class Part(NamedTuple):
    """A brief as it is shown. whole: nothing of it is left out."""

    heading: str
    brief: Markup | None
    whole: bool


def _made(visit: Visit) -> str:
    return f"{visit.at[:16]} UTC by {visit.visitor.name}".replace("T", " ", 1)


def _part(page: Page) -> Part:
    """Return as many rows of each table of *page* as a page of the app has room for."""
    ways = (None, *ROWS) if len(page.footnotes) <= NOTES else ROWS
    for most in ways:
        made = body(page, most)
        if len(made.encode()) <= LARGEST:
            break
    return Part(page.title, made, most is None)


def brief_page(visit: Visit) -> Shown:
    """Return the brief of the claims that the address asks for; without a filter the form alone."""
    wanted = asked_of(visit)
    asked = values_of(wanted)
    context = {
        "title": "Brief",
        "asked": asked,
        "choices": CHOICES,
        "wants": bool(asked) or visit.asked("all") is not None,
    }
    if not context["wants"]:
        return Shown("brief.html.jinja", {**context, **Part("", None, True)._asdict()})
    made = _made(visit)

    def work(ledger: Ledger) -> Part:
        return _part(page_of(ledger, asked, made))

    part = visit.answers.of(visit.ledger, ("brief", wanted, visit.visitor.name, visit.at[:13]), work)
    here = address("/brief", asked, all=visit.asked("all"))
    shown = part or Part("", None, True)
    return Shown("brief.html.jinja", {**context, **shown._asdict(), "here": here})


def _taken(visit: Visit, form: str) -> Answer:
    asked = values_of(asked_of(visit))
    page = page_of(visit.ledger, asked, _made(visit))
    record_export(visit, form, len(page.footnotes))
    if form == "md":
        return Sent(markdown(page), "text/markdown", "brief.md")
    return Sent(html(page), "text/html", "brief.html")


ROUTES = (
    get("/brief", "read", brief_page, (*FIELDS, "all")),
    get("/brief.md", "read", lambda visit: _taken(visit, "md"), FIELDS),
    get("/brief.html", "read", lambda visit: _taken(visit, "html"), FIELDS),
)
