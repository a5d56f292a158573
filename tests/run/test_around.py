"""What stands around some claims is all that what is told of them depends on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.ledger import Ledger, open_ledger
from allegata.link import find, groups
from allegata.mask import outward
from allegata.run.around import SAME, everything, findings_about, reached
from allegata.run.cli import main
from allegata.run.drafts import Earlier, EarlierIn
from allegata.run.pipeline import Added, Given, add, group_of, reports
from allegata.run.relating import are_keyed, relate

NOW = "2024-01-01T00:00:00Z"
TEXTS = (
    "Interior Minister Ada Brill said on 3 May 2024 that 381 students were summoned in Kisumu, Kenya, over a rally at the lake.",
    "Some 381 students were arrested in Kisumu over a rally at the lake, Kenya's Interior Minister Ada Brill said on 3 May 2024.",
    "Interior Minister Ada Brill said on 3 May 2024 that 318 students were summoned in Kisumu, Kenya, over a rally at the lake.",
    "Interior Minister Ada Brill denied on 3 May 2024 that 381 students were arrested in Kisumu, Kenya, over a rally at the lake.",
    "Police said on 9 June 2023 that 14 men were arrested in Nairobi, Kenya. They said 9 of them were released in Nairobi.",
    "Police said on 3 May 2024 that 60 men were arrested in Lima, Peru.",
    "Some 60 men were arrested in Lima, Peru, police said on 3 May 2024.",
)


@pytest.fixture(params=[False, True], ids=["as read", "as decided"])
def ledger(request: pytest.FixtureRequest, location: str, tmp_path: Path) -> Iterator[Ledger]:
    held = open_ledger(location, outward, True)
    for number, text in enumerate(TEXTS):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
        for made in reports(str(tmp_path / f"{number}.txt"), Given(f"2024-05-0{number + 1}", f"Paper {number}")):
            add(held, made, "test", NOW, Added())
    relate(held, "test", NOW)
    if request.param:
        same = [each for each in held.links() if each.relation == "same"]
        alone = next(claim for claim in held.claims() if claim.document.outlet == "Paper 4")
        for words in (("split", same[0].left, same[0].right), ("merge", same[-1].left, alone.id)):
            result = CliRunner().invoke(main, [*words, "--reason", "seen", "--ledger", location])
            assert result.exit_code == 0, result.output
    yield held
    held.close()


def test_links_asked_for_are_those_of_all_as_decided(ledger: Ledger) -> None:
    every = list(ledger.links())
    assert len(every) > 4
    for claim in ledger.claims():
        assert list(ledger.links(of=[claim.id])) == [each for each in every if claim.id in (each.left, each.right)]


def test_the_group_of_a_claim_is_the_one_among_all(ledger: Ledger) -> None:
    every = groups(list(ledger.claims()), list(ledger.links()))
    assert every
    for claim in ledger.claims():
        found = [each for each in every if claim.id in {variant.claim for variant in each.variants}]
        assert group_of(ledger, claim) == next(iter(found), None)
        assert reached(ledger, [claim.id], SAME) == {claim.id} | {one.claim for each in found for one in each.variants}


def test_the_findings_about_a_claim_are_those_among_all(ledger: Ledger) -> None:
    known, links, every = everything(ledger)
    assert tuple(every) == find(known, links)
    assert every
    for claim in known:
        found = findings_about(ledger, [claim])[2]
        assert [each for each in found if claim.id in each.claims] == [
            each for each in every if claim.id in each.claims
        ]


def test_a_draft_meets_the_same_earlier_claims_by_key_as_among_all(ledger: Ledger, tmp_path: Path) -> None:
    assert are_keyed(ledger)
    (tmp_path / "draft.txt").write_text(TEXTS[0].replace("381", "371"), "utf-8")
    (made,) = reports(str(tmp_path / "draft.txt"), Given("2024-05-20", "Draft"))
    assert made.document is not None
    found = EarlierIn(ledger).matches(made.document, made.claims)
    assert found
    assert found == Earlier(tuple(ledger.claims())).matches(made.document, made.claims)
