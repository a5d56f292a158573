"""What in a text has the shape of a person's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.lexicon import lines_of as lines_of_table
from allegata.ground.lexicon import pattern, words
from allegata.mask.stretch import WHOLE_WORD, Stretch, is_common, lines_of, touched

if TYPE_CHECKING:
    from spacy.tokens import Doc

BEFORE, AFTER = 120, 160
"""Code points before and after a name within which its title or kin may stand."""
_JOINED = re.compile(r"[^\S\n]+|\.[^\S\n]*|[^\S\n]+[\"“‘'][^\W\d_][\w’' -]{0,30}[\"”’'][^\S\n]+")
_PLACES = frozenset(["GPE", "LOC", "FAC", "ORG", "NORP", "EVENT", "LAW", "WORK_OF_ART", "PRODUCT", "LANGUAGE"])


@dataclass(frozen=True)
class Run:
    """Words in a row that may be a name. shape: what they look like: capitals, a headline, lower case, another script."""

    start: int
    end: int
    shape: str


def runs_of(text: str, known: list[Stretch], language: str) -> Iterator[Run]:
    """Yield the runs of words that may name persons, in the order of its lines.

    In a line in title case, in capitals or without any capital, these are the words that are no common words and no
    part of a name in *known*; elsewhere words with a capital, with the particles and nicknames between them.
    """
    for start, end in lines_of(text, 0, len(text)):
        shape = _shape(text[start:end])
        if shape == "capitals":
            yield from _capitals(text, start, end, language)
        else:
            yield from _odd(text, start, end, known, shape, language)
    for match in pattern(language, "foreign_name").finditer(text):
        yield Run(*match.span(), "script")


def _shape(line: str) -> str:
    """Return what capitals say in *line*.

    >>> [_shape(each) for each in ("Ada Bo fled.", "Mayor Denies Setting Mill on Fire", "they took ada last night")]
    ['capitals', 'headline', 'lower']
    """
    found = re.findall(r"[^\W\d_]+", line)
    long = [word for word in found if len(word) > 3]
    if len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long):
        return "headline"
    if len(found) > 3 and not any(word[0].isupper() for word in found if len(word) > 1):
        return "lower"
    return "capitals"


def _odd(text: str, start: int, end: int, known: list[Stretch], shape: str, language: str) -> Iterator[Run]:
    """Yield the runs of words that are neither common words nor part of a known name; a particle may stand among them."""
    particles = words(language, "name_particle")
    first, last = -1, -1
    for word in WHOLE_WORD.finditer(text, start, end):
        joined = first >= 0 and not text[last : word.start()].strip() and "\n" not in text[last : word.start()]
        plain = is_common(word[0], language) or len(word[0]) < 2 or bool(touched(known, *word.span()))
        if plain and joined and word[0].lower() in particles:
            ahead = WHOLE_WORD.match(text, word.end() + 1)
            if ahead and not is_common(ahead[0], language):
                last = word.end()
                continue
        if first >= 0 and not (joined and not plain):
            yield Run(first, last, shape)
            first = -1
        if not plain:
            first, last = (first if first >= 0 else word.start()), word.end()
    if first >= 0:
        yield Run(first, last, shape)


def _capitals(text: str, start: int, end: int, language: str) -> Iterator[Run]:
    """Yield the runs of words with a capital, with particles, initials and a nickname in quotation marks between them."""
    particles = words(language, "name_particle")
    first = last = kept = -1
    for word in WHOLE_WORD.finditer(text, start, end):
        capital = any(each[0].isupper() for each in re.split(r"[’'-]\n?", word[0]) if each)
        gap = text[last : word.start()] if first >= 0 else ""
        joined = first >= 0 and _joins(gap, text[first:kept])
        if capital:
            if first >= 0 and not joined:
                yield Run(first, kept, "capitals")
                first = -1
            first = word.start() if first < 0 else first
            last = kept = word.end()
        elif first >= 0 and joined and word[0] in particles:
            last = word.end()
        elif first >= 0:
            yield Run(first, kept, "capitals")
            first = -1
    if first >= 0:
        yield Run(first, kept, "capitals")


def _joins(gap: str, last: str) -> bool:
    """Return whether the words on both sides of *gap* may be one name: a full stop joins initials and abbreviations only."""
    if not _JOINED.fullmatch(gap):
        return False
    return not gap.startswith(".") or len(re.split(r"\W+", last)[-1]) < 4


def is_like_a_person(
    text: str, run: Run, doc: Doc, label: str, known: list[Stretch], bodies: list[Stretch], language: str
) -> bool:
    """Return whether nothing says that *run* is a place, a body or common words. label: what the parser takes it for."""
    start, end = run.start, run.end
    found = list(WHOLE_WORD.finditer(text, start, end))
    odd = [word for word in found if not is_common(word[0], language) and len(word[0]) > 1]
    if touched(bodies, start, end) or not (odd or label == "PERSON"):
        return False
    if all(word[0].lower() in words(language, "honorific") for word in found):
        return False
    if run.shape != "capitals":
        return True
    before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
    lead = re.search(r"(\w+)\s+\Z", before)
    placed = lead is not None and lead[1].lower() in words(language, "place_lead")
    if (placed and not re.match(r"[’']s?\b", after)) or pattern(language, "adjective_follows").match(after):
        return False
    if label == "PERSON":
        return True
    if re.search(r"\b[Tt]he\s+\Z", before) or pattern(language, "place_follows").match(after):
        return False
    if label in _PLACES and lead and lead[1].lower() in ("to", "from", "of", "between", "and"):
        return False
    if len(found) > 1:
        return label not in _PLACES or len(odd) > 1
    token = doc.char_span(start, end, alignment_mode="expand")
    root = token.root if token is not None else None
    if is_given_name(text[start:end]) and not (lead and lead[1].lower() in ("to", "from", "of", "between")):
        return True
    return root is not None and root.pos_ == "PROPN" and root.dep_ in ("nsubj", "nsubjpass") and label not in _PLACES


@cache
def _given_names() -> frozenset[str]:
    return frozenset(line for line in lines_of_table("given_names") if not line.startswith("#"))


def is_given_name(word: str) -> bool:
    """Return whether *word* is in the table of given names.

    >>> is_given_name("Callum"), is_given_name("Callums")
    (True, False)
    """
    return word.lower() in _given_names()
