"""Whether a ledger is whole: each batch, record line and body is what was written, and none is missing. Reads only.

What is compared are bytes: a line that is what its batch commits to is not decoded, so that checking takes little more than hashing.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from allegata.ledger.chain import ORIGIN, Line, line_bytes, open_line, parse_batch, parse_line
from allegata.ledger.layout import batch_path, extent, gaps, missing, unchained, unread
from allegata.ledger.records import KINDS, Erasure
from allegata.model.batch import Batch, Entry
from allegata.model.document import Capture
from allegata.model.error import InputError
from allegata.model.mention import Record

TAIL = len(b',"salt":""}') + 32
"""Bytes of a line behind its record."""
Key = tuple[str, str]


class Problem(Record, frozen=True):
    """Something that is wrong. batch: the number of the batch it is in, null where it is in none. what: one sentence that names the file."""

    batch: int | None
    what: str


class Checked(Record, frozen=True):
    """What checking a ledger gave. sequence, hash: of its last batch, 0 and 64 zeros in an empty one. problems: those of the first bad batch first."""

    sequence: int
    hash: str
    problems: tuple[Problem, ...]


class Attested(Record, frozen=True):
    """A batch that is known from elsewhere. first: hash of the first batch of its ledger."""

    sequence: int
    hash: str
    first: str


class Held(NamedTuple):
    """What the batches of a whole ledger hold: number and hash of the last one, and how many records of each kind were not erased."""

    sequence: int
    hash: str
    kinds: Mapping[str, int]


class Content(NamedTuple):
    """What a batch brings to the check of the whole: captures that were not erased with their bodies, records erased, and what erasures name."""

    bodies: list[tuple[str, str]]
    erased: list[Key]
    erasures: list[Key]


class Kept(Protocol):
    """The bytes of a ledger, whatever keeps them, and what messages call them. Each asked for by its number, a body by its sha256."""

    def extent(self, known: int) -> tuple[list[int], int]:
        """Return the numbers of the batches held, and of the last there must have been; *known*: the last in the index."""

    def strange(self) -> Iterator[str]:
        """Yield a sentence for each thing among the batches that is none."""

    def missing(self, first: int, final: int) -> str:
        """Return the sentence that says that batches are missing."""

    def unread(self, what: str, error: OSError) -> str:
        """Return the sentence that says that *what* cannot be read."""

    def batch_name(self, sequence: int) -> str:
        """Return what messages call a batch."""

    def records_name(self, sequence: int) -> str:
        """Return what messages call the records of a batch."""

    def body_name(self, name: str) -> str:
        """Return what messages call a body."""

    def batch(self, sequence: int) -> bytes:
        """Return the bytes of a batch; an InputError or OSError if it cannot."""

    def records(self, sequence: int) -> bytes:
        """Return the bytes of the records of a batch; an InputError or OSError if it cannot."""

    def body(self, name: str) -> bytes:
        """Return the bytes of a body; an InputError or OSError if it cannot."""


class Files:
    """The bytes of a ledger in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # Paths of files are put together as words: for small files that takes much of the time of a check.
        self.batch_name = f"{root}/batches/{{:08}}.json".format
        self.records_name = f"{root}/records/{{:08}}.jsonl".format

    def extent(self, known: int) -> tuple[list[int], int]:
        """Return what `Kept.extent` does."""
        return extent(self._root, known)

    def strange(self) -> Iterator[str]:
        """Yield what `Kept.strange` does."""
        for name in sorted(os.listdir(self._root / "batches")):  # noqa: PTH208
            path = self._root / "batches" / name
            if not name.startswith(".") and not (
                path.stem.isascii() and path.stem.isdigit() and path == batch_path(self._root, int(path.stem))
            ):
                yield f"{path}: is no batch; move it out of the ledger"

    def missing(self, first: int, final: int) -> str:
        """Return what `Kept.missing` does."""
        return missing(self._root, first, final)

    def unread(self, what: str, error: OSError) -> str:
        """Return what `Kept.unread` does."""
        return unread(Path(what) if what else self._root, error)

    def body_name(self, name: str) -> str:
        """Return the path of a body."""
        return f"{self._root}/bodies/{name[:2]}/{name}"

    def batch(self, sequence: int) -> bytes:
        """Return the bytes of a batch."""
        return _bytes(self.batch_name(sequence))

    def records(self, sequence: int) -> bytes:
        """Return the bytes of the records of a batch."""
        return _bytes(self.records_name(sequence))

    def body(self, name: str) -> bytes:
        """Return the bytes of a body."""
        return _bytes(self.body_name(name))


