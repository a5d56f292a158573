"""Whom or what a word of action acts on, and the number that counts them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.currency import currency_before, is_currency
from allegata.ground.demonym import demonyms
from allegata.ground.lexicon import table
from allegata.ground.quantity import Quantity
from allegata.ground.unit import unit_of

from .page import Page, between, form_of, one_of, stretch_at

if TYPE_CHECKING:
    from spacy.tokens import Token


@cache
def classes(language: str) -> dict[str, str]:
    """Return the object class of each unit or noun."""
    return {row["noun"]: row["class"] for row in table(f"{language}/object_classes")}


def people_together(heads: Sequence[Token], page: Page) -> int | None:
    """Return how many *heads*, coordinated, are if they are people told apart by sex, age, kin or nation alone: "two men and a woman".

    Null for others; where something is said of one of them alone ("ten men in Lima and two women in Cusco"); where one of the numbers is not
    exact or none; and in a longer list.
    """
    if len(heads) < 2 or not all(map(_is_plain_person, heads)) or _goes_before(heads[0]):
        return None
    total = 0
    for head in heads:
        number = quantity_of([head], page)
        if number is not None and (number.modifier != "exact" or not number.low):
            return None
        if number is None and (head.tag_ == "NNS" or any(one_of(child, "definite") for child in head.children)):
            return None
        total += 1 if number is None or number.low is None else number.low
    return total


def _goes_before(head: Token) -> bool:
    """Return whether another person stands right before the phrase of *head*, in the same list: "a boy, two men and a woman"."""
    first = head.left_edge.i
    before = head.doc[max(0, first - 2) : first]
    return len(before) == 2 and before[1].text == "," and (unit_of(before[0].lower_) == "person")


def _is_plain_person(head: Token) -> bool:
    nation = any(each in demonyms(head.lang_) for each in (head.text, head.lemma_.capitalize()))
    alone = all(
        child.dep_
        in ("det", "amod", "nummod", "poss", "compound", "cc", "conj", "punct", "quantmod", "predet", "advmod")
        for child in head.children
    )
    return alone and (nation or form_of(head, "plain_person"))


def numbered(token: Token) -> bool:
    """Return whether *token* is a number or has one."""
    return any(child.dep_ == "nummod" for child in token.children) or token.pos_ == "NUM"


def bestowed(token: Token) -> list[Token]:
    """Return who got what *token* names: "3,000 prisoners got pardons", "812 were granted amnesty", "an amnesty for 40 men"."""
    verb = token.head
    if token.dep_ == "dobj" and form_of(verb, "receive"):
        return subjects_of(verb)
    if not form_of(verb, "bestow"):
        return []
    datives = [child for child in verb.children if child.dep_ == "dative"]
    given = [each for child in datives for each in ([child] if child.pos_ != "ADP" else child.children)]
    after = nouns_of(token, "bestowed_on") or nouns_of(verb, "bestowed_on")
    if token.dep_ == "nsubjpass":
        return after
    if token.dep_ in ("dobj", "oprd"):
        passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
        return subjects_of(verb) if passive else given or after
    return []


def subjects_of(token: Token) -> list[Token]:
    """Return the heads of the subject of *token*, or of what stands for it; in reading order, empty without one."""
    subjects = [child for child in token.children if child.dep_ in ("nsubj", "nsubjpass")]
    if subjects:
        subject = next((each for each in subjects[1:] if _after_colon(each, subjects[0])), subjects[0])
        if token.dep_ == "relcl" and (one_of(subject, "relative") or all_of_them(subject)):
            return [token.head]
        return _listed(subject)
    misread = _misread_subject(token)
    if misread:
        return misread
    if token.dep_ == "conj" and token.head.pos_ in ("VERB", "AUX"):
        return subjects_of(token.head)
    if token.dep_ == "relcl":
        return [token.head]
    return []


def _after_colon(subject: Token, other: Token) -> bool:
    """Return whether *subject* has a number and stands after a colon or semicolon: "A statement of hers: fifty members were identified"."""
    return numbered(subject) and any(each.text in ":;" for each in subject.doc[other.i : subject.i])


def all_of_them(subject: Token) -> bool:
    """Return whether *subject* is "all of whom": as many as were named before."""
    return one_of(subject, "all") and any(one_of(each, "relative") for each in nouns_of(subject))


def _listed(head: Token) -> list[Token]:
    """Return *head*, what is coordinated with it, and what the parser took for its apposition though it has a number of its own."""
    head = _after_bracket(head) or head
    found = [head, *head.conjuncts]
    for child in head.children:
        if child.dep_ == "appos" and numbered(child) and numbered(head):
            found += [child, *child.conjuncts]
    if head.dep_ == "nsubjpass":
        others = [each for each in head.head.children if each.dep_ == "nsubjpass" and numbered(each)]
        found += [each for each in others if each.i >= head.i or not _after_colon(head, each)]
    return sorted(set(found), key=lambda each: each.i)


def _after_bracket(name: Token) -> Token | None:
    """Return the noun that *name* qualifies across a bracket, taken for its apposition: "Salafi (or so he said) fighters"."""
    found = (child for child in name.children if child.dep_ == "appos" and child.tag_ == "NNS")
    return next((each for each in found if name.pos_ == "PROPN" and each.nbor(-1).tag_ == "-RRB-"), None)


def number_noun(token: Token) -> Token | None:
    """Return the "number" that *token* says something of: "the number of miners and drivers detained", "the death toll"."""
    if token.tag_ not in ("VBN", "VBD", "NN", "NNS", "JJ"):
        return None
    after = token.doc[token.i + 1 : token.i + 2]
    if token.dep_ == "compound" and any(form_of(each, "number_noun") for each in after):
        return token.nbor()
    for each in reversed(token.sent[max(0, token.i - token.sent.start - 8) : token.i - token.sent.start]):
        if each.pos_ in ("VERB", "AUX", "PUNCT"):
            return None
        if form_of(each, "number_noun"):
            return each if one_of(each.nbor(), "number_of") else None
    return None


def stated_number(noun: Token, last: Token, page: Page) -> Quantity | None:
    """Return the number that the words after *noun*, whose phrase goes on to *last*, give it: "rose to 1,350", "put … at 17", "stands at 40", "reached 12"."""
    verb = noun.head
    if verb.pos_ in ("VERB", "AUX"):
        for child in verb.children:
            if child.i < noun.i or not (
                (child.dep_ == "dobj" and form_of(verb, "reach"))
                or child.dep_ == "attr"
                or (child.dep_ == "prep" and one_of(child, "reached"))
            ):
                continue
            left, right = child.left_edge.idx, child.right_edge.idx + len(child.right_edge)
            for each in between(page.quantities, max(left, noun.idx), right, number_start):
                return None if _of_things(each, page) else each
    rest = last.sent[max(noun.i, last.i) + 1 - last.sent.start :]
    reach = next((each for each in rest if each.pos_ in ("CCONJ", "PUNCT") or one_of(each, "relative")), None)
    end = reach.idx if reach is not None else noun.sent.end_char
    numbers = between(page.quantities, last.idx, end, number_start)
    first = next((each for each in numbers if not is_former(each, page)), None)
    phrase = stretch_at(page, first.start, first.end) if first is not None else None
    if phrase is None or first is None or _of_things(first, page):
        return None
    before = page.doc[phrase.start - 1]
    return first if one_of(before, "reached") or form_of(before, "reach") else None


def is_former(quantity: Quantity, page: Page) -> bool:
    """Return whether the number is the one that another takes the place of: "lowered from 64 to 49"."""
    found = stretch_at(page, quantity.start, quantity.end)
    before = page.doc[max(0, found.start - 1) : found.start] if found is not None else ()
    return any(one_of(each, "from") for each in before)


def _of_things(quantity: Quantity, page: Page) -> bool:
    """Return whether the number is followed by what it counts, and that is nobody: the toll of a bridge, in pesos."""
    found = stretch_at(page, quantity.start, quantity.end)
    after = page.doc[found.end : found.end + 1] if found is not None else ()
    return any(each.pos_ in ("NOUN", "SYM") and unit_of(each.lower_) != "person" for each in after)


def put_at(head: Token, page: Page) -> Quantity | None:
    """Return the number that a verb gives to its object before naming it: "put at 41 the smugglers caught"."""
    if head.dep_ != "dobj":
        return None
    for child in head.head.children:
        if child.dep_ == "prep" and one_of(child, "reached") and child.i < head.i:
            return next(iter(between(page.quantities, child.idx, head.left_edge.idx, number_start)), None)
    return None


def _misread_subject(token: Token) -> list[Token]:
    """Return the subject of a passive that the parser gave to another verb.

    "64 people linked to a ring were arrested": it takes "linked" for a finite verb, and "people" for its subject.
    "Police said one of the men, a resident, was killed": it takes "one" for an object of "said".
    """
    auxiliaries = [child.i for child in token.children if child.dep_ in ("aux", "auxpass")]
    if not auxiliaries:
        return []
    before = [*token.children, *(each for each in token.head.children if each.dep_ in ("ccomp", "csubjpass", "nsubj"))]
    for each in before:
        if each.tag_ in ("VBD", "VBN") and each.i < token.i and each.right_edge.i + 1 == min(auxiliaries):
            for child in each.children:
                counted = numbered(child) or any(one_of(each, "indefinite") for each in child.children)
                if child.dep_ in ("nsubj", "nsubjpass") and counted:
                    return [child, *child.conjuncts]
    if token.dep_ == "ccomp":
        told = [child for child in token.head.children if child.dep_ == "dobj" and child.head.i < child.i < token.i]
        return told[-1:]
    return []


def _inverted_subject(participle: Token) -> list[Token]:
    """Return the subject that follows a passive: "also seized were eight telephones and a laptop"."""
    after = [child for child in participle.children if child.dep_ == "auxpass" and child.i > participle.i]
    return [found for each in after for child in each.children if child.dep_ == "attr" for found in _listed(child)]


def _misread_object(token: Token) -> list[Token]:
    """Return the counted noun after a verb that the parser took for a measure, or a predicate: "had detained 20 rangers", "set free 19 of the boys"."""
    free = [child for child in token.children if child.dep_ == "oprd" and child.tag_ == "JJ"]
    after = {each.i + 1 for each in (token, *free)}
    return [
        child
        for each in (token, *free)
        for child in each.children
        if child.dep_ in ("npadvmod", "attr", "dep", "dobj", "nummod")
        and (child.tag_ == "CD" or (child.tag_ == "NNS" and numbered(child)))
        and child.left_edge.i in after
    ]


def patients_of(token: Token) -> list[Token]:
    """Return the heads of what the verb *token* acts on, in reading order; empty when the words do not say."""
    token = _unprefixed(token)
    objects = [child for child in token.children if child.dep_ in ("dobj", "obj") and not _is_awaited(child)]
    objects = objects or _misread_object(token)
    gone = [child for child in token.children if child.dep_ == "ccomp" and one_of(child, "go")]
    if gone and not objects:  # let three drivers go, and not into the hall
        return [] if any(one_of(child, "going_to") for child in gone[0].children) else subjects_of(gone[0])
    state = next((child for child in token.children if child.dep_ == "ccomp" and one_of(child, "found_state")), None)
    if state is not None and not objects:
        return subjects_of(state)  # found two hostages alive
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in token.children)
    first = _first_verb(token)
    if first is not None and not objects:
        own = [child for child in token.children if child.dep_ in ("nsubj", "nsubjpass")]
        if not own:
            if passive and first.pos_ == "AUX":
                return subjects_of(first)
            passive = passive or any(child.dep_ in ("nsubjpass", "auxpass") for child in first.children)
            if passive or first.dep_ == "acl" or (first.dep_ == "advcl" and first.tag_ == "VBN"):
                own_passive = any(child.dep_ == "auxpass" for child in token.children)
                if own_passive and not any(child.dep_ == "auxpass" for child in first.children):
                    return subjects_of(first) or patients_of(first)  # "hid a bomb and were caught"
                return patients_of(first) or (subjects_of(first) if own_passive else [])
            return [child for child in first.children if child.dep_ == "dobj" and child.i > token.i]
    if objects and not passive:
        return _listed(objects[0])
    shared = [each for each in token.children if each.dep_ == "conj" and each.pos_ == "VERB" and not passive]
    if shared and not objects:
        for each in shared:
            further = [child for child in each.children if child.dep_ == "dobj"]
            if further:
                return _listed(further[0])
    if passive:
        of_auxiliary = (each for child in token.children if child.dep_ == "auxpass" for each in subjects_of(child))
        return subjects_of(token) or _inverted_subject(token) or list(of_auxiliary)
    if token.dep_ == "xcomp" and token.tag_ == token.head.tag_ == "VBN" and not objects:  # were reported killed
        return [each for each in subjects_of(token.head) if each.dep_ == "nsubjpass"]
    noun = number_noun(token)
    if noun is not None:
        return [each for each in nouns_of(noun) if each.i < token.i] or [token]
    if token.dep_ == "acl" and token.tag_ in ("VBN", "VBD"):
        part = described_part(token.head)
        return contents_of(token.head) or [part or measure_of(token.head) or token.head]
    if token.dep_ == "pobj" and token.tag_ == "VBN":  # among the arrested are 15 soldiers
        part = described_part(token)
        return [part] if part is not None else []
    if (
        token.dep_ == "advcl"
        and token.tag_ == "VBN"
        and not any(child.dep_.startswith(("nsubj", "aux")) for child in token.children)
    ):
        if form_of(token.head, "appear"):  # appeared in court charged with arson
            return subjects_of(token.head)
        return [child for child in token.head.children if child.dep_ == "dobj" and child.i < token.i]
    if token.dep_ in ("relcl",) and any(child.dep_ == "nsubjpass" for child in token.children):
        return [token.head]
    if token.tag_ in ("VBN", "VBD") and not any(
        child.dep_ == "agent" or one_of(child, "perfect") for child in token.children
    ):
        return [each for each in subjects_of(token) if numbered(each) or each.tag_ == "NNS"] or _number_before(token)
    return nouns_of(token, "patient_of")[:1]


def _unprefixed(verb: Token) -> Token:
    """Return what stands for *verb* where the parser took its prefix for a verb of its own: the "re" of "was re-arrested"."""
    before = verb.doc[max(0, verb.i - 2) : verb.i]
    prefixed = len(before) > 1 and before[1].text == "-" and before[0] in verb.ancestors
    return before[0] if prefixed and one_of(before[0], "prefix") else verb


def _is_awaited(noun: Token) -> bool:
    """Return whether *noun* is what somebody is set free to wait for: "three released pending trial"."""
    return any(child.dep_ == "amod" and one_of(child, "pending") for child in noun.children)


def described_part(whole: Token) -> Token | None:
    """Return the number, or noun, of a part of *whole* of which nothing happens but is said what they are.

    "Two of those captured are minors", "four officers were among those captured", "among the captured are four officers".
    """
    if whole.dep_ != "pobj":
        return None
    number = whole.head.head
    if one_of(whole.head, "among") and form_of(number, "copula"):
        return next((each for each in number.children if each.dep_ in ("nsubj", "attr") and numbered(each)), None)
    described = number.like_num and number.dep_ == "nsubj"
    return number if described and form_of(number.head, "copula") else None


def measure_of(noun: Token) -> Token | None:
    """Return what *noun* is measured by, where that has the number: the "tonnes" of "five tonnes of cannabis seized"; else null."""
    measure = noun.head.head
    of = noun.dep_ == "pobj" and one_of(noun.head, "of") and not numbered(noun)
    unit = unit_of(measure.lower_) if of and measure.tag_ == "NNS" and numbered(measure) else None
    return measure if unit and classes(noun.lang_).get(unit) == "goods" else None


def contents_of(whole: Token) -> list[Token]:
    """Return what *whole* is said to hold, where it has a number: "those arrested include two guards", "the haul included nine rifles and a boat"."""
    objects = [child for child in whole.head.children if child.dep_ == "dobj"]
    if whole.dep_ != "nsubj" or not form_of(whole.head, "include") or not objects:
        return []
    listed = _listed(objects[0])
    return listed if any(numbered(each) for each in listed) else []


def _first_verb(token: Token) -> Token | None:
    """Return the verb that *token* is coordinated with; in "charged with spying and executed" the one the parser missed."""
    if token.dep_ != "conj":
        return None
    if token.head.pos_ in ("VERB", "AUX"):
        return token.head
    above = token.head.head.head if token.head.dep_ == "pobj" else token.head
    return above if token.tag_ == above.tag_ == "VBN" else None


def _number_before(token: Token) -> list[Token]:
    """Return the number right before a participle, as in "counted 900 arrested", or in a headline that the parser cut after it: "25 | arrested"."""
    before = token.doc[token.i - 1 : token.i]
    return [
        each
        for each in before
        if each.like_num and (each.sent == token.sent or (each.is_sent_start and token.is_sent_start))
    ]


def kind_of(head: Token, page: Page) -> tuple[str | None, str | None]:
    """Return the unit of what *head* names and its object class."""
    language = page.document.language
    for each in _heads(head):
        unit = unit_of(each.lemma_.lower()) or unit_of(each.lower_)
        own = classes(language).get(each.lemma_.lower())
        kind = own if unit == "person" and own else classes(language).get(unit or "") or own
        if unit or kind:
            if kind is None and unit == "person":
                kind = "person"
            if kind == "group" and each.i != head.i and each.tag_ == "NN" and head.like_num:
                return "person", "person"  # eight of the team
            return unit or each.lemma_.lower(), kind
    if head.ent_type_ == "PERSON":
        return "person", "person"
    for which in wholes(head):
        if one_of(which, "relative_thing"):
            meant = _meant(which)
            return (meant.lemma_.lower() if meant.pos_ == "NOUN" else None), "goods"
    money = _currency_of(head, page)
    return (money, "goods") if money else (None, None)


def _currency_of(head: Token, page: Page) -> str | None:
    """Return the currency of the amount that *head* ends, is the "worth" of or the currency's code before; null if it is none of that."""
    language = page.document.language
    if not (head.like_num or one_of(head, "amount_head") or is_currency(head.text, language)):
        return None
    last = head.nbor() if is_currency(head.text, language) and head.i + 1 < len(head.doc) else head
    amount = next(iter(between(page.quantities, head.left_edge.idx, last.idx + 1, number_start)), None)
    return currency_before(page.document.text, amount.number_start, language) if amount else None


