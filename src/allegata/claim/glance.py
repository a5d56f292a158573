"""A look at the bytes of a web page, before anything is parsed: whether what the gate asks for can stand in it at all."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from spacy.lang.en.stop_words import STOP_WORDS

from allegata.claim.gate import may_happen
from allegata.ground.lexicon import Row, table
from allegata.ground.syntax import inflected
from allegata.model import InputError

REACH = 1_000
"""Bytes on both sides of a word within which the rest of what has to stand beside it is looked for: a long sentence with its links."""
_LEFT_OUT = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<!--", b"-->"))
"""What begins and ends stretches that no reader takes for words."""
_INLINE = re.compile(
    rb"</?(?:a|abbr|b|bdi|bdo|cite|em|font|i|mark|nobr|q|s|small|span|strong|sub|sup|time|u|wbr)(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<[^<>]*>")
_HYPHENS = ((b"&shy;", b""), (b"\xc2\xad", b""), (b"&#173;", b""))
_NOT_ASCII = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def _keys(row: Row, language: str) -> frozenset[str]:
    """Return words of which one has to stand in a sentence for the action of *row*: the rarest of the sets that it asks for.

    What is rare is guessed: a longer word, and none that stands in every text.
    """
    asked = [word for word in row["with"].split() if word not in STOP_WORDS]
    own = row["lemma"]
    best = max([*asked, own], key=lambda word: (word not in STOP_WORDS, len(word)))
    return frozenset({own}) if best == own and row["pos"] == "phrase" else inflected(best, language)


@cache
def _database(language: str) -> Any:
    """Return what finds the keys of all actions in bytes, in one pass.

    Raises: InputError where the package that does it is not installed.
    """
    try:
        import hyperscan
    except ModuleNotFoundError:
        raise InputError(
            'archives are looked through with hyperscan; install it: pip install "allegata[archive]"'
        ) from None
    keys = sorted({tuple(sorted(_keys(row, language))) for row in table(f"{language}/action_words")})
    patterns = [rb"\b(?:" + b"|".join(re.escape(word.encode()) for word in each) + rb")\b" for each in keys]
    made = hyperscan.Database()
    made.compile(
        expressions=patterns,
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[hyperscan.HS_FLAG_CASELESS] * len(patterns),
    )
    return made


def _words_of(body: bytes) -> bytes:
    """Return *body* without scripts, styles and comments; the rest as it is.

    >>> _words_of(b"<p>Ten<script>var held = 1</script> held<!-- <script> --> there</p>")
    b'<p>Ten</script> held--> there</p>'
    """
    next_of = {begin: body.find(begin) for begin, _ in _LEFT_OUT}
    if all(at < 0 for at in next_of.values()):
        return body
    kept = []
    at = 0
    ends = dict(_LEFT_OUT)
    while True:
        begin, start = min(
            ((each, where) for each, where in next_of.items() if where >= 0),
            key=lambda each: each[1],
            default=(b"", -1),
        )
        if start < 0:
            break
        stop = body.find(ends[begin], start + len(begin))
        if stop < 0:
            # Nothing ends it: what a parser makes of the rest is left to the parser.
            break
        kept.append(body[at:start])
        at = stop
        next_of = {each: where if where < 0 or where >= at else body.find(each, at) for each, where in next_of.items()}
    kept.append(body[at:])
    return b"".join(kept)


def _stretches(ends: list[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches within reach of the words that end at *ends*, in order and apart from each other.

    >>> list(_stretches([10, 500, 4000], 4500))
    [(0, 1500), (3000, 4500)]
    """
    start = stop = 0
    for end in ends:
        if end - REACH > stop and stop:
            yield start, stop
            start = end - REACH
        start = start if stop else max(0, end - REACH)
        stop = min(size, end + REACH)
    if stop:
        yield start, stop


def _text(piece: bytes) -> str:
    """Return the words of a piece of a page, a line for each block; what may be the rest of a tag at its ends is left out."""
    opened, closed = piece.find(b"<"), piece.find(b">")
    if closed >= 0 and (closed < opened or opened < 0):
        piece = piece[closed + 1 :]
    last = piece.rfind(b"<")
    if last >= 0 and piece.find(b">", last) < 0:
        piece = piece[:last]
    # Lines of the source end nothing, tags of blocks do.
    piece = _TAG.sub(b"\x01", _INLINE.sub(b"", piece).replace(b"\n", b" "))
    text = piece.decode("utf-8", "replace").replace("\x01", "\n")
    return html.unescape(text) if "&" in text else text


class Glance:
    """Looks at pages in *language*. It lets through all that the gate `happenings` opens when it has their text, and some more.

    >>> glance = Glance("en")
    >>> [glance.is_open(page) for page in (b"<p>Police said <b>ten</b> men were held.</p>", b"<p>Rain may hold off.</p>")]
    [True, False]
    """

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._words = _database(language)

    def is_open(self, body: bytes) -> bool:
        """Return whether a claim of something that happened may stand in *body*, a page as it was served, unpacked.

        A page in an encoding in which letters are no ASCII is open.
        """
        if body.startswith(_NOT_ASCII) or b"\x00" in body[:200]:
            return True
        shown = _words_of(body)
        for hyphen, nothing in _HYPHENS:
            shown = shown.replace(hyphen, nothing) if hyphen in shown else shown
        ends: list[int] = []
        self._words.scan(shown, match_event_handler=lambda number, start, end, flags, context: ends.append(end))
        return any(
            may_happen(line, self._language, names=False)
            for start, stop in _stretches(ends, len(shown))
            for line in _text(shown[start:stop]).split("\n")
        )
