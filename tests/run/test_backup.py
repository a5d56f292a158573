"""A backup of a ledger in PostgreSQL, by what a user types."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.model import canonical
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


def _names(backup: Path) -> list[str]:
    with tarfile.open(backup) as tar:
        return tar.getnames()


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
    one, again = (_names(Path(each)) for each in (backup, tmp_path / "again.tar"))
    # The audit row of the second backup is in it, too.
    assert set(one) < set(again)
    (tmp_path / "more.txt").write_text(STORY.replace("Lima", "Tacna"), "utf-8")
    run("add", str(tmp_path / "more.txt"), "--published", "2024-05-08", LEDGER=other)
    assert "holds more than" in run("restore", backup, other, code=2)
    run("add", str(tmp_path / "more.txt"), "--published", "2024-05-08", LEDGER=f"{database}_third")
    refused = run("restore", backup, f"{database}_third", code=2)
    assert f"holds something else than the first batches of {backup};" in refused


def test_restoring_what_is_there_says_so(tmp_path: Path, database: str) -> None:
    backup, other = str(tmp_path / "ledger.tar"), f"{database}_again"
    run("backup", backup)
    assert "nothing had to be restored" not in run("restore", backup, other)
    said = run("restore", backup, other)
    assert "holds these batches already, so that nothing had to be restored" in said
    assert run("verify", LEDGER=other).rpartition(" ")[2] == said.rpartition(" ")[2]


def test_a_ledger_of_a_newer_format_is_named_by_its_file(tmp_path: Path, database: str) -> None:
    backup, changed = tmp_path / "ledger.tar", tmp_path / "changed.tar"
    run("backup", str(backup))
    with tarfile.open(backup) as source, tarfile.open(changed, "w:", format=tarfile.USTAR_FORMAT) as target:
        held = {each.name: source.extractfile(each).read() for each in source}  # type: ignore[union-attr]
        held["ledger.json"] = held["ledger.json"].replace(b'"version":2', b'"version":9')
        manifest = json.loads(held["manifest.json"])
        manifest["files"][0]["sha256"] = hashlib.sha256(held["ledger.json"]).hexdigest()
        held["manifest.json"] = canonical(manifest) + b"\n"
        for name, data in held.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))
    said = run("restore", str(changed), f"{database}_again", code=2)
    assert f"allegata: {changed}: " in said
    assert "upgrade allegata" in said
    assert "/ledger:" not in said
