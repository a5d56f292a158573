"""The command line. `json` is one JSON object a line; errors are one line on standard error and exit 2."""

from __future__ import annotations

import csv
import errno
import getpass
import io
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO, get_args

import click

from allegata import plugin
from allegata.ground.lexicon import table
from allegata.ledger import ClaimFilter, FileLedger, open_ledger
from allegata.link import find, link
from allegata.mask import outward
from allegata.model import (
    AllegataError,
    Claim,
    Document,
    Finding,
    InputError,
    Link,
    Masks,
    Record,
    Status,
    Total,
    to_json,
)
from allegata.run.pipeline import Added, Given, Report, add, relate, reports, targets_of, why_none
from allegata.run.terminal import (
    OUT,
    line_of,
    say,
    show_claim,
    show_claims,
    show_findings,
    show_links,
    show_totals,
)
from allegata.total import total as total_of

LEDGER = click.option(
    "--ledger", "location", default="ledger", envvar="ALLEGATA_LEDGER", show_default=True, help="Folder of the ledger."
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)


class Main(click.Group):
    """Turns what allegata raises on purpose into one line and exit 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AllegataError as error:
            say(f"allegata: {error}", "red")
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


def _given(function: Any) -> Any:
    for option in (
        click.option("--published", help="Date of publication, YYYY[-MM[-DD]]; wins over the page."),
        click.option("--outlet", help="Who published it; wins over the page."),
        click.option("--language", help="Two letters; wins over recognition."),
        click.option(
            "--profile",
            default="default",
            show_default=True,
            help="Table that bounds vague words: default, acled, ucdp.",
        ),
    ):
        function = option(function)
    return function


def _reading(targets: Sequence[str], given: Given, failures: list[str]) -> Iterator[Report]:
    """Yield what is read from *targets*, with a bar on standard error when there are many; what fails goes to *failures*."""
    names, unknown = targets_of(targets)
    failures.extend(unknown)
    with click.progressbar(names, label="reading", file=sys.stderr, hidden=len(names) < 5) as bar:
        for name in bar:
            for each in reports(name, given, sys.stdin.buffer if sys.stdin else None):
                if each.error:
                    failures.append(each.error)
                else:
                    yield each


def _end(failures: Sequence[str], whole: int) -> None:
    for failure in failures:
        say(f"allegata: {failure}", "red")
    if failures:
        raise SystemExit(1 if whole else 2)


def _print_claims(claims: Sequence[Claim], form: str, documents: Sequence[Document] = ()) -> None:
    """Print claims as a table, JSON lines, CSV or a page."""
    if form == "table":
        show_claims(claims)
    else:
        plugin.find("exporters", {"json": "jsonl"}.get(form, form))(claims, sys.stdout, documents)


@main.command()
@click.argument("targets", nargs=-1, required=True)
@_given
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "html"]), default="table", show_default=True
)
def read(
    targets: tuple[str, ...], published: str | None, outlet: str | None, language: str | None, profile: str, form: str
) -> None:
    """Print the claims of files, folders, addresses or - without keeping them.

    Claims go to standard output; how they relate, what does not fit and what could not be read to standard error.
    """
    failures: list[str] = []
    made = list(_reading(targets, Given(published, outlet, None, language, profile), failures))
    found = [claim for each in made for claim in each.claims]
    _print_claims(found, form, [each.document for each in made if each.document])
    for each in made:
        if not any(claim.action != "other" for claim in each.claims):
            say(f"{each.name}: {why_none(each)}")
        for finding in each.findings:
            say(f"{each.name}: {finding.kind}: {finding.explanation}", "yellow")
    links, known = link(found), {claim.id: claim for claim in found}
    for made_link in links:
        say(line_of(made_link, known), "dim")
    for between in find(found, links):
        say(f"{between.kind}: {between.explanation}", "yellow")
    _end(failures, len(made))


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _open(location: str, create: bool = False) -> FileLedger:
    return open_ledger(location, outward, create)


@main.command("add")
@click.argument("targets", nargs=-1, required=True)
@LEDGER
@_given
@FORMAT
def add_command(
    targets: tuple[str, ...],
    location: str,
    published: str | None,
    outlet: str | None,
    language: str | None,
    profile: str,
    form: str,
) -> None:
    """Read into a ledger, and link what is in it."""
    added = Added()
    reading = _reading(targets, Given(published, outlet, None, language, profile), added.failures)
    first = next(reading, None)
    if first is None:
        _end(added.failures, 0)
        return
    whole = 0
    with _open(location, create=True) as ledger:
        for whole, each in enumerate(itertools.chain([first], reading), 1):  # noqa: B007
            add(ledger, each, _who(), _now(), added)
        relate(ledger, _who(), _now())
        fresh = {claim.id for claim in added.claims}
        _print_claims([claim for claim in ledger.claims() if claim.id in fresh], form)
    for note in added.notes:
        say(note)
    _end(added.failures, whole)


FILTERS = {
    "speaker": "Words of the name of who speaks.",
    "body": "Words of the institution that speaks.",
    "outlet": "Words of the name of who published it.",
    "action": "arrest, hold, kill, release … (data/actions.tsv), also among the further actions.",
    "target": "An organisation claimed about, by name or id of the alias table; never a person.",
    "place": "Name, first-level division, country code or gazetteer id.",
    "unit": "person, team, cell, weapon …",
    "status": "asserted, denied, unverified, intended or retracted.",
    "since": "First day, YYYY[-MM[-DD]], of when it happened or was said.",
    "until": "Last day, YYYY[-MM[-DD]].",
}


def _filters(function: Any) -> Any:
    closed = {"action": [row["action"] for row in table("actions")], "status": list(get_args(Status))}
    for name, words in reversed(FILTERS.items()):
        kind = click.Choice(closed[name]) if name in closed else None
        function = click.option(f"--{name}", help=words, type=kind, metavar=name.upper())(function)
    return function


@main.command("claims")
@LEDGER
@_filters
@FORMAT
def claims_command(location: str, form: str, **wanted: str | None) -> None:
    """Print the claims of a ledger."""
    with _open(location) as ledger:
        found = list(ledger.claims(ClaimFilter(**wanted)))
        _print_claims(found, form)
        if form == "table" and not any(claim.action != "other" for claim in found):
            asked = any(value is not None for value in wanted.values())
            OUT.print("no claims fit" if asked else "no claims of a codable happening in this ledger")


@main.command()
@click.argument("claim")
@LEDGER
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(claim: str, location: str, form: str) -> None:
    """Print one claim whole: each value with its words, its links with their reasons, down to the bytes it was read from.

    CLAIM is an id, or as many of its first characters as tell it from the others.
    """
    with _open(location) as ledger:
        found = ledger.claim(claim)
        document = ledger.document(found.document.id)
        capture, batch = ledger.origin(document)
        links = [each for each in ledger.links() if found.id in (each.left, each.right)]
    if form == "table":
        show_claim(found, document, capture, batch, links)
        return
    whole = {
        "claim": to_json(found),
        "links": [to_json(each) for each in links],
        "capture": to_json(capture),
        "reader": document.reader,
        "batch": {"sequence": batch.sequence, "hash": batch.hash, "recorded_at": batch.recorded_at, "by": batch.by},
    }
    click.echo(json.dumps(whole, ensure_ascii=False))


def _print(records: Sequence[Record], form: str, columns: tuple[str, ...]) -> None:
    """Print records as JSON lines or CSV; *columns* are the header when there is none."""
    plain = [to_json(record) for record in records]
    if form == "json":
        for each in plain:
            click.echo(json.dumps(each, ensure_ascii=False))
        return
    writer = csv.DictWriter(sys.stdout, list(plain[0]) if plain else list(columns), lineterminator="\n")
    writer.writeheader()
    for each in plain:
        cells = {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
            for name, value in each.items()
        }
        writer.writerow(cells)


@main.command("links")
@LEDGER
@FORMAT
def links_command(location: str, form: str) -> None:
    """Print how the claims of a ledger relate."""
    with _open(location) as ledger:
        links = list(ledger.links())
        if form == "table":
            show_links(links, ledger.claims())
        else:
            _print(links, form, Link.__struct_fields__)


@main.command()
@LEDGER
@FORMAT
def findings(location: str, form: str) -> None:
    """Print what does not fit: contradictions, sums, calendar glosses, weekdays."""
    with _open(location) as ledger:
        found = list(ledger.findings())
    if form == "table":
        show_findings(found)
    else:
        _print(found, form, Finding.__struct_fields__)


@main.command("total")
@LEDGER
@_filters
@FORMAT
def total_command(location: str, form: str, **wanted: str | None) -> None:
    """Print what claims add up to, at least and at most, and what was left out."""
    with _open(location) as ledger:
        claims = list(ledger.claims(ClaimFilter(**wanted)))
        made = total_of(claims, list(ledger.links()))
    if form == "table":
        show_totals(made, claims)
    else:
        _print(made, form, Total.__struct_fields__)


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written: {error.strerror or error}; give another file with --out"
        ) from error


def _write_page(ledger: FileLedger, stream: TextIO) -> None:
    documents = list(ledger.documents())
    masks: list[Masks] = [ledger.masks(document.id) for document in documents]
    plugin.find("exporters", "html")(list(ledger.claims()), stream, documents, masks)


@main.command()
@LEDGER
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "html"]), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
def export(location: str, form: str, out: Path | None) -> None:
    """Write the claims of a ledger in an open format."""
    with _open(location) as ledger:
        text = io.StringIO()
        if form == "html":
            _write_page(ledger, text)
        else:
            plugin.find("exporters", form)(list(ledger.claims()), text)
    if out:
        _write(out, text.getvalue())
    else:
        click.echo(text.getvalue(), nl=False)


@main.command()
@LEDGER
def verify(location: str) -> None:
    """Check every batch, record and body of a ledger; exit 1 if anything is wrong."""
    with _open(location) as ledger:
        problems = ledger.verify()
    for problem in problems:
        say(problem, "red")
    OUT.print("the ledger is whole" if not problems else f"{len(problems)} problems")
    raise SystemExit(1 if problems else 0)


@main.command()
@click.option(
    "--out",
    default="allegata-demo.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes.",
)
def demo(out: Path) -> None:
    """Read the example reports into a fresh ledger and show what comes of them."""
    folder = Path(str(files("allegata").joinpath("data", "demo")))
    with tempfile.TemporaryDirectory() as place, _open(f"{place}/ledger", create=True) as ledger:
        added = Added()
        rows = list(table("demo/index"))
        for row in rows:
            for made in reports(str(folder / row["file"]), Given(row["published"], row["outlet"])):
                add(ledger, made, "demo", "2024-01-01T00:00:00Z", added)
        relate(ledger, "demo", "2024-01-01T00:00:00Z")
        claims, links = list(ledger.claims()), list(ledger.links())
        OUT.rule(f"Claims in {len(rows)} invented reports")
        show_claims(claims)
        OUT.rule("How they relate")
        show_links(links, claims)
        OUT.rule("What does not fit")
        show_findings(list(ledger.findings()))
        OUT.rule("What they add up to")
        show_totals(total_of(claims, links), claims)
        text = io.StringIO()
        _write_page(ledger, text)
    _write(out, text.getvalue())
    OUT.print(f"The marked reports are in {out}.")
    _end(added.failures, len(rows))
