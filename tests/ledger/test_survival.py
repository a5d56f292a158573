"""A ledger outlives a killed writer, two writers, and a lost index; it says what was changed in it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from allegata.ledger import Ledger, open_ledger
from allegata.ledger.records import Shown
from allegata.model import LedgerError, Record


def outward(kind: str, record: Record, shown: Shown) -> Record:
    return record


WRITER = Path(__file__).with_name("writer.py")


def start(folder: Path | str, name: str, *rest: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(folder), name, *map(str, rest)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def opened(folder: Path | str) -> Ledger:
    return open_ledger(str(folder), outward, False)


def assert_whole(folder: Path | str, at_least: int) -> int:
    with opened(folder) as ledger:
        assert ledger.verify() == ()
        held = len(list(ledger.batches()))
    assert held >= at_least
    return held


@pytest.mark.parametrize("when", ["before", "middle", "after"])
@pytest.mark.parametrize("kill_at", [1, 2, 3, 4, 5, 6, 8, 10, 11, 12])
def test_a_kill_at_any_change_loses_at_most_the_batch_being_written(tmp_path: Path, kill_at: int, when: str) -> None:
    folder = tmp_path / "ledger"
    with start(folder, "first", 5, kill_at, when) as process:
        acknowledged = len(process.stdout.readlines()) if process.stdout else 0
    assert process.returncode == -signal.SIGKILL
    with start(folder, "second", 1) as process:
        process.wait(timeout=60)
    assert process.returncode == 0
    held = assert_whole(folder, acknowledged + 1)
    assert held <= acknowledged + 2
    assert not list(folder.glob("**/.new-*"))


def kill_in_the_middle(folder: str, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged = 0
    for number in range(rounds):
        with start(folder, f"writer-{number}", 100_000) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 15)):
                process.stdout.readline()
                acknowledged += 1
            time.sleep(chance.random() / 50)
            process.kill()
        assert_whole(folder, acknowledged)


def test_kills_at_chance_moments(location: str) -> None:
    kill_in_the_middle(location, 3, 1)


@pytest.mark.full
def test_many_kills_at_chance_moments(location: str) -> None:
    kill_in_the_middle(location, 60, 2)


def test_two_writers_lose_nothing(location: str) -> None:
    with start(location, "first", 0) as process:
        process.wait(timeout=60)
    writers = [start(location, name, 40) for name in ("one", "two")]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    assert assert_whole(location, 80) == 80
    with opened(location) as ledger:
        assert [batch.sequence for batch in ledger.batches()] == list(range(1, 81))


def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "ledger"
    with start(folder, "writer", 4) as process:
        process.wait(timeout=60)
    return folder


def test_the_index_can_be_deleted(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    for left in folder.glob("index.sqlite*"):
        left.unlink()
    assert assert_whole(folder, 4) == 4


@pytest.mark.parametrize("where", ["batches/00000002.json", "records/00000003.jsonl", "bodies"])
def test_verify_names_the_file_that_was_changed(tmp_path: Path, where: str) -> None:
    folder = filled(tmp_path)
    target = folder / where
    if target.is_dir():
        target = min(each for each in target.glob("*/*"))
    data = target.read_bytes()
    target.write_bytes(data.replace(b"writer", b"wroter").replace(b"0", b"1", 1) if b"writer" in data else data[:-9])
    try:
        with opened(folder) as ledger:
            problems = ledger.verify()
    except LedgerError as error:
        problems = (str(error),)
    assert any(target.name in problem for problem in problems)


def test_a_missing_batch_is_named(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    (folder / "batches" / "00000002.json").unlink()
    with opened(folder) as ledger:
        assert any("batch 2 is missing" in problem for problem in ledger.verify())
