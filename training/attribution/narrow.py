"""A reader with fewer heads of attention and neurons: those of a wide one that the others stand in for best.

What is left is weighted anew, so that each layer gives nearly what it gave (`fewer`); `fit` then makes up for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .fewer import Columns, Numbers, Seen, Spread, keep_columns, keep_groups
from .model import Layer, Reader, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def narrowed(reader: Reader, windows: Iterable[dict[str, Tensor]], shape: Shape) -> Reader:
    """Return *reader* in *shape*, which has fewer heads and neurons, to give nearly the same for *windows*, as ``pieces.inputs`` has them.

    Nothing is left out at random when it learns: it is to be like another, which leaves nothing out.
    """
    made = Reader(shape, rate=0)
    filled = {name: value for name, value in reader.state_dict().items() if not name.startswith("layers.")}
    for number, (layer, heads, neurons) in enumerate(zip(reader.layers, *look(reader, windows), strict=True)):
        filled |= {f"layers.{number}.{name}": value for name, value in _fewer(layer, heads, neurons, shape).items()}
    made.load_state_dict(filled)
    return made.eval()


@torch.no_grad()
def look(reader: Reader, windows: Iterable[dict[str, Tensor]]) -> tuple[list[Spread], list[Spread]]:
    """Return what the heads and what the neurons of each layer of *reader* make of *windows*; in one thread, as those of torch and numpy get into each other's way."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    heads = [Seen(reader.shape.heads * reader.shape.width) for _ in reader.layers]
    neurons = [Seen(reader.shape.inner) for _ in reader.layers]
    for window in windows:
        for number, (layer, rows) in enumerate(zip(reader.layers, reader.states(**window), strict=False)):
            context = layer.context(rows, None)
            heads[number].add(context.flatten(0, 1).numpy())
            neurons[number].add(layer.neurons(layer.mix(rows, context)).flatten(0, 1).numpy())
    torch.set_num_threads(threads)
    return [each.spread() for each in heads], [each.spread() for each in neurons]


def _fewer(layer: Layer, heads: Spread, neurons: Spread, shape: Shape) -> dict[str, Tensor]:
    own = layer.state_dict()
    asked = ("query", "key", "value")
    _keep(own, asked, "mixed", heads, lambda weights: keep_groups(heads, weights, shape.width, shape.heads))
    _keep(own, ("wide",), "narrow", neurons, lambda weights: keep_columns(neurons, weights, shape.inner))
    return own


def _keep(
    own: dict[str, Tensor], before: Sequence[str], after: str, spread: Spread, chosen: Callable[[Numbers], Columns]
) -> None:
    """Leave in *own*, the weights of a layer, the *chosen* columns of what goes from the parts *before* into the part *after*."""
    weights = own[f"{after}.weight"].T.double().numpy()
    kept = chosen(weights)
    fewer = spread.weights(kept, weights)
    rows = torch.from_numpy(kept)
    for name in before:
        own[f"{name}.weight"], own[f"{name}.bias"] = own[f"{name}.weight"][rows], own[f"{name}.bias"][rows]
    own[f"{after}.weight"] = torch.from_numpy(fewer.T).float()
    own[f"{after}.bias"] = own[f"{after}.bias"] + torch.from_numpy(spread.shift(kept, weights, fewer)).float()
