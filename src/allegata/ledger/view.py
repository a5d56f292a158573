"""What a ledger shows: claims, links and findings once what people decided is applied, masked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from allegata.ledger.attach import subject_of
from allegata.ledger.corrections import FIELDS, corrected, value_of
from allegata.ledger.credentials import CredentialStore
from allegata.ledger.decisions import Ruling, Settled, decided_links, settle, undone
from allegata.ledger.records import Audit, Standing
from allegata.ledger.selection import ALL, ClaimFilter, matches
from allegata.model.batch import Batch
from allegata.model.claim import Claim
from allegata.model.decision import Decision, Subject
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import InputError
from allegata.model.link import Finding, Link
from allegata.model.mention import Record
from allegata.partition import JOINING

R = TypeVar("R", bound=Record)
Entered = tuple[Decision, str]
"""A decision and when its batch was recorded."""


class Judged(NamedTuple):
    """What people decided about. claims: ids of those decided about by themselves, flagged ones among them. pairs: the two ids of a link."""

    claims: frozenset[str]
    pairs: frozenset[frozenset[str]]
    rejected: frozenset[str]
    flagged: frozenset[str]


class View(ABC):
    """How a store shows what it keeps. What it keeps comes as read, without decisions; what leaves passes through `_out`."""

    _ruled: tuple[int, list[Entered], Settled] | None = None

    @abstractmethod
    def _extent_of_entries(self) -> int:
        """Return a number that grows with each batch that what is read depends on (`records.CONTENT`)."""

    @abstractmethod
    def _kept_claims(self, wanted: ClaimFilter, also: Sequence[str]) -> Iterator[Claim]:
        """Yield the current claims that *wanted* asks for as they were read, and those with the ids *also*, in order of entry."""

    @abstractmethod
    def _kept_claims_with(self, prefix: str) -> list[Claim]:
        """Return the claims whose id begins with *prefix*: the current ones, if there is any."""

    @abstractmethod
    def claim_of(self, identity: str) -> Claim | None:
        """Return the current claim with that id as it was read, unmasked: for decisions and for reading again, never to be shown."""

    @abstractmethod
    def page(self, subject: Subject) -> Sequence[Claim]:
        """Return the current claims of the page *subject* stands on as they were read, unmasked."""

    @abstractmethod
    def _kept_decisions(self) -> list[Entered]:
        """Return the decisions in order of entry."""

    @abstractmethod
    def kept(self, kind: str, of: type[R]) -> dict[str, R]:
        """Return the current records of *kind* by id, in order of entry, as they were read: for reading again, never to be shown."""

    @property
    @abstractmethod
    def credentials(self) -> CredentialStore:
        """What the accounts log in with; kept apart from what only grows."""

    @abstractmethod
    def entered(self, kind: str, of: type[R]) -> Iterator[tuple[R, Batch]]:
        """Yield the records of *kind* with the batches that entered them, in order of entry, as they are kept."""

    @abstractmethod
    def _kept_links(self, of: Sequence[str]) -> tuple[list[Link], dict[str, str]]:
        """Return the current links with one of the claims *of* at an end, in order of entry, and the document of each current claim in them."""

    @abstractmethod
    def _kept_claims_of(self, claims: Sequence[str]) -> Iterator[Claim]:
        """Yield those of the claims with the ids *claims* that are current as they were read, in order of entry."""

    @abstractmethod
    def is_kept(self, kind: str, identity: str) -> bool:
        """Return whether a record was entered, current or not."""

    @abstractmethod
    def is_standing(self, kind: str, identity: str) -> bool:
        """Return whether a record was entered and no standing took it back."""

    @abstractmethod
    def count(self, kind: str) -> int:
        """Return how many records of *kind* were entered."""

    @abstractmethod
    def _current(self) -> dict[str, str]:
        """Return the document of each current claim, by claim id."""

    @abstractmethod
    def _current_documents_with(self, prefix: str) -> list[str]:
        """Return the ids of the current documents that begin with *prefix*; none if it is empty."""

    @abstractmethod
    def _current_documents(self) -> set[str]:
        """Return the ids of the current documents."""

    @abstractmethod
    def _successor(self, document: str) -> str:
        """Return the current document that stands in for one."""

    @abstractmethod
    def _kept_document(self, identity: str) -> Document:
        """Return a document as it was read."""

    @abstractmethod
    def origin_of(self, document: Document) -> Capture:
        """Return the capture a document was read from as it is kept, unmasked."""

    @abstractmethod
    def masks(self, document: str) -> Masks:
        """Return where a document names affected persons."""

    @abstractmethod
    def _out(self, kind: str, record: R, identities: Sequence[str]) -> R:
        """Return *record*, which speaks of the documents *identities*, as it leaves the ledger."""

    @abstractmethod
    def hidden(self, typed: str) -> str:
        """Return words that a person typed without names of affected persons of the ledger."""

    def _settled(self) -> tuple[list[Entered], Settled]:
        extent = self._extent_of_entries()
        if self._ruled is None or self._ruled[0] != extent:
            entered = self._kept_decisions()
            known = {decision.id: decision for decision, _ in entered}
            # The name and the reason are shown on claims and links, which are masked by other words than these.
            named = [self._out("decision", each, self._about(each, known)) for each, _ in entered]
            fit = [replace(each, by=out.by, reason=out.reason) for (each, _), out in zip(entered, named, strict=True)]
            self._ruled = (extent, entered, settle(fit, self))
        return self._ruled[1], self._ruled[2]

    def _about(self, decision: Decision, known: dict[str, Decision]) -> list[str]:
        """Return the documents *decision* speaks of, as they were and as they are now."""
        while decision.kind == "undo" and decision.undoes in known:
            decision = known[decision.undoes]
        named = [subject.document for subject in decision.subjects]
        return list(dict.fromkeys([*named, *map(self._successor, named)]))

    def rulings(self, of: Collection[str] | None = None, last: int | None = None) -> tuple[Ruling, ...]:
        """Return every decision with what has become of it, in order of entry, masked.

        of: ids of the claims it is about now, these and no others. last: how many at most, the last of them.
        """
        entered, settled = self._settled()
        known = {decision.id: decision for decision, _ in entered}
        asked = entered if of is None else [each for each in entered if {*settled.outcomes[each[0].id].claims} == {*of}]
        made = []
        for decision, recorded_at in asked if last is None else asked[-last:]:
            about, outcome = self._about(decision, known), settled.outcomes[decision.id]
            # What the ledger says itself is not the reason, whose names are masked by where they stand.
            why = self._out("decision", replace(decision, id="", reason=outcome.why), about).reason
            shown = self._out("decision", decision, about)
            made.append(Ruling(shown, recorded_at, outcome.state, why, outcome.claims))
        return tuple(made)

    def decision(self, prefix: str) -> Decision:
        """Return the decision whose id begins with *prefix*, unmasked: to be undone, never to be shown.

        Raises: InputError if none or several do, or it is undone already.
        """
        every = [decision for decision, _ in self._kept_decisions()]
        found = [each for each in every if prefix and each.id.startswith(prefix)]
        if len(found) != 1:
            how = "no decision of this ledger begins" if not found else f"{len(found)} decisions of this ledger begin"
            raise InputError(f"{prefix!r}: {how} with it; allegata decisions lists their ids")
        by = undone(every).get(found[0].id)
        if by is not None:
            raise InputError(f"{prefix!r}: is undone already; to have it in force again: allegata undo {by.id[:8]}")
        return found[0]

    def subject(self, prefix: str) -> Subject:
        """Return the current claim whose id begins with *prefix* as the subject of a decision, unmasked: to be kept, never shown.

        Raises: InputError if none or several do, or it is not current any more.
        """
        claim = self._one(prefix)
        if self.claim_of(claim.id) is None:
            raise InputError(f"{prefix!r}: is not read any more; allegata claims lists the claims that are")
        return subject_of(claim, self.origin_of(self._kept_document(claim.document.id)).body)

    def is_rejected(self, claim: str) -> bool:
        """Return whether the claim with that id is one that people rejected."""
        return claim in self._settled()[1].rejected

    def value(self, prefix: str, field: str, typed: str) -> str | None:
        """Return the value, null for nothing, that *typed* is for the *field* of the claim whose id begins with *prefix*.

        Raises: InputError, saying what is allowed, if it is none, or what the claim says already.
        """
        claim = self._one(prefix)
        claim = self._settled()[1].claims.get(claim.id, claim)
        value = value_of(field, typed, self._kept_document(claim.document.id))
        if FIELDS[field].read(corrected(claim, field, value, "")) == FIELDS[field].read(claim):
            raise InputError(f"{typed!r}: is what {field} of claim {claim.id[:8]} says already; give another value")
        return value

    def _one(self, prefix: str) -> Claim:
        found = self._kept_claims_with(prefix)
        if len(found) != 1:
            how = "no claim of this ledger begins" if not found else f"{len(found)} claims of this ledger begin"
            raise InputError(f"{prefix!r}: {how} with it; allegata claims lists their ids")
        return found[0]

    def claims(self, wanted: ClaimFilter = ALL, rejected: bool = False) -> Iterator[Claim]:
        """Yield the claims *wanted* asks for, of documents no other one supersedes, in order of entry, corrected and masked.

        rejected: also those that people rejected; they say so in ``rules.decisions``.

        Raises: InputError if a date asked for is none.
        """
        settled = self._settled()[1]
        for claim in self._kept_claims(wanted, tuple(settled.claims)):
            if claim.id in settled.rejected and not rejected:
                continue
            decided = settled.claims.get(claim.id)
            shown = self._out("claim", decided or claim, [claim.document.id])
            if decided is None or matches(shown, wanted):
                yield shown

    def claims_of_ids(self, identities: Iterable[str], rejected: bool = False) -> Iterator[Claim]:
        """Yield those of `claims` whose ids are given; the work grows with what is asked for, not with the ledger."""
        settled = self._settled()[1]
        for claim in self._kept_claims_of(sorted(set(identities))):
            if rejected or claim.id not in settled.rejected:
                yield self._out("claim", settled.claims.get(claim.id, claim), [claim.document.id])

    def judged(self) -> Judged:
        """Return what people decided about, by ids."""
        settled = self._settled()[1]
        pairs = frozenset(frozenset(key[:2]) for key in settled.pairs)
        return Judged(frozenset(settled.claims), pairs, settled.rejected, frozenset(settled.flags))

    def corrected(self) -> frozenset[str]:
        """Return the ids of the claims that people decided about by themselves, whatever they decided."""
        return frozenset(self._settled()[1].claims)

    def claim(self, prefix: str) -> Claim:
        """Return the claim whose id begins with *prefix*, rejected or not, corrected and masked.

        Raises: InputError if none or several do.
        """
        claim = self._one(prefix)
        return self._out("claim", self._settled()[1].claims.get(claim.id, claim), [claim.document.id])

    def links(self, rejected: bool = False, of: Sequence[str] | None = None) -> Iterator[Link]:
        """Yield the links between claims of current documents once people have decided; first those of rules, in order of entry.

        rejected: also those of claims that people rejected. of: ids of claims of which one has to be at an end; the work grows with what is asked for,
        and where people split claims with what links join to it, not with the ledger.
        """
        if of is not None:
            yield from self._links_of(frozenset(of), rejected)
            return
        current, settled = self._current(), self._settled()[1]
        kept = [each for each in self.kept("link", Link).values() if each.left in current and each.right in current]
        hidden = frozenset[str]() if rejected else settled.rejected
        for link in decided_links(kept, settled, hidden):
            yield self._out("link", link, [current[link.left], current[link.right]])

    def _links_of(self, asked: frozenset[str], rejected: bool) -> Iterator[Link]:
        settled = self._settled()[1]
        hidden = frozenset[str]() if rejected else settled.rejected
        found, current = self._kept_links(sorted(self._weighed_with(asked, settled)))
        links = [each for each in found if each.left in current and each.right in current]
        for link in decided_links(links, settled, hidden):
            if {link.left, link.right} & asked:
                ends = [current.get(each) or self._document_of(each) for each in (link.left, link.right)]
                yield self._out("link", link, ends)

    def _weighed_with(self, asked: frozenset[str], settled: Settled) -> frozenset[str]:
        """Return the claims whose links bear on those of *asked*: where people split claims, all that links join with them."""
        found = set(asked)
        ahead = found if any(relation == "distinct" for _, _, relation in settled.pairs) else set()
        while ahead:
            ends = [(each.left, each.right) for each in self._kept_links(sorted(ahead))[0] if each.relation in JOINING]
            ends += [key[:2] for key in settled.pairs if key[2] in JOINING and not ahead.isdisjoint(key[:2])]
            ahead = {end for pair in ends for end in pair} - found
            found |= ahead
        return frozenset(found)

    def _document_of(self, claim: str) -> str:
        found = self.claim_of(claim)
        return found.document.id if found else ""

    def findings(self) -> Iterator[Finding]:
        """Yield the findings about current documents and claims that nobody rejected, in order of entry, masked."""
        current, documents, rejected = self._current(), self._current_documents(), self._settled()[1].rejected
        for finding in self.kept("finding", Finding).values():
            fits = all(claim in current and claim not in rejected for claim in finding.claims)
            if fits and (finding.document is None or finding.document in documents):
                about = [current[claim] for claim in finding.claims] + ([finding.document] if finding.document else [])
                yield self._out("finding", finding, about)

    def standings(
        self, kind: str, given: Mapping[str, Record], gone: Sequence[str], why: str
    ) -> list[tuple[str, Record]]:
        """Return what has to be entered so that the records *given*, by id, are current and those with the ids *gone* are not."""
        number = self.count("standing")
        made: list[tuple[str, Record]] = []
        for identity, record in given.items():
            if not self.is_kept(kind, identity):
                made.append((kind, record))
            elif not self.is_standing(kind, identity):
                number += 1
                made.append(("standing", Standing(kind, identity, True, why, number)))
        for identity in gone:
            number += 1
            made.append(("standing", Standing(kind, identity, False, why, number)))
        return made

    def audits(self) -> Iterator[tuple[Audit, Batch]]:
        """Yield what was done with the ledger, with the batch that says by whom and when, in order of entry.

        A reason tells no name that the documents it is about mask.
        """
        for audit, batch in self.entered("audit", Audit):
            about = [each for each in audit.subjects if self.is_kept("document", each)]
            # A reason is typed by a person, like that of a decision, and is masked like it.
            said = self._out("decision", Decision("", "accept", batch.by, audit.reason, 1), about)
            yield replace(audit, reason=said.reason), batch

    def document_with(self, prefix: str) -> Document | None:
        """Return the one current document whose id begins with *prefix*, unmasked: to be shown only once that is a row; else null."""
        found = self._current_documents_with(prefix)
        return self._kept_document(found[0]) if len(found) == 1 else None
