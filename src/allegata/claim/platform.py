"""Where people publish their own words: the platform that a statement was posted on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

from allegata.ground.lexicon import Row, alternation, pattern, table, words
from allegata.model.mention import Span, span_of

from .attribution import cue_of
from .page import Page, form_of, stretch_at

REACH = 80
"""Code points before a platform's name in which the words stand that lead to it."""


@cache
def platforms(language: str) -> dict[str, Row]:
    """Return the rows of the platforms by their words.

    >>> platforms("en")["tweet"]["name"]
    'Twitter'
    """
    return {row["word"]: row for row in table(f"{language}/platforms")}


@cache
def _any_platform(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@#-])(?:{alternation(platforms(language))})(?![\w-])")


def is_platform(name: str, language: str) -> bool:
    """Return whether *name* is a platform's, or a nameless channel on one.

    >>> is_platform("Facebook", "en"), is_platform("Reuters", "en")
    (True, False)
    """
    return name in platforms(language) or name.lower() in words(language, "nameless_channel")


def find_posts(page: Page, start: int, end: int) -> Iterator[tuple[Span, str]]:
    """Yield the platforms on which *page* says from *start* to *end* that words were published, each with its name, in reading order.

    A platform that only somebody was blamed, mocked or banned on is none, nor are words that only introduce its name: "the social media platform X".
    """
    text, language = page.document.text, page.document.language
    found = list(_any_platform(language).finditer(text, start, end))
    for match, following in zip_longest(found, found[1:]):
        if following and pattern(language, "platform_named").fullmatch(text, match.end(), following.start()):
            continue
        row = platforms(language)[" ".join(match[0].split())]
        span = span_of(text, *match.span())
        if _is_led_to(row, page, max(start, span.start - REACH), span, end) and _is_told(span, page):
            yield span, row["name"]


def _is_led_to(row: Row, page: Page, start: int, span: Span, end: int) -> bool:
    """Return whether the words around *span*, from *start* to *end*, are those of something said there."""
    text, language = page.document.text, page.document.language
    if row["stands"] == "as":
        return True
    before = text[start : span.start]
    if row["stands"] == "in":
        return pattern(language, "posted_in").search(before) is not None
    if pattern(language, "posted_after").match(text, span.end, end):
        return False
    owned = pattern(language, "posted_what").match(text, span.end, end) and pattern(language, "posted_in").search(
        before
    )
    return bool(owned or pattern(language, "posted_on").search(before))


def _is_told(span: Span, page: Page) -> bool:
    """Return whether the verb that *span* hangs on is one of saying or of publishing; true where it hangs on none."""
    stretch = stretch_at(page, span.start, span.end)
    token = stretch.root if stretch is not None else None
    while token is not None and token.pos_ not in ("VERB", "AUX") and token.head != token and token.i not in page.cues:
        token = token.head
    if token is None or token.pos_ not in ("VERB", "AUX") or token.i in page.cues:
        return True
    return cue_of(token) is not None or form_of(token, "posting")
