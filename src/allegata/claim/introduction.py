"""Whom a page names together with an office or body, so that who only says "the chief" later is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allegata.ground.actor import parse_speaker
from allegata.ground.lexicon import words

from .attribution import noun_phrase
from .page import extent, form_of, inside, stretch_at

if TYPE_CHECKING:
    from spacy.tokens import Token

    from allegata.model.claim import Attribution, Speaker

    from .page import Page

LONGEST_INTRODUCTION = 200
"""Code points that a person's name with its office and body may take."""


@dataclass(frozen=True)
class Introduction:
    """A person whom a page names together with an office or body, where (the name and all of the words), and in which words (lower case)."""

    start: int
    around: tuple[int, int]
    speaker: Speaker
    words: frozenset[str]


def introductions(page: Page) -> tuple[Introduction, ...]:
    """Return the persons whom *page* names together with an office or body, in reading order.

    "The judiciary chief, Ada Brill, visited …": whoever says "Brill said" later means her; so does "the chief" after "Brill has run the judiciary".
    """
    found = []
    for name in page.people:
        stretch = stretch_at(page, name.start, name.end)
        if stretch is None:
            continue
        head = stretch.root.head if stretch.root.dep_ == "appos" else stretch.root
        start, end = extent(noun_phrase(head))
        text = page.document.text[start:end]
        led = _led(head)
        if end - start > LONGEST_INTRODUCTION or (end - start <= name.end - name.start and not led):
            continue
        speaker = parse_speaker(f"{text}{led}", (name.text,), page.home, page.document.language)
        said = frozenset(re.findall(r"\w+", f"{text}{led}".lower())) - set(re.findall(r"\w+", name.text.lower()))
        own = speaker.name is not None and speaker.name.split()[-1] in name.text and speaker.kind != "media"
        if own and (speaker.role or speaker.body or led or said & words(page.document.language, "office_noun")):
            found.append(Introduction(name.start, (start, end), speaker, said))
    return tuple(found)


def apart(introduced: tuple[Introduction, ...], attributions: tuple[Attribution, ...]) -> tuple[Introduction, ...]:
    """Return *introduced* without names that the one of the office beside them says, as the parse may have it: "held in Old Quarry, the mayor said"."""
    return tuple(
        each
        for each in introduced
        if not any(
            inside((source.start, source.end), each.around)
            and not inside((each.start, each.start), (source.start, source.end))
            for attribution in attributions
            for source in attribution.source
            if any(inside((each.start, each.start), (span.start, span.end)) for span in attribution.content)
        )
    )


def _led(subject: Token) -> str:
    """Return what *subject* is said to lead, after a comma: "Ada Brill has run the judiciary"; empty for nothing."""
    if subject.dep_ != "nsubj" or not form_of(subject.head, "leading"):
        return ""
    objects = [each for each in subject.head.children if each.dep_ == "dobj"]
    return f", {' '.join(each.text for each in noun_phrase(objects[0]))}" if objects else ""


def may_be(one: Introduction, read: Speaker, parts: set[str], only: bool, language: str) -> bool:
    """Return whether "the minister", read as *read*, may be *one*: of the same office, or by a word for it. only: it can be nobody else."""
    if one.speaker.body and read.body and one.speaker.body != read.body:
        return False
    if read.role and one.speaker.role == read.role:
        return True
    offices = parts & words(language, "office_noun")
    rank = one.speaker.role in words(language, "rank_role") and parts & words(language, "over_rank")
    return bool(
        offices & one.words
        or (offices and one.words & parts - words(language, "definite_source") - offices)
        or (rank and only)
    )
