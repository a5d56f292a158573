"""What relation two claims have: rules over their fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from allegata.link.block import LARGEST, moment, pairs
from allegata.link.compare import compare, near_digits, overlap, related, stated, value_of
from allegata.model import Claim, Link, Reason, Relation, Span

JUDGE = "rules/1"
OF_PEOPLE = frozenset(["person", "team", "cell", "group", "network", "case"])
"""Units that reports take for one another: 116 teams become 116 people."""
Fields = dict[str, Reason]


def link(claims: Sequence[Claim], about: Collection[str] | None = None) -> tuple[Link, ...]:
    """Return the relations between *claims*, sorted; the order of *claims* makes no difference.

    A pair may have several: the same claim with another number is ``same`` and ``contradicts``. ``part_of`` and
    ``additional`` are looked for within a document only. A link that rests on missing fields is not sure. With *about*, ids
    of claims, only relations to one of these are looked for.

    >>> from allegata.claim import sample
    >>> from allegata.claim import claims as read_claims
    >>> texts = ("Police said on 3 May 2024 that 60 men were arrested in Lima, Peru.", "Some 60 men were arrested in Lima, Peru, police said on 3 May 2024.")
    >>> [(made.relation, made.sure) for made in link([claim for text in texts for claim in read_claims(sample(text))])]
    [('same', True)]
    """
    asked = frozenset(about) if about is not None else None
    found = {
        (made.left, made.right, made.relation): made
        for left, right in pairs(claims)
        if asked is None or left.id in asked or right.id in asked
        for made in _relate(left, right)
    }
    for made in (*_leaning(claims), *_breakdowns(claims)):
        if asked is not None and not {made.left, made.right} & asked:
            continue
        found.setdefault((made.left, made.right, made.relation), made)
    same = {frozenset((made.left, made.right)) for made in found.values() if made.relation in ("part_of", "additional")}
    kept = [
        made
        for made in found.values()
        if not (made.relation in ("same", "contradicts") and frozenset((made.left, made.right)) in same)
    ]
    return tuple(sorted(kept, key=lambda made: (made.left, made.right, made.relation)))


def _made(left: Claim, right: Claim, relation: Relation, sure: bool, fields: Fields) -> Link:
    return Link(left.id, right.id, relation, sure, tuple(fields.values()), JUDGE)


def _relate(left: Claim, right: Claim) -> Iterator[Link]:
    fields = compare(left, right)
    verdict = {name: reason.verdict for name, reason in fields.items()}
    one, two = value_of(left.count), value_of(right.count)
    within = left.document.id == right.document.id
    if one is None or two is None or (verdict["place"] == "differs" and verdict["words"] != "agrees"):
        return
    if (one.leans or two.leans) and within:
        return
    if "denied" in (left.status, right.status) and left.status != right.status:
        if (
            (verdict["action"] == "agrees" or related(left, right))
            and verdict["spoken"] != "differs"
            and verdict["words"] == "agrees"
        ):
            denial, denied = (left, right) if left.status == "denied" else (right, left)
            yield _made(denial, denied, "denies", False, fields)
        return
    first, second = stated(one), stated(two)
    exact = first is not None and first == second
    alike = exact or ((first is None or second is None) and overlap(one, two) and one.unit == two.unit)
    drifted = first is not None and second is not None and near_digits(first, second)
    small = (one.high or 99) <= 2 or (two.high or 99) <= 2
    agreeing = sum(verdict[name] == "agrees" for name in ("speaker", "place", "period", "words"))
    differing = [name for name in ("speaker", "period", "place") if verdict[name] == "differs"]
    soon = verdict["spoken"] != "differs"
    acts = verdict["action"] == "agrees" or related(left, right)
    if (verdict["place"] == "differs" and not (exact and _telling(first))) or (
        verdict["unit"] == "differs" and not {one.unit, two.unit} <= OF_PEOPLE
    ):
        same = False
    elif exact and acts and soon and not small:
        same = len(differing) <= 1 or verdict["words"] == "agrees"
    elif exact and not small and soon and (first or 0) >= 20:
        same = verdict["words"] == "agrees" and not differing
    elif alike and verdict["action"] == "agrees" and soon:
        same = not differing and agreeing >= 2 and verdict["words"] == "agrees"
    elif drifted and acts and soon:
        same = verdict["words"] == "agrees" and not differing
    else:
        same = False
    if same:
        sure = (
            verdict["spoken"] == "agrees"
            and agreeing >= 2
            and exact
            and verdict["action"] == "agrees"
            and verdict["unit"] != "differs"
            and not differing
        )
        yield _made(left, right, "same", sure, fields)
        contradicting = [
            name for name in ("speaker", "action", "count", "unit", "place", "period") if verdict[name] == "differs"
        ]
        if contradicting and not within:
            yield _made(left, right, "contradicts", "count" in contradicting or "unit" in contradicting, fields)
        return
    revised = (
        first is not None
        and second is not None
        and first != second
        and not within
        and verdict["action"] == "agrees"
        and verdict["unit"] == "agrees"
        and verdict["speaker"] == "agrees"
        and verdict["place"] == "agrees"
        and verdict["words"] == "agrees"
        and verdict["period"] != "differs"
        and soon
    )
    if revised and first is not None and second is not None and moment(left) != moment(right):
        newer, older = (left, right) if (moment(left), first) > (moment(right), second) else (right, left)
        if (stated_of(newer) or 0) > (stated_of(older) or 0):
            yield _made(newer, older, "revises", False, fields)


def _telling(number: int | None) -> bool:
    """Return whether *number* is so large and so far from round that two happenings hardly share it.

    >>> _telling(381), _telling(300), _telling(60)
    (True, False, False)
    """
    return number is not None and number >= 100 and number % 10 != 0


def stated_of(claim: Claim) -> int | None:
    """Return the number the claim's words state."""
    count = value_of(claim.count)
    return stated(count) if count else None


