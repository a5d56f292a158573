"""Claims linked one document after the other, groups, and what is never joined."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata import Claim, claims_of_text, link
from allegata.ground.lexicon import table
from allegata.link import Linker
from allegata.link.block import NEAR, WHOLE, Blocks, _near, place_of
from allegata.link.compare import FIELDS, compare, points
from allegata.link.features import Features, features_of
from allegata.model import Link

REPORTS = (
    ("2024-05-03", "Coast Daily", "Interior Minister Ada Brill said on Friday that 381 students were summoned in Kisumu, Kenya, over a rally at the lake."),
    ("2024-05-04", "North Wire", "Some 381 students were arrested in Kisumu over a rally at the lake, Kenya's Interior Minister Ada Brill said on Friday."),
    ("2024-05-05", "The Ledger Post", "Kenya's interior minister said that 318 students were arrested in Kisumu over a rally at the lake."),
    ("2024-05-06", "Strait Gazette", "In Mombasa, Kenya, 381 students were arrested over a fee on Friday, the police said."),
    ("2024-11-03", "Coast Daily", "Interior Minister Ada Brill said on Sunday that 381 students were summoned in Kisumu, Kenya, over a rally at the lake."),
    ("2024-05-07", "Manila Courier", "Interior Minister Ada Brill denied that 381 students were arrested in Kisumu, Kenya, over a rally at the lake."),
)  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> tuple[tuple[Claim, ...], ...]:
    made = tuple(claims_of_text(text, published, outlet) for published, outlet, text in REPORTS)
    assert all(made)
    return made


def said(links: tuple[Link, ...] | list[Link]) -> set[tuple[str, str, str]]:
    return {(each.left, each.right, each.relation) for each in links}


def test_one_document_after_the_other_gives_what_all_at_once_give(pages: tuple[tuple[Claim, ...], ...]) -> None:
    whole = link([claim for page in pages for claim in page])
    for order in (pages, pages[::-1], (*pages[3:], *pages[:3])):
        linker = Linker()
        for page in order:
            linker.add(page)
        assert tuple(sorted(linker.links(), key=lambda each: (each.left, each.right, each.relation))) == whole
        assert linker.add(order[0]) == ()


def test_an_addition_returns_the_links_of_what_it_touches(pages: tuple[tuple[Claim, ...], ...]) -> None:
    linker = Linker()
    assert not said(linker.add(pages[0]))
    touched = linker.add(pages[1])
    assert {relation for _, _, relation in said(touched)} == {"same", "contradicts"}
    assert not said(linker.add(pages[4]))


def test_what_drifts_is_the_same_and_what_happens_again_is_not(pages: tuple[tuple[Claim, ...], ...]) -> None:
    summoned, arrested, swapped, elsewhere, later, denied = (page[0].id for page in pages)
    found = said(link([claim for page in pages for claim in page]))
    joined = {frozenset(pair) for *pair, relation in found if relation == "same"}
    assert frozenset((summoned, arrested)) in joined
    assert frozenset((arrested, swapped)) in joined
    assert not any({elsewhere, later} & pair for pair in joined)
    assert (denied, arrested, "denies") in found
    assert not any(denied in pair for pair in joined)


def test_every_reason_has_a_verdict_and_a_note(pages: tuple[tuple[Claim, ...], ...]) -> None:
    for each in link([claim for page in pages for claim in page]):
        assert [reason.field for reason in each.reasons] == list(FIELDS)
        assert all(reason.note and reason.verdict in ("agrees", "differs", "missing") for reason in each.reasons)


def test_the_order_of_two_claims_makes_no_difference_to_their_levels(pages: tuple[tuple[Claim, ...], ...]) -> None:
    features = [features_of(claim) for page in pages for claim in page]
    for one, other in pairwise(features):
        assert compare(one, other) == compare(other, one)


def test_every_level_in_the_table_has_points_and_no_field_is_missing_there() -> None:
    rows = table("link_points")
    assert {row["field"] for row in rows} == {*FIELDS, "sum"}
    assert all(row["meaning"] for row in rows)
    assert points()["sum", "beside"] < points()["sum", "same"] < points()["sum", "sure"]


@given(st.lists(st.integers(100, 400), min_size=1, max_size=90, unique=True))
def test_a_large_block_is_searched_near_the_number_only(numbers: list[int]) -> None:
    (claim,) = claims_of_text("Police said on 3 May 2024 that 381 men were arrested in Lima, Peru.", "2024-05-03", "A")
    base = features_of(claim)
    made = [replaced(base, f"{number:04}", number) for number in numbers]
    blocks = Blocks()
    for each in made:
        blocks.put(each)
    near = blocks.near(made[0])
    assert made[0].id not in near
    assert near <= {each.id for each in made}
    if len(made) <= WHOLE:
        assert len(near) == len(made) - 1
    else:
        ordered = sorted(map(place_of, made))
        at = ordered.index(place_of(made[0]))
        beside = {identity for _, _, identity in ordered[max(0, at - NEAR) : at + NEAR + 1]}
        # The rest has a small block of its own with it: that of the same number, or of one that is typed alike.
        rest = [each for each in made if each.id in near - beside]
        alike = set(_near(made[0].stated))
        assert beside - {made[0].id} <= near
        assert all(each.stated == made[0].stated or alike & set(_near(each.stated)) for each in rest)


def replaced(features: Features, identity: str, number: int) -> Features:
    return msgspec.structs.replace(
        features, id=identity, document=identity, stated=number, low=number, high=number, passage=number
    )
