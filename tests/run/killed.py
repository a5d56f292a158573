"""Run a command that kills itself before the file or the rows it would write as the given one: killed.py NUMBER COMMAND …

Of a batch a folder gets two files, its records and itself, and a database two statements.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from allegata.ledger import files
from allegata.ledger.connection import Connection
from allegata.run.cli import main

stage, execute, made = files.stage, Connection.execute, 0


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


if __name__ == "__main__":
    files.stage = staged
    Connection.execute = executed  # type: ignore[method-assign]
    main(sys.argv[2:])
