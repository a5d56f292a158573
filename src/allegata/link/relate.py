"""What relation two claims have: the groups that are one, who contradicts, denies or revises whom, and what a document adds up itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from allegata.link.block import Blocks
from allegata.link.compare import Compared, compare, is_hopeless, reasons
from allegata.link.features import Features, features_of
from allegata.link.join import FEW, Pair, beside, better, chain, different, grouped, is_near, is_same, is_sure
from allegata.link.within import within
from allegata.model.claim import Claim
from allegata.model.link import Link, Relation

JUDGE = "rules/5"
DRIFTS = {
    "count": ("differs", "digits", "rounded"),
    "hedge": ("differs",),
    "action": ("differs", "family"),
    "unit": ("family", "goods"),
    "kind": ("differs",),
    "speaker": ("differs", "colleague", "hidden"),
    "place": ("division", "differs"),
    "period": ("differs", "stretch"),
    "target": ("differs",),
    "status": ("differs",),
}  # fmt: skip
"""Fields in which a claim contradicts another that is the same, by their levels."""
REFUTES = ("count", "unit", "place")
"""Fields of which at most one of two claims can be right."""
RUNNING = 30
"""Days within which a newer figure replaces an older one."""


def link(claims: Sequence[Claim], about: Collection[str] | None = None) -> tuple[Link, ...]:
    """Return the relations between *claims*, sorted; the order of *claims* makes no difference.

    A pair may have several: the same claim with another number is ``same`` and ``contradicts``. ``part_of`` and
    ``additional`` are looked for within a document only. A link that rests on missing fields is not sure. With *about*, ids
    of claims, only relations to one of these are looked for.

    >>> from allegata.claim import sample
    >>> from allegata.claim import claims as read_claims
    >>> texts = ("Police said on 3 May 2024 that 60 men were arrested in Lima, Peru.", "Some 60 men were arrested in Lima, Peru, police said on 3 May 2024.")
    >>> [(made.relation, made.sure) for made in link([claim for text in texts for claim in read_claims(sample(text))])]
    [('contradicts', False), ('same', True)]
    """
    linker = Linker()
    if about is None:
        linker.enter(claims)
        return tuple(sorted(linker.links(), key=_order))
    asked = frozenset(about)
    linker.hold(claim for claim in claims if claim.id not in asked)
    made = linker.add(claim for claim in claims if claim.id in asked)
    return tuple(each for each in made if {each.left, each.right} & asked)


class Linker:
    """Links claims that come one document after the other, without comparing the earlier ones again."""

    def __init__(self) -> None:
        self._held: dict[str, Features] = {}
        self._blocks = Blocks()
        self._pairs: dict[str, dict[str, Compared]] = defaultdict(dict)
        self._near: dict[str, dict[str, Compared]] = defaultdict(dict)
        self._others: dict[str, dict[str, Compared]] = defaultdict(dict)
        self._within: dict[str, dict[str, Link]] = defaultdict(dict)
        self._kin: set[tuple[str, str]] = set()
        self._lists: dict[tuple[str, int], list[str]] = defaultdict(list)

    def hold(self, claims: Iterable[Claim]) -> None:
        """Take *claims* to compare later ones with, and not with each other."""
        self._take(claims)

    def enter(self, claims: Iterable[Claim]) -> list[str]:
        """Take *claims*, compare them with those taken before, and return the ids of those that were not taken before."""
        documents, fresh = self._take(claims)
        for group in documents:
            self._add_up(group)
        for features in fresh:
            for near in self._blocks.near(features):
                self._compare(features, self._held[near])
        return [each.id for each in fresh]

    def features(self, identity: str) -> Features:
        """Return what is compared of a claim taken."""
        return self._held[identity]

    def kin(self) -> frozenset[tuple[str, str]]:
        """Return the pairs of claims that a document relates by its own words, which are not compared."""
        return frozenset(self._kin)

    def add(self, claims: Iterable[Claim]) -> tuple[Link, ...]:
        """Return the links that the groups touched by *claims* have now, sorted; claims added before change nothing."""
        fresh = self.enter(claims)
        touched = {*fresh, *(other for each in fresh for other in self._others.get(each, ()))}
        return tuple(sorted(self._links(touched), key=_order))

    def _add_up(self, group: Sequence[Claim]) -> None:
        """Take what one document, whose claims *group* are held, relates by its own words."""
        for left, right, relation, sure in within(group):
            if right not in self._within.get(left, ()):
                one, other = self._held[left], self._held[right]
                self._within[left][right] = _made(one, other, compare(one, other), relation, sure)
                self._kin |= {(left, right), (right, left)}

    def _take(self, claims: Iterable[Claim]) -> tuple[list[list[Claim]], list[Features]]:
        """Hold *claims*, and return those that were not held before, document by document, with what is compared of them."""
        documents: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.id not in self._held:
                documents[claim.document.id].append(claim)
        fresh = [features_of(claim) for group in documents.values() for claim in group]
        for features in fresh:
            self._held[features.id] = features
            self._lists[features.document, features.at[0]].append(features.id)
            self._blocks.put(features)
        return list(documents.values()), fresh

    def links(self) -> Iterator[Link]:
        """Yield all links, one group of claims that hang together after the other."""
        yield from self._links(self._held)

    def _compare(self, one: Features, other: Features) -> None:
        left, right = (one, other) if one.id < other.id else (other, one)
        if (
            any(right.id in kept.get(left.id, ()) for kept in (self._pairs, self._near, self._others))
            or (left.id, right.id) in self._kin
        ):
            return
        kept = {"same": self._pairs, "near": self._near, "other": self._others}
        for tie, compared in _ties(left, right):
            _keep(kept[tie], left, right, compared)

    def _links(self, wanted: Iterable[str]) -> Iterator[Link]:
        for together in self._components(wanted):
            own = (each for identity in together for each in self._within.get(identity, {}).values())
            yield from sorted((*self._between(together), *self._beyond(together), *own), key=_order)

    def _components(self, wanted: Iterable[str]) -> Iterator[set[str]]:
        """Yield the claims that hang together with each of *wanted*, each once."""
        seen: set[str] = set()
        for identity in sorted(wanted):
            if identity not in seen:
                together = self._reached(identity)
                seen |= together
                yield together

    def _look(self, identities: Iterable[str]) -> None:
        """Compare the claims *identities*, where that is still to be done: those that `enter` took are compared."""

    def _reached(self, identity: str) -> set[str]:
        """Return the claims that a chain of pairs which are the same reaches from one, with those of their passages that may be as the items of a list."""
        found, ahead = {identity}, [identity]
        while ahead:
            features = self._held[ahead.pop()]
            self._look([features.id])
            same = self._pairs.get(features.id, {})
            listed = self._lists[features.document, features.at[0]] if same or features.id in self._near else ()
            self._look(listed)
            for each in (*same, *(each for each in listed if each in self._near or each in self._pairs)):
                if each not in found:
                    found.add(each)
                    ahead.append(each)
        return found

    def _between(self, together: set[str]) -> Iterator[Link]:
        """Yield the links within the groups of claims that are one."""

        def inside(kept: Mapping[str, Mapping[str, Compared]]) -> Iterator[Pair]:
            for left in sorted(together):
                for right, compared in sorted(kept.get(left, {}).items()):
                    if left < right and right in together:
                        yield Pair(left, right, compared)

        same = better(beside(list(inside(self._pairs)), inside(self._near), self._held), self._held)
        for group in grouped(same, self._held):
            yield from self._group(group, same)

    def _beyond(self, together: set[str]) -> Iterator[Link]:
        """Yield the links of claims in *together* to those that are not the same: what one denies, answers or replaces."""
        for identity in sorted(together):
            this, older = self._held[identity], list[tuple[Features, Compared]]()
            for name, compared in sorted(self._others.get(identity, {}).items()):
                other = self._held[name]
                left, right = (this, other) if identity < name else (other, this)
                if _denies(left, right, compared):
                    if this.status == "denied":
                        yield _made(this, other, compared, "denies", False)
                        yield _made(left, right, compared, "contradicts", False)
                elif _answers(left, right, compared):
                    if this is left:
                        yield _made(left, right, compared, "contradicts", False)
                elif _revises(left, right, compared) and this is _newer(left, right):
                    older.append((other, compared))
            if older:
                last, compared = max(older, key=lambda each: (_day(each[0]), each[0].id))
                yield _made(this, last, compared, "revises", False)

    def _group(self, group: tuple[str, ...], same: Sequence[Pair]) -> Iterator[Link]:
        """Yield the links within *group*: of a large one a chain through all, and what contradicts among those that differ."""
        inside = set(group)
        pairs = [pair for pair in same if pair.left in inside and pair.right in inside]
        if len(group) > FEW:
            pairs = chain(pairs)
        for left, right, compared in pairs:
            yield _made(self._held[left], self._held[right], compared, "same", is_sure(compared))
        for left, right in combinations(sorted(different(group, self._held)), 2):
            one, other = self._held[left], self._held[right]
            compared = compare(one, other)
            fields = drifted(compared)
            if fields and (left, right) not in self._kin:
                yield _made(one, other, compared, "contradicts", bool(set(fields) & set(REFUTES)))


def _keep(pairs: dict[str, dict[str, Compared]], one: Features, other: Features, compared: Compared) -> None:
    pairs[one.id][other.id] = pairs[other.id][one.id] = compared


def _made(left: Features, right: Features, compared: Compared, relation: Relation, sure: bool) -> Link:
    return Link(left.id, right.id, relation, sure, reasons(left, right, compared), JUDGE)


def _order(link: Link) -> tuple[str, str, str]:
    return link.left, link.right, link.relation


def drifted(compared: Compared) -> list[str]:
    """Return the fields in which a claim contradicts another that is the same."""
    return [field for field, levels in DRIFTS.items() if getattr(compared, field) in levels]


def _day(features: Features) -> int:
    """Return the day of a statement; one that is not told is taken for the day of publication."""
    return features.day[0 if features.dated else 1] if features.day else 0


def _denies(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether one of two claims denies what the other asserts."""
    if "denied" not in (one.status, other.status) or one.status == other.status:
        return False
    related = compared.action in ("equal", "shared", "family")
    if related and _is_of(one, other):
        return True
    near = one.document == other.document or compared.words in ("verbatim", "many", "some")
    if "other" in (one.action, other.action):
        # All that tells what a statement is about are its words, and those of one sentence have the same.
        apart = (one.document, one.at[0]) != (other.document, other.at[0])
        alike = apart and compared.words in ("verbatim", "many") and compared.speaker in ("person", "body")
    else:
        alike = related
    return (
        alike
        and compared.spoken in ("day", "week", "missing")
        and compared.place not in ("differs", "division")
        and compared.count not in ("differs", "digits")
        and (near or compared.count in ("telling", "equal"))
    )


