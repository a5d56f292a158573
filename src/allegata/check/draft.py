"""What a rule is given and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from allegata.model.claim import Claim, Count
from allegata.model.document import Document
from allegata.model.link import Link
from allegata.model.mention import Record, Span, span_of

_TITLE_CHARACTERS = 200
_SENTENCE_END = re.compile(r"[.!?:;,…][\"'”’)\]]*$")


class Fix(Record, frozen=True):
    """Words to stand instead of *span*, where it is certain what they are."""

    span: Span
    words: str


class Problem(Record, frozen=True):
    """What one rule says of one stretch of a draft.

    message: one sentence; it quotes no words but the draft's. fix: null where more than one mend is possible.
    """

    code: str
    span: Span
    message: str
    fix: Fix | None = None


class Match(NamedTuple):
    """A claim of the draft and a claim of an earlier report that `link` relates to it.

    earlier: as it leaves the ledger, masked. links: between the two. siblings: the other claims of the earlier report.
    """

    claim: Claim
    earlier: Claim
    links: tuple[Link, ...]
    siblings: tuple[Claim, ...] = ()


class Draft:
    """A document with its claims, in reading order, how these relate to each other, and to those of earlier reports."""

    def __init__(
        self,
        document: Document,
        claims: tuple[Claim, ...],
        links: tuple[Link, ...] = (),
        matches: tuple[Match, ...] = (),
    ) -> None:
        self.document = document
        self.claims = claims
        self.links = links
        self.matches = matches

    @cached_property
    def headline(self) -> Span | None:
        """The first line where it reads as a headline: short, no sentence, and not all there is; else null."""
        text = self.document.text
        first, _, rest = text.partition("\n")
        if not rest.strip() or len(first) > _TITLE_CHARACTERS or _SENTENCE_END.search(first.rstrip()):
            return None
        return span_of(text, 0, len(first))

    def in_headline(self, span: Span) -> bool:
        """Return whether *span* begins in the headline."""
        return self.headline is not None and span.start < self.headline.end


Judge = Callable[[Draft], Iterator[Problem]]

_HELD = frozenset({"arrest", "hold"})
_KILLED = frozenset({"kill", "execute"})
COLLECTIVES = frozenset({"team", "cell", "group", "network", "gang", "band", "ring"})
"""Units that reports use for one another."""


def same_deed(one: Claim, other: Claim) -> bool:
    """Return whether the actions of two claims are the same, or words for the same: whoever is held was arrested."""
    first, second = {one.action, *one.also_actions}, {other.action, *other.also_actions}
    return bool(first & second) or any(first & alike and second & alike for alike in (_HELD, _KILLED))


def same_unit(one: str | None, other: str | None) -> bool:
    """Return whether two units are the same, or either is not known.

    >>> same_unit("team", "cell"), same_unit("team", "person")
    (True, False)
    """
    return one is None or other is None or one == other or {one, other} <= COLLECTIVES


def value_of(claim: Claim) -> Count | None:
    """Return the count of *claim*, null when it has none or is in doubt."""
    return claim.count.value if claim.count else None


def number_of(count: Count) -> int | None:
    """Return the number the words of *count* state under their hedge, null for a vague word.

    >>> number_of(Count(50, None, "person", "at_least", "at least 50", "exact"))
    50
    """
    if count.modifier in ("exact", "at_least", "more_than"):
        return count.low
    if count.modifier in ("at_most", "nearly"):
        return count.high
    if count.modifier == "about":
        digits = re.sub(r"\D", "", count.phrase)
        if digits and len(digits) < 12:
            return int(digits)
    return None


def counted_words(claim: Claim) -> Span:
    """Return the words of the count of *claim*, else its passage."""
    return claim.count.spans[0] if claim.count and claim.count.spans else claim.passage


def in_words(words: str) -> str:
    """Return *words* of the draft on one line, quoted, and shortened where they are long.

    >>> in_words("ten  men")
    '"ten men"'
    """
    line = " ".join(words.split())
    return f'"{line if len(line) <= 80 else line[:77] + "…"}"'
