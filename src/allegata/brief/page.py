"""What a brief is made of, whatever form it is written in: texts with footnoted figures, tables, sections, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]+")
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    r"""Return *text* on one line, without what would steer a reader's program or turn the reading direction.

    >>> plain("a\n\n b\u202ec\x1b[31m")
    'a b c [31m'
    """
    return flat(text).strip()


def flat(text: str) -> str:
    r"""Return *text* as `plain` does, but with a space where it begins or ends with one.

    >>> flat("; \n")
    '; '
    """
    return _SPACES.sub(" ", _CONTROL.sub(" ", text))


@dataclass(frozen=True)
class Figure:
    """Words with a number in them, and the keys of the footnotes it rests on."""

    text: str
    notes: tuple[str, ...]


Text = tuple[str | Figure, ...]


@dataclass(frozen=True)
class Table:
    """Rows of equal length under *columns*; the first cell of a row is its head."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Bullets:
    """A list without an order."""

    items: tuple[Text, ...]


Block = Text | Bullets | Table


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Footnote:
    """Where a figure is from. about: outlet, date and title; quotes: the quoted words with their code points; claim: prefix of an id, if any."""

    about: str
    url: str | None
    quotes: tuple[tuple[str, str], ...]
    claim: str | None


@dataclass(frozen=True)
class Page:
    """A brief. footnotes: by key, in the order in which the sections first use them, so that their place is their number."""

    title: str
    lead: tuple[Text, ...]
    sections: tuple[Section, ...]
    footnotes: dict[str, Footnote]

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of the footnotes by their keys, from 1."""
        return {key: number for number, key in enumerate(self.footnotes, 1)}


def texts(blocks: Iterable[Block]) -> Iterator[Text]:
    """Yield every text of *blocks* in reading order."""
    for block in blocks:
        match block:
            case Bullets():
                yield from block.items
            case Table():
                yield from (cell for row in block.rows for cell in row)
            case _:
                yield block


def used(sections: Iterable[Section]) -> tuple[str, ...]:
    """Return the keys of the footnotes that *sections* use, in the order of first use.

    >>> used([Section("Summary", (("In all ", Figure("two", ("b", "a"))), (Figure("one", ("a",)),)))])
    ('b', 'a')
    """
    pieces = (piece for section in sections for text in texts(section.blocks) for piece in text)
    return tuple(dict.fromkeys(key for piece in pieces if isinstance(piece, Figure) for key in piece.notes))


def joined(parts: Iterable[Text], between: str) -> Text:
    """Return *parts* as one text with *between* between them.

    >>> joined([("a",), ("b",)], "; ")
    ('a', '; ', 'b')
    """
    made: list[str | Figure] = []
    for part in parts:
        if made:
            made.append(between)
        made.extend(part)
    return tuple(made)
