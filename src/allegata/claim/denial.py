"""What is said not to have happened: none of the 17, denials, and one party's answer to another's claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allegata.ground.lexicon import pattern
from allegata.ground.unit import unit_of
from allegata.model.claim import Attribution
from allegata.model.identity import attribution_id
from allegata.model.mention import span_of

from .asserted import is_negated
from .distance import denied_before, is_denied, is_denied_by, owner_of, unverified_at
from .draft import Draft
from .page import cue_start, one_of, sentence_at, stretch_at, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

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
    for noun in stretch_at(page, content.start, content.end) or ():
        owner = owner_of(noun) if one_of(noun, "report_noun") else None
        if owner is None:
            continue
        end = noun.idx + len(noun)
        rest = trimmed(text, end, content.end)
        if rest[0] >= rest[1] or not pattern(page.document.language, "content_of").match(text, end):
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


def _is_no_person(noun: Token) -> bool:
    """Return whether *noun* is of a person that there is none of: "no civilian was hit", "not a single soldier fell"."""
    before = [child for child in noun.children if child.dep_ in ("amod", "det", "nummod")]
    none = any(one_of(child, "no") or is_negated(child) for child in before)
    return none and unit_of(noun.lemma_.lower(), noun.lang_) == "person"


def is_of_none(clause: Token) -> bool:
    """Return whether *clause* says of none that they did it: "none of the 17 succeeded", "not one of them had paid"."""
    # Of a long subject the parser may take the verb for its own.
    subjects = (clause, *(child for child in clause.children if child.dep_ in ("nsubj", "nsubjpass")))
    return any(
        one_of(each, "none") or one_of(each, "nobody") or (each.like_num and is_negated(each)) or _is_no_person(each)
        for each in subjects
    )
