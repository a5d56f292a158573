"""The head: the upper layers of the base model over the states of the attribution reader's lower ones, and an answer for each number."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from training.attribution.model import BERT, SMALL, Layer

from .examples import ACTIONS

DEPTH = 3
"""Layers of the head; as many as the lower half has not."""


class ActionHead(nn.Module):
    """Odds of each of ACTIONS for each number, from the states at the number and at its noun."""

    def __init__(self, rate: float = 0.1) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Layer(SMALL, rate) for _ in range(DEPTH)])
        self.joined = nn.Linear(2 * SMALL.hidden, SMALL.hidden)
        self.thinning = nn.Dropout(2 * rate)
        self.odds = nn.Linear(SMALL.hidden, len(ACTIONS))

    def forward(self, rows: Tensor, mask: Tensor | None, numbers: Tensor, nouns: Tensor) -> Tensor:
        """Return the odds: (texts, counted, ACTIONS). rows: (texts, pieces, width). numbers, nouns: (texts, counted), rows of each."""
        for layer in self.layers:
            rows = layer(rows, mask)
        text = torch.arange(len(rows))[:, None].expand_as(numbers)
        both = torch.cat([rows[text, numbers], rows[text, nouns]], dim=-1)
        return self.odds(self.thinning(functional.gelu(self.joined(self.thinning(both)))))


def load_base(head: ActionHead, weights: Path) -> None:
    """Fill the layers of *head* with the upper ones of the base model."""
    base = load_file(weights)
    first = SMALL.layers - DEPTH
    taken = {
        f"layers.{number}.{own}.{part}": base[f"encoder.layer.{first + number}.{theirs}.{part}"]
        for number in range(DEPTH)
        for own, theirs in BERT.items()
        for part in ("weight", "bias")
    }
    head.load_state_dict(taken, strict=False)