def check(
    kept: Kept,
    known: int,
    troubles: Sequence[str] = (),
    attested: Attested | None = None,
    whole: Callable[[Held], None] | None = None,
) -> Checked:
    """Return what is wrong with the ledger of which *kept* has the bytes.

    known: number of the last batch that its index knows. troubles: what is known to be wrong already. attested: a batch that has to be in it.
    whole: is told what the batches hold, where nothing is wrong.
    """
    made = _Check(kept, attested)
    found = made.made(known, troubles)
    if whole is not None and not found.problems:
        whole(made.held())
    return found


class _Check:
    def __init__(self, kept: Kept, attested: Attested | None) -> None:
        self._kept = kept
        self._attested = attested
        self._found: list[Problem] = []
        self._head = (0, ORIGIN)
        self._top = 0
        self._kinds = Counter[str]()
        self._erased: dict[Key, list[int]] = {}
        self._erasures: dict[Key, int] = {}
        # The last batch that may hold an erasure which cannot be read.
        self._blind = 0
        self._unfit: dict[str, str] = {}
        self._wanting: list[tuple[Key, int, str]] = []

    def made(self, known: int, troubles: Sequence[str]) -> Checked:
        try:
            held, top = self._kept.extent(known)
            for first, final in gaps(held, top):
                self._blind = final
                self._say(first, self._kept.missing(first, final))
            for what in self._kept.strange():
                self._say(None, what)
        except OSError as error:
            troubles = [*troubles, self._kept.unread("", error)]
            return Checked(0, ORIGIN, tuple(Problem(None, each) for each in troubles))
        self._top = max(held, default=0)
        self._batches(held)
        self._erasure()
        self._against()
        self._found.sort(key=lambda each: (each.batch is None, each.batch))
        said = {each.what for each in self._found}
        # What opening it found is said again here where it is in a batch.
        others = [Problem(None, each) for each in dict.fromkeys(troubles) if each not in said]
        return Checked(*self._head, tuple(dict.fromkeys([*self._found, *others])))

    def held(self) -> Held:
        """Return what the batches hold, once they were found whole."""
        gone = Counter[str]()
        for (kind, _), sequences in self._erased.items():
            gone[kind] += len(sequences)
        return Held(*self._head, {kind: number for kind, number in (self._kinds - gone).items() if number})

    def _say(self, batch: int | None, what: str) -> None:
        self._found.append(Problem(batch, what))

    def _batches(self, held: Sequence[int]) -> None:
        bodies = set[str]()
        before: Batch | None = None
        for sequence in held:
            batch = self._batch(sequence)
            if batch is None:
                before, self._blind = None, max(self._blind, sequence)
                continue
            followed = sequence > 1 and (before is None or before.sequence != sequence - 1)
            if batch.sequence != sequence or not (followed or batch.previous == (before.hash if before else ORIGIN)):
                self._say(sequence, unchained(self._kept.batch_name(sequence)))
            before = batch
            self._head = (sequence, batch.hash)
            self._kinds.update(entry.kind for entry in batch.entries)
            self._compare(batch)
            content = self._records(batch)
            for capture, body in content.bodies:
                if body not in bodies:
                    bodies.add(body)
                    self._body(body)
                if body in self._unfit:
                    self._wanting.append((("capture", capture), sequence, body))
            if len(content.erasures) < sum(entry.kind == "erasure" for entry in batch.entries):
                self._blind = max(self._blind, sequence)
            for key in content.erased:
                self._erased.setdefault(key, []).append(sequence)
            for key in content.erasures:
                self._erasures[key] = sequence

    def _compare(self, batch: Batch) -> None:
        known = self._attested
        if known is None:
            return
        path = self._kept.batch_name(batch.sequence)
        if batch.sequence == 1 != known.sequence and batch.hash != known.first:
            self._say(
                1,
                f"{path}: is not the first batch of the ledger that the checkpoint is of; give the checkpoint of this one",
            )
        if batch.sequence == known.sequence and batch.hash != known.hash:
            self._say(
                batch.sequence,
                f"{path}: is another batch than the one the checkpoint attests; restore it from a backup",
            )

    def _batch(self, sequence: int) -> Batch | None:
        path = self._kept.batch_name(sequence)
        try:
            return parse_batch(self._kept.batch(sequence))
        except InputError as error:
            self._say(sequence, f"{path}: {error}; restore it from a backup")
        except OSError as error:
            self._say(sequence, self._kept.unread(path, error))
        return None

    def _records(self, batch: Batch) -> Content:
        path, content = self._kept.records_name(batch.sequence), Content([], [], [])
        try:
            for number, (line, entry) in enumerate(split(self._kept.records(batch.sequence), batch.entries), 1):
                try:
                    read_line(line, entry, content)
                except InputError as error:
                    self._say(batch.sequence, f"{path} line {number}: {error}; restore it from a backup")
        except InputError as error:
            self._say(batch.sequence, f"{path}: {error}; restore it from a backup")
        except OSError as error:
            self._say(batch.sequence, self._kept.unread(path, error))
        return content

    def _body(self, name: str) -> None:
        path = self._kept.body_name(name)
        try:
            if hashlib.sha256(self._kept.body(name)).hexdigest() != name:
                self._unfit[name] = f"{path}: is not what was captured; restore it from a backup"
        except InputError as error:
            self._unfit[name] = f"{path}: {error}; restore it from a backup"
        except OSError as error:
            self._unfit[name] = f"{path}: cannot be read: {error.strerror}; restore it from a backup"

    def _erasure(self) -> None:
        """Say which records are erased without a reason, and which are not erased though a reason for it is given.

        A body that is wanting is none where the capture that names it is to be erased: the body goes first.
        """
        for key, sequence, body in self._wanting:
            if self._erasures.get(key, 0) <= sequence and self._unfit[body] not in {each.what for each in self._found}:
                self._say(sequence, self._unfit[body])
        for key, sequences in self._erased.items():
            for sequence in sequences:
                if max(self._erasures.get(key, 0), self._blind) <= sequence:
                    path = self._kept.records_name(sequence)
                    self._say(
                        sequence, f"{path}: {' '.join(key)} is erased and nothing says why; restore it from a backup"
                    )
        if not self._erasures:
            return
        for sequence in range(1, max(self._erasures.values())):
            batch = self._entries(sequence)
            for entry in batch:
                key = (entry.kind, entry.id)
                if self._erasures.get(key, 0) > sequence and sequence not in self._erased.get(key, ()):
                    path = self._kept.records_name(sequence)
                    self._say(
                        sequence,
                        f"{path}: the erasure of {' '.join(key)} is not finished; any command that writes finishes it",
                    )

    def _entries(self, sequence: int) -> tuple[Entry, ...]:
        try:
            return parse_batch(self._kept.batch(sequence)).entries
        except (InputError, OSError):
            # Said before.
            return ()

    def _against(self) -> None:
        """Say which of the batches that the checkpoint attests are missing at the end."""
        if self._attested is None or self._attested.sequence <= self._top:
            return
        if self._top + 1 not in {each.batch for each in self._found}:
            self._say(self._top + 1, self._kept.missing(self._top + 1, self._attested.sequence))


