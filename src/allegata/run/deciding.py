"""How a person decides about claims and links of an open ledger: one row that says what, by whom and why, and the links brought up to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from allegata.ledger import Ledger
from allegata.mask import find_affected, mask_text
from allegata.model.decision import Decision, DecisionKind, Subject, reason_of
from allegata.model.error import InputError, LedgerError
from allegata.model.identity import with_decision_id
from allegata.run.relating import relate
from allegata.run.terminal import visible

LONGEST = 2000
"""Characters of a reason."""
TRIES = 1000
"""Times that a decision is numbered anew because another was kept meanwhile."""


class Choice(NamedTuple):
    """What is decided about one or two claims, by their ids or the beginnings of them.

    relation: with two claims, the one that is decided about, from the first to the second. correction: field and value as they are typed.
    """

    kind: DecisionKind
    claims: Sequence[str]
    relation: str | None = None
    correction: tuple[str, str] | None = None


def words_of(typed: str, what: str) -> str:
    r"""Return what a user *typed* as one line, with what would steer a terminal written out.

    Raises: InputError if nothing is left, or more than 2,000 characters.

    >>> words_of(" seen\nby \x1b me ", "--reason")
    'seen by \\x1b me'
    """
    words = visible(" ".join(typed.split()))
    if not any(map(str.isalnum, typed)):
        raise InputError(f"{what} is empty; say it in words")
    if len(words) > LONGEST:
        raise InputError(f"{what} has {len(words)} characters; say it in {LONGEST}")
    return words


def without_names(ledger: Ledger, typed: str) -> str:
    """Return words that a person *typed*, without names of affected persons: of the ledger, or in an unknown role there.

    For rows that nobody has to read with the names, so that they are not kept either.
    """
    return ledger.hidden(mask_text(typed, find_affected(reason_of(Decision("", "undo", "", typed, 1)), ())))


def decide(
    ledger: Ledger, choice: Choice, by: str, at: str, why: str, seen: Sequence[str] | None = None
) -> Decision | None:
    """Return the decision that *ledger* now holds: *choice*, by *by* at the time *at*, because of *why*. The links are brought up to it.

    seen: ids of the decisions in force about just these claims that whoever decides knew of; where there are others by now, nothing is
    decided and null returned.

    Raises: InputError if it cannot be decided so; LedgerError if it cannot be kept.
    """
    for again in range(TRIES):
        held = ledger.count("decision")
        subjects = tuple(ledger.subject(each) for each in choice.claims)
        claims = [each.claim for each in subjects]
        if seen is not None and [each.decision.id for each in ledger.rulings(of=claims) if each.holds] != list(seen):
            return None
        _refuse_unfit(ledger, choice, subjects)
        field, value = None, None
        if choice.correction is not None:
            field, value = choice.correction[0], ledger.value(claims[0], *choice.correction)
        decision = Decision("", choice.kind, by, why, held + 1 + again, subjects, choice.relation, field, value)  # type: ignore[arg-type]
        made = _kept(ledger, decision, at, held)
        if made is not None:
            relate(ledger, by, at)
            return made
    raise LedgerError("the decision cannot be kept: too many are made at once; try again")


def undo(ledger: Ledger, prefix: str, by: str, at: str, why: str) -> tuple[Decision, Decision]:
    """Return the decision of *ledger* whose id begins with *prefix* and the one that now undoes it; the links are brought up to it.

    Raises: InputError if there is none, or it is undone; LedgerError if the undoing cannot be kept.
    """
    for again in range(TRIES):
        held = ledger.count("decision")
        before = ledger.decision(prefix)
        made = _kept(ledger, Decision("", "undo", by, why, held + 1 + again, undoes=before.id), at, held)
        if made is not None:
            relate(ledger, by, at)
            return before, made
    raise LedgerError("the decision cannot be kept: too many are made at once; try again")


def _kept(ledger: Ledger, decision: Decision, at: str, held: int) -> Decision | None:
    """Return *decision* as *ledger* now holds it, with where its reason names persons; null where it has others than *held* by now.

    An erased decision leaves its number to another, so that the same one may be there already: null, too.
    """
    made = with_decision_id(decision)
    masks = find_affected(reason_of(made), ())
    batch = ledger.append([("decision", made), ("masks", masks)], made.by, at, only_at=("decision", held))
    return None if batch is None else made


def _refuse_unfit(ledger: Ledger, choice: Choice, subjects: Sequence[Subject]) -> None:
    if len({each.claim for each in subjects}) < len(subjects):
        raise InputError(f"{subjects[0].claim[:8]} was given twice; give two claims")
    for each in subjects if len(subjects) > 1 else ():
        if ledger.is_rejected(each.claim):
            raise InputError(f"{each.claim[:8]} is rejected, so that its links are not shown; accept it first")
    if choice.kind == "reject" and choice.relation is not None:
        _refuse_unlinked(ledger, subjects, choice.relation)


def _refuse_unlinked(ledger: Ledger, subjects: Sequence[Subject], relation: str) -> None:
    left, right = (each.claim for each in subjects)
    between = [
        each for each in ledger.links(rejected=True, of=[left]) if {each.left, each.right} == {left, right}
    ]  # fmt: skip
    ways = [(left, right)] if relation not in ("same", "contradicts", "distinct") else [(left, right), (right, left)]
    if not any(each.relation == relation and (each.left, each.right) in ways for each in between):
        there = "; ".join(f"{each.left[:8]} is {each.relation} to {each.right[:8]}" for each in between) or "nothing"
        raise InputError(f"{left[:8]} is not {relation} to {right[:8]}; linked are: {there}")
