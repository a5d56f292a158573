"""The ledger itself: its head, what checking it gives, its batches, and what was done with it."""

from __future__ import annotations

import itertools
from collections import Counter

from msgspec.structs import replace

from allegata.ledger import Ledger
from allegata.ledger.access import DEEDS
from allegata.ledger.whole import Checked
from allegata.model.error import InputError
from allegata.model.mention import Record
from allegata.run.audits import ACCOUNT, Done, done
from allegata.run.options import now
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 25
"""Batches or rows of a page."""
FRESH_S = 5.0
"""Seconds after which a ledger is checked anew when it is asked for again."""
KINDS = ("capture", "document", "claim", "link", "finding", "decision", "erasure")


class Appended(Record, frozen=True):
    """A batch as it is listed, masked. records: how many of each kind it entered."""

    sequence: int
    hash: str
    recorded_at: str
    by: str
    records: dict[str, int]


def ledger_page(visit: Visit) -> Shown:
    """Return what the ledger is: its head and how much was entered."""
    counts = visit.answers.of(visit.ledger, "counts", lambda ledger: [(kind, ledger.count(kind)) for kind in KINDS])
    return Shown("ledger.html.jinja", {"title": "Ledger", "head": visit.ledger.head(), "counts": counts})


def verify_page(visit: Visit) -> Shown:
    """Return what checking every batch, record and body gives, and when that was begun; files may have been changed since, whatever the head is."""

    def check(ledger: Ledger) -> tuple[str, Checked]:
        begun, found = now(), ledger.checked()
        return begun, replace(
            found, problems=tuple(replace(each, what=_unplaced(ledger, each.what)) for each in found.problems)
        )

    head = visit.ledger.head()
    made = visit.answers.of(visit.ledger, ("verify", head and head.hash), check, lasts_s=FRESH_S)
    begun, checked = made or (None, None)
    return Shown("verify.html.jinja", {"title": "Verify", "checked": checked, "begun": begun})


def _unplaced(ledger: Ledger, words: str) -> str:
    """Return *words* without where *ledger* is kept."""
    return words.replace(f"{ledger.name}/", "").replace(ledger.name, "the ledger")


def _appended(ledger: Ledger, first: int, number: int) -> list[Appended]:
    """Return *number* batches from the one with the sequence *first*, the newest first."""
    batches = itertools.islice(ledger.batches(first - 1), number)
    return [
        Appended(
            each.sequence,
            each.hash,
            each.recorded_at,
            ledger.hidden(each.by),
            dict(Counter(one.kind for one in each.entries)),
        )
        for each in batches
    ][::-1]


def batches_page(visit: Visit) -> Shown:
    """Return a page of the batches, the newest first."""
    page, head = visit.number("page", 1, 10**6), visit.ledger.head()
    last = (head.sequence if head else 0) - (page - 1) * PAGE
    first = max(1, last - PAGE + 1)
    number = max(0, last - first + 1)
    # Each batch is checked as it is read, which is done once for each batch that is the last.
    asked = ("batches", page, head and head.hash)
    some = visit.answers.of(visit.ledger, asked, lambda ledger: _appended(ledger, first, number))
    return Shown(
        "batches.html.jinja", {"title": "Batches", "batches": some, "page": page, "more": first > 1 and last > 0}
    )


def _done(visit: Visit) -> list[Done]:
    what = visit.asked("what")
    if what is not None and what not in (ACCOUNT, *DEEDS):
        raise InputError(f"what: is none of {', '.join(sorted((ACCOUNT, *DEEDS)))}; correct it in the address")
    return [each for each in reversed(done(visit.ledger)) if what in (None, each.deed)]


def audit_page(visit: Visit) -> Shown:
    """Return a page of what was done with the ledger, the newest first."""
    page, rows = visit.number("page", 1, 10**6), _done(visit)
    return Shown(
        "audit.html.jinja",
        {
            "title": "Audit",
            "rows": rows[(page - 1) * PAGE : page * PAGE],
            "deeds": sorted((ACCOUNT, *DEEDS)),
            "what": visit.asked("what"),
            "page": page,
            "more": len(rows) > page * PAGE,
        },
    )


ROUTES = (
    get("/ledger", "read", ledger_page),
    get("/ledger/verify", "verify", verify_page),
    get("/ledger/batches", "read", batches_page, ("page",)),
    *twins("/ledger/batches", "read", lambda visit: _appended(visit.ledger, 1, 10**9), Appended.__struct_fields__),
    get("/ledger/audit", "audit", audit_page, ("page", "what")),
    *twins("/ledger/audit", "audit", _done, Done.__struct_fields__, takes=("what",)),
)
