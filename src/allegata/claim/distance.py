"""What the document says a claim rests on, and how far it keeps from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from allegata.ground.lexicon import alternation, pattern, table
from allegata.model import Attribution, Evidence, EvidenceClass, Span, Stance, span_of

from .attribution import cue_of
from .happening import Happening
from .page import LONGEST_QUOTATION, Page, between, sentence_at, stretch_at
from .speaker import Voice

LACKING = 200
RANK: tuple[EvidenceClass, ...] = ("absence_noted", "refused", "shown", "cited")


@cache
def _classes(name: str, language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return one pattern a class, over all phrases of that class."""
    found: dict[str, list[str]] = {}
    for row in table(f"{language}/{name}"):
        found.setdefault(row["class"], []).append(row["phrase"])
    return tuple((kind, re.compile(rf"\b(?:{alternation(each)})\b", re.IGNORECASE)) for kind, each in found.items())


@dataclass(frozen=True)
class Remark:
    """Words of a document about evidence. start: of its sentence; about: the words of that sentence.

    general: it speaks of officials in general. again: it speaks of somebody who spoke before.
    """

    kind: EvidenceClass
    span: Span
    start: int
    about: str
    general: bool
    again: bool


def remarks_of(page: Page) -> tuple[Remark, ...]:
    """Return the remarks of *page* about evidence, in reading order."""
    text, language = page.document.text, page.document.language
    found = []
    for kind, phrase in _classes("evidence", language):
        for match in phrase.finditer(text):
            around = sentence_at(page, match.start())
            general = bool(pattern(language, "officials").search(around.text))
            again = bool(pattern(language, "speaker_again").search(around.text))
            name: EvidenceClass = kind  # type: ignore[assignment]
            found.append(Remark(name, span_of(text, *match.span()), around.start_char, around.text, general, again))
    return tuple(sorted(found, key=lambda remark: (remark.start, remark.span)))


def evidence_of(happening: Happening, voice: Voice | None, page: Page, remarks: tuple[Remark, ...]) -> Evidence:
    """Return the evidence class of *happening* with the words that say so.

    A remark counts for its own sentence, for the claims of the speaker it is about, and, when it speaks of officials
    in general, for every official's. *remarks* are those of the page; of the ones that evidence is lacking, 200 are looked at.
    """
    here = sentence_at(page, happening.start).start_char
    near = list(between(remarks, here, here + 1, lambda remark: remark.start))
    if voice is not None:
        surname = voice.speaker.name.split()[-1] if voice.speaker.name else None
        lacking = (remark for remark in remarks if remark.kind in ("refused", "absence_noted"))
        near += [
            remark
            for remark in islice(lacking, LACKING)
            if (surname and surname in remark.about)
            or (remark.general and voice.speaker.kind == "official")
            or (remark.again and 0 < remark.start - here < 500)
        ]
    for kind in RANK:
        spans = [remark.span for remark in near if remark.kind == kind]
        if spans:
            return Evidence(kind, (min(spans),))
    return Evidence("none_stated")


def stance_of(
    happening: Happening, attribution: Attribution | None, patient: tuple[int, int] | None, page: Page
) -> Stance:
    """Return the document's distance from the claim: a distancing cue or adverb, or scare quotes on what was counted or done."""
    text = page.document.text
    spans: list[Span] = []
    if attribution is not None:
        word = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
        cue = cue_of(word.root) if word is not None else None
        if cue and cue["stance"] == "distanced":
            spans.append(attribution.cue[0])
    sentence = sentence_at(page, happening.start)
    for _, phrase in _classes("stance", page.document.language):
        spans += [
            span_of(text, *match.span()) for match in phrase.finditer(text, sentence.start_char, sentence.end_char)
        ]
    marked = [patient] if patient else []
    marked.append((happening.start, happening.end))
    first = min(start for start, _ in marked) - LONGEST_QUOTATION
    for start, end in between(page.quoted, first, max(end for _, end in marked), lambda each: each[0]):
        if len(text[start:end].split()) <= 4 and any(start < other[1] and other[0] < end for other in marked):
            spans.append(span_of(text, start, end))
    return Stance("distanced", tuple(sorted(set(spans)))) if spans else Stance("neutral")
