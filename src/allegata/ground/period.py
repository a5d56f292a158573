"""The parts of a time expression to the days they stand for: one reader for each form of data/LANGUAGE/times.tsv."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from allegata.ground.anchor import (
    SOLAR_LANDS,
    Anchor,
    Parts,
    Setting,
    amount_of,
    feasts,
    folded,
    months,
    values,
    word_value,
    year_calendars,
)
from allegata.ground.calendar import (
    CALENDARS,
    DAYS,
    HOURS,
    PERSIAN,
    PRECISION,
    around,
    back,
    length_of,
    months_of,
    one_day,
    span,
    year_of,
)
from allegata.model.claim import Period
from allegata.model.error import InputError


def _eras(parts: Parts, setting: Setting) -> tuple[str, ...]:
    """Return the calendars the words beside a year name: solar, lunar, or Hijri, which may be either."""
    match word_value(parts, "era", setting.language):
        case "persian":
            return ("persian",)
        case "islamic":
            return ("islamic",)
        case "hijri":
            if not setting.scene.solar:
                return ("islamic",)
            return ("persian", "islamic") if setting.scene.lands - SOLAR_LANDS else ("persian",)
        case _:
            return year_calendars(int(parts["year"]), setting.scene)


def _short(digits: str, calendar: str, setting: Setting) -> int:
    """Return the year two digits stand for: the last such one not after the anchor."""
    number, anchor = int(digits), setting.anchor
    here = CALENDARS[calendar].of((anchor.latest or date(2029, 1, 1)).isoformat())[0]
    return here - (here - number) % 100


def _full(parts: Parts, setting: Setting) -> Iterator[Period]:
    yield from _dates(int(parts["year"]), [(int(parts["m"]), int(parts["day"]))], setting)


def _slashed(parts: Parts, setting: Setting) -> Iterator[Period]:
    first, second, year = int(parts["d"]), int(parts["m"]), parts["year"]
    number = int(year) if len(year) == 4 else _short(year, "gregorian", setting)
    yield from _dates(number, [(second, first), (first, second)], setting)


def _dates(year: int, orders: list[tuple[int, int]], setting: Setting) -> Iterator[Period]:
    for calendar in year_calendars(year, setting.scene):
        for month, number in dict.fromkeys(orders):
            try:
                yield one_day(date.fromisoformat(CALENDARS[calendar].day(year, month, number)), calendar)
            except InputError:
                continue


def _in_year(calendar: str, year: int, month: int, day: int) -> date:
    """Return a day of a year; a feast or month of another calendar in a Gregorian year is the one that falls in it."""
    if calendar == "gregorian" or year < 1500:
        return date.fromisoformat(CALENDARS[calendar].day(year, month, day))
    here = CALENDARS[calendar].of(f"{year:04}-01-01")[0]
    for each in (here, here + 1):
        found = date.fromisoformat(CALENDARS[calendar].day(each, month, day))
        if found.year == year:
            return found
    raise InputError(f"no such day in {year}")


def _dated(parts: Parts, setting: Setting) -> Iterator[Period]:
    if "month" not in parts:
        yield from _of_month(parts, setting)
        return
    calendar, month, _ = months(setting.language)[folded(parts["month"])]
    numbers = [int(parts[name]) for name in ("day", "to") if name in parts]
    numbers = numbers or [int(word_value(parts, "ordinal", setting.language))]
    weekday = word_value(parts, "weekday", setting.language)
    year = _stated(parts, calendar, setting)
    if year is not None:
        days = [[_in_year(calendar, year, month, number) for number in numbers]]
    else:
        if weekday:  # of the first day
            weekday = str((int(weekday) - 1 + numbers[-1] - numbers[0]) % 7 + 1)
        last = _candidates(calendar, month, numbers[-1], weekday, setting)
        days = [[*([day - timedelta(days=numbers[-1] - numbers[0])] if "to" in parts else []), day] for day in last]
        if not days:
            yield span(None, None, f"XXXX-{month:02}-{numbers[0]:02}", "day", calendar)
            return
    for day in days:
        if "to" not in parts:
            yield one_day(day[0], calendar, word_value(parts, "daypart", setting.language))
        elif day[0] < day[1]:
            end = day[1] + timedelta(days=1)
            yield span(day[0], end, f"{day[0].isoformat()}/{day[1].isoformat()}", "range", calendar)


def _of_month(parts: Parts, setting: Setting) -> Iterator[Period]:
    """Return a day told by its number alone: the last such one, or that of the month the words name."""
    day = setting.anchor.day
    if day is None:
        yield span(None, None, f"XXXX-XX-{int(parts['day']):02}", "day")
    elif "monthly" in parts:
        step = int(values(setting.language, "yearly")[folded(parts["monthly"])])
        there = back(day.replace(day=1), -step, "M")
        yield one_day(there.replace(day=int(parts["day"])))
    else:
        number = int(parts["day"])
        firsts = [back(day.replace(day=1), -step if setting.ahead else step, "M") for step in (0, 1, 2)]
        days = [each.replace(day=number) for each in firsts if number <= monthrange(each.year, each.month)[1]]
        fitting = [each for each in days if (each >= day if setting.ahead else each <= day)]
        if fitting:
            yield one_day(fitting[0])


def _stated(parts: Parts, calendar: str, setting: Setting) -> int | None:
    """Return the year beside a day or month, as written, in two figures, or told from the anchor's; null without one."""
    if "year" in parts:
        return int(parts["year"])
    if "short" in parts:
        return _short(parts["short"], calendar, setting)
    if "yearly" in parts and setting.anchor.latest is not None:
        here = CALENDARS[calendar].of(setting.anchor.latest.isoformat())[0]
        return here + int(word_value(parts, "yearly", setting.language))
    return None


