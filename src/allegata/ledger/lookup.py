"""What is searched for as conditions on the index: words looked up in their order, and what stands together tried in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allegata.ledger.search import LONGEST_WORD, Part

LAST = "\U0010ffff"
"""Is in no word, and comes after all that is."""
# SQLite takes the tables of a cross join in the order in which they stand: what is asked for comes before all records.
FOUND = (
    "SELECT record.id FROM word CROSS JOIN record WHERE record.kind = 'claim' AND record.sequence = word.sequence "
    "AND record.offset = word.offset AND "
)


def clauses_of(parts: Iterable[Part]) -> Iterator[tuple[str, list[str]]]:
    """Yield what has to hold of a claim that has *parts*, with its values: each word is looked up, and what stands together tried in the text."""
    for part in parts:
        words = part.words.split()
        for number, word in enumerate(words, 1):
            looked_up = word[:LONGEST_WORD]
            goes_on = part.prefix and number == len(words)
            test = "word.word >= ? AND word.word < ?" if goes_on else "word.word = ?"
            yield f"claim.id IN ({FOUND}{test})", [looked_up, looked_up + LAST] if goes_on else [looked_up]
        if len(words) > 1 or len(words[0]) > LONGEST_WORD:
            query = "EXISTS (SELECT 1 FROM said WHERE said.claim = claim.id AND instr(said.words, ?) > 0)"
            yield query, [part.needle]
