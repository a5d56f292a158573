"""Links brought up to what was entered are those of linking all, whatever was entered, and whoever was killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from stores import drop_index, enter

from allegata.ledger import Ledger, open_ledger
from allegata.link import link
from allegata.mask import outward
from allegata.run import relating
from allegata.run.cli import main
from allegata.run.pipeline import Given
from allegata.run.relating import relate

NOW = "2024-01-01T00:00:00Z"
PAGES = Path(__file__).parents[2] / "corpus" / "pages.jsonl"
KILLED = Path(__file__).with_name("killed.py")
TEXTS = (
    "Police said on 3 May 2024 that 60 men were arrested in Lima, Peru.",
    "Some 60 men were arrested in Lima, Peru, police said on 3 May 2024.",
    "On 3 May 2024 police in Lima, Peru, said that 64 men were arrested.",
    "Police said on 9 June 2023 that 14 men were arrested in Nairobi, Kenya.",
)


def opened(location: str) -> Ledger:
    return open_ledger(location, outward, True)


def assert_all_linked(ledger: Ledger) -> None:
    assert set(ledger.links(rejected=True)) == set(link(tuple(ledger.claims(rejected=True))))
    assert not ledger.keyed.is_behind()
    mark = ledger.keyed.mark()
    assert mark is not None
    assert ledger.keyed.through() == (mark.through, mark.rules)


@pytest.fixture
def _never_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Link all only in an empty ledger."""
    plain = relating._from_all

    def from_all(ledger: Ledger, now: relating.Linking) -> relating._Made:
        assert ledger.keyed.mark() is None
        return plain(ledger, now)

    monkeypatch.setattr(relating, "_from_all", from_all)


@pytest.mark.usefixtures("_never_all")
def test_pages_that_come_one_after_the_other_and_are_superseded(every_location: str, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in PAGES.read_text("utf-8").splitlines()]
    random.Random(3).shuffle(rows)
    with opened(every_location) as ledger:
        for number, row in enumerate(rows[:14]):
            enter(ledger, tmp_path / f"{row['id']}.txt", row["text"], Given("2023-06-14", row["outlet"]))
            relate(ledger, "test", NOW)
            if number % 5 == 4:
                enter(ledger, tmp_path / f"{row['id']}.txt", row["text"], Given("2023-06-15", row["outlet"]))
                relate(ledger, "test", NOW)
            assert_all_linked(ledger)
        assert len(list(ledger.links())) > 5


def tell(location: str, tmp_path: Path) -> str:
    with opened(location) as ledger:
        for number, text in enumerate(TEXTS):
            enter(ledger, tmp_path / f"{number}.txt", text, Given(f"2024-05-0{number + 4}", f"Paper {number}"))
        relate(ledger, "test", NOW)
        assert_all_linked(ledger)
    return location


@pytest.fixture
def told(location: str, tmp_path: Path) -> str:
    return tell(location, tmp_path)


def run(told: str, *words: str) -> str:
    result = CliRunner().invoke(main, [*words, "--ledger", str(told)])
    assert result.exit_code == 0, result.output
    return result.output


def first_claim(told: str) -> str:
    with opened(told) as ledger:
        return next(claim.id for claim in ledger.claims() if claim.document.outlet == "Paper 0")


@pytest.mark.usefixtures("_never_all")
def test_a_correction_and_its_undoing_touch_only_their_claim(told: str) -> None:
    with opened(told) as ledger:
        before = set(ledger.links())
    run(told, "correct", first_claim(told), "count", "9000", "--reason", "misread")
    with opened(told) as ledger:
        assert_all_linked(ledger)
        assert set(ledger.links()) != before
        (decision,) = (each.decision.id for each in ledger.rulings())
    run(told, "undo", decision, "--reason", "read right")
    with opened(told) as ledger:
        assert_all_linked(ledger)
        assert set(ledger.links()) == before


def test_nothing_is_written_where_nothing_was_entered(told: str) -> None:
    with opened(told) as ledger:
        before = ledger.head()
        relate(ledger, "test", NOW)
        relate(ledger, "test", NOW, everything=True)
        assert ledger.head() == before


def test_without_the_index_all_is_linked_once_and_then_only_what_is_new(told: str, tmp_path: Path) -> None:
    drop_index(told)
    with opened(told) as ledger:
        assert ledger.keyed.through() is None
        assert not ledger.keyed.is_behind()
        enter(ledger, tmp_path / "more.txt", TEXTS[1], Given("2024-05-09", "Paper 9"))
        relate(ledger, "test", NOW)
        assert_all_linked(ledger)


