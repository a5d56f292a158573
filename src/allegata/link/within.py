"""What the counts of one document are to each other by its own words: parts of a total, and what is added to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allegata.ground.place import told_places
from allegata.link.features import stated, value_of
from allegata.model.claim import Claim
from allegata.model.link import Relation
from allegata.model.mention import Span

NEIGHBOURS = 200
"""Most claims before one among which its whole is looked for."""
SUMMED = 12
"""Claims before and after a total among which its parts are looked for."""
PARTS = 6
"""Most parts that are added up."""
SMALL = 20
"""Total below which two parts may come to it by chance."""


Related = tuple[str, str, Relation, bool]
"""Two claims by id, what the first is to the other, and whether that is sure."""


def within(claims: Sequence[Claim]) -> Iterator[Related]:
    """Yield what the *claims* of one document, without those of action ``other``, are to each other by its own words."""
    ordered = sorted((claim for claim in claims if claim.action != "other"), key=_position)
    yield from _leaning(ordered)
    yield from _breakdowns(ordered)
    yield from _sums(ordered)


def _leaning(claims: Sequence[Claim]) -> Iterator[Related]:
    """Yield what counts that lean on an earlier one are to it: its part, or added to it."""
    for index, claim in enumerate(claims):
        count = value_of(claim.count)
        if count is None or count.leans is None:
            continue
        for earlier in reversed(claims[max(0, index - NEIGHBOURS) : index]):
            before = value_of(earlier.count)
            if before is None or before.unit != count.unit or earlier.status != "asserted":
                continue
            bigger = before.high is None or (count.low or 0) <= before.high
            if count.leans == "part_of" and (not bigger or before.leans == "part_of"):
                continue
            yield claim.id, earlier.id, count.leans, count.leans == "part_of"
            break


def _breakdowns(claims: Sequence[Claim]) -> Iterator[Related]:
    """Yield the places that one sentence lists as parts of the last total before it: "30 in the province … 18 in A and 12 in B".

    The parts have the total's action and unit and lie inside its place. Where they do not add up to it, it is in doubt.
    """
    passages: dict[Span, list[Claim]] = {}
    for claim in claims:
        passages.setdefault(claim.passage, []).append(claim)
    for index, first in enumerate(claims):
        listed = [each for each in passages[first.passage] if _alike(each, first)]
        if len(listed) < 2 or listed[0] is not first:
            continue
        if len({mention.readings for each in listed for mention in told_places(each)}) < len(listed):
            continue
        wholes = [
            each
            for each in claims[max(0, index - NEIGHBOURS) : index]
            if _alike(each, first) and all(_encloses(each, part) for part in listed)
        ]
        if wholes:
            whole = wholes[-1]
            fits = sum(_stated(part) or 0 for part in listed) == _stated(whole)
            yield from ((part.id, whole.id, "part_of", fits) for part in listed)


def _sums(claims: Sequence[Claim]) -> Iterator[Related]:
    """Yield the counts told one after the other that come to a total, as parts of it: 40 in all, and 30 here and 10 there.

    Total and parts have one action and unit and no country apart; parts that are few and small are left alone, as they may add up by chance.
    """
    counted = [each for each in claims if each.status == "asserted" and (_stated(each) or 0) > 0]
    for index, whole in enumerate(counted):
        near = counted[max(0, index - SUMMED) : index + SUMMED + 1]
        parts = _adding_up(whole, [each for each in near if each is not whole and _of_kind(each, whole)])
        yield from ((part.id, whole.id, "part_of", True) for part in parts)


def _adding_up(whole: Claim, others: Sequence[Claim]) -> Sequence[Claim]:
    """Return the first of *others* that stand together and come to the number of *whole*, none where none do or it may be chance."""
    number = _stated(whole) or 0
    for start in range(len(others)):
        reached = 0
        for end in range(start, min(start + PARTS, len(others))):
            reached += _stated(others[end]) or 0
            several = end - start + 1
            if reached == number and (several > 2 or (several == 2 and number >= SMALL)):
                return others[start : end + 1]
            if reached >= number:
                break
    return ()


def _of_kind(part: Claim, whole: Claim) -> bool:
    """Return whether *part* may be a part of *whole* by its action, unit, number and countries."""
    counts = value_of(part.count), value_of(whole.count)
    if part.action != whole.action or counts[0] is None or counts[1] is None or counts[0].unit != counts[1].unit:
        return False
    here, there = (
        {place.country for mention in each.places for place in mention.readings if place.country}
        for each in (part, whole)
    )
    return (_stated(part) or 0) < (_stated(whole) or 0) and (not here or not there or bool(here & there))


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
    told = told_places(part)
    if len(told) != 1 or (_stated(part) or 0) >= (_stated(whole) or 0):
        return False
    inner = told[0].value
    return inner is not None and any(
        outer is not None
        and outer != inner
        and outer.country == inner.country
        and (outer.level == "country" or (outer.level == "admin1" and outer.admin1 == inner.admin1))
        for outer in (mention.value for mention in told_places(whole))
    )


def _position(claim: Claim) -> tuple[int, int, str]:
    spans = claim.count.spans if claim.count else ()
    return claim.passage.start, spans[0].start if spans else 0, claim.id


def _stated(claim: Claim) -> int | None:
    """Return the number the claim's words state."""
    count = value_of(claim.count)
    return stated(count) if count else None
