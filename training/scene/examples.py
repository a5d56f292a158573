"""Happenings of annotated pages of which no place is known, each beside the divisions that its page names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from allegata.claim import RULES, reading_of, sample, set_scene, told_of
from allegata.claim.draft import Draft
from allegata.claim.scene import levels, views_of
from allegata.ground.gazetteer import division_called
from allegata.ground.place import fold
from training.own import JSON, pages_of, phrase_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Example:
    """What is looked at of a happening and each division near it. right: number of the one it was in, null if in none or in several."""

    views: tuple[dict[str, str], ...]
    right: int | None


def examples_of(folder: Path) -> Iterator[Example]:
    """Yield the examples of a corpus (corpus/README.md): of its happenings that are annotated, in reading order."""
    for text, gold in pages_of(folder):
        yield from _of_page(text, gold)


def _of_page(text: str, gold: JSON) -> Iterator[Example]:
    reading = reading_of(sample(text, gold["publication_date"]))
    drafts: tuple[Draft, ...] = ()
    for rule in RULES[: RULES.index(set_scene)]:
        drafts = rule(drafts, reading)
    for number, views in views_of(told_of(drafts, reading), reading):
        claim = _annotated(drafts[number], text, gold)
        if claim is not None:
            wanted = {
                _bare(division_called(place["admin1"], place["country"]))
                for place in claim["places"]
                if place["admin1"]
            }
            near = [{_bare(view.division.name)} for view in views]
            yield Example(tuple(map(levels, views)), near.index(wanted) if wanted in near else None)


def _annotated(draft: Draft, text: str, gold: JSON) -> JSON | None:
    """Return the annotated claim with the number of *draft*, null if there is none."""
    spans = draft.count.spans if draft.count else ()
    for claim in gold["claims"]:
        phrase = phrase_of(text, claim) if claim["core"] else None
        if phrase is not None and any(span.start < phrase[1] and phrase[0] < span.end for span in spans):
            return claim
    return None


def _bare(name: str) -> str:
    return fold(name).replace(" ", "")
