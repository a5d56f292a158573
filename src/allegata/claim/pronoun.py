"""Whom a pronoun that speaks takes up: the body that the words before it are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .page import Page, between, extent, first_offset, sentence_at

if TYPE_CHECKING:
    from spacy.tokens import Token

    from allegata.model.claim import Speaker
    from allegata.model.mention import Span

SUBJECTS = frozenset({"nsubj", "nsubjpass"})
"""Relations of a subject to its verb."""


def subject_body(source: Span, page: Page) -> Speaker | None:
    """Return the body that *source*, a pronoun for a body, stands for as a subject: "the army caught ten men, it said"; else that of the sentence before.

    Null if there is none.
    """
    sentence = sentence_at(page, source.start)
    here = [each for each in sentence if each.dep_ in SUBJECTS and each.idx < source.start]
    found = _body_of(here[-1], page) if here else None
    if found is not None or sentence.start == 0:
        return found
    before = page.doc[sentence.start - 1].sent
    subject = next((child for child in before.root.children if child.dep_ in SUBJECTS), None)
    return _body_of(subject, page) if subject is not None else None


def _body_of(subject: Token, page: Page) -> Speaker | None:
    """Return the last body that the phrase of *subject* names."""
    start, end = extent(list(subject.subtree))
    bodies = between(page.bodies, start, end, first_offset)
    return bodies[-1].readings[0] if bodies else None
