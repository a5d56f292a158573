"""Measure the gate: how many of the claims that people found it lets through, and what it costs.

    python bench/gate.py [FOLDER ...] [--check]

A folder holds pages.jsonl and gold.jsonl; without one, the own corpus is measured. With --check the exit code is 1 when
a figure is below its floor.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from allegata.claim.gate import Gate, is_open, open_lines

HERE = Path(__file__).parent
OWN = HERE.parent / "corpus"
RECALL = 0.995
"""The least share of the annotated claims whose line the gate has to open."""


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def anchors(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield the text of the page and the offsets of the words of each annotated claim of *folder*."""
    texts = {str(page["id"]): str(page["text"]) for page in rows(folder / "pages.jsonl")}
    for page in rows(folder / "gold.jsonl"):
        text = texts[str(page["id"])]
        for claim in page["claims"]:  # type: ignore[attr-defined]
            start = text.index(claim["anchor"])
            yield text, start, start + len(claim["anchor"])


def recall(folder: Path, gate: Gate) -> tuple[int, int, int]:
    """Return how many claims *folder* has, how many stand in a page that *gate* opens, and how many in such a line."""
    found = list(anchors(folder))
    pages = sum(is_open(text, "en", gate) for text, _, _ in found)
    lines = sum(any(a < end and start < b for a, b in open_lines(text, "en", gate)) for text, start, end in found)
    return len(found), pages, lines


def ordinary(number: int, sentences: int = 24) -> list[str]:
    """Return *number* pages of ordinary news, shuffled from the sentences of ordinary.txt; always the same ones."""
    known = [each for each in (HERE / "ordinary.txt").read_text("utf-8").splitlines() if not each.startswith("#")]
    shuffled = random.Random(7)
    pages = (shuffled.sample(known, sentences) for _ in range(number))
    return ["\n".join(" ".join(page[at : at + 3]) for at in range(0, sentences, 3)) for page in pages]


def meantime(folder: Path) -> list[str]:
    """Return the texts of MEANTIME in *folder*, a sentence a line."""
    texts = []
    for path in sorted(folder.rglob("*.xml")):
        lines: dict[str, list[str]] = {}
        for token in ElementTree.parse(path).iter("token"):
            lines.setdefault(token.get("sentence", ""), []).append(token.text or "")
        texts.append("\n".join(" ".join(line) for line in lines.values()))
    return texts


def measure(folders: Iterable[Path]) -> bool:
    """Print the recall of both gates on *folders*; return whether no figure is below its floor."""
    print(f"{'gate':<12}{'claims of':<26}{'claims':>8}{'page open':>11}{'line open':>11}{'floor':>8}")
    kept = True
    for folder in folders:
        for gate in ("words", "happenings"):
            claims, pages, lines = recall(folder, gate)  # type: ignore[arg-type]
            floor = f"{RECALL}" if gate == "words" else "none"
            kept = kept and (gate != "words" or lines >= RECALL * claims)
            print(f"{gate:<12}{folder.name:<26}{claims:>8}{pages / claims:>11.4f}{lines / claims:>11.4f}{floor:>8}")
    return kept


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the gate.")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    kept = measure(given.folders or [OWN])
    if given.check and not kept:
        sys.exit("the gate shuts out more claims than it may")


if __name__ == "__main__":
    main()
