"""What claims add up to: each interval as a bar, with the rule behind each bound and each claim that was merged or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from allegata.brief.words import amount
from allegata.ground.wording import bounds
from allegata.ledger import ClaimFilter, Ledger
from allegata.model.claim import Claim
from allegata.model.total import LeftOut, Share, Total
from allegata.run.options import CHOICES
from allegata.run.pipeline import summed
from allegata.run.terminal import range_of
from allegata.serve.asked import FIELDS, asked_of, values_of
from allegata.serve.bars import bar_svg, bars_of, largest_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

ROWS, LEAST = 60, 2
"""Claims that the page lists of all totals together, and of each at least; the twins have all."""
SUMS = 60
"""Totals that the page shows."""


class Added(NamedTuple):
    """A claim that adds to a total, with what is merged into it."""

    claim: Claim
    adds: str
    why: str
    bar: Markup


class Left(NamedTuple):
    """A claim that does not add to the low, why, and what it may add to the high."""

    claim: Claim
    why: str
    into: str | None
    adds: str


class Sum(NamedTuple):
    """A total as the page shows it. more: claims that are not listed."""

    total: Total
    words: str
    bar: Markup
    added: tuple[Added, ...]
    left: tuple[Left, ...]
    more: int


class Totals(NamedTuple):
    """All totals of a filter, with the claims they speak of."""

    made: tuple[Total, ...]
    claims: dict[str, Claim]


def totals_of(ledger: Ledger, wanted: ClaimFilter) -> Totals:
    """Return what the claims *wanted* add up to."""
    claims, made = summed(ledger, wanted)
    return Totals(tuple(made), {claim.id: claim for claim in claims})


def left(out: LeftOut, share: Share | None) -> tuple[str, str]:
    """Return why a claim was left out, and what it may add to the high all the same."""
    why = out.why if out.sure or not out.into else f"perhaps {out.why}"
    if share is None or share.high == 0:
        return why, "nothing"
    return why, "any number" if share.high is None else f"up to {share.high}"


def why_of(claim: Claim, share: Share, made: Total) -> str:
    """Return the rule by which *claim* adds what its *share* of the total *made* says, where that is not what it says itself."""
    if share.why:
        return share.why
    said = [each for each in (claim.count.readings if claim.count else ()) if (each.unit or "unknown") == made.unit]
    low = min((each.low or 0 for each in said), default=0)
    highs = [each.high for each in said]
    high = None if None in highs else max((each for each in highs if each is not None), default=None)
    if (share.low, share.high) == (low, high):
        return "as it says"
    merged = [out for out in made.left_out if out.into == claim.id]
    own = f"it says {bounds(low, high)}"
    if not merged:
        return f"{own}, and another claim may speak of the same"
    sure = {out.sure for out in merged}
    same = "is, or may be, the same" if len(sure) == 2 else "is the same" if True in sure else "may be the same"
    return f"{own}, and what {same} says {'less' if share.low < low else 'another number'}"


def _words(made: Total) -> str:
    words = amount(made).rstrip(",")
    return f"{words[:1].lower()}{words[1:]}"


def _added(claim: Claim, share: Share, made: Total, most: int) -> Added:
    adds = range_of(share.low, share.high)
    return Added(
        claim,
        adds,
        why_of(claim, share, made),
        bar_svg(min(share.low, share.high or share.low), share.high, most, adds),
    )


def _sum(made: Total, bar: Markup, claims: dict[str, Claim], rows: int) -> Sum:
    shares = {share.claim: share for share in made.shares}
    most = largest_of([(share.low, share.high) for share in made.shares])
    adding = [shares[each] for each in made.counted if each in claims]
    listed = [_added(claims[each.claim], each, made, most) for each in adding[:rows]]
    outs = [each for each in made.left_out if each.claim in claims]
    gone = []
    for out in outs[:rows]:
        why, adds = left(out, shares.get(out.claim))
        gone.append(Left(claims[out.claim], why, out.into, adds))
    return Sum(
        made,
        _words(made),
        bar,
        tuple(listed),
        tuple(gone),
        len(adding) - len(listed) + len(outs) - len(gone),
    )


def _sums(found: Totals) -> Sequence[Sum]:
    some = bars_of(found.made, _words)[:SUMS]
    rows = max(LEAST, ROWS // (2 * max(1, len(some))))
    return [_sum(made, bar, found.claims, rows) for made, bar in some]


def totals_page(visit: Visit) -> Shown:
    """Return what the claims that the address asks for add up to."""
    wanted = asked_of(visit)
    found = visit.answers.of(visit.ledger, ("totals", wanted), lambda ledger: totals_of(ledger, wanted))
    context = {"title": "Totals", "asked": values_of(wanted), "choices": CHOICES}
    if found is None:
        return Shown("totals.html.jinja", {**context, "sums": None})
    return Shown("totals.html.jinja", {**context, "sums": _sums(found), "further": max(0, len(found.made) - SUMS)})


ROUTES = (
    get("/totals", "read", totals_page, FIELDS),
    *twins(
        "/totals",
        "read",
        lambda visit: totals_of(visit.ledger, asked_of(visit)).made,
        Total.__struct_fields__,
        takes=FIELDS,
    ),
)
