"""Train the action head, from the marked texts to weights and model card.

python -m training.action --base FOLDER

The states it learns from are those of the attribution reader that ships: when that is trained anew, so must the head be.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import torch

from training.marked import marked_texts
from training.own import TAUGHT, folders

from .examples import Example, examples_of
from .fit import Plan, fit, score
from .model import ActionHead, load_base
from .passages import annotated, invented
from .ship import ship

LEAST, SINGLE = 0.6, 0.9


def figures(head: ActionHead, held: dict[str, list[Example]]) -> str:
    """Return what *head* gets right of the sets that it did not learn from, as a Markdown table."""
    rows = ["| set | counted phrases | right | precision | recall |", "|---|---|---|---|---|"]
    for name, examples in held.items():
        each = score(head, examples, LEAST)
        told = " | ".join(f"{each[figure]:.2f}" for figure in ("right", "precision", "recall"))
        rows.append(f"| {name} | {each['counted']:.0f} | {told} |")
    return "\n".join(rows)


def main() -> None:
    """Train, and write weights and card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="MiniLM-L6: model.safetensors")
    parser.add_argument(
        "--measure", type=Path, nargs="*", default=[], help="further corpora to measure on, not to learn from"
    )
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    torch.set_num_threads(options.threads)
    texts = invented()
    taught, others = folders()
    pages = (page for folder in taught.values() for page in annotated(folder))
    examples = list(examples_of([*texts, *pages]))
    head = ActionHead()
    load_base(head, options.base / "model.safetensors")
    fit(head, examples, Plan(epochs=options.epochs), options.seed)
    held = {f"fresh set {name}": list(examples_of(annotated(folder))) for name, folder in others.items()}
    held |= {each.name: list(examples_of(annotated(each))) for each in options.measure}
    marks = sum(len(each.marks) for each in texts)
    told = {
        "texts": f"{len(texts):,}",
        "reports": f"{sum(each.whole for each in marked_texts()):,}",
        "marks": f"{marks:,}",
        "sets": ", ".join(TAUGHT),
        "scores": figures(head, held),
    }
    ship(head, LEAST, SINGLE, told)


if __name__ == "__main__":
    main()
