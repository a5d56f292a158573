"""Claims that were told more than once, and which of their fields moved on the way."""

from __future__ import annotations

from typing import NamedTuple

from allegata.ledger import ALL, ClaimFilter, Ledger
from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.link import Group
from allegata.run.drift import groups_with
from allegata.run.options import CHOICES
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 50
"""Groups of a page."""


class Retold(NamedTuple):
    """A claim that was told more than once, as its row says it. moved: the fields that moved, each once."""

    claim: Claim
    group: Group
    outlets: tuple[str, ...]
    days: tuple[str, str]
    moved: tuple[str, ...]


def groups_of(ledger: Ledger, wanted: ClaimFilter) -> tuple[Group, ...]:
    """Return the groups in which a claim that *wanted* asks for is; those in which most moved, then those told most often, first."""
    found = groups_with(ledger, None if wanted == ALL else set(ledger.ids(wanted)))
    return tuple(sorted(found, key=lambda each: (-len(each.moved), -len(each.variants), each.id)))


def _retold(ledger: Ledger, some: list[Group]) -> list[Retold]:
    claims = {claim.id: claim for claim in ledger.claims_of_ids(each.id for each in some)}
    made = []
    for group in some:
        if group.id in claims:
            days = sorted(each.published for each in group.variants if each.published)
            outlets = tuple(dict.fromkeys(each.outlet or "outlet not known" for each in group.variants))
            ends = (days[0], days[-1]) if days else ("", "")
            made.append(
                Retold(claims[group.id], group, outlets, ends, tuple(dict.fromkeys(each.field for each in group.moved)))
            )
    return made


def is_moved(visit: Visit) -> bool:
    """Return whether the address asks for those alone in which something moved.

    Raises: InputError if it says neither.
    """
    moved = visit.asked("moved")
    if moved not in (None, "yes"):
        raise InputError("moved: is yes, or left out; correct it in the address")
    return moved == "yes"


def drift_page(visit: Visit) -> Shown:
    """Return a page of the claims told more than once of which one is asked for."""
    wanted, page, moved = asked_of(visit), visit.number("page", 1, 10**5), is_moved(visit)
    asked = values_of(wanted)
    kept = asked | ({"moved": "yes"} if moved else {})
    made = visit.answers.of(visit.ledger, ("drift", wanted), lambda ledger: groups_of(ledger, wanted))
    context = {"title": "Told again", "asked": asked, "kept": kept, "choices": CHOICES, "moved": moved, "page": page}
    if made is None:
        return Shown("drift.html.jinja", {**context, "rows": None, "here": address("/drift", kept)})
    fitting = [each for each in made if each.moved or not moved]
    some = fitting[(page - 1) * PAGE : page * PAGE]
    # The claims of a page are read once for each state of the ledger, too.
    rows = visit.answers.of(visit.ledger, ("drift", wanted, moved, page), lambda ledger: _retold(ledger, some))
    if rows is None:
        return Shown("drift.html.jinja", {**context, "rows": None, "here": address("/drift", kept, page=page)})
    counts = {"total": len(made), "with_moves": sum(bool(each.moved) for each in made)}
    return Shown("drift.html.jinja", {**context, **counts, "rows": rows, "more": len(fitting) > page * PAGE})


def _records(visit: Visit) -> list[Group]:
    moved = is_moved(visit)
    return [each for each in groups_of(visit.ledger, asked_of(visit)) if each.moved or not moved]


ROUTES = (
    get("/drift", "read", drift_page, (*FIELDS, "moved", "page")),
    *twins("/drift", "read", _records, Group.__struct_fields__, takes=(*FIELDS, "moved")),
)
