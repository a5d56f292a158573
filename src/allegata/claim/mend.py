"""The attributions of a reader, mended by what the parse knows better: sources cut short, quoted in the passive, or hidden behind an outlet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from allegata.ground.actor import titles_pattern
from allegata.ground.lexicon import pattern, words
from allegata.model.claim import Attribution
from allegata.model.identity import attribution_id
from allegata.model.mention import Span, span_of

from .asserted import is_negated
from .attribution import cue_of, find_attributions, noun_phrase
from .conduit import is_credit, is_relay, relays_of
from .denial import is_of_none
from .page import (
    QUOTATION_MARKS,
    Page,
    Stretches,
    between,
    cue_start,
    extent,
    first_offset,
    form_of,
    inside,
    meets,
    one_of,
    sentence_at,
    stretch_at,
    tokens_like,
    trimmed,
)
from .patient import number_start

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token


NEAR = 300
"""Code points around a cue in which the words that belong to it stand."""
FAR = 1000
"""Code points between two cues of which one tells of the other."""
SCRAP = 2
"""Words of a content that may be a scrap of one."""
LONGEST_TITLE = 40
"""Code points before a source in which the title of its person may begin."""


def mended(page: Page, found: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Return *found* with whole sources, with the speakers that hid behind the outlet that quotes them, and nested anew; in order of their cues.

    A dateline ("LIMA (AFP): Ten men …") is nobody's words.

    >>> from allegata.claim import sample
    >>> from allegata.claim.page import page_of
    >>> page = page_of(sample("The mayor was quoted as saying by the daily El Faro that ten men were held."), "default")
    >>> [each.source[0].text for each in mended(page, find_attributions(page.document))]
    ['The mayor', 'The mayor']
    """
    parse = _Parse(page)
    told = [each for each in found if not is_credit(each, page) and not _is_nobody(each)]
    spoken = [_with_content(each, parse) for each in told]
    kept = [_with_source(each, _titled(_source(each, parse, page), page), page) for each in spoken]
    kept = _without_withholding(kept, page)
    kept += _hidden(kept, parse, page)
    kept += _counting(kept, page)
    kept += _by_count(kept, page)
    kept = _without_own_words(kept, page)
    kept += [made for each in kept for made in _referring(each, parse, page)]
    kept = _with_inverted(kept, page)
    confirmed = list(_told_by(kept, page))
    again = Stretches.of(each.cue for each in confirmed)
    kept = [each for each in kept if not again.holding((each.cue[0].start, each.cue[0].start + 1))] + confirmed
    ordered = sorted(kept, key=cue_start)
    kept = [each for each in ordered if not (_is_told_act(each, ordered, page) or _is_nobody(each))]
    split = [part for each in kept for part in _on_behalf(each, page)]
    return _nested(split, page)


def _without_own_words(found: Sequence[Attribution], page: Page) -> list[Attribution]:
    """Return *found* without what somebody who is quoted says of his own counting: "'I counted two dead,' said the herder"."""
    contents = Stretches.of(each.content for each in found)
    first = words(page.document.language, "first_person")
    own = [each for each in found if each.source[0].text.lower() in first]
    return [each for each in found if each not in own or not contents.holding((each.cue[0].start, each.cue[0].end))]


def _is_nobody(attribution: Attribution) -> bool:
    """Return whether no word of the source of *attribution* has a letter, so that it is a number or an age, or is but an ending ("'s")."""
    return not any(char.isalpha() for char in re.sub(r"^[’']\w\b", "", attribution.source[0].text))


