"""Document to claims: attribution, happening, count, setting, evidence, stance. The order is RULES."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from allegata import plugin
from allegata.ground.actor import resolve_actor
from allegata.ground.lexicon import require, table, tables_version, words
from allegata.ground.place import country_code, place_of
from allegata.ground.quantity import require_profile
from allegata.model.claim import Actor, Claim, Place, Rules, Speaker
from allegata.model.document import Document, DocumentRef
from allegata.model.identity import capture_id, document_id, with_id
from allegata.model.mention import Mention, Span, span_of

from .action import actions
from .action_reader import open_head
from .carry import carried, completed
from .conduit import conduits_of, trail_of
from .counting import count, counted_phrase
from .dating import period_of, time_within
from .denial import deny, handed_on
from .dispute import answer, tells_happening
from .distance import evidence_of, remarks_of, stance_of
from .draft import Draft, Reading, Rule
from .ellipsis import break_down, carry_on, number_of, set_apart
from .encoder import open_encoder
from .gate import Gate, is_open
from .happening import find_happenings
from .inferred import infer
from .lack import lacks_of
from .mend import mended
from .moment import fitting, land_of, moments_of
from .page import Page, Stretches, page_of, sentence_at, trimmed
from .scene import enclosed, placed
from .setting import find_retold, is_within, places_of, places_within
from .speaker import voices_of
from .statement import keep_statements
from .teller import attribute
from .told import Told

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch

READER = "encoder"
VERSION = "rules/2"


def claims(
    document: Document, *, profile: str = "default", attribution: str = READER, gate: Gate = "words"
) -> tuple[Claim, ...]:
    """Return the claims of *document*, in reading order.

    profile: the named table that bounds vague number words. attribution: name of the reader behind the seam.
    An attribution without a codable happening is kept as a claim of action ``other``.
    gate: what is read closely: "words": a document in which somebody may be quoted or something may have happened, "happenings":
    only one of the latter kind (statements elsewhere are lost), "off": every document.

    Raises: LanguageError if there is no reader for the document's language; InputError for an unknown profile.

    >>> [(claim.action, claim.count.value.low) for claim in claims(sample("Police said sixty men were arrested in Lima."))]
    [('arrest', 60)]
    """
    require(document.language)
    require_profile(profile, document.language)
    if not is_open(document.text, document.language, gate):
        return ()
    reading = reading_of(document, profile, attribution)
    drafts: tuple[Draft, ...] = ()
    for rule in RULES:
        drafts = rule(drafts, reading)
    made = {claim.id: claim for claim in (_claim(draft, reading) for draft in drafts)}
    return tuple(sorted(made.values(), key=lambda claim: (claim.passage.start, _first(claim))))


def reading_of(document: Document, profile: str = "default", attribution: str = READER) -> Reading:
    """Return what the rules look at: *document* with its attributions, who speaks in them, and when."""
    found = plugin.find("attribution", attribution)(document)
    page = page_of(document, profile, found)
    attributions = handed_on(mended(page, found), page)
    contents = Stretches.of(each.content for each in attributions)
    rules = _rules(attribution, document.language)
    voices = voices_of(page, attributions)
    moments = moments_of(page, attributions, voices)
    trail = trail_of(page, attributions, voices, moments)
    return Reading(page, attributions, voices, moments, trail, contents, rules)


def _first(claim: Claim) -> int:
    spans = claim.count.spans if claim.count else claim.attribution.content if claim.attribution else ()
    return spans[0].start if spans else claim.passage.start


def sample(text: str, published: str | None = None, outlet: str | None = None, language: str = "en") -> Document:
    """Return *text* as a document that was captured nowhere: for examples and tests.

    >>> sample("Ten.").text
    'Ten.'
    """
    given = {name: value for name, value in (("outlet", outlet), ("published", published)) if value}
    capture = capture_id("", None, None, "stdin")
    identity = document_id(capture, "sample/1", text, given)
    return Document(
        identity, capture, text, language, outlet, published, None, None, None, "sample/1", tuple(sorted(given))
    )


def happen(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return a draft for each happening the words state."""
    return tuple(Draft(happening, status=happening.status) for happening in find_happenings(reading.page))


