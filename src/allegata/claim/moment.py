"""When words were said: by a time beside the cue, by the same statement dated elsewhere, by the dateline."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allegata.ground.actor import UMBRELLAS
from allegata.ground.lexicon import pattern, words
from allegata.ground.timex import open_since
from allegata.model.claim import Attribution, Period, Speaker
from allegata.model.mention import Mention, Span, span_of

from .attribution import cue_of, noun_phrase
from .page import (
    Page,
    Stretches,
    between,
    cue_start,
    extent,
    first_offset,
    form_of,
    headline,
    inside,
    one_of,
    sentence_at,
    stretch_at,
)
from .speaker import Voice

if TYPE_CHECKING:
    from spacy.tokens import Token

REACH = 700
"""Code points from a dated statement in which others go on with it."""
FAR = 5000
"""Code points from a remark on a statement in which its speaker is looked for."""
HEAD = 400
"""Code points at the beginning of a text in which the day of a dateline is looked for."""
GOES_ON = "statement gone on with"
"""The rule of a moment that is known from the statement the words go on with, not from the speaker's own."""
DATELINE = "dateline"
"""The rule of a moment that is the day of the dateline."""
STATE = frozenset({"official", "unknown"})
"""Kinds of speakers whose statement another may go on with, and whom a dateline dates."""


@dataclass(frozen=True)
class Moments:
    """When the words of each attribution were said, by its id; times: the offsets of the times that say so."""

    by_id: dict[str, Mention[Period]]
    times: frozenset[int]

    def of(self, attribution: Attribution | None) -> Mention[Period] | None:
        """Return when the words of *attribution* were said, null if nothing says so."""
        return self.by_id.get(attribution.id) if attribution else None

    def day_of(self, attribution: Attribution | None) -> str | None:
        """Return the day from which *attribution* counts "yesterday", null if its own words or speaker are not dated to one."""
        moment = self.of(attribution)
        if moment is None or moment.rule == GOES_ON or moment.value is None:
            return None
        return moment.value.start if moment.value.precision == "day" else None


def fitting(
    spoken: Mention[Period] | None, period: Mention[Period] | None, published: str | None
) -> Mention[Period] | None:
    """Return *spoken* as far as it fits what was said to happen in *period*: nobody tells of a day before it has come.

    What happened on the day of publication was also told on it.

    >>> day = Mention((), (Period("2019-04-24", "2019-04-25", "2019-04-24", "gregorian", "day"),), "weekday")
    >>> fitting(None, day, "2019-04-24").value.start, fitting(None, day, "2019-04-25")
    ('2019-04-24', None)
    """
    happened = period.value if period else None
    if happened is None or happened.start is None or happened.precision != "day":
        return spoken
    if spoken is None and happened.start == published and happened.end is not None:
        return Mention((), (happened,), "day of the happening and of publication")
    if spoken is not None and spoken.rule == GOES_ON and spoken.value is not None:
        return spoken if happened.start < (spoken.value.end or happened.start) else None
    return spoken


@dataclass(frozen=True)
class _Dated:
    """A place in the text where somebody's words are dated; voice: null where only a statement is spoken of."""

    at: int
    voice: Voice | None
    moment: Mention[Period]


class _Timeline:
    """What is dated in a text, in reading order."""

    def __init__(self, rows: Iterable[_Dated]) -> None:
        self.rows: list[_Dated] = []
        self.by_voice: dict[int, list[_Dated]] = {}
        for row in rows:
            self.add(row)

    def add(self, row: _Dated) -> None:
        insort(self.rows, row, key=_at)
        if row.voice is not None:
            insort(self.by_voice.setdefault(row.voice.number, []), row, key=_at)

    def around(self, at: int) -> tuple[_Dated | None, _Dated | None]:
        """Return what is dated last up to *at*, and first after it."""
        number = bisect_right(self.rows, at, key=_at)
        return (self.rows[number - 1] if number else None), (self.rows[number] if number < len(self.rows) else None)

    def of_voice(self, voice: Voice, at: int) -> Mention[Period] | None:
        """Return the last moment up to *at* that dates words of *voice*; else the only one after it."""
        same = self.by_voice.get(voice.number) or self._called_by_name(voice)
        number = bisect_right(same, at, key=_at)
        if number:
            return same[number - 1].moment
        return same[0].moment if same and len({row.moment.readings for row in same}) == 1 else None

    def _called_by_name(self, voice: Voice) -> list[_Dated]:
        """Return what is dated of whom *voice* is called after: "Tribune" after "a report by the Tribune newspaper"."""
        if not voice.speaker.name or len(voice.words.split()) > 1:
            return []
        voices = ((number, rows[0].voice) for number, rows in self.by_voice.items())
        numbers = [number for number, each in voices if each is not None and voice.words in each.words.split()]
        return self.by_voice[numbers[-1]] if numbers else []


