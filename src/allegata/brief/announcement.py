"""Which claims are one announcement, and how each report has it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from allegata.model.claim import Claim
from allegata.model.link import Link
from allegata.partition import JOINING, components

LAST_DAY = "9999"


@dataclass(frozen=True)
class Variant:
    """One claim of an announcement. joined: surely or in doubt to the others; asked_for: it is one of the claims that count."""

    claim: Claim
    joined: Literal["sure", "in doubt"]
    asked_for: bool


def order(claim: Claim) -> tuple[str, str, str, int, str]:
    """Return what claims are sorted by: day spoken, date published, outlet, place in the text, id."""
    spoken = claim.spoken.value if claim.spoken else None
    said = (spoken.start if spoken else None) or LAST_DAY
    document = claim.document
    return said, document.published or LAST_DAY, document.outlet or "", claim.passage.start, claim.id


def number_of(identities: Collection[str], links: Sequence[Link]) -> tuple[int, int]:
    """Return how many announcements *identities* are, at least (doubtful links accepted) and at most (refused)."""
    least, most = (set(components(identities, links, doubtful).values()) for doubtful in (True, False))
    return len(least), len(most)


def announcements(
    claims: Sequence[Claim], links: Sequence[Link], known: Iterable[Claim]
) -> tuple[tuple[Variant, ...], ...]:
    """Return *claims* grouped by what announcement they are, doubtful links accepted, each group and all of them in `order`.

    known: further claims; one that is directly linked to a claim of a group, and was not asked for, stands in it, too. The
    claims surely joined to the largest part of a group are sure, the others in doubt.
    """
    asked = {claim.id: claim for claim in claims}
    around = {claim.id: claim for claim in known if claim.id not in asked and claim.action != "other"}
    whole, sure = components(asked, links, doubtful=True), components(asked, links, doubtful=False)
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(asked.values(), key=order):
        groups[whole[claim.id]].append(claim)
    beside: dict[str, dict[str, bool]] = defaultdict(dict)
    main = {name: _largest([sure[claim.id] for claim in group]) for name, group in groups.items()}
    for link in links:
        for one, two in ((link.left, link.right), (link.right, link.left)):
            if link.relation in JOINING and one in asked and two in around:
                name = whole[one]
                surely = link.sure and sure[one] == main[name]
                beside[two][name] = beside[two].get(name, False) or surely
    for identity, names in beside.items():
        groups[min(names, key=lambda name: (not names[name], name))].append(around[identity])
    made = []
    for name, group in groups.items():
        variants = (
            Variant(
                claim,
                "sure"
                if (sure[claim.id] == main[name] if claim.id in asked else beside[claim.id][name])
                else "in doubt",
                claim.id in asked,
            )
            for claim in sorted(group, key=order)
        )
        made.append(tuple(variants))
    return tuple(sorted(made, key=lambda group: order(next(each.claim for each in group if each.asked_for))))


def _largest(names: list[str]) -> str:
    """Return the most frequent of *names*, of several the first to stand there."""
    return Counter(names).most_common(1)[0][0]
