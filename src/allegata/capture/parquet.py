"""Reports from Parquet files: each row with a text is a report. Needs pyarrow, the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from allegata.capture.entry import capture_rows, columns_of
from allegata.capture.made import Taking
from allegata.model.document import Capture
from allegata.model.error import InputError

ROWS = 64
"""Rows that are unpacked at once."""
GROUP_BYTES = 2_000_000_000
"""Bytes that the columns of a row group may say they unpack to: a group is the least that is read at once."""
MISSING = "is a Parquet file, for which pyarrow is needed: pip install 'allegata[parquet]'; or save it as CSV"


def capture_parquet(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    """Yield a capture for each row of *stream* with a text; ``origin`` is ``parquet:NAME#ROW``, from 1.

    Raises: InputError if pyarrow is not there, *stream* is no Parquet, has no column of text, a group of rows or a row that is too large, or
    no text; where it is damaged, after the rows before.
    """
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise InputError(f"{name}: {MISSING}") from None
    number = 0

    def rows(file: Any, wanted: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        nonlocal number
        for batch in file.iter_batches(batch_size=ROWS, columns=wanted, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield number, row

    yielded = False
    try:
        with parquet.ParquetFile(stream, pre_buffer=False) as file:
            columns = columns_of(file.schema_arrow.names, taking.columns, name)
            wanted = sorted({*columns.values()})
            _check(file.metadata, {*wanted}, name)
            for made in capture_rows(rows(file, wanted), columns, "parquet", name, taking):
                yielded = True
                yield made
    except (ArrowException, OSError, UnicodeError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{name}: is broken after row {number:,} ({reason}); get the whole file") from None
    if not yielded:
        raise InputError(f"{name}: holds no row with a text; check that its column of text is {columns.get('text')!r}")


def _check(metadata: Any, wanted: set[str], name: str) -> None:
    """Refuse a file with a group of rows that does not fit into memory."""
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        parts = [group.column(at) for at in range(group.num_columns)]
        unpacked = sum(each.total_uncompressed_size for each in parts if each.path_in_schema.split(".")[0] in wanted)
        if unpacked > GROUP_BYTES:
            raise InputError(f"{name}: has a group of rows of {unpacked:,} bytes; write it in smaller row groups")
