"""The person or body each source stands for, resolved inside the document, and who passed the words on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import msgspec

from allegata.ground.actor import find_bodies, kind_of_outlet, parse_speaker, resolve_actor
from allegata.ground.lexicon import expression, pattern, words
from allegata.ground.syntax import find_dateline
from allegata.model import Actor, Attribution, Mention, Place, Span, Speaker, span_of

from .attribution import noun_phrase
from .page import Page, between, extent, first_offset, inside, sentence_at, stretch_at

LONGEST_INTRODUCTION = 200
"""Code points that a person's name with its office and body may take."""


@dataclass(frozen=True)
class Voice:
    """One who speaks in a document: what is known after all mentions, and where each was.

    office: where its body sits, if its name says so.
    """

    number: int
    speaker: Speaker
    words: str
    personal: bool
    office: Mention[Place] | None = None


def voices_of(page: Page, attributions: tuple[Attribution, ...]) -> dict[str, Voice]:
    """Return the voice behind the source of each attribution, by attribution id."""
    voices: list[Voice] = []
    found: dict[str, int] = {}
    known = introductions(page)
    for attribution in attributions:
        source = _continued(attribution.source[0], page)
        earlier = _earlier(source, page, voices)
        read = _unnamed(_known(_read(source, page), source, known, page), attribution, page)
        if earlier is None:
            base = _counterpart(source, voices, page.document.language)
            speaker = replace_body(read, base, page, source) if base else read
            voices.append(
                Voice(
                    len(voices),
                    speaker,
                    source.text.lower(),
                    _is_personal(source, speaker, page.document.language),
                    _office(source, page),
                )
            )
            earlier = voices[-1]
        else:
            merged = _merged(earlier.speaker, read)
            voices[earlier.number] = replace(
                earlier,
                speaker=merged,
                words=f"{earlier.words} {source.text.lower()}",
                personal=earlier.personal or _is_personal(source, merged, page.document.language),
                office=earlier.office or _office(source, page),
            )
        found[attribution.id] = earlier.number
    return {identity: voices[number] for identity, number in found.items()}


def _read(source: Span, page: Page) -> Speaker:
    near = between(page.people, source.start, source.end, lambda name: name.start)
    people = tuple(name.text for name in near if name.end <= source.end)
    return parse_speaker(source.text, people, page.home, page.document.language)


@cache
def _naming(language: str) -> re.Pattern[str]:
    return re.compile(rf",?\s*{expression(language, 'introduced')}{expression(language, 'name')}")


def _continued(source: Span, page: Page) -> Span:
    """Return *source* with the name that is given right after it: "The official, introduced as Ada Brill, said"."""
    text, language = page.document.text, page.document.language
    found = _naming(language).match(text, source.end)
    return span_of(text, source.start, found.end()) if found else source


def introductions(page: Page) -> tuple[tuple[int, Speaker], ...]:
    """Return the persons whom *page* names together with an office or body, in reading order, with the offset of each.

    "The judiciary chief, Ada Brill, visited …": whoever says "Brill said" later means her.
    """
    found = []
    for name in page.people:
        stretch = stretch_at(page, name.start, name.end)
        if stretch is None:
            continue
        head = stretch.root.head if stretch.root.dep_ == "appos" else stretch.root
        start, end = extent(noun_phrase(head))
        if end - start > LONGEST_INTRODUCTION or end - start <= name.end - name.start:
            continue
        text = page.document.text[start:end]
        speaker = parse_speaker(text, (name.text,), page.home, page.document.language)
        if speaker.name and (speaker.role or speaker.body) and speaker.name.split()[-1] in name.text:
            found.append((name.start, speaker))
    return tuple(found)


def _unnamed(read: Speaker, attribution: Attribution, page: Page) -> Speaker:
    """Return *read* as anonymous where its sentence says, outside the words said, that the name is withheld."""
    if read.name:
        return read
    sentence = sentence_at(page, attribution.cue[0].start)
    withheld = pattern(page.document.language, "anonymity").finditer(
        page.document.text, sentence.start_char, sentence.end_char
    )
    outside = any(
        not any(inside(match.span(), (span.start, span.end)) for span in attribution.content) for match in withheld
    )
    return msgspec.structs.replace(read, anonymous=True) if outside else read