def _bytes(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(handle).st_size
        data = os.read(handle, size + 1)
    finally:
        os.close(handle)
    # A system reads no more than two gigabytes at once.
    return data if len(data) == size else Path(path).read_bytes()


def split(data: bytes, entries: Sequence[Entry]) -> Iterator[tuple[bytes, Entry]]:
    """Yield each line of a records file, with its line feed, and its entry.

    Raises: InputError if there are not as many lines as entries, or the last one is cut short.
    """
    lines = data.split(b"\n")
    if lines.pop():
        raise InputError("ends within a line")
    if len(lines) != len(entries):
        raise InputError(f"holds {len(lines)} records where the batch has {len(entries)}")
    return zip(lines, entries, strict=True)


def read_line(line: bytes, entry: Entry, content: Content) -> None:
    """Check one line, without its line feed, against its *entry*, and add what it brings to *content*.

    Raises: InputError, saying what is wrong.
    """
    kind = entry.kind
    head = f'{{"id":"{entry.id}","kind":"{kind}","record":'.encode()
    record = line[len(head) : -TAIL]
    try:
        salt = bytes.fromhex(line[-34:-2].decode("ascii"))
    except ValueError:
        salt = b""
    plain = line.startswith(head) and line[-TAIL:] == b',"salt":"%b"}' % salt.hex().encode()
    if not plain or hashlib.sha256(salt + record).hexdigest() != entry.commitment or kind not in KINDS:
        if line.rstrip(b" ") == line_bytes(Line(kind, entry.id, msgspec.Raw(b"null"), None))[:-1]:
            content.erased.append((kind, entry.id))
            return
        # Only now is it taken apart, to say what is wrong.
        read = parse_line(line)
        open_line(read, entry)
        if line_bytes(read) != line + b"\n":
            raise InputError(f"{kind} {entry.id} is not written in canonical form")
        record = bytes(read.record)
    if kind == "capture":
        content.bodies.append((entry.id, msgspec.json.decode(record, type=Capture).body))
    elif kind == "erasure":
        erasure = msgspec.json.decode(record, type=Erasure)
        content.erasures.append((erasure.kind, erasure.id))
