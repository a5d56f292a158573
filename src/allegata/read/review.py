"""Fact checks, as capturing a ClaimReview makes them: a sentence that says who claimed what, so that nobody else is taken for the speaker."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from allegata.model.document import Basis
from allegata.model.error import InputError
from allegata.read.encoding import decode
from allegata.read.metadata import day_of
from allegata.read.publication import Day
from allegata.read.reading import Reading, one_line, reader_version


def _day(stated: str | None) -> str | None:
    """Return a whole day in words, null for what is none.

    >>> _day("2024-05-08T10:00:00Z"), _day("2024-05")
    ('May 8, 2024', None)
    """
    day = day_of(stated)
    if day is None or len(day) != 10:
        return None
    found = date.fromisoformat(day)
    return f"{found:%B} {found.day}, {found.year}"


def read_review(body: bytes, url: str | None = None) -> Reading:
    """Return the claim in *body*, JSON with ``claim``, ``speaker``, ``claimed``, ``outlet``, ``published``: "On DAY, SPEAKER claimed: CLAIM".

    These words of ours stand for what the fields mean; they are the only ones in a text that nobody wrote. A review's day is its day of
    publication, but where the day of the claim is not said it is left out, as "last week" would then be counted from the review.

    Raises: InputError for anything else.

    >>> made = b'{"claim":"60 were held.","speaker":"Teo Arbulu","claimed":"2024-05-08","outlet":"Harbour Check","published":"2024-05-20"}'
    >>> read_review(made)[:5]
    ('On May 8, 2024, Teo Arbulu claimed: 60 were held.', 'review/1', None, 'Harbour Check', '2024-05-20')
    """
    try:
        fields: Any = json.loads(decode(body))
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise InputError("is not the JSON of a fact check; capture its file again")
    claim, speaker = one_line(fields.get("claim")), one_line(fields.get("speaker"))
    if claim is None or speaker is None:
        raise InputError("is not the JSON of a fact check; capture its file again")
    day = _day(one_line(fields.get("claimed")))
    outlet, published = one_line(fields.get("outlet")), day_of(fields.get("published")) if day else None
    language = (one_line(fields.get("language")) or "").lower()[:2]
    return Reading(
        f"On {day}, {speaker} claimed: {claim}" if day else f"{speaker} claimed: {claim}",
        reader_version("review/1"),
        None,
        outlet,
        published,
        language=language if len(language) == 2 and language.isascii() and language.isalpha() else None,
        days=(Day(published, "fact check", "metadata"),) if published else (),
        basis=(Basis("outlet", "fact check"),) if outlet else (),
        undated=not day,
    )
