"""Time expressions to periods, relative to when the words were published or spoken."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from allegata.ground.calendar import GREGORIAN, ISLAMIC, PERSIAN, Calendar
from allegata.ground.lexicon import alternation, pattern, table
from allegata.model import InputError, Mention, Period, Precision, span_of

CALENDARS: dict[str, Calendar] = {"gregorian": GREGORIAN, "persian": PERSIAN, "islamic": ISLAMIC}
_KIND = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class Anchor:
    """What relative words count from: the day if known, else the days it lies between (both included)."""

    day: date | None
    earliest: date | None
    latest: date | None


def anchor_of(given: str | None) -> Anchor:
    """Return the anchor of YYYY[-MM[-DD]]; a partial date is a bound and not a day.

    >>> anchor_of("2019-04").day, anchor_of("2019-04").latest
    (None, datetime.date(2019, 4, 30))
    """
    if not given:
        return Anchor(None, None, None)
    parts = [int(part) for part in given.split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return Anchor(day, day, day)
    first, last = (parts[1], parts[1]) if len(parts) == 2 else (1, 12)
    return Anchor(None, date(parts[0], first, 1), date(parts[0], last, monthrange(parts[0], last)[1]))


@cache
def _months(language: str) -> dict[str, tuple[str, int, str]]:
    return {row["name"]: (row["calendar"], int(row["month"]), row["needs"]) for row in table(f"{language}/months")}


@cache
def _values(language: str, kind: str) -> dict[str, str]:
    """Return what the words of *kind* stand for."""
    found = {row["word"]: row["value"] for row in table(f"{language}/time_words") if row["kind"] == kind}
    if kind == "amount":
        numbers = [row for row in table(f"{language}/numbers") if row["kind"] == "unit"]
        found |= {row["word"]: row["value"] for row in numbers if int(row["value"])}
    return found


@cache
def weekdays(language: str) -> tuple[str, ...]:
    """Return the names of the days of the week, Monday first.

    >>> weekdays("en")[2]
    'wednesday'
    """
    days = _values(language, "weekday")
    return tuple(sorted(days, key=days.__getitem__))


WEEKDAYS = weekdays("en")


@cache
def _forms(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the reader and pattern of each form of time expressions, in the order they are tried."""

    def any_of(found: re.Match[str]) -> str:
        return alternation(_months(language) if found[1] == "month" else _values(language, found[1]))

    rows = table(f"{language}/times")
    return tuple((row["reader"], re.compile(_KIND.sub(any_of, row["pattern"]), re.IGNORECASE)) for row in rows)


def find_times(
    text: str,
    published: str | None = None,
    spoken: str | None = None,
    language: str = "en",
) -> tuple[Mention[Period], ...]:
    """Return the time expressions of *text* in reading order; they do not overlap.

    *spoken* wins over *published* as the anchor. Without an anchor a relative expression keeps its TIMEX3 value
    and has neither start nor end. "since X" has no end, "until X" no start.
    Source: TIMEX3 as in ISO-TimeML; "past N" is the window back from the anchor.

    >>> [(t.text, t.value.start, t.value.end) for t in find_times("on Wednesday, April 24, and in 2018", "2019-05")]
    [('Wednesday, April 24', '2019-04-24', '2019-04-25'), ('2018', '2018-01-01', '2019-01-01')]
    """
    anchor = anchor_of(spoken or published)
    taken: list[tuple[int, int, tuple[Period, ...], str]] = []
    for name, form in _forms(language):
        for match in form.finditer(text):
            start, end = match.span()
            while end > start and text[end - 1] in ".,":
                end -= 1
            if any(start < other[1] and other[0] < end for other in taken):
                continue
            if name in ("dated", "month") and not _is_month(match, text, language):
                continue
            # A day that does not exist is no other time either: "February 30" does not speak of February.
            taken.append((start, end, tuple(_read(name, match, anchor, language)), name))
    return tuple(_bounded(text, sorted(each for each in taken if each[2]), language))


