"""Bytes in: from files, folders, standard input, web archives, feeds and addresses."""

from __future__ import annotations

import io
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO

from allegata.capture.feed import capture_feed
from allegata.capture.file import expand, is_address, open_file, read_stream
from allegata.capture.guard import Guard
from allegata.capture.inflate import beginning, unpacked
from allegata.capture.kept import page_in
from allegata.capture.made import LIMIT_BYTES, Taking, make_capture, not_read, origin_name
from allegata.capture.mailbox import capture_mailbox
from allegata.capture.media import (
    FEED,
    GZIP,
    HEAD_BYTES,
    MAILBOX,
    OBJECTS,
    PARQUET,
    PLAIN,
    READABLE,
    SITEMAP,
    TABLE,
    WACZ,
    WARC,
    sniff,
    with_charset,
)
from allegata.capture.objects import capture_objects
from allegata.capture.parquet import capture_parquet
from allegata.capture.sitemap import CHILDREN, PAGES, Place, Sitemap, parse_sitemap
from allegata.capture.table import capture_table
from allegata.capture.wacz import capture_wacz
from allegata.capture.warc import NO_PAGE, NoPageError, capture_warc
from allegata.model.document import Capture
from allegata.model.error import InputError

if TYPE_CHECKING:
    from allegata.capture.http import Response

PAUSE_S = 1.0
"""Seconds between two pages of a sitemap, more where robots.txt asks for more."""
REFUSED = "pages that robots.txt asks not to fetch"

__all__ = ["LIMIT_BYTES", "Guard", "NoPageError", "Taking", "capture", "capture_archive", "expand", "page_in"]


Captures = Iterator[tuple[Capture, bytes]]


