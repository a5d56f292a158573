"""Totals against enumeration of every reading."""

from __future__ import annotations

from itertools import product

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata import Claim, Count, Link, Mention, claims_of_text, total
from allegata.model import Relation

BASE = claims_of_text("Police said that ten people were arrested in Lima.")[0]


def claim(name: str, low: int, high: int | None, status: str = "asserted", unit: str = "person") -> Claim:
    count = Count(low, high, unit, "exact", "ten", "exact")
    return msgspec.structs.replace(BASE, id=name, count=Mention((), (count,)), status=status)


def joined(left: str, relation: Relation, right: str, sure: bool = True) -> Link:
    return Link(left, right, relation, sure, (), "test")


Case = tuple[list[list[tuple[int, int]]], list[int | None]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Groups of claims that are the same, each claim with its bounds, and for each group the earlier one it is a part of."""
    number = draw(st.integers(1, 4))
    bounds = st.tuples(st.integers(0, 3), st.integers(0, 2)).map(lambda each: (each[0], each[0] + each[1]))
    groups = [draw(st.lists(bounds, min_size=1, max_size=2)) for _ in range(number)]
    wholes: list[int | None] = [None]
    wholes += [draw(st.none() | st.integers(0, each - 1)) for each in range(1, number)]
    return groups, wholes


def enumerated(groups: list[list[tuple[int, int]]], wholes: list[int | None]) -> tuple[int, int]:
    """Return the least and greatest sum over every value that every group may have.

    A whole has the values some claim in it allows that are at least a sum of its parts; where there is none, the least sum.
    """

    def values(group: int) -> set[int]:
        low, high = min(each for each, _ in groups[group]), max(each for _, each in groups[group])
        parts = [values(each) for each, whole in enumerate(wholes) if whole == group]
        sums = {sum(chosen) for chosen in product(*parts)}
        return {each for each in range(low, high + 1) if any(each >= one for one in sums)} or {min(sums)}

    tops = [values(each) for each, whole in enumerate(wholes) if whole is None]
    sums = [sum(chosen) for chosen in product(*tops)]
    return min(sums), max(sums)


def built(case: Case, sure: bool) -> tuple[list[Claim], list[Link]]:
    groups, wholes = case
    claims = [claim(f"{g}{n}", *each) for g, group in enumerate(groups) for n, each in enumerate(group)]
    links = [joined(f"{g}0", "same", f"{g}1", sure) for g, group in enumerate(groups) if len(group) > 1]
    links += [
        joined(f"{part}0", "part_of", f"{whole}0", sure) for part, whole in enumerate(wholes) if whole is not None
    ]
    return claims, links


@settings(max_examples=300, deadline=None)
@given(cases())
def test_sure_links_give_the_enumerated_bounds(case: Case) -> None:
    claims, links = built(case, True)
    (made,) = total(claims, links)
    assert (made.low, made.high) == enumerated(*case)
    assert sum(share.low for share in made.shares) == made.low
    assert sum(share.high or 0 for share in made.shares) == made.high
    assert set(made.counted) | {each.claim for each in made.left_out} == {each.id for each in claims}
    assert not set(made.counted) & {each.claim for each in made.left_out}


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_bounds_hold_however_the_doubtful_links_turn_out(case: Case, data: st.DataObject) -> None:
    claims, links = built(case, True)
    within = {each for part, whole in enumerate(case[1]) if whole is not None for each in (part, whole)}
    names = [each.id for each in claims if int(each.id[0]) not in within]
    if len(names) > 1:
        links += data.draw(
            st.lists(
                st.tuples(st.sampled_from(names), st.sampled_from(["same", "revises"]), st.sampled_from(names))
                .filter(lambda each: each[0] != each[2] and (each[1] != "revises" or each[0] > each[2]))
                .map(lambda each: joined(*each)),  # type: ignore[arg-type]
                max_size=3,
            )
        )
    doubtful = data.draw(st.lists(st.booleans(), min_size=len(links), max_size=len(links)))
    asked = [msgspec.structs.replace(each, sure=not doubt) for each, doubt in zip(links, doubtful, strict=True)]
    (made,) = total(claims, asked)
    for accepted in product(*([False, True] if doubt else [True] for doubt in doubtful)):
        (one,) = total(claims, [each for each, kept in zip(links, accepted, strict=True) if kept])
        assert made.low <= one.low
        assert made.high is not None
        assert one.high is not None
        assert one.high <= made.high


@settings(max_examples=100, deadline=None)
@given(cases(), st.randoms())
def test_order_does_not_matter(case: Case, chance: object) -> None:
    claims, links = built(case, True)
    before = total(claims, links)
    chance.shuffle(claims)  # type: ignore[attr-defined]
    chance.shuffle(links)  # type: ignore[attr-defined]
    assert total(claims, links) == before


def test_an_open_end_stays_open_and_a_denial_is_left_out() -> None:
    made = total([claim("a", 5, None), claim("b", 3, 3), claim("c", 9, 9, "denied"), claim("d", 1, 1, unit="cell")], [])
    assert [(each.unit, each.low, each.high) for each in made] == [("cell", 1, 1), ("person", 8, None)]
    assert [(each.claim, each.why) for each in made[1].left_out] == [("c", "denied")]


def test_a_doubtful_revision_leaves_the_older_figure_possible() -> None:
    (made,) = total([claim("a", 5, 5), claim("b", 8, 8)], [joined("b", "revises", "a", False)])
    assert (made.low, made.high) == (5, 13)


def test_only_the_newer_of_a_revision_counts() -> None:
    (made,) = total([claim("a", 5, 5), claim("b", 8, 8)], [joined("b", "revises", "a")])
    assert (made.low, made.high, made.counted) == (8, 8, ("b",))
    assert [(each.claim, each.why, each.into) for each in made.left_out] == [("a", "revised", "b")]


def test_a_claim_without_a_number_is_left_out_and_opens_the_bound() -> None:
    bare = msgspec.structs.replace(claim("a", 1, 1), action="dismantle", count=None)
    (made,) = total([bare], [])
    assert (made.action, made.unit, made.low, made.high) == ("dismantle", "unknown", 0, None)
    assert [(each.claim, each.why) for each in made.left_out] == [("a", "no number")]
