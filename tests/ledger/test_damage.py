"""A damaged ledger is not written to, says in one line what is wrong, and loses no acknowledged record."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from stores import index_in, keep

from allegata.ledger import ClaimFilter, FileLedger, index, layout, open_ledger, sqlite
from allegata.ledger.records import as_stored
from allegata.mask import outward
from allegata.model import LedgerError
from allegata.run.pipeline import Added, Given, add, reports

NOW = "2024-01-01T00:00:00Z"


def opened(folder: Path, create: bool = False) -> FileLedger:
    return open_ledger(str(folder), as_stored, create)


def filled(tmp_path: Path, count: int = 4) -> Path:
    folder = tmp_path / "ledger"
    with opened(folder, True) as ledger:
        for number in range(count):
            keep(ledger, f"page {number}")
    return folder


def without_index(folder: Path) -> None:
    for each in folder.glob("index.sqlite*"):
        each.unlink()


def problems_of(folder: Path) -> tuple[str, ...]:
    with opened(folder) as ledger:
        return ledger.verify()


def refused(folder: Path) -> str:
    """Return why neither reading nor writing goes on."""
    with opened(folder) as ledger, pytest.raises(LedgerError):
        list(ledger.claims())
    with opened(folder) as ledger, pytest.raises(LedgerError):
        keep(ledger, "another page")
    with pytest.raises(LedgerError) as found:
        opened(folder, True)
    return str(found.value)


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("gone", [(1,), (3,), (2, 3), (1, 2, 3, 4)])
def test_a_ledger_with_a_gap_is_not_written_to(tmp_path: Path, gone: tuple[int, ...], indexed: bool) -> None:
    folder = filled(tmp_path)
    for each in gone:
        (folder / "batches" / f"{each:08}.json").unlink()
    if not indexed:
        without_index(folder)
    before = {each.name: each.read_bytes() for each in (folder / "records").iterdir()}
    problems = problems_of(folder)
    assert f"{gone[0]}" in refused(folder)
    assert {each.name: each.read_bytes() for each in (folder / "records").iterdir()} == before
    assert len(problems) == 1
    assert "missing" in problems[0]


def test_a_last_batch_that_only_the_index_knows_is_missing(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    (folder / "batches" / "00000004.json").unlink()
    assert "batch 4 is missing" in refused(folder)
    assert any("batch 4 is missing" in each for each in problems_of(folder))


def test_a_batch_of_another_ledger_does_not_follow(tmp_path: Path) -> None:
    folder, other = filled(tmp_path), tmp_path / "other"
    with opened(other, True) as ledger:
        for number in range(5):
            keep(ledger, f"strange {number}")
    for part, end in (("batches", "json"), ("records", "jsonl")):
        shutil.copy(other / part / f"00000005.{end}", folder / part)
    assert "00000005.json: does not follow" in refused(folder)


@pytest.mark.parametrize("indexed", [True, False])
def test_verify_lists_all_that_is_wrong(tmp_path: Path, indexed: bool) -> None:
    folder = filled(tmp_path, 6)
    if not indexed:
        without_index(folder)
    (folder / "batches" / "00000001.json").write_text("{}", "utf-8")
    (folder / "batches" / "0x.json").write_text("{}", "utf-8")
    for name in ("batches/00000006.json", "records/00000002.jsonl"):
        (folder / name).unlink()
        (folder / name).mkdir()
    cut = folder / "records" / "00000003.jsonl"
    cut.write_bytes(cut.read_bytes()[:-1])
    (folder / "records" / "00000004.jsonl").unlink()
    problems = problems_of(folder)
    for name in ("00000001.json", "0x.json", "00000006.json", "00000002.jsonl", "00000003.jsonl", "00000004.jsonl"):
        assert sum(f"{name}: " in each for each in problems) == 1, name


def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "ledger"
    page = tmp_path / "page.txt"
    page.write_text("Interior minister Ada Brill said on Monday that ten people were arrested in Lima.", "utf-8")
    added = Added()
    with open_ledger(str(folder), outward, True) as ledger:
        for made in reports(str(page), Given("2023-06-14")):
            add(ledger, made, "test", NOW, added)
    assert added.claims
    return folder


@pytest.mark.parametrize("damage", ["unlink", "cut"])
def test_a_damaged_records_file_is_named_though_the_index_is_there(tmp_path: Path, damage: str) -> None:
    folder = pages(tmp_path)
    target = folder / "records" / "00000001.jsonl"
    data = target.read_bytes()
    target.unlink()
    if damage == "cut":
        target.write_bytes(data[: len(data) // 3])
    with open_ledger(str(folder), outward) as ledger:
        with pytest.raises(LedgerError, match=r"00000001\.jsonl: "):
            list(ledger.claims())
        assert any("00000001.jsonl: " in each for each in ledger.verify())


def test_a_deeply_nested_ledger_json_is_damaged(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1)
    (folder / "ledger.json").write_text("[" * 200_000, "utf-8")
    with pytest.raises(LedgerError, match=r"ledger\.json is damaged"):
        opened(folder)


def test_a_damaged_index_is_made_again(tmp_path: Path) -> None:
    folder = pages(tmp_path)
    with open_ledger(str(folder), outward) as ledger:
        whole = list(ledger.claims())
    path = folder / "index.sqlite"
    data = path.read_bytes()
    for at in range(0, len(data), 1024):
        path.write_bytes(data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 64]) + data[at + 64 :])
        with open_ledger(str(folder), outward) as ledger:
            assert list(ledger.claims(ClaimFilter(status="asserted"))) == whole
            assert ledger.verify() == ()
        without_index(folder)


@pytest.mark.parametrize("table", ["batch", "record", "claim", "term", "superseded"])
def test_an_index_without_a_table_is_made_again(tmp_path: Path, table: str) -> None:
    folder = pages(tmp_path)
    with sqlite3.connect(folder / "index.sqlite") as db:
        db.execute(f"DROP TABLE {table}")
    db.close()
    with open_ledger(str(folder), outward) as ledger:
        assert list(ledger.claims(ClaimFilter(status="asserted")))
        keep(ledger, "another page")
        assert ledger.verify() == ()


def test_an_index_whose_schema_is_no_text_is_made_again(tmp_path: Path) -> None:
    folder = pages(tmp_path)
    path = folder / "index.sqlite"
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE claim", b"CREATE TABL\xc5 claim"))
    with open_ledger(str(folder), outward) as ledger:
        assert list(ledger.claims(ClaimFilter(status="asserted")))


def full(*_: object) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


@pytest.mark.parametrize("where", ["make", "add"])
def test_an_index_that_the_disk_has_no_room_for_is_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    folder = pages(tmp_path)
    without_index(folder)
    plain = index.Index._add_record

    def refuse(self: index.Index, record: object) -> None:
        on_disk = self._db.execute("PRAGMA database_list").fetchone()[2]
        (full if on_disk else plain)(self, record)  # type: ignore[operator]

    if where == "make":
        monkeypatch.setattr(sqlite.FileIndex, "_make", full)
    else:
        monkeypatch.setattr(index.Index, "_add_record", refuse)
    with open_ledger(str(folder), outward) as ledger:
        assert list(ledger.claims(ClaimFilter(status="asserted")))
        assert ledger.verify() == ()


def test_an_addition_to_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path)

    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with opened(folder) as ledger:
        monkeypatch.setattr(layout.os, "fsync", refuse)
        with pytest.raises(LedgerError, match="No space left on device"):
            keep(ledger, "another page")
        monkeypatch.undo()
        assert not list(folder.glob("**/.new-*"))
        keep(ledger, "another page")
        assert ledger.verify() == ()


Field = Callable[[str], ClaimFilter]
FIELDS: dict[str, Field] = {
    "speaker": lambda words: ClaimFilter(speaker=words),
    "body": lambda words: ClaimFilter(body=words),
    "outlet": lambda words: ClaimFilter(outlet=words),
    "target": lambda words: ClaimFilter(target=words),
    "place": lambda words: ClaimFilter(place=words),
}


def test_a_masked_person_is_found_by_nothing_and_stands_nowhere_in_the_index(tmp_path: Path, location: str) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "Interior minister Ada Brill said on Monday that Omid Tarkani was arrested in Lima.\n\n"
        "Omid Tarkani said on Tuesday that ten people were arrested in Lima.\n",
        "utf-8",
    )
    with open_ledger(location, outward, True) as ledger:
        added = Added()
        read = list(reports(str(page), Given("2023-06-14", "Omid Tarkani Daily")))
        for made in read:
            add(ledger, made, "test", NOW, added)
        named = [
            claim for made in read for claim in made.claims if any("Tarkani" in each.text for each in claim.speakers)
        ]
        assert named, "the page has to name a masked person as a speaker"
        assert "Tarkani" not in "".join(each.text for each in ledger.documents())
        assert list(ledger.claims(ClaimFilter(speaker="Brill")))
        for field, made_filter in FIELDS.items():
            for words in ("Tarkani", "Omid Tarkani", "omid"):
                assert list(ledger.claims(made_filter(words))) == [], field
        ledger.rebuild()
        assert list(ledger.claims(ClaimFilter(speaker="Tarkani"))) == []
        assert "tarkani" not in index_in(location)
    assert "lima" in index_in(location)
    assert "tarkani" not in index_in(location)
