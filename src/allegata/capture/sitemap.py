"""Sitemaps, also of news: which pages of a site there are, the newest first. The pages are fetched by whoever asks for their reports."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

from lxml import etree

from allegata.model.error import InputError

PAGES = 50
"""Pages of a sitemap that are fetched unless another number is asked for."""
CHILDREN = 20
"""Sitemaps of an index that are fetched."""
URL_CHARACTERS = 2_048
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class Place(NamedTuple):
    """An address in a sitemap. dated: when it was published, or last changed, as written; empty if that is not said, as is the rest.

    published: the day that a sitemap of news says. outlet: who it says publishes it.
    """

    url: str
    dated: str
    published: str = ""
    outlet: str = ""


class Sitemap(NamedTuple):
    """What a sitemap lists, the newest first and what has no date last: pages, and further sitemaps."""

    pages: tuple[Place, ...]
    sitemaps: tuple[Place, ...]


def _newest(places: list[Place]) -> tuple[Place, ...]:
    """Return *places* without those that come again, those without a date last; of one date as they stand."""
    return tuple(sorted(dict.fromkeys(places), key=lambda each: each.dated, reverse=True))


def _day(stated: str | None) -> str:
    day = (stated or "").strip()[:40]
    return day if _DAY.match(day) else ""


def parse_sitemap(body: bytes, name: str) -> Sitemap:
    """Return what the sitemap *body* lists. The day is that of ``news:publication_date``, else of ``lastmod``.

    No entity is expanded and nothing fetched. Addresses that are neither http nor https are left out.

    Raises: InputError if it is broken, or lists nothing.

    >>> listed = b"<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2</loc><lastmod>2024-05-08</lastmod></url></urlset>"
    >>> [each.url for each in parse_sitemap(listed, "sitemap.xml").pages]
    ['https://a.example/2', 'https://a.example/1']
    """
    found: dict[str, list[Place]] = {"url": [], "sitemap": []}
    try:
        walked = etree.iterparse(
            io.BytesIO(body), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, element in walked:
            url = (element.findtext("{*}loc") or "").strip()
            published = _day(element.findtext(".//{*}publication_date"))
            dated = published or _day(element.findtext("{*}lastmod"))
            outlet = " ".join((element.findtext(".//{*}publication/{*}name") or "").split())
            if url.lower().startswith(("http://", "https://")) and len(url) <= URL_CHARACTERS:
                found[etree.QName(element).localname].append(Place(url, dated, published, outlet))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.LxmlError, ValueError) as error:
        reason = " ".join(str(error).split())[:80]
        raise InputError(f"{name}: is a sitemap that cannot be read ({reason}); give the address of a page") from None
    if not found["url"] and not found["sitemap"]:
        raise InputError(f"{name}: is a sitemap that lists no page; give the address of a page")
    return Sitemap(_newest(found["url"]), _newest(found["sitemap"]))
