"""What was read of an archive, taken into a ledger: every record is checked against its id before it is kept."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from allegata.export.again import check_claim, spans_of
from allegata.ledger.records import KINDS
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document, DocumentRef, Masks
from allegata.model.error import AllegataError, InputError
from allegata.model.identity import capture_id, claim_id, document_id
from allegata.model.json import from_json
from allegata.model.link import Finding
from allegata.model.mention import Record
from allegata.run.archive.place import Place, arrow
from allegata.run.archive.plan import Part, finished, kept
from allegata.run.options import now, opened, who
from allegata.run.pipeline import Added, Report, add
from allegata.run.reading import end, sum_up
from allegata.run.relating import relate
from allegata.run.terminal import OUT, counted

ROWS = 256


def is_folder(source: str) -> bool:
    """Return whether *source* is no single file: a folder, or an address of object storage."""
    return "://" in source or Path(source).is_dir()


def take_in(source: str, location: str) -> None:
    """Take what `archive read` wrote into *source* into the ledger at *location*, and link it; say what became of it.

    What the ledger holds already is passed over, so that it can be broken off and done again.

    Raises: InputError if *source* is not whole, LedgerError as `opened`.
    """
    place, added, whole = Place(source), Added(), 0
    parts = parts_of(place)
    with opened(location, create=True) as ledger:
        with click.progressbar(parts, label="importing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            for part in bar:
                for each in reports_in(place, part):
                    whole += 1
                    add(ledger, each, who(), now(), added)
        relate(ledger, who(), now())
    OUT.print(f"imported: {counted(len(added.claims), 'claim')} of {counted(whole, 'report')}")
    sum_up(added, whole)
    end(added, whole)


def parts_of(place: Place) -> tuple[Part, ...]:
    """Return the parts that were read into *place*.

    Raises: InputError if there are none, or one is not finished.
    """
    made = kept(place)
    if made is None:
        raise InputError(f"{place.address}: holds nothing that `allegata archive read` wrote; give its OUT")
    left = len({each.name for each in made.parts} - finished(place))
    if left:
        raise InputError(
            f"{place.address}: {left} of {len(made.parts)} parts are not read yet; run `allegata archive read` again"
        )
    return made.parts


def reports_in(place: Place, part: Part) -> Iterator[Report]:
    """Yield the reports of *part* as they were read.

    A report whose records are not what their ids say, or not all there, is one with an error.

    Raises: InputError if the table cannot be read.
    """
    name = f"{place.address}/records/{part.name}.parquet"
    system, path = place.inside(f"records/{part.name}.parquet")
    pa = arrow()
    try:
        with system.open_input_file(path) as stream, pa.parquet.ParquetFile(stream) as file:
            rows = (row for batch in file.iter_batches(batch_size=ROWS, use_threads=False) for row in batch.to_pylist())
            for document, records in groupby(rows, lambda row: str(row["document"])):
                yield _report(f"{part.source}: document {document[:8]}", list(records))
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InputError(f"{name}: is broken ({' '.join(str(error).split())[:200]}); read the archive again") from None


def _report(name: str, rows: list[dict[str, Any]]) -> Report:
    body = b""
    found: dict[type[Record], list[Any]] = {kind: [] for kind in (Capture, Document, Masks, Claim, Finding)}
    try:
        for row in rows:
            record = from_json(KINDS[row["kind"]], json.loads(row["record"] or b""))
            found[type(record)].append(record)
            body = row["body"] or body
        (capture,), (document,), (masks,) = found[Capture], found[Document], found[Masks]
        _check(capture, document, masks, found[Claim], body)
        _check_places(document, masks, found[Claim], found[Finding])
    except (KeyError, ValueError, RecursionError, AllegataError) as error:
        return Report(
            name, error=f"{name}: is not what was read ({' '.join(str(error).split())[:200]}); read the archive again"
        )
    return Report(name, capture, body, document, tuple(found[Claim]), tuple(found[Finding]), masks=masks)


def _check(capture: Capture, document: Document, masks: Masks, claims: list[Claim], body: bytes) -> None:
    """Refuse records that do not belong together.

    Raises: InputError, saying what does not fit.
    """
    own = capture_id(capture.body, capture.url, capture.fetched_at, capture.origin)
    given = {name: str(value) for name in document.given if (value := getattr(document, name, None)) is not None}
    about = DocumentRef(
        document.id, document.url, document.outlet, document.published, document.title, document.language
    )
    wrong = {
        "the bytes are not those of the capture": hashlib.sha256(body).hexdigest() != capture.body,
        "the capture is not of its id": own != capture.id or document.capture != capture.id,
        "the document is not of its id": document.id
        != document_id(document.capture, document.reader, document.text, given),
        "the masks are those of another document": masks.document != document.id,
        "a claim is of another document": any(each.document != about for each in claims),
        "a claim is there twice": len({each.id for each in claims}) < len(claims),
        "a claim is not of its id": any(claim_id(each) != each.id for each in claims),
        "a claim is not in the words of its document": any(
            document.text[each.passage.start : each.passage.end] != each.passage.text for each in claims
        ),
    }
    _refuse(wrong)


def _check_places(document: Document, masks: Masks, claims: list[Claim], findings: list[Finding]) -> None:
    """Refuse what stands where the document has no words, codes that are none, and findings of anything else.

    Raises: InputError, saying what does not fit.
    """
    for each in claims:
        check_claim(each)
    size = len(document.text)
    spans = [span for claim in claims for span in spans_of(claim)] + [span for each in findings for span in each.spans]
    ends = [0, *(end for each in masks.stretches for end in (each.start, each.end)), size]
    known = {each.id for each in claims}
    _refuse(
        {
            "a span is outside the document": any(not 0 <= each.start <= each.end <= size for each in spans),
            "the masks do not fit the document": ends != sorted(ends)
            or any(each.number < 1 for each in masks.stretches),
            "a finding is of another document": any(
                each.document not in (None, document.id) or not known.issuperset(each.claims) for each in findings
            ),
        }
    )


def _refuse(wrong: dict[str, bool]) -> None:
    for what, is_so in wrong.items():
        if is_so:
            raise InputError(what)
