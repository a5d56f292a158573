"""Numbers of one passage that do not compute: a share, a part of a whole, a total of its parts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from allegata.ground.lexicon import alternation, pattern, table
from allegata.ground.number import line_of, read_number
from allegata.link.tell import told
from allegata.model.claim import Claim
from allegata.model.link import Finding
from allegata.model.mention import Span

ROUNDED, ABOUT = 1.0, 5.0
"""Points by which a share in whole percent may be off, and one that is hedged."""
LONGEST = 2000
"""Code points of a passage that are looked at."""
YEARS = range(1900, 2100)
NUMBER = re.compile(r"\d+")


class Figures(NamedTuple):
    """A text with its numbers written in figures, and where each piece of it stands in the original."""

    text: str
    starts: tuple[int, ...]
    originals: tuple[tuple[int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where the figures from *start* up to *end* stand in the original."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        return self._at(first, start, False), self._at(last, end, True)

    def _at(self, piece: int, at: int, end: bool) -> int:
        begin, stop = self.originals[piece]
        length = (self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)) - self.starts[piece]
        if stop - begin == length:
            return begin + at - self.starts[piece]
        return stop if end else begin


def in_figures(text: str, language: str) -> Figures:
    """Return *text* with its whole numbers in figures without grouping.

    >>> in_figures("Thirty of the 1,200 men", "en").text
    '30 of the 1200 men'
    """
    line = line_of(text, "default", language)
    parts, starts, originals, length, copied, at = [], [], [], 0, 0, 0

    def put(words: str, begin: int, stop: int) -> None:
        nonlocal length
        if words:
            parts.append(words)
            starts.append(length)
            originals.append((begin, stop))
            length += len(words)

    while at < len(line.tokens):
        number = read_number(line, at)
        if number is None:
            at += 1
            continue
        value, after = number
        begin, stop = line.tokens[at].start, line.tokens[after - 1].end
        put(text[copied:begin], copied, begin)
        put(str(value), begin, stop)
        copied, at = stop, after
    put(text[copied:], copied, len(text))
    return Figures("".join(parts), tuple(starts), tuple(originals))


def miscounted(claims: Iterable[Claim]) -> Iterator[Finding]:
    """Yield what does not compute in the passages of *claims*: one finding for each place, about the claims that stand there.

    A share may be off by a point, by five where it is hedged; a hedged part or whole is not computed with.
    """
    passages: dict[tuple[str, Span], list[Claim]] = {}
    for claim in claims:
        passages.setdefault((claim.document.id, claim.passage), []).append(claim)
    seen: set[tuple[str, Span]] = set()
    for (document, passage), members in passages.items():
        language = members[0].document.language
        figures = in_figures(passage.text[:LONGEST], language)
        for case, match, values, words in _wrong(figures.text, language):
            span = _span(figures, match, passage)
            if (document, span) not in seen:
                seen.add((document, span))
                yield told("arithmetic", case, "count", (members,), values, words, document=document, spans=(span,))


def _span(figures: Figures, match: re.Match[str], passage: Span) -> Span:
    """Return where *match* stands in the document; the whole passage where words of it are masked."""
    if len(passage.text) != passage.end - passage.start:
        return passage
    start, end = figures.original(*match.span())
    return Span(passage.start + start, passage.start + end, passage.text[start:end])


Wrong = tuple[str, re.Match[str], tuple[str, str | None], dict[str, str]]


def _wrong(text: str, language: str) -> Iterator[Wrong]:
    if not NUMBER.search(text):
        return
    for match in pattern(language, "share_of").finditer(text):
        part, whole, said = int(match["part"]), int(match["whole"]), float(match["said"])
        real = 100 * part / whole if whole else said
        loose = any(_hedged(text, match.start(name), language) for name in ("part", "whole", "said"))
        decimals = len(match["said"].partition(".")[2])
        if abs(real - said) > (ABOUT if loose else ROUNDED * 10**-decimals) and part <= whole:
            shown = f"{real:.{decimals}f}"
            words = {"part": str(part), "whole": str(whole), "said": match["said"], "real": shown}
            yield "share", match, (match["said"], shown), words
    for match in pattern(language, "subset_of").finditer(text):
        part, whole = int(match["part"]), int(match["whole"])
        if part > whole and whole not in YEARS and not _any_hedged(text, match, language, "part", "whole"):
            yield "subset", match, (str(part), None), {"part": str(part), "whole": str(whole)}
    for name, exact in (("parts_listed", False), ("parts_of_total", True), ("parts_summed", True)):
        for match in pattern(language, name).finditer(text):
            yield from _parts(text, match, exact, language)


def _parts(text: str, match: re.Match[str], exact: bool, language: str) -> Iterator[Wrong]:
    """Yield that the parts are not their whole; where it is not said to be their total, that they are above it."""
    begin = match.start("parts")
    at = [begin + each.start() for each in NUMBER.finditer(match["parts"])]
    parts = [int(each) for each in NUMBER.findall(match["parts"])]
    whole = int(match["whole"])
    hedged = any(_hedged(text, each, language) for each in (*at, match.start("whole")))
    if hedged or len(parts) < 2 or (begin == match.start() and text[:begin].rstrip().endswith((",", " and"))):
        return
    if sum(parts) > whole or (exact and sum(parts) != whole):
        words = {"whole": str(whole), "added": " + ".join(map(str, parts)), "sum": str(sum(parts))}
        yield "parts", match, (str(whole), str(sum(parts))), words


def _any_hedged(text: str, match: re.Match[str], language: str, *names: str) -> bool:
    return any(_hedged(text, match.start(name), language) for name in names)


def _hedged(text: str, at: int, language: str) -> bool:
    return bool(_hedge(language).search(text[max(0, at - 30) : at]))


@cache
def _hedge(language: str) -> re.Pattern[str]:
    """Return the pattern of a word that moves the bounds of the number after it."""
    bounding = ("at_least", "more_than", "at_most", "nearly", "about")
    phrases = alternation(row["phrase"] for row in table(f"{language}/modifiers") if row["modifier"] in bounding)
    return re.compile(rf"(?<!\w)(?:{phrases})\s+\Z", re.IGNORECASE)
