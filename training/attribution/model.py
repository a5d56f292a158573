"""The encoder: a base model with quotation and case embeddings, and the scores that make attributions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from allegata.claim.pieces import BREAK, START
from allegata.claim.weave import EDGES, ROLES, WIDTH

BUCKETS = len(EDGES) + 1
NEAR, FAR, SIDES = 8, 128, 16


@dataclass(frozen=True)
class Shape:
    """The sizes of a base model.

    heads, width: heads of attention in a layer, and numbers in each. still: layers at the bottom that stay as they are. signs: which rows of its vocabulary stand for filling, START and BREAK;
    every other piece has the number it has in BERT and *shift* more. first: number of the first position. near: buckets of
    the bias that attention has by distance, none for a model without it.
    """

    hidden: int
    inner: int
    layers: int
    vocabulary: int
    positions: int
    heads: int = 12
    width: int = 32
    still: int = 0
    shift: int = 0
    signs: tuple[int, int, int] = (0, START, BREAK)
    first: int = 0
    near: int = 0


SMALL = Shape(hidden=384, inner=1536, layers=6, vocabulary=30522, positions=512)
"""MiniLM-L6."""
NARROW = replace(SMALL, inner=768, heads=6)
"""What is shipped: half of the heads and neurons of each layer, see ``narrow``."""
LARGE = Shape(
    hidden=768,
    inner=3072,
    layers=9,
    vocabulary=30527,
    positions=514,
    width=64,
    still=3,
    shift=4,
    signs=(1, 0, 2),
    first=2,
    near=2 * SIDES,
)
"""The lower nine layers of MPNet, which only teaches."""


class Thinning(nn.Module):
    """Dropout from a pool of masks made once: drawing fresh ones takes half of the time of a step on a CPU."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.pool: Tensor | None = None

    def forward(self, rows: Tensor) -> Tensor:
        """Return *rows* with a share of their numbers at zero, in training only."""
        if not self.training or not self.rate:
            return rows
        if self.pool is None:
            self.pool = (torch.rand(6_000_011) >= self.rate).float() / (1 - self.rate)
        start = int(torch.randint(0, len(self.pool) - rows.numel(), (1,)))
        return rows * self.pool[start : start + rows.numel()].view(rows.shape).to(rows.dtype)


class Attention(torch.autograd.Function):
    """Attention as it is exported: one operation that onnxruntime does in blocks, so that the weights of the rows among each other are never all in memory."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        """Return the mixture, (texts, rows, heads times width), of *value* for each row; all have that shape."""
        return attend(query, key, value, heads, None)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        """Return what stands for it in the exported graph."""
        made = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        made.setType(query.type())
        return made


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int, mask: Tensor | None) -> Tensor:
    """Return the mixture of *value* for each row; all are (texts, rows, heads times width)."""
    split = (each.unflatten(2, (heads, -1)).transpose(1, 2) for each in (query, key, value))
    return functional.scaled_dot_product_attention(*split, attn_mask=mask).transpose(1, 2).flatten(2)


class Layer(nn.Module):
    """One transformer layer as in BERT."""

    def __init__(self, shape: Shape, rate: float) -> None:
        super().__init__()
        hidden, inside, self.heads = shape.hidden, shape.heads * shape.width, shape.heads
        self.query, self.key, self.value = (nn.Linear(hidden, inside) for _ in range(3))
        self.mixed = nn.Linear(inside, hidden)
        self.mixed_norm = nn.LayerNorm(hidden, eps=1e-12)
        self.wide = nn.Linear(hidden, shape.inner)
        self.narrow = nn.Linear(shape.inner, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.thinning = Thinning(rate)

    def context(self, rows: Tensor, mask: Tensor | None) -> Tensor:
        """Return what the heads take of *rows* for each, among those that *mask* leaves, or with the bias that it is: (texts, rows, heads times width)."""
        asked = self.query(rows), self.key(rows), self.value(rows)
        if torch.onnx.is_in_onnx_export():
            return Attention.apply(*asked, self.heads)
        return attend(*asked, self.heads, mask)

    def mix(self, rows: Tensor, context: Tensor) -> Tensor:
        """Return *rows* with what `context` took for them."""
        return self.mixed_norm(rows + self.thinning(self.mixed(context)))

    def neurons(self, rows: Tensor) -> Tensor:
        """Return what the neurons make of mixed *rows*: (texts, rows, inner)."""
        return functional.gelu(self.wide(rows))

    def forward(self, rows: Tensor, mask: Tensor | None) -> Tensor:
        """Return *rows* after attention and neurons."""
        rows = self.mix(rows, self.context(rows, mask))
        return self.norm(rows + self.thinning(self.narrow(self.neurons(rows))))


class Reader(nn.Module):
    """Scores of every piece: see ``allegata.claim.weave.Scores``; *roles* are the log odds of each role in any attribution."""

    def __init__(self, shape: Shape = SMALL, rate: float = 0.1) -> None:
        super().__init__()
        self.shape, hidden = shape, shape.hidden
        self.words = nn.Embedding(shape.vocabulary, hidden)
        self.positions = nn.Embedding(shape.positions, hidden)
        self.quotation = nn.Embedding(5, hidden)
        self.case = nn.Embedding(5, hidden)
        self.near = nn.Embedding(shape.near, shape.heads) if shape.near else None
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.thinning = Thinning(rate)
        self.layers = nn.ModuleList([Layer(shape, rate) for _ in range(shape.layers)])
        self.begins = nn.Linear(hidden, 1)
        self.roles = nn.Linear(hidden, ROLES)
        self.related = nn.Linear(hidden, hidden)
        self.query = nn.Linear(hidden, ROLES * WIDTH)
        self.key = nn.Linear(hidden, ROLES * WIDTH)
        self.lean = nn.Linear(hidden, ROLES)
        self.reach = nn.Linear(hidden, ROLES * BUCKETS)
        nn.init.zeros_(self.quotation.weight)
        nn.init.zeros_(self.case.weight)
        nn.init.constant_(self.begins.bias, -4.0)
        nn.init.constant_(self.lean.bias, -2.0)

    def forward(self, ids: Tensor, quotation: Tensor, case: Tensor, mask: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return begins, query, key, lean, reach and roles, each with (texts, rows) in front."""
        return self.answers(self.states(ids, quotation, case, mask)[-1])

    def states(self, ids: Tensor, quotation: Tensor, case: Tensor, mask: Tensor | None = None) -> list[Tensor]:
        """Return what goes into the first layer and what comes out of each, (texts, rows, hidden)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        if self.shape.shift:
            ids = numbered(ids, self.shape)
        rows = self.words(ids) + self.positions(places + self.shape.first)[None]
        added = self.quotation(quotation) + self.case(case)
        if not self.shape.still:
            rows = rows + added
        states = [self.thinning(self.norm(rows))]
        if self.near is not None:
            mask = self._leaning(places, mask, states[0])
        for number, layer in enumerate(self.layers):
            rows = states[-1]
            if number and number == self.shape.still:
                rows = rows + added
            states.append(layer(rows, mask))
        return states

    def answers(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return what `forward` does, of what comes out of the last layer."""
        related = functional.gelu(self.related(rows))
        shape = (*rows.shape[:2], ROLES)
        return (
            self.begins(rows)[..., 0],
            self.query(related).view(*shape, WIDTH),
            self.key(related).view(*shape, WIDTH),
            self.lean(related),
            self.reach(related).view(*shape, BUCKETS),
            self.roles(rows),
        )

    def _leaning(self, places: Tensor, mask: Tensor | None, rows: Tensor) -> Tensor:
        """Return what is added to attention: the bias by distance, and nothing near to a row that *mask* leaves out."""
        assert self.near is not None
        bias = self.near(nearness(places[None, :] - places[:, None])).permute(2, 0, 1)[None]
        bias = bias if mask is None else bias.masked_fill(~mask, -1e4)
        kind = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else rows.dtype
        return bias.to(kind)


