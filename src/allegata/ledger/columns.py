"""What all claims of a ledger say, in arrays: a value counted over any selection of claims is one pass of numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allegata.ledger.facts import Facts, number_of
from allegata.ledger.selection import WITHIN, Asked, term_words

FIELDS = ("speaker", "body", "kind", "action", "target", "unit", "place", "outlet", "status", "evidence", "stance")
"""The fields whose values can be counted."""
TIMES = ("happened", "spoken")
Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]


class Column(NamedTuple):
    """What claims have in one field: claims[i] (a position) has cells[i], a code or the first day and the day after the last."""

    claims: Numbers
    cells: Numbers

    def without(self, left_out: Flags) -> Column:
        """Return this without the claims that are *left_out*."""
        stay = ~left_out[self.claims]
        return Column(self.claims[stay], self.cells[stay])

    def joined(self, other: Column) -> Column:
        """Return this followed by *other*."""
        return Column(np.concatenate((self.claims, other.claims)), np.concatenate((self.cells, other.cells)))

    def having(self, these: Flags, size: int) -> Flags:
        """Return which of *size* claims have one of the rows that are flagged in *these*."""
        found = np.zeros(size, np.bool_)
        found[self.claims[these]] = True
        return found


def column_of(rows: Sequence[tuple[int, ...]], width: int) -> Column:
    """Return *rows* of a position and *width* cells as a column.

    >>> column_of([(0, 7), (2, 7)], 1).claims.tolist()
    [0, 2]
    """
    made = np.array(rows, np.int32).reshape(len(rows), width + 1)
    cells = made[:, 1] if width == 1 else made[:, 1:]
    return Column(np.ascontiguousarray(made[:, 0]), np.ascontiguousarray(cells))


class Label(NamedTuple):
    """How a value is called, and what a filter has to be to find it and no other."""

    key: str
    label: str


@dataclass
class Words:
    """The values of one field: the folded words of each code."""

    words: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)
    _written: dict[str, int] = field(default_factory=dict)

    def code(self, written: str) -> int:
        """Return the code of what is *written*, -1 if it has no words; a new one is added."""
        found = self._written.get(written)
        if found is None:
            words = term_words(written)
            found = self._codes.setdefault(words, len(self.words)) if words else -1
            if found == len(self.words):
                self.words.append(words)
            self._written[written] = found
        return found

    def fitting(self, asked: Asked) -> Flags:
        """Return which codes are *asked* for."""
        if asked.whole:
            found = np.zeros(len(self.words), np.bool_)
            if asked.words in self._codes:
                found[self._codes[asked.words]] = True
            return found
        return np.array([asked.fits(words) for words in self.words], np.bool_)


Vocabulary = dict[str, Words]


class Values:
    """The columns of some claims, by field and time, with codes of a vocabulary that others share."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.columns = {name: column_of((), 1 if name in FIELDS else 2) for name in (*FIELDS, *TIMES)}
        self.called: dict[str, dict[int, Counter[Label]]] = {name: {} for name in FIELDS}
        """By field and code what claims call the value, and how many; first what the first claim calls it."""

    def add(self, claims: Iterable[tuple[int, Facts]]) -> None:
        """Add what is known of claims at positions."""
        rows: dict[str, list[tuple[int, ...]]] = {name: [] for name in self.columns}
        for position, facts in claims:
            seen: set[tuple[str, int]] = set()
            for name, written, *other in facts.terms:
                code = self._vocabulary[name].code(written)
                if code < 0:
                    continue
                label = other[0] if other else written
                if label:
                    labels = self.called[name].setdefault(code, Counter())
                    labels[Label(f'"{written}"' if name in WITHIN else written, label)] += 1
                if (name, code) not in seen:
                    seen.add((name, code))
                    rows[name].append((position, code))
            for name, spans in (("happened", facts.happened), ("spoken", facts.spoken)):
                rows[name] += [(position, number_of(start), number_of(until)) for start, until in spans]
        for name, made in rows.items():
            if made:
                column = column_of(made, 1 if name in FIELDS else 2)
                self.columns[name] = self.columns[name].joined(column)


def vocabulary() -> Vocabulary:
    """Return a vocabulary without words."""
    return {name: Words() for name in FIELDS}