def _at(row: _Dated) -> int:
    return row.at


def moments_of(page: Page, attributions: tuple[Attribution, ...], voices: dict[str, Voice]) -> Moments:
    """Return when the words of each of *attributions* were said.

    A time in the sentence of the cue, outside what is said, dates it. Else the last time that dates words of the same
    voice, or the only one that does so later; else that of the statement it goes on with; else the day of the dateline.
    What the sentence puts before the statement of the day ("earlier", "had said") takes a time of its own only.
    """
    own = {each.id: moment for each in attributions if (moment := _own(each, page)) is not None}
    rows = [_Dated(each.cue[0].start, voices[each.id], own[each.id]) for each in attributions if each.id in own]
    timeline = _Timeline([*rows, *_remarks(page, attributions, voices)])
    times = frozenset(each.moment.spans[0].start for each in timeline.rows)
    found = dict(own)
    dateline = _dateline(page)
    for attribution in attributions:
        if attribution.id in own:
            continue
        voice, at = voices[attribution.id], attribution.cue[0].start
        moment = _same_day(attribution, timeline, page)
        if moment is not None:
            timeline.add(_Dated(at, voice, moment))
        moment = moment or timeline.of_voice(voice, at)
        if moment is None and _speaks_for_a_state(voice, page) and not _is_before(attribution, page):
            moment = _going_on(attribution, timeline, attributions, voices, page) or dateline
            if moment is not None:
                timeline.add(_Dated(at, voice, moment))
        if moment is not None:
            found[attribution.id] = moment
    return Moments(found, times | ({dateline.spans[0].start} if dateline else frozenset()))


def _same_day(attribution: Attribution, timeline: _Timeline, page: Page) -> Mention[Period] | None:
    """Return the day that words were dated to last before those of *attribution*, where their sentence says that it was the same; null where it does not."""
    sentence = sentence_at(page, attribution.cue[0].start)
    found = pattern(page.document.language, "same_day").finditer(
        page.document.text, sentence.start_char, attribution.cue[0].end
    )
    outside = any(
        not any(inside(each.span(), (span.start, span.end)) for span in attribution.content) for each in found
    )
    before = timeline.around(sentence.start_char)[0] if outside else None
    dated = before is not None and before.moment.value is not None and before.moment.value.precision == "day"
    return before.moment if before is not None and dated else None


def _is_moment(time: Mention[Period], page: Page) -> bool:
    value = time.value
    if value is None or value.start is None or value.precision not in ("day", "week", "month"):
        return False
    opened = open_since(page.document.text, time, page.document.language)
    others = between(page.times, opened.spans[0].start, time.spans[0].start, first_offset)
    going_on = (
        opened is not time and not others
    )  # "from May 1 to date", but not "who had stood there since dawn said on Sunday"
    return not going_on and not (value.timex or "").startswith("P")  # nobody says a thing for "the past week"


