"""Whose words a happening is told in: those of the attribution around it, of the one that goes on, or of the one that comes after the news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from allegata.ground.actor import parse_speaker
from allegata.ground.anchor import anchor_of
from allegata.ground.lexicon import pattern, phrases
from allegata.model.claim import Attribution

from .action import NAMED, actions, senses
from .attribution import noun_phrase
from .dating import period_of
from .distance import is_denied
from .draft import Draft, Reading
from .page import between, extent, first_offset, form_of, headline, one_of, paragraph_before, sentence_at, stretch_at
from .patient import nouns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

    from allegata.model.claim import Speaker

    from .happening import Happening
    from .page import Page

FAR = 1400
"""Code points from a cue in which the only source of a report may go on."""
BARE = 2
"""Words of an actor that says of no body which: "the officers"."""
YEAR = 366
"""Days before the day of publication in which what a report is about may have begun."""
RECENT = 31
"""Days before the day of publication in which what a report is about may have been."""
REACH = 700
"""Code points from the sentence of a cue in which its speaker may go on, or may have been anticipated."""
HELD = frozenset({"acl", "conj", "appos"})
"""Relations of a word to what it depends on that keep it in the same mouth: "dozens of spies, since identified"."""


def attribute(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* under the innermost attribution whose content they stand in; else under the speaker who tells them all the same."""
    return tuple(_attributed(draft, reading) for draft in drafts)


def goes_on_after(draft: Draft, attribution: Attribution, reading: Reading) -> bool:
    """Return whether *draft* is told after the sentence of *attribution*, whose own content is then another statement."""
    start = draft.happening.start
    after = sentence_at(reading.page, attribution.cue[0].start).end_char < start
    return after and not any(span.start <= start < span.end for span in attribution.content)


def _attributed(draft: Draft, reading: Reading) -> Draft:
    around = reading.in_content((draft.happening.start, draft.happening.end))
    if not around:
        teller = _teller_of(draft, reading)
        if teller is None:
            return draft
        around = [teller]
    around = [each for each in around if is_denied(each, reading.page) is not False] or around
    around = _speaking(around, reading)
    inner = min(around, key=lambda each: sum(span.end - span.start for span in each.content))
    chain = [inner]
    while (outer := reading.by_id.get(chain[-1].inside or "")) is not None and outer not in chain:
        chain.append(outer)
    chain += [each for each in around if each not in chain]
    chain = _official_first(chain, reading)
    return replace(draft, attribution=chain[0], chain=tuple(chain))


def _speaking(around: list[Attribution], reading: Reading) -> list[Attribution]:
    """Return *around* without those that speak for nobody where another does: a district that "has recorded 90 arrests", a paper in which the army says so."""
    page = reading.page

    def is_silent(each: Attribution) -> bool:
        source, cue = (stretch_at(page, span.start, span.end) for span in (each.source[0], each.cue[0]))
        if source is None or cue is None:
            return False
        recorded = form_of(cue.root, "recording") and (
            form_of(source.root, "territory") or source.root.ent_type_ == "GPE"
        )
        return recorded or one_of(source.root, "paper")

    others = [each for each in around if not is_silent(each)]
    heard = any(reading.voices[each.id].speaker.kind not in ("media", "outlet", "unknown") for each in others)
    return others if heard else around


def _official_first(chain: list[Attribution], reading: Reading) -> list[Attribution]:
    """Return *chain* with those that only pass words on after those whose words they pass on."""
    passing = [each for each in chain if each.id in reading.trail.passing]
    return [*(each for each in chain if each not in passing), *passing]


def _teller_of(draft: Draft, reading: Reading) -> Attribution | None:
    """Return the attribution of whom tells *draft*, which stands in nobody's content; null for the outlet."""
    sentence = sentence_at(reading.page, draft.happening.start)
    same = reading.cued(sentence.start_char, sentence.end_char)
    if draft.happening.action == NAMED:
        at = reading.page.doc[draft.happening.at].idx
        naming = next((each for each in same if any(span.start <= at < span.end for span in each.cue)), None)
        if naming is not None:
            return naming  # the ministry identified the gunman as Ada Brill
    if same:
        return _beside(draft, sentence, same, reading) or _according(same[0], reading)
    found = _still_speaking(sentence, reading) or _between(sentence, reading) or _told_after(draft, sentence, reading)
    return found or _only_source(draft, sentence, reading)


def _according(first: Attribution, reading: Reading) -> Attribution | None:
    """Return *first*, which opens a sentence, where all of the sentence is according to it."""
    said = tuple(first.cue[0].text.lower().split())
    return first if said in phrases(reading.page.document.language, "according") else None


