"""The measurement of writing and checking runs on a small ledger, and says what misses its aim."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType


def test_a_small_ledger_is_measured(bench: Callable[[str], ModuleType]) -> None:
    durability = bench("durability")
    figures = durability.measure(4, 2)
    assert figures["files"] == 13
    assert all(figures[f"to {name}"] > 0 for name in durability.AIMS)
    lines = list(durability.told(figures | {"to plain": 0.4, "to sqlite": 11.0, "to hashing": 0.5}, 4))
    assert [line for line in lines if "missed" in line] == [lines[1]]
    assert "0.40 times (aim 0.5, missed)" in lines[1]


def test_the_same_reports_each_time(bench: Callable[[str], ModuleType]) -> None:
    durability = bench("durability")
    one, other = list(durability.pages(3)), list(durability.pages(3))
    assert one == other
    assert len({page.name for page in one}) == 3
    assert all(sum(kind == "claim" for kind, _ in page.records) >= durability.CLAIMS for page in one)
