"""What people decided, applied to claims and links: which decision holds, what no longer fits, and the data that comes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from msgspec.structs import replace

from allegata.ledger.attach import attach
from allegata.ledger.corrections import corrected, said
from allegata.model.claim import Claim
from allegata.model.decision import Decision, Subject
from allegata.model.error import InputError
from allegata.model.link import Link, Reason, Relation
from allegata.model.mention import Record
from allegata.partition import JOINING, Partition

State = Literal["in force", "undone", "replaced", "conflict"]
"""Relations that make two claims count as one."""
OF_ONE = frozenset({"same", "revises", "contradicts", "denies"})
"""Relations of two claims about one happening: what `distinct` says no to."""
SYMMETRIC = frozenset({"same", "contradicts", "distinct"})
WEIGHED = frozenset({"action", "status", "count", "count.unit", "places", "period", "speaker.body"})
"""Fields whose change can undo the ground of a decision about two claims."""
OF_COUNT = frozenset({"count.low", "count.high", "count.modifier"})
Key = tuple[str, str, Relation]


class Ruling(Record, frozen=True):
    """A decision and what has become of it.

    recorded_at: when its batch was recorded. state: a decision in conflict that still finds its claims is applied all the same; one that
    does not is kept. why: empty where it is in force. claims: ids of the claims it is about now.
    """

    decision: Decision
    recorded_at: str
    state: State
    why: str
    claims: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing undid or replaced it."""
        return self.state in ("in force", "conflict")


class Outcome(NamedTuple):
    """What has become of a decision, as in `Ruling`."""

    state: State
    why: str = ""
    claims: tuple[str, ...] = ()


class Held(Protocol):
    """The current claims, as the rules read them."""

    def claim_of(self, identity: str) -> Claim | None:
        """Return the current claim with that id."""

    def page(self, subject: Subject) -> Sequence[Claim]:
        """Return the current claims of the page a subject stands on."""


@dataclass
class Settled:
    """Which decisions hold, by what they are about.

    outcomes: by decision id. claims: those that are corrected, marked with what was decided, by id. verdicts: acceptance or rejection by
    claim id. pairs: what was said of a link, by left, right and relation. flags: for a second look, which nobody has taken, by claim id.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    verdicts: dict[str, Decision] = field(default_factory=dict)
    pairs: dict[Key, Decision] = field(default_factory=dict)
    fields: dict[tuple[str, str], Decision] = field(default_factory=dict)
    flags: dict[str, Decision] = field(default_factory=dict)

    @property
    def rejected(self) -> frozenset[str]:
        """Ids of the claims that are rejected."""
        return frozenset(identity for identity, decision in self.verdicts.items() if decision.kind == "reject")


class Decided(NamedTuple):
    """Claims and links once people have decided; conflicts: decisions that no longer fit, with why."""

    claims: tuple[Claim, ...]
    links: tuple[Link, ...]
    conflicts: tuple[tuple[Decision, str], ...]


class _Given:
    """The claims given to `decide`, by id and page."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._claims = {claim.id: claim for claim in claims}

    def claim_of(self, identity: str) -> Claim | None:
        return self._claims.get(identity)

    def page(self, subject: Subject) -> Sequence[Claim]:
        return [
            claim
            for claim in self._claims.values()
            if claim.document.id == subject.document or (subject.url and claim.document.url == subject.url)
        ]


def decide(claims: Sequence[Claim], links: Sequence[Link], decisions: Sequence[Decision]) -> Decided:
    """Return *claims* and *links*, as the rules made them, once *decisions*, in order of entry, are applied.

    A rejected claim is left out with its links. Of two decisions that contradict each other the later holds. A split takes the links away that
    make its claims one, and also the weakest of those that do so by way of others: the doubtful before the sure; what a person linked is never
    taken away, and where only such links are left the split is a conflict.

    >>> decide((), (), ())
    Decided(claims=(), links=(), conflicts=())
    """
    settled = settle(decisions, _Given(claims))
    shown = tuple(settled.claims.get(claim.id, claim) for claim in claims if claim.id not in settled.rejected)
    outcomes = ((decision, settled.outcomes[decision.id]) for decision in decisions)
    conflicts = tuple((decision, outcome.why) for decision, outcome in outcomes if outcome.state == "conflict")
    return Decided(shown, decided_links(links, settled, settled.rejected), conflicts)


def undone(decisions: Sequence[Decision]) -> dict[str, Decision]:
    """Return the decision that undoes each one that is undone, by id; what undoes can be undone itself."""
    found: dict[str, Decision] = {}
    for decision in reversed(decisions):
        if decision.kind == "undo" and decision.undoes is not None and decision.id not in found:
            found.setdefault(decision.undoes, decision)
    return found


