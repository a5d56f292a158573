"""What a reader returns, and its text made clean."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from allegata.model.document import Basis
from allegata.read.encoding import Decoded
from allegata.read.publication import Day

# The parser of sentences refuses longer texts; also what one report can reasonably be.
LIMIT_CHARACTERS = 1_000_000

# Signs that turn the direction of reading: the text is in the order in which it is said, and whoever shows it sets the direction.
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_DROPPED = {
    **dict.fromkeys([*range(9), *range(14, 32), *range(127, 160), 0xFEFF, 0xAD, *range(0xD800, 0xE000), *_TURNING]),
    0x0B: "\n",
    0x0C: "\n",
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
}


class Reading(NamedTuple):
    """What a reader found in the bytes; null is what they do not say.

    text: paragraphs, a newline between two. published: YYYY[-MM[-DD]]. reader: its name and version. days: those it states, with what
    states them, from which `published_of` chooses; where there are none, published holds. basis: what outlet and encoding rest on. undated: no day may be looked for in address or text.
    """

    text: str
    reader: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    byline: str | None = None
    language: str | None = None
    days: tuple[Day, ...] = ()
    basis: tuple[Basis, ...] = ()
    undated: bool = False


def encoding_basis(found: Decoded) -> Basis:
    """Return what the characters of a file rest on.

    >>> encoding_basis(Decoded("Ten", "utf-8", "fits"))
    Basis(field='encoding', rule='fits', value='utf-8', note='')
    """
    return Basis("encoding", found.rule, found.encoding, found.note)


@cache
def reader_version(name: str, *packages: str) -> str:
    """Return the name of a reader with what it rests on.

    >>> reader_version("text/1")
    'text/1'
    """
    return " ".join([name, *(f"{package}/{version(package)}" for package in packages)])


DAYS = "days/1"
"""What chose the day of a document, where that is not the one its reader states."""
READERS = frozenset({"html/2", "text/1", "markdown/1", "pdf/1", "feed/1", "entry/1", "review/1", "mail/1"})
"""The readers of this version: what others read, or another rule dated, is read again."""


@cache
def is_installed(reader: str) -> bool:
    """Return whether *reader*, as a document names it, is one of those installed: it and what it rests on in the same versions.

    >>> is_installed(reader_version("html/2", "trafilatura")), is_installed("html/2 trafilatura/0.1"), is_installed("text/1 days/1")
    (True, False, True)
    """
    name, *packages = reader.split(" ")
    try:
        return name in READERS and all(
            each == DAYS or version(package) == number
            for each, (package, _, number) in ((each, each.rpartition("/")) for each in packages)
        )
    except (PackageNotFoundError, ValueError):
        return False


def clean(text: str) -> str:
    r"""Return *text* in NFC, with ``\n`` for every kind of line end, without control characters and signs that turn the direction.

    Joiners stay (U+200C, U+200D): they are of the spelling of words.

    >>> clean("Cafe\u0301\r\nten\x00")
    'Café\nten'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
    return unicodedata.normalize("NFC", text)


def one_line(value: object) -> str | None:
    r"""Return *value* as one line of text, null if there is nothing in it.

    >>> one_line("  Ten \n held "), one_line(["x"]), one_line(" ")
    ('Ten held', None, None)
    """
    return " ".join(clean(value).split()) or None if isinstance(value, str) else None
