"""A fetched page as one record of a web archive: the answer as it was received, headers and all, so that what was read can be traced to it."""

from __future__ import annotations

import io
import uuid

from msgspec.structs import replace

from allegata.capture.http import Response
from allegata.capture.made import make_capture
from allegata.capture.media import WARC
from allegata.capture.warc import capture_warc
from allegata.model.document import Capture
from allegata.model.error import InputError

_OF_TRANSFER = frozenset({"transfer-encoding", "content-length", "connection", "keep-alive", "set-cookie"})
"""Headers that are not kept: of how the bytes came over, and secrets between the server and us."""


def record_of(response: Response, fetched_at: str) -> bytes:
    """Return *response* as a record of a web archive, fetched at *fetched_at* (ISO 8601, UTC).

    >>> made = Response(b"Ten fled.", "https://a.example/", "text/plain", None, None, 200, (("content-type", "text/plain"),), b"Ten fled.")
    >>> record_of(made, "2024-05-08T09:00:00Z")[:8]
    b'WARC/1.1'
    """
    # It takes a while to load, and few commands fetch.
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    headers = [(name, value) for name, value in response.headers if name.lower() not in _OF_TRANSFER]
    headers.append(("Content-Length", str(len(response.raw))))
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        response.url,
        "response",
        payload=io.BytesIO(response.raw),
        length=len(response.raw),
        http_headers=StatusAndHeaders(str(response.status), headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": fetched_at,
            "WARC-Record-ID": f"<{uuid.uuid4().urn}>",
        },
    )
    writer.write_record(record)
    return made.getvalue()


def capture_response(response: Response, fetched_at: str) -> tuple[Capture, bytes]:
    """Return the capture of *response* and its bytes, a record of a web archive."""
    return make_capture(record_of(response, fetched_at), WARC, "http", response.url, fetched_at)


def page_in(made: Capture, body: bytes) -> tuple[Capture, bytes]:
    """Return *made* as a capture of the page in *body*, and that page, where *body* is a record of a web archive; else both as they are.

    Raises: InputError if it holds no page.

    >>> page = Response(b"Ten fled.", "https://a.example/", "text/plain", None, None, 200, (("content-type", "text/plain"),), b"Ten fled.")
    >>> made, body = page_in(*capture_response(page, "2024-05-08T09:00:00Z"))
    >>> made.media_type, body
    ('text/plain', b'Ten fled.')
    """
    if made.media_type != WARC:
        return made, body
    pages = list(capture_warc(io.BytesIO(body), made.url or made.origin, len(body)))
    if len(pages) != 1:
        raise InputError(f"{made.url or made.origin}: holds {len(pages)} pages; a capture holds one")
    ((inner, page),) = pages
    return replace(made, media_type=inner.media_type), page
