"""Links asked for by their claims are those that a look through all links finds."""

from __future__ import annotations

import msgspec
import pytest

from allegata.claim import claims as read_claims
from allegata.claim import sample
from allegata.ledger import Supersession, open_ledger
from allegata.ledger.records import as_stored
from allegata.link import link
from allegata.model import Masks, Record

NOW = "2024-01-01T00:00:00Z"
TEXTS = (
    "Police said on 3 May 2024 that 60 men were arrested in Lima, Peru.",
    "Some 60 men were arrested in Lima, Peru, police said on 3 May 2024.",
    "On 3 May 2024 police in Lima, Peru, said that 60 men were arrested.",
    "Police said on 9 June 2023 that 14 men were arrested in Nairobi, Kenya.",
)


@pytest.mark.parametrize("rebuilt", [False, True])
def test_links_of_claims_are_the_links_that_touch_them(location: str, rebuilt: bool) -> None:
    with open_ledger(location, as_stored, True) as ledger:
        found, documents = [], []
        for number, text in enumerate(TEXTS):
            document = msgspec.structs.replace(sample(text), id=f"d{number}")
            claims = read_claims(document)
            records: list[tuple[str, Record]] = [("document", document), ("masks", Masks(document.id, ()))]
            ledger.append([*records, *(("claim", claim) for claim in claims)], "test", NOW)
            found += claims
            documents.append(document.id)
        ledger.append([("link", each) for each in link(found)], "test", NOW)
        if rebuilt:
            ledger.rebuild()
        every = list(ledger.links())
        assert len(every) >= 3
        for claim in found:
            touching = [each for each in every if claim.id in (each.left, each.right)]
            assert list(ledger.links(of=[claim.id])) == touching
        assert list(ledger.links(of=[claim.id for claim in found])) == every
        assert list(ledger.links(of=[])) == []
        ledger.append([("supersession", Supersession(documents[0], documents[3], "test"))], "test", NOW)
        left = list(ledger.links(of=[claim.id for claim in found]))
        assert left == list(ledger.links())
        assert 0 < len(left) < len(every)
