"""What the API has: one table of addresses, each with what it reads, which is what the page of the same name reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.json import to_json
from allegata.model.link import Finding, Group, Link, Relation
from allegata.model.total import Silence, Total
from allegata.run.pipeline import findings_of
from allegata.run.silence import silence_of
from allegata.run.whole import json_of_whole, whole_claim
from allegata.serve.api.answering import Operation, Some, some, window, worked_out
from allegata.serve.asked import FIELDS, asked_of
from allegata.serve.guard import API
from allegata.serve.pages.claims import claim_of
from allegata.serve.pages.documents import document_of, rows_of
from allegata.serve.pages.drift import groups_of, is_moved
from allegata.serve.pages.findings import kind_of
from allegata.serve.pages.ledger import KINDS
from allegata.serve.pages.silence import sorted_rows
from allegata.serve.pages.speakers import LISTS, Listed, listed
from allegata.serve.pages.totals import totals_of
from allegata.serve.visit import NotHereError, Visit

ROOT = f"{API}v1"
PAGED = frozenset({"limit", "page"})
CLAIMS = frozenset(FIELDS) | PAGED
RELATIONS: tuple[str, ...] = get_args(Relation)


def _claims(visit: Visit) -> Some:
    """Return all claims that are asked for, statements too, in order of entry."""
    wanted, (start, limit) = asked_of(visit), window(visit)
    found = visit.ledger.selected(wanted, start, limit, "entered")
    return Some([to_json(each) for each in found.claims], found.total > start + limit)


def _whole(visit: Visit, typed: str, found: str) -> None:
    """Refuse first characters of an id: they may be those of another record later.

    Raises: NotHereError.
    """
    if typed != found:
        raise NotHereError(f"{visit.path}: is no whole id; the list of these records has them")


def _claim(visit: Visit) -> Mapping[str, Any]:
    typed = visit.parts["claim"]
    found = claim_of(visit, typed)
    _whole(visit, typed, found.id)
    return json_of_whole(whole_claim(visit.ledger, found.id))


def _documents(visit: Visit) -> Some:
    start, limit = window(visit)
    rows = rows_of(visit, start // limit + 1, limit)
    return Some(rows[:limit], len(rows) > limit)


def _document(visit: Visit) -> Mapping[str, Any]:
    typed = visit.parts["document"]
    found = document_of(visit, typed)
    _whole(visit, typed, found.id)
    return to_json(found)


def _links(visit: Visit) -> Some:
    claim, relation = visit.asked("claim"), visit.asked("relation")
    if relation is not None and relation not in RELATIONS:
        raise InputError(f"relation: is none of {', '.join(RELATIONS)}; correct it in the address")
    links = visit.ledger.links(of=[claim] if claim else None)
    return some(visit, (each for each in links if relation in (None, each.relation)), to_json)


def _findings(visit: Visit) -> Some:
    kind = kind_of(visit)
    found = worked_out(visit, "findings", findings_of)
    return some(visit, (each for each in found if kind in (None, each.kind)), to_json)


def _totals(visit: Visit) -> Some:
    wanted = asked_of(visit)
    made = worked_out(visit, ("totals", wanted), lambda ledger: totals_of(ledger, wanted)).made
    return some(visit, made, to_json)


def _groups(visit: Visit) -> Some:
    wanted, moved = asked_of(visit), is_moved(visit)
    made = worked_out(visit, ("drift", wanted), lambda ledger: groups_of(ledger, wanted))
    return some(visit, (each for each in made if each.moved or not moved), to_json)


def _silence(visit: Visit) -> Some:
    wanted = asked_of(visit)
    made = worked_out(visit, ("silence", wanted), lambda ledger: silence_of(ledger, wanted))
    return some(visit, sorted_rows(visit, made), to_json)


def _speakers(visit: Visit) -> Some:
    return some(visit, listed(visit), Listed._asdict)


def _ledger(visit: Visit) -> Mapping[str, Any]:
    head = visit.ledger.head()
    return {
        "head": {"sequence": head.sequence, "hash": head.hash, "recorded_at": head.recorded_at} if head else None,
        "records": {kind: visit.ledger.count(kind) for kind in KINDS},
    }


def _list(
    path: str, summary: str, schema: str, read: Callable[[Visit], Some], takes: frozenset[str], reads_all: bool = True
) -> Operation:
    return Operation(f"{ROOT}/{path}", path, summary, schema, read, takes, reads_all=reads_all)


def _one(
    path: str, name: str, summary: str, schema: str, read: Callable[[Visit], Mapping[str, Any]], is_row: bool = True
) -> Operation:
    return Operation(f"{ROOT}/{path}", name, summary, schema, read, lists=False, is_row=is_row)


OPERATIONS: tuple[Operation, ...] = (
    _list("claims", "Claims, in order of entry, statements too", Claim.__name__, _claims, CLAIMS, False),
    _one("claims/{claim:str}", "claim", "One claim with all that is told of it", "WholeClaim", _claim),
    _list("documents", "Reports, the last entered first", "ListedDocument", _documents, PAGED, False),
    _one("documents/{document:str}", "document", "One report with its text, masked", "Document", _document),
    _list("links", "How claims relate", Link.__name__, _links, PAGED | {"claim", "relation"}),
    _list("findings", "What does not fit", Finding.__name__, _findings, PAGED | {"kind"}),
    _list("totals", "What claims add up to, at least and at most", Total.__name__, _totals, CLAIMS),
    _list("groups", "Claims told more than once, and what moved on the way", Group.__name__, _groups, CLAIMS | {"moved"}),
    _list("silence", "What was shown for claims, by body or by official", Silence.__name__, _silence, CLAIMS | {"by"}),
    _list("speakers", "Who speaks, with numbers of claims", "ListedSpeaker", _speakers, PAGED | frozenset(LISTS)),
    _one("ledger", "ledger", "The head of the ledger, and how much was entered", "LedgerHead", _ledger, False),
)  # fmt: skip