def settle(decisions: Sequence[Decision], held: Held) -> Settled:
    """Return what of *decisions*, in order of entry, holds for the claims that are *held*."""
    settled = Settled()
    taken_back = undone(decisions)
    for decision in decisions:
        by = taken_back.get(decision.id)
        if by is not None:
            settled.outcomes[decision.id] = Outcome("undone", f"undone by {by.by}: {by.reason}")
        elif decision.kind == "undo":
            settled.outcomes[decision.id] = Outcome("in force")
        else:
            settled.outcomes[decision.id] = _settled(decision, held, settled)
    _mark(settled, held)
    _find_joined(settled)
    return settled


def _settled(decision: Decision, held: Held, settled: Settled) -> Outcome:
    found = [held.claim_of(each.claim) or attach(each, held.page(each)) for each in decision.subjects]
    claims = [each for each in found if isinstance(each, Claim)]
    names = tuple(claim.id for claim in claims)
    if len(claims) < len(found):
        return Outcome("conflict", next(each for each in found if isinstance(each, str)), names)
    if len(set(names)) < len(names):
        return Outcome("conflict", "its two claims are read as one now", names)
    if decision.kind == "correct":
        why = _correct(decision, claims[0], settled)
        if why:
            return Outcome("conflict", why, names)
    elif len(claims) == 1:
        _judge(decision, names[0], settled)
    else:
        _pair(decision, names, settled)
    why = _changed(decision, claims)
    return Outcome("conflict" if why else "in force", why, names)


def _replace(settled: Settled, before: Decision | None, decision: Decision) -> None:
    if before is not None:
        claims = settled.outcomes[before.id].claims
        how = f"looked at by {decision.by}" if before.kind == "flag" else f"{decision.by} decided otherwise later"
        settled.outcomes[before.id] = Outcome("replaced", how, claims)


def _judge(decision: Decision, claim: str, settled: Settled) -> None:
    """Accept, reject or flag a claim. Whoever accepts or rejects it has taken the second look."""
    _replace(settled, settled.flags.pop(claim, None), decision)
    if decision.kind == "flag":
        settled.flags[claim] = decision
    else:
        _replace(settled, settled.verdicts.get(claim), decision)
        settled.verdicts[claim] = decision


def _correct(decision: Decision, claim: Claim, settled: Settled) -> str:
    """Correct *claim*, and return why that cannot be, empty if it can."""
    name = str(decision.field)
    try:
        before = settled.claims.get(claim.id, claim)
        settled.claims[claim.id] = corrected(before, name, decision.value, f"correction by {decision.by}")
    except InputError as error:
        return str(error)
    for other in [name, *(OF_COUNT if name == "count" else ())]:
        _replace(settled, settled.fields.pop((claim.id, other), None), decision)
    settled.fields[claim.id, name] = decision
    return ""


def _said(decision: Decision) -> tuple[Relation, bool]:
    """Return the relation a decision about two claims speaks of, and whether it says that they have it."""
    if decision.kind in ("merge", "split"):
        return ("same" if decision.kind == "merge" else "distinct"), True
    return decision.relation or "same", decision.kind == "accept"


def _key(left: str, right: str, relation: Relation) -> Key:
    return (right, left, relation) if relation in SYMMETRIC and right < left else (left, right, relation)


def _pair(decision: Decision, names: Sequence[str], settled: Settled) -> None:
    left, right = names
    relation, holds = _said(decision)
    key = _key(left, right, relation)
    denied = {"distinct"} if relation in OF_ONE else OF_ONE if relation == "distinct" else frozenset()
    for other, before in list(settled.pairs.items()):
        contrary = holds and _said(before)[1] and {*other[:2]} == {left, right} and other[2] in denied
        if other == key or contrary:
            _replace(settled, settled.pairs.pop(other), decision)
    settled.pairs[key] = decision


def _changed(decision: Decision, claims: Sequence[Claim]) -> str:
    """Return what the rules read otherwise now than when *decision* was made, where it bears on it."""
    parts = []
    for subject, claim in zip(decision.subjects, claims, strict=True):
        if claim.id == subject.claim:
            continue
        now = said(claim)
        changed = [name for name in subject.said if name in now and now[name] != subject.said[name]]
        if "count" in changed and decision.kind != "correct":
            changed = [name for name in changed if name not in OF_COUNT]
        if decision.kind == "correct":
            changed = [name for name in changed if name == decision.field and now[name] != decision.value]
        elif len(claims) > 1:
            changed = [name for name in changed if name in WEIGHED]
        parts += [f"{name} was {subject.said[name] or 'none'}, is {now[name] or 'none'}" for name in changed]
    return f"applied all the same, but read otherwise now: {'; '.join(dict.fromkeys(parts))}" if parts else ""


