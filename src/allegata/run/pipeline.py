"""The line, readable in one screen: capture, read, claim, ledger, link, find."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from allegata.capture import Guard, capture, expand, page_in
from allegata.capture.sitemap import PAGES
from allegata.check import check
from allegata.claim import claims
from allegata.claim.gate import Gate
from allegata.copies import Copies
from allegata.ledger import ClaimFilter, Ledger, Supersession, erased_page
from allegata.link import find, groups
from allegata.mask import find_affected, mask_claim, mask_document
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import AllegataError, InputError
from allegata.model.link import Finding, Group
from allegata.model.mention import Record
from allegata.model.total import Total
from allegata.read import given_fields, is_installed, read
from allegata.run.around import SAME, reached
from allegata.total import total


@dataclass(frozen=True)
class Given:
    """Metadata given by hand, which wins over what a page says, the profile of vague words, and what is read closely.

    columns: which column of a table holds which field, where its name does not tell. pages: how many of a sitemap are fetched.
    """

    published: str | None = None
    outlet: str | None = None
    title: str | None = None
    language: str | None = None
    profile: str = "default"
    gate: Gate = "words"
    columns: tuple[tuple[str, str], ...] = ()
    pages: int = PAGES


@dataclass(frozen=True)
class Report:
    """What became of one report: its document and claims, or why there are none. masks: who is affected in it, where that was found before."""

    name: str
    capture: Capture | None = None
    body: bytes = b""
    document: Document | None = None
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: str | None = None
    known: bool = False
    masks: Masks | None = None


LINES = 100
"""Lines of each kind that are kept to be printed of what was added; the others are only counted."""
KNOWN = "already in the ledger; nothing added"
COPY = "with the bytes of another report, kept"
IMPORTED = "import/1"
"""The reader of a document that is known by the passages of imported claims only. No such document is read again: there is no page to read."""
SHADOWED = "of which the ledger holds claims that were imported without their page; those stand, nothing added"
NEAR_COPY = "nearly word for word another report, kept"


@dataclass
class Added:
    """What an addition to a ledger changed.

    claims: ids. notes, failures: lines that name the input, the first `LINES` of each and none twice. counts: reports by what became of
    them. skipped: what stood in the inputs and is no report, by why. copies: the texts with claims, to tell which was told before. Nothing
    grows with the number of reports but the ids.
    """

    claims: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    copies: Copies = field(default_factory=Copies)

    def note(self, name: str, what: str, which: str = "") -> None:
        """Keep that the report *name* is *what*; *which* says it of this one alone."""
        self.counts[what] += 1
        _keep_line(self.notes, f"{name}: {which or what}")

    def fail(self, failure: str) -> None:
        """Keep a *failure*, which names its input."""
        self.counts[FAILED] += 1
        _keep_line(self.failures, failure)


FAILED = "could not be read or kept"


def _keep_line(lines: list[str], line: str) -> None:
    if len(lines) < LINES and line not in lines:
        lines.append(line)


def nothing_held(_: Capture) -> bool:
    """Return that no ledger holds a capture, where there is none."""
    return False


def targets_of(named: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the files and addresses behind *named*, and why some have none."""
    targets, failures = [], []
    for each in named:
        try:
            targets += list(expand(each))
        except InputError as error:
            failures.append(str(error))
    return targets, failures


def reports(
    target: str,
    given: Given,
    stdin: BinaryIO | None = None,
    guard: Guard | None = None,
    *,
    skipped: Counter[str] | None = None,
    held: Callable[[Capture], bool] = nothing_held,
    told: Callable[[float], None] = lambda share: None,
) -> Iterator[Report]:
    """Yield what becomes of each report in *target*; a failure is a report with an error, and does not end the others.

    guard: which addresses are fetched; without one, public ones. skipped: is told what is no report, and why. held: says of a capture that it
    need not be read, as a ledger holds what was read of it. told: is told which share (0 to 1) of a file of many was read.
    """
    try:
        for made, body in capture(
            target, stdin=stdin, guard=guard, columns=dict(given.columns), pages=given.pages, skipped=skipped, told=told
        ):
            yield Report(target, made, known=True) if held(made) else report(made, body, target, given)
    except AllegataError as error:
        yield Report(target, error=str(error))


