"""Write the files that are made from the code: the JSON Schema that ships, the references of commands and of Python, the pages of the linter's rules.

    python training/generate.py [--check]

--check writes nothing and exits 1 when a file is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import reference

from allegata.check import page_of, rules
from allegata.model import schema
from allegata.run.cli import main as cli

ROOT = Path(__file__).parents[1]


def commands() -> str:
    """Return the help of every command as one Markdown page."""
    parts = ["# Commands\n\nMade from the program by `make generate`.\n"]
    with click.Context(cli, info_name="allegata", max_content_width=100, terminal_width=100) as top:
        parts.append(f"    {cli.get_help(top)}".replace("\n", "\n    "))
        parts += _helps(cli, top, "")
    return "\n".join(line.rstrip() for line in "\n".join(parts).splitlines()) + "\n"


def _helps(group: click.Group, outer: click.Context, before: str) -> Iterator[str]:
    """Yield the help of each command of *group*, and of those within, under its words."""
    for name, command in sorted(group.commands.items()):
        with click.Context(command, parent=outer, info_name=name, max_content_width=100, terminal_width=100) as inner:
            yield f"\n## {before}{name}\n\n    " + command.get_help(inner).replace("\n", "\n    ")
            if isinstance(command, click.Group):
                yield from _helps(command, inner, f"{before}{name} ")


def rule_index() -> str:
    """Return the table of the rules of ``allegata check``."""
    rows = [f"| [{each.code}]({each.code}.md) | {each.name} | {each.summary} |" for each in rules()]
    return (
        "# Rules of `allegata check`\n\nMade from the program by `make generate`. Those from ALG101 on need `--ledger`.\n\n"
        "| code | name | what it says |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def main() -> None:
    """Write, or with ``--check`` compare."""
    made = {
        ROOT / "src/allegata/data/schema.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n",
        ROOT / "docs/cli.md": commands(),
        ROOT / "docs/reference/python.md": reference.functions(),
        ROOT / "docs/reference/records.md": reference.records(),
        ROOT / "docs/check/README.md": rule_index(),
        **{ROOT / f"docs/check/{each.code}.md": page_of(each.code) for each in rules()},
    }
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale; run make generate", file=sys.stderr)
        sys.exit(bool(stale))
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], "utf-8")


if __name__ == "__main__":
    main()
