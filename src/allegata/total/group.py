"""The claims of one action and unit, added up twice: with every doubtful link, and with none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from allegata.model.link import Link
from allegata.model.total import LeftOut, Share
from allegata.partition import Partition
from allegata.total.figures import Figure, Revisions, agreed, least_joined, most_apart, newest, revisions_of
from allegata.total.joined import Edges, edges, joined
from allegata.total.overlap import Adds, Overlap, Wholes

SAME, REVISED, PART, SHARES = "same as another", "revised", "part of another count", "shares a part with another count"
MORE, LESS = "its parts come to more", "without what it shares with another count"


class Group:
    """Claims of one action and unit, joined by *links*.

    certain: the figures of the claims that count. perhaps: of those that may be of this unit or of another.
    """

    def __init__(self, certain: Mapping[str, Figure], perhaps: Mapping[str, Figure], links: Sequence[Link]) -> None:
        self._certain = certain
        self._perhaps = perhaps
        names = sorted({*certain, *perhaps})
        found = edges(links, certain, frozenset(names))
        self._sure = joined(names, found, doubtful=False)
        self._all = joined(names, found, doubtful=True)
        self._linked = joined(names, found._replace(inside=[]), doubtful=True)
        pairs: dict[str, set[tuple[Figure, Figure]]] = defaultdict(set)
        for newer, older, _ in found.revised:
            pairs[self._linked.find(newer)].add((certain[newer], certain[older]))
        self._revised = {name: revisions_of(each, 1) for name, each in pairs.items()}
        self._apart = self._wholes(self._sure, found, doubtful=False)
        self._joined = self._wholes(self._all, found, doubtful=True)
        self._alive: dict[str, frozenset[Figure]] = {}
        self._highs = self._most(found)
        self._lows = self._least(found)
        self._heads_apart = {name: self._head_apart(members) for name, members in self._sure.groups().items()}
        self._heads = {name: self._head(name, members) for name, members in self._all.groups().items()}
        self.counted = tuple(sorted(self._counted()))
        """The claims that add to the low."""

    def _wholes(self, partition: Partition, found: Edges, doubtful: bool) -> Wholes:
        between = (
            (partition.find(part), partition.find(whole)) for part, whole, sure in found.inside if sure or doubtful
        )
        return Wholes(partition.groups(), ((part, whole) for part, whole in between if part != whole))

    def _of(self, members: Sequence[str]) -> Revisions:
        """Return what revises what among the claims of *members*, and those they may be joined to."""
        happenings = sorted({self._linked.find(each) for each in members}) if self._revised else []
        if len(happenings) == 1:
            return self._revised.get(happenings[0], Revisions())
        found = [self._revised[each].older for each in happenings if each in self._revised]
        return revisions_of(
            [(new, old) for each in found for new, below in each.items() for old in below], len(happenings)
        )

    def _most(self, found: Edges) -> dict[str, Adds]:
        lows, highs = dict[str, int](), dict[str, float]()
        sides = Counter(self._all.find(name) for name in self._sure.groups())
        for name, members in self._sure.groups().items():
            figures = {self._certain[each] for each in members if each in self._certain}
            perhaps = {self._perhaps[each] for each in members if each in self._perhaps}
            revisions = self._of(members)
            lows[name] = agreed(newest(figures, revisions))[0] if figures else 0
            if figures:
                alone = sides[self._all.find(name)] == 1
                highs[name] = agreed(newest(figures, revisions))[1] if alone else most_apart(figures, revisions)
            else:
                highs[name] = 0
            if perhaps:
                highs[name] = max(highs[name], most_apart(figures | perhaps, revisions))
        for name in self._apart.upward:
            for whole in self._apart.wholes[name]:
                # A part that may be the same as its whole may say how much the whole is.
                if self._all.find(name) == self._all.find(whole):
                    highs[whole] = max(highs[whole], highs[name])
        doubted = {
            self._sure.find(name)
            for one, other, sure in (*found.inside, *found.merging)
            if not sure
            for name in (one, other)
            if name in self._certain or name in self._perhaps
        }
        return Overlap(self._apart, lows).highs(highs, doubted)

    def _least(self, found: Edges) -> dict[str, Adds]:
        linked, older = defaultdict[str, int](int), defaultdict[str, int](int)
        for one, other, _ in found.merging:
            linked[one] += 1
            linked[other] += 1
        for _, one, _ in found.revised:
            older[one] += 1
        held = {name for part, whole, _ in found.inside for name in (part, whole)}
        only_older = {name for name, number in older.items() if number == linked[name] and name not in held}
        lows = {}
        for name, members in self._all.groups().items():
            apart: dict[str, dict[str, Figure]] = defaultdict(dict)
            for each in members:
                if each in self._certain:
                    apart[self._sure.find(each)][each] = self._certain[each]
            revisions = self._of(members)
            lows[name] = least_joined(list(apart.values()), revisions, only_older) if apart else 0
            figures = {figure for group in apart.values() for figure in group.values()}
            self._alive[name] = newest(figures, revisions)
        return Overlap(self._joined, lows).lows()

    def _head_apart(self, members: Sequence[str]) -> str:
        """Return the claim that claims which are surely one are shown under: one that no other revises, the first by id."""
        certain = [each for each in members if each in self._certain]
        if not certain:
            return members[0]
        alive = newest({self._certain[each] for each in certain}, self._of(members))
        return next(each for each in certain if self._certain[each] in alive)

    def _head(self, name: str, members: Sequence[str]) -> str:
        heads = sorted({self._heads_apart[self._sure.find(each)] for each in members})

        def rank(head: str) -> tuple[bool, bool, bool, str]:
            figure = self._certain.get(head)
            return figure is None, figure not in self._alive[name], self._sure.find(head) not in self._highs, head

        return min(heads, key=rank)

    def _counted(self) -> Iterator[str]:
        for name, adds in self._lows.items():
            if self._heads[name] in self._certain and (adds.amount or not adds.apart):
                yield self._heads[name]

    def surely(self, claim: str) -> str | None:
        """Return the claim that *claim* is surely merged into, null if it is none but itself."""
        head = self._heads_apart[self._sure.find(claim)]
        return None if head == claim else head

    def shares(self) -> tuple[Share, ...]:
        """Return what each claim adds to the low or to the high, in order of ids."""
        lows = {self._heads[name]: adds for name, adds in self._lows.items()}
        highs = {self._heads_apart[name]: adds for name, adds in self._highs.items()}
        none = Adds(0, 0, 0)
        return tuple(
            Share(
                name,
                int(lows.get(name, none).amount),
                None if highs.get(name, none).amount == inf else int(highs.get(name, none).amount),
                _why(lows.get(name, none), highs.get(name, none)),
            )
            for name in sorted({*lows, *highs})
        )

    def merged(self) -> Iterator[LeftOut]:
        """Yield the certain claims that do not add to the low, and what they are merged into."""
        for claim in sorted(set(self._certain) - set(self.counted)):
            apart, together = self._sure.find(claim), self._all.find(claim)
            first, last = self._heads_apart[apart], self._heads[together]
            if claim != first:
                alive = newest({self._certain[each] for each in (claim, first)}, self._of([claim, first]))
                yield LeftOut(claim, SAME if self._certain[claim] in alive else REVISED, first)
            elif self._apart.wholes[apart]:
                yield LeftOut(claim, PART, self._heads_apart[self._apart.wholes[apart][0]])
            elif claim != last:
                yield LeftOut(claim, SAME if self._certain[claim] in self._alive[together] else REVISED, last, False)
            elif self._joined.wholes[together]:
                yield LeftOut(claim, PART, self._heads[self._joined.wholes[together][0]], False)
            else:
                others = [self._heads[each] for each in self._joined.sharing(together)]
                kept = [each for each in others if each in self.counted]
                yield LeftOut(claim, SHARES, next(iter(kept or others), None), False)


def _why(low: Adds, high: Adds) -> str:
    reasons = [MORE] if low.apart > low.own and low.amount == low.apart else []
    if 0 < low.amount < low.apart or high.amount < high.apart:
        reasons.append(LESS)
    return "; ".join(reasons)