def _candidates(calendar: str, month: int, number: int, weekday: str, setting: Setting) -> list[date]:
    """Return the day a date without a year means: the last one at or before the anchor, or the next one where the
    verb looks forward; its weekday proves the year.
    """
    anchor = setting.anchor
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
    coming = [day for day in reversed(days) if day >= anchor.latest]
    ahead = setting.ahead and anchor.day is not None and bool(coming)
    if weekday:
        near = ([*coming[:1], *past] if ahead else past)[:2] if anchor.day else past[:2]
        proven = [day for day in near if day.isoweekday() == int(weekday)]
        if proven:
            return proven[:1]
        fitting = [day for day in past if day.isoweekday() == int(weekday)]
        return fitting[:1] if fitting and (anchor.day is None or not ahead) else past[:1]
    if anchor.day is None:
        inside = [day for day in days if anchor.earliest <= day <= anchor.latest]
        return inside or (past[:1] if (anchor.latest - anchor.earliest).days < 32 else [])
    return coming[:1] if ahead else past[:1]


def _known(anchor: Anchor) -> bool:
    """Return whether the anchor is a day or lies in one month."""
    if anchor.latest is None or anchor.earliest is None:
        return False
    return anchor.day is not None or (anchor.latest - anchor.earliest).days < 32


def _chosen(stretches: list[Period], setting: Setting, which: str) -> Period | None:
    """Return the one of *stretches* (in order) that is meant: the last begun, or as *which* or the verb says."""
    latest = setting.anchor.latest
    if latest is None:
        return None
    day = latest.isoformat()
    begun = [each for each in stretches if (each.start or "") <= day]
    coming = [each for each in stretches if (each.start or "") > day]
    if which == "-1":
        begun = [each for each in begun if (each.end or "") <= day] or begun
    elif which == "1" or (setting.ahead and not (begun and (begun[-1].end or "") > day)):
        return coming[0] if coming else None
    return begun[-1] if begun else None


def _month(parts: Parts, setting: Setting) -> Iterator[Period]:
    calendar, month, _ = months(setting.language)[folded(parts["month"])]
    year = _stated(parts, calendar, setting)
    if year is not None:
        if calendar != "gregorian" and year >= 1500:
            year = CALENDARS[calendar].of(_in_year(calendar, year, month, 1).isoformat())[0]
        yield months_of(calendar, year, month, 1)
    elif not _known(setting.anchor):
        yield span(None, None, f"XXXX-{month:02}", "month", calendar)
    else:
        here = CALENDARS[calendar].of((setting.anchor.latest or date.min).isoformat())[0]
        near = [months_of(calendar, each, month, 1) for each in range(max(1, here - 2), here + 3)]
        found = _chosen(near, setting, word_value(parts, "which", setting.language))
        if found is not None:
            yield found


