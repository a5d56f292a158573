"""Namesakes: which of the places of one name are meant, by the words around it, the rest of the document and their size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from allegata.ground.demonym import find_demonyms
from allegata.ground.lexicon import Row, pattern
from allegata.ground.place import SMALL, WORLDWIDE, fold, localities_named, place_from, population
from allegata.ground.toponym import bare_spelling, rows_of
from allegata.model.claim import Place
from allegata.model.mention import Span

TOWN = 10_000
"""Inhabitants under which a city of such a country (`SMALL`) is not read even then, and gives way to a city of that name abroad."""
CITY = 100_000
"""Inhabitants of the city that a town gives way to."""
LARGER = 5
"""How many times as many inhabitants decide against a country that is only mentioned."""
FAR_LARGER = 10
"""How many times as many inhabitants decide between namesakes."""
OTHER_LEVEL = 50
"""How many times as many inhabitants decide between a division and another country's city of its name."""
LARGER_COUNTRY = 3
"""How many times as many inhabitants decide between a country and another's division."""
SHARE = 200
"""The part of the largest namesake's inhabitants under which a namesake is no reading."""


@dataclass(frozen=True)
class Setting:
    """What the names of a document say of where it is: the spellings that say so, so that no name supports itself.

    countries, divisions: by code, and by code and admin1, of names that lie there surely. possible: divisions of names in doubt.
    """

    countries: dict[str, set[str]]
    divisions: dict[tuple[str, str], set[str]]
    possible: dict[tuple[str, str], set[str]]

    def shares(self, row: Row, own: str) -> bool:
        """Return whether another name that is in doubt too may lie in the division of *row*."""
        place = (row["country"], row["admin1"])
        return bool(row["admin1"]) and _is_other(self.possible.get(place), own)

    def support(self, row: Row, own: str) -> int:
        """Return 2 if another name lies in the division of *row*, 1 if one lies in its country, else 0."""
        place = (row["country"], row["admin1"])
        if row["admin1"] and _is_other(self.divisions.get(place), own):
            return 2
        return int(_is_other(self.countries.get(row["country"]), own))


def _is_other(spellings: set[str] | None, own: str) -> bool:
    """Return whether *spellings* has another one than *own*."""
    return bool(spellings) and spellings != {own}


@lru_cache(maxsize=16)
def setting_of(text: str, toponyms: tuple[Span, ...], language: str) -> Setting:
    """Return what the words for peoples in *text* and its *toponyms* say of where it is.

    >>> setting_of("in Peru", (Span(3, 7, "Peru"),), "en").countries["PE"]
    {'peru'}
    """
    countries: dict[str, set[str]] = defaultdict(set)
    divisions: dict[tuple[str, str], set[str]] = defaultdict(set)
    possible: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, row in find_demonyms(text, language):
        countries[row["country"]].add("")
        if row["division"]:
            divisions[row["country"], row["division"]].add("")
    for span in toponyms:
        spelling, _ = bare_spelling(span, language)
        rows = rows_of(span, language)
        kept = largest_of(rows) if rows else ()
        if len({row["country"] for row in kept}) == 1:
            countries[kept[0]["country"]].add(spelling)
            if len({row["admin1"] for row in kept}) == 1 and kept[0]["admin1"]:
                divisions[kept[0]["country"], kept[0]["admin1"]].add(spelling)
        elif kept:
            largest = max(map(population, kept))
            for row in kept:
                if FAR_LARGER * population(row) > largest:
                    possible[row["country"], row["admin1"]].add(spelling)
    return Setting(countries, divisions, possible)


def contained_in(rows: Sequence[Row], span: Span, wider: Span, text: str, language: str) -> list[Row]:
    """Return those of *rows* that lie in *wider*, which the words after their *span* put them in: "Springfield, Illinois".

    >>> text = "in Springfield, Illinois"
    >>> town, state = Span(3, 14, "Springfield"), Span(16, 24, "Illinois")
    >>> [row["admin1"] for row in contained_in(rows_of(town, "en"), town, state, text, "en")]
    ['Illinois']
    """
    if not pattern(language, "contained").fullmatch(text, span.end, wider.start) or _speaks(wider, text, language):
        return []
    return _inside(rows, rows_of(wider, language))


