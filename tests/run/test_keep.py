"""The commands that keep a ledger: what they print, what they ask, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allegata.run import keep
from allegata.run.cli import main

FIXTURE = Path(__file__).parents[1] / "ledger" / "fixtures" / "v1"
PAGE, CLAIM = "5bf79396", "60fd138d"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "ledger"))


def run(folder: Path, *words: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--ledger", str(folder)], input=typed)


def held(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file() and "index" not in each.name}


def test_a_dry_run_lists_what_would_go_and_changes_nothing(folder: Path) -> None:
    run(folder, "claims")
    before = held(folder)
    made = run(folder, "erase", PAGE, "--reason", "a court asked", "--dry-run")
    assert made.exit_code == 0
    assert "document 5bf79396 Coast Wire, 2023-06-13" in made.output
    assert "claim 1744ea4a arrest 1 person" in made.output
    assert "decision 1f320dbc reject by Tessa Lindqua" in made.output
    assert "1 document, 1 set of masks, 1 capture, 1 captured file, 3 claims" in made.output
    assert "Keltov" not in made.output
    assert "Nothing was erased" in made.output
    assert held(folder) == before


def test_erasing_asks_and_only_at_a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(folder)
    made = run(folder, "erase", PAGE, "--reason", "a court asked")
    assert (made.exit_code, "say --yes" in made.output) == (2, True)
    monkeypatch.setattr(keep, "_at_terminal", lambda: True)
    made = run(folder, "erase", PAGE, "--reason", "a court asked", typed="n\n")
    assert made.exit_code == 1
    run(folder, "claims")
    assert {name: data for name, data in held(folder).items() if "lock" not in name} == before
    made = run(folder, "erase", PAGE, "--reason", "a court asked", typed="y\n")
    assert (made.exit_code, "erased: 1 document" in made.output) == (0, True)


def test_an_erasure_needs_a_reason_in_words(folder: Path) -> None:
    assert run(folder, "erase", PAGE, "--yes").exit_code == 2
    assert "--reason is empty" in run(folder, "erase", PAGE, "--yes", "--reason", " . ").output
    made = run(folder, "erase", PAGE, "--yes", "--reason", "asked for by keltov")
    assert (made.exit_code, "names a person" in made.output) == (2, True)
    assert "Keltov" not in made.output


def test_every_command_goes_on_after_an_erasure(folder: Path, tmp_path: Path) -> None:
    made = run(folder, "erase", PAGE, "--reason", "a court asked", "--by", "Tessa Lindqua", "--yes")
    assert made.exit_code == 0, made.output
    page = tmp_path / "coast.txt"
    page.write_bytes((FIXTURE / "bodies" / "b0").glob("*").__next__().read_bytes())
    for words in (
        ("claims",), ("claims", "--all"), ("claims", "--outlet", "Coast"), ("show", CLAIM), ("links",), ("links", "--all"), ("drift",), ("findings",),
        ("total",), ("silence",), ("brief",), ("export",), ("export", "--format", "html"), ("decisions",), ("reread", "--dry-run"), ("reread",), ("verify",),
        ("checkpoint",), ("backup", tmp_path / "out.tar"), ("erasures",), ("accept", CLAIM, "--reason", "heard"),
        ("correct", CLAIM, "count", "41", "--reason", "heard"),
    ):  # fmt: skip
        made = run(folder, *words)
        assert made.exit_code == 0, (words, made.output)
        assert "Coast Wire" not in made.output, words
        assert "Keltov" not in made.output, words
    made = run(folder, "add", page, "--published", "2023-06-13")
    assert made.exit_code == 1
    assert "erased on" in made.output
    assert "by Tessa Lindqua: a court asked; to add it all the same: --again" in made.output.replace("\n", " ")
    assert run(folder, "add", page, "--published", "2023-06-13", "--again").exit_code == 0
    assert run(folder, "verify").exit_code == 0


def test_erasures_are_listed_with_reason_name_and_time(folder: Path) -> None:
    assert "nothing was erased" in run(folder, "erasures").output
    run(folder, "erase", CLAIM, "--reason", "a court asked", "--by", "Tessa Lindqua", "--yes")
    rows = [json.loads(line) for line in run(folder, "erasures", "--format", "json").output.splitlines()]
    assert rows[0] | {"recorded_at": ""} == {
        "kind": "claim", "id": "60fd138db6e13198416724ecaefb8766", "reason": "a court asked", "by": "Tessa Lindqua", "recorded_at": "", "batch": 13,
    }  # fmt: skip
    assert "claim 60fd138d erased on 20" in run(folder, "erasures").output
    assert run(folder, "erasures", "--format", "csv").output.startswith(
        "kind,id,reason,by,recorded_at,batch\nclaim,60fd138d"
    )


def test_a_claim_that_goes_alone_leaves_its_words_in_the_page_and_says_so(folder: Path) -> None:
    made = run(folder, "erase", CLAIM, "--reason", "a court asked", "--yes")
    assert "The text of its document still has its words" in made.output


def test_verify_names_the_first_bad_batch_first(folder: Path) -> None:
    for name in ("records/00000009.jsonl", "records/00000003.jsonl", "batches/00000007.json"):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    made = run(folder, "verify", "--format", "json")
    found = json.loads(made.stdout)
    assert made.exit_code == 1
    assert (found["whole"], found["first_bad_batch"], found["sequence"]) == (False, 3, 11)
    assert [each["batch"] for each in found["problems"]][:3] == [3, 7, 9]
    assert "00000003.jsonl line 1: " in found["problems"][0]["what"]
    lines = run(folder, "verify").output.splitlines()
    assert "00000003.jsonl line 1: " in lines[0]
    assert lines[-1] == f"{len(found['problems'])} problems"


def test_verify_of_a_whole_ledger_says_so(folder: Path) -> None:
    made = run(folder, "verify", "--format", "json")
    assert made.exit_code == 0
    found = json.loads(made.stdout)
    assert (found["whole"], found["first_bad_batch"], found["problems"], found["sequence"]) == (True, None, [], 11)
    assert f"11 batches, the last is {found['hash']}" in run(folder, "verify").output.replace("\n", " ")
    assert run(folder, "verify", "--public-key", folder / "none").exit_code == 2


def test_backup_and_restore_say_what_they_hold(folder: Path, tmp_path: Path) -> None:
    made = run(folder, "backup", tmp_path / "out.tar")
    assert (made.exit_code, "12 batches" in made.output) == (0, True)  # one says that it was made
    again = CliRunner().invoke(main, ["restore", str(tmp_path / "out.tar"), str(tmp_path / "again")])
    assert (again.exit_code, "12 batches" in again.output) == (0, True)
    assert run(tmp_path / "again", "claims").output == run(folder, "claims").output
    assert run(folder, "backup", tmp_path / "out.tar").exit_code == 2
