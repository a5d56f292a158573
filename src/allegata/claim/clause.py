"""Which words are of the clause that tells of a happening, and how far they hang below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .happening import Happening
from .page import Page, form_of, one_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def distance(
    word: Token, main: Token, dated: bool = False, raided: bool = False, acted: Sequence[int] = ()
) -> int | None:
    """Return how many arcs *word* hangs below the clause of *main*, null when it belongs to a cause or another clause.

    dated: *word* is a time, so "after" or "over" directly before it opens no cause. raided: what hangs below it was done where an operation before it was.
    acted: the tokens of what is acted on, which no cause opens before: "was carried out against two men in Kano".
    """
    each, steps = word, 0
    clause = clause_of(main)
    while steps < 12:
        if each.i in clause:
            return steps
        raid = raided and _is_of_raid(each)
        opens = each.dep_ == "prep" and one_of(each, "cause") and not raid
        if opens and not any(child.i in acted for child in each.children):
            return None
        if each.dep_ in ("relcl", "advcl", "pcomp") and not _is_at_once(each):
            return None
        if dated and each.dep_ == "acl" and each.tag_ == "VBN" and each.head.i in acted and each.i < main.i:
            return None  # the three nuns kidnapped on May 11 were released
        timed = dated and each.i in (word.i, word.head.i)
        if each.dep_ == "prep" and one_of(each, "cause_or_time") and not (timed or raid):
            return None
        if each.head == each:
            return None
        each, steps = each.head, steps + 1
    return None


def _is_of_raid(preposition: Token) -> bool:
    """Return whether *preposition* puts a happening where an operation was: "held after a raid in Kano", "held in a raid against gamblers in Kano"."""
    if form_of(preposition.head, "operation_noun"):
        return True
    after = one_of(preposition, "after_operation")
    return after and any(
        child.dep_ in ("pobj", "dobj") and form_of(child, "operation_noun") for child in preposition.children
    )


def _is_at_once(clause: Token) -> bool:
    """Return whether the *clause* tells what was at the same place and time: "died when a house in Kano was stormed"."""
    return clause.dep_ == "advcl" and any(one_of(child, "at_once") for child in clause.children)


def main_of(happening: Happening, page: Page) -> Token:
    """Return the word whose clause tells when and where: the verb of a part where it stands in another sentence than its whole."""
    main = page.doc[happening.at]
    if not happening.patients or page.doc[happening.patients[0]].sent == main.sent:
        return main
    each = page.doc[happening.patients[0]]
    while each.pos_ not in ("VERB", "AUX") and each.head != each:
        each = each.head
    return each


def clause_of(main: Token) -> frozenset[int]:
    """Return the tokens that carry the clause of *main*: itself, the verbs coordinated with it, what it is coordinated to."""
    found = {main.i}
    each = main
    if main.dep_ == "advcl" and main.tag_ == "VBG" and main.i > main.head.i:
        # "fought on Monday, killing three": the day is that of both.
        each = main.head
        found.add(each.i)
    if main.dep_ == "pcomp" and one_of(main.head, "to"):
        # "the raids of June led to arresting ten": what led to it was then, too.
        each = main.head
        found.add(each.i)
    if main.dep_ == "relcl" and _is_occasion(main):
        # "operations since May, in which ten were held": that was in the time of the operations.
        each = main.head
        found.add(each.i)
    while (
        each.dep_ in ("conj", "xcomp", "acl", "dobj", "nsubj", "nsubjpass", "pobj", "prep", "attr", "compound")
        and each.head != each
    ):
        if (
            each.dep_ == "conj"
            and each.head.pos_ == "VERB"
            and any(child.dep_ == "dobj" for child in each.children)
            and each.i > main.i
        ):
            break
        each = each.head
        found.add(each.i)
    return frozenset(found)


def _is_occasion(clause: Token) -> bool:
    """Return whether the relative *clause* tells what was during that which it hangs on: "raids in which ten were held"."""
    return form_of(clause.head, "operation_noun") and any(
        child.dep_ == "prep" and any(one_of(each, "relative") for each in child.children) for child in clause.children
    )
