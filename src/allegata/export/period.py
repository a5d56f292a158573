"""The days of a period as formats want them that include both ends."""

from __future__ import annotations

from datetime import date, timedelta

from allegata.model.claim import Period
from allegata.model.mention import Mention

DAY = timedelta(days=1)


def days_of(mention: Mention[Period] | None) -> tuple[str, str]:
    """Return first and last day, both included; each empty where it is not surely known.

    >>> days_of(Mention((), (Period("2024-05-01", "2024-06-01", "2024-05", "gregorian", "month"),)))
    ('2024-05-01', '2024-05-31')
    >>> days_of(None), days_of(Mention((), (Period(None, "2024-06-01", "", "gregorian", "range"),)))
    (('', ''), ('', '2024-05-31'))
    """
    value = mention.value if mention else None
    if value is None:
        return "", ""
    try:
        first = date.fromisoformat(value.start) if value.start else None
        last = date.fromisoformat(value.end) - DAY if value.end else None
    except (ValueError, OverflowError):
        return "", ""
    if first and last and last < first:
        return "", ""
    return first.isoformat() if first else "", last.isoformat() if last else ""