def numbered(ids: Tensor, shape: Shape) -> Tensor:
    """Return *ids*, numbers of BERT's vocabulary, as those of the base model."""
    moved = ids + shape.shift
    for own, theirs in zip((0, START, BREAK), shape.signs, strict=True):
        moved = moved.masked_fill(ids == own, theirs)
    return moved


def nearness(distance: Tensor) -> Tensor:
    """Return the bucket of each *distance* from a row to another: one side after the other, wider the farther.

    Source: Raffel et al., Exploring the Limits of Transfer Learning, JMLR 2020, as MPNet takes it.
    """
    far = distance.abs()
    wide = NEAR + (far.clamp(min=1) / NEAR).log() / math.log(FAR / NEAR) * (SIDES - NEAR)
    return SIDES * (distance > 0) + torch.where(far < NEAR, far, wide.long().clamp(max=SIDES - 1))


BERT = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "mixed_norm": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "norm": "output.LayerNorm",
}
MPNET = BERT | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "mixed": "attention.attn.o",
    "mixed_norm": "attention.LayerNorm",
}


def load_base(reader: Reader, weights: Path) -> None:
    """Fill *reader* with the base model that it has the shape of.

    A type embedding, always the first here, is added to the positions.
    """
    base = load_file(weights)
    taken = {
        "words.weight": base["embeddings.word_embeddings.weight"],
        "positions.weight": base["embeddings.position_embeddings.weight"],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
    }
    if "embeddings.token_type_embeddings.weight" in base:
        taken["positions.weight"] = taken["positions.weight"] + base["embeddings.token_type_embeddings.weight"][0]
    if reader.near is not None:
        taken["near.weight"] = base["encoder.relative_attention_bias.weight"]
    for number in range(reader.shape.layers):
        for own, theirs in (MPNET if reader.shape.near else BERT).items():
            for part in ("weight", "bias"):
                taken[f"layers.{number}.{own}.{part}"] = base[f"encoder.layer.{number}.{theirs}.{part}"]
    missing, unexpected = reader.load_state_dict(taken, strict=False)
    own = {"quotation", "case", "begins", "roles", "related", "query", "key", "lean", "reach"}
    if unexpected or {name.split(".")[0] for name in missing} != own:
        raise ValueError(f"{weights} is not the base of this reader: {unexpected or missing}")
