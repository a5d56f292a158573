"""Where each record of a folder ledger stands, in SQLite. Made from the batches, holds no text of documents, can be deleted."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from allegata.ledger.chain import Stored
from allegata.ledger.records import Supersession, record_id
from allegata.ledger.selection import EQUAL, WITHIN, ClaimFilter, bounds, fold, terms, times
from allegata.model import Batch, Capture, Claim, Document, LedgerError, Link, Record

Where = tuple[int, int, int]
VERSION = 4
SCHEMA = """
PRAGMA user_version = 4;
CREATE TABLE batch (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE record (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX record_order ON record (kind, sequence, offset);
CREATE TABLE capture (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
CREATE INDEX capture_body ON capture (body);
CREATE TABLE document (id TEXT PRIMARY KEY, capture TEXT) WITHOUT ROWID;
CREATE INDEX document_capture ON document (capture);
CREATE TABLE superseded (document TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE claim (id TEXT PRIMARY KEY, document TEXT) WITHOUT ROWID;
CREATE TABLE term (field TEXT, words TEXT, claim TEXT, PRIMARY KEY (field, words, claim)) WITHOUT ROWID;
CREATE TABLE time (claim TEXT, start TEXT, end TEXT);
CREATE INDEX time_claim ON time (claim);
CREATE TABLE linked (claim TEXT, link TEXT, PRIMARY KEY (claim, link)) WITHOUT ROWID;
"""
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
REFUSED = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
# A damaged file gives words that are no UTF-8, too, its error messages among them.
DAMAGED = (sqlite3.DatabaseError, UnicodeDecodeError)
CURRENT = "claim.document NOT IN (SELECT document FROM superseded)"


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


def _some(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield *values*, each once and in order, as many at a time as one query takes."""
    ordered = iter(sorted(set(values)))
    while some := list(itertools.islice(ordered, 500)):
        yield some


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _in_memory() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    return db


class Index:
    """The index of one ledger, filled by *fill*. A damaged or old file is made again; where the disk refuses, in memory."""

    def __init__(self, path: Path, fill: Callable[[], None]) -> None:
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
        db = sqlite3.connect(self._path, timeout=20)
        try:
            # The batches are synced and the index is made from them: a commit that a power cut takes back is indexed again.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
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
                cursor.executescript("BEGIN IMMEDIATE;" + SCHEMA + "COMMIT;")
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

    def _rows(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        """Return what *query* finds; a damaged index is made again first."""
        try:
            return self._db.execute(query, values).fetchall()
        except DAMAGED as error:
            if self._filling:
                raise
            self._mend(error)
        self.up()
        return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def clear(self) -> None:
        """Empty the index."""
        with self._db:
            for name in ("batch", "record", "capture", "document", "superseded", "claim", "term", "time", "linked"):
                self._db.execute(f"DELETE FROM {name}")

    def last(self) -> int:
        """Return the sequence of the last batch indexed, 0 for none."""
        return int(self._rows("SELECT coalesce(max(sequence), 0) FROM batch")[0][0])

    def hash_of(self, sequence: int) -> str | None:
        """Return the hash of an indexed batch."""
        rows = self._rows("SELECT hash FROM batch WHERE sequence = ?", (sequence,))
        return rows[0][0] if rows else None

    def add(
        self, batch: Batch, stored: Sequence[tuple[int, int, Stored]], outside: Callable[[Claim], Claim | None]
    ) -> None:
        """Add *batch* with the offset, length and record of its lines; a batch added before changes nothing.

        outside: a claim as it leaves the ledger, null if it does not. A claim is found by nothing else than that.
        """
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            fresh = self._db.execute("INSERT OR IGNORE INTO batch VALUES (?, ?)", (batch.sequence, batch.hash)).rowcount
            if not fresh:
                return
            for offset, size, (kind, identity, record) in stored:
                row = (kind, identity, batch.sequence, offset, size)
                self._db.execute("INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?)", row)
                self._add_record(record)
            # Only now are the masks of the batch's documents in, which `outside` needs.
            for _, _, (_, _, record) in stored:
                shown = outside(record) if isinstance(record, Claim) else None
                if shown is not None:
                    self._add_terms(shown)

    def _add_record(self, record: Record) -> None:
        match record:
            case Capture():
                self._db.execute("INSERT OR IGNORE INTO capture VALUES (?, ?)", (record.id, record.body))
            case Supersession():
                # The last word counts: a document that stands in for another is current again.
                self._db.execute("DELETE FROM superseded WHERE document = ?", (record.by,))
                self._db.execute("INSERT OR IGNORE INTO superseded VALUES (?)", (record.document,))
            case Claim():
                self._db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", (record.id, record.document.id))
            case Link():
                identity = record_id("link", record)
                rows = [(claim, identity) for claim in (record.left, record.right)]
                self._db.executemany("INSERT OR IGNORE INTO linked VALUES (?, ?)", rows)
            case Document():
                self._db.execute("INSERT OR IGNORE INTO document VALUES (?, ?)", (record.id, record.capture))

    def _add_terms(self, claim: Claim) -> None:
        rows = [(field, words, claim.id) for field, words in terms(claim)]
        self._db.executemany("INSERT OR IGNORE INTO term VALUES (?, ?, ?)", rows)
        spans = [(claim.id, start, end) for start, end in times(claim)]
        self._db.executemany("INSERT INTO time VALUES (?, ?, ?)", spans)

    def has(self, kind: str, identity: str) -> bool:
        """Return whether the ledger holds a record."""
        return self.place(kind, identity) is not None

    def place(self, kind: str, identity: str) -> Where | None:
        """Return the batch, offset and length of a record, null if there is none."""
        query = "SELECT sequence, offset, size FROM record WHERE kind = ? AND id = ?"
        rows = self._rows(query, (kind, identity))
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else None

    def places(self, kind: str) -> list[Where]:
        """Return where the records of *kind* stand, in order of entry."""
        query = "SELECT sequence, offset, size FROM record WHERE kind = ? ORDER BY sequence, offset"
        return self._rows(query, (kind,))

    def documents_of(self, body: str) -> list[str]:
        """Return the ids of the current documents read from the bytes with sha256 *body*, in order of entry."""
        query = (
            "SELECT document.id FROM capture JOIN document ON document.capture = capture.id "
            "JOIN record ON record.kind = 'document' AND record.id = document.id "
            "WHERE capture.body = ? AND document.id NOT IN (SELECT document FROM superseded) "
            "ORDER BY record.sequence, record.offset"
        )
        return [row[0] for row in self._rows(query, (body,))]

    def current_documents(self) -> list[Where]:
        """Return where the documents stand that no other one supersedes, in order of entry."""
        query = (
            "SELECT sequence, offset, size FROM record WHERE kind = 'document' "
            "AND id NOT IN (SELECT document FROM superseded) ORDER BY sequence, offset"
        )
        return self._rows(query)

    def current_ids(self) -> list[str]:
        """Return the ids of the documents that no other one supersedes."""
        query = "SELECT id FROM record WHERE kind = 'document' AND id NOT IN (SELECT document FROM superseded)"
        return [row[0] for row in self._rows(query)]

    def current_claims(self) -> dict[str, str]:
        """Return the document of each claim of a current document, by claim id."""
        return dict(self._rows(f"SELECT id, document FROM claim WHERE {CURRENT}"))

    def documents_of_claims(self, claims: Iterable[str]) -> dict[str, str]:
        """Return the document of each of *claims* whose document is current, by claim id."""
        query = f"SELECT id, document FROM claim WHERE id IN ({{}}) AND {CURRENT}"
        return dict(row for some in _some(claims) for row in self._rows(query.format(_marks(some)), some))

    def links_of(self, claims: Iterable[str]) -> list[Where]:
        """Return where the links stand that have one of *claims* at an end, in order of entry."""
        query = (
            "SELECT sequence, offset, size FROM linked CROSS JOIN record ON record.kind = 'link' AND record.id = linked.link "
            "WHERE linked.claim IN ({})"
        )
        return sorted({tuple(row) for some in _some(claims) for row in self._rows(query.format(_marks(some)), some)})

    def claims_with(self, prefix: str) -> list[Where]:
        """Return where the claims stand whose id begins with *prefix*."""
        query = (
            "SELECT sequence, offset, size FROM record WHERE kind = 'claim' AND substr(id, 1, length(?)) = ? AND ? <> '' "
            "ORDER BY sequence, offset"
        )
        return self._rows(query, (prefix, prefix, prefix))

    def claims(self, wanted: ClaimFilter) -> list[Where]:
        """Return where the claims stand that *wanted* asks for, in order of entry.

        Raises: InputError if a date asked for is none.
        """
        clauses, values = [CURRENT], list[str]()
        if wanted.document is not None:
            clauses.append("claim.document = ?")
            values.append(wanted.document)
        for field in sorted(WITHIN | EQUAL):
            asked = getattr(wanted, field)
            if asked is None:
                continue
            test = "instr(words, ?) > 0" if field in WITHIN else "words = ?"
            clauses.append(f"claim.id IN (SELECT claim FROM term WHERE field = ? AND {test})")
            values += [field, fold(asked)]
        if wanted.since is not None or wanted.until is not None:
            since, until = bounds(wanted)
            clauses.append("claim.id IN (SELECT claim FROM time WHERE start < ? AND ? < end)")
            values += [until, since]
        query = (
            "SELECT record.sequence, record.offset, record.size FROM claim JOIN record ON record.kind = 'claim' AND record.id = claim.id "
            f"WHERE {' AND '.join(clauses)} ORDER BY record.sequence, record.offset"
        )
        return self._rows(query, values)
