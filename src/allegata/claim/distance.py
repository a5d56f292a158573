"""What the document says a claim rests on, and how far it keeps from it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.lexicon import alternation, pattern, table
from allegata.ground.unit import unit_of
from allegata.model.claim import Attribution, Evidence, EvidenceClass, Stance
from allegata.model.mention import Span, span_of

from .action import NAMED, on_persons
from .attribution import cue_of, noun_phrase
from .happening import Happening
from .page import LONGEST_QUOTATION, Page, between, extent, form_of, one_of, sentence_at, span_start, stretch_at
from .patient import classes
from .speaker import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

FAR = 500
"""Code points within which a remark takes up what was said before."""
DEPTH = 8
"""Arcs that are climbed from a word to what it describes."""
WORDS_OF_SCARE = 4
"""The most words between quotation marks that keep a distance; more of them quote."""
PATTERNS: tuple[tuple[str, EvidenceClass], ...] = (
    ("evidence_shown", "shown"),
    ("evidence_cited", "cited"),
    ("evidence_refused", "refused"),
    ("evidence_absence", "absence_noted"),
)
LACKED = ("refused", "absence_noted")
"""Classes of remarks that evidence is lacking."""
RANK: tuple[EvidenceClass, ...] = ("absence_noted", "refused", "shown", "cited")


@cache
def _phrases(name: str, column: str, language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return one pattern a value of *column*, over all phrases of that value."""
    found: dict[str, list[str]] = {}
    for row in table(f"{language}/{name}"):
        found.setdefault(row[column], []).append(row["phrase"])
    return tuple((kind, re.compile(rf"\b(?:{alternation(each)})\b", re.IGNORECASE)) for kind, each in found.items())


@dataclass(frozen=True)
class Remark:
    """Words of a document about evidence. start: of its sentence.

    general: it says of officials in general what they do again and again. at: the token it hangs on.
    """

    kind: EvidenceClass
    span: Span
    start: int
    general: bool
    at: int


def remarks_of(page: Page) -> tuple[Remark, ...]:
    """Return the remarks of *page* about evidence, in reading order."""
    text, language = page.document.text, page.document.language
    found = []
    for name, kind in PATTERNS:
        found += [(kind, match.span()) for match in pattern(language, name).finditer(text) if "\n" not in match[0]]
    for name_, phrase in _phrases("evidence", "class", language):
        kind_: EvidenceClass = name_  # type: ignore[assignment]
        found += [(kind_, match.span()) for match in phrase.finditer(text)]
    denied = sorted(span for kind, span in found if kind in LACKED)
    told = ((kind, span) for kind, span in found if not (_asked(kind, span, denied) or _is_of_nobody(span, page)))
    general: dict[int, bool] = {}
    made = []
    for kind, span in told:
        sentence = sentence_at(page, span[0])
        if sentence.start not in general:
            general[sentence.start] = _is_of_officials(sentence, page)
        made.append(_remark(kind, span, page, general[sentence.start]))
    return tuple(sorted(made, key=lambda remark: (remark.start, remark.span)))


def _is_of_nobody(span: tuple[int, int], page: Page) -> bool:
    """Return whether the words from *span* would name somebody among others, and name no person: "among them two officers, appeared in the Lira Magistrate's Court"."""
    text, language = page.document.text, page.document.language
    opening = stretch_at(page, span[0], span[0] + 1)
    if opening is None or not one_of(opening.root, "among"):
        return False
    named = between(page.people, span[0], span[1], span_start)
    return not named and not pattern(language, "titled").search(text, *span)


def _asked(kind: EvidenceClass, span: tuple[int, int], denied: list[tuple[int, int]]) -> bool:
    """Return whether what would be shown or cited at *span* is what other words say was not; *denied* are these, in order."""
    near = between(denied, span[0] - FAR, span[1], lambda each: each[0])
    return kind not in LACKED and any(span[0] < end for _, end in near)


