"""How bytes become characters, and how the encoding was found."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\s{0,9}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]{0,1000}>")
# What the labels mean on the web (WHATWG Encoding Standard, section 4.2), where Python means something else or nothing.
_WEB_NAMES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
}
_WEB_LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "logical": "iso8859-8",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-cp1256": "cp1256",
    "x-gbk": "gb18030",
    "unicode-1-1-utf-8": "utf-8",
    "ks_c_5601-1987": "cp949",
}
_SAMPLE_BYTES = 65_536
_SHOWN = re.compile(r"cp(125\d|874)$")
BROKEN = 0.02
"""The share of the characters beyond ASCII that may not fit a declared encoding: pages are pasted together, and cut off."""


class Decoded(NamedTuple):
    """The characters of some bytes. encoding: its name. rule: how it was found. note: what speaks against it, else empty."""

    text: str
    encoding: str
    rule: str
    note: str = ""


def _codec(label: str) -> str | None:
    """Return the name of the encoding that *label* stands for on the web, null if it stands for none of text."""
    try:
        name = _WEB_LABELS.get(label.strip().lower()) or codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    return _WEB_NAMES.get(name, name) if _is_text_codec(name) else None


def _is_text_codec(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name, "replace"), str)
    except (LookupError, ValueError, TypeError, AssertionError):
        return False


def _shown(name: str) -> str:
    """Return *name* as it is known: Python calls windows-1256 cp1256."""
    return "shift_jis" if name == "cp932" else _SHOWN.sub(r"windows-\1", name)


def _utf16_unmarked(body: bytes) -> str | None:
    """Return the variant of UTF-16 of Latin text without a mark: every second byte is a zero."""
    head = body[:4096]
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.7 * half and even <= 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd <= 0.1 * half else None


def _stated(body: bytes) -> str | None:
    """Return the encoding that a page states in its first 2,048 bytes, null if none or one that it cannot be in.

    A page whose statement can be read as ASCII is not UTF-16, whatever it states.
    """
    found = _XML.match(body) or _META.search(body[:2048])
    name = _codec(found[1].decode("ascii")) if found else None
    return None if name is None or name.startswith(("utf-16", "utf-32", "utf-7", "utf_7")) else name


def _mostly_utf8(body: bytes) -> bool:
    """Return whether *body* is UTF-8 with a few broken bytes, as when pages are pasted together."""
    text = body[:_SAMPLE_BYTES].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return broken < whole


def _fits(body: bytes, encoding: str) -> bool:
    """Return whether *body* can be in *encoding*: next to nothing in it is no character, or a control character, there.

    Nor is most of it katakana of half width, which is what other letters are in Shift_JIS, and hardly a text.
    """
    text = body[: 4 * _SAMPLE_BYTES].decode(encoding, "replace")
    beyond = sum(character > "\x7f" for character in text)
    broken = text.count("\ufffd") + sum("\x80" <= character <= "\x9f" for character in text)
    half = sum("\uff61" <= character <= "\uff9f" for character in text)
    return broken <= beyond * BROKEN and half * 2 <= beyond


def _guessed(body: bytes) -> str:
    """Return the likeliest encoding of text that is not UTF-8.

    Mostly Latin words: cp1252, since on short texts a statistical guess mistakes its quotation marks for letters. A word of other
    letters consists of bytes beyond ASCII, so that it does not matter how much markup stands around it.
    """
    sample = _TAG.sub(b" ", body[:_SAMPLE_BYTES])
    words = [word for word in sample.split() if not word.isascii()]
    beside = b" ".join(words)
    letters = sum(byte > 191 for byte in beside)
    high = sum(byte > 127 for byte in beside)
    undefined = sum(beside.count(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    if letters < len(beside) * 0.4 and high < len(beside) * 0.6 and not undefined:
        return "cp1252"
    lines = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    best = from_bytes(lines or sample).best()
    return best.encoding if best is not None and _is_text_codec(best.encoding) else "cp1252"


def decoded(body: bytes, *, html: bool = False, charset: str | None = None) -> Decoded:
    r"""Return the characters of *body*, and how the encoding was found.

    It is the byte order mark's, else UTF-8 if it fits, else *charset* (as the sender declared), else what the page states (*html*
    only), each where it fits, else found from the bytes. Bytes that do not fit become U+FFFD.

    >>> decoded("دهقان".encode("cp1256"), charset="windows-1256")
    Decoded(text='دهقان', encoding='windows-1256', rule='declared by the server', note='')
    >>> decoded(b'<meta charset="utf-8"><p>\x93Ten\x94', html=True)[1:]
    ('windows-1252', 'guessed', 'the page declares utf-8, which does not fit')
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return Decoded(body.decode(encoding, "replace").removeprefix("\ufeff"), encoding, "byte order mark")
    unmarked = _utf16_unmarked(body)
    if unmarked is not None:
        return Decoded(body.decode(unmarked, "replace"), unmarked, "every second byte is zero")
    declared = [
        (name, rule, who)
        for name, rule, who in (
            (_codec(charset) if charset else None, "declared by the server", "the server declares"),
            (_stated(body) if html else None, "declared by the page", "the page declares"),
        )
        if name is not None
    ]
    # Such text is ASCII with signs that turn letters into others, so that it would fit UTF-8.
    shifted = next((each for each in declared if each[0].startswith("iso2022") and b"\x1b" in body), None)
    if shifted:
        return Decoded(body.decode(shifted[0], "replace"), _shown(shifted[0]), shifted[1])
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _otherwise(body, declared)
    rule = next((rule for name, rule, _ in declared if name == "utf-8"), "fits")
    others = [] if text.isascii() else [f"{who} {_shown(name)}" for name, _, who in declared if name != "utf-8"]
    return Decoded(text, "utf-8", rule, " and ".join(others))


def _otherwise(body: bytes, declared: list[tuple[str, str, str]]) -> Decoded:
    """Return the characters of *body*, which is no UTF-8."""
    against: list[str] = []
    for number, (name, rule, who) in enumerate(declared):
        if name == "utf-8":
            if _mostly_utf8(body):
                return Decoded(body.decode("utf-8", "replace"), "utf-8", rule, "some of its bytes do not fit")
        elif _fits(body, name):
            others = [f"{said} {_shown(other)}" for other, _, said in declared[number + 1 :] if other != name]
            return Decoded(body.decode(name, "replace"), _shown(name), rule, " and ".join([*against, *others]))
        against.append(f"{who} {_shown(name)}, which does not fit")
    note = " and ".join(against)
    if _mostly_utf8(body):
        return Decoded(body.decode("utf-8", "replace"), "utf-8", "guessed", note or "some of its bytes do not fit")
    encoding = _guessed(body)
    return Decoded(body.decode(encoding, "replace"), _shown(encoding), "guessed", note)


def decode(body: bytes, *, html: bool = False) -> str:
    """Return the characters of *body*, as `decoded` finds them.

    >>> decode("“Ten”".encode("cp1252")), decode("Ten".encode("utf-16"))
    ('“Ten”', 'Ten')
    """
    return decoded(body, html=html).text
