"""What was shown for claims, by body or by official; the board of silences."""

from __future__ import annotations

from collections.abc import Sequence

from allegata.model import InputError, Silence
from allegata.run.options import CHOICES
from allegata.run.silence import SHOWN, WITHHELD, silence_of
from allegata.serve.asked import asked_of, values_of
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
            "rows": rows[:-1][(page - 1) * PAGE : page * PAGE],
            "whole": rows[-1],
            "more": len(rows) - 1 > page * PAGE,
            "shown": SHOWN,
            "withheld": WITHHELD,
        },
    )


ROUTES = (
    get("/silence", "read", silence_page),
    *twins(
        "/silence",
        "read",
        lambda visit: rows_of(visit, silence_of(visit.ledger, asked_of(visit))),
        Silence.__struct_fields__,
    ),
)
