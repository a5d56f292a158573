"""How many of what, and who they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allegata.ground.actor import find_aliases, kind_of_outlet
from allegata.ground.quantity import count_of
from allegata.ground.unit import unit_of
from allegata.model.claim import Actor, Count
from allegata.model.mention import Mention, span_of

from .asserted import is_age_of
from .draft import Draft
from .page import QUOTATION_MARKS, extent, form_of, one_of, trimmed, unquoted
from .patient import numbered, people_together

if TYPE_CHECKING:
    from spacy.tokens import Token

    from allegata.ground.quantity import Quantity

    from .draft import Reading
    from .happening import Happening
    from .page import Page


def count(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* with how many of what, and who they were."""
    return tuple(_counted(draft, reading.page) for draft in drafts)


def _counted(draft: Draft, page: Page) -> Draft:
    happening = draft.happening
    text = page.document.text
    heads = [page.doc[index] for index in happening.patients]
    if not heads:
        return draft
    start, end = counted_phrase(heads[0], page)
    if happening.quantity is not None and any(one_of(child, "instead") for child in _number_children(heads[0])):
        start = max(start, happening.quantity.start)  # not five but nine people
    target = None
    if start < end and heads[0].pos_ != "PRON":
        target = _target(happening, heads[0], start, end, page)
    quantity = happening.quantity
    together = people_together(heads, page) if happening.unit == "person" else None
    if together is not None:
        return replace(draft, count=_together(heads, together, quantity, page), target=target)
    if quantity is not None:
        made = count_of(quantity, happening.unit)
        span = span_of(text, *trimmed(text, quantity.start, _noun_end(heads[0], quantity, page)))
        return replace(draft, count=Mention((span,), (made,), "quantity"), target=target)
    bare = _uncounted(heads[0], happening, draft.attribution is not None)
    if bare is not None and start < end:
        low, high, modifier = bare
        phrase = span_of(text, start, end)
        unit = happening.unit
        exact = modifier == "exact"
        value = Count(low, high, unit, "exact" if exact else "vague", phrase.text, "exact" if exact else page.profile)
        return replace(draft, count=Mention((phrase,), (value,), "number of the noun"), target=target)
    return replace(draft, target=target)


def _number_children(head: Token) -> list[Token]:
    """Return what hangs on the number of *head*."""
    return [child for number in head.children if number.dep_ == "nummod" for child in number.children]


def _target(happening: Happening, head: Token, start: int, end: int, page: Page) -> Mention[Actor] | None:
    """Return who the words from *start* to *end* say was acted on: an organisation named in them or in what hangs on them.

    Null where they say no more than the noun that is counted, and for an agency, which is never acted on here.
    """
    text, language = page.document.text, page.document.language
    whole = trimmed(text, head.left_edge.idx, head.right_edge.idx + len(head.right_edge))
    organisations = [
        alias for alias in find_aliases(text[whole[0] : whole[1]]) if kind_of_outlet(alias.text, language) is None
    ]
    if organisations:
        return Mention((span_of(text, *whole),), organisations[0].readings, "organisation")
    start, end = unquoted(text, start, end)
    if sum(text[start:end].count(mark) for mark in QUOTATION_MARKS) % 2:
        start, end = start - (text[start - 1] in QUOTATION_MARKS), end + (text[end : end + 1] in (*QUOTATION_MARKS,))
    number = happening.quantity
    said = [
        each
        for each in head.subtree
        if start <= each.idx < end
        and each.i != head.i
        and not (each.pos_ == "PRON" and each.dep_ == "pobj")
        and not (number and number.start <= each.idx < number.end)
    ]
    bare = all(
        each.like_num
        or one_of(each, "additional_after")
        or each.dep_ in ("det", "nummod", "quantmod", "advmod", "prep", "punct")
        for each in said
    )
    bare = bare or (head.like_num and not any(one_of(each, "of") for each in said))
    counted_only = bare and (
        head.like_num
        or head.pos_ == "PRON"
        or one_of(head, "others")
        or form_of(head, "vague_head")
        or unit_of(head.lower_) is not None
    )
    at = page.doc[happening.at].idx
    if start >= end or start <= at < end or counted_only or kind_of_outlet(text[start:end], language):
        return None
    return Mention((span_of(text, start, end),), (Actor(text[start:end], None),), "patient")


