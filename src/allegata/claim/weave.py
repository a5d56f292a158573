"""Scores of the encoder made into attributions: which word begins a cue, and what belongs to that cue."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

NONE, SOURCE, CUE, CONTENT = range(4)
ROLES = 3
WIDTH = 64
EDGES = np.array(
    [-90, -60, -40, -26, -17, -11, -7, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 8, 12, 18, 27, 41, 61, 91], np.int64
)
"""Lower bounds of the distance buckets between a cue and a piece, in pieces; one more bucket lies below the first."""


@dataclass(frozen=True)
class Thresholds:
    """Numbers chosen on PolNeAR dev; log odds are against belonging to no role.

    candidate: least probability of a cue beginning to be looked at. cue: least sum over overlapping candidates to be kept.
    change, turn: what a change of role between two words costs if content is one of the two, and if it is not.
    source, content: where nothing was found for the role, words are taken whose log odds are over the negative of this.
    weak: least mean log odds of a stretch of content beside the best stretch.
    """

    candidate: float = 0.08
    cue: float = 0.45
    change: float = 1.0
    turn: float = 0.3
    source: float = 1.0
    content: float = 0.0
    weak: float = 0.0


class Scores(NamedTuple):
    """What the encoder says of the rows of a window.

    begins: log odds that a cue begins. query, key: (rows, ROLES, WIDTH); their product says what belongs to a cue.
    lean: (rows, ROLES) of a piece whatever the cue. reach: (rows, ROLES, buckets) of a cue by distance.
    """

    begins: NDArray[np.float32]
    query: NDArray[np.float32]
    key: NDArray[np.float32]
    lean: NDArray[np.float32]
    reach: NDArray[np.float32]


class Found(NamedTuple):
    """One attribution as rows of its window: the roles are sorted rows; sure is the probability of the cue."""

    sure: float
    source: tuple[int, ...]
    cue: tuple[int, ...]
    content: tuple[int, ...]


def buckets(anchors: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Return the distance bucket of every row for every anchor, shape (anchors, length)."""
    return np.searchsorted(EDGES, np.arange(length)[None, :] - anchors[:, None], side="right")


