"""Reports from the web: the only code that fetches. Scripts are not run, cookies not kept, and nothing that a page refers to is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from allegata.capture.guard import Guard, RefusedError, Target, target_of
from allegata.capture.inflate import BrokenError, inflate
from allegata.capture.made import too_large
from allegata.model.error import InputError

if TYPE_CHECKING:
    import ssl

    import httpx

REDIRECTS = 8
AGENT = "allegata (reads single pages on request)"
ACCEPT = "text/html, application/xhtml+xml, application/pdf, application/rss+xml, text/*;q=0.8, */*;q=0.1"
NOTHING: Mapping[str, str] = MappingProxyType({})
SLOW = "does not answer in time; try again, or save the page and give the file"


class Response(NamedTuple):
    """What a server sent.

    body: unpacked. url: after redirects, without a password. media_type, charset: as declared. fetched_at: the server's own date, UTC.
    status, headers: the last answer's. raw: its body as it was sent, without the chunks of the transfer.
    """

    body: bytes
    url: str
    media_type: str | None
    charset: str | None
    fetched_at: str | None
    status: int
    headers: tuple[tuple[str, str], ...]
    raw: bytes


class StatusError(InputError):
    """A server answered that it has no page to give. status: what it answered. retry_after: what it says of trying again, null if nothing."""

    def __init__(self, message: str, status: int, retry_after: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


def _server_date(header: str | None) -> str | None:
    try:
        return parsedate_to_datetime(header).strftime("%Y-%m-%dT%H:%M:%SZ") if header else None
    except (ValueError, TypeError, OverflowError):
        return None


def _shown(url: str) -> str:
    """Return *url* without a password, as it may be printed and kept."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


@contextmanager
def _closing(client: httpx.Client, late: threading.Event, after_s: float) -> Iterator[None]:
    """Close *client* after so many seconds, whatever it waits for then, and set *late*.

    A server that sends its headers a letter at a time keeps to every limit on a single wait.
    """

    def close() -> None:
        late.set()
        client.close()

    timer = threading.Timer(after_s, close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@cache
def _certificates() -> ssl.SSLContext:
    """Return what checks certificates; those that SSL_CERT_FILE or SSL_CERT_DIR names are trusted."""
    import httpx

    return httpx.create_ssl_context()


def _client(guard: Guard, timeout_s: float) -> httpx.Client:
    import httpx

    return httpx.Client(
        verify=_certificates(),
        # No connection is used twice: two hosts at one address have to show a certificate each.
        limits=httpx.Limits(max_keepalive_connections=0),
        follow_redirects=False,
        timeout=timeout_s,
        proxy=guard.proxy,
        trust_env=False,
    )


def fetch(
    url: str,
    *,
    limit_bytes: int,
    timeout_s: float = 30.0,
    guard: Guard | None = None,
    agent: str = AGENT,
    headers: Mapping[str, str] = NOTHING,
) -> Response:
    """Return what is served at *url*.

    Follows at most 8 redirects; the *guard* is asked before each. *timeout_s* bounds each wait and, three times over, the whole: a server
    that sends a byte now and then does not hold the reader. *headers* are sent, too; an answer that nothing changed (304) has no body.

    Raises: RefusedError for what the guard does not let through; StatusError if the status is 400 or more; InputError, naming the address,
    if it is none, the host is unknown or refuses, the answer takes too long or is larger than *limit_bytes*, packed or not.
    """
    import httpx

    guard = guard or Guard()
    sent = {"User-Agent": agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate", **headers}
    late = threading.Event()
    name = url
    try:
        name = _shown(url)
        with _client(guard, timeout_s) as client, _closing(client, late, 3 * timeout_s):
            at = httpx.URL(url)
            for _ in range(REDIRECTS + 1):
                client.cookies.clear()
                target = target_of(at, name, guard, timeout_s)
                found = _answer(client, target, sent, name, limit_bytes)
                if isinstance(found, Response):
                    return found
                at = found
        raise InputError(f"{name}: redirects more than {REDIRECTS} times; give the final address")
    except RefusedError:
        raise
    except httpx.TimeoutException:
        raise InputError(f"{name}: {SLOW}") from None
    except BrokenError as error:
        raise InputError(f"{name}: {error}; save the page and give the file") from None
    except httpx.NetworkError as error:
        if late.is_set():
            raise InputError(f"{name}: {SLOW}") from None
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{name}: cannot be reached ({reason}); check the address and the connection") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RuntimeError) as error:
        # A client that was closed between two redirects is a RuntimeError.
        if late.is_set():
            raise InputError(f"{name}: {SLOW}") from None
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{name}: cannot be fetched ({reason}); check the address") from None


def _answer(
    client: httpx.Client, target: Target, sent: Mapping[str, str], name: str, limit_bytes: int
) -> Response | httpx.URL:
    """Return what *target* answers, or where it leads to."""
    with _connected(client, target, sent) as response:
        location = response.headers.get("location")
        if response.has_redirect_location and location:
            return _next(target.url, location)
        if response.status_code >= 400:
            raise StatusError(
                f"{name}: the server answers {response.status_code} {response.reason_phrase}".rstrip()
                + "; check the address, or save the page and give the file",
                response.status_code,
                response.headers.get("retry-after"),
            )
        blocks: list[bytes] = []
        received = 0
        for block in response.iter_raw():
            received += len(block)
            blocks.append(block)
            if received > limit_bytes:
                raise too_large(name, limit_bytes)
        raw = b"".join(blocks)
        body = inflate(raw, response.headers.get("content-encoding", ""), limit_bytes)
        if len(body) > limit_bytes:
            raise too_large(name, limit_bytes)
        return Response(
            body,
            _shown(str(target.url)),
            response.headers.get("content-type", "").split(";")[0].strip().lower() or None,
            response.charset_encoding,
            _server_date(response.headers.get("date")),
            response.status_code,
            tuple(response.headers.multi_items()),
            raw,
        )


@contextmanager
def _connected(client: httpx.Client, target: Target, sent: Mapping[str, str]) -> Iterator[httpx.Response]:
    """Give the answer of the first address of *target* that can be connected to, its body not read yet."""
    import httpx

    host = target.url.netloc.decode("ascii")
    requests = [client.build_request("GET", target.url, headers=sent)]
    if target.addresses:
        # Connected to is the address that was checked; the name is only said, and is what the certificate has to be for.
        requests = [
            client.build_request(
                "GET",
                target.url.copy_with(host=address),
                headers={**sent, "Host": host},
                extensions={"sni_hostname": target.host} if address != target.host.strip("[]") else {},
            )
            for address in target.addresses
        ]
    for at, request in enumerate(requests):
        try:
            response = client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if at == len(requests) - 1:
                raise
            continue
        try:
            yield response
        finally:
            response.close()
        return


def _next(url: httpx.URL, location: str) -> httpx.URL:
    """Return where *location* leads to from *url*; a name and password go to no other host."""
    found = url.join(location)
    same = (found.scheme, found.host, found.port) == (url.scheme, url.host, url.port)
    return found if same else found.copy_with(userinfo=b"")
