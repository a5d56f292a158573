"""What several reports of one happening say together, and which of their figures others have revised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf
from typing import NamedTuple

from allegata.model.claim import Claim

Figure = tuple[int, float]
"""Least and greatest, inclusive; the greatest is infinite where no upper bound is stated."""
MOST_NEWEST = 16
"""Newest figures of one happening above which it is not looked for whether all of them revise the older ones."""


class Revisions(NamedTuple):
    """Which figures revise which among claims that links join; what revises a newer figure revises the older ones, too.

    older: figures that each figure revises by a link. plain: no figure revises itself, by way of others, and the claims are one
    happening by what links say of pairs, not only because counts lie in one another in a circle.
    """

    older: Mapping[Figure, Collection[Figure]] = {}
    plain: bool = True

    def below(self, figures: Iterable[Figure]) -> set[Figure]:
        """Return what any of *figures* revises."""
        found: set[Figure] = set()
        ahead = list(figures)
        while ahead:
            fresh = [each for each in self.older.get(ahead.pop(), ()) if each not in found]
            found.update(fresh)
            ahead += fresh
        return found


def figure_of(claim: Claim, unit: str) -> Figure | None:
    """Return the least and greatest that the readings of the claim's count in *unit* say, null if there are none."""
    readings = claim.count.readings if claim.count else ()
    counts = [count for count in readings if (count.unit or "unknown") == unit]
    if not counts:
        return None
    return min(each.low or 0 for each in counts), max(inf if each.high is None else each.high for each in counts)


def agreed(figures: Iterable[Figure]) -> Figure:
    """Return what *figures* say of one number: what all allow where they agree, else between those that do not.

    The least and greatest over the largest sets of figures that agree (Dubois, Fargier and Prade, "Multi-source information fusion",
    2004, section 3: maximal coherent subsets). A vague or open figure is thereby narrowed by an exact one and never widens it.

    >>> agreed([(60, inf), (60, 60)]), agreed([(20, 99), (60, 66)]), agreed([(60, 60), (66, 66)]), agreed([(60, 60), (61, inf)])
    ((60, 60), (60, 66), (60, 66), (60, inf))
    """
    known = list(figures)
    least_high, greatest_low = min(high for _, high in known), max(low for low, _ in known)
    return (
        max((low for low, _ in known if low <= least_high), default=min(low for low, _ in known)),
        min((high for _, high in known if high >= greatest_low), default=max(high for _, high in known)),
    )


def hull(figures: Iterable[Figure]) -> Figure:
    """Return the least and the greatest that any of *figures* says."""
    known = list(figures)
    return min(low for low, _ in known), max(high for _, high in known)


def newest(figures: Collection[Figure], revisions: Revisions) -> frozenset[Figure]:
    """Return those of *figures* that no other of them revises; all of them where each is revised.

    >>> sorted(newest([(5, 5), (8, 8), (9, 9)], Revisions({(8, 8): [(5, 5)]})))
    [(8, 8), (9, 9)]
    """
    held = set(figures)
    return frozenset(held - revisions.below(held) if len(held) > 1 else held) or frozenset(held)


def least_joined(groups: Sequence[dict[str, Figure]], revisions: Revisions, only_older: Collection[str]) -> int:
    """Return the least that claims which doubtful links join can add, however those links turn out.

    groups: figures by claim id, of the claims that are surely one. only_older: claims that every link which joins them says to be
    revised. Where some other way to join them can let a revised figure stand beside a newer one, the least that any of them says.
    """
    figures = {figure for group in groups for figure in group.values()}
    alive = newest(figures, revisions)
    if len(groups) == 1 or not revisions.older:
        return agreed(alive)[0]
    if not revisions.plain:
        return hull(figures)[0]
    kept = [newest(group.values(), revisions) for group in groups]
    loose = {
        figure
        for group, within in zip(groups, kept, strict=True)
        for name, figure in group.items()
        if figure in within and name not in only_older
    }
    revised = loose - alive
    tangled = len(alive) > MOST_NEWEST or any(not revised <= revisions.below([each]) for each in alive if revised)
    return hull(figure for within in kept for figure in within)[0] if tangled else agreed(alive)[0]


def most_apart(figures: Collection[Figure], revisions: Revisions) -> float:
    """Return the greatest that claims which are surely one can add, where *revisions* also has figures of claims they may be joined to."""
    if not revisions.older:
        return agreed(figures)[1]
    if not revisions.plain:
        return hull(figures)[1]
    alive = newest(figures, revisions)
    if len(alive) == 1:
        return agreed(alive)[1]
    newer: dict[Figure, set[Figure]] = {figure: set() for figure in alive}
    for figure in revisions.older:
        for each in revisions.below([figure]) & alive:
            newer[each].add(figure)
    return (agreed(alive) if len({frozenset(each) for each in newer.values()}) == 1 else hull(alive))[1]


def revisions_of(pairs: Collection[tuple[Figure, Figure]], happenings: int) -> Revisions:
    """Return the revisions that *pairs* of newer and older figures are, among claims of so many happenings.

    >>> revisions_of([((8, 8), (5, 5))], 1).plain, revisions_of([((8, 8), (5, 5)), ((5, 5), (8, 8))], 1).plain
    (True, False)
    """
    older: dict[Figure, list[Figure]] = defaultdict(list)
    newer: dict[Figure, int] = defaultdict(int)
    for new, old in sorted(set(pairs)):
        older[new].append(old)
        newer[old] += 1
    ahead = [figure for figure in older if not newer.get(figure)]
    while ahead:
        for old in older.get(ahead.pop(), ()):
            newer[old] -= 1
            if not newer[old]:
                ahead.append(old)
    return Revisions(dict(older), not any(newer.values()) and (happenings == 1 or not older))