def _bounded(
    text: str, taken: list[tuple[int, int, tuple[Period, ...], str]], language: str
) -> Iterator[Mention[Period]]:
    at = 0
    while at < len(taken):
        start, end, readings, name = taken[at]
        before = pattern(language, "time_bound").search(text[max(0, start - 12) : start])
        if at + 1 < len(taken) and len(readings) == 1:
            following = taken[at + 1]
            gap = text[end : following[0]]
            opened = pattern(language, "time_open").search(text[max(0, start - 14) : start])
            join = pattern(language, "time_join").fullmatch(gap)
            joined = join and (opened or join["alone"])
            one, two = readings[0], following[2][0]
            if joined and len(following[2]) == 1 and one.start and two.end and one.start < two.end:
                whole = Period(one.start, two.end, f"{one.timex}/{two.timex}", one.calendar, "range")
                begin = start - (len(opened[0]) if opened else 0)
                yield Mention((span_of(text, begin, following[1]),), (whole,), "range")
                at += 2
                continue
        if before and len(readings) == 1 and readings[0].start:
            one = readings[0]
            begin = start - len(before[0])
            since = bool(before["since"])
            open_period = Period(
                one.start if since else None, None if since else one.end, one.timex, one.calendar, "range"
            )
            yield Mention((span_of(text, begin, end),), (open_period,), name)
        else:
            yield Mention((span_of(text, start, end),), readings, name)
        at += 1


def _is_month(match: re.Match[str], text: str, language: str) -> bool:
    """Return whether the month name is one here, and not a verb, a person or an agency."""
    parts = match.groupdict()
    _, _, needs = _months(language)[_month_name(parts)]
    if not text[match.start("month")].isupper() or pattern(language, "no_month_before").match(text, match.end()):
        return False
    if any(parts.get(name) for name in ("day", "year", "part", "of")):
        return True
    if needs:
        lead = pattern(language, "month_lead").search(text[max(0, match.start() - 8) : match.start()])
        return needs == "lead" and lead is not None
    named = re.compile(r"\s+[A-Z][a-z]+").match(text, match.end())
    begins = pattern(language, "sentence_start").match(text, match.end())
    return not (text[max(0, match.start() - 1) : match.start()].isalpha() or (named and not begins))


def _month_name(parts: dict[str, str]) -> str:
    return " ".join(parts["month"].lower().rstrip(".").split())


def _period(
    start: date | str | None, end: date | str | None, timex: str, precision: Precision, calendar: str = "gregorian"
) -> Period:
    def iso(day: date | str | None) -> str | None:
        return day.isoformat() if isinstance(day, date) else day

    return Period(iso(start), iso(end), timex, CALENDARS[calendar].name, precision)


def _read(name: str, match: re.Match[str], anchor: Anchor, language: str) -> Iterator[Period]:
    parts = {key: value for key, value in match.groupdict().items() if value}
    try:
        yield from READERS[name](parts, anchor, language)
    except (InputError, ValueError, OverflowError):
        return