def _with_inverted(found: Sequence[Attribution], page: Page) -> list[Attribution]:
    """Return *found* with who speaks after the cue where the reader took what is said before it for the source.

    "Ten men were held in May, indicated Wednesday the Ministry of Defence in a note."
    """
    text, language = page.document.text, page.document.language
    cues = Stretches.of(each.cue for each in found)
    added, left_out = [], set[int]()
    for match in pattern(language, "inverted").finditer(text):
        cue = span_of(text, *match.span("cue"))
        sentence = sentence_at(page, cue.start)
        first = stretch_at(page, match.end(), match.end() + 1)
        here = cues.holding((cue.start, cue.start + 1))
        aside = pattern(language, "relative_aside").search(text, sentence.start_char, match.start())
        if first is None or aside or any(found[each].source[0].start >= cue.end for each in here):
            continue
        head = next((each for each in (first.root, *first.root.ancestors) if each.pos_ in ("NOUN", "PROPN")), None)
        if head is None or head.i < first.start or not _speaks(head):
            continue
        before = stretch_at(page, sentence.start_char, match.start())
        if before is None or not any(each.tag_ in ("VBD", "VBP", "VBZ") for each in before):
            continue
        source = _span([each for each in noun_phrase(head) if each.i >= first.start], text)
        content = _stripped(span_of(text, sentence.start_char, match.start()), text)
        left_out.update(here)
        added.append(_indirect(source, cue, content))
    return [each for number, each in enumerate(found) if number not in left_out] + added


def _speaks(noun: Token) -> bool:
    """Return whether *noun* names somebody who may speak: a body, an office or a person."""
    kinds = ("body_noun", "office_noun", "any_body_noun")
    named = noun.ent_type_ in ("ORG", "PERSON") or noun.text in words(noun.lang_, "institution")
    return named or any(one_of(each, kind) for kind in kinds for each in (noun, *noun.children))


def _told_by(found: Sequence[Attribution], page: Page) -> Iterator[Attribution]:
    """Yield who told what the sentence before says, which nobody is quoted for.

    "Ten were held. This was announced by the ministry", "Ten were held. The colonel disclosed this on Thursday".
    """
    text, ordered = page.document.text, sorted(found, key=cue_start)
    for before, sentence in pairwise(page.stretches):
        told = _told_this(sentence, page)
        if told is None or between(ordered, before.start_char, before.end_char, cue_start):
            continue
        noun, cue = told
        source = _span(noun_phrase(noun), text)
        if pattern(page.document.language, "said_to_be").match(text, source.end):
            continue
        content = _stripped(span_of(text, before.start_char, before.end_char), text)
        yield _indirect(source, cue, content)


def _told_this(sentence: Stretch, page: Page) -> tuple[Token, Span] | None:
    """Return who is said in *sentence* to have told what stands before it, and the word that says so; null if nobody is."""
    text, start = page.document.text, sentence.start_char
    passive = pattern(page.document.language, "told_by").match(sentence.text)
    match = passive or pattern(page.document.language, "told_this").search(sentence.text)
    if match is None:
        return None
    cue = span_of(text, start + match.start("cue"), start + match.end("cue"))
    if passive is not None:
        noun = _object_at(start + passive.end(), page)
    else:
        verb = stretch_at(page, cue.start, cue.end)
        alone = verb is not None and verb.root == sentence.root and not _is_open(verb.root)
        noun = next((each for each in verb.root.children if each.dep_ == "nsubj"), None) if verb and alone else None
    return (noun, cue) if noun is not None and _speaks(noun) else None


def _is_open(verb: Token) -> bool:
    """Return whether *verb* says what was not, or only would be, told: "has not confirmed this", "no spokesman confirmed this"."""
    modal = any(child.dep_ == "aux" and child.tag_ == "MD" for child in verb.children)
    return modal or is_negated(verb) or is_of_none(verb)


def _without_withholding(found: Sequence[Attribution], page: Page) -> list[Attribution]:
    """Return *found* without those that only tell that a name is withheld of somebody who then says something: "sources who asked not to be named said"."""
    made = list(found)
    for each in [each for each in found if _is_withholding(each, page)]:
        source, end = each.source[0], each.content[-1].end
        stop = sentence_at(page, source.start).end_char
        # The reader may take the clause for the source of what is said then.
        said = [
            other for other in made if end <= other.cue[0].start < stop and source.start <= other.source[0].start < end
        ]
        if said:
            made = [_with_source(other, source, page) if other in said else other for other in made if other != each]
    return made


def _is_withholding(attribution: Attribution, page: Page) -> bool:
    """Return whether *attribution* tells nothing but that the name of its source is withheld."""
    start, end = attribution.cue[0].start, attribution.content[-1].end
    if not attribution.source[0].end <= start < end:
        return False
    found = pattern(page.document.language, "anonymity").search(page.document.text, start, end)
    return found is not None and found.end() >= end - 1


