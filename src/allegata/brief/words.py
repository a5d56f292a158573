"""How a brief words what a claim or a total holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from allegata.brief.page import Figure, Text, plain
from allegata.ground.lexicon import table
from allegata.ground.place import hedged
from allegata.model.claim import Claim, Period, Speaker
from allegata.model.mention import Mention, Span
from allegata.model.total import Total

CALENDARS = {"gregorian": "", "persian": " (Persian calendar)", "islamic": " (Islamic calendar)"}
NOT_STATED = "not stated"


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

    >>> units("company"), units("person", one=True), units("unknown"), units("yuan")
    ('companies', 'person', 'of a unit not known', 'yuan')
    """
    if unit is None or unit == "unknown":
        return "of a unit not known"
    plurals = {f"{unit}s", f"{unit.removesuffix('y')}ies"}
    nouns = (row["noun"] for row in table("en/units") if row["unit"] == unit and row["noun"] in plurals)
    return unit if one else next(nouns, unit)


def bounds(low: int | None, high: int | None) -> str:
    """Return a count's bounds.

    >>> bounds(60, 60), bounds(20, 99), bounds(60, None), bounds(None, 5), bounds(None, None)
    ('60', '20–99', '60 or more', 'up to 5', 'not known')
    """
    if low is None or high is None:
        return f"{low} or more" if low is not None else f"up to {high}" if high is not None else "not known"
    return str(low) if low == high else f"{low}–{high}"


def amount(total: Total) -> str:
    """Return what *total* adds up to, in words.

    >>> amount(Total("arrest", 96, 140, "person", ("a",), ()))
    'At least 96, at most 140 persons'
    >>> amount(Total("arrest", 1, 1, "person", ("a",), ())), amount(Total("arrest", 96, None, "person", ("a",), ()))
    ('1 person', 'At least 96 persons, with no upper bound,')
    """
    if total.high is None:
        return f"At least {total.low} {units(total.unit, total.low == 1)}, with no upper bound,"
    if total.low == total.high:
        return f"{total.low} {units(total.unit, total.low == 1)}"
    return f"At least {total.low}, at most {total.high} {units(total.unit)}"


def several(least: int, most: int, noun: str) -> str:
    """Return how many of *noun* there are.

    >>> several(1, 1, "report"), several(2, 3, "announcement")
    ('1 report', '2 to 3 announcements')
    """
    return f"{least if least == most else f'{least} to {most}'} {noun}{'' if most == 1 else 's'}"


def quoted(text: str) -> str:
    """Return *text* on one line between quotation marks."""
    return f"“{plain(text)}”"


def quotes(claim: Claim, spans: Iterable[Span]) -> Text:
    """Return the words of *spans* as they are written; with a footnote where there is a number in them."""
    words = "; ".join(quoted(span.text) for span in spans)
    return (Figure(words, (claim.id,)) if any(char.isdigit() for char in words) else words,)


def outlet(claim: Claim) -> str:
    """Return who published the claim."""
    return plain(claim.document.outlet or "") or "outlet not known"


def published(claim: Claim) -> str:
    """Return when the claim was published."""
    return plain(claim.document.published or "") or "date not known"


def _speaker(speaker: Speaker) -> str:
    if speaker.kind == "outlet":
        return "the outlet itself"
    words = ", ".join(dict.fromkeys(plain(each) for each in (speaker.name, speaker.role, speaker.body) if each))
    return (words or "somebody not named") + (" (anonymous)" if speaker.anonymous else "")


def speakers(claim: Claim) -> str:
    """Return who speaks; doubt is joined by "or"."""
    found = (" or ".join(dict.fromkeys(map(_speaker, mention.readings))) for mention in claim.speakers)
    return "; ".join(each for each in found if each) or "nobody named"


def conduits(claim: Claim) -> str:
    """Return through whom the words came, from the speaker outward."""
    hops = (" or ".join(plain(each.name) for each in hop.readings) for hop in claim.conduits)
    return ", then ".join(each for each in hops if each) or "–"


def number(claim: Claim) -> Text:
    """Return the number as it is printed, footnoted, and how it is read where the words do not say it."""
    if claim.count is None or not claim.count.readings:
        return (Figure("no number", (claim.id,)),)
    read = " or ".join(f"{bounds(each.low, each.high)} {units(each.unit)}" for each in claim.count.readings)
    printed = plain(claim.count.text)
    value = claim.count.value
    says = value is not None and value.low == value.high and str(value.low) in printed.split()
    return (
        Figure(quoted(printed) if printed and says else f"{quoted(printed)}: {read}" if printed else read, (claim.id,)),
    )


def hedge(claim: Claim) -> str:
    """Return how sure of the number the words are."""
    value = claim.count.value if claim.count else None
    if value is None:
        return "in doubt" if claim.count and claim.count.readings else "–"
    words = "–" if value.modifier == "none" else value.modifier.replace("_", " ")
    return words if value.profile in ("exact", "default", "") else f"{words} (profile {plain(value.profile)})"


def evidence(claim: Claim) -> Text:
    """Return what is said of evidence, with the words."""
    words = claim.evidence.class_.replace("_", " ")
    return (f"{words}: ", *quotes(claim, claim.evidence.spans)) if claim.evidence.spans else (words,)


def day_before(end: str) -> str | None:
    """Return the day before *end*, null where there is none.

    >>> day_before("2019-03-21"), day_before("0001-01-01")
    ('2019-03-20', None)
    """
    try:
        return (date.fromisoformat(end) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None


def _period(period: Period) -> str:
    start, end = period.start, day_before(period.end) if period.end else None
    if start is None and end is None:
        return "not dated"
    days = f"since {start}" if end is None else f"until {end}" if start is None else f"{start} to {end}"
    return (start if start and start == end else days) + CALENDARS[period.calendar]


def days(mention: Mention[Period] | None) -> str:
    """Return the days of *mention*, both ends included; doubt is joined by "or"."""
    if mention is None or not mention.readings:
        return NOT_STATED
    return " or ".join(dict.fromkeys(map(_period, mention.readings)))


def places(claim: Claim) -> str:
    """Return where; doubt is joined by "or"."""
    found = ((mention, " or ".join(plain(each.name) for each in mention.readings)) for mention in claim.places)
    return "; ".join(hedged(mention, names) for mention, names in found if names) or NOT_STATED


def happening(claim: Claim) -> str:
    """Return what is said to have happened."""
    words = "; ".join(dict.fromkeys(told(each) for each in (claim.action, *claim.also_actions)))
    return words if claim.status == "asserted" else f"{words} ({claim.status})"
