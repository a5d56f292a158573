"""What the API answers where it gives no records: problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Response

from allegata.serve.limit import TooOftenError

MEDIA_TYPE = "application/problem+json"


def problem(error: Exception, status: int, words: str) -> Response[dict[str, Any]]:
    """Return *words*, and the *status*, as problem details; *error* is what made them."""
    headers: dict[str, str] = {}
    if isinstance(error, TooOftenError):
        headers = error.headers
    elif status == HTTPStatus.UNAUTHORIZED:
        headers = {"www-authenticate": 'Bearer realm="allegata"'}
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers, words = {"allow": "GET, OPTIONS"}, "the API is read only; ask with GET"
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": words}
    return Response(told, media_type=MEDIA_TYPE, status_code=status, headers=headers)
