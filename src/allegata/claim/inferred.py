"""What happened to what is counted where no word of the tables says it: what the trained head makes of the words around the number."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allegata.ground.unit import unit_of

from .action import CAUGHT, TAKEN, on_persons, tells
from .action_reader import NOTHING, Counted, open_head, tell
from .asserted import is_aside, is_excluded, is_negated, status_of
from .draft import Draft
from .ellipsis import open_numbers, tells_kind, what_is_counted
from .happening import LIFELESS, Happening, agent_of
from .page import between, form_of, one_of, sentence_at, tokens_like
from .patient import is_former, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from allegata.ground.quantity import Quantity

    from .draft import Reading
    from .page import Page

NEAR = 6
"""Sentences around one that tells of a happening in which the head is asked for more."""
SHORT = 8
"""Sentences of a text in which it is asked everywhere if anybody speaks in it: no text that the gate shuts has a claim."""
PASSIVE = 0.95
"""How sure the head has to be that nothing happened to what the words say it was done to: "40 meetings were held"."""
ATTACKED = "attack"
"""The action that is no claim of a single one, which only says when something else was: "were held after an attack"."""
GROUPS = frozenset({"group", "workshop", "site"})
PLOTS = frozenset({"plot"})
CLASSES = {
    TAKEN: frozenset({"goods", "animal"}),
    "dismantle": GROUPS,
    "raid": GROUPS,
    "attack": PLOTS,
    "foil": PLOTS,
}
"""Classes of what an action is done to that is not done to persons; a noun of no class may be any of them."""


@dataclass(frozen=True)
class _Open:
    """What is counted and of which it is open what happened to it: its noun, and its number, null for a single one: "a rifle".

    draft: what a rule says of it where that takes a noun of no table for people: "held 40 meetings".
    """

    head: Token
    quantity: Quantity | None
    draft: Draft | None = None

    @property
    def number(self) -> int:
        """Where the number or the article begins, in code points."""
        return self.quantity.number_start if self.quantity else self.head.left_edge.idx

    @property
    def noun(self) -> int:
        """Where the noun begins, in code points: in "ten dead" the word after the number."""
        after = self.head.doc[self.head.i + 1 : self.head.i + 2]
        return next((each.idx for each in after if self.head.like_num and one_of(each, "the_dead")), self.head.idx)


def infer(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* and one for each number that none of them has and of which the head says, surely enough, what happened.

    Those are left out of which a rule only supposes that people were counted, and the head is sure that nothing happened.
    """
    page = reading.page
    head = open_head(page.document.language)
    if head is None:
        return drafts
    made, dropped = list(drafts), set[int]()
    by_sentence: dict[int, list[_Open]] = {}
    for each in (*_open_numbers(drafts, reading), *_open_singles(drafts, reading), *_supposed(drafts, page)):
        by_sentence.setdefault(sentence_at(page, each.number).start_char, []).append(each)
    told_in = sorted(bisect_right(page.sentences, draft.happening.start) for draft in drafts)
    everywhere = bool(reading.attributions) and len(page.sentences) <= SHORT
    for start, found in by_sentence.items():
        rank = bisect_right(page.sentences, start)
        near = everywhere or between(told_in, rank - NEAR, rank + NEAR + 1, int)
        found = found if near else [each for each in found if each.draft is not None]
        if not found:
            continue
        text = sentence_at(page, start).text
        counted = [Counted(each.number - start, each.noun - start) for each in found]
        for each, told in zip(found, tell(text, counted, page.document.language), strict=True):
            if each.draft is not None:
                sure = PASSIVE if each.head.dep_ == "nsubjpass" else head.single
                if told.action == NOTHING and told.probability >= sure:
                    dropped.add(id(each.draft))
                continue
            least = head.least if each.quantity else head.single
            scene = each.quantity is None and told.action == ATTACKED  # were held after an attack
            kind = tells_kind(each.head) and told.action not in {draft.happening.action for draft in drafts}
            if told.action != NOTHING and told.probability >= least and not (scene or kind):
                draft = _drafted(each, told.action, page)
                made += [draft] if draft is not None else []
    return tuple(draft for draft in made if id(draft) not in dropped)


def _supposed(drafts: tuple[Draft, ...], page: Page) -> Iterator[_Open]:
    """Yield what the rules take for people though no table knows the noun: "held 40 meetings"."""
    for draft in drafts:
        happening = draft.happening
        if happening.quantity is None or not happening.patients or not on_persons(happening.action):
            continue
        noun = page.doc[happening.patients[0]]
        only_counts = noun.like_num or form_of(noun, "vague_head") or one_of(noun, "the_dead")
        told_itself = noun.i == happening.at  # "12 hurt"
        unknown = noun.pos_ == "NOUN" and not (only_counts or told_itself) and kind_of(noun, page) == (None, None)
        if unknown and noun.sent == sentence_at(page, happening.quantity.number_start):
            yield _Open(noun, happening.quantity, draft)


def _open_numbers(drafts: tuple[Draft, ...], reading: Reading) -> Iterator[_Open]:
    """Yield what is counted, in the same sentence, by a number that no draft has."""
    page, patients = reading.page, _patients(drafts)
    for quantity in open_numbers(drafts, reading):
        head = what_is_counted(quantity, page)
        if head is None or head.sent != sentence_at(page, quantity.number_start) or _is_part(head, patients):
            continue
        if (
            is_former(quantity, page) or _is_charge(head) or head.sent.text.strip(".()\n ") == head.text
        ):  # "8.", in a list
            continue
        yield _Open(head, quantity)


