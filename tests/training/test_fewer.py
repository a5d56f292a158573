"""Columns that others stand in for go first, and those left make up for them."""

from __future__ import annotations

import numpy as np
import pytest

from training.attribution.fewer import Seen, Spread, keep_columns, keep_groups

RANDOM = np.random.default_rng(7)


def rows_of(count: int, columns: int) -> np.ndarray:
    return RANDOM.normal(size=(count, columns)) + np.arange(columns)


def spread_of(*parts: np.ndarray) -> Spread:
    seen = Seen(parts[0].shape[1])
    for rows in parts:
        seen.add(rows)
    return seen.spread()


def test_what_is_seen_in_parts_is_what_is_seen_at_once() -> None:
    rows = rows_of(90, 4)
    parts = spread_of(rows[:30], rows[30:])
    assert np.allclose(parts.mean, rows.mean(axis=0))
    assert np.allclose(parts.together, np.cov(rows.T, bias=True))


def test_a_column_that_others_add_up_to_goes_first_and_nothing_is_lost() -> None:
    rows = rows_of(400, 5)
    rows[:, 2] = rows[:, 0] - 2 * rows[:, 4] + 3
    weights = RANDOM.normal(size=(5, 3))
    spread = spread_of(rows)
    kept = keep_columns(spread, weights, 4)
    assert {0, 2, 4} - set(kept.tolist()), "one of the three that depend on each other goes"
    fewer = spread.weights(kept, weights)
    made = rows[:, kept] @ fewer + spread.shift(kept, weights, fewer)
    assert np.allclose(made, rows @ weights, atol=0.01)
    assert spread.lost(kept, weights) == pytest.approx(0, abs=0.01)


def test_a_column_that_matters_stays_though_it_varies_little() -> None:
    rows = rows_of(400, 3) * np.array([1.0, 0.1, 1.0])
    weights = np.array([[0.01], [50.0], [1.0]])
    assert keep_columns(spread_of(rows), weights, 2).tolist() == [1, 2]


def test_a_group_goes_as_a_whole() -> None:
    rows = rows_of(400, 6)
    rows[:, 2:4] = rows[:, 4:6] @ np.array([[0.5, 1.0], [2.0, -1.0]])
    weights = RANDOM.normal(size=(6, 4))
    kept = keep_groups(spread_of(rows), weights, width=2, number=2).tolist()
    assert kept in ([0, 1, 2, 3], [0, 1, 4, 5])


def test_less_is_lost_with_more_columns() -> None:
    rows, weights = rows_of(300, 8) @ RANDOM.normal(size=(8, 8)), RANDOM.normal(size=(8, 2))
    spread = spread_of(rows)
    lost = [spread.lost(keep_columns(spread, weights, number), weights) for number in (7, 5, 3, 1)]
    assert lost == sorted(lost)
    assert lost[-1] > 0
