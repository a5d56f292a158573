"""The commands under ``ledger``: what concerns a ledger as a whole."""

from __future__ import annotations

import sys

import click

from allegata.ledger import copy_ledger
from allegata.run.options import opened
from allegata.run.terminal import OUT


@click.group("ledger")
def ledger_group() -> None:
    """Copy a ledger from one store to another."""


@ledger_group.command("copy")
@click.argument("source")
@click.argument("target")
def copy_command(source: str, target: str) -> None:
    """Copy the ledger SOURCE into TARGET, byte for byte, so that both have the same head.

    Each is a folder or postgresql://USER@HOST/DATABASE. TARGET is empty or holds the first batches of SOURCE, and is continued; so is a copy that was
    broken off.
    """
    with opened(source) as kept, opened(target, create=True) as copied:
        last = kept.head()
        with click.progressbar(
            copy_ledger(kept, copied),
            length=last.sequence if last else 0,
            label="copying",
            file=sys.stderr,
            hidden=not last or last.sequence < 50,
        ) as bar:
            number = sum(1 for _ in bar)
        head = copied.head()
    OUT.print(f"batches copied: {number}; head: {head.hash if head else 'none'}", soft_wrap=True)
