"""What is kept beside a ledger so that one more document is linked without the others: opaque rows, in the index, and how far links reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from allegata.ledger.index import Index
from allegata.ledger.records import Erasure, Linking, Standing, Supersession
from allegata.ledger.schema import Where, chunks, marks
from allegata.model.decision import Decision
from allegata.model.mention import Record

MANY = 5000
"""Claims of which what is kept is written at once."""
Row = tuple[int, int, int, int, str]
"""A key as 64 bits, its week, number and day for the order, and the id of a claim that has it."""
Kept = tuple[str, Iterable[Row], str]
"""The id of a claim, its rows, and what is known of it, as text."""
Read = Callable[[Any, Where], Any]


class Changes(NamedTuple):
    """What was entered that links are made from: ids of claims, and whether a person decided what a claim says.

    erased: whether claims were erased. What was kept of them went with them, so that which links they stood in the way of is not known any more.
    """

    claims: frozenset[str]
    decided: bool
    erased: bool

    def __bool__(self) -> bool:
        return bool(self.claims) or self.decided or self.erased


class Keyed:
    """The rows of one ledger. Made from what leaves it, masked; lost with the index, and then made again."""

    def __init__(self, index: Index, read: Read) -> None:
        self._index = index
        self._read = read

    def mark(self) -> Linking | None:
        """Return how far the links of rules reach by the last word of the ledger, null if it says nothing."""
        place = self._place_of_mark()
        found: Linking | None = self._read(Linking, place) if place else None
        return found

    def _place_of_mark(self) -> Where | None:
        query = "SELECT sequence, offset, size FROM record WHERE kind = 'linking' ORDER BY sequence DESC, offset DESC LIMIT 1"
        rows = self._index.rows(query)
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else None

    def is_behind(self) -> bool:
        """Return whether something was entered that links are made from, and they were not made since."""
        if self._place_of_mark() is None:
            return bool(self._index.rows("SELECT 1 FROM record WHERE kind = 'claim' LIMIT 1"))
        return bool(self.changes())

    def changes(self) -> Changes:
        """Return what was entered since the mark; a claim is named where it, its document or its masks were.

        Between the batch that a mark names and its own there are links only: they are entered where no other program wrote meanwhile.
        """
        place = self._place_of_mark()
        through = place[0] if place else 0
        query = "SELECT id FROM record WHERE kind = 'claim' AND sequence > ?"
        claims = {row[0] for row in self._index.rows(query, (through,))}
        query = (
            "SELECT masks.document FROM record JOIN masks ON masks.id = record.id "
            "WHERE record.kind = 'masks' AND record.sequence > ?"
        )
        documents = {row[0] for row in self._index.rows(query, (through,))}
        for each in self._since("supersession", Supersession, through):
            documents |= {each.document, each.by}
        for standing in self._since("standing", Standing, through):
            if standing.kind == "claim":
                claims.add(standing.id)
            elif standing.kind == "masks":
                query = "SELECT document FROM masks WHERE id = ?"
                documents |= {row[0] for row in self._index.rows(query, (standing.id,))}
        for document in documents:
            claims |= {row[0] for row in self._index.rows("SELECT id FROM claim WHERE document = ?", (document,))}
        decisions = self._since("decision", Decision, through)
        erased = {each.kind for each in self._since("erasure", Erasure, through)}
        decided = "decision" in erased or any(each.field is not None or each.kind == "undo" for each in decisions)
        return Changes(frozenset(claims), decided, "claim" in erased)

    def _since(self, name: str, kind: type[Record], through: int) -> Iterator[Any]:
        query = "SELECT sequence, offset, size FROM record WHERE kind = ? AND sequence > ? ORDER BY sequence, offset"
        for row in self._index.rows(query, (name, through)):
            yield self._read(kind, tuple(row))

    def documents_of(self, claims: Iterable[str]) -> list[str]:
        """Return the documents of *claims*, current or not, each once."""
        query = "SELECT DISTINCT document FROM claim WHERE id IN ({})"
        found = {row[0] for some in chunks(claims) for row in self._index.rows(query.format(marks(some)), some)}
        return sorted(found)

    def through(self) -> tuple[int, str] | None:
        """Return up to which batch, and by which rules, rows are kept; null if they have to be made again."""
        rows = self._index.rows("SELECT batch, rules FROM keyed_through")
        return (rows[0][0], rows[0][1]) if len(rows) == 1 else None

    def members(self, key: int, week: int) -> list[tuple[int, int, str]]:
        """Return number, day and id of the claims that have a key in a week."""
        return self._index.rows("SELECT number, day, claim FROM keyed WHERE key = ? AND week = ?", (key, week))

    def known(self, claims: Iterable[str]) -> Mapping[str, str]:
        """Return what is known of those of *claims* that are kept."""
        query = "SELECT claim, words FROM known WHERE claim IN ({})"
        return dict(row for some in chunks(claims) for row in self._index.rows(query.format(marks(some)), some))

    def decided(self) -> frozenset[str]:
        """Return the ids of the claims kept as people corrected them."""
        return frozenset(row[0] for row in self._index.rows("SELECT claim FROM known WHERE decided = 1"))

    def change(
        self, kept: Sequence[Kept], gone: Mapping[str, Iterable[Row]], decided: frozenset[str], reach: tuple[int, str]
    ) -> None:
        """Keep *kept* in place of *gone*. decided: ids of claims that people corrected. reach: batch and rules, as `through` returns them."""
        self._index.change(
            [
                (
                    "DELETE FROM keyed WHERE key = ? AND week = ? AND number = ? AND day = ? AND claim = ?",
                    (row for rows in gone.values() for row in rows),
                ),
                ("DELETE FROM known WHERE claim = ?", ((each,) for each in gone)),
                *_puts(kept, decided),
                ("UPDATE known SET decided = 0 WHERE decided = 1", [()]),
                ("UPDATE known SET decided = 1 WHERE claim = ?", ((each,) for each in sorted(decided))),
                *_reached(reach),
            ]
        )

    def fill(self, kept: Iterable[Kept], decided: frozenset[str], reach: tuple[int, str]) -> None:
        """Keep *kept* and nothing else, many at a time; broken off, nothing counts as kept."""
        self._index.change([(f"DELETE FROM {name}", [()]) for name in ("keyed_through", "keyed", "known")])
        ahead = iter(kept)
        while some := list(islice(ahead, MANY)):
            self._index.change(_puts(some, decided))
        self._index.change(_reached(reach))


def _puts(kept: Sequence[Kept], decided: frozenset[str]) -> list[tuple[str, Iterable[Sequence[str | int]]]]:
    return [
        (
            "INSERT INTO keyed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (row for _, rows, _ in kept for row in rows),
        ),
        (
            "INSERT INTO known VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            ((claim, words, int(claim in decided)) for claim, _, words in kept),
        ),
    ]


def _reached(reach: tuple[int, str]) -> list[tuple[str, Iterable[Sequence[str | int]]]]:
    return [("DELETE FROM keyed_through", [()]), ("INSERT INTO keyed_through VALUES (?, ?)", [reach])]
