"""Verbs over the same patients, made one happening: "were caught and jailed", "shot and wounded"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .action import actions
from .page import form_of

if TYPE_CHECKING:
    from .happening import Happening
    from .page import Page

KILLED, HURT = "kill", "injure"
NEIGHBOURS = 64
"""Happenings before one among which its coordinated verbs are looked for."""


def coordinated(found: list[Happening], page: Page) -> tuple[Happening, ...]:
    """Return *found* with verbs over the same patients made one: of stages the last, else the first written."""
    kept: list[Happening] = []
    for one in found:
        near = range(max(0, len(kept) - NEIGHBOURS), len(kept))
        made = ((each, _joined(kept[each], one, page)) for each in near)
        place, joined = next(((each, both) for each, both in made if both is not None), (len(kept), one))
        kept[place : place + 1] = [joined]
    hurt = {page.doc[each.at].head.i for each in kept if _hurts_others(each, page)}
    return tuple(replace(each, action=HURT) if each.at in hurt and _may_kill(each, page) else each for each in kept)


def _hurts_others(happening: Happening, page: Page) -> bool:
    """Return whether others were hurt beside those of the verb before: "shot a boy and wounded two others", so that the boy was hurt."""
    further = happening.quantity is not None and happening.quantity.leans == "additional"
    return happening.action == HURT and further and page.doc[happening.at].dep_ == "conj"


def _joined(first: Happening, second: Happening, page: Page) -> Happening | None:
    """Return two happenings as the one that they are; null where they are two.

    Who was "shot and wounded" was not killed, and "charges against 12 men" that "would be filed" are to be.
    """
    verb, noun = (first, second) if second.at in first.patients else (second, first)
    named = noun.at in verb.patients and noun.action == verb.action and verb.patients != noun.patients
    start = min(first.start, second.start)
    if named and verb.quantity is None and noun.quantity is not None:
        return replace(noun, status=verb.status, negated=verb.negated, agent=verb.agent, start=start)
    if not _compatible(first, second):
        return None
    if second.at in first.patients or first.at in second.patients:  # what was released is "75 detainees"
        return first if second.at in first.patients else second
    quantity = first.quantity or second.quantity
    if HURT in (first.action, second.action) and any(_may_kill(each, page) for each in (first, second)):
        return replace(first if first.action == HURT else second, quantity=quantity, start=start)
    stage, before = (int(actions()[each.action]["stage"]) for each in (second, first))
    last, other = (second, first) if stage > before > 0 else (first, second)
    also = tuple(dict.fromkeys(each for each in (*first.also, other.action, *second.also) if each != last.action))
    return replace(last, also=also, quantity=quantity, start=start)


def _may_kill(happening: Happening, page: Page) -> bool:
    """Return whether the verb alone says that somebody was killed, and by itself may say less: "shot", but not "shot dead"."""
    verb = page.doc[happening.at]
    return happening.action == KILLED and form_of(verb, "may_kill") and happening.end == verb.idx + len(verb)


def _compatible(first: Happening, second: Happening) -> bool:
    """Return whether two verbs close to each other act on the same patients in the same way."""
    return (
        first.patients == second.patients
        and first.at != second.at
        and abs(first.at - second.at) < 12
        and first.negated == second.negated
    )
