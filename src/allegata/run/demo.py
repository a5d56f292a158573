"""The command ``demo``: the main jobs on the example reports that ship."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click

from allegata.check import rules
from allegata.ground.lexicon import table
from allegata.ledger import Ledger
from allegata.link import groups
from allegata.run.brief import brief_of
from allegata.run.drafts import EarlierIn, check_drafts
from allegata.run.drift import show_group
from allegata.run.formats import WRITERS
from allegata.run.options import opened
from allegata.run.output import page_of_ledger, write_file
from allegata.run.pipeline import Added, Given, add, findings_of, reports
from allegata.run.relating import relate
from allegata.run.terminal import OUT, say, show_claims, show_findings, show_links, show_totals
from allegata.total import total

MADE = "2024-01-01T00:00:00Z"
FEW = 2
"""Groups of the same claim that are shown."""


@click.command("demo")
@click.option(
    "--out",
    default="allegata-demo.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes; the brief and the ledger go beside it.",
)
def demo_command(out: Path) -> None:
    """Read the example reports into a ledger and show what comes of them; the ledger stays, to look around in."""
    folder = Path(str(files("allegata").joinpath("data", "demo")))
    place = out.with_name(f"{out.stem}-ledger")
    with opened(str(place), create=True) as ledger:
        failures = _read(ledger, folder)
        claims, links = list(ledger.claims()), list(ledger.links())
        OUT.rule(f"Claims in {len(list(table('demo/index')))} invented reports")
        show_claims(claims)
        OUT.rule("How they relate")
        show_links(links, claims)
        OUT.rule("How the reports of one claim differ")
        for group in sorted(groups(claims, links), key=lambda each: -len(each.variants))[:FEW]:
            show_group(group)
        OUT.rule("What does not fit")
        show_findings(findings_of(ledger))
        OUT.rule("What they add up to")
        show_totals(total(claims, links), claims)
        OUT.rule("A draft against them")
        for line in _linted(folder / "draft.md", ledger):
            OUT.print(line, markup=False, soft_wrap=True)
        brief = out.with_name(f"{out.stem}-brief{out.suffix or '.html'}")
        write_file(brief, brief_of(ledger, {"place": "Gilan"}, "html", MADE[:10]))
        write_file(out, page_of_ledger(ledger))
    OUT.print(
        f"The marked reports are in {out}, a brief of what was claimed of Gilan with a footnote for every figure in {brief}.",
        soft_wrap=True,
    )
    OUT.print(f"The ledger is in {place}. To look around in it with a browser:", soft_wrap=True)
    OUT.print(f"    {_program()} serve --ledger {shlex.quote(str(place))} --open", markup=False, soft_wrap=True)
    OUT.print("Or open the address that this prints: it holds the key that lets you in.", soft_wrap=True)
    for failure in failures:
        say(f"allegata: {failure}", "red")
    if failures:
        raise SystemExit(1)


def _program() -> str:
    """Return how this program is called here: by its name, where that is found."""
    return "allegata" if shutil.which("allegata") else sys.argv[0]


def _read(ledger: Ledger, folder: Path) -> list[str]:
    """Read the reports of *folder* into *ledger*, and return what failed."""
    added = Added()
    for row in table("demo/index"):
        for made in reports(str(folder / row["file"]), Given(row["published"], row["outlet"])):
            add(ledger, made, "demo", MADE, added)
    relate(ledger, "demo", MADE)
    return added.failures


def _linted(draft: Path, ledger: Ledger) -> Iterator[str]:
    """Yield what the linter says of *draft* beside the claims of *ledger*."""
    codes = [each.code for each in rules()]
    given = Given("2023-06-20", "Draft")
    checked = list(check_drafts(str(draft), given, codes, EarlierIn(ledger)))
    for line in WRITERS["text"](checked):
        yield line.replace(f"{draft.parent}/", "")
