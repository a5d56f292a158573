"""What an index is asked: where records stand, which of them hold, and which claims fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from allegata.ledger.lookup import clauses_of
from allegata.ledger.schema import CURRENT, Where, chunks, marks
from allegata.ledger.search import parts_of
from allegata.ledger.selection import ClaimFilter, asked_terms, bounds, term_words


def _begins(column: str = "id") -> str:
    """Return that a *column* of ids begins with what `_beginning` gives: what is near is found by its order, and then compared."""
    return f"{column} >= ? AND {column} < ? AND substr({column}, 1, length(?)) = ? AND ? <> ''"


def _beginning(prefix: str) -> tuple[str, ...]:
    return prefix, prefix + "\uffff", prefix, prefix, prefix


class Lookups(ABC):
    """What is asked of an index: the queries, which are the same in every database."""

    @abstractmethod
    def rows(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        """Return what *query* finds."""

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
        query = f"SELECT id FROM erasure WHERE kind = ? AND {_begins()} ORDER BY id"
        return [row[0] for row in self.rows(query, (kind, *_beginning(prefix)))]

    def held(self, kind: str, prefix: str) -> list[str]:
        """Return the ids of the records of *kind* that begin with *prefix*, current or not."""
        query = f"SELECT id FROM record WHERE kind = ? AND {_begins()} ORDER BY id"
        return [row[0] for row in self.rows(query, (kind, *_beginning(prefix)))]

    def current_ids_with(self, prefix: str) -> list[str]:
        """Return the ids of the documents that begin with *prefix* and that no other one supersedes."""
        query = (
            f"SELECT id FROM record WHERE kind = 'document' AND {_begins()} "
            "AND NOT EXISTS (SELECT 1 FROM superseded WHERE superseded.document = record.id) ORDER BY id"
        )
        return [row[0] for row in self.rows(query, _beginning(prefix))]

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
            "SELECT record.id, sequence, offset, size FROM masks CROSS JOIN record WHERE record.kind = 'masks' AND record.id = masks.id "
            "AND document = ? ORDER BY turn DESC LIMIT 1"
        )
        rows = self.rows(query, (document,))
        return (rows[0][0], (rows[0][1], rows[0][2], rows[0][3])) if rows else None

    def pages(self, documents: Iterable[str]) -> dict[str, tuple[Where, Where]]:
        """Return, for those of *documents* that have masks, where the document and the masks that hold for it stand."""
        query = (
            "SELECT masks.document, one.sequence, one.offset, one.size, other.sequence, other.offset, other.size FROM masks "
            "CROSS JOIN record AS one CROSS JOIN record AS other WHERE one.kind = 'document' AND one.id = masks.document "
            "AND other.kind = 'masks' AND other.id = masks.id AND masks.document IN ({}) ORDER BY masks.turn"
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
            "SELECT claim.id, record.sequence, record.offset, record.size FROM claim CROSS JOIN record WHERE record.kind = 'claim' "
            f"AND record.id = claim.id AND claim.document = ? AND {CURRENT} ORDER BY record.sequence, record.offset"
        )
        return self.rows(query, (document,))

    def documents_of(self, body: str) -> list[str]:
        """Return the ids of the current documents read from the bytes with sha256 *body*, in order of entry."""
        query = (
            "SELECT document.id FROM capture CROSS JOIN document CROSS JOIN record "
            "WHERE document.capture = capture.id AND record.kind = 'document' AND record.id = document.id "
            "AND capture.body = ? AND document.id NOT IN (SELECT document FROM superseded) "
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
            "SELECT record.sequence, record.offset, record.size FROM claim CROSS JOIN record WHERE record.kind = 'claim' "
            f"AND record.id = claim.id AND claim.id IN ({{}}) AND {CURRENT}"
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
            "SELECT record.sequence, record.offset, record.size FROM claim CROSS JOIN record WHERE record.kind = 'claim' "
            f"AND record.id = claim.id AND {_begins('claim.id')}{{}} "
            "ORDER BY record.sequence, record.offset"
        )
        values = _beginning(prefix)
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