def _remark(kind: EvidenceClass, span: tuple[int, int], page: Page, of_officials: bool) -> Remark:
    around = sentence_at(page, span[0])
    words_ = stretch_at(page, *span)
    at = words_.root.i if words_ is not None else around.root.i
    return Remark(kind, span_of(page.document.text, *span), around.start_char, of_officials, at)


def _is_of_officials(sentence: Stretch, page: Page) -> bool:
    """Return whether *sentence* says of officials in general what they do again and again: "Authorities rarely offer proof".

    A sentence that names a person speaks of that person, however many regimes it mentions.
    """
    language = page.document.language
    said = all(pattern(language, group).search(sentence.text) for group in ("officials", "habit"))
    return said and {token.text for token in sentence}.isdisjoint(page.surnames)


def is_undenied(start: int, page: Page) -> bool:
    """Return whether the word of denial at *start* is itself denied: "did not deny it", "neither confirmed nor denied"."""
    text, language = page.document.text, page.document.language
    before = text[max(0, start - 60) : start]
    return bool(pattern(language, "no_denial").search(before)) or _is_plea(start, page)


def _is_plea(start: int, page: Page) -> bool:
    """Return whether those who are accused deny the charges at *start*, which denies nothing that anybody did to them: "the suspects denied the charges"."""
    if pattern(page.document.language, "plea").match(page.document.text, start) is None:
        return False
    found = stretch_at(page, start, start + 1)
    subjects = [child for child in found.root.children if child.dep_ == "nsubj"] if found is not None else []
    return any(form_of(each, "held_noun") for each in subjects)


def evidence_of(
    happening: Happening,
    voice: Voice | None,
    page: Page,
    remarks: tuple[Remark, ...],
    lacks: Sequence[Remark],
    told: tuple[int, ...],
    parties: Sequence[Voice] = (),
) -> Evidence:
    """Return the evidence class of *happening* with the words that say so.

    What is shown or cited counts for its own sentence, or, where that tells of no happening, for the one told last before it (else the
    next); what one of *parties*, the voices that are no outlets, shows is nothing for the claims of another. *remarks* are those of the
    page, *lacks* those that say that evidence for *happening* is lacking; what is said of officials in general gives way to what is shown.
    *told* are the starts of the sentences with a happening. A named individual among those it happened to is shown.
    """
    here = sentence_at(page, happening.start).start_char
    before, after = _reach(here, told)
    near = [
        remark
        for remark in between(remarks, before, after, lambda remark: remark.start)
        if remark.kind not in LACKED
        and not _of_patient(remark, happening, page)
        and not _of_other(remark, happening, page)
        and not _by_another(remark, voice, parties, page)
    ]
    own = [remark for remark in lacks if not remark.general and not _of_patient(remark, happening, page)]
    named = _named_patient(happening, page)
    for some in ([*near, *own], [] if named else [remark for remark in lacks if remark.general]):
        for kind in RANK:
            spans = [remark.span for remark in some if remark.kind == kind]
            if spans:
                return Evidence(kind, tuple(sorted(set(spans))))
    return Evidence("shown", (named,)) if named is not None else Evidence("none_stated")


def subject_of(remark: Remark, page: Page) -> Token | None:
    """Return the subject of the verb that *remark* hangs on, null if it has none."""
    verb = page.doc[remark.at]
    while verb.pos_ != "VERB" and verb.head != verb:
        verb = verb.head
    return next((child for child in verb.children if child.dep_ == "nsubj"), None)


def _by_another(remark: Remark, voice: Voice | None, parties: Sequence[Voice], page: Page) -> bool:
    """Return whether who shows or cites what *remark* speaks of is one of *parties* and not *voice*: "the union published the names"."""
    if voice is None:
        return False
    subject = subject_of(remark, page)
    if subject is None or not (subject.pos_ == "PROPN" or form_of(subject, "body_noun")):
        return False
    start, end = extent(noun_phrase(subject, subject.head))
    named = page.document.text[start:end].lower()
    return any(each.number != voice.number and named in each.words for each in parties)


