"""The person or body each source stands for, resolved inside the document, and who passed the words on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from allegata.ground.actor import kind_of_outlet, parse_speaker, resolve_actor
from allegata.model import Actor, Attribution, Mention, Period, Place, Span, Speaker, span_of

from .page import DATELINE, Page, inside, sentence_at

PERSONAL = frozenset({"he", "she", "him", "his", "her"})
IMPERSONAL = frozenset({"it", "its"})
OFFICES = frozenset(
    [
        "official",
        "officials",
        "minister",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "commander",
        "director",
        "chief",
        "head",
        "leader",
        "governor",
        "general",
        "prosecutor",
        "president",
        "judge",
        "secretary",
        "superintendent",
        "commissioner",
        "captain",
        "colonel",
        "lawyer",
        "activist",
        "counterpart",
    ]
)
BODIES = frozenset(
    [
        "ministry",
        "statement",
        "agency",
        "police",
        "service",
        "group",
        "organisation",
        "organization",
        "network",
        "report",
        "announcement",
        "authority",
        "authorities",
        "office",
        "department",
        "army",
        "court",
        "judiciary",
        "government",
        "company",
        "committee",
        "commission",
        "centre",
        "center",
        "council",
        "guards",
        "communique",
        "they",
    ]
)
INTRODUCED = re.compile(r"\b(?:introduced|named|identified)\s+(?:only\s+)?as\s+")
CARRIER = re.compile(
    r"\b(?:told|interview with|statement to|speaking to|carried by|quoted by|cited by|published by|reported by)\s+(?:the\s+)?"
)


@dataclass(frozen=True)
class Voice:
    """One who speaks in a document: what is known after all mentions, and where each was.

    spoken: the days its words were dated to. office: where its body sits, if its name says so.
    """

    number: int
    speaker: Speaker
    words: str
    personal: bool
    office: Mention[Place] | None = None
    spoken: tuple[tuple[int, Mention[Period]], ...] = ()


def voices_of(page: Page, attributions: tuple[Attribution, ...]) -> dict[str, Voice]:
    """Return the voice behind the source of each attribution, by attribution id."""
    voices: list[Voice] = []
    found: dict[str, int] = {}
    for attribution in attributions:
        source = attribution.source[0]
        earlier = _earlier(source, page, voices)
        read = _read(source, page)
        if earlier is None:
            base = _counterpart(source, voices)
            speaker = replace_body(read, base, page, source) if base else read
            voices.append(
                Voice(len(voices), speaker, source.text.lower(), _is_personal(source, speaker), _office(source, page))
            )
            earlier = voices[-1]
        else:
            merged = _merged(earlier.speaker, read)
            voices[earlier.number] = replace(
                earlier,
                speaker=merged,
                words=f"{earlier.words} {source.text.lower()}",
                office=earlier.office or _office(source, page),
            )
        moment = _spoken(attribution, page)
        if moment is not None:
            voice = voices[earlier.number]
            voices[earlier.number] = replace(voice, spoken=(*voice.spoken, (attribution.cue[0].start, moment)))
        found[attribution.id] = earlier.number
    return {identity: voices[number] for identity, number in found.items()}


def _read(source: Span, page: Page) -> Speaker:
    people = tuple(
        name.text
        for name in page.doc.ents
        if name.label_ == "PERSON" and inside((name.start_char, name.end_char), (source.start, source.end))
    )
    return parse_speaker(source.text, people, page.home)


def _is_personal(source: Span, speaker: Speaker) -> bool:
    words = set(re.findall(r"\w+", source.text.lower()))
    return bool(speaker.name or speaker.role or words & OFFICES) and not (words & {"statement"})


def _earlier(source: Span, page: Page, voices: list[Voice]) -> Voice | None:
    words = re.findall(r"\w+", source.text.lower())
    if not words or not voices:
        return None
    if words[0] in PERSONAL and len(words) < 4:
        return next((voice for voice in reversed(voices) if voice.personal), None)
    if words[0] in IMPERSONAL and len(words) < 3:
        return next((voice for voice in reversed(voices) if not voice.personal), voices[-1])
    if words == ["they"]:
        return voices[-1]
    introduced = INTRODUCED.search(source.text)
    if "counterpart" in words:
        return None
    read = _read(source, page)
    if read.name:
        surname = read.name.lower().split()[-1]
        for voice in reversed(voices):
            if voice.speaker.name and voice.speaker.name.lower().split()[-1] == surname:
                return voice
        if introduced:
            return next((voice for voice in voices if voice.personal and not voice.speaker.name), None)
        return None
    if words[0] in ("another", "other", "a", "an", "one"):
        return None
    heads = set(words) & (OFFICES | BODIES)
    if words[0] in ("the", "this", "that") or len(words) < 3:
        for head in words:
            if head in OFFICES:
                for voice in reversed(voices):
                    if voice.personal and (head in voice.words or head == "official"):
                        return voice
        for head in words:
            if head in BODIES and head not in ("police", "army"):
                for voice in reversed(voices):
                    if head in voice.words or (
                        head in ("statement", "announcement", "report", "communique") and not voice.personal
                    ):
                        return voice
    for voice in voices:
        same = read.body and read.body == voice.speaker.body and not read.role and not voice.speaker.role
        if same and not (heads & OFFICES):
            return voice
    return None


def _counterpart(source: Span, voices: list[Voice]) -> Voice | None:
    if "counterpart" not in source.text.lower():
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
    within = [
        place for place in page.places if inside((place.spans[0].start, place.spans[0].end), (source.start, source.end))
    ]
    return next((place for place in within if any(each.admin1 for each in place.readings)), None)


def _merged(known: Speaker, read: Speaker) -> Speaker:
    name = read.name if known.name and read.name and len(read.name) > len(known.name) else known.name or read.name
    body = known.body if known.body and len(known.body) >= len(read.body or "") else (read.body or known.body)
    kind = known.kind if known.kind != "unknown" else read.kind
    named = bool(name) and (known.named or read.named)
    return Speaker(name, known.role or read.role, body, known.id or read.id, kind, named, known.anonymous and not named)


def _spoken(attribution: Attribution, page: Page) -> Mention[Period] | None:
    """Return the day the words are dated to: a time in the cue's sentence, outside source and content, nearest to the cue."""
    cue = attribution.cue[0]
    sentence = sentence_at(page, cue.start)
    near: list[tuple[int, Mention[Period]]] = []
    for time in page.times:
        where = (time.spans[0].start, time.spans[0].end)
        if not inside(where, (sentence.start_char, sentence.end_char)) or time.value is None:
            continue
        if time.value.precision not in ("day", "week", "month") or time.value.start is None:
            continue
        gap = page.document.text[cue.end : where[0]]
        tight = (
            cue.end <= where[0]
            and len(gap) < 60
            and not re.search(r"\bthat\b|[;:]|\bin a\b.*,", gap)
            and re.fullmatch(
                r"(?:\s|\b(?:on|in|a|the|late|early|statement|earlier|press|conference|told|reporters|journalists|to|said|her|his|its|an|interview|televised|speech|website)\b|,)*",
                gap,
            )
        )
        if tight:
            near.append((len(gap), time))
        elif not any(inside(where, (span.start, span.end)) for span in attribution.content):
            near.append((abs(cue.start - where[0]), time))
    return min(near, key=lambda each: each[0])[1] if near else None


