"""The fields of a claim that a person can correct: how each is written, what it may say, and the claim that comes of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar, get_args

from msgspec.structs import replace

from allegata.ground.actor import organisation
from allegata.ground.gazetteer import places_named
from allegata.ground.lexicon import table
from allegata.ground.place import place_of
from allegata.ground.syntax import is_plain_word
from allegata.ground.unit import units
from allegata.ledger.search import fold
from allegata.ledger.selection import FIRST_DAY, LAST_DAY, day_after, first_day
from allegata.model.claim import (
    Actor,
    Claim,
    Count,
    Evidence,
    EvidenceClass,
    Modifier,
    Period,
    Place,
    Precision,
    Speaker,
    SpeakerKind,
    Stance,
    StanceClass,
    Status,
)
from allegata.model.document import Document
from allegata.model.error import InputError
from allegata.model.mention import Mention, Record

NOTHING = "none"
"""What a user types for a field that has no value."""
LARGEST_NUMBER = 10**12
M = TypeVar("M", bound=Record)


@dataclass(frozen=True)
class Field:
    """A field that can be corrected.

    read: what a claim says in it, as a user writes it, null for nothing; doubt is written with "or". write: the claim with another
    value, under the rule of that name. normal: a value as it is kept, from what a user typed and the document it is about.
    """

    read: Callable[[Claim], str | None]
    write: Callable[[Claim, str | None, str], Claim]
    normal: Callable[[str, Document], str]


def _refuse(what: str, allowed: str) -> NoReturn:
    raise InputError(f"{what}; {allowed}")


def _spans(claim: Claim, mention: Mention[Any] | None) -> tuple[Any, ...]:
    """Return where a corrected value stands: where the one before stood, else in the claim's passage."""
    return mention.spans if mention and mention.spans else (claim.passage,)


def _chosen(value: str, allowed: tuple[str, ...], what: str) -> str:
    if value not in allowed:
        _refuse(f"{value[:40]!r} is no {what}", f"there is: {', '.join(allowed)}")
    return value


def _closed(name: str, what: str, allowed: Callable[[], tuple[str, ...]], empty: bool = False) -> Field:
    """Return a field of the claim itself that holds a word of a closed set."""

    def write(claim: Claim, value: str | None, rule: str) -> Claim:
        if value is None and not empty:
            _refuse(f"a claim has one {what}", f"there is: {', '.join(allowed())}")
        return replace(claim, **{name: None if value is None else _chosen(value, allowed(), what)})

    return Field(lambda claim: getattr(claim, name), write, lambda typed, _: typed)


def _classed(name: str, kind: type[Evidence] | type[Stance], allowed: tuple[str, ...]) -> Field:
    def write(claim: Claim, value: str | None, rule: str) -> Claim:
        if value is None:
            _refuse(f"a claim has one class of {name}", f"there is: {', '.join(allowed)}")
        made: Any = kind(_chosen(value, allowed, f"class of {name}"), getattr(claim, name).spans)  # type: ignore[arg-type]
        return replace(claim, **{name: made})

    return Field(lambda claim: str(getattr(claim, name).class_), write, lambda typed, _: typed)


@cache
def _actions() -> tuple[str, ...]:
    return tuple(row["action"] for row in table("actions"))


@cache
def _details(field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["value"] for row in table("en/details") if row["field"] == field))


def _also(claim: Claim, value: str | None, rule: str) -> Claim:
    named = [_chosen(each, _actions(), "action") for each in (value or "").split()]
    return replace(claim, also_actions=tuple(dict.fromkeys(named)))


_NUMBER = re.compile(r"(\d{1,13})(?:\s*(\+)|\s*[-–]\s*(\d{1,13}))?")


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or int(value) > LARGEST_NUMBER:
        _refuse(f"{value[:40]!r} is no number", f"give a whole number from 0 to {LARGEST_NUMBER}")
    return int(value)


def _bounds(count: Count) -> str:
    if count.low == count.high:
        return "unknown" if count.low is None else str(count.low)
    return f"{count.low or 0}+" if count.high is None else f"{count.low or 0}-{count.high}"


def _doubt(mention: Mention[M] | None, written: Callable[[M], str]) -> str | None:
    """Return the readings of *mention* as written, null when it has none."""
    return " or ".join(dict.fromkeys(written(each) for each in mention.readings)) or None if mention else None


def _count(claim: Claim, value: str | None, rule: str) -> Claim:
    if value is None:
        return replace(claim, count=None)
    found = _NUMBER.fullmatch(value)
    if not found:
        _refuse(f"{value[:40]!r} is no count", "write 60, 60-70, 60+ for no upper bound, or none")
    low = _number(found[1])
    high = None if found[2] else _number(found[3]) if found[3] else low
    modifier: Modifier = "at_least" if high is None else "exact" if low == high else "range"
    before = claim.count.readings[0] if claim.count and claim.count.readings else None
    made = Count(low, high, None, modifier, "", "exact") if before is None else before
    return _counted(claim, replace(made, low=low, high=high, modifier=modifier, profile="exact"), rule)