def _is_charge(noun: Token) -> bool:
    """Return whether *noun* is an act that somebody is only suspected, accused or convicted of: "12 people suspected of 14 murders"."""
    return tells(noun, "noun") and noun.dep_ == "pobj" and one_of(noun.head, "of") and noun.head.head.pos_ == "VERB"


def _is_of_charge(noun: Token) -> bool:
    """Return whether *noun* is whom an act befell that is not told but named for what it explains: "the perpetrator of the murder of a councillor"."""
    of = noun.dep_ == "pobj" and one_of(noun.head, "of")
    return of and tells(noun.head.head, "noun") and is_aside(noun.head.head)


def _open_singles(drafts: tuple[Draft, ...], reading: Reading) -> Iterator[_Open]:
    """Yield single persons and things that the tables know and no draft has: "a shopkeeper", "another rifle"."""
    page, patients = reading.page, _patients(drafts)
    for noun in tokens_like(page.doc, TAG={"NN", "NNP"}.__contains__):
        if _is_part(noun, patients) or not any(one_of(child, "indefinite") for child in noun.children):
            continue
        to = noun.head if noun.dep_ == "pobj" and one_of(noun.head, "to") else None
        tied = to is not None and to.head.tag_ in ("VBN", "VBD")  # ten men linked to a cell were held
        tied = tied or _is_of_charge(noun)
        known = kind_of(noun, page)[1] is not None and not tied and not form_of(noun, "number_noun")
        if known and not reading.sources.holding((noun.idx, noun.idx + len(noun))):
            yield _Open(noun, None)


def _is_part(noun: Token, patients: set[int]) -> bool:
    """Return whether a rule has what *noun* says with one of *patients*: itself, what it is, or what holds it ("a cache of 200 rifles", "one of the men, a driver").

    Nothing is done to who does something, either: "were shot by an officer".
    """
    if noun.dep_ == "pobj" and noun.head.dep_ == "agent":
        return True
    while noun.i not in patients and (noun.dep_ in ("appos", "pobj") or (noun.dep_ == "prep" and one_of(noun, "of"))):
        if noun.dep_ == "pobj" and not one_of(noun.head, "of"):
            return False
        noun = noun.head
    return noun.i in patients


def _patients(drafts: tuple[Draft, ...]) -> set[int]:
    return {index for draft in drafts for index in draft.happening.patients}


def _drafted(counted: _Open, action: str, page: Page) -> Draft | None:
    """Return what happened as a draft, null where it is denied, or the *action* does not fit what is counted.

    The head was taught that nothing happened to what is only planned, feared or supposed; of a single one the words are asked, too.
    """
    head = counted.head
    unit, kind = kind_of(head, page)
    if on_persons(action):
        if kind in LIFELESS or kind not in (None, "person"):
            return None
        unit = unit or "person"
    elif kind is not None and kind not in CLASSES.get(action, (kind,)):
        return None
    verb = _verb_of(head)
    if action == CAUGHT and any(form_of(child, "writ_noun") for child in verb.children):
        return None  # warrants were issued for 34 men
    if (
        is_negated(verb)
        or is_excluded(verb, page, asides=counted.quantity is None)
        or _is_own_act(counted, action, verb, page)
    ):
        return None
    happening = Happening(
        at=verb.i,
        start=counted.number,
        end=counted.quantity.number_end if counted.quantity else head.idx + len(head),
        action=action,
        also=(),
        patients=(head.i,),
        quantity=counted.quantity,
        unit=unit or (head.lemma_.lower() if head.pos_ == "NOUN" else None),
        status=status_of(verb),
        agent=agent_of(verb),
    )
    return Draft(happening, status=happening.status)


def _is_own_act(counted: _Open, action: str, verb: Token, page: Page) -> bool:
    """Return whether the words say what is done by those who are counted, or that some thing handles it: "20 rebels surrendered", "ten laid down their rifles", "the ship carried 12 tonnes"."""
    head = counted.head
    part = counted.quantity is not None and counted.quantity.leans == "part_of"
    if head.dep_ == "nsubj" and head.head == verb and not part:
        return form_of(verb, "own_act") or any(_are_own_goods(each, page) for each in verb.children)
    if action != TAKEN or head.dep_ != "dobj" or head.head != verb:
        return False
    doers = (child for child in verb.children if child.dep_ == "nsubj" and child.pos_ == "NOUN")
    kinds = ("body_noun", "operation_noun")
    return any(
        unit_of(each.lemma_.lower()) != "person" and not any(form_of(each, kind) for kind in kinds) for each in doers
    )


def _are_own_goods(word: Token, page: Page) -> bool:
    """Return whether *word* is an object that those have who do something with it: "laid down their rifles"."""
    owned = any(child.dep_ == "poss" and child.tag_ == "PRP$" for child in word.children)
    return word.dep_ == "dobj" and owned and kind_of(word, page)[1] == "goods"


def _verb_of(noun: Token) -> Token:
    """Return the word that says something of *noun*: the participle on it, else the verb it hangs on, else itself."""
    own = next((child for child in noun.children if child.dep_ == "acl" and child.tag_ == "VBN"), None)
    if own is not None:
        return own
    each = noun
    while each.head != each and each.pos_ not in ("VERB", "AUX"):
        each = each.head
    return each if each.pos_ in ("VERB", "AUX") else noun
