"""The commands that keep a ledger: what they print, what they ask, and how they end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stores import change_batch, change_record, fill, kept

from allegata.model import LedgerError
from allegata.run import keep
from allegata.run.cli import main

FIXTURE = Path(__file__).parents[1] / "ledger" / "fixtures" / "v1"
PAGE, CLAIM = "5bf79396", "60fd138d"


@pytest.fixture
def ledger(location: str) -> str:
    return fill(location, FIXTURE)


def run(ledger: str, *words: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--ledger", ledger], input=typed)


def test_a_dry_run_lists_what_would_go_and_changes_nothing(ledger: str) -> None:
    run(ledger, "claims")
    before = kept(ledger)
    made = run(ledger, "erase", PAGE, "--reason", "a court asked", "--dry-run")
    assert made.exit_code == 0
    assert "document 5bf79396 Coast Wire, 2023-06-13" in made.output
    assert "claim 1744ea4a arrest 1 person" in made.output
    assert "decision 1f320dbc reject by Tessa Lindqua" in made.output
    assert "1 document, 1 set of masks, 1 capture, 1 captured file, 3 claims" in made.output
    assert "Keltov" not in made.output
    assert "Nothing was erased" in made.output
    assert kept(ledger) == before


def test_erasing_asks_and_only_at_a_terminal(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept(ledger)
    made = run(ledger, "erase", PAGE, "--reason", "a court asked")
    assert (made.exit_code, "say --yes" in made.output) == (2, True)
    monkeypatch.setattr(keep, "_at_terminal", lambda: True)
    made = run(ledger, "erase", PAGE, "--reason", "a court asked", typed="n\n")
    assert made.exit_code == 1
    run(ledger, "claims")
    assert kept(ledger) == before
    made = run(ledger, "erase", PAGE, "--reason", "a court asked", typed="y\n")
    assert (made.exit_code, "erased: 1 document" in made.output) == (0, True)


def test_an_erasure_that_was_refused_is_listed_as_not_done(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise LedgerError("the disk refused")

    words = ("erase", PAGE, "--reason", "a court asked", "--yes")
    with monkeypatch.context() as patch:
        patch.setattr(keep, "erase_records", refuse)
        assert run(ledger, *words).exit_code == 2
    assert run(ledger, *words).exit_code == 0
    rows = [json.loads(line) for line in run(ledger, "audit", "--format", "json").stdout.splitlines()]
    assert [(each["deed"], each["details"]) for each in rows] == [("erasure", {"outcome": "not done"}), ("erasure", {})]
    assert "outcome not done; a court asked" in run(ledger, "audit").output.splitlines()[0]


def test_an_erasure_needs_a_reason_in_words(ledger: str) -> None:
    assert run(ledger, "erase", PAGE, "--yes").exit_code == 2
    assert "--reason is empty" in run(ledger, "erase", PAGE, "--yes", "--reason", " . ").output
    made = run(ledger, "erase", PAGE, "--yes", "--reason", "asked for by keltov")
    assert (made.exit_code, "names a person" in made.output) == (2, True)
    assert "Keltov" not in made.output


def test_every_command_goes_on_after_an_erasure(ledger: str, tmp_path: Path) -> None:
    made = run(ledger, "erase", PAGE, "--reason", "a court asked", "--by", "Tessa Lindqua", "--yes")
    assert made.exit_code == 0, made.output
    page = tmp_path / "coast.txt"
    page.write_bytes((FIXTURE / "bodies" / "b0").glob("*").__next__().read_bytes())
    for words in (
        ("claims",), ("claims", "--all"), ("claims", "--outlet", "Coast"), ("show", CLAIM), ("links",), ("links", "--all"), ("drift",), ("findings",),
        ("total",), ("silence",), ("brief",), ("export",), ("export", "--format", "html"), ("decisions",), ("accept", CLAIM, "--reason", "heard"),
        ("correct", CLAIM, "count", "41", "--reason", "heard"), ("reread", "--dry-run"), ("reread",), ("verify",), ("checkpoint",),
        ("backup", tmp_path / "out.tar"), ("erasures",),
    ):  # fmt: skip
        made = run(ledger, *words)
        assert made.exit_code == 0, (words, made.output)
        assert "Coast Wire" not in made.output, words
        assert "Keltov" not in made.output, words
    made = run(ledger, "add", page, "--published", "2023-06-13")
    assert made.exit_code == 1
    assert "erased on" in made.output
    assert "by Tessa Lindqua: a court asked; to add it all the same: --again" in made.output.replace("\n", " ")
    assert run(ledger, "add", page, "--published", "2023-06-13", "--again").exit_code == 0
    assert run(ledger, "verify").exit_code == 0


def test_erasures_are_listed_with_reason_name_and_time(ledger: str) -> None:
    assert "nothing was erased" in run(ledger, "erasures").output
    run(ledger, "erase", CLAIM, "--reason", "a court asked", "--by", "Tessa Lindqua", "--yes")
    rows = [json.loads(line) for line in run(ledger, "erasures", "--format", "json").output.splitlines()]
    assert rows[0] | {"recorded_at": ""} == {
        "kind": "claim", "id": "60fd138db6e13198416724ecaefb8766", "reason": "a court asked", "by": "Tessa Lindqua", "recorded_at": "", "batch": 13,
    }  # fmt: skip
    assert "claim 60fd138d erased on 20" in run(ledger, "erasures").output
    assert run(ledger, "erasures", "--format", "csv").output.startswith(
        "kind,id,reason,by,recorded_at,batch\nclaim,60fd138d"
    )


def test_a_claim_that_goes_alone_leaves_its_words_in_the_page_and_says_so(ledger: str) -> None:
    made = run(ledger, "erase", CLAIM, "--reason", "a court asked", "--yes")
    assert "The text of its document still has its words" in made.output


def test_verify_names_the_first_bad_batch_first(ledger: str) -> None:
    for sequence in (9, 3):
        change_record(ledger, sequence, lambda line: line.replace(b"a", b"b", 1))
    change_batch(ledger, 7, lambda content: content.replace(b"a", b"b", 1))
    made = run(ledger, "verify", "--format", "json")
    found = json.loads(made.stdout)
    assert made.exit_code == 1
    assert (found["whole"], found["first_bad_batch"], found["sequence"]) == (False, 3, 11)
    assert [each["batch"] for each in found["problems"]][:3] == [3, 7, 9]
    first = re.compile(r"(00000003\.jsonl|records of batch 3) line 1: ")
    assert first.search(found["problems"][0]["what"])
    lines = run(ledger, "verify").output.splitlines()
    assert first.search(lines[0])
    assert lines[-1] == f"{len(found['problems'])} problems"


def test_verify_of_a_whole_ledger_says_so(ledger: str, tmp_path: Path) -> None:
    made = run(ledger, "verify", "--format", "json")
    assert made.exit_code == 0
    found = json.loads(made.stdout)
    assert (found["whole"], found["first_bad_batch"], found["problems"], found["sequence"]) == (True, None, [], 11)
    assert f"11 batches, the last is {found['hash']}" in run(ledger, "verify").output.replace("\n", " ")
    assert run(ledger, "verify", "--public-key", tmp_path / "none").exit_code == 2


def test_backup_and_restore_say_what_they_hold(ledger: str, tmp_path: Path) -> None:
    made = run(ledger, "backup", tmp_path / "out.tar")
    assert (made.exit_code, "12 batches" in made.output) == (0, True)  # one says that it was made
    again = CliRunner().invoke(main, ["restore", str(tmp_path / "out.tar"), str(tmp_path / "again")])
    assert (again.exit_code, "12 batches" in again.output) == (0, True)
    assert run(str(tmp_path / "again"), "claims").output == run(ledger, "claims").output
    assert run(ledger, "backup", tmp_path / "out.tar").exit_code == 2
