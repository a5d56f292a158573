"""The words that say an action, and what is known of each action."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.lexicon import Row, table

if TYPE_CHECKING:
    from spacy.tokens import Token

ABDUCTED, CAUGHT, FREED, KILLED, NAMED, SENTENCED, TAKEN = (
    "disappear",
    "arrest",
    "release",
    "kill",
    "identify",
    "sentence",
    "seize",
)
"""Codes of the actions that rules of more than one module are about."""


@cache
def senses(language: str) -> dict[tuple[str, str], tuple[Row, ...]]:
    """Return the rows of the action words, by lemma and part of speech."""
    found: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in table(f"{language}/action_words"):
        key = (row["lemma"], row["pos"])
        found[key] = (*found.get(key, ()), row)
    return found


@cache
def forms(language: str) -> frozenset[str]:
    """Return the lemmas of the action words, of any part of speech, and the first words of their phrases."""
    return frozenset(lemma for lemma, _ in senses(language))


@cache
def actions() -> dict[str, Row]:
    """Return the row of each action."""
    return {row["action"]: row for row in table("actions")}


def on_persons(action: str) -> bool:
    """Return whether *action* is done to persons only."""
    return actions()[action]["persons"] == "yes"


def tells(token: Token, kind: str) -> bool:
    """Return whether *token* is a word of a *kind*, verb or noun, that itself says what happened."""
    return token.pos_ == kind.upper() and (token.lemma_.lower(), kind) in senses(token.lang_)
