"""The command that prints what was shown for claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from allegata.ledger import ALL, ClaimFilter, Ledger
from allegata.model.total import Silence
from allegata.run.around import linked_to
from allegata.run.options import FORMAT, LEDGER, filter_options
from allegata.run.output import print_records
from allegata.run.relating import linked
from allegata.run.terminal import NOTE, OUT, escape
from allegata.silence import silence

BY = ("body", "speaker")
"""What a row is about."""
SHOWN = {
    "named_individual": "a name",
    "document": "a document",
    "footage": "footage",
    "other_shown": "something else",
    "confirmed": "confirmed",
    "confirmed_in_doubt": "confirmed, in doubt",
}
WITHHELD = {"cited": "cited", "refused": "refused", "absence_noted": "absence noted"}


def silence_of(ledger: Ledger, wanted: ClaimFilter) -> tuple[Silence, ...]:
    """Return what was shown for the claims *wanted* of *ledger*."""
    claims = list(ledger.claims(wanted))
    known, links = linked_to(ledger, claims) if wanted != ALL else (claims, list(ledger.links()))
    return silence(claims, links, known)


def _numbers(row: Silence, names: Mapping[str, str]) -> str:
    """Return the numbers of *row* that are not zero, one a line."""
    return "\n".join(f"{words} {getattr(row, name)}" for name, words in names.items() if getattr(row, name))


def _about(row: Silence) -> str:
    if row.of == "all":
        return "all"
    if row.of == "body":
        return row.body or "no body known"
    return ", ".join(each for each in (row.speaker, row.body) if each) or "no official by name"


def show_silence(rows: Sequence[Silence]) -> None:
    """Print what was shown for claims, one line a row; zeros are left out."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    made.add_column("who speaks", overflow="fold")
    for name in ("claims", "nothing"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("shown or confirmed")
    made.add_column("said of evidence")
    for index, row in enumerate(rows, 2):
        numbers = f"{row.claims}\n[dim]{row.printed} printed[/dim]", str(row.nothing)
        made.add_row(
            escape(_about(row)), *numbers, _numbers(row, SHOWN), _numbers(row, WITHHELD), end_section=index == len(rows)
        )
    OUT.print(made)
    OUT.print(
        "Claims that surely are the same count once; one may have several kinds. nothing: no name, document, footage or other"
        f" thing was shown, and no independent speaker said the same. {NOTE}"
    )


@click.command("silence")
@LEDGER
@filter_options
@click.option("--by", type=click.Choice(BY), default="body", show_default=True, help="What a row is about.")
@FORMAT
def silence_command(location: str, by: str, form: str, **wanted: str | None) -> None:
    """Print what was ever shown for claims: a name, a document, footage, an independent confirmation, or nothing."""
    with linked(location) as ledger:
        made = silence_of(ledger, ClaimFilter(**wanted))
    rows = [*(row for row in made if row.of == by), *(row for row in made if row.of == "all")]
    if form != "table":
        print_records(rows, form, Silence.__struct_fields__)
    elif not rows[-1].claims:
        OUT.print(
            "no claims fit" if any(value is not None for value in wanted.values()) else "no claims in this ledger"
        )
    else:
        show_silence(rows)