def spoken_at(voice: Voice, offset: int) -> Mention[Period] | None:
    """Return when *voice* said what stands at *offset*: the one day its words are dated to, else the last one before."""
    days = {moment.readings for _, moment in voice.spoken}
    if not days:
        return None
    before = [moment for at, moment in voice.spoken if at <= offset]
    return voice.spoken[0][1] if len(days) == 1 or not before else before[-1]


def outermost(page: Page) -> tuple[Mention[Actor], ...]:
    """Return the agency a dateline or credit names, unless it published the document itself.

    "LIMA (AFP) - …" and "Reuters: …" both name one.
    """
    outlet = (page.document.outlet or "").lower()
    for match in DATELINE.finditer(page.document.text):
        group = next(each for each in (1, 2, 3) if match[each])
        name = match[group].strip()
        if kind_of_outlet(name) is None or name.lower() in outlet or (outlet and outlet in name.lower()):
            continue
        start = match.start(group)
        return (Mention((span_of(page.document.text, start, start + len(name)),), (resolve_actor(name),), "dateline"),)
    return ()


def conduits_of(chain: tuple[Attribution, ...], voices: dict[str, Voice], page: Page) -> tuple[Mention[Actor], ...]:
    """Return who passed the words of the innermost attribution of *chain* on, from the speaker outward."""
    hops: list[Mention[Actor]] = []
    text = page.document.text
    inner = chain[0]
    sentence = sentence_at(page, inner.cue[0].start)
    for carrier in CARRIER.finditer(text, sentence.start_char, sentence.end_char):
        named = re.match(
            r"(?:[\w-]+\s+){0,3}?(?P<name>[A-Z][\w.&-]*(?:\s+(?:[A-Z0-9][\w.&-]*|TV|TV|news agency|24))*)",
            text[carrier.end() : carrier.end() + 80],
        )
        if named and kind_of_outlet(named["name"].strip()) is not None:
            start = carrier.end() + named.start("name")
            hops.append(
                Mention((span_of(text, start, start + len(named["name"])),), (resolve_actor(named["name"]),), "carrier")
            )
    for outer in chain[1:]:
        source = outer.source[0]
        speaker = voices[outer.id].speaker
        who = speaker.name or speaker.body or source.text
        if voices[outer.id].number != voices[inner.id].number:
            hops.append(Mention(outer.source, (resolve_actor(who),), "nested"))
    hops += list(outermost(page))
    outlet = (page.document.outlet or "").lower()
    kept: list[Mention[Actor]] = []
    for hop in hops:
        name = hop.readings[0].name.lower()
        if name != outlet and all(name != other.readings[0].name.lower() for other in kept):
            kept.append(hop)
    return tuple(kept)
