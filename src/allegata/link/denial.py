"""Denials set against a figure they were not of: older than it, or of another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from allegata.link.compare import overlap, stated, value_of
from allegata.link.drift import same_teller
from allegata.link.group import when
from allegata.link.reuse import copied
from allegata.link.tell import told
from allegata.link.value import WORDS, day_of
from allegata.model import Claim, Finding, Group, Link


def stale(by_id: Mapping[str, Claim], links: Sequence[Link], groups: Iterable[Group]) -> Iterator[Finding]:
    """Yield the denials that a page sets against a figure first told after them, and those that denied another figure before."""
    told_as = {variant.claim: [each.claim for each in made.variants] for made in groups for variant in made.variants}
    denied: dict[str, list[Claim]] = defaultdict(list)
    for link in sorted(links, key=lambda each: (each.left, each.right)):
        if link.relation == "denies" and link.left in by_id and link.right in by_id:
            denied[link.left].append(by_id[link.right])
    for identity, figures in denied.items():
        denial = by_id[identity]
        for figure in figures:
            if figure.document.id == denial.document.id and figure.count:
                yield from _before(denial, figure, [by_id[each] for each in told_as.get(figure.id, [figure.id])])
    yield from _of_another([by_id[each] for each in denied])


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
