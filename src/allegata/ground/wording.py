"""How what a claim says is worded for who reads it: action, number, days, places, speakers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from allegata.ground.lexicon import table, words
from allegata.ground.place import hedged
from allegata.model.claim import Claim, Period, Speaker
from allegata.model.mention import Mention


@cache
def told(action: str) -> str:
    """Return the participle that tells *action*.

    >>> told("hold")
    'held in custody'
    """
    return next((row["told"] for row in table("en/told_actions") if row["action"] == action), action)


@cache
def units(unit: str | None, one: bool = False) -> str:
    """Return *unit* in the plural, or as *one* of it.

    >>> units("company"), units("person", one=True), units("unknown"), units("yuan"), units("laboratory"), units("sack")
    ('companies', 'person', 'of a unit not known', 'yuan', 'laboratories', 'sacks')
    """
    if unit is None or unit == "unknown":
        return "of a unit not known"
    if one:
        return unit
    plurals = {f"{unit}s", f"{unit}es", f"{unit.removesuffix('y')}ies"}
    nouns = (row["noun"] for row in table("en/units") if row["unit"] == unit and row["noun"] in plurals)
    return next(nouns, None) or plural(unit)


def plural(noun: str) -> str:
    """Return the plural of *noun*, of which no table has one; one that ends as a plural does is taken for one.

    >>> [plural(each) for each in ("sack", "box", "fireman", "quay", "premises", "aircraft")]
    ['sacks', 'boxes', 'firemen', 'quays', 'premises', 'aircraft']
    """
    if noun in words("en", "same_plural") or (noun.endswith("s") and not noun.endswith(("ss", "us"))):
        return noun
    if noun.endswith("man"):
        return f"{noun.removesuffix('man')}men"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun.removesuffix('y')}ies"
    return f"{noun}{'es' if noun.endswith(('s', 'x', 'z', 'ch', 'sh')) else 's'}"


def bounds(low: int | None, high: int | None) -> str:
    """Return a count's bounds.

    >>> bounds(60, 60), bounds(20, 99), bounds(60, None), bounds(None, 5), bounds(None, None)
    ('60', '20–99', '60 or more', 'up to 5', 'not known')
    """
    if low is None or high is None:
        return f"{low} or more" if low is not None else f"up to {high}" if high is not None else "not known"
    return str(low) if low == high else f"{low}–{high}"


def day_before(end: str) -> str | None:
    """Return the day before *end*, null where there is none.

    >>> day_before("2019-03-21"), day_before("0001-01-01")
    ('2019-03-20', None)
    """
    try:
        return (date.fromisoformat(end) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None


def last_day(end: str) -> str:
    """Return the last day of what ends before *end*.

    >>> last_day("2019-03-21")
    '2019-03-20'
    """
    return day_before(end) or end


def days(period: Period) -> str:
    """Return *period* as days, both included; what is open says so.

    >>> days(Period("2019-03-21", "2020-03-20", "1398", "persian", "year"))
    '2019-03-21 to 2020-03-19'
    >>> days(Period("2019-04-24", "2019-04-25", "2019-04-24", "gregorian", "day"))
    '2019-04-24'
    """
    if period.start is None and period.end is None:
        return f"not resolved ({period.timex})"
    if period.start is None or period.end is None:
        return f"from {period.start}" if period.start else f"up to {last_day(period.end or '')}"
    last = last_day(period.end)
    return period.start if last <= period.start else f"{period.start} to {last}"


def when(mention: Mention[Period] | None) -> str:
    """Return the days of *mention* in words, empty where there is none; doubt is joined by "or"."""
    if mention is None:
        return ""
    return " or ".join(dict.fromkeys(days(each) for each in mention.readings)) or "not resolved"


def number(claim: Claim) -> str:
    """Return how many of what *claim* says, as it is read; doubt is joined by "or", and nothing stands where no number is said."""
    readings = claim.count.readings if claim.count else ()
    return " or ".join(f"{bounds(each.low, each.high)} {units(each.unit, each.high == 1)}" for each in readings)


def happening(claim: Claim) -> str:
    """Return what *claim* says happened: its action and its number, behind its status where it is not asserted.

    Of a denial that it happened at all the number is none, which is not told as one.
    """
    status = "" if claim.status == "asserted" else f"{claim.status}: "
    sentence = f"{status}{told(claim.action)}"
    value = claim.count.value if claim.count else None
    none = claim.status == "denied" and value is not None and value.high == 0
    return f"{': ' if not status else ', '}".join(
        filter(None, (f"{sentence[:1].upper()}{sentence[1:]}", "" if none else number(claim)))
    )


def where(claim: Claim) -> str:
    """Return the places of *claim*: several are joined by ";", doubt by "or"."""
    return "; ".join(hedged(each, " or ".join(place.name for place in each.readings)) for each in claim.places)


def who(speaker: Mention[Speaker]) -> str:
    """Return a speaker in words: name, office and body, as far as they are known; doubt is joined by "or"."""
    names = (", ".join(dict.fromkeys(filter(None, (each.name, each.role, each.body)))) for each in speaker.readings)
    return " or ".join(dict.fromkeys(each or "not named" for each in names)) or "not resolved"


def speakers(claim: Claim) -> str:
    """Return who speaks in words; nobody, where the outlet tells it in its own voice without a name."""
    return "; ".join(map(who, claim.speakers)) or "nobody named"


def chain(claim: Claim) -> list[tuple[str, str]]:
    """Return the hops by which *claim* reached its page: what each is, and who; the speaker first, the outlet last."""
    hops = [("speaker", speakers(claim))]
    hops += [("through", " or ".join(each.name for each in hop.readings) or hop.text) for hop in claim.conduits]
    return [*hops, ("outlet", claim.document.outlet or "outlet not known")]


def plain(code: str) -> str:
    """Return a code of ours as words.

    >>> plain("absence_noted")
    'absence noted'
    """
    return code.replace("_", " ")
