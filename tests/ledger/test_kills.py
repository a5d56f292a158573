"""Processes that are killed at chance moments lose no acknowledged batch, bring back nothing erased, and leave no half backup."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KILLED = Path(__file__).with_name("killed.py")


def kill(tmp_path: Path, rounds: int, seed: int, what: str) -> Any:
    command = [sys.executable, str(KILLED), str(tmp_path / "place"), str(rounds), str(seed), what]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60 + rounds * 4)
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    assert found["rounds"] == rounds
    assert found["acknowledged"] > 0
    return found["torn"]


@pytest.mark.parametrize("what", ["append", "erase", "backup"])
def test_some_kills(tmp_path: Path, what: str) -> None:
    kill(tmp_path, 15, 1, what)


@pytest.mark.full
def test_five_hundred_killed_writers(tmp_path: Path) -> None:
    torn = kill(tmp_path, 500, 2, "append")
    assert torn["a file half written"] > 20
    assert torn["records without a batch"] > 5


@pytest.mark.full
def test_many_killed_erasures(tmp_path: Path) -> None:
    torn = kill(tmp_path, 300, 3, "erase")
    assert torn["an erasure half done"] > 5


@pytest.mark.full
def test_many_killed_backups(tmp_path: Path) -> None:
    torn = kill(tmp_path, 200, 4, "backup")
    assert torn["a backup half written"] > 5
