"""The index of a ledger in a folder: a file of SQLite beside the batches. Made from them, holds no text of documents, can be deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from allegata.ledger.index import Index
from allegata.ledger.schema import SCHEMA, VERSION
from allegata.model.error import LedgerError

MADE = f"PRAGMA user_version = {VERSION};{SCHEMA}"
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
REFUSED = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
# A damaged file gives words that are no UTF-8, too, its error messages among them.
DAMAGED = (sqlite3.DatabaseError, UnicodeDecodeError)


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


def _in_memory() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.executescript(MADE)
    return db


class FileIndex(Index):
    """The index of one ledger, filled by *fill*. A damaged or old file is made again; where the disk refuses, in memory."""

    def __init__(self, path: Path, fill: Callable[[], None]) -> None:
        self._db: sqlite3.Connection
        self._path = path
        self._fill = fill
        self._filling = False
        if not path.exists():
            # What a killed writer left beside an index that was deleted since belongs to no index.
            self._remove("-*")
        try:
            self._db = self._connected()
        except DAMAGED as error:
            if _code(error) in BUSY:
                self._db = _in_memory()
            else:
                self._mend(error)

    def _remove(self, end: str) -> None:
        for each in self._path.parent.glob(self._path.name + end):
            with suppress(OSError):
                each.unlink(missing_ok=True)

    def _connected(self) -> sqlite3.Connection:
        # A ledger may be used by another thread than opened it, by one at a time.
        db = sqlite3.connect(self._path, timeout=20, check_same_thread=False)
        try:
            # The batches are synced and the index is made from them: a commit that a power cut takes back is indexed again.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            # What is erased from the ledger, or masked later, is not to be found in a page that is free, either.
            db.execute("PRAGMA secure_delete = ON")
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                self._make(db)
            if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                raise sqlite3.DatabaseError("an index of another version")
            db.execute("SELECT count(*) FROM document").fetchone()
        except DAMAGED:
            db.close()
            raise
        return db

    def _make(self, db: sqlite3.Connection) -> None:
        try:
            with closing(db.cursor()) as cursor:
                cursor.executescript(f"BEGIN IMMEDIATE;{MADE}COMMIT;")
        except sqlite3.OperationalError as error:
            # Another program made it meanwhile.
            if "already exists" not in str(error):
                raise
            db.rollback()

    def _mend(self, error: Exception) -> None:
        """Open an empty index in place of the one that gave *error*: in memory where the disk refuses, else made again.

        Raises: LedgerError if another program holds it.
        """
        if _code(error) in BUSY:
            raise LedgerError(f"{self._path}: another program is writing; try again when it has finished") from error
        if hasattr(self, "_db"):
            self._db.close()
        if _code(error) in REFUSED:
            self._db = _in_memory()
            return
        self._remove("*")
        try:
            self._db = self._connected()
        except DAMAGED:
            self._db = _in_memory()

    def up(self) -> None:
        """Fill the index; one that turns out to be damaged, or that the disk refuses, is mended and filled again.

        Raises: LedgerError if that does not help.
        """
        self._filling = True
        try:
            for _ in range(3):
                try:
                    self._fill()
                    return
                except DAMAGED as error:
                    self._mend(error)
            raise LedgerError(f"{self._path}: cannot be made again; delete it, and free space or check the rights")
        finally:
            self._filling = False

    def rows(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        """Return what *query* finds; a damaged index is made again first."""
        try:
            return self._db.execute(query, values).fetchall()
        except DAMAGED as error:
            if self._filling:
                raise
            self._mend(error)
        self.up()
        return self._db.execute(query, values).fetchall()

    def change(self, statements: Iterable[tuple[str, Iterable[Sequence[str | int]]]]) -> None:
        """Do *statements*, each for each of its values, all or nothing; where the disk refuses, nothing."""
        with suppress(*DAMAGED), self._db:
            for statement, values in statements:
                self._db.executemany(statement, values)

    def scrub(self) -> None:
        """Write the file anew without what was deleted from it, once the lines of all erased records are erased.

        Raises: LedgerError if another program holds the file; what is pending stays so.
        """
        if not self._db.execute("PRAGMA database_list").fetchone()[2]:
            # It is kept in memory: what lies on the disk is an older one.
            self._remove("*")
        try:
            self._db.execute("VACUUM")
            busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except DAMAGED as error:
            if _code(error) not in BUSY:
                raise
            busy = True
        if busy:
            raise LedgerError(
                f"{self._path}: another program reads it, so that what was erased may still be in it; verify names "
                "what is unfinished, and the next command that writes finishes it"
            )
        with self._db:
            self._db.execute("DELETE FROM pending")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield
