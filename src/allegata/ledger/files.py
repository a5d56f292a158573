"""A ledger in a folder: batches that are only ever added, and an index that can be deleted.

A batch is written records first, bodies next, batch file last; each by writing a temporary file, syncing it, and renaming it.
The presence of the batch file is the commit. docs/ledger-format.md says how another program checks a ledger.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from allegata.ledger.chain import (
    ORIGIN,
    Line,
    Stored,
    open_line,
    parse_batch,
    parse_line,
)
from allegata.ledger.keeping import Whole
from allegata.ledger.records import Outward
from allegata.ledger.sqlite import FileIndex
from allegata.ledger.store import Ledger
from allegata.model import (
    Batch,
    Claim,
    InputError,
    LedgerError,
    canonical,
)

FORMAT = {"format": "allegata-ledger", "version": 1}
WAIT_S = 10.0


def open_folder(location: str, create: bool, outward: Outward) -> FileLedger:
    """Return the ledger in the folder *location*; made when it is missing or empty and *create* says so.

    Raises: LedgerError if the folder is no ledger, or cannot be made or read.
    """
    root = Path(location)
    try:
        if not (root / "ledger.json").exists():
            if root.exists() and not root.is_dir():
                raise LedgerError(f"{location}: is a file, not a ledger; give a folder")
            strange = [each.name for each in root.iterdir() if each.name != "lock"] if root.is_dir() else []
            if strange and not _half_made(strange):
                raise LedgerError(f"{location}: is a folder that is no ledger; give another, or an empty one")
            if not create:
                raise LedgerError(
                    f"{location}: there is no ledger; make one with: allegata add FILE --ledger {location}"
                )
            for part in ("batches", "records", "bodies"):
                (root / part).mkdir(parents=True, exist_ok=True)
            _write(root / "ledger.json", canonical(FORMAT) + b"\n")
        made = json.loads((root / "ledger.json").read_bytes())
    except OSError as error:
        raise LedgerError(
            f"{location}: cannot be opened: {error.strerror or error}; check the path and its rights"
        ) from error
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"{location}: ledger.json is damaged; restore it from a backup") from error
    if made != FORMAT:
        raise LedgerError(f"{location}: is of a format this version does not know; upgrade allegata")
    ledger = FileLedger(root, outward)
    if create:
        ledger.check()
    return ledger


def _half_made(names: list[str]) -> bool:
    return all(name in ("batches", "records", "bodies") or name.startswith(".new-") for name in names)


class FileLedger(Ledger):
    """A ledger in a folder."""

    def __init__(self, root: Path, outward: Outward) -> None:
        super().__init__(str(root), outward)
        self._root = root
        self._last: tuple[bytes, Batch] | None = None
        self._listed = False
        self._made: FileIndex = FileIndex(root / "index.sqlite", self._catch_up)
        try:
            self._made.up()
        except LedgerError as error:
            # Kept for whoever reads or writes; `verify` goes on, to list all that is wrong.
            self._trouble = error
        except OSError as error:
            self._trouble = LedgerError(_unread(root, error))

    def close(self) -> None:
        """Close the index; the ledger itself needs no closing."""
        self._made.close()

    def _keep(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Write bodies, records and batch, in this order, and index them."""
        for name in whole.bodies:
            target = self._body(name)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(target, body(name))
        _write(self._records(whole.batch.sequence), b"".join(whole.lines))
        _write(self._batch(whole.batch.sequence), whole.content)
        self._index.up()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock, with the index brought up."""
        try:
            with self._lock():
                self._index.up()
                yield
        except OSError as error:
            raise LedgerError(
                f"{self._root}: cannot be written: {error.strerror or error}; free space or check the rights"
            ) from error

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._root / "lock").open("a") as handle:
            deadline = time.monotonic() + WAIT_S
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise LedgerError(
                            f"{self._root}: another program is writing; try again when it has finished"
                        ) from None
                    time.sleep(0.02)
            for left in self._root.glob("**/.new-*"):
                left.unlink(missing_ok=True)
            yield

    def _batch(self, sequence: int) -> Path:
        return self._root / "batches" / f"{sequence:08}.json"

    def _records(self, sequence: int) -> Path:
        return self._root / "records" / f"{sequence:08}.jsonl"

    def _body(self, name: str) -> Path:
        return self._root / "bodies" / name[:2] / name

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in order; each is checked to be whole and to follow the one before.

        Raises: LedgerError, naming the file, if one is not.
        """
        previous, sequence = ORIGIN, 1
        while self._batch(sequence).exists():
            batch = self._parsed(sequence)
            if batch.sequence != sequence or batch.previous != previous:
                raise LedgerError(
                    f"{self._batch(sequence)}: does not follow the batch before it; restore it from a backup"
                )
            yield batch
            previous, sequence = batch.hash, sequence + 1

    def _parsed(self, sequence: int) -> Batch:
        """Return a batch; the last one parsed is remembered as long as its file's bytes are the same."""
        try:
            data = self._batch(sequence).read_bytes()
            if self._last is None or self._last[0] != data:
                self._last = (data, parse_batch(data))
            return self._last[1]
        except InputError as error:
            raise LedgerError(f"{self._batch(sequence)}: {error}; restore it from a backup") from error
        except OSError as error:
            raise LedgerError(_unread(self._batch(sequence), error)) from error

    def head(self) -> Batch | None:
        """Return the last batch, null in an empty ledger."""
        sequence = self._index.last()
        return self._parsed(sequence) if sequence else None

    def whole(self, sequence: int) -> Whole:
        """Return a batch as it is kept, after checking it and its records.

        Raises: LedgerError if it is missing or damaged.
        """
        batch = self._parsed(sequence)
        bodies = self._captured(batch)
        try:
            content, lines = self._batch(sequence).read_bytes(), self._records(sequence).read_bytes()
        except OSError as error:
            raise LedgerError(_unread(self._batch(sequence), error)) from error
        return Whole(batch, content, tuple(lines.splitlines(keepends=True)), tuple(sorted(bodies)))

    def _stored(self, batch: Batch) -> Iterator[tuple[int, int, Stored]]:
        """Yield offset, length and record of each line of *batch* that was not erased."""
        path = self._records(batch.sequence)
        at = 0
        try:
            lines = path.read_bytes().splitlines(keepends=True)
        except OSError as error:
            raise LedgerError(_unread(path, error)) from error
        if lines and not lines[-1].endswith(b"\n"):
            raise LedgerError(f"{path}: ends within a line; restore it from a backup")
        if len(lines) != len(batch.entries):
            raise LedgerError(
                f"{path}: holds {len(lines)} records where the batch has {len(batch.entries)}; restore it from a backup"
            )
        for number, (data, entry) in enumerate(zip(lines, batch.entries, strict=True), 1):
            try:
                stored = open_line(parse_line(data), entry)
            except InputError as error:
                raise LedgerError(f"{path} line {number}: {error}; restore it from a backup") from error
            if stored is not None:
                yield at, len(data), stored
            at += len(data)

    def _catch_up(self) -> None:
        """Bring the index up to the last batch on disk.

        Raises: LedgerError, naming the file, if a batch is missing, damaged or does not follow the one before.
        """
        last = self._made.last()
        top = self._top(last)
        if last and self._parsed(last).hash != self._made.hash_of(last):
            self._made.clear()
            self._pages.clear()
            last = 0
        previous = self._parsed(last).hash if last else ORIGIN
        for sequence in range(last + 1, top + 1):
            batch = self._parsed(sequence)
            if batch.sequence != sequence or batch.previous != previous:
                raise LedgerError(self._unchained(sequence))
            self._made.add(batch, list(self._stored(batch)), self._outside(), partial(self._read, Claim))
            previous = batch.hash

    def _top(self, known: int) -> int:
        """Return the number of the last batch; the folders are listed once, then only what follows *known* is looked for.

        Raises: LedgerError if a batch is missing.
        """
        top = known
        while self._listed and self._batch(top + 1).exists():
            top += 1
        if not self._listed or (top and not self._batch(top).exists()):
            held, top = self._extent(known)
            for first, final in _gaps(held, top):
                raise LedgerError(self._missing(first, final))
            self._listed = True
        return top

    def _extent(self, known: int) -> tuple[list[int], int]:
        """Return the numbers of the batches held, and of the last there must have been; *known*: the last in the index.

        Records of one batch more are what a killed writer leaves; of two more, the batch of the first was there.
        """
        records = self._numbers("records", ".jsonl")
        held = self._numbers("batches", ".json")
        top = max([known, *held])
        return held, max([top, *(each - 1 for each in records)])

    def _numbers(self, folder: str, end: str) -> list[int]:
        named = [name.removesuffix(end) for name in os.listdir(self._root / folder) if name.endswith(end)]  # noqa: PTH208
        return sorted(int(name) for name in named if name.isascii() and name.isdigit() and name == f"{int(name):08}")

    def _missing(self, first: int, final: int) -> str:
        which = f"batch {first} is missing" if first == final else f"batches {first} to {final} are missing"
        return f"{self._root / 'batches'}: {which}; restore from a backup, and until then nothing is written"

    def rebuild(self) -> None:
        """Make the index again from the batches."""
        self._listed = False
        self._pages.clear()
        self._index.clear()
        self._index.up()

    def _lines(self, sequence: int, places: Iterable[tuple[int, int]]) -> Iterator[Line]:
        path = self._records(sequence)
        try:
            with path.open("rb") as handle:
                for offset, size in places:
                    handle.seek(offset)
                    yield parse_line(handle.read(size))
        except OSError as error:
            raise LedgerError(_unread(path, error)) from error
        except InputError as error:
            raise LedgerError(
                f"{path}: {error}; run allegata verify, and delete index.sqlite if it is whole"
            ) from error

    def capture_bytes(self, body: str) -> bytes:
        """Return the bytes with sha256 *body*, as captured.

        Raises: LedgerError if they are missing or are not those bytes any more.
        """
        try:
            data = self._body(body).read_bytes()
        except OSError as error:
            raise LedgerError(
                f"{self._body(body)}: cannot be read: {error.strerror}; restore it from a backup"
            ) from error
        if hashlib.sha256(data).hexdigest() != body:
            raise LedgerError(f"{self._body(body)}: is not what was captured; restore it from a backup")
        return data

    def verify(self) -> tuple[str, ...]:
        """Return what is wrong with the ledger, one sentence a problem that names the file; empty when all is whole."""
        problems = [str(self._trouble)] if self._trouble else []
        try:
            known = self._made.last()
        except LedgerError as error:
            known = 0
            problems.append(str(error))
        try:
            held, top = self._extent(known)
        except OSError as error:
            return (*problems, _unread(self._root, error))
        problems += [self._missing(first, final) for first, final in _gaps(held, top)]
        for each in sorted((self._root / "batches").glob("[!.]*")):
            if not (each.stem.isascii() and each.stem.isdigit() and each == self._batch(int(each.stem))):
                problems.append(f"{each}: is no batch; move it out of the ledger")
        return tuple(dict.fromkeys(problems + list(self._problems(held))))


def _gaps(held: Sequence[int], top: int) -> list[tuple[int, int]]:
    """Return the first and last of each stretch of numbers from 1 to *top* that *held*, in order, leaves out.

    >>> _gaps([2, 3, 6], 7)
    [(1, 1), (4, 5), (7, 7)]
    """
    edges = [0, *held, top + 1]
    return [(one + 1, other - 1) for one, other in itertools.pairwise(edges) if other - one > 1]


def _unread(path: Path, error: OSError) -> str:
    return f"{error.filename or path}: cannot be read: {error.strerror or error}; restore it from a backup"


def _write(target: Path, data: bytes) -> None:
    """Write *data* so that *target* is either whole or not there, also after a power cut."""
    temporary = target.with_name(f".new-{target.name}")
    try:
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
