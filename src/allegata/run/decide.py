"""The commands by which people decide: accept, reject, merge, split, correct, undo, and the list of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import click

from allegata.ledger import FIELDS, Ledger, Ruling
from allegata.mask import find_affected, mask_text
from allegata.model import (
    Decision,
    DecisionKind,
    InputError,
    LedgerError,
    Relation,
    Subject,
    reason_of,
    with_decision_id,
)
from allegata.run.admission import signed
from allegata.run.options import FORMAT, LEDGER, now, opened, who
from allegata.run.output import print_records
from allegata.run.relating import relate
from allegata.run.terminal import show_rulings, visible

LONGEST = 2000
"""Characters of a reason."""
RELATION = click.option(
    "--relation",
    type=click.Choice(get_args(Relation)),
    help="With two claims: the relation that the decision is about, read from the first to the second.",
)


def deciding(function: Any) -> Any:
    """Add the options of every decision to a command."""
    function = LEDGER(function)
    function = click.option(
        "--by", help="Who decides; else the user's name. In a ledger with accounts it is the account."
    )(function)
    return click.option("--reason", required=True, help="Why; kept with the decision and shown with it.")(function)


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


def decider(by: str | None) -> str:
    """Return the name that a row is signed with: the account, else *by*, else the user of the computer.

    Raises: AccessError as `signed`; InputError as `words_of`.
    """
    named = signed(by)
    return words_of(who() if named is None else named, "--by")


def without_names(ledger: Ledger, typed: str) -> str:
    """Return words that a person *typed*, without names of affected persons: of the ledger, or in an unknown role there.

    For rows that nobody has to read with the names, so that they are not kept either.
    """
    return ledger.hidden(mask_text(typed, find_affected(reason_of(Decision("", "undo", "", typed, 1)), ())))


def keep_decision(ledger: Ledger, decision: Decision, recorded_at: str) -> Decision:
    """Return *decision* as *ledger* now holds it: under the next number, so that the same one again is another row.

    Raises: LedgerError if it cannot be kept.
    """
    for number in range(ledger.count("decision") + 1, ledger.count("decision") + 1000):
        made = with_decision_id(_numbered(decision, number))
        masks = find_affected(reason_of(made), ())
        if ledger.append([("decision", made), ("masks", masks)], made.by, recorded_at) is not None:
            return made
    raise LedgerError("the decision cannot be kept: too many are made at once; try again")


def _numbered(decision: Decision, number: int) -> Decision:
    plain = {name: getattr(decision, name) for name in Decision.__struct_fields__}
    return Decision(**{**plain, "number": number})


def _decide(
    location: str,
    kind: DecisionKind,
    claims: Sequence[str],
    by: str | None,
    reason: str,
    relation: str | None = None,
    correction: tuple[str, str] | None = None,
) -> None:
    """Keep one decision about one or two claims, and say what came of it."""
    why = words_of(reason, "--reason")
    with opened(location) as ledger:
        named = decider(by)
        subjects = tuple(ledger.subject(claim) for claim in claims)
        _refuse_one(subjects)
        for each in subjects if len(subjects) > 1 else ():
            if ledger.is_rejected(each.claim):
                raise InputError(f"{each.claim[:8]} is rejected, so that its links are not shown; accept it first")
        field, value = (correction[0], ledger.value(claims[0], *correction)) if correction else (None, None)
        if kind == "reject" and relation is not None:
            _refuse_unlinked(ledger, subjects, relation)
        decision = Decision("", kind, named, why, 1, subjects, relation, field, value)  # type: ignore[arg-type]
        made = keep_decision(ledger, decision, now())
        _follow(ledger, made, named)


def _follow(ledger: Ledger, made: Decision, by: str) -> None:
    """Bring the links up to a decision, and to what a command that was broken off left, and print what has become of it."""
    relate(ledger, by, now())
    show_rulings([each for each in ledger.rulings() if each.decision.id == made.id], many=False)


def _refuse_one(subjects: Sequence[Subject]) -> None:
    if len({each.claim for each in subjects}) < len(subjects):
        raise InputError(f"{subjects[0].claim[:8]} was given twice; give two claims")


def _refuse_unlinked(ledger: Ledger, subjects: Sequence[Subject], relation: str) -> None:
    left, right = (each.claim for each in subjects)
    between = [each for each in ledger.links(rejected=True) if {each.left, each.right} == {left, right}]
    ways = [(left, right)] if relation not in ("same", "contradicts", "distinct") else [(left, right), (right, left)]
    if not any(each.relation == relation and (each.left, each.right) in ways for each in between):
        there = "; ".join(f"{each.left[:8]} is {each.relation} to {each.right[:8]}" for each in between) or "nothing"
        raise InputError(f"{left[:8]} is not {relation} to {right[:8]}; linked are: {there}")


def _one_or_link(claims: Sequence[str], relation: str | None) -> None:
    if (len(claims) == 2) != (relation is not None) or len(claims) > 2:
        raise InputError(f"{' '.join(claims)}: give one claim, or the two of a link and --relation")


@click.command()
@click.argument("claims", nargs=-1, required=True)
@RELATION
@deciding
def accept(claims: tuple[str, ...], relation: str | None, location: str, by: str | None, reason: str) -> None:
    """Accept a claim as it is read, or with --relation a link between two.

    CLAIMS are ids, or their first characters. An accepted link is sure; it is made where the rules made none.
    """
    _one_or_link(claims, relation)
    _decide(location, "accept", claims, by, reason, relation)


@click.command()
@click.argument("claims", nargs=-1, required=True)
@RELATION
@deciding
def reject(claims: tuple[str, ...], relation: str | None, location: str, by: str | None, reason: str) -> None:
    """Reject a claim, or with --relation a link between two.

    A rejected claim is left out of claims, links, totals and exports; `claims --all` shows it.
    """
    _one_or_link(claims, relation)
    _decide(location, "reject", claims, by, reason, relation)


@click.command()
@click.argument("first")
@click.argument("second")
@deciding
def merge(first: str, second: str, location: str, by: str | None, reason: str) -> None:
    """Say that two claims are the same one."""
    _decide(location, "merge", (first, second), by, reason)


@click.command()
@click.argument("first")
@click.argument("second")
@deciding
def split(first: str, second: str, location: str, by: str | None, reason: str) -> None:
    """Say that two claims are not about the same happening, so that totals keep them apart.

    The weakest links of rules that would join them by way of others are cut, too.
    """
    _decide(location, "split", (first, second), by, reason)


@click.command(epilog=f"Fields: {', '.join(FIELDS)}.")
@click.argument("claim")
@click.argument("field")
@click.argument("value")
@deciding
def correct(claim: str, field: str, value: str, location: str, by: str | None, reason: str) -> None:
    """Correct one field of a claim; its id, and the words it was read from, stay.

    VALUE is "none" for nothing. A count is 60, 60-70 or 60+; a period or the day of speaking is YYYY[-MM[-DD]] or FIRST..LAST; places are
    names or gazetteer ids, a target or conduits organisations of the alias table, several joined by ";".
    """
    _decide(location, "correct", (claim,), by, reason, correction=(field, value))


@click.command()
@click.argument("decision")
@deciding
def undo(decision: str, location: str, by: str | None, reason: str) -> None:
    """Undo a decision, by its id; also an undoing. Both rows stay."""
    why = words_of(reason, "--reason")
    with opened(location) as ledger:
        named = decider(by)
        before = ledger.decision(decision)
        made = keep_decision(ledger, Decision("", "undo", named, why, 1, undoes=before.id), now())
        relate(ledger, named, now())
        show_rulings([each for each in ledger.rulings() if each.decision.id in (made.id, before.id)], many=False)


@click.command()
@LEDGER
@click.option("--conflicts", is_flag=True, help="Only those that no longer fit.")
@FORMAT
def decisions(location: str, conflicts: bool, form: str) -> None:
    """List the decisions of people: what, by whom, why, and whether they are in force, undone, replaced or in conflict."""
    with opened(location) as ledger:
        made = [each for each in ledger.rulings() if not conflicts or each.state == "conflict"]
    if form == "table":
        show_rulings(made)
    else:
        print_records(made, form, Ruling.__struct_fields__)