@dataclass(frozen=True)
class _Parse:
    """What the parse says of who is quoted, asked for only where an outlet may hide somebody or a source is cut short."""

    page: Page

    def is_outlet(self, source: Span) -> bool:
        """Return whether *source* is an outlet and not somebody whose words one carried."""
        return is_relay(source, relays_of(sentence_at(self.page, source.start), self.page), self.page)

    @cached_property
    def attributions(self) -> tuple[Attribution, ...]:
        """The attributions of the syntactic reader."""
        return find_attributions(self.page.document)


def _source(attribution: Attribution, parse: _Parse, page: Page) -> Span:
    """Return the source of *attribution* as the parse completes it."""
    source, language = _bare(attribution.source[0], page), page.document.language
    quoted = _quoted(attribution, page)
    if quoted is not None and (parse.is_outlet(source) or quoted.start <= source.start):
        return _without_place(quoted, page)
    cut = source.text[:1] in "'’" or source.text.lower() in words(language, "relative")
    if cut or parse.is_outlet(source):
        cue = attribution.cue[0]
        same = [each.source[0] for each in parse.attributions if meets(each.cue[0], cue)]
        no_source = words(language, "relative") | words(language, "expletive")
        better = next(
            (each for each in same if (cut or not parse.is_outlet(each)) and each.text.lower() not in no_source), None
        )
        if better is not None:
            return _without_place(better, page)
    tokens = [each for each in stretch_at(page, source.start, source.end) or () if not each.is_space]
    return _completed(tokens, attribution, page) if tokens else source


def _with_content(attribution: Attribution, parse: _Parse) -> Attribution:
    """Return *attribution*, where it has but a word or two of what is said, with all of it, as the parse has it."""
    cue = attribution.cue[0]
    if len(" ".join(span.text for span in attribution.content).split()) > SCRAP:
        return attribution
    for other in between(parse.attributions, cue.start, cue.end, cue_start):
        whole = (*other.content, *attribution.source)
        if all(
            any(inside((part.start, part.end), (span.start, span.end)) for span in whole)
            for part in attribution.content
        ):
            return _made(attribution.source[0], msgspec.structs.replace(attribution, content=other.content))
    return attribution


def _titled(source: Span, page: Page) -> Span:
    """Return *source*, a name with a capital, with the title before it or that it begins inside: "Insp. | Ada Brill", "Inspector | General Ada Brill"."""
    text = page.document.text
    if not source.text[:1].isupper():
        return source
    for match in titles_pattern(page.document.language).finditer(
        text, max(0, source.start - LONGEST_TITLE), source.end
    ):
        if match.start() < source.start and match[0][0].isupper() and not text[match.end() : source.start].strip(" "):
            return span_of(text, match.start(), source.end)
    return source


def _bare(source: Span, page: Page) -> Span:
    """Return *source* without marks and joining words at its ends, and without the clause that says who carried it."""
    tokens = [each for each in stretch_at(page, source.start, source.end) or () if not each.is_space]
    while tokens and (tokens[0].is_punct or tokens[0].pos_ == "CCONJ") and tokens[0].text not in QUOTATION_MARKS:
        tokens = tokens[1:]
    while tokens and (tokens[-1].pos_ == "CCONJ" or tokens[-1].text in ",;:"):
        tokens = tokens[:-1]
    if len(tokens) > 1 and one_of(tokens[0], "relative"):
        tokens = tokens[1:]
    if not tokens:
        return source
    start, end = extent(tokens)
    text = page.document.text
    start = _past_place(start, end, page)
    carried = pattern(page.document.language, "carried_clause").search(text, start + 1, end)
    return span_of(text, start, carried.start()) if carried else span_of(text, *_closed(start, end, text))


def _without_place(source: Span, page: Page) -> Span:
    return span_of(page.document.text, _past_place(source.start, source.end, page), source.end)


