"""What a web page shows, found in its bytes without parsing them: no scripts, no styles, no words that only lead elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from allegata.model.error import InputError

_INLINE = rb"</?(?:a|abbr|b|bdi|bdo|cite|em|font|i|mark|nobr|q|s|small|span|strong|sub|sup|time|u|wbr)(?:\s[^<>]*|/)?>"
_INLINE_TAG = re.compile(_INLINE, re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_LINK = re.compile(rb"<a\s[^<>]*>", re.IGNORECASE)
_LINKED = re.compile("^[^\\w\n\x04\x05]*(?:\x04[^\x04\x05]*\x05[^\\w\n\x04\x05]*)+$", re.MULTILINE)
"""Lines that are links from end to end, the lines within each included."""
_HYPHEN = rb"&(?:shy|#0*173|#x0*ad);|\xc2\xad"
_LETTER = rb"&#(?:0*(?:6[5-9]|[78][0-9]|90|9[7-9]|1[01][0-9]|12[0-2])|x0*(?:[46][1-9a-f]|[57][0-9a]));"
"""A letter without accents, written as its number."""
VEILS = (_HYPHEN, _LETTER, rb"[a-z](?:" + _INLINE + rb")+[a-z]")
"""What may stand within a word, so that its letters are no neighbours in the bytes."""
_HYPHENS = re.compile(_HYPHEN, re.IGNORECASE)
_LETTERS = re.compile(_LETTER, re.IGNORECASE)
_WITHIN = re.compile(rb"(?<=[a-z])(?:" + _INLINE + rb")+(?=[a-z])", re.IGNORECASE)
_ENDS = {"script": "</script", "comment": "-->", "title": "</title", "style": "</style"}
"""What ends each of the stretches whose signs are none of the page's."""
_BEGINS = {"script": r"<script[\s/>]", "comment": "<!--", "title": r"<title[\s/>]", "style": r"<style[\s/>]"}
_CUT = ("script", "style")


def compiled(patterns: Sequence[tuple[bytes, int, bool]], ignore_case: bool = True) -> Any:
    """Return what finds the *patterns* in bytes in one pass: each with the number that it is found under, and whether once is enough.

    Raises: InputError where the package that does it is not installed.
    """
    try:
        import hyperscan
    except ModuleNotFoundError:
        raise InputError(
            'archives are looked through with hyperscan; install it: pip install "allegata[archive]"'
        ) from None
    made = hyperscan.Database()
    case = hyperscan.HS_FLAG_CASELESS if ignore_case else 0
    made.compile(
        expressions=[pattern for pattern, _, _ in patterns],
        ids=[number for _, number, _ in patterns],
        elements=len(patterns),
        flags=[case | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0) for _, _, once in patterns],
    )
    return made


@cache
def _borders() -> tuple[Any, tuple[str, ...]]:
    """Return what finds where stretches begin (even numbers) and end (odd ones), and their kinds."""
    pairs = [(_BEGINS[kind], _ENDS[kind]) for kind in _ENDS]
    patterns = [(each.encode(), number, False) for number, each in enumerate(each for pair in pairs for each in pair)]
    return compiled(patterns, ignore_case=False), tuple(_ENDS)


def without_scripts(body: bytes) -> bytes:
    """Return *body* without its scripts and styles; the rest as it is. Within a comment or the title there are none; what is only called like one is none.

    One that nothing ends stays: what a parser makes of it is left to the parser.

    >>> without_scripts(b"<p>Ten<script>var held = 1</script> held<!-- <script> --> there</p>")
    b'<p>Ten</script> held<!-- <script> --> there</p>'
    >>> without_scripts(b'<scripture>Ten</scripture><img alt="<script">')
    b'<scripture>Ten</scripture><img alt="<script">'
    """
    database, kinds = _borders()
    found: list[tuple[int, int]] = []
    database.scan(body, match_event_handler=lambda number, start, end, flags, context: found.append((number, end)))
    kept = []
    at = start = 0
    within: int | None = None
    for number, end in found:
        if within is None and number % 2 == 0:
            within, start = number, end
        elif within is not None and number == within + 1:
            kind = kinds[within // 2]
            if kind in _CUT:
                kept.append(body[at : start - len(kind) - 2])
                at = end - len(_ENDS[kind])
            within = None
    return b"".join([*kept, body[at:]]) if at else body


def unveiled(page: bytes) -> bytes:
    """Return *page* with whole words where `VEILS` stood within them.

    >>> unveiled(b"<b>A</b>r&shy;r&#101;sted <i>in</i> Orva")
    b'<b>Arrested <i>in</i> Orva'
    """
    page = _HYPHENS.sub(b"", page)
    page = _LETTERS.sub(lambda match: html.unescape(match[0].decode()).encode(), page)
    return _WITHIN.sub(b"", page)


def lines_of(piece: bytes) -> list[str]:
    """Return the words of a piece of a page, a line for each block that has some; what may be the rest of a tag at its ends is left out.

    Lines that are links from end to end are left out, too: menus, and the titles of other pages, which are read where they stand.

    >>> lines_of(b'<p>Ten <a href="/1">were held</a></p><ul><li><a href="/2">Six held</a> |</li></ul>')
    ['Ten were held']
    """
    opened, closed = piece.find(b"<"), piece.find(b">")
    if closed >= 0 and (closed < opened or opened < 0):
        piece = piece[closed + 1 :]
    last = piece.rfind(b"<")
    if last >= 0 and piece.find(b">", last) < 0:
        piece = piece[:last]
    piece = _LINK.sub(b"\x04", piece).replace(b"</a>", b"\x05").replace(b"</A>", b"\x05")
    # Lines of the source end nothing, tags of blocks do.
    piece = _TAG.sub(b"\n", _INLINE_TAG.sub(b"", piece.replace(b"\n", b" ")))
    text = piece.decode("utf-8", "replace")
    if "\x05" in text:
        text = _LINKED.sub("", text).replace("\x04", "").replace("\x05", "")
    text = html.unescape(text) if "&" in text else text
    return [line for line in text.split("\n") if line.strip()]
