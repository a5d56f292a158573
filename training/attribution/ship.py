"""What the package needs to read: weights, tokenizer and thresholds, in one folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from tokenizers import Tokenizer

from allegata.claim.weave import Thresholds

from .export import export
from .model import Reader

VERSION = "minilm-l6-polnear/6"
TARGET = Path(__file__).parents[2] / "src/allegata/data/en/attribution"
SETTINGS = """# Written by training/attribution. version: goes into the rules of a claim. thresholds: chosen on PolNeAR dev, see Thresholds in claim/weave.py.
version = "{version}"

[thresholds]
{thresholds}
"""


def ship(reader: Reader, tokenizer: Tokenizer, thresholds: Thresholds, target: Path = TARGET) -> None:
    """Write lower.onnx, upper.onnx, tokenizer.json and reader.toml to *target*."""
    target.mkdir(parents=True, exist_ok=True)
    export(reader, target / "lower.onnx", target / "upper.onnx")
    target.joinpath("tokenizer.json").write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False), "utf-8"
    )
    lines = "\n".join(f"{name} = {value}" for name, value in asdict(thresholds).items())
    target.joinpath("reader.toml").write_text(SETTINGS.format(version=VERSION, thresholds=lines), "utf-8")
