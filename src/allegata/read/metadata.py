"""What a page says of itself: title, outlet, day of publication, byline."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from lxml.html import HtmlElement

from allegata.ground.lexicon import pattern_of_all, table
from allegata.read.imprint import outlet_shown
from allegata.read.publication import Day, address_days, published_of
from allegata.read.reading import one_line
from allegata.read.written import OLDEST, day_of_figures, written_days

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?!\d))?)?(?![\d-])")
_ISO_START = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?=[T ]|$)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?$")
_ARTICLE = re.compile(r"\w{0,20}(?:Article|Posting|Report)$")
BYLINE_CHARACTERS = 120
MARKED_PARTS = 8
"""The parts of the words of an element that may hold a day."""
HEADING_CHARACTERS = 15
"""A shorter heading may stand in the title of a page by chance."""
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
    """What a page says of itself; null is what it does not say.

    days: those it states to machines, the more careful statement first, then that of its address. outlet_rule: what says the outlet.
    """

    title: str | None = None
    outlet: str | None = None
    days: tuple[Day, ...] = ()
    byline: str | None = None
    language: str | None = None
    outlet_rule: str = ""

    @property
    def published(self) -> str | None:
        """The day that `days` support."""
        return published_of(self.days)[0]


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
        return day_of_figures(int(found[1]), int(found[2]), int(found[3]))
    if _ISO.fullmatch(text):
        return text if is_day(text) and int(text[:4]) >= OLDEST else None
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        pass
    days = {each.day for each in written_days(text)}
    return days.pop() if len(days) == 1 else None


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
                day = day_of(thing.get("datePublished"))
                return Metadata(
                    one_line(thing.get("headline")) or one_line(thing.get("name")),
                    _name(thing.get("publisher")),
                    (Day(day, "JSON-LD datePublished", "metadata"),) if day else (),
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
    """Return what the page's elements say: microdata, ``time`` that is marked as that of publication, ``rel=author``, headings, classes."""
    title = byline = None
    days: list[Day] = []
    bylines, dated = marks_of("byline_element"), marks_of("day_element")
    for element in tree.iter("*"):
        marks = " ".join(element.get(name) or "" for name in ("itemprop", "rel", "class")).lower().split()
        if element.tag == "h1" and title is None:
            title = one_line(element.text_content())
        mark = next((each for each in marks if each in dated), "pubdate" if element.get("pubdate") is not None else "")
        if mark and not {"datemodified", "updated"}.intersection(marks):
            stated = element.get("datetime") or element.get("content") or element.get("title")
            day = day_of(stated or "".join(islice(element.itertext(), MARKED_PARTS))[:60])
            if day:
                days.append(Day(day, f"element {mark}", "metadata"))
        if byline is None and any(each in bylines for each in marks):
            byline = _byline(element.get("content") or element.text_content())
    return Metadata(title, None, tuple(days[:1]), byline)


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """Return *title* without the outlet's name at its end, as browsers show it."""
    if title and outlet:
        for mark in (" | ", " - ", " – ", " — ", " :: ", " » ", " · "):
            head, found, tail = title.rpartition(mark)
            if found and tail.casefold() == outlet.casefold():
                return head.strip() or title
    return title


def _heading_in(tree: HtmlElement, shown: str | None) -> str | None:
    """Return the heading that *shown*, the ``<title>``, has beside other words, as in "Print: Ten held in the north"."""
    headings = (one_line(each.text_content()) for each in tree.iter("h2", "h3"))
    return next((each for each in headings if each and len(each) >= HEADING_CHARACTERS and each in (shown or "")), None)


def _canonical(tree: HtmlElement) -> str | None:
    links = (each for each in tree.iter("link") if (each.get("rel") or "").strip().lower() == "canonical")
    return next((one_line(each.get("href")) for each in links), None)


def _first(*stated: tuple[str, str | None]) -> tuple[str, str | None]:
    return next((each for each in stated if each[1]), ("", None))


def find_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Return what the page *tree* says of itself.

    Each field is the first stated of: Open Graph and article tags, JSON-LD, other meta tags, microdata and elements;
    the title also ``<title>``. Days that do not exist count as not stated, so does a day of change; `published_of` says which of them
    holds. The outlet is also what the end of the title, the link to the first page or the imprint call it, where two of these, or one
    and the host of the address, agree; it is never made from the address alone.
    """
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        value = one_line(meta.get("content"))
        if key and value:
            metas.setdefault(key, value)
    linked, marked = _linked(tree), _marked(tree)

    def stated(field: str, linked: str | None) -> Iterator[tuple[str, str | None]]:
        yield from ((f"meta {name}", metas.get(name)) for name in marks_of(field, "before"))
        yield "JSON-LD", linked
        yield from ((f"meta {name}", metas.get(name)) for name in marks_of(field, "after"))

    address = url or metas.get("og:url") or _canonical(tree)
    days = [
        *_days(metas, marks_of("day", "before")), *linked.days, *_days(metas, marks_of("day", "after")), *marked.days,
        *address_days(address),
    ]  # fmt: skip
    head = tree.find(".//title")
    shown = one_line(head.text_content()) if head is not None else None
    title = _first(*stated("title", linked.title))[1] or marked.title or _heading_in(tree, shown) or shown
    rule, outlet = _first(*stated("outlet", linked.outlet))
    if outlet is None:
        rule, outlet = outlet_shown(tree, address, shown, marked.title or title)
    byline = next(filter(None, (_byline(each) for _, each in stated("byline", linked.byline))), None) or marked.byline
    if byline and outlet and byline.casefold() == outlet.casefold():
        byline = None
    language = (tree.get("lang") or "").strip().lower()[:2]
    return Metadata(
        _without_outlet(title, outlet),
        outlet,
        tuple(days),
        byline,
        language if len(language) == 2 and language.isascii() and language.isalpha() else None,
        rule,
    )


def _days(metas: dict[str, str], names: Iterable[str]) -> Iterator[Day]:
    for name in names:
        day = day_of(metas.get(name))
        if day:
            yield Day(day, f"meta {name}", "metadata")