def _feast(parts: Parts, setting: Setting) -> Iterator[Period]:
    calendar, month, number = feasts(setting.language)[folded(parts["feast"])]
    if "year" in parts:
        yield one_day(_in_year(calendar, int(parts["year"]), month, number), calendar)
        return
    if not _known(setting.anchor):
        yield span(None, None, f"XXXX-{month:02}-{number:02}", "day", calendar)
        return
    here = CALENDARS[calendar].of((setting.anchor.latest or date.min).isoformat())[0]
    near = [one_day(_in_year(calendar, each, month, number), calendar) for each in range(max(1, here - 2), here + 3)] \
        if calendar != "gregorian" else [one_day(date(each, month, number)) for each in range(max(1, here - 2), here + 3)]  # fmt: skip
    found = _chosen(near, setting, word_value(parts, "which", setting.language))
    if found is not None:
        yield found


def _lunar(parts: Parts, setting: Setting) -> Iterator[Period]:
    anchor = setting.anchor
    if "month" in parts:
        yield from _year_at(parts, setting)
        return
    if anchor.latest is None or anchor.earliest is None:
        yield span(None, None, "P1Y", "year", "persian")
        return
    years = {PERSIAN.of(each.isoformat())[0] for each in (anchor.earliest, anchor.latest)}
    if len(years) > 1:
        yield span(None, None, "P1Y", "year", "persian")
        return
    which = "-1" if "over" in parts else word_value(parts, "which", setting.language)
    yield year_of(
        "persian", years.pop() + {"window": -1, "": 0}.get(which, int(which) if which.lstrip("-").isdigit() else 0)
    )


def _year_at(parts: Parts, setting: Setting) -> Iterator[Period]:
    """Return the Persian year whose first or last day the words give."""
    for at in _dated(parts, setting):
        if at.start is None:
            yield span(None, None, "P1Y", "year", "persian")
            continue
        # A gloss may be a day off: the year is told by a day well inside it.
        inside = date.fromisoformat(at.start) + timedelta(days=9 if "began" in parts else -9)
        yield year_of("persian", PERSIAN.of(inside.isoformat())[0])


def _year(parts: Parts, setting: Setting) -> Iterator[Period]:
    """Return a year, the years up to another, or a decade."""
    if "tick" in parts:
        calendar = "persian" if setting.scene.solar else "gregorian"
        yield year_of(calendar, _short(parts["tick"], calendar, setting))
        return
    if "bare" in parts:
        if setting.scene.solar:
            yield year_of("persian", _short(parts["bare"], "persian", setting))
        return
    year = int(parts["year"])
    for calendar in _eras(parts, setting):
        if "decade" in parts:
            whole = year_of(calendar, year, year + 9)
            timex = f"{year // 10}" if calendar == "gregorian" else f"{whole.start}/{whole.end}"
            yield span(whole.start, whole.end, timex, "range", calendar)
        elif "to" in parts:
            last = int(parts["to"]) if len(parts["to"]) == 4 else year - year % 100 + int(parts["to"])
            if year < last < year + 100 and year_calendars(last, setting.scene):
                yield year_of(calendar, year, last)
        else:
            yield year_of(calendar, year)


def _weekday(parts: Parts, setting: Setting) -> Iterator[Period]:
    index, anchor = int(word_value(parts, "weekday", setting.language)), setting.anchor
    part = word_value(parts, "daypart", setting.language)
    if anchor.day is None:
        yield span(None, None, f"XXXX-WXX-{index}", "day")
        return
    if "yearly" in parts:
        monday = anchor.day - timedelta(days=anchor.day.weekday())
        step = int(word_value(parts, "yearly", setting.language))
        yield one_day(monday + timedelta(days=7 * step + index - 1), part=part)
        return
    gone = (anchor.day.isoweekday() - index) % 7
    which = word_value(parts, "which", setting.language)
    if which == "1" or (setting.ahead and not which and gone):
        yield one_day(anchor.day + timedelta(days=(7 - gone) or 7), part=part)
    elif which == "-1":
        yield one_day(anchor.day - timedelta(days=gone or 7), part=part)
    else:
        yield one_day(anchor.day - timedelta(days=gone), part=part)


