"""Time expressions to periods, relative to when the words were published or spoken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from allegata.ground.calendar import GREGORIAN, ISLAMIC, PERSIAN, Calendar
from allegata.ground.lexicon import table
from allegata.model import InputError, Mention, Period, Precision, span_of

CALENDARS: dict[str, Calendar] = {"gregorian": GREGORIAN, "persian": PERSIAN, "islamic": ISLAMIC}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = {
    word: value
    for value, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
UNITS = {"day": 1, "week": 7, "month": 0, "year": 0, "fortnight": 14}
SOME = r"(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a|couple of)"
WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
PERSIAN_YEAR = r"(?:(?:Iranian|Persian|Solar)(?:\s+calendar|\s+Hijri)?\s+(?:calendar\s+)?year)"


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
    start, end = GREGORIAN.month(parts[0], parts[1]) if len(parts) == 2 else GREGORIAN.year(parts[0])
    return Anchor(None, date.fromisoformat(start), date.fromisoformat(end) - timedelta(days=1))


@cache
def _months(language: str) -> dict[str, tuple[str, int, bool]]:
    return {
        row["name"]: (row["calendar"], int(row["month"]), row["needs"] == "yes") for row in table(f"{language}/months")
    }


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    names = sorted(_months(language), key=len, reverse=True)
    month = r"(?P<month>" + "|".join(re.escape(name) for name in names) + r")\b\.?"
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>[12]\d{3})"
    lead = r"(?:" + WEEKDAY + r",?\s+(?:the\s+)?)?"
    part = r"(?P<part>early|mid|late)[- ]"
    rows = (
        ("full", r"\b(?P<year>[12]\d{3})-(?P<m>\d\d)-(?P<day>\d\d)\b"),
        ("slashed", r"\b(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<year>[12]\d{3})\b"),
        ("dated", rf"\b{lead}{day}\s+(?:of\s+)?{month},?(?:\s+{year}\b)?"),
        ("dated", rf"\b{lead}{month}\s+{day}\b(?![:\d,]*\d)(?:(?:,\s*|\s+){year}\b)?"),
        ("dated", rf"\b{lead}{month}\s+{day},\s*{year}\b"),
        ("month", rf"\b(?:{part})?(?:the\s+(?:\w+\s+)?month\s+of\s+)?{month}(?:,?\s+(?:of\s+)?{year}\b)?"),
        ("lunar", rf"\b(?P<which>last|past|previous|this|current|present)\s+{PERSIAN_YEAR}"),
        ("lunar", rf"\b(?:(?:the|a)\s+)?{PERSIAN_YEAR}\s+(?:of\s+)?(?P<year>1[34]\d\d)\b"),
        (
            "weekday",
            rf"\b(?P<which>last\s+|next\s+|this\s+|this past\s+)?{WEEKDAY}\b(?!\s+(?:Times|Post|Mail|Telegraph))",
        ),
        ("window", rf"\b(?:past|last|previous|preceding)\s+(?:{SOME}\s+)(?P<unit>day|week|month|year)s?\b"),
        ("ago", rf"\b{SOME}\s+(?P<unit>day|week|month|year)s?\s+(?:ago|earlier)\b"),
        ("unit", r"\b(?P<which>past|last|previous|this|current|next)\s+(?P<unit>week|month|year|day)\b"),
        (
            "vague",
            r"\b(?:recent|past|last|previous|coming)\s+(?:few\s+|several\s+)?(?:day|week|month|year)s\b|\brecently\b",
        ),
        (
            "today",
            r"\b(?P<word>today|yesterday|tonight|tomorrow|last night|this morning|this afternoon|this evening|overnight)\b",
        ),
        ("half", rf"\b(?P<half>first|second)\s+half\s+of\s+{year}\b"),
        (
            "quarter",
            rf"\b(?P<quarter>first|second|third|fourth|last)\s+quarter\s+of\s+(?:{year}|(?P<which>this|last|the)\s+(?:past\s+)?year)\b",
        ),
        ("season", rf"\b(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{year}\b"),
        (
            "year",
            rf"(?<=\b[Ii]n )(?:{part})?{year}\b(?![-,.]\d)|(?<=\b[Ss]ince ){year.replace('year', 'year2')}\b|(?<=\b[Oo]f ){year.replace('year', 'year3')}\b|(?<=\byear ){year.replace('year', 'year4')}\b|(?<=\b[Dd]uring ){year.replace('year', 'year5')}\b|(?<=\b[Bb]y ){year.replace('year', 'year6')}\b|(?<=\b[Uu]ntil ){year.replace('year', 'year7')}\b",
        ),
    )
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in rows)


BOUND = re.compile(
    r"(?:\b(?P<since>since|after|from)|\b(?P<until>until|till|by|before|as of|up to))\s+(?:the\s+)?\Z", re.IGNORECASE
)
JOIN = re.compile(r"\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\bthrough\b)\s*", re.IGNORECASE)


def find_times(
    text: str,
    published: str | None = None,
    spoken: str | None = None,
    language: str = "en",
    country: str | None = None,
    year_calendar: str = "gregorian",
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
    for name, pattern in _patterns(language):
        for match in pattern.finditer(text):
            start, end = match.span()
            while end > start and text[end - 1] in ".,":
                end -= 1
            if any(start < other[1] and other[0] < end for other in taken):
                continue
            if name in ("dated", "month") and not _is_month(match, text, language):
                continue
            readings = tuple(_read(name, match, anchor, language, year_calendar))
            if readings:
                taken.append((start, end, readings, name))
    taken.sort()
    return tuple(_bounded(text, taken))


def _bounded(text: str, taken: list[tuple[int, int, tuple[Period, ...], str]]) -> Iterator[Mention[Period]]:
    at = 0
    while at < len(taken):
        start, end, readings, name = taken[at]
        before = BOUND.search(text[max(0, start - 12) : start])
        if at + 1 < len(taken) and len(readings) == 1:
            following = taken[at + 1]
            gap = text[end : following[0]]
            opened = re.search(r"\b(?:from|between)\s+(?:the\s+)?\Z", text[max(0, start - 14) : start], re.IGNORECASE)
            joined = JOIN.fullmatch(gap) and (opened or gap.strip() in ("-", "–", "—", "to", "until", "through"))
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
    name = parts["month"].lower().rstrip(".")
    _, _, needs = _months(language)[name]
    written = text[match.start("month") : match.end("month")]
    beside = parts.get("day") or parts.get("year") or parts.get("part") or "month of" in match[0].lower()
    if not written[0].isupper():
        return False
    if re.match(r"\s+(?:News|Agency|\w+ News|Agency)", text[match.end() : match.end() + 20]):
        return False
    if needs and not beside:
        if name in ("may", "march"):
            return bool(
                re.search(
                    r"\b(?:in|since|until|last|of|by|during|from)\s+\Z",
                    text[max(0, match.start() - 8) : match.start()],
                    re.IGNORECASE,
                )
            )
        return False
    before = text[max(0, match.start() - 1) : match.start()]
    return bool(beside) or not (
        before.isalpha()
        or (
            re.match(r"\s+[A-Z][a-z]+", text[match.end() : match.end() + 12])
            and not re.match(r"\s+(?:The|A|Police|On|In|It)\b", text[match.end() : match.end() + 8])
        )
    )


def _period(
    start: date | str | None, end: date | str | None, timex: str, precision: Precision, calendar: str = "gregorian"
) -> Period:
    def iso(day: date | str | None) -> str | None:
        return day.isoformat() if isinstance(day, date) else day

    return Period(iso(start), iso(end), timex, CALENDARS[calendar].name, precision)


def _read(name: str, match: re.Match[str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    parts = {key: value for key, value in match.groupdict().items() if value}
    try:
        yield from READERS[name](parts, anchor, language, year_calendar)
    except (InputError, ValueError, OverflowError):
        return


def _full(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    day = date(int(parts["year"]), int(parts["m"]), int(parts["day"]))
    yield _period(day, day + timedelta(days=1), day.isoformat(), "day")


def _slashed(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    first, second, year = int(parts["d"]), int(parts["m"]), int(parts["year"])
    seen = set()
    for month, number in ((second, first), (first, second)):
        if month <= 12 and (month, number) not in seen:
            seen.add((month, number))
            day = date(year, month, number)
            yield _period(day, day + timedelta(days=1), day.isoformat(), "day")


def _dated(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    calendar, month, _ = _months(language)[parts["month"].lower().rstrip(".")]
    number = int(parts["day"])
    if "year" in parts:
        days = [date.fromisoformat(CALENDARS[calendar].day(int(parts["year"]), month, number))]
    else:
        days = _candidates(calendar, month, number, parts.get("weekday", "").lower(), anchor)
        if not days:
            yield _period(None, None, f"XXXX-{month:02}-{number:02}", "day", calendar)
            return
    for day in days:
        yield _period(day, day + timedelta(days=1), day.isoformat(), "day", calendar)


def _candidates(calendar: str, month: int, number: int, weekday: str, anchor: Anchor) -> list[date]:
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
        index = WEEKDAYS.index(weekday)
        proven = [day for day in past[:2] if day.weekday() == index]
        if proven:
            return proven[:1]
        near = [day for day in past if day.weekday() == index]
        return near[:1] if anchor.day is None and near else past[:1]
    if anchor.day is None:
        inside = [day for day in days if anchor.earliest <= day <= anchor.latest]
        return inside or (past[:1] if (anchor.latest - anchor.earliest).days < 32 else [])
    return past[:1]


def _month(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    calendar, month, _ = _months(language)[parts["month"].lower().rstrip(".")]
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
    match parts.get("part", "").lower():
        case "early":
            last = first + timedelta(days=10)
        case "mid":
            first, last = first + timedelta(days=10), first + timedelta(days=20)
        case "late":
            first = first + timedelta(days=20)
    yield _period(first, last, timex, "month", calendar)


def _lunar(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
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
        year = years.pop() - (0 if parts["which"].lower() in ("this", "current", "present") else 1)
    start, end = PERSIAN.year(year)
    yield _period(start, end, f"{start}/{end}", "year", "persian")


def _weekday(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    index = WEEKDAYS.index(parts["weekday"].lower())
    if anchor.day is None:
        yield _period(None, None, f"XXXX-WXX-{index + 1}", "day")
        return
    back = (anchor.day.weekday() - index) % 7
    which = parts.get("which", "").strip().lower()
    if which == "next":
        day = anchor.day + timedelta(days=(7 - back) or 7)
    else:
        day = anchor.day - timedelta(days=back or (7 if which == "last" else 0))
    yield _period(day, day + timedelta(days=1), day.isoformat(), "day")


def _back(day: date, amount: int, unit: str) -> date:
    if UNITS[unit]:
        return day - timedelta(days=amount * UNITS[unit])
    months = amount * (12 if unit == "year" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, 1)


def _amount(word: str) -> int:
    return int(word) if word.isdigit() else {"a": 1, "couple of": 2}.get(word, NUMBERS.get(word, 1))


def _window(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    amount, unit = _amount(parts["n"].lower()), parts["unit"].lower()
    timex = f"P{amount}{unit[0].upper()}"
    if anchor.day is None:
        yield _period(None, None, timex, "range")
    else:
        yield _period(_back(anchor.day, amount, unit), anchor.day + timedelta(days=1), timex, "range")


def _ago(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    amount, unit = _amount(parts["n"].lower()), parts["unit"].lower()
    if anchor.day is None:
        yield _period(None, None, f"P{amount}{unit[0].upper()}", "day")
        return
    day = _back(anchor.day, amount, unit)
    if unit == "day":
        yield _period(day, day + timedelta(days=1), day.isoformat(), "day")
    elif unit == "week":
        yield _period(
            day - timedelta(days=day.weekday()), day - timedelta(days=day.weekday() - 7), day.strftime("%G-W%V"), "week"
        )
    else:
        start, end = GREGORIAN.month(day.year, day.month) if unit == "month" else GREGORIAN.year(day.year)
        yield _period(start, end, start[: 7 if unit == "month" else 4], "month" if unit == "month" else "year")


def _unit(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    which, unit = parts["which"].lower(), parts["unit"].lower()
    precision: dict[str, Precision] = {"week": "week", "month": "month", "year": "year", "day": "day"}
    if which == "past" and year_calendar == "persian" and unit == "year":
        yield from _lunar({"which": "last"}, anchor, language, year_calendar)
        return
    if anchor.day is None:
        same_month = anchor.earliest and anchor.latest and (anchor.latest - anchor.earliest).days < 32
        if (
            anchor.latest is None
            or unit not in ("month", "year")
            or which == "past"
            or (unit == "month" and not same_month)
        ):
            yield _period(None, None, f"P1{unit[0].upper()}", precision[unit])
            return
    day = anchor.day or anchor.latest
    if day is None:
        return
    if which == "past":
        yield _period(_back(day, 1, unit), day + timedelta(days=1), f"P1{unit[0].upper()}", precision[unit])
        return
    step = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1}[which]
    if unit == "day":
        yield _period(
            day + timedelta(days=step), day + timedelta(days=step + 1), (day + timedelta(days=step)).isoformat(), "day"
        )
    elif unit == "week":
        start = day - timedelta(days=day.weekday() - 7 * step)
        yield _period(start, start + timedelta(days=7), start.strftime("%G-W%V"), "week")
    elif unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
        yield _period(*GREGORIAN.month(year, month + 1), f"{year}-{month + 1:02}", "month")
    else:
        yield _period(*GREGORIAN.year(day.year + step), str(day.year + step), "year")


def _vague_time(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    yield _period(None, None, "PAST_REF", "vague")


def _today(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    step = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(parts["word"].lower(), 0)
    if anchor.day is None:
        yield _period(None, None, "PRESENT_REF", "day")
        return
    day = anchor.day + timedelta(days=step)
    yield _period(day, day + timedelta(days=1), day.isoformat(), "day")


def _half(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    year, first = int(parts["year"]), parts["half"].lower() == "first"
    yield _period(
        date(year, 1 if first else 7, 1),
        date(year, 7, 1) if first else date(year + 1, 1, 1),
        f"{year}-H{1 if first else 2}",
        "range",
    )


def _quarter(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    if parts.get("year"):
        year = int(parts["year"])
    elif anchor.latest is None:
        return
    else:
        year = anchor.latest.year - (parts["which"].lower() == "last")
    number = {"first": 1, "second": 2, "third": 3}.get(parts["quarter"].lower(), 4)
    yield _period(
        GREGORIAN.month(year, 3 * number - 2)[0], GREGORIAN.month(year, 3 * number)[1], f"{year}-Q{number}", "range"
    )


def _season(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    code = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}[parts["season"].lower()]
    # A season's days differ by hemisphere and custom; the expression keeps its value and no bounds are made up.
    yield _period(None, None, f"{parts['year']}-{code}", "season")


def _year(parts: dict[str, str], anchor: Anchor, language: str, year_calendar: str) -> Iterator[Period]:
    year = int(next(value for key, value in parts.items() if key.startswith("year")))
    if 1300 <= year <= 1450:
        start, end = PERSIAN.year(year)
        yield _period(start, end, f"{start}/{end}", "year", "persian")
        return
    if not 1900 <= year <= 2100:
        return
    start, end = GREGORIAN.year(year)
    match parts.get("part", "").lower():
        case "early":
            end = f"{year}-05-01"
        case "mid":
            start, end = f"{year}-05-01", f"{year}-09-01"
        case "late":
            start = f"{year}-09-01"
    yield _period(start, end, str(year), "year")


READERS: dict[str, Callable[[dict[str, str], Anchor, str, str], Iterator[Period]]] = {
    "full": _full, "slashed": _slashed, "dated": _dated, "month": _month, "lunar": _lunar, "weekday": _weekday, "window": _window,
    "ago": _ago, "unit": _unit, "vague": _vague_time, "today": _today, "half": _half, "quarter": _quarter, "season": _season, "year": _year,
}  # fmt: skip
