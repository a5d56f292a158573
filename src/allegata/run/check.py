"""The command ``check``: the linter for writers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from allegata.check import page_of, rules, select
from allegata.model.error import InputError
from allegata.run.drafts import Checked, Earlier, EarlierIn, check_drafts
from allegata.run.formats import WRITERS
from allegata.run.mending import can_mend, difference, mended, write_mended
from allegata.run.options import given_options
from allegata.run.pipeline import Given, targets_of
from allegata.run.relating import linked
from allegata.run.settings import settings_in, settings_of
from allegata.run.terminal import counted, say, visible


@click.command("check")
@click.argument("drafts", nargs=-1)
@click.option("--ledger", "location", help="Folder of a ledger: also compare with the earlier reports in it.")
@given_options
@click.option(
    "--select",
    "selected",
    multiple=True,
    help="Ask these rules only: codes, beginnings of codes or names, with commas.",
)
@click.option("--ignore", "ignored", multiple=True, help="Do not ask these rules.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="File of settings; else the nearest allegata.toml or pyproject.toml.",
)
@click.option("--fix", is_flag=True, help="Write what is certain into the drafts: plain text and Markdown.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option("--explain", metavar="CODE", help="Print the page of a rule, or of all with ALL, and check nothing.")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
def check_command(
    drafts: tuple[str, ...], location: str | None, given: Given, selected: tuple[str, ...], ignored: tuple[str, ...],
    config: Path | None, fix: bool, diff: bool, explain: str | None, form: str,
) -> None:  # fmt: skip
    """Say what is wrong in drafts, by rules: files, folders or - for standard input.

    Lines and columns count from 1, in characters; of plain text and Markdown they are those of the file, else those of the text
    as it is read. Exit 0: nothing, 1: something, 2: an error. <!-- allegata: ignore ALG003 --> silences a rule on its line.
    """
    if explain is not None:
        codes = [each.code for each in rules()] if explain.strip().upper() == "ALL" else [explain]
        click.echo("\n".join(page_of(code) for code in codes), nl=False)
        return
    if not drafts:
        raise InputError("check: no draft is given; give a file, or - for standard input")
    settings = settings_in(config) if config else settings_of(Path.cwd())
    codes = list(select(_split(selected) or settings.select, _split(ignored) or settings.ignore))
    failures: list[str] = []
    with linked(location) if location is not None else nullcontext() as ledger:
        checked = [
            each
            for target in _targets(drafts, failures)
            for each in _checked(
                target, given, codes, EarlierIn(ledger) if ledger else Earlier(), failures, fix and not diff
            )
        ]
    if diff:
        wrote = _show_difference(checked)
    else:
        wrote = False
        for line in WRITERS[form](checked):
            click.echo(line)
    _end(checked, failures, form, wrote)


def _split(named: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for each in named for code in each.split(",") if code.strip())


def _targets(drafts: Sequence[str], failures: list[str]) -> list[str]:
    targets, unknown = targets_of(drafts)
    failures.extend(unknown)
    return targets


def _checked(
    target: str, given: Given, codes: Sequence[str], earlier: Earlier, failures: list[str], fix: bool
) -> list[Checked]:
    stdin = sys.stdin.buffer if sys.stdin else None
    made = list(check_drafts(target, given, codes, earlier, stdin))
    if fix and len(made) == 1 and any(can_mend(made[0], each.problem.fix) for each in made[0].found):
        text, number = mended(made[0])
        try:
            write_mended(made[0], text)
        except InputError as error:
            failures.append(str(error))
        else:
            say(f"{target}: {counted(number, 'fix').replace('fixs', 'fixes')} written")
            made = list(check_drafts(target, given, codes, earlier))
    failures += [each.error for each in made if each.error]
    return [each for each in made if not each.error]


def _show_difference(checked: Sequence[Checked]) -> bool:
    wrote = False
    for each in checked:
        if any(can_mend(each, found.problem.fix) for found in each.found):
            click.echo("\n".join(visible(line) for line in difference(each, mended(each)[0]).split("\n")), nl=False)
            wrote = True
    return wrote


def _end(checked: Sequence[Checked], failures: Sequence[str], form: str, wrote: bool) -> None:
    number = sum(len(each.found) for each in checked)
    mends = sum(can_mend(each, found.problem.fix) for each in checked for found in each.found)
    if form == "text" and checked:
        beside = f"; --fix mends {mends}" if mends else ""
        say(f"{counted(number, 'problem') if number else 'no problems'} in {counted(len(checked), 'draft')}{beside}")
    for failure in failures:
        say(f"allegata: {failure}", "red")
    raise SystemExit(2 if failures else 1 if number or wrote else 0)
