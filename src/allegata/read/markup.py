"""Markup taken off in one pass, for what no parser of pages reads: linear in the length, whatever is left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# Elements whose content is no text, then those whose text is of the page and not of the story.
_RAW = re.compile("script|style|noscript|template|svg|select|title", re.IGNORECASE)
_AROUND = re.compile("nav|footer|form|button|figcaption", re.IGNORECASE)
_INLINE = re.compile(
    "abbr|bdi|bdo|cite|code|em|font|ins|mark|small|span|strong|sub|sup|time|wbr|[abiqsu]", re.IGNORECASE
)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})")


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a character number of thousands of digits
        return text


def _parts(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield what *text* consists of, in order: ("", words), or (name, "") and (/name, "") for tags, each with where it begins.

    A tag, comment or raw element that is left open ends the text: looking for its end once is enough.
    """
    at = 0
    while at < len(text):
        start = text.find("<", at)
        if start < 0:
            yield "", text[at:], at
            return
        if start > at:
            yield "", text[at:start], at
        comment = text.startswith("<!--", start)
        name = _NAME.match(text, start)
        if not name and not comment and text[start + 1 : start + 2] not in ("!", "?"):
            yield "", "<", start
            at = start + 1
            continue
        end = text.find("-->" if comment else ">", start + (4 if comment else 1))
        if end < 0:
            return
        at = end + (3 if comment else 1)
        if not name:
            continue
        closing = text[start + 1] == "/"
        if _RAW.fullmatch(name[1]) and not closing:
            if text[end - 1] == "/":
                continue
            close = re.compile(rf"</{name[1]}\b[^<>]{{0,200}}>", re.IGNORECASE).search(text, at)
            if close is None:
                return
            at = close.end()
        yield ("/" if closing else "") + name[1].lower(), "", start


def plain_paragraphs(text: str) -> list[str]:
    """Return the text of the HTML *text*, block by block, without asking which blocks are the story.

    >>> plain_paragraphs("<div>Ten were <b>held</b>.<br>Two &amp; a dog fled.<script>x</script></div>")
    ['Ten were held.', 'Two & a dog fled.']
    """
    blocks: list[list[str]] = [[]]
    around, depth = "", 0
    for tag, words, _ in _parts(text):
        name = tag.removeprefix("/")
        if not tag:
            if not depth:
                blocks[-1].append(words)
        elif depth:
            depth += (tag == around) - (tag == f"/{around}")
        elif _AROUND.fullmatch(tag):
            around, depth = tag, 1
            blocks.append([])
        elif not _INLINE.fullmatch(name):
            blocks.append([])
    joined = (" ".join(_unescaped("".join(block)).split()) for block in blocks)
    return [block for block in joined if block]


def without_tags(text: str) -> str:
    """Return *text* without HTML tags, comments and scripts; lines and entities stay, and so do bare addresses.

    >>> without_tags("<div>Ten <b>held</b></div> by <https://a.example> 1 < 2<!-- x -->")
    'Ten held by <https://a.example> 1 < 2'
    """
    return "".join(words for words, _ in outside_tags(text))


def outside_tags(text: str) -> Iterator[tuple[str, int]]:
    """Yield the stretches of *text* that `without_tags` keeps, each with where it begins.

    >>> list(outside_tags("<b>Ten</b> held"))
    [('Ten', 3), (' held', 10)]
    """
    at = 0
    for part in re.split(r"(<(?:https?|mailto):[^<>\s]{1,2000}>)", text):
        if part.startswith(("<http", "<mailto:")) and part.endswith(">"):
            yield part, at
        else:
            yield from ((words, at + start) for _, words, start in _parts(part) if words)
        at += len(part)
