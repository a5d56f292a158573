"""Who speaks: speakers and bodies with what they claimed, what was shown for it, and what does not fit."""

from __future__ import annotations

from typing import NamedTuple

from allegata.ledger import ClaimFilter, Facet, Ledger
from allegata.model.error import InputError
from allegata.model.link import Finding
from allegata.model.total import Silence, Total
from allegata.run.around import findings_about, linked_to
from allegata.serve.asked import address
from allegata.serve.bars import bars_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get
from allegata.silence import silence
from allegata.total import total

LISTS = ("body", "speaker")
ALL_OF_THEM = 10**6
TOP = 200
"""Speakers or bodies of the list."""
LATEST = 20
"""Claims of a speaker that its page shows."""
LISTED = 50
"""Findings of a speaker that its page shows."""


class Listed(NamedTuple):
    """A body or speaker of the list as its record. field: which of both. key: what an address asks for it by."""

    field: str
    name: str
    key: str
    claims: int


class Told(NamedTuple):
    """What the claims of a speaker come to."""

    totals: tuple[Total, ...]
    silence: Silence
    findings: tuple[Finding, ...]


def told_by(ledger: Ledger, wanted: ClaimFilter) -> Told:
    """Return what the claims *wanted* come to."""
    claims = list(ledger.claims(wanted))
    ids = {claim.id for claim in claims}
    known, links = linked_to(ledger, claims)
    found = findings_about(ledger, claims)[2]
    whole = next(row for row in silence(claims, links, known) if row.of == "all")
    return Told(tuple(total(claims, links)), whole, tuple(each for each in found if ids & set(each.claims)))


def _list(visit: Visit) -> Shown:
    facets: dict[str, Facet] = {
        each.field: each for each in visit.ledger.facets(fields=LISTS, top=TOP, happenings_only=True)
    }
    return Shown("speakers.html.jinja", {"title": "Speakers", "facets": facets})


def _asked(visit: Visit) -> tuple[str | None, str | None]:
    """Return the body and the speaker that the address asks for.

    Raises: InputError if it asks for both.
    """
    body, speaker = visit.asked("body"), visit.asked("speaker")
    if body is not None and speaker is not None:
        raise InputError("body, speaker: give one of them; a list of claims takes both")
    return body, speaker


def listed(visit: Visit) -> list[Listed]:
    """Return all bodies, then all speakers by name, or the one that the address asks for.

    Raises: InputError if it asks for both.
    """
    asked = dict(zip(LISTS, _asked(visit), strict=True))
    return [
        Listed(facet.field, each.label, each.key, each.claims)
        for facet in visit.ledger.facets(fields=LISTS, top=ALL_OF_THEM, happenings_only=True)
        for each in facet.values
        if not any(asked.values()) or asked[facet.field] in (each.key, each.label)
    ]


def speakers_page(visit: Visit) -> Shown:
    """Return the list of who speaks, or the page of the one speaker or body that the address asks for.

    Raises: InputError if it asks for both.
    """
    body, speaker = _asked(visit)
    if body is None and speaker is None:
        return _list(visit)
    field, name = ("body", body or "") if body is not None else ("speaker", speaker or "")
    wanted = ClaimFilter(body=body, speaker=speaker)
    found = visit.ledger.selected(wanted, 0, LATEST, "published", happenings_only=True)
    told = (
        visit.answers.of(visit.ledger, ("told by", wanted), lambda ledger: told_by(ledger, wanted))
        if found.total
        else None
    )
    context = {
        "title": name.strip('"') or "Speakers",
        "field": field,
        "asked": {field: name},
        "found": found,
        "told": told,
    }
    if told is None:
        return Shown("speaker.html.jinja", {**context, "here": address("/speakers", {field: name})})
    return Shown("speaker.html.jinja", {**context, "bars": bars_of(told.totals), "here": "", "listed": LISTED})


ROUTES = (
    get("/speakers", "read", speakers_page, LISTS),
    *twins("/speakers", "read", listed, Listed._fields, plain=Listed._asdict, takes=LISTS),
)