def nouns_of(token: Token, group: str = "of") -> list[Token]:
    """Return the nouns after the prepositions of *token* that are of a *group*."""
    prepositions = [child for child in token.children if child.dep_ == "prep" and one_of(child, group)]
    return [each for child in prepositions for each in child.children if each.dep_ == "pobj"]


def _heads(head: Token) -> list[Token]:
    """Return *head*, then what it counts: "dozens of cells", "ten of the suspects"; a group of people is people."""
    found = [head]
    each = head
    for _ in range(3):
        inner = wholes(each)
        if not inner:
            break
        each = _meant(inner[0])
        found.append(each)
    if len(found) > 1 and _only_counts(head):
        found = found[1:] + found[:1]
    return found


def wholes(some: Token) -> list[Token]:
    """Return the nouns of which *some* are some: "ten of the suspects", "of which ten were lost"."""
    clause = some.head.children if some.like_num and some.head.dep_ == "relcl" else ()
    before = [each for child in clause if one_of(child, "of") for each in child.children if each.dep_ == "pobj"]
    return nouns_of(some) or before


def _meant(noun: Token) -> Token:
    """Return what a relative *noun* stands for: the drones in "62 drones, of which 58 were lost"."""
    if not one_of(noun, "relative"):
        return noun
    return next((each.head for each in noun.ancestors if each.dep_ == "relcl"), noun)