def _reach(here: int, told: tuple[int, ...]) -> tuple[int, int]:
    """Return the stretch of sentences, by their starts, whose remarks count for a happening told in the sentence at *here*."""
    at = bisect_left(told, here)
    following = told[at + 1] if at + 1 < len(told) else here + FAR
    first = 0 if at == 0 else here
    return max(first, here - FAR), min(following, here + FAR)


def _of_patient(remark: Remark, happening: Happening, page: Page) -> bool:
    """Return whether *remark* only describes those it happened to, or what it happened for, or is what happened: "have recovered 31 phones"."""
    token, patients = page.doc[remark.at], set(happening.patients)
    if remark.kind == "cited" and any(
        remark.span.start <= page.doc[index].idx < remark.span.end
        for index in (*patients, *(() if happening.action == NAMED else (happening.at,)))
    ):
        return True
    for _ in range(DEPTH):
        if token.dep_ in ("relcl", "acl") and token.head.i in patients:
            return True
        if token.dep_ in ("pcomp", "xcomp") and token.head.i != happening.at and token.head.dep_ == "prep":
            return one_of(token.head, "aside") and token.head.head.i == happening.at
        if token.head == token or token.i == happening.at:
            return False
        token = token.head
    return False


def _of_other(remark: Remark, happening: Happening, page: Page) -> bool:
    """Return whether *remark* is of something shown that is of another kind than what it happened to: photographs of weapons, names of persons."""
    if remark.kind != "shown":
        return False
    language = page.document.language
    if not on_persons(happening.action) and pattern(language, "of_names").search(remark.span.text):
        return True
    shown = stretch_at(page, remark.span.start, remark.span.end)
    own = classes(language).get(happening.unit or "", happening.unit)
    for token in shown or ():
        for thing in (each for child in token.children if one_of(child, "of") for each in child.children):
            unit = unit_of(thing.lemma_.lower()) or unit_of(thing.lower_)
            kind = classes(language).get(unit or "", unit)
            if kind and own and kind != own:
                return True
    return False


def _named_patient(happening: Happening, page: Page) -> Span | None:
    """Return the name of a person among those *happening* was done to, null if there is none: goods bear the names of persons, too."""
    if not on_persons(happening.action):
        return None
    for index in happening.patients:
        head = page.doc[index]
        start, end = head.left_edge.idx, head.right_edge.idx + len(head.right_edge)
        for person in between(page.people, start, end, span_start):
            name = stretch_at(page, person.start, person.end)
            if name is not None and _stands_for(name.root, head):
                return person
    return None


def _stands_for(name: Token, head: Token) -> bool:
    """Return whether *name* is *head*, its apposition, or coordinated with either."""
    for _ in range(DEPTH):
        if name.i == head.i:
            return True
        if name.dep_ not in ("appos", "conj"):
            return False
        name = name.head
    return False


def stance_of(
    happening: Happening,
    attribution: Attribution | None,
    patient: tuple[int, int] | None,
    page: Page,
    denied_by: Span | None,
) -> Stance:
    """Return the document's distance from the claim.

    Disputed: somebody else denies it, in the words *denied_by*. Distanced: a distancing cue or adverb, or scare quotes on
    what was counted or done.
    """
    text, language = page.document.text, page.document.language
    sentence = sentence_at(page, happening.start)
    if denied_by is not None:
        return Stance("disputed", (denied_by,))
    spans: list[Span] = []
    if attribution is not None:
        word = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
        cue = cue_of(word.root) if word is not None else None
        if cue and cue["stance"] == "distanced" and not pattern(language, "untrue_lead").search(sentence.text):
            spans.append(attribution.cue[0])
    quoted = [
        (start, end)
        for start, end in between(
            page.quoted, sentence.start_char - LONGEST_QUOTATION, sentence.end_char, lambda each: each[0]
        )
        if len(text[start:end].split()) > WORDS_OF_SCARE
    ]
    for within, phrase in _phrases("stance", "of", language):
        spans += [
            span_of(text, *match.span())
            for match in phrase.finditer(text, sentence.start_char, sentence.end_char)
            if not any(start <= match.start() < end for start, end in quoted)
            and (within == "sentence" or (patient is not None and _hedges(match, patient, happening, page)))
        ]
    marked = [patient] if patient else []
    marked.append((happening.start, happening.end))
    first = min(start for start, _ in marked) - LONGEST_QUOTATION
    for start, end in between(page.quoted, first, max(end for _, end in marked), lambda each: each[0]):
        if 0 < len(text[start:end].split()) <= WORDS_OF_SCARE and any(
            start < other[1] and other[0] < end for other in marked
        ):
            spans.append(span_of(text, start, end))
    return Stance("distanced", tuple(sorted(set(spans)))) if spans else Stance("neutral")


