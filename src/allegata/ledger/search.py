"""Claims found by their words: what is asked for, and the words of a claim. The same in every store, as both compare by `fold`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.mention import Span

LONGEST_WORD = 64
"""Characters of a word by which it is looked up; a longer one is told from others by the text."""
MOST_WORDS = 200
"""Words that can be searched for at once, those of phrases included: each is looked up by itself."""
_WORD = re.compile(r"\w+")
_PART = re.compile(r'"([^"]*)"|[^\s"]+')


class Part(NamedTuple):
    """Words that have to stand together. words: folded. prefix: whether the last one may go on."""

    words: str
    prefix: bool

    @property
    def needle(self) -> str:
        """What stands in the folded text of a claim that has this part."""
        return self.words.rstrip() if self.prefix else self.words


def fold(words: str) -> str:
    """Return *words* as they are compared: no case, marks or punctuation, one space around each word.

    >>> fold("Ministère de l'Intérieur")
    ' ministere de l interieur '
    """
    bare = "".join(each for each in unicodedata.normalize("NFKD", words).casefold() if not unicodedata.combining(each))
    return " " + " ".join(_WORD.findall(bare)) + " "


def parts_of(asked: str) -> tuple[Part, ...]:
    """Return what a claim has to have of *asked*: words, "phrases" in quotation marks, and beginnings* with an asterisk.

    A word that punctuation divides is a phrase. Case, marks and punctuation do not matter.

    Raises: InputError if a quotation mark is left open, no words are asked for, or more than `MOST_WORDS`.

    >>> parts_of('arrest* "Port Police"')
    (Part(words=' arrest ', prefix=True), Part(words=' port police ', prefix=False))
    """
    if asked.count('"') % 2:
        raise InputError(f"{asked!r}: a quotation mark is left open; close it")
    found = []
    for each in _PART.finditer(asked):
        words = fold(each[0])
        if words.strip():
            found.append(Part(words, each[1] is None and each[0].endswith("*")))
    if not found:
        raise InputError(f"{asked!r}: holds no words to search for; write some")
    number = sum(len(part.words.split()) for part in found)
    if number > MOST_WORDS:
        raise InputError(f"search: asks for {number} words; ask for at most {MOST_WORDS}")
    return tuple(dict.fromkeys(found))


def text_of(claim: Claim) -> str:
    """Return the folded words of *claim*: its passage, the words of its attribution, its speakers.

    Two spaces stand between texts, so that no phrase goes from one to the next. To be called on a claim as it leaves the ledger.
    """
    return "".join(dict.fromkeys(fold(each) for each in _texts(claim)))


def _texts(claim: Claim) -> Iterator[str]:
    spans: list[Span] = [claim.passage]
    if claim.attribution is not None:
        spans += [*claim.attribution.source, *claim.attribution.cue, *claim.attribution.content]
    for speaker in claim.speakers:
        spans += speaker.spans
        for who in speaker.readings:
            yield from (each for each in (who.name, who.role, who.body) if each)
    yield from (each.text for each in spans)


def words_of(text: str) -> list[str]:
    """Return the words by which a claim with the folded *text* is looked up, each once, in order.

    >>> words_of(" to be  or not to be ")
    ['be', 'not', 'or', 'to']
    """
    return sorted({word[:LONGEST_WORD] for word in text.split()})


def has(text: str, parts: tuple[Part, ...]) -> bool:
    """Return whether the folded *text* has all of *parts*.

    >>> has(fold("The port police arrested ten"), parts_of('arrest* "port police"'))
    True
    """
    return all(part.needle in text for part in parts)
