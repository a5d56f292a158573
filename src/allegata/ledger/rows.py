"""The rows of a ledger in PostgreSQL as the check of the whole reads them, as erasing changes them, and those of its credentials."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import msgspec

from allegata.ledger.chain import Line, erased_bytes, parse_line
from allegata.ledger.connection import Connection
from allegata.ledger.credentials import Credentials
from allegata.ledger.index import Index
from allegata.ledger.layout import which
from allegata.model.document import Capture
from allegata.model.error import InputError, LedgerError
from allegata.model.json import canonical, from_json

Pending = tuple[str, str, int, int, int]


class Rows:
    """The bytes of a ledger in PostgreSQL, for the check of the whole."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def extent(self, known: int) -> tuple[list[int], int]:
        """Return the numbers of the batches held, and of the last there must have been; *known*: the last in the index.

        Records are written with their batch, so that records alone tell of one that was there.
        """
        held = [row[0] for row in self._db.rows("SELECT sequence FROM batches ORDER BY sequence")]
        recorded = self._db.rows("SELECT coalesce(max(sequence), 0) FROM records")[0][0]
        return held, max([known, recorded, *held])

    def strange(self) -> Iterator[str]:
        """Yield nothing: each row has a number."""
        return iter(())

    def missing(self, first: int, final: int) -> str:
        """Return the sentence that says that batches are missing."""
        return f"{self._db.name}: {which(first, final)}; restore from a backup, and until then nothing is written"

    def unread(self, what: str, error: OSError) -> str:
        """Return the sentence that says that *what* cannot be read."""
        return f"{what or self._db.name}: cannot be read: {error.strerror or error}; restore it from a backup"

    def batch_name(self, sequence: int) -> str:
        """Return what messages call a batch."""
        return f"{self._db.name} batch {sequence}"

    def records_name(self, sequence: int) -> str:
        """Return what messages call the records of a batch."""
        return f"{self._db.name} records of batch {sequence}"

    def body_name(self, name: str) -> str:
        """Return what messages call a body."""
        return f"{self._db.name} body {name}"

    def batch(self, sequence: int) -> bytes:
        """Return the bytes of a batch.

        Raises: InputError if there is none.
        """
        return self._only("SELECT content FROM batches WHERE sequence = ?", sequence)

    def records(self, sequence: int) -> bytes:
        """Return the records of a batch, one after the other.

        Raises: InputError if one does not begin where the one before ends.
        """
        query = "SELECT position, content FROM records WHERE sequence = ? ORDER BY position"
        parts, end = list[bytes](), 0
        for number, (at, line) in enumerate(self._db.rows(query, (sequence,)), 1):
            if at != end:
                raise InputError(f"line {number} does not begin where the one before ends")
            parts.append(bytes(line))
            end += len(line)
        return b"".join(parts)

    def body(self, name: str) -> bytes:
        """Return the bytes of a body.

        Raises: InputError if there are none.
        """
        return self._only("SELECT content FROM bodies WHERE hash = ?", name)

    def _only(self, query: str, value: str | int) -> bytes:
        rows = self._db.rows(query, (value,))
        if not rows:
            raise InputError("is missing")
        return bytes(rows[0][0])


def erase_rows(db: Connection, index: Index) -> None:
    """Take the records that wait for it out of lines and bodies; in a transaction, in which nothing else may be changed so.

    Raises: LedgerError if a line is none, or the database refuses.
    """
    pending: Sequence[Pending] = index.pending()
    if not pending:
        return
    db.execute("SELECT set_config('allegata.erasing', 'on', TRUE)")
    for _, _, sequence, offset, _ in pending:
        line = _line(db, sequence, offset)
        if line.erased:
            continue
        if line.kind == "capture":
            body = msgspec.json.decode(line.record, type=Capture).body
            if not index.ids("capture", "body", body):
                db.execute("DELETE FROM bodies WHERE hash = ?", (body,))
        query = "UPDATE records SET content = ? WHERE sequence = ? AND position = ?"
        db.execute(query, (erased_bytes(line), sequence, offset))
    db.execute("SELECT set_config('allegata.erasing', 'off', TRUE)")
    index.scrub()


def _line(db: Connection, sequence: int, offset: int) -> Line:
    rows = db.rows("SELECT content FROM records WHERE sequence = ? AND position = ?", (sequence, offset))
    try:
        return parse_line(bytes(rows[0][0]) if rows else b"")
    except InputError as error:
        raise LedgerError(f"{db.name} records of batch {sequence}: {error}; restore it from a backup") from error


class TableCredentials:
    """Credentials in a table of one row."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def read(self) -> Credentials:
        """Return what is kept; nothing where there is no row.

        Raises: LedgerError if it is damaged or may not be read.
        """
        rows = self._db.rows("SELECT content FROM credentials")
        if not rows:
            return Credentials()
        try:
            return from_json(Credentials, json.loads(bytes(rows[0][0])))
        except (ValueError, RecursionError, InputError) as error:
            raise LedgerError(
                f"{self._db.name}: credentials are damaged; delete their row, and set the passwords again"
            ) from error

    def change(self, how: Callable[[Credentials], Credentials]) -> Credentials:
        """Replace what is kept, under the ledger's lock; where *how* changes nothing, nothing is written.

        Raises: LedgerError if it cannot be written, and whatever *how* raises.
        """
        with self._db.writing():
            before = self.read()
            made = how(before)
            if made != before:
                query = "INSERT INTO credentials (content) VALUES (?) ON CONFLICT (one) DO UPDATE SET content = excluded.content"
                self._db.execute(query, (canonical(made) + b"\n",))
            return made
