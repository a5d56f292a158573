"""The person or body each source stands for, resolved inside the document, and who passed the words on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from allegata.ground.abbreviation import abbreviations, spelled_out
from allegata.ground.actor import find_aliases, is_watching, kind_of_outlet, parse_speaker, ranks_in
from allegata.ground.demonym import find_demonyms
from allegata.ground.lexicon import expression, pattern, table, words
from allegata.ground.syntax import is_plain_word
from allegata.ground.unit import unit_of
from allegata.model.claim import Attribution, Place, Speaker
from allegata.model.mention import Mention, Span, span_of

from .attribution import noun_phrase
from .introduction import Introduction, apart, introductions, may_be
from .page import (
    Page,
    between,
    extent,
    first_offset,
    headline,
    inside,
    meets,
    sentence_at,
    span_start,
)
from .platform import find_posts
from .pronoun import subject_body

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch

FORCES = 2000
"""Code points before a source in which "the army" may have been named with its country."""


@dataclass(frozen=True)
class Voice:
    """One who speaks in a document: what is known after all mentions, and where each was.

    nouns: of its sources. office: where its body sits, if its name says so. first, last: where its first and its
    last source start. merged: who turned out to be another voice.
    """

    number: int
    speaker: Speaker
    words: str
    nouns: frozenset[str]
    personal: bool
    office: Mention[Place] | None = None
    first: int = 0
    last: int = 0
    merged: bool = False


def voices_of(page: Page, attributions: tuple[Attribution, ...]) -> dict[str, Voice]:
    """Return the voice behind the source of each attribution, by attribution id."""
    voices: list[Voice] = []
    found: dict[str, int] = {}
    before: dict[Span, int] = {}
    known = apart(introductions(page), attributions)
    by_id = {each.id: each for each in attributions}
    for attribution in attributions:
        source = _continued(attribution.source[0], page)
        outer = by_id.get(attribution.inside or "")
        around = voices[found[outer.id]] if outer is not None and outer.id in found else None
        if outer is not None and around is not None and _is_itself(source, around, outer, page):
            found[attribution.id] = before[source] = around.number
            continue
        living = sorted((each for each in voices if not each.merged), key=lambda each: each.last)
        earlier = voices[before[source]] if source in before else _earlier(source, page, living)
        newcomer = _subject_person(source, page, living) if earlier is None or earlier.personal else None
        earlier = earlier if newcomer is None else None
        own = _owned(_read(newcomer or source, page), source, page, living)
        known_by = () if earlier is not None and _is_of_newcomer(source, earlier, known, page) else known
        read = _unnamed(_known(own, source, known_by, page), attribution, page)
        same = _identified(source, read, page, living) if earlier is None else []
        if same:
            earlier, *others = same
            for each in others:
                voices[each.number] = replace(each, merged=True)
            numbers = {each.number for each in others}
            found = {each: earlier.number if number in numbers else number for each, number in found.items()}
            before = {each: earlier.number if number in numbers else number for each, number in before.items()}
        if earlier is None:
            base = _counterpart(source, living, page.document.language)
            speaker = replace_body(read, base, page, source) if base else read
            voices.append(
                Voice(
                    len(voices),
                    speaker,
                    source.text.lower(),
                    frozenset({_noun_of(source, page.document.language)}),
                    _is_personal(source, speaker, page.document.language),
                    _office(source, page),
                    source.start,
                    source.start,
                )
            )
            earlier = voices[-1]
        else:
            if _is_watching(source, read, page.document.language) or _is_same_source(source, page.document.language):
                read = earlier.speaker  # which says no more of who it is
            merged = _merged(read, earlier.speaker) if same else _merged(earlier.speaker, read)
            voices[earlier.number] = replace(
                earlier,
                speaker=merged,
                words=f"{earlier.words} {source.text.lower()}",
                nouns=earlier.nouns | {_noun_of(source, page.document.language)},
                personal=earlier.personal or _is_personal(source, merged, page.document.language),
                office=earlier.office or _office(source, page),
                last=max(earlier.last, source.start),
            )
        found[attribution.id] = before[source] = earlier.number
    return {identity: voices[number] for identity, number in found.items()}


def _is_itself(source: Span, around: Voice, outer: Attribution, page: Page) -> bool:
    """Return whether *source*, in the words of *around*, is who speaks, or the body that he speaks for.

    "The union said it had counted 90", "the activist said his group had counted 90", "the agency's spokesman said the agency had".
    outer: the attribution of *around* that it stands in.
    """
    language, parts = page.document.language, source.text.lower().split()
    person = around.speaker.role is not None and around.speaker.body != around.speaker.name
    if len(parts) == 1:
        return parts[0] in words(language, "impersonal") and not person
    if parts[-1] not in words(language, "body_noun") or len(parts) > 2 or around.speaker.kind in ("media", "outlet"):
        return False
    if parts[0] in words(language, "possessive"):
        return not between(page.people, outer.cue[-1].end, source.start, span_start)
    own = parts[-1] in (around.speaker.body or "").lower()
    if around.speaker.kind == "official":
        own = own or (parts[-1] in words(language, "any_body_noun") and around.speaker.body is not None)
    return parts[0] in words(language, "definite") and own and around.personal


def _read(source: Span, page: Page) -> Speaker:
    near = between(page.people, source.start, source.end, span_start)
    towns = {each.spans[0] for each in between(page.places, source.start, source.end, first_offset)}
    near = [name for name in near if name not in towns] or near  # Salto del Guairá police chief Ada Brill
    people = tuple(_whole_name(name, source, page) for name in near if name.end <= source.end)
    words_of = spelled_out(source.text, abbreviations(page.document.text, page.document.language))
    home, language = _land_of_forces(source, page) or page.home, page.document.language
    read = parse_speaker(words_of, people, home, language)
    alias = pattern(language, "alias_name").search(words_of) if read.role is not None and read.name is None else None
    return msgspec.structs.replace(read, name=alias["name"], named=True, anonymous=False) if alias else read


def _whole_name(name: Span, source: Span, page: Page) -> str:
    """Return the name of a person in *source* with the words that the parser left out at its end: "Ada Brill | Kano"."""
    text = page.document.text
    further = pattern(page.document.language, "name_goes_on").match(text, name.end, source.end)
    if " " not in name.text or further is None or is_plain_word(further["word"], page.document.language):
        return name.text
    return text[name.start : further.end()]


def _land_of_forces(source: Span, page: Page) -> str | None:
    """Return the country whose forces were named last before *source*, which is only "the army" or "the military"; null where none were or it is more."""
    text, language = page.document.text, page.document.language
    parts = source.text.lower().split()
    if len(parts) != 2 or parts[0] not in words(language, "definite") or parts[1] not in words(language, "forces"):
        return None
    start = max(0, source.start - FORCES)
    named = [
        row["country"]
        for at, row in find_demonyms(text[start : source.start], language)
        if pattern(language, "forces_after").match(text, start + at)
    ]
    return named[0] if len(set(named)) == 1 else None


@cache
def _naming(language: str) -> re.Pattern[str]:
    return re.compile(rf",?\s*{expression(language, 'introduced')}{expression(language, 'name')}")


def _continued(source: Span, page: Page) -> Span:
    """Return *source* with the name that is given right after it: "The official, introduced as Ada Brill, said"."""
    text, language = page.document.text, page.document.language
    found = _naming(language).match(text, source.end)
    return span_of(text, source.start, found.end()) if found else source


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


def _is_of_newcomer(source: Span, voice: Voice, known: tuple[Introduction, ...], page: Page) -> bool:
    """Return whether *source*, a pronoun, stands for the unnamed person of *voice*, whom the page brought in after all that it names before: "a spokesman said; he said"."""
    language = page.document.language
    if source.text.lower() not in words(language, "personal") or voice.speaker.name is not None:
        return False
    new = not words(language, "indefinite_source").isdisjoint(voice.words.split()[:1])
    return new and all(each.start < voice.first for each in known if each.start < source.start)


def _known(read: Speaker, source: Span, known: tuple[Introduction, ...], page: Page) -> Speaker:
    """Return *read* with what the document says elsewhere of the person or body it names."""
    language = page.document.language
    parts = set(re.findall(r"\w+", source.text.lower()))
    if read.name:
        same = [each.speaker for each in known if each.speaker.name and is_same_person(each.speaker.name, read.name)]
        return _ranked(_merged(read, same[0]) if same else read, page)
    before = [each for each in known if each.start < source.start]
    owned = parts & words(language, "possessive") and len(parts) > 1
    if parts & words(language, "definite_source"):
        only = len({each.speaker.name for each in before}) == 1
        fitting = [each.speaker for each in before if may_be(each, read, parts, only, language)]
        if fitting:
            return _merged(read, fitting[-1])
    elif parts & words(language, "personal") and len(parts) < 3 and not owned:
        return _merged(read, before[-1].speaker) if before else read
    nouns = parts & words(language, "body_noun")
    if read.body is None and read.kind == "unknown" and nouns:
        anything = bool(nouns & words(language, "document_noun")) and not nouns - words(language, "document_noun")
        for body in reversed(between(page.bodies, 0, source.start, first_offset)):
            value = body.readings[0]
            if anything or any(noun in f"{body.text} {value.body}".lower() for noun in nouns):
                return Speaker(None, read.role, value.body, value.id, "official", False, read.anonymous)
        sentence = sentence_at(page, source.start)
        acting = between(page.bodies, sentence.start_char, source.start, first_offset)
        if len(acting) == 1 and nouns <= words(language, "any_body_noun") and _is_alone(acting[0], sentence, language):
            value = acting[0].readings[0]  # the Security Service has held ten men, the agency said
            return Speaker(None, read.role, value.body, value.id, "official", False, read.anonymous)
    subject = subject_body(source, page) if parts & words(language, "impersonal") and len(parts) < 3 else None
    return subject or read


def _is_alone(body: Mention[Speaker], sentence: Stretch, language: str) -> bool:
    """Return whether *body* may be what a noun for any body takes up: of no kind with a noun of its own, and no other organisation stands beside it."""
    own = any(
        row["words"] in body.text.lower()
        for row in table(f"{language}/bodies")
        if row["words"] not in words(language, "any_service")
    )
    span = body.spans[0]
    others = [each for each in sentence.ents if each.label_ == "ORG"]
    return not own and all(meets(span, Span(each.start_char, each.end_char, each.text)) for each in others)


def _owned(read: Speaker, source: Span, page: Page, voices: Sequence[Voice]) -> Speaker:
    """Return *read*, of no known body, with the body before that its words take up: "the agency's spokesman", "a department official", "its chairman"."""
    language = page.document.language
    first, *rest = source.text.lower().split()
    if rest and first in words(language, "impersonal_possessive") and not read.body:
        owner = _body_before(source, page, voices) or subject_body(source, page)
        return msgspec.structs.replace(read, body=owner.body, kind=owner.kind) if owner else read
    found = pattern(language, "body_owner").search(source.text)
    if read.body or found is None:
        return read
    noun = next(value for value in found.groups() if value).lower()
    for body in reversed(between(page.bodies, 0, source.start, first_offset)):
        if noun in f"{body.text} {body.readings[0].body}".lower():
            return msgspec.structs.replace(read, body=body.readings[0].body)
    return read


def _body_before(source: Span, page: Page, voices: Sequence[Voice]) -> Speaker | None:
    """Return the body that spoke in the sentence before *source*, the last of *voices* that did; null if none did."""
    sentence = sentence_at(page, source.start)
    start = page.doc[max(sentence.start - 1, 0)].sent.start_char
    spoke = [each.speaker for each in voices if start <= each.last < sentence.start_char and each.speaker.body]
    return spoke[-1] if spoke and not spoke[-1].role and spoke[-1].kind != "media" else None


def _ranked(read: Speaker, page: Page) -> Speaker:
    """Return *read* with the police of the page as body where all that is known of a person is a rank of theirs."""
    if read.body or read.role not in words(page.document.language, "police_rank"):
        return read
    police = next((each.readings[0] for each in page.bodies if one_body(each.readings[0].body, "Police")), None)
    return msgspec.structs.replace(read, body=police.body) if police else read


def one_body(name: str | None, kind: str) -> bool:
    """Return whether the body *name* is of a *kind*: the police of some country or division.

    >>> one_body("Gilan Police (Iran)", "Police"), one_body("Army (Iran)", "Police")
    (True, False)
    """
    return (name or "").split(" (")[0].endswith(kind)


def _subject_person(source: Span, page: Page, voices: Sequence[Voice]) -> Span | None:
    """Return who, named with an office, does something in the sentence before *source*, a pronoun that begins its own, and is none of *voices*.

    "Opposition MP Ada Brill was not impressed. She told RTZ": null where somebody speaks in the sentence before, or something is done to the person.
    """
    sentence = sentence_at(page, source.start)
    alone = source.text.lower() in words(page.document.language, "personal") and source.start == sentence.start_char
    if not alone or sentence.start == 0:
        return None
    before = page.doc[sentence.start - 1].sent
    subject = next((child for child in before.root.children if child.dep_ == "nsubj"), None)
    if subject is None or any(each.i in page.cues for each in before):
        return None
    start, end = extent(noun_phrase(subject))
    named = [each for each in between(page.people, start, end, span_start) if each.end <= end]
    known = any(
        voice.speaker.name and is_same_person(voice.speaker.name, each.text) for voice in voices for each in named
    )
    whole = span_of(page.document.text, start, end)
    office = _read(whole, page).role is not None
    return whole if named and office and not known else None


def is_same_person(one: str, other: str) -> bool:
    """Return whether two names have the same surname, or the surname of one ends that of the other after a hyphen.

    >>> is_same_person("Ada Brill-Kane", "Kane"), is_same_person("Ada Brill", "Ada Kane")
    (True, False)
    """
    first, second = one.lower().split()[-1], other.lower().split()[-1]
    return first == second or second in first.split("-")[1:] or first in second.split("-")[1:]


def _noun_of(source: Span, language: str) -> str:
    """Return the noun of *source*, in lower case: "spokesman" of "a spokesman for the militia", "front" of "the army's front against the rebels"."""
    parts = re.findall(r"\w+", source.text.split(",")[0].lower())
    ends = (one for one, after in pairwise(parts) if after in words(language, "noun_ends"))
    return next(ends, parts[-1] if parts else "")


def _is_personal(source: Span, speaker: Speaker, language: str) -> bool:
    parts = re.findall(r"\w+", source.text.lower())
    known = speaker.name or speaker.role or not words(language, "office_noun").isdisjoint(parts)
    noun = _noun_of(source, language)
    somebody = parts[:1] and parts[0] in words(language, "indefinite") and unit_of(noun, language) == "person"
    return bool(known or somebody) and noun not in words(language, "no_person_noun")


def _earlier(source: Span, page: Page, voices: list[Voice]) -> Voice | None:
    """Return the voice of *voices* that *source* speaks of again, null for a new one."""
    language = page.document.language
    parts = re.findall(r"\w+", source.text.lower())
    if not parts or not voices:
        return None
    first, last = parts[0], tuple(reversed(voices))
    owned = first in words(language, "possessive") and len(parts) > 1
    if first in words(language, "personal") and len(parts) < 4 and not owned:
        return next((voice for voice in last if voice.personal), None)
    if parts[-1] in words(language, "absolute_possessive") and len(parts) > 1:
        return next((voice for voice in last if voice.personal), None)
    if first in words(language, "impersonal") and len(parts) < 3 and not owned:
        subject = subject_body(source, page)
        if subject is not None and subject.body != last[0].speaker.body:
            return next((voice for voice in last if voice.speaker.body == subject.body), None)
        bodies_heard = [voice for voice in last if not voice.personal]
        return next((each for each in bodies_heard if not _passes_on(each, bodies_heard, page)), voices[-1])
    if first in words(language, "plural") and len(parts) == 1:
        return voices[-1]
    if words(language, "counterpart") & set(parts):
        return None
    if _is_same_source(source, language):
        official = next((voice for voice in last if voice.speaker.kind == "official"), None)
        return next((voice for voice in last if parts[-1] in voice.words.split()), official)
    read = _read(source, page)
    if read.name:
        same = next((each for each in last if each.speaker.name and is_same_person(each.speaker.name, read.name)), None)
        if same is None and pattern(language, "introduced").search(source.text):
            return next((voice for voice in voices if voice.personal and not voice.speaker.name), None)
        return same or _named_late(source, read, page, voices)
    if read.id or read.kind == "media":
        return next((voice for voice in last if voice.speaker.body == read.body), None)
    if first in words(language, "indefinite_source"):
        return None
    document = parts[-1] in words(language, "document_noun")
    if len(parts) == 2 and first in words(language, "definite") and read.body is None and not document:
        same = next((voice for voice in last if not voice.personal and parts[1] in voice.nouns), None)
        if same is not None:
            return same  # the Base, of the Orva Base of the navy
    offices, bodies = words(language, "office_noun"), words(language, "body_noun")
    if first in words(language, "definite_source") or len(parts) < 3:
        for head in (each for each in parts if each in offices):
            for voice in last:
                if voice.personal and (head in voice.words or head in words(language, "any_office")):
                    return voice
        if read.role and read.role not in words(language, "general_role"):
            for voice in last:
                if (
                    voice.personal
                    and (_is_one_office(read.role, voice.speaker.role) or read.role in ranks_in(voice.words, language))
                    and _is_one_body(read.body, voice.speaker.body) is not False
                ):
                    return voice
        heard = next((each for each in last if each.speaker.kind != "media"), last[0])  # a statement, carried by RTZ
        for head in (each for each in parts if each in bodies):
            if head in words(language, "document_noun") and _put_out(heard, head, page):
                return heard
            for voice in last:
                shared = head in voice.words and not _names_another(read.body, voice.speaker.body)
                if shared or (head in words(language, "document_noun") and not voice.personal):
                    return voice
        if _is_watching(source, read, language):
            watching = next((each for each in last if each.speaker.kind == "independent" and not each.personal), None)
            told = read.kind == "independent" or first in words(language, "possessive")
            if watching is not None and (told or not _is_group_between(watching, source, page)):
                return watching  # the group, the Oslo-based watchdog
    if read.role and read.body:
        return next((each for each in last if (each.speaker.role, each.speaker.body) == (read.role, read.body)), None)
    if set(parts) & offices or not read.body or read.role:
        return None
    return next((voice for voice in voices if voice.speaker.body == read.body and not voice.speaker.role), None)


def _is_same_source(source: Span, language: str) -> bool:
    return pattern(language, "same_source").match(source.text) is not None


def _is_watching(source: Span, read: Speaker, language: str) -> bool:
    """Return whether *source*, read as *read*, may take up an organisation that watches: "the group", "the Oslo-based watchdog", but not "the armed group"."""
    first, *rest = source.text.lower().split()
    definite = first in words(language, "definite") or first in words(language, "possessive")
    bare = len(rest) == 1 or read.kind == "independent"
    return definite and bare and read.body is None and _noun_of(source, language) in words(language, "watching_again")


def _is_group_between(watching: Voice, source: Span, page: Page) -> bool:
    """Return whether another group is named from the sentence on in which *watching* spoke last, which "the group" at *source* may be."""
    language = page.document.language
    start = sentence_at(page, watching.last).start_char
    text = page.document.text[start : source.start]
    named = any(
        not is_watching(each.text, language) and not kind_of_outlet(each.text, language) for each in find_aliases(text)
    )
    called = words(language, "group_noun") - words(language, "watching_again")
    return (
        named
        or pattern(language, "armed_group").search(text) is not None
        or not called.isdisjoint(text.lower().split())
    )


def _passes_on(voice: Voice, others: Sequence[Voice], page: Page) -> bool:
    """Return whether *voice* is an outlet that only hands on what one of *others* says in the same sentence: "The statement, carried by RTZ, said"."""
    start = sentence_at(page, voice.last).start_char
    media = voice.speaker.kind == "media"
    return media and any(start <= each.last < voice.last and each.speaker.kind != "media" for each in others)


def _put_out(voice: Voice, noun: str, page: Page) -> bool:
    """Return whether *voice* has spoken by what *noun* names: in a statement, or in a post on a platform."""
    start, end = sentence_at(page, voice.first).start_char, sentence_at(page, voice.last).end_char
    named = re.search(rf"\b{re.escape(noun)}\b", page.document.text[start:end], re.IGNORECASE)
    published = noun in words(page.document.language, "published_noun")
    return named is not None or (published and next(find_posts(page, start, end), None) is not None)


def _named_late(source: Span, read: Speaker, page: Page, voices: list[Voice]) -> Voice | None:
    """Return the official who spoke last, of a known office but without a name, where *source* is nothing but a full name that the page has not named before."""
    language = page.document.language
    name = read.name or ""
    voice = next((each for each in reversed(voices) if each.speaker.kind != "media"), None)
    named_before = any(each.start < source.start and is_same_person(each.text, name) for each in page.people)
    if voice is None or named_before or len(name.split()) < 2 or source.text.strip(" ,") != name:
        return None
    speaker = voice.speaker
    definite = voice.words.split()[0] not in words(language, "indefinite_source")
    office = speaker.role is not None and speaker.kind == "official" and speaker.role != "official"
    unnamed = speaker.name is None and not speaker.anonymous
    return voice if voice.personal and unnamed and definite and office else None


def _identified(source: Span, read: Speaker, page: Page, voices: list[Voice]) -> list[Voice]:
    """Return the voices without a name whom *source*, read as *read*, names: the bare office of the headline, and the official who spoke just before.

    "Mayor: ten held" and "a police officer said" are who is named next with that office or of that body, unless the words set them apart.
    """
    language = page.document.language
    office = read.role is not None and read.kind == "official"
    if not (read.name and office and voices) or set(re.findall(r"\w+", source.text.lower())) & words(
        language, "other_source"
    ):
        return []
    end, found = len(headline(page.document.text)), list[Voice]()
    last = voices[-1]
    for voice in voices:
        speaker = voice.speaker
        if speaker.name or not voice.personal or speaker.kind != "official" or speaker.role is None:
            continue
        if words(language, "unnamed_noun").intersection(voice.words.split()):
            continue  # a source at the ministry is not its spokesman
        bare = voice.first < end and voice.words.split()[0] not in words(language, "definite_source")
        first, same_body = voice.words.split()[0], _is_one_body(speaker.body, read.body)
        general = speaker.role in words(language, "general_role")
        if (
            bare and (_is_one_office(speaker.role, read.role) or (general and voice == last)) and same_body is not False
        ) or (
            voice == last
            and first in words(language, "indefinite_source") - words(language, "other_source")
            and not pattern(language, "anonymity").search(sentence_at(page, voice.first).text)
            and ((general and same_body) or (_is_one_office(speaker.role, read.role) and same_body is not False))
        ):
            found.append(voice)
    return found


def _is_one_office(one: str | None, other: str | None) -> bool:
    """Return whether the role *one* is *other*, or what it is short for: the minister is the interior minister."""
    return one is not None and other is not None and (one == other or other.endswith(f" {one}"))


def _is_one_body(one: str | None, other: str | None) -> bool | None:
    """Return whether two bodies are one, or one a branch of the other; null where one of them is not known."""
    if one is None or other is None:
        return None
    (short, *land), (long, *other_land) = sorted((one.split(" ("), other.split(" (")), key=lambda each: len(each[0]))
    return land == other_land and (short == long or long.endswith(f" {short}"))


def _names_another(one: str | None, other: str | None) -> bool:
    """Return whether two bodies differ and each has a name, with a capital inside, and not only a kind: "The board"."""
    named = all(any(char.isupper() for char in (each or "")[1:]) for each in (one, other))
    return named and _is_one_body(one, other) is False


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
    if known.name and read.name and not is_same_person(known.name, read.name):
        return known
    name = read.name if known.name and read.name and len(read.name) > len(known.name) else known.name or read.name
    body = known.body if known.body and len(known.body) >= len(read.body or "") else (read.body or known.body)
    kind = known.kind if known.kind != "unknown" else read.kind
    named = bool(name) and (known.named or read.named)
    role = read.role if _is_one_office(known.role, read.role) else known.role or read.role
    return Speaker(name, role, body, known.id or read.id, kind, named, known.anonymous and not named)
