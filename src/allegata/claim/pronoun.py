"""Whom a pronoun that speaks takes up: the body that the words before it are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allegata.ground.unit import unit_of
from allegata.model.mention import Span

from .page import Page, between, extent, first_offset, meets, sentence_at

if TYPE_CHECKING:
    from spacy.tokens import Token

    from allegata.model.claim import Speaker

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
    return _body_of(subject, page) if subject is not None and not _is_of_body(subject, page) else None


def _body_of(subject: Token, page: Page) -> Speaker | None:
    """Return the last body that the phrase of *subject* names."""
    start, end = extent(list(subject.subtree))
    bodies = between(page.bodies, start, end, first_offset)
    return bodies[-1].readings[0] if bodies else None


def _is_of_body(subject: Token, page: Page) -> bool:
    """Return whether *subject* is somebody or something of a body, and not the body that goes on to speak: "no member of the army", "the army's boats"."""
    itself = any(
        meets(span, Span(subject.idx, subject.idx + len(subject), "")) for each in page.bodies for span in each.spans
    )
    return not itself and (unit_of(subject.lower_) == "person" or subject.tag_ == "NNS")
