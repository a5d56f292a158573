"""What claims are to each other: links, groups told in variants, and what does not fit."""

from __future__ import annotations

from typing import Literal

from allegata.model.claim import Status
from allegata.model.mention import Record, Span

Relation = Literal["same", "revises", "part_of", "additional", "denies", "contradicts", "distinct"]


class Reason(Record, frozen=True):
    """One field compared: what it says for the link (agrees, differs, missing) and why."""

    field: str
    verdict: Literal["agrees", "differs", "missing"]
    note: str


class Link(Record, frozen=True):
    """A relation between two claims, read left to right: *left* revises, is part of, denies … *right*."""

    left: str
    right: str
    relation: Relation
    sure: bool
    reasons: tuple[Reason, ...]
    judge: str


class Finding(Record, frozen=True):
    """Something that does not fit, in one sentence. claims: ids; spans: in *document*."""

    kind: str
    document: str | None
    claims: tuple[str, ...]
    spans: tuple[Span, ...]
    field: str
    found: str
    expected: str | None
    explanation: str


class Variant(Record, frozen=True):
    """How one claim tells what its group tells, each compared field as words; null where it does not say.

    sure: joined to the group by links that are sure. source: id of the earlier claim it most plausibly descends from, null
    for the first. because: it cites that claim's outlet (cited), shares its longest run of words (words), stands on the same
    page (page), or no more is known than that it came first (first).
    """

    claim: str
    outlet: str | None
    published: str | None
    spoken: str | None
    sure: bool
    source: str | None
    because: Literal["cited", "words", "page", "first"] | None
    speaker: str | None
    body: str | None
    action: str
    count: str | None
    unit: str | None
    status: Status
    places: str | None
    period: str | None
    target: str | None
    conduits: str | None


class Step(Record, frozen=True):
    """A field that moved in one hop, from the claim *left* to the claim *right* that descends from it."""

    field: str
    left: str
    right: str
    before: str
    after: str | None


class Group(Record, frozen=True):
    """Claims that are the same, as variants in order of time, and the fields that moved between them.

    id: of the first claim. sure: no variant is joined by doubtful links only.
    """

    id: str
    sure: bool
    variants: tuple[Variant, ...]
    moved: tuple[Step, ...]
