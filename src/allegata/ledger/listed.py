"""The claims of an open ledger in memory, to be selected, ordered and counted without reading them; brought up to what was entered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allegata.ledger.columns import Column, Flags, Label, Numbers, Values, vocabulary
from allegata.ledger.facts import Facts, facts_in, number_of
from allegata.ledger.index import Index
from allegata.ledger.keeping import keep_last
from allegata.ledger.lookup import LAST
from allegata.ledger.schema import CURRENT, chunks, marks
from allegata.ledger.search import LONGEST_WORD, has, parts_of
from allegata.ledger.selection import ClaimFilter, asked_terms, bounds

Order = Literal["entered", "latest", "published"]
"""As they were entered; those of the report entered last first; those published last first, those without a date last, of one day the report
entered last first. Within a report they stand as they were entered, which is the order of its text."""
STEP = 20_000
"""Claims that are taken from the index at once."""
FRESH = (
    "SELECT record.sequence, record.offset, claim.id, claim.document, facts.words FROM record CROSS JOIN claim CROSS JOIN facts "
    "WHERE record.kind = 'claim' AND claim.id = record.id AND facts.claim = claim.id "
    f"AND (record.sequence, record.offset) > (?, ?) AND record.sequence <= ? AND {CURRENT} "
    f"ORDER BY record.sequence, record.offset LIMIT {STEP}"
)
OF_DOCUMENT = (
    "SELECT record.sequence, record.offset FROM claim CROSS JOIN record "
    "WHERE record.kind = 'claim' AND record.id = claim.id AND claim.document = ?"
)


class Decided(NamedTuple):
    """What is known of a claim as people corrected it, and the folded words by which it is found."""

    facts: Facts
    text: str


class Listed:
    """The current claims of an index in order of entry. A position is a place in that order; flags are one a claim."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._through: tuple[int, str | None] = (0, None)
        self.ids: list[str] = []
        self._places = np.empty(0, np.int64)
        self._published: Numbers = np.empty(0, np.int32)
        self._begins: Numbers = np.empty(0, np.int32)
        self._document = ""
        self._is_happening: Flags = np.empty(0, np.bool_)
        self.vocabulary = vocabulary()
        self._values = Values(self.vocabulary)
        self.decide({}, frozenset())

    @property
    def through(self) -> int:
        """The number of the last batch whose claims are here."""
        return self._through[0]

    def is_of_index(self) -> bool:
        """Return whether the index has the batches whose claims are here, and not those of another ledger."""
        through, known = self._through
        return self._index.hash_of(through) == known

    def only_grew(self) -> bool:
        """Return whether what was entered since adds to what is here, and changes none of it."""
        if not self.is_of_index():
            return False
        through = self.through
        # A document that stands in for another, a claim taken back or erased, and other masks or names change what was there.
        query = "SELECT 1 FROM record WHERE kind = ? AND sequence > ? LIMIT 1"
        for kind in ("supersession", "standing", "erasure"):
            if self._index.rows(query, (kind, through)):
                return False
        return not self._index.rows("SELECT 1 FROM shown_anew WHERE sequence > ? LIMIT 1", (through,))

    def up(self, top: int) -> None:
        """Take in the claims of the batches up to *top* that are not here yet; `decide` has to follow."""
        at = (self.through + 1, -1)
        while rows := self._index.rows(FRESH, (*at, top)):
            self._take([row[:4] for row in rows], [facts_in(row[4]) for row in rows])
            at = rows[-1][:2]
        self._through = (top, self._index.hash_of(top))

    def _take(self, rows: list[tuple[int, int, str, str]], facts: list[Facts]) -> None:
        first = len(self.ids)
        self.ids += [identity for _, _, identity, _ in rows]
        self._begins = np.concatenate((self._begins, self._begin(first, [document for *_, document in rows])))
        self._places = np.concatenate((self._places, _places(row[:2] for row in rows)))
        published = np.array([number_of(each.published or "") for each in facts], np.int32)
        self._published = np.concatenate((self._published, published))
        happening = np.array([each.happening for each in facts], np.bool_)
        self._is_happening = np.concatenate((self._is_happening, happening))
        self._values.add(enumerate(facts, first))

    def _begin(self, first: int, documents: list[str]) -> Numbers:
        """Return the positions at which the claims of each of *documents* begin; they are of one report while it goes on."""
        made = np.empty(len(documents), np.int32)
        begin, last = (int(self._begins[-1]), self._document) if first else (0, "")
        for position, document in enumerate(documents, first):
            begin = begin if document == last else position
            made[position - first] = begin
            last = document
        self._document = last
        return made

    def decide(self, decided: Mapping[str, Decided], rejected: frozenset[str]) -> None:
        """Let what people decided hold, and nothing else: *decided* claims, by id, say what is given, *rejected* ones are left out."""
        at = self._positions_of({*decided, *rejected})
        size = len(self.ids)
        self._decided = {at[name]: each for name, each in decided.items() if name in at}
        self._is_decided = flags_at(self._decided, size)
        self._is_rejected = flags_at((at[name] for name in rejected if name in at), size)
        self._happens = self._is_happening.copy()
        for position, each in self._decided.items():
            self._happens[position] = each.facts.happening
        self._corrected = Values(self.vocabulary)
        kept = (
            (position, each.facts)
            for position, each in sorted(self._decided.items())
            if not self._is_rejected[position]
        )
        self._corrected.add(kept)
        self._left = Values(self.vocabulary)
        self._left.add(self._as_entered({*decided, *rejected}))
        self._labels: dict[str, dict[int, Label]] = {}
        self._columns: dict[str, Column] = {}
        self._ranks: dict[str, Numbers] = {}
        self._valued: dict[str, Flags] = {}
        self._latest_first: Numbers | None = None
        self._searches: dict[str, Flags] = {}
        self._named: dict[frozenset[str], Flags] = {}

    def _positions_of(self, claims: Iterable[str]) -> dict[str, int]:
        query = "SELECT id, sequence, offset FROM record WHERE kind = 'claim' AND id IN ({})"
        rows = [row for some in chunks(claims) for row in self._index.rows(query.format(marks(some)), some)]
        positions, here = self._looked_up(_places(row[1:] for row in rows))
        return {row[0]: int(position) for row, position, found in zip(rows, positions, here, strict=True) if found}

    def _as_entered(self, claims: set[str]) -> Iterator[tuple[int, Facts]]:
        """Yield the position of each of *claims* and what was known of it before people decided."""
        at = self._positions_of(claims)
        query = "SELECT claim, words FROM facts WHERE claim IN ({})"
        for some in chunks(at):
            for claim, words in self._index.rows(query.format(marks(some)), some):
                yield at[claim], facts_in(words)

    def _looked_up(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], Flags]:
        """Return the position of each of *places*, and whether it is that of a claim that is here."""
        positions = np.searchsorted(self._places, places)
        within = np.minimum(positions, max(0, len(self._places) - 1))
        here = self._places[within] == places if len(self._places) else np.zeros(len(places), np.bool_)
        return within, here

    def _flags_of(self, rows: Iterable[tuple[int, int]]) -> Flags:
        """Return which claims stand at the places *rows*."""
        positions, here = self._looked_up(_places(rows))
        return flags_at(positions[here], len(self.ids))

    def column(self, name: str) -> Column:
        """Return what claims have in a field, or when they happened or were spoken, as people corrected them."""
        found = self._columns.get(name)
        if found is None:
            found = self._values.columns[name]
            if self._decided:
                found = found.without(self._is_decided).joined(self._corrected.columns[name])
            self._columns[name] = found
        return found

    def labels(self, name: str) -> Mapping[int, Label]:
        """Return what the values of a field that are listed are called, by code: as the first claim calls it, those corrected before others."""
        found = self._labels.get(name)
        if found is None:
            found = self._labels[name] = {}
            none = Counter[Label]()
            left, corrected = self._left.called[name], self._corrected.called[name]
            for code, labels in self._values.called[name].items():
                gone = left.get(code, none)
                for label, claims in labels.items():
                    if claims > gone[label]:
                        found[code] = label
                        break
            found |= {code: next(iter(labels)) for code, labels in corrected.items()}
        return found

    def ranks(self, name: str) -> Numbers:
        """Return where each value of a field stands in the order of what values are called, by code; -1 for one that is not listed."""
        found = self._ranks.get(name)
        if found is None:
            labels = self.labels(name)
            found = np.full(len(self.vocabulary[name].words), -1, np.int32)
            found[sorted(labels, key=lambda code: (labels[code].label, labels[code].key))] = np.arange(len(labels))
            self._ranks[name] = found
        return found

    def valued(self, name: str) -> Flags:
        """Return which claims have a value of a field that is listed."""
        found = self._valued.get(name)
        if found is None:
            column = self.column(name)
            found = self._valued[name] = column.having(self.ranks(name)[column.cells] >= 0, len(self.ids))
        return found

    def selections(self, wanted: ClaimFilter, happenings_only: bool) -> dict[str, Flags]:
        """Return which claims each field of *wanted* lets through, and under an empty name those that are shown at all.

        Raises: InputError if since or until is no date, or nothing is searched for.
        """
        size = len(self.ids)
        found = {"": ~self._is_rejected & self._happens if happenings_only else ~self._is_rejected}
        for asked in asked_terms(wanted):
            column = self.column(asked.field)
            found[asked.field] = column.having(self.vocabulary[asked.field].fitting(asked)[column.cells], size)
        if wanted.document is not None:
            found["document"] = self._flags_of(self._index.rows(OF_DOCUMENT, (wanted.document,)))
        if wanted.search is not None:
            found["search"] = self._searched(wanted.search)
        if wanted.since is not None or wanted.until is not None:
            since, until = map(number_of, bounds(wanted))
            found["since"] = np.zeros(size, np.bool_)
            for name in ("happened", "spoken"):
                column = self.column(name)
                found["since"] |= column.having((column.cells[:, 0] < until) & (since < column.cells[:, 1]), size)
        return found

    def among(self, claims: frozenset[str]) -> Flags:
        """Return which claims have one of these ids."""
        found = self._named.get(claims)
        if found is None:
            found = flags_at(self._positions_of(claims).values(), len(self.ids))
            keep_last(self._named, claims, found)
        return found

    def _searched(self, asked: str) -> Flags:
        found = self._searches.get(asked)
        if found is None:
            found = self._search(asked)
            keep_last(self._searches, asked, found)
        return found

    def _search(self, asked: str) -> Flags:
        parts = parts_of(asked)
        found = np.ones(len(self.ids), np.bool_)
        for part in parts:
            words = part.words.split()
            for number, word in enumerate(words, 1):
                goes_on = part.prefix and number == len(words)
                found &= self._flags_of(self._places_with(word[:LONGEST_WORD], goes_on))
        for part in parts:
            if len(part.words.split()) > 1 or len(part.words.strip()) > LONGEST_WORD:
                found &= self._saying(part.needle, found)
        for position, each in self._decided.items():
            found[position] = has(each.text, parts)
        return found

    def _places_with(self, word: str, goes_on: bool) -> list[tuple[int, int]]:
        if goes_on:
            query = "SELECT sequence, offset FROM word WHERE word >= ? AND word < ?"
            return self._index.rows(query, (word, word + LAST))
        return self._index.rows("SELECT sequence, offset FROM word WHERE word = ?", (word,))

    def _saying(self, needle: str, among: Flags) -> Flags:
        """Return which of the claims *among* have the words of *needle* together."""
        at = {self.ids[position]: int(position) for position in np.flatnonzero(among)}
        query = "SELECT claim FROM said WHERE instr(words, ?) > 0 AND claim IN ({})"
        rows = (row for some in chunks(at) for row in self._index.rows(query.format(marks(some)), (needle, *some)))
        return flags_at((at[claim] for (claim,) in rows), len(self.ids))

    def ordered(self, selected: Flags, order: Order) -> NDArray[np.int64]:
        """Return the positions of the *selected* claims in *order*."""
        if order == "published":
            latest = self._latest_published()
            return latest[selected[latest]]
        found = np.flatnonzero(selected)
        return found[np.argsort(-self._begins[found], kind="stable")] if order == "latest" else found

    def _latest_published(self) -> NDArray[np.int64]:
        if self._latest_first is None:
            self._latest_first = np.lexsort((-self._begins, -self._published)).astype(np.int32)
        return self._latest_first.astype(np.int64)

    def published(self, selected: Flags) -> Numbers:
        """Return when the *selected* claims were published, as numbers, 0 where that is not known."""
        return self._published[selected]


def joined(selections: Mapping[str, Flags], but: str | None = None) -> Flags:
    """Return which claims all of *selections* let through; *but*: the field whose own does not count.

    >>> joined({"": np.array([True, True]), "unit": np.array([True, False])}).tolist()
    [True, False]
    """
    return np.logical_and.reduce([flags for name, flags in selections.items() if name != but])  # type: ignore[no-any-return]


def flags_at(positions: Iterable[int] | NDArray[np.int64], size: int) -> Flags:
    """Return *size* flags of which those at *positions* are up.

    >>> flags_at([2], 3).tolist()
    [False, False, True]
    """
    found = np.zeros(size, np.bool_)
    found[positions if isinstance(positions, np.ndarray) else np.fromiter(positions, np.int64)] = True
    return found


def _places(rows: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Return each sequence and offset as one number, in the same order."""
    return np.fromiter((sequence << 34 | offset for sequence, offset in rows), np.int64)
