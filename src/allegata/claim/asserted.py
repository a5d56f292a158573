"""Whether words assert that something happened: not an aim, a condition, a doubt, or only what others are known by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .action import FREED, NAMED, senses, tells
from .attribution import cue_of
from .page import form_of, one_of
from .patient import all_of_them, classes, measure_of, number_noun, numbered, wholes

if TYPE_CHECKING:
    from spacy.tokens import Token

    from allegata.model.claim import Status

    from .page import Page


def is_excluded(token: Token, page: Page, asides: bool = True) -> bool:
    """Return whether the words are no assertion: an aim, a condition, or what someone is held for.

    asides: whether what only tells when, why or of whom something else was, or on what condition, is none either: "fled when ten men were shot".

    What a cue has said is asserted by somebody, however the cue itself hangs: "was quoted as saying 12 were killed".
    """
    each = token
    if _is_habit(token) or (is_possible(token) and not _is_perfect(token)):
        return True
    if token.dep_ == "relcl" and any(all_of_them(child) for child in token.children):
        return False
    if token.dep_ == "relcl" and _counts_some(token):
        return False
    if token.dep_ == "relcl" and token.tag_ in ("VBD", "VBZ") and _has_number(token):
        return False  # accounts of a raid that left 12 civilians dead
    while each.i not in page.cues:
        if each.dep_ in ("ccomp", "acl", "advcl") and _is_told(each):
            return False
        if is_open(each):
            return True
        if each.dep_ == "relcl" and _is_reported(each, page):
            return False
        if each.dep_ == "xcomp" and (_is_intended(each) or _is_achieved(each)):
            each = each.head
            continue
        if (
            each.dep_ in ("xcomp", "acl", "ccomp")
            and any(one_of(child, "infinitive") and child.dep_ == "aux" for child in each.children)
            and not any(one_of(child, "obligation") and child.dep_ in ("aux", "auxpass") for child in each.children)
        ):
            return True
        if each.dep_ == "pcomp":
            if _own_number(each):
                return False  # "with eleven of them receiving life imprisonment"
            # "accused the army of killing ten", but not "were accused of killing ten"
            held = each.head.head
            verb = held.head if held.dep_ == "dobj" else held
            return verb.i not in page.cues or any(child.dep_ == "nsubjpass" for child in verb.children)
        if (
            asides
            and each.dep_ == "advcl"
            and any(child.dep_ != "prep" and one_of(child, "condition") for child in each.children)
            and not any(is_age_of(child) for child in each.head.children)
        ):
            return not (each == token and _adds_number(each))
        if (
            asides
            and each.dep_ == "relcl"
            and each == token
            and each.head.dep_ == "pobj"
            and not numbered(each.head)
            and not _own_number(each)
            and not _has_number(each)
        ):
            return True
        if each.dep_ in ("ROOT",) or each.head == each:
            return False
        if token.dep_ == "acl" and each == token.head and (measure := measure_of(each)) is not None:
            each = measure
            continue
        counted = token.dep_ == "acl" and (numbered(token.head) or token.head.like_num) and _is_beside(each)
        if (
            asides
            and each.dep_ == "prep"
            and one_of(each, "aside")
            and each.head.pos_ in ("VERB", "NOUN")
            and each != token
        ):
            return not (counted and each.head.pos_ == "VERB")
        each = each.head
    return False


def _is_beside(preposition: Token) -> bool:
    """Return whether what follows *preposition* is told beside the clause: "knows of 17 people detained", "ten were shot, with 31 men arrested"."""
    apart = preposition.i > 0 and preposition.nbor(-1).text == ","
    return one_of(preposition, "of") or (apart and one_of(preposition, "with"))


def _is_reported(clause: Token, page: Page) -> bool:
    """Return whether the relative *clause* is what a cue before it tells, however it hangs: "told a meeting of the council that ten men were held"."""
    that = any(child.dep_ == "mark" and one_of(child, "that") for child in clause.children)
    above = next((each for each in clause.ancestors if each.pos_ in ("VERB", "AUX")), None)
    return that and above is not None and above.i in page.cues


def _is_achieved(infinitive: Token) -> bool:
    """Return whether *infinitive* is what was done and not only wanted: "managed to free ten", "was able to free ten", but not "could not manage to"."""
    led = any(one_of(child, "infinitive") and child.dep_ == "aux" for child in infinitive.children)
    able = one_of(infinitive.head, "able")
    if not led or not (able or form_of(infinitive.head, "achieve")):
        return False
    verb = infinitive.head.head if able else infinitive.head
    subjects = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")]
    nobody = any(one_of(each, "negative_subject") for subject in subjects for each in (subject, *subject.children))
    open_to = any(
        child.tag_ in ("MD", "TO") or child.dep_ == "neg" or one_of(child, "hardly") for child in verb.children
    )
    return not (nobody or open_to)


def is_age_of(told: Token) -> bool:
    """Return whether *told* is how old its clause says that one person was: "she was 19 when she was arrested", "was 15 years old"."""
    aged = told.dep_ in ("attr", "acomp") and (told.like_num or one_of(told, "year_noun"))
    subjects = [child for child in told.head.children if child.dep_ == "nsubj"]
    one = any(each.tag_ == "NNP" or one_of(each, "one_person") or one_of(each, "human") for each in subjects)
    return aged and one and form_of(told.head, "copula")


def _is_habit(verb: Token) -> bool:
    """Return whether *verb* says what is done again and again, and not how often: "phones are regularly confiscated"."""
    now = verb.tag_ in ("VBP", "VBZ") or any(
        child.dep_ in ("aux", "auxpass") and child.tag_ in ("VBP", "VBZ") and form_of(child, "copula")
        for child in verb.children
    )
    return now and any(child.dep_ == "advmod" and one_of(child, "habitually") for child in verb.children)


def is_possible(verb: Token) -> bool:
    """Return whether *verb* says what only may be, or may have been: "might be jailed", but not "could arrest only two", "can now confirm 58"."""
    was_not = is_negated(verb) and any(one_of(child, "possible_once") for child in verb.children)
    if cue_of(verb) is not None or was_not:
        return False  # could not arrest ten men
    may = any(child.dep_ in ("aux", "auxpass") and one_of(child, "possible") for child in verb.children)
    return may and not any(one_of(each, "only") for each in verb.subtree)


def _is_perfect(verb: Token) -> bool:
    """Return whether *verb* is of what has been: "may have been killed"."""
    return any(child.dep_ in ("aux", "auxpass") and one_of(child, "perfect") for child in verb.children)


def is_past(participle: Token, page: Page) -> bool:
    """Return whether *participle* only says what had been done to those whom another verb acts on.

    "released two kidnapped shopkeepers"; with a clause of its own only where it is ended: "sailors held for two days were freed".
    """
    noun = participle.head
    if noun.dep_ == "pobj" and one_of(noun.head, "of"):
        noun = noun.head.head
    verb = noun.head
    clause = {word for each in verb.subtree for word in (each.lower_, each.lemma_.lower())}
    acts_on = "subject" if noun.dep_ == "nsubj" else "verb"
    known = senses(page.document.language).get((verb.lemma_.lower(), acts_on), ())
    kind = classes(page.document.language).get(noun.lemma_.lower(), "person")
    wide = ("any", "person", "people", "counted", kind)
    rows = [row for row in known if row["objects"] in wide and clause.issuperset(row["with"].split())]
    if participle.dep_ not in ("amod", "acl") or noun.dep_ not in ("nsubj", "nsubjpass", "dobj") or not rows:
        return False
    own = senses(page.document.language).get((participle.lemma_.lower(), "verb"), ())
    named = any(row["action"] == NAMED for row in own)  # "one of them, identified by the initials HK, was shot"
    return participle.dep_ == "amod" or named or any(row["action"] == FREED for row in rows)


def is_aside(token: Token) -> bool:
    """Return whether the noun is what is answered or feared, or only says of what kind another is, or in what another was done.

    Not in "led to the arrest of"; but in "were picked up in two night raids".
    """
    if token.dep_ == "pobj" and one_of(token.head, "done_in") and tells(token.head.head, "verb"):
        return True
    if token.dep_ == "compound" and not form_of(token.head, "number_noun"):
        return True  # the murder rate
    if token.dep_ in ("dobj", "nsubj", "nsubjpass") and form_of(token.head, "aside_verb"):
        modal = any(child.tag_ == "MD" for child in token.head.children)
        return modal or not (token.dep_ == "nsubj" and numbered(token))  # but in "70 arrests followed"
    held = token.head.head
    if token.dep_ == "pobj" and one_of(token.head, "of") and (one_of(held, "cause") or one_of(held, "crime_noun")):
        return True  # suspected of 14 murders, the crime of disappearance
    if number_noun(token) is not None or _is_total(token):
        return False  # the figure for arrests, "bringing the total to 90 arrests"
    return token.dep_ == "pobj" and one_of(token.head, "aside_noun") and not form_of(token.head.head, "result")


def _is_total(noun: Token) -> bool:
    """Return whether *noun* has the number that a total comes to: "bringing the total since May to 2,006 releases"."""
    verb = noun.head.head
    reached = noun.dep_ == "pobj" and one_of(noun.head, "reached") and numbered(noun)
    return reached and any(child.dep_ == "dobj" and form_of(child, "number_noun") for child in verb.children)


def is_open(clause: Token) -> bool:
    """Return whether *clause* leaves open what happened: "whether charges were brought", "it is possible that ten were held"."""
    if clause.dep_ != "csubj" and any(child.dep_ == "mark" and one_of(child, "whether") for child in clause.children):
        return True
    judged = (clause.head, *(child for child in clause.head.children if child.dep_ == "acomp"))
    return clause.dep_ in ("ccomp", "acl", "advcl", "csubj") and any(one_of(each, "uncertain") for each in judged)


def _adds_number(clause: Token) -> bool:
    """Return whether *clause* sets another number beside that of its main clause: "…, while six soldiers were wounded"."""
    beside = any(child.dep_ == "mark" and one_of(child, "beside") for child in clause.children)
    return beside and (_own_number(clause) or _has_number(clause))


def _has_number(verb: Token) -> bool:
    """Return whether *verb* has an object with a number, or comes to one: "stood at 12"."""
    reached = (child for child in verb.children if child.dep_ == "prep" and one_of(child, "reached"))
    objects = [child for child in verb.children if child.dep_ == "dobj"]
    objects += [child for each in reached for child in each.children if child.dep_ == "pobj"]
    return any(numbered(each) or each.like_num for each in objects)


def _own_number(verb: Token) -> bool:
    """Return whether *verb* has a subject with a number of its own: "of whom 150 were released", "where four men were held"."""
    return any(child.dep_ in ("nsubj", "nsubjpass") and (child.like_num or numbered(child)) for child in verb.children)


def _counts_some(clause: Token) -> bool:
    """Return whether the relative *clause* is of some of those it hangs on, by a number of their own: "for 34 people, 29 of whom were caught"."""
    some = [child for child in clause.children if child.dep_ in ("nsubj", "nsubjpass") and child.like_num]
    return any(one_of(each, "relative") for number in some for each in wholes(number))


def _is_told(token: Token) -> bool:
    """Return whether the clause of *token* is what somebody says or checks, whatever for: "after announcing that", "to verify whether"."""
    marks = [child for child in token.children if child.dep_ == "mark"]
    if any(one_of(mark, "whether") for mark in marks):
        return form_of(token.head, "verify")
    if not any(one_of(mark, "that") for mark in marks):
        return False
    return (cue_of(token.head) is not None and token.dep_ == "ccomp") or one_of(token.head, "report_noun")


def _is_intended(token: Token) -> bool:
    """Return whether the infinitive *token* is what is to happen: "plans to", "is due to", "is to"."""
    head = token.head
    if not any(one_of(child, "infinitive") and child.dep_ == "aux" for child in token.children):
        return False
    return (
        form_of(head, "intention")
        or one_of(head, "intention_adjective")
        or (form_of(head, "linking") and head.i < token.i)
    )


def status_of(token: Token) -> Status:
    """Return the status that the words of the verb *token* themselves give what happened: unverified where it may have been, still intended, or asserted."""
    if is_possible(token):
        return "unverified"
    ahead = any(child.dep_ in ("aux", "auxpass") and one_of(child, "intended") for child in token.children)
    due = (child for child in token.children if child.dep_ == "acomp")
    intends = any(child.dep_ == "xcomp" and _is_intended(child) for head in due for child in head.children)
    schemes = form_of(token, "scheming") or (token.dep_ == "xcomp" and _is_intended(token))
    return "intended" if ahead or intends or schemes else "asserted"


def is_negated(token: Token) -> bool:
    """Return whether a word of negation hangs on *token*."""
    return any(child.dep_ == "neg" for child in token.children)
