"""One claim told with another value by another report: who said it, how many, of what, done how, where, when and to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from allegata.ground.place import told_places
from allegata.ground.quantity import overlap
from allegata.link.features import stated, value_of
from allegata.link.group import when
from allegata.link.reuse import copied
from allegata.link.tell import office, told
from allegata.link.value import (
    DAY,
    WORDS,
    apart,
    day_of,
    days,
    divisions,
    lands,
    name_of,
    one_body,
    period_words,
    place_words,
    same_name,
    teller,
)
from allegata.model.claim import Claim, Count
from allegata.model.link import Finding, Group, Link

UNCOUNTED = frozenset({"vague", "none"})
"""Modifiers of words that say no number."""


class Clash(NamedTuple):
    """Two values of one field that cannot both be: what each is told apart by, and how each is told."""

    kind: str
    case: str
    field: str
    keys: tuple[str, str]
    words: tuple[str, str]
    more: tuple[tuple[str, str], ...] = ()


def clashes(pairs: Iterable[tuple[Claim, Claim]], groups: Sequence[Group]) -> Iterator[Finding]:
    """Yield what the reports of one claim contradict each other in: one finding for each two values of a group.

    pairs: those that `compared` holds against each other.
    """
    group = {variant.claim: made.id for made in groups for variant in made.variants}
    found: dict[tuple[str, str, str, frozenset[str]], tuple[Clash, dict[str, list[Claim]]]] = {}
    spelled: dict[tuple[str, str], list[str]] = defaultdict(list)
    for left, right, made in _clashing(pairs):
        for clash in made:
            home = group.get(left.id, left.id)
            keys = [_first_spelled(clash, key, spelled[home, clash.field]) for key in clash.keys]
            _, sides = found.setdefault(
                (home, clash.kind, clash.case, frozenset(keys)), (clash, {each: [] for each in keys})
            )
            for key, claim in zip(keys, (left, right), strict=True):
                sides[key].append(claim)
    for clash, sides in found.values():
        yield told(
            clash.kind, clash.case, clash.field, list(sides.values()), ("; ".join(clash.words), None),
            {"one": clash.words[0], "other": clash.words[1], **dict(clash.more)},
        )  # fmt: skip


def _clashing(pairs: Iterable[tuple[Claim, Claim]]) -> Iterator[tuple[Claim, Claim, tuple[Clash, ...]]]:
    """Yield each of *pairs* that clashes, and in what; claims that say the same in the same words are looked at once."""
    kinds: dict[tuple[object, ...], int] = {}
    known: dict[tuple[int, int], tuple[Clash, ...]] = {}
    numbers: dict[str, int] = {}
    for pair in pairs:
        for claim in pair:
            if claim.id not in numbers:
                numbers[claim.id] = kinds.setdefault(_content(claim), len(kinds))
        key = numbers[pair[0].id], numbers[pair[1].id]
        if key[0] == key[1]:
            continue
        if key not in known:
            known[key] = tuple(clash for rule in RULES if (clash := rule(*pair)) is not None)
        if known[key]:
            yield *pair, known[key]


def _content(claim: Claim) -> tuple[object, ...]:
    """Return all of *claim* that the rules look at."""
    values = (claim.spoken, claim.period, claim.target, claim.count, *claim.speakers, *told_places(claim))
    readings = tuple(mention.readings if mention else None for mention in values)
    return claim.passage.text, claim.status, claim.action, claim.also_actions, len(claim.speakers), readings


def _first_spelled(clash: Clash, key: str, before: list[str]) -> str:
    """Return the first of the keys *before* that *key* is a spelling of, else *key*, which is added to them."""
    alike = {"speaker": same_name, "body": one_body}.get(clash.field, str.__eq__)
    found = next((each for each in before if alike(each, key)), None)
    if found is None:
        before.append(key)
    return found or key


def compared(by_id: Mapping[str, Claim], links: Sequence[Link]) -> Iterator[tuple[Claim, Claim]]:
    """Yield each two claims of different pages that are surely told of one happening, or of which one denies the other.

    A ``same`` that is sure is enough; else the two contradict each other surely, or have eight words in a row in common, and
    are not known to be said on different days: the same words are said again of something new. The earlier comes first;
    pairs come in order of time. Where one revises the other they are two counts and no pair.
    """
    revised = {frozenset((each.left, each.right)) for each in links if each.relation == "revises"}
    known: dict[tuple[str, str], bool] = {}
    for link in links:
        if link.relation not in ("same", "contradicts", "denies") or link.left not in by_id or link.right not in by_id:
            continue
        left, right = sorted((by_id[link.left], by_id[link.right]), key=when)
        if left.document.id != right.document.id and frozenset((left.id, right.id)) not in revised:
            held = known.get((left.id, right.id), False) or link.relation == "denies"
            held = held or (link.sure and link.relation == "same")
            known[left.id, right.id] = held or (not _said_apart(left, right) and (link.sure or copied(left, right)))
    place = {claim.id: at for at, claim in enumerate(sorted(by_id.values(), key=when))}
    for one, other in sorted(
        (pair for pair, held in known.items() if held), key=lambda pair: [place[each] for each in pair]
    ):
        yield by_id[one], by_id[other]


def _said_apart(left: Claim, right: Claim) -> bool:
    """Return whether the days on which two claims were said are known and more than a day apart."""
    one, other = day_of(left.spoken), day_of(right.spoken)
    return bool(one and other) and abs(date.fromisoformat(one or "") - date.fromisoformat(other or "")) > DAY


def _number(claim: Claim) -> Count | None:
    """Return the count of *claim* where its words say a number of its own."""
    count = value_of(claim.count)
    return None if count is None or count.leans or count.modifier in UNCOUNTED else count


def _asserted(left: Claim, right: Claim) -> bool:
    return left.status == right.status == "asserted"


def _both(left: Claim, right: Claim, field: str) -> tuple[str, str]:
    return WORDS[field](left) or "", WORDS[field](right) or ""


def _counts(left: Claim, right: Claim) -> Clash | None:
    one, other = _number(left), _number(right)
    if one is None or other is None or not _asserted(left, right) or one.unit != other.unit:
        return None
    numbers = stated(one), stated(other)
    if overlap(one, other) or (numbers[0] is not None and numbers[0] == numbers[1]):
        return None
    words = _both(left, right, "count")
    keys = [word if number is None else str(number) for word, number in zip(words, numbers, strict=True)]
    return None if keys[0] == keys[1] else Clash("count", "between", "count", (keys[0], keys[1]), words)


def _units(left: Claim, right: Claim) -> Clash | None:
    one, other = _number(left), _number(right)
    if one is None or other is None or not one.unit or not other.unit or one.unit == other.unit:
        return None
    number = stated(one)
    if number is None or number != stated(other) or number < 2 or not _asserted(left, right):
        return None
    words = one.unit, other.unit
    return Clash("unit", "between", "unit", words, words, (("number", str(number)),))


def _actions(left: Claim, right: Claim) -> Clash | None:
    one, other = {left.action, *left.also_actions}, {right.action, *right.also_actions}
    numbers = [stated(count) if count else None for count in (_number(left), _number(right))]
    if (
        one & other
        or "other" in one | other
        or not _asserted(left, right)
        or None in numbers
        or numbers[0] != numbers[1]
    ):
        return None
    words = left.action, right.action
    return Clash("action", "between", "action", words, words, (("number", _both(left, right, "count")[0]),))


def _persons(left: Claim, right: Claim) -> Clash | None:
    one, other = name_of(left), name_of(right)
    if not one or not other or same_name(one, other) or not _official(left, right) or not copied(left, right):
        return None
    return Clash("speaker", "person", "speaker", (one, other), (office(left), office(right)))


def _bodies(left: Claim, right: Claim) -> Clash | None:
    one, other = (speaker.body if speaker else None for speaker in (teller(left), teller(right)))
    if not one or not other or one_body(one, other) or not _official(left, right) or not copied(left, right):
        return None
    if name_of(left) and name_of(right):
        return None
    return Clash("speaker", "body", "body", (one, other), (one, other))


def _official(left: Claim, right: Claim) -> bool:
    """Return whether an official speaks in both, in both for or in both against the claim."""
    kinds = [speaker.kind if speaker else None for speaker in (teller(left), teller(right))]
    return kinds == ["official", "official"] and left.status == right.status


def same_teller(left: Claim, right: Claim) -> bool:
    """Return whether one and the same official or body surely speaks in both claims."""
    one, other = teller(left), teller(right)
    if one is None or other is None or one.anonymous or other.anonymous or one.named != other.named:
        return False
    names = name_of(left), name_of(right)
    if names[0] and names[1]:
        return same_name(names[0], names[1])
    return not one.named and bool(one.body and other.body and one_body(one.body, other.body))


def _statuses(left: Claim, right: Claim) -> Clash | None:
    one, other = _number(left), _number(right)
    if left.status == right.status or one is None or other is None or not same_teller(left, right):
        return None
    day = day_of(left.spoken)
    agreeing = left.action == right.action and one.unit == other.unit and stated(one) == stated(other)
    if day is None or day != day_of(right.spoken) or not agreeing:
        return None
    words = left.status, right.status
    return Clash("status", "between", "status", words, words)


def _places(left: Claim, right: Claim) -> Clash | None:
    if not _asserted(left, right):
        return None
    if not apart(divisions(left), divisions(right)) and not apart(lands(left), lands(right)):
        return None
    words = place_words(left), place_words(right)
    return Clash("place", "between", "places", words, words)


def _periods(left: Claim, right: Claim) -> Clash | None:
    one, other = days(left.period), days(right.period)
    if one is None or other is None or not _asserted(left, right):
        return None
    if one[0] <= other[1] + DAY and other[0] <= one[1] + DAY:
        return None
    words = period_words(left) or "", period_words(right) or ""
    return Clash("period", "between", "period", words, words)


def _targets(left: Claim, right: Claim) -> Clash | None:
    one, other = (claim.target.value if claim.target else None for claim in (left, right))
    if one is None or other is None or not one.id or not other.id or one.id == other.id or not _asserted(left, right):
        return None
    return Clash("target", "between", "target", (one.id, other.id), (one.name, other.name))


RULES: tuple[Callable[[Claim, Claim], Clash | None], ...] = (
    _persons, _bodies, _counts, _units, _actions, _statuses, _places, _periods, _targets,
)  # fmt: skip
