"""A reader as it was shipped, read back from its 8 bits: what a narrower one can be made from where the checkpoint of the training is gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .model import SMALL, Reader

ASKED = ("query", "key", "value")
EMBEDDED = ("words", "positions", "quotation", "case")


def read_shipped(folder: Path) -> Reader:
    """Return the reader whose lower.onnx and upper.onnx lie in *folder*, in the shape of SMALL, as it was exported until version 4.

    Its odds of any role are not shipped, and are not those it was trained with.
    """
    reader = Reader(SMALL)
    filled: dict[str, np.ndarray] = {}
    for name in ("lower.onnx", "upper.onnx"):
        graph = onnx.load(str(folder / name)).graph
        arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}

        def plain(weights: str, arrays: dict[str, np.ndarray] = arrays) -> np.ndarray:
            base = weights.removesuffix("_quantized")
            numbers, zero = (arrays[base + end].astype(np.float32) for end in ("_quantized", "_zero_point"))
            return (numbers - zero) * arrays[base + "_scale"]

        filled |= {
            each.removeprefix("reader."): array
            for each, array in arrays.items()
            if each.startswith("reader.") and each.endswith((".weight", ".bias"))
        }
        filled |= {
            f"{each}.weight": plain(f"reader.{each}.weight_quantized")
            for each in EMBEDDED
            if f"reader.{each}.weight_quantized" in arrays
        }
        for node in graph.node:
            place = node.output[0].split("/")
            if node.op_type == "QAttention":
                columns = zip(
                    np.split(plain(node.input[1]), 3, axis=1), np.split(arrays[node.input[2]], 3), strict=True
                )
                for asked, (weights, bias) in zip(ASKED, columns, strict=True):
                    filled |= {f"{place[2]}.{asked}.weight": weights.T, f"{place[2]}.{asked}.bias": bias}
            elif node.op_type == "MatMulInteger":
                filled[f"{'.'.join(place[2:-1])}.weight"] = plain(node.input[1]).T
    left = reader.load_state_dict({name: torch.tensor(array) for name, array in filled.items()}, strict=False)
    if left.unexpected_keys or left.missing_keys != ["roles.weight", "roles.bias"]:
        raise ValueError(f"{folder} has no reader in the shape of SMALL: {left}")
    return reader.eval()
