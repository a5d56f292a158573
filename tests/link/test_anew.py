"""Linking again only what a change touches gives the links that linking everything gives."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType

import msgspec
import pytest

from allegata import Claim, claims_of_text, link
from allegata.link import anew, block
from allegata.link.anew import Kept, LostError, Row, kept_of, link_anew
from allegata.link.block import Place
from allegata.link.relate import Linker
from allegata.model import Count, Link, Mention, Span

Made = Callable[[str], ModuleType]


class Shelf:
    """What a store keeps, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, Kept] = {}
        self.blocks: dict[tuple[int, int], set[Place]] = defaultdict(set)

    def members(self, key: int, week: int) -> Iterable[Place]:
        return self.blocks[key, week]

    def known(self, claims: Iterable[str]) -> Mapping[str, str]:
        return {each: self.held[each].known for each in claims if each in self.held}

    def put(self, kept: Iterable[Kept], gone: Mapping[str, Iterable[Row]]) -> None:
        for name, rows in gone.items():
            del self.held[name]
            for row in rows:
                self.blocks[row.key, row.week].remove(row.place)
        for each in kept:
            self.held[each.claim] = each
            for row in each.rows:
                self.blocks[row.key, row.week].add(row.place)


class Grown:
    """Claims, and their links as they are kept up to date by what changes."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.claims: dict[str, Claim] = {}
        self.links: set[Link] = set()

    def change(self, claims: Sequence[Claim] = (), gone: Sequence[str] = ()) -> None:
        documents = {claim.document.id for claim in claims} | {self.claims[each].document.id for each in gone}
        self.claims = {name: claim for name, claim in self.claims.items() if name not in gone}
        self.claims |= {claim.id: claim for claim in claims}
        whole = [claim for claim in self.claims.values() if claim.document.id in documents]
        made = link_anew(self.shelf, whole, gone)
        self.links = {each for each in self.links if not {each.left, each.right} & set(gone)}
        self.links = {each for each in self.links if each in made.links or not made.replaces(each)} | set(made.links)
        self.shelf.put(made.kept, made.gone)

    def check(self) -> None:
        assert self.links == set(link(list(self.claims.values())))


def pages_of(bench: Made, number: int, seed: int) -> list[tuple[Claim, ...]]:
    return [claims for _, claims in bench("ledger").documents(number, seed) if claims]


def recounted(claim: Claim, number: int) -> Claim:
    """Return *claim* with another number."""
    count = Count(number, number, "person", "exact", str(number), "exact")
    mention = Mention(claim.count.spans, (count,), "made") if claim.count else None
    return msgspec.structs.replace(claim, count=mention)


@pytest.fixture(params=[(64, 10), (5, 2)], ids=["blocks of the rules", "small blocks"])
def _sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (anew, block):
        monkeypatch.setattr(module, "WHOLE", request.param[0])
        monkeypatch.setattr(module, "NEAR", request.param[1])


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_added_corrected_and_taken_back_the_links_are_those_of_all(bench: Made, seed: int) -> None:
    chance = random.Random(seed)
    pages = pages_of(bench, 160, seed)
    chance.shuffle(pages)
    grown = Grown()
    for page in pages:
        grown.change(page)
        if chance.random() < 0.3:
            some = chance.choice(list(grown.claims.values()))
            what = chance.choice(("recounted", "gone", "page gone", "reworded"))
            if what == "recounted":
                grown.change([recounted(some, chance.choice((3, 30, 60, 61, 381)))])
            elif what == "reworded":
                grown.change([msgspec.structs.replace(some, status="denied")])
            else:
                whole = [each.id for each in grown.claims.values() if each.document.id == some.document.id]
                grown.change(gone=[some.id] if what == "gone" else whole)
            grown.check()
    grown.check()


@pytest.mark.usefixtures("_sizes")
def test_several_documents_at_once(bench: Made) -> None:
    pages = pages_of(bench, 160, 9)
    grown = Grown()
    for at in range(0, len(pages), 40):
        grown.change([claim for page in pages[at : at + 40] for claim in page])
        grown.check()


@pytest.mark.parametrize("swapped", [False, True])
def test_a_claim_beside_one_that_is_told_again_need_share_no_key_with_it(swapped: bool) -> None:
    """Only its passage joins the two, and its id may be the lesser or the greater."""
    told = "Police said on 3 May 2024 that 60 men were arrested in Lima, Peru."
    (first,) = claims_of_text(told, "2024-05-04", "A")
    (again,) = claims_of_text(told, "2024-05-05", "B")
    mate = msgspec.structs.replace(
        first, id="0" if swapped else "z", action="attack", count=None, speakers=(), spoken=None
    )
    mate = msgspec.structs.replace(mate, passage=Span(first.passage.start, first.passage.end, "In other words."))
    grown = Grown()
    grown.change([first, mate])
    grown.change([again])
    grown.check()
    assert grown.links


def test_what_was_linked_at_once_is_kept_alike(bench: Made) -> None:
    pages = pages_of(bench, 120, 5)
    grown = Grown()
    for page in pages:
        grown.change(page)
    linker = Linker()
    linker.enter(grown.claims.values())
    assert {each.claim: each for each in kept_of(linker, grown.claims.values())} == grown.shelf.held


def test_a_claim_of_which_nothing_is_kept_any_more_is_not_guessed(bench: Made) -> None:
    pages = pages_of(bench, 60, 5)
    grown = Grown()
    for page in pages:
        grown.change(page)
    grown.shelf.held.clear()
    with pytest.raises(LostError):
        grown.change([msgspec.structs.replace(each, id=f"other {each.id}") for each in pages[0]])
