"""How much wholes and parts come to together: two counts overlap only where one is part of the other, or they share a part.

Which things are in which count is not known beyond that. The least that counts come to is then the greatest sum over counts no two of
which can overlap; and where a part lies in several wholes, its least is taken off all but one of them. Both hold always, and are exact
where no part lies in several wholes; elsewhere, where the counts that can overlap form a perfect graph
and no shared part has a part in a further whole. The greatest such sum is
NP-hard to find (it is the heaviest independent set), so that it is searched among `SEARCHED` entangled counts; above that a sum is taken
that may be less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

SEARCHED = 20
LARGEST = 400
"""Entangled counts of one cluster above which only the greatest of them is sure."""


class Adds(NamedTuple):
    """What one count that is no part adds. own: what it says itself; apart: what it comes to without the others."""

    amount: float
    own: float
    apart: float


class _Item(NamedTuple):
    """Something that may be taken into a sum. mask: what it can overlap with, by shared bits."""

    weight: float
    name: str
    mask: int


class Wholes:
    """Counts by name, and which lie in which; without cycles."""

    def __init__(self, names: Iterable[str], inside: Iterable[tuple[str, str]]) -> None:
        self.names = sorted(names)
        self.wholes: dict[str, list[str]] = {name: [] for name in self.names}
        self.parts: dict[str, list[str]] = {name: [] for name in self.names}
        for part, whole in sorted(set(inside)):
            self.wholes[part].append(whole)
            self.parts[whole].append(part)
        self.upward = list(self._upward())
        """Every count after its parts."""
        self.entangled: set[str] = set()
        """The counts that lie in several wholes, and those above them."""
        for name in self.upward:
            if len(self.wholes[name]) > 1 or not self.entangled.isdisjoint(self.parts[name]):
                self.entangled.add(name)

    def _upward(self) -> Iterator[str]:
        waiting = {name: len(self.parts[name]) for name in self.names}
        ready = [name for name in self.names if not waiting[name]]
        while ready:
            name = ready.pop()
            yield name
            for whole in self.wholes[name]:
                waiting[whole] -= 1
                if not waiting[whole]:
                    ready.append(whole)

    def clusters(self) -> Iterator[list[str]]:
        """Yield the entangled counts that hang together, each after its parts."""
        order = {name: index for index, name in enumerate(self.upward)}
        seen: set[str] = set()
        for start in self.upward:
            if start not in self.entangled or start in seen:
                continue
            seen.add(start)
            found, ahead = [], [start]
            while ahead:
                name = ahead.pop()
                found.append(name)
                near = [
                    each
                    for each in (*self.wholes[name], *self.parts[name])
                    if each in self.entangled and each not in seen
                ]
                seen.update(near)
                ahead += near
            yield sorted(found, key=order.__getitem__)

    def tops(self, name: str) -> list[str]:
        """Return the counts above *name*, or itself, that are no parts."""
        seen, ahead = {name}, [name]
        while ahead:
            fresh = [each for each in self.wholes[ahead.pop()] if each not in seen]
            seen.update(fresh)
            ahead += fresh
        return sorted(each for each in seen if not self.wholes[each])

    def sharing(self, top: str) -> list[str]:
        """Return the other counts that are no parts and have a part in common with *top*."""
        seen, ahead, found = {top}, [top], set[str]()
        while ahead:
            for part in self.parts[ahead.pop()]:
                if part in self.entangled and part not in seen:
                    seen.add(part)
                    ahead.append(part)
                    if len(self.wholes[part]) > 1:
                        found.update(self.tops(part))
        return sorted(found - {top})


class Overlap:
    """What the counts of *wholes* come to, where each says at least *lows*."""

    def __init__(self, wholes: Wholes, lows: Mapping[str, int]) -> None:
        self._wholes = wholes
        self._lows = lows
        self.least: dict[str, float] = {}
        """The least of each count, its parts considered."""
        for name in wholes.upward:
            if name not in wholes.entangled:
                self.least[name] = max(lows[name], sum(self.least[part] for part in wholes.parts[name]))
        self._clusters = [(cluster, self._masks(cluster)) for cluster in wholes.clusters()]
        self._items = [self._measured(cluster, masks) for cluster, masks in self._clusters]

    def _masks(self, cluster: Sequence[str]) -> dict[str, int]:
        """Return for each count the bits of itself and what lies in it; none of a cluster that is too large."""
        masks: dict[str, int] = {}
        if len(cluster) > LARGEST:
            return masks
        for index, name in enumerate(cluster):
            mask = 1 << (2 * index)
            for part in self._wholes.parts[name]:
                # Parts that are in no other whole have one bit together, for they can overlap with nothing else.
                mask |= masks.get(part, 1 << (2 * index + 1))
            masks[name] = mask
        return masks

    def _measured(self, cluster: Sequence[str], masks: Mapping[str, int]) -> list[_Item]:
        """Return what of *cluster* may be taken into a sum, and note the least of each of its counts."""
        items: list[_Item] = []
        for index, name in enumerate(cluster):
            parts = self._wholes.parts[name]
            loose = sum(self.least[part] for part in parts if part not in self._wholes.entangled)
            within = [self.least[part] for part in parts if part in self._wholes.entangled]
            if not within or not masks:
                self.least[name] = max(self._lows[name], loose + max(within, default=0))
                items.append(_Item(self.least[name], name, masks.get(name, 1)))
                continue
            items.append(_Item(self._lows[name], name, masks[name]))
            if loose:
                items.append(_Item(loose, name, 1 << (2 * index + 1)))
            inside = [item for item in items if not item.mask & ~masks[name]]
            self.least[name] = sum(item.weight for item in _heaviest(inside))
        return items

    def lows(self) -> dict[str, Adds]:
        """Return what each count that is no part adds to the least they all come to."""
        amounts: dict[str, float] = defaultdict(float)
        for name in self._wholes.names:
            if not self._wholes.wholes[name] and name not in self._wholes.entangled:
                amounts[name] = self.least[name]
        for items in self._items:
            for item in _heaviest(items):
                amounts[self._wholes.tops(item.name)[0]] += item.weight
        return {
            name: Adds(amounts[name], self._lows[name], self.least[name])
            for name in self._wholes.names
            if not self._wholes.wholes[name]
        }

    def highs(self, highs: Mapping[str, float], doubted: Collection[str] = ()) -> dict[str, Adds]:
        """Return what each count that is no part adds to the most they all come to, where each says at most *highs*.

        doubted: counts that may be another, or lie in another or have one in them, beside what *wholes* says: nothing is taken off
        for them, since their least or what they overlap with is not sure.
        """
        off: dict[str, float] = defaultdict(float)
        unsettled = set(doubted)
        for name in self._wholes.upward if unsettled else ():
            if not unsettled.isdisjoint(self._wholes.parts[name]):
                unsettled.add(name)
        for cluster, masks in self._clusters:
            tops = {name: self._wholes.tops(name) for name in cluster if masks}
            shared = [
                _Item(self.least[name] * (len(above) - 1), name, masks[name])
                for name, above in tops.items()
                if len(above) > 1 and name not in unsettled
            ]
            for item in _heaviest(shared):
                for top in tops[item.name][1:]:
                    off[top] += self.least[item.name]
        found = {}
        for name in self._wholes.names:
            if not self._wholes.wholes[name]:
                apart = max(highs[name], self.least[name])
                found[name] = Adds(apart - off[name], highs[name], apart)
        return found


def _heaviest(items: Sequence[_Item]) -> list[_Item]:
    """Return items no two of which share a bit, of the greatest weight together if there are not too many.

    >>> [item.name for item in _heaviest([_Item(5, "a", 3), _Item(3, "b", 1), _Item(3, "c", 2)])]
    ['b', 'c']
    """
    ordered = sorted(items, key=lambda item: (-item.weight, item.name, item.mask))
    if len(ordered) > SEARCHED:
        return _greedy(ordered)
    rest = [0.0]
    for item in reversed(ordered):
        rest.append(rest[-1] + item.weight)
    rest.reverse()
    best: tuple[float, list[_Item]] = (-1.0, [])
    ahead: list[tuple[int, int, float, list[_Item]]] = [(0, 0, 0.0, [])]
    while ahead:
        index, used, weight, chosen = ahead.pop()
        if weight + rest[index] <= best[0]:
            continue
        if index == len(ordered):
            best = (weight, chosen)
            continue
        item = ordered[index]
        ahead.append((index + 1, used, weight, chosen))
        if not item.mask & used:
            ahead.append((index + 1, used | item.mask, weight + item.weight, [*chosen, item]))
    return best[1]


def _greedy(ordered: Sequence[_Item]) -> list[_Item]:
    """Return items no two of which share a bit: the heaviest first, or those that overlap with the least first, whichever is more."""
    found = []
    for order in (ordered, sorted(ordered, key=lambda item: (item.mask.bit_count(), -item.weight, item.name))):
        used, chosen = 0, []
        for item in order:
            if not item.mask & used:
                used |= item.mask
                chosen.append(item)
        found.append(chosen)
    return max(found, key=lambda chosen: sum(item.weight for item in chosen))
