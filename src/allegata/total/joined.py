"""Which claims are one happening, and which lie in which, by links that are sure or by all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from allegata.model.link import Link
from allegata.partition import JOINING, Partition
from allegata.total.figures import Figure

APART = frozenset({"distinct", "additional"})
Edge = tuple[str, str, bool]
"""Two claims, and whether the link is sure."""


class Edges(NamedTuple):
    """What the links between counted claims say of their sums.

    merging: one happening. inside: left is part of right. revised: left is newer than right, with another number.
    """

    merging: list[Edge]
    inside: list[Edge]
    revised: list[Edge]


def edges(links: Sequence[Link], figures: Mapping[str, Figure], names: Collection[str]) -> Edges:
    """Return what *links* say of the sums of the claims *names*, by the *figures* of those whose unit is known.

    Where a pair is surely distinct or additional, a doubtful link that would make them one is not used, and a sure one is in doubt.
    A contradiction makes one happening of its claims, in doubt, unless another link says how they are related. What is additional to a
    part may lie in the whole of that part, too, or come on top of it.
    """
    apart = {_pair(each) for each in links if each.relation in APART and each.sure}
    related = {_pair(each) for each in links if each.relation not in ("contradicts", "denies")}
    found = Edges([], [], [])
    added: dict[str, list[str]] = defaultdict(list)
    for each in links:
        edge = (each.left, each.right, each.sure and _pair(each) not in apart)
        if each.relation == "additional":
            added[each.left].append(each.right)
        elif each.relation == "contradicts" and _pair(each) not in related:
            found.merging.append((each.left, each.right, False))
        elif _pair(each) in apart and not each.sure:
            continue
        elif each.relation == "part_of":
            if each.left in figures and each.right in figures:
                found.inside.append(edge)
        elif each.relation in JOINING:
            found.merging.append(edge)
            newer, older = figures.get(each.left), figures.get(each.right)
            if each.relation == "revises" and newer and older and newer != older:
                found.revised.append(edge)
    # A claim that is left out, because it is denied or has no number, lies in no whole; it may lie between two that do.
    found.inside.extend(each for each in _perhaps_inside(added, found.inside, apart) if each[0] in names)
    return found


def _pair(link: Link) -> tuple[str, str]:
    return (link.left, link.right) if link.left < link.right else (link.right, link.left)


def _perhaps_inside(
    added: dict[str, list[str]], inside: Sequence[Edge], apart: Collection[tuple[str, str]]
) -> list[Edge]:
    """Return each count that is additional to a part, or to what is additional to one, as a doubtful part of the same whole."""
    wholes: dict[str, set[str]] = defaultdict(set)
    for part, whole, _ in inside:
        wholes[part].add(whole)
    found = []
    for name in sorted(added):
        seen, ahead = {name}, list(added[name])
        while ahead:
            other = ahead.pop()
            if other not in seen:
                seen.add(other)
                ahead += added.get(other, ())
                found += [
                    (name, whole, False)
                    for whole in sorted(wholes.get(other, ()))
                    if whole not in {name, *wholes.get(name, ())} and (min(name, whole), max(name, whole)) not in apart
                ]
    return found


def joined(names: Sequence[str], found: Edges, doubtful: bool) -> Partition:
    """Return which of *names* are one happening; counts that lie in one another in a circle are one, too."""
    partition = Partition(names)
    merging = [(one, other) for one, other, sure in found.merging if sure or doubtful]
    # Two counts are one happening, too, where both are the same as a claim that counts nothing.
    every = Partition({*names, *(name for pair in merging for name in pair)})
    for one, other in merging:
        every.join(one, other)
    counted = set(names)
    for members in every.groups().values():
        inside = [name for name in members if name in counted]
        for name in inside[1:]:
            partition.join(inside[0], name)
    between = {(partition.find(part), partition.find(whole)) for part, whole, sure in found.inside if sure or doubtful}
    for circle in _circles(between):
        for name in circle[1:]:
            partition.join(circle[0], name)
    return partition


def _circles(between: Collection[tuple[str, str]]) -> list[list[str]]:
    """Return the strongly connected groups of more than one name (Kosaraju's algorithm, as in Aho, Hopcroft and Ullman 1983).

    >>> [sorted(each) for each in _circles({("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")})]
    [['b', 'c']]
    """
    onward: dict[str, list[str]] = defaultdict(list)
    backward: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(between):
        onward[one].append(other)
        backward[other].append(one)
    seen: set[str] = set()
    left: list[str] = []
    for start in sorted({*onward, *backward}):
        stack = [(start, False)]
        while stack:
            name, done = stack.pop()
            if done:
                left.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(other, False) for other in onward.get(name, ())]
    circles, taken = [], set[str]()
    for start in reversed(left):
        ahead, circle = [start], []
        while ahead:
            name = ahead.pop()
            if name not in taken:
                taken.add(name)
                circle.append(name)
                ahead += backward.get(name, ())
        if len(circle) > 1:
            circles.append(circle)
    return circles
