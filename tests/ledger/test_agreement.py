"""An index that is not that of the batches is made again, or told by `verify` and then made again: no row of it is missing silently."""

from __future__ import annotations

from pathlib import Path

import pytest
from stores import change_index, enter, fill

from allegata.ledger import ClaimFilter, Ledger, erase, open_ledger, schema
from allegata.mask import outward
from allegata.run.pipeline import Added, Given, add, reports
from allegata.run.relating import relate

NOW = "2024-01-01T00:00:00Z"
TEXTS = (
    "Interior minister Ada Brill said on Monday that 40 people were arrested in Tacna, Peru, over riots.",
    "Interior minister Ada Brill said on Monday that at least 40 people were arrested in Tacna, Peru.",
    "Police said on 9 June 2023 that Bruna Keltov was arrested in Nairobi, Kenya. They gave no other names.",
    "Police said on 3 May 2023 that 60 men were arrested in Lima, Peru.",
)
WRONG = "the index does not agree with the batches; it is made again at the next command"


def opened(location: str) -> Ledger:
    return open_ledger(location, outward, True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pages and a ledger of them, of which one superseded another and one was erased."""
    place = tmp_path_factory.mktemp("made")
    with opened(str(place / "ledger")) as ledger:
        for number, text in enumerate(TEXTS):
            enter(ledger, place / f"{number}.txt", text, Given("2023-06-14", f"Paper {number}"))
            relate(ledger, "test", NOW)
        enter(ledger, place / "0.txt", TEXTS[0], Given("2023-06-15", "Paper 0"))
        gone = next(each.id for each in ledger.documents() if each.outlet == "Paper 3")
        erase(ledger, [gone], "asked for", "test", NOW)
        claim = next(claim for claim in ledger.claims() if claim.document.outlet == "Paper 2")
        ledger.append(ledger.standings("claim", {}, [claim.id], "test"), "test", NOW)
        relate(ledger, "test", NOW, everything=True)
    return place


@pytest.fixture
def told(made: Path, every_location: str) -> str:
    """A copy of the ledger, to which links were made."""
    with opened(fill(every_location, made / "ledger")) as ledger:
        relate(ledger, "test", NOW, everything=True)
    return every_location


def answers(ledger: Ledger) -> tuple[object, ...]:
    return (
        list(ledger.claims()),
        list(ledger.claims(ClaimFilter(search="arrested"))),
        list(ledger.claims(ClaimFilter(since="2023-01-01"))),
        list(ledger.claims(ClaimFilter(place="Peru"))),
        list(ledger.links()),
        ledger.hidden("Bruna Keltov said so"),
        {kind: ledger.count(kind) for kind in ("capture", "claim", "link", "erasure")},
    )


# An index without rows in these may be that of a ledger in which nothing was linked, erased or left to be erased.
MAY_BE_EMPTY = {"keyed_through", "erasure", "pending"}
TABLES = (*(each for each in schema.TABLES if each not in MAY_BE_EMPTY), "salt")


def test_a_ledger_that_nobody_touched_agrees(told: str) -> None:
    with opened(told) as ledger:
        assert ledger.verify() == ()
        before = answers(ledger)
        assert "Keltov" not in str(before[-2])
        ledger.rebuild()
        assert ledger.verify() == ()
        assert answers(ledger) == before


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("damage", ["DELETE FROM {}", "DROP TABLE {}"])
def test_an_index_with_an_empty_or_missing_table_is_made_again_when_it_is_opened(
    told: str, table: str, damage: str
) -> None:
    with opened(told) as ledger:
        before = answers(ledger)
    change_index(told, damage.format(table))
    with open_ledger(told, outward) as ledger:
        assert answers(ledger) == before
        assert ledger.verify() == ()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM batch WHERE sequence = 2",
        "DELETE FROM record WHERE kind = 'claim' AND id IN (SELECT min(id) FROM claim)",
        "DELETE FROM claim WHERE id IN (SELECT min(id) FROM claim)",
        "DELETE FROM document WHERE id IN (SELECT min(id) FROM document)",
        "DELETE FROM term WHERE field = 'place'",
        "DELETE FROM said WHERE claim IN (SELECT min(claim) FROM said)",
        "DELETE FROM word WHERE word = 'arrested'",
        "DELETE FROM time WHERE claim IN (SELECT min(claim) FROM time)",
        "DELETE FROM linked WHERE claim IN (SELECT min(claim) FROM linked)",
        "DELETE FROM erasure",
        "INSERT INTO withdrawn SELECT 'claim', min(id) FROM claim WHERE id NOT IN (SELECT id FROM withdrawn)",
        "INSERT INTO claim VALUES ('x', 'y')",
    ],
)
def test_what_an_index_lacks_is_told_by_verify_and_made_again(told: str, damage: str) -> None:
    with opened(told) as ledger:
        before = answers(ledger)
    change_index(told, damage)
    with open_ledger(told, outward) as ledger:
        assert [each.partition(": ")[2] for each in ledger.verify()] == [WRONG]
    with open_ledger(told, outward) as ledger:
        assert ledger.verify() == ()
        assert answers(ledger) == before
    change_index(told, damage)
    with open_ledger(told, outward) as ledger:
        assert ledger.verify() != ()
        assert answers(ledger) == before, "who checked the index goes on with one that is made again"
        assert ledger.verify() == ()


def test_an_index_of_which_batches_are_missing_is_made_again_and_nothing_more_is_erased(told: str, made: Path) -> None:
    with opened(told) as ledger:
        for each in reports(str(made / "3.txt"), Given("2023-06-14", "Paper 3")):
            add(ledger, each, "test", NOW, Added(), again=True)
        assert any(document.outlet == "Paper 3" for document in ledger.documents())
        before = answers(ledger)
    change_index(told, "DELETE FROM batch WHERE sequence > 2")
    with opened(told) as ledger:
        assert answers(ledger) == before
        assert ledger.verify() == ()
