"""The model card: its text with the scores of what ships, measured through the run-time reader."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from allegata.claim.encoder import find_offsets

from .ship import TARGET

TEMPLATE = Path(__file__).parent / "card.md"
ROLES = ("source", "cue", "content")


def answers_of(texts: list[str]) -> list[list[dict[str, list[tuple[int, int]]]]]:
    """Return the attributions of each text as the protocol takes them."""
    return [[{role: list(getattr(each, role)) for role in ROLES} for each in found] for found in find_offsets(texts)]


def tables(scores: dict[str, dict[str, float]]) -> str:
    """Return the scores as two Markdown tables: by measure, and recall by form of quotation."""
    rows = ["| PolNeAR dev | precision | recall | F1 |", "|---|---|---|---|"]
    for name in [
        "full attribution",
        *(f"{measure} {role}" for measure in ("token", "exact", "partial") for role in ROLES),
    ]:
        each = scores[name]
        rows.append(f"| {name} | {each['precision']:.3f} | {each['recall']:.3f} | {each['f1']:.3f} |")
    rows += ["", "| form of the quotation | attributions | found in full |", "|---|---|---|"]
    for name in sorted(name for name in scores if name.startswith("recall ")):
        rows.append(f"| {name.removeprefix('recall ')} | {scores[name]['n']} | {scores[name]['recall']:.3f} |")
    return "\n".join(rows)


def write_card(protocol: ModuleType, dev: list[Any]) -> None:
    """Write MODEL_CARD.md beside the weights."""
    scores = protocol.score(dev, answers_of([article.text for article in dev]))
    TARGET.joinpath("MODEL_CARD.md").write_text(
        TEMPLATE.read_text("utf-8").replace("{scores}", tables(scores)), "utf-8"
    )
