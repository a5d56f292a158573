"""Totals against enumeration of every reading."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import combinations, product

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata import Claim, Count, Link, Mention, claims_of_text, total
from allegata.model import Relation, Total

BASE = claims_of_text("Police said that ten people were arrested in Lima.")[0]


def claim(name: str, low: int, high: int | None, status: str = "asserted", unit: str = "person") -> Claim:
    count = Count(low, high, unit, "exact", "ten", "exact")
    return msgspec.structs.replace(BASE, id=name, count=Mention((), (count,)), status=status)


def joined(left: str, relation: Relation, right: str, sure: bool = True) -> Link:
    return Link(left, right, relation, sure, (), "test")


Bounds = tuple[int, int]
Set = frozenset[str]
Case = tuple[dict[str, Bounds], list[Link]]
RELATIONS: tuple[Relation, ...] = ("same", "revises", "part_of", "part_of", "additional", "contradicts", "distinct")


@st.composite
def cases(
    draw: st.DrawFn, most: int = 4, sure: bool | None = None, relations: tuple[Relation, ...] = RELATIONS
) -> Case:
    """A few claims with small bounds, and links between any of them, sure or in doubt; the later claim is part of the earlier."""
    names = "abcdefgh"[: draw(st.integers(1, most))]
    bounds = st.tuples(st.integers(0, 3), st.integers(0, 2)).map(lambda each: (each[0], each[0] + each[1]))
    pairs = [(right, left) for left, right in combinations(names, 2)]
    links = []
    for left, right in draw(st.lists(st.sampled_from(pairs), max_size=5, unique=True)) if pairs else ():
        certain = draw(st.booleans()) if sure is None else sure
        links.append(joined(left, draw(st.sampled_from(relations)), right, certain))
    return {name: draw(bounds) for name in names}, links


def enumerated(figures: dict[str, Bounds], links: list[Link]) -> Bounds:
    """Return the least and greatest number of things over every way the doubtful links may turn out and every sets of things.

    Each claim is a set with a size it allows. One happening has one set: its size lies between the least and greatest that as many of
    its claims allow as can at once. A set lies in the set it is part of; two sets have nothing in common unless one lies in the
    other or a third lies in both. What is added to a part lies in its whole or not. A figure that another of its happening
    revises, or revises what revises it, does not count beside it. A whole whose parts cannot be as few as it says may be as large as the least they can be.
    """
    apart = {
        frozenset((each.left, each.right))
        for each in links
        if each.sure and each.relation in ("distinct", "additional")
    }
    open_links = [each for each in links if each.relation in ("same", "revises", "part_of", "contradicts")]
    choices = [[True] if each.sure and each.relation != "contradicts" else [True, False] for each in open_links]
    every = _linked(figures, [each for each in open_links if each.relation != "part_of"])
    older: set[tuple[Set, Bounds, Bounds]] = {
        (every[each.left], figures[each.left], figures[each.right])
        for each in links
        if each.relation == "revises" and figures[each.left] != figures[each.right]
    }
    for _ in figures:
        older |= {
            (one, new, old) for one, new, mid in older for other, same, old in older if one == other and mid == same
        }
    found = [
        counts
        for chosen in product(*choices)
        for inside in _insides([each for each, kept in zip(open_links, chosen, strict=True) if kept], links, apart)
        for counts in [_sizes(figures, *inside, older, every)]
    ]
    return min(low for low, _ in found), max(high for _, high in found)


def _linked(names: Iterable[str], links: Iterable[Link]) -> dict[str, frozenset[str]]:
    groups = {name: frozenset(name) for name in names}
    for each in links:
        whole = groups[each.left] | groups[each.right]
        groups |= dict.fromkeys(whole, whole)
    return groups


Inside = tuple[dict[str, frozenset[str]], set[tuple[str, str]]]


def _insides(kept: list[Link], links: list[Link], apart: set[frozenset[str]]) -> Iterator[Inside]:
    """Yield what is one happening and what lies in what, for each way the counts added to parts may lie in the wholes."""
    inside = {(each.left, each.right) for each in kept if each.relation == "part_of"}
    beside = {(each.left, each.right) for each in links if each.relation == "additional"}
    perhaps = set[tuple[str, str]]()
    while True:
        more = {
            (one, whole) for one, other in beside for part, whole in inside | perhaps if part == other and one != whole
        }
        more = {each for each in more if frozenset(each) not in apart} - inside
        if more <= perhaps:
            break
        perhaps |= more
    groups = _linked(
        {name for each in links for name in (each.left, each.right)},
        [each for each in kept if each.relation != "part_of"],
    )
    for size in range(len(perhaps) + 1):
        for extra in combinations(sorted(perhaps), size):
            yield groups, inside | set(extra)


def _sizes(
    figures: dict[str, Bounds], groups: dict[str, frozenset[str]], inside: set[tuple[str, str]],
    older: set[tuple[frozenset[str], Bounds, Bounds]], every: dict[str, frozenset[str]],
) -> Bounds:  # fmt: skip
    sets = sorted({groups.get(name, frozenset(name)) for name in figures}, key=sorted)
    below = {
        one: {other for other in sets if any(part in other and whole in one for part, whole in inside)} | {one}
        for one in sets
    }
    for _ in sets:
        below = {one: set().union(*(below[each] for each in within)) for one, within in below.items()}
    equal = {one: frozenset().union(*(each for each in below[one] if one in below[each])) for one in sets}
    below = {equal[one]: {equal[each] for each in within} for one, within in below.items()}
    bounds = {}
    for one in below:
        said = {figures[name] for name in one}
        revised = {old for cluster, new, old in older if cluster & one and new in said}
        said = said - revised or said
        allow = {size: {each for each in said if each[0] <= size <= each[1]} for size in range(8)}
        sizes = [size for size, each in allow.items() if each and not any(each < other for other in allow.values())]
        bounds[one] = (min(sizes), max(sizes))
    for one in sorted(below, key=lambda each: len(below[each])):
        parts = [each for each in below[one] if each != one]
        least = _counts(parts, below, bounds)[0] if parts else 0
        bounds[one] = (bounds[one][0], max(bounds[one][1], least))
    return _counts(list(below), below, bounds)


def _counts(sets: list[Set], below: dict[Set, set[Set]], bounds: dict[Set, Bounds]) -> Bounds:
    """Return how few and how many things *sets* can have together; things that are in the same sets are of one kind."""
    kinds = [
        chosen
        for size in range(1, len(sets) + 1)
        for chosen in combinations(range(len(sets)), size)
        if all(below[sets[i]] & below[sets[j]] for i, j in combinations(chosen, 2))
        and all(i in chosen for i in range(len(sets)) for j in chosen if sets[j] in below[sets[i]])
    ]
    reached: dict[tuple[int, ...], Bounds] = {(0,) * len(sets): (0, 0)}
    for kind in kinds:
        ahead = list(reached)
        while ahead:
            sizes = ahead.pop()
            grown = tuple(size + (index in kind) for index, size in enumerate(sizes))
            if any(size > bounds[each][1] for size, each in zip(grown, sets, strict=True)):
                continue
            few, many = reached[sizes]
            before = reached.get(grown, (few + 1, many + 1))
            after = (min(before[0], few + 1), max(before[1], many + 1))
            if reached.get(grown) != after:
                reached[grown] = after
                ahead.append(grown)
    whole = [
        counts
        for sizes, counts in reached.items()
        if all(size >= bounds[each][0] for size, each in zip(sizes, sets, strict=True))
    ]
    return min(few for few, _ in whole), max(many for _, many in whole)


def totalled(case: Case) -> Total:
    figures, links = case
    (made,) = total([claim(name, *each) for name, each in figures.items()], links)
    return made


SURE: tuple[Relation, ...] = ("same", "revises", "part_of", "part_of", "distinct")
"""Relations without doubt of their own: what is additional to a part lies in its whole or not."""


@settings(max_examples=300)
@given(cases(sure=True, relations=SURE))
def test_sure_links_give_the_enumerated_bounds(case: Case) -> None:
    made = totalled(case)
    assert (made.low, made.high) == enumerated(*case)


@settings(max_examples=200)
@given(cases(most=5, relations=("same", "contradicts", "distinct")))
def test_reports_that_may_be_the_same_give_the_enumerated_bounds(case: Case) -> None:
    made = totalled(case)
    assert (made.low, made.high) == enumerated(*case)


@settings(max_examples=200)
@given(cases(most=5, relations=("part_of",)))
def test_parts_of_one_whole_each_give_the_enumerated_bounds_in_doubt_too(case: Case) -> None:
    forest = {each.left: each for each in case[1]}
    made = totalled((case[0], list(forest.values())))
    assert (made.low, made.high) == enumerated(case[0], list(forest.values()))


@settings(max_examples=500)
@given(cases())
def test_bounds_hold_however_the_doubtful_links_turn_out(case: Case) -> None:
    made, (least, most) = totalled(case), enumerated(*case)
    assert made.high is not None
    assert made.low <= least
    assert most <= made.high


@settings(max_examples=300)
@given(cases(most=8))
def test_every_claim_is_counted_once_and_explained(case: Case) -> None:
    made = totalled(case)
    assert sum(share.low for share in made.shares) == made.low
    assert sum(share.high or 0 for share in made.shares) == made.high
    assert sorted([*made.counted, *(each.claim for each in made.left_out)]) == sorted(case[0])
    shares = {share.claim: share for share in made.shares}
    assert {name for name, share in shares.items() if share.low} <= set(made.counted)
    assert all(share.low >= 0 and (share.high or 0) >= 0 for share in made.shares)
    for each in made.left_out:
        assert each.into in case[0]
        assert each.into != each.claim
        assert not (each.sure and each.claim in shares)


@settings(max_examples=100)
@given(cases(), st.randoms())
def test_order_does_not_matter(case: Case, chance: object) -> None:
    figures, links = case
    claims = [claim(name, *each) for name, each in figures.items()]
    before = total(claims, links)
    chance.shuffle(claims)  # type: ignore[attr-defined]
    chance.shuffle(links)  # type: ignore[attr-defined]
    assert total(claims, links) == before


def test_an_open_end_stays_open_and_a_denial_is_left_out() -> None:
    made = total([claim("a", 5, None), claim("b", 3, 3), claim("c", 9, 9, "denied"), claim("d", 1, 1, unit="cell")], [])
    assert [(each.unit, each.low, each.high) for each in made] == [("cell", 1, 1), ("person", 8, None)]
    assert [(each.claim, each.why) for each in made[1].left_out] == [("c", "denied")]


def test_a_doubtful_revision_counts_the_newer_alone_or_both() -> None:
    (made,) = total([claim("a", 5, 5), claim("b", 8, 8)], [joined("b", "revises", "a", False)])
    assert (made.low, made.high) == (8, 13)
    assert [(each.claim, each.why, each.into, each.sure) for each in made.left_out] == [("a", "revised", "b", False)]


def test_only_the_newer_of_a_revision_counts() -> None:
    (made,) = total([claim("a", 5, 5), claim("b", 8, 8)], [joined("b", "revises", "a")])
    assert (made.low, made.high, made.counted) == (8, 8, ("b",))
    assert [(each.claim, each.why, each.into) for each in made.left_out] == [("a", "revised", "b")]


def test_a_denial_without_a_number_opens_no_bound() -> None:
    made = total([msgspec.structs.replace(claim("a", 0, 0, "denied"), count=None)], [])[0]
    assert (made.low, made.high) == (0, 0)
    assert [each.why for each in made.left_out] == ["denied"]


def test_a_claim_without_a_number_is_left_out_and_opens_the_bound() -> None:
    bare = msgspec.structs.replace(claim("a", 1, 1), action="dismantle", count=None)
    (made,) = total([bare], [])
    assert (made.action, made.unit, made.low, made.high) == ("dismantle", "unknown", 0, None)
    assert [(each.claim, each.why) for each in made.left_out] == [("a", "no number")]


def bounds(claims: list[Claim], links: list[Link]) -> tuple[int, int | None]:
    (made,) = total(claims, links)
    return made.low, made.high


def test_a_hedged_copy_of_an_exact_number_does_not_open_the_bound() -> None:
    assert bounds([claim("a", 60, 60), claim("b", 60, None)], [joined("b", "same", "a")]) == (60, 60)
    assert bounds([claim("a", 60, 66), claim("b", 20, 99)], [joined("b", "same", "a")]) == (60, 66)


def test_rival_numbers_of_one_happening_are_not_added() -> None:
    rivals = [claim("a", 21000, 21000), claim("b", 2000, 2000)]
    assert bounds(rivals, [joined("b", "same", "a"), joined("b", "contradicts", "a")]) == (2000, 21000)
    assert bounds(rivals, []) == (23000, 23000)


def test_two_wholes_that_share_a_part_count_it_once() -> None:
    claims = [claim("a", 30, 30), claim("b", 50, 50), claim("p", 10, 10)]
    (made,) = total(claims, [joined("p", "part_of", "a"), joined("p", "part_of", "b")])
    assert (made.low, made.high) == (50, 70)
    assert [(each.claim, each.why, each.into) for each in made.left_out] == [
        ("a", "shares a part with another count", "b"),
        ("p", "part of another count", "a"),
    ]
    assert [(each.claim, each.low, each.high, each.why) for each in made.shares] == [
        ("a", 0, 30, ""),
        ("b", 50, 40, "without what it shares with another count"),
    ]


def test_what_is_added_to_a_part_lies_in_its_whole_or_on_top_of_it() -> None:
    claims = [claim("w", 60, 60), claim("p", 10, 10), claim("x", 50, 50)]
    links = [joined("p", "part_of", "w"), joined("x", "additional", "p", False)]
    assert bounds(claims, links) == (60, 110)
    assert bounds(claims, [*links, joined("x", "distinct", "w")]) == (110, 110)


def test_what_is_left_out_may_be_added_to_a_part() -> None:
    claims = [claim("w", 60, 60), claim("p", 10, 10), claim("x", 5, 5, "intended")]
    links = [joined("p", "part_of", "w"), joined("x", "additional", "p", False)]
    (made,) = total(claims, links)
    assert (made.low, made.high) == (60, 60)
    assert [(each.claim, each.why) for each in made.left_out] == [("p", "part of another count"), ("x", "intended")]


@settings(max_examples=200)
@given(cases(most=6, relations=("part_of", "additional", "same")), st.sets(st.sampled_from("abcdef")))
def test_every_claim_is_explained_where_some_are_denied(case: Case, denied: set[str]) -> None:
    figures, links = case
    claims = [claim(name, *each, "denied" if name in denied else "asserted") for name, each in figures.items()]
    (made,) = total(claims, links)
    assert made.high is not None
    assert made.low <= made.high or any(each.relation == "part_of" for each in links)
    assert sorted([*made.counted, *(each.claim for each in made.left_out)]) == sorted(figures)
    assert not {share.claim for share in made.shares} & denied


def test_what_a_person_keeps_apart_is_not_merged() -> None:
    claims = [claim("a", 10, 10), claim("b", 10, 10)]
    links = [joined("b", "same", "a", False), joined("a", "distinct", "b")]
    assert bounds(claims, links) == (20, 20)


def test_copies_of_a_revised_number_do_not_widen_the_bounds() -> None:
    claims = [claim("a", 60, 60), claim("b", 60, 60), claim("c", 64, 64), claim("d", 70, 70)]
    links = [joined("b", "same", "a"), joined("c", "revises", "a"), joined("d", "revises", "c")]
    assert bounds(claims, links) == (70, 70)
    assert bounds(claims, [msgspec.structs.replace(each, sure=False) for each in links]) == (70, 60 + 60 + 64 + 70)


def test_a_claim_counts_under_each_of_its_actions_and_actions_are_not_added() -> None:
    both = msgspec.structs.replace(claim("a", 60, 60), action="arrest", also_actions=("identify",))
    named = msgspec.structs.replace(claim("b", 60, 60), action="identify")
    held = msgspec.structs.replace(claim("c", 56, 56), action="hold")
    made = total([both, named, held], [joined("b", "same", "a")])
    assert [(each.action, each.low, each.high, each.counted) for each in made] == [
        ("arrest", 60, 60, ("a",)),
        ("hold", 56, 56, ("c",)),
        ("identify", 60, 60, ("a",)),
    ]


def test_a_unit_in_doubt_adds_to_the_high_of_each_unit() -> None:
    doubt = msgspec.structs.replace(
        BASE,
        id="b",
        count=Mention((), [Count(4, 4, unit, "exact", "four", "exact") for unit in ("person", "team")]),
    )
    made = total([claim("a", 5, 5), doubt], [])
    assert [(each.unit, each.low, each.high, each.counted) for each in made] == [
        ("person", 5, 9, ("a",)),
        ("team", 0, 4, ()),
    ]
    assert [(each.claim, each.why) for each in made[0].left_out] == [("b", "the unit is in doubt")]


def test_a_denial_says_what_it_denies() -> None:
    made = total([claim("a", 5, 5), claim("b", 0, 0, "denied")], [joined("b", "denies", "a", False)])
    assert [(each.claim, each.why, each.into) for each in made[0].left_out] == [("b", "denied", "a")]
    assert (made[0].low, made[0].high) == (5, 5)


def test_the_work_grows_with_the_claims() -> None:
    def seconds(number: int) -> float:
        claims = [claim(f"{index:07}", 5, 9) for index in range(number)]
        links = [
            joined(claims[index].id, ("same", "part_of", "revises")[index % 3], claims[index - 7].id, index % 2 == 0)
            for index in range(7, number)
        ]
        started = time.process_time()
        total(claims, links)
        return time.process_time() - started

    least = min(seconds(4000) for _ in range(2))
    assert seconds(32000) < 8 * 3 * least


def test_counts_that_are_the_same_as_a_claim_without_a_number_are_one() -> None:
    """Two outlets say that 60 were arrested, each after a third that gave no number."""
    with_number = [claim("a", 60, 60), claim("c", 60, 60)]
    between = [msgspec.structs.replace(claim("b", 1, 1), count=None)]
    links = [joined("a", "same", "b"), joined("b", "same", "c")]
    (made,) = (each for each in total([*with_number, *between], links) if each.unit == "person")
    assert made.low == 60
