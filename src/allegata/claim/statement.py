"""What somebody says of which no action of the closed set is told: kept as a claim of its own, with the number of those it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allegata.ground.demonym import demonyms
from allegata.ground.lexicon import pattern

from .asserted import is_negated, is_open, is_possible
from .counting import count
from .denial import is_of_none
from .distance import is_denied
from .draft import Draft
from .ellipsis import open_numbers, what_is_counted
from .happening import Happening
from .page import between, one_of, stretch_at
from .patient import kind_of, nouns_of, number_start
from .pronoun import SUBJECTS
from .teller import goes_on_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Token

    from allegata.ground.quantity import Quantity
    from allegata.model.claim import Status

    from .draft import Reading
    from .page import Page


def keep_statements(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """Return *drafts* and, as action ``other``, each innermost attribution that none of them stands in; what none did is denied."""
    used = {each.id for draft in drafts for each in draft.chain if not goes_on_after(draft, each, reading)}
    outer = {each.inside for each in reading.attributions}
    numbers = list(open_numbers(drafts, reading))
    made = []
    for attribution in reading.attributions:
        if attribution.id in used or attribution.id in outer:
            continue
        content = attribution.content[0]
        found = stretch_at(reading.page, content.start, content.end)
        if found is None:
            continue
        root = found.root
        told = is_denied(attribution, reading.page) is None and not (is_possible(root) or is_open(root))
        inside = between(numbers, content.start, content.end, number_start) if told else ()
        whole = Happening(root.i, content.start, content.end, "other", (), (), None, None, "asserted")
        happening = _counted(whole, inside, reading.page)
        counted_out = happening.quantity is not None and is_negated(root)  # "12 soldiers did not desert"
        status: Status = "denied" if counted_out or is_of_none(root) else "asserted"
        made.append(Draft(happening, attribution, (attribution,), status=status))
    return (*drafts, *count(tuple(made), reading))


def _counted(happening: Happening, numbers: Sequence[Quantity], page: Page) -> Happening:
    """Return *happening* with the first of *numbers* that counts those it is about: its subject, its object, or what its noun is of."""
    heads = {head.i: number for number in reversed(numbers) if (head := what_is_counted(number, page)) is not None}
    for each in _about(page.doc[happening.at]):
        number = heads.get(each.i)
        unit, kind = kind_of(each, page) if number is not None else (None, None)
        people = kind is None and number is not None and _are_people(each)
        if kind is not None or people:
            return replace(happening, patients=(each.i,), quantity=number, unit="person" if people else unit)
    return happening


def _are_people(head: Token) -> bool:
    """Return whether people are counted that no table names: "eight Maoists", "46 of those arrested"."""
    language = head.lang_
    called = head.text.removesuffix("s") in demonyms(language) or pattern(language, "people_word").fullmatch(head.text)
    return bool(called and head.tag_ in ("NNS", "NNPS")) or (
        head.like_num and any(one_of(each, "them") for each in nouns_of(head))
    )


def _about(root: Token) -> Iterator[Token]:
    """Yield who or what a statement with this *root* is about: "nine rebels surrendered", "sent away ten men", "the transfer of 210 inmates"."""
    yield from (child for child in root.children if child.dep_ in SUBJECTS)
    yield from (child for child in root.children if child.dep_ == "dobj")
    yield root
    yield from nouns_of(root)
