"""The commands under ``ledger``: what concerns a ledger as a whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from allegata.ledger import Ledger, copy_ledger, is_folder, open_ledger, restore
from allegata.ledger.backup import Manifest
from allegata.ledger.location import hidden
from allegata.ledger.login import nobody_can_manage
from allegata.mask import outward
from allegata.model.error import AccessError, AllegataError, InputError, LedgerError
from allegata.run.admission import admit, record_backup
from allegata.run.importing import import_command
from allegata.run.options import now, opened
from allegata.run.terminal import OUT
from allegata.run.working import working_folder


@click.group("ledger")
def ledger_group() -> None:
    """Copy a ledger from one store to another, or take exported claims, or what was read of archives, into one."""


ledger_group.add_command(import_command)


@ledger_group.command("copy")
@click.argument("source")
@click.argument("target")
def copy_command(source: str, target: str) -> None:
    """Copy the ledger SOURCE into TARGET, byte for byte, so that both have the same head.

    Each is a folder or postgresql://USER@HOST/DATABASE. TARGET is empty or holds the first batches of SOURCE, and is continued; so is a copy that was
    broken off. Passwords and tokens are not copied: set them again with `allegata user password`.
    """
    with _naming(hidden(source)):
        kept = opened(source)
    with kept, _target(target) as copied:
        if _is_same(kept, source, copied, target):
            raise InputError(f"{copied.name}: is the ledger that is to be copied; give another TARGET")
        record_backup(kept, now())
        number = _copied(kept, copied)
        head = copied.head()
    OUT.print(f"batches copied: {number}; head: {head.hash if head else 'none'}", soft_wrap=True)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Let a login that is refused say of which of two ledgers."""
    try:
        yield
    except AccessError as error:
        raise AccessError(f"{name}: {error}") from error


def _is_same(one: Ledger, location: str, other: Ledger, target: str) -> bool:
    """Return whether two open ledgers are one: in the same folder, or, whoever uses it, in the same schema."""
    if is_folder(location) or is_folder(target):
        return is_folder(location) and is_folder(target) and Path(location).resolve() == Path(target).resolve()
    return one.name.rpartition("@")[2] == other.name.rpartition("@")[2]


def _target(location: str) -> Ledger:
    """Return the ledger to copy into, once its accounts allow it; nobody can log in to a copy for which no password was set yet."""
    ledger = open_ledger(location, outward, create=True)
    try:
        if not nobody_can_manage(ledger):
            with _naming(ledger.name):
                admit(ledger, location, now())
    except BaseException:
        ledger.close()
        raise
    return ledger


def into_database(file: Path, location: str) -> tuple[Manifest, int]:
    """Make the ledger in the backup *file* again in the database at *location*, and return what it held and how many batches were copied.

    It is unpacked in a folder and checked whole there. A restoring that was broken off goes on when it is done again.

    Raises: InputError and LedgerError as `restore` and `copy_ledger` do.
    """
    with working_folder() as place:
        made = restore(file, place / "ledger")
        try:
            with open_ledger(str(place / "ledger"), outward) as kept, _target(location) as copied:
                head = copied.head()
                if head is not None and head.sequence > made.sequence:
                    raise LedgerError(f"{copied.name}: holds more than {file}; restore into an empty ledger")
                return made, _copied(kept, copied)
        except AllegataError as error:
            # Nobody knows the folder; the file they gave.
            raise type(error)(str(error).replace(str(place / "ledger"), str(file))) from error


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
