"""Reports from mailboxes: each message of an mbox file is a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from allegata.capture.made import Taking, make_capture, not_read, origin_name, too_large
from allegata.model.document import Capture
from allegata.model.error import InputError

MAIL = "message/rfc822"
HEAD_BYTES = 100_000
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADERS_END = re.compile(rb"\r?\n\r?\n")


def sent(message: bytes) -> str | None:
    r"""Return when a message says that it was sent, in UTC; null if it does not.

    >>> sent(b"Date: Wed, 24 Apr 2019 23:30:00 -0400\n\nDate: never")
    '2019-04-25T03:30:00Z'
    """
    head = _HEADERS_END.split(message[:HEAD_BYTES], maxsplit=1)[0]
    try:
        stated = BytesHeaderParser().parsebytes(head).get("Date")
        found = parsedate_to_datetime(str(stated)) if stated else None
        return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if found and found.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _messages(stream: BinaryIO, limit_bytes: int) -> Iterator[bytes | None]:
    """Yield the bytes of each message without the line it begins with, null for one of more than *limit_bytes*.

    A message begins with "From " at the beginning of a line after an empty one.
    """
    lines: list[bytes] | None = None
    size, empty, begins = 0, True, True
    while line := stream.readline(1 << 16):
        if begins and empty and line.startswith(b"From "):
            if lines is not None:
                yield b"".join(lines) if size <= limit_bytes else None
            lines, size = [], 0
            while not line.endswith(b"\n") and (line := stream.readline(1 << 16)):
                pass
        elif lines is not None:
            size += len(line)
            if size > limit_bytes:
                lines.clear()
            else:
                lines.append(line)
        empty = begins and not line.strip(b"\r\n")
        begins = line.endswith(b"\n")
    if lines is not None:
        yield b"".join(lines) if size <= limit_bytes else None


def capture_mailbox(stream: BinaryIO, name: str, size_bytes: int, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    r"""Yield a capture for each message of the mbox file *stream*; its bytes are the message, with ``>From`` as it was written.

    ``origin`` is ``mbox:NAME#N``, from 1; ``fetched_at`` is when it was sent, which is when it came, and not when anything was published.

    Raises: InputError at the end, if messages were too large or there was none.

    >>> import io
    >>> box = io.BytesIO(b"From a Wed\nSubject: Ten held\n\nTen were held.\n>From there.\n\nFrom b Thu\n\nSix.\n")
    >>> [(made.origin, body) for made, body in capture_mailbox(box, "in/a.mbox", 99, Taking())]
    [('mbox:a.mbox#1', b'Subject: Ten held\n\nTen were held.\nFrom there.\n\n'), ('mbox:a.mbox#2', b'\nSix.\n')]
    """
    missed, first, number = 0, "", 0
    for number, found in enumerate(_messages(stream, taking.limit_bytes), 1):
        if found is None:
            missed += 1
            first = first or str(too_large(f"message {number:,}", taking.limit_bytes)).partition(";")[0]
            continue
        body = _QUOTED.sub(rb"\1", found)
        origin = f"mbox:{origin_name(name)}#{number}"
        yield make_capture(body, MAIL, origin, None, sent(body) or taking.fetched_at)
    if missed:
        raise not_read(name, missed, first)
    if not number:
        raise InputError(f"{name}: holds no message; give a mailbox in the format mbox")
