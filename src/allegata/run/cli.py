"""The command line. `json` is one JSON object a line; errors are one line on standard error and exit 2."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from allegata import plugin
from allegata.capture import Guard
from allegata.export.exporter import TABLES
from allegata.export.html import NAMES_SHOWN
from allegata.ledger import ClaimFilter
from allegata.ledger.location import hidden
from allegata.link import find, link
from allegata.model.claim import Claim
from allegata.model.document import Capture
from allegata.model.error import AllegataError
from allegata.model.link import Finding, Link
from allegata.model.total import Total
from allegata.run import audits, decide, keep, reread, users
from allegata.run.admission import record_export
from allegata.run.archive import archive_group
from allegata.run.brief import brief_command
from allegata.run.check import check_command
from allegata.run.copying import ledger_group
from allegata.run.demo import demo_command
from allegata.run.drift import drift_command, show_group
from allegata.run.options import (
    FORMAT,
    KIND,
    LEDGER,
    bulk_options,
    fetch_options,
    filter_options,
    given_options,
    now,
    opened,
    who,
)
from allegata.run.output import LINES, export_of_ledger, print_claims, print_records, write_file
from allegata.run.pipeline import (
    Added,
    Given,
    Report,
    add,
    findings_of,
    is_held,
    masked_of,
    summed,
    why_none,
)
from allegata.run.publish import publish_command
from allegata.run.reading import end, print_added, reading, sum_up, there
from allegata.run.relating import linked, relate
from allegata.run.serve import serve_command
from allegata.run.silence import silence_command
from allegata.run.terminal import (
    NOTE,
    OUT,
    line_of,
    say,
    show_claim,
    show_findings,
    show_links,
    show_totals,
)
from allegata.run.watch import watch_command
from allegata.run.whole import json_of_whole, whole_claim
from allegata.run.working import unwinding

JOBS = {
    "Read": ("read", "add", "watch", "archive", "demo"),
    "Look at a ledger": ("claims", "show", "links", "drift", "findings", "total", "silence"),
    "Browse": ("serve", "publish"),
    "Write": ("brief", "check", "export"),
    "Decide": ("accept", "reject", "merge", "split", "correct", "flag", "undo", "decisions"),
    "Keep": ("reread", "verify", "checkpoint", "backup", "restore", "erase", "erasures", "ledger"),
    "Share": ("user", "login", "logout", "token", "unmask", "audit"),
}
"""The commands in the order of the help, by what they are for."""
OPEN_FORMATS = tuple(each for each in plugin.names("exporters") if each not in TABLES)
"""Formats for other programs, in which also what is read without a ledger is masked."""
LONG = 200
"""Characters of a command's first sentence that the help of all prints."""


class Main(click.Group):
    """Lists commands by what they are for, and turns what allegata raises on purpose into one line and exit 2."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the jobs of `JOBS`; one that has none comes last."""
        named = {name for names in JOBS.values() for name in names}
        others = tuple(sorted(self.commands.keys() - named))
        for job, names in {**JOBS, "Further": others}.items():
            rows = [(name, self.commands[name].get_short_help_str(LONG)) for name in names if name in self.commands]
            if rows:
                with formatter.section(job):
                    formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            with unwinding():
                return super().invoke(ctx)
        except AllegataError as error:
            say(f"allegata: {hidden(str(error))}", "red")
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            say(f"allegata: {error.filename or 'output'}: {error.strerror}; free space or write elsewhere", "red")
            ctx.exit(2)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="allegata")
def main() -> None:
    """Read news reports and keep a ledger of official claims: who said what, through whom, about what, on what evidence."""


@main.command()
@click.argument("targets", nargs=-1, required=True)
@given_options
@bulk_options
@fetch_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "html", *OPEN_FORMATS]),
    default="table",
    show_default=True,
)
def read(
    targets: tuple[str, ...],
    given: Given,
    guard: Guard,
    form: str,
) -> None:
    """Print the claims of files, folders, addresses or - without keeping them.

    The names of affected persons are shown as in the page as table, json, csv and html; a ledger masks them, and so does every other format. Claims go to standard output; how they relate, what does not fit and what could not be read to standard error.
    """
    added, whole = Added(), 0
    found: list[Claim] = []
    misfits: list[str] = []
    kept: list[Report] = []
    as_open = form in OPEN_FORMATS

    def told() -> Iterator[Claim]:
        """Yield the claims as they are read; of their reports only what is still to be said is kept, and for formats that need them their texts."""
        nonlocal whole
        for whole, each in enumerate(reading(targets, given, added, guard), 1):
            if whole == 1 and not as_open:
                say(NAMES_SHOWN, "yellow")
            if form == "html" or as_open:
                # The bytes of many reports are more than memory holds.
                kept.append(replace(each, body=b""))
            if not any(claim.action != "other" for claim in each.claims):
                added.note(each.name, why_none(each))
            misfits.extend(f"{each.name}: {finding.kind}: {finding.explanation}" for finding in each.findings)
            found.extend(each.claims)
            yield from each.claims

    # On a terminal the lines would stand among those of the bar.
    claims = told() if form in LINES and not sys.stdout.isatty() else list(told())
    if as_open:
        shown, documents, masks = masked_of(kept)
        print_claims(shown, form, documents, masks)
    else:
        print_claims(claims, form, [each.document for each in kept if each.document])
    for misfit in misfits:
        say(misfit, "yellow")
    for note in added.notes:
        say(note)
    links, known = link(found), {claim.id: claim for claim in found}
    for made_link in links:
        say(line_of(made_link, known), "dim")
    for between in find(found, links):
        say(f"{between.kind}: {between.explanation}", "yellow")
    sum_up(added, whole)
    end(added, whole)


