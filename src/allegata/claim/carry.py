"""What one sentence says of a happening and the next ones leave out: when and where the same, its repetition or its parts took place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from allegata.ground.place import country_code, division_of
from allegata.ground.timex import BEGUN
from allegata.model.claim import Period, Place
from allegata.model.mention import Mention

from .page import Page, between, form_of, is_known, sentence_at
from .setting import Retold
from .told import (
    CUSTODY,
    Told,
    elsewhere,
    first_verb,
    is_added,
    is_number_of,
    is_of_held,
    is_part,
    is_tally,
    lands_of,
    leaning,
    rank_of,
    same_action,
    same_statement,
    takes,
)

NEXT = 2
"""Sentences in which a statement goes on with what it counted."""
REPORT = 6
"""Sentences in which a statement goes on with what it counted from one day to another: an army's weekly report."""
BACK = 100
"""Happenings back in which one is looked for whose period is taken over."""
NEAR = 4
"""Sentences in which a smaller number of the same happening is a part of the greater one before."""
CARRIED = "carried over"
"""The rule of what is known from what was told before."""
HARM = frozenset({"attack", "disappear", "execute", "injure", "kill", "torture"})
"""Actions that others tell of elsewhere than where people were held."""
AFTER = CUSTODY | {"charge", "execute", "kill", "release", "sentence", "torture"}
"""What may be told of those who were held."""


def completed(told: Sequence[Told], retold: Sequence[Retold], page: Page) -> tuple[Told, ...]:
    """Return *told* with the period and places that a later sentence gives what was told before it without any.

    What is told again is the first happening of the last sentence that has the noun again, else that tells the action;
    every happening of that sentence where an operation is told again. A place takes the place of the country it lies in.
    """
    made = list(told)
    ranks: dict[int, list[int]] = {}
    for number, each in enumerate(told):
        if each.happening.action != "other":
            ranks.setdefault(rank_of(page, each.happening.start), []).append(number)
    for again in retold:
        here = rank_of(page, again.at)
        near = [
            (_has_word(page, made[number].happening.start, again.noun), rank, -number)
            for rank in range(here - NEXT, here)
            for number in ranks.get(rank, ())
            if again.action in (None, made[number].happening.action)
        ]
        if again.aside:
            chosen = [*ranks.get(here, ()), *(ranks[max(near)[1]] if near else ())]
        elif not near or (again.action is None and here in ranks):
            continue
        else:
            chosen = ranks[max(near)[1]] if again.action is None else [-max(near)[2]]
        for number in chosen:
            each = made[number]
            places = again.places if _is_finer(again.places, each.places) else each.places
            made[number] = replace(each, period=each.period or again.period, places=places)
    return tuple(made)


def _is_finer(new: Sequence[Mention[Place]], old: Sequence[Mention[Place]] | None) -> bool:
    """Return whether the *new* places say more than the *old*: there are no others, or only the countries they lie in."""
    known = {place.country for each in old or () for place in each.readings}
    countries = all(place.level == "country" for each in old or () for place in each.readings)
    return bool(new) and (
        not old or (countries and {place.country for each in new for place in each.readings} <= known)
    )


def _has_word(page: Page, offset: int, lemma: str) -> bool:
    return any(token.lemma_.lower() == lemma for token in sentence_at(page, offset))


def carried(told: Sequence[Told], page: Page) -> tuple[Told, ...]:
    """Return *told*, in their order, with the period and places that those without any take over from one before.

    A stretch with an open end holds for the whole statement and for every later tally of the same action. A year or other
    stretch holds for the sentences with which the statement goes on; a day and a place for the repetitions and parts of
    what was counted, a place also for what the statement goes on with. What is added ("another", "also") takes over nothing.
    Where all places that are known are one, that is also the place of what is told soon after.
    """
    order = sorted(range(len(told)), key=lambda number: told[number].happening.start)
    made: dict[int, Told] = {}
    rank = {number: rank_of(page, told[number].happening.start) for number in order}
    for number in order:
        each = told[number]
        if (each.period is None or each.places is None) and takes(each, page):
            pairs = [(made[other], rank[number] - rank[other]) for other in islice(reversed(made), BACK)]
            if _is_of_operation(each, page):
                each = _with_operation(each, pairs)
            if each.period is None:
                each = replace(each, period=next(_periods(each, pairs, page), None))
            if each.places is None and each.office is None and not is_tally(told[number]):
                each = replace(each, places=next(_places(each, pairs, page), None))
        made[number] = each
    scene = _scene(made.values())
    if scene:
        taken = _carried_over(scene)
        located = [number for number in order if _located(made[number])]
        for number in order:
            near = between(located, rank[number] - NEAR, rank[number] + 1, rank.__getitem__)
            if near and _is_of_scene(made[number], scene, [made[other] for other in near], page):
                made[number] = replace(made[number], places=taken)
    else:
        _in_paragraphs(made, order, rank, page)
    return tuple(made[number] for number in range(len(told)))


def _in_paragraphs(made: dict[int, Told], order: Sequence[int], rank: dict[int, int], page: Page) -> None:
    """Give those of *made*, in that *order*, of which no place is known the one place of what their paragraph tells before them."""
    text = page.document.text
    located: list[int] = []
    for number in order:
        told = made[number]
        start = text.rfind("\n", 0, told.happening.start) + 1
        recent = between(located, rank[number] - NEAR, rank[number] + 1, rank.__getitem__)
        near = [made[other] for other in recent if made[other].happening.start >= start]
        scene = _scene(near)
        if scene and _is_of_scene(told, scene, near, page):
            made[number] = replace(told, places=_carried_over(scene))
        if _located(made[number]):
            located.append(number)


