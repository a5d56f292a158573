"""A ledger in PostgreSQL: the batches, records and bodies of a folder as rows, and the index beside them, in a schema of its own.

All rows of a batch, its index among them, are written in one transaction under one lock; the row of the batch is the commit.
docs/ledger-format.md says how another program checks a ledger.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from psycopg import errors

from allegata.ledger.agreement import is_likely
from allegata.ledger.chain import Line, Stored, open_line, parse_batch, parse_line
from allegata.ledger.connection import Connection
from allegata.ledger.keeping import Whole, keep_last
from allegata.ledger.layout import gaps
from allegata.ledger.location import Address
from allegata.ledger.records import Outward
from allegata.ledger.rows import Rows, TableCredentials, erase_rows
from allegata.ledger.schema import VERSION, Where
from allegata.ledger.selection import ClaimFilter
from allegata.ledger.store import Ledger
from allegata.ledger.tableindex import TableIndex
from allegata.ledger.tables import FORMAT, STEPS
from allegata.ledger.whole import Attested, Checked, check
from allegata.model.batch import Batch
from allegata.model.claim import Claim
from allegata.model.error import InputError, LedgerError
from allegata.model.mention import Record

AHEAD = 100
"""Records that are asked for at once."""
NO_LEDGER = "{}: is a schema that is no ledger; give another, or an empty one"
R = TypeVar("R", bound=Record)
STATE = """
SELECT (SELECT count(*) FROM batches), coalesce((SELECT max(sequence) FROM batches), 0), coalesce((SELECT max(sequence) FROM batch), 0),
    coalesce((SELECT max(sequence) FROM records), 0), (SELECT hash FROM batch ORDER BY sequence DESC LIMIT 1),
    (SELECT content FROM batches ORDER BY sequence DESC LIMIT 1)
