"""Where each record of a ledger stands. Made from the batches, holds no text of documents, can be made again.

How it is filled is here, what it is asked in `lookups`, its tables in `schema`.
"""

from __future__ import annotations

import secrets
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from allegata.ground.names import keys_in
from allegata.ledger.chain import Stored
from allegata.ledger.facts import facts_of
from allegata.ledger.lookups import Lookups
from allegata.ledger.names import digest_of
from allegata.ledger.records import Erasure, Naming, Standing, Supersession, address_id
from allegata.ledger.schema import OF_KIND, TABLES, Where, chunks, marks
from allegata.ledger.search import text_of, words_of
from allegata.ledger.selection import terms, times
from allegata.model.batch import Batch
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document, Masks
from allegata.model.link import Link
from allegata.model.mention import Record

Value = str | int | bytes


class Database(Protocol):
    """What statements are run with: a connection, or what stands before it. Rows are tuples, placeholders ``?``."""

    def execute(self, query: str, values: Sequence[Value] = (), /) -> Any:
        """Return the cursor of one statement."""

    def executemany(self, query: str, values: Sequence[Sequence[str | int]], /) -> Any:
        """Run one statement for each of *values*."""


class Index(Lookups):
    """Where each record of a ledger stands: the statements that fill it, which are the same in every database."""

    _db: Database
    _more: Counter[str]

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
        new = fresh - self.named_of(sorted(fresh))
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

    def _salt(self) -> bytes:
        """Return the salt of the digests of names, made once an index."""
        found = self._db.execute("SELECT value FROM salt").fetchone()
        if found is None:
            found = (secrets.token_bytes(16),)
            self._db.execute("INSERT INTO salt VALUES (?)", found)
        return bytes(found[0])

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
            "SELECT claim.id, record.sequence, record.offset, record.size FROM claim CROSS JOIN record WHERE record.kind = 'claim' "
            "AND record.id = claim.id AND claim.document = ? ORDER BY record.sequence, record.offset"
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