def _beside(draft: Draft, sentence: Stretch, same: Sequence[Attribution], reading: Reading) -> Attribution | None:
    """Return the attribution of the same sentence that goes on beyond its content.

    Over a semicolon, "ten were held, he said; four of them have been charged"; before one, "ten were held; in addition, he
    said, four fled"; and in words that hang on the content, "yielded dozens of spies, since arrested".
    """
    page = reading.page
    token: Token = page.doc[draft.happening.at]
    listed = _listed(draft, same, reading) or _summed_up(draft, same, reading) or _goes_on(draft, same, reading)
    if listed is not None:
        return listed
    while (token.dep_ in HELD or _is_shared(token)) and token.head.sent == sentence:
        token = token.head
        if token.i in page.cues:
            break
        held = [each for each in reading.in_content((token.idx, token.idx + len(token))) if each in same]
        if held:
            return held[-1]
    return _over_semicolon(draft, sentence, same, reading)


def _is_shared(clause: Token) -> bool:
    """Return whether *clause* is done by who does what it hangs on, and nobody else's words: "ten men had been freed, taking the total to 90 releases"."""
    joint = clause.dep_ in ("pobj", "dobj", "prep") and clause.pos_ != "VERB"
    participle = clause.dep_ == "advcl" and clause.tag_ == "VBG"
    return joint or (participle and not any(child.dep_.startswith("nsubj") for child in clause.children))


def _goes_on(draft: Draft, same: Sequence[Attribution], reading: Reading) -> Attribution | None:
    """Return that of *same* in whose content the happening lies, and of which only a number stands outside: "60 were caught, six of them abroad"."""
    page, quantity = reading.page, draft.happening.quantity
    at = page.doc[draft.happening.at]
    if quantity is None or quantity.leans != "part_of":
        return None
    held = [each for each in reading.in_content((at.idx, at.idx + len(at))) if each in same]
    for each in reversed(held):
        end = max(span.end for span in each.content if span.start <= at.idx)
        if at.idx < end <= quantity.start and not reading.cued(end, quantity.start):
            return each
    return None


def _listed(draft: Draft, same: Sequence[Attribution], reading: Reading) -> Attribution | None:
    """Return that of *same* in whose content the happening lies and after whose cue the list goes on: "40 were held in Lima, he said, and 12 in Puno"."""
    page, quantity = reading.page, draft.happening.quantity
    at = page.doc[draft.happening.at]
    if quantity is None:
        return None
    for each in reading.in_content((at.idx, at.idx + len(at))):
        said = max(span.end for span in (*each.source, *each.cue))
        goes_on = said < quantity.number_start and pattern(page.document.language, "list_goes_on").match(
            page.document.text, said, quantity.number_start
        )
        if each in same and at.idx < each.cue[0].start and goes_on:
            return each
    return None


def _summed_up(draft: Draft, same: Sequence[Attribution], reading: Reading) -> Attribution | None:
    """Return that of *same* after whose cue it goes on: "ten were held, he said, bringing the total to 40", "…, he said, while six were let go"."""
    text = reading.page.document.text
    for each in same:
        said = max(span.end for span in (*each.source, *each.cue))
        rest = text[said : draft.happening.start]
        if said < draft.happening.start and pattern(reading.page.document.language, "summed_up").match(rest):
            return each if ";" not in rest and not reading.cued(said, draft.happening.start) else None
    return None


def _over_semicolon(
    draft: Draft, sentence: Stretch, same: Sequence[Attribution], reading: Reading
) -> Attribution | None:
    text, at = reading.page.document.text, draft.happening.start
    opened = text.rfind(";", sentence.start_char, at)
    closed = text.find(";", at, sentence.end_char)
    clause = (opened + 1 if opened >= 0 else sentence.start_char, closed if closed >= 0 else sentence.end_char)
    if reading.cued(*clause) or pattern(reading.page.document.language, "turn").match(text, clause[0], clause[1]):
        return None
    before = [each for each in same if each.cue[0].start < clause[0]]
    if before:
        return before[-1]
    after = same[0]
    slipped_in = any(span.start < after.cue[0].start for span in after.content) and any(
        span.start > after.cue[0].start for span in after.content
    )
    return after if closed >= 0 and slipped_in and min(after.content).start > closed else None


