"""Which claim a decision is about, also after everything was read anew. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from allegata.ledger.corrections import said
from allegata.ledger.search import fold
from allegata.model.claim import Claim
from allegata.model.decision import Subject
from allegata.model.mention import Span

NONE_FITS = "no claim is read at its words any more"
SEVERAL_FIT = "several claims that are read now fit it equally well"
SHARE = 2
"""Two passages are in one place where they share at least one part in so many of the shorter, word for word."""


def subject_of(claim: Claim, body: str) -> Subject:
    """Return *claim*, as the rules read it, as the subject of a decision; *body* is the sha256 of the bytes it was read from."""
    return Subject(
        claim.id, claim.document.id, body, claim.document.url, claim.passage, _anchors(claim), dict(sorted(said(claim).items()))
    )  # fmt: skip


def attach(subject: Subject, candidates: Sequence[Claim]) -> Claim | str:
    """Return the claim among *candidates*, the current claims of the page, that *subject* is; else why there is none.

    That is the claim of the same id, or the one whose count stands on the same words of the same passage (of a claim without a
    number: the same action under the same cue). Where the text is another one, the quoted words decide. Of several the one that
    says most of what the subject said.
    """
    same = next((claim for claim in candidates if claim.id == subject.claim), None)
    if same is not None:
        return same
    here = [claim for claim in candidates if _is_here(subject, claim)]
    fitting = [claim for claim in here if _fits(subject, claim)]
    if not fitting and subject.said["count"] is None and len(here) == 1 and here[0].count is None:
        fitting = here
    if not fitting:
        return NONE_FITS
    ranked = sorted(((_likeness(subject, claim), claim) for claim in fitting), key=lambda each: each[0])
    if len(ranked) > 1 and ranked[-1][0] == ranked[-2][0]:
        return SEVERAL_FIT
    return ranked[-1][1]


def _anchors(claim: Claim) -> tuple[Span, ...]:
    if claim.count and claim.count.spans:
        return claim.count.spans
    return (*claim.attribution.source, *claim.attribution.cue) if claim.attribution else ()


def _in_place(one: Span, other: Span) -> int:
    """Return how many code points two passages share, 0 where they are not in one place of one text."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    shared = max(0, end - start)
    if shared * SHARE < min(one.end - one.start, other.end - other.start) or not shared:
        return 0
    same = one.text[start - one.start : end - one.start] == other.text[start - other.start : end - other.start]
    return shared if same else 0


def _is_here(subject: Subject, claim: Claim) -> bool:
    mine, its = fold(subject.passage.text), fold(claim.passage.text)
    return bool(_in_place(subject.passage, claim.passage)) or (mine in its or its in mine)


def _touches(subject: Subject, claim: Claim) -> bool:
    """Return whether a word that tells *subject* apart is one that tells *claim* apart."""
    if _in_place(subject.passage, claim.passage):
        return any(
            one.start < other.end and other.start < one.end for one in subject.spans for other in _anchors(claim)
        )
    return bool({fold(each.text) for each in subject.spans} & {fold(each.text) for each in _anchors(claim)})


def _fits(subject: Subject, claim: Claim) -> bool:
    action = subject.said["action"] in (claim.action, *claim.also_actions)
    if subject.said["count"] is not None and claim.count is not None:
        return _touches(subject, claim)
    return action and (subject.said["count"] is not None or claim.count is not None or _touches(subject, claim))


def _likeness(subject: Subject, claim: Claim) -> tuple[bool, bool, int, int]:
    now = said(claim)
    return (
        _touches(subject, claim),
        claim.action == subject.said["action"],
        sum(now.get(name) == value for name, value in subject.said.items()),
        _in_place(subject.passage, claim.passage),
    )
