"""What a headline makes of the text."""

from __future__ import annotations

from collections.abc import Iterator

from allegata.check.draft import Draft, Problem, counted_words, in_words, number_of, same_deed, same_unit, value_of
from allegata.model.claim import Claim

TELLING = 3
"""Numbers below which a headline and a text may well count different things."""


def shifted(draft: Draft) -> Iterator[Problem]:
    """Yield the counts of the headline of *draft* that the text has for another unit, or for something else that was done.

    Only numbers from three on that are in the text; where the text has the number for several things, one that fits is enough.
    """
    body = [claim for claim in draft.claims if not draft.in_headline(claim.passage) and claim.action != "other"]
    for claim in draft.claims:
        number = _number(claim)
        if number is None or number < TELLING or claim.action == "other" or not draft.in_headline(claim.passage):
            continue
        told = [each for each in body if _number(each) == number]
        words = counted_words(claim)
        if not told:
            continue
        if not any(_fits(each, claim) for each in told):
            other = counted_words(told[0])
            yield Problem(
                "ALG007", words, f"The headline counts {in_words(words.text)}, the text {in_words(other.text)}."
            )
        elif not any(same_deed(each, claim) and _fits(each, claim) for each in told):
            deeds = sorted({each.action for each in told})
            yield Problem(
                "ALG007", words,
                f"The headline has {in_words(words.text)} for {claim.action!r}, the text for {' and '.join(map(repr, deeds))}.",
            )  # fmt: skip


def _number(claim: Claim) -> int | None:
    count = value_of(claim)
    return number_of(count) if count else None


def _fits(one: Claim, other: Claim) -> bool:
    first, second = value_of(one), value_of(other)
    return first is not None and second is not None and same_unit(first.unit, second.unit)