def _still_speaking(sentence: Stretch, reading: Reading) -> Attribution | None:
    """Return the attribution of the sentence before when *sentence* goes on inside the same paragraph or quotation.

    A paragraph goes on with the one before it where it begins by adding to it: "Furthermore, eight men were caught."
    """
    page = reading.page
    text = page.document.text
    paragraph = text.rfind("\n", 0, sentence.start_char) + 1
    before = reading.cued(paragraph, sentence.start_char)
    opens = text[paragraph : sentence.start_char].strip() == ""
    adds = opens and pattern(page.document.language, "adding_lead").match(text, paragraph) is not None
    if not before and (adds or (opens and one_of(sentence[0], "people_alone"))):
        before = reading.cued(paragraph_before(text, paragraph), paragraph)
        if adds and before and reading.voices[before[-1].id].speaker.kind != "official":
            return None
    if not before or pattern(page.document.language, "turn").match(sentence.text):
        return None
    last = before[-1]
    if last.id in reading.trail.passing or sentence_at(page, last.cue[0].start).end_char + REACH < sentence.start_char:
        return None
    return last


def _between(sentence: Stretch, reading: Reading) -> Attribution | None:
    r"""Return the attribution before where the same speaker goes on after the news of *sentence*, in the same paragraph.

    "…, the navy said.\n\nSix boats were sunk. Two of their captains had fled, the navy said": the boats are the navy's too.
    """
    page = reading.page
    text, language = page.document.text, page.document.language
    start, end = sentence.start_char, sentence.end_char
    if start < len(headline(text)) or pattern(language, "turn").match(sentence.text):
        return None
    paragraph = text.rfind("\n", 0, start) + 1
    closed = text.find("\n", end - 1)
    before = reading.cued(max(paragraph_before(text, paragraph), start - REACH), start)
    after = reading.cued(end, min(closed if closed >= 0 else len(text), end + REACH))
    if not before or not after or before[-1].id in reading.trail.passing:
        return None
    same = reading.voices[before[-1].id].number == reading.voices[after[0].id].number
    return before[-1] if same and reading.voices[after[0].id].speaker.kind != "media" else None


def _told_after(draft: Draft, sentence: Stretch, reading: Reading) -> Attribution | None:
    """Return the first attribution of the next sentence where it goes on with the news of this one, told in nobody's words.

    It does so where its speaker is who acted ("The army killed ten rebels. It said they …"), or where its content takes up
    those it happened to or the happening itself: "they", "the rebels", "the raids".
    """
    page, happening = reading.page, draft.happening
    token = page.doc[happening.at]
    if token != sentence.root and not (token.dep_ == "conj" and token.head == sentence.root):
        return None
    if sentence.end >= len(page.doc):
        return None
    if sentence.start_char < len(headline(page.document.text)):
        return None  # who says so is what a headline leaves out
    following = page.doc[sentence.end].sent
    attributions = reading.cued(following.start_char, following.end_char)
    if not attributions or following.end_char > sentence.end_char + REACH or happening.negated:
        return None
    first = attributions[0]
    speaker = reading.voices[first.id].speaker
    if first.id in reading.trail.passing or speaker.kind not in ("official", "independent"):
        return None
    if is_denied(first, page) is not None or pattern(page.document.language, "turn").match(following.text):
        return None
    return first if _is_actor(draft, first, reading) or _takes_up(draft, first, reading) else None


def _only_source(draft: Draft, sentence: Stretch, reading: Reading) -> Attribution | None:
    """Return the last attribution to the authority that alone has been quoted so far, where *sentence* tells of what authorities do.

    "…, the navy said." In the next paragraph: "As a result of the searches, 11 men were caught." What was long before or far from its words, abroad, or done by somebody else is left to the outlet.
    """
    page, happening, alone = reading.page, draft.happening, reading.sole_party
    if alone is None or happening.negated or not _is_official(happening, page):
        return None
    text, start = page.document.text, sentence.start_char
    closed = text.find("\n", sentence.end_char - 1)
    if start < len(headline(text)) or not alone.start < start <= (closed if closed >= 0 else len(text)) <= alone.end:
        return None
    if pattern(page.document.language, "turn").match(sentence.text) or _is_past(happening, reading):
        return None
    if _is_abroad_or_habit(happening, sentence, page):
        return None
    told = [
        each for each in reading.cued(max(alone.start, start - FAR), start) if alone.number == reading.number_of(each)
    ]
    if not told or is_denied(told[-1], page) is not None or _is_by_another(draft, told[-1], reading):
        return None
    if _is_later(happening, told[-1], reading):
        return None
    return told[-1]


def _is_official(happening: Happening, page: Page) -> bool:
    """Return whether authorities did it: what only they do, or what their forces are said to have done; what these "had done" before is the outlet's own telling."""
    if actions()[happening.action]["official"] == "yes":
        return True
    before = any(one_of(child, "pluperfect") for child in page.doc[happening.at].children)
    return happening.agent is not None and not before and _are_forces(page.doc[happening.agent])