def _is_of(one: Features, other: Features) -> bool:
    """Return whether the words by which their document disputes one of two claims stand in the passage of the other, which is denied."""
    return one.document == other.document and any(
        denial.status == "denied" and claim.disputed is not None and denial.at[0] <= claim.disputed < denial.until
        for denial, claim in ((one, other), (other, one))
    )


def _answers(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether one of two claims by different speakers gives the telling number of the other for another unit: 116 teams, 116 people."""
    return (
        compared.count == "telling"
        and compared.unit == "family"
        and compared.speaker == "differs"
        and compared.action in ("equal", "shared", "family")
        and compared.spoken in ("day", "week")
        and compared.place not in ("differs", "division")
    )


def _newer(one: Features, other: Features) -> Features:
    return max(one, other, key=lambda each: (_day(each), each.stated or 0))


def _is_alike(newer: Features, compared: Compared) -> bool:
    """Return whether two passages of few words may be of one count: the newer says that it changed, or both are of one place and sort."""
    if compared.words == "none":
        return False
    return newer.grows or (compared.place == "equal" and compared.kind == "shared")


def _revises(one: Features, other: Features, compared: Compared) -> bool:
    """Return whether the later of two claims gives a higher figure of one body for what was counted before."""
    if (
        one.document == other.document
        or one.stated is None
        or other.stated is None
        or one.day is None
        or other.day is None
    ):
        return False
    older, newer = sorted((one, other), key=lambda each: (_day(each), each.stated or 0))
    days = _day(newer) - _day(older)
    return (
        (0 < days <= RUNNING or (days == 0 and newer.grows))
        and (older.stated or 0) < (newer.stated or 0)
        and one.status == other.status == "asserted"
        and compared.count in ("differs", "digits", "rounded", "within")
        and compared.action == "equal"
        and compared.unit == "equal"
        and (compared.speaker in ("person", "body") or (compared.speaker == "unnamed" and newer.grows))
        and compared.place in ("equal", "country")
        and compared.period != "differs"
        and (compared.words in ("verbatim", "many", "some") or _is_alike(newer, compared))
    )


def tells(one: Features, other: Features) -> bool:
    """Return whether it makes a difference to any link that two claims are compared."""
    left, right = (one, other) if one.id < other.id else (other, one)
    return next(_ties(left, right), None) is not None


def _ties(left: Features, right: Features) -> Iterator[tuple[str, Compared]]:
    """Yield as what the comparison of two claims is worth keeping: "same", else "near" and "other", or nothing."""
    if is_hopeless(left, right) and not _is_of(left, right):
        return
    compared = compare(left, right)
    if is_same(left, right, compared):
        yield "same", compared
        return
    if is_near(compared):
        yield "near", compared
    if any(other(left, right, compared) for other in OTHERS):
        yield "other", compared


OTHERS = (_denies, _answers, _revises)
"""What makes a pair that is not the same worth keeping."""
