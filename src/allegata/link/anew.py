"""Linking again only what a change touches, from what a store keeps of the claims that were linked before."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from allegata.link.block import NEAR, WHOLE, Place, lasting_keys, looked_in, place_of, seen_from
from allegata.link.features import Features, features_of
from allegata.link.relate import Linker, tells
from allegata.model.claim import Claim, Rules
from allegata.model.json import canonical
from allegata.model.link import Link

LISTED = -20
"""What stands for the week of the key under which the claims of a passage are found; no claim is compared by it."""


class Row(NamedTuple):
    """That a claim has a key: the key without its week as 64 bits, the week, number and day that order a block, and its id."""

    key: int
    week: int
    number: int
    day: int
    claim: str

    @property
    def place(self) -> Place:
        """Return where the claim stands in the block of the key."""
        return self.number, self.day, self.claim


class Known(msgspec.Struct, frozen=True):
    """What is kept of a claim: what is compared, the ids of those its document relates it to, and a digest of all it says."""

    features: Features
    kin: tuple[str, ...]
    said: str


class Keeper(Protocol):
    """A store of rows, and of what is known by claim, as text."""

    def members(self, key: int, week: int) -> Iterable[Place]:
        """Return the places of the claims that have a key in a week, in any order."""

    def known(self, claims: Iterable[str]) -> Mapping[str, str]:
        """Return what is known of those of *claims* that are kept."""


class Kept(NamedTuple):
    """What has to be kept of a claim: its rows and what is known of it, as text."""

    claim: str
    rows: tuple[Row, ...]
    known: str


class Anew(NamedTuple):
    """What came of linking again.

    links: those of the claims *touched* that hold now, and those within the documents *inside*, whose claims these are. kept: what has to be kept
    now. gone: the claims of which something else, or anything, was kept before, and their rows.
    """

    links: tuple[Link, ...]
    touched: frozenset[str]
    inside: frozenset[str]
    kept: tuple[Kept, ...]
    gone: Mapping[str, tuple[Row, ...]]

    def replaces(self, link: Link) -> bool:
        """Return whether *link*, which was made before, stands no more unless it is among the links made now."""
        if link.relation in ("part_of", "additional"):
            return {link.left, link.right} <= self.inside
        if link.relation in ("revises", "denies"):
            return link.left in self.touched
        return {link.left, link.right} <= self.touched


class LostError(Exception):
    """What is kept does not suffice: everything has to be linked again."""


def rows_of(features: Features) -> tuple[Row, ...]:
    """Return the rows of a claim, sorted."""
    number, day, claim = place_of(features)
    keys = {(_digest(key), week) for key, week in lasting_keys(features)}
    keys.add((_list_key(features), LISTED))
    return tuple(Row(key, week, number, day, claim) for key, week in sorted(keys))


def _digest(key: Sequence[str | int]) -> int:
    made = hashlib.blake2b(repr(tuple(key)).encode(), digest_size=8)
    return int.from_bytes(made.digest(), signed=True)


def _list_key(features: Features) -> int:
    return _digest(("list", features.document, features.at[0]))


def said_of(claim: Claim) -> str:
    """Return a digest of all that *claim* says, whichever rules read it."""
    plain = msgspec.structs.replace(claim, rules=Rules("", ""))
    return hashlib.blake2b(canonical(plain), digest_size=12).hexdigest()


def is_known(claim: Claim, known: str) -> bool:
    """Return whether *claim* says what it said when *known* was kept of it."""
    return msgspec.json.decode(known, type=Known).said == said_of(claim)


def kept_of(linker: Linker, claims: Iterable[Claim]) -> Iterator[Kept]:
    """Yield what has to be kept of *claims*, which *linker* holds."""
    kin = defaultdict[str, list[str]](list)
    for one, other in sorted(linker.kin()):
        kin[one].append(other)
    for claim in claims:
        features = linker.features(claim.id)
        yield _kept(features, kin.get(claim.id, ()), said_of(claim))


def _kept(features: Features, kin: Iterable[str], said: str) -> Kept:
    known = Known(features, tuple(sorted(kin)), said)
    return Kept(features.id, rows_of(features), msgspec.json.encode(known).decode())


def sharing(keeper: Keeper, claims: Iterable[Claim]) -> set[str]:
    """Return the ids of the claims kept with which one of *claims* may be compared: those that share a key with it."""
    keys = {
        (row.key, week)
        for claim in claims
        for row in rows_of(features_of(claim))
        if row.week != LISTED
        for week in looked_in(row.week)
    }
    return {place[2] for key, week in sorted(keys) for place in keeper.members(key, week)}


def link_anew(keeper: Keeper, claims: Sequence[Claim], gone: Iterable[str]) -> Anew:
    """Return what changes among the links by *claims*, all those that each of their documents has now, and by those with ids *gone*.

    Together with the links it does not replace these are the links that `link` makes of all claims. The work grows with what shares keys with
    the claims that changed, with those that hang together with them, and with what shares keys with these.

    Raises: LostError if what is kept does not suffice.
    """
    return _Anew(keeper).made(claims, frozenset(gone))


class _Side:
    """The blocks before or after a change."""

    def __init__(
        self,
        kept: Callable[[int, int], Sequence[Place]],
        without: frozenset[str] = frozenset(),
        rows: Iterable[Row] = (),
    ) -> None:
        self._kept = kept
        self._without = without
        self._more: dict[tuple[int, int], list[Place]] = defaultdict(list)
        for row in rows:
            self._more[row.key, row.week].append(row.place)
        self._blocks: dict[tuple[int, int], list[Place]] = {}

    def block(self, key: int, week: int) -> list[Place]:
        """Return the places of a key in a week, in order."""
        found = self._blocks.get((key, week))
        if found is None:
            held = (each for each in self._kept(key, week) if each[2] not in self._without)
            found = self._blocks[key, week] = sorted((*held, *self._more.get((key, week), ())))
        return found

    def near(self, rows: Sequence[Row]) -> set[str]:
        """Return the claims that one with *rows* is compared with: those it is looked up with, and those looked up with it."""
        found: set[str] = set()
        for key, week in {(row.key, near) for row in rows if row.week != LISTED for near in looked_in(row.week)}:
            found.update(each[2] for each in seen_from(rows[0].place, self.block(key, week)))
        for row in rows:
            if row.week != LISTED:
                found.update(each[2] for each in self._looking(row))
        found.discard(rows[0].claim)
        return found

    def _looking(self, row: Row) -> Iterator[Place]:
        """Yield the claims in whose look at the block of *row* its claim is."""
        block = self.block(row.key, row.week)
        at = bisect_left(block, row.place)
        for week in looking_at(row.week):
            others = self.block(row.key, week)
            if len(block) <= WHOLE:
                yield from others
                continue
            first = bisect_right(others, block[at - NEAR - 1]) if at > NEAR else 0
            for each in others[first:]:
                if at + NEAR < len(block) and each > block[at + NEAR]:
                    break
                if row.place in seen_from(each, block):
                    yield each


def looking_at(week: int) -> tuple[int, ...]:
    """Return the weeks whose claims look into *week*."""
    return tuple(each for each in (week - 1, week, week + 1) if week in looked_in(each))


class _Anew(Linker):
    """A linker that compares a claim only when it is asked for."""

    def __init__(self, keeper: Keeper) -> None:
        super().__init__()
        self._keeper = keeper
        self._blocks_kept: dict[tuple[int, int], Sequence[Place]] = {}
        self._known: dict[str, Known] = {}
        self._looked: set[str] = set()

    def made(self, claims: Sequence[Claim], gone: frozenset[str]) -> Anew:
        """Return what `link_anew` does."""
        said = {claim.id: said_of(claim) for claim in claims}
        self._learn({*said, *gone})
        before = {name: known for name, known in self._known.items() if name in said or name in gone}
        changed = {name for name in said if name not in before or before[name].said != said[name]}
        self._hold(claims, changed)
        kin = self._kin_now(claims)
        moved = {name for name in said if name in before and set(before[name].kin) != kin[name]}
        rows = {row for name in changed for row in rows_of(self._held[name])}
        rows_before = {name: rows_of(before[name].features) for name in {*changed, *gone} & before.keys()}
        self._after = _Side(self._members, frozenset({*changed, *gone}), rows)
        seeds = changed | moved
        sides = _Side(self._members), self._after
        seeds |= self._left(sides[0], rows_before, before, gone | changed)
        seeds |= self._pushed(sides, {row for some in rows_before.values() for row in some} ^ rows, gone | changed)
        self._look(seeds)
        seeds |= {
            other
            for name in changed
            for kept in (self._pairs, self._near, self._others)
            for other in kept.get(name, ())
        }
        seeds |= {mate for name in seeds for mate in self._mates(name)}
        self._fetch(seeds)
        together = list(self._components(seeds))
        links = [each for some in together for each in (*self._between(some), *self._beyond(some))]
        kept = tuple(_kept(self._held[name], kin[name], said[name]) for name in sorted(changed | moved))
        left = {name: rows_of(self._held[name]) for name in moved} | rows_before
        return Anew(
            tuple({*links, *(each for own in self._within.values() for each in own.values())}),
            frozenset().union(*together),
            frozenset(said),
            kept,
            left,
        )

    def _members(self, key: int, week: int) -> Sequence[Place]:
        found = self._blocks_kept.get((key, week))
        if found is None:
            found = self._blocks_kept[key, week] = tuple(self._keeper.members(key, week))
        return found

    def _learn(self, names: Iterable[str]) -> None:
        wanted = [each for each in names if each not in self._known]
        for name, text in self._keeper.known(wanted).items() if wanted else ():
            self._known[name] = msgspec.json.decode(text, type=Known)

    def _hold(self, claims: Sequence[Claim], changed: set[str]) -> None:
        """Hold *claims*, those that changed as they are now, and what their documents relate by their own words."""
        documents: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            features = features_of(claim) if claim.id in changed else self._known[claim.id].features
            self._held[claim.id] = features
            documents[claim.document.id].append(claim)
        for group in documents.values():
            self._add_up(group)

    def _kin_now(self, claims: Sequence[Claim]) -> dict[str, set[str]]:
        kin: dict[str, set[str]] = {claim.id: set() for claim in claims}
        for one, other in self._kin:
            kin[one].add(other)
        return kin

    def _fetch(self, names: Iterable[str]) -> None:
        """Hold the claims *names*, which did not change."""
        wanted = [each for each in names if each not in self._held]
        self._learn(wanted)
        for name in wanted:
            known = self._known.get(name)
            if known is None:
                raise LostError
            self._held[name] = known.features
            self._kin |= {pair for other in known.kin for pair in ((name, other), (other, name))}

    def _left(
        self,
        side: _Side,
        rows: Mapping[str, Sequence[Row]],
        before: Mapping[str, Known],
        out: frozenset[str] | set[str],
    ) -> set[str]:
        """Return the claims that were related to one that is no more what it was, or stood in its passage."""
        found: set[str] = set()
        for name, own in rows.items():
            near = side.near(own) - out
            self._fetch(near)
            this = before[name].features
            found |= {each for each in near if tells(this, self._held[each])}
            found |= {each[2] for row in own if row.week == LISTED for each in side.block(row.key, LISTED)} - out
        self._fetch(found)
        return found

    def _pushed(self, sides: tuple[_Side, _Side], rows: set[Row], out: frozenset[str] | set[str]) -> set[str]:
        """Return the related claims that are compared only before or only after a change of *rows*, as others come between in a large block."""
        found: set[str] = set()
        touched: dict[tuple[int, int], set[Place]] = defaultdict(set)
        for row in rows:
            touched[row.key, row.week].add(row.place)
        for (key, week), places in touched.items():
            before, after = (side.block(key, week) for side in sides)
            if week == LISTED or max(len(before), len(after)) <= WHOLE:
                continue
            for looking in looking_at(week):
                others = [each for each in sides[0].block(key, looking) if each[2] not in out]
                if min(len(before), len(after)) > WHOLE:
                    others = _around(places, before, after, others)
                for each in others:
                    seen, sees = ({one[2] for one in seen_from(each, block)} - out for block in (before, after))
                    differing = (seen ^ sees) - {each[2]}
                    self._fetch({each[2], *differing} if differing else ())
                    related = {one for one in differing if tells(self._held[each[2]], self._held[one])}
                    found |= related | ({each[2]} if related else set())
        return found

    def _mates(self, name: str) -> list[str]:
        return [each[2] for each in self._after.block(_list_key(self._held[name]), LISTED)]

    def _look(self, identities: Iterable[str]) -> None:
        for name in sorted(each for each in identities if each not in self._looked):
            self._fetch([name])
            features = self._held[name]
            near = self._after.near(rows_of(features))
            mates = self._mates(name)
            self._fetch([*near, *mates])
            self._lists[features.document, features.at[0]] = mates
            for other in near - self._looked:
                self._compare(features, self._held[other])
            self._looked.add(name)


def _around(
    places: Iterable[Place], before: Sequence[Place], after: Sequence[Place], others: Sequence[Place]
) -> list[Place]:
    """Return those of *others*, which look into a large block, that may see another part of it since *places* came or went."""
    every = sorted({*before, *after})
    wide = NEAR + 1 + len(set(before) ^ set(after))
    found: set[Place] = set()
    for place in places:
        at = bisect_left(every, place)
        low = bisect_left(others, every[at - wide]) if at >= wide else 0
        high = bisect_left(others, every[at + wide]) if at + wide < len(every) else len(others)
        found.update(others[low:high])
    return sorted(found)
