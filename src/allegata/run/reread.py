"""The command that reads a ledger again with newer rules."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from allegata.ledger import Ledger, copy_folder, copy_ledger, is_folder, open_ledger
from allegata.mask import outward
from allegata.model.json import to_json
from allegata.run.again import ClaimChange, Reread
from allegata.run.again import reread as read_again
from allegata.run.options import LEDGER, now, opened, who
from allegata.run.pipeline import IMPORTED
from allegata.run.terminal import NOTE, OUT, counted, escape, happening, line_of, say, show_rulings
from allegata.run.working import working_folder

SIGNS = {"gained": "[green]+[/green]", "lost": "[red]-[/red]", "changed": "[yellow]~[/yellow]"}


@click.command()
@LEDGER
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would change.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def reread(location: str, dry_run: bool, form: str) -> None:
    """Read every kept report again with the rules that are installed, and print what changed.

    Claims that did not change keep their ids. What is read otherwise stands beside the old reading, which stays in the ledger; what people
    decided is found again by its words, and what no longer fits is listed as a conflict. Can be broken off and run again.
    """
    if dry_run:
        # Who may not read again may not see what would come of it; a copy asks nobody.
        opened(location).close()
        with (
            working_folder() as place,
            open_ledger(_copied(location, place), outward) as ledger,
        ):
            found = _reread(ledger)
    else:
        with opened(location) as ledger:
            found = _reread(ledger)
    if form == "json":
        _print_json(found)
    else:
        _print_table(found, dry_run)
    for failure in found.failures:
        say(f"allegata: {failure}", "red")
    raise SystemExit(1 if found.failures else 0)


def _copied(location: str, place: Path) -> str:
    """Return where below *place* a copy of the ledger at *location* is."""
    if is_folder(location):
        return str(copy_folder(location, place))
    copy = str(place / "copy")
    with open_ledger(location, outward) as source, open_ledger(copy, outward, create=True) as target:
        for _ in copy_ledger(source, target):
            pass
    return copy


def _reread(ledger: Ledger) -> Reread:
    # What was imported has no page to be read from.
    documents = [each for each in ledger.kept_documents() if each.reader != IMPORTED]
    with click.progressbar(documents, label="reading", file=sys.stderr, hidden=len(documents) < 5) as bar:
        return read_again(ledger, who(), now(), bar)


def _print_json(found: Reread) -> None:
    rows = [{"record": "claim", **to_json(each)} for each in found.claims]
    rows += [{"record": "link", "how": each.how, **to_json(each.link)} for each in found.links]
    rows += [
        {"record": "decision", "new": each.decision.id in found.fresh, **to_json(each)} for each in found.conflicts
    ]
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def _line(change: ClaimChange, found: Reread) -> str:
    identity = change.after or change.before or ""
    claim = found.known[identity]
    name = f"{(change.before or '')[:8]} → {identity[:8]}" if change.how == "changed" else identity[:8]
    return f"{name} {happening(claim)}, {claim.document.outlet or 'outlet not known'}"


def _print_table(found: Reread, dry_run: bool) -> None:
    for change in found.claims:
        OUT.print(f"{SIGNS[change.how]} {escape(_line(change, found))}", soft_wrap=True)
        for each in change.fields:
            if (each.before, each.after) == (None, None):
                OUT.print(f"    {each.field}: other words")
            else:
                values = f"{each.field}: {each.before or 'none'} → {each.after or 'none'}"
                OUT.print(f"    {escape(values)}", soft_wrap=True)
    for link in found.links:
        OUT.print(f"{SIGNS[link.how]} {escape(line_of(link.link, found.known))}", soft_wrap=True)
    if found.conflicts:
        OUT.print("no longer fits what people decided:")
        show_rulings(found.conflicts, many=False)
    read = f"{counted(found.documents, 'document')} read again"
    if found.nothing:
        OUT.print(f"{read}: nothing changed.")
        return
    how = {name: sum(each.how == name for each in found.claims) for name in SIGNS}
    claims = ", ".join(f"{counted(number, 'claim')} {name}" for name, number in how.items())
    links = ", ".join(f"{sum(each.how == name for each in found.links)} {name}" for name in ("gained", "lost"))
    OUT.print(
        f"{read}, {found.changed} changed: {claims}; links: {links}; {counted(len(found.fresh), 'new conflict')}. {NOTE}",
        soft_wrap=True,
    )
    if dry_run:
        OUT.print("Nothing was written: this was a dry run.")
