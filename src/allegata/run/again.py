"""Reading a ledger's captures again with the rules that are installed, and what that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from allegata.ground.quantity import profiles
from allegata.ledger import Ledger, Ruling, Standing, Supersession, attach, erased, record_id, said, subject_of
from allegata.ledger.erase import Erased
from allegata.link.edits import OBSERVED, carried
from allegata.mask import find_affected, outward
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import AllegataError, LedgerError
from allegata.model.json import to_json
from allegata.model.link import Finding, Link
from allegata.model.mention import Record
from allegata.run.pipeline import Given, report
from allegata.run.relating import TRIES, relate

WHY = "read again"


class FieldChange(Record, frozen=True):
    """What a field said before and says now, as `allegata correct` writes it; only the words it stands on changed where both are equal."""

    field: str
    before: str | None
    after: str | None


class ClaimChange(Record, frozen=True):
    """A claim that was gained, lost or changed, masked. before, after: its ids. what: action and number, for a reader."""

    how: Literal["gained", "lost", "changed"]
    document: str
    before: str | None
    after: str | None
    fields: tuple[FieldChange, ...] = ()


class LinkChange(Record, frozen=True):
    """A link between claims that was gained or lost."""

    how: Literal["gained", "lost"]
    link: Link


@dataclass
class Reread:
    """What reading again changed. conflicts: every decision that no longer fits; fresh: the ids of those that did before."""

    documents: int = 0
    changed: int = 0
    claims: list[ClaimChange] = field(default_factory=list)
    known: dict[str, Claim] = field(default_factory=dict)
    links: list[LinkChange] = field(default_factory=list)
    conflicts: list[Ruling] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether everything is read as it was."""
        return not (self.changed or self.claims or self.links or self.fresh)


@dataclass(frozen=True)
class _Page:
    """A document as it was read and as it is read now, unmasked."""

    capture: Capture
    before: Document
    claims_before: tuple[Claim, ...]
    now: Document
    claims_now: tuple[Claim, ...]
    masks: Masks
    findings: tuple[Finding, ...]


def reread(ledger: Ledger, by: str, recorded_at: str, documents: Iterable[Document]) -> Reread:
    """Return what changed in *ledger* by reading *documents*, as it keeps them, again; one batch a document, then the links.

    A document whose bytes are gone, or which cannot be read any more, stays as it was and is a failure; one that another program erases
    meanwhile is passed over.
    """
    found, renamed = Reread(), dict[str, str]()
    links_before = tuple(ledger.links())
    conflicts_before = {each.decision.id for each in ledger.rulings() if each.state == "conflict"}
    checked = _checked(ledger)
    for document in documents:
        try:
            page = _read_again(ledger, document)
        except AllegataError as error:
            if erased(ledger, "document", document.id) is None:
                found.documents += 1
                found.failures.append(f"document {document.id[:8]}: {error}; it stays as it was read")
            continue
        masks_before = _entered(ledger, page, checked.get(document.id, {}), by, recorded_at)
        if isinstance(masks_before, Erased):
            continue
        found.documents += 1
        if masks_before is not None:
            _compare(page, masks_before, found, renamed)
            found.changed += 1
            if page.now.id != page.before.id:
                # A document that was read like this before has the claims it had then, until it is compared with itself.
                _settle_back(ledger, page, by, recorded_at)
    relate(ledger, by, recorded_at, everything=True)
    found.links = list(_link_changes(links_before, tuple(ledger.links()), renamed))
    found.conflicts = [each for each in ledger.rulings() if each.state == "conflict"]
    found.fresh = {each.decision.id for each in found.conflicts} - conflicts_before
    found.known |= {claim.id: claim for claim in ledger.claims()} if found.links else {}
    return found


def _checked(ledger: Ledger) -> dict[str, dict[str, Finding]]:
    """Return what was found in each document by itself, by document and id."""
    found: dict[str, dict[str, Finding]] = {}
    for identity, finding in ledger.kept("finding", Finding).items():
        if finding.document and not finding.claims:
            found.setdefault(finding.document, {})[identity] = finding
    return found


