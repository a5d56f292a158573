"""A copy has the same bytes and the same head, is continued, and goes into nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from stores import enter, keep

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, copy_ledger, open_ledger
from allegata.ledger.records import as_stored
from allegata.mask import outward
from allegata.model import LedgerError
from allegata.run.cli import main
from allegata.run.pipeline import Given
from allegata.run.relating import relate

NOW = "2024-01-01T00:00:00Z"
TEXT = "Police said that Omar Ruizal and {} other men were arrested in Lima, Peru."


@pytest.fixture(params=["folder to postgresql", "postgresql to folder", "folder to folder", "postgresql to postgresql"])
def ends(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> tuple[str, str]:
    """The addresses of two ledgers that are not there yet."""
    name = f"copy_{abs(hash(request.node.nodeid))}"
    addresses = {"folder": str(tmp_path / "{}"), "postgresql": f"{server}/postgres?schema={name}_{{}}"}
    left, right = request.param.split(" to ")
    return addresses[left].format("left"), addresses[right].format("right")


def read(ledger: Ledger, page: Path, numbers: Sequence[int]) -> None:
    for number in numbers:
        enter(ledger, page, TEXT.format(number), Given("2024-05-08", f"Paper {number}"))
    relate(ledger, "test", NOW)


def bytes_of(ledger: Ledger) -> list[object]:
    head = ledger.head()
    kept = [ledger.whole(number) for number in range(1, head.sequence + 1 if head else 1)]
    return [(each.content, each.lines, [ledger.capture_bytes(body) for body in each.bodies]) for each in kept]


def test_a_copy_is_the_ledger_byte_for_byte(ends: tuple[str, str], tmp_path: Path) -> None:
    with open_ledger(ends[0], outward, True) as source, open_ledger(ends[1], outward, True) as target:
        read(source, tmp_path / "page.txt", (12, 30))
        assert list(copy_ledger(source, target)) == [each.sequence for each in source.batches()]
        assert bytes_of(target) == bytes_of(source)
        assert target.head() == source.head()
        assert target.verify() == source.verify() == ()
        assert list(target.claims()) == list(source.claims())
        assert list(target.links()) == list(source.links())
        assert "Ruizal" not in str(list(target.claims()))
        assert list(copy_ledger(source, target)) == []
        read(source, tmp_path / "page.txt", (55,))
        assert list(copy_ledger(source, target))
        assert target.head() == source.head()


def test_a_copy_that_was_broken_off_is_continued(ends: tuple[str, str]) -> None:
    with open_ledger(ends[0], as_stored, True) as source:
        keep(source, "one", "two", "three")
        for held in (1, 2, 3):
            with open_ledger(ends[1], as_stored, True) as target:
                assert list(itertools.islice(copy_ledger(source, target), 1)) == [held]
                assert target.verify() == ()
        with open_ledger(ends[1], as_stored) as target:
            assert target.head() == source.head()


def test_a_body_that_is_kept_twice_is_copied_once(ends: tuple[str, str]) -> None:
    with open_ledger(ends[0], as_stored, True) as source, open_ledger(ends[1], as_stored, True) as target:
        body = b"one page"
        for name in ("a", "b"):
            capture, _ = make_capture(body, "text/plain", f"file:{name}.txt")
            source.append([("capture", capture)], "test", NOW, {capture.body: body})
        assert list(copy_ledger(source, target)) == [1, 2]
        assert target.verify() == ()


@pytest.mark.parametrize("strange", [("one", "other"), ("other",), ("one", "two", "more")])
def test_into_anything_else_nothing_is_copied(ends: tuple[str, str], strange: tuple[str, ...]) -> None:
    with open_ledger(ends[0], as_stored, True) as source, open_ledger(ends[1], as_stored, True) as target:
        keep(source, "one", "two")
        if strange[0] == "one":
            next(copy_ledger(source, target))
        keep(target, *strange[1 if strange[0] == "one" else 0 :])
        before = target.head()
        with pytest.raises(LedgerError, match="copy into an empty ledger"):
            list(copy_ledger(source, target))
        assert target.head() == before


def test_what_is_written_meanwhile_ends_a_copy(ends: tuple[str, str]) -> None:
    with open_ledger(ends[0], as_stored, True) as source, open_ledger(ends[1], as_stored, True) as target:
        keep(source, "one", "two")
        copied = copy_ledger(source, target)
        next(copied)
        with open_ledger(ends[1], as_stored) as other:
            keep(other, "meanwhile")
        with pytest.raises(LedgerError, match="was written meanwhile"):
            next(copied)
        assert target.verify() == ()


@pytest.mark.parametrize("store", ["folder", "postgresql"])
def test_a_ledger_is_not_copied_into_itself(
    store: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, same = {
        "folder": ("ledger", str(tmp_path / "ledger")),
        "postgresql": (database, database.replace("postgresql://", "POSTGRES://")),
    }[store]
    with open_ledger(one, as_stored, True) as source:
        keep(source, "one")
        before = source.head()
    for target in (one, same):
        result = CliRunner().invoke(main, ["ledger", "copy", one, target])
        assert result.exit_code == 2
        assert "is the ledger that is to be copied; give another TARGET" in result.output
        assert result.output.count("\n") == 1
    with open_ledger(one, as_stored) as source:
        assert source.head() == before


def test_the_command_says_the_head(ends: tuple[str, str]) -> None:
    with open_ledger(ends[0], as_stored, True) as source:
        keep(source, "one", "two")
    # That it is copied is a row of the source, and so is copied, too.
    for number in (3, 1):
        result = CliRunner().invoke(main, ["ledger", "copy", *ends])
        assert result.exit_code == 0, result.output
        with open_ledger(ends[0], as_stored) as source, open_ledger(ends[1], as_stored) as target:
            head = target.head()
            assert head == source.head()
        assert head is not None
        assert result.output == f"batches copied: {number}; head: {head.hash}\n"
    result = CliRunner().invoke(main, ["ledger", "copy", ends[1] + "_none", ends[0]])
    assert result.exit_code == 2
    assert "there is no ledger" in result.output
