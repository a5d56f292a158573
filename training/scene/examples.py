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
from training.marked import marked_texts
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
        claims = [(phrase_of(text, claim), claim) for claim in gold["claims"] if claim["core"]]
        places = {phrase: _divisions(claim["places"]) for phrase, claim in claims if phrase is not None}
        yield from _of_page(text, gold["publication_date"], places)


def marked_examples() -> Iterator[Example]:
    """Yield the examples of the reports written for the recipes, of what is marked as having happened somewhere."""
    for report in (each for each in marked_texts() if each.whole):
        where = ((mark, [{"country": mark.country, "admin1": mark.division}]) for mark in report.marks if mark.country)
        yield from _of_page(report.text, None, {(mark.start, mark.end): _divisions(place) for mark, place in where})


def _of_page(text: str, published: str | None, places: dict[tuple[int, int], set[str]]) -> Iterator[Example]:
    """Yield the examples of a page. places: where what is counted was, by the offsets of its phrase."""
    reading = reading_of(sample(text, published))
    drafts: tuple[Draft, ...] = ()
    for rule in RULES[: RULES.index(set_scene)]:
        drafts = rule(drafts, reading)
    for number, views in views_of(told_of(drafts, reading), reading):
        spans = count.spans if (count := drafts[number].count) else ()
        wanted = next(
            (
                where
                for (start, end), where in places.items()
                if any(span.start < end and start < span.end for span in spans)
            ),
            None,
        )
        if wanted is not None:
            near = [{_bare(view.division.name)} for view in views]
            yield Example(tuple(map(levels, views)), near.index(wanted) if wanted in near else None)


def _divisions(places: list[JSON]) -> set[str]:
    """Return the first-level divisions of *places*, as they are compared."""
    return {_bare(division_called(place["admin1"], place["country"])) for place in places if place["admin1"]}


def _bare(name: str) -> str:
    return fold(name).replace(" ", "")
