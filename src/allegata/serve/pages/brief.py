"""A brief of a selection: a page to print, or to take away."""

from __future__ import annotations

from allegata.brief import Page, body, html, markdown
from allegata.ledger import Ledger
from allegata.run.brief import page_of
from allegata.run.options import CHOICES
from allegata.serve.asked import address, asked_of, values_of
from allegata.serve.twins import record_export
from allegata.serve.visit import Answer, Sent, Shown, Visit, get


def _made(visit: Visit) -> str:
    return f"{visit.at[:16]} UTC by {visit.visitor.name}".replace("T", " ", 1)


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
        return Shown("brief.html.jinja", {**context, "brief": None, "heading": ""})
    made = _made(visit)

    def work(ledger: Ledger) -> Page:
        return page_of(ledger, asked, made)

    page = visit.answers.of(visit.ledger, ("brief", wanted, visit.visitor.name, visit.at[:13]), work)
    here = address("/brief", asked, all=visit.asked("all"))
    shown = {"brief": body(page), "heading": page.title} if page else {"brief": None, "heading": ""}
    return Shown("brief.html.jinja", {**context, **shown, "here": here})


def _taken(visit: Visit, form: str) -> Answer:
    asked = values_of(asked_of(visit))
    page = page_of(visit.ledger, asked, _made(visit))
    record_export(visit, form, len(page.footnotes))
    if form == "md":
        return Sent(markdown(page), "text/markdown; charset=utf-8", "brief.md")
    return Sent(html(page), "text/html; charset=utf-8", "brief.html")


ROUTES = (
    get("/brief", "read", brief_page),
    get("/brief.md", "read", lambda visit: _taken(visit, "md")),
    get("/brief.html", "read", lambda visit: _taken(visit, "html")),
)