def report(made: Capture, body: bytes, target: str, given: Given) -> Report:
    """Return what becomes of one capture."""
    try:
        shown, page = page_in(made, body)
        document = read(
            shown, page, published=given.published, outlet=given.outlet, title=given.title, language=given.language
        )
        found = claims(document, profile=given.profile, gate=given.gate)
        return Report(target, made, body, document, found, check(document))
    except AllegataError as error:
        what = str(error).removeprefix(f"{made.origin}: ")
        return Report(target, made, error=what if what.startswith(f"{target}: ") else f"{target}: {what}")


def add(ledger: Ledger, made: Report, by: str, recorded_at: str, added: Added, again: bool = False) -> None:
    """Keep *made* in *ledger*. The same page again adds nothing; with corrected metadata it supersedes what was read before.

    What cannot be kept is a failure in *added*, and does not end the others; so is a page that was erased, unless it is to be kept *again*.
    """
    if made.known:
        added.note(made.name, KNOWN)
        return
    if made.error or made.document is None or made.capture is None:
        added.fail(made.error or f"{made.name}: holds no report")
        return
    try:
        gone = None if again else erased_page(ledger, made.document, made.capture.body)
        if gone is not None:
            raise InputError(f"{gone}; to add it all the same: --again")
        _keep(ledger, made, made.capture, made.document, by, recorded_at, added)
    except InputError as error:
        added.fail(f"{made.name}: {error}")


def _tell_copies(name: str, document: Document, has_claims: bool, twins: Sequence[Document], added: Added) -> None:
    """Note of which documents *document* is a copy, which is kept all the same: that papers print one text is what links tell.

    twins: documents of the same bytes from elsewhere. Texts of other bytes are looked for among those of this addition that have claims.
    """
    near = added.copies.enter(document.id, document.text) if has_claims else None
    if twins:
        which = f"document {document.id[:8]} has the bytes of document {twins[0].id[:8]}, from elsewhere; both are kept"
        added.note(name, COPY, which)
    elif near is not None:
        which = f"document {document.id[:8]} has {near.share:.0%} of its runs of words in common with document {near.of[:8]}; both are kept"
        added.note(name, NEAR_COPY, which)


def is_held(ledger: Ledger, made: Capture, given: Given) -> bool:
    """Return whether *ledger* holds what *made* says with what is *given*, as the readers that are installed read it.

    It does where it holds the same bytes from the same address, whenever they were fetched; without an address, the same record of the same input.
    """
    wanted = given_fields(published=given.published, outlet=given.outlet, title=given.title, language=given.language)
    return any(
        (each.capture == made.id or (made.url is not None and each.url == made.url))
        and is_installed(each.reader)
        and {name: getattr(each, name) for name in each.given} == wanted
        for each in ledger.documents_of_body(made.body)
    )


def _is_same_page(one: Document, other: Document) -> bool:
    """Return whether two readings are of one page. Equal bytes are not enough: two papers print the same wire text."""
    return one.capture == other.capture or (one.url is not None and one.url == other.url)


