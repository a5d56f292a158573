"""The trained reader as an int8 ONNX file that onnxruntime runs without torch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
import onnx.utils
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from torch import Tensor, nn

from allegata.claim.encoder import LOWER
from allegata.claim.weave import Scores

from .model import SMALL, Reader

INPUTS = ["ids", "quotation", "case"]
MIDDLE = f"/reader/layers.{SMALL.layers // 2 - 1}/norm/LayerNormalization_output_0"
"""What the exported graph calls the states of the lower half of the layers."""


class Shipped(nn.Module):
    """The reader without what only training needs."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, quotation: Tensor, case: Tensor) -> tuple[Tensor, ...]:
        """Return the scores that ``allegata.claim.weave`` takes."""
        return self.reader(ids, quotation, case)[: len(Scores._fields)]


def spread(model: onnx.ModelProto, kind: str, written: Callable[[onnx.NodeProto], list[onnx.NodeProto]]) -> None:
    """Write every node of a *kind* in *model* as the nodes that *written* makes of it."""
    nodes = [made for node in model.graph.node for made in (written(node) if node.op_type == kind else [node])]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def spread_norms(model: onnx.ModelProto) -> None:
    """Write every fused SkipLayerNormalization of *model* as additions and a LayerNormalization, which onnxruntime computes in a fraction of the time."""

    def written(node: onnx.NodeProto) -> list[onnx.NodeProto]:
        first, skip, gain, shift, *bias = node.input
        epsilon = next(each.f for each in node.attribute if each.name == "epsilon")
        name = node.output[0]
        last = f"{name}_sum"
        made = [onnx.helper.make_node("Add", [first, skip], [last])]
        if bias and bias[0]:
            made.append(onnx.helper.make_node("Add", [last, bias[0]], [f"{name}_biased"]))
            last = f"{name}_biased"
        norm = onnx.helper.make_node("LayerNormalization", [last, gain, shift], [name], axis=-1, epsilon=epsilon)
        return [*made, norm]

    spread(model, "SkipLayerNormalization", written)


def spread_gelus(model: onnx.ModelProto) -> None:
    """Write every fused BiasGelu of *model* as an addition, which onnxruntime joins to the product before it, and a Gelu: the same scores, to the bit, in less time.

    Weights shipped before are rewritten by this alone: ``model = onnx.load(path); spread_gelus(model); onnx.save(model, path)``.
    """

    def written(node: onnx.NodeProto) -> list[onnx.NodeProto]:
        biased = f"{node.output[0]}_biased"
        gelu = onnx.helper.make_node("Gelu", [biased], list(node.output), domain=node.domain)
        return [onnx.helper.make_node("Add", list(node.input), [biased]), gelu]

    spread(model, "BiasGelu", written)


def halve(model: onnx.ModelProto, below: Path, above: Path) -> None:
    """Write *model* in two: *below* gives the states of the lower half of the layers, which *above* and other heads take. The same scores, to the bit.

    Weights shipped before are rewritten by this alone: ``halve(onnx.load(path), below, above)``.
    """
    for node in model.graph.node:
        for names in (node.input, node.output):
            names[:] = [LOWER if name == MIDDLE else name for name in names]
    model.graph.output.append(
        onnx.helper.make_tensor_value_info(LOWER, onnx.TensorProto.FLOAT, [1, "rows", SMALL.hidden])
    )
    extractor = onnx.utils.Extractor(model)
    onnx.save(extractor.extract_model(INPUTS, [LOWER]), below)
    onnx.save(extractor.extract_model([LOWER, INPUTS[0]], list(Scores._fields)), above)


def quantized(
    module: nn.Module,
    given: tuple[Tensor, ...],
    names: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
    apart: tuple[str, ...] = (),
) -> onnx.ModelProto:
    """Return *module* as int8 ONNX that takes *names*, as in *given*, and gives *outputs*: norms and activations fused, weights and word embeddings in 8 bits.

    axes: which dimensions may be of any length. apart: parts of the names of nodes that stay in floats.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, fused, target = (Path(folder) / name for name in ("plain.onnx", "fused.onnx", "whole.onnx"))
        torch.onnx.export(
            module,
            given,
            str(plain),
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        optimized = optimizer.optimize_model(str(plain), model_type="bert", opt_level=0)
        optimized.save_model_to_file(str(fused))
        nodes = onnx.load(str(fused)).graph.node
        quantize_dynamic(
            str(fused),
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=[node.name for node in nodes if any(part in node.name for part in apart)],
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
        model = onnx.load(str(target))
    spread_norms(model)
    spread_gelus(model)
    onnx.checker.check_model(model)
    return model


def export(reader: Reader, below: Path, above: Path) -> None:
    """Write *reader* as int8 ONNX to *below* and *above*, its two halves."""
    ids = torch.randint(1000, 2000, (1, 37))
    zeros = torch.zeros_like(ids)
    outputs = list(Scores._fields)
    axes = {name: {1: "rows"} for name in [*INPUTS, *outputs]}
    halve(quantized(Shipped(reader.eval().float()), (ids, zeros, zeros), INPUTS, outputs, axes), below, above)
