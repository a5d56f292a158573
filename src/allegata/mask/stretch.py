"""Stretches of a text, and what in them is a word of a name."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from allegata.ground.lexicon import words
from allegata.ground.syntax import is_plain_word

Stretch = tuple[int, int]


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches in order, overlapping ones as one.

    >>> union([(5, 9), (0, 3), (2, 4)])
    [(0, 4), (5, 9)]
    """
    made: list[Stretch] = []
    for start, end in sorted(stretches):
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made


def touched(union: list[Stretch], start: int, end: int) -> list[Stretch]:
    """Return the stretches of *union* that share a code point with the one from *start* to *end*."""
    first = bisect_right(union, start, key=lambda each: each[1])
    return union[first : bisect_left(union, end, key=lambda each: each[0])]


def begins(text: str, start: int) -> bool:
    """Return whether a sentence or line begins at *start*, so that a capital there says nothing.

    >>> begins("Ten fled. Ada fled.", 10), begins("Ten fled Ada.", 9)
    (True, False)
    """
    before = text[max(0, start - 3) : start].rstrip(" ")
    return not before or before[-1] in '\n.?!:"“‘•'


def lines_of(text: str, start: int, end: int) -> Iterator[Stretch]:
    """Yield what of the stretch stands on each line: a name ends with its line."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        yield start + match.start(), start + match.end()


WHOLE_WORD = re.compile(r"[^\W\d_]+(?:(?:[’'-]|-\n(?=[^\W\d_A-Z]))[^\W\d_]+)*")
"""A word, with what a hyphen or apostrophe joins to it; also where it is divided at the end of a line."""


NAME_WORD = re.compile(rf"(?<![\w-]){WHOLE_WORD.pattern}(?!\w)")


JOINT = re.compile(r"[’'-]")


WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case, without single letters.

    >>> words_of("O. F. Ruizal-Bo")
    ['ruizal-bo']
    """
    return [word.lower().replace("-\n", "") for word in WHOLE_WORD.findall(name) if len(word) > 1]


def is_common(word: str, language: str) -> bool:
    """Return whether *word* is a common word and no given name; of a word with hyphens, whether each part is.

    >>> [is_common(word, "en") for word in ("Land-rights", "Ricardo", "Karvanol", "D'Costa", "Ji-woo", "didn't")]
    [True, False, False, False, False, True]
    """
    word = re.sub(r"(?<=[^\W\d_]{2})n[’']t\Z", "", word)
    parts = [each for each in re.split(r"[’'-]\n?", word) if each]
    if len(parts) > 1 and "-" not in word and word[:1].isupper() and parts[-1][0].isupper() and not word.isupper():
        return False
    if len(parts) > 1 and word[:1].isupper() and all(len(each) < 4 for each in parts):
        return False
    return all(
        is_plain_word(each, language) and each.lower() not in words(language, "plain_given_name") for each in parts
    )
