"""Reports from the web: the only code that fetches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from allegata.capture.made import too_large
from allegata.model import InputError

if TYPE_CHECKING:
    import httpx

REDIRECTS = 8
AGENT = "allegata (reads single pages on request)"
ACCEPT = "text/html, application/xhtml+xml, application/pdf, application/rss+xml, text/*;q=0.8, */*;q=0.1"


class Response(NamedTuple):
    """What a server sent. url: after redirects. media_type: as declared. fetched_at: the server's own date, UTC."""

    body: bytes
    url: str
    media_type: str | None
    charset: str | None
    fetched_at: str | None


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


def fetch(url: str, *, limit_bytes: int, timeout_s: float = 30.0) -> Response:
    """Return what is served at *url*.

    Follows at most 8 redirects, to http and https addresses only. *timeout_s* bounds each wait and, three times over,
    the whole: a server that sends a byte now and then does not hold the reader.

    Raises: InputError, naming the address, if it is none, the host is unknown or refuses, the status is 400 or more,
    the answer takes too long or is larger than *limit_bytes*.
    """
    import httpx

    name = url
    blocks: list[bytes] = []
    received = 0
    late = threading.Event()
    slow = "does not answer in time; try again, or save the page and give the file"
    try:
        name = _shown(url)
        with (
            httpx.Client(
                follow_redirects=True,
                max_redirects=REDIRECTS,
                timeout=timeout_s,
                headers={"User-Agent": AGENT, "Accept": ACCEPT},
            ) as client,
            _closing(client, late, 3 * timeout_s),
            client.stream("GET", url) as response,
        ):
            if response.status_code >= 400:
                raise InputError(
                    f"{name}: the server answers {response.status_code} {response.reason_phrase}".rstrip()
                    + "; check the address, or save the page and give the file"
                )
            for block in response.iter_bytes():
                received += len(block)
                blocks.append(block)
                if received > limit_bytes:
                    raise too_large(name, limit_bytes)
            return Response(
                b"".join(blocks),
                _shown(str(response.url)),
                response.headers.get("content-type", "").split(";")[0].strip().lower() or None,
                response.charset_encoding,
                _server_date(response.headers.get("date")),
            )
    except httpx.TimeoutException:
        raise InputError(f"{name}: {slow}") from None
    except httpx.TooManyRedirects:
        raise InputError(f"{name}: redirects more than {REDIRECTS} times; give the final address") from None
    except httpx.UnsupportedProtocol:
        raise InputError(f"{name}: leads to an address that is neither http nor https; give the page's own") from None
    except httpx.DecodingError:
        raise InputError(f"{name}: the server's compression is broken; save the page and give the file") from None
    except httpx.NetworkError as error:
        if late.is_set():
            raise InputError(f"{name}: {slow}") from None
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{name}: cannot be reached ({reason}); check the address and the connection") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RuntimeError) as error:
        # A client that was closed between two redirects is a RuntimeError.
        if late.is_set():
            raise InputError(f"{name}: {slow}") from None
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{name}: cannot be fetched ({reason}); check the address") from None