def given_of(document: Document, claims: Sequence[Claim]) -> Given:
    """Return what was given by hand when *document* was read, with the profile of vague words that its *claims* name.

    >>> from allegata.claim import sample
    >>> given_of(sample("Ten held."), ()).profile
    'default'
    """
    kept = {name: getattr(document, name) for name in document.given}
    named = {count.profile for claim in claims if claim.count for count in claim.count.readings} & {*profiles()}
    return Given(**kept, profile=named.pop() if len(named) == 1 else "default")


def _read_again(ledger: Ledger, document: Document) -> _Page:
    """Return *document* as it is read now.

    Raises: AllegataError, without the name of its file, if it cannot be.
    """
    capture, claims = ledger.origin_of(document), ledger.claims_of(document.id)
    body = ledger.capture_bytes(capture.body)
    made = report(capture, body, "it", given_of(document, claims))
    if made.document is None:
        what = str(made.error).removeprefix("it: ")
        for name in (capture.url, capture.origin):
            what = what.removeprefix(f"{name}: ")
        raise AllegataError(what)
    now = made.document
    kept = tuple(claim for claim in made.claims if erased(ledger, "claim", claim.id) is None)
    return _Page(capture, document, claims, now, kept, find_affected(now, made.claims), made.findings)


def _records(ledger: Ledger, page: _Page, checked: Mapping[str, Finding]) -> list[tuple[str, Record]]:
    """Return what has to be entered so that the ledger shows *page* as it is read now; nothing where it does."""
    same = page.now.id == page.before.id
    now = {claim.id: claim for claim in page.claims_now}
    gone = [claim.id for claim in page.claims_before if claim.id not in now] if same else []
    records: list[tuple[str, Record]] = []
    if not same:
        number = ledger.count("supersession") + 1
        records += [("document", page.now), ("supersession", Supersession(page.before.id, page.now.id, WHY, number))]
    records += ledger.standings("claim", now, gone, WHY)
    if not ledger.is_kept("document", page.now.id) or ledger.masks(page.now.id) != page.masks:
        identity = record_id("masks", page.masks)
        again = Standing("masks", identity, True, WHY, ledger.count("standing") + 1)
        records.append(("standing", again) if ledger.is_kept("masks", identity) else ("masks", page.masks))
    findings = {record_id("finding", each): each for each in page.findings}
    if same:
        held = set(checked.values())
        findings = {name: each for name, each in findings.items() if each not in held}
    else:
        findings |= {record_id("finding", each): each for each in carried(checked.values(), page.now.id)}
    read = [name for name, each in checked.items() if each.kind not in OBSERVED]
    gone = [name for name in read if checked[name] not in page.findings] if same else []
    return records + ledger.standings("finding", findings, gone, WHY)


def _entered(
    ledger: Ledger, page: _Page, checked: Mapping[str, Finding], by: str, recorded_at: str
) -> Masks | Erased | None:
    """Enter what makes the ledger show *page* as it is read now, and return the masks it had before; null where nothing had to be entered.

    Nothing is entered of a page that was erased since it was read, of which the erasure is returned.

    Raises: LedgerError if others write all the time.
    """
    for _ in range(TRIES):
        head = ledger.head()
        gone = erased(ledger, "document", page.before.id)
        if gone is not None:
            return gone
        try:
            records = _records(ledger, page, checked)
            masks_before = ledger.masks(page.before.id) if records else None
        except LedgerError:
            gone = erased(ledger, "document", page.before.id)
            if gone is None:
                raise
            return gone
        if masks_before is None:
            return None
        after = head.sequence if head else 0
        if ledger.append(records, by, recorded_at, after=after) is not None or ledger.head() == head:
            return masks_before
    raise LedgerError(f"document {page.before.id[:8]}: others write all the time; run allegata reread again")


def _settle_back(ledger: Ledger, page: _Page, by: str, recorded_at: str) -> None:
    now = {claim.id for claim in page.claims_now}
    gone = [claim.id for claim in ledger.claims_of(page.now.id) if claim.id not in now]
    records = ledger.standings("claim", {}, gone, WHY)
    if records:
        ledger.append(records, by, recorded_at)


