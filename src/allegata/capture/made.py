"""One captured report: its record and its bytes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from allegata.model.document import Capture
from allegata.model.error import InputError
from allegata.model.identity import capture_id

LIMIT_BYTES = 20_000_000


@dataclass(frozen=True)
class Taking:
    """How the reports of an input are taken.

    fetched_at: for what does not say itself. limit_bytes: of each report. columns: those of a table by what they hold, where that
    is given by hand. skipped: is told how many records are no report, by why. is_wanted: says of the bytes of a web page, unpacked, whether it
    is taken at all, before anything else is done with it.
    """

    fetched_at: str | None = None
    limit_bytes: int = LIMIT_BYTES
    columns: Mapping[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    is_wanted: Callable[[bytes], bool] | None = None


UNWANTED = "pages on which nothing happens that is looked for"
EMPTY = "without text"


def origin_name(name: str) -> str:
    """Return the name an origin keeps: an address as it is, of a file the last part, so that no folder is told.

    >>> origin_name("inbox/a.warc"), origin_name("https://harbor.example/feed")
    ('a.warc', 'https://harbor.example/feed')
    """
    last = name if name.startswith(("http://", "https://")) else PurePath(name).name
    # A file name that is not UTF-8 holds lone surrogates, which have no place in JSON.
    return last.encode("utf-8", "replace").decode("utf-8")


def make_capture(
    body: bytes, media_type: str, origin: str, url: str | None = None, fetched_at: str | None = None
) -> tuple[Capture, bytes]:
    """Return the capture of *body* and *body* itself.

    >>> make_capture(b"Ten were held.", "text/plain", "stdin")[0].body[:8]
    'c2258f27'
    """
    hashed = hashlib.sha256(body).hexdigest()
    return Capture(capture_id(hashed, url, fetched_at, origin), url, fetched_at, media_type, hashed, origin), body


def not_read(name: str, missed: int, first: str) -> InputError:
    """Return the error for an input of which single records could not be read.

    >>> str(not_read("a.csv", 1, "row 3: is broken"))
    'a.csv: 1 record was not read: row 3: is broken'
    """
    return InputError(
        f"{name}: 1 record was not read: {first}"
        if missed == 1
        else f"{name}: {missed:,} records were not read, first {first}"
    )


def too_large(name: str, limit_bytes: int) -> InputError:
    """Return the error for a report of more than *limit_bytes*."""
    return InputError(f"{name}: is larger than {limit_bytes:,} bytes; give its reports one by one")