def _own(attribution: Attribution, page: Page) -> Mention[Period] | None:
    """Return the time in the cue's sentence, outside the content, that is nearest to the cue.

    A week or month has to hang on a cue: the attack "late last month" is not when the minister said so.
    """
    cue, language = attribution.cue[0], page.document.language
    sentence = sentence_at(page, cue.start)
    near: list[tuple[int, Mention[Period]]] = []
    for time in between(page.times, sentence.start_char, sentence.end_char, first_offset):
        where = (time.spans[0].start, time.spans[0].end)
        if not _is_moment(time, page):
            continue
        gap = page.document.text[cue.end : where[0]]
        tight = (
            cue.end <= where[0]
            and len(gap) < 60
            and not pattern(language, "cue_apart").search(gap)
            and pattern(language, "cue_to_time").fullmatch(gap)
        )
        if tight or _hangs_on(time, cue, page):
            near.append((len(gap) if tight else 0, time))
        elif (
            not any(inside(where, (span.start, span.end)) for span in attribution.content)
            and not _dates_another(time, attribution, page)
            and (time.value is None or time.value.precision == "day" or _hangs_on_cue(time, page))
        ) or _is_of_document(time, attribution, page):
            near.append((abs(cue.start - where[0]), time))
    return min(near, key=lambda each: each[0])[1] if near else None


def _hangs_on(time: Mention[Period], cue: Span, page: Page) -> bool:
    """Return whether *time* dates the cue, wherever it stands: "announced the arrest of ten men on Monday"."""
    at, found = stretch_at(page, cue.start, cue.end), stretch_at(page, time.spans[0].start, time.spans[0].end)
    if at is None or found is None or found.root.i < at.root.i:
        return False
    above = found.root.head if found.root.dep_ == "pobj" else found.root
    return above.head.i == at.root.i and above.dep_ in ("prep", "npadvmod") and not _has_clause(at.root, found.root)


def _is_of_document(time: Mention[Period], attribution: Attribution, page: Page) -> bool:
    """Return whether *time* dates what somebody said it in or by: "in a report published in May", "who gave this toll on Tuesday", "in a message that circulated on Friday"."""
    verb, cue = _verb_of(time, page), stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    if verb is None or cue is None or verb.dep_ not in ("acl", "relcl"):
        return False
    if any(span.start <= first_offset(time) < span.end for span in attribution.content):
        return False
    noun = verb.head
    if noun.dep_ == "pobj" and noun.head.dep_ == "prep" and noun.head.head == cue.root:
        return _is_medium(noun)
    source = attribution.source[0]
    told = cue_of(verb) is not None or any(child.dep_ == "dobj" and _is_medium(child) for child in verb.children)
    return verb.dep_ == "relcl" and told and source.start <= noun.idx < source.end


def _is_medium(noun: Token) -> bool:
    return one_of(noun, "report_noun") or one_of(noun, "medium_noun")


def _hangs_on_cue(time: Mention[Period], page: Page) -> bool:
    """Return whether the verb that *time* hangs on is the cue of an attribution."""
    verb = _verb_of(time, page)
    return verb is not None and verb.i in page.cues


def _has_clause(verb: Token, time: Token) -> bool:
    """Return whether a clause of *verb* begins before *time*, which may then be the clause's."""
    below = [each for child in verb.children for each in (child, *(child.children if child.dep_ == "prep" else ()))]
    return any(each.dep_ in ("ccomp", "xcomp", "pcomp") and each.left_edge.i < time.i for each in below)


def _dates_another(time: Mention[Period], attribution: Attribution, page: Page) -> bool:
    """Return whether *time* dates what another verb tells: "were held on Monday, accused of spying", "who was elected in May"."""
    cue, verb = attribution.cue[0], _verb_of(time, page)
    at = stretch_at(page, cue.start, cue.end)
    if at is None or verb is None:
        return False
    if verb.i in page.cues:
        # "said so, and its spokesman recalled on Monday" dates what the spokesman recalled.
        own = any(child.dep_ == "nsubj" for child in verb.children)
        return own and verb != at.root and verb in at.root.subtree and verb.dep_ == "conj"
    if any(inside((verb.idx, verb.idx + len(verb)), (span.start, span.end)) for span in attribution.content):
        return True
    if cue_of(verb) is not None or form_of(verb, "speech_verb"):
        return False
    if (
        verb.dep_ == "advcl"
        and verb not in at.root.ancestors
        and any(one_of(child, "ever_since") for child in verb.children)
    ):
        return True  # since the operation began on Monday
    if verb.dep_ == "relcl" or (verb.dep_ == "ccomp" and verb.head.i in page.cues and verb.head.i != at.root.i):
        return True
    below = at.root.dep_ in ("acl", "advcl") and at.root.tag_ == "VBN"
    return below and verb.i in [above.i for above in at.root.ancestors]


