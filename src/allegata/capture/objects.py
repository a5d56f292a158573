"""Reports from JSON: lines or one array of rows, exports of Aleph (FollowTheMoney) and Datashare, and fact checks (ClaimReview)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import ijson

from allegata.capture.entry import capture_entry, columns_of, entry
from allegata.capture.made import EMPTY, Taking, not_read, origin_name, too_large
from allegata.capture.review import capture_review, is_review, reviews_of
from allegata.model.document import Capture
from allegata.model.error import InputError

HEAD_BYTES = 4096
FEED_KEY = "dataFeedElement"
NO_DOCUMENT = "entities without a text of their own: people, companies, folders"
DEPTH = 200
"""How deep the parts of a JSON document may be nested."""


class _Bounded:
    """A stream of which no more than *limit* bytes are read for one object.

    Raises: InputError where more are.
    """

    def __init__(self, stream: BinaryIO, name: str, limit: int) -> None:
        self._stream, self._name, self._limit = stream, name, limit
        self.number, self._taken = 1, 0

    def next(self) -> int:
        """Begin the next object, and return the number of the last one."""
        self.number, self._taken = self.number + 1, 0
        return self.number - 1

    def read(self, size: int = -1) -> bytes:
        """Return at most *size* bytes; those read ahead count for the object that comes first."""
        if self._taken > self._limit:
            raise too_large(f"{self._name}: object {self.number:,}", self._limit)
        block = self._stream.read(min(size, 1 << 16) if size >= 0 else 1 << 16)
        self._taken += len(block)
        return block

    def readline(self) -> bytes:
        """Return the next line.

        Raises: InputError if it is larger than the limit.
        """
        line = self._stream.readline(self._limit + 1)
        if len(line) > self._limit:
            raise too_large(f"{self._name}: object {self.number:,}", self._limit)
        return line


class _Broken(Exception):  # noqa: N818
    """Why one line was not read; the next is."""


def _loaded(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Broken(f"is no JSON ({type(error).__name__})") from None


def _items(stream: _Bounded, key: str | None, name: str) -> Iterator[tuple[int, Any]]:
    """Yield number and value of each part of the array that a JSON document is, or that stands under *key* of it."""
    depth, inside, wanted = 0, False, key is None
    part: ijson.ObjectBuilder | None = None
    try:
        for event, value in ijson.basic_parse(stream, use_float=True):
            begins, ends = event.startswith("start_"), event.startswith("end_")
            depth -= ends
            if depth > DEPTH:
                raise InputError(
                    f"{name}: object {stream.number:,} is nested more than {DEPTH} deep; give its reports one by one"
                )
            if inside and depth == (key is not None) and ends:
                inside = wanted = False
            elif inside:
                part = part or ijson.ObjectBuilder()
                part.event(event, value)
                if not begins and depth == 1 + (key is not None):
                    yield stream.next(), part.value
                    part = None
            elif wanted and event == "start_array" and depth == (key is not None):
                inside = True
            elif event == "map_key" and depth == 1:
                wanted = value == key
            depth += begins
    except (ijson.JSONError, ValueError, RecursionError, OverflowError) as error:
        reason = " ".join(str(error).split())[:80]
        raise InputError(f"{name}: is broken at object {stream.number:,} ({reason}); get the whole file") from None


def _is_lines(stream: BinaryIO, limit_bytes: int) -> bool:
    """Return whether the first line of *stream* is a JSON object by itself."""
    line = stream.readline(limit_bytes + 1)
    stream.seek(0)
    try:
        return len(line) <= limit_bytes and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _whole(stream: BinaryIO, name: str, taking: Taking) -> Any:
    body = stream.read(taking.limit_bytes + 1)
    if len(body) > taking.limit_bytes:
        raise too_large(name, taking.limit_bytes)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: is no JSON that can be read ({type(error).__name__}); get the whole file") from None


def capture_objects(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    r"""Yield a capture for each object of the JSON *stream* that is a report: objects one a line, or the parts of one array or feed.

    An entity of FollowTheMoney is one where it has a text or HTML of its own: ``ftm:NAME#ID``. A ClaimReview is one where it names who made
    the claim: ``claimreview:NAME#N``. Any other object is a row, its keys the columns, also within ``_source``: ``json:NAME#N``.

    Raises: InputError, naming the object, if it is larger than the limit, or where a document is broken, after the objects before; at the
    end, if lines were no JSON or no object was a report.

    >>> import io
    >>> lines = io.BytesIO(b'{"id":"a7","schema":"PlainText","properties":{"bodyText":["Ten were held."]}}\n{"id":1,"content":"Six."}\n')
    >>> [(made.origin, body) for made, body in capture_objects(lines, "in/a.json", 99, Taking())]
    [('ftm:a.json#a7', b'{"text":"Ten were held."}'), ('json:a.json#2', b'{"text":"Six."}')]
    """
    head = stream.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.seek(0)
    taker = _Taker(name, taking)
    bounded = _Bounded(stream, name, taking.limit_bytes)
    if head.startswith(b"["):
        found = _items(bounded, None, name)
    elif f'"{FEED_KEY}"'.encode() in head:
        found = _items(bounded, FEED_KEY, name)
    elif _is_lines(stream, taking.limit_bytes):
        found = taker.lines(bounded)
    else:
        found = iter([(1, _whole(stream, name, taking))])
    yielded = False
    for number, value in found:
        for made in taker.take(number, value):
            yielded = True
            yield made
    if taker.missed:
        raise not_read(name, taker.missed, taker.first)
    if not yielded:
        raise taker.none or InputError(
            f"{name}: holds no object with a text; give rows, entities with a text or fact checks"
        )


class _Taker:
    """Takes the reports out of objects. missed, first: lines that were not read. none: why the first row is none."""

    def __init__(self, name: str, taking: Taking) -> None:
        self._name, self._taking = name, taking
        self._columns: dict[tuple[str, ...], dict[str, str]] = {}
        self.missed, self.first = 0, ""
        self.none: InputError | None = None

    def lines(self, stream: _Bounded) -> Iterator[tuple[int, Any]]:
        """Yield number and value of each line that is JSON; the others are counted."""
        while line := stream.readline():
            number = stream.next()
            if not line.strip(b" \t\r\n\xef\xbb\xbf\0"):
                continue
            try:
                yield number, _loaded(line)
            except _Broken as reason:
                self.missed += 1
                self.first = self.first or f"line {number:,}: {reason}"

    def take(self, number: int, value: Any) -> Iterator[tuple[Capture, bytes]]:
        """Yield the reports of one object."""
        origin = origin_name(self._name)
        if not isinstance(value, dict):
            self._taking.skipped["values that are no objects"] += 1
        elif is_review(value):
            for review in reviews_of(value):
                yield from capture_review(review, f"claimreview:{origin}#{number}", self._taking)
        elif isinstance(value.get("schema"), str) and isinstance(value.get("properties"), dict):
            identity = str(value.get("id") or number)[:200]
            # The date of a file is seldom the day of publication, which has a property of its own.
            dated = {"published": "date"}.items() <= self._taking.columns.items()
            said = {key: each for key, each in value["properties"].items() if key != "date" or dated}
            yield from self._entry(said, f"ftm:{origin}#{identity}", NO_DOCUMENT)
        else:
            row = value.get("_source")
            yield from self._entry(row if isinstance(row, dict) else value, f"json:{origin}#{number}", EMPTY)

    def _entry(self, row: Mapping[str, Any], origin: str, why: str) -> Iterator[tuple[Capture, bytes]]:
        fields = entry(row, self._columns_of(row))
        if fields is None:
            self._taking.skipped[why] += 1
        else:
            yield capture_entry(fields, origin.encode("utf-8", "replace").decode("utf-8"), self._taking)

    def _columns_of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Return which key of *row* holds which field, none if there is no text; remembered for the keys that were last seen."""
        keys = tuple(row)
        if keys not in self._columns:
            if len(self._columns) > 1000:
                self._columns.clear()
            try:
                self._columns[keys] = columns_of(keys, self._taking.columns, self._name)
            except InputError as error:
                self.none = self.none or error
                self._columns[keys] = {}
        return self._columns[keys]
