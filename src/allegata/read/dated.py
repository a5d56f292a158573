"""The days that the elements of a page show to its readers, and where on the page they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from lxml.html import HtmlElement

from allegata.ground.lexicon import table
from allegata.read.metadata import day_of
from allegata.read.publication import STORY_CHARACTERS, Day
from allegata.read.written import LINE_CHARACTERS, day_of_dateline, day_of_line

_SKIPPED = frozenset(("script", "style", "noscript", "template", "title", "svg", "select", "textarea", "button"))
FIRST_LINES = 15
"""The lines below the title among which what a page says of its report stands, where the story has no long paragraph."""
TITLE_CHARACTERS = 15
"""A shorter line may stand in a title by chance."""
_STORY = frozenset(("article", "main"))
_WORD = re.compile(r"[a-z]+")
_CHANGED = re.compile(r"modif|updat")


class _Line(NamedTuple):
    """words: as shown. element: the outermost with no more than these. header: it stands in what is printed around every page."""

    words: str
    element: HtmlElement
    header: bool


@cache
def _today() -> frozenset[str]:
    """Return the words of classes and ids of elements that show today."""
    return frozenset(row["words"] for row in table("page_days") if row["kind"] == "header")


def _sizes(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Return how many characters each element shows, counted no further than needed."""
    sizes: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter("*"))):
        if element.tag in _SKIPPED:
            sizes[element] = 0
            continue
        own = len((element.text or "").strip())
        sizes[element] = own + sum(sizes[each] + len((each.tail or "").strip()) for each in element)
    return sizes


def _shows_today(element: HtmlElement) -> bool:
    marks = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(word in _today() for word in _WORD.findall(marks))


def _shown(element: HtmlElement) -> str:
    """Return the words that *element* shows, a blank between those of two elements."""
    parts: list[str] = []

    def take(each: HtmlElement) -> None:
        if each.tag not in _SKIPPED:
            parts.append(each.text or "")
            for inner in each:
                take(inner)
                parts.append(inner.tail or "")
            parts.append(" ")

    take(element)
    return " ".join("".join(parts).split())


def _heading(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """Return the element that shows the title of the report: the first ``h1``, else the first whose words are in *title*."""
    for element in tree.iter("h1"):
        return element
    whole = " ".join((title or "").casefold().split())
    if len(whole) < TITLE_CHARACTERS:
        return None
    for element in tree.iter("h2", "h3", "b", "strong", "font", "div", "span", "td", "p"):
        words = " ".join((element.text or "").casefold().split())
        if len(words) >= TITLE_CHARACTERS and words in whole:
            return element
    return None


def _lines(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[_Line]:
    """Yield the short lines that *tree* shows before its story begins, outermost element first, and its first paragraph."""
    sizes = _sizes(tree)
    above = set(heading.iterancestors()) if heading is not None else set()
    titled = heading is not None
    below, left = False, FIRST_LINES
    pending: list[tuple[HtmlElement, bool, bool]] = [(tree, False, False)]
    while pending and left:
        element, inside, today = pending.pop()
        if element.tag in _SKIPPED:
            continue
        below = below or element is heading
        inside = inside or element.tag in _STORY
        today = today or _shows_today(element)
        long = sizes[element] > LINE_CHARACTERS
        if not long and element not in above:
            if sizes[element] and element is not heading:
                left -= below or not titled
                yield _Line(_shown(element), element, today or not (below or inside or not titled))
            continue
        if long and (below or not titled) and sizes[element] >= STORY_CHARACTERS and not _has_blocks(element, sizes):
            yield _Line(_shown(element), element, False)
            return
        pending += [(each, inside, today) for each in reversed(element)]


def _has_blocks(element: HtmlElement, sizes: dict[HtmlElement, int]) -> bool:
    """Return whether what *element* shows stands in elements within it for the most part."""
    return sum(sizes[each] for each in element) * 2 > sizes[element]


def _times(element: HtmlElement) -> Iterator[str]:
    for time in element.iter("time"):
        marks = " ".join(time.get(name) or "" for name in ("itemprop", "class")).lower()
        day = None if _CHANGED.search(marks) else day_of(time.get("datetime"))
        if day:
            yield day


def shown_days(tree: HtmlElement, title: str | None = None) -> list[Day]:
    """Return the days that *tree*, a page with this *title*, without the parts around its story, shows before the story begins.

    What stands below the title, or with it in one article, is of the report; what stands above it is of the site, where the
    day is that of today.

    Without a title that stands on the page nothing tells a day of the report from one of the site.

    >>> from lxml.html import document_fromstring
    >>> page = document_fromstring("<body><div>Wednesday, 8 May 2024</div><h1>Ten held</h1><p>3 May 2024</p><p>Ten were held.</p></body>")
    >>> [(each.value, each.where) for each in shown_days(page)]
    [('2024-05-08', 'header'), ('2024-05-03', 'text')]
    """
    found: list[Day] = []
    heading = _heading(tree, title)
    for line in _lines(tree, heading):
        written = day_of_line(line.words)
        sure = written is not None and written.label == "published"
        where: Literal["header", "text"] = "header" if line.header and not (written and written.label) else "text"
        times = list(_times(line.element))
        if times:
            found.append(Day(times[0], "time element", where, sure, heading is not None))
        elif written:
            rule = "line that says published" if written.label else "line with a day"
            found.append(Day(written.day, rule, where, sure, heading is not None))
        elif day := day_of_dateline(line.words):
            found.append(Day(day, "dateline", "text"))
    labelled = [each for each in found if each.rule == "line that says published"]
    return labelled + [each for each in found if each not in labelled]
