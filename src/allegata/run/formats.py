"""What the rules say, written for a person, for programs (JSON, SARIF 2.1.0) and for GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from allegata.check import page_of, rules
from allegata.run.drafts import Checked, Found
from allegata.run.mending import can_mend
from allegata.run.terminal import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NAMES = {each.code: each.name for each in rules()}


def write_text(drafts: Sequence[Checked]) -> Iterator[str]:
    """Yield a line for each problem: file, line, column, code, and what it is; ``[*]`` where --fix mends it."""
    for checked in drafts:
        for each in checked.found:
            mends = " [*]" if can_mend(checked, each.problem.fix) else ""
            line = f"{checked.name}:{each.line}:{each.column}: {each.problem.code}{mends} {each.problem.message}"
            yield visible(line)


def write_json(drafts: Sequence[Checked]) -> Iterator[str]:
    """Yield a JSON object for each problem."""
    for checked in drafts:
        for each in checked.found:
            problem = each.problem
            fix = problem.fix
            yield json.dumps(
                {
                    "file": checked.name, "line": each.line, "column": each.column, "end_line": each.end_line,
                    "end_column": each.end_column, "code": problem.code, "rule": _NAMES[problem.code], "message": problem.message,
                    "words": problem.span.text, "fix": fix and {"words": fix.span.text, "instead": fix.words},
                },
                ensure_ascii=False,
            )  # fmt: skip


def write_github(drafts: Sequence[Checked]) -> Iterator[str]:
    """Yield a warning for each problem, as a workflow of GitHub reads it."""
    for checked in drafts:
        for each in checked.found:
            code = each.problem.code
            fields = {
                "file": checked.name, "line": each.line, "col": each.column, "endLine": each.end_line,
                "endColumn": each.end_column, "title": f"allegata {code} {_NAMES[code]}",
            }  # fmt: skip
            said = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items())
            yield f"::warning {said}::{_data(each.problem.message)}"


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def write_sarif(drafts: Sequence[Checked]) -> Iterator[str]:
    """Yield one SARIF 2.1.0 log with a run over all drafts; columns are code points."""
    order = [each.code for each in rules()]
    results = [_result(checked, each, order) for checked in drafts for each in checked.found]
    driver = {"name": "allegata", "version": version("allegata"), "rules": [_descriptor(each.code) for each in rules()]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _descriptor(code: str) -> dict[str, Any]:
    rule = next(each for each in rules() if each.code == code)
    page = page_of(code)
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": "warning"},
    }


def _result(checked: Checked, each: Found, order: list[str]) -> dict[str, Any]:
    artifact = {"uri": _uri(checked.name)}
    region = _region(each.line, each.column, each.end_line, each.end_column)
    result: dict[str, Any] = {
        "ruleId": each.problem.code,
        "ruleIndex": order.index(each.problem.code),
        "level": "warning",
        "message": {"text": each.problem.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": region | {"snippet": {"text": each.problem.span.text}},
                }
            }
        ],
    }
    fix = each.problem.fix
    if fix is not None and can_mend(checked, fix) and checked.placement is not None:
        deleted = _region(
            *checked.placement.position(fix.span.start), *checked.placement.position(fix.span.end, end=True)
        )
        replacement = {"deletedRegion": deleted, "insertedContent": {"text": fix.words}}
        result["fixes"] = [
            {
                "description": {"text": f"Write {fix.words}"},
                "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
            }
        ]
    return result


def _region(line: int, column: int, end_line: int, end_column: int) -> dict[str, Any]:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _uri(name: str) -> str:
    if name == "-":
        return "stdin"
    if "://" in name:
        return name
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


WRITERS: dict[str, Callable[[Sequence[Checked]], Iterator[str]]] = {
    "text": write_text,
    "json": write_json,
    "sarif": write_sarif,
    "github": write_github,
}
