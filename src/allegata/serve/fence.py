"""The fence as every request meets it, before anything of it is read: whose host is asked, from where, and with what kind of form."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send

from allegata.serve.guard import host_of, is_foreign, may_lead_to

FORM = "application/x-www-form-urlencoded"
TOKEN_FIELD, TOKEN_HEADER = "_csrf_token", "x-csrftoken"
"""Where Litestar looks for the token of a form."""
SAFE = ("GET", "HEAD")
FIELDS = 50
"""Fields of a form, of which the longest of ours has fewer than ten."""


class Asked(Request[Any, Any, Any]):
    """A request whose form is read only where it has few fields: it is read before anything else, and while nobody else is answered."""

    async def form(self) -> FormMultiDict:
        """Return the form.

        Raises: HTTPException if it has more than `FIELDS`, or is longer than its route takes.
        """
        if self.content_type[0] == FORM and (await self.body()).count(b"&") >= FIELDS:
            raise HTTPException(
                f"a form of more than {FIELDS} fields is not read; send it from the page here", status_code=400
            )
        return await super().form()


class Fence:
    """A part of the app in front of *app* that lets through what *hosts* are asked by our own pages, by programs, and by who types an address."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises: HTTPException if it is refused.
        """
        request = Asked(scope, receive)
        _check(request, self._hosts)
        if request.method not in SAFE:
            await _check_form(request)
        await self._app(scope, receive, send)


def _check(request: Request[Any, Any, Any], hosts: frozenset[str]) -> None:
    if host_of(request.headers.get("host", "")) not in hosts:
        raise HTTPException("this host is not answered; give it with --host-name", status_code=421)
    if is_foreign(request.headers):
        if request.method not in SAFE:
            raise HTTPException("this was sent by another page; open the form here and send it again", status_code=403)
        if not may_lead_to(request.headers, request.scope["path"]):
            raise HTTPException("another page asked for this; open the address yourself", status_code=403)


async def _check_form(request: Request[Any, Any, Any]) -> None:
    # Litestar compares tokens as text, which fails on a letter outside ASCII, and takes a file for one.
    if request.content_type[0] not in ("", FORM):
        raise HTTPException(f"forms are taken as {FORM} only", status_code=415)
    tokens = (await request.form()).getall(TOKEN_FIELD, [])
    header = request.headers.get(TOKEN_HEADER, "")
    if len(tokens) > 1 or not all(isinstance(each, str) and each.isascii() for each in (*tokens, header)):
        raise HTTPException("the form has expired; open it again", status_code=403)
