"""The claims of a ledger: searched, filtered by facets, and page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from allegata.export.csv import COLUMNS, row_of
from allegata.ledger import Facet
from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.run.options import CHOICES, KINDS
from allegata.run.pipeline import findings_of
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.pages.findings import claims_by_kind, claims_with_findings, known
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 50
"""Claims of a page."""
FACETS = ("action", "speaker", "body", "kind", "place", "target", "outlet", "evidence", "stance", "status")
FINDING = "finding"
"""The name in the address of a kind of findings, which claims are asked for by beside what they say."""
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


def findings_shelf(numbers: Mapping[str, int], asked: dict[str, str]) -> Shelf:
    """Return the facet of kinds of findings, with how many claims a finding of each is about; the most frequent first."""
    choices = []
    for kind, claims in sorted(numbers.items(), key=lambda each: (-each[1], each[0])):
        here = asked.get(FINDING) == kind
        if claims or here:
            to = address("/claims", asked, page=None, **{FINDING: None if here else kind})
            choices.append(Choice(kind, claims, to, here))
    return Shelf(FINDING, FINDING, tuple(choices), 0, 0)


def _finding(visit: Visit) -> str | None:
    return known(FINDING, visit.asked("finding"))


def _order(visit: Visit) -> str:
    order = visit.asked("order") or ORDERS[0]
    if order not in ORDERS:
        raise InputError(f"order: is none of {', '.join(ORDERS)}; correct it in the address")
    return order


def listing(visit: Visit) -> Shown:
    """Return one page of the claims that the address asks for, with the facets of all of them."""
    wanted, order, page = asked_of(visit), _order(visit), visit.number("page", 1, 10**6)
    finding = _finding(visit)
    asked = values_of(wanted) | ({FINDING: finding} if finding else {})
    kept = asked | ({"order": order} if order != ORDERS[0] else {})
    context = {"title": "Claims", "asked": asked, "kept": kept, "choices": {**CHOICES, FINDING: KINDS}, "page": page}
    having = claims_with_findings(visit, finding is not None)
    if having is None and finding:
        return Shown("claims.html.jinja", {**context, "claims": None})
    among = having.get(finding, frozenset()) if having is not None and finding else None
    ledger = visit.ledger
    found = ledger.selected(wanted, (page - 1) * PAGE, PAGE, order, happenings_only=True, among=among)  # type: ignore[arg-type]
    facets = ledger.facets(wanted, FACETS, TOP, happenings_only=True, among=among)
    shelves = [shelf(each, "/claims", kept) for each in facets if each.values]
    findings = findings_shelf(ledger.numbers(wanted, having or {}, happenings_only=True), kept)
    return Shown(
        "claims.html.jinja",
        {
            **context,
            "order": order,
            "unfinished": having is None,
            "total": found.total,
            "claims": found.claims,
            "shelves": [*shelves, findings] if findings.choices else shelves,
            "pages": -(-found.total // PAGE),
        },
    )


def _records(visit: Visit) -> list[Claim]:
    """Return all claims that the address asks for, statements too, as `allegata claims` gives them."""
    wanted, finding = asked_of(visit), _finding(visit)
    claims = visit.ledger.claims(wanted)
    if finding is None:
        return list(claims)
    among = claims_by_kind(findings_of(visit.ledger)).get(finding, frozenset())
    return [claim for claim in claims if claim.id in among]


ROUTES = (
    get("/claims", "read", listing, (*FIELDS, FINDING, "order", "page")),
    *twins("/claims", "read", _records, COLUMNS, row=row_of, takes=(*FIELDS, FINDING)),
)
