"""The app: routes turned into handlers, each behind the same fence."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from litestar import Litestar, Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.params import FromPath
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

from allegata.ledger import Ledger
from allegata.ledger.access import accounts
from allegata.ledger.location import hidden
from allegata.ledger.login import account_with
from allegata.model.error import AccessError, AllegataError, InputError, LedgerError
from allegata.run.admission import user_of_computer
from allegata.run.options import now
from allegata.serve.answers import Asking, BusyError
from allegata.serve.api import ROUTES as API_ROUTES
from allegata.serve.desk import Desk
from allegata.serve.fence import FIELDS, Asked, Fence
from allegata.serve.guard import API, HEADERS, LOCAL, ending_of, is_for_programs, is_foreign
from allegata.serve.key import HOW, entrance, is_key, seat_of
from allegata.serve.limit import Limit, TooOftenError
from allegata.serve.pages import ROUTES
from allegata.serve.pages.login import login_for
from allegata.serve.problem import problem
from allegata.serve.render import environment, static_file
from allegata.serve.unknown import refuse, unknown
from allegata.serve.visit import FORM, RECORDS, Answer, Elsewhere, NotHereError, Route, Sent, Shown, Visit, Visitor

T = TypeVar("T")
RETRY_S = 5
"""Seconds after which whoever was sent away as much is being worked out may ask again."""
UNREAD = (
    "the ledger cannot be read or written just now; try again, and run `allegata verify` if it stays so; "
    "the program that serves it says what is wrong"
)
"""What is told of a ledger that fails: where it lies, and in which database, is for who serves it."""
LOG = logging.getLogger("allegata.serve")


def make_app(location: str, key: str, hosts: frozenset[str] = LOCAL, secure: bool = False) -> Litestar:
    """Return the app over the ledger at *location*, which answers who has *key*; one with accounts, who has logged in.

    hosts: names under which it answers, so that a page elsewhere cannot point a name of its own at it. secure: it is reached by
    https, so that cookies are sent by that alone.
    """
    desk, limit = Desk(location), Limit()
    secret = secrets.token_hex(32)
    # Browsers share cookies between the ports of a host, and a secret lasts as long as the program.
    mark = hashlib.sha256(f"{location}\n{secret}".encode()).hexdigest()[:8]
    seat = f"allegata-login-{hashlib.sha256(location.encode()).hexdigest()[:8]}"
    csrf = CSRFConfig(
        secret,
        cookie_name=f"allegata-form-{mark}",
        cookie_samesite="strict",
        cookie_httponly=True,
        cookie_secure=secure,
        exclude=[f"^{API}"],
    )
    return Litestar(
        route_handlers=[
            *(_handler(each, desk, key, seat, secure, limit) for each in (*ROUTES, *API_ROUTES)),
            entrance(key, secure),
            static,
        ],
        middleware=[DefineMiddleware(Fence, hosts=hosts)],
        after_request=_finished,
        csrf_config=csrf,
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment())),
        exception_handlers={Exception: _failed},
        on_shutdown=[desk.close],
        openapi_config=None,
        request_class=Asked,
        request_max_body_size=FORM,
        multipart_form_part_limit=FIELDS,
        logging_config=None,
    )


async def _finished(response: Response[Any]) -> Response[Any]:
    return _fenced(response)


def _fenced(response: Response[Any]) -> Response[Any]:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # What a ledger shows stays out of what browsers and proxies keep.
    response.headers.setdefault("cache-control", "no-store")
    return response


def _handler(route: Route, desk: Desk, key: str, seat: str, secure: bool, limit: Limit) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        form: Mapping[str, str] = {}
        if route.method == "POST":
            sent = await request.form()
            form = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
        at = now()
        records = is_for_programs(request.scope["path"])
        # An address that ends like one of records gives all of its page.
        whole = records and not route.path.endswith(RECORDS) and not route.path.startswith(API)
        takes = frozenset[str]() if whole else route.takes
        strange = unknown(request.query_params, takes)

        def work(ledger: Ledger, answers: Asking) -> tuple[Answer, Visitor]:
            standing: Mapping[str, str] = {}
            if accounts(ledger):
                visitor = _visitor(ledger, route.act, _token(request, seat), at)
            else:
                visitor = _owner(route.act, is_key(_token(request, seat_of(request)), key))
            visit = Visit(
                ledger,
                visitor,
                answers,
                at,
                request.scope["path"],
                {name: str(value) for name, value in request.path_params.items()},
                tuple(request.query_params.multi_items()),
                form,
                ",".join(request.headers.getall("if-none-match", [])),
            )
            if route.path.startswith(API):
                standing = limit.take(visitor.name)
            if records:
                refuse(strange, route.path, takes)
            answer = route.answer(visit)
            if isinstance(answer, Sent):
                answer = answer._replace(headers={**answer.headers, **standing})
            return answer, visitor

        try:
            answer, visitor = await _asked(desk, route, work)
        except _NoLoginError:
            # A browser led here by another page keeps a login back that may be good; it is made to ask again.
            if request.method != "GET" or records or is_foreign(request.headers):
                raise
            return _sent_to(login_for(_address(request)))
        if isinstance(answer, Shown):
            answer = answer._replace(context={**answer.context, "unknown": strange})
        return _response(answer, visitor, request, seat, secure)

    handle.__name__ = f"{route.method.lower()}_{route.path.strip('/').replace('/', '_') or 'home'}"
    return HTTPRouteHandler(
        route.path, http_method=[route.method], name=handle.__name__, request_max_body_size=route.sent
    )(handle)


async def _asked(desk: Desk, route: Route, work: Callable[[Ledger, Asking], T]) -> T:
    """Return what *work* makes of the ledger; where that fails and changes nothing, it is tried once more: others may have written while it was read."""
    changes_nothing = route.method == "GET"
    again = changes_nothing and route.crew == "pages"
    try:
        return await desk.ask(work, route.crew, again)
    except (AccessError, BusyError):
        raise
    except (LedgerError, OSError):
        if not changes_nothing:
            raise
    return await desk.ask(work, route.crew, again)


class _NotInError(AccessError):
    """Whoever asks has not come in."""


class _NoLoginError(_NotInError):
    """Nobody has logged in, or their login is not good any more."""


def _token(request: Request[Any, Any, Any], seat: str) -> str | None:
    """Return the token or key a request comes with: of a program in Authorization, else of a browser in the cookie *seat*."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookies.get(seat)


