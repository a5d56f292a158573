"""The command that watches."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from types import FrameType

import click

from allegata.model.error import InputError
from allegata.run.options import LEDGER, opened, who
from allegata.run.terminal import OUT, counted, say
from allegata.run.watch.rounds import Watch
from allegata.run.watch.settings import EXAMPLE, settings_in
from allegata.run.watch.state import State, place_of

NOTES = 1000
"""Lines about single pages that are printed of one round."""


class _Ended:
    """Whether somebody asked the program to end: the page that is being read is finished first."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Note that somebody asked; at the second time end at once."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@click.command(
    "watch", epilog="FEEDS is such a file:\n\n" + "".join(f"\b\n{each}\n\n" for each in EXAMPLE.split("\n\n"))
)
@click.argument("feeds", type=click.Path(path_type=Path))
@LEDGER
@click.option("--once", is_flag=True, help="Look at what is due now, and end.")
def watch_command(feeds: Path, location: str, once: bool) -> None:
    """Follow feeds and sitemaps into a ledger: read what they list, and look again later for what was changed.

    It keeps to robots.txt and to what servers ask to wait, and fetches public addresses only. Ended at any moment, it goes on where it
    stopped. Each page is kept as it was received, as a record of a web archive; a page that was changed stands in for what it was before, and
    what changed in its claims is a finding.
    """
    settings = settings_in(feeds)
    ended = _Ended()
    unread = False
    before = {each: signal.signal(each, ended.ask) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with opened(location, create=True) as ledger, State(place_of(location)) as state:
            watch = Watch(ledger, settings, state, time, who())
            while True:
                watch.round(ended)
                unread = _is_unread(watch)
                _print(watch)
                left = watch.next_s()
                if once or ended() or left is None:
                    break
                _sleep(left, ended)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if once and unread:
        raise InputError(f"{feeds}: no feed could be read; what failed is said above")


def _is_unread(watch: Watch) -> bool:
    """Return whether feeds were looked at in a round, and none could be read."""
    made = watch.counts
    return bool(made.feeds and made.skipped.total() and not made.listed + made.unchanged)


def _sleep(seconds: float, ended: _Ended) -> None:
    until = time.monotonic() + seconds
    while not ended() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.5))


def _print(watch: Watch) -> None:
    """Print what came of a round, and begin to count anew."""
    made = watch.counts
    for note in watch.notes[:NOTES]:
        say(watch.shown(note))
    watch.notes.clear()
    OUT.print(
        f"{counted(made.feeds, 'feed')} looked at, {counted(made.listed, 'page')} new, {made.entered} read, {made.edited} changed, "
        f"{made.unchanged} as before, {counted(made.claims, 'claim')}, {made.skipped.total()} not read",
        soft_wrap=True,
    )
    made.clear()
