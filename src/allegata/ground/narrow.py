"""Words before a time that name a part of it: late March, the end of 2018, the first five months of the Iranian year."""

from __future__ import annotations

from datetime import date, timedelta

from allegata.ground.anchor import Parts, amount_of, folded, word_value
from allegata.ground.calendar import CALENDARS, length_of, months_of, one_day, span
from allegata.model.claim import Period


def narrowed(period: Period, parts: Parts, language: str) -> Period | None:
    """Return the part of *period* that words before it name: late X, the end of X, the first five months of X.

    Returns null where the words name no stretch that a calendar has.
    """
    if period.start is None or period.end is None:
        return period
    calendar = period.calendar
    first, last = date.fromisoformat(period.start), date.fromisoformat(period.end)
    year = CALENDARS[calendar].of(period.start)[0]
    piece = word_value(parts, "piece", language)
    if "vague" in parts:
        return span(None, None, "PX" + word_value(parts, "unit", language), "vague", calendar)
    if "eve" in parts:
        return one_day(first - timedelta(days=1), calendar) if period.precision == "day" else None
    if "ending" in parts:
        return _ending(period, parts, language)
    if "part" in parts or "edge" in parts:
        return _part(period, word_value(parts, "part", language) or word_value(parts, "edge", language))
    if "amount" in parts:
        amount, unit = amount_of(parts, language)
        final = word_value(parts, "side", language) == "-1"
        if unit == "M" and period.precision == "year" and amount <= 12:
            return months_of(calendar, year, 13 - amount if final else 1, amount, f"P{amount}M")
        if unit in "DW":
            days = timedelta(days=amount * (7 if unit == "W" else 1))
            start, end = (max(first, last - days), last) if final else (first, min(last, first + days))
            return span(start, end, length_of(amount, unit), "range", calendar)
        return None
    number = int(word_value(parts, "nth", language) or parts.get("code", "0"))
    if "weekday" in parts and period.precision in ("month", "year"):
        return _weekday(first, last, number, int(word_value(parts, "weekday", language)), calendar)
    if piece == "D":
        # The second day of a feast lies beyond the first, by which the feast is known.
        if number < 0 and period.precision == "day":
            return None
        return one_day(last - timedelta(days=1) if number < 0 else first + timedelta(days=number - 1), calendar)
    if piece == "W" and period.precision == "month":
        start = last - timedelta(days=7) if number < 0 else first + timedelta(days=7 * (number - 1))
        return span(start, start + timedelta(days=7), start.strftime("%G-W%V"), "range", calendar)
    if period.precision != "year" or piece == "W" or "weekday" in parts:
        return None
    count = {"H": 2, "Q": 4, "M": 12}[piece or folded(parts.get("coded", "Q")).upper()]
    number = count if number < 0 else number
    if number > count:
        return None
    size = 12 // count
    timex = f"{year}-{ {2: 'H', 4: 'Q'}[count] }{number}" if count < 12 else ""
    return months_of(calendar, year, size * (number - 1) + 1, size, timex)


def _ending(period: Period, parts: Parts, language: str) -> Period | None:
    """Return the days or weeks that *period*, a day, is the last of: the two weeks to 3 June; null if it is no day."""
    if period.precision != "day":
        return None
    amount, unit = amount_of({"amount": "1"} | parts, language)
    if amount < 1:
        return None
    last = date.fromisoformat(period.end or "")
    first = last - timedelta(days=amount * (7 if unit == "W" else 1))
    return span(first, last, length_of(amount, unit), "range", period.calendar)


def _part(period: Period, part: str) -> Period | None:
    first, last = date.fromisoformat(period.start or ""), date.fromisoformat(period.end or "")
    if period.precision == "month":
        thirds = {"early": (0, 10), "mid": (10, 20), "late": (20, (last - first).days)}[part]
        first, last = first + timedelta(days=thirds[0]), first + timedelta(days=thirds[1])
    elif period.precision == "year":
        year = CALENDARS[period.calendar].of(period.start or "")[0]
        begin = {"early": 1, "mid": 5, "late": 9}[part]
        third = months_of(period.calendar, year, begin, 4)
        return span(third.start, third.end, period.timex, "year", period.calendar)
    elif period.precision == "range":
        return span(None, None, period.timex, "vague", period.calendar)
    return span(first, last, period.timex, period.precision, period.calendar)


def unfinished(reader: str, parts: Parts, language: str) -> bool:
    """Return whether an expression means a time only as part of a larger one: "the year" in "the end of the year"."""
    return reader in ("unit", "lunar") and word_value(parts, "which", language) == "part"


def _weekday(first: date, last: date, number: int, weekday: int, calendar: str) -> Period | None:
    """Return the day of the week of that number in a stretch, the last one for -1."""
    days = [first + timedelta(days=each) for each in range((last - first).days)]
    fitting = [day for day in days if day.isoweekday() == weekday]
    return one_day(fitting[number if number < 0 else number - 1], calendar)