def _keep(
    ledger: Ledger, made: Report, captured: Capture, document: Document, by: str, recorded_at: str, added: Added
) -> None:
    body = hashlib.sha256(made.body).hexdigest()
    records = records_of(made, captured, document)
    held = ledger.documents_of_body(body)
    before = [each for each in held if _is_same_page(each, document) and each.id != document.id]
    earlier = [
        each
        for each in before
        if each.text == document.text or each.published != document.published or each.outlet != document.outlet
    ]
    if any(each.id == document.id for each in held):
        added.note(made.name, KNOWN)
        return
    if ledger.is_kept("document", document.id) and ledger.record("document", document.id, Document).reader == IMPORTED:
        added.note(made.name, SHADOWED)
        return
    known = sum(1 for _ in ledger.supersessions()) if earlier else 0
    for number, each in enumerate(earlier, known + 1):
        made_now = Supersession(each.id, document.id, "the same page with other metadata", number)
        records.append(("supersession", made_now))
    batch = ledger.append(records, by, recorded_at, {body: made.body})
    if batch is None:
        added.note(made.name, KNOWN)
        return
    if earlier:
        added.note(made.name, f"supersedes the {len(earlier)} reading{'s'[: len(earlier) > 1]} kept before")
    added.claims += [claim.id for claim in made.claims]
    _tell_copies(
        made.name, document, bool(made.claims), [each for each in held if not _is_same_page(each, document)], added
    )
    if not any(claim.action != "other" for claim in made.claims):
        added.note(made.name, why_none(made))


def records_of(made: Report, captured: Capture, document: Document) -> list[tuple[str, Record]]:
    """Return what is entered of a report that was read as *document* from *captured*."""
    masks = made.masks or find_affected(document, made.claims)
    records: list[tuple[str, Record]] = [("capture", captured), ("document", document), ("masks", masks)]
    records += [("claim", claim) for claim in made.claims]
    return records + [("finding", finding) for finding in made.findings]


def masked_of(made: Sequence[Report]) -> tuple[list[Claim], list[Document], list[Masks]]:
    """Return claims and documents of what was read as they would leave a ledger, and the masks of the documents."""
    claims_shown, documents, found = list[Claim](), list[Document](), list[Masks]()
    for each in made:
        if each.document is not None:
            masks = find_affected(each.document, each.claims)
            found.append(masks)
            documents.append(mask_document(each.document, masks))
            claims_shown += [mask_claim(claim, each.document, masks) for claim in each.claims]
    return claims_shown, documents, found


def findings_of(ledger: Ledger) -> tuple[Finding, ...]:
    """Return what does not fit in *ledger* as it is now: what was kept of its pages, then what is found among its claims.

    What is found among claims depends on all of them and their links, so it is found on reading and never kept: a finding
    that an addition or a correction has made untrue is not shown. One that an earlier version kept is passed over.
    """
    return (*findings_of_pages(ledger), *find(tuple(ledger.claims()), tuple(ledger.links())))


def findings_of_pages(ledger: Ledger) -> tuple[Finding, ...]:
    """Return what was kept of the pages of *ledger*, each by itself."""
    return tuple(each for each in ledger.findings() if not each.claims)


def group_of(ledger: Ledger, claim: Claim) -> Group | None:
    """Return the group of *claim* in *ledger*, null where no other claim is the same."""
    inside = reached(ledger, [claim.id], SAME)
    return next(
        iter(groups(list(ledger.claims_of_ids(inside, rejected=True)), list(ledger.links(of=sorted(inside))))), None
    )


def summed(ledger: Ledger, wanted: ClaimFilter) -> tuple[list[Claim], list[Total]]:
    """Return the claims *wanted* of *ledger* and what they add up to; where an action is asked for, that of no other."""
    claims = list(ledger.claims(wanted))
    links = list(ledger.links(of=[claim.id for claim in claims]))
    return claims, [each for each in total(claims, links) if wanted.action in (None, each.action)]


def why_none(made: Report) -> str:
    """Return why a report has no claims of something that happened."""
    if made.document is not None and not any(char.isalpha() for char in made.document.text):
        return "no claims: it holds no words"
    if made.claims:
        number = len(made.claims)
        return f"no claims: {number} attributed statement{'s'[: number != 1]}, in which nothing is told that happened"
    return "no claims: nobody is quoted and no counted happening is reported"
