"""A look at the bytes of a web page, before anything is parsed: whether what the gate asks for can stand in it at all."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from spacy.lang.en.stop_words import STOP_WORDS

from allegata.claim.gate import WORD, may_happen
from allegata.ground.lexicon import Row, table, words
from allegata.ground.syntax import inflected
from allegata.model import InputError

REACH = 1_000
"""Bytes on both sides of a word within which the rest of what has to stand beside it is looked for: a long sentence with its links."""
NEAR = 5
"""Lines above and below what happened on which somebody who announces is looked for."""
GROUPS = ("office_noun", "public_office", "organisation", "announcing")
"""The groups of words for them."""
SCRIPT = re.compile(rb"<script(?=[\s/>])")
POSSESSIVE = re.compile(r"[’']s\b")
MARK = "\x02"
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
def _offices(language: str) -> tuple[str, ...]:
    """Return who announces, in lower case and in one number or the other: titles, offices and bodies, but for those that stand on pages of all kinds."""
    named = {row["title"] for row in table(f"{language}/titles") if row["kind"] == "official"}
    named |= {row["words"] for row in table(f"{language}/bodies")}
    named |= {word.lower() for group in GROUPS for word in words(language, group)}
    named -= set(words(language, "anywhere"))
    return tuple(
        sorted(
            {form for name in named for form in (name, f"{name}s", f"{name[:-1]}ies" if name.endswith("y") else name)}
        )
    )


@cache
def _single(language: str) -> frozenset[str]:
    return frozenset(name for name in _offices(language) if WORD.fullmatch(name))


@cache
def _several(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of several words by their last one."""
    found: dict[str, tuple[str, ...]] = {}
    for name in _offices(language):
        if not WORD.fullmatch(name):
            last = WORD.findall(name)[-1]
            found[last] = (*found.get(last, ()), name)
    return found


def _announces(text: str, language: str) -> bool:
    """Return whether somebody who announces stands in *text*, which is lower case."""
    found = set(WORD.findall(POSSESSIVE.sub("", text)))
    if not _single(language).isdisjoint(found):
        return True
    several = _several(language)
    return any(name in text for last in several.keys() & found for name in several[last])


@cache
def _database(language: str) -> Any:
    """Return what finds the words for who announces (pattern 0) and the keys of all actions in bytes, in one pass.

    Raises: InputError where the package that does it is not installed.
    """
    try:
        import hyperscan
    except ModuleNotFoundError:
        raise InputError(
            'archives are looked through with hyperscan; install it: pip install "allegata[archive]"'
        ) from None
    keys = sorted({tuple(sorted(_keys(row, language))) for row in table(f"{language}/action_words")})
    patterns = [
        rb"\b(?:" + b"|".join(_spelled(name) for name in each) + rb")\b" for each in (_offices(language), *keys)
    ]
    made = hyperscan.Database()
    made.compile(
        expressions=patterns,
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[hyperscan.HS_FLAG_CASELESS] * len(patterns),
    )
    return made


def _spelled(name: str) -> bytes:
    """Return *name* as it stands in a page, whatever divides its words."""
    return rb"\s+".join(re.escape(word.encode()) for word in name.split())


def _words_of(body: bytes) -> bytes:
    """Return *body* without its scripts; the rest as it is. A script within a comment ends with the comment; what is only called like one is none.

    >>> _words_of(b"<p>Ten<script>var held = 1</script> held<!-- <script> --> there</p>")
    b'<p>Ten</script> held<!-- <script> --> there</p>'
    >>> _words_of(b'<scripture>Ten</scripture><img alt="<script">')
    b'<scripture>Ten</scripture><img alt="<script">'
    """
    kept = []
    at = 0
    while (found := SCRIPT.search(body, at)) is not None:
        start = found.start()
        comment = body.rfind(b"<!--", at, start)
        if comment >= 0 and body.find(b"-->", comment, start) < 0:
            stop = body.find(b"-->", start)
            if stop < 0:
                break
            kept.append(body[at:stop])
            at = stop
            continue
        stop = body.find(b"</script", start)
        if stop < 0:
            # Nothing ends it: what a parser makes of the rest is left to the parser.
            break
        kept.append(body[at:start])
        at = stop
    return b"".join([*kept, body[at:]]) if at else body


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


def _announced(lines: list[str], language: str) -> bool:
    """Return whether on one of the *lines* with a mark something may have happened, with somebody who announces near it."""
    return any(
        MARK in line
        and may_happen(line.replace(MARK, ""), language, names=False)
        and _announces(" ".join(lines[max(0, at - NEAR) : at + NEAR + 1]).lower(), language)
        for at, line in enumerate(lines)
    )


class Glance:
    """Looks at pages in *language*. It lets through those in whose text the gate `happenings` opens a line with an office or a body near it, and some more.

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
        offices: list[int] = []
        actions: list[int] = []
        self._words.scan(
            shown,
            match_event_handler=lambda number, start, end, flags, context: (actions if number else offices).append(end),
        )
        near = _near(actions, offices)
        return any(
            _announced(
                [line for line in _text(_marked(shown, start, stop, near)).split("\n") if line.strip()], self._language
            )
            for start, stop in _stretches(near, len(shown))
        )


def _marked(page: bytes, start: int, stop: int, ends: list[int]) -> bytes:
    r"""Return a stretch of *page* with a mark at each of *ends*.

    >>> _marked(b"Ten were held there", 4, 16, [13])
    b'were held\x02 th'
    """
    inside = [start, *ends[bisect_left(ends, start) : bisect_right(ends, stop)], stop]
    return MARK.encode().join(page[one:other] for one, other in pairwise(inside))


def _near(ends: list[int], others: list[int]) -> list[int]:
    """Return those of *ends* that have one of *others* within twice the reach; both in order.

    >>> _near([10, 9000], [1500, 4000])
    [10]
    """
    found = []
    for end in ends:
        at = bisect_left(others, end - 2 * REACH)
        if at < len(others) and others[at] <= end + 2 * REACH:
            found.append(end)
    return found
