"""The commands under ``archive``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args

import click

from allegata import plugin
from allegata.claim.gate import Gate
from allegata.run.archive.part import REPORTS
from allegata.run.archive.place import TABLES, Place
from allegata.run.archive.plan import DONE, Part, Plan, Settings, finished, plan, summary
from allegata.run.archive.settle import settle
from allegata.run.options import COLUMNS
from allegata.run.pipeline import FAILED
from allegata.run.terminal import OUT, counted, say

Engine = Callable[[Sequence[Part], str, Settings, int | None], Iterable[dict[str, Any]]]
"""What reads parts into an address with settings, so many at a time, and yields what became of each as it is finished."""
AGAIN = "that came again with the same bytes"
FAILURES = 100
"""Lines of what could not be read that are printed; the others are counted."""


@click.group("archive")
def archive_group() -> None:
    """Read archives of many reports, on all cores or on a cluster."""


@archive_group.command("read")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.argument("out")
@click.option(
    "--engine",
    type=click.Choice(plugin.names("engines")),
    default="local",
    show_default=True,
    help="Who reads: the cores of this computer, or Spark.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 10_000),
    help="Parts read at a time; else one for each core, or as many as Spark has.",
)
@click.option(
    "--gate",
    type=click.Choice(get_args(Gate)),
    default="happenings",
    show_default=True,
    help="What is read closely: pages on which something happens, also all on which somebody is quoted (words), or everything (off).",
)
@click.option("--language", help="Two letters; wins over recognition.")
@click.option(
    "--profile", default="default", show_default=True, help="Table that bounds vague words: default, acled, ucdp."
)
@COLUMNS
def read_command(inputs: tuple[str, ...], out: str, engine: str, workers: int | None, **read_as: Any) -> None:
    """Read WARC, WACZ, Parquet, JSON lines, CSV or mbox files, or folders of them, into Parquet tables in the folder OUT.

    INPUT and OUT are paths, or addresses of object storage (s3://BUCKET/FOLDER). OUT/claims and OUT/documents are masked; OUT/records is not: it is what
    `allegata ledger import OUT` takes into a ledger, where claims are linked. Run again, it reads only what is not finished, and what is new in INPUT.
    """
    into = Place(out)
    into.make(DONE, *TABLES)
    with into.alone():
        into.tidy(DONE, *TABLES)
        made = plan([Place(each) for each in inputs], into, Settings(**read_as))
        before = finished(into)
        left = [each for each in made.parts if each.name not in before]
        if before:
            say(f"{counted(len(before), 'part')} of {len(made.parts)} finished before")
        with click.progressbar(
            engine_of(engine)(left, out, made.settings, workers) if left else (),
            length=len(left),
            label="reading",
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as done:
            for _ in done:
                pass
        settled = settle(into, made.parts)
        failed = _sum_up(into, made, settled.documents)
    OUT.print(
        f"{counted(settled.documents, 'report')} with {counted(settled.claims, 'claim')} in {out}; into a ledger: allegata ledger import {out}",
        soft_wrap=True,
    )
    if failed:
        raise SystemExit(1 if settled.documents else 2)


def engine_of(name: str) -> Engine:
    """Return the engine called *name*, of the entry-point group ``allegata.engines``."""
    found: Engine = plugin.find("engines", name)
    return found


def _sum_up(out: Place, made: Plan, documents: int) -> int:
    """Say what became of the pages, by the parts as they are kept; return how many inputs or pages could not be read."""
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for part in made.parts:
        told = summary(out, part.name)
        if told is not None:
            counts.update(told.counts)
            lines += told.failures[: FAILURES - len(lines)]
    if counts[REPORTS] > documents:
        counts[AGAIN] = counts.pop(REPORTS) - documents
    for what, number in counts.most_common():
        if what not in (FAILED, REPORTS):
            say(f"  {number:,} {what}")
    for line in _each_once(lines):
        say(f"allegata: {line}", "red")
    if counts[FAILED] > len(lines):
        say(f"allegata: and {counts[FAILED] - len(lines):,} more that could not be read", "red")
    return counts[FAILED]


def _each_once(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(lines))
