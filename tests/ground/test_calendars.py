from datetime import date, timedelta
from itertools import pairwise

import pytest
from convertdate import islamic, persian
from hypothesis import given
from hypothesis import strategies as st

from allegata.ground.calendar import GREGORIAN, ISLAMIC, PERSIAN
from allegata.ground.timex import find_times
from allegata.model import InputError

CALENDARS = {each.name: each for each in (GREGORIAN, PERSIAN, ISLAMIC)}
DAYS = st.dates(date(1822, 1, 1), date(2090, 1, 1))


def test_days_of_the_calendars(case):
    calendar = CALENDARS[case["calendar"]]
    year, month, day = (int(part) for part in case["day"].split("-"))
    if case["iso"]:
        assert calendar.day(year, month, day) == case["iso"]
        assert calendar.of(case["iso"]) == (year, month, day)
    else:
        with pytest.raises(InputError):
            calendar.day(year, month, day)


@given(DAYS)
def test_every_day_goes_through_every_calendar_and_back(day):
    for calendar in CALENDARS.values():
        assert calendar.day(*calendar.of(day.isoformat())) == day.isoformat()


@given(DAYS)
def test_days_are_those_of_the_library(day):
    assert PERSIAN.of(day.isoformat()) == persian.from_gregorian(day.year, day.month, day.day)
    assert ISLAMIC.of(day.isoformat()) == islamic.from_gregorian(day.year, day.month, day.day)


@pytest.mark.parametrize("year", [1, 475, 1250, 1342, 1399, 1403, 1408, 1475, 2370])
def test_persian_years_begin_as_in_the_library(year):
    moment = date(*persian.to_gregorian(year, 1, 1))
    assert PERSIAN.year(year)[0] == moment.isoformat()


def slow_persian_years():
    """Return the first day of each Persian year by counting days, with the rule of 33 years."""
    first, days = date(1969, 3, 21), {1348: date(1969, 3, 21)}
    for year in range(1348, 1451):
        first += timedelta(days=366 if year % 33 in (1, 5, 9, 13, 17, 22, 26, 30) else 365)
        days[year + 1] = first
    first = days[1348]
    for year in range(1347, 1276, -1):
        first -= timedelta(days=366 if year % 33 in (1, 5, 9, 13, 17, 22, 26, 30) else 365)
        days[year] = first
    return days


def test_iranian_years_are_half_open_and_leave_no_gap():
    slow = slow_persian_years()
    for year in range(1200, 1451):
        (found,) = find_times(f"Ten men were held in the Iranian year {year}.")
        assert (found.value.start, found.value.end) == PERSIAN.year(year)
        # Before 1277 the rule and the equinox at Tehran differ by a day in six years; the calendar was not in use yet.
        if year >= 1277:
            assert (found.value.start, found.value.end) == (slow[year].isoformat(), slow[year + 1].isoformat())


@given(st.integers(1200, 1450))
def test_years_touch(year):
    assert PERSIAN.year(year)[1] == PERSIAN.year(year + 1)[0]
    assert ISLAMIC.year(year)[1] == ISLAMIC.year(year + 1)[0]
    months = [PERSIAN.month(year, month) for month in range(1, 13)]
    assert [months[0][0], months[-1][1]] == list(PERSIAN.year(year))
    assert all(one[1] == two[0] for one, two in pairwise(months))


@given(st.integers(1, 1600), st.integers(1, 12), st.integers(1, 29))
def test_islamic_days_are_those_of_the_arithmetic_rule(year, month, day):
    # Reingold and Dershowitz, Calendrical Calculations, chapter 7: leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29 of 30.
    ordinal = 227_014 + 354 * (year - 1) + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    assert ISLAMIC.day(year, month, day) == date.fromordinal(ordinal).isoformat()
