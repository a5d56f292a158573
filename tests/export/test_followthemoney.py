"""The model of FollowTheMoney reads every entity as it was written; its own check drops what it does not know without a word."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from typing import Any

import pytest
from followthemoney import model
from made import NAMES, bare, hostile, made, text_of
from msgspec.structs import replace

from allegata.model import Actor, Claim, Mention, Speaker, with_id


def entities(claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    return [json.loads(each) for each in text_of("followthemoney", claims).splitlines()]


def of(claims: tuple[Claim, ...], *schemata: str) -> list[dict[str, Any]]:
    return [each for each in entities(claims) if each["schema"] in schemata]


def named_speaker(**given: Any) -> tuple[Claim, ...]:
    """Return a claim of one speaker."""
    speaker = replace(Speaker("Ana Quispe", "minister", "Interior Ministry", None, "official", True, False), **given)
    return (with_id(replace(made().claims[0], speakers=(Mention((), (speaker,)),))),)


def with_address(url: str) -> tuple[Claim, ...]:
    claim = made().claims[0]
    return (replace(claim, document=replace(claim.document, url=url, title="A title")),)


@pytest.mark.parametrize(
    "claims",
    [
        made().claims,
        hostile(),
        bare(),
        with_address("https://a.example/x?y=1"),
        with_address("https://a.example"),
        with_address("javascript:alert(1)"),
    ],
)
def test_an_entity_is_read_as_it_was_written(claims: tuple[Claim, ...]) -> None:
    for each in entities(claims):
        # Cleaned: whatever the type of a property refuses or writes otherwise is lost or changed.
        for cleaned in (True, False):
            proxy = model.get_proxy(each, cleaned=cleaned)
            read = proxy.to_dict()
            assert {name: sorted(values) for name, values in read.pop("properties").items()} == {
                name: sorted(values) for name, values in each["properties"].items()
            }
            assert read == {"id": each["id"], "schema": each["schema"]}
            model.get(each["schema"]).validate(each)


def test_what_the_model_does_not_know_would_be_found() -> None:
    (first, *_) = entities(made().claims)
    first["properties"]["headline"] = ["x"]
    assert model.get_proxy(first).to_dict() != first


@pytest.mark.parametrize("claims", [made().claims, bare()], ids=["claims", "bare"])
def test_links_lead_to_entities_of_the_right_kind(claims: tuple[Claim, ...]) -> None:
    known = {each["id"]: model.get(each["schema"]) for each in entities(claims)}
    assert len(known) == len(entities(claims))
    for each in entities(claims):
        for name, values in each["properties"].items():
            declared = model.get(each["schema"]).get(name)
            for value in values if declared.type.name == "entity" else ():
                assert known[value].is_a(declared.range), (each, name)


def test_nobody_but_officials_is_an_entity() -> None:
    claims = made().claims
    assert not any(name in text_of("followthemoney", claims) for name in NAMES)
    assert [each["properties"]["name"] for each in of(claims, "Person")] == [["Teo Arbulu"]]
    people = ("Person", "LegalEntity", "Organization", "PublicBody")
    for kind in ("unknown", "opposition", "media", "independent", "outlet"):
        assert of(named_speaker(kind=kind), *people) == []
    assert of(named_speaker(anonymous=True), *people) == []
    assert of(named_speaker(name="[person 1]"), "Person") == []
    assert len(of(named_speaker(), "Person")) == 1
    doubt = with_id(replace(made().claims[0], speakers=(Mention((), ()),)))
    assert of((doubt,), *people) == []


def test_nobody_who_is_claimed_about_is_linked() -> None:
    accused, body = Actor("People's Front", "x-front"), Actor("Interior Ministry", "no-such-row")
    claim = with_id(replace(made().claims[0], target=Mention((), (accused,)), actor=Mention((), (body,))))
    written = text_of("followthemoney", (claim,))
    assert "People's Front" not in written
    assert "organizer" not in written
    assert "involved" not in written
    for each in of(made().claims, "Event"):
        assert not {"involved", "peopleMentioned", "namesMentioned"} & set(each["properties"])
        assert each["properties"]["name"][0].startswith("Claim: ")
        assert each["properties"]["notes"] == ["Counts of claims, not of people."]


def test_an_event_says_what_the_claim_says() -> None:
    claim = made().claims[0]
    (event,) = (each for each in of(made().claims, "Event") if each["properties"]["recordId"] == [claim.id])
    assert (event["properties"]["startDate"], event["properties"]["endDate"]) == (["2023-05-01"], ["2023-05-31"])
    assert event["properties"]["country"] == ["pe"]
    assert event["properties"]["location"] == ["Lima", "Cusco"]


@pytest.mark.parametrize("claims", [made().claims, hostile(), bare(), ()], ids=["claims", "hostile", "bare", "none"])
def test_statements_are_the_entities_again(claims: tuple[Claim, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of("followthemoney-statements", claims), newline="")))
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        entity = found.setdefault(row["entity_id"], {"id": row["entity_id"], "schema": row["schema"], "properties": defaultdict(list)})  # fmt: skip
        entity["properties"][row["prop"]].append(row["value"])
        assert row["prop_type"] == model.get(row["schema"]).get(row["prop"]).type.name
        key = f"{row['dataset']}.{row['entity_id']}.{row['prop']}.{row['value']}"
        assert row["id"] == hashlib.sha1(key.encode()).hexdigest()
        assert row["value"][0] not in "=+-@"
    assert len({row["id"] for row in rows}) == len(rows)
    for entity in entities(claims):
        for values in entity["properties"].values():
            values[:] = [f"'{each}" if each[0] in "=+-@" else each for each in values]
        assert found.pop(entity["id"]) == entity
    assert found == {}
