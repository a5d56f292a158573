"""What two claims are to each other, by cases of whole sentences."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from allegata import Claim, claims_of_text, find, link

CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("cases").joinpath("pairs.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
][1:]


def claims(side: str) -> tuple[Claim, ...]:
    published, outlet, text = side.split("|")
    return claims_of_text(text, published, outlet)


@pytest.mark.parametrize(("name", "left", "right", "relations"), CASES, ids=[case[0] for case in CASES])
def test_the_relation_of_two_claims(name: str, left: str, right: str, relations: str) -> None:
    both = [claim for side in (left, right) if side for claim in claims(side)]
    assert len(both) == 2, name
    found = link(both)
    assert {(each.relation, each.sure) for each in found} == {
        (word.rstrip("?"), not word.endswith("?")) for word in relations.split() if word != "-"
    }
    for each in found:
        assert each.reasons
        assert each.judge


def test_the_order_of_claims_makes_no_difference() -> None:
    every = [claim for case in CASES for side in case[1:3] if side for claim in claims(side)]
    first = link(every)
    assert first
    for seed in range(3):
        shuffled = Random(seed).sample(every, len(every))
        assert link(shuffled) == first
        assert find(shuffled, first) == find(every, first)
    few = every[:3]
    assert len({link(order) for order in permutations(few)}) == 1


def test_places_listed_after_a_total_are_its_parts_and_must_add_up() -> None:
    """Police said on Monday that 30 people were arrested in Mazandaran province, Iran.

    Police said 18 people were arrested in Sari and {} people were arrested in Babol.
    """
    text = test_places_listed_after_a_total_are_its_parts_and_must_add_up.__doc__ or ""
    for last, sure, findings in (("12", True, 0), ("14", False, 1)):
        made = claims_of_text(text.format(last), "2023-06-14", "Coast Daily")
        links = link(made)
        assert [(each.relation, each.sure) for each in links] == [("part_of", sure)] * 2
        found = find(made, links)
        assert len(found) == findings
        assert all("32, above their whole of 30" in each.explanation for each in found)


def test_counts_that_come_to_a_total_of_their_document_are_its_parts() -> None:
    """The interior ministry said on Monday that 40 militants were killed in Kenya.

    It said 24 militants were killed in Lamu. It said 16 militants were killed in Garissa.

    Police said {} smugglers were arrested in Nairobi.
    """
    text = test_counts_that_come_to_a_total_of_their_document_are_its_parts.__doc__ or ""
    made = claims_of_text(text.format(12), "2023-06-14", "Coast Daily")
    numbers = {claim.id: claim.count.value.low for claim in made if claim.count and claim.count.value}
    found = {(numbers[each.left], numbers[each.right]): each.sure for each in link(made) if each.relation == "part_of"}
    assert found == {(24, 40): True, (16, 40): True}
    other = claims_of_text(text.format(12).replace("16", "15"), "2023-06-14", "Coast Daily")
    assert not [each for each in link(other) if each.relation == "part_of" and each.sure]
