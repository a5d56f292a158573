"""What the document says a claim rests on, and how far it keeps from it."""

from __future__ import annotations

import re
from functools import cache

from allegata.ground.lexicon import alternation, pattern, table
from allegata.model import Attribution, Evidence, EvidenceClass, Span, Stance, span_of

from .attribution import cue_of
from .happening import Happening
from .page import Page, sentence_at, stretch_at
from .speaker import Voice

RANK: tuple[EvidenceClass, ...] = ("absence_noted", "refused", "shown", "cited")


@cache
def _classes(name: str, language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return one pattern a class, over all phrases of that class."""
    found: dict[str, list[str]] = {}
    for row in table(f"{language}/{name}"):
        found.setdefault(row["class"], []).append(row["phrase"])
    return tuple((kind, re.compile(rf"\b(?:{alternation(each)})\b", re.IGNORECASE)) for kind, each in found.items())


def evidence_of(happening: Happening, voice: Voice | None, page: Page) -> Evidence:
    """Return the evidence class of *happening* with the words that say so.

    A remark counts for its own sentence, for the claims of the speaker it is about, and, when it speaks of officials
    in general, for every official's.
    """
    text, language = page.document.text, page.document.language
    sentence = sentence_at(page, happening.start)
    found: dict[EvidenceClass, Span] = {}
    for kind, phrase in _classes("evidence", language):
        name: EvidenceClass = kind  # type: ignore[assignment]
        for match in phrase.finditer(text):
            around = sentence_at(page, match.start())
            near = around.start_char == sentence.start_char
            if not near and name in ("refused", "absence_noted") and voice is not None:
                words = around.text
                surname = voice.speaker.name.split()[-1] if voice.speaker.name else None
                about = bool(surname and surname in words)
                general = voice.speaker.kind == "official" and bool(pattern(language, "officials").search(words))
                pronoun = (
                    pattern(language, "speaker_again").search(words)
                    and 0 < around.start_char - sentence.start_char < 500
                )
                near = about or general or bool(pronoun)
            if near:
                found.setdefault(name, span_of(text, *match.span()))
    for kind in RANK:
        if kind in found:
            return Evidence(kind, (found[kind],))
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
    for start, end in page.quoted:
        if len(text[start:end].split()) <= 4 and any(start < other[1] and other[0] < end for other in marked):
            spans.append(span_of(text, start, end))
    return Stance("distanced", tuple(sorted(set(spans)))) if spans else Stance("neutral")
