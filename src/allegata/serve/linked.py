"""The fields of a claim with links to what else the ledger has of its speakers, their bodies, its places, outlet and action."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from allegata.ground.place import hedged
from allegata.ground.wording import told
from allegata.model.claim import Claim, Place, Speaker
from allegata.run.terminal import fields_of
from allegata.serve.asked import address

MASKED = re.compile(r"\[person \d+\]")


def linked_fields(claim: Claim) -> list[tuple[str, Markup, str]]:
    """Return what `fields_of` does, in its order, the values as they are shown on a page; what is masked leads nowhere."""
    speakers, places = iter(claim.speakers), iter(claim.places)
    made = [("action", _link(told(claim.action), "/claims", "action", claim.action), "")]
    for name, value, words in fields_of(claim):
        shown = Markup("<bdi>{}</bdi>").format(value)
        if name == "speaker":
            shown = _or(_speaker(each) for each in next(speakers).readings)
        elif name == "where":
            place = next(places)
            shown = Markup("{}{}").format(hedged(place, ""), _or(_place(each) for each in place.readings))
        elif name == "outlet" and claim.document.outlet:
            shown = _link(claim.document.outlet, "/claims", "outlet", f'"{claim.document.outlet}"')
        made.append((name, shown, words))
    return made


def _or(readings: Iterator[Markup]) -> Markup:
    return Markup(" or ").join(readings)


def _speaker(speaker: Speaker) -> Markup:
    parts = [
        _link(speaker.name, "/speakers", "speaker", f'"{speaker.name}"') if speaker.name else None,
        Markup("<bdi>{}</bdi>").format(speaker.role) if speaker.role else None,
        _link(speaker.body, "/speakers", "body", f'"{speaker.body}"') if speaker.body else None,
    ]
    shown = Markup(", ").join(filter(None, parts)) or Markup("not named")
    return Markup('{} <span class="soft">({})</span>').format(shown, speaker.kind)


def _place(place: Place) -> Markup:
    linked = _link(place.name, "/claims", "place", place.id or place.name)
    return Markup('{} <span class="soft">({})</span>').format(linked, place.id or place.country)


def _link(words: str, path: str, field: str, value: str) -> Markup:
    if MASKED.search(words):
        return Markup("<bdi>{}</bdi>").format(words)
    return Markup('<a href="{}"><bdi>{}</bdi></a>').format(address(path, {field: value}), words)
