"""Which names are one person's, and who of them is masked where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allegata.ground.lexicon import words
from allegata.mask.stretch import JOINT, NAME_WORD, Stretch, begins, is_common, touched, union
from allegata.model.document import MaskedSpan

Owners = dict[str, dict[int, None]]
"""Numbers of persons by the words of their names, in the order in which they got them."""


@dataclass(frozen=True)
class Name:
    """A stretch that names a person. official: this mention shows an office; affected: something is done to the one named."""

    start: int
    end: int
    words: tuple[str, ...]
    official: bool
    affected: bool


def owners_of(names: Sequence[Sequence[str]]) -> Owners:
    """Return the persons that *names* speak of by the words of their names: numbers from 1.

    Two names are one person's when the words of one are all in the other.
    """
    people: list[set[str]] = []
    rarest: dict[str, list[int]] = {}
    owners: Owners = {}
    for name in names:
        parts = set(name)
        within = (each for word in parts for each in rarest.get(word, ()) if people[each - 1] <= parts)
        twin = min((*having(name, owners), *within), default=0)
        if not twin:
            people.append(set())
            twin = len(people)
            # Whoever has all words of a person has this one: so that a first name that many share is not looked up.
            rarest.setdefault(min(name, key=lambda word: len(owners.get(word, ()))), []).append(twin)
        people[twin - 1] |= parts
        for word in parts:
            owners.setdefault(word, {})[twin] = None
    return owners


def having(name: Iterable[str], owners: Owners) -> set[int]:
    """Return the numbers of the persons that have every word of *name*, which has one.

    >>> having(["ada", "bo"], {"ada": {1: None, 2: None}, "bo": {2: None, 3: None}})
    {2}
    """
    first, *others = sorted((owners.get(word, {}) for word in name), key=len)
    return {each for each in first if all(each in other for other in others)}


def _official(names: Sequence[Name], owners: Owners) -> set[int]:
    """Return the numbers of the persons of whom a mention shows an office, and no mention that anything is done to them.

    A mention that fits several, as a surname does, shows that of those alone whom a fuller one shows to be in office, where there are any.
    """
    affected = set().union(*(having(each, owners) for each in {name.words for name in names if name.affected}))
    official = set[int]()
    for name in sorted({name.words for name in names if name.official}, key=lambda each: (-len(each), each)):
        found = having(name, owners)
        official |= (found & official) or found
    return official - affected


def parted(names: Sequence[Name]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the words of the names that are masked, and of those that are not, in order."""
    owners = owners_of([name.words for name in names])
    official = _official(names, owners)
    hidden, shown = list[tuple[str, ...]](), list[tuple[str, ...]]()
    for name in names:
        (hidden if having(name.words, owners) - official else shown).append(name.words)
    return hidden, shown


def _is_bare(text: str, start: int) -> bool:
    """Return whether nothing before *start* says that a place follows."""
    return (
        re.search(r"\b(?:in|near|at|to|from|of|outside|around|through|across)\s+\Z", text[max(0, start - 12) : start])
        is None
    )


def _with_particles(text: str, start: int, owners: Owners, number: int, language: str) -> int:
    """Return where the words right before the word at *start* begin that are words of the name of person *number*, too.

    That is particles and words with a capital: "a Van den Ende cousin", "Two Strike voted".
    """
    particles = words(language, "name_particle")
    for word in reversed(list(NAME_WORD.finditer(text, max(0, start - 24), start))):
        plain = word[0].lower()
        named = plain in particles or word[0][0].isupper()
        if not named or number not in owners.get(plain, {}) or text[word.end() : start] != " ":
            break
        start = word.start()
    return start


def numbered(
    text: str, names: Sequence[Name], known: list[Stretch], verbs: list[Stretch], language: str
) -> tuple[MaskedSpan, ...]:
    """Return every place where a masked person's name, or a word of it, stands; one number a person, in order of first mention.

    A word of a name is left where it is part of a *known* name, or a common word that begins a sentence and is not the
    subject of one of *verbs*. A place that is called like a word of a full name is none where nothing is in it.
    """
    owners = owners_of([name.words for name in names])
    whole = {name.words: having(name.words, owners) for name in names}
    official = _official(names, owners)
    first_of = {parts: min(numbers - official, default=0) for parts, numbers in whole.items()}
    first_with = {word: next((each for each in having if each not in official), 0) for word, having in owners.items()}
    surnames = {name.words[-1] for name in names}
    leading = {name.words[0] for name in names if len(name.words[0]) > 2}
    full = {word for name in names if first_of[name.words] for word in name.words}
    stretches, open_names = [], []
    for name in names:
        if first_of[name.words]:
            stretches.append((name.start, name.end, first_of[name.words]))
        else:
            open_names.append((name.start, name.end))
    shown = union(open_names)
    for match in NAME_WORD.finditer(text):
        # "Ruizal-led" and "Ruizal's" hold the name as well as "Ruizal".
        for end in (match.end(), *(match.start() + joint.start() for joint in JOINT.finditer(match[0]))):
            word = text[match.start() : end].lower()
            number = first_with.get(word, 0) or (first_with.get(word[:-1], 0) if word.endswith("s") else 0)
            if not number or not match[0][0].isupper():
                continue
            first = begins(text, match.start()) and is_common(word, language)
            if len(word) > 3 or word in surnames or (word in leading and not first):
                first = first and not touched(verbs, end, end + 2) and text[end : end + 1] not in ("'", "’")
                placed = touched(known, match.start(), end) and not (word in full and _is_bare(text, match.start()))
                if not (first or touched(shown, match.start(), end) or placed):
                    stretches.append((_with_particles(text, match.start(), owners, number, language), end, number))
                break
    stretches.sort(key=lambda each: (each[0], -each[1]))
    kept: list[tuple[int, int, int]] = []
    for start, end, number in stretches:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]), kept[-1][2])
        else:
            kept.append((start, end, number))
    order: dict[int, int] = {}
    for _, _, number in kept:
        order.setdefault(number, len(order) + 1)
    return tuple(MaskedSpan(start, end, order[number]) for start, end, number in kept)
