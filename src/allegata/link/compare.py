"""Two claims field by field."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from allegata.link.block import FAMILIES, countries, moment
from allegata.model import Claim, Count, Mention, Period, Place, Reason, Speaker

STOP = frozenset(
    [
        "that",
        "with",
        "from",
        "have",
        "been",
        "were",
        "they",
        "their",
        "this",
        "said",
        "says",
        "also",
        "which",
        "after",
        "over",
        "last",
        "year",
        "people",
        "more",
        "than",
        "according",
        "were",
        "into",
        "under",
        "other",
        "some",
        "official",
        "officials",
        "statement",
    ]
)
KINDS_OF_BODY = frozenset(["ministry", "service", "office", "department", "agency", "directorate", "of", "the", "and"])
SOON_DAYS = 10


def compare(left: Claim, right: Claim) -> dict[str, Reason]:
    """Return what each field says for the two claims being about one happening, by field name."""
    made = (
        _speaker(left, right),
        _action(left, right),
        _count(left, right),
        _unit(left, right),
        _place(left, right),
        _period(left, right),
        _spoken(left, right),
        _words(left, right),
    )
    return {reason.field: reason for reason in made}


def _reason(field: str, agrees: bool | None, note: str = "") -> Reason:
    return Reason(field, "missing" if agrees is None else "agrees" if agrees else "differs", note)


def _who(claim: Claim) -> Speaker | None:
    return claim.speakers[0].value if claim.speakers else None


def _speaker(left: Claim, right: Claim) -> Reason:
    one, two = _who(left), _who(right)
    if one is None or two is None or "outlet" in (one.kind, two.kind):
        return _reason("speaker", None)
    if one.name and two.name:
        same = one.name.split()[-1].lower() == two.name.split()[-1].lower()
        return _reason(
            "speaker", same, f"{one.body or one.role or 'an official'}; {two.body or two.role or 'an official'}"
        )
    if one.body and two.body:
        return _reason("speaker", same_body(one.body, two.body), f"{one.body}; {two.body}")
    return _reason("speaker", None)


def same_body(one: str, other: str) -> bool:
    """Return whether two names of bodies differ only in what kind of body, which office of it or which country they say.

    >>> same_body("Ministry of Intelligence (Iran), Gilan office", "Intelligence Service (Iran)")
    True
    >>> same_body("Police (Peru)", "Police (Chile)"), same_body("Ministry of Defence", "Ministry of Justice")
    (False, False)
    """
    countries = [re.findall(r"\(([^)]*)\)", each) for each in (one, other)]
    if all(countries) and countries[0] != countries[1]:
        return False
    first, second = (
        frozenset(re.findall(r"\w+", re.sub(r"\([^)]*\)|,.*", "", each).lower())) - KINDS_OF_BODY
        for each in (one, other)
    )
    return first <= second or second <= first if first and second else one == other


def _action(left: Claim, right: Claim) -> Reason:
    one, two = {left.action, *left.also_actions}, {right.action, *right.also_actions}
    return _reason(
        "action",
        left.action == right.action or (left.action in two and right.action in one),
        f"{left.action}; {right.action}",
    )


def value_of(mention: Mention[Count] | None) -> Count | None:
    """Return the count of a mention, null when it is none or in doubt."""
    return mention.value if mention else None


def overlap(one: Count, two: Count) -> bool:
    """Return whether some number satisfies both counts.

    >>> overlap(Count(60, 60, "person", "exact", "60", "exact"), Count(50, None, "person", "at_least", "50+", "exact"))
    True
    """
    highs = [each.high for each in (one, two) if each.high is not None]
    return max(one.low or 0, two.low or 0) <= min(highs, default=10**18)


def stated(count: Count) -> int | None:
    """Return the number the words state under a hedge, null for a vague word."""
    if count.modifier in ("exact", "at_least", "more_than"):
        return count.low
    if count.modifier in ("at_most", "nearly"):
        return count.high
    if count.modifier == "about" and count.low is not None and count.high is not None:
        digits = re.sub(r"\D", "", count.phrase)
        return int(digits) if digits and len(digits) < 12 else (count.low + count.high) // 2
    return None


def near_digits(one: int, two: int) -> bool:
    """Return whether two numbers are one with a digit changed or two neighbours swapped.

    >>> near_digits(114, 144), near_digits(7463, 7643), near_digits(12, 60)
    (True, True, False)
    """
    first, second = str(one), str(two)
    if len(first) != len(second) or len(first) < 2 or first == second:
        return False
    wrong = [i for i in range(len(first)) if first[i] != second[i]]
    if len(wrong) == 1:
        return len(first) > 2
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and first[wrong[0]] == second[wrong[1]]
        and first[wrong[1]] == second[wrong[0]]
    )


def _count(left: Claim, right: Claim) -> Reason:
    one, two = value_of(left.count), value_of(right.count)
    if one is None or two is None:
        return _reason("count", None)
    first, second = stated(one), stated(two)
    same = first == second if first is not None and second is not None else overlap(one, two)
    return _reason("count", same, f"{one.phrase}; {two.phrase}")


def _unit(left: Claim, right: Claim) -> Reason:
    one, two = value_of(left.count), value_of(right.count)
    if one is None or two is None or not one.unit or not two.unit:
        return _reason("unit", None)
    return _reason("unit", one.unit == two.unit, f"{one.unit}; {two.unit}")


def _divisions(places: tuple[Mention[Place], ...]) -> frozenset[str]:
    return frozenset(place.admin1 for mention in places for place in mention.readings if place.admin1)


def _place(left: Claim, right: Claim) -> Reason:
    if not countries(left) or not countries(right):
        return _reason("place", None)
    if not countries(left) & countries(right):
        return _reason("place", False, f"{sorted(countries(left))}; {sorted(countries(right))}")
    one, two = _divisions(left.places), _divisions(right.places)
    if not one or not two:
        return _reason("place", True if not one and not two else None)
    return _reason("place", bool(one & two), f"{', '.join(sorted(one))}; {', '.join(sorted(two))}")


def _bounds(period: Period | None) -> tuple[str, str] | None:
    if period is None or (period.start is None and period.end is None):
        return None
    return period.start or "0000", period.end or "9999"


def _period(left: Claim, right: Claim) -> Reason:
    one = _bounds(left.period.value if left.period else None)
    two = _bounds(right.period.value if right.period else None)
    if one is None or two is None:
        return _reason("period", None)
    return _reason("period", one[0] < two[1] and two[0] < one[1], f"{one[0]}/{one[1]}; {two[0]}/{two[1]}")


def _spoken(left: Claim, right: Claim) -> Reason:
    one, two = moment(left), moment(right)
    if not one or not two:
        return _reason("spoken", None)
    if len(one) < 10 or len(two) < 10:
        size = min(len(one), len(two))
        return _reason("spoken", one[:size] == two[:size], f"{one}; {two}")
    apart = abs((date.fromisoformat(one) - date.fromisoformat(two)).days)
    return _reason("spoken", apart <= SOON_DAYS, f"{one}; {two}")


@lru_cache(maxsize=4096)
def _content_words(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in STOP)


def _words(left: Claim, right: Claim) -> Reason:
    one, two = _content_words(left.passage.text), _content_words(right.passage.text)
    if not one or not two:
        return _reason("words", None)
    share = len(one & two) / min(len(one), len(two))
    return _reason("words", share >= 0.3, f"{round(100 * share)} % of the content words shared")


def related(left: Claim, right: Claim) -> bool:
    """Return whether the two actions are ones that reports confuse: both of one family."""
    return FAMILIES.get(left.action) == FAMILIES.get(right.action)