@main.command("add")
@click.argument("targets", nargs=-1, required=True)
@LEDGER
@given_options
@bulk_options
@fetch_options
@click.option("--again", is_flag=True, help="Also pages that were erased.")
@FORMAT
def add_command(
    targets: tuple[str, ...],
    location: str,
    given: Given,
    guard: Guard,
    again: bool,
    form: str,
) -> None:
    """Read into a ledger, and link what is in it."""
    added, whole = Added(), 0
    with ExitStack() as opening:
        ledger = there(location)
        if ledger is not None:
            opening.enter_context(ledger)

        def held(made: Capture) -> bool:
            return ledger is not None and not again and is_held(ledger, made, given)

        for whole, each in enumerate(reading(targets, given, added, guard, held), 1):  # noqa: B007
            if ledger is None:
                ledger = opening.enter_context(opened(location, create=True))
            add(ledger, each, who(), now(), added, again)
        if ledger is not None and whole:
            relate(ledger, who(), now())
            print_added(ledger, added.claims, form)
    for note in added.notes:
        say(note)
    sum_up(added, whole)
    end(added, whole)


@main.command("claims")
@LEDGER
@filter_options
@click.option("--all", "rejected", is_flag=True, help="Also the claims that people rejected.")
@FORMAT
def claims_command(location: str, form: str, rejected: bool, **wanted: str | None) -> None:
    """Print the claims of a ledger."""
    with opened(location) as ledger:
        found = list(ledger.claims(ClaimFilter(**wanted), rejected))
        print_claims(found, form)
        if form == "table" and not any(claim.action != "other" for claim in found):
            asked = any(value is not None for value in wanted.values())
            OUT.print("no claims fit" if asked else "no claim of something that happened is in this ledger")


main.add_command(archive_group)
main.add_command(drift_command)
main.add_command(watch_command)


@main.command()
@click.argument("claim")
@LEDGER
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(claim: str, location: str, form: str) -> None:
    """Print one claim whole: each value with its words, its links field by field, its bytes, and how its reports differ.

    CLAIM is an id, or as many of its first characters as tell it from the others.
    """
    with linked(location) as ledger:
        whole = whole_claim(ledger, claim)
    if form == "json":
        click.echo(json.dumps(json_of_whole(whole), ensure_ascii=False))
        return
    show_claim(whole.claim, whole.document, whole.capture, whole.batch, whole.links, whole.rulings, whole.at)
    if whole.group:
        show_group(whole.group, whole.claim.id)
        OUT.print(NOTE)


@main.command("links")
@LEDGER
@click.option("--all", "rejected", is_flag=True, help="Also the links of claims that people rejected.")
@FORMAT
def links_command(location: str, form: str, rejected: bool) -> None:
    """Print how the claims of a ledger relate."""
    with linked(location) as ledger:
        links = list(ledger.links(rejected))
        if form == "table":
            show_links(links, ledger.claims(rejected=rejected))
            OUT.print(NOTE)
        else:
            print_records(links, form, Link.__struct_fields__)


@main.command()
@LEDGER
@KIND
@FORMAT
def findings(location: str, kinds: tuple[str, ...], form: str) -> None:
    """Print what does not fit: what reports of one claim tell otherwise, dropped hops, sums, calendar glosses, weekdays."""
    with linked(location) as ledger:
        found = [each for each in findings_of(ledger) if not kinds or each.kind in kinds]
    if form == "table":
        show_findings(found)
        OUT.print(NOTE)
    else:
        print_records(found, form, Finding.__struct_fields__)


@main.command("total")
@LEDGER
@filter_options
@FORMAT
def total_command(location: str, form: str, **wanted: str | None) -> None:
    """Print what claims add up to, at least and at most, and what was left out."""
    with linked(location) as ledger:
        claims, made = summed(ledger, ClaimFilter(**wanted))
    if form == "table":
        show_totals(made, claims)
    else:
        print_records(made, form, Total.__struct_fields__)


@main.command()
@LEDGER
@filter_options
@click.option("--format", "form", type=click.Choice(plugin.names("exporters")), default="jsonl", show_default=True)
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output."
)
def export(location: str, form: str, out: Path | None, **wanted: str | None) -> None:
    """Write the claims of a ledger in an open format; as HTML with the reports that they stand in.

    docs/formats.md says of each format what goes where and what is lost. What a format has no place for is said on standard error.
    """
    with linked(location) as ledger:
        made, notes, number = export_of_ledger(ledger, form, ClaimFilter(**wanted))
        record_export(ledger, number, now())
    if out:
        write_file(out, made)
    else:
        click.echo(made, nl=False)
    for note in notes:
        say(note, "yellow")


main.add_command(brief_command)
main.add_command(silence_command)
main.add_command(serve_command)
main.add_command(publish_command)


for name in ("accept", "reject", "merge", "split", "correct", "flag", "undo", "decisions"):
    main.add_command(getattr(decide, name))
main.add_command(reread.reread)
for name in ("verify", "checkpoint", "backup", "restore", "erase", "erasures"):
    main.add_command(getattr(keep, name))
main.add_command(ledger_group)
main.add_command(check_command)
main.add_command(demo_command)
for each in (*users.COMMANDS, *audits.COMMANDS):
    main.add_command(each)
