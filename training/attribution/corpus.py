"""PolNeAR articles with their attributions as character spans."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROLES = ("source", "cue", "content")
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Quoted:
    """One attribution: character spans of the text, half-open."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True)
class Article:
    """A text and what each of its annotators marked in it; the first annotator's is what the protocol scores."""

    id: str
    text: str
    versions: tuple[tuple[Quoted, ...], ...]


def read_annotation(path: Path) -> tuple[Quoted, ...]:
    """Return the attributions of a brat stand-off file that have a cue; lines that are no annotation are passed over."""
    spans: dict[str, tuple[str, Spans]] = {}
    found = []
    for line in path.read_text("utf-8").splitlines():
        parts = line.split("\t")
        if line.startswith("T") and len(parts) > 1:
            label, offsets = parts[1].split(" ", 1)
            pieces = tuple((int(start), int(end)) for start, end in (each.split() for each in offsets.split(";")))
            spans[parts[0]] = (label.lower(), pieces)
        elif line.startswith("E") and len(parts) > 1:
            roles: dict[str, Spans] = defaultdict(tuple)
            for argument in parts[1].split():
                name, _, reference = argument.partition(":")
                role = name.lower().rstrip("0123456789")
                if role in ROLES and spans.get(reference, ("",))[0] == role:
                    roles[role] += spans[reference][1]
            if roles["cue"]:
                found.append(Quoted(roles["source"], roles["cue"], roles["content"]))
    return tuple(found)


def read_articles(data: Path, split: str) -> list[Article]:
    """Return the articles of *split* in order of their names.

    Raises: FileNotFoundError if *data* has no such split.
    """
    annotations: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((data / split / "attributions").iterdir()):
        annotations[path.name.rsplit("_", 1)[0]].append(path)
    articles = []
    for path in sorted((data / split / "text").glob("*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        versions = tuple(read_annotation(each) for each in annotations[path.stem])
        articles.append(Article(path.stem, text, versions))
    return articles


def is_composed(article: Article) -> bool:
    """Return whether the text is NFC, as the reader's documents are."""
    return unicodedata.is_normalized("NFC", article.text)