def _past_place(start: int, end: int, page: Page) -> int:
    """Return where a source from *start* to *end* begins without a dateline or a place before it: "Addis Abeba - The army", "Lower Shabelle, the agency"."""
    text, language = page.document.text, page.document.language
    line = text.rfind("\n", 0, start) + 1
    dateline = pattern(language, "source_dateline").match(text, line, end)
    if dateline is not None and dateline.end() > start:
        return dateline.end()
    for place in between(page.places, start, start + 1, first_offset):
        apart = pattern(language, "place_apart").match(text, place.spans[0].end, end)
        if apart is not None:
            return apart.end()
    return start


def _completed(tokens: list[Token], attribution: Attribution, page: Page) -> Span:
    """Return the words *tokens* with the rest of their noun phrase where they break off inside it; for "who", whom it stands for."""
    text = page.document.text
    cue = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    first, last = tokens[0], tokens[-1]
    if len(tokens) == 1 and one_of(first, "relative") and first.head.dep_ == "relcl":
        return _span(noun_phrase(first.head.head), text)
    start, end = extent(tokens)
    if last.pos_ in ("ADP", "DET", "PART") or (last.dep_ in ("compound", "amod", "poss") and last.head.i > last.i):
        head = last.head
        if last.pos_ == "ADP":
            head = next((child for child in last.children if child.dep_ == "pobj" and child.i > last.i), last)
        elif head.i > last.i + 2:
            return span_of(text, start, end)
        until = (
            max([head.i, *(each.i for each in head.subtree if each.dep_ != "punct")]) if last.pos_ == "ADP" else head.i
        )
        if cue is None or not last.i < cue.start <= until:
            end = page.doc[until].idx + len(page.doc[until])
    return span_of(text, start, end)


def _span(tokens: list[Token], text: str) -> Span:
    return span_of(text, *_closed(*extent([each for each in tokens if not each.is_punct] or tokens), text))


def _closed(start: int, end: int, text: str) -> tuple[int, int]:
    """Return the stretch from *start* to *end* with the bracket that closes right after it."""
    opened = text.count("(", start, end) > text.count(")", start, end)
    return start, end + (opened and text.startswith(")", end))


def _quoted(attribution: Attribution, page: Page) -> Span | None:
    """Return who "was quoted as saying" what *attribution* says, null where nobody is quoted in the passive."""
    cue = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    for token in cue or ():
        verb = next((each for each in (token, token.head, token.head.head) if _is_quote(each)), None)
        subjects = [each for each in verb.children if each.dep_ == "nsubjpass"] if verb is not None else []
        if subjects and not any(one_of(each, "relative") for each in subjects[0].subtree):
            return _span(noun_phrase(subjects[0], verb), page.document.text)
    return None


def _is_quote(token: Token) -> bool:
    row = cue_of(token)
    return row is not None and row["frame"] == "quote"


def _hidden(kept: Sequence[Attribution], parse: _Parse, page: Page) -> Iterator[Attribution]:
    """Yield those attributions of the parse whose speaker is no outlet where *kept* has only outlets for their words."""
    language = page.document.language
    if not any(parse.is_outlet(each.source[0]) for each in kept):
        return
    contents = Stretches.of(each.content for each in kept)
    no_source = words(language, "relative") | words(language, "expletive")
    for each in parse.attributions:
        cue, source, content = each.cue[0], each.source[0], each.content[-1]
        beside = between(kept, cue.start - NEAR, content.end + NEAR, cue_start)
        if any(meets(cue, other) for one in beside for other in one.cue):
            continue
        if source.text.lower() in no_source or parse.is_outlet(source):
            continue
        middle = (content.start + content.end) // 2
        around = [kept[number] for number in contents.holding((middle, middle + 1))]
        if around and all(parse.is_outlet(one.source[0]) for one in around):
            yield _before_outlets(each, beside, parse, page)


