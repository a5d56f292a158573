"""Event records have the fields of PLOVER's codebook, and what is no event is said to be none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from made import NAMES, bare, hostile, made, text_of, written
from msgspec.structs import replace

from allegata.export.plover import record, why_no_event
from allegata.ground.lexicon import table
from allegata.model import Actor, Claim, Count, Mention, Period, with_id

WORDS = {"type": "array", "items": {"type": "string"}}
MODES = {
    "COERCE": {"confiscate", "restrict", "ban", "censor", "curfew", "martial-law", "arrest", "deport", "withhold"},
    "ASSAULT": {"abduct", "beat", "torture", "execute", "sexual", "assassinate", "destroy", "primitive", "firearms", "explosives", "suicide-attack", "heavy-weapons"},
    "RETREAT": {"withdraw", "release", "return", "disarm", "ceasefire", "access", "resign"},
    "MOBILIZE": {"troops", "weapons", "police"},
    "ACCUSE": set[str](),
}  # fmt: skip
"""Categories and modes, typed from the tables of the manual."""
QUADS = {"RETREAT": 2, "ACCUSE": 3, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4}
SCALE = {"ASSAULT": -9.3, "COERCE": -7.2, "MOBILIZE": -5.3, "ACCUSE": -2.0, "RETREAT": 7.6}
ACTOR = {
    "type": "object",
    "properties": {"code": {"pattern": "^[A-Z]{3}$"}, "sector": {"pattern": "^[A-Z]{3}$"}, "actor_text": {"type": "string"}},
    "additionalProperties": False,
}  # fmt: skip
LOCATION = {
    "type": "object",
    "properties": {
        "geonameid": {"type": "integer"}, "name": {"type": "string"}, "country code": {"pattern": "^[A-Z]{2}$"}, "cc3": {"pattern": "^[A-Z]{3}$"},
        "iso_3166_2": {"pattern": "^[A-Z]{2}-"},
    },
    "additionalProperties": False,
}  # fmt: skip
CITED = ("corpus", "citation", "url", "title", "language", "publication", "codebook")
DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}
SCHEMA = {
    "type": "object",
    "required": ["id", "date", "source", "event"],
    "properties": {
        "id": {"type": "string"}, "has_event": {"const": True}, "date": DAY, "enddate": DAY,
        "source": {"type": "array", "items": ACTOR}, "recipient": {"type": "array", "items": ACTOR, "minItems": 1},
        "event": {"type": "array", "items": {"enum": [*MODES]}, "minItems": 1},
        "event_loc": LOCATION, "event_text": WORDS, "quad_code": {"enum": [1, 2, 3, 4]}, "event_scale": {"type": "number"},
        "mode": {"type": "array", "items": {"enum": sorted(set.union(*MODES.values()))}},
        "context": {"type": "array", "items": {"enum": ["future", "negation"]}},
        "size": {"type": "object", "properties": {name: {"type": ["integer", "string"]} for name in ("dead", "injured", "arrested")}, "additionalProperties": False},
        "text_info": {"type": "object", "properties": {"start": {"type": "integer"}, "end": {"type": "integer"}}, "additionalProperties": False},
        "cite_info": {"type": "object", "properties": {name: {"type": "string"} for name in CITED}, "additionalProperties": False},
        "coder": {"type": "string"}, "comment": {"type": "string"},
        # Ours: the codebook lets everybody add fields.
        "event_locs": {"type": "array", "items": LOCATION, "minItems": 2}, "claimed_by": {"type": "array"}, "claim_status": {"type": "string"},
    },
    "additionalProperties": False,
}  # fmt: skip
"""The table "PLOVER JSON" of the manual and those of its objects, and what we add."""


def dated(claim: Claim, start: str | None = "2023-05-01", end: str | None = "2023-06-01", **given: Any) -> Claim:
    return with_id(replace(claim, period=Mention((), (Period(start, end, "", "gregorian", "range"),)), **given))


def records(claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    return [json.loads(each) for each in text_of("plover", claims).splitlines()]


@pytest.mark.parametrize(
    "claims", [made().claims, hostile(), tuple(map(dated, made().claims)), tuple(map(dated, bare()))]
)
def test_records_have_the_fields_of_the_codebook(claims: tuple[Claim, ...]) -> None:
    found = records(claims)
    assert found
    for each in found:
        Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(each)
        assert each["quad_code"] == QUADS[each["event"][0]]
        assert each["event_scale"] == SCALE[each["event"][0]]
        assert set(each.get("mode", ())) <= set.union(*(MODES[event] for event in each["event"]))
        assert each["comment"].endswith("Counts of claims, not of people.")


def test_every_action_is_an_event_or_says_why_not() -> None:
    rows = table("plover")
    assert [row["action"] for row in rows] == [row["action"] for row in table("actions")]
    for row in rows:
        if row["event"]:
            assert row["mode"] in {"", *MODES[row["event"]]}
            assert (int(row["quad"]), float(row["scale"])) == (QUADS[row["event"]], SCALE[row["event"]])
        else:
            assert row["note"]


def test_every_country_has_three_letters_of_its_own() -> None:
    letters = {row["alpha2"]: row["alpha3"] for row in table("alpha3")}
    countries = {row["country"] for row in table("gazetteer") if row["level"] == "country"}
    assert letters.keys() == countries
    assert len(set(letters.values())) == len(letters)
    assert all(len(each) == 3 and each.isascii() and each.isupper() for each in letters.values())
    assert (letters["IR"], letters["PE"], letters["DE"]) == ("IRN", "PER", "DEU")


def test_what_is_left_out_is_counted_and_said() -> None:
    claims = made().claims
    made_of, notes = written("plover", claims)
    told = sum(int(note.split()[0]) for note in notes)
    assert told + len(made_of.splitlines()) == len(claims)
    assert "1 claim is left out: other is no event of PLOVER: no happening that can be coded" in notes
    assert any("when it happened is not surely told" in note for note in notes)
    assert written("plover", ()) == (b"", ())


def test_a_day_is_never_made_up() -> None:
    claim = made().claims[0]
    assert why_no_event(dated(claim)) == ""
    for start, end in ((None, "2023-06-01"), ("2023-05-01", None), (None, None), ("2023-05-01", "2023-04-01")):
        assert "date" in why_no_event(dated(claim, start, end))
    assert "date" in why_no_event(replace(claim, period=None))
    assert (record(dated(claim))["date"], record(dated(claim))["enddate"]) == ("2023-05-01", "2023-05-31")
    assert "enddate" not in record(dated(claim, "2023-05-01", "2023-05-02"))


def test_who_claims_is_not_taken_for_who_did() -> None:
    claim = made().claims[0]
    (first, *_) = records((claim,))
    assert first["source"] == []
    assert first["claimed_by"] == [
        {
            "actor_text": "Teo Arbulu",
            "office": "spokesperson",
            "body": "Ministry of Interior (Peru)",
            "kind": "official",
        }
    ]
    assert [each["cc3"] for each in first["event_locs"]] == ["PER", "PER"]
    assert first["size"] == {"arrested": 60}
    row = next(row for row in table("aliases") if row["kind"] == "official" and row["country"])
    known = dated(claim, actor=Mention((), (Actor(row["name"], row["id"]),)))
    (actor,) = record(known)["source"]
    assert (actor["actor_text"], actor["sector"], len(actor["code"])) == (row["name"], "GOV", 3)


def test_no_affected_person_is_coded() -> None:
    assert not any(name in text_of("plover", tuple(map(dated, made().claims))) for name in NAMES)
    person = Mention((), (Actor("Some Body", None),))
    masked = Mention((), (Actor("[person 1]", None),))
    made_of = record(dated(made().claims[0], target=person, actor=masked))
    assert "recipient" not in made_of
    assert made_of["source"] == []


def test_status_and_bounds() -> None:
    claim = made().claims[0]
    assert record(dated(claim, status="denied"))["context"] == ["negation"]
    assert record(dated(claim, status="intended"))["context"] == ["future"]
    assert why_no_event(dated(claim, status="retracted")) == "it was retracted"
    least = Mention((), (Count(20, None, "person", "at_least", "at least 20", "exact"),))
    assert record(dated(claim, action="kill", count=least))["size"] == {"dead": "20.."}
    rifles = Mention((), (Count(20, 20, "weapon", "exact", "20 rifles", "exact"),))
    assert "size" not in record(dated(claim, count=rifles))
