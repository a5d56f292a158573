"""What one party's denial denies of what others have claimed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from allegata.ground.lexicon import pattern, words
from allegata.ground.unit import unit_of
from allegata.model.mention import Span, span_of

from .action import KILLED, on_persons, senses
from .distance import is_denied, is_undenied, owner_of
from .draft import Draft, happening_start
from .page import between, first_offset, form_of, meets, one_of, sentence_at, stretch_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

    from allegata.model.claim import Attribution

    from .draft import Reading
    from .page import Page

FAR = 1500
"""Code points before a denial in which what it denies is looked for."""
NEAR = 600
"""Code points before "no one was killed", which names nothing that it denies."""
KIN = (
    {"kill", "execute"},
    {"arrest", "hold"},
    {"arrest", "disappear"},
    {"hold", "disappear"},
)
"""Actions of which one may be the other in other words."""
OWN_WORDS = 300
"""Code points after a denial in which who denies says what was instead."""


@dataclass(frozen=True)
class Denial:
    """Words that deny what others said. voice: number of who denies, null where nobody is named.

    own: what the same voice says beside it, which it does not deny; actions: what is denied, or said to have happened instead;
    told: it is of words of denying, and not only said that something did not happen; named: it names what it denies ("this",
    "the report"); owner: whose words are denied; several: they may be more than one claim; figure: only a number is denied.
    """

    span: Span
    voice: int | None
    own: tuple[Draft, ...]
    actions: frozenset[str] = frozenset()
    told: bool = True
    named: bool = False
    owner: str = ""
    several: bool = False
    figure: bool = False


def answer(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with those that another party denies marked, and a statement that does no more than deny them made a denial of their action."""
    told = sorted(drafts, key=happening_start)
    denials: dict[int, Span] = {}
    answers: dict[int, Draft] = {}
    answered: set[tuple[int, int | None]] = set()
    for denial in _denials(told, reading):
        denied = _denied(denial, told, reading)
        for each in denied:
            denials.setdefault(id(each), denial.span)
        where = sentence_at(reading.page, denial.span.start).start_char, denial.voice
        if not denied or not denial.told or denial.figure or where in answered:
            continue
        stated, above_all = _statement(denial, told, reading), _above_all(denial, denied, told, reading)
        if stated is not None and above_all is not None:
            answered.add(where)
            answers[id(stated)] = above_all
    made = []
    for draft in drafts:
        if id(draft) in answers:
            happening = replace(draft.happening, action=answers[id(draft)].happening.action)
            made.append(replace(draft, happening=happening, status="denied"))
        else:
            made.append(replace(draft, denied_by=denials.get(id(draft))))
    return tuple(made)


def is_answer(draft: Draft) -> bool:
    """Return whether *draft* is a statement that denies another's claim without words of its own for what happened."""
    return draft.status == "denied" and not draft.happening.patients


def tells_happening(draft: Draft) -> bool:
    """Return whether *draft* tells of a happening in words of its own."""
    return draft.happening.action != "other" and not is_answer(draft)


def _above_all(denial: Denial, denied: list[Draft], told: list[Draft], reading: Reading) -> Draft | None:
    """Return the happening that *denial* is above all about: of those *denied*, or, where only "it" is, of all that their teller claims before."""
    if not denial.actions:
        start, teller = denial.span.start, _number(denied[-1], reading)
        before = between(told, start - FAR, start, happening_start)
        alike = (each for each in before if denial.several or _number(each, reading) == teller)
        denied = [*denied, *(each for each in alike if _is_foreign(each, denial, reading))]
    return max((each for each in denied if each.happening.action != "other"), key=_weight, default=None)


def _weight(draft: Draft) -> tuple[bool, bool, int]:
    """Return the order in which claims are what a denial is above all about: of persons, of a whole number, and the last one."""
    quantity = draft.happening.quantity
    whole = quantity is not None and quantity.leans != "part_of"
    return on_persons(draft.happening.action), whole, draft.happening.start


def _number(draft: Draft, reading: Reading) -> int | None:
    voice = reading.voice_of(draft)
    return voice.number if voice is not None else None


def _denials(told: list[Draft], reading: Reading) -> list[Denial]:
    """Return the denials of the page, in reading order: words of denial, and what somebody says did not happen."""
    page = reading.page
    text, language = page.document.text, page.document.language
    found = []
    for group in ("denial", "denied_content"):
        for match in pattern(language, group).finditer(text):
            if not is_undenied(match.start(), page) and _is_of_words(*match.span(), reading):
                found.append(_spoken(*match.span(), group == "denial", told, reading))
    taken = {id(draft) for each in found for draft in each.own}
    for draft in told:
        if draft.attribution is not None and id(draft) not in taken:
            if draft.status == "denied":
                found.append(_of_nobody(draft, reading))
            elif _is_of_content(draft.attribution, page):
                found.append(_of_content(draft, draft.attribution, reading))
    return sorted(found, key=lambda each: each.span)


