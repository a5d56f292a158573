"""What a sentence counts without saying its verb again: the items of a list, and the parts of a total."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from allegata.ground.lexicon import pattern, words
from allegata.ground.unit import unit_of

from .action import FREED, TAKEN, actions, senses
from .draft import Draft
from .happening import phrase_at
from .page import Stretches, between, form_of, one_of, sentence_at, stretch_at
from .patient import classes, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Span as Stretch
    from spacy.tokens import Token

    from allegata.ground.quantity import Quantity

    from .draft import Reading
    from .happening import Happening
    from .page import Page

REACH = 900
"""Code points after a number in which it may be said anew."""
FINITE = frozenset(["VBD", "VBP", "VBZ", "MD"])
MODIFYING = frozenset(["amod", "compound"])


def carry_on(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with the further items of a list: "held 18 in Piura and 14 in Trujillo", "12 rings, four gangs and 30 cells"."""
    page = reading.page
    made = list(drafts)
    counted = sorted((draft for draft in drafts if draft.happening.quantity), key=number_of)
    acted = _acted(drafts, page)
    parts: set[int] = set()
    for quantity in open_numbers(drafts, reading):
        if quantity.leans == "part_of":
            continue
        sentence = sentence_at(page, quantity.number_start)
        head = what_is_counted(quantity, page)
        if head is None or _is_said_twice(head, quantity, counted):
            continue
        told = between(counted, quantity.number_start - REACH, quantity.number_start, number_of)
        said = _restated(quantity, told, reading) if head.like_num else None
        among = said is None and bool(told) and (_is_among(head, told[-1], page) or _is_kind_of(head, quantity, told))
        if said is None and told and (among or _is_figure(head)):
            said = told[-1]
        if said is not None:
            anew = replace(quantity, leans="part_of") if among else quantity
            made.append(_again(said, anew, head))
            insort(counted, made[-1], key=number_of)
            continue
        near = between(counted, _list_start(sentence), quantity.number_start, number_of)
        if near and _is_compared(quantity, page):
            made.append(_again(near[-1], quantity, head))
            continue
        if not near or not _carried_on(near[-1].happening, quantity, head, acted, page):
            continue
        unit, kind = kind_of(head, page)
        last = near[-1]
        if kind is None and last.happening.action == TAKEN and head.pos_ == "NOUN":
            unit = head.lemma_.lower()
        if number_of(last) in parts or _breaks_down(quantity, page):
            quantity = replace(quantity, leans="part_of")
        made.append(_again(last, quantity, head, unit=unit or last.happening.unit))
        insort(counted, made[-1], key=number_of)
        if quantity.leans == "part_of":
            parts.add(quantity.number_start)
    return tuple(made)


def open_numbers(drafts: Sequence[Draft], reading: Reading) -> Iterator[Quantity]:
    """Yield the quantities that none of *drafts* has, in reading order; none of a "source of two", of "between June 1 and 20" or that is denied: "23, not 31"."""
    page = reading.page
    taken = {number_of(draft) for draft in drafts}
    times = Stretches.of(each.spans for each in page.times)
    denied = pattern(page.document.language, "denied_number")
    for quantity in page.quantities:
        number = (quantity.number_start, quantity.number_end)
        if quantity.number_start in taken or reading.sources.holding(number) or times.holding(number):
            continue
        if not denied.search(page.document.text, max(0, quantity.start - 8), quantity.start):
            yield quantity


def _acted(drafts: Sequence[Draft], page: Page) -> set[int]:
    """Return the tokens that say what happened in *drafts*, with the verb of a phrase: "were put under house arrest"."""
    words_of = [page.doc[draft.happening.at] for draft in drafts]
    return {each.i for each in words_of} | {each.head.i for each in words_of if each.pos_ == "ADP"}


def _is_said_twice(head: Token, quantity: Quantity, counted: Sequence[Draft]) -> bool:
    """Return whether *quantity* only says again how many were counted: "two of them, both men in their sixties"."""
    if quantity.phrase.lower() not in words(head.lang_, "both"):
        return False
    noun = head.head if head.dep_ == "det" else head
    return noun.dep_ in ("appos", "nsubjpass") and any(
        noun.head.i in (draft.happening.at, *draft.happening.patients)
        and draft.happening.quantity is not None
        and (draft.happening.quantity.low, draft.happening.quantity.high) == (quantity.low, quantity.high)
        for draft in counted
    )


