"""Fact checks in the form of schema.org's ClaimReview: what is reported is that somebody claimed something, never how it was rated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allegata.capture.made import EMPTY, Taking, make_capture
from allegata.model.document import Capture
from allegata.model.json import canonical

REVIEW = "application/ld+json"
NAMELESS = "fact checks that do not name who made the claim"
NONE = "parts of a feed without a fact check"


def _kinds(thing: dict[str, Any]) -> tuple[str, ...]:
    kinds = thing.get("@type")
    return tuple(str(each).rpartition("/")[2] for each in (kinds if isinstance(kinds, list) else [kinds]))


def is_review(thing: dict[str, Any]) -> bool:
    """Return whether *thing* is a ClaimReview, or a part of a feed or graph that may hold some.

    >>> is_review({"@type": "ClaimReview"}), is_review({"@type": ["DataFeedItem"]}), is_review({"@type": "Person"})
    (True, True, False)
    """
    return bool({"ClaimReview", "DataFeedItem"} & {*_kinds(thing)}) or isinstance(thing.get("@graph"), list)


def reviews_of(thing: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the ClaimReviews that *thing* is or holds, in order; a feed's part without any as itself, to be counted."""
    if "ClaimReview" in _kinds(thing):
        return [thing]
    inner = thing.get("item") or thing.get("@graph")
    parts = inner if isinstance(inner, list) else [inner]
    return [each for each in parts if isinstance(each, dict) and "ClaimReview" in _kinds(each)] or [{}]


def _words(value: Any) -> str:
    """Return a text, or the name of a thing; of several the first."""
    if isinstance(value, list):
        return next((words for each in value[:20] if (words := _words(each))), "")
    if isinstance(value, dict):
        return _words(value.get("name"))
    return " ".join(value.encode("utf-8", "replace").decode("utf-8").split()) if isinstance(value, str) else ""


def _first(value: Any) -> dict[str, Any]:
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, dict) else {}


def capture_review(review: dict[str, Any], origin: str, taking: Taking) -> Iterator[tuple[Capture, bytes]]:
    """Yield the capture of *review*, none where it says no claim or does not name who made it; that is told to ``taking.skipped``.

    Its bytes are canonical JSON: ``claim``, ``speaker``, ``claimed`` (the day, as written), and of the review ``outlet``, ``published``,
    ``language`` and ``url``; what is empty is left out, and so is the rating.

    >>> made = {"claimReviewed": "60 were held.", "itemReviewed": {"author": {"name": "Teo Arbulu"}}, "author": {"name": "Harbour Check"}}
    >>> [body for _, body in capture_review(made, "claimreview:a.json#1", Taking())]
    [b'{"claim":"60 were held.","outlet":"Harbour Check","speaker":"Teo Arbulu"}']
    """
    item = _first(review.get("itemReviewed"))
    url = _words(review.get("url"))
    fields = {
        "claim": _words(review.get("claimReviewed")),
        "speaker": _words(item.get("author")),
        "claimed": _words(item.get("datePublished")),
        "outlet": _words(review.get("author")) or _words(review.get("publisher")),
        "published": _words(review.get("datePublished")),
        "language": _words(review.get("inLanguage")),
        "url": url,
    }
    if not fields["claim"] or not fields["speaker"]:
        taking.skipped[NONE if not review else NAMELESS if fields["claim"] else EMPTY] += 1
        return
    address = url if url.lower().startswith(("http://", "https://")) else None
    kept = {name: value for name, value in fields.items() if value}
    yield make_capture(canonical(kept), REVIEW, origin, address, taking.fetched_at)
