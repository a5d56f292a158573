"""A happening as its own clause tells it, and how it stands to another: of one statement, of one kind, a part of it, elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from allegata.ground.demonym import find_demonyms
from allegata.ground.lexicon import pattern
from allegata.ground.timex import AGAIN, BEGUN
from allegata.model.claim import Count, Period, Place
from allegata.model.mention import Mention

from .happening import Happening
from .moment import DATELINE
from .page import Page, between, first_offset, form_of, is_known, one_of, sentence_at

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

LONG = 28
"""Days from which what is counted is not of one place unless that is said."""
CUSTODY = frozenset({"arrest", "hold"})
"""Actions that are one and the same to the day and place of a tally."""


@dataclass(frozen=True)
class Told:
    """A happening as its own clause tells it.

    voice: number of who tells it, null for the outlet. office: where that office sits. land: whose it is. spoken: when.
    places: null where the clause names none. by_pronoun: who tells it is only called "it", "he" or "she".
    """

    happening: Happening
    voice: int | None
    spoken: Mention[Period] | None
    count: Count | None
    period: Mention[Period] | None
    places: tuple[Mention[Place], ...] | None
    office: Mention[Place] | None = None
    land: str | None = None
    by_pronoun: bool = False


def rank_of(page: Page, offset: int) -> int:
    """Return the number of the sentence that holds *offset*."""
    return bisect_right(page.sentences, offset) - 1


def takes(told: Told, page: Page) -> bool:
    """Return whether *told* may be of what was told before: neither added to it nor put at another time."""
    action = told.happening.action
    if action == "other" or (action == "hold" and not is_of_held(told, page)):
        return False
    sentence = sentence_at(page, told.happening.start)
    aside = first_verb(told, page).dep_ == "relcl" and leaning(told) != "part_of"
    apart = pattern(page.document.language, "told_apart").search(sentence.text) is not None
    return not aside and (not apart or is_number_of(told, page))


def first_verb(told: Told, page: Page) -> Token:
    """Return the first of the coordinated verbs that *told* is one of."""
    each = page.doc[told.happening.at]
    while each.dep_ == "conj" and each.head != each:
        each = each.head
    return each


def leaning(told: Told) -> str | None:
    """Return what the words say the number is to another: ``additional`` or ``part_of``, null if they say neither."""
    return told.happening.quantity.leans if told.happening.quantity else None


def is_added(told: Told, page: Page) -> bool:
    """Return whether the words add *told* to others of its kind: "were also held", "other men"."""
    heads = [page.doc[index] for index in (told.happening.at, *told.happening.patients)]
    return any(one_of(child, "added") for head in heads for child in head.children)


def is_tally(told: Told) -> bool:
    """Return whether *told* counts over a long stretch of time that its own clause states, which says nothing of one place."""
    period = told.period.value if told.period and told.period.rule not in (BEGUN, AGAIN) else None
    if period is None or period.start is None:
        return False
    if period.end is None:
        return "T" not in (period.timex or "")  # since dawn
    return (date.fromisoformat(period.end) - date.fromisoformat(period.start)).days >= LONG


def is_of_held(told: Told, page: Page) -> bool:
    """Return whether the words name those that *told* is of as held before: "the suspects", "seven of the detainees", "two of them"."""
    for head in (page.doc[index] for index in told.happening.patients):
        wholes = [each for child in head.children if one_of(child, "of") for each in child.children]
        if any(map(_is_held, (head, *wholes))) or any(one_of(each, "told_before") for each in wholes):
            return True
    return False


def _is_held(noun: Token) -> bool:
    return is_known(noun) and (one_of(noun, "held_noun") or form_of(noun, "held_noun"))


def is_number_of(told: Told, page: Page) -> bool:
    """Return whether the words speak of the number of what was told: "put the number of arrests at 34"."""
    sentence = sentence_at(page, told.happening.start)
    return pattern(page.document.language, "number_of").search(sentence.text) is not None


def same_statement(told: Told, other: Told) -> bool:
    """Return whether somebody tells both *told* and *other*, in one statement if not in one voice."""
    if told.voice is None or other.voice is None:
        return False
    if told.voice == other.voice:
        return True
    first, second = told.spoken, other.spoken
    return first is not None and second is not None and first.rule != DATELINE and first.spans == second.spans != ()


def same_action(told: Told, other: Told) -> bool:
    """Return whether *told* and *other* are of one action; being arrested and being held are."""
    actions = {told.happening.action, other.happening.action}
    return len(actions) == 1 or actions <= CUSTODY


def is_part(told: Told, other: Told) -> bool:
    """Return whether *told* may count the same as *other*, or some of it: it counts no more."""
    if told.count is None or other.count is None:
        return other.count is not None or told.count is None
    least = told.count.high if told.count.low is None else told.count.low
    if told.count.unit != other.count.unit or least is None:
        return False
    most = other.count.high
    if most is None and other.count.modifier in ("at_least", "more_than") and other.count.low is not None:
        most = other.count.low + other.count.low // 10
    return most is None or least <= most


def elsewhere(told: Told, other: Told) -> bool:
    """Return whether *told* and *other* are of different countries: by the places they name, or by whose officials tell them."""
    if told.land and other.land and told.land != other.land:
        return True
    lands = [{place.country for each in one.places or () for place in each.readings} for one in (told, other)]
    return bool(lands[0] and lands[1] and not lands[0] & lands[1])


def lands_of(sentence: Stretch, page: Page) -> set[str]:
    """Return the countries that *sentence* speaks of by their names or by those of their peoples."""
    named = between(page.places, sentence.start_char, sentence.end_char, first_offset)
    states = {each.country for found in named for each in found.readings if each.country and each.level == "country"}
    return states | {row["country"] for _, row in find_demonyms(sentence.text, page.document.language)}
