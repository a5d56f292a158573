"""The measurement of listing runs on small ledgers and prints how one compares with the other."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest


def test_small_ledgers_are_listed(bench: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]) -> None:
    facets = bench("facets")
    rows = [facets.measure(number, 1) for number in (60, 120)]
    assert all(value > 0 for row in rows for value in row.values())
    facets._print(rows)
    assert "60 to 120, times the cost" in capsys.readouterr().out
