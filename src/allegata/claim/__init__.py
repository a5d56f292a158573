"""Document to claims: attribution, happening, count, setting, evidence, stance. The order is RULES."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from allegata import plugin
from allegata.ground.actor import find_aliases, kind_of_outlet, resolve_actor
from allegata.ground.lexicon import pattern, phrases, require, table, tables_version
from allegata.ground.quantity import Quantity, count_of, require_profile, unit_of
from allegata.model import (
    Actor,
    Attribution,
    Claim,
    Count,
    Document,
    DocumentRef,
    Evidence,
    Mention,
    Period,
    Place,
    Rules,
    Span,
    Speaker,
    Stance,
    Status,
    capture_id,
    document_id,
    span_of,
    with_id,
)

from .distance import denials_of, denied_before, evidence_of, is_denied_by, remarks_of, stance_of, unverified_at
from .encoder import open_encoder
from .gate import Gate, is_open
from .happening import OTHERS, Happening, actions, classes, find_happenings, number_start
from .page import (
    QUOTATION_MARKS,
    Page,
    Stretches,
    between,
    extent,
    one_of,
    page_of,
    sentence_at,
    stretch_at,
    trimmed,
    unquoted,
)
from .setting import period_of, places_of, times_of_words
from .speaker import Voice, conduits_of, spoken_at, voices_of

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

READER = "encoder"
VERSION = "rules/2"


@dataclass(frozen=True)
class Draft:
    """A claim being read: what the rules have found of it so far."""

    happening: Happening
    attribution: Attribution | None = None
    chain: tuple[Attribution, ...] = ()
    count: Mention[Count] | None = None
    target: Mention[Actor] | None = None
    actor: Mention[Actor] | None = None
    period: Mention[Period] | None = None
    places: tuple[Mention[Place], ...] = ()
    evidence: Evidence = field(default_factory=lambda: Evidence("none_stated"))
    stance: Stance = field(default_factory=lambda: Stance("neutral"))
    status: Status = "asserted"


@dataclass(frozen=True)
class Reading:
    """What every rule may look at: the page, its attributions in reading order, and the voice behind each."""

    page: Page
    attributions: tuple[Attribution, ...]
    voices: dict[str, Voice]
    contents: Stretches
    rules: Rules

    def in_content(self, where: tuple[int, int]) -> list[Attribution]:
        """Return the attributions whose content holds *where*, in reading order."""
        return [self.attributions[number] for number in self.contents.holding(where)]

    def cued(self, start: int, end: int) -> Sequence[Attribution]:
        """Return the attributions whose cue begins from *start* up to, not including, *end*."""
        return between(self.attributions, start, end, lambda each: each.cue[0].start)

    @cached_property
    def by_id(self) -> dict[str, Attribution]:
        """The attributions by id."""
        return {each.id: each for each in self.attributions}


Rule = Callable[[tuple[Draft, ...], Reading], tuple[Draft, ...]]


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
    attributions = plugin.find("attribution", attribution)(document)
    page = page_of(document, profile, attributions)
    contents = Stretches.of(each.content for each in attributions)
    rules = _rules(attribution, document.language)
    reading = Reading(page, attributions, voices_of(page, attributions), contents, rules)
    drafts: tuple[Draft, ...] = ()
    for rule in RULES:
        drafts = rule(drafts, reading)
    made = {claim.id: claim for claim in (_claim(draft, reading) for draft in drafts)}
    return tuple(sorted(made.values(), key=lambda claim: (claim.passage.start, _first(claim))))


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


def break_down(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with the parts of a total that has no verb of its own: "of whom 40 are soldiers", "including 12 judges"."""
    page = reading.page
    counted = [(draft.happening.quantity.number_start, draft) for draft in drafts if draft.happening.quantity]
    counted.sort(key=lambda each: each[0])
    taken, acted = {start for start, _ in counted}, {draft.happening.at for draft in drafts}
    made = list(drafts)
    for quantity in page.quantities:
        if quantity.number_start in taken:
            continue
        near = between(counted, quantity.number_start - 399, quantity.number_start, lambda each: each[0])
        before = [draft for _, draft in near if draft.happening.unit == "person"]
        if not before:
            continue
        sentence = sentence_at(page, quantity.number_start)
        lead = page.document.text[sentence.start_char : quantity.number_start]
        listed = pattern(page.document.language, "parts_of").search(lead)
        if not (quantity.leans == "part_of" or listed) or quantity.modifier == "range":
            continue
        found = stretch_at(page, quantity.number_start, quantity.number_end)
        if found is None:
            continue
        head = found.root.head if found.root.dep_ == "nummod" else found.root
        if any(each.i in acted for each in head.subtree):
            continue
        whole = before[-1].happening
        unit = unit_of(head.lemma_.lower()) or unit_of(head.lower_)
        if unit not in ("person", None) or (unit is None and head.pos_ in ("NOUN", "PROPN")):
            continue
        leaning = replace(quantity, leans="part_of")
        start, end = quantity.number_start, quantity.number_end
        made.append(
            Draft(
                replace(whole, start=start, end=end, patients=(head.i,), quantity=leaning, also=()),
                status=before[-1].status,
            )
        )
    return tuple(made)


