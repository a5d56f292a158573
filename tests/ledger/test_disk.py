"""A full, failing or read-only disk, a second writer and a clock that goes back: one line says what is wrong, and nothing is lost or mixed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from allegata.capture.made import make_capture
from allegata.ledger import FileLedger, files, layout, open_ledger
from allegata.ledger.records import as_stored
from allegata.model import Batch, LedgerError

NOW = "2024-01-01T00:00:00Z"


def opened(folder: Path, create: bool = False) -> FileLedger:
    return open_ledger(str(folder), as_stored, create)


def keep(ledger: FileLedger, words: str, at: str = NOW) -> Batch | None:
    body = words.encode()
    capture, _ = make_capture(body, "text/plain", f"file:{words[:20]}.txt")
    return ledger.append([("capture", capture)], "test", at, {capture.body: body})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with opened(tmp_path / "ledger", True) as ledger:
        for number in range(3):
            keep(ledger, f"page {number}")
    return tmp_path / "ledger"


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from test_disk import keep, opened
from allegata.model import LedgerError
with opened(Path(sys.argv[1])) as ledger:
    before = ledger.head().sequence
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        keep(ledger, "x" * 700)
        print("kept")
    except LedgerError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert ledger.verify() == (), ledger.verify()
    keep(ledger, "x" * 700)
    keep(ledger, "after")
    assert ledger.head().sequence == before + 2
    assert ledger.verify() == (), ledger.verify()
"""


@pytest.mark.parametrize(("most", "kept"), [(0, False), (100, False), (400, False), (699, False), (5000, True)])
def test_a_disk_without_room_refuses_in_one_line_and_goes_on_later(folder: Path, most: int, kept: bool) -> None:
    # The system itself refuses: no file may grow beyond *most* bytes, so that a write ends in the middle.
    command = [sys.executable, "-c", FULL, str(folder), str(most), str(Path(__file__).parent)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    said = "kept\n" if kept else f"{folder}: cannot be written: File too large; free space or check the rights\n"
    assert made.stdout == said
    with opened(folder) as ledger:
        assert ledger.verify() == ()


def failing(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the *number*th sync of a file fail."""
    plain, left = os.fsync, [number]

    def fail(file: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        plain(file)

    monkeypatch.setattr(layout.os, "fsync", fail)


@pytest.mark.parametrize("number", range(1, 9))
def test_a_sync_that_fails_acknowledges_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    with opened(folder) as ledger:
        head = ledger.head()
        failing(monkeypatch, number)
        try:
            made = keep(ledger, "another page")
            assert number > 7, "every write has to be synced"
            assert made is not None
        except LedgerError as error:
            assert "Input/output error" in str(error)  # noqa: PT017
            assert number <= 7
        monkeypatch.undo()
        assert ledger.verify() == ()
        keep(ledger, "another page")
        keep(ledger, "yet another")
        assert ledger.verify() == ()
        assert head is not None
        assert [batch.sequence for batch in ledger.batches()] == list(range(1, head.sequence + 3))


READ = """
import os, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_disk import keep, opened
from allegata.model import LedgerError
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with opened(Path(sys.argv[1])) as ledger:
    print(ledger.count("capture"), ledger.verify(), flush=True)
    try:
        keep(ledger, "another page")
    except LedgerError as error:
        print(error)
"""


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """Return a folder that others may look into, which those of pytest are not."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    for each in place.rglob("*"):
        if each.is_dir():
            each.chmod(0o755)
    shutil.rmtree(place)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_folder_that_may_only_be_read_is_read_and_verified(everybodys: Path, indexed: bool) -> None:
    folder = everybodys / "ledger"
    with opened(folder, True) as ledger:
        keep(ledger, "page")
    for each in folder.glob("index.sqlite*" if not indexed else "none"):
        each.unlink()
    for each in [folder, *folder.rglob("*")]:
        each.chmod(0o555 if each.is_dir() else 0o444)
    command = [sys.executable, "-c", READ, str(folder), str(Path(__file__).parent)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert made.stdout == f"1 ()\n{folder}: cannot be written: Permission denied; free space or check the rights\n", (
        made.stderr
    )


def test_a_second_writer_waits(folder: Path) -> None:
    with (folder / "lock").open("a") as lock, opened(folder) as ledger:
        fcntl.flock(lock, fcntl.LOCK_EX)
        threading.Timer(0.5, fcntl.flock, (lock, fcntl.LOCK_UN)).start()
        began = time.monotonic()
        assert keep(ledger, "another page") is not None
        assert time.monotonic() - began > 0.4


def test_who_waits_comes_before_one_that_writes_on_and_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAIT_S", 0.2)
    turn = os.open(folder / "batches", os.O_RDONLY)
    try:
        with opened(folder) as ledger:
            assert keep(ledger, "another page") is not None
            # As one that waits for the lock does.
            fcntl.flock(turn, fcntl.LOCK_EX)
            with pytest.raises(LedgerError, match="another program is writing"):
                keep(ledger, "a third page")
            fcntl.flock(turn, fcntl.LOCK_UN)
            assert keep(ledger, "a third page") is not None
    finally:
        os.close(turn)


def test_a_second_writer_that_waited_long_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAIT_S", 0.2)
    with (folder / "lock").open("a") as lock, opened(folder) as ledger:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file() and "index" not in each.name}
        with pytest.raises(LedgerError, match="another program is writing; try again when it has finished"):
            keep(ledger, "another page")
        assert {each: each.read_bytes() for each in before} == before
        assert ledger.verify() == ()
