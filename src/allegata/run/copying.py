"""The commands under ``ledger``: what concerns a ledger as a whole."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from allegata.ledger import Ledger, copy_ledger, open_ledger, restore
from allegata.ledger.backup import Manifest
from allegata.ledger.login import nobody_can_manage
from allegata.mask import outward
from allegata.model import LedgerError
from allegata.run.admission import admit, record_backup
from allegata.run.options import now, opened
from allegata.run.terminal import OUT
from allegata.run.working import working_folder


@click.group("ledger")
def ledger_group() -> None:
    """Copy a ledger from one store to another."""


@ledger_group.command("copy")
@click.argument("source")
@click.argument("target")
def copy_command(source: str, target: str) -> None:
    """Copy the ledger SOURCE into TARGET, byte for byte, so that both have the same head.

    Each is a folder or postgresql://USER@HOST/DATABASE. TARGET is empty or holds the first batches of SOURCE, and is continued; so is a copy that was
    broken off. Passwords and tokens are not copied: set them again with `allegata user password`.
    """
    with opened(source) as kept:
        record_backup(kept, now())
        with _target(target) as copied:
            number = _copied(kept, copied)
            head = copied.head()
    OUT.print(f"batches copied: {number}; head: {head.hash if head else 'none'}", soft_wrap=True)


def _target(location: str) -> Ledger:
    """Return the ledger to copy into, once its accounts allow it; nobody can log in to a copy for which no password was set yet."""
    ledger = open_ledger(location, outward, create=True)
    try:
        if not nobody_can_manage(ledger):
            admit(ledger, location, now())
    except BaseException:
        ledger.close()
        raise
    return ledger


def into_database(file: Path, location: str) -> Manifest:
    """Make the ledger in the backup *file* again in the database at *location*, and return what it held.

    It is unpacked in a folder and checked whole there. A restoring that was broken off goes on when it is done again.

    Raises: InputError and LedgerError as `restore` and `copy_ledger` do.
    """
    with working_folder() as place:
        made = restore(file, place / "ledger")
        with open_ledger(str(place / "ledger"), outward) as kept, _target(location) as copied:
            head = copied.head()
            if head is not None and head.sequence > made.sequence:
                raise LedgerError(f"{copied.name}: holds more than {file}; restore into an empty ledger")
            _copied(kept, copied)
    return made


def _copied(kept: Ledger, copied: Ledger) -> int:
    """Return how many batches were copied."""
    last = kept.head()
    with click.progressbar(
        copy_ledger(kept, copied),
        length=last.sequence if last else 0,
        label="copying",
        file=sys.stderr,
        hidden=not last or last.sequence < 50,
    ) as bar:
        return sum(1 for _ in bar)
