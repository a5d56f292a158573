"""Records written out: claims and other records in the forms a command offers, and files."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO, TypeVar

import click

from allegata import plugin
from allegata.export.csv import inert, write_csv
from allegata.export.exporter import Exporter
from allegata.export.jsonl import write_jsonl
from allegata.ledger import ALL, ClaimFilter, Ledger
from allegata.model.claim import Claim
from allegata.model.document import Document, Masks
from allegata.model.error import InputError
from allegata.model.json import to_json
from allegata.model.mention import Record
from allegata.run.terminal import say, show_claims

T = TypeVar("T")
LINES: Mapping[str, Callable[[Iterable[Claim], TextIO], object]] = MappingProxyType(
    {"json": write_jsonl, "csv": write_csv}
)
"""What writes the formats of a claim a line."""


def print_claims(
    claims: Iterable[Claim], form: str, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Print claims as a table, JSON lines (``json``), or as an exporter writes them, lines each as it comes; what that leaves out is said."""
    if form == "table":
        show_claims(list(claims))
    elif form in LINES:
        LINES[form](claims, sys.stdout)
    else:
        made, notes = exported(form, list(claims), documents, masks)
        click.echo(made, nl=False)
        for note in notes:
            say(note, "yellow")


def exported(
    form: str, claims: Sequence[Claim], documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> tuple[bytes, Sequence[str]]:
    """Return what the exporter *form* writes of *claims*, and what it left out.

    Raises: InputError if there is none of that name, or what it needs is not installed.
    """
    exporter: Exporter = plugin.find("exporters", {"json": "jsonl"}.get(form, form))
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="replace", newline="", write_through=True)
    notes = exporter(claims, stream, documents, masks)
    stream.flush()
    made = stream.detach()
    return made.getvalue(), notes or ()


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


def write_file(out: Path, made: str | bytes) -> None:
    """Write *made* to *out*, text as UTF-8.

    Raises: InputError if that cannot be done.
    """
    try:
        out.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written: {error.strerror or error}; give another file with --out"
        ) from error


class Late(Sequence[T]):
    """A sequence that is made when it is first looked at: most formats need no texts of reports.

    >>> Late(lambda: [1, 2])[1]
    2
    """

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Sequence[T]:
        return self._make()

    def __getitem__(self, at: Any) -> Any:
        """Return what stands there."""
        return self._made[at]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._made)


def export_of_ledger(ledger: Ledger, form: str, wanted: ClaimFilter = ALL) -> tuple[bytes, Sequence[str], int]:
    """Return what the exporter *form* writes of the claims *wanted* of *ledger*, what it left out, and how many claims it was given.

    With a filter the documents are those of these claims; without one, all.
    """
    claims = list(ledger.claims(wanted))
    found = {claim.document.id for claim in claims}
    documents = Late(lambda: [each for each in ledger.documents() if wanted == ALL or each.id in found])
    masks = Late(lambda: [ledger.masks(document.id) for document in documents])
    return *exported(form, claims, documents, masks), len(claims)


def page_of_ledger(ledger: Ledger, wanted: ClaimFilter = ALL) -> str:
    """Return the reports of *ledger* as one page, their words marked and their claims beside them; with a filter, those of the claims *wanted*."""
    return export_of_ledger(ledger, "html", wanted)[0].decode("utf-8")
