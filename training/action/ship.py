"""What the package needs of the action head: weights, settings and card, in one folder."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from training.attribution.export import quantized
from training.attribution.model import SMALL

from .examples import ACTIONS
from .model import ActionHead

VERSION = "actions/3"
TARGET = Path(__file__).parents[2] / "src/allegata/data/en/action"
TEMPLATE = Path(__file__).parent / "card.md"
SETTINGS = """# Written by training/action. version: goes into the rules of a claim. actions: what the head may answer, in the order of its outputs.
# least: how probable an action of what a number counts has to be to be taken. single: of what has no number: "a rifle".
version = "{version}"
actions = [{actions}]
least = {least}
single = {single}
"""


class _Shipped(nn.Module):
    """The head for one text at a time."""

    def __init__(self, head: ActionHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, rows: Tensor, numbers: Tensor, nouns: Tensor) -> Tensor:
        """Return the odds: (counted, ACTIONS)."""
        return self.head(rows, None, numbers[None], nouns[None])[0]


def export(head: ActionHead, target: Path) -> None:
    """Write *head* as int8 ONNX to *target*.

    What is computed for each number is left in floats: the scales of 8 bits are taken from all that run together.
    """
    given = torch.randn(1, 37, SMALL.hidden), torch.tensor([3, 5]), torch.tensor([4, 6])
    axes = {"rows": {1: "pieces"}} | {name: {0: "counted"} for name in ("numbers", "nouns", "odds")}
    names, apart = ["rows", "numbers", "nouns"], ("/joined/", "/odds/")
    onnx.save(quantized(_Shipped(head.eval().float()), given, names, ["odds"], axes, apart), target)


def ship(head: ActionHead, least: float, single: float, told: dict[str, str]) -> None:
    """Write weights, settings and card; *told* is what the card says of its figures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    export(head, TARGET / "weights.onnx")
    actions = ", ".join(f'"{each}"' for each in ACTIONS)
    settings = SETTINGS.format(version=VERSION, actions=actions, least=least, single=single)
    TARGET.joinpath("reader.toml").write_text(settings, "utf-8")
    TARGET.joinpath("MODEL_CARD.md").write_text(TEMPLATE.read_text("utf-8").format(**told), "utf-8")
