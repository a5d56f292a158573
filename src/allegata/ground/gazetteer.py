"""Toponyms to places: countries, first-level divisions and cities, several readings where the text supports several."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from allegata.ground.lexicon import Row, pattern, table
from allegata.model import Mention, Place, Span, span_of

# A letter with two marks has no code point of its own: a mark stands beside it.
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f’'-]*\.?")
_LETTERS = str.maketrans(dict(zip("əıøł-–_.,", "eiol     ", strict=True)) | dict.fromkeys("’'ʼ‘`ʿʾ"))
LONGEST = 5
SMALL = 300_000
"""Inhabitants under which a city outside the document's country is not read."""


def fold(name: str) -> str:
    """Return *name* as spellings are compared: lower case, no marks, apostrophes or hyphens.

    >>> fold("Āz̄arbāyjān-e Sharqī")
    'azarbayjan e sharqi'
    """
    plain = unicodedata.normalize("NFKD", name).lower().translate(_LETTERS)
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


@cache
def _spellings() -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    further: dict[str, list[str]] = {}
    for row in table("spellings"):
        further.setdefault(row["id"], []).append(row["spelling"])
    for row in table("gazetteer"):
        found.setdefault(row["spelling"], []).append(row)
        for spelling in further.pop(row["id"], ()):
            found.setdefault(spelling, []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


@cache
def _not_places(language: str) -> frozenset[str]:
    return frozenset(row["spelling"] for row in table(f"{language}/not_places"))


@cache
def _demonyms(language: str) -> dict[str, str]:
    return {row["demonym"]: row["country"] for row in table(f"{language}/demonyms")}


@cache
def country_name(code: str) -> str:
    """Return the English short name of an ISO 3166-1 alpha-2 code, the code itself if unknown.

    >>> country_name("IR")
    'Iran'
    """
    return next((row["name"] for row in table("gazetteer") if row["id"] == f"iso:{code}"), code)


def find_toponyms(text: str, language: str = "en") -> tuple[Span, ...]:
    """Return the names of places in *text*, longest first match, in reading order; they do not overlap.

    "East Azarbaijan province" includes its last word. A name inside that of an outlet or party is none.

    >>> [span.text for span in find_toponyms("Police in East Azarbaijan province told the Tehran Times in Lima.")]
    ['East Azarbaijan province', 'Lima']
    """
    words = list(_WORD.finditer(text))
    found: list[Span] = []
    at = 0
    while at < len(words):
        size = _longest(words, at, text, language)
        if not size:
            at += 1
            continue
        start, end = words[at].start(), words[at + size - 1].end()
        while text[end - 1] in ".’'":
            end -= 1
        if text[start:end].endswith(("'s", "’s")):
            end -= 2
        if not pattern(language, "no_place_before").match(text, end):
            division = pattern(language, "division_after").match(text, end)
            if division and any(row["level"] != "city" for row in _spellings()[fold(text[start:end])]):
                end = division.end()
            found.append(span_of(text, start, end))
        at += size
    return tuple(found)


def _longest(words: list[re.Match[str]], at: int, text: str, language: str) -> int:
    if not words[at][0][0].isupper():
        return 0
    for size in range(min(LONGEST, len(words) - at), 0, -1):
        last = words[at + size - 1]
        stretch = text[words[at].start() : last.end()]
        if last[0].islower() or len(stretch) > 60 or re.search(r"[^\w\s\u0300-\u036f’'.-]|\.\s|\n", stretch):
            continue
        name = fold(re.sub(r"[’']s$", "", stretch.rstrip(".")))
        if name in _spellings() and name not in _not_places(language) and len(name) > 2:
            return size
    return 0


@lru_cache(maxsize=16)
def country_context(text: str, language: str = "en") -> str | None:
    """Return the country (alpha-2) that most of *text* speaks of; null for none or a tie.

    >>> country_context("Turkish police said the men were held in Turkey. Iran protested.")
    'TR'
    """
    counts: Counter[str] = Counter()
    for match in _WORD.finditer(text):
        code = _demonyms(language).get(match[0].rstrip("."))
        if code:
            counts[code] += 2
    for span in find_toponyms(text, language):
        rows = _spellings().get(fold(pattern(language, "division_after").sub("", span.text)), ())
        levels = {row["level"] for row in rows}
        if "country" in levels:
            counts[next(row["country"] for row in rows if row["level"] == "country")] += 2
        else:
            codes = {row["country"] for row in rows}
            big = max(rows, key=lambda row: int(row["population"]), default=None)
            if len(codes) == 1 or (big is not None and int(big["population"]) > SMALL):
                counts[big["country"] if big is not None else codes.pop()] += 1
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def resolve(
    toponyms: Sequence[Span], text: str, home: str | None = None, language: str = "en"
) -> tuple[Mention[Place], ...]:
    """Return what *toponyms* stand for, in their order; those no entry fits are left out.

    The country the document speaks of (*home*) decides between namesakes, then a tenfold population; what is
    left in doubt keeps its readings.

    >>> [place.value.id for place in resolve(find_toponyms("in Khuzestan, Iran"), "in Khuzestan, Iran", "IR")]
    ['iso:IR-06', 'iso:IR']
    """
    found = []
    for span in toponyms:
        bare = pattern(language, "division_after").sub("", span.text)
        rows = _spellings().get(fold(bare), ())
        before = text[max(0, span.start - 14) : span.start].lower()
        division = bare != span.text or bool(pattern(language, "division_of").search(before))
        readings = _readings(rows, division, home)
        if readings:
            found.append(Mention((span,), readings, "gazetteer"))
    return tuple(found)


def _readings(rows: Sequence[Row], division: bool, home: str | None) -> tuple[Place, ...]:
    kept = [row for row in rows if row["level"] == "country"] if not division else []
    if not kept and division:
        kept = [row for row in rows if row["level"] == "admin1"]
    kept = kept or list(rows)
    local = [row for row in kept if row["country"] == home]
    if local:
        kept = local
        if not division:
            cities = [row for row in kept if row["level"] == "city"]
            divisions = [row for row in kept if row["level"] == "admin1"]
            # A city gives its name to its province: both stand for the same division, and the smaller is what was written.
            inside = [row for row in cities if any(row["admin1"] == each["admin1"] for each in divisions)]
            kept = [row for row in kept if row["level"] == "country"] or inside or divisions or cities
    elif kept[0]["level"] == "city" if kept else False:
        kept = [row for row in kept if int(row["population"]) >= SMALL]
    kept.sort(key=lambda row: (-int(row["population"]), row["id"]))
    if len(kept) > 1 and kept[0]["level"] == "city" and int(kept[0]["population"]) > 10 * int(kept[1]["population"]):
        kept = kept[:1]
    places = dict.fromkeys(
        Place(row["name"], row["id"], row["country"], row["admin1"] or None, row["level"]) for row in kept
    )
    return tuple(places)[:4] if len(places) < 12 else ()
