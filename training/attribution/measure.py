"""Scores on PolNeAR dev by a protocol given as a module: the reader in torch while it learns, and what ships."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from allegata.claim.pieces import cut, inputs, windows
from allegata.claim.weave import Found, Scores, Thresholds, weave

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tokenizers import Tokenizer

    from allegata.claim.encoder import Encoder
    from allegata.claim.pieces import Pieces, Window

    from .model import Reader

TRIED = {
    "cue": (0.35, 0.4, 0.45, 0.5, 0.55),
    "source": (0.0, 0.5, 1.0, 1.5),
    "change": (0.5, 1.0, 1.5, 2.0),
    "turn": (0.0, 0.3, 0.6),
    "content": (0.0, 1.0),
    "weak": (-1.0, 0.0, 0.5, 1.0),
    "candidate": (0.05, 0.08, 0.12),
}
"""Values of each threshold that are tried, in this order."""

Scored = tuple["Pieces", list[tuple["Window", Scores]]]


def score_windows(reader: Reader, text: str, tokenizer: Tokenizer) -> Scored:
    """Return the pieces of *text* and the scores of each of its windows."""
    pieces = cut(text, tokenizer)
    scored = []
    for window in windows(pieces):
        arrays = {name: torch.from_numpy(rows) for name, rows in inputs(pieces, window).items()}
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            outputs = reader(**arrays)
        scored.append((window, Scores(*(np.asarray(each[0, 1:-1].float()) for each in outputs[:5]))))
    return pieces, scored


def score_shipped(encoder: Encoder, text: str) -> Scored:
    """Return the same of *encoder*, which is exported."""
    pieces = cut(text, encoder.tokenizer)
    made = ((window, encoder.scores(inputs(pieces, window))) for window in windows(pieces))
    return pieces, [(window, Scores(*(each[0, 1:-1] for each in outputs))) for window, outputs in made]


def offsets_of(scored: Scored, thresholds: Thresholds) -> list[dict[str, list[tuple[int, int]]]]:
    """Return attributions as character offsets per role."""
    pieces, parts = scored
    found = []
    for window, scores in parts:
        head = pieces.head[window.start : window.end]
        for each in weave(scores, head, window.first - window.start, window.last - window.start, thresholds):
            found.append({role: stretches(pieces, window, getattr(each, role)) for role in Found._fields[1:]})
    return found


def stretches(pieces: Pieces, window: Window, rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the words at *rows* as character offsets, neighbours joined."""
    spans: list[tuple[int, int]] = []
    heads = np.flatnonzero(pieces.head)
    order = {int(row): index for index, row in enumerate(heads)}
    last = -2
    for row in rows:
        row += window.start
        index = order[row]
        stop = int(heads[index + 1]) if index + 1 < len(heads) else len(pieces.ids)
        end = int(pieces.end[row:stop].max())
        if spans and index == last + 1:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((int(pieces.start[row]), end))
        last = index
    return spans


def calibrate(
    scored: list[Scored], score: Callable[[list[list[dict[str, list[tuple[int, int]]]]]], dict[str, dict[str, float]]]
) -> Thresholds:
    """Return the thresholds with the best sum of full-attribution F1 and the three token F1s, one number tried after the other."""

    def worth(thresholds: Thresholds) -> float:
        scores = score([offsets_of(each, thresholds) for each in scored])
        tokens = [scores[f"token {role}"]["f1"] for role in Found._fields[1:]]
        return scores["full attribution"]["f1"] + sum(tokens)

    best = Thresholds()
    for name, values in TRIED.items():
        options = [replace(best, **{name: value}) for value in values]
        best = max(options, key=worth)
    return best