def _speaks(wider: Span, text: str, language: str) -> bool:
    """Return whether the country or division at *wider* is who says so, and no place of what stands before it: "held in Paris, the United States said"."""
    return pattern(language, "reports_after").match(text, wider.end) is not None


def _inside(rows: Sequence[Row], wider: Sequence[Row]) -> list[Row]:
    """Return those of *rows* that lie in one of *wider*, a country or division; no town that has the name of a country."""
    around = {(row["country"], row["admin1"]) for row in wider if row["level"] != "city"}
    state = any(row["level"] == "country" for row in rows)
    return [
        row
        for row in rows
        if row["level"] not in ("country", "city" if state else "")
        and ((row["country"], "") in around or (row["country"], row["admin1"]) in around)
    ]


def lies_apart(rows: Sequence[Row], spelling: str, span: Span, wider: Span, text: str, language: str) -> bool:
    """Return whether *wider* is a division that none of *rows* can lie in, so that another place of the name is meant.

    After a bare comma, which may also be that of a list, only what is not the very name of one of *rows* is.

    >>> text = "in Kisumu district, Illinois"
    >>> town, state = Span(3, 9, "Kisumu"), Span(20, 28, "Illinois")
    >>> lies_apart(rows_of(town, "en"), "kisumu", town, state, text, "en")
    True
    """
    between = pattern(language, "subdivision_of").fullmatch(text, span.end, wider.start)
    around = {row["country"] for row in rows_of(wider, language) if row["level"] == "admin1"}
    if (
        between is None
        or _speaks(wider, text, language)
        or not around
        or any(row["country"] in around or row["level"] == "country" for row in rows)
    ):
        return False
    return bool(between["noun"]) or all(fold(row["name"]) != spelling for row in rows)


