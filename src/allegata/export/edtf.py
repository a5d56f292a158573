"""Days in the Extended Date/Time Format (EDTF, Library of Congress 2019; ISO 8601-2:2019, annex A)."""

from __future__ import annotations

from datetime import date

from allegata.export.period import DAY
from allegata.model.claim import Period
from allegata.model.mention import Mention


def edtf(period: Period) -> str:
    """Return the days of *period*; empty where neither end is known.

    A whole day, month or year is written as one date (level 0), other days as an interval of whole days, both ends included; an end that
    the text leaves open is ``..``, and what the words make vague is approximate, ``~`` (level 1).

    >>> edtf(Period("2024-05-01", "2024-06-01", "2024-05", "gregorian", "month"))
    '2024-05'
    >>> edtf(Period("2024-05-01", "2024-05-08", "P1W", "gregorian", "range")), edtf(Period("2019-01-01", None, "", "gregorian", "range"))
    ('2024-05-01/2024-05-07', '2019-01-01/..')
    """
    try:
        start = date.fromisoformat(period.start) if period.start else None
        last = date.fromisoformat(period.end) - DAY if period.end else None
    except (ValueError, OverflowError):
        return ""
    about = "~" if period.precision == "vague" else ""
    if start is None and last is None:
        return ""
    if start is None or last is None:
        return f"{start.isoformat() + about if start else '..'}/{last.isoformat() + about if last else '..'}"
    if last < start:
        return ""
    whole = _whole(start, last)
    return whole + about if whole else f"{start.isoformat()}{about}/{last.isoformat()}{about}"


def _whole(start: date, last: date) -> str:
    """Return the day, month or year that the days from *start* to *last* are, empty if they are none."""
    if start == last:
        return start.isoformat()
    if start.day == 1 and (last + DAY).day == 1 and last.year == start.year:
        if last.month == start.month:
            return start.isoformat()[:7]
        if (start.month, last.month) == (1, 12):
            return start.isoformat()[:4]
    return ""


def edtf_of(mention: Mention[Period] | None) -> str:
    """Return the days that *mention* stands for; empty where none are told or known.

    Several readings are one of a set (level 2), ``[2024-05-04,2024-04-05]``; readings that are no single dates fit into no set, and give none.

    >>> days = (Period("2024-05-04", "2024-05-05", "", "gregorian", "day"), Period("2024-04-05", "2024-04-06", "", "gregorian", "day"))
    >>> edtf_of(Mention((), days)), edtf_of(Mention((), days[:1])), edtf_of(None)
    ('[2024-05-04,2024-04-05]', '2024-05-04', '')
    """
    if mention is None:
        return ""
    if mention.value is not None:
        return edtf(mention.value)
    written = list(dict.fromkeys(edtf(each) for each in mention.readings))
    single = len(written) > 1 and all(each and not set(each) & set("/~") for each in written)
    return f"[{','.join(written)}]" if single else ""
