"""When claims are of: the timeline of a selection, and its table."""

from __future__ import annotations

from typing import Literal, get_args

from allegata.ledger import DayCount
from allegata.model.error import InputError
from allegata.run.options import CHOICES
from allegata.serve.asked import FIELDS, asked_of, values_of
from allegata.serve.timeline import timeline, timeline_svg
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

Moment = Literal["happened", "spoken", "published"]
WORDS = {
    "happened": "when it is said to have happened",
    "spoken": "when it was said",
    "published": "when the report was published",
}


def _of(visit: Visit) -> Moment:
    of = visit.asked("of") or "happened"
    if of not in get_args(Moment):
        raise InputError(f"of: is none of {', '.join(get_args(Moment))}; correct it in the address")
    return of  # type: ignore[return-value]


def timeline_page(visit: Visit) -> Shown:
    """Return the timeline of the claims that the address asks for."""
    wanted, of = asked_of(visit), _of(visit)
    made = timeline(visit.ledger.days(wanted, of, happenings_only=True))
    return Shown(
        "timeline.html.jinja",
        {
            "title": "Timeline",
            "asked": values_of(wanted),
            "choices": CHOICES,
            "of": of,
            "moments": WORDS,
            "made": made,
            "picture": timeline_svg(made, f"Claims by {WORDS[of]}; the table below has the same"),
        },
    )


def _records(visit: Visit) -> tuple[DayCount, ...]:
    return visit.ledger.days(asked_of(visit), _of(visit), happenings_only=True).counts


TAKES = (*FIELDS, "of")
ROUTES = (
    get("/timeline", "read", timeline_page, TAKES),
    *twins("/timeline", "read", _records, DayCount.__struct_fields__, takes=TAKES),
)
