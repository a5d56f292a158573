"""Which claims are one: pairs that say enough for it, joined best first, and never against what two of them say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from allegata.link.compare import Compared, compare, points
from allegata.link.features import Features
from allegata.partition import Partition

COUNTED = frozenset(["telling", "equal", "few", "tiny", "vague"])
"""Levels at which two claims say the same of how many."""
GIVEN = frozenset(["telling", "equal", "few", "told"])
"""Levels at which the number of a claim is in a statement without a codable happening, too; fewer than three, or vague words, say too little there."""
LOOSE = frozenset(["rounded", "within", "some"])
"""Levels at which two claims are not one where each has its own number in the document of the other."""
WRONG = frozenset(["digits", "differs"])
"""Levels at which one of them having it is enough."""
HUNDRED = 100
"""Least number that hardly stands in two statements on a day by chance."""
FEW = 12
"""Members of a group up to which every pair of them is looked at."""


class Pair(NamedTuple):
    """Two claims by id, the lesser first, and what their comparison comes to."""

    left: str
    right: str
    compared: Compared


def is_same(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether two claims say enough to be one.

    The points decide, under conditions: what is denied is never what is asserted; one sentence has no claim twice; another place, another action or another
    number needs something that two happenings hardly share; a stock is a flow, and the figure of another body the same figure, only where the number is the same.
    """
    if "denied" in (one.status, other.status) and one.status != other.status:
        return False
    if _is_restated(one, other, compared):
        return True
    if one.document == other.document and one.at[0] == other.at[0]:
        return False
    if compared.points < points()["sum", "same"]:
        return False
    if "other" in (one.action, other.action):
        return _is_same_statement(one, other, compared)
    return (
        _is_somewhere(compared)
        and _is_number(one, other, compared)
        and _is_action(one, other, compared)
        and _is_told_by(one, other, compared)
    )