def _only_counts(head: Token) -> bool:
    """Return whether *head* says no more than how many: "dozens", "a group", "some"."""
    return form_of(head, "vague_head") or head.pos_ in ("NUM", "PRON", "DET") or head.like_num


def quantity_of(patients: list[Token], page: Page) -> Quantity | None:
    """Return the number that counts the first of *patients* that has one."""
    for head in patients:
        chain = {each.i for each in _heads(head)} if _only_counts(head) else {head.i}
        if is_currency(head.text, page.document.language):  # EUR 31,500
            chain |= {child.i for child in head.children if child.dep_ == "nummod"}
        left = head.left_edge.i
        reach = (page.doc[left].idx, max(page.doc[i].idx + len(page.doc[i]) for i in chain))
        for each in between(page.quantities, *reach, number_start):
            if each.number_end <= reach[1] and _counts(each, head, chain, page):
                return each
        before = page.doc[max(0, left - 1)]
        if left and before.is_sent_end and before.like_num and head.is_sent_start:  # a number cut off by the parser
            return next(iter(between(page.quantities, before.idx, before.idx + 1, number_start)), None)
    return None


def _counts(quantity: Quantity, head: Token, chain: set[int], page: Page) -> bool:
    found = stretch_at(page, quantity.number_start, quantity.number_end)
    if found is None:
        return False
    token = found.root
    for _ in range(5):
        if token.i in chain:
            return True
        other = token.dep_ == "conj" and token.head.dep_ == "nummod"  # not five but nine people
        if token.dep_ in ("relcl", "acl", "pobj", "appos", "conj") and token.i not in chain and not other:
            return False
        token = token.head
    return False


def number_start(quantity: Quantity) -> int:
    """Return where the number of *quantity* starts: the order of a page's quantities."""
    return quantity.number_start