"""


def open_address(address: Address, create: bool, outward: Outward) -> DatabaseLedger:
    """Return the ledger at *address*; made when it is missing and *create* says so.

    Raises: LedgerError if there is none, or it cannot be made or read.
    """
    db = Connection(address)
    try:
        ledger = DatabaseLedger(db, outward, create)
    except BaseException:
        db.close()
        raise
    if create:
        ledger.check()
    return ledger


class DatabaseLedger(Ledger):
    """A ledger in a schema of a PostgreSQL database."""

    def __init__(self, db: Connection, outward: Outward, create: bool) -> None:
        super().__init__(db.name, outward)
        self._db = db
        self._made: TableIndex = TableIndex(db, self._catch_up, self._make_again)
        self._parsed_before: dict[int, Batch] = {}
        self._ahead: tuple[dict[int, bytes], dict[tuple[int, int], bytes]] = ({}, {})
        self._near: dict[str, tuple[Where, Where]] = {}
        version = self._version()
        if version is None and not create:
            raise LedgerError(f"{self.name}: there is no ledger; make one with: allegata add FILE --ledger {self.name}")
        try:
            if version != (len(STEPS), VERSION):
                self._upgrade()
            elif self._is_behind():
                with self.writing():
                    pass
        except LedgerError as error:
            # Kept for whoever reads or writes; `verify` goes on, to list all that is wrong.
            self._trouble = error
            if version is None:
                raise

    def _version(self) -> tuple[int, int] | None:
        """Return the versions of the ledger and of its index, null where there is no ledger.

        Raises: LedgerError if they are newer than this program, or the schema is that of something else.
        """
        table = f"{self._db.schema}.ledger"
        if self._db.rows("SELECT to_regclass(?)", (table,))[0][0] is None:
            return None
        query = (
            "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(?) AND (attname, atttypid::regtype::text) IN "
            "(('format', 'text'), ('version', 'integer'), ('indexed', 'integer'))"
        )
        if self._db.rows(query, (table,))[0][0] != 3:
            raise LedgerError(NO_LEDGER.format(self.name))
        rows = self._db.rows("SELECT format, version, indexed FROM ledger")
        if not rows:
            raise LedgerError(f"{self.name}: the row of its table ledger is missing; restore it from a backup")
        kind, version, indexed = rows[0]
        if kind != FORMAT:
            raise LedgerError(NO_LEDGER.format(self.name))
        if version < 1:
            raise LedgerError(
                f"{self.name}: says that it is of version {version}, which there never was; restore it from a backup"
            )
        if version > len(STEPS) or indexed > VERSION:
            raise LedgerError(f"{self.name}: was made by a newer version of allegata; upgrade allegata")
        return int(version), int(indexed) if self._made.has_tables() else 0

    def _upgrade(self) -> None:
        """Make the ledger, or bring one that an older version made up to this one, in one transaction."""
        with self._db.writing(), self._forgetting():
            version, indexed = self._version() or (0, 0)
            if not version:
                self._make_schema()
            for step in STEPS[version:]:
                self._db.run(step)
            if not version:
                self._db.execute(
                    "INSERT INTO ledger (format, version, indexed, tables) VALUES (?, 0, 0, '')", (FORMAT,)
                )
            self._db.execute("UPDATE ledger SET version = ?", (len(STEPS),))
            if indexed < VERSION:
                self._made.make()
            self._catch_up()

    def _make_schema(self) -> None:
        """Make the schema; one that is there has to be empty.

        Raises: LedgerError if it is not, or the database keeps its text otherwise than in UTF-8.
        """
        if self._db.rows("SHOW server_encoding")[0][0] != "UTF8":
            raise LedgerError(f"{self.name}: the database is not in UTF-8; make one with: createdb --encoding=UTF8")
        if not self._db.rows("SELECT to_regnamespace(?)", (self._db.schema,))[0][0]:
            self._db.run(f"CREATE SCHEMA {self._db.schema}")
        elif self._db.rows("SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(?)", (self._db.schema,)):
            raise LedgerError(NO_LEDGER.format(self.name))

    @property
    def _index(self) -> TableIndex:
        if self._trouble:
            raise self._trouble
        if self._is_misindexed and not self._db.under_way:
            with self.writing():
                pass
        return self._made

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Forget what was read of a transaction that is undone."""
        try:
            yield
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        self._pages.clear()
        self._parsed_before.clear()
        self._entries.clear()
        self._ahead = ({}, {})
        self._near.clear()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock over an index that is up to date, with no erasure left unfinished."""
        with self._db.writing(), self._forgetting():
            self._index.up()
            self.finish_erasures()
            yield

    def together(self) -> AbstractContextManager[None]:
        """Return the one transaction in which credentials are rows as any others."""
        return self.writing()

    def finish_erasures(self) -> None:
        """Take what erasures name out of bodies, lines and index; only within `writing`."""
        if self._index.pending():
            self._forget()
            erase_rows(self._db, self._index)

    @property
    def credentials(self) -> TableCredentials:
        """What the accounts log in with: a row beside the batches."""
        return TableCredentials(self._db)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def still(self) -> AbstractContextManager[None]:
        """Return what lets everything that is read within be of one state."""
        return self._db.snapshot()

    def _keep(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Insert batch, records and bodies, and index them."""
        sequence = whole.batch.sequence
        self._db.execute("INSERT INTO batches VALUES (?, ?)", (sequence, whole.content))
        offsets = [0, *itertools.accumulate(map(len, whole.lines))][: len(whole.lines)]
        query = "INSERT INTO records SELECT ?, each.* FROM unnest(?::bigint[], ?::bytea[]) AS each"
        self._db.execute(query, (sequence, offsets, list(whole.lines)))
        for name in whole.bodies:
            if not self._db.rows("SELECT 1 FROM bodies WHERE hash = ?", (name,)):
                self._db.execute("INSERT INTO bodies VALUES (?, ?)", (name, body(name)))
        self._index.up()

    def _batch(self, sequence: int) -> str:
        return f"{self.name} batch {sequence}"

    def _records(self, sequence: int) -> str:
        return f"{self.name} records of batch {sequence}"

    def _is_held(self, sequence: int) -> bool:
        return bool(self._db.rows("SELECT 1 FROM batches WHERE sequence = ?", (sequence,)))

    def whole(self, sequence: int) -> Whole:
        """Return a batch as it is kept, after checking it and its records.

        Raises: LedgerError if it is missing or damaged.
        """
        content = self._content(sequence)
        batch = self._read_batch(sequence, content)
        bodies = self._captured(batch)
        return Whole(batch, content, tuple(line for _, line in self._rows_of(sequence)), tuple(sorted(bodies)))

    def _content(self, sequence: int) -> bytes:
        rows = self._db.rows("SELECT content FROM batches WHERE sequence = ?", (sequence,))
        if not rows:
            raise LedgerError(Rows(self._db).missing(sequence, sequence))
        return bytes(rows[0][0])

    def _read_batch(self, sequence: int, content: bytes) -> Batch:
        try:
            return parse_batch(content)
        except InputError as error:
            raise LedgerError(f"{self._batch(sequence)}: {error}; restore it from a backup") from error

    def _parsed(self, sequence: int) -> Batch:
        """Return a batch; the last ones are remembered, as no batch ever changes."""
        found = self._parsed_before.get(sequence)
        if found is None:
            content = self._ahead[0].pop(sequence, None)
            found = self._read_batch(sequence, self._content(sequence) if content is None else content)
            keep_last(self._parsed_before, sequence, found)
        return found

    def _rows_of(self, sequence: int) -> list[tuple[int, bytes]]:
        query = "SELECT position, content FROM records WHERE sequence = ? ORDER BY position"
        return [(at, bytes(line)) for at, line in self._db.rows(query, (sequence,))]

    def _stored(self, batch: Batch) -> Iterator[tuple[int, int, Stored]]:
        """Yield offset, length and record of each line of *batch* that was not erased."""
        name, rows = self._records(batch.sequence), self._rows_of(batch.sequence)
        if len(rows) != len(batch.entries):
            raise LedgerError(
                f"{name}: there are {len(rows)} where the batch has {len(batch.entries)}; restore it from a backup"
            )
        end = 0
        for number, ((at, line), entry) in enumerate(zip(rows, batch.entries, strict=True), 1):
            try:
                if at != end or not line.endswith(b"\n"):
                    raise InputError("it is not as long as it was")
                stored = open_line(parse_line(line), entry)
            except InputError as error:
                raise LedgerError(f"{name} line {number}: {error}; restore it from a backup") from error
            if stored is not None:
                yield at, len(line), stored
            end = at + len(line)

    def _lines(self, sequence: int, places: Iterable[tuple[int, int]]) -> Iterator[Line]:
        for at, size in places:
            line = self._ahead[1].pop((sequence, at), None)
            if line is None:
                rows = self._db.rows("SELECT content FROM records WHERE sequence = ? AND position = ?", (sequence, at))
                line = bytes(rows[0][0]) if rows else b""
            try:
                if len(line) != size:
                    raise InputError("a record is not as long as it was")
                yield parse_line(line)
            except InputError as error:
                raise LedgerError(f"{self._records(sequence)}: {error}; run allegata verify") from error

    def _read_all(self, kind: type[R], places: Iterable[Where]) -> Iterator[R]:
        """Yield the records at *places*; many are asked for at once."""
        left = iter(places)
        while some := list(itertools.islice(left, AHEAD)):
            if len(some) > 1:
                self._look_ahead(some)
            yield from super()._read_all(kind, some)

    def _look_ahead(self, places: Sequence[Where]) -> None:
        sequences, offsets = [where[0] for where in places], [where[1] for where in places]
        query = (
            "SELECT sequence, position, content FROM records "
            "WHERE (sequence, position) IN (SELECT * FROM unnest(?::bigint[], ?::bigint[]))"
        )
        lines = {(sequence, at): bytes(line) for sequence, at, line in self._db.rows(query, (sequences, offsets))}
        fresh = [each for each in dict.fromkeys(sequences) if each not in self._parsed_before]
        query = "SELECT sequence, content FROM batches WHERE sequence = ANY(?)"
        batches = {sequence: bytes(content) for sequence, content in self._db.rows(query, (fresh,))}
        self._ahead = (batches, lines)

    def _kept_claims(self, wanted: ClaimFilter, also: Sequence[str]) -> Iterator[Claim]:
        """Yield claims as `Ledger` does; the documents and masks that showing some takes are asked for at once."""
        claims = super()._kept_claims(wanted, also)
        try:
            while some := list(itertools.islice(claims, AHEAD)):
                self._near = self._made.pages(claim.document.id for claim in some)
                self._look_ahead([place for places in self._near.values() for place in places])
                yield from some
                self._near = {}
        finally:
            # Masks may change at any time: what was asked for ahead is for these claims alone.
            self._near = {}

    def _places_of(self, document: str) -> tuple[Where, Where] | None:
        return self._near.get(document) or super()._places_of(document)

    def _is_behind(self) -> bool:
        """Return whether the index is not that of the batches."""
        held, top, indexed, recorded, known, content = self._db.rows(STATE)[0]
        if not held == top == indexed or recorded > top or not is_likely(self._made):
            return True
        self._is_tried = True
        return bool(top) and self._read_batch(top, bytes(content)).hash != known

    def _catch_up(self) -> None:
        """Bring the index up to the last batch.

        Raises: LedgerError, naming it, if a batch is missing, damaged or does not follow the one before.
        """
        held, top, last, recorded, known, _ = self._db.rows(STATE)[0]
        if held != max(top, last, recorded):
            rows = Rows(self._db)
            for first, final in gaps(*rows.extent(last)):
                raise LedgerError(rows.missing(first, final))
        try:
            self._index_up_to(top, last, known)
        except LedgerError as error:
            if not isinstance(error.__cause__, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
                raise
            what = f"{self.name}: the index is not that of the batches; somebody who may write to the ledger has to run allegata verify"
            raise LedgerError(what) from error

    def rebuild(self) -> None:
        """Make the index again from the batches."""
        if self._trouble:
            raise self._trouble
        self._make_again()

    def _make_again(self) -> None:
        with self._db.writing(), self._forgetting():
            self._forget()
            self._made.make()
            self._catch_up()

    def capture_bytes(self, body: str) -> bytes:
        """Return the bytes with sha256 *body*, as captured.

        Raises: LedgerError if they are missing or are not those bytes any more.
        """
        rows = self._db.rows("SELECT content FROM bodies WHERE hash = ?", (body,))
        if not rows:
            raise LedgerError(f"{self.name} body {body}: is missing; restore it from a backup")
        data = bytes(rows[0][0])
        if hashlib.sha256(data).hexdigest() != body:
            raise LedgerError(f"{self.name} body {body}: is not what was captured; restore it from a backup")
        return data

    def checked(self, attested: Attested | None = None) -> Checked:
        """Return what checking every batch, record and body of one state gives; *attested*: a batch that has to be in the ledger."""
        troubles = [str(self._trouble)] if self._trouble else []
        with self._db.snapshot():
            found = check(Rows(self._db), self._made.last(), troubles, attested, self._compare_index)
        return self._with_index(found)
