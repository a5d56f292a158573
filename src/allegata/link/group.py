"""Claims that are the same, as one group: its variants in order of time, and which field moved in which hop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from allegata.link.reuse import reused
from allegata.link.value import WORDS, day_of, moved, outlet_key, passed_on
from allegata.model.claim import Claim
from allegata.model.link import Group, Link, Step, Variant
from allegata.partition import Partition

LAST = "9999-99-99"


def groups(claims: Sequence[Claim], links: Sequence[Link]) -> tuple[Group, ...]:
    """Return the groups of *claims* that ``same`` links join, each of two claims or more, in order of their first claims in time.

    The order of claims and links makes no difference. Variants are ordered by when they were published, else spoken;
    of one day by when spoken and then by id. A variant that only doubtful links join to the largest part of its group that
    sure ones hold together is not sure.

    >>> from allegata.claim import claims as read_claims, sample
    >>> from allegata.link import link
    >>> texts = ("Police said on 3 May 2024 that 60 men were arrested in Lima.", "On 3 May 2024 police said at least 60 men were arrested in Lima.")
    >>> found = [claim for day, text in enumerate(texts, 4) for claim in read_claims(sample(text, f"2024-05-0{day}"))]
    >>> [(step.field, step.before, step.after) for group in groups(found, link(found)) for step in group.moved]
    [('count', '60', 'at least 60')]
    """
    by_id = {claim.id: claim for claim in claims}
    same = [each for each in links if each.relation == "same" and each.left in by_id and each.right in by_id]
    core = _joined(each for each in same if each.sure)
    made = [
        _group(sorted((by_id[each] for each in names), key=when), core) for names in _joined(same).groups().values()
    ]
    return tuple(sorted(made, key=lambda group: when(by_id[group.id])))


def members(claim: str, links: Iterable[Link]) -> frozenset[str]:
    """Return the ids of all claims in the group of the claim with id *claim*, itself among them.

    >>> sorted(members("a", [Link(*pair, "same", True, (), "rules") for pair in ("ab", "bc", "de")]))
    ['a', 'b', 'c']
    """
    partition = _joined(each for each in links if each.relation == "same")
    own = partition.find(claim)
    return frozenset(partition.groups()[own])


def when(claim: Claim) -> tuple[str, str, str]:
    """Return what orders claims in time: the day of publication, else of the words; then the day of the words; then the id."""
    spoken = day_of(claim.spoken) or LAST
    return claim.document.published or spoken, spoken, claim.id


def _joined(links: Iterable[Link]) -> Partition:
    partition = Partition()
    for link in links:
        partition.join(link.left, link.right)
    return partition


def _group(ordered: list[Claim], core: Partition) -> Group:
    sizes: dict[str, int] = defaultdict(int)
    held = [core.find(claim.id) for claim in ordered]
    for each in held:
        sizes[each] += 1
    middle = max(sizes, key=lambda each: sizes[each])  # of equal ones the first in time
    sources = _sources(ordered)
    variants, steps = [], []
    for claim, root, (source, because) in zip(ordered, held, sources, strict=True):
        variants.append(_variant(claim, root == middle, source, because))
        if source is not None:
            steps += [
                Step(field, source.id, claim.id, words(source) or "", words(claim))
                for field, words in WORDS.items()
                if moved(field, source, claim)
            ]
    return Group(ordered[0].id, all(each.sure for each in variants), tuple(variants), tuple(steps))


Because = Literal["cited", "words", "page", "first"]


def _sources(ordered: list[Claim]) -> list[tuple[Claim | None, Because | None]]:
    """Return for each claim the earlier one it most plausibly descends from, and why."""
    found: list[tuple[Claim | None, Because | None]] = []
    printed: dict[str, Claim] = {}
    on_page: dict[str, Claim] = {}
    for claim, copy in zip(ordered, reused(ordered), strict=True):
        own = outlet_key(claim.document.outlet or "")
        cited = [printed[each] for each in sorted(passed_on(claim) - {own}) if each in printed]
        earlier = on_page.get(claim.document.id)
        if cited:
            found.append((min(cited, key=when), "cited"))
        elif copy is not None:
            found.append((ordered[copy], "words"))
        elif earlier is not None:
            found.append((earlier, "page"))
        else:
            found.append((ordered[0], "first") if found else (None, None))
        printed.setdefault(own, claim)
        on_page.setdefault(claim.document.id, claim)
    return found


def _variant(claim: Claim, sure: bool, source: Claim | None, because: Because | None) -> Variant:
    words = {field: value(claim) for field, value in WORDS.items()}
    return Variant(
        claim=claim.id,
        outlet=claim.document.outlet,
        published=claim.document.published,
        spoken=day_of(claim.spoken),
        sure=sure,
        source=source.id if source else None,
        because=because,
        action=claim.action,
        status=claim.status,
        **{field: each for field, each in words.items() if field not in ("action", "status")},
    )
