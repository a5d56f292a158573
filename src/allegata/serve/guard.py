"""What every answer is fenced with: which hosts are answered, which requests count as our own, and what a browser may do with a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

CONTENT = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
"""The Content-Security-Policy: nothing runs or loads but our own files, and no words of a report are either."""
HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})


_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


def host_of(header: str) -> str:
    """Return the host of a Host header, in lower case and without its port; empty where it is none.

    >>> host_of("Localhost:8000"), host_of("[::1]:8000"), host_of("evil.example")
    ('localhost', '[::1]', 'evil.example')
    >>> host_of("localhost:1@evil.example"), host_of("[::1]x"), host_of("127.0.0.1:x")
    ('', '', '')
    """
    found = _HOST.fullmatch(header.strip().lower())
    return found[1] if found else ""


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether a request was sent by a page of another origin.

    Browsers say so in Sec-Fetch-Site, older ones in Origin; a program that is no browser sends neither, and has to log in anyway.

    >>> is_foreign({"sec-fetch-site": "same-origin"}), is_foreign({"sec-fetch-site": "cross-site"})
    (False, True)
    >>> is_foreign({"origin": "https://evil.example", "host": "127.0.0.1:8000"}), is_foreign({"host": "127.0.0.1"})
    (True, False)
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


def may_lead_to(headers: Mapping[str, str], path: str) -> bool:
    """Return whether a page of another origin may have its reader taken to *path*: by a link, in a window of its own, to a page.

    Whatever else it asks for it cannot read, but it can time: a picture, a frame, records.

    >>> link = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    >>> may_lead_to(link, "/claims"), may_lead_to(link, "/claims.json"), may_lead_to({**link, "sec-fetch-dest": "iframe"}, "/claims")
    (True, False, False)
    >>> may_lead_to(link, "/api/v1/claims")
    False
    """
    led = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return led and not is_for_programs(path)


_PAGE = re.compile(r"/(?!login\b|api/)(?:[a-z0-9_-]+(?:/[a-z0-9_-]+)*)?(?:\?[!-~]*)?", re.ASCII | re.IGNORECASE)
LONGEST_ADDRESS = 2000


def is_page(address: str) -> bool:
    r"""Return whether *address* is the path of a page of this app, with or without a query: one that a browser is sent to may lead nowhere else.

    >>> is_page("/claims/abc"), is_page("/claims?search=a%20b"), is_page("/")
    (True, True, True)
    >>> is_page("//evil.example"), is_page("https://evil.example"), is_page("/\\evil.example"), is_page("/claims.csv"), is_page("/login")
    (False, False, False, False, False)
    >>> is_page("/api/v1/claims")
    False
    """
    return len(address) <= LONGEST_ADDRESS and _PAGE.fullmatch(address) is not None


def ending_of(path: str) -> str:
    """Return what stands behind the dot at the end of a path, which asks for records or a file; empty for a page.

    >>> ending_of("/claims.json"), ending_of("/claims")
    ('json', '')
    """
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return ending if dot else ""


API = "/api/"
"""How the path of everything begins that is of the API."""


def is_for_programs(path: str) -> bool:
    """Return whether *path* is one of records, of a file or of the API, and no page.

    >>> is_for_programs("/claims.json"), is_for_programs("/api/v1/claims"), is_for_programs("/claims")
    (True, True, False)
    """
    return ending_of(path) != "" or path.startswith(API)
