"""What was shown for claims, by body or by official; the board of silences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allegata.model import InputError, Silence
from allegata.run.options import CHOICES
from allegata.run.silence import SHOWN, WITHHELD, silence_of
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 100
"""Rows of a page."""


def _by(visit: Visit) -> str:
    by = visit.asked("by") or "body"
    if by not in ("body", "speaker"):
        raise InputError("by: is body or speaker; correct it in the address")
    return by


def rows_of(visit: Visit, made: Sequence[Silence]) -> list[Silence]:
    """Return the rows that the address asks for: those with the most claims first, that of all claims last."""
    by = _by(visit)
    rows = sorted(
        (row for row in made if row.of == by), key=lambda row: (-row.claims, row.body or "", row.speaker or "")
    )
    return [*rows, *(row for row in made if row.of == "all")]


def claims_behind(row: Silence, asked: Mapping[str, str]) -> str | None:
    """Return the address of the claims of *row* as printed, null where it is that of nobody known. asked: what the rows are made of."""
    names = {"body": row.body, "speaker": row.speaker}
    # In quotation marks a name is the whole of it, so that those that only begin like it are not listed, too.
    whole = {name: f'"{value}"' for name, value in names.items() if value}
    return address("/claims", {**asked, **whole, "status": "asserted"}) if names.get(row.of) else None


def silence_page(visit: Visit) -> Shown:
    """Return a page of the rows that the address asks for."""
    wanted, by, page = asked_of(visit), _by(visit), visit.number("page", 1, 10**5)
    made = visit.answers.of(visit.ledger, ("silence", wanted), lambda ledger: silence_of(ledger, wanted))
    rows = None if made is None else rows_of(visit, made)
    context = {"title": "Silence", "asked": values_of(wanted), "choices": CHOICES, "by": by, "page": page}
    if rows is None:
        return Shown("silence.html.jinja", {**context, "rows": None})
    return Shown(
        "silence.html.jinja",
        {
            **context,
            "rows": [
                (row, claims_behind(row, values_of(wanted))) for row in rows[:-1][(page - 1) * PAGE : page * PAGE]
            ],
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
        lambda visit: rows_of(visit, silence_of(visit.ledger, asked_of(visit))),
        Silence.__struct_fields__,
        takes=(*FIELDS, "by"),
    ),
)