def attribute(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* under the innermost attribution whose content they stand in; else under the speaker who is still speaking."""
    return tuple(_attributed(draft, reading) for draft in drafts)


def _attributed(draft: Draft, reading: Reading) -> Draft:
    around = reading.in_content((draft.happening.start, draft.happening.end))
    if not around:
        going_on = _still_speaking(draft, reading)
        if going_on is None:
            return draft
        around = [going_on]
    inner = min(around, key=lambda each: sum(span.end - span.start for span in each.content))
    chain = [inner]
    while (outer := reading.by_id.get(chain[-1].inside or "")) is not None and outer not in chain:
        chain.append(outer)
    chain += [each for each in around if each not in chain]
    chain = _official_first(chain, reading)
    return replace(draft, attribution=chain[0], chain=tuple(chain))


def _official_first(chain: list[Attribution], reading: Reading) -> list[Attribution]:
    """Return *chain* with an agency that only relays after the one it relays."""
    if len(chain) > 1 and reading.voices[chain[0].id].speaker.kind == "media":
        return [*chain[1:], chain[0]]
    return chain


def _still_speaking(draft: Draft, reading: Reading) -> Attribution | None:
    """Return the attribution of the sentence before when this one goes on inside the same paragraph or quotation."""
    page = reading.page
    text = page.document.text
    sentence = sentence_at(page, draft.happening.start)
    same = reading.cued(sentence.start_char, sentence.end_char)
    if same:
        according = tuple(same[0].cue[0].text.lower().split()) in phrases(page.document.language, "according")
        return same[0] if according else None
    paragraph = text.rfind("\n", 0, sentence.start_char) + 1
    before = reading.cued(paragraph, sentence.start_char)
    if not before or pattern(page.document.language, "turn").match(sentence.text):
        return None
    last = before[-1]
    if (
        reading.voices[last.id].speaker.kind == "media"
        or sentence_at(page, last.cue[0].start).end_char + 700 < sentence.start_char
    ):
        return None
    return last


def count(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with how many of what, and who they were."""
    return tuple(_counted(draft, reading.page) for draft in drafts)


def _counted(draft: Draft, page: Page) -> Draft:
    happening = draft.happening
    text = page.document.text
    heads = [page.doc[index] for index in happening.patients]
    if not heads:
        return draft
    start, end = _counted_phrase(heads[0], page)
    target = None
    if start < end and heads[0].pos_ != "PRON":
        target = _target(happening, heads[0], start, end, page)
    quantity = happening.quantity
    if quantity is not None:
        made = count_of(quantity, happening.unit)
        total = _summed(heads, quantity, made, page)
        span = span_of(text, *trimmed(text, quantity.start, _noun_end(heads[0], quantity, page)))
        return replace(draft, count=Mention((span,), (total,), "quantity"), target=target)
    bare = _uncounted(heads[0], happening)
    if bare is not None:
        low, high, modifier = bare
        phrase = span_of(text, start, end)
        unit = happening.unit
        exact = modifier == "exact"
        value = Count(low, high, unit, "exact" if exact else "vague", phrase.text, "exact" if exact else page.profile)
        return replace(draft, count=Mention((phrase,), (value,), "number of the noun"), target=target)
    return replace(draft, target=target)


def _target(happening: Happening, head: Token, start: int, end: int, page: Page) -> Mention[Actor] | None:
    """Return who the words from *start* to *end* say was acted on: an organisation named in them or in what hangs on them.

    Null where they say no more than the noun that is counted, and for an agency, which is never acted on here.
    """
    text, language = page.document.text, page.document.language
    whole = trimmed(text, head.left_edge.idx, head.right_edge.idx + len(head.right_edge))
    organisations = [
        alias for alias in find_aliases(text[whole[0] : whole[1]]) if kind_of_outlet(alias.text, language) is None
    ]
    if organisations:
        return Mention((span_of(text, *whole),), organisations[0].readings, "organisation")
    start, end = unquoted(text, start, end)
    if sum(text[start:end].count(mark) for mark in QUOTATION_MARKS) % 2 and text[end : end + 1] in QUOTATION_MARKS:
        end += 1
    said = [each for each in head.subtree if start <= each.idx < end and each.i != head.i]
    bare = all(each.like_num or each.dep_ in ("det", "nummod", "quantmod", "prep", "punct") for each in said)
    counted_only = bare and (
        head.like_num or head.pos_ == "PRON" or one_of(head, "others") or unit_of(head.lower_) is not None
    )
    at = page.doc[happening.at].idx
    if start >= end or start <= at < end or counted_only or kind_of_outlet(text[start:end], language):
        return None
    return Mention((span_of(text, start, end),), (Actor(text[start:end], None),), "patient")


def _summed(heads: list[Token], quantity: Quantity, made: Count, page: Page) -> Count:
    """Return *made* with the exact numbers of coordinated things of the same unit added: "five rifles and four grenades"."""
    kind = classes(page.document.language).get(made.unit or "")
    if made.modifier != "exact" or made.low is None or len(heads) < 2 or kind in OTHERS or made.unit == "person":
        return made
    total = made.low
    for head in heads[1:]:
        unit = unit_of(head.lemma_.lower()) or unit_of(head.lower_)
        starts = [child.idx for child in head.children]
        numbers = [each for start in starts for each in between(page.quantities, start, start + 1, number_start)]
        if unit != made.unit or len(numbers) != 1 or numbers[0].modifier != "exact" or numbers[0].low is None:
            return made
        total += numbers[0].low
    return msgspec.structs.replace(made, low=total, high=total)


def _noun_end(head: Token, quantity: Quantity, page: Page) -> int:
    if head.idx >= quantity.end and head.idx - quantity.end < 40:
        return head.idx + len(head)
    return quantity.end


def _counted_phrase(head: Token, page: Page) -> tuple[int, int]:
    """Return the phrase of *head* without what hangs on it as a clause of its own."""
    kept = [head]
    pending = [head]
    while pending:
        each = pending.pop()
        for child in each.children:
            if (
                child.dep_
                in (
                    "det",
                    "amod",
                    "nummod",
                    "compound",
                    "poss",
                    "case",
                    "quantmod",
                    "advmod",
                    "nmod",
                    "pobj",
                    "prep",
                    "punct",
                    "appos",
                )
                and child.dep_ != "relcl"
            ):
                if child.dep_ == "prep" and not one_of(child, "within_phrase"):
                    continue
                if child.dep_ == "punct" and child.text in ".;:,":
                    continue
                kept.append(child)
                pending.append(child)
    left, right = min(each.i for each in kept), max(each.i for each in kept)
    inner = page.doc[left : right + 1]
    if any(each.tag_ in ("VBD", "VBZ", "VBP") for each in inner):
        return head.idx, head.idx + len(head)
    return trimmed(page.document.text, *extent(list(inner)))


def _uncounted(head: Token, happening: Happening) -> tuple[int, int | None, str] | None:
    """Return the bounds of a noun without a number: a bare plural is two or more, "a team" is one, "the men" says nothing."""
    determiners = [child for child in head.children if child.dep_ in ("det", "poss")]
    if happening.negated:
        return None
    if one_of(head, "nobody") or any(one_of(each, "no") for each in determiners):
        return 0, 0, "exact"
    if any(one_of(each, "indefinite") for each in determiners) and head.tag_ in ("NN", "NNP"):
        return 1, 1, "exact"
    if head.tag_ == "NNS" and not any(one_of(each, "definite") for each in determiners):
        return 2, None, "vague"
    if head.ent_type_ == "PERSON" and head.tag_ == "NNP":
        return 1, 1, "exact"
    return None


def deny(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with a negated happening, or one whose cue denies it, as denied with a count of zero."""
    return tuple(_denied(draft, reading.page) for draft in drafts)


def _denied(draft: Draft, page: Page) -> Draft:
    language = page.document.language
    value = draft.count.value if draft.count else None
    sentence = sentence_at(page, draft.happening.start)
    if pattern(language, "retracted").search(sentence.text):
        return replace(draft, status="retracted")
    none = (value is not None and value.high == 0) or _of_none(draft.happening, page)
    untrue = pattern(language, "untrue_lead").search(
        sentence.text, 0, max(0, draft.happening.start - sentence.start_char)
    )
    doubt = unverified_at(draft.happening, page)
    if doubt and not none:
        return replace(draft, status="unverified")
    if (
        draft.happening.negated
        or none
        or untrue
        or is_denied_by(draft.happening, draft.attribution, page)
        or denied_before(draft.happening, page)
    ):
        return replace(draft, status="denied")
    return draft


def _of_none(happening: Happening, page: Page) -> bool:
    """Return whether the words deny what was done: "not a single protester was killed", "no mass release"."""
    head = page.doc[happening.patients[0]] if happening.patients else page.doc[happening.at]
    return any(
        pattern(page.document.language, "none_lead").search(page.document.text, max(0, each.idx - 40), each.idx)
        for each in (head, page.doc[happening.at])
    )


def set_scene(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with when and where they happened."""
    used = times_of_words(reading.attributions, reading.voices)
    made = []
    for draft in drafts:
        voice = reading.voices[draft.attribution.id] if draft.attribution else None
        spoken = spoken_at(voice, draft.attribution.cue[0].start) if voice and draft.attribution else None
        day = spoken.value.start if spoken and spoken.value and spoken.value.precision == "day" else None
        period = period_of(draft.happening, reading.page, used, day)
        places = places_of(draft.happening, draft.attribution, voice, reading.page)
        made.append(replace(draft, period=period, places=places))
    return tuple(made)


def weigh(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with the evidence stated for them and the document's distance from them."""
    made = []
    page = reading.page
    remarks = remarks_of(page)
    happenings = tuple(sorted(draft.happening.start for draft in drafts if draft.happening.action != "other"))
    lacking = {offset for remark in remarks for offset in range(remark.span.start, remark.span.end)}
    told = tuple(dict.fromkeys(sentence_at(page, start).start_char for start in happenings if start not in lacking))
    denials = denials_of(page, happenings)
    for draft in drafts:
        voice = reading.voices[draft.attribution.id] if draft.attribution else None
        words_of = [span for mention in (draft.target, draft.count) if mention for span in mention.spans]
        patient = (min(words_of).start, max(span.end for span in words_of)) if words_of else None
        evidence = evidence_of(draft.happening, voice, page, remarks, told)
        stance = stance_of(draft.happening, draft.attribution, patient, page, denials)
        status = "asserted" if stance.class_ == "disputed" and draft.status == "denied" else draft.status
        made.append(replace(draft, evidence=evidence, stance=stance, status=status))
    return tuple(made)


def keep_statements(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* and, as action ``other``, each innermost attribution that none of them stands in."""
    used = {each.id for draft in drafts for each in draft.chain}
    outer = {each.inside for each in reading.attributions}
    made = list(drafts)
    for attribution in reading.attributions:
        if attribution.id in used or attribution.id in outer:
            continue
        content = attribution.content[0]
        found = stretch_at(reading.page, content.start, content.end)
        if found is None:
            continue
        nothing = Happening(found.root.i, content.start, content.end, "other", (), (), None, None, "asserted")
        made.append(Draft(nothing, attribution, (attribution,)))
    return tuple(made)


def drop_empty(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* without those that say neither how many nor, under an attribution, who."""
    return tuple(
        draft
        for draft in drafts
        if draft.count is not None
        or (draft.attribution is not None and actions()[draft.happening.action]["uncounted"] == "yes")
    )


RULES: tuple[Rule, ...] = (happen, break_down, attribute, count, drop_empty, deny, keep_statements, set_scene, weigh)


def _claim(draft: Draft, reading: Reading) -> Claim:
    page, document = reading.page, reading.page.document
    text = document.text
    happening = draft.happening
    sentence = sentence_at(page, happening.start)
    start, end = trimmed(text, sentence.start_char, sentence.end_char)
    speakers: tuple[Mention[Speaker], ...] = ()
    conduits: tuple[Mention[Actor], ...] = ()
    spoken = None
    if draft.attribution is not None:
        voice = reading.voices[draft.attribution.id]
        speakers = (Mention(draft.attribution.source, (voice.speaker,), "source"),)
        conduits = conduits_of(draft.chain, reading.voices, page)
        spoken = spoken_at(voice, draft.attribution.cue[0].start)
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
            spoken=spoken,
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
    return Rules(f"{weights or attribution} {VERSION}", tables_version())


def _actor(draft: Draft, page: Page) -> Mention[Actor] | None:
    if draft.happening.agent is None:
        return None
    head = page.doc[draft.happening.agent]
    if head.pos_ == "PRON":
        return None
    start, end = _counted_phrase(head, page)
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
