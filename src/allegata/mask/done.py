"""What in a text says that something was done to the one named."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.lexicon import pattern, table, words
from allegata.mask.naming import AFTER
from allegata.mask.office import clause_before

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@cache
def harming(language: str) -> frozenset[str]:
    """Return the lemmas of the verbs and nouns that do something to persons only."""
    return words(language, "accusing_verb") | {lemma for lemma, beside in _doing(language) if not beside}


@cache
def _doing(language: str) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return the lemmas of what is done to persons, each with the words that must stand with it: ("pick", ("up",))."""
    persons = {row["action"] for row in table("actions") if row["persons"] == "yes"}
    rows = (row for row in table(f"{language}/action_words") if row["action"] in persons)
    return frozenset((row["lemma"], tuple(row["with"].split())) for row in rows)


def _harms(token: Token, language: str) -> bool:
    """Return whether *token* is a word that does something to persons; one that mostly does not, with the words that make it so."""
    lemma = token.lemma_.lower()
    if lemma in harming(language):
        return True
    beside = [each for one, each in _doing(language) if one == lemma]
    if lemma not in words(language, "seldom_harming"):
        return bool(beside)
    found = {word.lower_ for word in token.subtree}
    return any(found.issuperset(each) for each in beside)


def is_done_to(text: str, start: int, end: int, language: str) -> bool:
    """Return whether something was done to the one whose title stands before the name, and who does not speak.

    >>> text = "Gunmen shot dead the governor of Orva, Ada Bo, on Monday."
    >>> is_done_to(text, 39, 45, "en"), is_done_to("They freed a man in Orva, Ada Bo said.", 26, 32, "en")
    (True, False)
    """
    lead = pattern(language, "done_lead").search(clause_before(text, start))
    return lead is not None and not pattern(language, "said_right_after").match(text[end : end + AFTER])


def acted_on(doc: Doc, text: str, start: int, end: int, language: str) -> bool:
    """Return whether the name from *start* to *end* of *text*, which is parsed, is the object or passive subject of a word that does something to persons."""
    stretch = doc.char_span(start, end, alignment_mode="expand")
    if stretch is None:
        return False
    token = stretch.root
    if token.dep_ == "appos" and pattern(language, "said_next").match(text[end : end + AFTER]):
        # Who speaks stands in apposition to the office that speaks, whatever else the parser hangs it on.
        return False
    for _ in range(6):
        head = token.head
        if token.dep_ in ("nsubj", "nsubjpass") and _befalls(token, language):
            return True
        if token.dep_ in ("nsubjpass", "dobj", "pobj", "relcl", "acl") and _harms(head, language):
            return True
        if token.dep_ == "pobj" and _harms(head.head, language) and head.dep_ == "prep":
            return head.lower_ not in words(language, "place_lead")
        if any(
            (child.dep_ == "relcl" or (child.dep_ == "acl" and child.tag_ != "VBD")) and _harms(child, language)
            for child in token.children
        ):
            return True
        if token.dep_ not in ("appos", "conj", "compound", "nmod", "flat") or head == token:
            return False
        token = head
    return False


def _befalls(token: Token, language: str) -> bool:
    """Return whether *token* is the subject of what befalls it, or the passive subject of a verb joined to one that does something to persons."""
    head = token.head
    if head.lemma_.lower() in words(language, "suffering_verb"):
        return True
    joined = [head, *(each for each in head.conjuncts if each.tag_ in ("VBN", "VBD"))]
    return token.dep_ == "nsubjpass" and any(_harms(each, language) for each in joined)
