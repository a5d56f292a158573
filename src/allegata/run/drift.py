"""How the reports of one claim differ: the command, and its tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from allegata.ground.wording import units
from allegata.ledger import ALL, ClaimFilter, Ledger
from allegata.link import groups
from allegata.model.json import to_json
from allegata.model.link import Group, Step, Variant
from allegata.run.around import SAME, reached
from allegata.run.options import FORMAT, LEDGER, filter_options
from allegata.run.output import print_records, write_rows
from allegata.run.relating import linked
from allegata.run.terminal import NOTE, OUT, counted, escape

TOLD = ("action", "count", "unit", "status", "target", "places", "period", "speaker", "body", "conduits")
SHOWN = 12
"""Reports of a group that are shown although nothing moved in them."""
HOW = {"cited": "cites", "words": "words of", "page": "same page as", "first": "first was"}


@click.command("drift")
@LEDGER
@filter_options
@FORMAT
def drift_command(location: str, form: str, **wanted: str | None) -> None:
    """Print for every claim told more than once how each report tells it, and which field moved in which hop.

    A group is printed whole where any of its claims fits the filters.
    """
    with linked(location) as ledger:
        asked = ClaimFilter(**wanted)
        found = groups_with(ledger, None if asked == ALL else {claim.id for claim in ledger.claims(asked)})
    if form == "json":
        print_records(found, form, Group.__struct_fields__)
    elif form == "csv":
        _write_rows(found)
    else:
        show_groups(found)


def groups_with(ledger: Ledger, fitting: Collection[str] | None) -> list[Group]:
    """Return the groups of claims of *ledger* in which one with an id of *fitting* is; null for all."""
    if fitting is None:
        return list(groups(list(ledger.claims()), list(ledger.links())))
    inside = reached(ledger, fitting, SAME)
    made = groups(list(ledger.claims_of_ids(inside)), list(ledger.links(of=sorted(inside))))
    return [group for group in made if any(variant.claim in fitting for variant in group.variants)]


def show_groups(found: Sequence[Group]) -> None:
    """Print the table of each group, and how many there are."""
    for group in found:
        show_group(group)
    moved = sum(bool(group.moved) for group in found)
    star = " A star marks what a report tells otherwise than the one it descends from." if moved else ""
    said = f"{counted(len(found), 'claim')} told more than once, {moved} with a field that moved.{star} {NOTE}"
    OUT.print(said if found else "no claim is told more than once", soft_wrap=True)


def show_group(group: Group, this: str | None = None) -> None:
    """Print how each report tells the claim of *group*; what moved is marked, with where from. this: the claim that was asked for."""
    names = {variant.claim: variant for variant in group.variants}
    steps: dict[str, list[Step]] = defaultdict(list)
    for step in group.moved:
        steps[step.right].append(step)
    doubt = "" if group.sure else ", some in doubt"
    OUT.print(
        f"[bold]{escape(_heading(group))}[/bold]  [dim]{counted(len(group.variants), 'claim')} that are the same{doubt}[/dim]"
    )
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, least in (("printed by", 12), ("tells", 20), ("moved", 14)):
        rows.add_column(name, overflow="fold", min_width=least)
    left = 0
    for number, variant in enumerate(group.variants):
        if number >= SHOWN and variant.claim not in steps and variant.claim != this:
            left += 1
            continue
        rows.add_row(_printed(variant, variant.claim == this), _tells(variant, steps[variant.claim]), _moved(variant, steps[variant.claim], names))  # fmt: skip
    OUT.print(rows)
    if left:
        OUT.print(f"[dim]and {left} more in which nothing moved; --format json lists them[/dim]")


def _heading(group: Group) -> str:
    first = group.variants[0]
    return " ".join(each for each in (first.action, first.count, _unit(first)) if each)


def _unit(variant: Variant) -> str | None:
    return units(variant.unit, variant.count == "1") if variant.unit else None


def _printed(variant: Variant, this: bool) -> str:
    mark = " (this)" if this else ""
    doubt = "" if variant.sure else "\n[dim]in doubt[/dim]"
    return f"{escape(variant.outlet or 'outlet not known')}{mark}\n[dim]{variant.published or 'no date'} {variant.claim[:8]}[/dim]{doubt}"


def _tells(variant: Variant, steps: Sequence[Step]) -> str:
    """Return what *variant* tells, one line for what belongs together; what moved is marked by a star."""
    changed = {step.field for step in steps}

    def word(field: str) -> str:
        value = _unit(variant) if field == "unit" else getattr(variant, field)
        if not value or (field == "status" and value == "asserted" and field not in changed):
            return ""
        return f"[bold yellow]{escape(value)}*[/bold yellow]" if field in changed else escape(value)

    lines = (("action", "count", "unit", "status"), ("target",), ("places",), ("period",), ("speaker", "body"))
    told = [("; " if line[0] == "speaker" else " ").join(filter(None, map(word, line))) for line in lines]
    through = word("conduits")
    return "\n".join([*filter(None, told), *([f"through {through}"] if through else [])])


def _moved(variant: Variant, steps: Sequence[Step], names: dict[str, Variant]) -> str:
    if variant.source is None:
        return "[dim]the first[/dim]"
    source = names[variant.source]
    where = f"[dim]{HOW[variant.because or 'first']} {escape(source.outlet or source.claim[:8])} {source.published or ''}[/dim]"
    moves = [f"{step.field}: {escape(step.before)} → {escape(step.after or 'left out')}" for step in steps]
    return "\n".join([*(moves or ["[dim]nothing[/dim]"]), where])


def _write_rows(found: Sequence[Group]) -> None:
    """Write a row for each variant, with the id of its group and the names of the fields that moved to it."""
    rows = []
    for group in found:
        for variant in group.variants:
            moved = [step.field for step in group.moved if step.right == variant.claim]
            rows.append([group.id, *to_json(variant).values(), " ".join(moved)])
    write_rows(["group", *Variant.__struct_fields__, "moved"], rows)
