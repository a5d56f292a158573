"""What is read as one: the parts of the archives, kept beside what was read of them, so that a run that was broken off goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import BinaryIO

import msgspec
from fastwarc.warc import ArchiveIterator

from allegata.claim.gate import Gate
from allegata.model.error import InputError
from allegata.run.archive.place import PLAN, Place

PART_BYTES = 256_000_000
"""How much of a WARC one worker reads at least, where it is divided."""
DONE = "done"
"""The folder with a file for each part that was read: what it was made of, and what became of its pages."""


@dataclass(frozen=True)
class Part:
    """What one worker reads at a time. source: address of a file. start, stop: bytes of it; the whole file where it cannot be divided."""

    number: int
    source: str
    size_bytes: int
    start: int
    stop: int

    @property
    def name(self) -> str:
        """The name of its files.

        >>> Part(7, "a.warc", 10, 0, 10).name
        'part-00007'
        """
        return f"part-{self.number:05}"


@dataclass(frozen=True)
class Settings:
    """How archives are read, the same for all parts of one result. version: of allegata, as other rules may find other claims."""

    gate: Gate = "happenings"
    profile: str = "default"
    language: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    version: str = version("allegata")


@dataclass(frozen=True)
class Summary:
    """What became of the pages of a part. counts: how many, by what. failures: lines of what could not be read."""

    part: int
    source: str
    counts: dict[str, int]
    failures: list[str]


@dataclass(frozen=True)
class Plan:
    """The parts of an archive in their order, and how they are read."""

    parts: tuple[Part, ...]
    settings: Settings


def plan(inputs: Iterable[Place], out: Place, settings: Settings) -> Plan:
    """Return the parts of *inputs*, as *out* has them where it was begun before; files that are new are added to it.

    Raises: InputError if *out* holds what was read with other *settings*, of other files, or of a file that has changed since.
    """
    known = kept(out)
    if known is not None and known.settings != settings:
        raise InputError(f"{out.address}: {_differs(known.settings, settings)}; write elsewhere")
    parts = list(known.parts) if known else []
    files = [each for place in inputs for each in place.files()]
    sizes = dict(files)
    for each in parts:
        if sizes.get(each.source) != each.size_bytes:
            what = "is not among the inputs" if each.source not in sizes else "has changed"
            raise InputError(
                f"{out.address}: {each.source}, which it holds claims of, {what}; give all inputs, or write elsewhere"
            )
    held = {each.source for each in parts}
    for source, size in dict(files).items():
        if source not in held:
            parts += _parts(source, size, len(parts))
    made = Plan(tuple(parts), settings)
    if made != known:
        out.write(
            PLAN,
            json.dumps({"parts": [asdict(each) for each in parts], "settings": asdict(settings)}, indent=1).encode(),
        )
    return made


def kept(out: Place) -> Plan | None:
    """Return the plan in *out*, null without one.

    Raises: InputError if it is none.
    """
    content = out.read(PLAN)
    if content is None:
        return None
    try:
        made = msgspec.json.decode(content, type=Plan)
        if any(
            each.number != number or not 0 <= each.start <= each.stop <= each.size_bytes
            for number, each in enumerate(made.parts)
        ):
            raise ValueError
        return made
    except (ValueError, RecursionError):
        raise InputError(f"{out.address}: its {PLAN} is no plan of ours; write elsewhere") from None


def finished(out: Place) -> set[str]:
    """Return the names of the parts that *out* holds whole; one whose file of what became of it is none of ours is not."""
    names = (name.removesuffix(".json") for name in out.names(DONE) if name.endswith(".json"))
    return {name for name in names if summary(out, name) is not None}


def summary(out: Place, name: str) -> Summary | None:
    """Return what became of the pages of the part called *name*, null where *out* does not say so."""
    try:
        return msgspec.json.decode(out.read(f"{DONE}/{name}.json") or b"", type=Summary)
    except (ValueError, RecursionError):
        return None


def _differs(one: Settings, other: Settings) -> str:
    before, now = asdict(one), asdict(other)
    name = next(name for name in before if before[name] != now[name])
    return f"holds what was read with {name} {before[name]}, not {now[name]}"


def _parts(source: str, size_bytes: int, number: int) -> Iterator[Part]:
    """Yield the parts of a file, from *number* on: a WARC of more than `PART_BYTES` is divided where records begin."""
    starts = [0]
    if size_bytes > PART_BYTES:
        with Place(source).open() as stream:
            starts = list(record_starts(stream, PART_BYTES))
    for each, (start, stop) in enumerate(pairwise([*starts, size_bytes]), number):
        yield Part(each, source, size_bytes, start, stop)


def record_starts(stream: BinaryIO, apart_bytes: int) -> Iterator[int]:
    """Yield where parts of *stream* begin: at its beginning and, in a WARC, at records that are *apart_bytes* or more from one another.

    What looks like a record within the bytes of a page is none, so the archive is gone through from its beginning; one that is broken is read as
    one part from there on.
    """
    last = 0
    yield last
    head = stream.read(64)
    stream.seek(0)
    if not head.startswith((b"WARC/", b"\x1f\x8b")):
        return
    try:
        for record in ArchiveIterator(stream, parse_http=False, auto_decode="none", fsspec_args=False):
            if record.stream_pos - last >= apart_bytes:
                last = record.stream_pos
                yield last
    except (OSError, UnicodeError, ValueError):
        return
