"""Records written out: claims and other records in the forms a command offers, and files."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from allegata import plugin
from allegata.export.csv import inert
from allegata.ledger import ALL, ClaimFilter, Ledger
from allegata.model import Claim, Document, InputError, Record, to_json
from allegata.run.terminal import show_claims


def print_claims(claims: Iterable[Claim], form: str, documents: Sequence[Document] = ()) -> None:
    """Print claims as a table, JSON lines, CSV or a page; as lines each as it comes."""
    if form == "table":
        show_claims(list(claims))
    else:
        plugin.find("exporters", {"json": "jsonl"}.get(form, form))(claims, sys.stdout, documents)


def print_records(records: Sequence[Record], form: str, columns: tuple[str, ...]) -> None:
    """Print records as JSON lines or CSV; *columns* are the header when there is none."""
    plain = [to_json(record) for record in records]
    if form == "json":
        for each in plain:
            click.echo(json.dumps(each, ensure_ascii=False))
        return
    write_rows(list(plain[0]) if plain else list(columns), [list(each.values()) for each in plain])


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a CSV with a header; lists and records are JSON, and a cell a spreadsheet would run begins with an apostrophe."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = (
            json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | tuple | dict) else cell for cell in row
        )
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])


def write_file(out: Path, text: str) -> None:
    """Write *text* to *out*.

    Raises: InputError if that cannot be done.
    """
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written: {error.strerror or error}; give another file with --out"
        ) from error


def page_of_ledger(ledger: Ledger, wanted: ClaimFilter = ALL) -> str:
    """Return the reports of *ledger* as one page, their words marked and their claims beside them; with a filter, those of the claims *wanted*."""
    claims = list(ledger.claims(wanted))
    found = {claim.document.id for claim in claims}
    documents = [each for each in ledger.documents() if wanted == ALL or each.id in found]
    masks = [ledger.masks(document.id) for document in documents]
    text = io.StringIO()
    plugin.find("exporters", "html")(claims, text, documents, masks)
    return text.getvalue()
