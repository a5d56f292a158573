"""The encoder: MiniLM-L6 with quotation and case embeddings, and the scores that make attributions."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from allegata.claim.weave import EDGES, ROLES, WIDTH

HIDDEN, HEADS, LAYERS, INNER, VOCABULARY, POSITIONS = 384, 12, 6, 1536, 30522, 512
BUCKETS = len(EDGES) + 1


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


class Layer(nn.Module):
    """One transformer layer as in BERT."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.mixed = nn.Linear(HIDDEN, HIDDEN)
        self.mixed_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.wide = nn.Linear(HIDDEN, INNER)
        self.narrow = nn.Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.thinning = Thinning(rate)

    def forward(self, rows: Tensor, mask: Tensor | None) -> Tensor:
        """Return *rows* after attention among those that *mask* leaves."""
        batch, length, _ = rows.shape

        def split(projected: Tensor) -> Tensor:
            return projected.view(batch, length, HEADS, HIDDEN // HEADS).transpose(1, 2)

        query, key, value = split(self.query(rows)), split(self.key(rows)), split(self.value(rows))
        if torch.onnx.is_in_onnx_export():
            weights = torch.softmax(query @ key.transpose(2, 3) / (HIDDEN // HEADS) ** 0.5, dim=-1)
            context = weights @ value
        else:
            context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        context = context.transpose(1, 2).reshape(batch, length, HIDDEN)
        rows = self.mixed_norm(rows + self.thinning(self.mixed(context)))
        return self.norm(rows + self.thinning(self.narrow(functional.gelu(self.wide(rows)))))


class Reader(nn.Module):
    """Scores of every piece: see ``allegata.claim.weave.Scores``; *roles* are the log odds of each role in any attribution."""

    def __init__(self, rate: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.quotation = nn.Embedding(5, HIDDEN)
        self.case = nn.Embedding(5, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.thinning = Thinning(rate)
        self.layers = nn.ModuleList([Layer(rate) for _ in range(LAYERS)])
        self.begins = nn.Linear(HIDDEN, 1)
        self.roles = nn.Linear(HIDDEN, ROLES)
        self.related = nn.Linear(HIDDEN, HIDDEN)
        self.query = nn.Linear(HIDDEN, ROLES * WIDTH)
        self.key = nn.Linear(HIDDEN, ROLES * WIDTH)
        self.lean = nn.Linear(HIDDEN, ROLES)
        self.reach = nn.Linear(HIDDEN, ROLES * BUCKETS)
        nn.init.zeros_(self.quotation.weight)
        nn.init.zeros_(self.case.weight)
        nn.init.constant_(self.begins.bias, -4.0)
        nn.init.constant_(self.lean.bias, -2.0)

    def forward(self, ids: Tensor, quotation: Tensor, case: Tensor, mask: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return begins, query, key, lean, reach and roles, each with (texts, rows) in front."""
        length = ids.shape[1]
        rows = self.words(ids) + self.positions(torch.arange(length, device=ids.device))[None]
        rows = self.thinning(self.norm(rows + self.quotation(quotation) + self.case(case)))
        for layer in self.layers:
            rows = layer(rows, mask)
        related = functional.gelu(self.related(rows))
        shape = (ids.shape[0], length, ROLES)
        return (
            self.begins(rows)[..., 0],
            self.query(related).view(*shape, WIDTH),
            self.key(related).view(*shape, WIDTH),
            self.lean(related),
            self.reach(related).view(*shape, BUCKETS),
            self.roles(rows),
        )


def load_base(reader: Reader, weights: Path) -> None:
    """Fill *reader* with MiniLM-L6; the type embedding, always the first here, is added to the positions."""
    base = load_file(weights)
    taken = {
        "words.weight": base["embeddings.word_embeddings.weight"],
        "positions.weight": base["embeddings.position_embeddings.weight"]
        + base["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
    }
    names = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "mixed": "attention.output.dense",
        "mixed_norm": "attention.output.LayerNorm",
        "wide": "intermediate.dense",
        "narrow": "output.dense",
        "norm": "output.LayerNorm",
    }
    for number in range(LAYERS):
        for own, theirs in names.items():
            for part in ("weight", "bias"):
                taken[f"layers.{number}.{own}.{part}"] = base[f"encoder.layer.{number}.{theirs}.{part}"]
    missing, unexpected = reader.load_state_dict(taken, strict=False)
    own = {"quotation", "case", "begins", "roles", "related", "query", "key", "lean", "reach"}
    if unexpected or {name.split(".")[0] for name in missing} != own:
        raise ValueError(f"{weights} is not MiniLM-L6: {unexpected or missing}")