def _carried_over(scene: Sequence[Mention[Place]]) -> tuple[Mention[Place], ...]:
    """Return the places of a *scene* as they are known of what was told there after them."""
    return tuple(Mention(each.spans, each.readings, CARRIED) for each in scene)


def _scene(told: Iterable[Told]) -> tuple[Mention[Place], ...]:
    """Return where everything happened of which a division is known: the place, or the division that all of them lie in; nothing if they do in several."""
    located = [places for each in told if (places := _located(each))]
    if len({tuple(each.readings for each in places) for places in located}) == 1:
        return located[0]
    divisions = {division_of(place) for places in located for each in places for place in each.readings}
    shared = next(iter(divisions)) if len(divisions) == 1 else None
    return (Mention(located[0][0].spans, (shared,), CARRIED),) if shared is not None else ()


def _is_of_scene(told: Told, scene: tuple[Mention[Place], ...], near: Sequence[Told], page: Page) -> bool:
    """Return whether *told*, of which no place is known, may be of the *scene*, the one place of those told *near* before it.

    No tally over a long time, nor what is set apart, added, or counts more than what was told of the same kind; no harm
    that somebody else tells of, and nothing in a sentence that speaks of another country.
    """
    if told.places is not None or told.office is not None or told.happening.action == "other":
        return False
    if is_tally(told) or leaning(told) == "additional" or is_added(told, page) or not takes(told, page):
        return False
    if any(same_action(told, other) and not is_part(told, other) for other in near):
        return False
    if told.happening.action in HARM and not any(same_statement(told, other) for other in near):
        return False
    lands = {place.country for each in scene for place in each.readings}
    return not _is_abroad(told, scene) and lands_of(sentence_at(page, told.happening.start), page) <= lands


def _is_of_operation(told: Told, page: Page) -> bool:
    """Return whether *told* was in an operation told before: "were taken in the raids", "the operation netted"."""
    verb = first_verb(told, page)
    near = (each for child in verb.children for each in (child, *(child.children if child.dep_ == "prep" else ())))
    nouns = (each for each in near if form_of(each, "operation_noun"))
    return not is_tally(told) and any(map(is_known, nouns))


def _with_operation(told: Told, before: Sequence[tuple[Told, int]]) -> Told:
    """Return *told* with the period and places of the last happening *before* it that may be of the same operation."""
    for other, gap in before:
        if 0 < gap <= NEXT and other.happening.action != "other" and not is_tally(other) and not elsewhere(told, other):
            period = other.period and _taken_over(other.period)
            return replace(told, period=told.period or period, places=told.places or other.places)
    return told


def _periods(told: Told, before: Sequence[tuple[Told, int]], page: Page) -> Iterator[Mention[Period]]:
    for other, gap in before:
        period = other.period
        if period is None or period.value is None or period.value.start is None or other.happening.action == "other":
            continue
        if _period_holds(told, other, period.value, gap, page):
            yield _taken_over(period)


def _taken_over(period: Mention[Period]) -> Mention[Period]:
    return Mention(period.spans, period.readings, BEGUN if period.rule == BEGUN else CARRIED)


def _period_holds(told: Told, other: Told, period: Period, gap: int, page: Page) -> bool:
    same, alike = same_statement(told, other), same_action(told, other)
    if alike and gap == 0 and not elsewhere(told, other):
        return True  # "thirty were held in Lima and ten others in Cusco"
    if leaning(told) == "additional" or (alike and is_added(told, page)) or elsewhere(told, other):
        return False
    if period.end is None and other.period is not None and other.period.rule != BEGUN:
        return same or alike
    reach = {"year": NEXT, "range": REPORT}.get(period.precision, -1)
    if period.end is not None and same and gap <= reach:
        return True
    if told.happening.action == "seize" and period.precision == "day" and same and gap <= NEXT and not is_tally(told):
        return True
    return alike and gap <= NEAR and is_part(told, other)


def _places(told: Told, before: Sequence[tuple[Told, int]], page: Page) -> Iterator[tuple[Mention[Place], ...]]:
    added = leaning(told) == "additional" or is_added(told, page)
    numbered, held = is_number_of(told, page), _is_of_one_arrest(told, before, page)
    for other, gap in before:
        places = _located(other)
        if not places:
            continue
        same = same_statement(told, other) or (told.by_pronoun and other.voice is not None and gap == 1)
        alike, part = same_action(told, other), is_part(told, other)
        again = (numbered and alike) or (held and part and other.happening.action in CUSTODY)
        abroad = again and _is_abroad(told, places)
        if (same and gap <= NEXT) or (((alike and part) or again) and gap <= NEAR and not (added or abroad)):
            yield places


def _is_of_one_arrest(told: Told, before: Sequence[tuple[Told, int]], page: Page) -> bool:
    """Return whether *told* is of those who were held before, all of them in one place."""
    if told.happening.action not in AFTER or not is_of_held(told, page):
        return False
    near = (other for other, gap in before if gap <= NEAR and other.happening.action in CUSTODY)
    return len({tuple(each.readings for each in _located(other)) for other in near if is_part(told, other)}) == 1


def _is_abroad(told: Told, places: tuple[Mention[Place], ...]) -> bool:
    """Return whether officials of another country tell it than that of *places*."""
    land = country_code(told.land) if told.land else None
    return land is not None and all(place.country != land for each in places for place in each.readings)


def _located(other: Told) -> tuple[Mention[Place], ...]:
    """Return where *other* happened, or else the office sits that told it, where that is known to the division."""
    places = other.places if other.happening.action != "other" else None
    places = places or ((other.office,) if other.office else ())
    return places if any(place.admin1 for each in places for place in each.readings) else ()
