"""The made ledger is the same each time, valid, and skewed; the measurement runs on a small one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from allegata.model import Claim, Link, Span, from_json, to_json


@pytest.fixture
def ledger(bench: Callable[[str], ModuleType]) -> Any:
    return bench("ledger")


def spans_of(claim: Claim) -> list[Span]:
    assert claim.attribution is not None
    assert claim.count is not None
    mentions = [*claim.speakers, *claim.places, claim.count]
    parts = claim.attribution
    return [claim.passage, *parts.source, *parts.cue, *parts.content, *(each for one in mentions for each in one.spans)]


def test_the_same_seed_makes_the_same_ledger(ledger: Any) -> None:
    assert ledger.claims_of(300, 5) == ledger.claims_of(300, 5)
    assert ledger.claims_of(300, 5) != ledger.claims_of(300, 6)
    assert ledger.claims_of(300, 5)[:200] == ledger.claims_of(200, 5)


def test_made_claims_are_valid_and_quote_their_document(ledger: Any) -> None:
    identities: list[str] = []
    for document, claims in ledger.documents(400, 2):
        for claim in claims:
            assert from_json(Claim, json.loads(json.dumps(to_json(claim)))) == claim
            assert claim.document.id == document.id
            for span in spans_of(claim):
                assert document.text[span.start : span.end] == span.text
            assert claim.count.value.low <= (claim.count.value.high or claim.count.value.low)
            identities.append(claim.id)
    assert len(set(identities)) == len(identities) == 400


def test_a_few_countries_and_outlets_have_most_of_the_claims(ledger: Any) -> None:
    claims = ledger.claims_of(3000)
    for name, share in (("outlet", 0.3), ("country", 0.5)):
        values = [claim.document.outlet if name == "outlet" else claim.places[0].value.country for claim in claims]
        common = Counter(values).most_common(10)
        assert sum(number for _, number in common) > share * len(claims)
        assert len(set(values)) > 15


def test_a_small_ledger_is_measured(ledger: Any) -> None:
    figures = ledger.measure(200, 1)
    assert figures["claims"] == 200
    assert figures["links"] > 0
    assert figures["recall"] > 0.7
    assert figures["precision"] > 0.7
    assert 0 < figures["part"] < 1
    assert figures["peak"] > 0


def test_found_pairs_are_those_of_one_announcement(ledger: Any) -> None:
    claims = ledger.claims_of(40)
    told = {claim.id: number // 4 for number, claim in enumerate(claims)}
    one, two, three, other = claims[0].id, claims[1].id, claims[2].id, claims[4].id
    links = [
        Link(one, two, "same", True, (), "x"),
        Link(two, other, "same", True, (), "x"),
        Link(three, other, "denies", True, (), "x"),
    ]
    # One of the sixty pairs is found, of the three that are in one group one is right.
    assert ledger._found(links, told) == {"recall": 1 / 60, "precision": 1 / 3}


def test_a_kept_ledger_is_read_by_country(ledger: Any) -> None:
    sizes = [size for _, size, _ in ledger.on_disk(200, 1)]
    assert sizes[-1] == max(sizes) > 0
