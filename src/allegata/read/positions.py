"""Where in a file of plain text or Markdown the words of its document stand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from allegata.read.encoding import decode
from allegata.read.markup import outside_tags
from allegata.read.reading import clean
from allegata.read.text import markdown_blocks, markdown_body

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKERS = re.compile(r"[ \t]*(?:>[ \t]*)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:#{1,6}[ \t]+)?")
_ADDRESS = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^()\n]{0,2000}\))?|(?<=\])\((?:[^()\n]|\([^()\n]{0,500}\)){0,2000}\)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
AHEAD = 2000
"""Code points of a block that are passed over before the next character of its words."""


class Placement(NamedTuple):
    """source: the characters of a file, its line ends as they are. offsets: for each code point of the document, and its end,
    where it stands in *source*. lines: where the lines of *source* begin.
    """

    source: str
    offsets: tuple[int, ...]
    lines: tuple[int, ...]

    def position(self, offset: int, end: bool = False) -> tuple[int, int]:
        """Return line and column, from 1, of the code point *offset* of the document; with *end* just behind the one before it."""
        at = self.offsets[offset - 1] + 1 if end and offset else self.offsets[offset]
        line = bisect_right(self.lines, at) - 1
        return line + 1, at - self.lines[line] + 1


def line_starts(text: str) -> tuple[int, ...]:
    r"""Return where the lines of *text* begin: after a line feed, a carriage return, or both.

    >>> line_starts("a\r\nb\n")
    (0, 3, 5)
    """
    return (0, *(found.end() for found in _LINE_END.finditer(text)))


def place(text: str, body: bytes | None = None, media_type: str = "") -> Placement:
    r"""Return where the code points of a document's *text* stand in *body*, the file it was read from.

    Without a file of plain text or Markdown, they stand where they stand in the text.

    >>> place("Ten held", b"\n# Ten *held*\n", "text/markdown").position(4)
    (2, 8)
    """
    kind = media_type.partition(";")[0].strip()
    if body is None or kind not in ("text/plain", "text/markdown"):
        return Placement(text, tuple(range(len(text) + 1)), line_starts(text))
    source = decode(body)
    cleaned, at = _cleaned(source)
    pieces = _plain_pieces(text, cleaned) if kind == "text/plain" else _markdown_pieces(text, cleaned)
    offsets = [at[each] for each in pieces]
    offsets.append(offsets[-1] + 1 if offsets else 0)
    return Placement(source, tuple(offsets), line_starts(source))


def byte_range(text: str, body: bytes, media_type: str, start: int, end: int) -> tuple[int, int] | None:
    r"""Return where in *body*, half-open, the code points *start* to *end* of a document's *text* stand.

    Null where that cannot be told: the file is no plain text or Markdown, whose words stand in it as they are read, is not in UTF-8, or
    is not what the text was read from.

    >>> byte_range("Zoë said ten", b"\n# Zo\xc3\xab said *ten*\n", "text/markdown", 0, 3)
    (3, 7)
    >>> byte_range("Ten", b"<p>Ten</p>", "text/html", 0, 3) is None
    True
    >>> byte_range("Ten were held", b"Ten", "text/plain", 0, 3) is None
    True
    """
    try:
        placement = place(text, body, media_type)
    except IndexError:
        return None
    if placement.source.encode("utf-8", "surrogatepass") != body.removeprefix(BOM_UTF8) or not start < end <= len(text):
        return None
    before = len(body) - len(body.removeprefix(BOM_UTF8))
    ends = (placement.offsets[start], placement.offsets[end - 1] + 1)
    first, last = (before + len(placement.source[:at].encode("utf-8")) for at in ends)
    return first, last


def _cleaned(source: str) -> tuple[str, list[int]]:
    """Return `clean` of *source*, and for each of its code points where it comes from."""
    cleaned = clean(source)
    if cleaned == source:
        return cleaned, list(range(len(source)))
    made: list[str] = []
    at: list[int] = []
    start = 0
    for end in _seams(source):
        piece = clean(source[start:end])
        made.append(piece)
        size = end - start
        at += [start + min(number, size - 1) for number in range(len(piece))]
        start = end
    return "".join(made), at


def _seams(source: str) -> Iterator[int]:
    """Yield where *source* can be cut so that cleaning the pieces is cleaning the whole."""
    start = 0
    for at in range(1, len(source)):
        char = source[at]
        kept = clean(char)
        if not kept or unicodedata.combining(char) or (char == "\n" and source[at - 1] == "\r"):
            continue
        if not char.isascii():
            before = clean(source[start:at])
            if clean(before + char) != before + kept:
                continue
        yield at
        start = at
    if source:
        yield len(source)


def _plain_pieces(text: str, cleaned: str) -> Iterator[int]:
    """Yield where each code point of *text* stands in *cleaned*, of which the reader drops nothing but blanks."""
    at = 0
    for char in text:
        while at < len(cleaned) - 1 and cleaned[at] != char:
            at += 1
        yield at
        at += 1


def _markdown_pieces(text: str, cleaned: str) -> list[int]:
    """Return where each code point of *text* stands in *cleaned*, block by block."""
    body, start = markdown_body(cleaned)
    kept: list[str] = []
    origin: list[int] = []
    for words, begins in outside_tags(body):
        kept.append(words)
        origin += range(start + begins, start + begins + len(words))
    bare = "".join(kept)
    # The parser counts line feeds only.
    lines = [0, *(found.end() for found in re.finditer("\n", bare)), len(bare)]
    found: list[int] = []
    last = start
    for block in markdown_blocks(cleaned):
        if found:
            found.append(last)
        begin, end = lines[min(block.first, len(lines) - 1)], lines[min(block.last, len(lines) - 1)]
        for at in _aligned(block.words, bare[begin:end]):
            last = origin[min(begin + at, len(origin) - 1)]
            found.append(last)
    # The document is the blocks, without blanks around them.
    whole = clean("\n".join(block.words for block in markdown_blocks(cleaned)))
    ahead = len(whole) - len(whole.lstrip())
    found = found[ahead : ahead + len(text)]
    return found + [last] * (len(text) - len(found))


def _aligned(words: str, source: str) -> Iterator[int]:
    """Yield where each code point of *words* stands in *source*, the Markdown they are read from."""
    chars: list[tuple[str, int]] = []
    shown = _ADDRESS.sub(lambda found: "\0" * len(found[0]), source)
    marker = _MARKERS.match(shown)
    at = marker.end() if marker else 0
    while at < len(shown):
        entity = _ENTITY.match(shown, at) if shown[at] == "&" else None
        if entity:
            chars += [(char, at) for char in unescape(entity[0])]
            at = entity.end()
        else:
            chars.append((" " if shown[at] == "\n" else shown[at], at))
            at += 1
    here = 0
    for char in words:
        wanted = " " if char == "\n" else char
        ahead = next((n for n in range(here, min(here + AHEAD, len(chars))) if chars[n][0] == wanted), None)
        if ahead is None:
            yield chars[min(here, len(chars) - 1)][1] if chars else 0
        else:
            yield chars[ahead][1]
            here = ahead + 1
