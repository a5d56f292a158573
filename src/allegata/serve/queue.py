"""What waits for a person to decide: claims nobody decided about, and links that rules are not sure of, in an order that stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from allegata.ledger import ALL, ClaimFilter, Ledger
from allegata.ledger.view import Judged
from allegata.model.claim import Claim
from allegata.model.link import Finding, Link
from allegata.run.around import everything
from allegata.run.pipeline import findings_of_pages
from allegata.serve.answers import Asking

ORDER = (
    "First the claims that something does not fit about, then the pairs that rules hold to be the same but are not sure of, then the other claims; "
    "each in the order in which they were read in."
)
ENTERED = ("claim", "link", "supersession", "erasure")
"""Kinds of record that the queue changes with, beside decisions, which only take away from it."""
READ = ("claim", "supersession", "erasure")
"""Those that make what does not fit among claims worth finding again; links change with each correction, and few findings with them."""


class Queue(NamedTuple):
    """What is to be decided, whether it was since or not.

    names: a claim by its id, a pair by both, joined by a dot. places: where each name stands. at: the places of the pairs of a claim. pairs: how many. why: for
    claims that something does not fit about, the sentences that say so. whole: what does not fit among claims is among them.
    """

    names: tuple[str, ...]
    places: Mapping[str, int]
    at: Mapping[str, tuple[int, ...]]
    pairs: int
    why: Mapping[str, tuple[str, ...]]
    whole: bool


class Waiting(NamedTuple):
    """What waits at one place: one claim, or two with the link that rules suggest between them."""

    name: str
    claims: tuple[Claim, ...]
    link: Link | None = None
    why: tuple[str, ...] = ()


class Progress(NamedTuple):
    """How far a queue is: of its claims and its pairs, all and those that were decided about; claims that are flagged."""

    claims: int
    decided: int
    pairs: int
    settled: int
    flagged: int


class _Listed(NamedTuple):
    """A queue without what does not fit among claims. state: of the ledger that it is of."""

    state: tuple[int, ...]
    claims: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    of_pages: Mapping[str, tuple[str, ...]]
    queue: Queue


class _Among(NamedTuple):
    """By claim, the sentences of what does not fit among claims."""

    state: tuple[int, ...]
    sentences: Mapping[str, tuple[str, ...]]


def queue_of(answers: Asking, ledger: Ledger, wanted: ClaimFilter) -> Queue | None:
    """Return the queue of the claims that *wanted* asks for, null while it is being worked out.

    It is worked out where something was read in, and not where something was decided. What does not fit among claims takes longest, as all of
    them are read for it; until it is there the queue is without.
    """
    state = ledger.last_of(*ENTERED)
    listed = answers.latest(ledger, ("review", wanted), state, lambda own: _listed(own, state, wanted))
    if listed is None:
        return None
    read = ledger.last_of(*READ)
    among = answers.latest(ledger, "review findings", read, lambda own: _Among(read, _sentences(everything(own)[2])))
    if among is None:
        return listed.queue
    made = answers.latest(
        ledger,
        ("review whole", wanted),
        (listed.state, among.state),
        lambda own: _ordered(listed.claims, listed.pairs, listed.of_pages, among.sentences),
    )
    return made or listed.queue


def _listed(ledger: Ledger, state: tuple[int, ...], wanted: ClaimFilter) -> _Listed:
    claims = tuple(ledger.claim_ids(wanted))
    inside = frozenset(claims)
    every = inside if wanted == ALL else frozenset(ledger.claim_ids(ALL))
    doubtful = (each for each in ledger.kept("link", Link).values() if each.relation == "same" and not each.sure)
    pairs = tuple(
        (each.left, each.right)
        for each in doubtful
        if {each.left, each.right} <= every and not inside.isdisjoint((each.left, each.right))
    )
    of_pages = _of_pages(ledger, inside)
    return _Listed(state, claims, pairs, of_pages, _ordered(claims, pairs, of_pages, None))


def _of_pages(ledger: Ledger, inside: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the sentences of what does not fit on a page by the claims in whose words it stands."""
    made = dict[str, tuple[str, ...]]()
    for finding in findings_of_pages(ledger):
        for claim in ledger.claims(ClaimFilter(document=finding.document), rejected=True):
            passage = claim.passage
            if claim.id in inside and any(
                each.start < passage.end and passage.start < each.end for each in finding.spans
            ):
                made[claim.id] = (*made.get(claim.id, ()), finding.explanation)
    return made


