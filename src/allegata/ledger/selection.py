"""Which claims a reader asks for. Persons claimed about cannot be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from allegata.ground.place import country_name
from allegata.ledger.search import fold, has, parts_of, text_of
from allegata.model.claim import Claim, Period, Place
from allegata.model.error import InputError
from allegata.model.mention import Mention, Record

FIRST_DAY, LAST_DAY = "0000-00-00", "9999-99-99"
LONGEST = 600
"""Characters of a name or place by which a claim is found: what PostgreSQL's index takes in every script."""
MASKED = re.compile(r"\[person\b")
"""Stands where a name was."""
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class ClaimFilter(Record, frozen=True):
    """What the wanted claims have in common; null asks for nothing.

    speaker, body, outlet: words that stand together in a speaker's name, in a speaker's body, in the outlet; in quotation marks
    they are the whole of it. kind: what kind of speaker, as in `Speaker`. evidence, stance: their classes. action: also among the further actions. place: gazetteer id, name, first-level division or country code.
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
    kind: str | None = None
    evidence: str | None = None
    stance: str | None = None
    target: str | None = None
    document: str | None = None
    search: str | None = None


ALL = ClaimFilter()
WITHIN = frozenset({"speaker", "body", "outlet"})
EQUAL = frozenset({"action", "place", "unit", "status", "kind", "evidence", "stance", "target"})


class Asked(NamedTuple):
    """Folded words that a term of *field* has to be, or only to have in it."""

    field: str
    words: str
    whole: bool

    def fits(self, words: str) -> bool:
        """Return whether folded *words* are what is asked for."""
        return self.words == words if self.whole else self.words in words


def asked_terms(wanted: ClaimFilter) -> tuple[Asked, ...]:
    """Return what *wanted* asks of the terms of a claim, by field.

    >>> asked_terms(ClaimFilter(body="Police", outlet='"Daily Post"'))
    (Asked(field='body', words=' police ', whole=False), Asked(field='outlet', words=' daily post ', whole=True))
    """
    found = ((field, getattr(wanted, field)) for field in sorted(WITHIN | EQUAL))
    return tuple(_asked(field, words) for field, words in found if words is not None)


def _asked(field: str, words: str) -> Asked:
    quoted = len(words) > 2 and words[0] == words[-1] == '"'
    whole = field in EQUAL or quoted
    return Asked(field, term_words(words) if whole else fold(words), whole)


def term_words(written: str) -> str:
    """Return the folded words under which *written* is found, empty if it has none.

    >>> term_words("Zoë Brémond"), term_words("...")
    (' zoe bremond ', '')
    """
    words = fold(written)[:LONGEST]
    return words if words.strip() else ""


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
    yield from days_of(claim.period)
    yield from days_of(claim.spoken)


def days_of(mention: Mention[Period] | None) -> Iterator[tuple[str, str]]:
    """Yield the half-open days of each reading of *mention*, as `times` does."""
    for period in mention.readings if mention else ():
        if period.start or period.end:
            yield period.start or FIRST_DAY, period.end or LAST_DAY


def terms(claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield the (field, folded words) under which *claim* is found, each once, in no particular order."""
    found = {(field, term_words(words)) for field, words, _ in written(claim)}
    yield from ((field, words) for field, words in found if words)


def written(claim: Claim) -> Iterator[tuple[str, str, str]]:
    """Yield each field of *claim*, what it says in it, and what that is called in a list of values, empty where it is none of these.

    A place is listed as itself and as its country, an organisation under its name. A claim is found by more: ids, divisions.
    """
    for action in (claim.action, *claim.also_actions):
        yield "action", action, action
    yield "status", claim.status, claim.status
    yield "evidence", claim.evidence.class_, claim.evidence.class_
    yield "stance", claim.stance.class_, claim.stance.class_
    yield from _named("outlet", claim.document.outlet)
    for who in (each for speaker in claim.speakers for each in speaker.readings):
        yield from (*_named("speaker", who.name), *_named("body", who.body), *_named("kind", who.kind))
        yield from (("speaker", each, "") for each in (who.id,) if each)
    for where in (each for place in claim.places for each in place.readings):
        yield from _where(where)
    for target in claim.target.readings if claim.target else ():
        # A target with no row in the alias table may be a person, so it is not found at all.
        if target.id:
            yield from (("target", target.id, target.name), ("target", target.name, ""))
    for count in claim.count.readings if claim.count else ():
        yield from _named("unit", count.unit)


def _named(field: str, words: str | None) -> Iterator[tuple[str, str, str]]:
    if words:
        # A number in place of a name is one of its own document, so that it is nobody's in a list.
        yield field, words, "" if MASKED.search(words) else words


def _where(place: Place) -> Iterator[tuple[str, str, str]]:
    wide = place.level == "country" or place.name == place.country
    if place.country:
        yield "place", place.country, country_name(place.country)
    for words, listed in ((place.id, not wide), (place.name, not wide and not place.id), (place.admin1, False)):
        if words:
            yield "place", words, place.name if listed and not MASKED.search(place.name) else ""


def matches(claim: Claim, wanted: ClaimFilter) -> bool:
    """Return whether *claim* is one that *wanted* asks for.

    Raises: InputError if since or until is no date, or nothing is searched for.
    """
    if wanted.search is not None and not has(text_of(claim), parts_of(wanted.search)):
        return False
    if wanted.document is not None and claim.document.id != wanted.document:
        return False
    found = set(terms(claim))
    for asked in asked_terms(wanted):
        if not any(field == asked.field and asked.fits(words) for field, words in found):
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
