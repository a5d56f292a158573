"""The tables of the package: TSV files under ``data/``, one row one fact, provenance on top."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from allegata.model.error import DataError, LanguageError

Row = dict[str, str]


def _file(name: str) -> Traversable:
    return files("allegata").joinpath("data", *name.split("/"))


def lines_of(name: str) -> list[str]:
    """Return the lines of ``data/NAME.tsv`` that are not empty, comments and header included: for a table too large to take apart.

    >>> lines_of("models")[0].startswith("#")
    True
    """
    return [line for line in _file(f"{name}.tsv").read_text("utf-8").splitlines() if line]


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
def _given_names() -> frozenset[str]:
    return frozenset(line for line in lines_of("given_names") if not line.startswith("#"))


def is_given_name(word: str) -> bool:
    """Return whether *word* is in the table of given names.

    >>> is_given_name("Callum"), is_given_name("Callums")
    (True, False)
    """
    return word.lower() in _given_names()


@cache
def words(language: str, group: str) -> frozenset[str]:
    """Return the words of a *group* of ``data/LANGUAGE/words.tsv``.

    Raises: DataError if the group has none.

    >>> "thousand" in words("en", "measure"), "minutes" in words("en", "measure")
    (False, True)
    """
    found = frozenset(row["word"] for row in table(f"{language}/words") if row["group"] == group)
    if not found:
        raise DataError(f"data/{language}/words.tsv has no group {group!r}; restore it from the package")
    return found


@cache
def phrases(language: str, group: str) -> frozenset[tuple[str, ...]]:
    """Return the words of a *group*, each as a tuple of its words.

    >>> ("of", "whom") in phrases("en", "part_before")
    True
    """
    return frozenset(tuple(each.split()) for each in words(language, group))


def alternation(members: Iterable[str]) -> str:
    r"""Return a regular expression for any of *members*, the longest first; a space stands for any white space.

    >>> alternation(["coast", "coast guard"])
    'coast\\s+guard|coast'
    """
    longest = sorted(members, key=lambda each: (-len(each), each))
    return "|".join(r"\s+".join(re.escape(word) for word in each.split()) for each in longest)


_GROUP = re.compile(r"\{([a-z_]+)\}")
_WORD_FIRST = re.compile(r"\\b(?:\(\?:)?[a-z{]")
"""How a row begins whose matches begin with a word."""


@cache
def expression(language: str, name: str) -> str:
    """Return the regular expression *name* of ``data/LANGUAGE/patterns.tsv``, to be set into another.

    Rows of one name are alternatives. ``{group}`` in a row stands for any word of that group of words.tsv.

    Raises: DataError if there is none of that name.
    """
    rows = [row["pattern"] for row in table(f"{language}/patterns") if row["name"] == name]
    if not rows:
        raise DataError(f"data/{language}/patterns.tsv has no pattern {name!r}; restore it from the package")
    whole = rows[0] if len(rows) == 1 else "(?:" + "|".join(rows) + ")"
    if len(rows) > 1 and all(map(_WORD_FIRST.match, rows)):
        whole = rf"\b(?=\w){whole}"  # many alternatives are slow: they are tried only where a word begins
    return _GROUP.sub(lambda found: alternation(words(language, found[1])), whole)


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """Return the compiled `expression` *name*; it ignores case where its first row says so.

    >>> bool(pattern("en", "division_after").match(" province"))
    True
    """
    row = next((row for row in table(f"{language}/patterns") if row["name"] == name), None)
    return re.compile(expression(language, name), re.IGNORECASE if row and row["case"] == "any" else 0)


@cache
def table_of_all(name: str) -> tuple[Row, ...]:
    """Return the rows of the table *name* of every language that has it: for text whose language is not known yet.

    >>> {row["match"] for row in table_of_all("furniture")} == {"start", "whole"}
    True
    """
    having = (language for language in languages() if _file(f"{language}/{name}.tsv").is_file())
    return tuple(row for language in having for row in table(f"{language}/{name}"))


@cache
def pattern_of_all(name: str) -> re.Pattern[str]:
    """Return a pattern, without regard to case, for the expression *name* of any language.

    >>> bool(pattern_of_all("page_number").fullmatch("Page 3 of 10"))
    True
    """
    return re.compile("|".join(f"(?:{expression(language, name)})" for language in languages()), re.IGNORECASE)


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