def largest_of(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the one of *rows* that is far larger than the others of its level, else all; a country before a smaller one's division.

    >>> {row["country"] for row in largest_of(rows_of(Span(0, 4, "Lima"), "en"))}
    {'PE'}
    """
    states = [row for row in rows if row["level"] == "country"]
    if states:
        state = max(states, key=population)
        others = [row for row in rows if row["country"] != state["country"]]
        rivals = [row for row in others if LARGER_COUNTRY * population(row) > population(state) or row in states]
        return (state, *(row for row in rivals if row["level"] != "city" or population(row) > WORLDWIDE))
    ranked = sorted(rows, key=lambda row: (-population(row), row["id"]))
    cities = [row for row in ranked if row["level"] == "city" and row["country"] == ranked[0]["country"]]
    top = cities[0] if cities and 2 * population(cities[0]) > population(ranked[0]) else ranked[0]
    rivals = [
        row
        for row in ranked
        if row["country"] != top["country"]
        and (FAR_LARGER if row["level"] == top["level"] else OTHER_LEVEL) * population(row) > population(top)
    ]
    if rivals:
        return tuple(ranked)
    within = [row for row in ranked if row["country"] == top["country"]]
    return tuple(within)


def readings_of(
    rows: Sequence[Row], spelling: str, division: bool, placed: bool, home: str | None, setting: Setting
) -> tuple[Place, ...]:
    """Return the places that *rows*, of the folded *spelling*, may stand for in a text of that *setting*, the most inhabited first, at most four.

    division: the words say that a division is meant. placed: they put something there. home: country of the text.

    >>> span = Span(0, 4, "Lima")
    >>> [place.id for place in readings_of(rows_of(span, "en"), "lima", False, True, "PE", setting_of("Lima", (span,), "en"))]
    ['geonames:3936456']
    """
    if not rows:
        return ()
    rows = _grown(rows)
    kept = list(_supported(rows, spelling, home, setting))
    if home is not None and all(row["country"] != home and not setting.support(row, spelling) for row in kept):
        kept = [row for row in kept if row["level"] == "country"] or kept  # Georgia, in a text on Kazakhstan
    first = kept[0]
    if _is_elsewhere(kept, spelling, placed, home, setting):
        return ()
    if first["level"] == "city" and len({row["country"] for row in kept}) == 1:
        known = first["country"] == home or setting.support(first, spelling)
        if not known and max(map(population, kept)) < (TOWN if placed else SMALL):
            return ()
    if not division:
        codes = dict.fromkeys(row["country"] for row in kept)
        kept = [each for code in codes for each in _of_city([row for row in kept if row["country"] == code], spelling)]
    most = max(map(population, kept))
    kept = [row for row in kept if SHARE * population(row) >= most]
    kept.sort(key=lambda row: (-population(row), row["id"]))
    if len(kept) > 1 and kept[0]["level"] == "city" and population(kept[0]) > FAR_LARGER * population(kept[1]):
        kept = kept[:1]
    return tuple(dict.fromkeys(map(place_from, kept)))[:4]


def _is_elsewhere(rows: Sequence[Row], spelling: str, placed: bool, home: str | None, setting: Setting) -> bool:
    """Return whether *rows* are divisions of countries that nothing else in the text speaks of, where the words put nothing, or its own country has a locality of the name.

    So are "Peel" and "La Pampa" in a text on Canada and on Peru, which has a La Pampa; divisions of WORLDWIDE people are read all the same.
    """
    if home is None or any(row["level"] != "admin1" or population(row) >= WORLDWIDE for row in rows):
        return False
    if any(row["country"] == home or setting.support(row, spelling) for row in rows):
        return False
    return not placed or any(row["country"] == home for row in localities_named(spelling))


def _grown(rows: Sequence[Row]) -> Sequence[Row]:
    """Return *rows* without small towns where a city of another country has the name."""
    cities = {row["country"] for row in rows if population(row) >= CITY}
    return [row for row in rows if row["level"] != "city" or population(row) >= TOWN or cities <= {row["country"]}]


def _supported(rows: Sequence[Row], spelling: str, home: str | None, setting: Setting) -> Sequence[Row]:
    """Return those of *rows* that the document speaks for, else those that their size speaks for."""
    largest = largest_of(rows)
    alone = len({row["country"] for row in largest}) == 1
    if alone and largest[0]["level"] == "country":
        return largest
    named = [row for row in rows if fold(row["name"]) == spelling or row["level"] != "city"]
    support = {id(row): setting.support(row, spelling) for row in rows}
    local = [row for row in rows if row["country"] == home]
    told = [row for row in local if support[id(row)]]
    strong = [row for row in rows if support[id(row)] == 2 and not _outgrown(row, [*_of_land(row, rows), *told])]
    near = [row for row in rows if support[id(row)]]
    if strong:
        return [row for row in strong if row in local] or strong
    shared = [row for row in local or rows if setting.shares(row, spelling)]
    if len({(row["country"], row["admin1"]) for row in shared}) == 1:
        return shared
    near = [row for row in near if row in local] or near or local
    if near and alone and largest[0] not in near:
        far = population(largest[0])
        if far >= WORLDWIDE and all(far > FAR_LARGER * population(row) for row in near):
            return largest
    best = max(rows, key=population)
    others = [row for row in near if row["country"] != best["country"]]
    larger = population(best) >= CITY and all(population(best) > LARGER * population(row) for row in others)
    if others and larger and not local:
        # Geneva in a text that also speaks of the United States.
        return [row for row in rows if row["country"] == best["country"]]
    if near:
        return largest_of(near) if len({row["country"] for row in near}) > 1 else near
    return largest_of(named) if named else largest


def _of_land(row: Row, rows: Sequence[Row]) -> list[Row]:
    """Return those of *rows* that are in the country of *row*."""
    return [each for each in rows if each["country"] == row["country"]]


def _outgrown(row: Row, others: Sequence[Row]) -> bool:
    """Return whether one of *others* is far larger than *row*."""
    return any(population(each) > FAR_LARGER * population(row) for each in others)


def _of_city(rows: Sequence[Row], spelling: str) -> list[Row]:
    """Return those of *rows*, all of one country, that the bare name stands for.

    The capital before all; a city that gives its name to its division, as the smaller of the two was written; else the
    division, unless no city is known in it; a place of that very name before one with another spelling of it.
    """
    states = [row for row in rows if row["level"] == "country"]
    capital = [row for row in rows if row["capital"]]
    cities = [row for row in rows if row["level"] == "city"]
    divisions = [row for row in rows if row["level"] == "admin1"]
    inside = [
        row
        for row in cities
        for each in divisions
        if row["admin1"] == each["admin1"] and fold(row["name"]) in (spelling, fold(each["name"]))
    ]
    known = [row for row in divisions if population(row) or not any(city["admin1"] for city in cities)]
    kept = states or capital or inside or known or cities or divisions
    return [row for row in kept if fold(row["name"]) == spelling] or kept
