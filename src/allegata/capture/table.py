"""Reports from tables: each row of a CSV file with a column of text is a report."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from allegata.capture.entry import capture_rows, columns_of
from allegata.capture.made import Taking, not_read, too_large
from allegata.model.document import Capture
from allegata.model.error import InputError

DELIMITERS = ",\t;|"
HEADER_BYTES = 1_000_000
BROKEN = "its quotation marks do not match"


class _Lines:
    """The lines of a table, each letter a byte, so that any encoding that extends ASCII passes unharmed.

    Raises: InputError where a row has more than *limit* letters: an open quotation mark would take in the rest of the file.
    """

    def __init__(self, stream: io.TextIOWrapper, name: str, limit: int) -> None:
        self._stream, self._name, self._limit = stream, name, limit
        self.row = self._taken = 0

    def begin(self) -> None:
        """Begin the next row."""
        self.row, self._taken = self.row + 1, 0

    def widen(self, limit: int) -> None:
        """Allow rows of *limit* letters from now on."""
        self._limit = limit

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._limit + 1)
        self._taken += len(line)
        if self._taken > self._limit:
            raise too_large(f"{self._name}: row {self.row}", self._limit)
        if not line:
            raise StopIteration
        return line.replace("\0", "")


def _is_wide(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _cell(cell: str, wide: bool) -> str:
    r"""Return a cell, whose letters are bytes unless *wide*, in UTF-8 if it fits, else in cp1252.

    >>> _cell("â\x80\x9cTenâ\x80\x9d", False), _cell("\x93Ten\x94", False)
    ('“Ten”', '“Ten”')
    """
    if wide or cell.isascii():
        return cell
    body = cell.encode("latin-1")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _delimiter(header: str) -> str:
    """Return which delimiter parts *header* most often.

    >>> _delimiter("id;text, all of it;date")
    ';'
    """
    return max(DELIMITERS, key=lambda each: (len(next(csv.reader([header], delimiter=each))), -DELIMITERS.index(each)))


def capture_table(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    r"""Yield a capture for each row of the CSV file *stream*, whose first row names its columns.

    Comma, semicolon, tab and bar are told apart by the header; cells are UTF-8, else cp1252, or all of them UTF-16 with a mark. Rows count
    from 1 after the header: ``csv:NAME#ROW``. A row in which quotation marks do not match is left out, and so are those that it takes in.

    Raises: InputError, naming the row, if there is no column of text or a row is larger than the limit; at the end, if rows were left out
    or there was none.

    >>> rows = io.BytesIO(b"id;body;date\n7;Ten were held.;2019-04-24\n")
    >>> [(made.origin, body) for made, body in capture_table(rows, "in/a.csv", 50, Taking())]
    [('csv:a.csv#1', b'{"published":"2019-04-24","text":"Ten were held."}')]
    """
    wide = _is_wide(stream.read(2))
    stream.seek(0)
    letters = io.TextIOWrapper(stream, "utf-16" if wide else "latin-1", "replace", newline="")
    try:
        yield from _captured(_Lines(letters, name, min(HEADER_BYTES, taking.limit_bytes)), name, wide, taking)
    finally:
        # The stream is closed by whoever opened it.
        letters.detach()


def _captured(lines: _Lines, name: str, wide: bool, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    csv.field_size_limit(max(csv.field_size_limit(), taking.limit_bytes))
    missed, first, yielded = 0, "", False
    try:
        head = next(lines, "")
        delimiter = _delimiter(head)
        header = [_cell(each, wide).strip() for each in next(csv.reader([head], delimiter=delimiter), [])]
    except csv.Error as error:
        raise InputError(f"{name}: its header cannot be read ({error}); save it as CSV again") from None
    columns = columns_of(header, taking.columns, name)
    lines.widen(taking.limit_bytes)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        nonlocal missed, first
        while True:
            lines.begin()
            try:
                row = next(reader, None)
            except csv.Error:
                missed += 1
                first = first or f"row {lines.row:,}: {BROKEN}"
                continue
            if row is None:
                return
            yield lines.row, dict(zip(header, (_cell(each, wide) for each in row), strict=False))

    for made in capture_rows(rows(), columns, "csv", name, taking):
        yielded = True
        yield made
    if missed:
        raise not_read(name, missed, first)
    if not yielded:
        raise InputError(f"{name}: holds no row with a text; check that its column of text is {columns.get('text')!r}")
