"""A document against the calendar: glosses that are wrong or differ, weekdays that are not the date's."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from allegata.check.draft import Draft, Fix, Problem, in_words
from allegata.ground.anchor import months
from allegata.ground.lexicon import alternation
from allegata.ground.timex import WEEKDAYS, find_times
from allegata.model.claim import Period
from allegata.model.document import Document
from allegata.model.link import Finding
from allegata.model.mention import Mention, Span, span_of

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
    times = _times(document)
    return (*_glosses(document, times), *_weekdays(document, times))


@lru_cache(maxsize=4)
def _times(document: Document) -> Times:
    return find_times(document.text, document.published, None, document.language)


class _Gloss(NamedTuple):
    """A Persian or Islamic expression, the days the document itself says it had (an open end is null), the words that say
    so, and all its words.

    grain: characters of an ISO date that the gloss states: 10 for days, 7 for months, 4 for years. whole: it is one month or
    year, which need only be one of those that the expression touches.
    """

    time: Mention[Period]
    given: Period
    words: Span
    span: Span
    grain: int
    whole: bool


def _glossed(text: str, times: Times, language: str) -> tuple[_Gloss, ...]:
    """Return the glosses of *text*, in reading order."""
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
            whole = span_of(text, time.spans[0].start, following.spans[0].end)
            written = list(_dates(language).finditer(following.text))
            grain = min(
                (10 if each["before"] or each["after"] else 7 if each["month"] else 4 for each in written), default=10
            )
            single = len(written) == 1 and grain < 10 and bool(given.start and given.end)
            found.append(_Gloss(time, given, following.spans[0], whole, grain, single))
    return tuple(found)


def _glosses(document: Document, times: Times) -> Iterator[Finding]:
    seen: dict[tuple[str | None, ...], list[_Gloss]] = {}
    for gloss in _glossed(document.text, times, document.language):
        time, given, span = gloss.time, gloss.given, gloss.span
        own = time.value
        phrase = (own.calendar, own.timex, own.start, own.end) if own else (time.text.lower(),)
        if own is not None and _is_wrong(own, gloss):
            yield Finding(
                "calendar_gloss", document.id, (), (span,), "period", _days(given), _days(own),
                f'"{time.text}" is glossed as {_days(given)}, but in the {own.calendar.capitalize()} calendar it was {_days(own)}.',
            )  # fmt: skip
        for other in seen.setdefault(phrase, [])[:GLOSSES]:
            if _differ(other.given, given, min(other.grain, gloss.grain), other.whole or gloss.whole):
                yield Finding(
                    "calendar_gloss", document.id, (), (other.span, span), "period", f"{_days(other.given)}; {_days(given)}", _days(own) if own and own.start else None,
                    f'"{time.text}" is glossed in two ways: {_days(other.given)}, and {_days(given)}.',
                )  # fmt: skip
        seen[phrase].append(gloss)


def _is_wrong(own: Period, gloss: _Gloss) -> bool:
    """Return whether *gloss* gives other days than *own*, which are known, as far as it states them."""
    return bool(own.start and own.end) and _differ(own, gloss.given, gloss.grain, gloss.whole)


def _differ(one: Period, other: Period, grain: int, whole: bool) -> bool:
    """Return whether two periods differ at an end that both state, to *grain*; as a *whole* those that touch do not."""
    if whole and one.start and one.end and other.start and other.end:
        return one.end <= other.start or other.end <= one.start
    return _apart(one.start, other.start, grain) or _apart(_last(one), _last(other), grain)


def _last(period: Period) -> str | None:
    return (date.fromisoformat(period.end) - timedelta(days=1)).isoformat() if period.end else None


def _apart(one: str | None, other: str | None, grain: int) -> bool:
    if one is None or other is None:
        return False
    if grain < 10:
        return one[:grain] != other[:grain]
    return abs(date.fromisoformat(one) - date.fromisoformat(other)) > NEAR


def _days(period: Period) -> str:
    return f"{period.start or '?'} to {_last(period) or '?'}"


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
    for time, day in _misdated(document, times):
        real = WEEKDAYS[day.weekday()].capitalize()
        yield Finding(
            "weekday_date", document.id, (), time.spans, "period", time.text, real,
            f'"{time.text}": {day.isoformat()} was a {real}.',
        )  # fmt: skip


def _misdated(document: Document, times: Times) -> Iterator[tuple[Mention[Period], date]]:
    """Yield the times whose weekday is not that of their date, with the date."""
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
            yield time, day


def wrong_weekdays(draft: Draft) -> Iterator[Problem]:
    """Yield the dates of *draft* whose weekday is another. It is certain which is wrong where the date is written twice."""
    document = draft.document
    times = _times(document)
    for time, day in _misdated(document, times):
        real = WEEKDAYS[day.weekday()].capitalize()
        span = time.spans[0]
        named = span_of(document.text, span.start, span.start + re.match(r"\w+", span.text).end())  # type: ignore[union-attr]
        again = any(_is_day(other, day) for other in times if other is not time)
        yield Problem(
            "ALG003", span, f"{in_words(span.text)}: {day.isoformat()} was a {real}; the weekday or the date is wrong.",
            Fix(named, real.upper() if named.text.isupper() else real) if again else None,
        )  # fmt: skip


def _is_day(time: Mention[Period], day: date) -> bool:
    """Return whether *time* is written as the date *day*, without a weekday or with its own."""
    value = time.value
    if value is None or value.start != day.isoformat() or time.rule != "dated" or value.precision != "day":
        return False
    named = re.match(r"(\w+day)\b", time.text, re.IGNORECASE)
    return named is None or named[1].lower() == WEEKDAYS[day.weekday()]


def wrong_glosses(draft: Draft) -> Iterator[Problem]:
    """Yield the glosses of *draft* that are not the days of their expression, with the days that are, else differing ones."""
    document = draft.document
    times = _times(document)
    wrong = set()
    for gloss in _glossed(document.text, times, document.language):
        own = gloss.time.value
        if own is not None and _is_wrong(own, gloss):
            wrong.add(gloss.span)
            yield Problem(
                "ALG002", gloss.span,
                f"{in_words(gloss.time.text)} is glossed as {_days(gloss.given)}; in the {own.calendar.capitalize()} calendar it was {_days(own)}.",
                _mended(document, own, gloss.given, gloss.words),
            )  # fmt: skip
    for finding in _glosses(document, times):
        if len(finding.spans) == 2 and not wrong & set(finding.spans):
            yield Problem("ALG002", finding.spans[1], finding.explanation)


def _mended(document: Document, own: Period, given: Period, words: Span) -> Fix | None:
    """Return *words* with the days of *own* in the way they are written, null where that is not a day or year at each end."""
    ends = ([own.start] if given.start else []) + ([own.end] if given.end else [])
    if None in ends:
        return None
    days = [date.fromisoformat(each) for each in ends if each]
    if given.end:
        days[-1] -= timedelta(days=1)
    written = list(_dates(document.language).finditer(words.text))
    if len(written) != len(days):
        return None
    made = words.text
    for found, day in zip(reversed(written), reversed(days), strict=True):
        made = made[: found.start()] + _as_written(found, day, document.language) + made[found.end() :]
    text = document.text[: words.start] + made + document.text[words.end :]
    # The expression before the gloss keeps its place, so that the mended text is asked for the same one.
    mended = find_times(text, document.published, None, document.language)
    glosses = [each for each in _glossed(text, mended, document.language) if each.words.start == words.start]
    fits = all(each.time.value is not None and not _is_wrong(each.time.value, each) for each in glosses)
    return Fix(words, made) if glosses and fits else None


@lru_cache(maxsize=4)
def _dates(language: str) -> re.Pattern[str]:
    """Return the pattern of a Gregorian day, month or year."""
    names = alternation(name for name, row in months(language).items() if row[0] == "gregorian")
    return re.compile(
        rf"(?:\b(?P<before>\d{{1,2}})\s+)?\b(?P<month>{names})\b(?:(?P<gap>\.?\s+)(?P<after>\d{{1,2}})\b)?(?:(?P<join>\.?,?\s+)(?P<year>\d{{4}})\b)?|\b(?P<alone>\d{{4}})\b",
        re.IGNORECASE,
    )


def _as_written(found: re.Match[str], day: date, language: str) -> str:
    """Return *day* with the parts, and in the order, in which the date *found* is written."""
    if found["alone"]:
        return str(day.year)
    month = found["month"]
    if months(language)[month.lower()][1] != day.month:
        names = (name for name, row in months(language).items() if row[:2] == ("gregorian", day.month))
        month = max(names, key=len).capitalize()
    before = f"{day.day} " if found["before"] else ""
    after = f"{found['gap']}{day.day}" if found["after"] else ""
    return before + month + after + (f"{found['join']}{day.year}" if found["year"] else "")
