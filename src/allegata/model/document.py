"""What is read: bytes as received, text as read, what both rest on, and where names in the text are masked."""

from __future__ import annotations

from allegata.model.mention import Record


class Capture(Record, frozen=True):
    """Bytes as received.

    id: hash of the body's hash, url, fetched_at and origin. url: address, null for a local file.
    fetched_at: ISO 8601 date-time, null when the file does not say. media_type: as declared or found.
    body: sha256 (hex) under which the bytes are stored once. origin: ``stdin``, ``http``, ``file:NAME``, or of one report of many
    ``KIND:NAME#RECORD``, as ``warc:NAME#OFFSET`` (docs/inputs.md has them all).
    """

    id: str
    url: str | None
    fetched_at: str | None
    media_type: str
    body: str
    origin: str


class Basis(Record, frozen=True):
    """What a field of a document rests on.

    field: ``published``, ``outlet`` or ``encoding``. rule: name of what read it, empty where the field is in doubt or not stated.
    value: the encoding, or the day read; null for an outlet. note: what speaks against it, in one sentence without words of the page;
    empty where nothing does.
    """

    field: str
    rule: str
    value: str | None = None
    note: str = ""


class Document(Record, frozen=True):
    """Text as read. ``text`` is NFC and the only coordinate system.

    id: hash of capture, reader version, text and the metadata given by hand. capture: id of the capture.
    language: ISO 639-1 code. outlet: who published it. published: YYYY[-MM[-DD]], a partial date is a
    bound and not a day. given: names of the fields given by hand. reader: name and version. basis: what day, outlet
    and encoding rest on; empty in documents of versions that did not keep it, and not part of the id.
    """

    id: str
    capture: str
    text: str
    language: str
    outlet: str | None
    published: str | None
    title: str | None
    byline: str | None
    url: str | None
    reader: str
    given: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()


class DocumentRef(Record, frozen=True):
    """What a claim says of its document, so that one line can be read alone."""

    id: str
    url: str | None
    outlet: str | None
    published: str | None
    title: str | None
    language: str


class MaskedSpan(Record, frozen=True, order=True):
    """A stretch of ``Document.text`` that names an affected person; it prints as ``[person number]``.

    start, end: code points, half-open. number: stable within the document, from 1. The words are not kept.
    """

    start: int
    end: int
    number: int


class Masks(Record, frozen=True, cache_hash=True):
    """Where a document names affected persons: disjoint stretches in reading order."""

    document: str
    stretches: tuple[MaskedSpan, ...]