def _known(read: Speaker, source: Span, known: tuple[tuple[int, Speaker], ...], page: Page) -> Speaker:
    """Return *read* with what the document says elsewhere of the person or body it names."""
    language = page.document.language
    parts = set(re.findall(r"\w+", source.text.lower()))
    if read.name:
        surname = read.name.split()[-1].lower()
        same = [speaker for _, speaker in known if speaker.name and speaker.name.split()[-1].lower() == surname]
        return _merged(read, same[0]) if same else read
    if read.role and parts & words(language, "definite_source"):
        before = [speaker for at, speaker in known if at < source.start and speaker.role == read.role]
        fitting = [each for each in before if not (each.body and read.body) or each.body == read.body]
        return _merged(read, fitting[-1]) if fitting else read
    if parts & words(language, "personal") and len(parts) < 3:
        before = [speaker for at, speaker in known if at < source.start]
        return _merged(read, before[-1]) if before else read
    nouns = parts & words(language, "body_noun")
    if read.body is None and read.kind == "unknown" and nouns:
        anything = bool(nouns & words(language, "document_noun")) and not nouns - words(language, "document_noun")
        for body in reversed(between(page.bodies, 0, source.start, first_offset)):
            value = body.readings[0]
            if anything or any(noun in f"{body.text} {value.body}".lower() for noun in nouns):
                return Speaker(None, read.role, value.body, value.id, "official", False, read.anonymous)
    return read


def _is_personal(source: Span, speaker: Speaker, language: str) -> bool:
    parts = set(re.findall(r"\w+", source.text.lower()))
    known = speaker.name or speaker.role or parts & words(language, "office_noun")
    return bool(known) and not parts & words(language, "no_person_noun")


def _earlier(source: Span, page: Page, voices: list[Voice]) -> Voice | None:
    """Return the voice of *voices* that *source* speaks of again, null for a new one."""
    language = page.document.language
    parts = re.findall(r"\w+", source.text.lower())
    if not parts or not voices:
        return None
    first, last = parts[0], tuple(reversed(voices))
    if first in words(language, "personal") and len(parts) < 4:
        return next((voice for voice in last if voice.personal), None)
    if first in words(language, "impersonal") and len(parts) < 3:
        return next((voice for voice in last if not voice.personal), voices[-1])
    if first in words(language, "plural") and len(parts) == 1:
        return voices[-1]
    if words(language, "counterpart") & set(parts):
        return None
    read = _read(source, page)
    if read.name:
        surname = read.name.lower().split()[-1]
        same = next(
            (each for each in last if each.speaker.name and each.speaker.name.lower().split()[-1] == surname), None
        )
        if same is None and pattern(language, "introduced").search(source.text):
            return next((voice for voice in voices if voice.personal and not voice.speaker.name), None)
        return same
    if read.id or read.kind == "media":
        return next((voice for voice in last if voice.speaker.body == read.body), None)
    if first in words(language, "indefinite_source"):
        return None
    offices, bodies = words(language, "office_noun"), words(language, "body_noun")
    if first in words(language, "definite_source") or len(parts) < 3:
        for head in (each for each in parts if each in offices):
            for voice in last:
                if voice.personal and (head in voice.words or head in words(language, "any_office")):
                    return voice
        for head in (each for each in parts if each in bodies):
            for voice in last:
                if head in voice.words or (head in words(language, "document_noun") and not voice.personal):
                    return voice
    if set(parts) & offices or not read.body or read.role:
        return None
    return next((voice for voice in voices if voice.speaker.body == read.body and not voice.speaker.role), None)


def _counterpart(source: Span, voices: list[Voice], language: str) -> Voice | None:
    if not pattern(language, "counterpart").search(source.text):
        return None
    return next(
        (voice for voice in reversed(voices) if voice.speaker.name and voice.speaker.name.split()[-1] in source.text),
        None,
    )


