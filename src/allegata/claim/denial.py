"""What is said not to have happened: none of the 17, denials, and one party's answer to another's claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allegata.ground.lexicon import pattern
from allegata.model.claim import Attribution
from allegata.model.identity import attribution_id
from allegata.model.mention import span_of

from .asserted import is_negated
from .distance import denied_before, is_denied, is_denied_by, is_undenied, unverified_at
from .draft import Draft
from .page import between, cue_start, one_of, sentence_at, stretch_at, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from allegata.model.mention import Span

    from .draft import Reading
    from .happening import Happening
    from .page import Page

FAR = 1500
"""Code points before a denial in which what it denies is looked for."""


def handed_on(attributions: tuple[Attribution, ...], page: Page) -> tuple[Attribution, ...]:
    """Return *attributions* with those inside their contents that a noun makes: in "denied Iran's claim that ten were held", Iran's.

    Such a one is nested in the attribution that hands it on, but not in one that denies it.
    """
    known = {(each.source, each.cue) for each in attributions}
    made = list(attributions)
    for outer in attributions:
        for inner in _owned_claims(outer, page):
            if (inner.source, inner.cue) not in known:
                made.append(inner)
    return tuple(sorted(made, key=cue_start))


def _owned_claims(outer: Attribution, page: Page) -> Iterator[Attribution]:
    text, content = page.document.text, outer.content[0]
    found = stretch_at(page, content.start, content.end)
    for noun in found or ():
        owner = next((child for child in noun.children if child.dep_ == "poss"), None)
        rest = trimmed(text, noun.idx + len(noun), content.end)
        follows = pattern(page.document.language, "content_of").match(text, noun.idx + len(noun))
        if owner is None or not one_of(noun, "report_noun") or not follows or rest[0] >= rest[1]:
            continue
        source = span_of(text, page.doc[owner.left_edge.i].idx, owner.idx + len(owner))
        cue, said = span_of(text, noun.idx, noun.idx + len(noun)), span_of(text, *rest)
        parts = (source,), (cue,), (said,)
        nested = None if is_denied(outer, page) is not None else outer.id
        yield Attribution(attribution_id(*parts), *parts, "indirect", nested)
        return


def deny(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with a negated happening, or one whose cue denies it, as denied; the count is of what is denied."""
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
    by_cue = is_denied_by(draft.happening, draft.attribution, page)
    if by_cue and value is not None and value.high == 0:
        return replace(draft, status="denied", count=None)  # "denied that anybody was held" says no number
    if draft.happening.negated or none or untrue or by_cue or denied_before(draft.happening, page):
        return replace(draft, status="denied")
    return draft


def _of_none(happening: Happening, page: Page) -> bool:
    """Return whether the words deny what was done: "not a single protester was killed", "no mass release"."""
    head = page.doc[happening.patients[0]] if happening.patients else page.doc[happening.at]
    return any(
        pattern(page.document.language, "none_lead").search(page.document.text, max(0, each.idx - 40), each.idx)
        for each in (head, page.doc[happening.at])
    )


def is_of_none(clause: Token) -> bool:
    """Return whether *clause* says of none that they did it: "none of the 17 succeeded", "not one of them had paid"."""
    # Of a long subject the parser may take the verb for its own.
    subjects = (clause, *(child for child in clause.children if child.dep_ in ("nsubj", "nsubjpass")))
    return any(
        one_of(each, "none") or one_of(each, "nobody") or (each.like_num and is_negated(each)) for each in subjects
    )


def answer(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with a statement that denies another party's claim made a denial of its action: "The rebels denied it".

    What that party has claimed before it is denied by the statement's cue.
    """
    told = sorted((each for each in drafts if each.happening.action != "other"), key=_start)
    answers: dict[int, str] = {}
    denials: dict[int, Span] = {}
    seen: set[tuple[int, str]] = set()
    for draft in drafts:
        denied = _answered(draft, told, reading)
        where = (sentence_at(reading.page, draft.happening.start).start_char, _speaker(draft, reading))
        if not denied or draft.attribution is None or where in seen:
            continue
        seen.add(where)
        answers[id(draft)] = denied[-1].happening.action
        denials.update((id(each), draft.attribution.cue[0]) for each in denied)
    return tuple(
        replace(draft, happening=replace(draft.happening, action=answers[id(draft)]), status="denied")
        if id(draft) in answers
        else replace(draft, denied_by=denials.get(id(draft)))
        for draft in drafts
    )


def _start(draft: Draft) -> int:
    return draft.happening.start


def _answered(draft: Draft, told: list[Draft], reading: Reading) -> list[Draft]:
    """Return the claims of one party that the statement *draft* denies: above all the last one that states a number, which comes last.

    Who rejects a figure does not deny what happened.
    """
    attribution, page = draft.attribution, reading.page
    if draft.happening.action != "other" or attribution is None:
        return []
    parts = (*attribution.cue, *attribution.content)
    start, end = min(parts).start, max(span.end for span in parts)
    if is_denied(attribution, page) is False and any(
        each is not attribution and start <= each.source[0].start < end for each in reading.attributions
    ):
        return list(between(told, start, end, _start))
    sentence = sentence_at(page, start)
    denials = pattern(page.document.language, "denial").finditer(
        page.document.text, sentence.start_char, sentence.end_char
    )
    said = [
        match.group()
        for match in denials
        if match.start() < end
        and start < match.end()
        and _is_of_words(match.start(), match.end(), page)
        and not is_undenied(match.start(), page)
        and not pattern(page.document.language, "content_of").match(page.document.text, match.end())
    ]
    if not said or all(pattern(page.document.language, "figure_denied").search(each) for each in said):
        return []
    before = [
        each
        for each in between(told, start - FAR + 1, start, _start)
        if each.status != "denied" and _speaker(each, reading) != _speaker(draft, reading)
    ]
    before.sort(key=lambda each: (_states_a_whole(each), each.happening.start))
    return [each for each in before if _speaker(each, reading) == _speaker(before[-1], reading)]


def _is_of_words(start: int, end: int, page: Page) -> bool:
    """Return whether what is denied from *start* to *end* is something said: not in "calls for an inquiry were rejected by"."""
    found = stretch_at(page, start, end)
    around = (
        [*found, *(child for each in found for child in each.children if child.dep_ == "nsubjpass")] if found else []
    )
    return any(one_of(each, "report_noun") or _stands_alone(each) for each in around)


def _stands_alone(token: Token) -> bool:
    """Return whether *token* is a pronoun: "called that a lie", not "called that man a liar"."""
    following = token.doc[token.i + 1 : token.i + 2]
    return token.pos_ in ("PRON", "DET", "SCONJ") and not (token.dep_ in ("det", "poss") and token.head in following)


def _states_a_whole(draft: Draft) -> bool:
    return draft.happening.quantity is not None and draft.happening.quantity.leans != "part_of"


def is_answer(draft: Draft) -> bool:
    """Return whether *draft* is a statement that denies another's claim without words of its own for what happened."""
    return draft.status == "denied" and not draft.happening.patients


def _speaker(draft: Draft, reading: Reading) -> str:
    if draft.attribution is None:
        return ""
    speaker = reading.voices[draft.attribution.id].speaker
    return speaker.name or speaker.body or draft.attribution.source[0].text.lower()