def _counted(claim: Claim, count: Count, rule: str) -> Claim:
    if count.low is not None and count.high is not None and count.low > count.high:
        _refuse(f"the low of a count, {count.low}, is above its high, {count.high}", "correct both: count LOW-HIGH")
    return replace(claim, count=Mention(_spans(claim, claim.count), (count,), rule))


def _of_count(name: str, value_of: Callable[[Claim, str | None], Any]) -> Field:
    """Return a field of a count that the claim has."""

    def write(claim: Claim, value: str | None, rule: str) -> Claim:
        count = claim.count.value if claim.count else None
        if count is None:
            why = "has no count" if claim.count is None or not claim.count.readings else "has a count in doubt"
            _refuse(f"the claim {why}", "correct count first")
        return _counted(claim, replace(count, **{name: value_of(claim, value)}), rule)

    def read(claim: Claim) -> str | None:
        shown = _doubt(claim.count, lambda count: "" if getattr(count, name) is None else str(getattr(count, name)))
        return shown or None

    return Field(read, write, lambda typed, _: typed)


def _modifier(claim: Claim, value: str | None) -> str:
    return _chosen(value or NOTHING, get_args(Modifier), "modifier")


def _unit(claim: Claim, value: str | None) -> str | None:
    return None if value is None else _chosen(value, units(), "unit")


def _days(value: str) -> Period:
    """Return the days that *value* (a day, month or year, or two joined by "..") names."""
    first, joined, last = value.partition("..")
    start, end = first_day(first), day_after(last if joined else first)
    if end in (FIRST_DAY, LAST_DAY) or start >= end:
        _refuse(f"{value[:40]!r} ends before it begins", "write FIRST..LAST, both included")
    if joined:
        return Period(start, end, f"{first}/{last}", "gregorian", "range")
    precision: Precision = {4: "year", 7: "month"}.get(len(first), "day")  # type: ignore[assignment]
    return Period(start, end, first, "gregorian", precision)


def _written_days(period: Period) -> str:
    if period.start is None and period.end is None:
        return f"unresolved {period.timex}"
    for written in (period.start or "", (period.start or "")[:7], (period.start or "")[:4]):
        if written and period.end == day_after(written) and period.start == first_day(written):
            return written
    return f"{period.start or ''} up to {period.end or ''}"


def _period(name: str) -> Field:
    def write(claim: Claim, value: str | None, rule: str) -> Claim:
        made = None if value is None else Mention(_spans(claim, getattr(claim, name)), (_days(value),), rule)
        return replace(claim, **{name: made})

    def read(claim: Claim) -> str | None:
        mention = getattr(claim, name)
        return (_doubt(mention, _written_days) or "unresolved") if mention else None

    return Field(read, write, lambda typed, _: typed)


def _some_place(identity: str) -> Place:
    place = place_of(identity)
    if place is None:
        _refuse(f"{identity[:40]!r} is no place of the gazetteer", "give names or ids such as iso:PE, joined by ;")
    return place


def _places(claim: Claim, value: str | None, rule: str) -> Claim:
    """Return *claim* with the places whose ids *value* names; a place it had keeps its spans."""
    spans = {place.id: mention.spans for mention in claim.places for place in mention.readings}
    made = [_some_place(each) for each in (value or "").split("; ") if each]
    return replace(
        claim,
        places=tuple(Mention(spans.get(each.id) or (claim.passage,), (each,), rule) for each in dict.fromkeys(made)),
    )


def _place_ids(typed: str, document: Document) -> str:
    return "; ".join(_place_id(each) for each in re.split(r"\s*;\s*", typed) if each)


def _place_id(typed: str) -> str:
    """Return the id of the place that *typed* (an id, or a name of one place) means.

    Raises: InputError, listing them, if it has none or several.
    """
    if ":" in typed:
        return str(_some_place(typed).id)
    found = places_named(typed)
    found = tuple(each for each in found if each.level == "country") or found
    if len(found) == 1:
        return str(found[0].id)
    if not found:
        _refuse(f"{typed[:40]!r} is no place of the gazetteer", "give names or ids such as iso:PE, joined by ;")
    several = ", ".join(f"{each.id} ({each.level} in {each.admin1 or each.country})" for each in found[:6])
    _refuse(f"{typed[:40]!r} are several places", f"give the id of one: {several}")


def _target(claim: Claim, value: str | None, rule: str) -> Claim:
    if value is None:
        return replace(claim, target=None)
    return replace(claim, target=Mention(_spans(claim, claim.target), (_organisation(value),), rule))


def _organisation(named: str) -> Actor:
    found = organisation(named)
    if found is None:
        _refuse(
            f"{named[:40]!r} is no organisation of the alias table",
            "give the id or name of one, or none; a person cannot be a target",
        )
    return found


def _conduits(claim: Claim, value: str | None, rule: str) -> Claim:
    spans = {actor.id: mention.spans for mention in claim.conduits for actor in mention.readings}
    made = [_organisation(each) for each in (value or "").split("; ") if each]
    return replace(
        claim, conduits=tuple(Mention(spans.get(each.id) or (claim.passage,), (each,), rule) for each in made)
    )


