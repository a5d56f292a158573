"""Watch in a time that passes at once: watched.py FEEDS LEDGER CLOCK UNTIL KILL, where KILL is before:N, after:N or never.

CLOCK is a file with the seconds since 1970, which sleeping moves on; at UNTIL it ends. It kills itself before or after the Nth page that it enters.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.run.watch.rounds import Watch
from allegata.run.watch.settings import settings_in
from allegata.run.watch.state import State, place_of


class Clock:
    """The time that a file says."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def time(self) -> float:
        """Return it."""
        return float(self._path.read_text())

    def sleep(self, seconds: float) -> None:
        """Move it on."""
        beside = self._path.with_suffix(".new")
        beside.write_text(str(self.time() + seconds))
        beside.rename(self._path)


def dying(how: str) -> None:
    """Let the program end at a moment in which a page is entered."""
    when, _, number = how.partition(":")
    plain, left = Ledger.append, int(number or 0)

    def append(self: Ledger, records: Any, *given: Any, **named: Any) -> Any:
        nonlocal left
        left -= any(kind == "document" for kind, _ in records)
        if when == "before" and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        made = plain(self, records, *given, **named)
        if when == "after" and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    Ledger.append = append  # type: ignore[method-assign]


def main(feeds: str, location: str, clock_file: str, until: str, how: str) -> None:
    """Watch until a time."""
    if how != "never":
        dying(how)
    clock = Clock(Path(clock_file))
    with open_ledger(location, outward, True) as ledger, State(place_of(location)) as state:
        watch = Watch(ledger, settings_in(Path(feeds)), state, clock, "test")
        while clock.time() < float(until):
            watch.round()
            left = watch.next_s()
            clock.sleep(3600.0 if left is None else max(left, 1.0))
        for note in watch.notes:
            print(note)


if __name__ == "__main__":
    main(*sys.argv[1:])