def _full(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    yield _around(date(int(parts["year"]), int(parts["m"]), int(parts["day"])), "D")


def _slashed(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    first, second, year = int(parts["d"]), int(parts["m"]), int(parts["year"])
    seen = set()
    for month, number in ((second, first), (first, second)):
        if month <= 12 and (month, number) not in seen:
            seen.add((month, number))
            yield _around(date(year, month, number), "D")


def _dated(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    calendar, month, _ = _months(language)[_month_name(parts)]
    number = int(parts["day"])
    if "year" in parts:
        days = [date.fromisoformat(CALENDARS[calendar].day(int(parts["year"]), month, number))]
    else:
        weekday = _values(language, "weekday").get(parts.get("weekday", "").lower())
        days = _candidates(calendar, month, number, weekday, anchor)
        if not days:
            yield _period(None, None, f"XXXX-{month:02}-{number:02}", "day", calendar)
            return
    for day in days:
        yield _period(day, day + timedelta(days=1), day.isoformat(), "day", calendar)


def _candidates(calendar: str, month: int, number: int, weekday: str | None, anchor: Anchor) -> list[date]:
    """Return the day a date without a year means: the last one at or before the anchor; its weekday proves the year."""
    if anchor.latest is None or anchor.earliest is None:
        return []
    here = CALENDARS[calendar].of(anchor.latest.isoformat())[0]
    days = []
    for year in range(here + 1, here - 8, -1):
        try:
            days.append(date.fromisoformat(CALENDARS[calendar].day(year, month, number)))
        except InputError:
            continue
    past = [day for day in days if day <= anchor.latest + timedelta(days=1)]
    if weekday:
        index = int(weekday)
        proven = [day for day in past[:2] if day.isoweekday() == index]
        if proven:
            return proven[:1]
        near = [day for day in past if day.isoweekday() == index]
        return near[:1] if anchor.day is None and near else past[:1]
    if anchor.day is None:
        inside = [day for day in days if anchor.earliest <= day <= anchor.latest]
        return inside or (past[:1] if (anchor.latest - anchor.earliest).days < 32 else [])
    return past[:1]


def _month(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    calendar, month, _ = _months(language)[_month_name(parts)]
    if "year" in parts:
        year = int(parts["year"])
    elif anchor.latest is not None and (
        anchor.day is not None or (anchor.earliest and (anchor.latest - anchor.earliest).days < 32)
    ):
        here = CALENDARS[calendar].of(anchor.latest.isoformat())
        year = here[0] if month <= here[1] else here[0] - 1
    else:
        yield _period(None, None, f"XXXX-{month:02}", "month", calendar)
        return
    start, end = CALENDARS[calendar].month(year, month)
    timex = start[:7] if calendar == "gregorian" else f"{start}/{end}"
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    match _values(language, "part").get(parts.get("part", "").lower()):
        case "early":
            last = first + timedelta(days=10)
        case "mid":
            first, last = first + timedelta(days=10), first + timedelta(days=20)
        case "late":
            first = first + timedelta(days=20)
    yield _period(first, last, timex, "month", calendar)


def _lunar(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    if "year" in parts:
        year = int(parts["year"])
    elif anchor.latest is None or anchor.earliest is None:
        yield _period(None, None, "P1Y", "year", "persian")
        return
    else:
        years = {PERSIAN.of(each.isoformat())[0] for each in (anchor.earliest, anchor.latest)}
        if len(years) > 1:
            yield _period(None, None, "P1Y", "year", "persian")
            return
        year = years.pop() - (_values(language, "which")[parts["which"].lower()] != "0")
    start, end = PERSIAN.year(year)
    yield _period(start, end, f"{start}/{end}", "year", "persian")


def _which(parts: dict[str, str], language: str) -> str:
    return _values(language, "which").get(" ".join(parts.get("which", "").lower().split()), "0")


def _weekday(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    index = int(_values(language, "weekday")[parts["weekday"].lower()])
    if anchor.day is None:
        yield _period(None, None, f"XXXX-WXX-{index}", "day")
        return
    back = (anchor.day.isoweekday() - index) % 7
    match _which(parts, language):
        case "1":
            day = anchor.day + timedelta(days=(7 - back) or 7)
        case "-1":
            day = anchor.day - timedelta(days=back or 7)
        case _:
            day = anchor.day - timedelta(days=back)
    yield _period(day, day + timedelta(days=1), day.isoformat(), "day")


def _back(day: date, amount: int, unit: str) -> date:
    """Return the day *amount* units (D, W, M or Y) before *day*; a month without such a day gives its last."""
    if unit in "DW":
        return day - timedelta(days=amount * (7 if unit == "W" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 - amount * (12 if unit == "Y" else 1), 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, 1)


def _amount(parts: dict[str, str], language: str) -> tuple[int, str]:
    """Return how many of which unit."""
    word = " ".join(parts["amount"].lower().split())
    return int(_values(language, "amount").get(word, word)), _values(language, "unit")[parts["unit"].lower()]


def _window(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    amount, unit = _amount(parts, language)
    timex = f"P{amount}{unit}"
    if anchor.day is None:
        yield _period(None, None, timex, "range")
    else:
        yield _period(_back(anchor.day, amount, unit), anchor.day + timedelta(days=1), timex, "range")


def _ago(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    amount, unit = _amount(parts, language)
    if anchor.day is None:
        yield _period(None, None, f"P{amount}{unit}", "day")
    else:
        yield _around(_back(anchor.day, amount, unit), unit)


PRECISION: dict[str, Precision] = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def _around(day: date, unit: str) -> Period:
    """Return the calendar unit (D, W, M or Y) that *day* lies in."""
    match unit:
        case "D":
            return _period(day, day + timedelta(days=1), day.isoformat(), "day")
        case "W":
            monday = day - timedelta(days=day.weekday())
            return _period(monday, monday + timedelta(days=7), day.strftime("%G-W%V"), "week")
        case "M":
            return _period(*GREGORIAN.month(day.year, day.month), f"{day.year}-{day.month:02}", "month")
        case _:
            return _period(*GREGORIAN.year(day.year), str(day.year), "year")


def _unit(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    which, unit = _which(parts, language), _values(language, "unit")[parts["unit"].lower()]
    day = anchor.day
    if day is None and anchor.earliest and anchor.latest and which != "window":
        # A year or month is known from less than a day.
        in_month = (anchor.latest - anchor.earliest).days < 32
        day = anchor.latest if unit == "Y" or (unit == "M" and in_month) else None
    if day is None:
        yield _period(None, None, f"P1{unit}", PRECISION[unit])
    elif which == "window":
        yield _period(_back(day, 1, unit), day + timedelta(days=1), f"P1{unit}", PRECISION[unit])
    elif unit in "DW":
        yield _around(day + timedelta(days=int(which) * (7 if unit == "W" else 1)), unit)
    else:
        yield _around(_back(day.replace(day=1), -int(which), unit), unit)


def _vague_time(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    yield _period(None, None, "PAST_REF", "vague")


def _today(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    step = int(_values(language, "day")[" ".join(parts["day"].lower().split())])
    if anchor.day is None:
        yield _period(None, None, "PRESENT_REF", "day")
    else:
        yield _around(anchor.day + timedelta(days=step), "D")


def _half(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    year, first = int(parts["year"]), _values(language, "half")[parts["half"].lower()] == "1"
    yield _period(
        date(year, 1 if first else 7, 1),
        date(year, 7, 1) if first else date(year + 1, 1, 1),
        f"{year}-H{1 if first else 2}",
        "range",
    )


def _quarter(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    number = int(_values(language, "quarter")[parts["quarter"].lower()])
    if parts.get("year"):
        year = int(parts["year"])
    elif anchor.latest is None:
        yield _period(None, None, f"XXXX-Q{number}", "range")
        return
    else:
        year = anchor.latest.year - (_which(parts, language) == "-1")
    yield _period(
        GREGORIAN.month(year, 3 * number - 2)[0], GREGORIAN.month(year, 3 * number)[1], f"{year}-Q{number}", "range"
    )


def _season(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    code = _values(language, "season")[parts["season"].lower()]
    # A season's days differ by hemisphere and custom; the expression keeps its value and no bounds are made up.
    yield _period(None, None, f"{parts['year']}-{code}", "season")


def _year(parts: dict[str, str], anchor: Anchor, language: str) -> Iterator[Period]:
    year = int(parts["year"])
    if 1300 <= year <= 1450:
        start, end = PERSIAN.year(year)
        yield _period(start, end, f"{start}/{end}", "year", "persian")
        return
    if not 1900 <= year <= 2100:
        return
    start, end = GREGORIAN.year(year)
    match _values(language, "part").get(parts.get("part", "").lower()):
        case "early":
            end = f"{year}-05-01"
        case "mid":
            start, end = f"{year}-05-01", f"{year}-09-01"
        case "late":
            start = f"{year}-09-01"
    yield _period(start, end, str(year), "year")


READERS: dict[str, Callable[[dict[str, str], Anchor, str], Iterator[Period]]] = {
    "full": _full, "slashed": _slashed, "dated": _dated, "month": _month, "lunar": _lunar, "weekday": _weekday, "window": _window,
    "ago": _ago, "unit": _unit, "vague": _vague_time, "today": _today, "half": _half, "quarter": _quarter, "season": _season, "year": _year,
}  # fmt: skip
