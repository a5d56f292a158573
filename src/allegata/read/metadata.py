"""What a page says of itself: title, outlet, day of publication, byline."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple

from lxml.html import HtmlElement

from allegata.ground.lexicon import pattern_of_all, table
from allegata.read.reading import one_line

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?!\d))?)?(?![\d-])")
_ISO_START = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?=[T ]|$)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?$")
_ADDRESS_DAY = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?:/|$)")
_WRITTEN = ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%Y/%m/%d")
_ARTICLE = re.compile(r"\w{0,20}(?:Article|Posting|Report)$")
BYLINE_CHARACTERS = 120
JSON_CHARACTERS = 1_000_000


@cache
def marks_of(field: str, json_ld: str = "") -> tuple[str, ...]:
    """Return the marks of a *field* in the order they are read; *json_ld* picks those before or after it.

    >>> marks_of("outlet", "before")
    ('og:site_name',)
    """
    rows = [row for row in table("page_marks") if row["field"] == field and row["json_ld"] == json_ld]
    return tuple(row["name"] for row in sorted(rows, key=lambda row: row["order"]))


class Metadata(NamedTuple):
    """What a page says of itself; null is what it does not say."""

    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    byline: str | None = None
    language: str | None = None


def is_day(value: str) -> bool:
    """Return whether *value* is YYYY, YYYY-MM or YYYY-MM-DD and exists.

    >>> is_day("2019-04"), is_day("2019-02-30"), is_day("0000"), is_day("24.4.2019")
    (True, False, False, False)
    """
    found = _ISO.fullmatch(value) if value.isascii() else None
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


def day_of(stated: object) -> str | None:
    """Return the day a date-time states, as written (not moved to another time zone); null if it states none.

    >>> day_of("2019-04-24T23:30:00-04:00"), day_of("Wed, 24 Apr 2019 10:00:00 GMT"), day_of("April 24, 2019")
    ('2019-04-24', '2019-04-24', '2019-04-24')
    >>> day_of("yesterday"), day_of("2019-13-01"), day_of("2019-04")
    (None, None, '2019-04')
    """
    text = one_line(stated)
    if text is None or len(text) > 60:
        return None
    if found := _ISO_START.match(text) or _COMPACT.match(text):
        day = "-".join(found.groups())
        return day if is_day(day) else None
    if is_day(text):
        return text
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        pass
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None


def _address_day(url: str | None) -> str | None:
    found = _ADDRESS_DAY.search(url or "")
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""
    return day if is_day(day) else None


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON-LD, outer before inner."""
    pending = deque([data])
    while pending:
        found = pending.popleft()
        if isinstance(found, dict):
            yield found
            found = list(found.values())
        if isinstance(found, list):
            pending += [each for each in found if isinstance(each, dict | list)]


def _kinds(thing: dict[str, Any]) -> list[str]:
    kinds = thing.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _name(value: Any) -> str | None:
    """Return the name of a person or organisation, or the names of several with commas."""
    if isinstance(value, list):
        names = [name for each in value[:20] if (name := _name(each))]
        return ", ".join(dict.fromkeys(names)) or None
    return one_line(value.get("name") if isinstance(value, dict) else value)


def _linked(tree: HtmlElement) -> Metadata:
    """Return what the page's JSON-LD says of its article."""
    for script in tree.iterfind(".//script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        text = script.text or ""
        if len(text) > JSON_CHARACTERS:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _objects(data):
            if any(_ARTICLE.match(kind) for kind in _kinds(thing)):
                return Metadata(
                    one_line(thing.get("headline")) or one_line(thing.get("name")),
                    _name(thing.get("publisher")),
                    day_of(thing.get("datePublished")),
                    _name(thing.get("author")),
                )
    return Metadata()


def _byline(value: object) -> str | None:
    """Return *value* without its "By", null if it is an address or too long to be names."""
    line = one_line(value)
    line = pattern_of_all("byline_lead").sub("", line, count=1).strip(" ,|-–—") if line else None
    if not line or len(line) > BYLINE_CHARACTERS or "://" in line or not any(map(str.isalpha, line)):
        return None
    return line


def _marked(tree: HtmlElement) -> Metadata:
    """Return what the page's elements say: microdata, ``time``, ``rel=author``, headings, classes."""
    title = published = byline = None
    bylines = marks_of("byline_element")
    for element in tree.iter("*"):
        marks = " ".join(element.get(name) or "" for name in ("itemprop", "rel", "class")).lower().split()
        if element.tag == "h1" and title is None:
            title = one_line(element.text_content())
        dated = element.tag == "time" or "datepublished" in marks
        if published is None and dated and not {"datemodified", "updated"}.intersection(marks):
            published = day_of(element.get("datetime") or element.get("content") or element.get("title"))
        if byline is None and any(each in bylines for each in marks):
            byline = _byline(element.get("content") or element.text_content())
    return Metadata(title, None, published, byline)


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """Return *title* without the outlet's name at its end, as browsers show it."""
    if title and outlet:
        for mark in (" | ", " - ", " – ", " — ", " :: ", " » ", " · "):
            head, found, tail = title.rpartition(mark)
            if found and tail.casefold() == outlet.casefold():
                return head.strip() or title
    return title


def find_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Return what the page *tree* says of itself.

    Each field is the first stated of: Open Graph and article tags, JSON-LD, other meta tags, microdata and elements;
    the title also ``<title>``, the day also ``/YYYY/MM/DD/`` in *url*. Days that do not exist count as not stated, so
    does a day of change. The outlet is never made from the address.
    """
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        value = one_line(meta.get("content"))
        if key and value:
            metas.setdefault(key, value)
    linked, marked = _linked(tree), _marked(tree)

    def stated(field: str, linked: str | None) -> Iterator[str | None]:
        yield from map(metas.get, marks_of(field, "before"))
        yield linked
        yield from map(metas.get, marks_of(field, "after"))

    published = next(filter(None, map(day_of, stated("day", linked.published))), None) or marked.published
    outlet = next(filter(None, stated("outlet", linked.outlet)), None)
    head = tree.find(".//title")
    shown = one_line(head.text_content()) if head is not None else None
    title = next(filter(None, stated("title", linked.title)), None) or marked.title or shown
    byline = next(filter(None, map(_byline, stated("byline", linked.byline))), None) or marked.byline
    if byline and outlet and byline.casefold() == outlet.casefold():
        byline = None
    address = url or metas.get("og:url")
    language = (tree.get("lang") or "").strip().lower()[:2]
    return Metadata(
        _without_outlet(title, outlet),
        outlet,
        published or _address_day(address),
        byline,
        language if len(language) == 2 and language.isascii() and language.isalpha() else None,
    )
