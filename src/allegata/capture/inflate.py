"""Bodies without their content encoding, never larger than is asked for."""

from __future__ import annotations

import zlib


class BrokenError(Exception):
    """Why a body cannot be unpacked."""


def inflate(body: bytes, encoding: str, limit_bytes: int) -> bytes:
    """Return *body* without its content *encoding*, at most one byte more than *limit_bytes* of it; a body that is not encoded after all as it is.

    Raises: BrokenError if it is cut off or broken, or its encoding is one that is not read.

    >>> inflate(b"Ten", "gzip", 10), len(inflate(zlib.compress(bytes(5_000_000)), "deflate", 10))
    (b'Ten', 11)
    """
    encoding = encoding.strip().lower()
    windows: tuple[int, ...]
    if encoding in ("", "identity"):
        return body
    if encoding in ("gzip", "x-gzip"):
        if not body.startswith(b"\x1f\x8b"):
            return body
        windows = (31,)
    elif encoding == "deflate":
        windows = (15, -15)
    else:
        raise BrokenError(f"its content encoding {encoding[:20]!r} is not read")
    for window in windows:
        inflater = zlib.decompressobj(window)
        try:
            plain = inflater.decompress(body, limit_bytes + 1)
        except zlib.error:
            continue
        if len(plain) <= limit_bytes and not inflater.eof:
            raise BrokenError("its compressed body is cut off")
        return plain
    raise BrokenError("its compressed body is broken")
