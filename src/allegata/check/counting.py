"""Counts that nobody is named for, and hedged or vague ones that stand elsewhere as exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from allegata.check.draft import (
    Draft,
    Problem,
    counted_words,
    in_words,
    number_of,
    same_deed,
    same_unit,
    value_of,
)
from allegata.ground.actor import is_watching
from allegata.ground.lexicon import alternation, pattern, table
from allegata.ground.quantity import find_quantities, overlap
from allegata.ground.syntax import inflected
from allegata.model.claim import Claim, Count, Speaker
from allegata.model.mention import Mention, Span

PAST = timedelta(days=365)
"""How long before publication what happened is known history, for which nobody need be named again."""
NEAR = 300
"""Code points within which a count may break down one told before."""
_YEAR = re.compile(r"(?<![\w-])((?:19|20)\d\d)(?![\w-])")
FEWEST = 10
"""Numbers below which an exact and a hedged one in the text may well be of different people."""


def unattributed(draft: Draft) -> Iterator[Problem]:
    """Yield the counts of *draft*'s own voice: nobody is named for them in their sentence or anywhere else in the draft.

    Left out are headlines, single persons and things, shares of another count, what the draft shows or cites, and history.
    """
    if is_watching(draft.document.outlet or "", draft.document.language):
        return
    told = [claim for claim in draft.claims if claim.attribution is not None]
    voiced = {claim.passage for claim in told}
    seen: set[Span] = set()
    for claim in draft.claims:
        count = value_of(claim)
        if count is None or claim.attribution is not None or claim.passage in seen or claim.passage in voiced:
            continue
        if not _is_several(claim, count, draft) or draft.in_headline(claim.passage) or _is_history(claim, draft):
            continue
        if claim.status != "asserted" or claim.evidence.class_ in ("shown", "cited"):
            continue
        if any(_tells(other, claim, count) or _encloses(other, claim, count) for other in told):
            continue
        language = draft.document.language
        if any(
            each.search(claim.passage.text) for each in (_speech(language), pattern(language, "what_law_threatens"))
        ):
            continue
        seen.add(claim.passage)
        words = counted_words(claim)
        yield Problem("ALG001", words, f"{in_words(words.text)}: the draft does not say who gives this number.")


def _is_several(claim: Claim, count: Count, draft: Draft) -> bool:
    """Return whether *claim* counts several, in words of number, and not a share of what another claim counts."""
    if (
        claim.action == "other"
        or count.leans is not None
        or count.high in (0, 1)
        or not claim.count
        or not claim.count.spans
    ):
        return False
    if count.modifier == "vague" and (count.low or 0) < FEWEST:
        return False  # "some" and "several" are no number
    return any(
        each.leans is None
        for span in claim.count.spans
        for each in find_quantities(span.text, language=draft.document.language)
    )


def _is_history(claim: Claim, draft: Draft) -> bool:
    """Return whether *claim*, or a year its sentence names, ended long before the draft is published."""
    published = draft.document.published
    if published is None:
        return False
    period = claim.period.value if claim.period else None
    ends = [f"{year}-12-31" for year in _YEAR.findall(claim.passage.text)] + (
        [period.end] if period and period.end else []
    )
    first = date.fromisoformat((published + "-01-01")[:10])
    return any(date.fromisoformat(end) < first - PAST for end in ends)


@cache
def _speech(language: str) -> re.Pattern[str]:
    """Return the pattern of a verb of saying: where the reading finds nobody who says it, somebody may be named all the same."""
    forms = {form for row in table(f"{language}/cues") for form in (row["lemma"], *inflected(row["lemma"], language))}
    return re.compile(rf"\b(?:{alternation(forms)})\b", re.IGNORECASE)


def _encloses(told: Claim, claim: Claim, count: Count) -> bool:
    """Return whether *claim* goes on from *told*, just before it, whose larger number of the same it breaks down."""
    other = value_of(told)
    return (
        other is not None
        and 0 < claim.passage.start - told.passage.end <= NEAR
        and same_deed(told, claim)
        and same_unit(other.unit, count.unit)
        and (other.high is None or (count.low or 0) < other.high)
    )


def _tells(told: Claim, claim: Claim, count: Count) -> bool:
    """Return whether somebody is named for the number of *claim* in *told*."""
    other = value_of(told)
    if other is None or not same_unit(other.unit, count.unit):
        return False
    one, two = number_of(count), number_of(other)
    return one == two if one is not None and two is not None else overlap(count, other) and same_deed(told, claim)


def made_exact(draft: Draft) -> Iterator[Problem]:
    """Yield the exact numbers of *draft* that it only has hedged, or as a vague word, where it tells of the same.

    In the headline any number of three and more; in the text numbers from ten on.
    """
    for claim in draft.claims:
        count = value_of(claim)
        if (
            count is None
            or count.modifier != "exact"
            or count.leans
            or claim.status != "asserted"
            or not _is_several(claim, count, draft)
        ):
            continue
        heading = draft.in_headline(claim.passage)
        others = [
            each for each in draft.claims if _is_retelling(each, claim, draft) and (heading or _may_be_one(each, claim))
        ]
        same = [(each, value) for each in others if (value := value_of(each)) and number_of(value) == count.low]
        if (
            count.low is None
            or count.low < (3 if heading else FEWEST)
            or any(value.modifier == "exact" for _, value in same)
        ):
            continue
        hedged = [
            each for each, value in same if value.modifier in ("at_least", "more_than", "at_most", "nearly", "about")
        ]
        if hedged:
            words, other = counted_words(claim), counted_words(hedged[0])
            yield Problem(
                "ALG008",
                words,
                f"{in_words(words.text)} is exact here, and {in_words(other.text)} elsewhere in the draft.",
            )


def _is_retelling(other: Claim, claim: Claim, draft: Draft) -> bool:
    """Return whether *other*, elsewhere in the text, counts the same thing done to the same unit as *claim*."""
    one, two = value_of(claim), value_of(other)
    return (
        other.passage != claim.passage
        and not draft.in_headline(other.passage)
        and one is not None
        and two is not None
        and two.leans is None
        and other.status == "asserted"
        and same_unit(one.unit, two.unit)
        and same_deed(other, claim)
    )


def _may_be_one(other: Claim, claim: Claim) -> bool:
    """Return whether two claims may be one saying: on one day, and by one speaker where both have one."""
    if _day(other) != _day(claim):
        return False
    return claim.attribution is None or {_who(each) for each in claim.speakers} == {
        _who(each) for each in other.speakers
    }


def _day(claim: Claim) -> str | None:
    spoken = claim.spoken.value if claim.spoken else None
    return spoken.start if spoken else None


def _who(mention: Mention[Speaker]) -> tuple[str | None, ...]:
    speaker = mention.value
    return (
        (speaker.name, speaker.body, speaker.role if not speaker.name and not speaker.body else None) if speaker else ()
    )
