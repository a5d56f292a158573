"""The Parquet that is written of an archive: reports and claims as they may be shown, and the records that a ledger takes in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Self

import msgspec

from allegata.export.csv import COLUMNS, row_of
from allegata.mask import mask_claim, mask_document, outward
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document, Masks
from allegata.model.json import canonical
from allegata.model.mention import Record
from allegata.run.archive.place import TABLES, Place, arrow
from allegata.run.pipeline import Report

GROUP = 256
"""Reports of one row group: what is held until it is written."""
NUMBERS = frozenset({"passage_start", "passage_end"})
AMOUNTS = frozenset({"count_low", "count_high"})
DOCUMENT = (
    "id",
    "capture",
    "body",
    "url",
    "origin",
    "fetched_at",
    "outlet",
    "published",
    "title",
    "language",
    "reader",
    "text",
)
"""Columns of a report; body is the sha256 of its bytes."""


def schemas() -> dict[str, Any]:
    """Return the schema of each table.

    documents: a row for each report that has claims, masked. claims: a row for each claim, masked, with the columns of the CSV and the
    claim whole as JSON, as `export` writes it. records: what a ledger keeps of them, **not masked**, with the bytes as received in the row of a capture.
    """
    pa = arrow()
    text, number = pa.string(), pa.int64()
    kinds = {**dict.fromkeys(NUMBERS, number), **dict.fromkeys(AMOUNTS, pa.float64())}
    return {
        "documents": pa.schema([(name, text) for name in DOCUMENT] + [("claims", number)]),
        "claims": pa.schema([(name, kinds.get(name, text)) for name in COLUMNS] + [("json", text)]),
        "records": pa.schema(
            [("document", text), ("kind", text), ("id", text), ("record", pa.binary()), ("body", pa.large_binary())]
        ),
    }


def _cell(name: str, value: str) -> Any:
    """Return what stands in a column of claims for the *value* of a row of the CSV: null for nothing, figures as numbers."""
    if value == "":
        return None
    return int(value) if name in NUMBERS else float(value) if name in AMOUNTS else value


def claim_row(claim: Claim) -> dict[str, Any]:
    """Return a row of the table of claims."""
    return {**{name: _cell(name, value) for name, value in row_of(claim).items()}, "json": canonical(claim).decode()}


class Tables:
    """The files of one part, written a row group at a time; they are there once all of it is written."""

    def __init__(self, out: Place, name: str) -> None:
        pa = arrow()
        self._schemas = schemas()
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self._opened = ExitStack()
        self._held = 0
        self._entered: set[str] = set()
        self._writers = {
            table: self._opened.enter_context(
                pa.parquet.ParquetWriter(
                    self._opened.enter_context(out.writing(f"{table}/{name}.parquet")),
                    self._schemas[table],
                    compression="zstd",
                )
            )
            for table in TABLES
        }

    def enter(self, made: Report, records: Sequence[tuple[str, Record]]) -> None:
        """Write a report that has claims, with the *records* that are entered of it, unless the part has the same page already."""
        document, capture = made.document, made.capture
        if document is None or capture is None:
            raise ValueError("a report without a document has no records")
        same = page_key(capture.body, capture.url, capture.origin)
        if same in self._entered:
            return
        self._entered.add(same)
        masks = next(each for _, each in records if isinstance(each, Masks))
        self._rows["documents"].append(_document_row(document, capture, masks, len(made.claims)))
        self._rows["claims"] += [claim_row(mask_claim(claim, document, masks)) for claim in made.claims]
        for kind, record in records:
            self._rows["records"].append(
                {
                    "document": document.id,
                    "kind": kind,
                    "id": getattr(record, "id", None),
                    "record": canonical(record),
                    "body": made.body if kind == "capture" else None,
                }
            )
        self._held += 1
        if self._held == GROUP:
            self._flush()

    def _flush(self) -> None:
        pa = arrow()
        for table, rows in self._rows.items():
            self._writers[table].write_table(pa.Table.from_pylist(rows, schema=self._schemas[table]))
            rows.clear()
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: Any) -> None:
        if raised[0] is None:
            self._flush()
        self._opened.__exit__(*raised)


def page_key(body: str, url: str | None, origin: str) -> str:
    """Return what is the same of two rows that are one page: the same bytes from the same address, whenever they were fetched.

    >>> page_key("c2258f27", None, "jsonl:a.jsonl#1")
    'c2258f27 jsonl:a.jsonl#1'
    """
    return f"{body} {url or origin}"


def _document_row(document: Document, capture: Capture, masks: Masks, claims: int) -> dict[str, Any]:
    shown = msgspec.structs.asdict(mask_document(document, masks))
    came = outward("capture", capture, [(document, masks)])
    fields = {**msgspec.structs.asdict(came), **shown}
    return {**{name: fields[name] for name in DOCUMENT}, "claims": claims}
