"""What a ledger holds: the kinds of record, how each is identified, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from allegata.model.claim import Claim
from allegata.model.decision import Decision
from allegata.model.document import Capture, Document, Masks
from allegata.model.error import InputError
from allegata.model.json import digest
from allegata.model.link import Finding, Link
from allegata.model.mention import Record

Shown = Sequence[tuple[Document, Masks]]
Outward = Callable[[str, Record, Shown], Record]
"""What a record looks like outside: kind, the record as stored, and the documents it speaks of with their masks."""


class Supersession(Record, frozen=True):
    """A document that another one stands in for, both by id; of two that name the same documents the later holds.

    number: which supersession of the ledger it is, from 1, so that turning back and forth is kept each time.
    """

    document: str
    by: str
    reason: str
    number: int = 1


class Standing(Record, frozen=True):
    """Whether a claim, link, finding or masks are what the last reading gave; of two about the same record the later holds.

    kind, id: of that record, which counts as current until a standing says otherwise. number: which standing of the ledger it is,
    from 1, so that turning back and forth is kept each time.
    """

    kind: str
    id: str
    current: bool
    reason: str
    number: int


class Linking(Record, frozen=True):
    """That the links of rules are those of all claims as they stood after batch *through*. rules: which rules made them."""

    through: int
    rules: str


class Erasure(Record, frozen=True):
    """A record whose body was taken out of the ledger; it speaks of the batches before its own.

    kind, id: of that record; or ``body`` and the sha256 of captured bytes, or ``address`` and what `address_id` makes of one: a page
    of those is not read in again unasked. number: which erasure of the ledger it is, from 1.
    """

    kind: str
    id: str
    reason: str
    number: int = 1


class Naming(Record, frozen=True):
    """Where words that somebody typed name a person whose page was erased, so that they are hidden as before.

    kind, id: of the record that has the words, or ``batch`` and its sequence. field: of it. stretches: code points of the field, half-open;
    they may overlap. number: which naming of the ledger it is, from 1.
    """

    kind: str
    id: str
    field: str
    stretches: tuple[tuple[int, int], ...]
    number: int


class Account(Record, frozen=True):
    """Who may use the ledger, and as what; of two about one name the later holds. By whom and when is the batch's.

    role: one of data/roles.tsv. active: whether the account may be used. number: which account row of the ledger it is, from 1. What
    it logs in with is not in the ledger's rows, which stay.
    """

    name: str
    role: str
    active: bool
    number: int


class Audit(Record, frozen=True):
    """Something done with the ledger that changed none of its records. By whom and when is the batch's.

    deed: one of `access.DEEDS`. subjects: ids of what it was done with, or names of accounts. reason: as typed, empty where none is asked
    for. details: how, in codes and figures, never in words of documents. number: which audit row of the ledger it is, from 1, so that the
    same deed again is another row.
    """

    deed: str
    subjects: tuple[str, ...]
    reason: str
    details: dict[str, str]
    number: int


KINDS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "capture": Capture,
        "document": Document,
        "claim": Claim,
        "link": Link,
        "finding": Finding,
        "masks": Masks,
        "supersession": Supersession,
        "erasure": Erasure,
        "naming": Naming,
        "decision": Decision,
        "standing": Standing,
        "linking": Linking,
        "account": Account,
        "audit": Audit,
    }
)
CONTENT = tuple(kind for kind in KINDS if kind not in ("account", "audit"))
"""Kinds of record that what is read of a ledger depends on: rows that say who may, and did, what with it change nothing of that."""


def record_id(kind: str, record: Record) -> str:
    """Return the id under which a ledger keeps *record*.

    Captures, documents, claims and decisions bring theirs; anything else is the hash of its content.

    Raises: InputError if *kind* is unknown or *record* is of another kind.

    >>> from allegata.model import Masks
    >>> record_id("masks", Masks("d1", ()))[:8]
    'f2d65afa'
    """
    if kind not in KINDS:
        raise InputError(f"a ledger has no records of kind {kind!r}; there are: {', '.join(KINDS)}")
    if not isinstance(record, KINDS[kind]):
        raise InputError(f"a {type(record).__name__} was given as a {kind}; give a {KINDS[kind].__name__}")
    match record:
        case Capture() | Document() | Claim() | Decision():
            return record.id
        case _:
            return digest(record)[:32]


def address_id(url: str) -> str:
    """Return what stands for an address in an erasure.

    >>> address_id("https://example.org/")[:8]
    'b20d6c8e'
    """
    return digest("address", url)[:32]


def as_stored(kind: str, record: Record, shown: Shown) -> Record:
    """Return *record* unmasked: the outward view of tests and of a ledger's own keeper, never of a reader.

    >>> from allegata.model import Masks
    >>> as_stored("masks", Masks("d1", ()), ())
    Masks(document='d1', stretches=())
    """
    return record
