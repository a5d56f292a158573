"""Feed entries, as capturing a feed makes them."""

from __future__ import annotations

import io
import json
from typing import Any

import feedparser

from allegata.model.document import Basis
from allegata.model.error import InputError
from allegata.read.encoding import decoded
from allegata.read.html import tell
from allegata.read.markup import plain_paragraphs
from allegata.read.metadata import day_of
from allegata.read.publication import Day
from allegata.read.reading import Reading, encoding_basis, one_line, reader_version


def _from_feed(body: bytes) -> dict[str, Any]:
    """Return the only entry of the feed *body*."""
    try:
        feed = feedparser.parse(io.BytesIO(body))
    except (ValueError, RecursionError, AttributeError, TypeError, LookupError, AssertionError) as error:
        raise InputError(f"is not a feed that can be read ({type(error).__name__})") from error
    if len(feed.entries) != 1:
        raise InputError(f"is a feed of {len(feed.entries)} entries; read the entries one by one")
    entry = feed.entries[0]
    content = [part.get("value", "") for part in entry.get("content", [])]
    return {
        "byline": entry.get("author"),
        "content": max([*content, entry.get("summary", "")], key=len),
        "language": feed.feed.get("language"),
        "outlet": feed.feed.get("title"),
        "published": entry.get("published"),
        "title": entry.get("title"),
    }


def read_feed(body: bytes, url: str | None = None) -> Reading:
    r"""Return the entry *body*, JSON with ``title``, ``content`` (HTML), ``published``, ``outlet``, ``byline``.

    A feed with a single entry is read as that entry.

    Raises: InputError for anything else.

    >>> read_feed(b'{"content":"<p>Ten were held.</p>","title":"North"}').text
    'North\nTen were held.'
    """
    found = decoded(body)
    text = found.text
    if text.lstrip().startswith("{"):
        try:
            entry = json.loads(text)
        except (ValueError, RecursionError):
            raise InputError("is not the JSON of a feed entry; capture the feed again") from None
    else:
        entry = _from_feed(body)
    content = entry.get("content")
    title = one_line(" ".join(plain_paragraphs(entry["title"]))) if isinstance(entry.get("title"), str) else None
    language = (one_line(entry.get("language")) or "").lower()[:2]
    byline = one_line(entry.get("byline"))
    outlet, day = one_line(entry.get("outlet")), day_of(entry.get("published"))
    return Reading(
        tell(plain_paragraphs(content) if isinstance(content, str) else [], title, byline),
        reader_version("feed/1"),
        title,
        outlet,
        day,
        byline,
        language if len(language) == 2 and language.isascii() and language.isalpha() else None,
        (Day(day, "feed entry", "metadata"),) if day else (),
        (*((Basis("outlet", "title of the feed"),) if outlet else ()), encoding_basis(found)),
    )