def _are_forces(agent: Token) -> bool:
    """Return whether *agent*, who acted, are forces of whom nothing more is said than that: "the security forces", "our troops", but not "Rwandan soldiers"."""
    told = [child for child in agent.children if child.dep_ in ("amod", "compound")]
    if any(not one_of(each, "of_forces") for each in told):
        return False
    owners = [child for child in agent.children if child.dep_ == "poss" and child.tag_ != "PRP$"]  # the rebels' troops
    owners += [each for each in nouns_of(agent) if each.pos_ != "PROPN"]
    return form_of(agent, "forces_noun") and agent.pos_ == "NOUN" and not owners


def _is_past(happening: Happening, reading: Reading) -> bool:
    """Return whether *happening* was at a time that ended RECENT days before the day of publication or began YEAR days before; not where it says none.

    What has no start, no end, or no day of publication to count from may have been long before, and is.
    """
    page = reading.page
    period = period_of(happening, page, reading.moments.times)
    if period is None:
        return False
    day, value = anchor_of(page.document.published).day, period.value
    if day is None or value is None or value.start is None or value.end is None:
        return True
    ended, begun = (day - date.fromisoformat(each) for each in (value.end, value.start))
    return ended.days >= RECENT or begun.days > YEAR


def _is_later(happening: Happening, attribution: Attribution, reading: Reading) -> bool:
    """Return whether *happening*, by the day of publication, was on a day after the words of *attribution* were said: "said on Monday", "killed on Tuesday"."""
    period = period_of(happening, reading.page, reading.moments.times)
    day, value = reading.moments.day_of(attribution), period.value if period else None
    return day is not None and value is not None and value.precision == "day" and (value.start or "") > day


def _is_by_another(draft: Draft, attribution: Attribution, reading: Reading) -> bool:
    """Return whether it was done by somebody else than who speaks in *attribution*, as far as its words say by whom: no bare "officers" or "it"."""
    page, agent = reading.page, draft.happening.agent
    if agent is None or page.doc[agent].pos_ == "PRON" or _is_actor(draft, attribution, reading):
        return False
    words_of, acted = _acted(agent, page)
    named = any(token.pos_ == "PROPN" for token in stretch_at(page, *words_of) or ())
    if _are_forces(page.doc[agent]) and acted.kind in ("official", "unknown"):
        return named
    return named or acted.kind != "official" or len(page.document.text[slice(*words_of)].split()) > BARE


def _is_abroad_or_habit(happening: Happening, sentence: Stretch, page: Page) -> bool:
    """Return whether *sentence* speaks of a place in another country than the report does, or of what is done at all times."""
    places = between(page.places, sentence.start_char, sentence.end_char, first_offset)
    abroad = any(each.country != page.home for place in places for each in place.readings)
    present = any(child.dep_ == "auxpass" and child.tag_ in ("VBP", "VBZ") for child in page.doc[happening.at].children)
    return abroad or (present and happening.action != "hold")


def _is_actor(draft: Draft, attribution: Attribution, reading: Reading) -> bool:
    """Return whether the speaker of *attribution* is the body that acted."""
    page, agent = reading.page, draft.happening.agent
    speaker = reading.voices[attribution.id].speaker
    if agent is None or speaker.body is None:
        return False
    return _acted(agent, page)[1].body == speaker.body


def _acted(agent: int, page: Page) -> tuple[tuple[int, int], Speaker]:
    """Return where the words for the token *agent*, who acted, stand, and the person or body that they stand for."""
    start, end = extent(noun_phrase(page.doc[agent]))
    return (start, end), parse_speaker(page.document.text[start:end], (), page.home, page.document.language)


def _takes_up(draft: Draft, attribution: Attribution, reading: Reading) -> bool:
    """Return whether the content of *attribution* begins with those *draft* happened to, or with the happening."""
    page, happening = reading.page, draft.happening
    content = stretch_at(page, attribution.content[0].start, attribution.content[0].end)
    subject = next((each for each in content or () if each.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return False
    patients = [page.doc[each] for each in happening.patients]
    if one_of(subject, "told_before"):
        return happening.unit == "person" and any(each.tag_ in ("NNS", "CD") for each in patients)
    definite = any(one_of(child, "definite") for child in subject.children if child.dep_ == "det")
    acts = senses(page.document.language).get((subject.lemma_.lower(), "noun"), ())
    return definite and (
        any(each.lemma_ == subject.lemma_ for each in patients)
        or any(row["action"] == happening.action for row in acts)
        or form_of(subject, "operation_noun")
    )
