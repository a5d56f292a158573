"""What every answer is fenced with: which hosts are answered, which requests count as our own, and what a browser may do with a page."""

from __future__ import annotations

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


def host_of(header: str) -> str:
    """Return the host of a Host header, in lower case and without its port.

    >>> host_of("Localhost:8000"), host_of("[::1]:8000"), host_of("evil.example")
    ('localhost', '[::1]', 'evil.example')
    """
    host = header.strip().lower()
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.partition(":")[0]


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether a request that changes something was sent by a page of another origin.

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
