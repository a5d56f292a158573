"""Names that are spelled in two ways, and named persons who become anonymous."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations, pairwise

from allegata.check.draft import Draft, Problem, in_words
from allegata.ground.gazetteer import find_toponyms, resolve
from allegata.ground.lexicon import alternation, pattern, table
from allegata.ground.place import fold
from allegata.ground.syntax import is_plain_word
from allegata.model.claim import Speaker
from allegata.model.mention import Span, span_of

_WORD = re.compile(r"(?<![\w@#./-])[^\W\d_]+(?:[’'-][^\W\d_]+)*(?![\w@]|\.\w)")
SHORTEST = 5
"""Letters of a word below which two words may look alike by chance."""
SHORTEST_SLIP = 6
"""Letters of a word of a name below which a change of one letter may make another name."""
ALIKE = 0.6
"""Least share of letters that two spellings of one place have in common; below, they are two names of it ("Burma", "Myanmar")."""
MOST_NAMES = 400
"""Names of a draft that are compared with each other."""


def spelled_twice(draft: Draft) -> Iterator[Problem]:
    """Yield the names and places of *draft* that are spelled otherwise before, once for each spelling."""
    text, language = draft.document.text, draft.document.language
    places = _places(text, language)
    told: set[str] = set()
    shown: list[Span] = []
    for before, span in (*_place_pairs(places), *_word_pairs(text, language, places), *_slips(text, language)):
        if fold(span.text) not in told and not any(span.start < each.end and each.start < span.end for each in shown):
            told.add(fold(span.text))
            shown.append(span)
            yield Problem("ALG005", span, f"{in_words(span.text)} is spelled {in_words(before.text)} before.")


def _places(text: str, language: str) -> list[tuple[Span, str]]:
    """Return the place names of *text* that stand for one place, with its id."""
    found = resolve(find_toponyms(text, language), text, None, language)
    return [(each.spans[0], each.value.id) for each in found if each.value and each.value.id]


def _place_pairs(places: list[tuple[Span, str]]) -> Iterator[tuple[Span, Span]]:
    spellings: dict[str, dict[str, Span]] = defaultdict(dict)
    for span, place in places:
        spelling = fold(span.text)
        for other, before in spellings[place].items():
            inside = set(other.split()) <= set(spelling.split()) or set(spelling.split()) <= set(other.split())
            if other != spelling and not inside and SequenceMatcher(None, other, spelling).ratio() >= ALIKE:
                yield before, span
        spellings[place].setdefault(spelling, span)


def _word_pairs(text: str, language: str, places: list[tuple[Span, str]]) -> Iterator[tuple[Span, Span]]:
    """Yield the words of names that differ only in letters that stand for one sound, the earlier first."""
    place_at = {span.start: place for span, place in places}
    by_sound: dict[str, dict[str, Span]] = defaultdict(dict)
    beside: dict[str, set[str]] = defaultdict(set)
    names = list(_names(text, language))
    for one, two in pairwise(names):
        if text[one.end : two.start] == " ":
            beside[_plain(one.text)].add(_plain(two.text))
            beside[_plain(two.text)].add(_plain(one.text))
    for span in names:
        spelling = _plain(span.text)
        if len(spelling) < SHORTEST:
            continue
        same = by_sound[sound(spelling, language)]
        for other, before in same.items():
            near, around = beside[other], beside[spelling]
            # Two persons may have one name each in its own spelling: they have other names beside it.
            if other == spelling or (near and around and not near & around):
                continue
            if (
                place_at.get(before.start)
                and place_at.get(span.start)
                and place_at[before.start] != place_at[span.start]
            ):
                continue
            yield before, span
        same.setdefault(spelling, span)


def _slips(text: str, language: str) -> Iterator[tuple[Span, Span]]:
    """Yield the names of two words of which one is the same and the other differs in one letter, the earlier first."""
    pairs: dict[tuple[str, str], Span] = {}
    for one, two in pairwise(_names(text, language)):
        if text[one.end : two.start] == " ":
            pairs.setdefault((_plain(one.text), _plain(two.text)), span_of(text, one.start, two.end))
    for (first, before), (second, span) in combinations(list(pairs.items())[:MOST_NAMES], 2):
        same = [one == two for one, two in zip(first, second, strict=True)]
        if sum(same) == 1:
            left, right = (first[1], second[1]) if same[0] else (first[0], second[0])
            if min(len(left), len(right)) >= SHORTEST_SLIP and _is_slip(left, right):
                yield before, span


def _names(text: str, language: str) -> Iterator[Span]:
    """Yield the capitalised words of *text* that are no common words, nor all capitals."""
    for found in _WORD.finditer(text):
        word = re.sub(r"[’']s\Z", "", found[0])
        if word[0].isupper() and not word.isupper() and not is_plain_word(word, language):
            yield span_of(text, found.start(), found.start() + len(word))


def _plain(word: str) -> str:
    return re.sub(r"\W", "", fold(word))


@cache
def _letters(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    rows = {row["letters"]: row["stand_for"] for row in table(f"{language}/letters")}
    return re.compile(alternation(rows)), rows


def sound(spelling: str, language: str) -> str:
    """Return what spellings of one name share.

    >>> sound("hosseini", "en") == sound("husseini", "en") == sound("hoseiny", "en")
    True
    """
    letters, stand_for = _letters(language)
    heard = letters.sub(lambda found: stand_for[found[0]], spelling)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"(?<=a)h\Z", "", heard))


def _is_slip(one: str, two: str) -> bool:
    """Return whether two words differ by one letter changed, left out or swapped with the next; not by an ending of case or number.

    >>> _is_slip("qodtrat", "qodrat"), _is_slip("petrov", "petrova"), _is_slip("brill", "brull")
    (True, False, True)
    """
    if abs(len(one) - len(two)) == 1:
        longer, shorter = (one, two) if len(one) > len(two) else (two, one)
        if longer[:-1] == shorter:
            return False
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    if len(one) != len(two):
        return False
    wrong = [at for at in range(len(one)) if one[at] != two[at]]
    if len(wrong) == 1:
        return wrong[0] < len(one) - 1
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and one[wrong[0]] == two[wrong[1]]
        and one[wrong[1]] == two[wrong[0]]
    )


def made_anonymous(draft: Draft) -> Iterator[Problem]:
    """Yield where *draft* speaks of "the anonymous official" though the only officials before are introduced by name."""
    text, language = draft.document.text, draft.document.language
    officials = sorted(
        {
            (mention.spans[0].start, speaker)
            for claim in draft.claims
            for mention in claim.speakers
            for speaker in mention.readings
            if mention.spans and speaker.kind == "official"
        },
        key=lambda each: each[0],
    )
    for found in pattern(language, "withheld_again").finditer(text):
        before = [speaker for start, speaker in officials if start < found.start()]
        named = [speaker for speaker in before if speaker.named]
        others = pattern(language, "withheld_first").search(text, 0, found.start())
        if named and not others and not any(_is_another(each, named) for each in before):
            span = span_of(text, *found.span())
            yield Problem("ALG006", span, f"{in_words(span.text)}: the draft introduced the official by name before.")


def _is_another(speaker: Speaker, named: list[Speaker]) -> bool:
    """Return whether *speaker* is none of the *named*: without a name, and of another office."""
    if speaker.named:
        return False
    return speaker.anonymous or not any(
        (speaker.body is not None and speaker.body == each.body)
        or (speaker.role is not None and speaker.role == each.role)
        for each in named
    )
