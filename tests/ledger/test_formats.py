"""A ledger of every format that was ever released is read, checked by a program that knows only the document, and written on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from stores import checker, keep

from allegata.ledger import FileLedger, open_ledger
from allegata.ledger.layout import FORMAT, MARKS, mark
from allegata.mask import outward
from allegata.model import LedgerError

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
NOW = "2024-01-01T00:00:00Z"
RELEASED = sorted(each.name for each in FIXTURES.iterdir() if each.is_dir())


def copied(tmp_path: Path, name: str) -> Path:
    return Path(shutil.copytree(FIXTURES / name, tmp_path / "ledger"))


def opened(folder: Path) -> FileLedger:
    return open_ledger(str(folder), outward)


def test_there_is_a_fixture_of_every_released_format() -> None:
    # Format 2 is not released yet; when it is, a ledger of it has to be kept here.
    assert [f"v{version}" for version in sorted(MARKS.values()) if version < FORMAT] == RELEASED


@pytest.mark.parametrize("name", RELEASED)
def test_an_old_ledger_is_read_as_it_is(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path, name)
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    expected = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    with opened(folder) as ledger:
        assert [claim.id for claim in ledger.claims(rejected=True)] == expected["claims"]
        states = [(each.decision.id, each.state) for each in ledger.rulings()]
        assert all(
            one.startswith(name) and state == said
            for (one, state), (name, said) in zip(states, expected["decisions"], strict=True)
        )
        assert len(list(ledger.links(rejected=True))) == expected["links"]
        found = ledger.checked()
    assert (found.problems, found.sequence) == ((), expected["batches"])
    assert all(each.read_bytes() == data for each, data in before.items())


@pytest.mark.parametrize("name", RELEASED)
def test_an_old_ledger_is_of_this_format_once_it_is_written_to(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path, name)
    with opened(folder) as ledger:
        keep(ledger, "a page")
        assert ledger.verify() == ()
    assert (folder / "ledger.json").read_bytes() == mark(FORMAT)
    with opened(folder) as ledger:
        assert ledger.verify() == ()
        assert len(list(ledger.claims(rejected=True))) == 4
    assert checker(folder) == (0, "\n")


@pytest.mark.parametrize("name", RELEASED)
def test_another_program_checks_an_old_ledger(name: str) -> None:
    assert checker(FIXTURES / name) == (0, "\n")


@pytest.mark.parametrize("data", [
    b'{"format":"allegata-ledger","version":3}\n', b'{"format":"allegata-ledger","version":12}\n',
])  # fmt: skip
def test_a_newer_format_is_refused_by_its_number(tmp_path: Path, data: bytes) -> None:
    folder = copied(tmp_path, "v1")
    (folder / "ledger.json").write_bytes(data)
    version = json.loads(data)["version"]
    with pytest.raises(LedgerError, match=f"is of format {version}, and this version knows formats up to 2; upgrade"):
        opened(folder)


@pytest.mark.parametrize("data", [
    b'{"format":"allegata-ledger","version":0}\n', b'{"format":"allegata-ledger","version":2} \n', b'{"version":2}\n', b"[]", b"",
    b'{"format":"allegata-ledger", "version":3}\n', b'{"format":"allegata-ledger","version":"3"}\n', b"\xff", b"null",
])  # fmt: skip
def test_what_says_no_format_is_damaged(tmp_path: Path, data: bytes) -> None:
    folder = copied(tmp_path, "v1")
    (folder / "ledger.json").write_bytes(data)
    with pytest.raises(LedgerError, match=r"ledger\.json is damaged"):
        opened(folder)


def test_a_fresh_ledger_is_of_this_format_and_passes_the_other_program(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with open_ledger(str(folder), outward, True) as ledger:
        keep(ledger, "one page")
        keep(ledger, "pagina dos: ñ, \u2028, 😀")
        head = ledger.head()
    assert head is not None
    assert (folder / "ledger.json").read_bytes() == mark(FORMAT)
    assert checker(folder, "2", head.hash) == (0, "\n")
    assert checker(folder, "2", "0" * 64)[1].startswith("batch 2: not the one attested")
    assert checker(folder, "3", "0" * 64)[1] == "batch 3: missing\n"


@pytest.mark.parametrize("name", ["batches/00000002.json", "records/00000003.jsonl", "bodies"])
def test_the_other_program_finds_what_was_changed(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path, "v1")
    target = folder / name
    if target.is_dir():
        target = min(each for each in target.glob("*/*"))
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)
    assert checker(folder)[0] == 1
