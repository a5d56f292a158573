"""The compared fields of a claim: their values in words, and whether they moved between two claims."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from types import MappingProxyType

from allegata.ground.actor import resolve_actor
from allegata.ground.place import country_name, fold, told_places
from allegata.link.compare import same_body
from allegata.link.features import stated, value_of
from allegata.link.reuse import repeated
from allegata.model.claim import Claim, Period, Speaker
from allegata.model.mention import Mention

DAY = timedelta(days=1)
ALIKE = 0.7
"""Share of letters in the same order from which two surnames are spellings of one."""
MASKED = re.compile(r"\[person \d+\]")
NOBODY = "anonymous"
_DECIMAL = re.compile(r"\d[.,]\d{1,2}\Z")
"""How a number ends that is read as an interval, as only whole ones are kept: "3.5"."""


def teller(claim: Claim) -> Speaker | None:
    """Return the one speaker of *claim*, null when there is none, several, doubt, or only the outlet itself."""
    speaker = claim.speakers[0].value if len(claim.speakers) == 1 else None
    return None if speaker is None or speaker.kind == "outlet" else speaker


def name_of(claim: Claim) -> str | None:
    """Return the name of the individual who speaks; null also where it is masked."""
    speaker = teller(claim)
    if speaker is None or not speaker.named or not speaker.name or MASKED.search(speaker.name):
        return None
    return speaker.name


def same_name(one: str, other: str) -> bool:
    """Return whether two names may be spellings, or parts, of one.

    >>> same_name("Behrang Solati", "Solaty"), same_name("Behrang Solati", "Teo Arbulu")
    (True, False)
    """
    first, second = fold(one).split(), fold(other).split()
    if not first or not second or any(len(word) > 2 for word in set(first) & set(second)):
        return True
    return SequenceMatcher(None, first[-1], second[-1], autojunk=False).ratio() >= ALIKE


def one_body(one: str, other: str) -> bool:
    """Return whether two names of bodies may be of one."""
    return fold(one) == fold(other) or same_body(one, other)


@lru_cache(maxsize=4096)
def outlet_key(name: str) -> str:
    """Return what tells one outlet from another: its id in the table of aliases, else its name without case and marks.

    >>> outlet_key("Islamic Republic News Agency") == outlet_key("IRNA")
    True
    """
    return resolve_actor(name).id or fold(name).strip()


def day_of(mention: Mention[Period] | None) -> str | None:
    """Return the first day of a period that is known, else null."""
    value = mention.value if mention else None
    return value.start if value else None


def days(mention: Mention[Period] | None) -> tuple[date, date] | None:
    """Return the first and the last day of a period both of whose ends are known."""
    value = mention.value if mention else None
    if value is None or not value.start or not value.end:
        return None
    return date.fromisoformat(value.start), date.fromisoformat(value.end) - DAY


def divisions(claim: Claim) -> frozenset[str]:
    """Return the first-level divisions of the claim's places as COUNTRY NAME; empty as soon as one place is in doubt or has none."""
    values = [mention.value for mention in told_places(claim)]
    if any(value is None or value.admin1 is None for value in values):
        return frozenset()
    return frozenset(f"{value.country} {value.admin1}" for value in values if value)


def lands(claim: Claim) -> frozenset[str]:
    """Return the countries of the claim's places, empty as soon as one is in doubt."""
    values = [mention.value for mention in claim.places]
    if any(value is None or value.country is None for value in values):
        return frozenset()
    return frozenset(value.country for value in values if value and value.country)


def passed_on(claim: Claim) -> frozenset[str]:
    """Return the keys of the outlets the claim says it came through, and of the medium that speaks in it."""
    hops = {outlet_key(actor.name) for mention in claim.conduits for actor in mention.readings}
    media = {
        outlet_key(speaker.name or speaker.body or "")
        for mention in claim.speakers
        for speaker in mention.readings
        if speaker.kind == "media"
    }
    return frozenset(hops | media) - {""}


def _speaker(claim: Claim) -> str | None:
    speaker = teller(claim)
    return None if speaker is None else NOBODY if speaker.anonymous else speaker.name or speaker.role


