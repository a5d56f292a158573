"""Claims as event records of PLOVER (Open Event Data Alliance), JSON lines; each says who claims it, which the codebook has no field for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TextIO

from allegata.export.exporter import left_out
from allegata.export.names import COUNTS, line, named, organisation, sure_places
from allegata.export.period import days_of
from allegata.ground.lexicon import table
from allegata.model.claim import Actor, Claim, Place
from allegata.model.document import Document, Masks
from allegata.model.mention import Mention

JSON = dict[str, Any]
CONTEXTS = {"denied": "negation", "intended": "future"}
"""What the codebook calls a happening that is denied, or to come."""
SECTORS = {"official": "GOV", "opposition": "OPP", "armed": "REB", "media": "JRN"}
"""Sectors of the kinds of organisations in the alias table."""
CODEBOOK = "plover-base"


@cache
def _events() -> Mapping[str, Mapping[str, str]]:
    return {row["action"]: row for row in table("plover")}


@cache
def _letters() -> Mapping[str, str]:
    return {row["alpha2"]: row["alpha3"] for row in table("alpha3")}


@cache
def _aliases() -> Mapping[str, Mapping[str, str]]:
    return {row["id"]: row for row in table("aliases")}


def write_plover(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> Sequence[str]:
    """Write an event record for each of *claims* that is one, and return why the others are not.

    >>> import io
    >>> write_plover((), io.StringIO())
    ()
    """
    why = Counter[str]()
    for claim in claims:
        reason = why_no_event(claim)
        if reason:
            why[reason] += 1
        else:
            stream.write(json.dumps(record(claim), ensure_ascii=False) + "\n")
    return tuple(note for reason in sorted(why) for note in left_out(why[reason], "claim", reason))


def why_no_event(claim: Claim) -> str:
    """Return why *claim* is no event record, empty where it is one."""
    event = _events()[claim.action]
    if not event["event"]:
        return f"{claim.action} is no event of PLOVER: {event['note']}"
    if claim.status == "retracted":
        return "it was retracted"
    first, last = days_of(claim.period)
    return "" if first and last else "PLOVER wants a date, and when it happened is not surely told"


def record(claim: Claim) -> JSON:
    """Return the event record of *claim*, which is one."""
    first, last = days_of(claim.period)
    events = [
        _events()[each] for each in dict.fromkeys((claim.action, *claim.also_actions)) if _events()[each]["event"]
    ]
    places = [_location(each) for each in sure_places(claim)]
    context = CONTEXTS.get(claim.status)
    made: JSON = {
        "id": claim.id,
        "has_event": True,
        "date": first,
        "enddate": last if last != first else None,
        "source": _actors(claim.actor),
        "recipient": _recipients(claim.target),
        "event": list(dict.fromkeys(each["event"] for each in events)),
        "event_loc": places[0] if len(places) == 1 else None,
        "event_locs": places if len(places) > 1 else None,
        "event_text": [span.text for span in claim.attribution.content] if claim.attribution else None,
        "quad_code": int(events[0]["quad"]),
        "event_scale": float(events[0]["scale"]),
        "mode": list(dict.fromkeys(each["mode"] for each in events if each["mode"])),
        "context": [context] if context else None,
        "size": dict(_size(claim, events)),
        "text_info": {"start": claim.passage.start, "end": claim.passage.end},
        "cite_info": _told(
            {
                "corpus": "allegata",
                "citation": claim.document.id,
                "url": claim.document.url,
                "title": claim.document.title,
                "language": claim.document.language,
                "publication": claim.document.outlet,
                "codebook": CODEBOOK,
            }
        ),
        "coder": f"allegata {claim.rules.model}",
        "comment": f"{line(claim)}. {COUNTS}",
        "claimed_by": list(_claimants(claim)),
        "claim_status": claim.status,
    }
    return {
        name: value for name, value in made.items() if value not in (None, {}) and (value != [] or name == "source")
    }


def _told(made: JSON) -> JSON:
    return {name: value for name, value in made.items() if value not in (None, "")}


def _actors(mention: Mention[Actor] | None) -> list[JSON]:
    """Return who acted, where the document says so; who claims it is not taken for who did it."""
    value = mention.value if mention else None
    if value is None or not named(value.name):
        return []
    return _recipients(mention) or [{"actor_text": value.name}]


def _recipients(mention: Mention[Actor] | None) -> list[JSON]:
    """Return the organisation that *mention* is; persons are none, and counted only."""
    found = organisation(mention)
    if found is None:
        return []
    row = _aliases().get(found.id or "", {})
    made = {"code": _letters().get(row.get("country", "")), "sector": SECTORS.get(row.get("kind", ""))}
    return [_told(made | {"actor_text": found.name})]


def _location(place: Place) -> JSON:
    number = place.id.removeprefix("geonames:") if place.id and place.id.startswith("geonames:") else ""
    return _told(
        {
            "geonameid": int(number) if number.isdecimal() else None,
            "name": place.name,
            "country code": place.country,
            "cc3": _letters().get(place.country or ""),
            "iso_3166_2": place.id.removeprefix("iso:") if place.level == "admin1" and place.id and place.id.startswith("iso:") else None,
        }
    )  # fmt: skip


def _size(claim: Claim, events: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, int | str]]:
    count = claim.count.value if claim.count else None
    if count is None or count.unit != "person":
        return
    exact = count.low is not None and count.low == count.high
    for each in events:
        if each["size"] and (count.low, count.high) != (None, None):
            bounds = f"{'' if count.low is None else count.low}..{'' if count.high is None else count.high}"
            yield each["size"], count.low if exact and count.low is not None else bounds


def _claimants(claim: Claim) -> Iterator[JSON]:
    for mention in claim.speakers:
        speaker = mention.value
        if speaker is not None:
            made = _told(
                {
                    "actor_text": named(speaker.name) or named(speaker.body),
                    "office": named(speaker.role),
                    "body": named(speaker.body),
                    "kind": speaker.kind,
                }
            )
            yield made
