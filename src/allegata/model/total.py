"""What claims add up to, and what was shown for them."""

from __future__ import annotations

from typing import Literal

from allegata.model.mention import Record


class LeftOut(Record, frozen=True):
    """A claim that does not add to a total, and why.

    into: the claim it was merged into, is part of, or denies, if any. sure: false where that rests on a doubtful link, so that
    the claim may add to the high.
    """

    claim: str
    why: str
    into: str | None = None
    sure: bool = True


class Share(Record, frozen=True):
    """What one claim, with all that is merged into it, adds to a total: the shares sum to its low and its high.

    low: 0 where the claim is merged only by doubtful links. high: null where no upper bound is stated. why: where that is not
    what the merged claims say, what was done to it; else empty.
    """

    claim: str
    low: int
    high: int | None
    why: str = ""


class Total(Record, frozen=True):
    """What a selection of claims adds up to, for one action and one unit. Counts of claims, not of people.

    low: doubtful links accepted; high: doubtful links refused, null when no upper bound is stated. shares: what each claim
    adds to them, in order of ids. counted: the claims that add to low.
    """

    action: str
    low: int
    high: int | None
    unit: str
    counted: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    shares: tuple[Share, ...] = ()


class Silence(Record, frozen=True):
    """What was shown for the claims of everybody, of a body or of a speaker. Counts of claims, never of people; no measure of truth.

    body, speaker: null where no body, no official by name is known to speak. claims: those that surely are the same, once.
    printed: each as printed. reports: documents. Of *claims* so many have, in some report, named_individual, document,
    footage, other_shown; cited (said to exist), refused, absence_noted; confirmed (an independent speaker of another body
    says the same; confirmed_in_doubt: by a link in doubt). One may have several. nothing: neither shown nor confirmed, not even
    in doubt. counted: ids of the claims as printed, sorted.
    """

    of: Literal["all", "body", "speaker"]
    body: str | None
    speaker: str | None
    claims: int
    printed: int
    reports: int
    named_individual: int
    document: int
    footage: int
    other_shown: int
    confirmed: int
    confirmed_in_doubt: int
    nothing: int
    cited: int
    refused: int
    absence_noted: int
    counted: tuple[str, ...]