def relation(scores: Scores, anchors: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the log odds against NONE of each role, for each anchor and row: shape (anchors, rows, ROLES)."""
    length = len(scores.begins)
    product = np.stack([scores.query[anchors, role] @ scores.key[:, role].T for role in range(ROLES)], axis=2)
    reached = scores.reach[anchors[:, None], :, buckets(anchors, length)]
    odds = product / np.float32(WIDTH**0.5) + scores.lean[None] + reached
    return odds.astype(np.float32, copy=False)


def best_roles(odds: Sequence[NDArray[np.float32]], change: float, turn: float) -> list[NDArray[np.int64]]:
    """Return for each of *odds* the most probable role of each row under a price for changing the role (Viterbi): shape (anchors, rows).

    Each of *odds* is for itself; they go through the rows together, since a step costs the same for one anchor and for many.
    """
    ends = np.array([each.shape[1] - 1 for each in odds for _ in each], np.int64)
    anchors, every, length = len(ends), np.arange(len(ends)), max((each.shape[1] for each in odds), default=0)
    emitted = np.zeros((length, ROLES + 1, anchors), np.float32)
    bounds = list(accumulate((len(each) for each in odds), initial=0))
    for (first, last), each in zip(pairwise(bounds), odds, strict=True):
        emitted[: each.shape[1], 1:, first:last] = each.transpose(1, 2, 0)
    dear = np.array([0, turn, turn, change], np.float32)
    price = np.maximum(dear[:, None], dear[None, :]) * (1 - np.eye(ROLES + 1, dtype=np.float32))
    options = np.empty((ROLES + 1, ROLES + 1, anchors), np.float32)
    reached = emitted
    for row in range(1, length):
        np.subtract(reached[row - 1, None], price[:, :, None], out=options)
        reached[row] += np.maximum.reduce(options, axis=1)
    final = reached[ends, :, every].argmax(axis=1)
    path = np.empty((anchors, length), np.int64)
    role = final
    for row in range(length - 1, -1, -1):
        path[:, row] = role = np.where(row < ends, role, final)
        role = (reached[row - 1] - price[:, role]).argmax(axis=0)
    return [path[first:last, : each.shape[1]] for (first, last), each in zip(pairwise(bounds), odds, strict=True)]


class Candidates(NamedTuple):
    """The rows of a window at which a cue may begin.

    sure: the probability that a cue begins, by row. rows: those that are the head of a word. anchors: those that may begin a cue.
    odds: what `relation` says of each anchor and head.
    """

    sure: NDArray[np.floating[Any]]
    rows: NDArray[np.int64]
    anchors: NDArray[np.int64]
    odds: NDArray[np.float32]


def find_candidates(
    scores: Scores, head: NDArray[np.bool_], first: int, last: int, thresholds: Thresholds
) -> Candidates:
    """Return where a cue may begin in rows *first* to *last* of a window. Only rows that are the *head* of a word are looked at."""
    sure = 1 / (1 + np.exp(-scores.begins))
    rows = np.flatnonzero(head)
    anchors = rows[(rows >= first) & (rows < last)]
    anchors = anchors[sure[anchors] >= thresholds.candidate]
    return Candidates(sure, rows, anchors, relation(scores, anchors)[:, rows])


def weave(scores: Scores, head: NDArray[np.bool_], first: int, last: int, thresholds: Thresholds) -> list[Found]:
    """Return the attributions whose cue begins in rows *first* to *last*, in that order, by `weave_all`."""
    return weave_all([find_candidates(scores, head, first, last, thresholds)], thresholds)[0]


def weave_all(windows: Sequence[Candidates], thresholds: Thresholds) -> list[list[Found]]:
    """Return the attributions of each of *windows*, in the order of their cues; no window has a part in another's.

    Candidates whose cues overlap are one cue of uncertain extent: their probabilities add up, and the best of them is kept.
    """
    paths = best_roles([each.odds for each in windows], thresholds.change, thresholds.turn)
    return [list(_found(each, path, thresholds)) for each, path in zip(windows, paths, strict=True)]


def _found(looked: Candidates, path: NDArray[np.int64], thresholds: Thresholds) -> Iterator[Found]:
    sure, rows, anchors, odds = looked
    candidates = [
        (float(sure[anchor]), index, _cue(path[index], int(np.searchsorted(rows, anchor))))
        for index, anchor in enumerate(anchors)
    ]
    for group in _overlapping(candidates):
        probability = min(1.0, sum(each[0] for each in group))
        if probability >= thresholds.cue:
            _, index, cue = max(group)
            source = _source(odds[index], path[index], cue, thresholds)
            content = _content(odds[index], path[index], cue, thresholds)
            yield Found(probability, *(tuple(rows[part].tolist()) for part in (source, cue, content)))


def _source(odds: NDArray[np.float32], path: NDArray[np.int64], cue: list[int], thresholds: Thresholds) -> list[int]:
    """Return the best stretch that may be the source; none where no word comes near to it."""
    likely = odds[:, SOURCE - 1] + np.float32(thresholds.source)
    stretches = _stretches(path == SOURCE, cue) or _stretches(likely > 0, cue)
    return max(stretches, key=lambda each: float(likely[each].sum()), default=[])


def _content(odds: NDArray[np.float32], path: NDArray[np.int64], cue: list[int], thresholds: Thresholds) -> list[int]:
    """Return the stretches that are content, without those that are much weaker than the best."""
    likely = odds[:, CONTENT - 1] + np.float32(thresholds.content)
    stretches = _stretches(path == CONTENT, cue)
    if not stretches:
        return max(_stretches(likely > 0, cue), key=lambda each: float(likely[each].sum()), default=[])
    means = [float(odds[each, CONTENT - 1].mean()) for each in stretches]
    kept = [each for each, mean in zip(stretches, means, strict=True) if mean >= min(thresholds.weak, max(means))]
    return [row for each in kept for row in each]


def _cue(path: NDArray[np.int64], anchor: int) -> list[int]:
    end = anchor + 1
    while end < len(path) and path[end] == CUE:
        end += 1
    return list(range(anchor, end))


def _overlapping(candidates: list[tuple[float, int, list[int]]]) -> list[list[tuple[float, int, list[int]]]]:
    groups: list[list[tuple[float, int, list[int]]]] = []
    end = -1
    for each in candidates:
        if groups and each[2][0] <= end:
            groups[-1].append(each)
            end = max(end, each[2][-1])
        else:
            groups.append([each])
            end = each[2][-1]
    return groups


def _stretches(chosen: NDArray[np.bool_], cue: list[int]) -> list[list[int]]:
    stretches: list[list[int]] = []
    for row in np.flatnonzero(chosen).tolist():
        if row in cue:
            continue
        if stretches and row == stretches[-1][-1] + 1:
            stretches[-1].append(row)
        else:
            stretches.append([row])
    return stretches
