"""Sums that do not add up: parts that are more than their whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from allegata.link.features import value_of
from allegata.link.tell import told
from allegata.model.claim import Claim
from allegata.model.link import Finding, Link


def exceeded(by_id: Mapping[str, Claim], links: Sequence[Link]) -> Iterator[Finding]:
    """Yield the wholes that their parts exceed, in order of their ids."""
    parts: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.relation == "part_of" and link.left in by_id and link.right in by_id:
            parts[link.right].add(link.left)
    for whole, members in sorted(parts.items()):
        claim = by_id[whole]
        total = value_of(claim.count)
        counts = [value_of(by_id[part].count) for part in sorted(members)]
        lows = [count.low for count in counts if count is not None and count.low is not None]
        if total is None or total.high is None or sum(lows) <= total.high:
            continue
        finding = told(
            "sum", "above", "count", ((claim,),), (str(sum(lows)), str(total.high)),
            {"added": " + ".join(str(low) for low in lows), "sum": str(sum(lows)), "whole": str(total.high)},
            document=claim.document.id, spans=claim.count.spans if claim.count else (),
        )  # fmt: skip
        yield replace(finding, claims=(whole, *sorted(members)))