def _is_restated(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether one of two claims of a document only says the number of the other anew: "900 were jailed …, later he said over 900"."""
    return (
        one.document == other.document
        and (one.bare or other.bare)
        and compared.speaker in ("person", "body")
        and compared.action == "equal"
        and compared.unit == "equal"
        and compared.count in COUNTED | LOOSE | {"digits"}
    )


def _is_somewhere(compared: Compared) -> bool:
    """Return whether place, proper names, and whom or what it was done to leave it possible."""
    count, words = compared.count, compared.words
    known = compared.speaker == "person"
    if compared.place in ("division", "differs"):
        return count == "telling" and (words == "verbatim" or (known and words == "many"))
    if compared.unit == "goods":
        alike = words == "many" or (words == "verbatim" and compared.kind != "differs")
        return alike and count in ("telling", "equal")
    if known and compared.names == "differs" and compared.place == "inside" and words in ("few", "none"):
        return False
    if known or count not in ("equal", "few", "tiny", "vague") or words == "verbatim":
        return True
    if compared.names == "differs" or words == "none":
        return False
    if words == "few" and compared.kind == "differs":
        return compared.target == "equal" or (compared.names == "shared" and compared.place == "equal")
    return words == "many" or compared.target != "differs"


def _is_number(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether how many they say leaves it possible."""
    count, words, place = compared.count, compared.words, compared.place
    if count in WRONG:
        known = compared.speaker == "person" or compared.names == "shared"
        here = place == "equal" and compared.speaker in ("person", "body") and compared.names != "differs"
        typed = count == "digits" and ((words == "many" and known) or here)
        return (
            (words == "verbatim" or typed)
            and compared.spoken == "day"
            and compared.action in ("equal", "shared")
            and place != "inside"
        )
    if count == "some":
        long = words in ("verbatim", "many") and one.document != other.document
        return compared.action == "equal" and (long or compared.penalty == "equal")
    if count == "within":
        here = place == "equal" or (place == "country" and compared.period == "equal")
        return compared.spoken == "day" and compared.speaker != "differs" and (here or words in ("verbatim", "many"))
    if count == "tiny":
        return compared.unit != "family" and (words in ("verbatim", "many") or (place == "equal" and words == "some"))
    if count == "few":
        return words in ("verbatim", "many") or (place == "equal" and (words == "some" or compared.names == "shared"))
    return True


def _is_action(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether what was done leaves it possible: another action with a number by which they are known, or of one speaker in the same words."""
    count, words = compared.count, compared.words
    if compared.action == "differs":
        same = count in ("equal", "few") and (words == "verbatim" or (words == "many" and compared.speaker == "person"))
        return count == "telling" or same or (one.document != other.document and _is_retold(compared))
    if "hold" in (one.action, other.action) and one.action != other.action:
        return count in COUNTED or (count == "within" and compared.place == "equal")
    return True


def _is_retold(compared: Compared) -> bool:
    """Return whether a few of one sort are those of the other, whatever was done to them: one office of one place and day, in like words."""
    return (
        compared.count in ("equal", "few", "tiny")
        and compared.words in ("verbatim", "many")
        and compared.speaker in ("person", "body")
        and compared.place == "equal"
        and compared.spoken == "day"
        and compared.kind == "shared"
    )


def _is_told_by(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether who speaks leaves it possible: of another speaker only the same number in like words, or in the same place."""
    if compared.speaker != "differs":
        return True
    if compared.words == "verbatim":
        # Two offices tell of two places in one template; only a large number is hardly that of both.
        return compared.place != "inside" or (one.stated or 0) >= HUNDRED
    here = compared.words == "few" and compared.place == "equal"
    here = here and (one.document != other.document or compared.lead == "headline")
    return (
        compared.count in ("telling", "equal")
        and compared.unit != "family"
        and (here or compared.words in ("many", "some"))
    )


def _is_same_statement(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether a claim without a codable happening is the other: it says the same at length, or has its number."""
    words, given, shared = compared.words, compared.count in GIVEN, compared.names == "shared"
    if compared.speaker in ("differs", "colleague") or compared.place == "division":
        return False
    if compared.spoken == "week":
        return given and words == "many" and shared
    if words == "verbatim" or compared.spoken not in ("day", "missing"):
        return words == "verbatim"
    if one.document == other.document:
        return given and words == "many"
    if given:
        large = max(one.stated or 0, other.stated or 0) >= HUNDRED
        here = compared.place == "equal"
        return words == "many" or shared or (words == "some" and (here or large)) or (here and large)
    if one.action != other.action:
        return False
    known = compared.speaker == "person" and words == "some" and shared
    return known or (words == "many" and compared.speaker in ("person", "body"))


def is_sure(compared: Compared) -> bool:
    """Return whether two claims that are one are surely so: the same number and action, and nothing said against it."""
    return (
        compared.points >= points()["sum", "sure"]
        and compared.count in ("telling", "equal", "few")
        and compared.action in ("equal", "shared")
        and compared.spoken in ("day", "week")
        and not any(
            getattr(compared, field) in ("differs", "family", "division", "colleague")
            for field in ("unit", "speaker", "place", "period", "target", "status")
        )
    )


def is_near(compared: Compared) -> bool:
    """Return whether two claims are one if their passages share another number: the items of one list."""
    return (
        compared.points >= points()["sum", "beside"]
        and (
            compared.count in ("digits", "rounded", "within")
            or (compared.count == "differs" and compared.words == "verbatim")
        )
        and compared.spoken == "day"
        and compared.action in ("equal", "shared")
        and compared.unit in ("equal", "family")
        and compared.place not in ("division", "differs")
    )


def beside(same: Sequence[Pair], near: Iterable[Pair], held: Mapping[str, Features]) -> list[Pair]:
    """Return *same* with those of *near* whose passages share a number by one of *same*."""

    def passages(pair: Pair) -> tuple[tuple[str, int], tuple[str, int]]:
        one, other = held[pair.left], held[pair.right]
        first, second = sorted(((one.document, one.at[0]), (other.document, other.at[0])))
        return first, second

    shared = {
        passages(pair)
        for pair in same
        if pair.compared.count in ("telling", "equal")
        or (pair.compared.count == "few" and pair.compared.words == "verbatim")
    }
    return [*same, *(pair for pair in near if passages(pair) in shared)]


def clash(one: Features, other: Features, drifted: bool = False) -> bool:
    """Return whether two claims cannot be in one group unless they were compared and found to be one.

    drifted: their groups are joined by two claims whose numbers differ, so that theirs may, too.
    """
    compared = compare(one, other)
    return (
        (compared.count in WRONG and not drifted)
        or (compared.count == "within" and (compared.place == "inside" or compared.speaker in ("differs", "colleague")))
        or compared.place in ("differs", "division")
        or compared.unit == "differs"
        or compared.spoken == "differs"
        or (one.document == other.document and one.at[0] == other.at[0])
        or ("denied" in (one.status, other.status) and one.status != other.status)
    )


def better(pairs: Iterable[Pair], held: Mapping[str, Features]) -> list[Pair]:
    """Return *pairs* without those whose numbers differ though one of the two has its own number in the document of the other."""
    kept = list(pairs)
    exact: set[tuple[str, str]] = set()
    for left, right, compared in kept:
        if compared.count in COUNTED:
            exact |= {(left, held[right].document), (right, held[left].document)}
    return [
        pair
        for pair in kept
        if (
            ((pair.left, held[pair.right].document) in exact)
            + ((pair.right, held[pair.left].document) in exact)
            + (pair.compared.count in WRONG)
        )
        < 2
        or pair.compared.count not in LOOSE | WRONG
    ]


def grouped(pairs: Iterable[Pair], held: Mapping[str, Features]) -> list[tuple[str, ...]]:
    """Return the groups of claims that are one, each sorted by id, groups by their first; the order of *pairs* makes no difference."""
    found = sorted(pairs, key=lambda pair: (-pair.compared.points, pair.left, pair.right))
    joined = {(pair.left, pair.right) for pair in found}
    root: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for left, right, compared in found:
        for each in (left, right):
            if each not in root:
                root[each], members[each] = each, [each]
        one, other = root[left], root[right]
        if one == other or _apart(members[one], members[other], joined, held, compared.count in WRONG):
            continue
        kept, moved = sorted((one, other), key=lambda each: (-len(members[each]), each))
        for each in members[moved]:
            root[each] = kept
        members[kept] += members.pop(moved)
    return sorted(tuple(sorted(each)) for each in members.values() if len(each) > 1)


def _apart(
    some: list[str], others: list[str], joined: set[tuple[str, str]], held: Mapping[str, Features], drifted: bool
) -> bool:
    """Return whether a claim of *some* clashes with one of *others*; of claims that say the same only one is asked."""
    return any(
        (left, right) not in joined and (right, left) not in joined and clash(held[left], held[right], drifted)
        for left in different(some, held)
        for right in different(others, held)
    )


def different(some: Sequence[str], held: Mapping[str, Features]) -> Sequence[str]:
    """Return *some* claims, of many only the first by id of those that say the same."""
    if len(some) <= FEW:
        return some
    first: dict[tuple[object, ...], str] = defaultdict(str)
    for each in sorted(some):
        features = held[each]
        first.setdefault(
            (
                features.low,
                features.high,
                features.unit,
                features.divisions,
                features.countries,
                features.day,
                features.status,
            ),
            each,
        )
    return list(first.values())


def chain(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the best of *pairs* that are needed to reach every claim of them, sorted."""
    partition = Partition()
    found = sorted(pairs, key=lambda pair: (-pair.compared.points, pair.left, pair.right))
    kept = [pair for pair in found if partition.join(pair.left, pair.right)]
    return sorted(kept, key=lambda pair: (pair.left, pair.right))
