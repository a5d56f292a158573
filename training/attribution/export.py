"""The trained reader as an int8 ONNX file that onnxruntime runs without torch."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from torch import Tensor, nn

from allegata.claim.weave import Scores

from .model import HEADS, HIDDEN, Reader

INPUTS = ["ids", "quotation", "case"]


class Shipped(nn.Module):
    """The reader without what only training needs."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, quotation: Tensor, case: Tensor) -> tuple[Tensor, ...]:
        """Return the scores that ``allegata.claim.weave`` takes."""
        return self.reader(ids, quotation, case)[: len(Scores._fields)]


def export(reader: Reader, target: Path) -> None:
    """Write *reader* as int8 ONNX to *target*: attention and layer norms fused, weights and word embeddings in 8 bits."""
    ids = torch.randint(1000, 2000, (1, 37))
    zeros = torch.zeros_like(ids)
    axes = {name: {1: "rows"} for name in [*INPUTS, *Scores._fields]}
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        torch.onnx.export(
            Shipped(reader.eval().float()),
            (ids, zeros, zeros),
            str(plain),
            input_names=INPUTS,
            output_names=list(Scores._fields),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        optimized = optimizer.optimize_model(
            str(plain), model_type="bert", num_heads=HEADS, hidden_size=HIDDEN, opt_level=0
        )
        optimized.save_model_to_file(str(fused))
        quantize_dynamic(
            str(fused),
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    onnx.checker.check_model(str(target))
