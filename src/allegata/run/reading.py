"""Reading many inputs for a command: a bar, what is passed over, and what became of them in a few lines at the end."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence

import click

from allegata import plugin
from allegata.capture import Guard
from allegata.ledger import Ledger
from allegata.model.document import Capture
from allegata.model.error import AccessError, LedgerError
from allegata.run.options import opened
from allegata.run.output import print_claims
from allegata.run.pipeline import FAILED, Added, Given, Report, nothing_held, reports, targets_of
from allegata.run.terminal import OUT, counted, say

SHOWN = 500
"""Claims that the table of an addition shows."""
STEPS = 100
"""Steps of the bar for one input."""


def reading(
    targets: Sequence[str],
    given: Given,
    added: Added,
    guard: Guard,
    held: Callable[[Capture], bool] = nothing_held,
) -> Iterator[Report]:
    """Yield what is read from *targets*, with a bar on standard error; what fails and what is passed over goes to *added*."""
    names, unknown = targets_of(targets)
    for each in unknown:
        added.fail(each)
    # Without a terminal the bar would be one line that says nothing.
    hidden = len(names) < 5 and not sys.stderr.isatty()
    with click.progressbar(length=STEPS * len(names), label="reading", file=sys.stderr, hidden=hidden) as bar:
        for number, name in enumerate(names):

            def told(share: float, before: int = STEPS * number) -> None:
                bar.update(max(0, before + int(STEPS * share) - bar.pos))

            stdin = sys.stdin.buffer if sys.stdin else None
            for made in reports(name, given, stdin, guard, skipped=added.skipped, held=held, told=told):
                if made.error:
                    added.fail(made.error)
                else:
                    yield made
            told(1)


def end(added: Added, whole: int) -> None:
    """Print what failed; the exit code is 1 where something did and *whole* reports were read all the same, 2 where none was."""
    for failure in added.failures:
        say(f"allegata: {failure}", "red")
    if added.failures:
        raise SystemExit(1 if whole else 2)


def there(location: str) -> Ledger | None:
    """Return the ledger at *location*, null if there is none yet, or none that can be opened: making it tells why."""
    try:
        return opened(location)
    except AccessError:
        raise
    except LedgerError:
        return None


def print_added(ledger: Ledger, added: Sequence[str], form: str) -> None:
    """Print the claims *added*; as a table the first `SHOWN` of them."""
    fresh = frozenset(added)
    claims = (claim for claim in ledger.claims() if claim.id in fresh)
    if form == "json":
        plugin.find("exporters", "jsonl")(claims, sys.stdout)
        return
    print_claims(list(claims if form == "csv" else itertools.islice(claims, SHOWN)), form)
    if form == "table" and len(fresh) > SHOWN:
        OUT.print(f"and {len(fresh) - SHOWN:,} more: allegata claims")


def sum_up(added: Added, whole: int) -> None:
    """Print, of more than one report, how many became what, and what was passed over."""
    if whole + added.counts[FAILED] > 1 and added.counts:
        say(f"in all {counted(whole, 'report')}:")
        for what, number in added.counts.most_common():
            say(f"  {number:,} {what}")
    if added.skipped:
        say("passed over:")
        for what, number in added.skipped.most_common():
            say(f"  {number:,} {what}")
