"""The tutorial is run as it is written: its files, its commands in their order, and of each command's output the lines that it shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from allegata.run.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SAVED = re.compile(r"^Save as `([\w.]+)`:\n\n```text\n(.*?)```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^(?:    |\$ )(allegata [^#|>\n]*)", re.MULTILINE)


class Step(NamedTuple):
    """A command, lines that its output has, and its exit code."""

    command: str
    lines: tuple[str, ...]
    code: int


def steps(page: str) -> Iterator[Step]:
    for block in CONSOLE.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *rest = part.rstrip("\n").split("\n")
            codes = [int(line.removeprefix("! exit ")) for line in rest if line.startswith("! exit ")]
            yield Step(
                command, tuple(line for line in rest if not line.startswith("! exit ")), codes[0] if codes else 0
            )


def test_the_tutorial_is_run_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/tutorial.md").read_text("utf-8")
    for name, text in SAVED.findall(page):
        Path(name).write_text(text, "utf-8")
    made = list(steps(page))
    assert len(made) > 10
    for step in made:
        _, *words = shlex.split(step.command)
        result = CliRunner().invoke(main, words)
        assert result.exit_code == step.code, (step.command, result.output, result.exception)
        told = " ".join(result.output.split())
        assert [line for line in step.lines if " ".join(line.split()) not in told] == [], (step.command, result.output)


def every_command() -> list[tuple[str, str]]:
    return [
        (page.name, each.strip())
        for page in PAGES
        for line in SHOWN.findall(page.read_text("utf-8"))
        for each in re.split(r"; (?=allegata )", line.split("   ")[0].strip())
    ]


@pytest.mark.parametrize(("page", "command"), every_command())
def test_every_command_that_a_page_shows_is_one_with_such_options(page: str, command: str) -> None:
    _, *words = shlex.split(command.rstrip(";").replace("…", "x"))
    group: click.Command = main
    while isinstance(group, click.Group) and words and words[0] in group.commands:
        group = group.commands[words.pop(0)]
    assert not isinstance(group, click.Group) or not words, command
    known = {
        name for each in group.params if isinstance(each, click.Option) for name in (*each.opts, *each.secondary_opts)
    }
    given = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
    assert given - known - {"--help", "--version"} == set(), command
