"""What feeds and sitemaps list: addresses of reports, with what is said of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser

from allegata.capture.inflate import unpacked
from allegata.capture.media import SITEMAP, sniff
from allegata.capture.sitemap import URL_CHARACTERS, parse_sitemap
from allegata.ground.lexicon import table
from allegata.model.error import InputError

LISTED = 50_000
"""Entries that are read of one feed or sitemap; the protocol of sitemaps allows as many."""


class Entry(NamedTuple):
    """A report or, of an index of sitemaps, a further listing. published: as written."""

    url: str
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    is_listing: bool = False


@cache
def _tracking() -> tuple[str, ...]:
    return tuple(row["begins"] for row in table("tracking"))


def is_tracking(name: str) -> bool:
    """Return whether the parameter *name* of an address says who led to a page, and nothing of which page it is.

    >>> is_tracking("utm_source"), is_tracking("id")
    (True, False)
    """
    return name.lower().startswith(_tracking())


def plain_address(url: str) -> str:
    """Return *url* without its fragment and what only says who led there.

    >>> plain_address("https://A.example/ten?utm_source=rss&id=7#top")
    'https://a.example/ten?id=7'
    """
    parts = urlsplit(url.strip())
    kept = [each for each in parse_qsl(parts.query, keep_blank_values=True) if not is_tracking(each[0])]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, ""))


def entries(body: bytes, url: str) -> list[Entry]:
    """Return what the feed (RSS, Atom, JSON Feed) or sitemap *body* from *url*, plain or gzip, lists, in its order, each address once.

    Left out are addresses that are neither http nor https, longer than those of sitemaps may be, or with characters that cannot be seen: one
    of half a character cannot be kept, and would end the watch of all other feeds.

    Raises: InputError, naming *url*, if it is none of these or cannot be unpacked.
    """
    body = unpacked(body, url)
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    found = _json(body, url) if head == b"{" else _sitemap(body, url)
    if found is None:
        found = _feed(body, url)
    known: dict[str, Entry] = {}
    for each in found:
        try:
            address = plain_address(urljoin(url, each.url.strip()))
        except ValueError:
            continue
        if address.startswith(("http://", "https://")) and len(address) <= URL_CHARACTERS and address.isprintable():
            known.setdefault(address, each._replace(url=address))
        if len(known) >= LISTED:
            break
    return list(known.values())


def _json(body: bytes, url: str) -> Iterable[Entry]:
    try:
        feed = json.loads(body)
        items = feed["items"] if "jsonfeed.org" in str(feed.get("version")) else None
    except (ValueError, LookupError, AttributeError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise InputError(f"{url}: is JSON, but no JSON Feed; give the address of a feed or sitemap")
    return _of_items(items, _text(feed.get("title")))


def _of_items(items: list[Any], outlet: str | None) -> Iterator[Entry]:
    for each in items:
        if isinstance(each, dict) and isinstance(each.get("url") or each.get("external_url"), str):
            address = each.get("url") or each["external_url"]
            yield Entry(address, _text(each.get("title")), _text(each.get("date_published")), outlet)


def _text(value: Any) -> str | None:
    return " ".join(value.encode("utf-8", "replace").decode().split()) or None if isinstance(value, str) else None


def _sitemap(body: bytes, url: str) -> Iterable[Entry] | None:
    """Return what a sitemap lists, null if it is none."""
    try:
        if sniff(body, url) != SITEMAP:
            return None
    except InputError:
        return None
    found = parse_sitemap(body, url)
    pages = [Entry(each.url, None, each.published or None, each.outlet or None) for each in found.pages]
    return [*pages, *(Entry(each.url, is_listing=True) for each in found.sitemaps)]


def _feed(body: bytes, url: str) -> Iterable[Entry]:
    try:
        feed = feedparser.parse(body, response_headers={"content-location": url})
    except (ValueError, RecursionError, AttributeError, TypeError, LookupError, AssertionError) as error:
        raise InputError(f"{url}: is not a feed that can be read ({type(error).__name__})") from error
    if not feed.get("version"):
        raise InputError(f"{url}: is neither RSS, Atom, JSON Feed nor a sitemap; give the address of one")
    outlet = _text(feed.feed.get("title"))
    return [
        Entry(
            each["link"],
            _text(each.get("title")),
            _text(each.get("published") or each.get("created")),
            _text(each.get("source", {}).get("title")) or outlet,
        )
        for each in feed.entries
        if each.get("link")
    ]
