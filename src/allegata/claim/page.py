"""A document with everything ground knows about it: what every rule of this stage looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allegata.ground.gazetteer import country_context, find_toponyms, resolve
from allegata.ground.lexicon import words
from allegata.ground.quantity import Quantity, find_quantities
from allegata.ground.syntax import parse
from allegata.ground.timex import find_times
from allegata.model import Document, Mention, Period, Place

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Stretch

QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»\n]{1,2000})[\"“”»]")


DATELINE = re.compile(
    r"\A\W*(?:[\w .,'’-]{0,40}?[(（]([A-Z][\w .&-]{1,20})[)）]\s*[-–—:]|([A-Z][\w ]{2,24}?)\s+[-–—]\s|([A-Z][\w ]{2,24}):\s)",
    re.M,
)


def dateline_end(text: str) -> int:
    """Return where the dateline or credit that *text* begins with ends, 0 without one.

    >>> dateline_end("LIMA (AFP) - Police spoke.")
    12
    """
    match = DATELINE.match(text)
    return match.end() if match else 0


@dataclass(frozen=True)
class Page:
    """What was found in a document, in reading order; offsets are code points of its text.

    quoted: the insides of quotation marks. home: the country most of the document speaks of, or null.
    """

    document: Document
    doc: Doc
    quantities: tuple[Quantity, ...]
    times: tuple[Mention[Period], ...]
    places: tuple[Mention[Place], ...]
    quoted: tuple[tuple[int, int], ...]
    home: str | None
    profile: str


def page_of(document: Document, profile: str) -> Page:
    """Return *document* with its structure, quantities, times and places."""
    text, language = document.text, document.language
    home = country_context(text, language)
    return Page(
        document=document,
        doc=parse(text, language),
        quantities=find_quantities(text, profile, language),
        times=find_times(text, document.published, None, language),
        places=resolve(find_toponyms(text, language), text, home, language),
        quoted=tuple(match.span(1) for match in QUOTED.finditer(text)),
        home=home,
        profile=profile,
    )


def inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Return whether *inner* lies in *outer*.

    >>> inside((2, 3), (2, 5)), inside((1, 3), (2, 5))
    (True, False)
    """
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def extent(tokens: list[Token]) -> tuple[int, int]:
    """Return start and end (code points) of *tokens*, which are not empty."""
    first, last = min(tokens, key=lambda each: each.i), max(tokens, key=lambda each: each.i)
    return first.idx, last.idx + len(last.text)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch without white space, commas and unpaired marks at its ends.

    >>> trimmed("x, ten men, y", 1, 11)
    (3, 10)
    """
    while start < end and text[start] in " \n\t,;:–—-.":
        start += 1
    while end > start and text[end - 1] in " \n\t,;:–—-":
        end -= 1
    return start, end


def sentence_at(page: Page, offset: int) -> Stretch:
    """Return the sentence that holds the code point *offset*."""
    found = stretch_at(page, offset, offset + 1)
    return found.sent if found is not None else next(iter(page.doc.sents))


def stretch_at(page: Page, start: int, end: int) -> Stretch | None:
    """Return the tokens that the code points from *start* to *end* touch, null if there are none."""
    return page.doc.char_span(start, end, alignment_mode="expand")


def one_of(token: Token, group: str) -> bool:
    """Return whether *token* is one of a *group* of words.tsv."""
    return token.lower_ in words(token.lang_, group)


def form_of(token: Token, group: str) -> bool:
    """Return whether *token* is a form of one of a *group* of words.tsv."""
    return token.lemma_.lower() in words(token.lang_, group)
