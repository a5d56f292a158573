"""When a happening was, as its own clause says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from allegata.ground.timex import find_times, open_since
from allegata.model.claim import Period
from allegata.model.mention import Mention, span_of

from .clause import clause_of, distance, main_of
from .happening import Happening
from .page import Page, between, first_offset, one_of, stretch_at
from .setting import is_within

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

OTHERS = 6
"""Arcs that a time is farther which hangs on another verb of the clause."""
AROUND = 600
"""Code points around a sentence that may name the year it counts from."""


def period_of(
    happening: Happening, page: Page, used: frozenset[int], said: str | None = None
) -> Mention[Period] | None:
    """Return when *happening* took place as its own clause states it, null where it states nothing.

    *used* are the offsets of the times that date the words themselves; a statement's day is never the happening's.
    said: the day it was said, from which "yesterday" and "last week" are counted; the day of publication when null.
    """
    main = main_of(happening, page)
    sentence, clause = main.sent, clause_of(main)
    ranked: list[tuple[int, int, Mention[Period]]] = []
    for time in _times(page, sentence.start_char, sentence.end_char, said):
        span = time.spans[0]
        if span.start in used or ";" in page.document.text[min(span.end, main.idx) : max(span.start, main.idx)]:
            continue
        found = stretch_at(page, span.start, span.end)
        if found is None or any(
            start <= span.start < end for start, end in _parentheses(page, sentence.start_char, sentence.end_char)
        ):
            continue
        opened = open_since(page.document.text, time, page.document.language)
        root = found.root if opened is time else _since(opened, found.root, page)
        steps = None if _ends_cause(found, main) else distance(root, main, dated=True, acted=happening.patients)
        if steps is not None and not _is_own(root, main, clause):
            steps += OTHERS
        if steps is None and _before_cue(found, main, page):
            steps = OTHERS
        if steps is None and found.root.i < main.i and found.start - sentence.start < 4:
            steps = 6
        if steps is not None:
            ranked.append((steps, abs(span.start - happening.start), opened))
    return min(ranked, key=lambda each: each[:2])[2] if ranked else None


def _is_own(root: Token, main: Token, clause: frozenset[int]) -> bool:
    """Return whether *root* hangs on *main* and not only on another verb of its *clause*: "had seized 90 since May, and had held ten in June"."""
    first = next((each for each in (root, *root.ancestors) if each.i in clause), main)
    return first.i == main.i or first.pos_ not in ("VERB", "AUX")


def _before_cue(time: Stretch, main: Token, page: Page) -> bool:
    """Return whether *time* ends what was said, and the parser hangs it on the cue after it: "were held in Lima and Cusco, last Thursday, she said"."""
    cue = time.root.head
    said = main if main.dep_ == "ccomp" else next((each for each in main.ancestors if each.dep_ == "ccomp"), main)
    return cue.i in page.cues and main.i < time.start and time.end <= cue.i and said.head == cue


def _ends_cause(time: Stretch, main: Token) -> bool:
    """Return whether *time*, without a preposition, stands right after the cause: "held ten people over the blast last month"."""
    if time.start == time.sent.start or time[0].pos_ in ("ADP", "SCONJ"):
        return False
    each, clause = time.doc[time.start - 1], clause_of(main)
    if each.pos_ not in ("NOUN", "PROPN"):
        return False
    while each.i not in clause and each.head != each:
        if each.dep_ == "prep" and (one_of(each, "cause") or one_of(each, "cause_or_time")):
            return True
        each = each.head
    return False


def time_within(
    stretch: tuple[int, int], period: Mention[Period] | None, page: Page, used: frozenset[int]
) -> Mention[Period] | None:
    """Return the time of an item of a list that stands in its own *stretch*, else *period*: "six on Friday and nine on Saturday"."""
    if period is None or is_within(stretch, period):
        return period
    own = (each for each in between(page.times, *stretch, first_offset) if first_offset(each) not in used)
    return next(own, period)


def _since(opened: Mention[Period], root: Token, page: Page) -> Token:
    """Return the word that "since" and what happened then hang on by: "since protests began in June" as "since June"."""
    found = stretch_at(page, opened.spans[0].start, opened.spans[0].start + 1)
    if found is None:
        return root
    since = found[0]
    return since.head.head if since.dep_ == "mark" and since.head.dep_ == "advcl" else since


def _times(page: Page, start: int, end: int, said: str | None) -> Sequence[Mention[Period]]:
    """Return the times of a sentence, counted from the day it was *said*."""
    there = between(page.times, start, end, first_offset)
    if said in (None, page.document.published) or not there:
        return there
    text = page.document.text
    first, last = max(0, text.rfind(" ", 0, max(0, start - AROUND))), min(len(text), end + AROUND)
    times = _counted_from(text[first:last], page.document.published, said, page.document.language)
    moved = (
        Mention(
            tuple(span_of(text, first + span.start, first + span.end) for span in time.spans), time.readings, time.rule
        )
        for time in times
    )
    return tuple(time for time in moved if start <= first_offset(time) < end)


@lru_cache(maxsize=16)
def _counted_from(text: str, published: str | None, said: str | None, language: str) -> tuple[Mention[Period], ...]:
    """Return the times of *text*: once for all happenings of a sentence."""
    return find_times(text, published, said, language)


def _parentheses(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    return [
        (start + match.start(), start + match.end())
        for match in re.finditer(r"\([^()]{0,200}\)", page.document.text[start:end])
    ]
