"""What every store has in common: how what it keeps is found by its index, checked against its batch, and shown."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Self, TypeVar

from allegata.ledger.chain import ORIGIN, SALT_BYTES, Line, Stored, line_bytes, line_of, open_line, seal
from allegata.ledger.index import Index, Where
from allegata.ledger.records import Outward, Shown, Supersession, record_id
from allegata.ledger.selection import ClaimFilter
from allegata.ledger.view import View
from allegata.model import (
    Batch,
    Capture,
    Claim,
    Decision,
    Document,
    Entry,
    InputError,
    LedgerError,
    Link,
    Masks,
    Record,
    Subject,
    canonical,
)

PAGES = 16
"""Documents that are kept with their masks while records are shown."""
R = TypeVar("R", bound=Record)


class Whole(NamedTuple):
    """A batch as it is kept, byte for byte, with its record lines in order and the hashes of the bodies that its captures name."""

    batch: Batch
    content: bytes
    lines: tuple[bytes, ...]
    bodies: tuple[str, ...]


class Ledger(View):
    """An open ledger, whatever keeps it. What comes out passes through *outward*, which masks affected persons; what is kept is as read.

    name: how messages call it; never with a password.
    """

    _made: Index

    def __init__(self, name: str, outward: Outward) -> None:
        self.name = name
        self._outward = outward
        self._trouble: LedgerError | None = None
        self._entries: tuple[Batch | None, dict[tuple[str, str], Entry]] = (None, {})
        self._pages: dict[tuple[Where, Where], tuple[Document, Masks]] = {}

    def append(
        self,
        records: Sequence[tuple[str, Record]],
        by: str,
        recorded_at: str,
        bodies: Mapping[str, bytes] | None = None,
    ) -> Batch | None:
        """Return the batch that now holds *records* (kind and record), null if the ledger holds them all already.

        by: who adds them. recorded_at: ISO 8601 with an offset. bodies: the bytes of captures by their sha256.

        Raises: LedgerError if another writer does not finish within ten seconds or the store refuses; InputError for a
        kind that does not exist or a body that is not its hash.
        """
        check_bodies(bodies or {})
        with self.writing():
            return self.put(records, by, recorded_at, bodies)

    def put(
        self,
        records: Sequence[tuple[str, Record]],
        by: str,
        recorded_at: str,
        bodies: Mapping[str, bytes] | None = None,
    ) -> Batch | None:
        """Return what `append` does; only within `writing`."""
        lines = self._fresh(records)
        if not lines:
            return None
        batch = seal(self.head(), lines, recorded_at, by)
        kept = Whole(batch, canonical(batch) + b"\n", tuple(map(line_bytes, lines)), tuple(bodies or {}))
        self._keep(kept, (bodies or {}).__getitem__)
        return batch

    def take(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Keep a batch of another ledger, byte for byte. body: gives the bytes that are not held yet, by their sha256.

        Raises: LedgerError if it does not follow the last batch, or cannot be kept.
        """
        with self.writing():
            self._check_next(whole.batch)
            self._keep(whole, body)

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """Return what makes this the only writer, with an index that is brought up.

        Raises: LedgerError if another writer does not finish within ten seconds or the store refuses.
        """

    @abstractmethod
    def _keep(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Keep a batch, its records and the bodies that are not held yet, and index them; only within `writing`."""

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """Yield the batches in order; each is checked to be whole and to follow the one before.

        Raises: LedgerError, naming the batch, if one is not.
        """

    @abstractmethod
    def head(self) -> Batch | None:
        """Return the last batch, null in an empty ledger."""

    @abstractmethod
    def whole(self, sequence: int) -> Whole:
        """Return a batch as it is kept, after checking it and its records.

        Raises: LedgerError if it is missing or damaged.
        """

    @abstractmethod
    def capture_bytes(self, body: str) -> bytes:
        """Return the bytes with sha256 *body*, as captured.

        Raises: LedgerError if they are missing or are not those bytes any more.
        """

    @abstractmethod
    def verify(self) -> tuple[str, ...]:
        """Return what is wrong with the ledger, one sentence a problem that names what is damaged; empty when all is whole."""

    @abstractmethod
    def rebuild(self) -> None:
        """Make the index again from the batches."""

    @abstractmethod
    def close(self) -> None:
        """Give back what the open ledger holds."""

    @abstractmethod
    def _batch(self, sequence: int) -> object:
        """Return what messages call a batch."""

    @abstractmethod
    def _records(self, sequence: int) -> object:
        """Return what messages call the records of a batch."""

    @abstractmethod
    def _parsed(self, sequence: int) -> Batch:
        """Return a batch that is known to be held.

        Raises: LedgerError if it is missing or damaged.
        """

    @abstractmethod
    def _stored(self, batch: Batch) -> Iterator[tuple[int, int, Stored]]:
        """Yield offset, length and record of each line of *batch* that was not erased.

        Raises: LedgerError if a line is missing or damaged.
        """

    @abstractmethod
    def _lines(self, sequence: int, places: Iterable[tuple[int, int]]) -> Iterator[Line]:
        """Yield the lines of a batch at *places* (offset and length).

        Raises: LedgerError if one is missing or damaged.
        """

    @property
    def _index(self) -> Index:
        if self._trouble:
            raise self._trouble
        return self._made

    def check(self) -> None:
        """Close the ledger and say so if it cannot be trusted.

        Raises: LedgerError
        """
        if self._trouble:
            self.close()
            raise self._trouble

    def _unchained(self, sequence: int) -> str:
        return f"{self._batch(sequence)}: does not follow the batch before it; restore it from a backup"

    def _fresh(self, records: Sequence[tuple[str, Record]]) -> list[Line]:
        """Return new lines, each under its own salt, for those of *records* that are not held yet."""
        fresh: dict[tuple[str, str], Record] = {}
        for kind, record in records:
            key = (kind, record_id(kind, record))
            if not self._index.has(*key):
                fresh.setdefault(key, record)
        return [
            line_of(kind, identity, record, secrets.token_bytes(SALT_BYTES))
            for (kind, identity), record in fresh.items()
        ]

    def _check_next(self, batch: Batch) -> None:
        """Check that *batch* follows the last one.

        Raises: LedgerError
        """
        head = self.head()
        if batch.sequence != (head.sequence + 1 if head else 1) or batch.previous != (head.hash if head else ORIGIN):
            raise LedgerError(
                f"{self.name}: something else was written meanwhile, so that batch {batch.sequence} does not follow; "
                "copy into an empty ledger"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _outside(self) -> Callable[[Claim], Claim | None]:
        """Return what shows a claim as it leaves the ledger, null if it may not; it keeps the documents of one batch."""
        shown: dict[str, Shown] = {}

        def outside(claim: Claim) -> Claim | None:
            document = claim.document.id
            if document not in shown:
                shown[document] = self._shown([document])
            try:
                made = self._outward("claim", claim, shown[document])
            except ValueError:
                return None
            return made if isinstance(made, Claim) else None

        return outside

    def _read(self, kind: type[R], where: Where) -> R:
        return next(self._read_all(kind, [where]))

    def _read_all(self, kind: type[R], places: Iterable[Where]) -> Iterator[R]:
        """Yield the records at *places*, each checked against its batch; a batch is parsed once for those that follow each other."""
        for sequence, some in itertools.groupby(places, key=lambda where: where[0]):
            name, batch = self._records(sequence), self._parsed(sequence)
            if self._entries[0] is not batch:
                self._entries = (batch, {(entry.kind, entry.id): entry for entry in batch.entries})
            entries = self._entries[1]
            for line in self._lines(sequence, [(offset, size) for _, offset, size in some]):
                entry = entries.get((line.kind, line.id))
                if entry is None:
                    raise LedgerError(f"{name}: does not agree with its batch; run allegata verify")
                try:
                    stored = open_line(line, entry)
                except InputError as error:
                    raise LedgerError(f"{name}: {error}; run allegata verify") from error
                if stored is None or not isinstance(stored.record, kind):
                    raise LedgerError(f"{name}: {line.kind} {line.id} was erased")
                yield stored.record

    def _all(self, name: str, kind: type[R]) -> Iterator[R]:
        return self._read_all(kind, self._index.places(name))

    def _shown(self, identities: Sequence[str]) -> Shown:
        found = []
        for identity in dict.fromkeys(identities):
            document, masks = self._made.place("document", identity), self._made.masks_of(identity)
            if document is not None and masks is not None:
                found.append(self._page(document, masks[1]))
        return tuple(found)

    def _page(self, document: Where, masks: Where) -> tuple[Document, Masks]:
        """Return the document and the masks at two places; the last `PAGES` are kept, as claims of one page follow each other."""
        found = self._pages.get((document, masks))
        if found is None:
            if len(self._pages) >= PAGES:
                del self._pages[next(iter(self._pages))]
            found = self._pages[document, masks] = (self._read(Document, document), self._read(Masks, masks))
        return found

    def _out(self, kind: str, record: R, identities: Sequence[str]) -> R:
        try:
            made: Any = self._outward(kind, record, self._shown(identities))
        except ValueError as error:
            raise LedgerError(f"{self.name}: {error}, so it is not shown; run allegata verify") from error
        return made  # type: ignore[no-any-return]

    def documents(self) -> Iterator[Document]:
        """Yield the documents no other one supersedes, in order of entry, masked."""
        for where in self._index.current_documents():
            document = self._read(Document, where)
            yield self._out("document", document, [document.id])

    def documents_of_body(self, body: str) -> tuple[Document, ...]:
        """Return the current documents read from the bytes with sha256 *body*, masked, in order of entry."""
        places = [self._index.place("document", each) for each in self._index.documents_of(body)]
        found = [self._read(Document, where) for where in places if where is not None]
        return tuple(self._out("document", each, [each.id]) for each in found)

    def document(self, identity: str) -> Document:
        """Return the document with that id, masked.

        Raises: LedgerError if the ledger does not hold it.
        """
        return self._out("document", self._kept_document(identity), [identity])

    def origin(self, document: Document) -> tuple[Capture, Batch]:
        """Return what *document* was read from, masked, and the batch that entered it.

        Raises: LedgerError if the ledger does not hold them.
        """
        entered = self._index.place("document", document.id)
        if entered is None:
            raise LedgerError(f"{self.name}: document {document.id} is not in this ledger; run allegata verify")
        return self._out("capture", self.origin_of(document), [document.id]), self._parsed(entered[0])

    def masks(self, document: str) -> Masks:
        """Return where the document with that id names affected persons; the words themselves are not in it."""
        found = self._index.masks_of(document)
        return Masks(document, ()) if found is None else self._read(Masks, found[1])

    def _extent_of_entries(self) -> int:
        return self._index.last()

    def _kept_claims(self, wanted: ClaimFilter, also: Sequence[str]) -> Iterator[Claim]:
        yield from self._read_all(Claim, self._index.claims(wanted, also))

    def _kept_claims_with(self, prefix: str) -> list[Claim]:
        return [self._read(Claim, where) for where in self._index.claims_with(prefix)]

    def claim_of(self, identity: str) -> Claim | None:
        """Return the current claim with that id as it was read, unmasked: for decisions and for reading again, never to be shown."""
        where = self._index.place("claim", identity)
        current = where is not None and self._index.is_current(identity)
        return self._read(Claim, where) if where is not None and current else None

    def claims_of(self, document: str) -> tuple[Claim, ...]:
        """Return the current claims of the document with that id as they were read, unmasked: for reading again, never to be shown."""
        return tuple(self._read(Claim, (at, offset, size)) for _, at, offset, size in self._index.claims_of(document))

    def page(self, subject: Subject) -> Sequence[Claim]:
        """Return the current claims of the page *subject* stands on, unmasked: for decisions, never to be shown.

        That is of the document it was in, of the one that stands in for it, else of one of the same bytes and address.
        """
        document = self._successor(subject.document)
        if self._index.place("document", document) is not None:
            return self.claims_of(document)
        places = (self._index.place("document", each) for each in self._index.documents_of(subject.body))
        others = [self._read(Document, where) for where in places if where is not None]
        return [claim for each in others if each.url == subject.url for claim in self.claims_of(each.id)]

    def _kept_decisions(self) -> list[tuple[Decision, str]]:
        places = self._index.places("decision")
        return [(self._read(Decision, where), self._parsed(where[0]).recorded_at) for where in places]

    def kept(self, kind: str, of: type[R]) -> dict[str, R]:
        """Return the current records of *kind* by id, in order of entry, unmasked: for reading again, never to be shown."""
        rows = self._index.standing(kind)
        records = self._read_all(of, ((at, offset, size) for _, at, offset, size in rows))
        return dict(zip((row[0] for row in rows), records, strict=True))

    def _kept_links(self, of: Sequence[str]) -> tuple[list[Link], dict[str, str]]:
        links = list(self._read_all(Link, self._index.links_of(of)))
        return links, self._index.documents_of_claims(end for link in links for end in (link.left, link.right))

    def is_kept(self, kind: str, identity: str) -> bool:
        """Return whether a record was entered, current or not."""
        return self._index.has(kind, identity)

    def is_standing(self, kind: str, identity: str) -> bool:
        """Return whether a record was entered and no standing took it back."""
        return self._index.has(kind, identity) and not self._index.is_withdrawn(kind, identity)

    def count(self, kind: str) -> int:
        """Return how many records of *kind* were entered, current or not."""
        return self._index.count(kind)

    def _current(self) -> dict[str, str]:
        return self._index.current_claims()

    def _current_documents(self) -> set[str]:
        return set(self._index.current_ids())

    def _successor(self, document: str) -> str:
        return self._index.successor(document)

    def _kept_document(self, identity: str) -> Document:
        where = self._index.place("document", identity)
        if where is None:
            raise LedgerError(f"{self.name}: document {identity} is not in this ledger; run allegata verify")
        return self._read(Document, where)

    def kept_documents(self) -> Iterator[Document]:
        """Yield the documents no other one supersedes, in order of entry, unmasked: for reading again, never to be shown."""
        for where in self._index.current_documents():
            yield self._read(Document, where)

    def origin_of(self, document: Document) -> Capture:
        """Return the capture *document* was read from, unmasked: for reading again, never to be shown.

        Raises: LedgerError if the ledger does not hold it.
        """
        where = self._index.place("capture", document.capture)
        if where is None:
            raise LedgerError(f"{self.name}: document {document.id} is not in this ledger; run allegata verify")
        return self._read(Capture, where)

    def supersessions(self) -> Iterator[Supersession]:
        """Yield which document stands in for which, in order of entry."""
        yield from self._all("supersession", Supersession)

    def _problems(self, held: Sequence[int]) -> Iterator[str]:
        """Yield what is wrong with the batches numbered *held*, their records and their bodies."""
        bodies = set[str]()
        before: Batch | None = None
        for sequence in held:
            try:
                batch = self._parsed(sequence)
                if not self._follows(batch, sequence, before):
                    yield self._unchained(sequence)
                before = batch
                bodies |= self._captured(batch)
            except LedgerError as error:
                yield str(error)
        for name in sorted(bodies):
            try:
                self.capture_bytes(name)
            except LedgerError as error:
                yield str(error)

    def _follows(self, batch: Batch, sequence: int, before: Batch | None) -> bool:
        """Return whether *batch* is the one of its file and, where the one before could be read, follows it."""
        if batch.sequence != sequence:
            return False
        if sequence > 1 and (before is None or before.sequence != sequence - 1):
            return True
        return batch.previous == (before.hash if before else ORIGIN)

    def _captured(self, batch: Batch) -> set[str]:
        """Return the hashes of the bodies *batch* speaks of, after checking each of its records."""
        records = [stored.record for _, _, stored in self._stored(batch)]
        return {record.body for record in records if isinstance(record, Capture)}


def check_bodies(bodies: Mapping[str, bytes]) -> None:
    """Check that each of *bodies* is the one its hash names.

    Raises: InputError if one is not.

    >>> check_bodies({hashlib.sha256(b"page").hexdigest(): b"page"})
    """
    for name, body in bodies.items():
        if hashlib.sha256(body).hexdigest() != name:
            raise InputError(f"a body of {len(body)} bytes is not the one its hash {name[:12]} names; capture it again")
