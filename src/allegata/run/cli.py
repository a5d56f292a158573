"""The command line. `json` is one JSON object a line; errors are one line on standard error and exit 2."""

from __future__ import annotations

import csv
import getpass
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from allegata import plugin
from allegata.ground.lexicon import table
from allegata.ledger import ClaimFilter, FileLedger, open_ledger
from allegata.mask import outward
from allegata.model import AllegataError, Claim, Document, Finding, InputError, Link, Record, Total, to_json
from allegata.run.pipeline import Added, Given, Report, add, relate, reports, targets_of, why_none
from allegata.total import total as total_of

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)
LEDGER = click.option(
    "--ledger", "location", default="ledger", envvar="ALLEGATA_LEDGER", show_default=True, help="Folder of the ledger."
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
NOTE = "Counts of claims, not of people."


class Main(click.Group):
    """Turns what allegata raises on purpose into one line and exit 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AllegataError as error:
            ERR.print(f"allegata: {error}", style="red", markup=False)
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


def _read(targets: Sequence[str], given: Given) -> tuple[list[Report], list[str]]:
    names, failures = targets_of(targets)
    made: list[Report] = []
    with click.progressbar(names, label="reading", file=sys.stderr, hidden=len(names) < 5) as bar:
        for name in bar:
            for each in reports(name, given, sys.stdin.buffer):
                failures.extend([each.error] if each.error else [])
                made.extend([] if each.error else [each])
    return made, failures


def _end(failures: Sequence[str], whole: int) -> None:
    for failure in failures:
        ERR.print(f"allegata: {failure}", style="red", markup=False)
    if failures:
        raise SystemExit(1 if whole else 2)


def _numbers(claim: Claim) -> str:
    count = claim.count.value if claim.count else None
    if count is None:
        return "in doubt" if claim.count and claim.count.readings else ""
    bounds = (
        str(count.low)
        if count.low == count.high
        else f"{'' if count.low is None else count.low}–{'' if count.high is None else count.high}"
    )
    return f"{bounds} {count.unit or ''}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _table(*columns: str, identities: bool = False) -> Table:
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    if identities:
        rows.add_column("id", no_wrap=True, min_width=8)
    for name in columns:
        rows.add_column(name, no_wrap=name in ("said", "relation"), overflow="fold")
    return rows


def show_claims(claims: Sequence[Claim], form: str, documents: Sequence[Document] = ()) -> None:
    """Print claims as a table, JSON lines, CSV or a page."""
    if form in ("json", "csv", "html"):
        text = io.StringIO()
        plugin.find("exporters", {"json": "jsonl"}.get(form, form))(claims, text, documents)
        click.echo(text.getvalue(), nl=False)
        return
    happenings = [claim for claim in claims if claim.action != "other"]
    if not happenings:
        return
    rows = _table("claim", "said", "speaker, and who printed it", "where", identities=True)
    for claim in happenings:
        speaker = claim.speakers[0].value if claim.speakers else None
        who = ", ".join(each for each in ((speaker.name, speaker.body) if speaker else ()) if each)
        spoken = claim.spoken.value if claim.spoken else None
        where = "; ".join(" or ".join(place.name for place in mention.readings) for mention in claim.places)
        action = claim.action if claim.status == "asserted" else f"{claim.action} ({claim.status})"
        rows.add_row(
            claim.id[:8],
            f"{escape(f'{action} {_numbers(claim)}')}\n[dim]{claim.evidence.class_}[/dim]",
            (spoken.start if spoken else "") or "",
            f"{escape(who) or '[dim]nobody named[/dim]'}\n[dim]{escape(claim.document.outlet or 'outlet not known')}[/dim]",
            escape(where),
        )
    OUT.print(rows)
    others = len(claims) - len(happenings)
    beside = f", and {_counted(others, 'statement')} without a codable happening" if others else ""
    OUT.print(f"{_counted(len(happenings), 'claim')}{beside}. {NOTE}")


@main.command()
@click.argument("targets", nargs=-1, required=True)
@_given
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "html"]), default="table", show_default=True
)
def read(
    targets: tuple[str, ...], published: str | None, outlet: str | None, language: str | None, profile: str, form: str
) -> None:
    """Print the claims of files, folders, addresses or - without keeping them."""
    made, failures = _read(targets, Given(published, outlet, None, language, profile))
    found = [claim for each in made for claim in each.claims]
    show_claims(found, form, [each.document for each in made if each.document])
    for each in made:
        if not any(claim.action != "other" for claim in each.claims):
            ERR.print(f"{each.name}: {why_none(each)}", markup=False)
        for finding in each.findings:
            ERR.print(f"{each.name}: {finding.kind}: {finding.explanation}", style="yellow", markup=False)
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
    made, failures = _read(targets, Given(published, outlet, None, language, profile))
    with _open(location, create=bool(made)) as ledger:
        added = Added(failures=failures)
        for each in made:
            add(ledger, each, _who(), _now(), added)
        relate(ledger, _who(), _now())
        fresh = {claim.id for claim in added.claims}
        show_claims([claim for claim in ledger.claims() if claim.id in fresh], form)
    for note in added.notes:
        ERR.print(note, markup=False)
    _end(added.failures, len(made))


def _filters(function: Any) -> Any:
    for name in ("speaker", "body", "action", "place", "outlet", "since", "until", "unit", "status", "target"):
        function = click.option(f"--{name}")(function)
    return function


@main.command("claims")
@LEDGER
@_filters
@FORMAT
def claims_command(location: str, form: str, **wanted: str | None) -> None:
    """Print the claims of a ledger."""
    with _open(location) as ledger:
        show_claims(list(ledger.claims(ClaimFilter(**wanted))), form)


@main.command()
@click.argument("claim")
@LEDGER
def show(claim: str, location: str) -> None:
    """Print one claim as JSON: every value with its spans, its document and the rules that read it."""
    with _open(location) as ledger:
        found = ledger.claim(claim)
        document = next(each for each in ledger.documents() if each.id == found.document.id)
        click.echo(
            json.dumps(
                {"claim": to_json(found), "capture": document.capture, "reader": document.reader},
                ensure_ascii=False,
                indent=2,
            )
        )


def _lines(records: Sequence[Record], form: str, columns: tuple[str, ...]) -> None:
    if form == "json":
        for record in records:
            click.echo(json.dumps(to_json(record), ensure_ascii=False))
        return
    if form == "csv":
        plain = [to_json(record) for record in records]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(plain[0]) if plain else list(columns), lineterminator="\n")
        writer.writeheader()
        for row in plain:
            writer.writerow(
                {
                    name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
                    for name, value in row.items()
                }
            )
        click.echo(text.getvalue(), nl=False)
        return
    if not records:
        OUT.print("none")
        return
    rows = _table(*columns)
    for record in records:
        shown = to_json(record)
        rows.add_row(*(escape(str(shown[name])[:200]) for name in columns))
    OUT.print(rows)


def _show_links(links: Sequence[Link], claims: Sequence[Claim], form: str) -> None:
    """Print links; in a table each end says its action, count and outlet."""
    if form != "table" or not links:
        _lines(links, form, ("left", "relation", "right", "sure", "judge"))
        return
    known = {claim.id: claim for claim in claims}

    def end(identity: str) -> str:
        claim = known.get(identity)
        if claim is None:
            return identity[:8]
        return f"{escape(f'{claim.action} {_numbers(claim)}')}\n[dim]{identity[:8]} {escape(claim.document.outlet or '')}[/dim]"

    rows = _table("left", "relation", "right")
    for link in links:
        rows.add_row(end(link.left), f"{link.relation}{'' if link.sure else ' (in doubt)'}", end(link.right))
    OUT.print(rows)


@main.command("links")
@LEDGER
@FORMAT
def links_command(location: str, form: str) -> None:
    """Print how the claims of a ledger relate."""
    with _open(location) as ledger:
        _show_links(list(ledger.links()), list(ledger.claims()), form)


@main.command()
@LEDGER
@FORMAT
def findings(location: str, form: str) -> None:
    """Print what does not fit: contradictions, sums, calendar glosses, weekdays."""
    with _open(location) as ledger:
        _lines(list[Finding](ledger.findings()), form, ("kind", "field", "explanation"))


@main.command("total")
@LEDGER
@_filters
@FORMAT
def total_command(location: str, form: str, **wanted: str | None) -> None:
    """Print what claims add up to, at least and at most, and what was left out."""
    with _open(location) as ledger:
        made = total_of(list(ledger.claims(ClaimFilter(**wanted))), list(ledger.links()))
    if form != "table":
        _lines(list[Total](made), form, ("action", "unit", "low", "high", "counted", "left_out"))
        return
    _show_totals(made)


def _show_totals(made: Sequence[Total]) -> None:
    rows = _table("action", "unit", "at least", "at most", "counted", "left out")
    for each in made:
        why = ", ".join(sorted({left.why for left in each.left_out}))
        high = "no stated bound" if each.high is None else str(each.high)
        rows.add_row(
            each.action,
            each.unit,
            str(each.low),
            high,
            str(len(each.counted)),
            f"{len(each.left_out)}{f': {why}' if why else ''}",
        )
    OUT.print(rows)
    OUT.print(NOTE)


@main.command()
@LEDGER
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "html"]), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
def export(location: str, form: str, out: Path | None) -> None:
    """Write the claims of a ledger in an open format."""
    with _open(location) as ledger:
        text = io.StringIO()
        plugin.find("exporters", form)(list(ledger.claims()), text)
    if out:
        out.write_text(text.getvalue(), "utf-8")
    else:
        click.echo(text.getvalue(), nl=False)


@main.command()
@LEDGER
def verify(location: str) -> None:
    """Check every batch, record and body of a ledger; exit 1 if anything is wrong."""
    with _open(location) as ledger:
        problems = ledger.verify()
    for problem in problems:
        ERR.print(problem, style="red", markup=False)
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
        show_claims(claims, "table")
        OUT.rule("How they relate")
        _show_links(links, claims, "table")
        OUT.rule("What does not fit")
        _lines(list[Finding](ledger.findings()), "table", ("kind", "explanation"))
        OUT.rule("What they add up to")
        _show_totals(total_of(claims, links))
        text = io.StringIO()
        plugin.find("exporters", "html")(claims, text, list(ledger.documents()))
    try:
        out.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written: {error.strerror or error}; give another file with --out"
        ) from error
    OUT.print(f"The marked reports are in {out}.")
    _end(added.failures, len(rows))
