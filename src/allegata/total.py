"""What claims add up to, at least and at most, with nothing counted twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from allegata.model import Claim, LeftOut, Link, Share, Total

Bounds = tuple[int, int | None]
MERGING = frozenset({"same", "revises"})
NO_NUMBER = "no number"


def total(claims: Sequence[Claim], links: Sequence[Link]) -> tuple[Total, ...]:
    """Return one total for each action and unit, sorted; counts of claims, not of people.

    Claims joined by ``same`` or ``revises`` are one; its low is the least and its high the greatest any of them states,
    and where one surely revises another only the newer counts. A whole is at least the sum of its parts, and parts add nothing
    to a whole that is counted; where they say more than it, the least they say stands. low accepts every doubtful link, high
    refuses them all, so the bounds hold however the doubtful ones turn out. Claims that are not asserted, or whose
    number is not known, are left out, and the total says so. high is null as soon as one counted claim has no upper bound,
    or one left out has no number.

    >>> total((), ())
    ()
    """
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    left_out: dict[tuple[str, str], list[LeftOut]] = defaultdict(list)
    for claim in sorted(claims, key=lambda each: each.id):
        if claim.action == "other":
            continue
        if claim.count is None or not claim.count.readings:
            left_out[claim.action, "unknown"].append(LeftOut(claim.id, NO_NUMBER))
            continue
        units = sorted({count.unit or "unknown" for count in claim.count.readings})
        key = (claim.action, units[0])
        if claim.status != "asserted":
            left_out[key].append(LeftOut(claim.id, claim.status))
        elif len(units) > 1:
            left_out[key].append(LeftOut(claim.id, "the unit is in doubt"))
        else:
            groups[key].append(claim)
    made = []
    for key in sorted(set(groups) | set(left_out)):
        members = groups.get(key, [])
        accepted, merged = _sum(members, links, doubtful=True)
        refused, _ = _sum(members, links, doubtful=False)
        shares = tuple(
            Share(name, accepted[name][0] if name in accepted else 0, refused[name][1] if name in refused else 0)
            for name in sorted({*accepted, *refused})
        )
        highs = [share.high for share in shares if share.high is not None]
        bounded = len(highs) == len(shares) and all(each.why != NO_NUMBER for each in left_out[key])
        action, unit = key
        made.append(
            Total(
                action,
                sum(share.low for share in shares),
                sum(highs) if bounded else None,
                unit,
                tuple(sorted(accepted)),
                tuple(sorted((*merged, *left_out[key]), key=lambda each: each.claim)),
                shares,
            )
        )
    return tuple(made)


def _sum(members: list[Claim], links: Sequence[Link], doubtful: bool) -> tuple[dict[str, Bounds], list[LeftOut]]:
    """Return the bounds each counted claim of *members* adds, and the claims that were merged or are parts."""
    inside = {claim.id: claim for claim in members}
    used = [each for each in links if each.left in inside and each.right in inside and (each.sure or doubtful)]
    root = {identity: identity for identity in inside}

    def find(identity: str) -> str:
        while root[identity] != identity:
            root[identity] = root[root[identity]]
            identity = root[identity]
        return identity

    older = set()
    for each in used:
        if each.relation in MERGING:
            one, two = sorted((find(each.left), find(each.right)))
            root[two] = one
            if each.relation == "revises" and each.sure:
                older.add(each.right)
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in members:
        groups[find(claim.id)].append(claim)
    bounds = {}
    heads = {}
    for name, group in groups.items():
        newest = [claim for claim in group if claim.id not in older] or group
        bounds[name] = _hull(newest)
        heads[name] = newest[0].id
    wholes = _wholes(used, find, set(groups))
    parts: dict[str, list[str]] = defaultdict(list)
    for part, whole in wholes.items():
        parts[whole].append(part)

    def bound(group: str, seen: frozenset[str]) -> Bounds:
        least, most = bounds[group]
        below = [bound(part, seen | {group}) for part in sorted(parts[group]) if part not in seen]
        least = max(least, sum(each[0] for each in below))
        return least, most if most is None else max(most, least)

    counted: dict[str, Bounds] = {}
    merged = []
    for name in sorted(groups):
        if name in wholes:
            merged.append(LeftOut(heads[name], "part of another count", heads[wholes[name]]))
        else:
            counted[heads[name]] = bound(name, frozenset())
        merged += [
            LeftOut(claim.id, "revised" if claim.id in older else "same as another", heads[name])
            for claim in groups[name]
            if claim.id != heads[name]
        ]
    return counted, merged


def _hull(group: list[Claim]) -> Bounds:
    counts = [count for claim in group if claim.count for count in claim.count.readings]
    highs = [count.high for count in counts]
    return min(count.low or 0 for count in counts), None if any(high is None for high in highs) else max(
        high for high in highs if high is not None
    )


def _wholes(used: Sequence[Link], find: object, groups: set[str]) -> dict[str, str]:
    """Return the whole of each group that is a part, without cycles: of several wholes the first by id."""
    wholes: dict[str, str] = {}
    assert callable(find)
    for each in sorted(used, key=lambda link: (link.left, link.right)):
        if each.relation != "part_of":
            continue
        part, whole = find(each.left), find(each.right)
        above, chain = whole, set()
        while above in wholes and above not in chain:
            chain.add(above)
            above = wholes[above]
        if part != whole and above != part and part not in chain and part not in wholes:
            wholes[part] = whole
    return wholes