def _hedges(match: re.Match[str], patient: tuple[int, int], happening: Happening, page: Page) -> bool:
    """Return whether the words of *match* keep a distance from people: "suspected rebels", but not "men suspected of theft" or "suspected heroin"."""
    of_people = happening.unit == "person" and patient[0] <= match.start() < patient[1]
    return of_people and not pattern(page.document.language, "suspected_of").match(page.document.text, match.end())


def is_denied_by(happening: Happening, attribution: Attribution | None, page: Page) -> bool:
    """Return whether who *attribution* belongs to denies *happening*; not where those it was done to deny something else."""
    if attribution is None or not is_denied(attribution, page):
        return False
    cue = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    return not (cue is not None and cue.root.dep_ == "relcl" and cue.root.head.i in happening.patients)


def denied_before(happening: Happening, page: Page) -> bool:
    """Return whether its sentence denies nobody's reports of *happening*: "rejected as rumours the reports that ten were held"."""
    sentence, text, language = sentence_at(page, happening.start), page.document.text, page.document.language
    for match in pattern(language, "denial").finditer(text, sentence.start_char, happening.start):
        found = stretch_at(page, *match.span())
        if found is not None and pattern(language, "content_of").match(text, match.end()):
            nouns = [token for token in found if one_of(token, "report_noun")]
            if nouns and not any(owner_of(noun) for noun in nouns):
                return True
    return False


def owner_of(noun: Token) -> Token | None:
    """Return whose words *noun* stands for, null if it does not say: "Iran's claim", "a government report", but not "media reports"."""
    owners = (
        each
        for each in noun.children
        if each.dep_ in ("poss", "compound") or (each.dep_ == "amod" and bool(each.ent_type_))
    )
    return next((each for each in owners if not one_of(each, "hearsay")), None)


def is_denied(attribution: Attribution | None, page: Page) -> bool | None:
    """Return whether the cue of *attribution* denies its content; false if what it denies is another's ("Iran's claim"), null if it denies nothing."""
    if attribution is None:
        return None
    found = stretch_at(page, attribution.cue[0].start, attribution.cue[0].end)
    cue = cue_of(found.root) if found is not None else None
    if found is None or cue is None or cue["kind"] != "deny":
        return None
    verb = found.root
    refused = any(child.dep_ == "dative" or (child.dep_ == "prep" and one_of(child, "to")) for child in verb.children)
    if refused and not any(child.dep_ == "dobj" and one_of(child, "report_noun") for child in verb.children):
        return None  # who denies bail to somebody denies no words
    passive = any(child.dep_ == "agent" for child in verb.children)
    for child in verb.children:
        if child.dep_ in ("dobj", "nsubjpass") and one_of(child, "report_noun"):
            return not (owner_of(child) or (passive and child.dep_ == "nsubjpass"))
    return True


def unverified_at(happening: Happening, page: Page) -> bool:
    """Return whether the sentence of *happening* says that it is not confirmed; not where those it happened to are under investigation."""
    sentence = sentence_at(page, happening.start)
    patients = set(happening.patients)
    for match in pattern(page.document.language, "unverified").finditer(sentence.text):
        found = stretch_at(page, sentence.start_char + match.start(), sentence.start_char + match.end())
        if found is None or not any(
            each.dep_ == "relcl" and each.head.i in patients for each in (found.root, found.root.head)
        ):
            return True
    return False
