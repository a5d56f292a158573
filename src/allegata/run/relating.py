"""The links of a ledger, brought up to what was entered: only what a change touches is linked again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from allegata import __version__
from allegata.ground.lexicon import tables_version
from allegata.ledger import ClaimFilter, Ledger, Linking, record_id
from allegata.link import JUDGE, Linker
from allegata.link.anew import LostError, is_known, kept_of, link_anew
from allegata.model.error import LedgerError
from allegata.model.link import Link
from allegata.model.mention import Record
from allegata.run.options import opened
from allegata.run.terminal import say

TRIES = 20
"""Times that links are made again because another program wrote meanwhile."""
LARGEST = 250
"""Records of a batch of links: a batch is read whole where one of its records is."""
WHY = "compared again"
BEHIND = "allegata: links are behind what was entered, as a command was broken off; the next add, decision or reread makes them"


class _Made(NamedTuple):
    """What has to be entered, and what is to be done once it is."""

    records: list[tuple[str, Record]]
    reach: Linking
    keep: Callable[[tuple[int, str]], None]


def _entered(ledger: Ledger, records: Sequence[tuple[str, Record]], by: str, recorded_at: str, last: int) -> bool:
    """Enter *records* in batches that are quickly read, and return whether no other program wrote since batch *last*."""
    for at in range(0, len(records), LARGEST):
        batch = ledger.append(records[at : at + LARGEST], by, recorded_at, after=last)
        if batch is None:
            return False
        last = batch.sequence
    return True


def rules() -> str:
    """Return which rules make links: where they are others than those before, everything is linked again."""
    return f"{JUDGE} {tables_version()} {__version__}"


def relate(ledger: Ledger, by: str, recorded_at: str, everything: bool = False) -> None:
    """Link the claims of *ledger*, corrected and rejected ones too; links that are made no more stand no more.

    Links are made from what was entered since the ledger says that they were, by this or another command, and after them, in the same
    batch or the last of several, is entered how far they reach. The outcome is that of linking all claims at once. All are linked where other rules made the links, where claims were
    erased, where what is kept of the claims in the index does not reach as far as they do, and where *everything* asks for it.

    Raises: LedgerError if others write all the time.
    """
    for _ in range(TRIES):
        head = ledger.head()
        if head is None:
            return
        made = _made(ledger, Linking(head.sequence, rules()), everything)
        if made is None:
            return
        if _entered(ledger, made.records, by, recorded_at, head.sequence):
            made.keep((made.reach.through, made.reach.rules))
            return
    raise LedgerError("the links cannot be kept: others write all the time; the next command that writes makes them")


def linked(location: str) -> Ledger:
    """Return the ledger at *location*; where a command was broken off before it made the links, that is said on standard error."""
    ledger = opened(location)
    if ledger.keyed.is_behind():
        say(BEHIND, "yellow")
    return ledger


def are_keyed(ledger: Ledger) -> bool:
    """Return whether what is kept of the claims in the index is what they say."""
    mark = ledger.keyed.mark()
    reach = (mark.through, mark.rules) if mark else None
    return (
        reach is not None and ledger.keyed.through() == reach and reach[1] == rules() and not ledger.keyed.is_behind()
    )


def _made(ledger: Ledger, now: Linking, everything: bool) -> _Made | None:
    """Return what brings the links up to *now*, null where they are."""
    mark, behind = ledger.keyed.mark(), ledger.keyed.is_behind()
    if mark is None and not behind:
        return None
    holds = mark is not None and mark.rules == now.rules
    if mark is not None and holds and not everything:
        if not behind:
            return None
        changes = ledger.keyed.changes()
        if ledger.keyed.through() == (mark.through, mark.rules) and not changes.erased:
            try:
                return _from_changes(ledger, now, changes.claims)
            except LostError:
                pass
    made = _from_all(ledger, now)
    if mark is not None and holds and not behind and not made.records:
        return made._replace(reach=mark)
    return made._replace(records=[*made.records, ("linking", now)])


def _from_all(ledger: Ledger, now: Linking) -> _Made:
    claims, decided = tuple(ledger.claims(rejected=True)), ledger.corrected()
    linker = Linker()
    linker.enter(claims)
    made = set(linker.links())
    known = frozenset(claim.id for claim in claims)
    kept = ledger.kept("link", Link)
    gone = [name for name, each in kept.items() if {each.left, each.right} <= known and each not in made]
    held = set(kept.values())
    fresh = {record_id("link", each): each for each in _ordered(made - held)}

    def keep(reach: tuple[int, str]) -> None:
        if ledger.keyed.through() != reach:
            rows = ((each.claim, each.rows, each.known) for each in kept_of(linker, claims))
            ledger.keyed.fill(rows, decided, reach)

    return _Made(ledger.standings("link", fresh, gone, WHY), now, keep)


def _from_changes(ledger: Ledger, now: Linking, entered: Collection[str]) -> _Made:
    changed, decided = {*entered, *_decided_otherwise(ledger)}, ledger.corrected()
    current = {claim.id for claim in ledger.claims_of_ids(changed, rejected=True)}
    claims = [
        claim
        for document in ledger.keyed.documents_of(changed)
        for claim in ledger.claims(ClaimFilter(document=document), rejected=True)
    ]
    anew = link_anew(ledger.keyed, claims, changed - current)
    made = {record_id("link", each): each for each in _ordered(anew.links)}
    held, others = ledger.kept_links({*anew.touched, *anew.inside}, made.keys())
    alike = set(others.values())
    fresh = {name: each for name, each in made.items() if name not in held and each not in alike}
    left = [name for name, each in others.items() if anew.replaces(each) and each not in anew.links]

    def keep(reach: tuple[int, str]) -> None:
        rows = [(each.claim, each.rows, each.known) for each in anew.kept]
        ledger.keyed.change(rows, anew.gone, decided, reach)

    return _Made([*ledger.standings("link", fresh, left, WHY), ("linking", now)], now, keep)


def _decided_otherwise(ledger: Ledger) -> Iterator[str]:
    """Yield the ids of claims that are, or were when links were made, as people decided, and say something else than then."""
    known = ledger.keyed.known({*ledger.keyed.decided(), *ledger.corrected()})
    for claim in ledger.claims_of_ids(known, rejected=True):
        if not is_known(claim, known[claim.id]):
            yield claim.id


def _ordered(links: Collection[Link]) -> list[Link]:
    return sorted(links, key=lambda each: (each.left, each.right, each.relation, each.sure))
