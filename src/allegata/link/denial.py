"""Denials set against a figure they were not of: older than it, or of another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from allegata.ground.quantity import overlap
from allegata.link.drift import same_teller
from allegata.link.features import stated, value_of
from allegata.link.group import when
from allegata.link.reuse import copied
from allegata.link.tell import told
from allegata.link.value import WORDS, day_of
from allegata.model.claim import Claim
from allegata.model.link import Finding, Group, Link

TELLING = 10
"""Number from which a denial and a figure of one page that say the same number are of the same happening."""


def stale(by_id: Mapping[str, Claim], links: Sequence[Link], groups: Iterable[Group]) -> Iterator[Finding]:
    """Yield the denials that a page sets against a figure first told after them, and those that denied another figure before."""
    told_as = {variant.claim: [each.claim for each in made.variants] for made in groups for variant in made.variants}
    denied = _attached(by_id, links)
    for identity, figures in denied.items():
        denial = by_id[identity]
        found = (
            finding
            for figure in figures.values()
            if figure.document.id == denial.document.id and figure.count
            for finding in _before(denial, figure, [by_id[each] for each in told_as.get(figure.id, [figure.id])])
        )
        yield from islice(found, 1)
    yield from _of_another([by_id[each] for each in denied])


def _attached(by_id: Mapping[str, Claim], links: Sequence[Link]) -> dict[str, dict[str, Claim]]:
    """Return for each denial the claims it is set against: those it is linked to, and those of its page with its very number."""
    denied: dict[str, dict[str, Claim]] = defaultdict(dict)
    for link in sorted(links, key=lambda each: (each.left, each.right)):
        if link.relation == "denies" and link.left in by_id and link.right in by_id:
            denied[link.left][link.right] = by_id[link.right]
    figures: dict[Key, list[Claim]] = defaultdict(list)
    for claim in by_id.values():
        key = _figure(claim)
        if claim.status == "asserted" and key is not None:
            figures[key].append(claim)
    for claim in by_id.values():
        key = _figure(claim)
        if claim.status == "denied" and key is not None:
            denied[claim.id] |= {each.id: each for each in figures[key]}
    return denied


Key = tuple[str, str, str, int]


def _figure(claim: Claim) -> Key | None:
    """Return what a figure is told apart by on its page: action, unit and a number of more than a few."""
    count = value_of(claim.count)
    number = stated(count) if count else None
    if count is None or not count.unit or number is None or number < TELLING:
        return None
    return claim.document.id, claim.action, count.unit, number


def _before(denial: Claim, figure: Claim, told_by: Sequence[Claim]) -> Iterator[Finding]:
    """Yield the finding that *denial* is older than every telling of *figure*; all must be dated to the day they were told."""
    day = day_of(denial.spoken)
    tellings = [day_of(each.spoken) for each in told_by]
    if day is None or not _to_the_day(denial) or not all(_to_the_day(each) for each in told_by):
        return
    first = min(each for each in tellings if each)
    if day < first:
        number = WORDS["count"](figure) or ""
        yield told(
            "stale_denial", "before", "spoken", ((denial, figure),), (day, None), {"one": day, "other": first, "number": number},
            document=denial.document.id, spans=denial.spoken.spans if denial.spoken else (),
        )  # fmt: skip


def _to_the_day(claim: Claim) -> bool:
    value = claim.spoken.value if claim.spoken else None
    return value is not None and value.precision == "day" and value.start is not None


def _of_another(denials: Sequence[Claim]) -> Iterator[Finding]:
    """Yield the denials in the same words by the same speaker of the same day that earlier pages told of another figure."""
    seen: dict[tuple[str | None, str], list[Claim]] = defaultdict(list)
    found: dict[tuple[str | None, str, int, int], tuple[list[Claim], list[Claim]]] = {}
    for denial in sorted(denials, key=when):
        count, day = value_of(denial.count), day_of(denial.spoken)
        number = stated(count) if count else None
        if count is None or number is None or day is None:
            continue
        for other in seen[day, denial.action]:
            before = value_of(other.count)
            if before is None or overlap(before, count) or before.unit != count.unit:
                continue
            if other.document.id != denial.document.id and same_teller(other, denial) and copied(other, denial):
                sides = found.setdefault((day, denial.action, stated(before) or 0, number), ([], []))
                sides[0].append(other)
                sides[1].append(denial)
        if not any(other.passage.text == denial.passage.text for other in seen[day, denial.action]):
            seen[day, denial.action].append(denial)
    for left, right in found.values():
        was, now = (WORDS["count"](side[0]) or "" for side in (left, right))
        yield told("stale_denial", "other", "count", (left, right), (now, was), {"one": was, "other": now})
