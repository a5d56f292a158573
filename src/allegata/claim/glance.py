"""A look at the bytes of a web page, before anything is parsed: whether what the gate asks for can stand in it at all."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from spacy.lang.en.stop_words import STOP_WORDS

from allegata.claim.gate import WORD, forms_of, may_happen
from allegata.claim.shown import VEILS, compiled, lines_of, unveiled, without_scripts
from allegata.ground.lexicon import Row, table, words
from allegata.ground.syntax import inflected

REACH = 1_000
"""Bytes on both sides of a word within which the rest of what has to stand beside it is looked for: a long sentence with its links."""
NEAR = 5
"""Lines above and below what happened on which somebody who announces is looked for."""
GROUPS = ("office_noun", "public_office", "organisation", "announcing")
"""The groups of words for them."""
POSSESSIVE = re.compile(r"[’']s\b")
OFFICE, ACTION, VEIL = 0, 1, 2
"""Numbers of what is found in bytes."""
ACTION_MARK, OFFICE_MARK = "\x02", "\x03"
_NOT_ASCII = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def _keys(row: Row, language: str) -> frozenset[str]:
    """Return words of which one has to stand in a sentence for the action of *row*: the rarest of the sets that it asks for.

    What is rare is guessed: a longer word, and none that stands in every text.
    """
    asked = [word for word in row["with"].split() if word not in STOP_WORDS]
    own = row["lemma"]
    best = max([*asked, own], key=lambda word: (word not in STOP_WORDS, len(word)))
    return forms_of(row, language) if best == own else inflected(best, language)


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
    """Return what finds in bytes, in one pass, who announces, the keys of all actions, and that something stands within words.

    Raises: InputError where the package that does it is not installed.
    """
    keys = sorted({tuple(sorted(_keys(row, language))) for row in table(f"{language}/action_words")})
    named = [
        (rb"\b(?:" + b"|".join(_spelled(name) for name in names) + rb")\b", number, False)
        for names, number in ((_offices(language), OFFICE), *((each, ACTION) for each in keys))
    ]
    return compiled([*named, *((veil, VEIL, True) for veil in VEILS)])


def _spelled(name: str) -> bytes:
    """Return *name* as it stands in a page, whatever divides its words."""
    return rb"(?:\s|&nbsp;|\xc2\xa0)+".join(re.escape(word.encode()) for word in name.split())


@cache
def _measured(language: str) -> re.Pattern[str]:
    """Return what finds numbers that count nothing: measures, days of a month, times of a day."""
    numbers = [
        *(row["word"] for row in table(f"{language}/numbers")),
        *(row["phrase"] for row in table(f"{language}/quantifiers")),
    ]
    measures = words(language, "measure") | words(language, "hyphen_measure")
    months = {row["name"] for row in table(f"{language}/months")}
    number, measure, month = (
        "|".join(re.escape(each) for each in sorted(group, key=len, reverse=True))
        for group in (set(numbers), measures, months)
    )
    return re.compile(
        rf"(?<![\w.,-])(?:(?:\d[\d.,]*|(?:{number})\b)(?:[\s-]+(?:{number})\b){{0,4}}[\s-]*(?:{measure})(?!\w)"
        rf"|\d{{1,2}}:\d\d\b|\d{{1,2}}\s+(?:{month})\b(?:,?\s+\d{{4}}\b)?|(?:{month})\b\.?\s+\d{{1,4}}\b(?:,?\s+\d{{4}}\b)?)",
        re.IGNORECASE,
    )


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


def _happens(line: str, language: str) -> bool:
    """Return whether something may have happened in *line*, also when the numbers are left out that count nothing."""
    return may_happen(line, language, names=False) and may_happen(
        _measured(language).sub("", line), language, names=False
    )


def _announced(lines: list[str], language: str) -> bool:
    """Return whether on one of the *lines* with a mark something may have happened, with somebody who announces near it."""
    offices = [at for at, line in enumerate(lines) if OFFICE_MARK in line]
    return any(
        ACTION_MARK in line
        and (first := bisect_left(offices, at - NEAR)) < len(offices)
        and offices[first] <= at + NEAR
        and _happens(_plain(line), language)
        and _announces(_plain(" ".join(lines[max(0, at - NEAR) : at + NEAR + 1])).lower(), language)
        for at, line in enumerate(lines)
    )


def _plain(text: str) -> str:
    """Return *text* without marks."""
    return text.replace(ACTION_MARK, "").replace(OFFICE_MARK, "")


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
        shown = without_scripts(body)
        found = self._found(shown)
        if found[VEIL]:
            shown = unveiled(shown)
            found = self._found(shown)
        near = _near(found[ACTION], found[OFFICE])
        marks = (
            sorted([*((end, ACTION_MARK) for end in near), *((end, OFFICE_MARK) for end in found[OFFICE])])
            if near
            else []
        )
        return any(
            _announced(lines_of(_marked(shown, start, stop, marks)), self._language)
            for start, stop in _stretches(near, len(shown))
        )

    def _found(self, page: bytes) -> tuple[list[int], list[int], list[int]]:
        """Return where in *page* words of each number end."""
        found: tuple[list[int], list[int], list[int]] = ([], [], [])
        self._words.scan(page, match_event_handler=lambda number, start, end, flags, context: found[number].append(end))
        return found


def _marked(page: bytes, start: int, stop: int, marks: list[tuple[int, str]]) -> bytes:
    r"""Return a stretch of *page* with its *marks*, each where it belongs.

    >>> _marked(b"Ten were held there", 4, 16, [(13, "\x02")])
    b'were held\x02 th'
    """
    made, at = [], start
    for end, mark in marks[bisect_left(marks, (start, "")) : bisect_right(marks, (stop, chr(127)))]:
        made += [page[at:end], mark.encode()]
        at = end
    return b"".join([*made, page[at:stop]])


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