def _before_outlets(attribution: Attribution, beside: Sequence[Attribution], parse: _Parse, page: Page) -> Attribution:
    """Return *attribution* without the words in its content that say which outlet reported it: "announced it, Reuters reported"."""
    after = attribution.cue[0].end
    begins = [
        each.source[0].start
        for each in beside
        if parse.is_outlet(each.source[0]) and after < each.source[0].start and after < each.cue[0].start
    ]
    begins += [each.cue[0].start for each in beside if parse.is_outlet(each.source[0]) and after < each.cue[0].start]
    if not begins or attribution.content[-1].end <= min(begins):
        return attribution
    text = page.document.text
    kept = [
        span_of(text, each.start, min(each.end, min(begins)))
        for each in attribution.content
        if each.start < min(begins)
    ]
    rest = kept or [span_of(text, after, min(begins))]
    content = tuple(part for each in rest for part in [_stripped(each, text)] if part.text)
    return (
        _made(attribution.source[0], msgspec.structs.replace(attribution, content=content)) if content else attribution
    )


def _stripped(span: Span, text: str) -> Span:
    bare = span.text.strip(" \n\t,;:–—-.")
    at = span.start + span.text.index(bare) if bare else span.start
    return span_of(text, at, at + len(bare))


def _is_told_act(attribution: Attribution, kept: Sequence[Attribution], page: Page) -> bool:
    """Return whether the cue of *attribution* is an act of which another of *kept* tells: "a judge ordered the arrest of ten, an aide said"."""
    cue = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    if cue is None or not any(form_of(token, "decreeing") for token in cue):
        return False
    return any(
        other is not attribution
        and not meets(other.source[0], attribution.source[0])
        and any(
            inside((attribution.cue[0].start, attribution.cue[0].end), (span.start, span.end)) for span in other.content
        )
        for other in between(kept, attribution.cue[0].start - FAR, attribution.cue[0].end + FAR, cue_start)
    )


def _counting(kept: Sequence[Attribution], page: Page) -> Iterator[Attribution]:
    """Yield who gives a number by a verb that the reader takes for no cue: "the group put arrests at 700", "monitors counted 900"."""
    cues = Stretches.of(each.cue for each in kept)
    for token in tokens_like(page.doc, POS={"VERB"}.__contains__):
        if not (form_of(token, "counting") or form_of(token, "putting")):
            continue
        subject = next((child for child in token.children if child.dep_ == "nsubj"), None)
        end = max(each.idx + len(each) for each in token.subtree)
        start = token.idx + len(token)
        given = between(page.quantities, start, end, number_start)
        if subject is None or not given or cues.holding((token.idx, start)):
            continue
        lead = stretch_at(page, given[0].start, given[0].end)
        if form_of(token, "putting") and not (lead and one_of(page.doc[lead.start - 1], "reached")):
            continue
        source = _span(noun_phrase(subject, token), page.document.text)
        content = _stripped(span_of(page.document.text, start, end), page.document.text)
        cue = span_of(page.document.text, token.idx, start)
        yield _indirect(source, cue, content)


def _by_count(kept: Sequence[Attribution], page: Page) -> Iterator[Attribution]:
    """Yield by whose count it is so many in a sentence in which nobody is quoted: "sixty were hanged this year, by the league's count"."""
    text, ordered = page.document.text, sorted(kept, key=cue_start)
    for match in pattern(page.document.language, "own_count").finditer(text):
        sentence = sentence_at(page, match.start())
        if between(ordered, sentence.start_char, sentence.end_char, cue_start):
            continue
        before, after = (sentence.start_char, match.start()), (match.end(), sentence.end_char)
        content = [_stripped(span_of(text, *each), text) for each in (before, after)]
        told = max(content, key=lambda each: each.end - each.start)
        if told.text:
            yield _indirect(
                span_of(text, *match.span("source")), _stripped(span_of(text, *match.span("cue")), text), told
            )


def _referring(attribution: Attribution, parse: _Parse, page: Page) -> Iterator[Attribution]:
    """Yield who told it, where *attribution* quotes an outlet, of whom it only says where it has it from: "Kazinform reports with reference to the police"."""
    text, end = page.document.text, sentence_at(page, attribution.cue[0].start).end_char
    found = pattern(page.document.language, "referring").match(text, attribution.cue[-1].end, end)
    if found is None or not parse.is_outlet(attribution.source[0]):
        return
    noun = _object_at(found.end(), page)
    if noun is None or noun.left_edge.idx < found.start():
        return
    source = span_of(text, *trimmed(text, noun.left_edge.idx, noun.right_edge.idx + len(noun.right_edge)))
    cue = span_of(text, *trimmed(text, found.start(), found.end()))
    yield _made(source, msgspec.structs.replace(attribution, cue=(cue,), inside=attribution.id))


