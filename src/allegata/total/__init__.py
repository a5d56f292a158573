"""What claims add up to, at least and at most, with nothing counted twice.

Every claim stands for a set of things of which it says how many there are; a total is how many the sets have together. Claims that are the
same have one set; a part's set lies in its whole's; otherwise two sets have nothing in common unless they share a part. A doubtful link
holds or does not: the low is the least, the high the greatest, over every way the links may turn out and every such sets.
`figures` says what several reports of one set come to, `joined` which claims are one set, `overlap` what sets come to that overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from allegata.model.claim import Claim
from allegata.model.link import Link
from allegata.model.total import LeftOut, Total
from allegata.total.figures import figure_of
from allegata.total.group import Group

__all__ = ["total"]

NO_NUMBER = "no number"
UNIT_IN_DOUBT = "the unit is in doubt"
Key = tuple[str, str]


def total(claims: Sequence[Claim], links: Sequence[Link]) -> tuple[Total, ...]:
    """Return one total for each action and unit, sorted; counts of claims, not of people.

    A claim counts under its action and each of its further actions; totals of two actions, or of two units, are never added.
    Claims joined by ``same``, ``revises`` or ``contradicts`` are one: what all of them allow, or between those that disagree; a figure
    that another revises does not count beside it. A whole is at least the sum of its parts, and parts add nothing to a whole that is
    counted; where they say more than it, the least they say stands. Two wholes that share a part are together at least the greater, and
    at most their sum without the least of the part. What is ``additional`` to a part lies in the whole for the low, and not for the high.
    low accepts every doubtful link, high refuses them all, so the bounds hold however the doubtful ones turn out. What is doubtful in a
    revision is whether the two are one happening, not which is newer.

    Claims that are not asserted, or whose number is not known, are left out, and the total says so. One whose unit is in doubt adds to
    the high of each unit and to no low. high is null as soon as one counted claim has no upper bound, or an asserted one has no number.

    >>> total((), ())
    ()
    """
    counted: dict[Key, list[Claim]] = defaultdict(list)
    unclear: dict[Key, list[Claim]] = defaultdict(list)
    left_out: dict[Key, list[LeftOut]] = defaultdict(list)
    keys: dict[str, tuple[Key, ...]] = {}
    denied = _denied(claims, links)
    for claim in sorted({each.id: each for each in claims}.values(), key=lambda each: each.id):
        keys[claim.id] = tuple(_keys(claim))
        for key in keys[claim.id]:
            if claim.status != "asserted":
                left_out[key].append(LeftOut(claim.id, claim.status, denied.get(claim.id)))
            elif claim.count is None or not claim.count.readings:
                left_out[key].append(LeftOut(claim.id, NO_NUMBER))
            else:
                (counted if len({unit for _, unit in keys[claim.id]}) == 1 else unclear)[key].append(claim)
    between: dict[Key, list[Link]] = defaultdict(list)
    numberless = {each.id for each in claims if each.count is None or not each.count.readings}
    for link in links:
        if link.left != link.right and link.relation != "denies":
            # A claim without a number may be what two others are the same as, whatever their unit.
            ends = {end: keys.get(end, ()) for end in (link.left, link.right)}
            for key in sorted({*ends[link.left], *ends[link.right]}):
                if all(key in ends[end] or end in numberless for end in ends):
                    between[key].append(link)
    return tuple(
        _made(key, counted[key], unclear[key], between[key], left_out[key])
        for key in sorted({*counted, *unclear, *left_out})
    )


def _keys(claim: Claim) -> Iterator[Key]:
    """Yield the actions and units under which *claim* counts; those of a claim without a codable happening are none."""
    units = {count.unit or "unknown" for count in (claim.count.readings if claim.count else ())} or {"unknown"}
    for action in sorted({claim.action, *claim.also_actions} - {"other"}):
        for unit in sorted(units):
            yield action, unit


def _denied(claims: Sequence[Claim], links: Sequence[Link]) -> dict[str, str]:
    """Return what each denial denies, the first by id of several."""
    known = {claim.id for claim in claims}
    found: dict[str, str] = {}
    for link in links:
        if link.relation == "denies" and link.left in known and link.right in known:
            found[link.left] = min(link.right, found.get(link.left, link.right))
    return found


def _made(
    key: Key, counted: Sequence[Claim], unclear: Sequence[Claim], links: Sequence[Link], left_out: Sequence[LeftOut]
) -> Total:
    action, unit = key
    certain = {claim.id: figure for claim in counted if (figure := figure_of(claim, unit)) is not None}
    perhaps = {claim.id: figure for claim in unclear if (figure := figure_of(claim, unit)) is not None}
    group = Group(certain, perhaps, links)
    shares = group.shares()
    merged = [*group.merged(), *left_out]
    merged += [LeftOut(name, UNIT_IN_DOUBT, into=group.surely(name)) for name in perhaps]
    bounded = all(share.high is not None for share in shares) and all(each.why != NO_NUMBER for each in left_out)
    return Total(
        action,
        sum(share.low for share in shares),
        sum(share.high or 0 for share in shares) if bounded else None,
        unit,
        group.counted,
        tuple(sorted(merged, key=lambda each: each.claim)),
        shares,
    )
