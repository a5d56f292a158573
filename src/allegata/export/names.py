"""What several formats ask of a claim: who may be named in it, what it is called elsewhere, and how it reads in a line."""

from __future__ import annotations

import re

from allegata.model.claim import Actor, Claim, Count, Place, Speaker
from allegata.model.mention import Mention

MASK = re.compile(r"\[person(?: \d+)?\]")
"""What stands for the name of an affected person."""
COUNTS = "Counts of claims, not of people."
"""Stands wherever a format has a place for it."""


def claim_iri(claim: Claim) -> str:
    """Return the name of *claim* in linked data."""
    return f"urn:x-allegata:claim:{claim.id}"


def document_iri(document: str) -> str:
    """Return the name in linked data of the document with that id."""
    return f"urn:x-allegata:document:{document}"


def named(name: str | None) -> str | None:
    """Return *name*, null where it is empty or names nobody any more because it is masked.

    >>> named("Ana Quispe"), named("[person 2]"), named("the brother of [person]")
    ('Ana Quispe', None, None)
    """
    return None if not name or not name.strip() or MASK.search(name) else name


def officials(claim: Claim) -> tuple[Speaker, ...]:
    """Return the speakers of *claim* that may become an entity of their own: who is surely known and speaks by office."""
    found = (mention.value for mention in claim.speakers)
    return tuple(each for each in found if each is not None and each.kind == "official" and not each.anonymous)


def organisation(mention: Mention[Actor] | None) -> Actor | None:
    """Return the organisation of the alias table that *mention* surely is, null for all else: persons are in no alias table."""
    value = mention.value if mention else None
    return value if value is not None and value.id and named(value.name) else None


def sure_places(claim: Claim) -> tuple[Place, ...]:
    """Return the places of *claim* that are not in doubt, each once."""
    values = (mention.value for mention in claim.places)
    return tuple(dict.fromkeys(each for each in values if each is not None))


def number_of(count: Count) -> str:
    """Return a count as a line tells it.

    >>> number_of(Count(60, 60, "person", "exact", "sixty", "exact")), number_of(Count(20, None, None, "at_least", "20", "exact"))
    ('60 person', '20 or more')
    """
    if count.low == count.high and count.low is not None:
        number = str(count.low)
    elif count.low is None:
        number = "a number not told" if count.high is None else f"at most {count.high}"
    else:
        number = f"{count.low} or more" if count.high is None else f"{count.low} to {count.high}"
    return f"{number} {count.unit}" if count.unit else number


def line(claim: Claim) -> str:
    """Return what *claim* says in a line that says that it is claimed."""
    count = claim.count.value if claim.count else None
    what = ", ".join(dict.fromkeys((claim.action, *claim.also_actions)))
    where = ", ".join(each.name for each in sure_places(claim))
    told = [what, number_of(count) if count else "", where, claim.status if claim.status != "asserted" else ""]
    return f"Claim: {'; '.join(each for each in told if each)}"


def plain(text: str) -> str:
    r"""Return *text* in one line, without control and direction signs and with single spaces.

    >>> plain(" a\n\u202eb  c ")
    'a b c'
    """
    return " ".join("".join(" " if _is_sign(each) else each for each in text).split())


def _is_sign(char: str) -> bool:
    return ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in _SIGNS


_SIGNS = frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
