"""The command that writes a site of the accepted claims."""

from __future__ import annotations

from pathlib import Path

import click

from allegata.ledger import is_folder
from allegata.run.admission import record_export
from allegata.run.options import LEDGER, now
from allegata.run.relating import linked
from allegata.run.terminal import NOTE, OUT, counted


@click.command("publish")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@LEDGER
@click.option("--title", default="Official claims", show_default=True, help="Name of the site.")
def publish_command(out: Path, location: str, title: str) -> None:
    """Write a site of files to the folder OUT: the accepted claims, their totals, a search and how it was made.

    Only claims that somebody accepted are in it, masked, with the fields of an allow-list; statements, in which nothing is told that happened, are left out, and how many is said. It needs no server and no script to be read. A site that stands there
    is replaced; files in its folder that are not of it, as of git, stay.
    """
    from allegata.serve.publish import accepted, publish
    from allegata.serve.swap import place_of

    place = place_of(out, Path(location) if is_folder(location) else None)
    with linked(location) as ledger:
        claims, statements = accepted(ledger)
        record_export(ledger, len(claims), now())
        publish(ledger, claims, place, title, now()[:10])
    OUT.print(f"{counted(len(claims), 'accepted claim')} in {out}/index.html. {NOTE}", soft_wrap=True)
    if statements:
        told = f"{counted(statements, 'accepted statement')} {'is' if statements == 1 else 'are'} left out: nothing is told in {'it' if statements == 1 else 'them'} that happened."
        OUT.print(told, soft_wrap=True)
    if not claims:
        OUT.print("Accept claims first: allegata accept CLAIM, or the review of allegata serve.", soft_wrap=True)