def _spoken(start: int, end: int, names: bool, told: list[Draft], reading: Reading) -> Denial:
    """Return the denial in the words from *start* to *end*, which may name what it denies."""
    page = reading.page
    text, language = page.document.text, page.document.language
    after = between(told, start, end + OWN_WORDS, happening_start)
    voice = _denier(start, end, reading)
    speaking = voice if voice is not None or not after else _number(after[0], reading)
    own = tuple(takewhile(lambda each: _number(each, reading) == speaking or _is_of_that(each, reading), after))
    nouns = [token for token in stretch_at(page, start, end) or () if one_of(token, "report_noun")]
    named = names and not pattern(language, "content_of").match(text, end)
    figure = bool(pattern(language, "figure_denied").search(text, start, end))
    rest = _stretch(page, end, sentence_at(page, start).end_char) if not named else None
    return Denial(
        span_of(text, start, end),
        voice,
        own,
        _actions(own) | _actions_of(rest),
        named=named,
        owner=next((owner.lower_ for noun in nouns if (owner := owner_of(noun)) is not None), ""),
        several=bool(nouns) and not figure,
        figure=figure,
    )


def _stretch(page: Page, start: int, end: int) -> Stretch | None:
    """Return the tokens from *start* to *end*, null if that lies before it: words of denial may reach beyond their sentence."""
    return stretch_at(page, start, end) if start < end else None


def _is_of_that(draft: Draft, reading: Reading) -> bool:
    """Return whether who says *draft* is named as somebody of who spoke before: "its spokesman"."""
    first = draft.attribution.source[0].text.lower().split()[:1] if draft.attribution else []
    return not words(reading.page.document.language, "possessive").isdisjoint(first)


def _of_nobody(draft: Draft, reading: Reading) -> Denial:
    """Return the denial that *draft* is, which says that something did not happen."""
    assert draft.attribution is not None
    return Denial(draft.attribution.cue[0], _number(draft, reading), (draft,), _actions((draft,)), told=False)


def _of_content(draft: Draft, attribution: Attribution, reading: Reading) -> Denial:
    """Return the denial that the cue of *attribution* is of its content, in which no happening is told: "denied the killings"."""
    content = _stretch(reading.page, attribution.content[0].start, attribution.content[-1].end)
    return Denial(attribution.cue[0], _number(draft, reading), (draft,), _actions_of(content))


def _is_of_content(attribution: Attribution, page: Page) -> bool:
    """Return whether the cue of *attribution* denies its content, which others have said: not in "which denies hitting farmers", "rejected the sentences"."""
    cue = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    if cue is None or cue.root.dep_ == "relcl" or not form_of(cue.root, "denying"):
        return False
    return bool(is_denied(attribution, page)) and not is_undenied(attribution.cue[0].start, page)


def _actions(drafts: Iterable[Draft]) -> frozenset[str]:
    return frozenset(each.happening.action for each in drafts) - {"other"}


def _actions_of(stretch: Stretch | None) -> frozenset[str]:
    """Return the actions that *stretch* is above all of, by its root: "the killings", "shelling the town"."""
    if stretch is None:
        return frozenset()
    root = stretch.root
    rows = senses(root.lang_).get((root.lemma_.lower(), root.pos_.lower()), ())
    lost = {KILLED} if any(_costs_lives(each) for each in (root, *root.children)) else set()
    return frozenset(row["action"] for row in rows) - {"other"} | lost


def _costs_lives(token: Token) -> bool:
    """Return whether *token* stands for lives lost or taken: "casualties", "any losses", "having lost any men", "targeting civilians"."""
    if not form_of(token, "losing"):
        return False
    about = [child for child in token.children if child.dep_ in ("dobj", "pobj", "prep")]
    persons = [
        each for each in about if unit_of(each.lemma_.lower(), each.lang_) == "person" or one_of(each, "anyone_noun")
    ]
    return bool(persons) if token.pos_ == "VERB" or about else token.pos_ == "NOUN" and token.tag_ == "NNS"


def _denier(start: int, end: int, reading: Reading) -> int | None:
    """Return the number of the voice that denies in the words from *start* to *end*, null if nobody is named."""
    near = reading.cued(sentence_at(reading.page, start).start_char, end)
    cued = next((each for each in near if each.cue[-1].end > start), None)
    around = reading.in_content((start, end))[-1:] if cued is None else [cued]
    return reading.voices[around[0].id].number if around else None


def _is_of_words(start: int, end: int, reading: Reading) -> bool:
    """Return whether what is denied from *start* to *end* is something said: not in "calls for an inquiry were rejected by"."""
    found = stretch_at(reading.page, start, end)
    around = (
        [*found, *(child for each in found for child in each.children if child.dep_ == "nsubjpass")] if found else []
    )
    return any(one_of(each, "report_noun") or _stands_alone(each) for each in around)


