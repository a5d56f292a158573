"""Claims and links made by hand from a few words, so that a case does not depend on what a reader makes of a text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from allegata.model import (
    Actor,
    Attribution,
    Claim,
    Count,
    DocumentRef,
    Evidence,
    Link,
    Mention,
    Period,
    Place,
    Rules,
    Span,
    Speaker,
    Stance,
)

BOUNDS: dict[str, Any] = {
    "exact": lambda low: (low, low),
    "at_least": lambda low: (low, None),
    "more_than": lambda low: (low, None),
    "at_most": lambda low: (None, low),
    "about": lambda low: (low * 9 // 10, -(-low * 11 // 10)),
    "vague": lambda low: (low, low * 5),
}


def days(first: str, last: str | None = None) -> Mention[Period]:
    """Return a period from *first* up to, not including, *last*; of one day without it."""
    end = last or (date.fromisoformat(first) + timedelta(days=1)).isoformat()
    return Mention((), (Period(first, end, first, "gregorian", "range" if last else "day"),))


def claim_of(identity: str, told: dict[str, Any]) -> Claim:
    """Return the claim with that id that *told* describes; what it leaves out is not told."""
    text = told.get("text", f"Passage {identity}")
    start = told.get("at", 0)
    count = None
    if told.get("count") is not None:
        modifier = told.get("hedge", "exact")
        low, high = BOUNDS[modifier](told["count"])
        value = Count(low, high, told.get("unit", "person"), modifier, str(told["count"]), "exact", told.get("leans"))
        count = Mention((), (value,))
    speaker = told.get("speaker")
    speakers = []
    if speaker is not None:
        name, role, body = speaker.get("name"), speaker.get("role"), speaker.get("body")
        kind, words = speaker.get("kind", "official"), speaker.get("words", "the official")
        made = Speaker(name, role, body, None, kind, name is not None, speaker.get("anonymous", False))
        speakers.append(Mention((Span(0, len(words), words),), (made,)))
    source = told.get("source", "")
    attribution = Attribution("a", (Span(0, len(source), source),), (), (), "indirect", None) if source else None
    places = [
        Mention((), (Place(name, None, country, name or None, "admin1" if name else "country"),))
        for country, name in told.get("places", [])
    ]
    target = told.get("target")
    return Claim(
        id=identity,
        document=DocumentRef(told.get("page", identity), None, told.get("outlet", f"Outlet {identity}"), told.get("published"), None, "en"),
        passage=Span(start, start + len(text), text),
        attribution=attribution,
        speakers=tuple(speakers),
        conduits=tuple(Mention((Span(0, len(hop), hop),), (Actor(hop, None),)) for hop in told.get("through", [])),
        spoken=days(told["spoken"]) if told.get("spoken") else None,
        status=told.get("status", "asserted"),
        action=told.get("action", "arrest"),
        also_actions=tuple(told.get("also", [])),
        actor=None,
        target=Mention((), (Actor(target, target.lower() if told.get("known", True) else None),)) if target else None,
        count=count,
        places=tuple(places),
        period=days(*told["period"]) if told.get("period") else None,
        penalty=None,
        stage=None,
        evidence=Evidence("none_stated"),
        stance=Stance("neutral"),
        rules=Rules("", ""),
    )  # fmt: skip


def link_of(left: str, relation: str, right: str) -> Link:
    """Return a link; a question mark after the relation makes it doubtful."""
    return Link(left, right, relation.rstrip("?"), not relation.endswith("?"), (), "hand")  # type: ignore[arg-type]


@pytest.fixture(scope="session", name="claim_of")
def claim_of_fixture() -> Callable[[str, dict[str, Any]], Claim]:
    """Return what makes a claim of a few words."""
    return claim_of


@pytest.fixture(scope="session", name="link_of")
def link_of_fixture() -> Callable[[str, str, str], Link]:
    """Return what makes a link of three words."""
    return link_of


@pytest.fixture(scope="session")
def read() -> Callable[[dict[str, Any]], tuple[list[Claim], list[Link]]]:
    """Return what makes the claims and links of a case; what is told of both is told of each."""

    def made(case: dict[str, Any]) -> tuple[list[Claim], list[Link]]:
        claims = [claim_of(identity, {**case["both"], **told}) for identity, told in case["claims"].items()]
        return claims, [link_of(*words.split()) for words in case["links"]]

    return made
