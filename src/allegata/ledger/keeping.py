"""How a store keeps a ledger: what each gives of its own, and what follows from it: appending, reading what is checked, verifying."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from allegata.ledger.chain import ORIGIN, SALT_BYTES, Line, Stored, line_bytes, line_of, open_line, seal
from allegata.ledger.credentials import CredentialStore
from allegata.ledger.index import Index
from allegata.ledger.layout import FORMAT, unchained
from allegata.ledger.records import record_id
from allegata.ledger.schema import Where
from allegata.ledger.view import View
from allegata.ledger.whole import Attested, Checked
from allegata.model.batch import Batch, Entry
from allegata.model.document import Capture
from allegata.model.error import InputError, LedgerError
from allegata.model.json import canonical
from allegata.model.mention import Record

PAGES = 16
"""Batches that are kept parsed, and documents that are kept with their masks."""
K = TypeVar("K")
R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Whole(NamedTuple):
    """A batch as it is kept, byte for byte, with its record lines in order and the hashes of the bodies that its captures name."""

    batch: Batch
    content: bytes
    lines: tuple[bytes, ...]
    bodies: tuple[str, ...]


class Keeping(View):
    """An open ledger that keeps records. name: how messages call it; never with a password."""

    _made: Index

    def __init__(self, name: str) -> None:
        self.name = name
        self._trouble: LedgerError | None = None
        self._entries: dict[int, tuple[Batch, dict[tuple[str, str], Entry]]] = {}

    def append(
        self,
        records: Sequence[tuple[str, Record]],
        by: str,
        recorded_at: str,
        bodies: Mapping[str, bytes] | None = None,
        after: int | None = None,
        only_at: tuple[str, int] | None = None,
    ) -> Batch | None:
        """Return the batch that now holds *records* (kind and record), null if the ledger holds them all already.

        by: who adds them. recorded_at: ISO 8601 with an offset. bodies: the bytes of captures by their sha256. after: the
        batch that has to be the last one still, only_at: a kind and how many records of it the ledger has to hold; where another writer
        has added some, nothing is written and null returned.

        Raises: LedgerError if another writer does not finish within ten seconds or the store refuses; InputError for a
        kind that does not exist or a body that is not its hash.
        """
        check_bodies(bodies or {})
        with self.writing():
            if after is not None and self._last() != after:
                return None
            if only_at is not None and self._index.count(only_at[0]) != only_at[1]:
                return None
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
        batch = seal(self._before(), lines, recorded_at, by)
        kept = Whole(batch, canonical(batch) + b"\n", tuple(map(line_bytes, lines)), tuple(bodies or {}))
        self._keep(kept, (bodies or {}).__getitem__)
        return batch

    def index_written(self) -> None:
        """Let others find what this object wrote; nothing is done where it wrote nothing, or where they find it anyway."""

    def together(self) -> AbstractContextManager[None]:
        """Return what lets rows and credentials that are written within be kept all or not at all, where the store can."""
        return nullcontext()

    def take(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Keep a batch of another ledger, byte for byte. body: gives the bytes that are not held yet, by their sha256.

        Raises: LedgerError if it does not follow the last batch, or cannot be kept.
        """
        with self.writing():
            self._check_next(whole.batch)
            self._keep(whole, body)

    def settle_erasures(self) -> None:
        """Finish erasures that are not finished, if there are any.

        Raises: LedgerError as `append` does.
        """
        if self._index.pending():
            with self.writing():
                pass

    def verify(self) -> tuple[str, ...]:
        """Return what is wrong with the ledger, one sentence a problem that names what is damaged, the first bad batch first; empty when all is whole."""
        return tuple(each.what for each in self.checked().problems)

    def format(self) -> int:
        """Return the version of the ledger's format.

        Raises: LedgerError if it cannot be read.
        """
        return FORMAT

    def contains(self, path: Path) -> bool:
        """Return whether *path* lies in what keeps the ledger."""
        return False

    def still(self) -> AbstractContextManager[None]:
        """Return what lets everything that is read within be of one state, where the store can: elsewhere others may write meanwhile."""
        return nullcontext()

    def erased_since(self, sequence: int) -> bool:
        """Return whether a batch after that number erases something."""
        return any(entry.kind == "erasure" for batch in self.batches(sequence) for entry in batch.entries)

    @property
    @abstractmethod
    def credentials(self) -> CredentialStore:
        """What the accounts log in with; kept beside the ledger, and never among its rows."""

    @abstractmethod
    def checked(self, attested: Attested | None = None) -> Checked:
        """Return what checking every batch, record and body gives; *attested*: a batch that has to be in the ledger."""

    @abstractmethod
    def finish_erasures(self) -> None:
        """Take what erasures name out of bodies, lines and index; only within `writing`, which does it first of all.

        Raises: LedgerError if something is damaged or the store refuses.
        """

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """Return what makes this the only writer, with an index that is brought up and no erasure left unfinished.

        Raises: LedgerError if another writer does not finish within ten seconds or the store refuses.
        """

    @abstractmethod
    def _keep(self, whole: Whole, body: Callable[[str], bytes]) -> None:
        """Keep a batch, its records and the bodies that are not held yet, and index them; only within `writing`."""

    def batches(self, after: int = 0) -> Iterator[Batch]:
        """Yield the batches after that number in order; each is checked to be whole and to follow the one before.

        Raises: LedgerError, naming the batch, if one is not.
        """
        previous, sequence = self._hash_of(after), after + 1
        while self._is_held(sequence):
            batch = self._following(sequence, previous)
            yield batch
            previous, sequence = batch.hash, sequence + 1

    def head(self) -> Batch | None:
        """Return the last batch, null in an empty ledger."""
        sequence = self._index.last()
        return self._parsed(sequence) if sequence else None

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
    def _is_held(self, sequence: int) -> bool:
        """Return whether there is a batch of that number."""

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

    @property
    def index(self) -> Index:
        """The index, for what keeps the ledger."""
        return self._index

    def _hash_of(self, sequence: int) -> str:
        """Return the hash that the batch after that number has to name."""
        return self._parsed(sequence).hash if sequence else ORIGIN

    def _following(self, sequence: int, previous: str) -> Batch:
        """Return a batch that is known to be held, after checking that it follows the one with the hash *previous*.

        Raises: LedgerError, naming it, if it does not, or is damaged.
        """
        batch = self._parsed(sequence)
        if batch.sequence != sequence or batch.previous != previous:
            raise LedgerError(unchained(self._batch(sequence)))
        return batch

    def _before(self) -> Batch | None:
        """Return the batch that the next one follows."""
        return self.head()

    def _last(self) -> int:
        """Return the number of the batch that the next one follows, 0 for none."""
        return self._index.last()

    def _holds(self, kind: str, identity: str) -> bool:
        """Return whether the ledger holds a record; only within `writing`."""
        return self._index.has(kind, identity)

    def check(self) -> None:
        """Close the ledger and say so if it cannot be trusted.

        Raises: LedgerError
        """
        if self._trouble:
            self.close()
            raise self._trouble

    def _fresh(self, records: Sequence[tuple[str, Record]]) -> list[Line]:
        """Return new lines, each under its own salt, for those of *records* that are not held yet."""
        fresh: dict[tuple[str, str], Record] = {}
        for kind, record in records:
            key = (kind, record_id(kind, record))
            if not self._holds(*key):
                fresh.setdefault(key, record)
        return [
            line_of(kind, identity, record, secrets.token_bytes(SALT_BYTES))
            for (kind, identity), record in fresh.items()
        ]

    def _check_next(self, batch: Batch) -> None:
        """Check that *batch* follows the last one.

        Raises: LedgerError
        """
        head = self._before()
        if batch.sequence != (head.sequence + 1 if head else 1) or batch.previous != (head.hash if head else ORIGIN):
            raise LedgerError(
                f"{self.name}: something else was written meanwhile, so that batch {batch.sequence} does not follow; "
                "copy into an empty ledger"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, kind: type[R], where: Where) -> R:
        return next(self._read_all(kind, [where]))

    def _read_all(self, kind: type[R], places: Iterable[Where]) -> Iterator[R]:
        """Yield the records at *places*, each checked against its batch; a batch is parsed once for those that follow each other."""
        for sequence, some in itertools.groupby(places, key=lambda where: where[0]):
            name, batch = self._records(sequence), self._parsed(sequence)
            if sequence not in self._entries or self._entries[sequence][0] is not batch:
                keep_last(self._entries, sequence, (batch, {(entry.kind, entry.id): entry for entry in batch.entries}))
            entries = self._entries[sequence][1]
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


def keep_last(kept: dict[K, T], key: K, made: T) -> None:
    """Put *made* into *kept* under *key*, and take the one put in first out where there are more than `PAGES`.

    >>> kept = {each: "" for each in range(PAGES)}
    >>> keep_last(kept, 99, "")
    >>> len(kept), 0 in kept
    (16, False)
    """
    kept.pop(key, None)
    if len(kept) >= PAGES:
        del kept[next(iter(kept))]
    kept[key] = made
