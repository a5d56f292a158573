"""Folders in which a command works on a copy of a ledger, and what a signal that ends it does: names of affected persons stay in none."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from allegata.model.error import LedgerError

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""What a logout, a shutdown or `timeout` sends."""
_LOCK = "lock"


def _place() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(folder) / "allegata" / "work"


@contextmanager
def _locked(file: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


@contextmanager
def working_folder() -> Iterator[Path]:
    """Give a new folder that only the user can read, under allegata/work of $XDG_CACHE_HOME; it goes with the block.

    Its lock is held meanwhile, so that the next one who makes a folder, or erases, takes away what a killed program left.

    Raises: LedgerError if it cannot be made.
    """
    place = _place()
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.chmod(0o700)
        # Nobody takes a folder away that has no lock yet.
        with _locked(place / _LOCK):
            _sweep(place)
            folder = Path(tempfile.mkdtemp(dir=place))
            held = _locked(folder / _LOCK)
            held.__enter__()
    except OSError as error:
        raise LedgerError(f"{place}: cannot be made: {error.strerror or error}; set XDG_CACHE_HOME") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        held.__exit__(None, None, None)


def sweep() -> None:
    """Take away the folders that killed programs left; those in use stay, and what cannot be read."""
    place = _place()
    with suppress(OSError):
        if place.is_dir():
            with _locked(place / _LOCK):
                _sweep(place)


def _sweep(place: Path) -> None:
    for folder in place.iterdir():
        if folder.is_dir() and not folder.is_symlink():
            with suppress(BlockingIOError), _locked(folder / _LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def unwinding() -> Iterator[None]:
    """Let a signal that ends the program unwind it first, so that what it made for itself goes; its exit code is that of the signal, as ever.

    A signal that is ignored, as under nohup, stays so; in another thread than the first nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    taken = [each for each in ENDING if signal.getsignal(each) is signal.SIG_DFL]

    def end(number: int, _: FrameType | None) -> None:
        # A second one would break off the unwinding.
        for each in taken:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in taken:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each in taken:
            signal.signal(each, signal.SIG_DFL)
