"""Names within addresses of mail and of the web, after hash signs and after the sign at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from allegata.ground.gazetteer import find_toponyms
from allegata.ground.syntax import is_plain_word
from allegata.mask.stretch import JOINT, Stretch

_MAIL = re.compile(r"(?<![\w.@-])(?P<part>[\w.+-]{1,64})@(?=[\w-]+\.\w)")
_HANDLE = re.compile(r"(?<![\w.])@(?P<part>\w{2,64})")
_HASH = re.compile(r"(?<!\w)#(?P<part>[^\W\d]\w{1,80})")
_WEB = re.compile(r"\b(?:https?://|www\.)[^\s/<>]{1,200}(?P<part>/[^\s<>\"”]{1,500})")
_PIECE = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
SHORTEST = 3
"""Letters below which a word of an address names nobody."""


def folded(word: str) -> str:
    """Return *word* in lower case without accents, as addresses write it.

    >>> folded("Briceño")
    'briceno'
    """
    return "".join(each for each in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(each))


def pieces(text: str) -> Iterator[list[Stretch]]:
    """Yield for each address, handle and hash tag in *text* the words it is made of.

    >>> [[text[a:b] for a, b in each] for text in ("@AdaBo_1", "#FreeAda", "ada.bo@x.example") for each in pieces(text)]
    [['Ada', 'Bo'], ['Free', 'Ada'], ['ada', 'bo']]
    """
    for shape in (_MAIL, _HANDLE, _HASH, _WEB):
        for match in shape.finditer(text):
            found: list[Stretch] = []
            for word in _PIECE.finditer(text, *match.span("part")):
                cuts = [word.start(), *(hump.start() for hump in _HUMP.finditer(text, *word.span())), word.end()]
                found += [(one, two) for one, two in pairwise(cuts) if one < two]
            yield found


def named_in_addresses(
    text: str, names: Sequence[Sequence[str]], shown: frozenset[str], language: str
) -> Iterator[tuple[Stretch, tuple[str, ...]]]:
    """Yield each stretch of an address that names a person, with the words of the name: one of *names*, or its own.

    A word that is common, the name of a place, or in *shown* (folded words of who is not affected, and of outlets) names nobody.
    """
    known = {
        folded(part): tuple(name)
        for name in reversed(names)
        for word in name
        for part in (word, *JOINT.split(word))
        if len(part) >= SHORTEST
    }
    whole = {folded("".join(name)): tuple(name) for name in reversed(names) if len("".join(name)) > 5}
    for words in pieces(text):
        at = 0
        while at < len(words):
            length, name = _odd(text, words[at:], known, whole, shown, language)
            if length and name:
                yield (words[at][0], words[at + length - 1][1]), name
            at += max(1, length)


def _odd(
    text: str,
    words: list[Stretch],
    known: dict[str, tuple[str, ...]],
    whole: dict[str, tuple[str, ...]],
    shown: frozenset[str],
    language: str,
) -> tuple[int, tuple[str, ...]]:
    """Return how many of *words* from the first on name a person, and the words of the name; nothing for none."""
    length, name = 0, tuple[str, ...]()
    for start, end in words:
        word = text[start:end]
        plain = folded(word)
        if plain in shown and plain not in known:
            break
        of = known.get(plain) or next((each for joined, each in whole.items() if joined in plain), ())
        common = is_plain_word(word, language) or len(word) < SHORTEST or bool(find_toponyms(word.title(), language))
        if not of and common and not (length and len(word) < SHORTEST):
            break
        name = name or of
        length += 1
    odd = tuple(folded(text[start:end]) for start, end in words[:length])
    return length, name or odd