def _mark(settled: Settled, held: Held) -> None:
    """Say on each claim what people decided about it."""
    marks: dict[str, list[str]] = {}
    for (identity, name), decision in sorted(settled.fields.items()):
        marks.setdefault(identity, []).append(f"{name} corrected by {decision.by}")
    for identity, decision in settled.verdicts.items():
        marks.setdefault(identity, []).append(f"{decision.kind}ed by {decision.by}")
    for identity, decision in settled.flags.items():
        marks.setdefault(identity, []).append(f"flagged by {decision.by}: {decision.reason}")
    for identity, said_of in marks.items():
        claim = settled.claims.get(identity) or held.claim_of(identity)
        if claim is not None:
            settled.claims[identity] = replace(claim, rules=replace(claim.rules, decisions=tuple(said_of)))


def _splits(settled: Settled) -> list[tuple[Key, Decision]]:
    return [(key, made) for key, made in sorted(settled.pairs.items()) if key[2] == "distinct" and _said(made)[1]]


def _find_joined(settled: Settled) -> None:
    """Report the splits of claims that people made one by way of others."""
    groups = Partition()
    for (left, right, relation), decision in settled.pairs.items():
        if relation in JOINING and _said(decision)[1] and not {left, right} & settled.rejected:
            groups.join(left, right)
    for (left, right, _), decision in _splits(settled):
        if groups.find(left) == groups.find(right):
            why = "people hold its two claims to be one by way of others; undo one of those decisions"
            settled.outcomes[decision.id] = Outcome("conflict", why, settled.outcomes[decision.id].claims)


def decided_links(links: Iterable[Link], settled: Settled, hidden: frozenset[str]) -> tuple[Link, ...]:
    """Return *links*, as the rules made them, once what was *settled* is applied; none of a claim that is *hidden*."""
    said_of = settled.pairs
    distinct = {frozenset(key[:2]) for key, _ in _splits(settled)}
    one = {frozenset(key[:2]) for key, made in said_of.items() if key[2] in OF_ONE and _said(made)[1]}
    # What contradicts another does so as the same claim: where a person says that it is not, nothing is contradicted.
    refused = {frozenset(key[:2]) for key, decision in said_of.items() if key[2] == "same" and not _said(decision)[1]}
    made = []
    for link in links:
        pair = frozenset((link.left, link.right))
        contrary = (pair in distinct and link.relation in OF_ONE) or (pair in one and link.relation == "distinct")
        contrary = contrary or (pair in refused and link.relation == "contradicts")
        if not contrary and _key(link.left, link.right, link.relation) not in said_of:
            made.append(link)
    reasons = {_key(link.left, link.right, link.relation): link.reasons for link in links}
    for key, decision in sorted(said_of.items(), key=lambda each: each[0]):
        if _said(decision)[1]:
            ground = (Reason("decision", "agrees", decision.reason), *reasons.get(key, ()))
            made.append(Link(*key, True, ground, f"decision by {decision.by}"))
    shown = [link for link in made if not {link.left, link.right} & hidden]
    return _kept_apart(shown, said_of, distinct)


def _kept_apart(
    links: Sequence[Link], said_of: Mapping[Key, Decision], distinct: set[frozenset[str]]
) -> tuple[Link, ...]:
    """Return *links* without the weakest of those that make claims one which a person split.

    The strongest are taken first: those of people, then the sure, then those with more fields that agree; each that would join two split claims
    is cut, unless a person made it.
    """
    if not distinct:
        return tuple(links)

    def strength(link: Link) -> tuple[bool, bool, int, Key]:
        agreeing = sum(reason.verdict == "agrees" for reason in link.reasons)
        return (not human(link), not link.sure, -agreeing, (link.left, link.right, link.relation))

    def human(link: Link) -> bool:
        return _key(link.left, link.right, link.relation) in said_of

    groups, cut = Partition(), set[frozenset[str]]()
    for link in sorted((each for each in links if each.relation in JOINING), key=strength):
        pair = {groups.find(link.left), groups.find(link.right)}
        apart = any({groups.find(each) for each in split} == pair for split in distinct)
        if apart and len(pair) == 2 and not human(link):
            cut.add(frozenset((link.left, link.right)))
        else:
            groups.join(link.left, link.right)
    return tuple(
        link
        for link in links
        if human(link) or link.relation not in OF_ONE or frozenset((link.left, link.right)) not in cut
    )
