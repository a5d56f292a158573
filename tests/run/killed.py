"""Run a command that kills itself before the file or the rows it would write as the given one: killed.py NUMBER COMMAND …

Of a batch a folder gets two files, its records and itself, and a database two statements; what is erased, a file written anew or removed each.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

from allegata.ledger import files
from allegata.ledger.connection import Connection
from allegata.run.cli import main

erase = importlib.import_module("allegata.ledger.erase")
stage, execute, made = files.stage, Connection.execute, 0
write_whole, remove = erase.write_whole, erase._remove


def die_at_the_chosen_one() -> None:
    """Count what is about to be written."""
    global made
    made += 1
    if made == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)


def staged(target: Path, data: bytes) -> Path:
    """Write as ever, or die."""
    die_at_the_chosen_one()
    return stage(target, data)


def executed(self: Connection, query: str, *values: Any) -> Any:
    """Ask as ever, or die before a part of a batch."""
    if query.startswith(("INSERT INTO batches", "INSERT INTO records")):
        die_at_the_chosen_one()
    return execute(self, query, *values)


def written(path: Path, data: bytes) -> Any:
    """Write anew as ever, or die."""
    die_at_the_chosen_one()
    return write_whole(path, data)


def removed(path: Path) -> Any:
    """Remove as ever, or die."""
    die_at_the_chosen_one()
    return remove(path)


if __name__ == "__main__":
    erase.write_whole, erase._remove = written, removed  # type: ignore[attr-defined]
    files.stage = staged
    Connection.execute = executed  # type: ignore[method-assign]
    main(sys.argv[2:])
