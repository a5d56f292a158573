"""Bytes in: from files, folders, standard input, web archives, feeds and addresses."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from allegata.capture.feed import capture_feed
from allegata.capture.file import expand, is_address, open_file, read_stream
from allegata.capture.guard import Guard
from allegata.capture.kept import page_in
from allegata.capture.made import LIMIT_BYTES, make_capture, origin_name
from allegata.capture.media import FEED, GZIP, WARC, sniff, with_charset
from allegata.capture.warc import capture_warc
from allegata.model import Capture, InputError

__all__ = ["LIMIT_BYTES", "Guard", "capture", "expand", "page_in"]


def _captures(
    body: bytes,
    name: str,
    origin: str,
    declared: str | None,
    charset: str | None,
    fetched_at: str | None,
    url: str | None,
    limit_bytes: int,
) -> Iterator[tuple[Capture, bytes]]:
    """Yield the captures in *body*, which is a whole file, page, feed or archive."""
    if not body.strip():
        raise InputError(f"{name}: is empty; give a page with text")
    media_type = sniff(body, url or name, declared)
    if media_type in (WARC, GZIP):
        yield from capture_warc(io.BytesIO(body), name, len(body), fetched_at, limit_bytes)
    elif media_type == FEED:
        yield from capture_feed(body, name, fetched_at, url)
    else:
        yield make_capture(body, with_charset(media_type, charset), origin, url, fetched_at)


def capture(
    target: str,
    *,
    stdin: BinaryIO | None = None,
    fetched_at: str | None = None,
    url: str | None = None,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = 30.0,
    guard: Guard | None = None,
) -> Iterator[tuple[Capture, bytes]]:
    """Yield the reports in *target*, each as its record and its bytes.

    *target* is a file, an http or https address, or ``-`` for *stdin*. A WARC file has a report for each page, a feed
    one for each entry, everything else is one. *fetched_at* (ISO 8601) and *url* are for what does not say itself;
    an address fetched without *fetched_at* takes the server's date. *limit_bytes* bounds each report, and a feed as
    a whole; *timeout_s* each wait for a server. *guard*: which addresses are fetched; without one, public ones.

    Raises: InputError, in one line that names *target*: missing, unreadable, empty, too large, binary, not served.
    From a damaged archive the pages before the damage come first.

    >>> [(made.media_type, made.origin) for made, _ in capture("-", stdin=io.BytesIO(b"Ten were held."))]
    [('text/plain', 'stdin')]
    """
    if is_address(target):
        from allegata.capture.http import fetch

        response = fetch(target, limit_bytes=limit_bytes, timeout_s=timeout_s, guard=guard)
        yield from _captures(
            response.body,
            response.url,
            "http",
            response.media_type,
            response.charset,
            fetched_at or response.fetched_at,
            url or response.url,
            limit_bytes,
        )
        return
    if target == "-":
        if stdin is None:
            raise InputError("-: there is no standard input to read; give a file")
        body = read_stream(stdin, "-", limit_bytes)
        yield from _captures(body, "-", "stdin", None, None, fetched_at, url, limit_bytes)
        return
    with open_file(target) as stream:
        head = stream.read(4096)
        stream.seek(0)
        if head and sniff(head, target) in (WARC, GZIP):
            size_bytes = os.fstat(stream.fileno()).st_size
            yield from capture_warc(stream, target, size_bytes, fetched_at, limit_bytes)
        else:
            body = read_stream(stream, target, limit_bytes)
            yield from _captures(body, target, f"file:{origin_name(target)}", None, None, fetched_at, url, limit_bytes)
