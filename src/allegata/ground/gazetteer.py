"""Toponyms to places: countries, first-level divisions and cities, several readings where the text supports several."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from allegata.ground.country import country_context
from allegata.ground.lexicon import Row, pattern, table, words
from allegata.ground.namesake import contained_in, lies_apart, readings_of, setting_of
from allegata.ground.place import fold, localities_named, place_from, population, rows_named
from allegata.ground.toponym import (
    bare_spelling,
    find_short_names,
    is_placed,
    namesakes_of,
    not_places,
    rows_of,
    scan_toponyms,
    short_names,
)
from allegata.model.claim import Place
from allegata.model.mention import Mention, Span

LABEL = 16
"""Code points after a name in which a word says what kind of division it is."""


def places_named(name: str) -> tuple[Place, ...]:
    """Return the places that *name* is a spelling of, the most inhabited first; localities only if it is no other's.

    >>> [place.id for place in places_named("Peru")][:1]
    ['iso:PE']
    """
    rows = rows_named(fold(name)) or localities_named(fold(name))
    return tuple(place_from(row) for row in sorted(rows, key=lambda row: (-population(row), row["id"])))


def division_called(name: str, country: str, language: str = "en") -> str:
    """Return the name that the gazetteer has for the first-level division of *country* called *name*, or which the one called so lies in.

    A word for its kind may follow, as in reference books; *name* itself where nothing of it is known.

    >>> [division_called(name, "BY") for name in ("Grodno Region", "Homel", "Nowhere")]
    ['Grodno', 'Gomel', 'Nowhere']
    """
    bare = pattern(language, "division_after").sub("", name)
    for spelling in dict.fromkeys((fold(name), fold(bare))):
        rows = [row for row in (*rows_named(spelling), *localities_named(spelling)) if row["country"] == country]
        rows.sort(key=lambda row: row["level"] != "admin1")
        if rows and rows[0]["admin1"]:
            return rows[0]["admin1"]
    return name


def find_toponyms(text: str, language: str = "en") -> tuple[Span, ...]:
    """Return the names of places in *text*, longest first match, in reading order; they do not overlap.

    "East Azarbaijan province" includes its last word. A name inside that of an outlet, party, treaty or person is none.
    A spelling that is mostly another word ("Nice", "Van") is read where something is in it, in a country *text* speaks of;
    so is a town at the beginning of a longer name ("Lima Vieja"). A quarter is not the town it is named after.

    >>> [span.text for span in find_toponyms("Police in East Azarbaijan province told the Tehran Times in Lima.")]
    ['East Azarbaijan province', 'Lima']
    """
    sure, doubtful = scan_toponyms(text, language)
    sure = tuple(sorted((*sure, *find_short_names(text, sure))))
    if not doubtful:
        return sure
    home = country_context(text, language)
    kept = [
        span
        for span in doubtful
        if (
            not pattern(language, "quarter_of").match(text, span.end)
            and any(row["country"] == home for row in rows_of(span, language))
        )
        or any(
            contained_in(rows_of(span, language), span, wider, text, language)
            for wider in _between(sure, span.end, span.end + 60)
        )
    ]
    return tuple(sorted((*sure, *kept)))


def _between(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """Return those of *spans*, in reading order, that begin from *start* up to, not including, *end*."""
    first, last = (bisect_left(spans, each, key=lambda span: span.start) for each in (start, end))
    return spans[first:last]


@cache
def _lands(language: str) -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Return the words for divisions that only some countries have, each with their codes."""
    return tuple(
        (re.compile(rf"\s+{row['word']}\b", re.IGNORECASE), frozenset(row["countries"].split()))
        for row in table(f"{language}/division_words")
    )


def _rows_called(rows: list[Row], name: str, after: str, language: str) -> list[Row]:
    """Return those of *rows* that may be called what stands in *name* or right *after* it: no state of Nigeria is a governorate."""
    only = [lands for word, lands in _lands(language) if word.search(name) or word.match(after)]
    return [row for row in rows if all(row["country"] in lands for lands in only)] if only else rows


def resolve(
    toponyms: Sequence[Span], text: str, home: str | None = None, language: str = "en"
) -> tuple[Mention[Place], ...]:
    """Return what *toponyms* stand for, in their order; those no entry fits are left out.

    Between namesakes decide, in this order: what follows after a comma ("Springfield, Illinois"), the divisions and then the
    countries that the other names speak of, the country of the document (*home*), a tenfold population. What is left in
    doubt keeps its readings. A point of the compass is a place of no other country than those.

    >>> [place.value.id for place in resolve(find_toponyms("in Khuzestan, Iran"), "in Khuzestan, Iran", "IR")]
    ['iso:IR-06', 'iso:IR']
    """
    setting = setting_of(text, tuple(toponyms), language)
    found: list[Mention[Place]] = []
    short = short_names(text, tuple(toponyms))
    known: dict[Span, Mention[Place]] = {}
    for number, span in enumerate(toponyms):
        if span.text in short:
            whole = known.get(short[span.text])
            if whole is not None:
                found.append(Mention((span,), whole.readings, "initials"))
            continue
        spelling, division = bare_spelling(span, language)
        rows = list(rows_named(spelling))
        if home is not None and all(row["country"] != home for row in rows):
            rows = [row for row in namesakes_of(span, language) if row["country"] == home] or rows
        lead = text[max(0, span.start - 14) : span.start]
        if pattern(language, "named_part_before").search(lead):
            continue
        division = (
            division
            or bool(pattern(language, "division_after").search(span.text))
            or bool(pattern(language, "division_of").search(lead))
            or bool(pattern(language, "division_apposed").match(text, span.end))
        )
        if division and spelling in not_places(language):  # "Western Division" of Fiji, and of no army
            rows = [row for row in rows if row["country"] == home]
        rows = _rows_called(rows, span.text, text[span.end : span.end + LABEL], language)
        if division:
            rows = [row for row in rows if row["level"] == "admin1"] or rows
        elif pattern(language, "city_of").search(lead):
            rows = [row for row in rows if row["level"] == "city"] or rows
        following = toponyms[number + 1] if number + 1 < len(toponyms) else None
        if following is not None:
            if lies_apart(rows, spelling, span, following, text, language):
                continue
            rows = contained_in(rows, span, following, text, language) or rows
        if home is not None and words(language, "compass").issuperset(spelling.split()):
            rows = [row for row in rows if row["country"] == home or setting.support(row, spelling)]
        placed = is_placed(text, span, language)
        readings = readings_of(rows, spelling, division, placed, home, setting)
        if readings:
            found.append(Mention((span,), readings, "gazetteer"))
            known[span] = found[-1]
    return tuple(found)
