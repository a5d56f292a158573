"""What is listed of a ledger, page by page, and counted over all of it, in a time that hardly grows with it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from allegata.ledger.columns import FIELDS, Flags, Numbers
from allegata.ledger.facts import day_of, facts_of, number_of
from allegata.ledger.index import Index
from allegata.ledger.keeping import Keeping
from allegata.ledger.listed import Decided, Listed, Order, joined
from allegata.ledger.search import text_of
from allegata.ledger.selection import ALL, LAST_DAY, ClaimFilter, asked_terms, day_after, first_day
from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.mention import Record

Moment = Literal["happened", "spoken", "published"]
END = number_of(LAST_DAY)
ABOVE = END + 1
KEPT = 500
"""Claims that are kept as they were shown, until something is entered."""


class Selected(Record, frozen=True):
    """A page of the claims that were asked for. total: how many there are on all pages."""

    total: int
    claims: tuple[Claim, ...]


class FacetValue(Record, frozen=True):
    """A value that claims have in a field.

    key: what the field of a `ClaimFilter` has to be to find the claims that have it, and no others. label: words to show, masked.
    claims: how many have it; a claim in doubt counts under each of its readings.
    """

    key: str
    label: str
    claims: int


class Facet(Record, frozen=True):
    """The values of one field among the claims that the other fields ask for.

    values: the most frequent first, and among them whatever is asked for of the field itself. others: how many further values there are.
    without: how many claims have none that could be listed.
    """

    field: str
    values: tuple[FacetValue, ...]
    others: int
    without: int


class DayCount(Record, frozen=True):
    """How many claims are of the days from *start* up to *end*, which is not one of them; null for an end that is open."""

    start: str | None
    end: str | None
    claims: int


class Days(Record, frozen=True):
    """When claims are of, in order. A claim in doubt counts under each of its readings. without: how many claims have no day."""

    counts: tuple[DayCount, ...]
    without: int


class Listing(Keeping):
    """How a ledger is listed. What it takes is kept in memory while the ledger is open, and brought up when something was entered."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._listing: Listed | None = None
        self._known: dict[str, tuple[Claim, Decided]] = {}
        self._shown_before: dict[str, Claim] = {}

    @abstractmethod
    def _index_now(self) -> Index:
        """Return the index with all that is entered, also by others."""

    def ids(
        self, wanted: ClaimFilter = ALL, order: Order = "entered", happenings_only: bool = False
    ) -> tuple[str, ...]:
        """Return the ids of the claims *wanted* asks for, in *order*, without reading the claims.

        happenings_only: without statements that tell of no happening. They are those of `claims`, and so are all that is listed here.

        Raises: InputError if a date asked for is none, or nothing is searched for.
        """
        listed = self._lists()
        positions = listed.ordered(joined(listed.selections(wanted, happenings_only)), order)
        return tuple(listed.ids[position] for position in positions)

    def selected(
        self,
        wanted: ClaimFilter = ALL,
        start: int = 0,
        limit: int = 50,
        order: Order = "entered",
        happenings_only: bool = False,
        among: frozenset[str] | None = None,
    ) -> Selected:
        """Return *limit* of the claims *wanted* asks for, in *order*, after the first *start*, and how many there are; only these are read.

        happenings_only: as in `ids`. among: ids of claims, of which alone some are returned.

        Raises: InputError as `ids`, or if *start* or *limit* is below zero.
        """
        if start < 0 or limit < 0:
            raise InputError(f"{start}, {limit}: is no page; it begins at 0 or later and has 0 or more claims")
        listed = self._lists()
        positions = listed.ordered(joined(_selections(listed, wanted, happenings_only, among)), order)
        page = [listed.ids[position] for position in positions[start : start + limit]]
        return Selected(len(positions), tuple(self._page_of(page)))

    def _page_of(self, claims: Sequence[str]) -> Iterator[Claim]:
        known = self._shown_before
        fresh = {claim.id: claim for claim in self.claims_of_ids(each for each in claims if each not in known)}
        yield from (fresh[each] if each in fresh else known[each] for each in claims if each in fresh or each in known)
        if len(known) + len(fresh) > KEPT:
            known.clear()
        known.update(fresh)

    def facets(
        self,
        wanted: ClaimFilter = ALL,
        fields: Sequence[str] = FIELDS,
        top: int = 10,
        happenings_only: bool = False,
        among: frozenset[str] | None = None,
    ) -> tuple[Facet, ...]:
        """Return, for each of *fields*, the *top* values among the claims *wanted* asks for in its other fields.

        Persons claimed about are in none. happenings_only: as in `ids`. among: as in `selected`.

        Raises: InputError as `ids`, or for a field that has no facet.
        """
        unknown = [field for field in fields if field not in FIELDS]
        if unknown:
            raise InputError(f"{unknown[0]!r}: is no field whose values are counted; there is: {', '.join(FIELDS)}")
        listed = self._lists()
        selections = _selections(listed, wanted, happenings_only, among)
        every = joined(selections)
        return tuple(
            self._facet(listed, field, joined(selections, field) if field in selections else every, wanted, top)
            for field in fields
        )

    def _facet(self, listed: Listed, field: str, selected: Flags, wanted: ClaimFilter, top: int) -> Facet:
        column, labels, words = listed.column(field), listed.labels(field), listed.vocabulary[field]
        counts = np.bincount(column.cells[selected[column.claims]], minlength=len(words.words))
        ranks = listed.ranks(field)
        found = np.flatnonzero((counts > 0) & (ranks >= 0))
        found = found[np.lexsort((ranks[found], -counts[found]))]
        asked = [words.fitting(each) for each in asked_terms(wanted) if each.field == field and each.whole]
        shown = [*found[:top], *(code for code in found[top:] if asked[0][code])] if asked else found[:top]
        values = [FacetValue(*labels[int(code)], int(counts[code])) for code in shown]
        without = int((selected & ~listed.valued(field)).sum())
        return Facet(field, tuple(values), len(found) - len(values), without)

    def numbers(
        self, wanted: ClaimFilter, sets: Mapping[str, frozenset[str]], happenings_only: bool = False
    ) -> dict[str, int]:
        """Return how many of the claims *wanted* asks for have one of the ids of each of *sets*.

        happenings_only: as in `ids`.

        Raises: InputError as `ids`.
        """
        listed = self._lists()
        selected = joined(listed.selections(wanted, happenings_only))
        return {name: int((selected & listed.among(claims)).sum()) for name, claims in sets.items()}

    def days(self, wanted: ClaimFilter = ALL, of: Moment = "happened", happenings_only: bool = False) -> Days:
        """Return when the claims *wanted* asks for happened, were spoken or were published, and how many of them are of the same days.

        happenings_only: as in `ids`.

        Raises: InputError as `ids`.
        """
        listed = self._lists()
        selected = joined(listed.selections(wanted, happenings_only))
        if of == "published":
            return _published(listed.published(selected))
        column = listed.column(of)
        inside = selected[column.claims]
        cells = column.cells[inside].astype(np.int64)
        spans, counts = np.unique(cells[:, 0] * ABOVE + cells[:, 1], return_counts=True)
        made = [_count(*divmod(int(span), ABOVE), int(count)) for span, count in zip(spans, counts, strict=True)]
        return Days(tuple(made), int(selected.sum()) - len(np.unique(column.claims[inside])))

    def _lists(self) -> Listed:
        """Return the claims, brought up to what was entered and decided."""
        with self.still():
            index = self._index_now()
            top, listed = index.last(), self._listing
            if listed is not None and listed.through == top and listed.is_of_index():
                return listed
            # Where something fails on the way, all is taken anew the next time.
            self._listing = None
            self._shown_before.clear()
            if listed is None or listed.through > top or not listed.only_grew():
                listed, self._known = Listed(index), {}
            listed.up(top)
            settled = self._settled()[1]
            self._known = dict(self._decided(settled.claims))
            listed.decide({name: decided for name, (_, decided) in self._known.items()}, settled.rejected)
            self._listing = listed
            return listed

    def _decided(self, claims: Mapping[str, Claim]) -> Iterator[tuple[str, tuple[Claim, Decided]]]:
        """Yield what is known of *claims*, as people decided, by id; of one decided as before, what was known before."""
        for name, claim in claims.items():
            before = self._known.get(name)
            if before is not None and before[0] == claim:
                yield name, before
            else:
                shown = self._out("claim", claim, [claim.document.id])
                yield name, (claim, Decided(facts_of(shown), text_of(shown)))


def _selections(
    listed: Listed, wanted: ClaimFilter, happenings_only: bool, among: frozenset[str] | None
) -> dict[str, Flags]:
    made = listed.selections(wanted, happenings_only)
    return made if among is None else made | {"among": listed.among(among)}


def _count(start: int, end: int, claims: int) -> DayCount:
    return DayCount(day_of(start) if start else None, None if end == END else day_of(end), claims)


def _published(numbers: Numbers) -> Days:
    """Return the days of publication that *numbers* are, 0 for none."""
    days, counts = np.unique(numbers, return_counts=True)
    made, without = [], 0
    for day, count in zip(days, counts, strict=True):
        try:
            made.append(DayCount(first_day(day_of(int(day))), day_after(day_of(int(day))), int(count)))
        except InputError:
            without += int(count)
    return Days(tuple(made), without)
