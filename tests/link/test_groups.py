"""The groups of the same claims: who is in them, in what order, where each comes from, and what moved."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from allegata import claims_of_text
from allegata.link import groups, members
from allegata.link.value import WORDS
from allegata.model import Claim, Group, Link, from_json, to_json

Made = Callable[[str, dict[str, Any]], Claim]
Joined = Callable[[str, str, str], Link]
COPIED = "that the network had been watched for months before {} of its members were taken"


def chain(claim_of: Made) -> list[Claim]:
    """An agency's count is copied with a slip, cited with a hedge, and told again by somebody else altogether."""
    governor = {"name": "Teo Arbulu", "role": "governor", "body": "Police (Peru)"}
    return [
        claim_of("a", {"outlet": "Port Times", "published": "2023-06-14", "count": 114, "text": COPIED.format(114), "speaker": governor, "through": ["AFP"]}),
        claim_of("b", {"outlet": "North Wire", "published": "2023-06-15", "count": 144, "text": COPIED.format(144), "speaker": governor}),
        claim_of("c", {"outlet": "Hill Post", "published": "2023-06-16", "count": 114, "hedge": "at_least", "text": "At least 114 held, says a paper", "through": ["Port Times"]}),
        claim_of("d", {"outlet": "Vale Echo", "published": "2023-06-17", "count": 114, "action": "hold", "text": "Some were in custody by the weekend"}),
    ]  # fmt: skip


def test_each_step_says_what_moved_from_where_to_where(claim_of: Made, link_of: Joined) -> None:
    (group,) = groups(
        chain(claim_of), [link_of("a", "same", "c"), link_of("a", "same?", "b"), link_of("d", "same?", "b")]
    )
    assert [(each.claim, each.source, each.because, each.sure) for each in group.variants] == [
        ("a", None, None, True), ("b", "a", "words", False), ("c", "a", "cited", True), ("d", "a", "first", False),
    ]  # fmt: skip
    assert [(each.field, each.left, each.right, each.before, each.after) for each in group.moved] == [
        ("count", "a", "b", "114", "144"),
        ("conduits", "a", "b", "AFP", None),
        ("count", "a", "c", "114", "at least 114"),
        ("action", "a", "d", "arrest", "hold"),
    ]
    assert (group.id, group.sure) == ("a", False)
    assert from_json(Group, json.loads(json.dumps(to_json(group)))) == group


def test_what_only_one_tells_or_spells_otherwise_has_not_moved(claim_of: Made, link_of: Joined) -> None:
    one = {
        "count": 60,
        "places": [["IR", "Gilan"]],
        "speaker": {"name": "Behrang Solati", "body": "Ministry of Intelligence (Iran), Gilan office"},
    }
    other = {
        "count": 60,
        "places": [["IR", ""]],
        "speaker": {"name": "Solaty", "body": "Intelligence Service (Iran)"},
        "period": ["2023-06-13"],
    }
    (group,) = groups([claim_of("a", one), claim_of("b", other)], [link_of("a", "same", "b")])
    assert group.moved == ()
    assert group.sure


def test_claims_of_one_page_descend_from_each_other_where_no_other_page_is_copied(
    claim_of: Made, link_of: Joined
) -> None:
    told = [
        claim_of("a", {"page": "p", "published": "2023-06-14", "count": 60, "text": "Sixty held"}),
        claim_of("b", {"page": "p", "published": "2023-06-14", "count": 60, "hedge": "about", "text": "Sixty held, more or less"}),
    ]  # fmt: skip
    (group,) = groups(told, [link_of("a", "same", "b")])
    assert [(each.source, each.because) for each in group.variants] == [(None, None), ("a", "page")]
    assert [each.after for each in group.moved] == ["about 60"]


def test_only_same_makes_a_group(claim_of: Made, link_of: Joined) -> None:
    told = [claim_of(each, {"count": 60}) for each in "abc"]
    links = [link_of("a", "contradicts", "b"), link_of("b", "revises", "c"), link_of("a", "same", "gone")]
    assert groups(told, links) == ()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=20),
    st.integers(0, 10**6),
)
def test_groups_are_the_connected_parts_whatever_the_order(
    claim_of: Made, link_of: Joined, pairs: list[tuple[int, int, bool]], seed: int
) -> None:
    told = [claim_of(f"c{at:02}", {"count": 60 + at % 4, "published": f"2024-03-{9 - at % 5:02}"}) for at in range(12)]
    links = [link_of(f"c{one:02}", "same" if sure else "same?", f"c{two:02}") for one, two, sure in pairs if one != two]
    found = groups(told, links)
    shuffled = groups(Random(seed).sample(told, len(told)), Random(seed).sample(links, len(links)))
    assert shuffled == found
    parts = {frozenset(each.claim for each in group.variants) for group in found}
    assert parts == connected(links)
    for group in found:
        assert members(group.id, links) == {each.claim for each in group.variants}
        order = [each.claim for each in group.variants]
        assert all(each.source is None or order.index(each.source) < order.index(each.claim) for each in group.variants)


def connected(links: list[Link]) -> set[frozenset[str]]:
    """Return the connected parts, found the slow way: sets are joined until none touch."""
    parts = [{each.left, each.right} for each in links]
    while True:
        touching = next(((one, two) for one in parts for two in parts if one is not two and one & two), None)
        if touching is None:
            return {frozenset(part) for part in parts}
        parts = [part for part in parts if part is not touching[0] and part is not touching[1]]
        parts.append(touching[0] | touching[1])


def test_three_hundred_reports_are_grouped_quickly(claim_of: Made, link_of: Joined) -> None:
    told = [
        claim_of(f"{at:03}", {"count": 60 + at % 3, "text": COPIED.format(60 + at % 3) + f" said report {at} " * 9, "outlet": f"Paper {at}"})
        for at in range(300)
    ]  # fmt: skip
    links = [link_of(one.id, "same", two.id) for at, one in enumerate(told) for two in told[at + 1 : at + 201]]
    begun = time.perf_counter()
    (group,) = groups(told, links)
    assert time.perf_counter() - begun < 10
    assert len(group.variants) == 300
    assert len(group.moved) < 300


def test_a_number_that_is_not_whole_is_told_as_it_is_printed() -> None:
    """Police in Peru said 3.5 tons of cocaine were seized in Lima."""
    (claim,) = claims_of_text(test_a_number_that_is_not_whole_is_told_as_it_is_printed.__doc__ or "")
    assert WORDS["count"](claim) == "3.5"
