"""Words for peoples: which country, and which division of it, they speak of."""

from __future__ import annotations

import re
from functools import cache

from allegata.ground.lexicon import Row, alternation, pattern, table
from allegata.ground.place import fold, is_spelling

LEAD = 24
"""Code points before a word for a people that say that its language is meant."""
_NEXT = re.compile(r"\s+(?P<word>[A-ZÀ-Þ]\w*(?:-\w+)*)")


@cache
def demonyms(language: str) -> dict[str, Row]:
    """Return the rows of words for peoples, by word.

    >>> demonyms("en")["Tajik"]["country"]
    'TJ'
    """
    return {row["demonym"]: row for row in table(f"{language}/demonyms")}


@cache
def _any_demonym(language: str) -> re.Pattern[str]:
    first = "".join(sorted({demonym[0] for demonym in demonyms(language)}))
    return re.compile(rf"\b(?=[{first}])(?:{alternation(demonyms(language))})\b")


def find_demonyms(text: str, language: str) -> list[tuple[int, Row]]:
    """Return where words for a people stand in *text*, in reading order, with their rows; not those in the name of an outlet or a place.

    A word for where a person comes from ("a Tajik citizen") is none either.

    >>> [(at, row["country"]) for at, row in find_demonyms("Two Tajik officials met a Tajik citizen.", "en")]
    [(4, 'TJ')]
    """
    return [
        (match.start(), demonyms(language)[" ".join(match[0].split())])
        for match in _any_demonym(language).finditer(text)
        if not pattern(language, "outlet_after").match(text, match.end())
        and not pattern(language, "native_after").match(text, match.end())
        and not _begins_place(text, match)
        and not _is_language(text, match, language)
    ]


def _is_language(text: str, people: re.Match[str], language: str) -> bool:
    """Return whether the word for a *people* is that of its language: "translated from Spanish", "a Spanish-language paper"."""
    before = pattern(language, "language_lead").search(text, max(0, people.start() - LEAD), people.start())
    return before is not None or pattern(language, "language_after").match(text, people.end()) is not None


def _begins_place(text: str, people: re.Match[str]) -> bool:
    """Return whether the word for a *people* is part of the name of a place: "Spanish Town"."""
    after = _NEXT.match(text, people.end())
    return after is not None and is_spelling(fold(f"{people[0]} {after['word']}"))
