"""Training of the action head, and what it gets right."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from .examples import Example
from .model import ActionHead

LOG = logging.getLogger("training.action")
UNASKED = -100
"""The answer of what only fills a batch."""


@dataclass(frozen=True)
class Plan:
    """How to train: rate of the layers, which the base model fills, and of what is new; texts a step; how much of each answer is left open."""

    epochs: int = 8
    rate: float = 1.5e-4
    new_rate: float = 1e-3
    texts: int = 16
    open: float = 0.05


def batches(
    examples: Sequence[Example], size: int, chance: random.Random | None
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor, Tensor]]:
    """Yield rows, mask, numbers, nouns and answers of *size* examples at a time; by *chance*, those of like length together."""
    order = list(range(len(examples)))
    if chance is not None:
        chance.shuffle(order)
        stacks = [order[at : at + 8 * size] for at in range(0, len(order), 8 * size)]
        order = [each for stack in stacks for each in sorted(stack, key=lambda one: len(examples[one].states))]
    groups = [order[at : at + size] for at in range(0, len(order), size)]
    if chance is not None:
        chance.shuffle(groups)
    for group in groups:
        some = [examples[each] for each in group]
        length, most = max(len(each.states) for each in some), max(len(each.answers) for each in some)
        rows = torch.zeros(len(some), length, some[0].states.shape[1])
        mask = torch.zeros(len(some), length, dtype=torch.bool)
        numbers, nouns = (torch.zeros(len(some), most, dtype=torch.long) for _ in range(2))
        answers = torch.full((len(some), most), UNASKED)
        for at, each in enumerate(some):
            counted = len(each.answers)
            rows[at, : len(each.states)] = torch.from_numpy(each.states)
            mask[at, : len(each.states)] = True
            numbers[at, :counted] = torch.from_numpy(each.numbers)
            nouns[at, :counted] = torch.from_numpy(each.nouns)
            answers[at, :counted] = torch.tensor(each.answers)
        yield rows, mask[:, None, None, :], numbers, nouns, answers


def fit(head: ActionHead, examples: Sequence[Example], plan: Plan, seed: int) -> ActionHead:
    """Return *head* trained on *examples*, with a rate that rises for a tenth of the steps and falls to nothing."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    new = [*head.joined.parameters(), *head.odds.parameters()]
    groups = [{"params": head.layers.parameters(), "lr": plan.rate}, {"params": new, "lr": plan.new_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = plan.epochs * math.ceil(len(examples) / plan.texts)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, 10 * (step + 1) / steps) * max(0.0, 1 - step / steps)
    )
    for epoch in range(plan.epochs):
        head.train()
        began, lost = time.monotonic(), 0.0
        for *given, answers in batches(examples, plan.texts, chance):
            odds = head(*given)
            loss = functional.cross_entropy(
                odds.flatten(0, 1), answers.flatten(), ignore_index=UNASKED, label_smoothing=plan.open
            )
            optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            lost += loss.item()
        LOG.info("epoch %d, loss %.1f, %.0f s", epoch, lost, time.monotonic() - began)
    return head.eval()


def score(head: ActionHead, examples: Sequence[Example], least: float) -> dict[str, float]:
    """Return how many of *examples* are right: all, those to which something happened, and those of them that the head is sure of by *least*.

    recall: of those to which something happened, with the right action. precision: of those of which it says so.
    """
    likely, wanted = [], []
    with torch.no_grad():
        for *given, answers in batches(examples, 32, None):
            asked = answers != UNASKED
            likely.append(torch.softmax(head(*given), dim=-1)[asked].numpy())
            wanted.append(answers[asked].numpy())
    odds, right = np.concatenate(likely), np.concatenate(wanted)
    best, sure = odds.argmax(axis=1), odds.max(axis=1)
    told, happened = (best > 0) & (sure >= least), right > 0
    return {
        "counted": float(len(right)),
        "right": float((best == right).mean()),
        "recall": float((told & (best == right)).sum() / max(1, happened.sum())),
        "precision": float((told & (best == right)).sum() / max(1, told.sum())),
    }