def _leaning(claims: Sequence[Claim]) -> Iterator[Link]:
    """Yield what counts that lean on an earlier one of their document are to it: its part, or added to it."""
    for group in _by_document(claims):
        for index, claim in enumerate(group):
            count = value_of(claim.count)
            if count is None or count.leans is None:
                continue
            for earlier in reversed(group[max(0, index - LARGEST) : index]):
                before = value_of(earlier.count)
                if before is None or before.unit != count.unit or earlier.status != "asserted":
                    continue
                bigger = before.high is None or (count.low or 0) <= before.high
                if count.leans == "part_of" and (not bigger or before.leans == "part_of"):
                    continue
                relation: Relation = "part_of" if count.leans == "part_of" else "additional"
                yield _made(claim, earlier, relation, relation == "part_of", compare(claim, earlier))
                break


def _by_document(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return the claims of each document in reading order, without those of action ``other``."""
    documents: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.action != "other":
            documents.setdefault(claim.document.id, []).append(claim)
    return [sorted(group, key=_position) for group in documents.values()]


def _breakdowns(claims: Sequence[Claim]) -> Iterator[Link]:
    """Yield the places that one sentence lists as parts of the last total before it: "30 in the province … 18 in A and 12 in B".

    The parts have the total's action and unit and lie inside its place. Where they do not add up to it, it is in doubt.
    """
    for group in _by_document(claims):
        passages: dict[Span, list[Claim]] = {}
        for claim in group:
            passages.setdefault(claim.passage, []).append(claim)
        for index, first in enumerate(group):
            listed = [each for each in passages[first.passage] if _alike(each, first)]
            if len(listed) < 2 or listed[0] is not first:
                continue
            if len({mention.readings for each in listed for mention in each.places}) < len(listed):
                continue
            wholes = [
                each
                for each in group[max(0, index - LARGEST) : index]
                if _alike(each, first) and all(_encloses(each, part) for part in listed)
            ]
            if wholes:
                whole = wholes[-1]
                fits = sum(stated_of(part) or 0 for part in listed) == stated_of(whole)
                for part in listed:
                    yield _made(part, whole, "part_of", fits, compare(part, whole))


def _alike(one: Claim, other: Claim) -> bool:
    """Return whether two claims assert a plain number of the same action and unit, not leaning on another."""
    counts = value_of(one.count), value_of(other.count)
    return (
        one.action == other.action
        and one.status == other.status == "asserted"
        and all(count is not None and stated(count) is not None and count.leans is None for count in counts)
        and counts[0].unit == counts[1].unit  # type: ignore[union-attr]
    )


def _encloses(whole: Claim, part: Claim) -> bool:
    """Return whether the one place of *part* lies inside a place of *whole* and is not that place, and its number is less."""
    if len(part.places) != 1 or (stated_of(part) or 0) >= (stated_of(whole) or 0):
        return False
    inner = part.places[0].value
    return inner is not None and any(
        outer is not None
        and outer != inner
        and outer.country == inner.country
        and (outer.level == "country" or (outer.level == "admin1" and outer.admin1 == inner.admin1))
        for outer in (mention.value for mention in whole.places)
    )


def _position(claim: Claim) -> tuple[int, int, str]:
    spans = claim.count.spans if claim.count else ()
    return claim.passage.start, spans[0].start if spans else 0, claim.id
