"""The country of a text: the one that most of its names of places and peoples speak of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from allegata.ground.demonym import find_demonyms
from allegata.ground.lexicon import pattern
from allegata.ground.namesake import largest_of
from allegata.ground.place import SMALL, fold, population
from allegata.ground.toponym import is_placed, rows_of, scan_toponyms
from allegata.model.mention import Span

BORDER = 80
"""Code points before a country in which a border is looked for."""
LEAD = 300
"""Code points at the beginning of a text that decide between two countries that it speaks of as much."""


@lru_cache(maxsize=16)
def country_context(text: str, language: str = "en") -> str | None:
    """Return the country (alpha-2) that most of *text* speaks of, in a tie its beginning; null for none.

    A name that several countries share says nothing, unless all names are of that kind: then they speak for the country that
    has them all and the largest bearer of one.

    >>> country_context("Turkish police said the men were held in Turkey. Iran protested.")
    'TR'
    >>> country_context("Ten men were held in Spanish Town.")
    'JM'
    """
    named, shared = _mentions(text, language)
    counts, early = Counter[str](), Counter[str]()
    for at, code, weight in named:
        counts[code] += weight
        early[code] += weight if at < LEAD else 0
    if not counts:
        return _most_shared(shared)
    ranked = sorted(((count, early[code]), code) for code, count in counts.items())[-2:]
    return None if len(ranked) == 2 and ranked[0][0] == ranked[1][0] else ranked[-1][1]


def _mentions(text: str, language: str) -> tuple[list[tuple[int, str, int]], list[dict[str, int]]]:
    """Return what speaks of one country, as offset, code and weight, and of the names that several share the inhabitants by country."""
    named = [(at, row["country"], 2) for at, row in find_demonyms(text, language)]
    shared: dict[str, dict[str, int]] = {}
    for span in scan_toponyms(text, language)[0]:
        rows = rows_of(span, language)
        if pattern(language, "division_after").search(span.text):
            rows = tuple(row for row in rows if row["level"] == "admin1") or rows
        kept = largest_of(rows)
        codes = {row["country"] for row in kept}
        if len(codes) > 1:
            of_name = shared.setdefault(fold(span.text), {})
            for row in rows:
                of_name[row["country"]] = max(population(row), of_name.get(row["country"], 0))
        elif kept[0]["level"] == "country":
            named.append((span.start, codes.pop(), 1 if is_beyond_border(text, span, language) else 2))
        elif kept[0]["level"] == "admin1" or max(map(population, kept)) > SMALL or is_placed(text, span, language):
            named.append((span.start, codes.pop(), 1))
    return named, list(shared.values())


def _most_shared(names: Sequence[dict[str, int]]) -> str | None:
    """Return the country that has all of the *names*, two or more, and the largest bearer of one; of several the one with most inhabitants in them."""
    largest = {max(each, key=lambda code: (each[code], code)) for each in names}
    able = [code for code in largest if all(code in each for each in names)] if len(names) > 1 else []
    return max(able, key=lambda code: (sum(math.log(1 + each[code]) for each in names), code), default=None)


def is_beyond_border(text: str, span: Span, language: str = "en") -> bool:
    """Return whether the words put the country at *span* on the other side of a border.

    >>> is_beyond_border("at the border with Chad", Span(19, 23, "Chad"))
    True
    """
    return pattern(language, "border_with").search(text, max(0, span.start - BORDER), span.start) is not None
