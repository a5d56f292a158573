"""The project's own corpora of annotated pages (corpus/README.md), as recipes learn from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[1] / "corpus"
TAUGHT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "ten", "eleven")
"""Fresh sets that recipes learn from; the others only measure what was learned."""
JSON = dict[str, Any]


def folders() -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the corpora by name: those to learn from, the own corpus and the fresh sets of TAUGHT, and the others."""
    learned, others = {"own corpus": CORPUS}, dict[str, Path]()
    for each in sorted((CORPUS / "fresh").iterdir()):
        if each.is_dir():
            (learned if each.name in TAUGHT else others)[each.name] = each
    return learned, others


def pages_of(folder: Path) -> Iterator[tuple[str, JSON]]:
    """Yield the text of each page of a corpus and its annotation."""
    read = {row["id"]: row for row in _rows(folder / "gold.jsonl")}
    for row in _rows(folder / "pages.jsonl"):
        yield row["text"], read[row["id"]]


def _rows(path: Path) -> Iterator[JSON]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())


def phrase_of(text: str, claim: JSON) -> tuple[int, int] | None:
    """Return where the number of *claim* stands, or else what it counts: the place that is nearest to its anchor."""
    anchor = text.index(claim["anchor"])
    for field in ("count", "target"):
        phrase = (claim[field] or {}).get("as_written")
        places = [match.start() for match in re.finditer(re.escape(phrase), text)] if phrase else []
        if places:
            start = min(places, key=lambda place: abs(place - anchor))
            return start, start + len(phrase)
    return None
