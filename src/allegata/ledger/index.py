"""Where each record of a folder ledger stands, in SQLite. Made from the batches, holds no text of documents, can be deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from allegata.ledger.chain import Stored
from allegata.ledger.records import Supersession
from allegata.ledger.selection import EQUAL, WITHIN, ClaimFilter, bounds, fold, terms, times
from allegata.model import Batch, Capture, Claim, Document

Where = tuple[int, int, int]
VERSION = 2
SCHEMA = """
PRAGMA user_version = 2;
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
"""
CURRENT = "claim.document NOT IN (SELECT document FROM superseded)"


class Index:
    """The index of one ledger. A damaged or old file is made again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        if not self._path.exists():
            # What a killed writer left beside an index that was deleted since belongs to no index.
            for each in self._path.parent.glob(self._path.name + "-*"):
                each.unlink(missing_ok=True)
        try:
            self._db = self._connected()
        except sqlite3.DatabaseError:
            for each in self._path.parent.glob(self._path.name + "*"):
                each.unlink(missing_ok=True)
            self._db = self._connected()

    def _connected(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self._path, timeout=20)
            # The batches are synced and the index is made from them: a commit that a power cut takes back is indexed again.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            made = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.OperationalError:
            # A ledger on a read-only medium is indexed in memory.
            db, made = sqlite3.connect(":memory:"), 0
        if made == 0:
            try:
                with closing(db.cursor()) as cursor:
                    cursor.executescript("BEGIN IMMEDIATE;" + SCHEMA + "COMMIT;")
            except sqlite3.OperationalError as error:
                if "readonly" in str(error) or "unable to open" in str(error):
                    db = sqlite3.connect(":memory:")
                    db.executescript(SCHEMA)
                elif "already exists" not in str(error):
                    raise
                else:
                    db.rollback()
        if made not in (0, VERSION):
            db.close()
            raise sqlite3.DatabaseError("an index of another version")
        db.execute("SELECT count(*) FROM document").fetchone()
        return db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def clear(self) -> None:
        """Empty the index."""
        with self._db:
            for name in ("batch", "record", "capture", "document", "superseded", "claim", "term", "time"):
                self._db.execute(f"DELETE FROM {name}")

    def last(self) -> int:
        """Return the sequence of the last batch indexed, 0 for none."""
        return int(self._db.execute("SELECT coalesce(max(sequence), 0) FROM batch").fetchone()[0])

    def hash_of(self, sequence: int) -> str | None:
        """Return the hash of an indexed batch."""
        row = self._db.execute("SELECT hash FROM batch WHERE sequence = ?", (sequence,)).fetchone()
        return row[0] if row else None

    def add(self, batch: Batch, stored: Sequence[tuple[int, int, Stored]]) -> None:
        """Add *batch* with the offset, length and record of its lines; a batch added before changes nothing."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            fresh = self._db.execute("INSERT OR IGNORE INTO batch VALUES (?, ?)", (batch.sequence, batch.hash)).rowcount
            if not fresh:
                return
            for offset, size, (kind, identity, record) in stored:
                row = (kind, identity, batch.sequence, offset, size)
                self._db.execute("INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?)", row)
                match record:
                    case Capture():
                        self._db.execute("INSERT OR IGNORE INTO capture VALUES (?, ?)", (record.id, record.body))
                    case Supersession():
                        # The last word counts: a document that stands in for another is current again.
                        self._db.execute("DELETE FROM superseded WHERE document = ?", (record.by,))
                        self._db.execute("INSERT OR IGNORE INTO superseded VALUES (?)", (record.document,))
                    case Claim():
                        self._db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", (record.id, record.document.id))
                        rows = [(field, words, record.id) for field, words in terms(record)]
                        self._db.executemany("INSERT OR IGNORE INTO term VALUES (?, ?, ?)", rows)
                        spans = [(record.id, start, end) for start, end in times(record)]
                        self._db.executemany("INSERT INTO time VALUES (?, ?, ?)", spans)
                    case Document():
                        self._db.execute("INSERT OR IGNORE INTO document VALUES (?, ?)", (record.id, record.capture))

    def has(self, kind: str, identity: str) -> bool:
        """Return whether the ledger holds a record."""
        return self.place(kind, identity) is not None

    def place(self, kind: str, identity: str) -> Where | None:
        """Return the batch, offset and length of a record, null if there is none."""
        query = "SELECT sequence, offset, size FROM record WHERE kind = ? AND id = ?"
        row = self._db.execute(query, (kind, identity)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def places(self, kind: str) -> list[Where]:
        """Return where the records of *kind* stand, in order of entry."""
        query = "SELECT sequence, offset, size FROM record WHERE kind = ? ORDER BY sequence, offset"
        return self._db.execute(query, (kind,)).fetchall()

    def documents_of(self, body: str) -> list[str]:
        """Return the ids of the current documents read from the bytes with sha256 *body*, in order of entry."""
        query = (
            "SELECT document.id FROM capture JOIN document ON document.capture = capture.id "
            "JOIN record ON record.kind = 'document' AND record.id = document.id "
            "WHERE capture.body = ? AND document.id NOT IN (SELECT document FROM superseded) "
            "ORDER BY record.sequence, record.offset"
        )
        return [row[0] for row in self._db.execute(query, (body,))]

    def current_documents(self) -> list[Where]:
        """Return where the documents stand that no other one supersedes, in order of entry."""
        query = (
            "SELECT sequence, offset, size FROM record WHERE kind = 'document' "
            "AND id NOT IN (SELECT document FROM superseded) ORDER BY sequence, offset"
        )
        return self._db.execute(query).fetchall()

    def current_ids(self) -> list[str]:
        """Return the ids of the documents that no other one supersedes."""
        query = "SELECT id FROM record WHERE kind = 'document' AND id NOT IN (SELECT document FROM superseded)"
        return [row[0] for row in self._db.execute(query)]

    def current_claims(self) -> dict[str, str]:
        """Return the document of each claim of a current document, by claim id."""
        return dict(self._db.execute(f"SELECT id, document FROM claim WHERE {CURRENT}").fetchall())

    def claims_with(self, prefix: str) -> list[Where]:
        """Return where the claims stand whose id begins with *prefix*."""
        query = (
            "SELECT sequence, offset, size FROM record WHERE kind = 'claim' AND substr(id, 1, length(?)) = ? AND ? <> '' "
            "ORDER BY sequence, offset"
        )
        return self._db.execute(query, (prefix, prefix, prefix)).fetchall()

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
        return self._db.execute(query, values).fetchall()
