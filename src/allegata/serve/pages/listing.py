"""The claims of a ledger: searched, filtered by facets, and page by page."""

from __future__ import annotations

from typing import NamedTuple

from allegata.export.csv import COLUMNS, row_of
from allegata.ledger import Facet
from allegata.model import Claim, InputError
from allegata.run.options import CHOICES
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 50
"""Claims of a page."""
FACETS = ("action", "speaker", "body", "kind", "place", "target", "outlet", "evidence", "stance", "status")
NAMES = {"kind": "kind of speaker", "target": "organisation claimed about"}
TOP = 8
"""Values of a facet that are shown."""
ORDERS = ("published", "latest")
"""The newest report first, or the last entered first."""


class Choice(NamedTuple):
    """A value of a facet as it is shown. here: it is asked for, and *to* takes it out again."""

    label: str
    claims: int
    to: str
    here: bool


class Shelf(NamedTuple):
    """A facet as it is shown. others: further values. without: claims without one."""

    field: str
    name: str
    choices: tuple[Choice, ...]
    others: int
    without: int


def shelf(facet: Facet, path: str, asked: dict[str, str]) -> Shelf:
    """Return *facet* with the address of each of its values on *path*."""
    choices = []
    for value in facet.values:
        here = asked.get(facet.field) == value.key
        to = address(path, asked, page=None, **{facet.field: None if here else value.key})
        choices.append(Choice(value.label, value.claims, to, here))
    return Shelf(facet.field, NAMES.get(facet.field, facet.field), tuple(choices), facet.others, facet.without)


def _order(visit: Visit) -> str:
    order = visit.asked("order") or ORDERS[0]
    if order not in ORDERS:
        raise InputError(f"order: is none of {', '.join(ORDERS)}; correct it in the address")
    return order


def listing(visit: Visit) -> Shown:
    """Return one page of the claims that the address asks for, with the facets of all of them."""
    wanted, order, page = asked_of(visit), _order(visit), visit.number("page", 1, 10**6)
    asked = values_of(wanted)
    kept = asked | ({"order": order} if order != ORDERS[0] else {})
    found = visit.ledger.selected(wanted, (page - 1) * PAGE, PAGE, order, happenings_only=True)  # type: ignore[arg-type]
    facets = visit.ledger.facets(wanted, FACETS, TOP, happenings_only=True)
    return Shown(
        "claims.html.jinja",
        {
            "title": "Claims",
            "asked": asked,
            "kept": kept,
            "choices": CHOICES,
            "order": order,
            "total": found.total,
            "claims": found.claims,
            "shelves": [shelf(each, "/claims", kept) for each in facets if each.values],
            "page": page,
            "pages": -(-found.total // PAGE),
        },
    )


def _records(visit: Visit) -> list[Claim]:
    """Return all claims that the address asks for, statements too, as `allegata claims` gives them."""
    return list(visit.ledger.claims(asked_of(visit)))


ROUTES = (
    get("/claims", "read", listing, (*FIELDS, "order", "page")),
    *twins("/claims", "read", _records, COLUMNS, row=row_of, takes=FIELDS),
)
