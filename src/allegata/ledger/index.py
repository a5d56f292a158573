"""Where each record of a ledger stands. Made from the batches, holds no text of documents, can be made again.

One set of statements runs in SQLite and in PostgreSQL: they keep to what both understand. What PostgreSQL writes otherwise is in
`allegata.ledger.dialect`.
"""

from __future__ import annotations

import itertools
import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from allegata.ground.names import keys_in
from allegata.ledger.chain import Stored
from allegata.ledger.facts import facts_of
from allegata.ledger.lookup import clauses_of
from allegata.ledger.names import digest_of
from allegata.ledger.records import Erasure, Naming, Standing, Supersession, address_id
from allegata.ledger.search import parts_of, text_of, words_of
from allegata.ledger.selection import ClaimFilter, asked_terms, bounds, term_words, terms, times
from allegata.model import Batch, Capture, Claim, Document, Link, Masks, Record

Where = tuple[int, int, int]
VERSION = 13
SCHEMA = """
CREATE TABLE batch (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE record (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX record_order ON record (kind, sequence, offset);
CREATE TABLE capture (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
CREATE INDEX capture_body ON capture (body);
CREATE TABLE document (id TEXT PRIMARY KEY, capture TEXT) WITHOUT ROWID;
CREATE INDEX document_capture ON document (capture);
CREATE TABLE superseded (document TEXT PRIMARY KEY, by TEXT) WITHOUT ROWID;
CREATE TABLE withdrawn (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE masks (id TEXT PRIMARY KEY, document TEXT, turn INTEGER) WITHOUT ROWID;
CREATE INDEX masks_document ON masks (document, turn);
CREATE TABLE claim (id TEXT PRIMARY KEY, document TEXT) WITHOUT ROWID;
CREATE INDEX claim_document ON claim (document);
CREATE TABLE term (field TEXT, words TEXT, claim TEXT, PRIMARY KEY (field, words, claim)) WITHOUT ROWID;
CREATE INDEX term_claim ON term (claim);
CREATE TABLE time (claim TEXT, start TEXT, until TEXT);
CREATE INDEX time_claim ON time (claim);
CREATE TABLE salt (value BLOB);
CREATE TABLE named (digest TEXT, kind TEXT, id TEXT, PRIMARY KEY (digest, kind, id)) WITHOUT ROWID;
CREATE INDEX named_by ON named (kind, id);
CREATE TABLE outlet (document TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID;
CREATE INDEX outlet_digest ON outlet (digest);
CREATE TABLE outlet_name (digest TEXT, outlet TEXT, PRIMARY KEY (digest, outlet)) WITHOUT ROWID;
CREATE INDEX outlet_name_of ON outlet_name (outlet);
CREATE TABLE shown_anew (sequence BIGINT);
CREATE TABLE said (claim TEXT PRIMARY KEY, words TEXT);
CREATE TABLE word (word TEXT, sequence INTEGER, offset INTEGER, PRIMARY KEY (word, sequence, offset)) WITHOUT ROWID;
CREATE TABLE facts (claim TEXT PRIMARY KEY, words TEXT);
CREATE TABLE linked (claim TEXT, link TEXT, PRIMARY KEY (claim, link)) WITHOUT ROWID;
CREATE TABLE keyed (key BIGINT, week BIGINT, number BIGINT, day BIGINT, claim TEXT, PRIMARY KEY (key, week, number, day, claim)) WITHOUT ROWID;
CREATE TABLE known (claim TEXT PRIMARY KEY, words TEXT, decided BIGINT) WITHOUT ROWID;
CREATE INDEX known_decided ON known (claim) WHERE decided = 1;
CREATE TABLE keyed_through (batch BIGINT, rules TEXT);
CREATE TABLE filled (name TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE erasure (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE pending (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER);
"""
CURRENT = (
    "NOT EXISTS (SELECT 1 FROM superseded WHERE superseded.document = claim.document) "
    "AND NOT EXISTS (SELECT 1 FROM withdrawn WHERE withdrawn.kind = 'claim' AND withdrawn.id = claim.id)"
)
TABLES = (
    "batch",
    "record",
    "capture",
    "document",
    "superseded",
    "withdrawn",
    "masks",
    "claim",
    "term",
    "time",
    "said",
    "word",
    "facts",
    "linked",
    "keyed",
    "known",
    "keyed_through",
    "erasure",
    "pending",
    "named",
    "outlet",
    "outlet_name",
    "shown_anew",
    "filled",
)
COUNTED = (
    "superseded",
    "withdrawn",
    "term",
    "time",
    "said",
    "facts",
    "word",
    "named",
    "outlet",
    "outlet_name",
    "shown_anew",
)
"""Tables whose rows are counted as they are filled: how many there have to be is told by no record."""
OF_KIND = {
    "capture": ("DELETE FROM capture WHERE id = ?",),
    "document": ("DELETE FROM document WHERE id = ?",),
    "masks": ("DELETE FROM masks WHERE id = ?",),
    "claim": (
        "DELETE FROM claim WHERE id = ?",
        "DELETE FROM linked WHERE claim = ?",
        "DELETE FROM keyed WHERE claim = ?",
        "DELETE FROM known WHERE claim = ?",
    ),
}
"""What takes a record of a kind out of the index, beside its row in the table of all."""


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield *values*, each once and in order, as many at a time as one query takes."""
    ordered = iter(sorted(set(values)))
    while some := list(itertools.islice(ordered, 500)):
        yield some


def marks(values: Sequence[str]) -> str:
    """Return a mark for each of *values*, as a query takes them."""
    return ", ".join("?" * len(values))


Value = str | int | bytes


class Database(Protocol):
    """What statements are run with: a connection, or what stands before it. Rows are tuples, placeholders ``?``."""

    def execute(self, query: str, values: Sequence[Value] = (), /) -> Any:
        """Return the cursor of one statement."""

    def executemany(self, query: str, values: Sequence[Sequence[str | int]], /) -> Any:
        """Run one statement for each of *values*."""


class Index(ABC):
    """Where each record of a ledger stands: the statements, which are the same in every database."""

    _db: Database
    _more: Counter[str]

    @abstractmethod
    def rows(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        """Return what *query* finds."""

    @abstractmethod
    def change(self, statements: Iterable[tuple[str, Iterable[Sequence[str | int]]]]) -> None:
        """Do *statements*, each for each of its values, all or nothing; where the store refuses, nothing."""

    @abstractmethod
    def _change(self) -> AbstractContextManager[None]:
        """Return the transaction in which rows are changed."""

    @abstractmethod
    def up(self) -> None:
        """Bring the index up to the last batch.

        Raises: LedgerError if that cannot be done.
        """

    @abstractmethod
    def scrub(self) -> None:
        """Let nothing be left of what was deleted, once the lines of all erased records are erased.

        Raises: LedgerError if that cannot be done; what is pending stays so.
        """

    @abstractmethod
    def close(self) -> None:
        """Give back what the index holds."""

    def clear(self) -> None:
        """Empty the index."""
        with self._change():
            for name in TABLES:
                self._db.execute(f"DELETE FROM {name}")

    def last(self) -> int:
        """Return the sequence of the last batch indexed, 0 for none."""
        return int(self.rows("SELECT coalesce(max(sequence), 0) FROM batch")[0][0])

    def head(self) -> tuple[int, str] | None:
        """Return sequence and hash of the last batch indexed, null if there is none."""
        rows = self.rows("SELECT sequence, hash FROM batch ORDER BY sequence DESC LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else None

    def hash_of(self, sequence: int) -> str | None:
        """Return the hash of an indexed batch."""
        rows = self.rows("SELECT hash FROM batch WHERE sequence = ?", (sequence,))
        return rows[0][0] if rows else None

    def add(
        self,
        batch: Batch,
        stored: Sequence[tuple[int, int, Stored]],
        outside: Callable[[Claim], Claim | None],
        read: Callable[[Where], Claim],
        named: Callable[[Masks | Naming, bytes], Iterable[str]],
    ) -> None:
        """Add *batch* with the offset, length and record of its lines; a batch added before changes nothing.

        outside: a claim as it leaves the ledger, null if it does not. A claim is found by nothing else than that, so that the claims
        of a document that got other masks, or whose outlet has a name that is one of the ledger only now, are shown anew. read: the
        claim that stands there. named: digests of the names that masks or a naming hide, made with the salt of the index.
        """
        with self._change():
            if self._db.execute("SELECT 1 FROM batch WHERE sequence = ?", (batch.sequence,)).fetchall():
                return
            self._db.execute("INSERT INTO batch VALUES (?, ?)", (batch.sequence, batch.hash))
            self._more = Counter[str]()
            again = bool(self._db.execute("SELECT 1 FROM erasure LIMIT 1").fetchone())
            for offset, size, (kind, identity, record) in stored:
                row = (kind, identity, batch.sequence, offset, size)
                if isinstance(record, Erasure):
                    self._erase(record, (batch.sequence, offset, size))
                elif again:
                    self._enter_again(kind, identity, record)
                self._db.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
                self._add_record(record)
                if isinstance(record, Link):
                    ends = [(claim, identity) for claim in (record.left, record.right)]
                    self._db.executemany("INSERT INTO linked VALUES (?, ?) ON CONFLICT DO NOTHING", ends)
                if isinstance(record, Masks):
                    query = "INSERT INTO masks VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
                    self._db.execute(query, (identity, record.document))
                    self._turn(identity)
            fresh = set[str]()
            for naming in (record for _, _, (_, _, record) in stored if isinstance(record, Masks | Naming)):
                of = ("document", naming.document) if isinstance(naming, Masks) else (naming.kind, naming.id)
                fresh |= self._add_names(set(named(naming, self._salt())), *of)
            # Only now are the masks of the batch's documents in, which `outside` needs.
            claims = {
                each.id: (each, (batch.sequence, at)) for at, _, (_, _, each) in stored if isinstance(each, Claim)
            }
            masked = {each for _, _, (_, _, record) in stored for each in self._masked_by(record)}
            before = [
                (claim, where)
                for document in sorted(masked | self._called_by(fresh))
                for claim, *where in self._claims_of(document)
                if where[0] != batch.sequence
            ]
            for identity, (sequence, offset, size) in before:
                claims[identity] = (read((sequence, offset, size)), (sequence, offset))
                self._remove_terms(identity, (sequence, offset))
                self._forget_known(identity)
            if before:
                self._db.execute("INSERT INTO shown_anew VALUES (?)", (batch.sequence,))
                self._more["shown_anew"] += 1
            for claim, place in claims.values():
                shown = outside(claim)
                if shown is not None:
                    self._add_terms(shown, place)
            query = "INSERT INTO filled VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = filled.number + excluded.number"
            self._db.executemany(query, [each for each in sorted(self._more.items()) if each[1]])

    def _delete(self, table: str, where: str, values: Sequence[str]) -> None:
        """Delete rows of a table whose rows are counted."""
        self._more[table] -= self._db.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()[0]
        self._db.execute(f"DELETE FROM {table} WHERE {where}", values)

    def _add_names(self, digests: set[str], kind: str, identity: str) -> set[str]:
        """Enter names that the record of *kind* and *identity* gives; return those that nothing gave before."""
        query = "SELECT digest FROM named WHERE kind = ? AND id = ?"
        fresh = digests - {row[0] for row in self._db.execute(query, (kind, identity)).fetchall()}
        new = fresh - self._found("SELECT digest FROM named WHERE digest IN ({})", fresh)
        rows = [(each, kind, identity) for each in sorted(fresh)]
        self._db.executemany("INSERT INTO named VALUES (?, ?, ?)", rows)
        self._more["named"] += len(fresh)
        return new

    def _found(self, query: str, values: Iterable[str]) -> set[str]:
        """Return the first column of what *query* finds of *values*, within the transaction."""
        return {
            row[0] for some in chunks(values) for row in self._db.execute(query.format(marks(some)), some).fetchall()
        }

    def _add_outlet(self, document: str, outlet: str) -> None:
        """Enter what a document's outlet is called, as digests: of the whole, and of each name that it may have."""
        salt = self._salt()
        digest = digest_of(outlet, salt)
        if self._db.execute("SELECT 1 FROM outlet WHERE document = ?", (document,)).fetchall():
            return
        if not self._db.execute("SELECT 1 FROM outlet WHERE digest = ? LIMIT 1", (digest,)).fetchall():
            rows = [(each, digest) for each in sorted({digest_of(key, salt) for _, _, key in keys_in(outlet)})]
            self._db.executemany("INSERT INTO outlet_name VALUES (?, ?)", rows)
            self._more["outlet_name"] += len(rows)
        self._db.execute("INSERT INTO outlet VALUES (?, ?)", (document, digest))
        self._more["outlet"] += 1

    def _remove_outlet(self, document: str) -> None:
        for (digest,) in self._db.execute("SELECT digest FROM outlet WHERE document = ?", (document,)).fetchall():
            self._delete("outlet", "document = ?", (document,))
            if not self._db.execute("SELECT 1 FROM outlet WHERE digest = ? LIMIT 1", (digest,)).fetchall():
                self._delete("outlet_name", "outlet = ?", (digest,))

    def _called_by(self, names: set[str]) -> set[str]:
        """Return the documents whose outlet has a name with one of the digests *names*."""
        outlets = self._found("SELECT outlet FROM outlet_name WHERE digest IN ({})", names)
        return self._found("SELECT document FROM outlet WHERE digest IN ({})", outlets)

    def spoil(self) -> None:
        """Let the index be one of other batches, so that whoever opens the ledger next, and may write, makes it again."""
        self.change([("DELETE FROM batch", [()]), ("INSERT INTO batch VALUES (?, ?)", [(1, "")])])

    def _erase(self, erasure: Erasure, where: Where) -> None:
        """Take a record out; that its line is still to be erased is kept until `scrub`."""
        key = (erasure.kind, erasure.id)
        if erasure.kind == "claim":
            query = "SELECT sequence, offset FROM record WHERE kind = 'claim' AND id = ?"
            for place in self._db.execute(query, (erasure.id,)).fetchall():
                self._remove_terms(erasure.id, place)
        # It speaks of the batches before its own: a record that was entered again since is not its.
        before = (*key, where[0])
        pending = "INSERT INTO pending SELECT kind, id, sequence, offset, size FROM record WHERE kind = ? AND id = ? AND sequence < ?"
        self._db.execute(pending, before)
        self._db.execute("DELETE FROM record WHERE kind = ? AND id = ? AND sequence < ?", before)
        self._delete("withdrawn", "kind = ? AND id = ?", key)
        # A name is one of the ledger only as long as something in it says so: the batches alone decide.
        self._delete("named", "kind = ? AND id = ?", key)
        if erasure.kind == "document":
            self._delete("superseded", "document = ?", (erasure.id,))
            self._remove_outlet(erasure.id)
        for query in OF_KIND.get(erasure.kind, ()):
            self._db.execute(query, (erasure.id,))
        query = (
            "INSERT INTO erasure VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id) "
            "DO UPDATE SET sequence = excluded.sequence, offset = excluded.offset, size = excluded.size"
        )
        self._db.execute(query, (*key, *where))

    def _enter_again(self, kind: str, identity: str, record: Record) -> None:
        keys = [(kind, identity)]
        if isinstance(record, Capture):
            keys.append(("body", record.body))
        if isinstance(record, Document) and record.url is not None:
            keys.append(("address", address_id(record.url)))
        self._db.executemany("DELETE FROM erasure WHERE kind = ? AND id = ?", keys)

    def pending(self) -> list[tuple[str, str, int, int, int]]:
        """Return kind, id and place of the records that an erasure names and whose lines may still hold them."""
        return self.rows("SELECT kind, id, sequence, offset, size FROM pending ORDER BY sequence, offset")

    def erasure(self, kind: str, identity: str) -> Where | None:
        """Return where the erasure of a record stands, null if it was not erased or entered again since."""
        query = "SELECT sequence, offset, size FROM erasure WHERE kind = ? AND id = ?"
        rows = self.rows(query, (kind, identity))
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else None

    def erased(self, kind: str, prefix: str) -> list[str]:
        """Return the ids of the erased records of *kind* that begin with *prefix*."""
        query = "SELECT id FROM erasure WHERE kind = ? AND substr(id, 1, length(?)) = ? AND ? <> '' ORDER BY id"
        return [row[0] for row in self.rows(query, (kind, prefix, prefix, prefix))]

    def held(self, kind: str, prefix: str) -> list[str]:
        """Return the ids of the records of *kind* that begin with *prefix*, current or not."""
        query = "SELECT id FROM record WHERE kind = ? AND substr(id, 1, length(?)) = ? AND ? <> '' ORDER BY id"
        return [row[0] for row in self.rows(query, (kind, prefix, prefix, prefix))]

    def every(self, kind: str) -> list[tuple[str, int, int, int]]:
        """Return id and place of the records of *kind*, current or not, in order of entry."""
        query = "SELECT id, sequence, offset, size FROM record WHERE kind = ? ORDER BY sequence, offset"
        return self.rows(query, (kind,))

    def ids(self, table: str, column: str, value: str) -> list[str]:
        """Return the ids in a table of captures, documents, claims or masks whose *column* has *value*, sorted."""
        return sorted(row[0] for row in self.rows(f"SELECT id FROM {table} WHERE {column} = ?", (value,)))

    def links_at(self, claims: Iterable[str]) -> list[str]:
        """Return the ids of the links, current or not, that have one of *claims* at an end, sorted."""
        query = "SELECT link FROM linked WHERE claim IN ({})"
        return sorted({row[0] for group in chunks(claims) for row in self.rows(query.format(marks(group)), group)})

    def _salt(self) -> bytes:
        """Return the salt of the digests of names, made once an index."""
        found = self._db.execute("SELECT value FROM salt").fetchone()
        if found is None:
            found = (secrets.token_bytes(16),)
            self._db.execute("INSERT INTO salt VALUES (?)", found)
        return bytes(found[0])

    def salt(self) -> bytes:
        """Return the salt of the digests of names; none while there are no names."""
        rows = self.rows("SELECT value FROM salt")
        return bytes(rows[0][0]) if rows else b""

    def named_of(self, digests: Sequence[str]) -> frozenset[str]:
        """Return those of *digests* that stand for the name of an affected person of the ledger."""
        query = "SELECT DISTINCT digest FROM named WHERE digest IN ({})"
        return frozenset(row[0] for group in chunks(digests) for row in self.rows(query.format(marks(group)), group))

    def named_only_by(self, records: Collection[tuple[str, str]]) -> frozenset[str]:
        """Return the digests of names that are names of the ledger by nothing but *records* (kind and id)."""
        query = "SELECT digest FROM named WHERE kind = ? AND id = ?"
        found = {row[0] for record in records for row in self.rows(query, record)}
        query = "SELECT digest, kind, id FROM named WHERE digest IN ({})"
        rows = (row for group in chunks(found) for row in self.rows(query.format(marks(group)), group))
        return frozenset(found - {digest for digest, *of in rows if tuple(of) not in records})

    def _masked_by(self, record: Record) -> list[str]:
        """Return the documents that *record* gives masks."""
        match record:
            case Masks():
                return [record.document]
            case Naming(kind="document"):
                return [record.id]
            case Standing(kind="masks"):
                query = "SELECT document FROM masks WHERE id = ?"
                return [row[0] for row in self._db.execute(query, (record.id,)).fetchall()]
            case _:
                return []

    def _claims_of(self, document: str) -> list[tuple[str, int, int, int]]:
        query = (
            "SELECT claim.id, record.sequence, record.offset, record.size FROM claim JOIN record ON record.kind = 'claim' "
            "AND record.id = claim.id WHERE claim.document = ? ORDER BY record.sequence, record.offset"
        )
        return list(self._db.execute(query, (document,)).fetchall())

    def _turn(self, identity: str) -> None:
        """Make the masks *identity* those that hold for their document."""
        query = "UPDATE masks SET turn = (SELECT coalesce(max(turn), 0) + 1 FROM masks) WHERE id = ?"
        self._db.execute(query, (identity,))

    def _add_record(self, record: Record) -> None:
        match record:
            case Standing():
                self._delete("withdrawn", "kind = ? AND id = ?", (record.kind, record.id))
                if not record.current:
                    self._db.execute("INSERT INTO withdrawn VALUES (?, ?)", (record.kind, record.id))
                    self._more["withdrawn"] += 1
                elif record.kind == "masks":
                    self._turn(record.id)
            case Capture():
                self._db.execute("INSERT INTO capture VALUES (?, ?) ON CONFLICT DO NOTHING", (record.id, record.body))
            case Supersession():
                # The last word counts: a document that stands in for another is current again.
                self._delete("superseded", "document IN (?, ?)", (record.by, record.document))
                self._db.execute("INSERT INTO superseded VALUES (?, ?)", (record.document, record.by))
                self._more["superseded"] += 1
            case Claim():
                self._db.execute(
                    "INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING", (record.id, record.document.id)
                )
            case Document():
                self._db.execute(
                    "INSERT INTO document VALUES (?, ?) ON CONFLICT DO NOTHING", (record.id, record.capture)
                )
                if record.outlet:
                    self._add_outlet(record.id, record.outlet)

    def _remove_terms(self, claim: str, place: tuple[int, int]) -> None:
        for (text,) in self._db.execute("SELECT words FROM said WHERE claim = ?", (claim,)).fetchall():
            rows = [(word, *place) for word in words_of(text)]
            self._db.executemany("DELETE FROM word WHERE word = ? AND sequence = ? AND offset = ?", rows)
            self._more["word"] -= len(rows)
        for name in ("term", "time", "said", "facts"):
            self._delete(name, "claim = ?", (claim,))

    def _forget_known(self, claim: str) -> None:
        """Forget what was kept to link a claim by: its words may be masked otherwise now, so that it is not what it says any more."""
        if self._db.execute("SELECT 1 FROM known WHERE claim = ?", (claim,)).fetchall():
            self._db.execute("DELETE FROM known WHERE claim = ?", (claim,))
            self._db.execute("DELETE FROM keyed_through")

    def _add_terms(self, claim: Claim, place: tuple[int, int]) -> None:
        rows = [(field, words, claim.id) for field, words in terms(claim)]
        self._db.executemany("INSERT INTO term VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows)
        spans = [(claim.id, start, end) for start, end in times(claim)]
        self._db.executemany("INSERT INTO time VALUES (?, ?, ?)", spans)
        text = text_of(claim)
        self._db.execute("INSERT INTO said VALUES (?, ?) ON CONFLICT DO NOTHING", (claim.id, text))
        self._db.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO NOTHING", (claim.id, facts_of(claim).text()))
        found = [(word, *place) for word in words_of(text)]
        self._db.executemany("INSERT INTO word VALUES (?, ?, ?) ON CONFLICT DO NOTHING", found)
        self._more.update({"term": len(rows), "time": len(spans), "said": 1, "facts": 1, "word": len(found)})

    def has(self, kind: str, identity: str) -> bool:
        """Return whether the ledger holds a record."""
        return self.place(kind, identity) is not None

    def place(self, kind: str, identity: str) -> Where | None:
        """Return the batch, offset and length of a record, null if there is none."""
        query = "SELECT sequence, offset, size FROM record WHERE kind = ? AND id = ?"
        rows = self.rows(query, (kind, identity))
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else None

    def places(self, kind: str) -> list[Where]:
        """Return where the records of *kind* stand that no standing took back, in order of entry."""
        return [(sequence, offset, size) for _, sequence, offset, size in self.standing(kind)]

    def standing(self, kind: str) -> list[tuple[str, int, int, int]]:
        """Return id and place of the records of *kind* that no standing took back, in order of entry."""
        query = (
            "SELECT id, sequence, offset, size FROM record WHERE kind = ? "
            "AND id NOT IN (SELECT id FROM withdrawn WHERE kind = ?) ORDER BY sequence, offset"
        )
        return self.rows(query, (kind, kind))

    def is_withdrawn(self, kind: str, identity: str) -> bool:
        """Return whether a standing took a record back."""
        return bool(self.rows("SELECT 1 FROM withdrawn WHERE kind = ? AND id = ?", (kind, identity)))

    def count(self, kind: str) -> int:
        """Return how many records of *kind* there are, current or not."""
        return int(self.rows("SELECT count(*) FROM record WHERE kind = ?", (kind,))[0][0])

    def masks_of(self, document: str) -> tuple[str, Where] | None:
        """Return id and place of the masks that hold for a document, null if it has none."""
        query = (
            "SELECT record.id, sequence, offset, size FROM masks JOIN record ON record.kind = 'masks' AND record.id = masks.id "
            "WHERE document = ? ORDER BY turn DESC LIMIT 1"
        )
        rows = self.rows(query, (document,))
        return (rows[0][0], (rows[0][1], rows[0][2], rows[0][3])) if rows else None

    def pages(self, documents: Iterable[str]) -> dict[str, tuple[Where, Where]]:
        """Return, for those of *documents* that have masks, where the document and the masks that hold for it stand."""
        query = (
            "SELECT masks.document, one.sequence, one.offset, one.size, other.sequence, other.offset, other.size FROM masks "
            "JOIN record AS one ON one.kind = 'document' AND one.id = masks.document "
            "JOIN record AS other ON other.kind = 'masks' AND other.id = masks.id WHERE masks.document IN ({}) ORDER BY masks.turn"
        )
        rows = (row for some in chunks(documents) for row in self.rows(query.format(marks(some)), some))
        return {row[0]: ((row[1], row[2], row[3]), (row[4], row[5], row[6])) for row in rows}

    def successor(self, document: str) -> str:
        """Return the current document that stands in for *document*, itself if none does."""
        seen = {document}
        while rows := self.rows("SELECT by FROM superseded WHERE document = ?", (document,)):
            document = rows[0][0]
            if document in seen:
                break
            seen.add(document)
        return document

    def claims_of(self, document: str) -> list[tuple[str, int, int, int]]:
        """Return id and place of the current claims of a document, in order of entry."""
        query = (
            "SELECT claim.id, record.sequence, record.offset, record.size FROM claim JOIN record ON record.kind = 'claim' "
            f"AND record.id = claim.id WHERE claim.document = ? AND {CURRENT} ORDER BY record.sequence, record.offset"
        )
        return self.rows(query, (document,))

    def documents_of(self, body: str) -> list[str]:
        """Return the ids of the current documents read from the bytes with sha256 *body*, in order of entry."""
        query = (
            "SELECT document.id FROM capture JOIN document ON document.capture = capture.id "
            "JOIN record ON record.kind = 'document' AND record.id = document.id "
            "WHERE capture.body = ? AND document.id NOT IN (SELECT document FROM superseded) "
            "ORDER BY record.sequence, record.offset"
        )
        return [row[0] for row in self.rows(query, (body,))]

    def current_documents(self) -> list[Where]:
        """Return where the documents stand that no other one supersedes, in order of entry."""
        query = (
            "SELECT sequence, offset, size FROM record WHERE kind = 'document' "
            "AND id NOT IN (SELECT document FROM superseded) ORDER BY sequence, offset"
        )
        return self.rows(query)

    def latest_documents(self, start: int, limit: int) -> list[Where]:
        """Return where at most *limit* documents stand that no other one supersedes, newest entered first, after *start* of them."""
        query = (
            "SELECT record.sequence, record.offset, record.size FROM record WHERE record.kind = 'document' "
            "AND record.id NOT IN (SELECT document FROM superseded) "
            "ORDER BY record.sequence DESC, record.offset DESC LIMIT ? OFFSET ?"
        )
        return self.rows(query, (limit, start))

    def current_ids(self) -> list[str]:
        """Return the ids of the documents that no other one supersedes."""
        query = "SELECT id FROM record WHERE kind = 'document' AND id NOT IN (SELECT document FROM superseded)"
        return [row[0] for row in self.rows(query)]

    def current_claims(self) -> dict[str, str]:
        """Return the document of each claim of a current document, by claim id."""
        return dict(self.rows(f"SELECT id, document FROM claim WHERE {CURRENT}"))

    def is_current(self, claim: str) -> bool:
        """Return whether a claim is one of a current document that no standing took back."""
        return bool(self.rows(f"SELECT 1 FROM claim WHERE id = ? AND {CURRENT}", (claim,)))

    def documents_of_claims(self, claims: Iterable[str]) -> dict[str, str]:
        """Return the document of each of *claims* whose document is current, by claim id."""
        query = f"SELECT id, document FROM claim WHERE id IN ({{}}) AND {CURRENT}"
        return dict(row for some in chunks(claims) for row in self.rows(query.format(marks(some)), some))

    def places_of(self, claims: Iterable[str]) -> list[Where]:
        """Return where those of *claims* stand that are current, in order of entry."""
        query = (
            "SELECT record.sequence, record.offset, record.size FROM claim JOIN record ON record.kind = 'claim' "
            f"AND record.id = claim.id WHERE claim.id IN ({{}}) AND {CURRENT}"
        )
        return sorted(tuple(row) for some in chunks(claims) for row in self.rows(query.format(marks(some)), some))

    def links_of(self, claims: Iterable[str]) -> list[Where]:
        """Return where the links stand that have one of *claims* at an end, in order of entry."""
        return sorted(self.link_places(claims).values())

    def link_places(self, claims: Iterable[str]) -> dict[str, Where]:
        """Return where the links stand that have one of *claims* at an end, by id."""
        query = (
            "SELECT record.id, sequence, offset, size FROM linked CROSS JOIN record "
            "WHERE record.kind = 'link' AND record.id = linked.link AND linked.claim IN ({}) "
            "AND NOT EXISTS (SELECT 1 FROM withdrawn WHERE withdrawn.kind = 'link' AND withdrawn.id = linked.link)"
        )
        found = (row for some in chunks(claims) for row in self.rows(query.format(marks(some)), some))
        return {identity: (sequence, offset, size) for identity, sequence, offset, size in found}

    def claims_with(self, prefix: str) -> list[Where]:
        """Return where the claims stand whose id begins with *prefix*: the current ones, if there is any."""
        query = (
            "SELECT record.sequence, record.offset, record.size FROM claim JOIN record ON record.kind = 'claim' AND record.id = claim.id "
            "WHERE claim.id >= ? AND claim.id < ? AND substr(claim.id, 1, length(?)) = ? AND ? <> ''{} "
            "ORDER BY record.sequence, record.offset"
        )
        values = (prefix, prefix + "\uffff", prefix, prefix, prefix)
        return self.rows(query.format(f" AND {CURRENT}"), values) or self.rows(query.format(""), values)

    def claims(self, wanted: ClaimFilter, also: Iterable[str] = ()) -> list[Where]:
        """Return where the claims stand that *wanted* asks for, and those with the ids *also*, in order of entry.

        Raises: InputError if a date asked for is none, or nothing is searched for.
        """
        found = self._asked("record.sequence, record.offset, record.size", wanted)
        further = [where for identity in also if (where := self.place("claim", identity)) is not None]
        return sorted({*map(tuple, found), *further}) if further else found

    def claim_ids(self, wanted: ClaimFilter) -> list[str]:
        """Return the ids of the claims of a codable happening that *wanted* asks for, in order of entry.

        Raises: InputError as `claims`.
        """
        other = f"claim.id NOT IN (SELECT claim FROM term WHERE field = 'action' AND words = '{term_words('other')}')"
        return [row[0] for row in self._asked("claim.id", wanted, (other,))]

    def last_of(self, kind: str) -> int:
        """Return the last batch that has a record of *kind*, 0 for none."""
        return int(self.rows("SELECT coalesce(max(sequence), 0) FROM record WHERE kind = ?", (kind,))[0][0])

    def _asked(self, columns: str, wanted: ClaimFilter, further: Sequence[str] = ()) -> list[Any]:
        clauses, values = [CURRENT, *further], list[str]()
        if wanted.document is not None:
            clauses.append("claim.document = ?")
            values.append(wanted.document)
        for field, words, whole in asked_terms(wanted):
            test = "words = ?" if whole else "instr(words, ?) > 0"
            clauses.append(f"claim.id IN (SELECT claim FROM term WHERE field = ? AND {test})")
            values += [field, words]
        if wanted.search is not None:
            for clause, asked in clauses_of(parts_of(wanted.search)):
                clauses.append(clause)
                values += asked
        if wanted.since is not None or wanted.until is not None:
            since, until = bounds(wanted)
            clauses.append("claim.id IN (SELECT claim FROM time WHERE start < ? AND ? < until)")
            values += [until, since]
        query = (
            f"SELECT {columns} FROM claim {'CROSS JOIN' if clauses[1:] else ','} record "
            f"WHERE record.kind = 'claim' AND record.id = claim.id AND {' AND '.join(clauses)} ORDER BY record.sequence, record.offset"
        )
        return self.rows(query, values)
