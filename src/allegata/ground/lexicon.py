"""The tables of the package: TSV files under ``data/``, one row one fact, provenance on top."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from allegata.model import DataError, LanguageError

Row = dict[str, str]


def _file(name: str) -> Traversable:
    return files("allegata").joinpath("data", *name.split("/"))


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of ``data/NAME.tsv`` in file order, each a dict of all its columns.

    The file begins with ``#`` lines (provenance, licence, meaning of the columns); the first other line names
    the columns; an empty cell is an empty string.

    Raises: DataError, naming the line, if a row has another number of cells.

    >>> [row["low"] for row in table("en/quantifiers") if row["phrase"] == "dozens" and row["profile"] == "default"]
    ['20']
    """
    lines = _file(f"{name}.tsv").read_text("utf-8").splitlines()
    kept = [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not kept:
        raise DataError(f"data/{name}.tsv has no header line; restore it from the package")
    (_, header), *rows = kept
    for number, cells in rows:
        if len(cells) != len(header):
            raise DataError(f"data/{name}.tsv line {number}: {len(cells)} cells, the header has {len(header)}")
    return tuple(dict(zip(header, cells, strict=True)) for _, cells in rows)


@cache
def languages() -> tuple[str, ...]:
    """Return the ISO 639-1 codes of the languages that have tables, sorted.

    >>> "en" in languages()
    True
    """
    return tuple(sorted(each.name for each in _file("").iterdir() if each.is_dir() and len(each.name) == 2))


def require(language: str) -> None:
    """Raise LanguageError unless there are tables for *language*."""
    if language not in languages():
        raise LanguageError(f"language {language!r} is not read; there are tables for: {', '.join(languages())}")


@cache
def tables_version() -> str:
    """Return a short hash over all tables: it changes when any row changes."""
    hasher = hashlib.sha256()
    pending = sorted(_file("").iterdir(), key=lambda each: each.name)
    while pending:
        entry = pending.pop(0)
        if entry.is_dir() and len(entry.name) == 2:
            pending = sorted(entry.iterdir(), key=lambda each: each.name) + pending
        elif entry.name.endswith((".tsv", ".toml")):
            hasher.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return hasher.hexdigest()[:12]