def _owner(act: str, has_key: bool) -> Visitor:
    """Return who asks a ledger without accounts: the user of the computer, once they have shown the key.

    Raises: _NotInError.
    """
    if has_key:
        return Visitor(user_of_computer())
    if not act:
        return Visitor("", "")
    raise _NotInError(f"This ledger is shown to who has the key of its start: {HOW}.")


def _visitor(ledger: Ledger, act: str, token: str | None, at: str) -> Visitor:
    """Return who asks a ledger with accounts, once they may do *act*.

    Raises: _NoLoginError, AccessError.
    """
    if not token:
        if not act:
            return Visitor("", "")
        raise _NoLoginError("this ledger has accounts; log in")
    try:
        account = account_with(ledger, token, user_of_computer(), at)
    except AccessError as error:
        if not act:
            return Visitor("", "")
        raise _NoLoginError(str(error)) from error
    visitor = Visitor(account.name, account.role, token)
    if act and not visitor.may(act):
        raise AccessError(f"{account.name} is {account.role}, which may not do this; ask an admin of the ledger")
    return visitor


def _address(request: Request[Any, Any, Any]) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}" if query else request.scope["path"]


def _sent_to(path: str) -> Response[str]:
    return Response("", status_code=303, headers={"location": path}, media_type="text/plain")


def _response(
    answer: Answer, visitor: Visitor, request: Request[Any, Any, Any], seat: str, secure: bool
) -> Response[Any]:
    match answer:
        case Shown(template, context, status):
            page = _page(request, template, {**context, "visitor": visitor}, status)
            if not visitor.name and is_foreign(request.headers):
                # The form to log in, led to by another page: who has logged in is none the less, and is led on once asked again.
                page.headers["refresh"] = "0"
            return page
        case Sent(text, media_type, name, further):
            kept = {"content-disposition": f'attachment; filename="{name}"'} if name else {}
            return Response(
                text.encode("utf-8"), media_type=media_type, headers={**further, **kept}, status_code=answer.status
            )
        case Elsewhere(path, token):
            made = _sent_to(path)
            if token is not None:
                login = Cookie(
                    key=seat, value=token, httponly=True, secure=secure, samesite="strict", max_age=None if token else 0
                )
                made.set_cookie(login)
            return made


def _page(request: Request[Any, Any, Any], template: str, context: Mapping[str, Any], status: int = 200) -> Template:
    return Template(
        template,
        context={**context, "path": request.scope["path"]},
        media_type="text/html",
        status_code=status,
    )


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Return the page of an *error*; what is wrong in our own code is logged without what was asked for."""
    status, words = _told(error)
    if status == HTTPStatus.SERVICE_UNAVAILABLE and not isinstance(error, BusyError):
        LOG.error("%s", hidden(str(error)))
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, AllegataError):
        LOG.error("a page failed", exc_info=error)
    made: Response[Any]
    ending = ending_of(request.scope["path"])
    if request.scope["path"].startswith(API):
        made = problem(error, status, words)
    elif ending == "json":
        made = Response({"error": words}, media_type="application/json", status_code=status)
    elif ending:
        made = Response(f"{words}\n", media_type="text/plain", status_code=status)
    else:
        title = "How to get in" if status == HTTPStatus.UNAUTHORIZED else HTTPStatus(status).phrase
        # Who asks is not known here; the way to other pages says nothing of any ledger.
        known = {"title": title, "words": words, "visitor": None, "lost": status != HTTPStatus.UNAUTHORIZED}
        made = _page(request, "error.html.jinja", known, status)
        if status == HTTPStatus.UNAUTHORIZED and is_foreign(request.headers):
            # Browsers keep the cookie back where another page leads here; asked again from this one, they send it.
            made.headers["refresh"] = "0"
    if isinstance(error, BusyError):
        made.headers["retry-after"] = str(RETRY_S)
    return _fenced(made)


def _told(error: Exception) -> tuple[int, str]:
    match error:
        case HTTPException(status_code=413):
            return 413, "what was sent is longer than the page takes; go back and shorten it"
        case HTTPException(status_code=404):
            return 404, "there is no page at this address; look for it from the first page"
        case HTTPException():
            return error.status_code, error.detail
        case _NotInError():
            return 401, hidden(str(error))
        case AccessError():
            return 403, hidden(str(error))
        case NotHereError():
            return 404, hidden(str(error))
        case TooOftenError():
            return 429, str(error)
        case InputError():
            return 400, hidden(str(error))
        case BusyError():
            return 503, str(error)
        case LedgerError() | OSError():
            return 503, UNREAD
        case _:
            return 500, "something is wrong in allegata itself; the program that serves it has the details"


async def _static(name: FromPath[str]) -> Response[bytes]:
    body, media_type = static_file(name)
    return Response(body, media_type=media_type, headers={"cache-control": "public, max-age=31536000, immutable"})


static = HTTPRouteHandler("/static/{mark:str}/{name:str}", http_method=["GET"], name="static")(_static)
