"""Which claims a reader asks for. Persons claimed about cannot be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from allegata.ledger.search import fold, has, parts_of, text_of
from allegata.model import Claim, InputError, Mention, Period, Record

FIRST_DAY, LAST_DAY = "0000-00-00", "9999-99-99"
LONGEST = 600
"""Characters of a name or place by which a claim is found: what PostgreSQL's index takes in every script."""
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class ClaimFilter(Record, frozen=True):
    """What the wanted claims have in common; null asks for nothing.

    speaker, body, outlet: words that stand together in a speaker's name, in a speaker's body, in the outlet.
    action: also among the further actions. place: gazetteer id, name, first-level division or country code.
    since, until: first and last day, YYYY[-MM[-DD]], both included; the claim's period or the day it was spoken
    must overlap. target: id or name of an *organisation* of the alias table; a person cannot be asked for.
    search: words of its passage, attribution or speakers, "phrases" and beginnings*, all of which it has to have.
    document: id. A claim in doubt is found under each of its readings.
    """

    speaker: str | None = None
    body: str | None = None
    action: str | None = None
    place: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    unit: str | None = None
    status: str | None = None
    target: str | None = None
    document: str | None = None
    search: str | None = None


ALL = ClaimFilter()
WITHIN = frozenset({"speaker", "body", "outlet"})
EQUAL = frozenset({"action", "place", "unit", "status", "target"})


def first_day(written: str) -> str:
    """Return the first day of *written* (YYYY[-MM[-DD]]).

    Raises: InputError if it is no date.

    >>> first_day("2019-04")
    '2019-04-01'
    """
    found = _DAY.fullmatch(written)
    try:
        if not found:
            raise ValueError(written)
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)).isoformat()
    except ValueError as error:
        raise InputError(f"{written!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD") from error


def day_after(written: str) -> str:
    """Return the day after the last one of *written* (YYYY[-MM[-DD]]).

    Raises: InputError if it is no date.

    >>> day_after("2019-12"), day_after("2020-02-28")
    ('2020-01-01', '2020-02-29')
    """
    first = date.fromisoformat(first_day(written))
    try:
        if len(written) == 10:
            return (first + timedelta(days=1)).isoformat()
        months = 1 if len(written) == 7 else 12
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        return date(year, month + 1, 1).isoformat()
    except (OverflowError, ValueError):
        return LAST_DAY


def times(claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield when *claim* happened and when it was spoken, as half-open days; an open end is the end of time.

    A period with neither end is not known and yields nothing; the publication date never stands in.
    """
    asked: tuple[Mention[Period] | None, ...] = (claim.period, claim.spoken)
    for mention in asked:
        for period in mention.readings if mention else ():
            if period.start or period.end:
                yield period.start or FIRST_DAY, period.end or LAST_DAY


def terms(claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield the (field, folded words) under which *claim* is found, each once, in no particular order."""
    found: set[tuple[str, str | None]] = {("action", claim.action), ("status", claim.status)}
    found |= {("action", action) for action in claim.also_actions}
    found.add(("outlet", claim.document.outlet))
    for speaker in claim.speakers:
        for who in speaker.readings:
            found |= {("speaker", who.name), ("speaker", who.id), ("body", who.body)}
    for place in claim.places:
        for where in place.readings:
            found |= {("place", where.id), ("place", where.name), ("place", where.admin1), ("place", where.country)}
    for target in claim.target.readings if claim.target else ():
        # A target with no row in the alias table may be a person, so it is not found at all.
        if target.id:
            found |= {("target", target.id), ("target", target.name)}
    found |= {("unit", count.unit) for count in (claim.count.readings if claim.count else ())}
    yield from {(field, fold(words)[:LONGEST]) for field, words in found if words and fold(words).strip()}


def matches(claim: Claim, wanted: ClaimFilter) -> bool:
    """Return whether *claim* is one that *wanted* asks for.

    Raises: InputError if since or until is no date, or nothing is searched for.
    """
    if wanted.search is not None and not has(text_of(claim), parts_of(wanted.search)):
        return False
    if wanted.document is not None and claim.document.id != wanted.document:
        return False
    found = set(terms(claim))
    for field in sorted(WITHIN | EQUAL):
        asked = getattr(wanted, field)
        if asked is None:
            continue
        words = fold(asked)
        whole = field in EQUAL
        if not any(name == field and (words == has if whole else words in has) for name, has in found):
            return False
    if wanted.since is None and wanted.until is None:
        return True
    since, until = bounds(wanted)
    return any(start < until and since < end for start, end in times(claim))


def bounds(wanted: ClaimFilter) -> tuple[str, str]:
    """Return the asked days, half-open.

    Raises: InputError if since or until is no date.

    >>> bounds(ClaimFilter(since="2019", until="2019-04-24"))
    ('2019-01-01', '2019-04-25')
    """
    return (
        first_day(wanted.since) if wanted.since is not None else FIRST_DAY,
        day_after(wanted.until) if wanted.until is not None else LAST_DAY,
    )
