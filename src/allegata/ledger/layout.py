"""Where the files of a ledger's folder are, which format it has, and how a file is written so that a kill leaves the old or the new."""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from allegata.model.error import LedgerError
from allegata.model.json import canonical

FORMAT = 2
"""The format that is written. A ledger of an earlier one is read as it is, and becomes one of this when it is next written to."""
AT_ONCE = 8
"""Files that wait for the disk at the same time."""
MARKS = {canonical({"format": "allegata-ledger", "version": each}) + b"\n": each for each in (1, FORMAT)}
"""The version of the format by the bytes of ``ledger.json``."""


def mark(version: int) -> bytes:
    r"""Return the bytes of ``ledger.json`` in a ledger of a format.

    >>> mark(2)
    b'{"format":"allegata-ledger","version":2}\n'
    """
    return next(data for data, each in MARKS.items() if each == version)


def batch_path(root: Path, sequence: int) -> Path:
    """Return the file of a batch."""
    return root / "batches" / f"{sequence:08}.json"


def records_path(root: Path, sequence: int) -> Path:
    """Return the file of the records of a batch."""
    return root / "records" / f"{sequence:08}.jsonl"


def body_path(root: Path, name: str) -> Path:
    """Return the file of the bytes with sha256 *name*."""
    return root / "bodies" / name[:2] / name


def numbers(root: Path, folder: str, end: str) -> list[int]:
    """Return the numbers of the files of *folder* that are named as batches are, in order."""
    named = [name.removesuffix(end) for name in os.listdir(root / folder) if name.endswith(end)]  # noqa: PTH208
    return sorted(int(name) for name in named if name.isascii() and name.isdigit() and name == f"{int(name):08}")


def extent(root: Path, known: int) -> tuple[list[int], int]:
    """Return the numbers of the batches held, and of the last there must have been; *known*: the last in the index.

    Records of one batch more are what a killed writer leaves; of two more, the batch of the first was there.
    """
    records = numbers(root, "records", ".jsonl")
    held = numbers(root, "batches", ".json")
    top = max([known, *held])
    return held, max([top, *(each - 1 for each in records)])


def gaps(held: Sequence[int], top: int) -> list[tuple[int, int]]:
    """Return the first and last of each stretch of numbers from 1 to *top* that *held*, in order, leaves out.

    >>> gaps([2, 3, 6], 7)
    [(1, 1), (4, 5), (7, 7)]
    """
    edges = [0, *held, top + 1]
    return [(one + 1, other - 1) for one, other in itertools.pairwise(edges) if other - one > 1]


def which(first: int, final: int) -> str:
    """Return the words for batches that are missing.

    >>> which(3, 5)
    'batches 3 to 5 are missing'
    """
    return f"batch {first} is missing" if first == final else f"batches {first} to {final} are missing"


def missing(root: Path, first: int, final: int) -> str:
    """Return the sentence that says that batches are missing."""
    return f"{root / 'batches'}: {which(first, final)}; restore from a backup, and until then nothing is written"


def unchained(name: object) -> str:
    """Return the sentence that says that the batch of that *name* does not follow the one before."""
    return f"{name}: does not follow the batch before it; restore it from a backup"


def unread(path: Path, error: OSError) -> str:
    """Return the sentence that says that a file cannot be read."""
    return f"{error.filename or path}: cannot be read: {error.strerror or error}; restore it from a backup"


def unwritten(path: Path, error: OSError) -> LedgerError:
    """Return the error of a disk that refuses."""
    return LedgerError(f"{path}: cannot be written: {error.strerror or error}; free space or check the rights")


def write_whole(target: Path, data: bytes) -> None:
    """Write *data* so that *target* is either whole or as it was, also after a power cut."""
    temporary = stage(target, data)
    try:
        sync([temporary])
        place(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync([target.parent])


def stage(target: Path, data: bytes) -> Path:
    """Return the file that now holds *data*, to become *target* once it is synced."""
    temporary = target.with_name(f".new-{target.name}")
    try:
        temporary.write_bytes(data)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def place(temporary: Path, target: Path) -> None:
    """Let what was staged be *target*."""
    temporary.replace(target)


def sync(paths: Sequence[Path]) -> None:
    """Make files, and what was renamed in folders or removed from them, outlast a power cut; all at the same time, as each waits for the disk."""
    failed: list[OSError] = []

    def each_of(some: Sequence[Path]) -> None:
        try:
            for path in some:
                handle = os.open(path, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        except OSError as error:
            failed.append(error)

    others = [threading.Thread(target=each_of, args=(paths[at::AT_ONCE],)) for at in range(1, min(AT_ONCE, len(paths)))]
    for thread in others:
        thread.start()
    each_of(paths[::AT_ONCE])
    for thread in others:
        thread.join()
    if failed:
        raise failed[0]


def format_of(root: Path) -> int:
    """Return the version of the format of the ledger in *root*.

    Raises: LedgerError if it is a newer one, or the file that says it is damaged; OSError if it cannot be read.
    """
    data = (root / "ledger.json").read_bytes()
    if data in MARKS:
        return MARKS[data]
    try:
        made = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"{root}: ledger.json is damaged; restore it from a backup") from error
    version = made.get("version") if isinstance(made, dict) and made.get("format") == "allegata-ledger" else None
    if isinstance(version, int) and version > FORMAT and canonical(made) + b"\n" == data:
        raise LedgerError(
            f"{root}: is of format {version}, and this version knows formats up to {FORMAT}; upgrade allegata"
        )
    raise LedgerError(f"{root}: ledger.json is damaged; restore it from a backup")


def sweep(root: Path) -> None:
    """Remove what a killed writer left half written."""
    for left in root.glob("**/.new-*"):
        left.unlink(missing_ok=True)
