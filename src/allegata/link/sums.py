"""What does not fit among claims and links: sums that do not add up, and contradictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from allegata.link.features import value_of
from allegata.model import Claim, Finding, Link


def find(claims: Sequence[Claim], links: Sequence[Link]) -> tuple[Finding, ...]:
    """Return the findings among *claims*: ``sum`` (parts above their whole) and ``contradiction``, in order of claim ids.

    The explanations name outlets, numbers, actions and bodies, and no person.

    >>> find((), ())
    ()
    """
    by_id = {claim.id: claim for claim in claims}
    return tuple(
        sorted(
            (*_sums(by_id, links), *_contradictions(by_id, links)),
            key=lambda each: (each.kind, each.claims, each.field),
        )
    )


def _sums(by_id: dict[str, Claim], links: Sequence[Link]) -> Iterator[Finding]:
    parts: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.relation == "part_of" and link.left in by_id and link.right in by_id:
            parts[link.right].append(link.left)
    for whole, members in sorted(parts.items()):
        total = value_of(by_id[whole].count)
        counts = [value_of(by_id[part].count) for part in sorted(set(members))]
        lows = [count.low for count in counts if count is not None and count.low is not None]
        if total is None or total.high is None or sum(lows) <= total.high:
            continue
        claim = by_id[whole]
        added = " + ".join(str(low) for low in lows)
        yield Finding(
            "sum", claim.document.id, (whole, *sorted(set(members))), claim.count.spans if claim.count else (), "count", str(sum(lows)), str(total.high),
            f"The parts ({added}) are {sum(lows)}, above their whole of {total.high} in {claim.document.outlet or 'the document'}.",
        )  # fmt: skip


def _contradictions(by_id: dict[str, Claim], links: Sequence[Link]) -> Iterator[Finding]:
    for link in links:
        if link.relation != "contradicts" or link.left not in by_id or link.right not in by_id:
            continue
        left, right = by_id[link.left], by_id[link.right]
        for reason in link.reasons:
            if reason.verdict == "differs" and reason.field in (
                "speaker",
                "action",
                "count",
                "unit",
                "place",
                "period",
            ):
                one, _, two = reason.note.partition("; ")
                outlets = f"{left.document.outlet or 'one document'} and {right.document.outlet or 'another'}"
                yield Finding(
                    "contradiction", None, (left.id, right.id), (), reason.field, one, two,
                    f"{outlets} give the same claim with another {reason.field}: {one}, and {two}.",
                )  # fmt: skip