def _restated(quantity: Quantity, told: Sequence[Draft], reading: Reading) -> Draft | None:
    """Return what *quantity* counts where it is all that the same speaker says: "12 were jailed, he said; later he said over 15"."""
    text = reading.page.document.text
    for attribution in reading.in_content((quantity.start, quantity.end)):
        content = attribution.content[0]
        rest = text[content.start : quantity.start] + text[quantity.end : content.end]
        if len(attribution.content) > 1 or any(map(str.isalnum, rest)):
            continue
        number = reading.voices[attribution.id].number
        for draft in reversed(told):
            before = reading.in_content((draft.happening.start, draft.happening.end))
            if before and reading.voices[before[-1].id].number == number:
                return draft
    return None


def _is_among(head: Token, told: Draft, page: Page) -> bool:
    """Return whether *head* is counted among those *told* happened to: "four nurses were among them"."""
    verb = head.head
    if head.dep_ != "nsubj" or not form_of(verb, "copula") or told.happening.unit != "person":
        return False
    among = [child for child in verb.children if child.dep_ == "prep" and one_of(child, "among")]
    patients = {page.doc[index].lemma_.lower() for index in told.happening.patients}
    whole = [each for child in among for each in child.children if each.dep_ == "pobj"]
    return any(one_of(each, "them") or each.lemma_.lower() in patients for each in whole)


def _is_kind_of(number: Token, quantity: Quantity, told: Sequence[Draft]) -> bool:
    """Return whether a bare *number* says what kind of people some of those *told* last were, to whom one thing happened: "two were women"."""
    *before, last = told[-2:]
    whole = last.happening.quantity
    if not tells_kind(number) or last.happening.unit != "person" or whole is None:
        return False
    fewer = (quantity.low or 0) < (whole.low or whole.high or 0)
    return fewer and all(each.happening.action == last.happening.action for each in before)


def tells_kind(number: Token) -> bool:
    """Return whether all that is said of a bare *number* is what kind of people they are: "two were women", but not "the two" or "two of the dead"."""
    bare = number.like_num and number.dep_ == "nsubj"
    bare = bare and not any(child.dep_ in ("prep", "det", "predet", "amod") for child in number.children)
    kinds = (child for child in number.head.children if child.dep_ == "attr")
    return bare and form_of(number.head, "copula") and any(unit_of(each.lemma_.lower()) == "person" for each in kinds)


def _is_compared(quantity: Quantity, page: Page) -> bool:
    """Return whether *quantity* is an earlier number of the same kind: "24 executions in 2022, against 83 the year before"."""
    text, start = page.document.text, max(0, quantity.start - 40)
    return pattern(page.document.language, "compared").search(text, start, quantity.start) is not None


def _is_figure(number: Token) -> bool:
    """Return whether *number* is said anew of what was counted before: "put the figure at 45", "the number has risen to 90"."""
    joint = number.head
    if number.dep_ != "pobj" or not one_of(joint, "reached") or joint.head.pos_ not in ("VERB", "AUX"):
        return False
    verb = joint.head
    subject = "dobj" if form_of(verb, "putting") else "nsubj"
    counts = [child for child in verb.children if child.dep_ == subject and form_of(child, "number_noun")]
    return any(
        any(one_of(each, "definite") for each in noun.children)
        and not any(each.dep_ in ("prep", "compound", "acl", "relcl") for each in noun.children)
        for noun in counts
    )


def _again(draft: Draft, quantity: Quantity, head: Token, **changes: Any) -> Draft:
    """Return a draft of what happened in *draft*, done to the *quantity* whose noun is *head*."""
    happening = replace(
        draft.happening,
        start=quantity.number_start,
        end=quantity.number_end,
        patients=(head.i,),
        quantity=quantity,
        **changes,
    )
    return Draft(happening, status=draft.status)


def number_of(draft: Draft) -> int:
    """Return where the number of *draft* begins, -1 if it has none: the order of drafts that count."""
    return draft.happening.quantity.number_start if draft.happening.quantity else -1


def _list_start(sentence: Stretch) -> int:
    """Return where the list may begin that goes on in *sentence*: before a colon that the parser took for its end."""
    before = sentence.doc[max(0, sentence.start - 1)]
    return before.sent.start_char if sentence.start and one_of(before, "part_joint") else sentence.start_char


