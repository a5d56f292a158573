"""Three calendars, by the library convertdate: days as ISO dates, years and months as half-open stretches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from convertdate import gregorian, islamic, persian

from allegata.model import CalendarName, InputError


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
    """Return the ordinal of the first day of a Persian year: it begins with a computed equinox, which takes a while."""
    return date(*persian.to_gregorian(year, 1, 1)).toordinal()


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
