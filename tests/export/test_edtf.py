"""Days are read again as the same days by the parser of the EDTF that is not ours."""

from __future__ import annotations

from datetime import date, timedelta
from time import struct_time

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as some

from allegata.export.edtf import edtf, edtf_of
from allegata.model import Mention, Period

DAYS = some.dates(date(1000, 1, 1), date(9998, 12, 31))


def day_of(moment: struct_time) -> date:
    return date(*moment[:3])


def period(start: str | None, end: str | None, precision: str = "range") -> Period:
    return Period(start, end, "", "gregorian", precision)  # type: ignore[arg-type]


@given(DAYS, some.integers(1, 800))
def test_an_interval_is_read_as_the_same_days(start: date, days: int) -> None:
    written = edtf(period(start.isoformat(), (start + timedelta(days)).isoformat()))
    parsed = parse_edtf(written)
    assert day_of(parsed.lower_strict()) == start
    assert day_of(parsed.upper_strict()) == start + timedelta(days - 1)


@pytest.mark.parametrize(
    ("start", "end", "precision", "written"),
    [
        ("2024-05-01", "2024-05-02", "day", "2024-05-01"),
        ("2024-02-01", "2024-03-01", "month", "2024-02"),
        ("2023-01-01", "2024-01-01", "year", "2023"),
        ("2023-03-21", "2024-03-20", "year", "2023-03-21/2024-03-19"),
        ("2024-05-01", "2024-05-08", "week", "2024-05-01/2024-05-07"),
        ("2024-05-01", "2024-06-01", "vague", "2024-05~"),
        ("2019-01-01", None, "range", "2019-01-01/.."),
        (None, "2019-01-01", "range", "../2018-12-31"),
        (None, None, "vague", ""),
        ("2024-05-02", "2024-05-02", "day", ""),
        ("no day", "2024-05-02", "day", ""),
        ("0001-01-01", "0001-01-01", "day", ""),
    ],
)
def test_what_is_written(start: str | None, end: str | None, precision: str, written: str) -> None:
    assert edtf(period(start, end, precision)) == written
    if written:
        parse_edtf(written)


def test_doubt_is_one_of_a_set_or_nothing() -> None:
    days = (period("2024-05-04", "2024-05-05"), period("2024-04-05", "2024-04-06"))
    written = edtf_of(Mention((), days))
    assert [str(each) for each in parse_edtf(written).objects] == ["2024-05-04", "2024-04-05"]
    assert edtf_of(Mention((), (days[0], period("2024-04-01", None)))) == ""
    assert edtf_of(Mention((), ())) == edtf_of(None) == ""
