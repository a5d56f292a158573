"""The parts of a page around its story, taken out of its tree: by their elements, their names, and what they consist of."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from allegata.read.metadata import marks_of

_AROUND = frozenset(("nav", "aside", "footer", "form", "button", "figcaption", "dialog", "menu", "select", "template"))
_KEPT = frozenset(("html", "body", "main", "article", "h1"))
_ROLES = frozenset(("navigation", "complementary", "contentinfo", "dialog"))
_WITHIN = ("bdi", "bdo", "nobr", "wbr")
"""Elements within words, around which the extraction would set blanks."""
_LINES = ("p", "div", "li", "td")
_WORD = re.compile(r"[a-z]+")
_SENTENCE = re.compile(r"[.!?…。؟۔][\"'”’»)\]]*\s*$")
LINE_CHARACTERS = 160
"""A longer paragraph is of the story, whatever it links to."""
ANSWERS = 2
"""So many links by which readers are answered make a discussion."""


def is_around(element: HtmlElement) -> bool:
    """Return whether *element* is not of the story, by its tag, its role or the words of its class and id."""
    if element.tag in _KEPT or not isinstance(element.tag, str):
        return False
    if element.tag in _AROUND or element.get("role") in _ROLES:
        return True
    marks = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(word in marks_of("around") for word in _WORD.findall(marks))


def prune(tree: HtmlElement) -> None:
    """Take the parts around the story out of *tree*, except one that holds most of its paragraphs.

    Some pages put the story itself into an element called "share" or even into a form; but where paragraphs stand with the title
    outside of it, an element is not the story, however many it holds.
    """
    for element in list(tree.iter(*_WITHIN)):
        element.drop_tag()
    _drop_discussion(tree)
    inside = _paragraphs(tree)
    beside = _beside_title(tree)
    for element in [each for each in tree.iter("*") if is_around(each)]:
        if element.getparent() is None or any(True for _ in element.iter("h1", "article")):
            continue
        if inside[element] < 3 or inside[element] * 2 < inside[tree] or beside:
            element.drop_tree()
    _drop_lines_of_links(tree)


def _paragraphs(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Return how many paragraphs each element of *tree* holds, itself among them."""
    inside: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter("*"))):
        inside[element] = (element.tag == "p") + sum(inside[each] for each in element)
    return inside


def _beside_title(tree: HtmlElement) -> bool:
    """Return whether a paragraph stands with the title in one element, and not in a part of that around the story."""
    title = next(tree.iter("h1"), None)
    parent = title.getparent() if title is not None else None
    if parent is None or parent.tag in ("body", "html"):
        return False
    around: set[HtmlElement] = set()
    for element in parent.iter("*"):
        if element.getparent() in around or (element is not parent and is_around(element)):
            around.add(element)
        elif element.tag == "p":
            return True
    return False


def _drop_discussion(tree: HtmlElement) -> None:
    """Take out what readers wrote: the smallest element that holds all links by which they are answered, without the title."""
    answers = [
        each
        for each in tree.iter("a", "button")
        if " ".join(each.text_content().casefold().split()) in marks_of("answer")
    ]
    if len(answers) < ANSWERS:
        return
    # What holds the first and the last in the order of the page holds all between.
    last = set(answers[-1].iterancestors())
    inner = next((each for each in answers[0].iterancestors() if each in last), None)
    if inner is None or inner.tag in _KEPT or inner.getparent() is None:
        return
    if not any(True for _ in inner.iter("h1", "article")):
        inner.drop_tree()


def _drop_lines_of_links(tree: HtmlElement) -> None:
    """Take out short lines of which most are links to elsewhere and that are no sentence: what there is to read, to print, to share."""
    for element in list(tree.iter(*_LINES)):
        if element.getparent() is None or any(each is not element for each in element.iter("h1", "article", *_LINES)):
            continue
        links = list(element.iter("a"))
        words = " ".join(element.text_content().split())
        linked = sum(len(" ".join(each.text_content().split())) for each in links)
        short = len(words) <= LINE_CHARACTERS and len(links) > 1
        if short and linked * 2 >= len(words) and not _SENTENCE.search(words):
            element.drop_tree()
