"""Run a command that kills itself before the file it would write as the given one: killed.py NUMBER COMMAND …"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from allegata.ledger import files
from allegata.run.cli import main

plain, made = files.stage, 0


def stage(target: Path, data: bytes) -> Path:
    """Write as ever, and die before the chosen one."""
    global made
    made += 1
    if made == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(target, data)


if __name__ == "__main__":
    files.stage = stage
    main(sys.argv[2:])
