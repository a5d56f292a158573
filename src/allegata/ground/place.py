"""The tables of places: their entries by spelling, by id and by country."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from functools import cache, lru_cache

from allegata.ground.lexicon import Row, lines_of, table
from allegata.model.claim import Claim, Place
from allegata.model.mention import Mention

SMALL = 300_000
"""Inhabitants under which a city of a country the document does not speak of is not read, unless the words put something there."""
WORLDWIDE = 1_000_000
"""Inhabitants from which a city is meant even in a country that has a small namesake of it."""
LIKELIEST = "place of the report"
"""The rule of a place that is only the likeliest of those which a report names."""
_LETTERS = str.maketrans(
    dict(zip("əıøłđðħ-–_.,", "eiolddh     ", strict=True))
    | {"&": "and", "æ": "ae", "þ": "th", "/": " "}
    | dict.fromkeys("’'ʼ‘`ʿʾ")
)


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """Return *name* as spellings are compared: lower case, no marks, apostrophes or hyphens.

    >>> fold("Āz̄arbāyjān-e Sharqī")
    'azarbayjan e sharqi'
    """
    plain = unicodedata.normalize("NFKD", name).lower().translate(_LETTERS)
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


@cache
def _lines() -> tuple[tuple[str, ...], dict[str, list[str]]]:
    """Return the columns of the gazetteer and its lines by spelling: most are never looked at, so none is taken apart here."""
    header, *lines = [line for line in lines_of("gazetteer") if not line.startswith("#")]
    further: dict[str, list[str]] = {}
    for row in table("spellings"):
        further.setdefault(row["id"], []).append(row["spelling"])
    found: dict[str, list[str]] = {}
    for line in lines:
        spelling, _, place, _ = line.split("\t", 3)
        found.setdefault(spelling, []).append(line)
        for other in further.pop(place, ()):
            found.setdefault(other, []).append(line)
    return tuple(header.split("\t")), found


def is_spelling(name: str) -> bool:
    """Return whether *name*, folded, is a spelling of any place.

    >>> is_spelling("peru"), is_spelling("Peru")
    (True, False)
    """
    return name in _lines()[1]


@lru_cache(maxsize=20_000)
def rows_named(name: str) -> tuple[Row, ...]:
    """Return the rows of what *name*, folded, is a spelling of, each once; none if it is no spelling.

    >>> [row["id"] for row in rows_named("khuzestan")]
    ['iso:IR-06']
    """
    columns, lines = _lines()
    rows = (dict(zip(columns, line.split("\t"), strict=True)) for line in lines.get(name, ()))
    return tuple({row["id"]: row for row in rows}.values())


@cache
def _localities() -> tuple[tuple[str, ...], list[str]]:
    """Return the columns of the table of localities and its lines, in order of their spelling: none is taken apart here."""
    header, *lines = [line for line in lines_of("localities") if not line.startswith("#")]
    return tuple(header.split("\t")), lines


@lru_cache(maxsize=20_000)
def localities_named(name: str) -> tuple[Row, ...]:
    """Return the rows of the localities, which are in no row of the gazetteer, that *name*, folded, is a spelling of.

    >>> [(row["country"], row["admin1"]) for row in localities_named("mweiga")]
    [('KE', 'Nyeri')]
    """
    columns, lines = _localities()
    first, last = (bisect_left(lines, f"{name}\t{end}") for end in ("", "\U0010ffff"))
    return tuple(dict(zip(columns, line.split("\t"), strict=True)) for line in lines[first:last])


def population(row: Row) -> int:
    """Return how many inhabitants a *row* has.

    >>> population(rows_named("iran")[0]) > 50_000_000
    True
    """
    return int(row["population"])


def place_from(row: Row) -> Place:
    """Return the place that a *row* is about.

    >>> place_from(rows_named("khuzestan")[0]).country
    'IR'
    """
    return Place(row["name"], row["id"], row["country"], row["admin1"] or None, row["level"])


@lru_cache(maxsize=1000)
def division_of(place: Place) -> Place | None:
    """Return the first-level division that *place* lies in or is, null if none is known.

    >>> division_of(place_of("geonames:3936456")).level
    'admin1'
    """
    if place.admin1 is None:
        return None
    rows = (
        row for row in rows_named(fold(place.admin1)) if (row["level"], row["country"]) == ("admin1", place.country)
    )
    return next((place_from(row) for row in rows if row["name"] == place.admin1), None)


@lru_cache(maxsize=1000)
def place_of(identity: str) -> Place | None:
    """Return the place with that id, null if neither the gazetteer nor the table of localities has one.

    >>> place_of("iso:PE"), place_of("iso:XX")
    (Place(name='Peru', id='iso:PE', country='PE', admin1=None, level='country'), None)
    """
    columns, lines = _lines()
    found = next((line for each in lines.values() for line in each if line.split("\t", 3)[2] == identity), None)
    if found is None and identity.startswith("geonames:"):
        columns, localities = _localities()
        found = next((line for line in localities if line.split("\t", 3)[2] == identity), None)
    return place_from(dict(zip(columns, found.split("\t"), strict=True))) if found else None


@cache
def _country_names() -> dict[str, str]:
    _, lines = _lines()
    found = (line.split("\t") for each in lines.values() for line in each if "\tcountry\t" in line)
    return {cells[3]: cells[1] for cells in found}


@cache
def country_name(code: str) -> str:
    """Return the English short name of an ISO 3166-1 alpha-2 code, the code itself if unknown.

    >>> country_name("IR")
    'Iran'
    """
    return _country_names().get(code, code)


def country_names() -> tuple[str, ...]:
    """Return the English short names of all countries, sorted.

    >>> "Peru" in country_names()
    True
    """
    return tuple(sorted(_country_names().values()))


@cache
def country_code(name: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of the country whose English short name is *name*, null if there is none.

    >>> country_code("Iran"), country_code("Atlantis")
    ('IR', None)
    """
    return {each: code for code, each in _country_names().items()}.get(name)


@cache
def _capitals() -> dict[str, Place]:
    """Return the capitals by id."""
    columns, lines = _lines()
    found = (line.split("\t") for each in lines.values() for line in each if line.endswith("\tyes"))
    rows = (dict(zip(columns, cells, strict=True)) for cells in found)
    return {row["id"]: place_from(row) for row in rows}


@cache
def capital_of(country: str) -> Place | None:
    """Return the capital of the *country* (alpha-2), null if the gazetteer has none.

    >>> capital_of("PE").name, capital_of("XX")
    ('Lima', None)
    """
    return next((place for place in _capitals().values() if place.country == country), None)


def hedged(mention: Mention[Place], names: str) -> str:
    """Return the *names* of a place in words, as likely where it is only the likeliest of its report.

    >>> hedged(Mention((), (place_of("iso:PE"),), LIKELIEST), "Peru"), hedged(Mention((), (), "gazetteer"), "Peru")
    ('likely Peru', 'Peru')
    """
    return f"likely {names}" if mention.rule == LIKELIEST else names


def told_places(claim: Claim) -> tuple[Mention[Place], ...]:
    """Return where the words say that *claim* was; the likeliest place of its report is not said."""
    return tuple(mention for mention in claim.places if mention.rule != LIKELIEST)


def is_capital(place: Place) -> bool:
    """Return whether *place* is the capital of its country.

    >>> [is_capital(place_of(each)) for each in ("geonames:3936456", "iso:PE")]
    [True, False]
    """
    return place.id in _capitals()
