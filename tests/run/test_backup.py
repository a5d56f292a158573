"""A backup of a ledger in PostgreSQL, by what a user types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.run.cli import main

STORY = "Police said on Monday that Omar Ruizal and 11 other men were arrested in Lima, Peru."


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: str) -> None:
    monkeypatch.setenv("ALLEGATA_LEDGER", database)
    (tmp_path / "story.txt").write_text(STORY, "utf-8")
    run("add", str(tmp_path / "story.txt"), "--published", "2024-05-08")


def run(*words: str, code: int = 0, **environment: str) -> str:
    result = CliRunner().invoke(main, list(words), env={f"ALLEGATA_{key}": value for key, value in environment.items()})
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stdout if code == 0 else result.output


def test_a_backup_is_restored_into_a_database_and_into_a_folder(tmp_path: Path, database: str) -> None:
    backup, other = str(tmp_path / "ledger.tar"), f"{database}_again"
    run("erase", json.loads(run("claims", "--format", "json"))["id"], "--reason", "a court asked for it", "--yes")
    head = run("backup", backup).rpartition(" ")[2]
    assert run("restore", backup, other).rpartition(" ")[2] == head
    assert head.strip() in run("verify", LEDGER=other)
    assert "Ruizal" not in run("claims", LEDGER=other)
    assert run("restore", backup, str(tmp_path / "folder")).rpartition(" ")[2] == head
    assert head.strip() in run("verify", LEDGER=str(tmp_path / "folder"))
    run("backup", str(tmp_path / "again.tar"), LEDGER=str(tmp_path / "folder"))
    one, same = Path(backup).read_bytes(), (tmp_path / "again.tar").read_bytes()
    # The audit row of the second backup is in it, too.
    assert len(one) < len(same)
    (tmp_path / "more.txt").write_text(STORY.replace("Lima", "Tacna"), "utf-8")
    run("add", str(tmp_path / "more.txt"), "--published", "2024-05-08", LEDGER=other)
    assert "holds more than" in run("restore", backup, other, code=2)
    run("add", str(tmp_path / "more.txt"), "--published", "2024-05-08", LEDGER=f"{database}_third")
    assert "holds something else" in run("restore", backup, f"{database}_third", code=2)
