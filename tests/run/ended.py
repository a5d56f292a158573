"""Run a command that a signal reaches while it works on a copy of a ledger: ended.py SIGNAL|nohup COMMAND …"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

from allegata.ledger import Ledger
from allegata.run import copying, reread
from allegata.run.cli import main

copy_ledger = copying.copy_ledger
read_again = reread._reread


def end() -> None:
    """Send the signal."""
    os.kill(os.getpid(), signal.SIGHUP if sys.argv[1] == "nohup" else signal.Signals[sys.argv[1]])


def copied(source: Ledger, target: Ledger) -> Iterator[int]:
    """Copy as ever, once the signal was sent."""
    end()
    return copy_ledger(source, target)


def reading(ledger: Ledger) -> Any:
    """Read as ever, once the signal was sent."""
    end()
    return read_again(ledger)


if __name__ == "__main__":
    if sys.argv[1] == "nohup":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    copying.copy_ledger = copied
    reread._reread = reading
    main(sys.argv[2:])