def _on_behalf(attribution: Attribution, page: Page) -> Iterator[Attribution]:
    """Yield *attribution*, and before it the one of whom its source only speaks for: "said on the minister's behalf"."""
    text, language = page.document.text, page.document.language
    sentence = sentence_at(page, attribution.cue[0].start)
    cue = attribution.cue[0]
    start, end = max(sentence.start_char, cue.start - NEAR), min(sentence.end_char, cue.end + NEAR)
    for match in pattern(language, "on_behalf").finditer(text, start, end):
        group = next(name for name, value in match.groupdict().items() if value)
        principal = span_of(text, *match.span(group))
        inside = any(span.start <= principal.start and principal.end <= span.end for span in attribution.content)
        meets = any(span.start < principal.end and principal.start < span.end for span in attribution.source)
        if not inside and not meets:
            yield _made(principal, attribution)
            break
    yield attribution


def _made(source: Span, attribution: Attribution) -> Attribution:
    parts = ((source,), attribution.cue, attribution.content)
    return msgspec.structs.replace(attribution, id=attribution_id(*parts), source=(source,))


def _indirect(source: Span, cue: Span, content: Span) -> Attribution:
    """Return the attribution of *content* to *source* that no reader has made."""
    return _made(source, Attribution("", (source,), (cue,), (content,), "indirect", None))


def _object_at(at: int, page: Page) -> Token | None:
    """Return the noun of the phrase that begins at *at*, behind a preposition; null if none does."""
    first = stretch_at(page, at, at + 1)
    found = (first.root, *first.root.ancestors) if first is not None else ()
    return next((each for each in found if each.dep_ == "pobj"), None)


def _with_source(attribution: Attribution, source: Span, page: Page) -> Attribution:
    """Return *attribution* with *source*, which is taken out of its content."""
    if source == attribution.source[0]:
        return attribution
    text = page.document.text
    content = (
        tuple(part for span in attribution.content for part in _without(span, source, text)) or attribution.content
    )
    return _made(source, msgspec.structs.replace(attribution, content=content))


def _without(span: Span, taken: Span, text: str) -> Iterator[Span]:
    if span.end <= taken.start or taken.end <= span.start:
        yield span
        return
    for start, end in ((span.start, taken.start), (taken.end, span.end)):
        if any(char.isalnum() for char in text[start:end]):
            yield _stripped(span_of(text, start, end), text)


def _nested(found: Sequence[Attribution], page: Page) -> tuple[Attribution, ...]:
    """Return *found*, each in the one with the smallest content that holds its cue; one that speaks for another is nested around it."""
    unique = list({each.id: each for each in found}.values())
    contents = Stretches.of(each.content for each in unique)
    twins = {(each.cue, each.content): each for each in unique}
    made = []
    for number, one in enumerate(unique):
        size = _size(one)
        holding = contents.holding((one.cue[0].start, one.cue[0].end))
        around = [
            other
            for each, other in ((each, unique[each]) for each in holding)
            if each != number and _size(other) > size and not _is_joined(one, other, page)
        ]
        twin = twins[one.cue, one.content]
        outer = twin if twin is not one else min(around, key=_size, default=None)
        made.append(msgspec.structs.replace(one, inside=outer.id if outer else None))
    return tuple(sorted(made, key=cue_start))


def _is_joined(one: Attribution, other: Attribution, page: Page) -> bool:
    """Return whether the cue of *one* is joined to that of *other*: "A said …, while B said …" nests nobody."""
    verbs = stretch_at(page, one.cue[0].start, one.cue[0].end), stretch_at(page, other.cue[0].start, other.cue[0].end)
    if verbs[0] is None or verbs[1] is None:
        return False
    verb = verbs[0].root
    if any(one_of(child, "contrast") for child in verb.children):
        return True
    return verb.dep_ in ("conj", "advcl") and verbs[1].start <= verb.head.i < verbs[1].end


def _size(attribution: Attribution) -> int:
    return sum(span.end - span.start for span in attribution.content)
