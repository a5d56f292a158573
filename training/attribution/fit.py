"""Training: batches of windows, the three losses, and the averaged weights that come out."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from allegata.claim.pieces import BREAK, OUTSIDE, SIGN, START
from allegata.claim.weave import CUE, EDGES, ROLES, WIDTH

from .examples import Example
from .model import Reader

LOG = logging.getLogger(__name__)
PAD = 0
LOWER_ALIKE = 4


class Pace:
    """How many threads a step takes: one more helps only while no other process wants the core, so both are tried now and then."""

    def __init__(self, threads: int) -> None:
        self.speeds: dict[int, float] = dict.fromkeys(range(1, threads + 1), 0.0)
        self.threads, self.step = threads, 0

    def begin(self) -> float:
        """Set the threads of the next step and return the time."""
        self.step += 1
        probe = self.step % 20
        best = max(self.speeds, key=lambda each: self.speeds[each])
        self.threads = 1 + (self.step // 20) % len(self.speeds) if probe < 2 else best
        torch.set_num_threads(self.threads)
        return time.monotonic()

    def end(self, started: float, pieces: int) -> None:
        """Remember the speed of the step."""
        speed = pieces / (time.monotonic() - started)
        known = self.speeds[self.threads]
        self.speeds[self.threads] = speed if not known else 0.5 * known + 0.5 * speed


@dataclass(frozen=True)
class Plan:
    """How long and how fast.

    minutes: where the clock would run out before the epochs do, the learning rate falls with the clock and training ends in time.
    pieces: word pieces in a batch. fade: factor of the learning rate from one layer to the next lower. average: weight
    of the past in the averaged weights, at each of every *often* steps. taught: share of a teacher in what is to be learned.
    every: weight of the role that a word has in any attribution. alike: weight of how far the states of each layer are from
    those of the first teacher, which has as many; LOWER_ALIKE times that for the states that other heads read, too.
    """

    epochs: int = 8
    pieces: int = 3072
    rate: float = 2.5e-4
    head_rate: float = 1.5e-3
    fade: float = 0.9
    warm: float = 0.06
    average: float = 0.99
    often: int = 4
    decay: float = 0.01
    threads: int = 2
    minutes: float = 600
    taught: float = 0.5
    every: float = 0.5
    alike: float = 0


@dataclass(frozen=True)
class Batch:
    """Windows padded to one length, and the cues asked about: window, piece, weight, and the role of every piece."""

    ids: Tensor
    quotation: Tensor
    case: Tensor
    mask: Tensor
    head: Tensor
    begins: Tensor
    any_role: Tensor
    row: Tensor
    anchor: Tensor
    weight: Tensor
    roles: Tensor


def batches(examples: Sequence[Example], pieces: int, random: np.random.Generator) -> Iterator[list[Example]]:
    """Yield all *examples* in batches of about *pieces*, of similar length, in random order."""
    order = sorted(examples, key=lambda each: each.end - each.start + random.integers(0, 16))
    groups: list[list[Example]] = [[]]
    for each in order:
        if (len(groups[-1]) + 1) * (each.end - each.start + 2) > pieces and groups[-1]:
            groups.append([])
        groups[-1].append(each)
    for index in random.permutation(len(groups)):
        yield groups[index]


def collate(examples: Sequence[Example], random: np.random.Generator) -> Batch:
    """Return *examples* padded to one length. Each cue is asked from its first piece and from another of its pieces."""
    length = max(each.end - each.start for each in examples) + 2
    count = len(examples)
    filled = {
        name: np.full((count, length), value) for name, value in (("ids", PAD), ("quotation", OUTSIDE), ("case", SIGN))
    }
    mask, head = np.zeros((count, length), bool), np.zeros((count, length), bool)
    begins, any_role = np.zeros((count, length), np.float32), np.zeros((count, length, ROLES), np.float32)
    rows, anchors, weights, roles = [], [], [], []
    for number, each in enumerate(examples):
        size = each.end - each.start
        filled["ids"][number, : size + 2] = np.r_[START, each.pieces.ids[each.start : each.end], BREAK]
        for name in ("quotation", "case"):
            filled[name][number, 1 : size + 1] = getattr(each.pieces, name)[each.start : each.end]
        mask[number, : size + 2] = True
        head[number, 1 : size + 1] = each.pieces.head[each.start : each.end]
        begins[number, each.anchors + 1] = 1
        for role in range(ROLES):
            any_role[number, 1 : size + 1, role] = (each.roles == role + 1).any(axis=0)
        for attribution in np.flatnonzero(each.whole):
            own = each.roles[attribution]
            others = np.flatnonzero((own == CUE) & each.pieces.head[each.start : each.end])[1:]
            asked = [(int(each.anchors[attribution]), 1.0)]
            if len(others):
                asked.append((int(random.choice(others)), 0.4))
            for anchor, weight in asked:
                target = np.zeros(length, np.int64)
                target[1 : size + 1] = own
                rows.append(number)
                anchors.append(anchor + 1)
                weights.append(weight)
                roles.append(target)
    return Batch(
        *(torch.from_numpy(filled[name]) for name in ("ids", "quotation", "case")),
        mask=torch.from_numpy(mask),
        head=torch.from_numpy(head),
        begins=torch.from_numpy(begins),
        any_role=torch.from_numpy(any_role),
        row=torch.tensor(rows, dtype=torch.long),
        anchor=torch.tensor(anchors, dtype=torch.long),
        weight=torch.tensor(weights),
        roles=torch.from_numpy(np.array(roles, np.int64).reshape(-1, length)),
    )


def odds_of(outputs: tuple[Tensor, ...], row: Tensor, anchor: Tensor) -> Tensor:
    """Return the log odds of the roles against none, (asked, length, ROLES): what ``weave.relation`` computes."""
    _, query, key, lean, reach, _ = (each.float() for each in outputs)
    length = key.shape[1]
    product = torch.einsum("ard,alrd->alr", query[row, anchor], key[row]) / WIDTH**0.5
    distance = torch.arange(length)[None, :] - anchor[:, None]
    bucket = torch.bucketize(distance, torch.from_numpy(EDGES), right=True)
    reached = reach[row, anchor].transpose(1, 2).gather(1, bucket[:, :, None].expand(-1, -1, ROLES))
    return product + lean[row] + reached


@dataclass(frozen=True)
class Target:
    """What is to be learned of a batch, as probabilities: begins (texts, length), any_role (texts, length, ROLES), roles (asked, ROLES + 1, length)."""

    begins: Tensor
    any_role: Tensor
    roles: Tensor


def target_of(batch: Batch, taught: Sequence[tuple[Tensor, ...]], share: float) -> Target:
    """Return what was annotated, mixed with a *share* of the mean of what the teachers make of it."""
    roles = functional.one_hot(batch.roles, ROLES + 1).transpose(1, 2).float()
    target = Target(batch.begins, batch.any_role, roles)
    if not taught:
        return target
    meant = Target(
        torch.stack([outputs[0].float().sigmoid() for outputs in taught]).mean(dim=0),
        torch.stack([outputs[5].float().sigmoid() for outputs in taught]).mean(dim=0),
        torch.stack([with_none(odds_of(outputs, batch.row, batch.anchor)).softmax(dim=1) for outputs in taught]).mean(
            dim=0
        )
        if len(batch.row)
        else roles,
    )
    return Target(
        *(torch.lerp(getattr(target, name), getattr(meant, name), share) for name in ("begins", "any_role", "roles"))
    )


def with_none(odds: Tensor) -> Tensor:
    """Return log odds (asked, length, ROLES) with zeros for no role in front, (asked, ROLES + 1, length)."""
    return torch.cat([torch.zeros_like(odds[..., :1]), odds], dim=-1).transpose(1, 2)


def loss_of(outputs: tuple[Tensor, ...], batch: Batch, target: Target, share: float) -> Tensor:
    """Return the loss: where cues begin, a *share* of which role a word has in any attribution, and what belongs to each cue."""
    head = batch.head
    count = max(1.0, float(batch.begins.sum()))
    begins = outputs[0].float()[head]
    loss = functional.binary_cross_entropy_with_logits(begins, target.begins[head], reduction="sum") / count
    if share:
        every = functional.binary_cross_entropy_with_logits(
            outputs[5].float()[head], target.any_role[head], reduction="sum"
        )
        loss = loss + share * every / head.sum()
    if len(batch.row):
        odds = with_none(odds_of(outputs, batch.row, batch.anchor))
        asked = head[batch.row]
        wrong = functional.cross_entropy(odds, target.roles, reduction="none")
        wrong = (wrong * asked).sum(dim=1) * batch.weight
        loss = loss + 0.15 * wrong.sum() / batch.weight.sum()
    return loss


def distance_of(own: Sequence[Tensor], meant: Sequence[Tensor], mask: Tensor) -> Tensor:
    """Return how far the states of each layer are from those *meant*, in shares of their variance, added up.

    Source: Jiao et al., TinyBERT, EMNLP 2020.
    """
    far = own[0].new_zeros((), dtype=torch.float32)
    for number, (mine, theirs) in enumerate(zip(own, meant, strict=True)):
        mine, theirs = mine.float()[mask], theirs.float()[mask]
        far = far + (LOWER_ALIKE if 2 * number == len(own) - 1 else 1) * (mine - theirs).square().mean() / theirs.var()
    return far


def groups_of(reader: Reader, plan: Plan) -> list[dict[str, object]]:
    """Return parameter groups: heads fast, layers slower the lower they are; word embeddings and still layers stay as they are."""
    groups: dict[float, list[Tensor]] = {}
    count, still = reader.shape.layers, reader.shape.still
    for name, parameter in reader.named_parameters():
        top = name.split(".")[0]
        number = int(name.split(".")[1]) if top == "layers" else -1
        if top in ("words", "near") or (still and top in ("layers", "positions", "norm") and number < still):
            parameter.requires_grad_(False)
            continue
        if top == "layers":
            rate = plan.rate * plan.fade ** (count - 1 - number)
        elif top in ("positions", "norm"):
            rate = plan.rate * plan.fade**count
        else:
            rate = plan.head_rate
        groups.setdefault(rate, []).append(parameter)
    return [{"params": parameters, "lr": rate, "weight_decay": plan.decay} for rate, parameters in groups.items()]


def fit(
    reader: Reader,
    epoch_examples: Callable[[int], Sequence[Example]],
    plan: Plan,
    seed: int,
    after_epoch: Callable[[Reader, int], None],
    teachers: Sequence[Reader] = (),
) -> Reader:
    """Return the averaged weights after *plan.epochs* epochs; *after_epoch* sees them each time.

    Where there are *teachers*, a share of what is learned is what they make of the same windows.
    Source: Furlanello et al., Born-Again Neural Networks, ICML 2018.
    """
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(groups_of(reader, plan), betas=(0.9, 0.98), fused=True)
    averaged = deepcopy(reader).eval()
    pace = Pace(plan.threads)
    step, steps, started = 0, 0, time.monotonic()
    for epoch in range(plan.epochs):
        packed = list(batches(epoch_examples(epoch), plan.pieces, random))
        steps = steps or len(packed) * plan.epochs
        total = 0.0
        reader.train()
        for group in packed:
            done = max(step / steps, (time.monotonic() - started) / 60 / plan.minutes)
            if done > 1:
                break
            factor = min(1.0, done / plan.warm) * max(0.02, 1 - max(0.0, done - plan.warm) / (1 - plan.warm))
            for each in optimizer.param_groups:
                each.setdefault("peak", each["lr"])
                each["lr"] = each["peak"] * factor
            begun = pace.begin()
            batch = collate(group, random)
            mask = batch.mask[:, None, None, :]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = reader.states(batch.ids, batch.quotation, batch.case, mask)
                outputs = reader.answers(states[-1])
                with torch.no_grad():
                    theirs = [each.states(batch.ids, batch.quotation, batch.case, mask) for each in teachers]
                    taught = [each.answers(rows[-1]) for each, rows in zip(teachers, theirs, strict=True)]
            loss = loss_of(outputs, batch, target_of(batch, taught, plan.taught), plan.every)
            if plan.alike:
                loss = loss + plan.alike * distance_of(states, theirs[0], batch.mask)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % plan.often == 0:
                keep = min(plan.average, 1 - 1 / (1 + step / plan.often))
                with torch.no_grad():
                    torch._foreach_lerp_(list(averaged.parameters()), list(reader.parameters()), 1 - keep)
            value = float(loss.detach())
            total += value
            pace.end(begun, batch.ids.numel())
            if step % 50 == 0:
                LOG.info(
                    "step %d of %d, loss %.3f, %.0f s, %d threads",
                    step,
                    steps,
                    value,
                    time.monotonic() - started,
                    pace.threads,
                )
            if not math.isfinite(total):
                raise FloatingPointError(f"loss {total} at step {step}")
        LOG.info("epoch %d: mean loss %.4f", epoch + 1, total / max(1, len(packed)))
        after_epoch(averaged, epoch + 1)
    return averaged
