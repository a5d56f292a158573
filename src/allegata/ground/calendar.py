"""Three calendars, by the library convertdate: days as ISO dates, and the half-open stretches and lengths counted in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from convertdate import gregorian, islamic, persian

from allegata.model.claim import CalendarName, Period, Precision
from allegata.model.error import InputError


@dataclass(frozen=True)
class Calendar:
    """A calendar. The Islamic one is the tabular one; the observed month may begin a day earlier or later."""

    name: CalendarName
    _to: Callable[[int, int, int], tuple[int, int, int]]
    _from: Callable[[int, int, int], tuple[int, int, int]]
    _length: Callable[[int, int], int]

    def day(self, year: int, month: int, day: int) -> str:
        """Return the ISO date of a day.

        Raises: InputError if there is no such day, or it is outside the years 1 to 9999.

        >>> PERSIAN.day(1397, 1, 1)
        '2018-03-21'
        """
        try:
            if not (1 <= month <= 12 and 1 <= day <= self._length(year, month) and year >= 1):
                raise ValueError("no such day")
            return date(*(int(part) for part in self._to(year, month, day))).isoformat()
        except (ValueError, OverflowError, IndexError) as error:
            raise InputError(f"{year}-{month}-{day} is no day of the {self.name} calendar") from error

    def month(self, year: int, month: int) -> tuple[str, str]:
        """Return the first day of a month and of the next.

        Raises: InputError as `day`.

        >>> GREGORIAN.month(2019, 12)
        ('2019-12-01', '2020-01-01')
        """
        following = (year, month + 1) if month < 12 else (year + 1, 1)
        return self.day(year, month, 1), self.day(*following, 1)

    def year(self, year: int) -> tuple[str, str]:
        """Return the first day of a year and of the next.

        Raises: InputError as `day`.

        >>> PERSIAN.year(1397)
        ('2018-03-21', '2019-03-21')
        """
        return self.day(year, 1, 1), self.day(year + 1, 1, 1)

    def of(self, day: str) -> tuple[int, int, int]:
        """Return year, month and day of an ISO date.

        >>> PERSIAN.of("2019-03-20")
        (1397, 12, 29)
        """
        moment = date.fromisoformat(day)
        year, month, number = self._from(moment.year, moment.month, moment.day)
        return int(year), int(month), int(number)


def _same(year: int, month: int, day: int) -> tuple[int, int, int]:
    return year, month, day


@lru_cache(maxsize=4096)
def _nowruz(year: int) -> int:
    """Return the ordinal of the first day of a Persian year: that of a computed equinox, which takes a while."""
    return date(*gregorian.from_jd(persian.equinox_jd(year + 621) + 0.5)).toordinal()


def _persian_length(year: int, month: int) -> int:
    if month < 12:
        return 31 if month < 7 else 30
    return _nowruz(year + 1) - _nowruz(year) - 336


def _to_persian(year: int, month: int, day: int) -> tuple[int, int, int]:
    moment = date(year, month, day).toordinal()
    found = year - 621 if moment >= _nowruz(year - 621) else year - 622
    past = moment - _nowruz(found)
    number, rest = divmod(past, 31) if past < 186 else divmod(past - 186, 30)
    return found, number + (1 if past < 186 else 7), rest + 1


def _from_persian(year: int, month: int, day: int) -> tuple[int, int, int]:
    past = 31 * (month - 1) if month < 8 else 186 + 30 * (month - 7)
    moment = date.fromordinal(_nowruz(year) + past + day - 1)
    return moment.year, moment.month, moment.day


GREGORIAN = Calendar("gregorian", _same, _same, gregorian.month_length)
PERSIAN = Calendar("persian", _from_persian, _to_persian, _persian_length)
ISLAMIC = Calendar("islamic", islamic.to_gregorian, islamic.from_gregorian, islamic.month_length)
CALENDARS: dict[str, Calendar] = {"gregorian": GREGORIAN, "persian": PERSIAN, "islamic": ISLAMIC}


def span(
    start: date | str | None, end: date | str | None, timex: str, precision: Precision, calendar: str = "gregorian"
) -> Period:
    """Return the period from *start* up to *end*."""

    def iso(day: date | str | None) -> str | None:
        return day.isoformat() if isinstance(day, date) else day

    return Period(iso(start), iso(end), timex, CALENDARS[calendar].name, precision)


def one_day(day: date, calendar: str = "gregorian", part: str = "") -> Period:
    """Return the period of one day; *part* is the TIMEX3 code of a part of it."""
    return span(day, day + timedelta(days=1), day.isoformat() + part, "day", calendar)


def year_of(calendar: str, year: int, last: int | None = None) -> Period:
    """Return a year, or the years up to *last*."""
    start, _ = CALENDARS[calendar].year(year)
    _, end = CALENDARS[calendar].year(last or year)
    timex = f"{year:04}" if calendar == "gregorian" and not last else f"{start}/{end}"
    return span(start, end, timex if not last else f"P{last - year + 1}Y", "range" if last else "year", calendar)


def months_of(calendar: str, year: int, first: int, count: int, timex: str = "") -> Period:
    """Return *count* months of a year from its month *first*."""
    start, end = CALENDARS[calendar].month(year, first)[0], CALENDARS[calendar].month(year, first + count - 1)[1]
    if calendar != "gregorian":
        timex = f"{start}/{end}"
    return span(start, end, timex or start[:7], "month" if count == 1 else "range", calendar)


def back(day: date, amount: int, unit: str) -> date:
    """Return the day *amount* units before *day*; a month without such a day gives its last."""
    if unit in HOURS:
        return day - timedelta(days=-(-amount * HOURS[unit] // 1440))
    if unit in DAYS:
        return day - timedelta(days=amount * DAYS[unit])
    year, month = divmod(day.year * 12 + day.month - 1 - amount * MONTHS[unit], 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, 1)


HOURS = {"TH": 60, "TM": 1, "TS": 1}
"""Minutes of each unit less than a day; seconds are rounded up to one."""
DAYS = {"D": 1, "W": 7, "F": 14}
"""Days of each unit that is some; F is a fortnight."""
MONTHS = {"M": 1, "Q": 3, "Y": 12, "E": 120, "C": 1200}


def length_of(amount: int | str, unit: str) -> str:
    """Return the TIMEX3 value of a length of time: P2W, PT48H, P10Y."""
    if unit in HOURS:
        return f"PT{amount}{unit[1]}"
    if unit == "F":
        return f"P{2 * amount}W" if isinstance(amount, int) else "PXW"
    if unit in "EC" and isinstance(amount, int):
        return f"P{amount * (10 if unit == 'E' else 100)}Y"
    return f"P{amount}{'Y' if unit in 'EC' else unit}"


PRECISION: dict[str, Precision] = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def around(day: date, unit: str) -> Period:
    """Return the calendar unit (D, W, M, Q, Y, or a decade or century by its year) that *day* lies in."""
    match unit:
        case "D":
            return one_day(day)
        case "W" | "F":
            monday = day - timedelta(days=day.weekday())
            return span(monday, monday + timedelta(days=7), day.strftime("%G-W%V"), "week")
        case "M":
            return months_of("gregorian", day.year, day.month, 1)
        case "Q":
            number = (day.month + 2) // 3
            return months_of("gregorian", day.year, 3 * number - 2, 3, f"{day.year}-Q{number}")
        case _:
            return year_of("gregorian", day.year)
