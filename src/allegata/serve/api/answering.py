"""How the API answers: some records of a list or one of them, with a tag by which whoever has them already is not sent them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import wait
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from allegata import __version__
from allegata.ledger import Ledger
from allegata.model.json import digest
from allegata.serve.answers import BusyError
from allegata.serve.asked import address
from allegata.serve.twins import record_export
from allegata.serve.visit import Answer, Route, Sent, Visit

T = TypeVar("T")
FEWEST, MOST = 100, 1000
"""Records that are sent at once unless *limit* asks for others, and at most."""
PAGES = 10**6
PATIENCE_S, ROUNDS = 60, 3
"""Seconds that an answer is waited for, and how often where others write meanwhile."""


class Some(NamedTuple):
    """Records of a list, as JSON. more: there are further ones."""

    items: Sequence[Any]
    more: bool


class Operation(NamedTuple):
    """One address of the API. name: of the operation, and of it alone. schema: the name of that of a record. takes: names of the query.

    read: some of the records, or the one. reads_all: all records of a kind are read for it. is_row: taking them from a ledger with accounts is a row.
    """

    path: str
    name: str
    summary: str
    schema: str
    read: Callable[[Visit], Some | Mapping[str, Any]]
    takes: frozenset[str] = frozenset()
    lists: bool = True
    reads_all: bool = False
    is_row: bool = True


def window(visit: Visit) -> tuple[int, int]:
    """Return how many records come before those that are asked for, and how many these are.

    Raises: InputError if the address asks for a page or a number that is none.
    """
    limit = visit.number("limit", FEWEST, MOST)
    return (visit.number("page", 1, PAGES) - 1) * limit, limit


def some(visit: Visit, records: Iterable[T], plain: Callable[[T], Any]) -> Some:
    """Return those of *records* that are asked for, each as *plain* makes it."""
    start, limit = window(visit)
    found = list(islice(records, start, start + limit + 1))
    return Some([plain(each) for each in found[:limit]], len(found) > limit)


def worked_out(visit: Visit, question: Hashable, work: Callable[[Ledger], T]) -> T:
    """Return what *work* finds, as the page that asks the same *question* does, and wait for it.

    Raises: BusyError if it takes too long, or others write all the time; what *work* raises.
    """
    for _ in range(ROUNDS):
        made = visit.answers.of(visit.ledger, question, work)
        if made is not None:
            return made
        wait(visit.answers.waits, PATIENCE_S)
    raise BusyError


def _pairs(visit: Visit) -> list[tuple[str, str]]:
    """Return the query by name, as its order is of no matter, and not always the one that was sent."""
    return sorted(visit.query, key=lambda pair: pair[0])


def tag_of(visit: Visit, state: str) -> str:
    """Return the tag of an answer (RFC 9110): another one where the ledger, the address or the program is another."""
    return f'"{digest(state, __version__, visit.path, [list(each) for each in _pairs(visit)])[:32]}"'


def knows(known: str, tag: str) -> bool:
    """Return whether *tag* is among those of an If-None-Match.

    >>> knows('"a", W/"b"', '"b"'), knows('"ab"', '"b"'), knows("*", '"b"')
    (True, False, False)
    """
    return tag in {each.strip().removeprefix("W/") for each in known.split(",")}


def _body(operation: Operation, visit: Visit, found: Some | Mapping[str, Any], state: str) -> Mapping[str, Any]:
    if not isinstance(found, Some):
        return found
    pairs = [(name, value) for name, value in _pairs(visit) if name in operation.takes]
    following = address(visit.path, pairs, page=visit.number("page", 1, PAGES) + 1) if found.more else None
    return {"items": found.items, "next": following, "state": state}


def answered(operation: Operation, visit: Visit) -> Answer:
    """Return the answer to *visit*: nothing where whoever asks has it already."""
    head = visit.ledger.head() if not operation.is_row else None
    state = head.hash if head else visit.ledger.state()
    tag = tag_of(visit, state)
    unchanged = Sent("", "application/json", headers={"etag": tag}, status=304)
    if knows(visit.known, tag):
        return unchanged
    found = operation.read(visit)
    if visit.known.strip() == "*":
        return unchanged
    body = _body(operation, visit, found, state)
    if operation.is_row:
        record_export(visit, "json", len(found.items) if isinstance(found, Some) else 1)
    return Sent(json.dumps(body, ensure_ascii=False), "application/json", headers={"etag": tag})


def route_of(operation: Operation) -> Route:
    """Return the route of *operation*."""
    return Route(
        "GET",
        operation.path,
        "read",
        lambda visit: answered(operation, visit),
        takes=operation.takes,
        reads_all=operation.reads_all,
    )
