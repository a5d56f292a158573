"""A document against the calendar: glosses that are wrong or differ, weekdays that are not the date's."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta

from allegata.ground.timex import WEEKDAYS, find_times
from allegata.model import Document, Finding, Mention, Period, Span, span_of

GLOSS = re.compile(
    r"\s*[(\[,]\s*(?:which\s+|that\s+)?(?:(?P<ended>end(?:ed|s|ing)\s+(?:on\s+)?)|(?P<began>(?:began|begins|started|starting|beginning)\s+(?:on\s+)?))?"
)
Times = tuple[Mention[Period], ...]
NEAR = timedelta(days=1)
GLOSSES = 20
"""Glosses of one expression with which a later one is compared."""


def check(document: Document) -> tuple[Finding, ...]:
    """Return what in *document* disagrees with the calendar or with itself, in reading order of the kinds.

    calendar_gloss: a Persian or Islamic expression is glossed with days that are not its own (a day's
    difference is allowed at each end), or in two ways. weekday_date: the weekday is not that date's.

    >>> from allegata.claim import sample
    >>> [finding.kind for finding in check(sample("It was on Monday, April 24, 2019."))]
    ['weekday_date']
    """
    times = find_times(document.text, document.published, None, document.language)
    return (*_glosses(document, times), *_weekdays(document, times))


def _glossed(text: str, times: Times) -> tuple[tuple[Mention[Period], Period, Span], ...]:
    """Return each Persian or Islamic expression with the days the document itself says it had; an open end is null."""
    found = []
    for time, following in itertools.pairwise(times):
        if (
            time.readings
            and time.readings[0].calendar != "gregorian"
            and following.value
            and following.value.calendar == "gregorian"
        ):
            end, start = time.spans[0].end, following.spans[0].start
            opening = GLOSS.fullmatch(text[end:start].rstrip("from ").rstrip() + " ") or GLOSS.fullmatch(
                text[end:start]
            )
            if opening is None:
                continue
            given = following.value
            if opening["ended"]:
                given = Period(None, given.end, given.timex, "gregorian", "range")
            elif opening["began"]:
                given = Period(given.start, None, given.timex, "gregorian", "range")
            found.append((time, given, span_of(text, time.spans[0].start, following.spans[0].end)))
    return tuple(found)


def _glosses(document: Document, times: Times) -> Iterator[Finding]:
    seen: dict[tuple[str | None, ...], list[tuple[Period, Span]]] = {}
    for time, given, span in _glossed(document.text, times):
        own = time.value
        phrase = (own.calendar, own.timex, own.start, own.end) if own else (time.text.lower(),)
        if own is not None and own.start and own.end and (_apart(own.start, given.start) or _apart(own.end, given.end)):
            yield Finding(
                "calendar_gloss", document.id, (), (span,), "period", _days(given), _days(own),
                f'"{time.text}" is glossed as {_days(given)}, but in the {own.calendar} calendar it was {_days(own)}.',
            )  # fmt: skip
        for other, place in seen.setdefault(phrase, [])[:GLOSSES]:
            if _apart(other.start, given.start) or _apart(other.end, given.end):
                yield Finding(
                    "calendar_gloss", document.id, (), (place, span), "period", f"{_days(other)}; {_days(given)}", _days(own) if own and own.start else None,
                    f'"{time.text}" is glossed in two ways: {_days(other)}, and {_days(given)}.',
                )  # fmt: skip
        seen[phrase].append((given, span))


def _apart(one: str | None, other: str | None) -> bool:
    return bool(one and other) and abs(date.fromisoformat(one or "") - date.fromisoformat(other or "")) > NEAR


def _days(period: Period) -> str:
    last = (date.fromisoformat(period.end) - timedelta(days=1)).isoformat() if period.end else "?"
    return f"{period.start or '?'} to {last}"


def _beside(day: date, published: str | None) -> date:
    """Return the same day of the year of publication where that is within a month of it, else *day* itself.

    "Friday, June 14" in a report of June 18 means that week, though only another year has such a Friday.
    """
    if published is None or len(published) < 10:
        return day
    printed = date.fromisoformat(published)
    try:
        near = day.replace(year=printed.year)
    except ValueError:
        return day
    return near if abs(near - printed) <= timedelta(days=31) else day


def _weekdays(document: Document, times: Times) -> Iterator[Finding]:
    for time in times:
        named = re.match(r"(\w+day)\b", time.text, re.IGNORECASE)
        if (
            not named
            or time.value is None
            or time.value.start is None
            or named[1].lower() not in WEEKDAYS
            or time.rule != "dated"
        ):
            continue
        day = _beside(date.fromisoformat(time.value.start), document.published)
        if WEEKDAYS[day.weekday()] != named[1].lower():
            real = WEEKDAYS[day.weekday()].capitalize()
            yield Finding(
                "weekday_date", document.id, (), time.spans, "period", time.text, real,
                f'"{time.text}": {day.isoformat()} was a {real}.',
            )  # fmt: skip