def _together(heads: list[Token], total: int, quantity: Quantity | None, page: Page) -> Mention[Count]:
    """Return the *total* of *heads*, people who are one count, on their words: "two men and a woman"."""
    first, last = min(heads, key=lambda each: each.i), max(heads, key=lambda each: each.i)
    span = span_of(page.document.text, *trimmed(page.document.text, first.left_edge.idx, last.idx + len(last)))
    leans = quantity.leans if quantity is not None else None
    return Mention((span,), (Count(total, total, "person", "exact", span.text, "exact", leans),), "quantity")


def _noun_end(head: Token, quantity: Quantity, page: Page) -> int:
    if head.idx >= quantity.end and head.idx - quantity.end < 40:
        return head.idx + len(head)
    return quantity.end


def counted_phrase(head: Token, page: Page) -> tuple[int, int]:
    """Return the phrase of *head* without what hangs on it as a clause of its own."""
    kept = [head]
    pending = [head]
    while pending:
        each = pending.pop()
        for child in each.children:
            if (
                child.dep_
                in (
                    "det",
                    "amod",
                    "nummod",
                    "compound",
                    "poss",
                    "case",
                    "quantmod",
                    "advmod",
                    "nmod",
                    "pobj",
                    "prep",
                    "punct",
                    "appos",
                )
                and child.dep_ != "relcl"
            ):
                if child.dep_ == "prep" and (child.i < head.i or not one_of(child, "within_phrase")):
                    continue
                if child.dep_ == "punct" and child.text in ".;:,":
                    continue
                if child.dep_ == "appos" and numbered(child):
                    continue  # the next of a list
                kept.append(child)
                pending.append(child)
    left, right = min(each.i for each in kept), max(each.i for each in kept)
    inner = page.doc[left : right + 1]
    if any(each.tag_ in ("VBD", "VBZ", "VBP") for each in inner):
        return head.idx, head.idx + len(head)
    return trimmed(page.document.text, *extent(list(inner)))


def _is_one_person(pronoun: Token) -> bool:
    """Return whether *pronoun* is one person alone of whom a clause tells what was done: "police arrested him", not "him and his son", "who shot her"."""
    alone = pronoun.dep_ != "conj" and not any(child.dep_ == "conj" for child in pronoun.children)
    verb = pronoun.head
    might = any(child.tag_ == "MD" or one_of(child, "asking") for child in verb.children)
    describes = verb.dep_ == "relcl" and not is_age_of(verb.head)
    return one_of(pronoun, "one_person") and alone and not describes and not might


def _uncounted(head: Token, happening: Happening, told: bool) -> tuple[int, int | None, str] | None:
    """Return the bounds of a noun without a number.

    A bare plural, "some" and "all the men" are two or more, "a team" is one, "the men" says nothing. Where it is *told*,
    "the gunman" is one; in the reporter's own voice he is somebody met before.
    """
    determiners = [child for child in head.children if child.dep_ in ("det", "poss", "predet", "nummod")]
    if any(one_of(each, "any_body") for each in (head, *determiners)):
        return 0, 0, "exact"
    if form_of(head, "vague_head") and any(child.dep_ == "prep" for child in head.children):
        return 2, None, "vague"
    if happening.negated:
        return None
    if one_of(head, "nobody") or any(one_of(each, "no") for each in determiners):
        return 0, 0, "exact"
    if any(one_of(each, "indefinite") or one_of(each, "single") for each in determiners) and head.tag_ in ("NN", "NNP"):
        two = one_of(head, "pair") and not any(one_of(child, "of") for child in head.children)
        return (2, 2, "exact") if two else (1, 1, "exact")
    whole = any(one_of(each, "people_alone") for each in determiners)
    if head.tag_ == "NNS" and (whole or not any(one_of(each, "definite") for each in determiners)):
        return 2, None, "vague"
    if told and one_of(head, "people_alone"):
        return 2, None, "vague"
    if head.ent_type_ == "PERSON" and head.tag_ == "NNP":
        return 1, 1, "exact"
    if told and happening.unit == "person" and _is_one_person(head):
        return 1, 1, "exact"
    if (
        told
        and happening.unit == "person"
        and head.tag_ == "NN"
        and any(one_of(each, "definite") or each.dep_ == "poss" for each in determiners)
    ):
        return 1, 1, "exact"
    return None
