"""Records keep their values through JSON, and their JSON keeps to the schema that ships."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allegata import model
from allegata.ledger import records as records_of
from allegata.model import (
    Actor,
    Attribution,
    Claim,
    Count,
    DocumentRef,
    Evidence,
    Group,
    InputError,
    Mention,
    Period,
    Place,
    Rules,
    Span,
    Speaker,
    Stance,
    Step,
    Variant,
    canonical,
    claim_id,
    from_json,
    to_json,
    with_id,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MAYBE = st.none() | TEXT
NUMBER = st.none() | st.integers(0, 10**6)


def one_of(literal: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(literal))


SPAN = st.builds(Span, st.integers(0, 99), st.integers(0, 99), TEXT)
SPANS = st.lists(SPAN, max_size=2).map(tuple)
COUNT = st.builds(
    Count, NUMBER, NUMBER, MAYBE, one_of(model.Modifier), TEXT, TEXT, st.sampled_from([None, "additional", "part_of"])
)
PERIOD = st.builds(Period, MAYBE, MAYBE, TEXT, one_of(model.CalendarName), one_of(model.Precision))
PLACE = st.builds(Place, TEXT, MAYBE, MAYBE, MAYBE, TEXT)
ACTOR = st.builds(Actor, TEXT, MAYBE)
SPEAKER = st.builds(Speaker, MAYBE, MAYBE, MAYBE, MAYBE, one_of(model.SpeakerKind), st.booleans(), st.booleans())


def mention(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Mention, SPANS, st.lists(values, max_size=3).map(tuple), TEXT)


def mentions(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(mention(values), max_size=2).map(tuple)


CLAIM = st.builds(
    Claim,
    id=TEXT,
    document=st.builds(DocumentRef, TEXT, MAYBE, MAYBE, MAYBE, MAYBE, TEXT),
    passage=SPAN,
    attribution=st.none() | st.builds(Attribution, TEXT, SPANS, SPANS, SPANS, one_of(model.Form), MAYBE),
    speakers=mentions(SPEAKER),
    conduits=mentions(ACTOR),
    spoken=st.none() | mention(PERIOD),
    status=one_of(model.Status),
    action=TEXT,
    also_actions=st.lists(TEXT, max_size=2).map(tuple),
    actor=st.none() | mention(ACTOR),
    target=st.none() | mention(ACTOR),
    count=st.none() | mention(COUNT),
    places=mentions(PLACE),
    period=st.none() | mention(PERIOD),
    penalty=MAYBE,
    stage=MAYBE,
    evidence=st.builds(Evidence, one_of(model.EvidenceClass), SPANS),
    stance=st.builds(Stance, one_of(model.StanceClass), SPANS),
    rules=st.builds(Rules, TEXT, TEXT),
)
SCHEMA = json.loads(files("allegata").joinpath("data", "schema.json").read_text("utf-8"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(CLAIM)
def test_a_claim_comes_back_equal_and_keeps_to_the_schema(claim: Claim) -> None:
    plain = json.loads(json.dumps(to_json(claim)))
    assert from_json(Claim, plain) == claim
    jsonschema.validate(plain, SCHEMA)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(CLAIM, TEXT)
def test_an_identity_depends_on_content_and_not_on_rules(claim: Claim, other: str) -> None:
    import msgspec

    named = with_id(claim)
    assert named.id == claim_id(msgspec.structs.replace(named, id="", rules=Rules(other, other)))
    assert (named.id == claim_id(msgspec.structs.replace(named, action=other))) == (other == claim.action)


@pytest.mark.parametrize("change", [{"action": 5}, {"status": "perhaps"}, {"passage": None}, {"count": {"low": "x"}}])
def test_json_that_is_no_claim_is_refused(change: dict[str, Any]) -> None:
    from allegata import claims_of_text

    plain = json.loads(json.dumps(to_json(claims_of_text("Police said that ten people were arrested.")[0])))
    with pytest.raises(InputError):
        from_json(Claim, plain | change)


GROUP = st.builds(
    Group,
    TEXT,
    st.booleans(),
    st.lists(st.builds(Variant, TEXT, *[MAYBE] * 3, st.booleans(), MAYBE, st.sampled_from([None, "cited", "words", "page", "first"]),
                       *[MAYBE] * 2, TEXT, *[MAYBE] * 2, one_of(model.Status), *[MAYBE] * 4), max_size=3).map(tuple),
    st.lists(st.builds(Step, TEXT, TEXT, TEXT, TEXT, MAYBE), max_size=3).map(tuple),
)  # fmt: skip


@given(GROUP)
def test_a_group_comes_back_equal(group: Group) -> None:
    assert from_json(Group, json.loads(json.dumps(to_json(group)))) == group


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT | st.from_regex(r"\A[,:\[]?-?\d{1,18}[.e]?\d?\Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(PLAIN)
def test_canonical_json_is_that_of_the_library(plain: Any) -> None:
    assert canonical(plain) == rfc8785.dumps(plain)


@pytest.mark.parametrize("bad", [2**53, [-(2**60)], float("nan"), {"a": float("inf")}, "\ud800", {"a": {1}}])
def test_what_canonical_json_cannot_carry_is_refused(bad: Any) -> None:
    with pytest.raises(InputError, match="a value cannot be kept as JSON"):
        canonical(bad)


def test_keys_are_sorted_by_code_units() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "z": 3}) == '{"z":3,"\U0001f600":2,"\ufb33":1}'.encode()


@given(
    ANY_TEXT | st.sampled_from(["2024-01-01", "9" * 20, "\ufb33\U0001f600", '"\\\x07\x7f\u2028']),
    st.integers(-(2**53) + 1, 2**53 - 1),
)
def test_canonical_json_of_a_record_is_that_of_the_library(words: str, number: int) -> None:
    subject = model.Subject("c", "d", "b", None, Span(number, 1, words), (), {"count.low": words, words: None})
    decision = model.Decision("i", "merge", words, words, number, (subject,))
    assert canonical(decision) == rfc8785.dumps(to_json(decision))
    assert model.digest(decision, words) == hashlib.sha256(rfc8785.dumps([to_json(decision), words])).hexdigest()


@pytest.mark.parametrize("span", [Span(2**53, 1, ""), Span(0, 1, "\ud800"), Span(0, -(2**60), "x")])
def test_a_record_that_canonical_json_cannot_carry_is_refused(span: Span) -> None:
    with pytest.raises(InputError, match="a value cannot be kept as JSON"):
        canonical(span)


def kinds_in(declared: Any) -> set[Any]:
    return {declared, *(each for part in get_args(declared) for each in kinds_in(part))}


def test_no_record_has_a_fraction() -> None:
    # Fractions are written otherwise by what writes records quickly.
    records = [each for each in vars(model).values() if isinstance(each, type) and issubclass(each, model.Record)]
    records += [records_of.Supersession, records_of.Standing, records_of.Erasure]
    assert len(records) > 20
    for record in records:
        for name, declared in get_type_hints(record).items():
            assert not kinds_in(declared) & {float, Any}, (record, name)