def _remarks(page: Page, attributions: tuple[Attribution, ...], voices: dict[str, Voice]) -> Iterator[_Dated]:
    """Yield where a statement is dated without its words: "Friday's statement", "she announced it on Monday".

    What an outlet reports of a statement counts; what anybody else says of one does not.
    """
    language, text = page.document.language, page.document.text
    contents = Stretches.of(each.content for each in attributions if voices[each.id].speaker.kind != "media")
    exact = {verb.i for time in page.times if time.rule == "dated" and (verb := _speaking(time, page)) is not None}
    for time in page.times:
        at = time.spans[0]
        if not _is_moment(time, page) or contents.holding((at.start, at.end)):
            continue
        named = pattern(language, "time_of_statement").match(text, at.end)
        if named:
            yield _Dated(at.start, _voice_of(named["whose"], at.start, attributions, voices, language), time)
            continue
        verb = _speaking(time, page)
        if verb is not None and time.rule == "weekday" and verb.i in exact:
            continue  # "spoke at the harvest fair on May 2"
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), None) if verb else None
        if verb is not None and subject is not None:
            start, end = extent(noun_phrase(subject))
            voice = _voice_of(text[start:end], verb.idx, attributions, voices, language)
            if voice is not None:
                yield _Dated(verb.idx, voice, time)


def _verb_of(time: Mention[Period], page: Page) -> Token | None:
    """Return the verb that *time* hangs on, null if it hangs on none."""
    found = stretch_at(page, time.spans[0].start, time.spans[0].end)
    each, steps = (found.root, 0) if found is not None else (None, 0)
    while each is not None and each.pos_ != "VERB" and each.head != each and steps < 6:
        each, steps = each.head, steps + 1
    return each if each is not None and each.pos_ == "VERB" else None


def _speaking(time: Mention[Period], page: Page) -> Token | None:
    """Return the verb of saying that *time* hangs on, null if it dates something else."""
    verb = _verb_of(time, page)
    if verb is not None and one_of(verb, "made_known") and verb.dep_ == "ccomp":
        return verb.head  # made this known on Thursday
    if verb is None or verb.i in page.cues:
        return None
    if any(one_of(child, "made_known") and child.dep_ in ("oprd", "acomp", "xcomp") for child in verb.children):
        return verb
    return verb if cue_of(verb) is not None or form_of(verb, "speech_verb") else None


def _voice_of(
    named: str, at: int, attributions: tuple[Attribution, ...], voices: dict[str, Voice], language: str
) -> Voice | None:
    """Return the voice that words such as "the minister" or "Interior Ministry" mean: the nearest before *at*, else the first after."""
    parts = [part for part in re.findall(r"\w+", named.lower()) if part not in words(language, "definite_source")]
    near = between(attributions, at - FAR, at + FAR, cue_start)
    order = sorted(near, key=lambda each: (cue_start(each) > at, abs(cue_start(each) - at)))
    offices = words(language, "office_noun") | words(language, "body_noun")
    for voice in (voices[each.id] for each in order):
        name = (voice.speaker.name or "").lower().split()
        pronoun = len(parts) == 1 and parts[0] in words(language, "personal")
        if (pronoun and voice.personal) or (name and name[-1] in parts):
            return voice
        known = set(voice.words.split()) | set(re.findall(r"\w+", (voice.speaker.body or "").lower()))
        if (not parts and not voice.personal) or (set(parts) <= known and set(parts) & offices):
            return voice
    return None


def _is_before(attribution: Attribution, page: Page) -> bool:
    """Return whether the sentence puts the words before the statement of the day: "earlier", "had said"."""
    cue = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    if cue is not None and any(one_of(child, "pluperfect") for child in cue.root.children):
        return True
    sentence = sentence_at(page, attribution.cue[0].start)
    found = pattern(page.document.language, "said_before").finditer(
        page.document.text, sentence.start_char, sentence.end_char
    )
    # "said earlier that": a reader may take the adverb for the first word of the content.
    return any(not any(span.start < each.start() < span.end for span in attribution.content) for each in found)