def _stands_alone(token: Token) -> bool:
    """Return whether *token* is a pronoun: "called that a lie", not "called that man a liar"."""
    following = token.doc[token.i + 1 : token.i + 2]
    return token.pos_ in ("PRON", "DET", "SCONJ") and not (token.dep_ in ("det", "poss") and token.head in following)


def _statement(denial: Denial, told: list[Draft], reading: Reading) -> Draft | None:
    """Return the statement without a happening that *denial* is the cue or the content of, null if there is none."""
    start, end = denial.span.start, denial.span.end
    sentence = sentence_at(reading.page, start)
    for draft in between(told, sentence.start_char, sentence.end_char, happening_start):
        if draft.happening.action == "other" and not draft.happening.patients and draft.attribution is not None:
            parts = (*draft.attribution.cue, *draft.attribution.content)
            if min(parts).start < end and start < max(span.end for span in parts):
                return draft
    return None


def _denied(denial: Denial, told: list[Draft], reading: Reading) -> list[Draft]:
    """Return the claims that *denial* is about: others' in its own sentence, else those before that tell of what it is about."""
    page = reading.page
    sentence = sentence_at(page, denial.span.start)
    here = between(told, sentence.start_char, sentence.end_char, happening_start) if denial.told else []
    foreign = [each for each in here if _is_foreign(each, denial, reading) or _is_cued(each, denial)]
    if foreign:
        return foreign
    reach = FAR if denial.told else NEAR
    before = [
        each
        for each in between(told, sentence.start_char - reach, sentence.start_char, happening_start)
        if _is_foreign(each, denial, reading)
    ]
    if denial.figure:
        before = [each for each in before if each.count is not None]
    if not before:
        return []
    tellers = ((each, reading.voice_of(each)) for each in before if denial.owner)
    owned = [each for each, voice in tellers if voice is not None and denial.owner in voice.words.split()]
    run = owned or _last_of_one(before, reading)
    alike = [each for each in run if _alike(each, denial)]
    last = sentence_at(page, run[-1].happening.start).start_char
    if not denial.told:
        return [each for each in alike if each.happening.start >= last and _is_answered(each, denial.own[0], page)]
    alike = alike or _last_of_one([each for each in before if _alike(each, denial)], reading)
    if alike:
        return alike
    if not denial.named:
        return []
    if denial.several:
        last = page.document.text.rfind("\n", 0, last) + 1
    late = [each for each in run if each.happening.start >= last]
    return [each for each in late if on_persons(each.happening.action)] or late


def _last_of_one(drafts: list[Draft], reading: Reading) -> list[Draft]:
    """Return the last of *drafts* that one voice has."""
    party = _number(drafts[-1], reading) if drafts else None
    return list(takewhile(lambda each: _number(each, reading) == party, reversed(drafts)))[::-1]


def _is_foreign(draft: Draft, denial: Denial, reading: Reading) -> bool:
    """Return whether somebody else says *draft* than who denies, or the document itself does."""
    voice = _number(draft, reading)
    other = voice is None or voice != denial.voice
    return other and draft.status == "asserted" and not any(draft is each for each in denial.own)


def _is_cued(draft: Draft, denial: Denial) -> bool:
    """Return whether *draft*, told before, was read as what who denies says: "Ten men held, mayor denies reports"."""
    cue = draft.attribution.cue[0] if draft.attribution else None
    return (
        draft.status == "asserted"
        and cue is not None
        and meets(cue, denial.span)
        and draft.happening.end <= denial.span.start
    )


def _alike(draft: Draft, denial: Denial) -> bool:
    """Return whether *draft* tells of what *denial* is about: killed and executed, arrested and held, arrested and taken away."""
    return any(draft.happening.action == each or {draft.happening.action, each} in KIN for each in denial.actions)


def _is_answered(draft: Draft, nothing: Draft, page: Page) -> bool:
    """Return whether *nothing*, which says that something did not happen, may answer *draft*: it is told of the same, or of whomever, and of no other place or occasion."""
    denied, told = (sentence_at(page, each.happening.start) for each in (nothing, draft))
    if any(one_of(token, "other_occasion") for token in denied) or _places(denied, page) - _places(told, page):
        return False
    if any(one_of(token, "first_person") for token in denied):
        return True  # "We have not arrested a single pupil"
    patients = {page.doc[each].lemma_.lower() for each in nothing.happening.patients}
    others = {page.doc[each].lemma_.lower() for each in draft.happening.patients}
    anyone = words(page.document.language, "anyone_noun")
    return not patients or not patients.isdisjoint(others | anyone)


def _places(sentence: Stretch, page: Page) -> set[str]:
    """Return the places that *sentence* names, by id."""
    found = between(page.places, sentence.start_char, sentence.end_char, first_offset)
    return {place.id for mention in found for place in mention.readings if place.id}
