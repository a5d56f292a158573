"""The country of a text: the one that most of its names of places and peoples speak of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from allegata.ground.demonym import find_demonyms
from allegata.ground.lexicon import Row, pattern
from allegata.ground.locality import only_in_one_country
from allegata.ground.namesake import largest_of
from allegata.ground.place import SMALL, fold, localities_named, population
from allegata.ground.toponym import is_placed, namesakes_of, rows_of, scan_toponyms
from allegata.model.mention import Span

BORDER = 80
"""Code points before a country in which a border is looked for."""
LEAD = 300
"""Code points from the first name in a text in which each name of a country, its people or its places says more."""
POINTS = {"early": 4.5, "share": 3.5, "locality": 2.9, "division": 1.6, "town": 1.5, "country": 1.4}
"""What the square root of how often a country is spoken of says for it, by the kind of name: learned by training/country.py."""
AHEAD = 1.45
"""Points by which a country has to be ahead of all others: more than its name says beyond the name of its people. Of those nearer to each other that is taken which is named more, or its people."""
Evidence = dict[str, float]


@lru_cache(maxsize=64)
def country_context(text: str, language: str = "en") -> str | None:
    """Return the country (alpha-2) that most of *text* speaks of; null for none, and for two as much.

    Of a name that several countries share each has its share of the inhabitants of all that bear it. One such name alone
    says nothing.

    >>> country_context("Turkish police said the men were held in Turkey. Iran protested.")
    'TR'
    >>> country_context("Ten men were held in Spanish Town.")
    'JM'
    """
    evidence = {code: kinds for code, kinds in evidence_of(text, language).items() if not _is_one_share(kinds)}
    points = {code: points_of(kinds) for code, kinds in evidence.items()}
    most = max(points.values(), default=0.0)
    near = {code: evidence[code].get("nation", 0.0) for code, each in points.items() if most - each < AHEAD}
    ahead = [code for code, nation in near.items() if nation == max(near.values())]
    return ahead[0] if len(ahead) == 1 else None


def points_of(kinds: Evidence) -> float:
    """Return what names of each of *kinds*, by how many there are, say for one country."""
    return sum(points * math.sqrt(kinds.get(kind, 0.0)) for kind, points in POINTS.items())


def _is_one_share(kinds: Evidence) -> bool:
    """Return whether nothing speaks for a country but one name that it shares with others."""
    return kinds.keys() <= {"share", "names"} and kinds.get("names", 0.0) < 2


def evidence_of(text: str, language: str = "en") -> dict[str, Evidence]:
    """Return what speaks of each country in *text*: how many names of each kind of POINTS, of shared names the shares.

    names: how many names it shares. nation: how often the country or its people is named.

    >>> evidence_of("Two Malian officers were held in Segou.")["ML"]["early"]
    2.0
    """
    found: dict[str, Evidence] = defaultdict(lambda: defaultdict(float))
    peoples = {at: row["country"] for at, row in find_demonyms(text, language)}
    toponyms = [span for span in scan_toponyms(text, language)[0] if span.start not in peoples]
    small = list(only_in_one_country(text, toponyms, language))
    first = min((*peoples, *(span.start for span in toponyms), *(at for at, _ in small)), default=0)
    shared: dict[str, set[str]] = defaultdict(set)
    for at, code in peoples.items():
        found[code]["nation"] += 1
        if at < first + LEAD:
            found[code]["early"] += 1
    for span in toponyms:
        for kind, code, share in _told_by(span, text, language):
            found[code][kind] += share
            if kind == "share":
                shared[code].add(fold(span.text))
            elif span.start < first + LEAD:
                found[code]["early"] += 1
            if kind == "country":
                found[code]["nation"] += 1
    for code, names in shared.items():
        found[code]["names"] = float(len(names))
    for _, code in small:
        found[code]["locality"] += 1
    return found


def _told_by(span: Span, text: str, language: str) -> Iterator[tuple[str, str, float]]:
    """Yield what the toponym at *span* says for countries: kind, code, and how much of it."""
    rows = tuple({row["id"]: row for row in (*rows_of(span, language), *namesakes_of(span, language))}.values())
    if pattern(language, "division_after").search(span.text):
        rows = tuple(row for row in rows if row["level"] == "admin1") or rows
    kept = largest_of(rows)
    codes, level = {row["country"] for row in kept}, kept[0]["level"]
    if len(codes) > 1:
        whole = sum(1 + population(row) for row in rows)
        yield from (("share", row["country"], (1 + population(row)) / whole) for row in rows)
    elif _is_likeness(rows, fold(span.text)):
        yield "share", kept[0]["country"], 0.5
    elif level == "country":
        if not is_beyond_border(text, span, language):
            yield "country", kept[0]["country"], 1
    elif level == "admin1" or max(map(population, kept)) > SMALL or is_placed(text, span, language):
        yield "division" if level == "admin1" else "town", kept[0]["country"], 1


def _is_likeness(rows: Sequence[Row], spelling: str) -> bool:
    """Return whether *rows* are of cities that only have another *spelling* of a locality's name: "Mambasa" for Mombasa."""
    cities = all(row["level"] == "city" and fold(row["name"]) != spelling for row in rows)
    own = {row["country"] for row in rows}
    return cities and any(row["country"] not in own for row in localities_named(spelling))


def is_beyond_border(text: str, span: Span, language: str = "en") -> bool:
    """Return whether the words put the country at *span* on the other side of a border.

    >>> is_beyond_border("at the border with Chad", Span(19, 23, "Chad"))
    True
    """
    return pattern(language, "border_with").search(text, max(0, span.start - BORDER), span.start) is not None
