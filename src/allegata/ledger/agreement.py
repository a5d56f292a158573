"""Whether an index agrees with the batches that it was made from: told cheaply whenever a ledger is opened, and by counting when it is verified."""

from __future__ import annotations

from collections.abc import Iterable

from allegata.ledger.index import Index
from allegata.ledger.records import KINDS, Erasure
from allegata.ledger.schema import COUNTED, CURRENT
from allegata.ledger.whole import Held

OWN = ("capture", "document", "masks", "claim")
"""Kinds of record that have a table of their own beside the one of all."""
_IS_COUNTED = "EXISTS (SELECT 1 FROM filled WHERE name = '{0}' AND number > 0) = EXISTS (SELECT 1 FROM {0})"
# Asked for the last, PostgreSQL goes to it by its order; asked for any, it may read them all.
_LAST = "(SELECT max(sequence) FROM record WHERE kind = '{}')"
# Each is found by looking at one row, so that it takes as long in a large ledger as in a small one.
_LIKELY = (
    "EXISTS (SELECT 1 FROM batch) = EXISTS (SELECT 1 FROM record)",
    *(f"coalesce({_LAST.format(kind)}, 0) <= coalesce((SELECT max(sequence) FROM batch), 0)" for kind in KINDS),
    *(f"({_LAST.format(kind)} IS NOT NULL) = EXISTS (SELECT 1 FROM {kind})" for kind in OWN),
    f"(EXISTS (SELECT 1 FROM linked) OR {_LAST.format('link')} IS NULL)",
    # What was forgotten of claims, to be kept anew when they are linked, has nothing that says how far it reaches.
    "(NOT EXISTS (SELECT 1 FROM keyed_through) OR EXISTS (SELECT 1 FROM keyed) = EXISTS (SELECT 1 FROM known))",
    "(EXISTS (SELECT 1 FROM salt) OR NOT EXISTS (SELECT 1 FROM masks))",
    *(_IS_COUNTED.format(name) for name in COUNTED),
)
LIKELY = f"SELECT 1 WHERE {' AND '.join(_LIKELY)}"
# What none of is found where all is well.
_AMISS = (
    *(
        f"SELECT 1 FROM record WHERE kind = '{kind}' AND NOT EXISTS (SELECT 1 FROM {kind} WHERE {kind}.id = record.id) LIMIT 1"
        for kind in OWN
    ),
    *(
        f"SELECT 1 FROM {kind} WHERE NOT EXISTS (SELECT 1 FROM record WHERE kind = '{kind}' AND record.id = {kind}.id) LIMIT 1"
        for kind in OWN
    ),
    "SELECT 1 FROM record WHERE kind = 'link' AND "
    "id NOT IN (SELECT link FROM linked GROUP BY link HAVING count(*) = 2) LIMIT 1",
    "SELECT 1 FROM claim JOIN record ON record.kind = 'document' AND record.id = claim.document "
    "WHERE EXISTS (SELECT 1 FROM masks WHERE masks.document = claim.document) "
    "AND NOT EXISTS (SELECT 1 FROM said WHERE said.claim = claim.id) LIMIT 1",
    "SELECT 1 FROM said WHERE NOT EXISTS (SELECT 1 FROM claim WHERE claim.id = said.claim) LIMIT 1",
    "SELECT 1 FROM said WHERE NOT EXISTS (SELECT 1 FROM term WHERE term.claim = said.claim) LIMIT 1",
    "SELECT 1 FROM said WHERE NOT EXISTS (SELECT 1 FROM facts WHERE facts.claim = said.claim) LIMIT 1",
)
# What is kept to link by has all current claims, where it says that it reaches as far as the links.
_UNKEYED = (
    f"SELECT 1 FROM claim WHERE {CURRENT} AND EXISTS (SELECT 1 FROM said WHERE said.claim = claim.id) "
    "AND NOT EXISTS (SELECT 1 FROM known WHERE known.claim = claim.id) LIMIT 1",
    "SELECT 1 FROM known WHERE claim NOT IN (SELECT claim FROM keyed) LIMIT 1",
)


def is_likely(index: Index) -> bool:
    """Return whether *index* may be that of its batches: no table is empty that was not, and none speaks of a batch it does not know."""
    return bool(index.rows(LIKELY))


def agrees(index: Index, held: Held, erasures: Iterable[Erasure], keyed: bool) -> bool:
    """Return whether *index* has as many rows as *held*, which was counted in the batches, says that it has to have.

    erasures: every one that was entered. keyed: whether what is kept to link by says that it reaches as far as the links.
    """
    batches = index.rows("SELECT count(*), coalesce(max(sequence), 0) FROM batch")[0]
    if tuple(batches) != (held.sequence, held.sequence) or (
        held.sequence and index.hash_of(held.sequence) != held.hash
    ):
        return False
    if dict(index.rows("SELECT kind, count(*) FROM record GROUP BY kind")) != dict(held.kinds):
        return False
    if not is_likely(index) or any(index.rows(query) for query in (*_AMISS, *(_UNKEYED if keyed else ()))):
        return False
    counted: dict[str, int] = dict(index.rows("SELECT name, number FROM filled"))
    if any(index.rows(f"SELECT count(*) FROM {name}")[0][0] != counted.get(name, 0) for name in COUNTED):
        return False
    return _are_erased(index, erasures)


def _are_erased(index: Index, erasures: Iterable[Erasure]) -> bool:
    """Return whether what was erased is known to be, but what was entered again since; of an address that is told by no row."""
    known = {tuple(row) for row in index.rows("SELECT kind, id FROM erasure")}
    for kind, identity in {(each.kind, each.id) for each in erasures} - known:
        again = index.ids("capture", "body", identity) if kind == "body" else index.place(kind, identity)
        if not again and kind != "address":
            return False
    return True
