"""Decisions replayed give the same state, are undone exactly, and do not depend on the order of those they have nothing to do with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from allegata.claim import claims, sample
from allegata.ledger import Ruling, attach, decide, subject_of
from allegata.ledger.decisions import JOINING, settle
from allegata.model import Claim, Decision, Link, Reason, from_json, to_json, with_decision_id
from allegata.total import total

TEXT = " ".join(f"Police said on Monday that {number} people were arrested in Lima, Peru." for number in range(20, 26))
DOCUMENT = sample(TEXT, "2024-05-08")
CLAIMS = claims(DOCUMENT)
COUNT = len(CLAIMS)
BODY = "0" * 64
SETTINGS = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def decision(kind: str, *about: Claim, number: int = 1, **rest: Any) -> Decision:
    subjects = tuple(subject_of(each, BODY) for each in about)
    rest = {"by": "Ana Quispe", "reason": "seen on the page", **rest}
    return with_decision_id(Decision("", kind, number=number, subjects=subjects, **rest))  # type: ignore[arg-type]


def linked(left: Claim, right: Claim, relation: str = "same", sure: bool = True, agreeing: int = 1) -> Link:
    reasons = tuple(Reason(f"field {number}", "agrees", "") for number in range(agreeing))
    return Link(left.id, right.id, relation, sure, reasons, "rules/1")  # type: ignore[arg-type]


INDEX = st.integers(0, COUNT - 1)
PAIRS = st.tuples(INDEX, INDEX).filter(lambda each: each[0] != each[1])


@st.composite
def some_links(draw: st.DrawFn) -> tuple[Link, ...]:
    made = draw(
        st.lists(
            st.tuples(PAIRS, st.sampled_from(["same", "revises", "contradicts"]), st.booleans(), st.integers(0, 3)),
            max_size=9,
        )
    )
    found = {}
    for (one, other), relation, sure, agreeing in made:
        left, right = (one, other) if relation == "revises" else sorted((one, other), key=lambda at: CLAIMS[at].id)
        found[left, right, relation] = linked(CLAIMS[left], CLAIMS[right], relation, sure, agreeing)
    return tuple(found.values())


@st.composite
def one_decision(draw: st.DrawFn) -> tuple[tuple[Any, ...], Decision]:
    """Return a decision with the thing it is about."""
    kind = draw(st.sampled_from(["accept", "reject", "flag", "merge", "split", "correct"]))
    reason = draw(st.sampled_from(["seen on the page", "the wire says so"]))
    if kind in ("merge", "split"):
        one, other = draw(PAIRS)
        return ("pair", frozenset((one, other))), decision(kind, CLAIMS[one], CLAIMS[other], reason=reason)
    at = draw(INDEX)
    if kind != "correct":
        return ("claim", at), decision(kind, CLAIMS[at], reason=reason)
    field, value = draw(
        st.sampled_from(
            [("count", "7"), ("count", "7-9"), ("action", "hold"), ("status", "denied"), ("places", "iso:PE"), ("period", None), ("count.unit", "team")]
        )
    )  # fmt: skip
    return ("field", at, field), decision(kind, CLAIMS[at], field=field, value=value, reason=reason)


def numbered(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    return tuple(with_decision_id(replace(each, number=at)) for at, each in enumerate(decisions, 1))


SEVERAL = st.lists(one_decision(), max_size=7).map(lambda made: numbered([each for _, each in made]))


@SETTINGS
@given(some_links(), SEVERAL)
def test_replaying_the_rows_gives_the_same_state(links: tuple[Link, ...], decisions: tuple[Decision, ...]) -> None:
    rows = [from_json(Decision, to_json(each)) for each in decisions]
    assert tuple(rows) == decisions
    assert decide(CLAIMS, links, rows) == decide(CLAIMS, links, decisions)
    assert decide(CLAIMS, links, ()) == (CLAIMS, links, ())


@SETTINGS
@given(some_links(), SEVERAL, st.data())
def test_undoing_restores_exactly(
    links: tuple[Link, ...], decisions: tuple[Decision, ...], data: st.DataObject
) -> None:
    if not decisions:
        return
    at = data.draw(st.integers(0, len(decisions) - 1))
    without = decide(CLAIMS, links, decisions[:at] + decisions[at + 1 :])
    undo = decision("undo", undoes=decisions[at].id, number=99)
    assert decide(CLAIMS, links, (*decisions, undo)) == without
    again = decision("undo", undoes=undo.id, number=100)
    assert decide(CLAIMS, links, (*decisions, undo, again)) == decide(CLAIMS, links, decisions)


@SETTINGS
@given(some_links(), st.lists(one_decision(), max_size=6, unique_by=lambda each: each[0]), st.randoms())
def test_the_order_of_independent_decisions_makes_no_difference(
    links: tuple[Link, ...], made: list[tuple[tuple[Any, ...], Decision]], chance: Any
) -> None:
    # A count as a whole and its unit are one thing; all others are not.
    bare = {(what[1]) for what, _ in made if what[0] == "field" and what[2] == "count"}
    kept = [each for what, each in made if not (what[0] == "field" and what[2] == "count.unit" and what[1] in bare)]
    other = list(kept)
    chance.shuffle(other)
    one, two = decide(CLAIMS, links, kept), decide(CLAIMS, links, other)
    assert one[:2] == two[:2]
    assert {each.id for each, _ in one.conflicts} == {each.id for each, _ in two.conflicts}


@SETTINGS
@given(some_links(), SEVERAL)
def test_what_is_split_is_apart_unless_people_joined_it(
    links: tuple[Link, ...], decisions: tuple[Decision, ...]
) -> None:
    decided = decide(CLAIMS, links, decisions)
    conflicts = {each.id for each, _ in decided.conflicts}
    distinct = [each for each in decided.links if each.relation == "distinct"]
    held = {frozenset(each.claim for each in made.subjects) for made in decisions if made.id not in conflicts}
    for link in distinct:
        if {link.left, link.right} not in held:
            continue
        assert link.right not in reachable(link.left, decided.links)
    merged = {frozenset((each.left, each.right)) for each in decided.links if each.judge.startswith("decision")}
    shown = {claim.id for claim in decided.claims}
    for made in decisions:
        later = [each for each in decisions if each.number > made.number and len(each.subjects) == 2]
        pair = frozenset(each.claim for each in made.subjects)
        if made.kind == "merge" and pair <= shown and all({s.claim for s in each.subjects} != pair for each in later):
            assert pair in merged


def reachable(start: str, links: Sequence[Link]) -> set[str]:
    found, left = {start}, [start]
    while left:
        here = left.pop()
        for link in links:
            if link.relation in JOINING and here in (link.left, link.right):
                fresh = {link.left, link.right} - found
                found |= fresh
                left += fresh
    return found


def test_a_rejected_claim_is_left_out_with_its_links() -> None:
    one, two, three, *_ = CLAIMS
    links = (linked(one, two), linked(two, three))
    made = decide(CLAIMS, links, (decision("reject", two),))
    assert two.id not in {claim.id for claim in made.claims}
    assert made.links == ()


def test_the_later_of_two_decisions_holds() -> None:
    one, two, *_ = CLAIMS
    merge, split = decision("merge", one, two), decision("split", one, two, number=2)
    assert [each.relation for each in decide(CLAIMS, (), (merge, split)).links] == ["distinct"]
    assert [each.relation for each in decide(CLAIMS, (), (split, merge)).links] == ["same"]
    reject, accept = decision("reject", one), decision("accept", one, number=2)
    assert len(decide(CLAIMS, (), (reject, accept)).claims) == COUNT
    assert len(decide(CLAIMS, (), (accept, reject)).claims) == COUNT - 1


def test_two_corrections_of_one_claim_in_either_order_are_the_same() -> None:
    one = decision("correct", CLAIMS[0], field="count", value="7")
    other = decision("correct", CLAIMS[0], field="action", value="hold", number=2)
    made = decide(CLAIMS, (), (one, other))
    assert made == decide(CLAIMS, (), (other, one))
    assert made.claims[0].rules.decisions == ("action corrected by Ana Quispe", "count corrected by Ana Quispe")
    assert (made.claims[0].action, made.claims[0].id) == ("hold", CLAIMS[0].id)


def test_a_decision_does_not_go_over_to_another_claim_of_its_sentence() -> None:
    found = claims(
        sample("Police said on Monday that 60 people were arrested and 12 rifles were seized in Lima.", "2024-05-08")
    )
    sixty, twelve = (next(each for each in found if each.action == action) for action in ("arrest", "seize"))
    assert sixty.passage == twelve.passage
    assert attach(subject_of(sixty, BODY), [twelve]) == "no claim is read at its words any more"
    other = replace(sixty, id="other", status="denied")
    assert attach(subject_of(sixty, BODY), [twelve, other]) == other
    twin = replace(other, id="twin")
    assert attach(subject_of(sixty, BODY), [other, twin]) == "several claims that are read now fit it equally well"


def test_a_link_is_accepted_and_rejected() -> None:
    one, two, *_ = CLAIMS
    left, right = (one, two) if one.id < two.id else (two, one)
    doubtful = linked(left, right, sure=False)
    (sure,) = decide(CLAIMS, (doubtful,), (decision("accept", right, left, relation="same"),)).links
    assert sure.sure
    assert sure.judge == "decision by Ana Quispe"
    assert sure.reasons[0].note == "seen on the page"
    assert decide(CLAIMS, (doubtful,), (decision("reject", one, two, relation="same"),)).links == ()


def test_a_split_cuts_the_weakest_link_between_and_never_a_person_s() -> None:
    one, two, three, *_ = CLAIMS
    strong, weak = linked(one, two, agreeing=3), linked(two, three, sure=False)
    split = decision("split", one, three)
    made = decide(CLAIMS, (strong, weak), (split,))
    assert [each.relation for each in made.links] == ["same", "distinct"]
    assert made.links[0] == strong
    bounds = total(made.claims, made.links)[0]
    assert bounds.low >= 2 * 20
    human = decision("merge", two, three, number=2)
    kept = {
        (each.left, each.right)
        for each in decide(CLAIMS, (strong, weak), (split, human)).links
        if each.relation == "same"
    }
    assert kept == {tuple(sorted((two.id, three.id)))}
    both = (decision("merge", one, two, number=3), human, split)
    conflicted = decide(CLAIMS, (), both)
    assert [each.kind for each, _ in conflicted.conflicts] == ["split"]
    assert "undo one" in conflicted.conflicts[0][1]
    assert reachable(one.id, conflicted.links) >= {three.id}


def test_what_fits_no_claim_is_kept_as_a_conflict() -> None:
    one, *others = CLAIMS
    made = decide(others, (), (decision("reject", one),))
    assert made.claims == tuple(others)
    assert [why for _, why in made.conflicts] == ["no claim is read at its words any more"]


class Held:
    def __init__(self, found: Sequence[Claim]) -> None:
        self.found = found

    def claim_of(self, identity: str) -> Claim | None:
        return next((each for each in self.found if each.id == identity), None)

    def page(self, subject: Any) -> Sequence[Claim]:
        return self.found


@pytest.mark.parametrize("lead", ["", "The harbour was quiet. "])
def test_a_decision_finds_its_claim_in_a_text_that_moved(lead: str) -> None:
    moved = claims(sample(lead + TEXT, "2024-05-08"))
    for claim in CLAIMS:
        made = decision("accept", claim)
        state, why, found = settle((made,), Held(moved)).outcomes[made.id]
        assert (state, why) == ("in force", "")
        (now,) = (each for each in moved if each.id in found)
        assert now.passage.text == claim.passage.text


def test_a_claim_read_otherwise_keeps_its_correction_and_says_so() -> None:
    one = CLAIMS[0]
    document = sample(TEXT.replace("Monday that 20", "Monday that 20", 1), "2024-05-08")
    again = [replace(each, id="other", status="denied") if each.id == one.id else each for each in claims(document)]
    correction = decision("correct", one, field="status", value="intended")
    settled = settle((correction,), Held(again))
    assert settled.outcomes[correction.id].state == "conflict"
    assert "status was asserted, is denied" in settled.outcomes[correction.id].why
    assert settled.claims["other"].status == "intended"
    agreed = decision("correct", one, field="status", value="denied")
    assert settle((agreed,), Held(again)).outcomes[agreed.id].state == "in force"


def test_a_ruling_is_written_and_read() -> None:
    made = Ruling(decision("accept", CLAIMS[0]), "2024-01-01T00:00:00Z", "in force", "", (CLAIMS[0].id,))
    assert from_json(Ruling, to_json(made)) == made
