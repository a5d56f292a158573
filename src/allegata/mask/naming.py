"""What in a text has the shape of a person's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allegata.ground.lexicon import is_given_name, pattern, words
from allegata.mask.stretch import WHOLE_WORD, Stretch, is_common, lines_of, touched

if TYPE_CHECKING:
    from spacy.tokens import Doc

BEFORE, AFTER = 120, 160
"""Code points before and after a name within which its title or kin may stand."""
_QUOTED = r"[^\S\n]+[\"“‘'][^\W\d_][\w’' -]{0,30}[\"”’']"
_JOINED = re.compile(rf"[^\S\n]+|\.[^\S\n]*|{_QUOTED}[^\S\n]+")
_NICKNAME = re.compile(rf"(?<=[^\W\d_]){_QUOTED}(?=[^\S\n]+[^\W\d_])")
_TURNED = re.compile(
    r"(?<![\w’'-])[A-ZÀ-Þ][A-ZÀ-Þ’'-]{3,}(?:[^\S\n]+[A-ZÀ-Þ’'-]{2,}){0,3},[^\S\n]+"
    r"[A-ZÀ-Þ][a-zß-ÿ’'-]+(?:[^\S\n]+[A-ZÀ-Þ][a-zß-ÿ’'-]+){0,3}(?=[^\S\n]*(?:[(;,.\n]|\Z))"
)
"""A surname in capitals before the given names, as lists have it: "VERLO, Omar"."""
NEAR = 60
"""Code points of a name in which its last word is looked for."""
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
        shape = shape_of(text[start:end], language)
        if shape == "capitals":
            yield from _capitals(text, start, end, language)
        else:
            yield from _odd(text, start, end, known, shape, language)
    for match in pattern(language, "foreign_name").finditer(text):
        yield Run(*match.span(), "script")
    for match in _TURNED.finditer(text):
        # "LIMA, Peru (Reuters)" is no name.
        if not touched(known, *match.span()):
            yield Run(*match.span(), "capitals")


def shape_of(line: str, language: str) -> str:
    """Return what capitals say in *line*.

    >>> [shape_of(each, "en") for each in ("Ada Bo fled.", "Mayor Denies Setting Mill on Fire", "they took ada last night")]
    ['capitals', 'headline', 'lower']
    """
    found = re.findall(r"[^\W\d_]+", line)
    long = [word for word in found if len(word) > 3]
    titled = len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long)
    if titled and not words(language, "title_verb").intersection(found):
        return "headline"
    if len(found) > 3 and not any(word[0].isupper() for word in found if len(word) > 1):
        return "lower"
    return "capitals"


def _odd(text: str, start: int, end: int, known: list[Stretch], shape: str, language: str) -> Iterator[Run]:
    """Yield the runs of words that are neither common words nor part of a known name.

    A particle may stand among them, and beside them what may be part of a name: a given name that is also a common word,
    and in a headline a place of one word.
    """
    group: list[tuple[Stretch, bool]] = []
    for word in WHOLE_WORD.finditer(text, start, end):
        kind = _kind(text, word, known, shape, language)
        if group and (kind == "none" or text[group[-1][0][1] : word.start()].strip(" \t")):
            yield from _named(group, shape)
            group = []
        if kind == "odd" or (kind != "none" and (group or kind == "given")):
            group.append((word.span(), kind == "odd"))
    yield from _named(group, shape)


def _kind(text: str, word: re.Match[str], known: list[Stretch], shape: str, language: str) -> str:
    """Return what a word may be in a name: odd, given, other (a particle or a place), none."""
    around = touched(known, *word.span())
    if not around and not is_common(word[0], language) and len(word[0]) > 1:
        return "odd"
    if is_given_name(word[0]) and not (around and shape == "lower"):
        return "given"
    alone = shape == "headline" and around == [word.span()] and not is_common(word[0], language)
    return "other" if alone or word[0].lower() in words(language, "name_particle") else "none"


def _named(group: list[tuple[Stretch, bool]], shape: str) -> Iterator[Run]:
    """Yield what of *group*, words in a row and whether each is odd, may be a name: all of it if one is."""
    if any(odd for _, odd in group):
        yield Run(group[0][0][0], group[-1][0][1], shape)


def _capitals(text: str, start: int, end: int, language: str) -> Iterator[Run]:
    """Yield the runs of words with a capital, with particles, initials and a nickname in quotation marks between them."""
    particles, suffixes = words(language, "name_particle"), words(language, "name_suffix")
    nicknames = {match.start(): match.end() for match in _NICKNAME.finditer(text, start, end)}
    first = last = kept = -1
    for word in WHOLE_WORD.finditer(text, start, end):
        capital = any(each[0].isupper() for each in re.split(r"[’'-]\n?", word[0]) if each)
        if first >= 0 and word.start() < nicknames.get(kept, 0):
            continue
        gap = text[last : word.start()] if first >= 0 else ""
        gap = " " if word[0] == "t" and gap in (" '", " ’") else gap
        joined = first >= 0 and _joins(gap, text[max(first, kept - NEAR) : kept], language)
        if capital:
            if first >= 0 and not joined:
                yield Run(first, kept, "capitals")
                first = -1
            first = word.start() if first < 0 else first
            last = kept = word.end()
        elif first >= 0 and joined and word[0] in suffixes:
            last = kept = word.end()
        elif first >= 0 and joined and word[0] in particles:
            last = word.end()
        elif first >= 0:
            yield Run(first, kept, "capitals")
            first = -1
    if first >= 0:
        yield Run(first, kept, "capitals")


def _joins(gap: str, last: str, language: str) -> bool:
    """Return whether the words on both sides of *gap* may be one name: a full stop joins initials and abbreviations only.

    >>> [_joins(". ", each, "en") for each in ("D. N", "Brig", "Md", "Ada Bo", "Manjula Urs")]
    [True, True, True, False, False]
    """
    if not _JOINED.fullmatch(gap):
        return False
    if not gap.startswith("."):
        return True
    short = re.split(r"\W+", last)[-1]
    titles = ("office_head", "name_office", "honorific")
    return len(short) == 1 or any(short.lower() in words(language, each) for each in titles)


def is_like_a_person(
    text: str, run: Run, doc: Doc, label: str, known: list[Stretch], bodies: list[Stretch], language: str
) -> bool:
    """Return whether nothing says that *run* is a place, a body or common words. label: what the parser takes it for."""
    start, end = run.start, run.end
    found = list(WHOLE_WORD.finditer(text, start, end))
    odd = [word for word in found if not is_common(word[0], language) and len(word[0]) > 1]
    named = label in ("", "PERSON") and len(found) > 1 and is_given_name(found[0][0])
    if touched(bodies, start, end) or not (odd or named or label == "PERSON"):
        return False
    if all(word[0].lower() in words(language, "honorific") for word in found):
        return False
    if run.shape != "capitals":
        return True
    after = text[end : end + AFTER]
    if is_placed(text, start, end, language) or pattern(language, "adjective_follows").match(after):
        return False
    if label == "PERSON":
        return True
    lead = re.search(r"(\w+)\s+\Z", text[max(0, start - BEFORE) : start])
    before = lead[1].lower() if lead else ""
    if before == "the" or pattern(language, "place_follows").match(after):
        return False
    given = any(is_given_name(word[0]) for word in found)
    if label in ("GPE", "LOC", "FAC", "NORP") and not given and before in ("to", "from", "of", "between"):
        return False
    if len(found) > 1:
        return given or len(found) > 2 or len(odd) > 1 or label not in ("GPE", "LOC", "FAC", "NORP")
    token = doc.char_span(start, end, alignment_mode="expand")
    if token is None or token.root.dep_ in ("compound", "amod", "nmod"):
        return False
    return given or token.root.dep_ in ("nsubj", "nsubjpass", "poss", "dobj") or label not in _PLACES


def ends_as_body(name: str, language: str) -> bool:
    """Return whether *name* is that of a body by its last word.

    >>> [ends_as_body(each, "en") for each in ("Lake Rights Institute", "Institute", "Ada Bo")]
    [True, False, False]
    """
    found = WHOLE_WORD.findall(name)
    return len(found) > 1 and found[-1] in words(language, "body_end")


def is_placed(text: str, start: int, end: int, language: str) -> bool:
    """Return whether the words before the name say that it is where something is or somebody lives.

    >>> [is_placed(text, 8, 12, "en") for text in ("fled in Orva", "fled to Orva", "held in Orva's shop", "town of Orva")]
    [True, False, False, True]
    """
    if text[end : end + 1] in ("'", "’"):
        return False
    before = text[max(0, start - BEFORE) : start]
    lead = re.search(r"(\w+)\s+\Z", before)
    led = lead is not None and lead[1].lower() in words(language, "place_lead")
    return led or pattern(language, "place_named").search(before) is not None