def _window(parts: Parts, setting: Setting) -> Iterator[Period]:
    amount, unit = amount_of(parts, setting.language)
    timex, day = length_of(amount, unit), setting.anchor.day
    if day is None:
        yield span(None, None, timex, "range")
    elif "ahead" in parts:
        yield span(day, back(day, -amount, unit), timex, "range")
    else:
        yield span(back(day, amount, unit), day + timedelta(days=1), timex, "range")


def _ago(parts: Parts, setting: Setting) -> Iterator[Period]:
    amount, unit = amount_of(parts, setting.language)
    day = setting.anchor.day
    if day is None:
        yield span(None, None, length_of(amount, unit), "day")
    else:
        yield around(back(day, amount, unit), "D" if unit in HOURS else unit)


def _unit(parts: Parts, setting: Setting) -> Iterator[Period]:
    which, unit = word_value(parts, "which", setting.language), word_value(parts, "unit", setting.language)
    which = "window" if "within" in parts else "0" if which in ("", "part") else which
    anchor = setting.anchor
    day = anchor.day
    if day is None and anchor.earliest and anchor.latest and which != "window":
        # A year or month is known from less than a day.
        in_month = (anchor.latest - anchor.earliest).days < 32
        day = anchor.latest if unit == "Y" or (unit == "M" and in_month) else None
    if unit in HOURS:
        return
    if day is None:
        yield span(None, None, length_of(1, unit), PRECISION.get(unit, "range"))
    elif which == "window" or unit in "EC":
        yield span(back(day, 1, unit), day + timedelta(days=1), length_of(1, unit), PRECISION.get(unit, "range"))
    elif unit in DAYS:
        yield around(day + timedelta(days=int(which) * DAYS[unit]), unit)
    else:
        yield around(back(day.replace(day=1), -int(which), unit), unit)


def _weekend(parts: Parts, setting: Setting) -> Iterator[Period]:
    day = setting.anchor.day
    if day is None:
        yield span(None, None, "XXXX-WXX-WE", "range")
        return
    saturday = day - timedelta(days=day.weekday() - 5)
    which = word_value(parts, "which", setting.language)
    if which == "1" or (which != "0" and setting.ahead):
        saturday += timedelta(days=7) if saturday <= day else timedelta()
    elif which != "0" and (saturday > day or (which == "-1" and saturday + timedelta(days=2) > day)):
        saturday -= timedelta(days=7)
    yield span(saturday, saturday + timedelta(days=2), saturday.strftime("%G-W%V-WE"), "range")


def _told(parts: Parts, setting: Setting) -> Iterator[Period]:
    """Return a time counted from the one last told: a day earlier, the following week, the same day."""
    language, told = setting.language, next(iter(setting.told), None)
    way = word_value(parts, "way", language)
    unit = word_value(parts, "unit", language)
    whole = next((each for each in setting.told if each.precision == PRECISION.get(unit)), None)
    if way == "0" and whole is not None:
        yield whole
        return
    amount = amount_of(parts, language)[0] if "amount" in parts else 1
    if told is None or told.start is None or (unit in "D" and told.precision != "day") or unit in HOURS:
        if way == "-1" and unit not in HOURS and ("amount" in parts or unit not in "D"):
            yield from _ago({**parts, "amount": str(amount)}, setting)
        else:
            yield span(None, None, f"XXXX-XX-X{unit}" if unit in "D" else length_of(amount, unit), "vague")
        return
    day = date.fromisoformat(told.start)
    there = back(day, -int(way) * amount, unit)
    exact = unit == "D" or (unit == "W" and "amount" in parts and told.precision == "day")
    yield one_day(there, told.calendar) if exact else around(there, unit)


def _again(parts: Parts, setting: Setting) -> Iterator[Period]:
    """Return a stretch that was told before: "over the same period"; which one, is only known when all are read."""
    del parts, setting
    yield span(None, None, "PAST_REF", "vague")


