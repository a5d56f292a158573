"""A long text cut into parts, each a page of its own with the claims that stand in it."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

LONGEST, MOST = 12_000, 25
"""Code points of a part, and claims that begin in it."""


def cuts_of(text: str, begins: Sequence[int], longest: int = LONGEST, most: int = MOST) -> list[int]:
    r"""Return where the parts of *text* begin, the first at 0. begins: where claims begin in *text*.

    A part ends with a paragraph, else a sentence, else a word, if it has one; a claim is never cut off from its begin.

    >>> cuts_of("One two.\nThree.", (), 10), cuts_of("One. Two. Three.", (0, 5, 10), 99, 2)
    ([0, 9], [0, 10])
    """
    ordered, cuts = sorted(begins), [0]
    while True:
        start = cuts[-1]
        after = bisect_right(ordered, start - 1)
        end = start + longest
        if after + most < len(ordered) and ordered[after + most] > start:
            end = min(end, ordered[after + most])
        elif len(text) <= end:
            return cuts
        half = start + (end - start) // 2
        found = (text.rfind(mark, half, end) for mark in ("\n", ". ", " "))
        at = next((each + 1 for each in found if each >= 0), end)
        # A sentence before a space: the space stands with what it ends.
        while at < end and text[at - 1] != "\n" and text[at] == " ":
            at += 1
        cuts.append(max(at, start + 1))


def part_of(cuts: Sequence[int], at: int) -> int:
    """Return the number, from 1, of the part in which code point *at* stands.

    >>> part_of([0, 10], 9), part_of([0, 10], 10)
    (1, 2)
    """
    return max(1, bisect_right(cuts, at))


def bounds_of(cuts: Sequence[int], number: int, length: int) -> tuple[int, int]:
    """Return where part *number* begins and ends in a text of *length*."""
    every = list(itertools.pairwise([*cuts, length]))
    return every[number - 1]
