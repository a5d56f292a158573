"""The commands about what was done with a ledger: the rows of it, and showing names, which is one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import click

from allegata.ledger import Ledger, erasures
from allegata.ledger.access import DEEDS, key_of, unmask
from allegata.ledger.records import Account
from allegata.model.error import InputError
from allegata.model.json import to_json
from allegata.model.mention import Record
from allegata.run.deciding import without_names, words_of
from allegata.run.options import FORMAT, LEDGER, now, opened, who
from allegata.run.output import print_records
from allegata.run.terminal import OUT, counted, escape, say, show_claim

UNDONE = {"outcome": "not done"}
"""What is listed of an erasure that was begun, which is a row, and then refused or broken off."""
ACCOUNT = "account"
"""What the rows about accounts are listed as."""


class Done(Record, frozen=True):
    """Something that was done with a ledger, as it is listed. at: UTC. batch: the sequence of the batch that says so."""

    deed: str
    by: str
    at: str
    subjects: tuple[str, ...]
    details: dict[str, str]
    reason: str
    batch: int


def done(ledger: Ledger) -> list[Done]:
    """Return what was done with *ledger* as its rows say it, in order of entry."""
    audits = list(ledger.audits())
    asked = [(batch.sequence, each.subjects) for each, batch in audits if each.deed == "erasure"]
    undone = _undone(asked, [(each.erasure.id, each.batch.sequence) for each in erasures(ledger)]) if asked else set()
    rows = [
        Done(
            each.deed,
            ledger.hidden(batch.by),
            batch.recorded_at,
            each.subjects,
            _told(ledger, each.details) | (UNDONE if batch.sequence in undone else {}),
            each.reason,
            batch.sequence,
        )
        for each, batch in audits
    ]
    for account, batch in ledger.entered("account", Account):
        details = {"role": account.role, "state": "active" if account.active else "disabled"}
        rows.append(
            Done(ACCOUNT, ledger.hidden(batch.by), batch.recorded_at, (account.name,), details, "", batch.sequence)
        )
    return sorted(rows, key=lambda each: each.batch)


def _told(ledger: Ledger, details: Mapping[str, str]) -> dict[str, str]:
    """Return *details* as they are shown: an older row of an export has names of parameters in it as somebody typed them."""
    return {ledger.hidden(name): ledger.hidden(value) for name, value in details.items()}


def _undone(asked: Sequence[tuple[int, tuple[str, ...]]], erased: Sequence[tuple[str, int]]) -> set[int]:
    """Return the batches of the rows that an erasure was begun which no erasure follows before it was begun again.

    asked: the batch of each row, with the ids to be erased; erased: each id that was, with the batch that says so.

    >>> sorted(_undone([(3, ("a",)), (4, ("a",)), (7, ("b",))], [("a", 5)]))
    [3, 7]
    """
    done = set()
    for identity, batch in erased:
        done.add(max((row for row, subjects in asked if row < batch and identity in subjects), default=0))
    return {row for row, _ in asked} - done


def _since(typed: str) -> datetime:
    """Return the first moment of the day *typed*, UTC.

    >>> _since("2024-05-06").isoformat()
    '2024-05-06T00:00:00+00:00'
    """
    try:
        return datetime.combine(date.fromisoformat(typed), time(), UTC)
    except ValueError as error:
        raise InputError(f"--since {typed}: is no day; write it like 2024-05-06") from error


@click.command("audit")
@click.option("--by", help="Only what this account or user did.")
@click.option("--what", "deeds", multiple=True, type=click.Choice([ACCOUNT, *sorted(DEEDS)]), metavar="DEED", help="Only this; may be given again: " + ", ".join([ACCOUNT, *sorted(DEEDS)]) + ".")  # fmt: skip
@click.option("--since", help="First day, YYYY-MM-DD (UTC).")
@LEDGER
@FORMAT
def audit_command(by: str | None, deeds: tuple[str, ...], since: str | None, location: str, form: str) -> None:
    """List what was done with a ledger that changed none of its claims: exports, unmaskings, logins, changes of accounts.

    Who added, read again or decided what stands with it: `allegata decisions`, `allegata show`.
    """
    first = _since(since) if since else None
    with opened(location) as ledger:
        found = [
            each
            for each in done(ledger)
            if (by is None or key_of(each.by) == key_of(by))
            and (not deeds or each.deed in deeds)
            and (first is None or datetime.fromisoformat(each.at) >= first)
        ]
    if form != "table":
        print_records(found, form, Done.__struct_fields__)
        return
    for line in _lines(found):
        OUT.print(escape(line), soft_wrap=True)
    OUT.print(f"{counted(len(found), 'row')}.")


def _lines(found: Iterable[Done]) -> Iterator[str]:
    for each in found:
        about = " ".join(name[:8] if len(name) == 32 else name for name in each.subjects)
        details = ", ".join(f"{name} {value}" for name, value in each.details.items())
        words = "; ".join(part for part in (f"{each.deed} {about}".strip(), details, each.reason) if part)
        yield f"{each.at[:16].replace('T', ' ')} {each.by}: {words}"


@click.command("unmask")
@click.argument("identity", metavar="CLAIM-OR-DOCUMENT")
@click.option("--reason", required=True, help="Why; kept in the row, for ever.")
@LEDGER
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def unmask_command(identity: str, reason: str, location: str, form: str) -> None:
    """Print one claim or document as it was read, with the names of affected persons.

    That it was asked for, by whom and why is a row of the ledger before anything is printed. Everything else stays masked.
    """
    why = words_of(reason, "--reason")
    with opened(location) as ledger:
        why = without_names(ledger, why)
        claim, document, capture = unmask(ledger, identity, why, who(), now())
        batch = ledger.origin(document)[1]
    say("With the names of affected persons; that you asked for them is a row of the ledger.", "yellow")
    if form == "json":
        click.echo(json.dumps(to_json(claim or document), ensure_ascii=False))
    elif claim is not None:
        show_claim(claim, document, capture, batch, ())
    else:
        heading = ", ".join(each for each in (document.title, document.outlet, document.published) if each)
        OUT.print(f"[bold]{escape(heading)}[/bold]  [dim]{document.id}[/dim]", soft_wrap=True)
        OUT.print(escape(document.text), soft_wrap=True)


COMMANDS: tuple[Any, ...] = (unmask_command, audit_command)
