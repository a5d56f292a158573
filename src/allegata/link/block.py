"""Which pairs of claims are worth comparing: those of one document, and those that share a country and a kind of action or a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from allegata.model import Claim

FAMILIES = {
    "arrest": "custody", "hold": "custody", "restrain": "custody", "identify": "custody", "dismantle": "custody", "charge": "justice",
    "sentence": "justice", "execute": "death", "kill": "death", "release": "release", "seize": "seize", "foil": "foil", "attack": "foil",
    "injure": "injure", "disappear": "custody", "torture": "torture", "raid": "raid", "surveil": "custody", "deploy": "deploy", "expel": "release",
}  # fmt: skip
LARGEST = 200
"""Claims in one block above which only neighbours in time are compared."""


def countries(claim: Claim) -> frozenset[str]:
    """Return the countries of all readings of the claim's places."""
    return frozenset(place.country for mention in claim.places for place in mention.readings if place.country)


def moment(claim: Claim) -> str:
    """Return the day the claim is dated to: when said, else when published; empty when neither is known."""
    spoken = claim.spoken.value if claim.spoken else None
    return (spoken.start if spoken else None) or claim.document.published or ""


def pairs(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Yield each pair worth comparing once, in order of ids; no pair has a claim of action ``other``.

    Blocks larger than 200 are compared only within 200 places in order of time, so that the work grows with the claims
    and not with their square.
    """
    blocks: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.action == "other":
            continue
        blocks["document", claim.document.id].append(claim)
        value = claim.count.value if claim.count else None
        for country in countries(claim) or {"?"}:
            blocks["family", FAMILIES.get(claim.action, claim.action), country].append(claim)
            if value is not None and (value.low or 0) > 1:
                blocks["number", str(value.low), country].append(claim)
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        ordered = sorted(block, key=lambda claim: (moment(claim), claim.id))
        for index, left in enumerate(ordered):
            for right in ordered[index + 1 : index + 1 + LARGEST]:
                key = (left.id, right.id) if left.id < right.id else (right.id, left.id)
                if key not in seen and left.id != right.id:
                    seen.add(key)
                    yield (left, right) if left.id < right.id else (right, left)
