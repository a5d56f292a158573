"""The chain of batches: what each commits to, and whether bytes still agree with it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from allegata.ledger.records import KINDS
from allegata.model.batch import Batch, Entry
from allegata.model.error import InputError
from allegata.model.json import canonical, from_json
from allegata.model.mention import Record

ORIGIN = "0" * 64
SALT_BYTES = 16
_SORTED = msgspec.json.Encoder(order="sorted")
"""Writes a batch, in which there are only words and one small number, as `canonical` does, and much quicker."""
_BATCH = msgspec.json.Decoder(Batch)


class Line(Record, frozen=True):
    """One line of a records file: a record with its salt, both null once erased.

    record: the canonical JSON of the record, byte for byte.
    """

    kind: str
    id: str
    record: msgspec.Raw
    salt: str | None

    @property
    def erased(self) -> bool:
        """Whether the body was taken out."""
        return self.salt is None


class Stored(NamedTuple):
    """A record as it stands in a ledger."""

    kind: str
    id: str
    record: Record


def commitment(salt: bytes, body: bytes) -> str:
    """Return the sha256 (hex) a batch holds for a record: of the salt followed by the record's canonical JSON.

    >>> commitment(b"0123456789abcdef", b'{"a":1}')[:8]
    '565a9249'
    """
    return hashlib.sha256(salt + body).hexdigest()


def batch_hash(batch: Batch) -> str:
    """Return the sha256 (hex) of the canonical JSON of *batch* without its ``hash``.

    >>> batch_hash(Batch(1, ORIGIN, (), "2020-01-01T00:00:00Z", "me", ""))[:8]
    '3b160fb8'
    """
    data = _SORTED.encode(batch)
    own = b',"hash":' + _SORTED.encode(batch.hash)
    at = data.rindex(own + b',"previous":')
    return hashlib.sha256(data[:at] + data[at + len(own) :]).hexdigest()


def utc(moment: str) -> str:
    """Return *moment* (ISO 8601 with an offset) in UTC as ``YYYY-MM-DDTHH:MM:SS[.ffffff]Z``.

    Raises: InputError if it is not a date-time or has no offset.

    >>> utc("2020-03-01T02:00:00+03:30")
    '2020-02-29T22:30:00Z'
    """
    try:
        read = datetime.fromisoformat(moment)
        if read.tzinfo is None:
            raise ValueError("no offset")
        return read.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError) as error:
        raise InputError(f"{moment!r} is not a time with an offset; write it like 2024-05-06T07:08:09Z") from error


def later(first: str, second: str) -> str:
    """Return the later of two UTC moments as `utc` writes them.

    >>> later("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5Z")
    '2020-01-01T00:00:00.5Z'
    """
    return max(first, second, key=datetime.fromisoformat)


def line_of(kind: str, identity: str, record: Record, salt: bytes) -> Line:
    """Return the line that stores *record* under *salt*."""
    return Line(kind, identity, msgspec.Raw(canonical(record)), salt.hex())


def line_bytes(line: Line) -> bytes:
    r"""Return *line* as written: canonical JSON and a line feed.

    >>> from allegata.model import Masks
    >>> line_bytes(line_of("masks", "d", Masks("d", ()), b"01"))
    b'{"id":"d","kind":"masks","record":{"document":"d","stretches":[]},"salt":"3031"}\n'
    """
    named, salt = (
        b'{"id":%b,"kind":%b' % (_SORTED.encode(line.id), _SORTED.encode(line.kind)),
        _SORTED.encode(line.salt),
    )
    return b'%b,"record":%b,"salt":%b}\n' % (named, bytes(line.record), salt)


def erased_bytes(line: Line) -> bytes:
    """Return *line* without record and salt, filled with spaces to the length it had, so later lines stay in place."""
    bare = line_bytes(Line(line.kind, line.id, msgspec.Raw(b"null"), None))
    return bare[:-1].ljust(len(line_bytes(line)) - 1) + b"\n"


def parse_line(data: bytes) -> Line:
    """Return the line that *data* holds.

    Raises: InputError, saying what is wrong, if it is none.
    """
    try:
        return msgspec.json.decode(data, type=Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a record line: {error}") from error


def parse_batch(data: bytes) -> Batch:
    """Return the batch that *data* holds, after checking that its hash is its own.

    Raises: InputError, saying what is wrong.
    """
    try:
        batch = _BATCH.decode(data)
        if _SORTED.encode(batch) + b"\n" != data:
            raise InputError("it is not in canonical form")
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError) as error:
        raise InputError(f"it is not a batch: {error}") from error
    if batch_hash(batch) != batch.hash:
        raise InputError("its hash is not the hash of its content")
    return batch


def open_line(line: Line, entry: Entry) -> Stored | None:
    """Return the record in *line*, none if it was erased, after checking it against the batch's *entry*.

    Raises: InputError, saying what is wrong.
    """
    if (line.kind, line.id) != (entry.kind, entry.id):
        raise InputError(f"it holds {line.kind} {line.id} where the batch says {entry.kind} {entry.id}")
    if line.salt is None:
        if bytes(line.record) != b"null":
            raise InputError(f"{entry.kind} {entry.id} has lost its salt")
        return None
    try:
        salt = bytes.fromhex(line.salt)
    except ValueError as error:
        raise InputError(f"{entry.kind} {entry.id} has a salt that is not hexadecimal") from error
    if salt.hex() != line.salt:
        raise InputError(f"{entry.kind} {entry.id} has a salt that is not written as it was")
    if commitment(salt, bytes(line.record)) != entry.commitment:
        raise InputError(f"{entry.kind} {entry.id} is not the record the batch commits to")
    if entry.kind not in KINDS:
        raise InputError(f"{entry.kind} {entry.id} is of a kind this version does not know; upgrade allegata")
    return Stored(entry.kind, entry.id, from_json(KINDS[entry.kind], msgspec.json.decode(line.record)))


def seal(head: Batch | None, lines: Sequence[Line], recorded_at: str, by: str) -> Batch:
    """Return the batch that follows *head* and commits to *lines*, in their order.

    recorded_at is never before the head's: a clock that went back does not turn the chain's time.
    """
    moment = utc(recorded_at)
    batch = Batch(
        sequence=head.sequence + 1 if head else 1,
        previous=head.hash if head else ORIGIN,
        entries=tuple(
            Entry(line.kind, line.id, commitment(bytes.fromhex(line.salt or ""), bytes(line.record))) for line in lines
        ),
        recorded_at=later(head.recorded_at, moment) if head else moment,
        by=by,
        hash="",
    )
    return msgspec.structs.replace(batch, hash=batch_hash(batch))