def test_what_another_program_wrote_meanwhile_is_linked_too(told: str, tmp_path: Path) -> None:
    with opened(told) as ledger, opened(told) as other:
        enter(ledger, tmp_path / "more.txt", TEXTS[0], Given("2024-05-09", "Paper 9"))
        plain, times = ledger.append, 0

        def append(*given: object, **more: object) -> object:
            nonlocal times
            times += 1
            if times == 1:
                enter(other, tmp_path / "other.txt", TEXTS[1], Given("2024-05-10", "Paper 10"))
            return plain(*given, **more)  # type: ignore[arg-type]

        ledger.append = append  # type: ignore[method-assign, assignment]
        relate(ledger, "test", NOW)
        assert times == 2
        assert_all_linked(ledger)


@pytest.mark.parametrize("what", ["correct", "undo", "add"])
@pytest.mark.parametrize("kill_at", [3, 4])
def test_a_kill_before_the_links_is_told_and_mended_by_the_next_that_writes(
    every_location: str, tmp_path: Path, what: str, kill_at: int
) -> None:
    told = tell(every_location, tmp_path)
    claim = first_claim(told)
    words = ["correct", claim, "count", "9000", "--reason", "misread"]
    if what == "undo":
        run(told, *words)
        with opened(told) as ledger:
            words = ["undo", next(each.decision.id for each in ledger.rulings()), "--reason", "read right"]
    if what == "add":
        (tmp_path / "more.txt").write_text(TEXTS[0], "utf-8")
        words = ["add", str(tmp_path / "more.txt"), "--published", "2024-05-09", "--outlet", "Paper 9"]
    process = subprocess.run(
        [sys.executable, str(KILLED), str(kill_at), *words, "--ledger", str(told)], capture_output=True, check=False
    )
    assert process.returncode == -signal.SIGKILL
    assert "links are behind" in run(told, "links")
    assert "links are behind" not in run(told, "verify")
    run(told, "accept", claim, "--reason", "seen")
    with opened(told) as ledger:
        assert ledger.verify() == ()
        assert_all_linked(ledger)
    assert "links are behind" not in run(told, "links")


@pytest.mark.parametrize("kill_at", range(1, 9))
def test_a_killed_erasing_is_finished_by_asking_for_it_again(every_location: str, tmp_path: Path, kill_at: int) -> None:
    told = tell(every_location, tmp_path)
    with opened(told) as ledger:
        page = next(ledger.documents()).id
    words = ["erase", page, "--reason", "asked for", "--yes", "--ledger", str(told)]
    subprocess.run([sys.executable, str(KILLED), str(kill_at), *words], capture_output=True, check=False)
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 0 or f"document {page[:8]} was erased on" in again.output
    with opened(told) as ledger:
        assert not ledger.index.pending()
        assert ledger.verify() == ()
        assert page not in {each.id for each in ledger.documents()}
        assert_all_linked(ledger)


IN_THE_WAY = (
    ("Minister Ada Brill said on 5 May 2024 that 60 men were arrested in Tacna, Peru.", "2024-05-06"),
    ("Some 70 men were arrested in Tacna, Peru, Minister Ada Brill said on 5 May 2024.", "2024-05-06"),
    ("Some 61 men were arrested in Tacna, Peru, Police said on 5 May 2024.", "2024-05-06"),
)
"""Pages of which the first stands in the way of a link between the others."""


def test_after_an_erasure_links_are_those_of_what_is_left(location: str, tmp_path: Path) -> None:
    with opened(location) as ledger:
        for number, (text, published) in enumerate(IN_THE_WAY):
            enter(ledger, tmp_path / f"{number}.txt", text, Given(published, f"Paper {number}"))
        relate(ledger, "test", NOW)
        before = set(ledger.links())
        gone = next(each.id for each in ledger.documents() if each.outlet == "Paper 0")
    run(location, "erase", gone, "--reason", "asked for", "--yes")
    with opened(location) as ledger:
        assert_all_linked(ledger)
        assert set(ledger.links()) - before, "the pages have to be such that one stands in the way"
    assert "nothing changed" in run(location, "reread")


def test_after_the_erasure_of_a_correction_links_are_those_of_what_was_read(told: str) -> None:
    with opened(told) as ledger:
        before = set(ledger.links())
    run(told, "correct", first_claim(told), "count", "9000", "--reason", "misread")
    with opened(told) as ledger:
        (decision,) = (each.decision.id for each in ledger.rulings())
    run(told, "erase", decision, "--reason", "asked for", "--yes")
    with opened(told) as ledger:
        assert_all_linked(ledger)
        assert set(ledger.links()) == before