def _sentences(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    made = dict[str, tuple[str, ...]]()
    for finding in findings:
        for claim in finding.claims:
            made[claim] = (*made.get(claim, ()), finding.explanation)
    return made


def _ordered(
    claims: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    of_pages: Mapping[str, tuple[str, ...]],
    among: Mapping[str, tuple[str, ...]] | None,
) -> Queue:
    told = among or {}
    why = {name: (*of_pages.get(name, ()), *told.get(name, ())) for name in claims if name in of_pages or name in told}
    names = (*why, *(f"{left}.{right}" for left, right in pairs), *(name for name in claims if name not in why))
    at = dict[str, tuple[int, ...]]()
    for place, pair in enumerate(pairs, len(why)):
        for name in pair:
            at[name] = (*at.get(name, ()), place)
    places = {name: place for place, name in enumerate(names)}
    return Queue(names, places, at, len(pairs), why, among is not None)


def progress(queue: Queue, judged: Judged) -> Progress:
    """Return how far *queue* is; a pair is settled, too, where one of its claims was rejected."""
    decided = sum(name in queue.places for name in judged.claims - judged.flagged)
    settled = {place for name in judged.rejected for place in queue.at.get(name, ())}
    settled |= {queue.places[name] for pair in judged.pairs for name in _names(pair) if name in queue.places}
    flagged = sum(name in queue.places for name in judged.flagged)
    return Progress(len(queue.names) - queue.pairs, decided, queue.pairs, len(settled), flagged)


def _names(pair: frozenset[str]) -> tuple[str, ...]:
    left, right = sorted(pair)
    return f"{left}.{right}", f"{right}.{left}"


def waiting(
    ledger: Ledger, queue: Queue, judged: Judged, after: str | None, flagged: bool = False
) -> Iterator[Waiting]:
    """Yield what waits in *queue*, in order, behind the place of the name *after*; with *flagged* the claims that wait for a second look.

    A name that the queue does not have is no place, so that everything is yielded.
    """
    start = queue.places.get(after or "", -1) + 1
    if flagged:
        names = iter(
            sorted(
                (each for each in judged.flagged if queue.places.get(each, -1) >= start), key=queue.places.__getitem__
            )
        )
    else:
        names = (queue.names[place] for place in range(start, len(queue.names)) if _is_open(queue.names[place], judged))
    for name in names:
        made = waiting_at(ledger, queue, name)
        if made is not None:
            yield made


def _is_open(name: str, judged: Judged) -> bool:
    left, _, right = name.partition(".")
    if right:
        return (
            frozenset((left, right)) not in judged.pairs
            and left not in judged.rejected
            and right not in judged.rejected
        )
    return left not in judged.claims


def waiting_at(ledger: Ledger, queue: Queue, name: str) -> Waiting | None:
    """Return what *name* stands for, decided or not; null where it is no claim, or no doubtful pair, of the ledger as it is now."""
    left, _, right = name.partition(".")
    claims = {claim.id: claim for claim in ledger.claims_of_ids(filter(None, (left, right)), rejected=True)}
    if left not in claims:
        return None
    if not right:
        return Waiting(name, (claims[left],), None, queue.why.get(name, ()))
    found = (
        each
        for each in ledger.links(of=[left])
        if each.relation == "same" and not each.sure and {each.left, each.right} == {left, right}
    )
    link = next(found, None)
    return Waiting(name, (claims[left], claims[right]), link) if link is not None and right in claims else None