def replace_body(read: Speaker, base: Voice, page: Page, source: Span) -> Speaker:
    """Return the speaker of "X's counterpart in P": X's role and body, the office moved to P, no name."""
    office = _office(source, page)
    body = base.speaker.body
    if body and office and office.value and office.value.admin1:
        body = f"{body.split(', ')[0]}, {office.value.admin1} office"
    return Speaker(None, base.speaker.role, body, None, base.speaker.kind, False, False)


def _office(source: Span, page: Page) -> Mention[Place] | None:
    within = between(page.places, source.start, source.end, first_offset)
    return next((place for place in within if any(each.admin1 for each in place.readings)), None)


def _merged(known: Speaker, read: Speaker) -> Speaker:
    name = read.name if known.name and read.name and len(read.name) > len(known.name) else known.name or read.name
    body = known.body if known.body and len(known.body) >= len(read.body or "") else (read.body or known.body)
    kind = known.kind if known.kind != "unknown" else read.kind
    named = bool(name) and (known.named or read.named)
    return Speaker(name, known.role or read.role, body, known.id or read.id, kind, named, known.anonymous and not named)


def outermost(page: Page) -> tuple[Mention[Actor], ...]:
    """Return the agency a dateline or credit names, unless it published the document itself.

    "LIMA (AFP) - …" and "Reuters: …" both name one.
    """
    outlet, language = (page.document.outlet or "").lower(), page.document.language
    dateline = find_dateline(page.document.text)
    if dateline is None:
        return ()
    span = span_of(page.document.text, *dateline[1])
    name = span.text.strip()
    if kind_of_outlet(name, language) is None or name.lower() in outlet or (outlet and outlet in name.lower()):
        return ()
    return (Mention((span,), (resolve_actor(name, language),), "dateline"),)


def _carriers(page: Page, start: int, end: int) -> Iterator[Mention[Actor]]:
    """Yield the outlets that a stretch says the words were given to or carried by, in reading order.

    Whatever an interview was with or a statement was carried by is an outlet unless it is a person or an official body;
    who was told something is one only if its name or the noun before it says so.
    """
    text, language = page.document.text, page.document.language
    taken = [(each.start, each.end) for each in page.people] + [
        (each.spans[0].start, each.spans[0].end) for each in between(page.bodies, start, end, first_offset)
    ]
    found = [(match.end(), True) for match in pattern(language, "carrier").finditer(text, start, end)]
    found += [(match.end(), False) for match in pattern(language, "carrier_told").finditer(text, start, end)]
    for at, certain in sorted(found):
        named = pattern(language, "carrier_name").match(text, at, min(end, at + 90))
        if named is None:
            continue
        span = span_of(text, *named.span("generic" if named["generic"] else "name"))
        media = bool(named["generic"] or named["noun"]) or kind_of_outlet(span.text, language) is not None
        other = any(one < span.end and span.start < two for one, two in taken)
        if media or (certain and not other and not find_bodies(span.text, page.home, language)):
            yield Mention((span,), (resolve_actor(span.text, language),), "carrier")


def conduits_of(chain: tuple[Attribution, ...], voices: dict[str, Voice], page: Page) -> tuple[Mention[Actor], ...]:
    """Return who passed the words of the innermost attribution of *chain* on, from the speaker outward."""
    language = page.document.language
    inner = chain[0]
    sentence = sentence_at(page, inner.cue[0].start)
    hops = list(_carriers(page, sentence.start_char, sentence.end_char))
    if sentence.end < len(page.doc):
        following = page.doc[sentence.end].sent
        if pattern(language, "relayed_after").match(following.text.strip()):
            hops += _carriers(page, following.start_char, following.end_char)
    for outer in chain[1:]:
        source = outer.source[0]
        speaker = voices[outer.id].speaker
        who = speaker.name or speaker.body or source.text
        if voices[outer.id].number != voices[inner.id].number:
            hops.append(Mention(outer.source, (resolve_actor(who, language),), "nested"))
    hops += list(outermost(page))
    outlet = (page.document.outlet or "").lower()
    kept: list[Mention[Actor]] = []
    for hop in hops:
        name = hop.readings[0].name.lower()
        if name != outlet and all(name != other.readings[0].name.lower() for other in kept):
            kept.append(hop)
    return tuple(kept)