def _from_warc(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Captures:
    return capture_warc(
        stream,
        name,
        size_bytes,
        taking.fetched_at,
        taking.limit_bytes,
        skipped=taking.skipped,
        is_wanted=taking.is_wanted,
    )


STREAMED: Mapping[str, Callable[[BinaryIO, str, int, Taking], Captures]] = MappingProxyType(
    {
        WARC: _from_warc,
        GZIP: _from_warc,
        TABLE: capture_table,
        OBJECTS: capture_objects,
        PARQUET: capture_parquet,
        MAILBOX: capture_mailbox,
        WACZ: capture_wacz,
    }
)
"""What takes the reports out of an input of many, given its bytes, name and size, never all of it at once."""


def _kind(head: bytes, name: str, declared: str | None, taking: Taking) -> str:
    """Return the media type of an input; a plain text of which columns are spoken of is a table.

    Raises: InputError as `sniff`.
    """
    found = sniff(head, name, declared)
    return TABLE if found == PLAIN and taking.columns else found


Fetch = Callable[[str], "Response"]


class _Misses:
    """What a sitemap lists and could not be fetched; *skipped* is told of what robots.txt refuses."""

    def __init__(self, skipped: Counter[str]) -> None:
        self._skipped = skipped
        self.refused = self.missed = 0
        self.first = ""

    def add(self, error: InputError) -> None:
        """Count one that failed with *error*."""
        from allegata.capture.polite import DisallowedError, NoRulesError

        if isinstance(error, DisallowedError) and not isinstance(error, NoRulesError):
            self.refused += 1
            self._skipped[REFUSED] += 1
        else:
            self.missed += 1
            self.first = self.first or str(error)


def _pages_of(sitemap: Sitemap, wanted: int, fetch: Fetch, taking: Taking, misses: _Misses) -> list[Place]:
    """Return the newest pages that *sitemap* and the sitemaps it lists have, at most *wanted*."""
    pages = list(sitemap.pages)
    for place in sitemap.sitemaps[:CHILDREN]:
        if len(pages) >= wanted:
            break
        try:
            found = fetch(place.url)
            pages += parse_sitemap(unpacked(found.body, found.url, taking.limit_bytes), found.url).pages
        except InputError as error:
            misses.add(error)
    if len(pages) > wanted:
        taking.skipped["pages of a sitemap beyond those that --pages asks for"] += len(pages) - wanted
    return pages[:wanted]


def _from_sitemap(
    body: bytes, name: str, wanted: int, fetch: Fetch, taking: Taking, told: Callable[[float], None]
) -> Captures:
    """Yield the captures of the pages that the sitemap *body*, plain or gzip, lists, the newest first.

    Raises: InputError at the end if something could not be fetched, or robots.txt asks to fetch nothing of it.
    """
    misses, served = _Misses(taking.skipped), 0
    pages = _pages_of(parse_sitemap(unpacked(body, name, taking.limit_bytes), name), wanted, fetch, taking, misses)
    for number, place in enumerate(pages):
        told(number / len(pages))
        try:
            found = fetch(place.url)
            media_type = sniff(found.body, found.url, found.media_type)
        except InputError as error:
            misses.add(error)
            continue
        served += 1
        if media_type in READABLE and found.body.strip():
            declared = with_charset(media_type, found.charset)
            yield make_capture(found.body, declared, "http", found.url, taking.fetched_at or found.fetched_at)
        else:
            taking.skipped[NO_PAGE] += 1
    if misses.missed:
        raise not_read(name, misses.missed, misses.first)
    if misses.refused and not served:
        raise InputError(
            f"{name}: robots.txt asks to fetch nothing of what it lists; save the pages and give the files"
        )


def _is_sitemap(head: bytes, name: str, declared: str | None = None) -> bool:
    """Return whether an input that begins with *head* is a sitemap, plain or gzip."""
    plain = beginning(head, HEAD_BYTES) if head.startswith(b"\x1f\x8b") else head
    try:
        return sniff(plain or head, name, declared) == SITEMAP
    except InputError:
        return False


def _captures(
    body: bytes, name: str, origin: str, declared: str | None, charset: str | None, url: str | None, taking: Taking
) -> Captures:
    """Yield the captures in *body*, which is a whole file, page, feed or archive."""
    if not body.strip():
        raise InputError(f"{name}: is empty; give a page with text")
    media_type = _kind(body, url or name, declared, taking)
    if media_type in STREAMED:
        yield from STREAMED[media_type](io.BytesIO(body), name, len(body), taking)
    elif media_type == FEED:
        yield from capture_feed(body, name, taking.fetched_at, url)
    else:
        yield make_capture(body, with_charset(media_type, charset), origin, url, taking.fetched_at)


def _telling(captures: Captures, stream: BinaryIO, size_bytes: int, told: Callable[[float], None]) -> Captures:
    """Yield *captures*, and tell before each which share of *stream* was read."""
    for each in captures:
        told(min(1.0, stream.tell() / size_bytes))
        yield each


def capture_archive(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Captures:
    """Yield the reports in *stream*, an input of many of which *size_bytes* are read from where it stands, wherever it lies.

    Raises: InputError if it is no such input, and as `capture`.
    """
    at = stream.tell()
    head = stream.read(4096)
    stream.seek(at)
    media_type = _kind(head, name, None, taking) if head else ""
    if media_type not in STREAMED:
        raise InputError(f"{name}: is no archive; give WARC, WACZ, Parquet, JSON lines, CSV or mbox files")
    yield from STREAMED[media_type](stream, name, size_bytes, taking)


def capture(
    target: str,
    *,
    stdin: BinaryIO | None = None,
    fetched_at: str | None = None,
    url: str | None = None,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = 30.0,
    guard: Guard | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
    pages: int = PAGES,
    skipped: Counter[str] | None = None,
    told: Callable[[float], None] = lambda share: None,
) -> Captures:
    """Yield the reports in *target*, each as its record and its bytes.

    *target* is a file, an http or https address, or ``-`` for *stdin*. A WARC file has a report for each page, a feed
    one for each entry, a table one for each row, everything else is one (docs/inputs.md). *fetched_at* (ISO 8601) and *url* are for what does not say itself;
    an address fetched without *fetched_at* takes the server's date. *limit_bytes* bounds each report, and a feed as
    a whole; *timeout_s* each wait for a server. *guard*: which addresses are fetched; without one, public ones. *columns*: which column of a table
    holds which field, where its name does not tell. *pages*: how many of a sitemap are fetched. *skipped* is told how
    many records of *target* are no report, by why; *told* which share (0 to 1) of a file of many was read.

    Raises: InputError, in one line that names *target*: missing, unreadable, empty, too large, binary, not served.
    From a damaged archive the pages before the damage come first.

    >>> [(made.media_type, made.origin) for made, _ in capture("-", stdin=io.BytesIO(b"Ten were held."))]
    [('text/plain', 'stdin')]
    """
    taking = Taking(fetched_at, limit_bytes, columns, Counter() if skipped is None else skipped)

    def fetched(address: str) -> Response:
        from allegata.capture.http import fetch

        return fetch(address, limit_bytes=limit_bytes, timeout_s=timeout_s, guard=guard)

    def listed(body: bytes) -> Captures:
        from allegata.capture.http import AGENT
        from allegata.capture.polite import Guest

        guest = Guest(time, guard or Guard(), AGENT, PAUSE_S, limit_bytes, timeout_s)
        return _from_sitemap(body, target, pages, guest.get, taking, told)

    if is_address(target):
        response = fetched(target)
        if _is_sitemap(response.body[:HEAD_BYTES], response.url, response.media_type):
            yield from listed(response.body)
            return
        yield from _captures(
            response.body,
            response.url,
            "http",
            response.media_type,
            response.charset,
            url or response.url,
            replace(taking, fetched_at=fetched_at or response.fetched_at),
        )
        return
    if target == "-":
        if stdin is None:
            raise InputError("-: there is no standard input to read; give a file")
        body = read_stream(stdin, "-", limit_bytes)
        yield from _captures(body, "-", "stdin", None, None, url, taking)
        return
    with open_file(target) as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        if _is_sitemap(head, target):
            yield from listed(read_stream(stream, target, limit_bytes))
            return
        media_type = _kind(head, target, None, taking) if head else ""
        if media_type in STREAMED:
            size_bytes = os.fstat(stream.fileno()).st_size
            yield from _telling(STREAMED[media_type](stream, target, size_bytes, taking), stream, size_bytes, told)
        else:
            body = read_stream(stream, target, limit_bytes)
            yield from _captures(body, target, f"file:{origin_name(target)}", None, None, url, taking)
