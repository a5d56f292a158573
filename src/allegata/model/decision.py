"""What people decide about claims and links."""

from __future__ import annotations

from typing import Literal

from allegata.model.document import Document
from allegata.model.link import Relation
from allegata.model.mention import Record, Span

DecisionKind = Literal["accept", "reject", "merge", "split", "correct", "flag", "undo"]


class Subject(Record, frozen=True):
    """A claim that a person decided about, so that it is found again when everything is read anew.

    claim, document: ids at the time. body: sha256 of the bytes it was read from. url: address of the document. passage: as in the
    claim. spans: the words that tell it from the others of its passage: count, source and cue. said: what the rules had read for each
    field that can be corrected, as `allegata correct` takes it.
    """

    claim: str
    document: str
    body: str
    url: str | None
    passage: Span
    spans: tuple[Span, ...]
    said: dict[str, str | None]


class Decision(Record, frozen=True):
    """What a named person decided, and why.

    kind: flag marks a claim for a second look and changes nothing that it says. id: hash of everything else. subjects: one claim, or the two of a link from left to right; none for an undoing. relation: of a link.
    field, value: what a correction says, null for nothing. undoes: id of a decision. number: which decision of its ledger it was,
    from 1, so that the same decision later is another row.
    """

    id: str
    kind: DecisionKind
    by: str
    reason: str
    number: int
    subjects: tuple[Subject, ...] = ()
    relation: Relation | None = None
    field: str | None = None
    value: str | None = None
    undoes: str | None = None


def reason_of(decision: Decision) -> Document:
    """Return the reason of *decision* as a small document, so that the names in it are masked as those of any other.

    >>> reason_of(Decision("d", "undo", "Ada Bo", "Read twice.", 1)).text
    'Read twice.'
    """
    return Document(decision.id, "", decision.reason, "en", None, None, None, None, None, "reason/1", ())