def _going_on(
    attribution: Attribution,
    timeline: _Timeline,
    others: tuple[Attribution, ...],
    voices: dict[str, Voice],
    page: Page,
) -> Mention[Period] | None:
    """Return the moment of the statement that *attribution* goes on with; of the next one where it is in the first paragraph.

    Nobody but an outlet speaks between the two, and the words of the statement are dated themselves.
    """
    voice = voices[attribution.id]
    at, text = attribution.cue[0].start, page.document.text
    sentence = sentence_at(page, at)
    if pattern(page.document.language, "turn").match(sentence.text):
        return None
    if set(re.findall(r"\w+", attribution.source[0].text.lower())) & words(page.document.language, "another"):
        return None
    before, after = timeline.around(at)
    lead = before is None and "\n" not in text[len(headline(text)) : sentence.start_char].strip()
    for each in (before, after if lead else None):
        if each is None or each.moment.rule == GOES_ON:
            continue  # of three in a row, the third is of another day as a rule
        first, last = sorted((each.at, at))
        if last - first >= REACH:
            continue
        heard = [voices[other.id] for other in between(others, first + 1, last, cue_start)]
        themselves = {voice.number, each.voice.number if each.voice else voice.number}
        alone = all(other.speaker.kind == "media" or other.number in themselves for other in heard)
        if alone and _may_be_same(each.voice, voice, page):
            return Mention(each.moment.spans, each.moment.readings, GOES_ON)
    return None


def _speaks_for_a_state(voice: Voice, page: Page) -> bool:
    state = pattern(page.document.language, "state_media").search(voice.words)
    return voice.speaker.kind in STATE or (voice.speaker.kind == "media" and state is not None)


def _may_be_same(one: Voice | None, other: Voice, page: Page) -> bool:
    """Return whether two voices may be those of one statement: nothing known of them differs."""
    if one is None:
        return _speaks_for_a_state(other, page)
    first, second = one.speaker, other.speaker
    if not (_speaks_for_a_state(one, page) and _speaks_for_a_state(other, page)):
        return False
    if "media" in (first.kind, second.kind):
        return True
    if first.name and second.name:
        return first.name.split()[-1] == second.name.split()[-1]
    if second.name and second.role and not second.body and first.body and not first.role:
        return False
    bodies = [body for body in (first.body, second.body) if body]
    if len(bodies) == 2 and not (bodies[0].startswith(bodies[1]) or bodies[1].startswith(bodies[0])):
        return land_of(first) == land_of(second) and any(body.startswith(UMBRELLAS) for body in bodies)
    generic, ranks = words(page.document.language, "any_office"), words(page.document.language, "rank_role")
    roles = {role for role in (first.role, second.role) if role and role not in generic}
    return len(roles - ranks) < 2 and len(roles & ranks) < 2  # a spokesman may be a colonel


def land_of(speaker: Speaker) -> str | None:
    """Return the country that the body of *speaker* is of, null if it is not known.

    >>> land_of(Speaker(None, None, "Police (Ghana)", None, "official", False, False))
    'Ghana'
    """
    found = re.search(r"\(([^)]*)\)", speaker.body or "")
    return found[1] if found else None


def _dateline(page: Page) -> Mention[Period] | None:
    """Return the day that stands in the dateline of the document, null without one."""
    text, language = page.document.text, page.document.language
    for time in between(page.times, 0, HEAD, first_offset):
        at = time.spans[0]
        if time.value is None or time.value.precision != "day" or time.value.start is None:
            continue
        start = text.rfind("\n", 0, at.start) + 1
        line = (text + "\n").index("\n", at.end)
        lead, rest = text[start : at.start], text[at.end : line]
        if pattern(language, "dateline_lead").fullmatch(lead) and (
            (lead.strip() and not rest.strip()) or pattern(language, "dateline_end").match(rest)
        ):
            return Mention((span_of(text, at.start, at.end),), time.readings, DATELINE)
    return None
