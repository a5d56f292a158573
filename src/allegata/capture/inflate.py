"""Bodies without their content encoding, never larger than is asked for."""

from __future__ import annotations

import zlib

from allegata.capture.made import LIMIT_BYTES, too_large
from allegata.model.error import InputError

MEMBERS = 1_000
"""Parts of one gzip file, one after the other; they are one in nearly every file."""
_STEP = 65_536
_GZIP = b"\x1f\x8b"


CUT_OFF = "its compressed body is cut off"
BROKEN = "its compressed body is broken"


class BrokenError(Exception):
    """Why a body cannot be unpacked."""


def inflate(body: bytes, encoding: str, limit_bytes: int) -> bytes:
    """Return *body* without its content *encoding*, at most one byte more than *limit_bytes* of it; a body that is not encoded after all as it is.

    Raises: BrokenError if it is cut off or broken, or its encoding is one that is not read.

    >>> inflate(b"Ten", "gzip", 10), len(inflate(zlib.compress(bytes(5_000_000)), "deflate", 10))
    (b'Ten', 11)
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding in ("gzip", "x-gzip"):
        return _members(body, limit_bytes) if body.startswith(_GZIP) else body
    if encoding != "deflate":
        raise BrokenError(f"its content encoding {encoding[:20]!r} is not read")
    for window in (15, -15):
        inflater = zlib.decompressobj(window)
        try:
            plain = inflater.decompress(body, limit_bytes + 1)
        except zlib.error:
            continue
        if len(plain) <= limit_bytes and not inflater.eof:
            raise BrokenError(CUT_OFF)
        return plain
    raise BrokenError(BROKEN)


def _members(body: bytes, limit_bytes: int) -> bytes:
    """Return what all parts of the gzip file *body* hold, at most one byte more than *limit_bytes* of it.

    >>> import gzip
    >>> _members(gzip.compress(b"Ten ") + gzip.compress(b"men") + b"no part", 10)
    b'Ten men'
    """
    plain: list[bytes] = []
    left = limit_bytes + 1
    at = 0
    for _ in range(MEMBERS):
        inflater = zlib.decompressobj(31)
        while not inflater.eof and left > 0:
            piece = inflater.unconsumed_tail or body[at : at + _STEP]
            at += 0 if inflater.unconsumed_tail else len(piece)
            if not piece:
                raise BrokenError(CUT_OFF)
            try:
                plain.append(inflater.decompress(piece, left))
            except zlib.error:
                raise BrokenError(BROKEN) from None
            left -= len(plain[-1])
        at -= len(inflater.unused_data)
        if left <= 0 or not body.startswith(_GZIP, at):
            return b"".join(plain)
    raise BrokenError(f"it has more than {MEMBERS:,} compressed parts")


def unpacked(body: bytes, name: str, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return *body*, unpacked if it is a gzip file, as sitemaps may be.

    Raises: InputError, naming *name*, if it cannot be unpacked or holds more than *limit_bytes*.
    """
    try:
        plain = inflate(body, "gzip", limit_bytes)
    except BrokenError as error:
        raise InputError(f"{name}: {error}; give it unpacked") from None
    if len(plain) > limit_bytes:
        raise too_large(name, limit_bytes)
    return plain


def beginning(body: bytes, limit_bytes: int) -> bytes:
    """Return the first *limit_bytes* of what the gzip file that begins with *body* holds, or as many as stand in it; empty if it is none.

    >>> import gzip
    >>> beginning(gzip.compress(b"Ten were held."), 3), beginning(b"Ten were held.", 3)
    (b'Ten', b'')
    """
    try:
        return zlib.decompressobj(31).decompress(body, limit_bytes)
    except zlib.error:
        return b""
