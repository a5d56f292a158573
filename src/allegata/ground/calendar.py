"""Three calendars, by the library convertdate: days as ISO dates, years and months as half-open stretches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

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


def _calendar(name: CalendarName, module: Any) -> Calendar:
    # A Persian year begins with a computed equinox: remembered, since reports speak of few years.
    remember = lru_cache(maxsize=4096)
    return Calendar(
        name, *(remember(each) for each in (module.to_gregorian, module.from_gregorian, module.month_length))
    )


GREGORIAN = Calendar("gregorian", _same, _same, gregorian.month_length)
PERSIAN = _calendar("persian", persian)
ISLAMIC = _calendar("islamic", islamic)