def set_scene(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with when and where they happened and when they were told: by their own clause, else by what else is told."""
    page = reading.page
    made = []
    told = enclosed(placed(told_of(drafts, reading), reading), page)
    for draft, each in zip(drafts, told, strict=True):
        spoken = fitting(each.spoken, each.period, page.document.published) if draft.attribution else None
        home = (each.office,) if each.office else page.nation or _own_country(draft, reading)
        places = home if each.places is None else each.places
        made.append(replace(draft, spoken=spoken, period=each.period, places=places))
    return tuple(made)


def told_of(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Told, ...]:
    """Return when and where each of *drafts* was by its own clause, or else by what was told before and is told again."""
    page, moments = reading.page, reading.moments
    told = []
    for draft in drafts:
        voice = reading.voice_of(draft)
        period = period_of(draft.happening, page, moments.times, moments.day_of(draft.attribution))
        places = places_of(draft.happening, draft.attribution, page)
        if draft.apart:
            period = time_within(draft.apart, period, page, moments.times)
            own = tuple(each for each in places or () if is_within(draft.apart, each))
            places = own or places_within((draft.apart[0], number_of(draft)), page) or places
        count = draft.count.value if draft.count else None
        number, office, land = (voice.number, voice.office, land_of(voice.speaker)) if voice else (None, None, None)
        spoken = moments.of(draft.attribution)
        pronoun = draft.attribution is not None and _is_pronoun(draft.attribution.source[0], page.document.language)
        told.append(Told(draft.happening, number, spoken, count, period, places, office, land, pronoun))
    return carried(completed(told, find_retold(page, moments.times), page), page)


def _own_country(draft: Draft, reading: Reading) -> tuple[Mention[Place], ...]:
    """Return the country of an official body, where that is all that is known of where its claim was; nothing for an army, which may be abroad."""
    if draft.attribution is None or draft.happening.action == "other":
        return ()
    speaker = reading.voices[draft.attribution.id].speaker
    forces = words(reading.page.document.language, "forces")
    land = None if forces.intersection((speaker.body or "").lower().split()) else land_of(speaker)
    code = country_code(land) if land else None
    country = place_of(f"iso:{code}") if code else None
    return (Mention(draft.attribution.source[:1], (country,), "the speaker's country"),) if country is not None else ()


def _is_pronoun(source: Span, language: str) -> bool:
    return source.text.lower() in words(language, "personal") | words(language, "impersonal")


def weigh(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with the evidence stated for them and the document's distance from them."""
    made = []
    page = reading.page
    remarks = remarks_of(page)
    lacks = lacks_of(drafts, remarks, reading)
    happenings = tuple(sorted(draft.happening.start for draft in drafts if tells_happening(draft)))
    lacking = {offset for remark in remarks for offset in range(remark.span.start, remark.span.end)}
    told = tuple(dict.fromkeys(sentence_at(page, start).start_char for start in happenings if start not in lacking))
    everybody = {each.number: each for each in reading.voices.values()}
    parties = [each for each in everybody.values() if each.speaker.kind not in ("media", "outlet")]
    for draft in drafts:
        voice = reading.voice_of(draft)
        words_of = [span for mention in (draft.target, draft.count) if mention for span in mention.spans]
        patient = (min(words_of).start, max(span.end for span in words_of)) if words_of else None
        evidence = evidence_of(draft.happening, voice, page, remarks, lacks.get(id(draft), ()), told, parties)
        stance = stance_of(draft.happening, draft.attribution, patient, page, draft.denied_by)
        made.append(replace(draft, evidence=evidence, stance=stance))
    return tuple(made)


def drop_empty(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* without those that say neither how many nor, under an attribution, who."""
    return tuple(
        draft
        for draft in drafts
        if draft.count is not None or (draft.attribution is not None and _says_who(draft, reading.page))
    )


def _says_who(draft: Draft, page: Page) -> bool:
    """Return whether *draft* says whom it was done to where it gives no number: "the main perpetrators were caught"."""
    happening = draft.happening
    if actions()[happening.action]["uncounted"] == "yes":
        return True
    several = happening.patients and page.doc[happening.patients[0]].tag_ == "NNS"
    return bool(several) and happening.unit == "person" and not happening.negated


RULES: tuple[Rule, ...] = (
    happen,
    carry_on,
    break_down,
    infer,
    set_apart,
    attribute,
    count,
    drop_empty,
    deny,
    keep_statements,
    answer,
    set_scene,
    weigh,
)


def _claim(draft: Draft, reading: Reading) -> Claim:
    page, document = reading.page, reading.page.document
    text = document.text
    happening = draft.happening
    sentence = sentence_at(page, happening.start)
    start, end = trimmed(text, sentence.start_char, sentence.end_char)
    speakers: tuple[Mention[Speaker], ...] = ()
    conduits: tuple[Mention[Actor], ...] = ()
    if draft.attribution is not None:
        voice = reading.voices[draft.attribution.id]
        speakers = (Mention(draft.attribution.source, (voice.speaker,), "source"),)
        conduits = conduits_of(draft.chain, reading.trail, page)
    elif document.outlet:
        speakers = (
            Mention(
                (),
                (Speaker(document.outlet, None, document.outlet, None, "outlet", False, False),),
                "outlet's own voice",
            ),
        )
    return with_id(
        Claim(
            id="",
            document=DocumentRef(
                document.id, document.url, document.outlet, document.published, document.title, document.language
            ),
            passage=span_of(text, start, end),
            attribution=draft.attribution,
            speakers=speakers,
            conduits=conduits,
            spoken=draft.spoken,
            status=draft.status,
            action=happening.action,
            also_actions=happening.also,
            actor=_actor(draft, page),
            target=draft.target,
            count=draft.count,
            places=draft.places,
            period=draft.period,
            penalty=_detail(draft, "penalty", sentence, page),
            stage=_detail(draft, "stage", sentence, page),
            evidence=draft.evidence,
            stance=draft.stance,
            rules=reading.rules,
        )
    )


@cache
def _rules(attribution: str, language: str) -> Rules:
    """Return the versions of what reads: the attribution reader with its weights, these rules, the tables."""
    weights = open_encoder(language).version if attribution == READER else ""
    head = open_head(language)
    read_by = (weights or attribution, *((head.version,) if head is not None else ()), VERSION)
    return Rules(" ".join(read_by), tables_version())


def _actor(draft: Draft, page: Page) -> Mention[Actor] | None:
    if draft.happening.agent is None:
        return None
    head = page.doc[draft.happening.agent]
    if head.pos_ == "PRON":
        return None
    start, end = counted_phrase(head, page)
    span = Span(start, end, page.document.text[start:end])
    return Mention((span,), (resolve_actor(span.text, page.document.language),), "agent")


@cache
def _details(language: str, field: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the values of *field* with the words that say them, in the order they are looked for."""
    rows = sorted((row for row in table(f"{language}/details") if row["field"] == field), key=lambda row: row["order"])
    return tuple((row["value"], re.compile(row["pattern"], re.IGNORECASE)) for row in rows)


def _detail(draft: Draft, field: str, sentence: Stretch, page: Page) -> str | None:
    """Return the value of *field* that *sentence* says, null if it says none or the action has no such field."""
    if actions()[draft.happening.action]["detail"] != field:
        return None
    values = _details(page.document.language, field)
    return next((value for value, said in values if said.search(sentence.text)), None)


__all__ = ["RULES", "Draft", "Reading", "claims", "sample"]