def _organisation_ids(typed: str, document: Document) -> str:
    return "; ".join(str(_organisation(each).id) for each in re.split(r"\s*;\s*", typed) if each)


def _hops(claim: Claim) -> str | None:
    return "; ".join(" or ".join(each.id or each.name for each in hop.readings) for hop in claim.conduits) or None


def _speaker(name: str) -> Field:
    """Return a field of who speaks; of several who speak together, of the first."""

    def write(claim: Claim, value: str | None, rule: str) -> Claim:
        before = claim.speakers[0] if claim.speakers else None
        nobody = Speaker(None, None, None, None, "unknown", False, False)
        speaker = before.readings[0] if before and before.readings else nobody
        if name == "kind":
            speaker = replace(speaker, kind=_chosen(value or "", get_args(SpeakerKind), "kind of speaker"))
        else:
            speaker = replace(speaker, **{name: value}, id=None)
        if name == "name":
            speaker = replace(speaker, named=value is not None, anonymous=speaker.anonymous and value is None)
        if before is None and claim.attribution and claim.attribution.source:
            made = Mention(claim.attribution.source, (speaker,), rule)
        else:
            made = Mention(_spans(claim, before), (speaker,), rule)
        return replace(claim, speakers=(made, *claim.speakers[1:]))

    def read(claim: Claim) -> str | None:
        return _doubt(claim.speakers[0] if claim.speakers else None, lambda each: getattr(each, name) or "")

    def normal(typed: str, document: Document) -> str:
        words, held = fold(typed), fold(document.text)
        if name == "kind" or words in held:
            return typed
        strange = [each for each in words.split() if f" {each} " not in held]
        if name == "name" or not all(is_plain_word(each, document.language) or places_named(each) for each in strange):
            _refuse(
                f"{typed[:40]!r} does not stand in the document",
                "give the words the document has for who speaks, or none",
            )
        return typed

    return Field(read, write, normal)


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "status": _closed("status", "status", lambda: get_args(Status)),
        "action": _closed("action", "action", _actions),
        "also_actions": Field(lambda claim: " ".join(claim.also_actions) or None, _also, lambda typed, _: typed),
        "count": Field(lambda claim: _doubt(claim.count, _bounds), _count, lambda typed, _: "".join(typed.split())),
        "count.low": _of_count("low", lambda _, value: None if value is None else _number(value)),
        "count.high": _of_count("high", lambda _, value: None if value is None else _number(value)),
        "count.unit": _of_count("unit", _unit),
        "count.modifier": _of_count("modifier", _modifier),
        "period": _period("period"),
        "spoken": _period("spoken"),
        "places": Field(
            lambda claim: (
                "; ".join(" or ".join(each.id or each.name for each in mention.readings) for mention in claim.places)
                or None
            ),
            _places,
            _place_ids,
        ),
        "speaker.name": _speaker("name"),
        "speaker.role": _speaker("role"),
        "speaker.body": _speaker("body"),
        "speaker.kind": _speaker("kind"),
        "conduits": Field(_hops, _conduits, _organisation_ids),
        "target": Field(
            lambda claim: _doubt(claim.target, lambda each: each.id or each.name), _target, _organisation_ids
        ),
        "evidence": _classed("evidence", Evidence, get_args(EvidenceClass)),
        "stance": _classed("stance", Stance, get_args(StanceClass)),
        "penalty": _closed("penalty", "penalty", lambda: _details("penalty"), empty=True),
        "stage": _closed("stage", "stage of custody", lambda: _details("stage"), empty=True),
    }
)
"""By the names that `allegata correct` takes."""


def said(claim: Claim) -> dict[str, str | None]:
    """Return what *claim* says in each field that can be corrected, null for nothing."""
    return {name: field.read(claim) for name, field in FIELDS.items()}


def value_of(field: str, typed: str, document: Document) -> str | None:
    """Return the value that *typed* stands for, as a correction keeps it, null for "none".

    Raises: InputError, saying what is allowed, if *field* does not exist or the value is none of it.

    >>> from allegata.claim import sample
    >>> value_of("places", "Peru", sample("Ten held.")), value_of("target", "none", sample("Ten held."))
    ('iso:PE', None)
    """
    if field not in FIELDS:
        _refuse(f"{field[:40]!r} is no field that can be corrected", f"there is: {', '.join(FIELDS)}")
    words = " ".join(typed.split())
    if not words:
        _refuse(f"the value of {field} is empty", f"give one, or {NOTHING}")
    return None if words == NOTHING and field != "count.modifier" else FIELDS[field].normal(words, document)


def corrected(claim: Claim, field: str, value: str | None, rule: str) -> Claim:
    """Return *claim* under its id with another *value* in *field*, read by *rule*; a value keeps the spans of the one before.

    Raises: InputError if that is no value of the field.
    """
    if field not in FIELDS:
        _refuse(f"{field[:40]!r} is no field that can be corrected", f"there is: {', '.join(FIELDS)}")
    return FIELDS[field].write(claim, value, rule)
