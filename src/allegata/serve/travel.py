"""How a claim travelled from report to report, as a picture: a lane an outlet, a column a day, an arrow a hop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from allegata.model.link import Group, Variant

MOST = 40
"""Reports that are drawn; the table lists all."""
LEFT, TOP, LANE, DAY, BESIDE = 190, 34, 46, 110, 26
NO_OUTLET, NO_DAY = "outlet not known", "no date"
CUT = 26


class Dot(NamedTuple):
    """A report of the claim. label: what it says of the count, else of the action."""

    x: int
    y: int
    claim: str
    label: str
    this: bool
    moved: bool


class Hop(NamedTuple):
    """An arrow from the report one descends from; where no more is known than that it came first, *because* is first."""

    path: str
    because: str
    sure: bool


class Lane(NamedTuple):
    """The line of an outlet."""

    y: int
    name: str


class Column(NamedTuple):
    """The place of a day."""

    x: int
    day: str


class Travel(NamedTuple):
    """What is drawn, in pixels of a picture *width* by *height*. left_out: reports that are not in it."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    columns: tuple[Column, ...]
    hops: tuple[Hop, ...]
    dots: tuple[Dot, ...]
    left_out: int


def travel_of(group: Group, this: str) -> Travel:
    """Return how the claim of *group* travelled. this: id of the claim whose page it is, which is always drawn."""
    drawn = _drawn(group, this)
    outlets = list(dict.fromkeys(each.outlet or NO_OUTLET for each in drawn))
    days = sorted({each.published or NO_DAY for each in drawn})
    lanes = {name: TOP + 24 + at * LANE for at, name in enumerate(outlets)}
    crowd: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in drawn:
        crowd[each.outlet or NO_OUTLET, each.published or NO_DAY].append(each.claim)
    columns, x = dict[str, int](), LEFT
    for day in days:
        columns[day] = x
        x += DAY + BESIDE * (max(len(held) for (_, of), held in crowd.items() if of == day) - 1)
    places = {
        claim: (columns[day] + BESIDE * at, lanes[outlet])
        for (outlet, day), held in crowd.items()
        for at, claim in enumerate(held)
    }
    moved = {step.right for step in group.moved}
    return Travel(
        x,
        TOP + 24 + len(outlets) * LANE,
        tuple(Lane(y, name if len(name) <= CUT else f"{name[: CUT - 1]}…") for name, y in lanes.items()),
        tuple(Column(at, day) for day, at in columns.items()),
        tuple(
            Hop(_arrow(places[each.source], places[each.claim]), each.because or "first", each.sure)
            for each in drawn
            if each.source in places
        ),
        tuple(Dot(*places[each.claim], each.claim, each.count or "", each.claim == this, each.claim in moved) for each in drawn),
        len(group.variants) - len(drawn),
    )  # fmt: skip


def _drawn(group: Group, this: str) -> Sequence[Variant]:
    if len(group.variants) <= MOST:
        return group.variants
    moved = {step.right for step in group.moved}
    ranked = sorted(group.variants, key=lambda each: (each.claim != this, each.claim not in moved))
    kept = {each.claim for each in ranked[:MOST]}
    return [each for each in group.variants if each.claim in kept]


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the path of an arrow between two dots that stops short of the second.

    >>> _arrow((0, 0), (100, 0))
    'M 7 0 Q 50 -22 92 -3'
    """
    (x, y), (to_x, to_y) = start, end
    if y == to_y:
        return f"M {x + 7} {y} Q {(x + to_x) // 2} {y - 22} {to_x - 8} {to_y - 3}"
    if x == to_x:
        down = 1 if to_y > y else -1
        return f"M {x} {y + 7 * down} Q {x - 18} {(y + to_y) // 2} {to_x - 2} {to_y - 8 * down}"
    return f"M {x + 7} {y} C {(x + to_x) // 2} {y} {(x + to_x) // 2} {to_y} {to_x - 9} {to_y}"
