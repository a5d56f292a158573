"""The outlet as a page shows it to its readers, where it does not state it to machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from allegata.ground.lexicon import pattern_of_all
from allegata.read.reading import one_line
from allegata.read.written import folded

NAME_CHARACTERS = 60
"""A longer name is a sentence about the outlet."""
TITLE_CHARACTERS = 500
_TAIL = re.compile(r".*\s[|–—:»·-]{1,2}\s(.+)")
_LEAD = re.compile(r"(.+?)(?:\s?:|\s[|–—»·-]{1,2})\s")
_HOME = re.compile(r"(?:https?://[^/]+)?/?(?:index\.\w{3,4})?")


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, folded(name).removeprefix("the ")))


def _host(url: str | None) -> set[str]:
    """Return the parts of the host of *url* that may be a name, without signs between letters."""
    try:
        parts = (urlsplit(url or "").hostname or "").split(".")[:-1]
    except ValueError:
        return set()
    return {part.replace("-", "").removeprefix("the") for part in parts if len(part) > 3}


def _names(tree: HtmlElement, shown: str | None, headline: str | None) -> Iterator[tuple[str, str]]:
    """Yield how the page calls its outlet: what says so, and the name."""
    whole = (shown or "")[-TITLE_CHARACTERS:]
    if headline and headline != whole and headline.casefold() in whole.casefold():
        start = whole.casefold().index(headline.casefold())
        tail, lead = _TAIL.fullmatch(whole[start:]), _LEAD.fullmatch(whole[:start])
        if tail or lead:
            yield "title", (tail or lead)[1].strip()  # type: ignore[index]
    for link in tree.iter("a"):
        if _HOME.fullmatch((link.get("href") or "#").strip()):
            image = link.find(".//img")
            name = one_line(link.text_content()) or one_line(image.get("alt") if image is not None else None)
            if name:
                yield "link to the first page", name
    for element in tree.iter("*"):
        words = element.text or ""
        if "©" in words or "copyright" in words[:200].lower():
            found = pattern_of_all("imprint").search(" ".join(words.split())[:200])
            if found:
                yield "imprint", found["name"].strip(" .,–-")


def outlet_shown(tree: HtmlElement, url: str | None, shown: str | None, headline: str | None) -> tuple[str, str | None]:
    """Return what says who published the page *tree*, and the name; ("", null) where no two places agree.

    shown: its ``<title>``. headline: the title of the report, beside which that may have the name.

    >>> from lxml.html import document_fromstring
    >>> outlet_shown(document_fromstring("<p>x"), "https://www.harbor-post.example/x", "Ten held - Harbor Post", "Ten held")
    ('title, as in the address', 'Harbor Post')
    """
    host = _host(url)
    named: dict[str, tuple[str, str]] = {}
    for rule, name in _names(tree, shown, headline):
        letters = _letters(name)
        if not letters or len(name) > NAME_CHARACTERS:
            continue
        if letters in host:
            return f"{rule}, as in the address", name
        before = named.setdefault(letters, (rule, name))
        if before[0] != rule:
            return f"{before[0]}, as in the {rule}", before[1]
    return "", None