def what_is_counted(quantity: Quantity, page: Page) -> Token | None:
    """Return the noun that *quantity* counts, or its own last word if it counts none that is said."""
    found = stretch_at(page, quantity.number_start, quantity.number_end)
    if found is None:
        return None
    if found.root.dep_ in ("nummod", "quantmod"):
        return found.root.head
    if found.root.dep_ == "compound" and found.root.head.dep_ == "nummod":
        return found.root.head.head  # 21 AK-47 rifles
    after = page.doc[found.end : found.end + 1]
    misread = found.root.dep_ == "conj" and found.root.tag_ == "CD" and any(each.tag_ == "NNS" for each in after)
    return after[0] if misread else found.root  # "resin and 74 pistols"


def _carried_on(last: Happening, quantity: Quantity, head: Token, acted: set[int], page: Page) -> bool:
    """Return whether *quantity* is the next item of the list that *last* stands in."""
    found = stretch_at(page, quantity.start, quantity.end)
    before = last.quantity and stretch_at(page, last.quantity.number_start, last.quantity.number_end)
    joint = _joint(found.start, page) if found is not None else None
    if found is None or not before or joint is None:
        return False
    if head.i in last.patients and not one_of(joint, "part_joint"):
        return False
    between_items = page.doc[before.end : joint.i]
    if any(_breaks(each, page) for each in between_items if last.at not in (each.i, each.head.i)):
        return False
    _, kind = kind_of(head, page)
    told = classes(page.document.language).get(last.unit or "") or ("person" if last.unit == "person" else None)
    bare = head.like_num or one_of(head, "others")
    goods = last.action == TAKEN and kind in (None, "goods") and head.pos_ == "NOUN" and not bare
    if not (kind == told is not None or goods or (bare and kind is None and told == "person")):
        return False
    remaining = page.doc[max(found.end, head.i + 1) : head.sent.end]
    stop = next((each.i for each in remaining if each.text in ",;" or each.pos_ == "CCONJ"), head.sent.end)
    after = page.doc[max(found.end, head.i + 1) : stop]
    if bare and after and not (after[0].pos_ == "ADP" or one_of(after[0], "additional_after") or after[0].is_punct):
        return False
    if after and phrase_at(after[0]) is not None:
        return False
    own = {each.i for child in head.children if child.dep_ == "relcl" for each in child.subtree}
    rest = [each for each in after if last.at not in (each.i, each.head.i)]
    return not any((_breaks(each, page) and each.i not in own) or each.i in acted for each in rest)


def _joint(start: int, page: Page) -> Token | None:
    """Return what joins the item that begins at token *start* to those before: a comma, "and", "as were"."""
    at = start - 1
    while at > 0 and page.doc[at].is_quote:
        at -= 1
    joint = page.doc[at]
    if one_of(joint, "list_joint") or one_of(joint, "part_joint") or joint.text in ",;":
        return joint
    before = page.doc[at - 1]
    stands = joint.pos_ == "AUX" and one_of(before, "likewise")
    return before if at and (stands or one_of(before, "together")) else None


def _breaks_down(quantity: Quantity, page: Page) -> bool:
    """Return whether *quantity* begins the parts of the number before: "15 men were held: nine in Kars and six in Van"."""
    found = stretch_at(page, quantity.start, quantity.end)
    joint = _joint(found.start, page) if found is not None else None
    return joint is not None and one_of(joint, "part_joint")


def _breaks(token: Token, page: Page) -> bool:
    """Return whether *token* begins another clause than one of who says so."""
    if token.i in page.cues or (token.dep_ in ("aux", "auxpass") and token.head.i in page.cues):
        return False
    return token.tag_ in FINITE and token.dep_ not in MODIFYING and token.pos_ in ("VERB", "AUX")


