"""A ledger in a folder: batches that are only ever added, and an index that can be deleted.

A batch is written bodies and records first, batch file last: under temporary names, synced together, then renamed in this order.
The presence of the batch file is the commit. docs/ledger-format.md says how another program checks a ledger.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from allegata.ledger.chain import (
    Line,
    Stored,
    open_line,
    parse_batch,
    parse_line,
)
from allegata.ledger.credentials import FileCredentials
from allegata.ledger.erase import finish
from allegata.ledger.keeping import Whole, keep_last
from allegata.ledger.layout import (
    FORMAT,
    batch_path,
    body_path,
    extent,
    format_of,
    gaps,
    mark,
    missing,
    place,
    records_path,
    stage,
    sweep,
    sync,
    unread,
    unwritten,
    write_whole,
)
from allegata.ledger.records import Outward
from allegata.ledger.sqlite import FileIndex
from allegata.ledger.store import Ledger
from allegata.ledger.whole import Attested, Checked, Files, check, split
from allegata.model.batch import Batch
from allegata.model.error import InputError, LedgerError

WAIT_S = 10.0
AHEAD = 10_000
"""Records that are written before the index is filled with them."""


def open_folder(location: str, create: bool, outward: Outward) -> FileLedger:
    """Return the ledger in the folder *location*, of this format or an earlier one; made when it is missing or empty and *create* says so.

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
            write_whole(root / "ledger.json", mark(FORMAT))
        format_of(root)
    except OSError as error:
        raise LedgerError(
            f"{location}: cannot be opened: {error.strerror or error}; check the path and its rights"
        ) from error
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
        self._batches: dict[int, tuple[bytes, Batch]] = {}
        self._listed = False
        # What was written since the index was filled: it is filled when something is read, so that writing does not wait for it.
        self._ahead: set[tuple[str, str]] = set()
        self._newest: Batch | None = None
        self._swept = False
        self._made: FileIndex = FileIndex(root / "index.sqlite", self._catch_up)
        try:
            self._made.up()
        except LedgerError as error:
            # Kept for whoever reads or writes; `verify` goes on, to list all that is wrong.
            self._trouble = error
        except OSError as error:
            self._trouble = LedgerError(unread(root, error))

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    def format(self) -> int:
        """Return the version of the folder's format, which may be an earlier one.

        Raises: LedgerError if it cannot be read.
        """
        return format_of(self._root)

    def contains(self, path: Path) -> bool:
        """Return whether *path* lies in the folder."""
        return self._root.resolve() in path.resolve().parents

    @property
    def _index(self) -> FileIndex:
        if self._trouble:
            raise self._trouble
        if self._newest is not None or self._is_misindexed:
            self._catch_up_index()
        return self._made

    def _index_now(self) -> FileIndex:
        # What another program wrote is in the index only once somebody has read it.
        self._catch_up_index()
        return self._made

    def index_written(self) -> None:
        """Fill the index with what this object wrote."""
        if self._newest is not None:
            self._catch_up_index()

    def close(self) -> None:
        """Fill and close the index; the ledger itself needs no closing."""
        if self._newest is not None:
            # Who opens the ledger next fills it where this fails.
            with suppress(LedgerError, OSError):
                self._catch_up_index()
        self._made.close()

    def _keep(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Write a batch and what it commits to. It is there once its own file is, which is put in its place when all else is safe."""
        batch = whole.batch
        new = {self._body(name): name for name in whole.bodies if not self._body(name).exists()}
        records = self._records(batch.sequence)
        folders = {target.parent for target in (*new, records)}
        fresh = [folder for folder in folders if not folder.exists()]
        for folder in fresh:
            folder.mkdir(parents=True, exist_ok=True)
        staged: list[tuple[Path, Path]] = []
        try:
            for target, name in new.items():
                staged.append((stage(target, body(name)), target))
            staged.append((stage(records, b"".join(whole.lines)), records))
            last = stage(self._batch(batch.sequence), whole.content)
            staged.append((last, self._batch(batch.sequence)))
            sync([temporary for temporary, _ in staged] + sorted({folder.parent for folder in fresh}))
            for temporary, target in staged[:-1]:
                place(temporary, target)
            sync(sorted(folders))
            place(*staged[-1])
            sync([self._root / "batches"])
        except (OSError, LedgerError):
            for temporary, _ in staged:
                temporary.unlink(missing_ok=True)
            raise
        self._ahead |= {(entry.kind, entry.id) for entry in batch.entries}
        self._newest = batch
        if len(self._ahead) > AHEAD:
            self._index.last()

    def finish_erasures(self) -> None:
        """Take what erasures name out of bodies, lines and index; only within `writing`."""
        finish(self._root, self._index)

    def _before(self) -> Batch | None:
        return self._newest or self.head()

    def _last(self) -> int:
        return self._newest.sequence if self._newest else self._index.last()

    def _holds(self, kind: str, identity: str) -> bool:
        return (kind, identity) in self._ahead or self._made.has(kind, identity)

    def _is_newest(self) -> bool:
        """Return whether the last batch is one that this object has just written, so that nobody else has written since."""
        newest = self._newest
        if newest is None or self._batch(newest.sequence + 1).exists():
            return False
        return self._parsed(newest.sequence) == newest

    def _catch_up_index(self) -> None:
        if self._trouble:
            raise self._trouble
        self._made.up()
        self._ahead.clear()
        self._newest = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock over an index that is up to date, in a ledger of the format that is written, with no erasure left unfinished."""
        try:
            with self._lock():
                if format_of(self._root) != FORMAT:
                    write_whole(self._root / "ledger.json", mark(FORMAT))
                if not self._is_newest():
                    self._catch_up_index()
                    self.finish_erasures()
                yield
        except OSError as error:
            raise unwritten(self._root, error) from error

    @property
    def credentials(self) -> FileCredentials:
        """What the accounts log in with: a file beside the batches."""
        return FileCredentials(self._root / "credentials.json", self._lock)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._root / "lock").open("a") as handle:
            deadline = time.monotonic() + WAIT_S
            # Who waits is next: a program that writes batch after batch has to wait for its turn as well.
            turn = os.open(self._root / "batches", os.O_RDONLY)
            try:
                self._wait_for(turn, deadline)
                self._wait_for(handle.fileno(), deadline)
            finally:
                os.close(turn)
            if not self._swept:
                sweep(self._root)
                self._swept = True
            yield

    def _wait_for(self, handle: int, deadline: float) -> None:
        """Lock the open file *handle*, by the *deadline*.

        Raises: LedgerError if another program holds it until then.
        """
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LedgerError(
                        f"{self._root}: another program is writing; try again when it has finished"
                    ) from None
                time.sleep(0.02)

    def _batch(self, sequence: int) -> Path:
        return batch_path(self._root, sequence)

    def _records(self, sequence: int) -> Path:
        return records_path(self._root, sequence)

    def _body(self, name: str) -> Path:
        return body_path(self._root, name)

    def _is_held(self, sequence: int) -> bool:
        return self._batch(sequence).exists()

    def _parsed(self, sequence: int) -> Batch:
        """Return a batch; the last `PAGES` parsed are remembered as long as the bytes of their files are the same."""
        try:
            data = self._batch(sequence).read_bytes()
            if sequence not in self._batches or self._batches[sequence][0] != data:
                keep_last(self._batches, sequence, (data, parse_batch(data)))
            return self._batches[sequence][1]
        except InputError as error:
            raise LedgerError(f"{self._batch(sequence)}: {error}; restore it from a backup") from error
        except OSError as error:
            raise LedgerError(unread(self._batch(sequence), error)) from error

    def whole(self, sequence: int) -> Whole:
        """Return a batch as it is kept, after checking it and its records.

        Raises: LedgerError if it is missing or damaged.
        """
        batch = self._parsed(sequence)
        bodies = self._captured(batch)
        try:
            content, lines = self._batch(sequence).read_bytes(), self._records(sequence).read_bytes()
        except OSError as error:
            raise LedgerError(unread(self._batch(sequence), error)) from error
        return Whole(batch, content, tuple(lines.splitlines(keepends=True)), tuple(sorted(bodies)))

    def _stored(self, batch: Batch) -> Iterator[tuple[int, int, Stored]]:
        """Yield offset, length and record of each line of *batch* that was not erased."""
        path = self._records(batch.sequence)
        at = 0
        try:
            lines = split(path.read_bytes(), batch.entries)
        except InputError as error:
            raise LedgerError(f"{path}: {error}; restore it from a backup") from error
        except OSError as error:
            raise LedgerError(unread(path, error)) from error
        for number, (data, entry) in enumerate(lines, 1):
            try:
                stored = open_line(parse_line(data), entry)
            except InputError as error:
                raise LedgerError(f"{path} line {number}: {error}; restore it from a backup") from error
            size = len(data) + 1
            if stored is not None:
                yield at, size, stored
            at += size

    def _catch_up(self) -> None:
        """Bring the index up to the last batch on disk.

        Raises: LedgerError, naming the file, if a batch is missing, damaged or does not follow the one before.
        """
        last = self._made.last()
        self._index_up_to(self._top(last), last, self._made.hash_of(last))

    def _top(self, known: int) -> int:
        """Return the number of the last batch; the folders are listed once, then only what follows *known* is looked for.

        Raises: LedgerError if a batch is missing.
        """
        top = known
        while self._listed and self._batch(top + 1).exists():
            top += 1
        if not self._listed or (top and not self._batch(top).exists()):
            held, top = extent(self._root, known)
            for first, final in gaps(held, top):
                raise LedgerError(missing(self._root, first, final))
            self._listed = True
        return top

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
            raise LedgerError(unread(path, error)) from error
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

    def checked(self, attested: Attested | None = None) -> Checked:
        """Return what checking every batch, record and body gives; *attested*: a batch that has to be in the ledger."""
        troubles = [str(self._trouble)] if self._trouble else []
        try:
            known = (self._made if self._trouble else self._index).last()
        except LedgerError as error:
            known = 0
            troubles.append(str(error))
        return self._with_index(check(Files(self._root), known, troubles, attested, self._compare_index))
