"""A ledger copied into another, batch by batch and byte for byte, so that the head has the same hash."""

from __future__ import annotations

from collections.abc import Iterator

from allegata.ledger.store import Ledger
from allegata.model.error import LedgerError


def copy_ledger(source: Ledger, target: Ledger) -> Iterator[int]:
    """Copy what *target* lacks of *source*, and yield the number of each batch once it is kept; nothing where it lacks nothing.

    The target has to be empty or hold the first batches of the source, so that a copy that was broken off is continued by copying again.
    What was erased in the source is erased in the target, also where it was copied before. Credentials are not copied.

    Raises: LedgerError if the target holds anything else, or either cannot be trusted.
    """
    held, last = target.head(), source.head()
    # What an erasure up to the last batch names is gone before it is copied.
    source.settle_erasures()
    first, final = held.sequence if held else 0, last.sequence if last else 0
    if held and (first > final or source.whole(first).batch.hash != held.hash):
        raise LedgerError(
            f"{target.name}: holds something else than the first batches of {source.name}; copy into an empty ledger"
        )
    for sequence in range(first + 1, final + 1):
        target.take(source.whole(sequence), source.capture_bytes)
        yield sequence
    target.settle_erasures()
