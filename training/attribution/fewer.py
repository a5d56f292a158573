"""Which columns of what goes into a product can go, and how those left are weighted to give nearly what all gave.

Source: the criterion of Hassibi and Stork, Optimal Brain Surgeon, NIPS 1992, for whole heads and neurons of a layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.int64]
Numbers = NDArray[np.float64]
RIDGE = 1e-4
"""What is added to the variance of each column, in shares of the mean one, where a system of equations is solved."""
AT_ONCE = 64
"""Columns that go before those left are weighted anew."""


class Seen:
    """What was seen to go into a product: the sums of its rows, (columns,), and of their outer products, (columns, columns)."""

    def __init__(self, columns: int) -> None:
        self.count, self.total, self.outer = 0, np.zeros(columns), np.zeros((columns, columns))

    def add(self, rows: NDArray[np.floating]) -> None:
        """Add *rows*, (rows, columns)."""
        self.count += len(rows)
        self.total += rows.sum(axis=0, dtype=np.float64)
        self.outer += rows.T @ rows

    def spread(self) -> Spread:
        """Return how the columns vary together."""
        mean = self.total / self.count
        return Spread(mean, self.outer / self.count - np.outer(mean, mean))


@dataclass(frozen=True)
class Spread:
    """Mean, (columns,), and covariance, (columns, columns), of what goes into a product."""

    mean: Numbers
    together: Numbers

    def firm(self, kept: Columns) -> Numbers:
        """Return the covariance of the columns *kept*, with a RIDGE."""
        some = self.together[np.ix_(kept, kept)]
        return some + RIDGE * some.diagonal().mean() * np.eye(len(kept))

    def weights(self, kept: Columns, weights: Numbers) -> Numbers:
        """Return what makes of the columns *kept* what comes nearest to what *weights*, (columns, outcomes), make of all."""
        return np.linalg.solve(self.firm(kept), self.together[kept] @ weights)

    def shift(self, kept: Columns, weights: Numbers, fewer: Numbers) -> Numbers:
        """Return what has to be added to the outcome of *fewer* weights of the columns *kept*: what the means of the others made, (outcomes,)."""
        return self.mean @ weights - self.mean[kept] @ fewer

    def lost(self, kept: Columns, weights: Numbers) -> float:
        """Return how much of the variance of the outcome of *weights* is lost with the columns *kept*."""
        missing = weights.copy()
        missing[kept] -= self.weights(kept, weights)
        return float((missing * (self.together @ missing)).sum())


def keep_groups(spread: Spread, weights: Numbers, width: int, number: int) -> Columns:
    """Return the columns of the *number* of groups that stay, one after the other gone whose loss is the least. width: columns of a group."""
    kept = np.arange(len(weights)).reshape(-1, width)
    while len(kept) > number:
        fewer = [np.delete(kept, each, axis=0) for each in range(len(kept))]
        kept = min(fewer, key=lambda each: spread.lost(each.ravel(), weights))
    return kept.ravel()


def keep_columns(spread: Spread, weights: Numbers, number: int) -> Columns:
    """Return the *number* of columns that stay, AT_ONCE gone together, those first without which the outcome changes least."""
    kept = np.arange(len(weights))
    while len(kept) > number:
        worth = np.square(spread.weights(kept, weights)).sum(axis=1) / np.linalg.inv(spread.firm(kept)).diagonal()
        gone = min(AT_ONCE, len(kept) - number)
        kept = np.sort(kept[np.argsort(worth)[gone:]])
    return kept
