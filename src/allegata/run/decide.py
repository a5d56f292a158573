"""The commands by which people decide: accept, reject, merge, split, correct, flag, undo, and the list of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import click

from allegata.ledger import FIELDS, Ruling
from allegata.model.error import InputError
from allegata.model.link import Relation
from allegata.run.admission import signed
from allegata.run.deciding import Choice, decide, words_of
from allegata.run.deciding import undo as take_back
from allegata.run.options import FORMAT, LEDGER, now, opened, who
from allegata.run.output import print_records
from allegata.run.terminal import show_rulings

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


def decider(by: str | None) -> str:
    """Return the name that a row is signed with: the account, else *by*, else the user of the computer.

    Raises: AccessError as `signed`; InputError as `words_of`.
    """
    named = signed(by)
    return words_of(who() if named is None else named, "--by")


def _decide(location: str, choice: Choice, by: str | None, reason: str) -> None:
    """Keep one decision about one or two claims, and say what came of it."""
    why = words_of(reason, "--reason")
    with opened(location) as ledger:
        made = decide(ledger, choice, decider(by), now(), why)
        show_rulings([each for each in ledger.rulings() if made and each.decision.id == made.id], many=False)


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
    _decide(location, Choice("accept", claims, relation), by, reason)


@click.command()
@click.argument("claims", nargs=-1, required=True)
@RELATION
@deciding
def reject(claims: tuple[str, ...], relation: str | None, location: str, by: str | None, reason: str) -> None:
    """Reject a claim, or with --relation a link between two.

    A rejected claim is left out of claims, links, totals and exports; `claims --all` shows it.
    """
    _one_or_link(claims, relation)
    _decide(location, Choice("reject", claims, relation), by, reason)


@click.command()
@click.argument("first")
@click.argument("second")
@deciding
def merge(first: str, second: str, location: str, by: str | None, reason: str) -> None:
    """Say that two claims are the same one."""
    _decide(location, Choice("merge", (first, second)), by, reason)


@click.command()
@click.argument("first")
@click.argument("second")
@deciding
def split(first: str, second: str, location: str, by: str | None, reason: str) -> None:
    """Say that two claims are not about the same happening, so that totals keep them apart.

    The weakest links of rules that would join them by way of others are cut, too.
    """
    _decide(location, Choice("split", (first, second)), by, reason)


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
    _decide(location, Choice("correct", (claim,), correction=(field, value)), by, reason)


@click.command()
@click.argument("claim")
@deciding
def flag(claim: str, location: str, by: str | None, reason: str) -> None:
    """Mark a claim for a second look; what it says stays as it is.

    The flag is shown with the claim until somebody accepts or rejects it, or undoes the flag.
    """
    _decide(location, Choice("flag", (claim,)), by, reason)


@click.command()
@click.argument("decision")
@deciding
def undo(decision: str, location: str, by: str | None, reason: str) -> None:
    """Undo a decision, by its id; also an undoing. Both rows stay."""
    why = words_of(reason, "--reason")
    with opened(location) as ledger:
        before, made = take_back(ledger, decision, decider(by), now(), why)
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