def _compare(page: _Page, masks_before: Masks, found: Reread, renamed: dict[str, str]) -> None:
    """Add to *found* how the claims of *page* changed, and to *renamed* under which id each is read now."""
    now = {claim.id for claim in page.claims_now}
    lost = [claim for claim in page.claims_before if claim.id not in now]
    held = {claim.id for claim in page.claims_before}
    gained = {claim.id: claim for claim in page.claims_now if claim.id not in held}
    for claim in lost:
        shown = _masked_before(claim, page, masks_before)
        after = attach(subject_of(claim, page.capture.body), list(gained.values()))
        if isinstance(after, str):
            found.claims.append(ClaimChange("lost", page.before.id, claim.id, None))
            found.known[claim.id] = shown
            continue
        gained.pop(after.id)
        renamed[claim.id] = after.id
        made = _masked(after, page.now, page.masks)
        found.known |= {claim.id: shown, after.id: made}
        fields = tuple(_differences(claim, after, said(shown), said(made)))
        if fields:
            found.claims.append(ClaimChange("changed", page.now.id, claim.id, after.id, fields))
    for claim in gained.values():
        found.claims.append(ClaimChange("gained", page.now.id, None, claim.id))
        found.known[claim.id] = _masked(claim, page.now, page.masks)


def _masked(claim: Claim, document: Document, masks: Masks) -> Claim:
    made = outward("claim", claim, [(document, masks)])
    assert isinstance(made, Claim)
    return made


def _masked_before(claim: Claim, page: _Page, masks: Masks) -> Claim:
    """Return a claim as it was read, without the names that are masked now; where the text is another one, nor those masked before."""
    if page.before.text != page.now.text:
        claim = _masked(claim, page.before, masks)
    return _masked(claim, page.now, page.masks)


def _differences(
    before: Claim, after: Claim, shown: Mapping[str, str | None], shown_now: Mapping[str, str | None]
) -> Iterator[FieldChange]:
    """Yield the fields that changed, with what is shown of them; where a value stands on other words, only the name of its field."""
    one, other = said(before), said(after)
    changed = [name for name in one if one[name] != other[name]]
    if "count" in changed:
        changed = [name for name in changed if name not in ("count.low", "count.high")]
    yield from (FieldChange(name, shown[name], shown_now[name]) for name in changed)
    plain, now = _plain(before), _plain(after)
    named = {"speakers" if name.startswith("speaker.") else name.partition(".")[0] for name in changed}
    yield from (FieldChange(name, None, None) for name in plain if plain[name] != now[name] and name not in named)


def _plain(claim: Claim) -> dict[str, Any]:
    """Return what *claim* says, with the words it stands on but not where they are: the text may have moved."""
    drop = frozenset({"start", "end", "rule"})

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            words = drop if "text" in value else frozenset({"rule"})
            return {name: bare(each) for name, each in value.items() if name not in words}
        return [bare(each) for each in value] if isinstance(value, list | tuple) else value

    plain = to_json(claim)
    if plain["attribution"]:
        plain["attribution"] |= {"id": None, "inside": plain["attribution"]["inside"] is not None}
    return {name: bare(value) for name, value in plain.items() if name not in ("id", "document", "rules")}


def _link_changes(before: Sequence[Link], after: Sequence[Link], renamed: Mapping[str, str]) -> Iterator[LinkChange]:
    """Yield the links that are no more and the new ones; a link whose claims have other ids now is the same."""

    def key(link: Link) -> tuple[str, str, str, bool]:
        left, right = renamed.get(link.left, link.left), renamed.get(link.right, link.right)
        if link.relation in ("same", "contradicts", "distinct"):
            left, right = sorted((left, right))
        return left, right, link.relation, link.sure

    one, other = {key(link): link for link in before}, {key(link): link for link in after}
    yield from (LinkChange("lost", one[each]) for each in one if each not in other)
    yield from (LinkChange("gained", other[each]) for each in other if each not in one)