def _vague(parts: Parts, setting: Setting) -> Iterator[Period]:
    unit = word_value(parts, "unit", setting.language)
    yield span(
        None, None, length_of("X", unit) if unit else word_value(parts, "ref", setting.language) or "PAST_REF", "vague"
    )


def _today(parts: Parts, setting: Setting) -> Iterator[Period]:
    """Yield the day that is so many from today; today itself where only an hour is named: "since dawn"."""
    step, _, part = (values(setting.language, "day")[folded(parts["day"])] if "day" in parts else "0").partition(" ")
    day = setting.anchor.day
    if day is None:
        yield span(None, None, "P1D" if int(step) else "PRESENT_REF", "day")
    else:
        daypart = part or word_value(parts, "daypart", setting.language) or word_value(parts, "dawn", setting.language)
        yield one_day(day + timedelta(days=int(step)), part=daypart)


def _quarter(parts: Parts, setting: Setting) -> Iterator[Period]:
    number = int(word_value(parts, "quarter", setting.language))
    latest = setting.anchor.latest
    if latest is None:
        yield span(None, None, f"XXXX-Q{number}", "range")
        return
    near = [
        months_of("gregorian", year, 3 * number - 2, 3, f"{year}-Q{number}")
        for year in (latest.year - 1, latest.year, latest.year + 1)
    ]
    found = _chosen(near, setting, "")
    if found is not None:
        yield found


def _season(parts: Parts, setting: Setting) -> Iterator[Period]:
    code = word_value(parts, "season", setting.language)
    if "short" in parts:
        own = "persian" if setting.scene.solar else "gregorian"
        parts = {**parts, "year": str(_short(parts["short"], own, setting))}
    if "year" in parts:
        year = int(parts["year"])
        if "persian" in year_calendars(year, setting.scene):
            yield months_of("persian", year, {"SP": 1, "SU": 4, "FA": 7, "WI": 10}[code], 3)
            return
        named = f"{year}"
    elif setting.anchor.latest is None:
        named = "XXXX"
    else:
        step = word_value(parts, "which", setting.language)
        named = str(setting.anchor.latest.year + (int(step) if step in ("1", "-1") else 0))
    # A season's days differ by hemisphere and custom; the expression keeps its value and no bounds are made up.
    yield span(None, None, f"{named}-{code}", "season")


def _duration(parts: Parts, setting: Setting) -> Iterator[Period]:
    unit = values(setting.language, "unit")[folded(parts["unit"])]
    word = folded(parts.get("amount", ""))
    number = values(setting.language, "amount").get(word, word)
    yield span(None, None, length_of(int(number) if number.isdigit() else "X", unit), "vague")


def _set(parts: Parts, setting: Setting) -> Iterator[Period]:
    weekday, each = word_value(parts, "weekday", setting.language), word_value(parts, "set", setting.language)
    unit = word_value(parts, "unit", setting.language)
    yield span(None, None, f"XXXX-WXX-{weekday}" if weekday else each or length_of(1, unit), "vague")


def _clock(parts: Parts, setting: Setting) -> Iterator[Period]:
    hour, half = int(parts["hour"]), folded(parts.get("half", "")).replace(".", "")
    hour = hour % 12 + 12 * (half[:1] == "p") if half else hour
    day = setting.anchor.day
    if hour < 24:
        clock = f"T{hour:02}:{parts.get('minute', '00')}{'Z' if 'zone' in parts else ''}"
        yield span(None, None, f"{day.isoformat() if day else 'XXXX-XX-XX'}{clock}", "vague")


READERS: dict[str, Callable[[Parts, Setting], Iterator[Period]]] = {
    "full": _full, "slashed": _slashed, "dated": _dated, "month": _month, "feast": _feast, "lunar": _lunar, "weekday": _weekday,
    "window": _window, "ago": _ago, "unit": _unit, "weekend": _weekend, "told": _told, "again": _again, "vague": _vague, "today": _today,
    "quarter": _quarter, "season": _season, "year": _year, "duration": _duration, "set": _set, "clock": _clock,
}  # fmt: skip
