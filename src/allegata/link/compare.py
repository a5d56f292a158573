"""Two claims field by field: what each field says for their being one announcement, and what that comes to."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from typing import Literal

import msgspec

from allegata.ground.lexicon import table, words
from allegata.ground.quantity import overlap
from allegata.link.features import FAR_AWAY, Days, Features, near_digits, rounds, shared, telling
from allegata.model.link import Reason

FAMILIES = {
    "arrest": "custody", "hold": "custody", "restrain": "custody", "identify": "custody", "dismantle": "custody", "charge": "custody",
    "sentence": "justice", "execute": "death", "kill": "death", "release": "release", "seize": "seize", "foil": "foil", "attack": "foil",
    "injure": "injure", "disappear": "custody", "torture": "torture", "raid": "raid", "surveil": "custody", "deploy": "deploy", "expel": "release",
}  # fmt: skip
PEOPLE = frozenset(["person", "team", "cell", "group", "network", "case", "circle", "gang", "ring", "band", "suspect"])
"""Units that reports take for one another: 116 teams become 116 people."""
DAY, WEEK, MONTH = 1, 10, 21
VERBATIM, MANY, SOME, HARDLY = 0.3, 0.5, 0.3, 0.1
LEAST = 2
"""Content words below which a passage says too little to be compared by them."""
TOLD = 3
"""Content words of both below which sharing none says nothing."""
RUNS = 6
"""Least runs of words that copies share."""
COUNTED_OVER, STRETCHED = 7, 1.5
"""Days from which a period is a stretch over which was counted, and how many times as long another one has to be to be another."""


class Compared(msgspec.Struct, frozen=True, gc=False):
    """The level of each field, as data/link_points.tsv names them, and the sum of their points."""

    count: str
    hedge: str
    action: str
    unit: str
    kind: str
    speaker: str
    place: str
    period: str
    spoken: str
    words: str
    lead: str
    names: str
    target: str
    penalty: str
    status: str
    points: float


@cache
def points() -> dict[tuple[str, str], float]:
    """Return the points of each level of each field.

    >>> points()["count", "telling"] > points()["count", "equal"] > points()["count", "differs"]
    True
    """
    return {(row["field"], row["level"]): float(row["points"]) for row in table("link_points")}


@cache
def _verdicts() -> dict[tuple[str, str], str]:
    return {(row["field"], row["level"]): row["verdict"] for row in table("link_points")}


def compare(one: Features, other: Features) -> Compared:
    """Return how the fields of two claims agree, whichever of them comes first."""
    return _compared(tuple([find(one, other) for find in FIELDS.values()]))


@lru_cache(maxsize=65536)
def _compared(levels: tuple[str, ...]) -> Compared:
    """Return what *levels* come to, the same object for the same levels: a ledger has many pairs and few different ones."""
    named = dict(zip(FIELDS, levels, strict=True))
    return Compared(**named, points=sum(map(points().__getitem__, named.items())))


@lru_cache(maxsize=65536)
def _reason(field: str, verdict: Literal["agrees", "differs", "missing"], note: str) -> Reason:
    """Return a reason, the same object for the same words: a ledger has many links and few different ones."""
    return Reason(field, verdict, note)


def is_hopeless(one: Features, other: Features) -> bool:
    """Return whether two claims can be told apart without comparing them: far-off numbers of different bodies in other words."""
    first, second = one.stated, other.stated
    if first is None or second is None or first == second or min(first, second) * 5 >= max(first, second) * 4:
        return False
    if not one.body or not other.body or one.surname or other.surname or same_body(one.body, other.body):
        return False
    return not near_digits(first, second) and (one.runs & other.runs).bit_count() < RUNS


def reasons(one: Features, other: Features, compared: Compared) -> tuple[Reason, ...]:
    """Return a reason for each field, in the order of `FIELDS`, with what each claim has of it."""
    verdicts = _verdicts()
    return tuple(
        _reason(field, verdicts[field, level], _note(field, level, one, other))
        for field in FIELDS
        for level in (getattr(compared, field),)
    )


def _count(one: Features, other: Features) -> str:
    if not one.counted or not other.counted:
        return _told(one, other)
    first, second = one.stated, other.stated
    if first is not None and second is not None:
        if first == second:
            return "tiny" if first < 3 else "few" if first < 10 else "telling" if telling(first) else "equal"
        if rounds(first, second):
            return "rounded"
        if near_digits(first, second):
            return "digits"
        return "within" if overlap(one, other) and max(first, second) * 4 <= min(first, second) * 5 else "differs"
    if not _loosely(one, other):
        return "differs"
    if not (_is_telling(one) and _is_telling(other)):
        return "some"
    return "vague" if (one.low, one.high) == (other.low, other.high) else "within"


def _told(one: Features, other: Features) -> str:
    """Return whether the passage of a statement without a count has the number of the other claim, or one that is in both."""
    if one.counted == other.counted:
        return "told" if set(one.told) & set(other.told) else "missing"
    statement, claim = (other, one) if one.counted else (one, other)
    return "told" if claim.stated is not None and claim.stated in statement.told else "missing"


def _loosely(one: Features, other: Features) -> bool:
    """Return whether two counts, of which one is vague, may be of the same: vague words often say too little, seldom too much."""
    if overlap(one, other):
        return True
    vague, exact = (one, other) if one.stated is None else (other, one)
    return exact.stated is not None and (vague.low or 0) <= exact.stated * 2 and exact.stated <= (vague.high or 0) * 3


def _is_telling(features: Features) -> bool:
    """Return whether a count says more than that there were several."""
    return features.stated is not None or (features.high is not None and (features.low or 0) >= 10)


def _hedge(one: Features, other: Features) -> str:
    if not one.counted or not other.counted:
        return "missing"
    return "equal" if _hedged(one) == _hedged(other) else "differs"


def _hedged(features: Features) -> str:
    return {"more_than": "at_least", "nearly": "at_most", "vague": "none"}.get(features.modifier, features.modifier)


def _action(one: Features, other: Features) -> str:
    if one.action == other.action:
        return "equal"
    if "other" in (one.action, other.action):
        return "unread"
    if one.action in other.also or other.action in one.also:
        return "shared"
    return "family" if FAMILIES.get(one.action) == FAMILIES.get(other.action) else "differs"


def _unit(one: Features, other: Features) -> str:
    if not one.unit or not other.unit:
        return "missing"
    if one.unit == other.unit:
        return "equal"
    people = (one.unit in PEOPLE) + (other.unit in PEOPLE)
    return ("goods", "differs", "family")[people]


def _kind(one: Features, other: Features) -> str:
    if not one.kind or not other.kind:
        return "missing"
    return "shared" if one.kind & other.kind else "differs"


def _speaker(one: Features, other: Features) -> str:
    if one.relayed or other.relayed:
        return "unnamed"
    if one.side != other.side and all(each.person or each.body for each in (one, other)):
        return "differs"
    told = bare_body(one.body) and bare_body(other.body)
    bodies = same_body(one.body, other.body) if told else None
    if one.surname and other.surname:
        if one.surname == other.surname and one.person[:1].lower() == other.person[:1].lower():
            return "person"
        if one.surname == other.surname and (bodies is not False or " " not in one.person or " " not in other.person):
            return "person"
        return "colleague" if bodies else "differs"
    if bodies is None:
        return "hidden" if (one.hidden and other.surname) or (other.hidden and one.surname) else "unnamed"
    return "body" if bodies else "differs"


@lru_cache(maxsize=65536)
def bare_body(name: str) -> str:
    """Return the words of a body's name that tell it from others, in lower case and sorted.

    >>> bare_body("Ministry of Intelligence (Iran), Gilan office")
    'intelligence'
    """
    kinds = words("en", "kind_of_body")
    found = re.findall(r"\w+", re.sub(r"\([^)]*\)|,.*", "", name).lower())
    return " ".join(sorted({each for each in found if each not in kinds}))


@lru_cache(maxsize=65536)
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
    first, second = (frozenset(bare_body(each).split()) for each in (one, other))
    return first <= second or second <= first if first and second else one == other


def _place(one: Features, other: Features) -> str:
    if not one.countries or not other.countries:
        return "missing"
    if not set(one.countries) & set(other.countries):
        return "differs"
    first, second = set(one.divisions), set(other.divisions)
    if not first and not second:
        return "equal" if set(one.towns) & set(other.towns) else "country"
    if not first or not second:
        return "inside"
    if not first & second:
        return "division"
    if _are_elsewhere(one, other):
        return "division"
    return "equal" if first == second and bool(one.towns) == bool(other.towns) else "inside"


def _are_elsewhere(one: Features, other: Features) -> bool:
    """Return whether what two claims name below the division is not the same: other towns, or other quarters, known to a table or not."""
    first, second = ({*each.towns, *each.quarters} for each in (one, other))
    named = ((first, second), (set(one.quarters), set(other.quarters)))
    return any(here and there and not here & there for here, there in named)


def _period(one: Features, other: Features) -> str:
    if one.period is None or other.period is None:
        return "missing"
    if all(abs(first - second) <= 1 for first, second in zip(one.period, other.period, strict=True)):
        return "equal"
    if apart(one.period, other.period):
        return "differs"
    short, long = sorted(last - first + 1 for first, last in (one.period, other.period))
    return "stretch" if short >= COUNTED_OVER and STRETCHED * short <= long < FAR_AWAY else "overlap"


def apart(one: Days, other: Days) -> int:
    """Return the days between two stretches of days, 0 where they touch.

    >>> apart((1, 3), (5, 9)), apart((1, 5), (5, 9))
    (2, 0)
    """
    return max(0, one[0] - other[1], other[0] - one[1])


def _spoken(one: Features, other: Features) -> str:
    if one.day is None or other.day is None:
        return "missing"
    days = apart(one.day, other.day)
    if days <= DAY:
        return "day"
    return "week" if days <= WEEK else "month" if days <= MONTH else "differs"


def _words(one: Features, other: Features) -> str:
    runs = (one.runs & other.runs).bit_count()
    if (runs >= RUNS and shared(one.runs, other.runs) >= VERBATIM) or one.passage == other.passage:
        return "verbatim"
    least = min(one.words.bit_count(), other.words.bit_count())
    share = shared(one.words, other.words)
    if least >= LEAST and share >= SOME:
        return "many" if share >= MANY else "some"
    return "none" if least >= TOLD and share < HARDLY else "few"


def _lead(one: Features, other: Features) -> str:
    return "headline" if one.document == other.document and one.headline != other.headline else "missing"


def _names(one: Features, other: Features) -> str:
    if not one.names or not other.names:
        return "missing"
    if one.called and other.called and one.names != one.called and other.names != other.called:
        return "shared" if one.called & other.names or other.called & one.names else "differs"
    return "shared" if one.names & other.names else "differs"


def _target(one: Features, other: Features) -> str:
    if not one.target or not other.target:
        return "missing"
    return "equal" if one.target == other.target else "differs"


def _penalty(one: Features, other: Features) -> str:
    if not one.penalty or not other.penalty:
        return "missing"
    return "equal" if one.penalty == other.penalty else "differs"


def _status(one: Features, other: Features) -> str:
    return "equal" if one.status == other.status else "differs"


FIELDS = {
    "count": _count,
    "hedge": _hedge,
    "action": _action,
    "unit": _unit,
    "kind": _kind,
    "speaker": _speaker,
    "place": _place,
    "period": _period,
    "spoken": _spoken,
    "words": _words,
    "lead": _lead,
    "names": _names,
    "target": _target,
    "penalty": _penalty,
    "status": _status,
}
"""The fields compared, each by a function that gives its level."""


def _days(days: Days | None) -> str:
    if days is None:
        return "none"
    first, last = (date.fromordinal(min(each, 3_652_059)).isoformat() for each in days)
    return first if first == last else f"{first if days[0] > 1 else '?'} to {last if days[1] < FAR_AWAY else '?'}"


def _shown(field: str, features: Features) -> str:
    match field:
        case "count":
            return features.phrase or "no number"
        case "hedge":
            return features.modifier.replace("_", " ")
        case "action":
            return " and ".join((features.action, *features.also))
        case "unit":
            return features.unit or "none"
        case "speaker":
            return features.body or ("an official" if features.person else "nobody named")
        case "place":
            named = [each.partition(":")[2] for each in features.divisions] or list(features.countries)
            return ", ".join(named) or "none"
        case "period":
            return _days(features.period)
        case "spoken":
            return _days(features.day)
        case "target":
            return features.target or "none"
        case "penalty":
            return features.penalty or "none"
        case _:
            return features.status


def _note(field: str, level: str, one: Features, other: Features) -> str:
    if field == "words":
        if level == "verbatim":
            return "the passages share runs of words"
        return f"{round(100 * shared(one.words, other.words))} % of the content words shared"
    if field == "kind":
        return {"shared": "a word for whom or what is in both", "differs": "other words for whom or what"}.get(
            level, "no more than a number"
        )
    if field == "lead":
        return "a headline and the text under it" if level == "headline" else "no headline"
    if field == "names":
        return {"shared": "a name is in both", "differs": "no name is in both"}.get(level, "no names")
    first, second = _shown(field, one), _shown(field, other)
    return first if first == second else f"{first}; {second}"