def break_down(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with the parts of a total that has no verb of its own: "of whom 40 are soldiers", "including 12 judges"."""
    page = reading.page
    freed = sorted(number_of(draft) for draft in drafts if draft.happening.action == FREED)
    drafts = tuple(_of_the_whole(draft, freed, page) for draft in drafts)
    counted = sorted((draft for draft in drafts if draft.happening.quantity), key=number_of)
    taken, acted = {number_of(draft) for draft in counted}, _acted(drafts, page)
    made = list(drafts)
    for quantity in page.quantities:
        if quantity.number_start in taken or quantity.modifier == "range":
            continue
        near = between(counted, quantity.number_start - 399, quantity.number_start, number_of)
        sentence = sentence_at(page, quantity.number_start)
        named = _named_whole(sentence, page)
        before = [each for each in near if each.happening.unit == "person" and (not named or _is_of(each, named))]
        lead = page.document.text[sentence.start_char : quantity.number_start]
        listed = named or pattern(page.document.language, "parts_of").search(lead)
        head = what_is_counted(quantity, page)
        if not before or not (quantity.leans == "part_of" or listed) or head is None or _does(head):
            continue
        if _is_said_twice(head, quantity, counted):
            continue
        if head.dep_ == "pobj" and one_of(head.head, "part_aside"):
            continue
        if any(each.i in acted and (not named or each.i > head.i) for each in head.subtree):
            continue
        unit = unit_of(head.lemma_.lower()) or unit_of(head.lower_)
        if unit not in ("person", None) or (unit is None and head.pos_ in ("NOUN", "PROPN")):
            continue
        if kind_of(head, page)[1] == "goods":
            continue  # 62 drones, of which 58 were shot down
        made.append(_again(before[-1], replace(quantity, leans="part_of"), head, also=()))
    return tuple(made)


def _does(part: Token) -> bool:
    """Return whether *part* is only told to do something: "three of the hostages told a priest", "seven of whom had wounds"."""
    return part.dep_ == "nsubj" and part.head.pos_ == "VERB" and not form_of(part.head, "copula")


def _named_whole(sentence: Stretch, page: Page) -> frozenset[str]:
    """Return the actions of the whole that *sentence* opens with, none if it opens otherwise: "Of the arrested, …"."""
    opening = pattern(page.document.language, "whole_lead").match(sentence.text)
    if opening is None:
        return frozenset()
    known = senses(page.document.language)
    words_of = sentence.doc.char_span(
        sentence.start_char + opening.start("whole"),
        sentence.start_char + opening.end("whole"),
        alignment_mode="expand",
    )
    return frozenset(
        row["action"]
        for each in words_of or ()
        for kind in ("verb", "noun")
        for row in known.get((each.lemma_.lower(), kind), ())
    )


def _is_of(draft: Draft, named: frozenset[str]) -> bool:
    return draft.happening.action in named or not named.isdisjoint(draft.happening.also)


def _of_the_whole(draft: Draft, freed: list[int], page: Page) -> Draft:
    """Return *draft* as released where its own verb only says what had been before: "pardoned, of whom 220 had been detained".

    freed: where the numbers of those released stand.
    """
    happening = draft.happening
    verb, row = page.doc[happening.at], actions()[happening.action]
    past = any(one_of(child, "pluperfect") and child.dep_ in ("aux", "auxpass") for child in verb.children)
    custody = int(row["stage"]) > 0 or row["detail"] == "stage"
    if not (past and custody) or happening.quantity is None or happening.quantity.leans != "part_of":
        return draft
    sentence = sentence_at(page, happening.start)
    whole = between(freed, sentence.start_char, happening.quantity.number_start, int)
    return replace(draft, happening=replace(happening, action=FREED, also=())) if whole else draft


def _item_starts(items: Sequence[Draft], page: Page) -> list[int]:
    """Return where each of *items* begins: at its number, or where all have one, at the place that leads it: "in Kars, nine; in Van, six"."""
    text, numbers = page.document.text, [number_of(each) for each in items]
    lead = pattern(page.document.language, "item_lead")
    found = [lead.search(text, one, two) for one, two in pairwise(numbers)]
    leads = [each.start() for each in found if each is not None]
    if len(leads) < len(found):
        return numbers
    return [sentence_at(page, numbers[0]).start_char, *leads]


def set_apart(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with, for each item of a list, the stretch that is its own: from its number to the next one's, from its place where that leads."""
    groups: dict[tuple[int, int], list[Draft]] = {}
    for draft in drafts:
        if draft.happening.quantity:
            sentence = sentence_at(reading.page, number_of(draft))
            groups.setdefault((draft.happening.at, sentence.end_char), []).append(draft)
    apart: dict[int, tuple[int, int]] = {}
    for (_, end), items in groups.items():
        items.sort(key=number_of)
        if len(items) > 1:
            starts = _item_starts(items, reading.page)
            apart.update((id(each), bounds) for each, bounds in zip(items, pairwise([*starts, end]), strict=True))
    return tuple(replace(draft, apart=apart.get(id(draft))) for draft in drafts)
