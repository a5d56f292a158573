"""Localities: small towns and second-level divisions that the gazetteer has not, read only where the words put something in a country that is spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from allegata.ground.demonym import demonyms
from allegata.ground.lexicon import Row, is_given_name, pattern, table, words
from allegata.ground.place import SMALL, fold, localities_named, place_from, population, rows_named
from allegata.ground.toponym import not_places
from allegata.model.claim import Place
from allegata.model.mention import Mention, Span, span_of

LONGEST = 4
"""Words of a name."""
READINGS = 3
"""Places of one name in a country of which more say nothing."""
LEAD = 48
"""Code points before a name in which something is put there."""
_WORD = r"[^\W\d_a-zß-ÿ][\w\u0300-\u036f’'-]+"
_NAME = re.compile(rf"(?<!\w){_WORD}(?: (?:(?:al|da|de|del|do|e|el|la|las|los) ){{0,2}}{_WORD}){{0,{LONGEST - 1}}}")
_LAST = re.compile(r" (?:[a-z]+ )*\S+\Z")
_JOINT = re.compile(r"(?:,|,? (?:and|or))\s+\Z")
_LISTED = re.compile(r",? (?:and|or) ")
_OWN = re.compile(r"[’']s?\Z")


def find_localities(
    text: str, resolved: Sequence[Mention[Place]], home: str | None, language: str = "en"
) -> tuple[Mention[Place], ...]:
    """Return the localities of *text* in the country *home*, in reading order: where the words put something at a name that no other place explains.

    resolved: what its toponyms stand for; of those a small town abroad gives way, and a city abroad whose name is only like that one. Where
    the country has several of a name, the divisions decide that *resolved* speaks of; what is left in doubt keeps its readings.

    >>> [each.value.admin1 for each in find_localities("Police in Kenya held two men in Mweiga.", (), "KE")]
    ['Nyeri']
    """
    if home is None:
        return ()
    settled = {each.spans[0].start: each.spans[0] for each in resolved if not _gives_way(each, home)}
    divisions = {each.value.admin1 for each in resolved if each.value is not None and each.value.country == home}
    found: list[Mention[Place]] = []
    listed: set[int] = set()
    at = 0
    while match := _NAME.search(text, at):
        start = match.start()
        joint = _JOINT.search(text, max(0, start - 6), start)
        put = _is_put(text, start, language) or (joint is not None and joint.start() in listed)
        known = settled.get(start)
        if known is not None:
            at = known.end
            listed |= {known.end} if put else set()
            found += _within(known, text, home)
            continue
        at = _next(text, match)
        span, rows = _named(text, match, put, home, language)
        if span is None or any(start < each < span.end for each in settled):
            continue
        at = span.end
        listed.add(span.end)
        around = _around(text, span.end, home)
        own = [row for row in rows if row["admin1"] in (around or divisions)] or ([] if around else rows)
        if 0 < len(own) <= READINGS:
            found.append(Mention((span,), tuple(map(place_from, own)), "localities"))
    return tuple(found)


def only_in_one_country(text: str, toponyms: Iterable[Span], language: str = "en") -> Iterator[tuple[int, str]]:
    """Yield where each locality of *text* begins whose name no locality of another country has, and its country, where the words put something at it.

    toponyms: the names that the gazetteer has.

    >>> list(only_in_one_country("Two men were held in Mweiga.", ()))
    [(21, 'KE')]
    """
    ends = {span.start: span.end for span in toponyms}
    at = 0
    while match := _NAME.search(text, at):
        at = ends.get(match.start()) or _next(text, match)
        if match.start() in ends:
            continue
        span, rows = _named(text, match, _is_put(text, match.start(), language), None, language)
        codes = {row["country"] for row in rows}
        if span is not None and len(codes) == 1:
            at = span.end
            yield span.start, codes.pop()


def is_put_at_unlisted(
    text: str, first: int, last: int, known: Sequence[tuple[int, int]], language: str = "en"
) -> bool:
    """Return whether the words from *first* to *last* of *text* put something at a name that is in no table of places.

    known: stretches that hold no such name, as they are read as something else.

    >>> [is_put_at_unlisted(text, 0, len(text), ()) for text in ("Two men were held near Urgolmi.", "Two Kenyans were held.")]
    [True, False]
    """
    for match in _NAME.finditer(text, first, last):
        start = match.start()
        read = any(begin < match.end() and start < after for begin, after in known)
        put = _is_put(text, start, language) or (
            pattern(language, "locality_lead_the").search(text, max(0, start - LEAD), start) is not None
            and pattern(language, "locality_after").match(text, match.end()) is not None
        )
        if put and not read and not _is_no_locality(match[0].split()[0], language):
            return True
    return False


def _is_no_locality(name: str, language: str) -> bool:
    """Return whether *name* is the word for a people or a public body."""
    return name in demonyms(language) or name in words(language, "institution")


def _is_put(text: str, start: int, language: str) -> bool:
    """Return whether the words put something at the name that begins at *start*."""
    return pattern(language, "locality_lead").search(text, max(0, start - LEAD), start) is not None


def _around(text: str, end: int, home: str) -> set[str]:
    """Return the first-level divisions in *home* that a name after a comma at *end* lies in or is: those of Basilan in "Lamitan, Basilan"; none in a list."""
    name = _NAME.match(text, end + 2) if text.startswith(", ", end) else None
    if name is not None and _LISTED.match(text, name.end()):
        return set()
    rows = (*rows_named(fold(name[0])), *localities_named(fold(name[0]))) if name is not None else ()
    return {row["admin1"] for row in rows if row["country"] == home and row["level"] != "city" and row["admin1"]}


def _within(known: Span, text: str, home: str) -> list[Mention[Place]]:
    """Return the town at *known* in the division in which the name after it lies, where it has namesakes: "San Fernando, Pampanga"."""
    around = _around(text, known.end, home)
    rows = [row for row in rows_named(fold(known.text)) if row["country"] == home and row["level"] == "city"]
    own = [row for row in rows if row["admin1"] in around]
    if len(rows) < 2 or not own or len(own) == len(rows):
        return []
    return [Mention((known,), tuple(map(place_from, own)), "localities")]


def _next(text: str, name: re.Match[str]) -> int:
    """Return where to look on when the first word of *name* begins no locality: behind it."""
    gap = text.find(" ", name.start(), name.end())
    return name.end() if gap < 0 else gap


def _named(text: str, name: re.Match[str], put: bool, home: str | None, language: str) -> tuple[Span | None, list[Row]]:
    """Return the locality that begins with *name*, all of it or what stands before a word for a kind of place, with its rows in *home*, null for any country.

    put: the words put something there; else such a word must follow.
    """
    end = name.end()
    while end > name.start():
        end -= len(own[0]) if (own := _OWN.search(text, name.start(), end)) else 0
        labelled = pattern(language, "locality_after").match(text, end) is not None
        spelling = fold(text[name.start() : end])
        if (labelled or (put and end >= name.end() - 2)) and not _is_other(
            text[name.start() : end], spelling, labelled, language
        ):
            rows = [row for row in localities_named(spelling) if home in (None, row["country"])]
            if rows:
                return span_of(text, name.start(), end), rows
        last = _LAST.search(text, name.start(), end)
        end = last.start() if last else 0
    return None, []


def _is_other(name: str, spelling: str, labelled: bool, language: str) -> bool:
    """Return whether *name* is that of something else than a place, or of a place that the gazetteer has in the country."""
    return (
        name.isupper()
        or _is_no_locality(name, language)
        or name in _aliases()
        or (
            not labelled
            and (is_given_name(name) or spelling in words(language, "given_name") or spelling in not_places(language))
        )
    )


@cache
def _aliases() -> frozenset[str]:
    return frozenset(row["alias"] for row in table("aliases"))


def _gives_way(mention: Mention[Place], home: str) -> bool:
    """Return whether a toponym is only known as a small town outside *home*, or as another spelling of a city there: "Mambasa" for Mombasa."""
    spelling = fold(mention.spans[0].text)
    rows = rows_named(spelling)
    return bool(rows) and all(
        row["level"] == "city" and row["country"] != home and (population(row) < SMALL or fold(row["name"]) != spelling)
        for row in rows
    )
