"""What a reader returns, and how bytes become characters."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from charset_normalizer import from_bytes

# The parser of sentences refuses longer texts; also what one report can reasonably be.
LIMIT_CHARACTERS = 1_000_000

_DROPPED = {
    **dict.fromkeys([*range(9), *range(14, 32), *range(127, 160), 0xFEFF, 0xAD, *range(0xD800, 0xE000)]),
    0x0B: "\n",
    0x0C: "\n",
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
# What the labels mean on the web (WHATWG Encoding Standard, section 4.2).
_WEB_NAMES = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}
_SAMPLE_BYTES = 65_536


class Reading(NamedTuple):
    """What a reader found in the bytes; null is what they do not say.

    text: paragraphs, a newline between two. published: YYYY[-MM[-DD]]. reader: its name and version.
    """

    text: str
    reader: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    byline: str | None = None
    language: str | None = None


@cache
def reader_version(name: str, *packages: str) -> str:
    """Return the name of a reader with what it rests on.

    >>> reader_version("text/1")
    'text/1'
    """
    return " ".join([name, *(f"{package}/{version(package)}" for package in packages)])


READERS = frozenset({"html/1", "text/1", "markdown/1", "pdf/1", "feed/1", "entry/1", "review/1", "mail/1"})
"""The readers of this version: what others read is read again."""


@cache
def is_installed(reader: str) -> bool:
    """Return whether *reader*, as a document names it, is one of those installed: it and what it rests on in the same versions.

    >>> is_installed(reader_version("html/1", "trafilatura")), is_installed("html/1 trafilatura/0.1"), is_installed("html/0")
    (True, False, False)
    """
    name, *packages = reader.split(" ")
    try:
        return name in READERS and all(
            version(package) == number for package, _, number in (each.rpartition("/") for each in packages)
        )
    except (PackageNotFoundError, ValueError):
        return False


def clean(text: str) -> str:
    r"""Return *text* in NFC, with ``\n`` for every kind of line end and without control characters.

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


def _utf16_unmarked(body: bytes) -> str | None:
    """Return the variant of UTF-16 of Latin text without a mark: every second byte is a zero."""
    head = body[:4096]
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.7 * half and even <= 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd <= 0.1 * half else None


def _declared(body: bytes) -> str | None:
    """Return the encoding an HTML page states in its first 2,048 bytes, by the meaning labels have on the web."""
    found = _META_CHARSET.search(body[:2048])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else None
    except LookupError:
        return None
    # A page whose statement could be read as ASCII is not UTF-16, whatever it states.
    if name is None or name.startswith(("utf-16", "utf-32", "utf-7")) or not _is_text_codec(name):
        return None
    return _WEB_NAMES.get(name, name)


def _is_text_codec(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name, "replace"), str)
    except (LookupError, ValueError, TypeError, AssertionError):
        return False


def _mostly_utf8(body: bytes) -> bool:
    """Return whether *body* is UTF-8 with a few broken bytes, as when pages are pasted together."""
    text = body[:_SAMPLE_BYTES].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return broken < whole


def _guessed(body: bytes) -> str:
    """Return the likeliest encoding of text that is not UTF-8.

    Mostly Latin letters: cp1252, since on short texts a statistical guess mistakes its quotation marks for letters.
    """
    sample = body[:_SAMPLE_BYTES]
    high = sum(byte > 127 for byte in sample)
    letters = sum(byte > 191 for byte in sample)
    undefined = sum(sample.count(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    if letters < len(sample) * 0.12 and high < len(sample) * 0.5 and not undefined:
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best is not None and _is_text_codec(best.encoding) else "cp1252"


def decode(body: bytes, *, html: bool = False) -> str:
    """Return the characters of *body*.

    The encoding is the byte order mark's, else UTF-8 if it fits, else what the page states (*html* only), else
    found from the bytes. Bytes that do not fit become U+FFFD.

    >>> decode("“Ten”".encode("cp1252")), decode("Ten".encode("utf-16"))
    ('“Ten”', 'Ten')
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    unmarked = _utf16_unmarked(body)
    if unmarked is not None:
        return body.decode(unmarked, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    encoding = (_declared(body) if html else None) or ("utf-8" if _mostly_utf8(body) else _guessed(body))
    return body.decode(encoding, "replace")
