"""The records of a page for programs: one JSON object a line, or CSV. Taking them out of a ledger with accounts is a row of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from allegata.export.csv import inert
from allegata.ledger.access import audit
from allegata.model.json import to_json
from allegata.run.admission import kept_value
from allegata.serve.visit import Answer, Route, Sent, Visit, get

Records = Callable[[Visit], Iterable[Any]]
Row = Callable[[Any], Mapping[str, Any]]
JSON_LINES, CSV = "application/x-ndjson", "text/csv"


def cells(values: Iterable[Any]) -> list[Any]:
    """Return *values* as cells: lists and records as JSON, and an apostrophe before what a spreadsheet would run.

    >>> cells(["=1+1", [1, 2], None])
    ["'=1+1", '[1, 2]', None]
    """
    written = (
        json.dumps(each, ensure_ascii=False) if isinstance(each, list | tuple | dict) else each for each in values
    )
    return [inert(each) if isinstance(each, str) else each for each in written]


def csv_of(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return *rows* as CSV (RFC 4180) under *columns*."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(cells(row[name] for name in columns))
    return text.getvalue()


def json_of(rows: Iterable[Any]) -> str:
    """Return *rows* as JSON, one a line."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def record_export(visit: Visit, form: str, number: int) -> None:
    """Write the row that says that *visit* takes *number* records out of a ledger with accounts, and what it read of its address by then; in one
    without there is none.

    Raises: LedgerError if it cannot be written, so that nothing is given.
    """
    if visit.visitor.role is None:
        return
    told = {"command": f"serve {visit.path.rpartition('.')[0] or visit.path}", "format": form, "records": str(number)}
    # What was typed and not read is in no row, and takes the place of nothing in it.
    details = told | {name: kept_value(name, value) for name, value in visit.read.items()} | told
    audit(visit.ledger, "export", (), "", visit.visitor.name, visit.at, details)


def twins(
    path: str,
    act: str,
    records: Records,
    columns: Sequence[str],
    plain: Row = to_json,
    row: Row | None = None,
    takes: Iterable[str] = (),
) -> tuple[Route, Route]:
    """Return the routes of *path* with ``.json`` and ``.csv`` behind it, which give *records*; *columns* are those of the CSV.

    plain: what a record is as JSON. row: what it is in the CSV, where that is something else. takes: the names that their addresses may have in the query.
    """
    name = path.strip("/").replace("/", "-")

    def as_json(visit: Visit) -> Answer:
        rows = [plain(each) for each in records(visit)]
        record_export(visit, "json", len(rows))
        return Sent(json_of(rows), JSON_LINES)

    def as_csv(visit: Visit) -> Answer:
        rows = [(row or plain)(each) for each in records(visit)]
        record_export(visit, "csv", len(rows))
        return Sent(csv_of(columns, rows), CSV, f"{name}.csv")

    return get(f"{path}.json", act, as_json, takes), get(f"{path}.csv", act, as_csv, takes)
