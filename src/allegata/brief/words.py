"""How a brief words what a claim or a total holds."""

from __future__ import annotations

from collections.abc import Iterable

from allegata.brief.page import Figure, Text, plain
from allegata.ground.place import hedged
from allegata.ground.wording import day_before, told, units
from allegata.ground.wording import number as worded
from allegata.model.claim import Claim, Period, Speaker
from allegata.model.mention import Mention, Span
from allegata.model.total import Total

CALENDARS = {"gregorian": "", "persian": " (Persian calendar)", "islamic": " (Islamic calendar)"}
NOT_STATED = "not stated"


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
    return f"At least {total.low}, at most {total.high} {units(total.unit, total.high == 1)}"


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
    read = worded(claim)
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
