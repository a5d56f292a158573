"""The command that writes a brief."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from allegata.brief import Page, brief, html, markdown
from allegata.ledger import ClaimFilter, Ledger
from allegata.run.around import everything, findings_about
from allegata.run.options import CHOICES, LEDGER, filter_options, now, who
from allegata.run.output import write_file
from allegata.run.pipeline import findings_of_pages
from allegata.run.relating import linked
from allegata.silence import silence
from allegata.total import total

CODED = (*CHOICES, "since", "until")
"""What is asked for by a code or a date."""


@click.command("brief")
@LEDGER
@filter_options
@click.option("--format", "form", type=click.Choice(["md", "html"]), default="md", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
def brief_command(location: str, form: str, out: Path | None, **wanted: str | None) -> None:
    """Write a one-page brief: what was claimed, in how many variants, when, with what shown, and a footnote for every figure."""
    with linked(location) as ledger:
        text = brief_of(ledger, wanted, form, f"{now()[:16]} UTC by {who()}".replace("T", " ", 1))
    if out:
        write_file(out, text)
    else:
        click.echo(text, nl=False)


def brief_of(ledger: Ledger, wanted: Mapping[str, str | None], form: str, made: str) -> str:
    """Return a brief of the claims *wanted* of *ledger*, as ``md`` or ``html``. made: when and by whom."""
    return {"md": markdown, "html": html}[form](page_of(ledger, wanted, made))


def page_of(ledger: Ledger, wanted: Mapping[str, str | None], made: str) -> Page:
    """Return a brief of the claims *wanted* of *ledger*. made: when and by whom.

    Words that were asked for are printed where a claim has them as it is shown, and never masked: a mask would tell whom the ledger masks.
    """
    claims = list(ledger.claims(ClaimFilter(**wanted)))
    asked = {name: value for name, value in wanted.items() if value is not None}
    known, links, found = findings_about(ledger, claims) if asked else everything(ledger)
    return brief(
        {name: value if claims or name in CODED else None for name, value in asked.items()},
        claims,
        links,
        total(claims, links),
        silence(claims, links, known),
        (*findings_of_pages(ledger), *found),
        known,
        made=ledger.hidden(made),
    )
