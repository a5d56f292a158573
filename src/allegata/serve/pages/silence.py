"""What was shown for claims, by body or by official; the board of silences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from allegata.ledger import ClaimFilter, Ledger
from allegata.model.error import InputError
from allegata.model.total import Silence
from allegata.run.options import CHOICES
from allegata.run.silence import BY, SHOWN, WITHHELD, silence_of
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 100
"""Rows of a page."""


def _by(visit: Visit) -> str:
    by = visit.asked("by") or "body"
    if by not in BY:
        raise InputError("by: is body or speaker; correct it in the address")
    return by


def sorted_rows(visit: Visit, made: Sequence[Silence]) -> list[Silence]:
    """Return the rows that the address asks for: those with the most claims first, that of all claims last."""
    by = _by(visit)
    rows = sorted(
        (row for row in made if row.of == by), key=lambda row: (-row.claims, row.body or "", row.speaker or "")
    )
    return [*rows, *(row for row in made if row.of == "all")]


class Behind(NamedTuple):
    """Where the claims of a row are listed as printed. more: how many the list has that the row does not count."""

    address: str
    more: int


def behind(ledger: Ledger, row: Silence, asked: Mapping[str, str]) -> Behind | None:
    """Return where the claims of *row* are listed, null where it is that of nobody known. asked: what the rows are made of.

    The list has claims in which it is in doubt who speaks, too, and those whose speaker of that name is no official.
    """
    names = {"body": row.body, "speaker": row.speaker}
    if not names.get(row.of):
        return None
    # In quotation marks a name is the whole of it, so that those that only begin like it are not listed, too.
    whole = {name: f'"{value}"' for name, value in names.items() if value}
    fields = {**asked, **whole, "status": "asserted"}
    listed = ledger.ids(ClaimFilter(**fields), happenings_only=True)
    return Behind(address("/claims", fields), len(set(listed) - set(row.counted)))


def silence_page(visit: Visit) -> Shown:
    """Return a page of the rows that the address asks for."""
    wanted, by, page = asked_of(visit), _by(visit), visit.number("page", 1, 10**5)
    made = visit.answers.of(visit.ledger, ("silence", wanted), lambda ledger: silence_of(ledger, wanted))
    rows = None if made is None else sorted_rows(visit, made)
    context = {"title": "Silence", "asked": values_of(wanted), "choices": CHOICES, "by": by, "page": page}
    if rows is None:
        return Shown("silence.html.jinja", {**context, "rows": None})
    some = rows[:-1][(page - 1) * PAGE : page * PAGE]
    # What is listed behind the rows of a page is looked for once for each state of the ledger, too.
    listed = visit.answers.of(
        visit.ledger,
        ("silence", wanted, by, page),
        lambda ledger: [behind(ledger, row, values_of(wanted)) for row in some],
    )
    if listed is None:
        return Shown("silence.html.jinja", {**context, "rows": None})
    return Shown(
        "silence.html.jinja",
        {
            **context,
            "rows": list(zip(some, listed, strict=True)),
            "whole": rows[-1],
            "more": len(rows) - 1 > page * PAGE,
            "shown": SHOWN,
            "withheld": WITHHELD,
        },
    )


ROUTES = (
    get("/silence", "read", silence_page, (*FIELDS, "by", "page")),
    *twins(
        "/silence",
        "read",
        lambda visit: sorted_rows(visit, silence_of(visit.ledger, asked_of(visit))),
        Silence.__struct_fields__,
        takes=(*FIELDS, "by"),
    ),
)
