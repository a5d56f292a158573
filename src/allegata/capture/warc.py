"""Reports from web archives: each HTML, text or PDF response of a WARC file is a report."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecordType

from allegata.capture.inflate import BrokenError, inflate
from allegata.capture.made import EMPTY, UNWANTED, make_capture, not_read, origin_name, too_large
from allegata.capture.media import HTML, READABLE, sniff, with_charset
from allegata.model.document import Capture
from allegata.model.error import InputError

# A compressed archive may claim at most this many times its own size, above the first gigabyte: real ones
# unpack to 4 to 10 times theirs, and gzip to at most about 1000.
UNPACKED_TIMES = 200
UNPACKED_BYTES = 1_000_000_000

NOT_SERVED = "answers that hold no page: redirects, errors, robots.txt"
NO_PAGE = "neither HTML, text nor PDF"

_PAGES = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")


class NoPageError(InputError):
    """An archive without any page that is a report."""


class _NotReadError(Exception):
    """Why one record was not read; the archive goes on."""


def _dechunk(body: bytes) -> bytes:
    """Return the payload of a chunked body; a body that is not chunked after all is returned as it is."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    if not parts:
        return body
    raise _NotReadError("its chunks are broken")


def _payload(record: Any, raw: bytes, limit_bytes: int) -> bytes:
    headers = record.http_headers
    if headers is None:
        return raw
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        raw = _dechunk(raw)
    try:
        return inflate(raw, headers.get("Content-Encoding", ""), limit_bytes)
    except BrokenError as error:
        raise _NotReadError(str(error)) from None


def _wanted(record: Any) -> bool:
    """Return whether *record* may hold a report: a page served, no error, redirect or robots.txt."""
    if record.record_type not in _PAGES:
        return False
    status = record.http_headers.status_code if record.http_headers is not None else None
    if record.record_type == WarcRecordType.response and (status is None or not 200 <= status < 300):
        return False
    url = record.headers.get("WARC-Target-URI", "")
    try:
        return "/robots.txt" not in url or urlsplit(url).path != "/robots.txt"
    except ValueError:
        return True


def _skip(reader: Any) -> int:
    """Return how many bytes of the record were left, and pass over them."""
    skipped = 0
    while block := reader.read(1 << 20):
        skipped += len(block)
    return skipped


def _media_type(record: Any, body: bytes, url: str) -> str | None:
    """Return the media type of a record's page, null for styles, images and whatever else is no report."""
    declared = record.http_content_type if record.http_headers is not None else record.headers.get("Content-Type")
    declared = (declared or "").split(";")[0].strip().lower()
    if declared and declared not in READABLE and declared not in ("application/octet-stream", "binary/octet-stream"):
        return None
    try:
        found = sniff(body, url, declared)
    except InputError:
        return None
    if found not in READABLE:
        return None
    charset = record.http_charset if record.http_headers is not None else None
    return with_charset(found, charset)


def _cut_member(stream: BinaryIO, start: int) -> int | None:
    """Return where the gzip member begins that the file ends within, looking from the member at byte *start*.

    An archive cut off in the first bytes of a member unpacks to nothing there, and looks as if it ended before.
    """
    stream.seek(start)
    inflater = zlib.decompressobj(31)
    read = start
    begun = False
    while block := stream.read(1 << 16):
        read += len(block)
        while block:
            begun = True
            inflater.decompress(block, 1 << 20)
            block = inflater.unconsumed_tail
            if inflater.eof:
                block = inflater.unused_data.lstrip(b"\0")
                start = read - len(block)
                inflater = zlib.decompressobj(31)
                begun = False
    return start if begun else None


def capture_warc(
    stream: BinaryIO,
    name: str,
    size_bytes: int,
    fetched_at: str | None = None,
    limit_bytes: int = 20_000_000,
    *,
    skipped: Counter[str] | None = None,
    origin: str | None = None,
    is_wanted: Callable[[bytes], bool] | None = None,
) -> Iterator[tuple[Capture, bytes]]:
    """Yield a capture for each page of the archive *stream*, plain or compressed, in its order.

    Pages are the responses, resources and conversions that hold HTML, text or PDF and were served with a 2xx status.
    *size_bytes* is the size of the file. The record's date is ``fetched_at`` (the argument is for records without);
    ``origin`` is ``warc:NAME#OFFSET``, bytes from the start of the file; the argument is what stands there before the ``#``. *skipped* is
    told how many responses are no report, by why. *is_wanted* says of the unpacked bytes of a page whether it is taken.

    Raises: InputError, naming the offset, after the last page that could be read: where the archive is cut off or
    broken; at the end, if single records could not be read or there was no page at all.
    """
    first, missed = "", 0
    skipped = Counter() if skipped is None else skipped
    origin = origin or f"warc:{origin_name(name)}"
    yielded = False
    position = unpacked = 0
    member: int | None = None
    try:
        for record in ArchiveIterator(stream, parse_http=True, auto_decode="none", fsspec_args=False):
            position = record.stream_pos
            member = position if position < size_bytes else member
            declared = record.headers.get("Content-Length") or ""
            if not declared.isdecimal():
                raise InputError(f"{name}: is cut off or broken at byte {position:,}; get the whole archive")
            wanted = _wanted(record)
            raw = record.reader.read(limit_bytes + 1) if wanted else b""
            length = len(raw) + _skip(record.reader)
            unpacked += length
            if length < record.content_length:
                raise InputError(f"{name}: is cut off at byte {position:,}; get the whole archive")
            if unpacked > max(UNPACKED_BYTES, UNPACKED_TIMES * size_bytes):
                raise InputError(f"{name}: unpacks to more than {UNPACKED_TIMES} times its size; give it unpacked")
            if not raw:
                if record.record_type in _PAGES:
                    skipped[EMPTY if wanted else NOT_SERVED] += 1
                continue
            url = (record.headers.get("WARC-Target-URI") or "").strip("<> ") or None
            try:
                body = raw if length > limit_bytes else _payload(record, raw, limit_bytes)
                if len(body) > limit_bytes:
                    raise _NotReadError(str(too_large("it", limit_bytes)).split(": ")[1])
                media_type = _media_type(record, body, url or name)
            except _NotReadError as reason:
                missed += 1
                first = first or f"the record at byte {position:,}: {reason}"
                continue
            if media_type is None or not body.strip():
                skipped[EMPTY if media_type else NO_PAGE] += 1
                continue
            if is_wanted is not None and media_type.startswith(HTML) and not is_wanted(body):
                skipped[UNWANTED] += 1
                yielded = True
                continue
            yielded = True
            date = record.headers.get("WARC-Date") or fetched_at
            yield make_capture(body, media_type, f"{origin}#{position}", url, date)
        stream.seek(0)
        if stream.read(2) == b"\x1f\x8b" and (cut := _cut_member(stream, member or 0)) is not None:
            raise InputError(f"{name}: is cut off at byte {cut:,}; get the whole archive")
    except (OSError, UnicodeError, ValueError, zlib.error) as error:
        raise InputError(f"{name}: is broken after byte {position:,} ({error}); get the whole archive") from error
    if missed:
        raise not_read(name, missed, first)
    if not yielded:
        raise NoPageError(f"{name}: holds no HTML, text or PDF response; give an archive of pages")
