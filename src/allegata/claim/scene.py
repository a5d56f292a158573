"""Where something was that neither its own words nor what was told before it say: one of the divisions that the report names, by learned points."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from allegata.ground.lexicon import pattern, table
from allegata.ground.locality import is_put_at_unlisted
from allegata.ground.place import LIKELIEST, country_code, division_of, is_capital
from allegata.model.claim import Place
from allegata.model.mention import Mention

from .draft import Reading
from .page import Page, between, first_offset, sentence_at, span_start
from .setting import is_aside
from .told import Told, is_tally, lands_of, rank_of

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch

BEFORE, AFTER = 40, 12
"""Sentences before and after a happening in which its place may be named."""
BESIDE = 12
"""Sentences to what is told of a division before and after something that was there, too."""
MANY = 100
"""A count that need not be of one division though what is told around it is."""
LEAST = 0.0
"""Points from which a division is taken: as likely as not."""
Points = dict[tuple[str, str], float]
NONE, MORE, NAME, NOUN = "none", "more", "name", "noun"
"""Levels of a field: there is nothing, there is more than the last step, something is put at a name or at a noun."""


@dataclass(frozen=True)
class View:
    """A happening beside a division that may be its place.

    divisions: how many divisions the report names. in_all: how often this one, or what lies in it. names: where it does so near
    the happening, in reading order. nearest: the last of them before the happening, else the first after it. distance: how many
    sentences back that is, null after it. others: how many other divisions are named since. beside: all places in the sentence.
    put: its words put something at a NAME of no table, or at a NOUN ("in the area"), or at NONE.
    """

    told: Told
    division: Place
    divisions: int
    in_all: int
    names: tuple[Mention[Place], ...]
    nearest: Mention[Place]
    distance: int | None
    others: int
    beside: tuple[Mention[Place], ...]
    put: str


def placed(told: Sequence[Told], reading: Reading) -> tuple[Told, ...]:
    """Return *told* with the likeliest division of those that the page names, where no place is known and one is likely enough.

    What one verb tells was in one place: the likeliest for all of it.
    """
    together: dict[int, list[tuple[int, list[View]]]] = defaultdict(list)
    for number, views in views_of(told, reading):
        together[told[number].happening.at].append((number, views))
    made = list(told)
    for group in together.values():
        points: dict[Place, list[float]] = defaultdict(list)
        for _, views in group:
            for view in views:
                points[view.division].append(points_of(levels(view)))
        division = max(points, key=lambda each: fmean(points[each]))
        if fmean(points[division]) >= LEAST:
            nearest = {number: view.nearest for number, views in group for view in views if view.division == division}
            for number, name in nearest.items():
                made[number] = replace(told[number], places=(Mention(name.spans, (division,), LIKELIEST),))
    return tuple(made)


def enclosed(told: Sequence[Told], page: Page) -> tuple[Told, ...]:
    """Return *told* with the division of what is told before and after, where both are of one and no place is known of what stands between.

    Nothing that is told of the whole country or of another, or more than BESIDE sentences away, and no count of MANY, which
    may well be of several divisions.
    """
    made = list(told)
    unknown: list[int] = []
    before: int | None = None
    for number in sorted(range(len(told)), key=lambda each: told[each].happening.start):
        if told[number].places is None and told[number].office is None:
            unknown.append(number)
            continue
        place = _enclosing(told[before], told[number]) if before is not None else None
        if before is not None and place is not None:
            for each in unknown:
                near = _is_near(told[each], (told[before], told[number]), page)
                if near and _may_be_in(told[each], place.readings[0], page):
                    made[each] = replace(told[each], places=(place,))
        before, unknown = number, []
    return tuple(made)


def _enclosing(before: Told, after: Told) -> Mention[Place] | None:
    """Return the first-level division that both lie in, on the words of *before* for it; null if there is none."""
    one, other = (_shared(each.places or ()) for each in (before, after))
    return one if one is not None and other is not None and one.value == other.value else None


def _is_near(told: Told, around: Sequence[Told], page: Page) -> bool:
    rank = rank_of(page, told.happening.start)
    return all(abs(rank - rank_of(page, each.happening.start)) <= BESIDE for each in around)


def _shared(places: Sequence[Mention[Place]]) -> Mention[Place] | None:
    """Return the first-level division that all *places* lie in, on the words that name the first of them; null if there is none."""
    divisions = {division_of(place) for each in places for place in each.readings}
    shared = next(iter(divisions)) if len(divisions) == 1 else None
    return Mention(places[0].spans, (shared,), LIKELIEST) if shared is not None else None


def _may_be_in(told: Told, division: Place, page: Page) -> bool:
    """Return whether *told*, of which no place is known, may have been in *division* by its own words."""
    few = told.count is None or (told.count.low or told.count.high or 0) < MANY
    aside = is_tally(told) or _is_of_country(told, page) or _is_told_abroad(told, page)
    return few and not aside and lands_of(sentence_at(page, told.happening.start), page) <= {division.country}


def views_of(told: Sequence[Told], reading: Reading) -> Iterator[tuple[int, list[View]]]:
    """Yield the number of each of *told* of which no place is known, and its views of the divisions that the page names near it."""
    page = reading.page
    places = (each for each in page.places if not _is_of_teller(each, reading) and not page.is_of_desk(each))
    named = [_Named(division, each) for each in places if (division := _division(each, page.home)) is not None]
    if not named:
        return
    in_all = Counter(each.division for each in named)
    put: dict[int, str] = {}
    for number, each in enumerate(told):
        unknown = each.places is None and each.office is None and each.happening.action != "other"
        if unknown and not _is_of_country(each, page) and not _is_told_abroad(each, page):
            near = [one for one in between(named, *_around(each, page), _at) if not _is_aside(one, each, page)]
            if near:
                sentence = sentence_at(page, each.happening.start)
                if sentence.start_char not in put:
                    put[sentence.start_char] = _put(sentence, page)
                yield number, list(_views(each, near, in_all, page, put[sentence.start_char]))


class _Named(NamedTuple):
    division: Place
    name: Mention[Place]


def _is_of_country(told: Told, page: Page) -> bool:
    """Return whether the words tell *told* of the whole country."""
    sentence = sentence_at(page, told.happening.start)
    return pattern(page.document.language, "nationwide").search(sentence.text) is not None


def _is_told_abroad(told: Told, page: Page) -> bool:
    """Return whether a body of another country than the page speaks of tells *told*, which may have been at home."""
    return told.land is not None and page.home is not None and country_code(told.land) != page.home


def _is_of_teller(place: Mention[Place], reading: Reading) -> bool:
    """Return whether *place* only says who speaks: an outlet, or those who govern from a capital."""
    span = place.spans[0]
    tellers = [reading.attributions[number] for number in reading.sources.holding((span.start, span.end))]
    governed = place.value is not None and is_capital(place.value)
    return any(governed or reading.voices[each.id].speaker.kind == "media" for each in tellers)


def _is_aside(named: _Named, told: Told, page: Page) -> bool:
    return is_aside(named.name, told.happening.action, page)


def _at(named: _Named) -> int:
    return first_offset(named.name)


def _views(told: Told, near: Sequence[_Named], in_all: Counter[Place], page: Page, put: str) -> Iterator[View]:
    start = told.happening.start
    sentence = sentence_at(page, start)
    beside = tuple(between(page.places, sentence.start_char, sentence.end_char, first_offset))
    rank, before = rank_of(page, start), between(near, 0, start, _at)
    for division in dict.fromkeys(each.division for each in near):
        names = tuple(each.name for each in near if each.division == division)
        last = max((number for number, each in enumerate(before) if each.division == division), default=None)
        nearest = names[0] if last is None else before[last].name
        others = {each.division for each in before[last + 1 :]} if last is not None else ()
        distance = None if last is None else rank - rank_of(page, first_offset(nearest))
        divisions, often = len(in_all), in_all[division]
        yield View(told, division, divisions, often, names, nearest, distance, len(others), beside, put)


def _put(sentence: Stretch, page: Page) -> str:
    """Return at what of no table the words of *sentence* put something."""
    start, end = sentence.start_char, sentence.end_char
    read = [span for place in between(page.places, start, end, first_offset) for span in place.spans]
    read += [span for time in between(page.times, start, end, first_offset) for span in time.spans]
    known = [(span.start, span.end) for span in (*read, *between(page.people, start, end, span_start))]
    if is_put_at_unlisted(page.document.text, start, end, known, page.document.language):
        return NAME
    return NOUN if pattern(page.document.language, "put_at_noun").search(sentence.text) else NONE


def _division(mention: Mention[Place], home: str | None) -> Place | None:
    """Return the first-level division of a *mention* that is in no doubt, null if none is known or it is abroad, seen from *home*."""
    division = division_of(mention.value) if mention.value is not None else None
    return division if division is not None and home in (None, division.country) else None


def _around(told: Told, page: Page) -> tuple[int, int]:
    """Return the stretch around *told* in which its place may be named."""
    rank = rank_of(page, told.happening.start)
    last = rank + AFTER + 1
    end = page.sentences[last] if last < len(page.sentences) else len(page.document.text)
    return page.sentences[max(0, rank - BEFORE)], end


def step(number: float, steps: Sequence[int]) -> str:
    """Return the level of *number*: the first of *steps* that it does not pass.

    >>> step(3, (1, 4)), step(9, (1, 4))
    ('4', 'more')
    """
    return next((str(each) for each in steps if number <= each), MORE)


def _count(view: View) -> str:
    count = view.told.count
    return NONE if count is None else step(count.low or count.high or 0, (1, 4, 9, 49, 199, 999))


def _distance(view: View) -> str:
    return "after" if view.distance is None else step(view.distance, (0, 1, 2, 4, 8))


def _sentence(view: View) -> str:
    own = {first_offset(each) for each in view.names}
    there = {first_offset(each) in own for each in view.beside}
    return NONE if not there else "both" if len(there) > 1 else "this" if True in there else "other"


FIELDS: dict[str, Callable[[View], str]] = {
    "action": lambda view: view.told.happening.action,
    "capital": lambda view: "yes" if view.nearest.value is not None and is_capital(view.nearest.value) else "no",
    "count": _count,
    "distance": _distance,
    "divisions": lambda view: step(view.divisions, (1, 2, 3, 5)),
    "names": lambda view: step(view.in_all, (1, 2, 4)),
    "others": lambda view: step(view.others, (0, 1)),
    "put": lambda view: view.put,
    "sentence": _sentence,
    "tally": lambda view: "yes" if is_tally(view.told) else "no",
}
"""What is looked at, and how its level is found."""


def levels(view: View) -> dict[str, str]:
    """Return the level of each of FIELDS."""
    return {name: find(view) for name, find in FIELDS.items()}


@cache
def _points() -> Points:
    return {(row["field"], row["level"]): float(row["points"]) for row in table("scene_points")}


def points_of(found: Mapping[str, str], points: Points | None = None) -> float:
    """Return what the levels *found* of a view come to: the logarithm of the odds that the happening was in that division.

    points: those of each level of each field, and of the start; data/scene_points.tsv when null.
    """
    points = _points() if points is None else points
    return points["start", ""] + sum(points.get(each, 0.0) for each in found.items())
