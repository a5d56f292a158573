"""Intervals as bars of an SVG: what is certain filled, what may be added striped, an open end as an arrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from allegata.model.total import Total

WIDTH, HEIGHT, OPEN = 600, 26, 14
"""Of the picture of a bar, and of the arrow of an open end, in units of its own."""


class Bar(NamedTuple):
    """What is drawn of one interval, in units of the picture. open: no upper bound is stated."""

    low: int
    high: int
    open: bool


def bar_of(low: int, high: int | None, largest: int) -> Bar:
    """Return the bar of an interval among others of which *largest* is the largest bound.

    >>> bar_of(50, 100, 200), bar_of(50, None, 200)
    (Bar(low=146, high=293, open=False), Bar(low=146, high=586, open=True))
    """
    room = WIDTH - OPEN
    scale = room / max(largest, 1)
    return Bar(int(low * scale), room if high is None else int(high * scale), high is None)


def bar_svg(low: int, high: int | None, largest: int, words: str) -> Markup:
    """Return the picture of an interval; *words* say the same to who does not see it."""
    bar = bar_of(low, high, largest)
    middle = HEIGHT // 2
    tip = (
        f'<path class="may" d="M{bar.high} 3L{bar.high + OPEN} {middle}L{bar.high} {HEIGHT - 3}Z"/>' if bar.open else ""
    )
    return Markup(
        '<svg class="bar" viewBox="0 0 {w} {h}" role="img" preserveAspectRatio="none"><title>{words}</title>'
        '<rect class="room" width="{w}" height="{h}"/><rect class="may" x="{low}" y="3" width="{more}" height="{tall}"/>'
        '<rect class="sure" y="3" width="{low}" height="{tall}"/>{tip}'
        '<line class="edge" x1="{low}" y1="0" x2="{low}" y2="{h}"/></svg>'
    ).format(
        w=WIDTH, h=HEIGHT, words=words, low=bar.low, more=max(0, bar.high - bar.low), tall=HEIGHT - 6, tip=Markup(tip)
    )


def bars_of(totals: Sequence[Total], words: Callable[[Total], str] = lambda _: "") -> list[tuple[Total, Markup]]:
    """Return *totals*, each with its bar. Those of one unit are drawn to one scale, as they can be compared; others cannot."""
    scale: dict[str, int] = {}
    for each in totals:
        scale[each.unit] = max(scale.get(each.unit, 1), largest_of([(each.low, each.high)]))
    return [(each, bar_svg(each.low, each.high, scale[each.unit], words(each))) for each in totals]


def largest_of(bounds: Sequence[tuple[int, int | None]]) -> int:
    """Return the largest bound of some intervals, 1 where there is none.

    >>> largest_of([(3, 5), (7, None)]), largest_of([])
    (7, 1)
    """
    return max((each for pair in bounds for each in pair if each is not None), default=1) or 1
