"""What every ledger shows of what it keeps: found by its index, and masked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace

from allegata.ledger.agreement import agrees, is_likely
from allegata.ledger.erase import Erased, erased
from allegata.ledger.index import Index
from allegata.ledger.keeping import keep_last
from allegata.ledger.keyed import Keyed
from allegata.ledger.listing import Listing
from allegata.ledger.names import digest_of, names_of, names_typed, shown_without, without_known
from allegata.ledger.records import CONTENT, KINDS, Erasure, Naming, Outward, Shown, Supersession
from allegata.ledger.schema import Where
from allegata.ledger.selection import ClaimFilter
from allegata.ledger.whole import Checked, Held, Problem
from allegata.model.batch import Batch
from allegata.model.claim import Claim
from allegata.model.decision import Decision, Subject, reason_of
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import InputError, LedgerError
from allegata.model.link import Link
from allegata.model.mention import Record

R = TypeVar("R", bound=Record)


class Ledger(Listing):
    """An open ledger, whatever keeps it. What comes out passes through *outward*, which masks affected persons; what is kept is as read."""

    def __init__(self, name: str, outward: Outward) -> None:
        super().__init__(name)
        self._outward = outward
        self._pages: dict[tuple[Where, Where], tuple[Document, Masks]] = {}
        self._typed: tuple[tuple[int, str] | None, dict[str, str]] = (None, {})
        self._extent = (0, 0)
        self._counted: tuple[tuple[int, str] | None, dict[str, int]] = (None, {})
        # Whether it was asked if the index may be that of the batches, and whether it is known not to be.
        self._is_tried = False
        self._is_misindexed = False

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
            return shown_without(made, self._hidden) if isinstance(made, Claim) else None

        return outside

    def _shown(self, identities: Sequence[str]) -> Shown:
        found = []
        for identity in dict.fromkeys(identities):
            places = self._places_of(identity)
            if places is not None:
                found.append(self._page(*places))
        return tuple(found)

    def _places_of(self, document: str) -> tuple[Where, Where] | None:
        """Return where a document and the masks that hold for it stand, null if either is missing."""
        place, masks = self._made.place("document", document), self._made.masks_of(document)
        return (place, masks[1]) if place is not None and masks is not None else None

    def _page(self, document: Where, masks: Where) -> tuple[Document, Masks]:
        """Return the document and the masks at two places; the last `PAGES` are kept, as claims of one page follow each other."""
        found = self._pages.get((document, masks))
        if found is None:
            found = (self._read(Document, document), self._read(Masks, masks))
            keep_last(self._pages, (document, masks), found)
        return found

    def _out(self, kind: str, record: R, identities: Sequence[str]) -> R:
        shown = self._shown(identities)
        if isinstance(record, Decision) and (found := self._made.masks_of(record.id)):
            shown = (*shown, (reason_of(record), self._read(Masks, found[1])))
        try:
            made: Any = self._outward(kind, record, shown)
        except ValueError as error:
            raise LedgerError(f"{self.name}: {error}, so it is not shown; run allegata verify") from error
        return shown_without(made, self._hidden)  # type: ignore[no-any-return]

    def _index_up_to(self, top: int, last: int, known: str | None) -> None:
        """Add the batches after *last*, up to *top*, to the index; all where *known*, the hash that it has of the last, is another's.

        Raises: LedgerError, naming it, if a batch is damaged or does not follow the one before.
        """
        likely = not self._is_misindexed and (self._is_tried or is_likely(self._made))
        if not likely or (last and self._parsed(last).hash != known):
            self._made.clear()
            self._pages.clear()
            last = 0
        if not last:
            self._listing = None
        self._is_tried, self._is_misindexed = True, False
        previous = self._hash_of(last)
        for sequence in range(last + 1, top + 1):
            batch = self._following(sequence, previous)
            self._made.add(batch, list(self._stored(batch)), self._outside(), partial(self._read, Claim), self._named)
            previous = batch.hash

    def _compare_index(self, held: Held) -> None:
        """See whether the index agrees with batches that hold *held*; not where others wrote meanwhile."""
        if self._made.last() != held.sequence:
            return
        mark = self.keyed.mark()
        keyed = mark is not None and self.keyed.through() == (mark.through, mark.rules) and not self.keyed.is_behind()
        try:
            self._is_misindexed = not agrees(self._made, held, self._all("erasure", Erasure), keyed)
        except LedgerError:
            self._is_misindexed = True

    def _with_index(self, found: Checked) -> Checked:
        """Return *found* with what is wrong with the index, which is then one that is made again."""
        if not self._is_misindexed:
            return found
        self._made.spoil()
        what = f"{self.name}: the index does not agree with the batches; "
        if self._made.hash_of(1) == "":
            what += "it is made again at the next command"
        else:
            what += "somebody who may write to the ledger has to run allegata verify, which has it made again"
        return replace(found, problems=(*found.problems, Problem(None, what)))

    def hidden(self, typed: str) -> str:
        """Return words that a person typed without names of affected persons of the ledger."""
        return self._without_names(typed, self._index)

    def _hidden(self, typed: str) -> str:
        # By the index as it is: this is asked while it is brought up, too.
        return self._without_names(typed, self._made)

    def _without_names(self, typed: str, index: Index) -> str:
        """Return what was typed without the names that *index* knows; the last few are remembered until a batch is added."""
        head = index.head()
        if head != self._typed[0]:
            self._typed = (head, {})
        known = self._typed[1]
        if typed not in known:
            keep_last(known, typed, without_known(typed, index.salt(), index.named_of))
        return known[typed]

    def _named(self, named: Masks | Naming, salt: bytes) -> set[str]:
        """Return digests of the names that *named* hides; those of a decision's reason are no document's."""
        if isinstance(named, Naming):
            return {digest_of(key, salt) for key in names_typed(self._words_typed(named), named)}
        place = self._made.place("document", named.document)
        if place is None:
            return set()
        document = self._read(Document, place)
        return {digest_of(key, salt) for key in names_of(document.text, named, document.language)}

    def _words_typed(self, naming: Naming) -> str:
        """Return the words *naming* is about, none where their record was erased."""
        if naming.kind == "batch":
            return self._parsed(int(naming.id)).by
        place = self._made.place(naming.kind, naming.id)
        return getattr(self._read(KINDS[naming.kind], place), naming.field) or "" if place is not None else ""

    def documents(self) -> Iterator[Document]:
        """Yield the documents no other one supersedes, in order of entry, masked."""
        for where in self._index.current_documents():
            document = self._read(Document, where)
            yield self._out("document", document, [document.id])

    def latest_documents(self, start: int, limit: int) -> Iterator[Document]:
        """Yield at most *limit* of `documents`, newest entered first, after *start* of them; no others are read."""
        for where in self._index.latest_documents(start, limit):
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
        batch = self._parsed(entered[0])
        return self._out("capture", self.origin_of(document), [document.id]), replace(batch, by=self.hidden(batch.by))

    def masks(self, document: str) -> Masks:
        """Return where the document with that id names affected persons; the words themselves are not in it."""
        found = self._index.masks_of(document)
        return Masks(document, ()) if found is None else self._read(Masks, found[1])

    def _index_now(self) -> Index:
        return self._index

    def _extent_of_entries(self) -> int:
        last = self._index.last()
        if self._extent[0] != last:
            self._extent = (last, max(self.last_of(*CONTENT)))
        return self._extent[1]

    def _kept_claims(self, wanted: ClaimFilter, also: Sequence[str]) -> Iterator[Claim]:
        yield from self._read_all(Claim, self._index.claims(wanted, also))

    def claim_ids(self, wanted: ClaimFilter) -> list[str]:
        """Return the ids of the current claims of a codable happening that *wanted* asks for by what the rules read, in order of entry.

        The claims themselves are not read.

        Raises: InputError if a date asked for is none.
        """
        return self._index.claim_ids(wanted)

    def last_of(self, *kinds: str) -> tuple[int, ...]:
        """Return the last batch that has a record of each of *kinds*, 0 for none."""
        return tuple(self._index.last_of(kind) for kind in kinds)

    def state(self) -> str:
        """Return the hash of the last batch that what is read depends on (`records.CONTENT`), empty where there is none."""
        return self._index.hash_of(self._extent_of_entries()) or ""

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
        rows = self._index.standing(kind)
        records = self._read_all(of, ((at, offset, size) for _, at, offset, size in rows))
        return dict(zip((row[0] for row in rows), records, strict=True))

    def every(self, kind: str, of: type[R]) -> list[tuple[str, R]]:
        """Return id and record of all of *kind*, current or not, in order of entry, unmasked: never to be shown."""
        rows = self._index.every(kind)
        records = self._read_all(of, ((at, offset, size) for _, at, offset, size in rows))
        return list(zip((row[0] for row in rows), records, strict=True))

    def record(self, kind: str, identity: str, of: type[R]) -> R:
        """Return one record, current or not, unmasked: never to be shown.

        Raises: LedgerError if the ledger does not hold it.
        """
        where = self._index.place(kind, identity)
        if where is None:
            raise LedgerError(f"{self.name}: {kind} {identity} is not in this ledger; run allegata verify")
        return self._read(of, where)

    def erasure_at(self, where: Where) -> Erased:
        """Return the erasure at a place, and its batch, as they are shown."""
        made, batch = self._read(Erasure, where), self._parsed(where[0])
        return Erased(replace(made, reason=self.hidden(made.reason)), replace(batch, by=self.hidden(batch.by)))

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
        """Return how many records of *kind* were entered, current or not; they are counted once for each state of the ledger."""
        index = self._index
        state = index.head()
        if self._counted[0] != state:
            self._counted = (state, {})
        counts = self._counted[1]
        if kind not in counts:
            counts[kind] = index.count(kind)
        return counts[kind]

    def _current(self) -> dict[str, str]:
        return self._index.current_claims()

    def _current_documents_with(self, prefix: str) -> list[str]:
        return self._index.current_ids_with(prefix)

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
