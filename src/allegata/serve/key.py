"""The key of a start, for a ledger without accounts: whoever has it may ask. It comes once in an address, and stays in a cookie."""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import HTTPRouteHandler

ENTRANCE = "/enter"
HOW = (
    "open the address that `allegata serve` printed where it was started: it lets this browser in; "
    "a program sends the key in it as Authorization: Bearer KEY"
)


def make_key() -> str:
    """Return a new key, which nobody can guess: 43 letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(32)


def is_key(given: str | None, key: str) -> bool:
    """Return whether *given* is *key*; how long that takes does not tell how much of it is.

    >>> is_key("a", "a"), is_key("é", "a"), is_key(None, "a")
    (True, False, False)
    """
    return secrets.compare_digest((given or "").encode(), key.encode())


def seat_of(request: Request[Any, Any, Any]) -> str:
    """Return the name of the cookie that keeps the key: another for each port, as browsers share cookies between the ports of a host."""
    return f"allegata-key-{(request.scope.get('server') or ('', ''))[1]}"


def address_with(address: str, key: str) -> str:
    """Return the address that lets in to what is served at *address*, which ends in a slash.

    >>> address_with("http://127.0.0.1:8417/", "x")
    'http://127.0.0.1:8417/enter?key=x'
    """
    return f"{address.removesuffix('/')}{ENTRANCE}?key={key}"


def entrance(key: str, secure: bool) -> HTTPRouteHandler:
    """Return the route that takes *key* out of an address, into a cookie. secure: that is sent by https alone."""

    async def enter(request: Request[Any, Any, Any]) -> Response[str]:
        if not is_key(request.query_params.get("key"), key):
            raise NotAuthorizedException(f"This key is of no use here: {HOW}.")
        made = Response("", status_code=303, headers={"location": "/"}, media_type="text/plain")
        made.set_cookie(Cookie(key=seat_of(request), value=key, httponly=True, secure=secure, samesite="strict"))
        return made

    return HTTPRouteHandler(ENTRANCE, http_method=["GET"], name="enter")(enter)
