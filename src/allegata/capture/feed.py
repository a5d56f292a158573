"""Reports from RSS and Atom: each entry is a report of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import feedparser

from allegata.capture.made import make_capture, origin_name
from allegata.capture.media import FEED
from allegata.model.document import Capture
from allegata.model.error import InputError
from allegata.model.json import canonical


def _plain(value: Any) -> str | None:
    """Return *value* as text that has a place in JSON: lone surrogates cannot be hashed."""
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() or None if value else None


def _entry(entry: Any, channel: Any) -> dict[str, str | None]:
    parts = [part.get("value", "") for part in entry.get("content", [])]
    longest = max([*parts, entry.get("summary", "")], key=len)
    return {
        "byline": _plain(entry.get("author")),
        "content": _plain(longest),
        "language": _plain(channel.get("language")),
        "outlet": _plain(entry.get("source", {}).get("title") or channel.get("title")),
        "published": _plain(entry.get("published") or entry.get("created")),
        "title": _plain(entry.get("title")),
        "url": _plain(entry.get("link")),
    }


def capture_feed(
    body: bytes, name: str, fetched_at: str | None = None, url: str | None = None
) -> Iterator[tuple[Capture, bytes]]:
    """Yield a capture for each entry of the feed *body*, in its order.

    The bytes of an entry are canonical JSON with its ``title``, ``content`` (HTML), ``url``, ``published`` (as
    written), ``outlet`` (title of the feed), ``byline`` and ``language``: the same entry fetched again has the same
    bytes, wherever in the feed it stands. Entries without title and content are left out.

    Raises: InputError if there is no entry.

    >>> feed = b"<rss><channel><title>Harbor Post</title><item><title>Ten held</title></item></channel></rss>"
    >>> [(made.origin, entry[:11]) for made, entry in capture_feed(feed, "a.rss")]
    [('feed:a.rss#1', b'{"byline":n')]
    """
    headers = {"content-location": url} if url else {}
    try:
        feed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except (ValueError, RecursionError, AttributeError, TypeError, LookupError, AssertionError) as error:
        raise InputError(f"{name}: is not a feed that can be read ({type(error).__name__})") from error
    yielded = False
    for number, found in enumerate(feed.entries, 1):
        entry = _entry(found, feed.feed)
        if entry["title"] or entry["content"]:
            yielded = True
            yield make_capture(canonical(entry), FEED, f"feed:{origin_name(name)}#{number}", entry["url"], fetched_at)
    if not yielded:
        raise InputError(f"{name}: the feed has no entry that can be read; check that it is RSS or Atom and not empty")
