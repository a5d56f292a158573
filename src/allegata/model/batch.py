"""What a ledger appends."""

from __future__ import annotations

from allegata.model.mention import Record


class Entry(Record, frozen=True):
    """One record in a batch: its kind, its id and the salted hash the batch commits to."""

    kind: str
    id: str
    commitment: str


class Batch(Record, frozen=True):
    """One append to a ledger.

    previous: hash of the batch before, 64 zeros for the first. recorded_at: ISO 8601, UTC. by: who.
    hash: sha256 of the canonical JSON of the other fields.
    """

    sequence: int
    previous: str
    entries: tuple[Entry, ...]
    recorded_at: str
    by: str
    hash: str