def _body(claim: Claim) -> str | None:
    speaker = teller(claim)
    return speaker.body if speaker else None


def _count(claim: Claim) -> str | None:
    """Return the number with what hedges it: "at least 60"; a vague word as it is written, and a number that is not whole."""
    count = value_of(claim.count)
    if count is None:
        return None
    if count.modifier != "exact" and _DECIMAL.search(count.phrase):
        return " ".join(count.phrase.lower().split())
    number = stated(count)
    if number is not None:
        return str(number) if count.modifier == "exact" else f"{count.modifier.replace('_', ' ')} {number}"
    if count.modifier == "range" and count.low is not None and count.high is not None:
        return f"{count.low} to {count.high}"
    return " ".join(count.phrase.lower().split()) or None


def _unit(claim: Claim) -> str | None:
    count = value_of(claim.count)
    return count.unit if count else None


def _places(claim: Claim) -> str | None:
    return (
        "; ".join(sorted(" or ".join(each.name for each in mention.readings) for mention in told_places(claim))) or None
    )


def period_words(claim: Claim) -> str | None:
    """Return the days of the claim's period, the last one included; null where neither end is known."""
    value = claim.period.value if claim.period else None
    if value is None or (value.start is None and value.end is None):
        return None
    last = (date.fromisoformat(value.end) - DAY).isoformat() if value.end else "…"
    return value.start if value.start == last else f"{value.start or '…'} to {last}"


def _target(claim: Claim) -> str | None:
    return " or ".join(each.name for each in claim.target.readings) or None if claim.target else None


def _conduits(claim: Claim) -> str | None:
    return ", ".join(" or ".join(each.name for each in mention.readings) for mention in claim.conduits) or None


WORDS: MappingProxyType[str, Callable[[Claim], str | None]] = MappingProxyType({
    "speaker": _speaker,
    "body": _body,
    "action": lambda claim: claim.action,
    "count": _count,
    "unit": _unit,
    "status": lambda claim: claim.status,
    "places": _places,
    "period": period_words,
    "target": _target,
    "conduits": _conduits,
})  # fmt: skip
"""Each compared field with what says its value in words."""


def moved(field: str, before: Claim, after: Claim) -> bool:
    """Return whether *field* has another value in *after* than in *before*, beyond how it is spelled.

    What only one of them says has not moved. Hops move only between reports in the same words, and also by being left out.
    """
    one, other = WORDS[field](before), WORDS[field](after)
    if field == "conduits":
        return one != other and _hop_moved(before, after)
    if one is None or other is None or one == other:
        return False
    match field:
        case "speaker":
            names = [name_of(each) for each in (before, after)]
            if NOBODY in (one, other):
                return any(names)
            return bool(names[0] and names[1] and not same_name(names[0], names[1]))
        case "body":
            return not one_body(one, other)
        case "places":
            first, second = divisions(before), divisions(after)
            return bool(first and second and first != second) or apart(lands(before), lands(after))
        case "period":
            spans = days(before.period), days(after.period)
            return None not in spans and any(abs(x - y) > DAY for x, y in zip(*spans, strict=True))  # type: ignore[arg-type]
        case "target":
            ids = [each.target.value.id if each.target and each.target.value else None for each in (before, after)]
            return all(ids) and ids[0] != ids[1]
        case _:
            return True


def _hop_moved(before: Claim, after: Claim) -> bool:
    one, other = (
        frozenset(outlet_key(actor.name) for hop in claim.conduits for actor in hop.readings)
        for claim in (before, after)
    )
    own = {outlet_key(claim.document.outlet) for claim in (before, after) if claim.document.outlet}
    return bool(one - own) and one - own != other - own and repeated(before, after)


def apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two sets are known and share nothing."""
    return bool(one and other) and one.isdisjoint(other)


def place_words(claim: Claim) -> str:
    """Return the first-level divisions of a claim, else its countries, by name."""
    inside = [each.partition(" ")[2] for each in sorted(divisions(claim))]
    return " and ".join(inside or [country_name(code) for code in sorted(lands(claim))])
