"""A ledger in a folder: batches that are only ever added, and an index that can be deleted.

A batch is written bodies and records first, batch file last: under temporary names, synced together, then renamed in this order.
The presence of the batch file is the commit. docs/ledger-format.md says how another program checks a ledger.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from allegata.ledger.chain import (
    ORIGIN,
    SALT_BYTES,
    Line,
    Stored,
    line_bytes,
    line_of,
    open_line,
    parse_batch,
    parse_line,
    seal,
)
from allegata.ledger.credentials import FileCredentials
from allegata.ledger.erase import Erased, erased, finish
from allegata.ledger.index import Index, Where
from allegata.ledger.keyed import Keyed
from allegata.ledger.layout import (
    FORMAT,
    batch_path,
    body_path,
    extent,
    format_of,
    gaps,
    mark,
    missing,
    place,
    records_path,
    stage,
    sweep,
    sync,
    unchained,
    unread,
    unwritten,
    write_whole,
)
from allegata.ledger.names import digest_of, names_of, shown_without, without_known
from allegata.ledger.records import Erasure, Outward, Shown, Supersession, record_id
from allegata.ledger.selection import ClaimFilter
from allegata.ledger.view import View
from allegata.ledger.whole import Attested, Checked, check, split
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
    reason_of,
)

WAIT_S = 10.0
AHEAD = 10_000
"""Records that are written before the index is filled with them."""
PAGES = 16
"""Documents that are kept with their masks while records are shown, and batches that are kept parsed."""
R = TypeVar("R", bound=Record)
K = TypeVar("K")
T = TypeVar("T")


def open_folder(location: str, create: bool, outward: Outward) -> FileLedger:
    """Return the ledger in the folder *location*, of this format or an earlier one; made when it is missing or empty and *create* says so.

    Raises: LedgerError if the folder is no ledger, or cannot be made or read.
    """
    root = Path(location)
    try:
        if not (root / "ledger.json").exists():
            if root.exists() and not root.is_dir():
                raise LedgerError(f"{location}: is a file, not a ledger; give a folder")
            strange = [each.name for each in root.iterdir() if each.name != "lock"] if root.is_dir() else []
            if strange and not _half_made(strange):
                raise LedgerError(f"{location}: is a folder that is no ledger; give another, or an empty one")
            if not create:
                raise LedgerError(
                    f"{location}: there is no ledger; make one with: allegata add FILE --ledger {location}"
                )
            for part in ("batches", "records", "bodies"):
                (root / part).mkdir(parents=True, exist_ok=True)
            write_whole(root / "ledger.json", mark(FORMAT))
        format_of(root)
    except OSError as error:
        raise LedgerError(
            f"{location}: cannot be opened: {error.strerror or error}; check the path and its rights"
        ) from error
    ledger = FileLedger(root, outward)
    if create:
        ledger.check()
    return ledger


def _half_made(names: list[str]) -> bool:
    return all(name in ("batches", "records", "bodies") or name.startswith(".new-") for name in names)


class FileLedger(View):
    """An open ledger. What comes out passes through *outward*, which masks affected persons; the file holds records as read."""

    def __init__(self, root: Path, outward: Outward) -> None:
        self._root = root
        self._outward = outward
        self._batches: dict[int, tuple[bytes, Batch]] = {}
        self._trouble: LedgerError | None = None
        self._listed = False
        # What was written since the index was filled: it is filled when something is read, so that writing does not wait for it.
        self._ahead: set[tuple[str, str]] = set()
        self._newest: Batch | None = None
        self._swept = False
        self._entries: dict[int, tuple[Batch, dict[tuple[str, str], Entry]]] = {}
        self._pages: dict[tuple[Where, Where], tuple[Document, Masks]] = {}
        self._made = Index(root / "index.sqlite", self._catch_up)
        try:
            self._made.up()
        except LedgerError as error:
            # Kept for whoever reads or writes; `verify` goes on, to list all that is wrong.
            self._trouble = error
        except OSError as error:
            self._trouble = LedgerError(unread(root, error))

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    @property
    def index(self) -> Index:
        """The index, for what keeps the ledger."""
        return self._index

    @property
    def _index(self) -> Index:
        if self._trouble:
            raise self._trouble
        if self._newest is not None:
            self._catch_up_index()
        return self._made

    def check(self) -> None:
        """Close the ledger and say so if it cannot be trusted.

        Raises: LedgerError
        """
        if self._trouble:
            self.close()
            raise self._trouble

    def __enter__(self) -> FileLedger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Fill and close the index; the ledger itself needs no closing."""
        if self._newest is not None:
            # Who opens the ledger next fills it where this fails.
            with suppress(LedgerError, OSError):
                self._catch_up_index()
        self._made.close()

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

        Raises: LedgerError if another writer does not finish within ten seconds or the disk refuses; InputError for a
        kind that does not exist or a body that is not its hash.
        """
        for name, body in (bodies or {}).items():
            if hashlib.sha256(body).hexdigest() != name:
                raise InputError(
                    f"a body of {len(body)} bytes is not the one its hash {name[:12]} names; capture it again"
                )
        with self.writing():
            if after is not None and (self._newest.sequence if self._newest else self._index.last()) != after:
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
        fresh: dict[tuple[str, str], Record] = {}
        for kind, record in records:
            key = (kind, record_id(kind, record))
            if key not in self._ahead and not self._made.has(*key):
                fresh.setdefault(key, record)
        if not fresh:
            return None
        lines = [
            line_of(kind, identity, record, secrets.token_bytes(SALT_BYTES))
            for (kind, identity), record in fresh.items()
        ]
        batch = seal(self._newest or self.head(), lines, recorded_at, by)
        self._write(batch, lines, bodies or {})
        self._ahead |= fresh.keys()
        self._newest = batch
        if len(self._ahead) > AHEAD:
            self._catch_up_index()
        return batch

    def _write(self, batch: Batch, lines: Sequence[Line], bodies: Mapping[str, bytes]) -> None:
        """Write a batch and what it commits to. It is there once its own file is, which is put in its place when all else is safe."""
        new = {self._body(name): body for name, body in bodies.items() if not self._body(name).exists()}
        new[self._records(batch.sequence)] = b"".join(map(line_bytes, lines))
        folders = {target.parent for target in new}
        fresh = [folder for folder in folders if not folder.exists()]
        for folder in fresh:
            folder.mkdir(parents=True, exist_ok=True)
        staged: list[tuple[Path, Path]] = []
        try:
            for target, data in new.items():
                staged.append((stage(target, data), target))
            last = stage(self._batch(batch.sequence), canonical(batch) + b"\n")
            staged.append((last, self._batch(batch.sequence)))
            sync([temporary for temporary, _ in staged] + sorted({folder.parent for folder in fresh}))
            for temporary, target in staged[:-1]:
                place(temporary, target)
            sync(sorted(folders))
            place(*staged[-1])
            sync([self._root / "batches"])
        except OSError:
            for temporary, _ in staged:
                temporary.unlink(missing_ok=True)
            raise

    def settle_erasures(self) -> None:
        """Finish erasures that a kill left unfinished, if there are any.

        Raises: LedgerError as `append` does.
        """
        if self._index.pending():
            with self.writing():
                pass

    def _is_newest(self) -> bool:
        """Return whether the last batch is one that this object has just written, so that nobody else has written since."""
        newest = self._newest
        if newest is None or self._batch(newest.sequence + 1).exists():
            return False
        return self._parsed(newest.sequence) == newest

    def _catch_up_index(self) -> None:
        if self._trouble:
            raise self._trouble
        self._made.up()
        self._ahead.clear()
        self._newest = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock over an index that is up to date, in a ledger of the format that is written, with no erasure left unfinished."""
        try:
            with self._lock():
                if format_of(self._root) != FORMAT:
                    write_whole(self._root / "ledger.json", mark(FORMAT))
                if not self._is_newest():
                    self._catch_up_index()
                    finish(self._root, self._made)
                yield
        except OSError as error:
            raise unwritten(self._root, error) from error

    @property
    def credentials(self) -> FileCredentials:
        """What the accounts log in with: a file beside the batches."""
        return FileCredentials(self._root / "credentials.json", self._lock)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._root / "lock").open("a") as handle:
            deadline = time.monotonic() + WAIT_S
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise LedgerError(
                            f"{self._root}: another program is writing; try again when it has finished"
                        ) from None
                    time.sleep(0.02)
            if not self._swept:
                sweep(self._root)
                self._swept = True
            yield

    def _batch(self, sequence: int) -> Path:
        return batch_path(self._root, sequence)

    def _records(self, sequence: int) -> Path:
        return records_path(self._root, sequence)

    def _body(self, name: str) -> Path:
        return body_path(self._root, name)

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in order; each is checked to be whole and to follow the one before.

        Raises: LedgerError, naming the file, if one is not.
        """
        previous, sequence = ORIGIN, 1
        while self._batch(sequence).exists():
            batch = self._parsed(sequence)
            if batch.sequence != sequence or batch.previous != previous:
                raise LedgerError(unchained(self._root, sequence))
            yield batch
            previous, sequence = batch.hash, sequence + 1

    def _parsed(self, sequence: int) -> Batch:
        """Return a batch; the last `PAGES` parsed are remembered as long as the bytes of their files are the same."""
        try:
            data = self._batch(sequence).read_bytes()
            if sequence not in self._batches or self._batches[sequence][0] != data:
                _keep_last(self._batches, sequence, (data, parse_batch(data)))
            return self._batches[sequence][1]
        except InputError as error:
            raise LedgerError(f"{self._batch(sequence)}: {error}; restore it from a backup") from error
        except OSError as error:
            raise LedgerError(unread(self._batch(sequence), error)) from error

    def head(self) -> Batch | None:
        """Return the last batch, null in an empty ledger."""
        sequence = self._index.last()
        return self._parsed(sequence) if sequence else None

    def _stored(self, batch: Batch) -> Iterator[tuple[int, int, Stored]]:
        """Yield offset, length and record of each line of *batch* that was not erased."""
        path = self._records(batch.sequence)
        at = 0
        try:
            lines = split(path.read_bytes(), batch.entries)
        except InputError as error:
            raise LedgerError(f"{path}: {error}; restore it from a backup") from error
        except OSError as error:
            raise LedgerError(unread(path, error)) from error
        for number, (data, entry) in enumerate(lines, 1):
            try:
                stored = open_line(parse_line(data), entry)
            except InputError as error:
                raise LedgerError(f"{path} line {number}: {error}; restore it from a backup") from error
            size = len(data) + 1
            if stored is not None:
                yield at, size, stored
            at += size

    def _catch_up(self) -> None:
        """Bring the index up to the last batch on disk.

        Raises: LedgerError, naming the file, if a batch is missing, damaged or does not follow the one before.
        """
        last = self._made.last()
        top = self._top(last)
        if last and self._parsed(last).hash != self._made.hash_of(last):
            self._made.clear()
            self._pages.clear()
            last = 0
        previous = self._parsed(last).hash if last else ORIGIN
        for sequence in range(last + 1, top + 1):
            batch = self._parsed(sequence)
            if batch.sequence != sequence or batch.previous != previous:
                raise LedgerError(unchained(self._root, sequence))
            self._made.add(batch, list(self._stored(batch)), self._outside(), partial(self._read, Claim), self._named)
            previous = batch.hash

    def _top(self, known: int) -> int:
        """Return the number of the last batch; the folders are listed once, then only what follows *known* is looked for.

        Raises: LedgerError if a batch is missing.
        """
        top = known
        while self._listed and self._batch(top + 1).exists():
            top += 1
        if not self._listed or (top and not self._batch(top).exists()):
            held, top = extent(self._root, known)
            for first, final in gaps(held, top):
                raise LedgerError(missing(self._root, first, final))
            self._listed = True
        return top

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
            return shown_without(made, self.hidden) if isinstance(made, Claim) else None

        return outside

    def rebuild(self) -> None:
        """Make the index again from the batches."""
        self._listed = False
        self._pages.clear()
        self._index.clear()
        self._index.up()

    def _read(self, kind: type[R], where: Where) -> R:
        return next(self._read_all(kind, [where]))

    def _read_all(self, kind: type[R], places: Iterable[Where]) -> Iterator[R]:
        """Yield the records at *places*, each checked against its batch; a batch is parsed once for those that follow each other."""
        for sequence, some in itertools.groupby(places, key=lambda where: where[0]):
            path, batch = self._records(sequence), self._parsed(sequence)
            if sequence not in self._entries or self._entries[sequence][0] is not batch:
                by_id = {(entry.kind, entry.id): entry for entry in batch.entries}
                _keep_last(self._entries, sequence, (batch, by_id))
            entries = self._entries[sequence][1]
            for line in self._lines(path, [(offset, size) for _, offset, size in some]):
                entry = entries.get((line.kind, line.id))
                if entry is None:
                    raise LedgerError(f"{path}: does not agree with its batch; run allegata verify")
                try:
                    stored = open_line(line, entry)
                except InputError as error:
                    raise LedgerError(f"{path}: {error}; run allegata verify") from error
                if stored is None or not isinstance(stored.record, kind):
                    raise LedgerError(f"{path}: {line.kind} {line.id} was erased")
                yield stored.record

    def _lines(self, path: Path, places: Iterable[tuple[int, int]]) -> Iterator[Line]:
        try:
            with path.open("rb") as handle:
                for offset, size in places:
                    handle.seek(offset)
                    yield parse_line(handle.read(size))
        except OSError as error:
            raise LedgerError(unread(path, error)) from error
        except InputError as error:
            raise LedgerError(
                f"{path}: {error}; run allegata verify, and delete index.sqlite if it is whole"
            ) from error

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
            found = self._read(Document, document), self._read(Masks, masks)
            _keep_last(self._pages, (document, masks), found)
        return found

    def _out(self, kind: str, record: R, identities: Sequence[str]) -> R:
        shown = self._shown(identities)
        if isinstance(record, Decision) and (found := self._made.masks_of(record.id)):
            shown = (*shown, (reason_of(record), self._read(Masks, found[1])))
        try:
            made: Any = self._outward(kind, record, shown)
        except ValueError as error:
            raise LedgerError(f"{self._root}: {error}, so it is not shown; run allegata verify") from error
        return shown_without(made, self.hidden)  # type: ignore[no-any-return]

    def hidden(self, typed: str) -> str:
        """Return words that a person typed without names of affected persons of the ledger."""
        return without_known(typed, self._made.salt(), self._made.named_of)

    def _named(self, masks: Masks, salt: bytes) -> set[str]:
        """Return digests of the names that *masks* hides; those of a decision's reason are no document's."""
        place = self._made.place("document", masks.document)
        text = self._read(Document, place).text if place is not None else ""
        return {digest_of(words, salt) for words in names_of(text, masks)}

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
            raise LedgerError(f"{self._root}: document {document.id} is not in this ledger; run allegata verify")
        batch = self._parsed(entered[0])
        return self._out("capture", self.origin_of(document), [document.id]), replace(batch, by=self.hidden(batch.by))

    def masks(self, document: str) -> Masks:
        """Return where the document with that id names affected persons; the words themselves are not in it."""
        found = self._index.masks_of(document)
        return Masks(document, ()) if found is None else self._read(Masks, found[1])

    def _extent_of_entries(self) -> int:
        return self._index.last()

    def _kept_claims(self, wanted: ClaimFilter, also: Sequence[str]) -> Iterator[Claim]:
        yield from self._read_all(Claim, self._index.claims(wanted, also))

    def _kept_claims_of(self, claims: Sequence[str]) -> Iterator[Claim]:
        yield from self._read_all(Claim, self._index.places_of(claims))

    @property
    def keyed(self) -> Keyed:
        """Return what is kept beside the ledger to link one more document by."""
        return Keyed(self._index, self._read)

    def kept_links(self, of: Iterable[str], known: Collection[str]) -> tuple[set[str], dict[str, Link]]:
        """Return which of the ids *known* are those of current links with one of the claims *of* at an end, and the others of these links.

        Of the others only those are returned whose claims are current. As they were read: to make links again, never to be shown.
        """
        places = self._index.link_places(of)
        others = sorted((where, name) for name, where in places.items() if name not in known)
        read = dict(
            zip((name for _, name in others), self._read_all(Link, (where for where, _ in others)), strict=True)
        )
        current = self._index.documents_of_claims(end for link in read.values() for end in (link.left, link.right))
        return places.keys() & known, {
            name: link for name, link in read.items() if link.left in current and link.right in current
        }

    def _kept_claims_with(self, prefix: str) -> list[Claim]:
        found = [self._read(Claim, where) for where in self._index.claims_with(prefix)]
        gone = [] if found else self._index.erased("claim", prefix)
        if len(gone) == 1:
            raise InputError(f"{prefix!r}: {erased(self, 'claim', gone[0])}")
        return found

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
        return dict(self._by_id(of, self._index.standing(kind)))

    def every(self, kind: str, of: type[R]) -> list[tuple[str, R]]:
        """Return id and record of all of *kind*, current or not, in order of entry, unmasked: never to be shown."""
        return self._by_id(of, self._index.every(kind))

    def _by_id(self, of: type[R], rows: Sequence[tuple[str, int, int, int]]) -> list[tuple[str, R]]:
        """Return the records whose id and place are in *rows*, with their ids."""
        records = self._read_all(of, ((at, offset, size) for _, at, offset, size in rows))
        return list(zip((row[0] for row in rows), records, strict=True))

    def record(self, kind: str, identity: str, of: type[R]) -> R:
        """Return one record, current or not, unmasked: never to be shown.

        Raises: LedgerError if the ledger does not hold it.
        """
        where = self._index.place(kind, identity)
        if where is None:
            raise LedgerError(f"{self._root}: {kind} {identity} is not in this ledger; run allegata verify")
        return self._read(of, where)

    def erasure_at(self, where: Where) -> Erased:
        """Return the erasure at a place, and its batch."""
        return Erased(self._read(Erasure, where), self._parsed(where[0]))

    def entered(self, kind: str, of: type[R]) -> Iterator[tuple[R, Batch]]:
        """Yield the records of *kind* with the batches that entered them, in order of entry, as they are kept."""
        for where in self._index.places(kind):
            yield self._read(of, where), self._parsed(where[0])

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
        return self.record("document", identity, Document)

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
            raise LedgerError(f"{self._root}: document {document.id} is not in this ledger; run allegata verify")
        return self._read(Capture, where)

    def supersessions(self) -> Iterator[Supersession]:
        """Yield which document stands in for which, in order of entry."""
        yield from self._all("supersession", Supersession)

    def capture_bytes(self, body: str) -> bytes:
        """Return the bytes with sha256 *body*, as captured.

        Raises: LedgerError if they are missing or are not those bytes any more.
        """
        try:
            data = self._body(body).read_bytes()
        except OSError as error:
            raise LedgerError(
                f"{self._body(body)}: cannot be read: {error.strerror}; restore it from a backup"
            ) from error
        if hashlib.sha256(data).hexdigest() != body:
            raise LedgerError(f"{self._body(body)}: is not what was captured; restore it from a backup")
        return data

    def verify(self) -> tuple[str, ...]:
        """Return what is wrong with the ledger, one sentence a problem that names the file, the first bad batch first; empty when all is whole."""
        return tuple(each.what for each in self.checked().problems)

    def checked(self, attested: Attested | None = None) -> Checked:
        """Return what checking every batch, record and body gives; *attested*: a batch that has to be in the ledger."""
        troubles = [str(self._trouble)] if self._trouble else []
        try:
            known = self._made.last()
        except LedgerError as error:
            known = 0
            troubles.append(str(error))
        return check(self._root, known, troubles, attested)


def _keep_last(kept: dict[K, T], key: K, made: T) -> None:
    """Put *made* into *kept*, and take the one put in first out where there are more than `PAGES`."""
    kept.pop(key, None)
    if len(kept) >= PAGES:
        del kept[next(iter(kept))]
    kept[key] = made
