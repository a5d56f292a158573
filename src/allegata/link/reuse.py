"""Words that two claims share: who copied from whom shows in the longest run of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from allegata.model.claim import Claim

LENGTHS = tuple(range(4, 44, 4))
"""Lengths of runs that are told apart, in words; a run of fewer than four is no reuse."""
COPIED = 8
"""Words in a row from which two passages are taken to be of one text."""
LOOKED_AT = 300
"""Words of a passage that are compared."""
Run = tuple[str, ...]


@lru_cache(maxsize=65536)
def _words(text: str) -> Run:
    return tuple(re.findall(r"\w+|\|", text.lower())[:LOOKED_AT])


@lru_cache(maxsize=4096)
def _runs(text: str, length: int) -> frozenset[Run]:
    words = _words(text)
    every = (words[at : at + length] for at in range(len(words) - length + 1))
    return frozenset(run for run in every if "|" not in run)


def said(claim: Claim) -> str:
    """Return the passage of *claim* with a bar for the words that say who speaks: long titles recur without being copied."""
    text = claim.passage.text.replace("|", " ")
    for span in claim.attribution.source if claim.attribution else ():
        text = text.replace(span.text, " | ") if span.text else text
    return text


def copied(left: Claim, right: Claim) -> bool:
    """Return whether two claims have eight words in a row in common, apart from those that say who speaks.

    >>> from allegata.claim import claims, sample
    >>> texts = ("Police said on Monday that sixty men were arrested in Lima.", "Police said on Monday that sixty men were held.")
    >>> copied(*(claims(sample(text))[0] for text in texts)), copied(*[claims(sample(texts[0]))[0]] * 2)
    (False, True)
    """
    return not _runs(said(left), COPIED).isdisjoint(_runs(said(right), COPIED))


def repeated(left: Claim, right: Claim) -> bool:
    """Return whether two claims have eight words in a row in common, and one of them more than half of its runs of four.

    Words that say who speaks do not count.

    >>> from allegata.claim import claims, sample
    >>> repeated(*[claims(sample("Police said on Monday that sixty men were arrested in Lima."))[0]] * 2)
    True
    """
    one, other = _runs(said(left), LENGTHS[0]), _runs(said(right), LENGTHS[0])
    return copied(left, right) and 2 * len(one & other) > min(len(one), len(other))


def reused(claims: Sequence[Claim]) -> tuple[int | None, ...]:
    """Return for each of *claims* the number of the earlier one, of another document, with which it shares the longest run of words.

    Lengths are compared in steps of four words up to forty; of equal ones the earliest stands. Null where no four are shared.
    The work grows with the words.

    >>> reused(())
    ()
    """
    first: dict[Run, tuple[int, int | None]] = {}
    found = []
    for number, claim in enumerate(claims):
        found.append(_longest(claim, claims, first))
        for length in LENGTHS:
            for run in _runs(said(claim), length):
                one, other = first.get(run, (number, None))
                if other is None and claims[one].document.id != claim.document.id:
                    other = number
                first[run] = one, other
    return tuple(found)


def _longest(claim: Claim, claims: Sequence[Claim], first: dict[Run, tuple[int, int | None]]) -> int | None:
    for length in reversed(LENGTHS):
        earlier = [
            each
            for run in _runs(said(claim), length)
            for each in first.get(run, ())
            if each is not None and claims[each].document.id != claim.document.id
        ]
        if earlier:
            return min(earlier)
    return None
