"""Folders in which a command works on a copy of a ledger: what ends the command leaves none of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.run.cli import main
from allegata.run.working import sweep, working_folder

ENDED = Path(__file__).with_name("ended.py")
STORY = "Police said on Monday that Omar Ruizal and 11 other men were arrested in Lima, Peru."


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("ALLEGATA_LEDGER", str(tmp_path / "ledger"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "story.txt").write_text(STORY, "utf-8")
    run("add", str(tmp_path / "story.txt"), "--published", "2024-05-08")
    return tmp_path / "cache" / "allegata" / "work"


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def ended(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command that the signal *name* reaches when it begins to read the copy."""
    command = [sys.executable, str(ENDED), name, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def left(place: Path) -> list[Path]:
    """Return the files with records that are left in *place* or among the temporary ones."""
    return [each for root in (place, place.parents[2] / "tmp") for each in root.rglob("*.jsonl")]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_command_that_is_ended_takes_its_copy_with_it(place: Path, name: str) -> None:
    result = ended(name, "reread", "--dry-run")
    assert (result.returncode, result.stderr) == (128 + getattr(signal, name), "")
    assert left(place) == []
    assert [each.name for each in place.iterdir()] == ["lock"]


def test_a_restoring_into_a_database_that_is_ended_takes_its_copy_with_it(place: Path, database: str) -> None:
    backup = str(place.parents[2] / "ledger.tar")
    run("backup", backup)
    result = ended("SIGTERM", "restore", backup, database)
    assert (result.returncode, result.stderr) == (143, "")
    assert left(place) == []


def test_a_signal_that_is_to_be_ignored_is_ignored(place: Path) -> None:
    result = ended("nohup", "reread", "--dry-run")
    assert "nothing changed" in result.stdout, result.stderr
    assert left(place) == []


@pytest.mark.parametrize("next_one", ["reread", "erase"])
def test_what_a_kill_left_goes_with_the_next_command(place: Path, next_one: str) -> None:
    assert ended("SIGKILL", "reread", "--dry-run").returncode == -signal.SIGKILL
    assert left(place) != []
    assert all(path.stat().st_mode & 0o077 == 0 for path in (place, *place.iterdir()))
    if next_one == "reread":
        run("reread", "--dry-run")
    else:
        run("erase", json.loads(run("claims", "--format", "json"))["id"], "--reason", "a court asked for it", "--yes")
    assert left(place) == []


def test_a_folder_in_use_is_left_alone(place: Path) -> None:
    with working_folder() as one:
        (one / "kept").write_text("x", "utf-8")
        with working_folder() as other:
            sweep()
            assert (one / "kept").exists()
            assert other.is_dir()
        assert not other.exists()
    assert not one.exists()


def test_a_place_that_cannot_be_made_is_one_line(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    result = CliRunner().invoke(main, ["reread", "--dry-run"])
    assert result.exit_code == 2
    assert "set XDG_CACHE_HOME" in result.output
    sweep()
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "file")
