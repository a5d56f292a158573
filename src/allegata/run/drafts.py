"""A draft to what the rules say of it: capture, read, claim, link with the earlier claims of a ledger, lint, place in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from allegata.check import Draft, Match, Problem, lint
from allegata.check.silence import silence_of
from allegata.ledger import ClaimFilter, Ledger
from allegata.link import link
from allegata.link.anew import sharing
from allegata.model.claim import Claim
from allegata.model.document import Document
from allegata.model.link import Link
from allegata.read.positions import Placement, place
from allegata.run.pipeline import Given, Report, reports
from allegata.run.relating import are_keyed


class Found(NamedTuple):
    """A problem and where it stands: lines and columns from 1, in code points; the end is behind the last one."""

    problem: Problem
    line: int
    column: int
    end_line: int
    end_column: int


class Checked(NamedTuple):
    """What the rules say of one draft. error: why nothing can be said. exact: places are those of the file, not of the text as read."""

    name: str
    found: tuple[Found, ...] = ()
    error: str | None = None
    document: Document | None = None
    placement: Placement | None = None
    body: bytes = b""
    exact: bool = False


class Earlier:
    """The claims of earlier reports."""

    def __init__(self, claims: Sequence[Claim] = ()) -> None:
        self._claims = tuple(claims)

    def sharing(self, claims: Sequence[Claim]) -> Iterable[Claim]:
        """Return the earlier claims that may share a key with one of *claims*."""
        return self._claims

    def page(self, document: str) -> tuple[Claim, ...]:
        """Return all claims of an earlier report."""
        return tuple(claim for claim in self._claims if claim.document.id == document)

    def matches(self, document: Document, claims: Sequence[Claim]) -> tuple[Match, ...]:
        """Return the claims of *document* with the earlier ones that `link` relates to them; the earliest report first."""
        mine = {claim.id: claim for claim in claims}
        theirs = {claim.id: claim for claim in self._near(document, claims)}
        related: dict[tuple[str, str], list[Link]] = defaultdict(list)
        if not theirs:
            return ()
        for made in link([*claims, *theirs.values()], mine):
            for one, other in ((made.left, made.right), (made.right, made.left)):
                if one in mine and other in theirs:
                    related[one, other].append(made)
        pages = {each: self.page(each) for each in {theirs[other].document.id for _, other in related}}
        made_matches = (
            Match(mine[one], theirs[other], tuple(links), pages[theirs[other].document.id])
            for (one, other), links in related.items()
        )
        return tuple(
            sorted(
                made_matches,
                key=lambda each: (
                    each.claim.passage.start,
                    each.earlier.document.published or "9999",
                    each.claim.id,
                    each.earlier.id,
                ),
            )
        )

    def _near(self, document: Document, claims: Sequence[Claim]) -> Iterator[Claim]:
        """Yield the earlier claims that `link` may relate to one of *claims*: with its action or number, of another report."""
        own = {claim.id for claim in claims}
        actions = {action for claim in claims for action in (claim.action, *claim.also_actions)}
        numbers = {
            bound for claim in claims if claim.count for each in claim.count.readings for bound in (each.low, each.high)
        }
        for claim in self.sharing(claims):
            if claim.action == "other":
                continue
            counts = claim.count.readings if claim.count else ()
            alike = claim.action in actions or any({each.low, each.high} & (numbers - {None}) for each in counts)
            if alike and claim.document.id != document.id and claim.id not in own:
                yield claim


class EarlierIn(Earlier):
    """The claims of a ledger: only those that share a key are read, unless the keys are behind."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def sharing(self, claims: Sequence[Claim]) -> Iterable[Claim]:
        """Return the claims of the ledger that may share a key with one of *claims*."""
        keyed = are_keyed(self._ledger)
        return self._ledger.claims_of_ids(sharing(self._ledger.keyed, claims)) if keyed else self._ledger.claims()

    def page(self, document: str) -> tuple[Claim, ...]:
        """Return all claims of a report of the ledger."""
        return tuple(self._ledger.claims(ClaimFilter(document=document)))


def check_drafts(
    target: str, given: Given, codes: Sequence[str], earlier: Earlier, stdin: BinaryIO | None = None
) -> Iterator[Checked]:
    """Yield what the rules *codes* say of each report in *target*; a failure is one with an error."""
    for made in reports(target, given, stdin):
        if made.error or made.document is None:
            yield Checked(made.name, error=made.error or f"{made.name}: holds no report")
        else:
            yield _checked(made, made.document, codes, earlier)


def _checked(made: Report, document: Document, codes: Sequence[str], earlier: Earlier) -> Checked:
    draft = Draft(document, made.claims, link(made.claims), earlier.matches(document, made.claims))
    media_type = made.capture.media_type if made.capture else ""
    placement = place(document.text, made.body, media_type)
    silence = silence_of(placement.source)
    found = []
    for problem in lint(draft, codes):
        line, column = placement.position(problem.span.start)
        end_line, end_column = placement.position(problem.span.end, end=True)
        if not silence.hides(problem.code, line, end_line):
            found.append(Found(problem, line, column, end_line, end_column))
    exact = placement.source != document.text or media_type.startswith(("text/plain", "text/markdown"))
    return Checked(made.name, tuple(found), None, document, placement, made.body, exact)
