"""The tables of an index, and what its queries share.

One set of statements runs in SQLite and in PostgreSQL: they keep to what both understand. What PostgreSQL writes otherwise is in
`allegata.ledger.dialect`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

Where = tuple[int, int, int]
"""The batch, the offset in its records, and the length of a record."""
VERSION = 14
SCHEMA = """
CREATE TABLE batch (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE record (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX record_order ON record (kind, sequence, offset);
CREATE TABLE capture (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
CREATE INDEX capture_body ON capture (body);
CREATE TABLE document (id TEXT PRIMARY KEY, capture TEXT) WITHOUT ROWID;
CREATE INDEX document_capture ON document (capture);
CREATE TABLE superseded (document TEXT PRIMARY KEY, by TEXT) WITHOUT ROWID;
CREATE TABLE withdrawn (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE masks (id TEXT PRIMARY KEY, document TEXT, turn INTEGER) WITHOUT ROWID;
CREATE INDEX masks_document ON masks (document, turn);
CREATE INDEX masks_turn ON masks (turn);
CREATE TABLE claim (id TEXT PRIMARY KEY, document TEXT) WITHOUT ROWID;
CREATE INDEX claim_document ON claim (document);
CREATE TABLE term (field TEXT, words TEXT, claim TEXT, PRIMARY KEY (field, words, claim)) WITHOUT ROWID;
CREATE INDEX term_claim ON term (claim);
CREATE TABLE time (claim TEXT, start TEXT, until TEXT);
CREATE INDEX time_claim ON time (claim);
CREATE TABLE salt (value BLOB);
CREATE TABLE named (digest TEXT, kind TEXT, id TEXT, PRIMARY KEY (digest, kind, id)) WITHOUT ROWID;
CREATE INDEX named_by ON named (kind, id);
CREATE TABLE outlet (document TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID;
CREATE INDEX outlet_digest ON outlet (digest);
CREATE TABLE outlet_name (digest TEXT, outlet TEXT, PRIMARY KEY (digest, outlet)) WITHOUT ROWID;
CREATE INDEX outlet_name_of ON outlet_name (outlet);
CREATE TABLE shown_anew (sequence BIGINT);
CREATE TABLE said (claim TEXT PRIMARY KEY, words TEXT);
CREATE TABLE word (word TEXT, sequence INTEGER, offset INTEGER, PRIMARY KEY (word, sequence, offset)) WITHOUT ROWID;
CREATE TABLE facts (claim TEXT PRIMARY KEY, words TEXT);
CREATE TABLE linked (claim TEXT, link TEXT, PRIMARY KEY (claim, link)) WITHOUT ROWID;
CREATE TABLE keyed (key BIGINT, week BIGINT, number BIGINT, day BIGINT, claim TEXT, PRIMARY KEY (key, week, number, day, claim)) WITHOUT ROWID;
CREATE TABLE known (claim TEXT PRIMARY KEY, words TEXT, decided BIGINT) WITHOUT ROWID;
CREATE INDEX known_decided ON known (claim) WHERE decided = 1;
CREATE TABLE keyed_through (batch BIGINT, rules TEXT);
CREATE TABLE filled (name TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE erasure (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE pending (kind TEXT, id TEXT, sequence INTEGER, offset INTEGER, size INTEGER);
"""
CURRENT = (
    "NOT EXISTS (SELECT 1 FROM superseded WHERE superseded.document = claim.document) "
    "AND NOT EXISTS (SELECT 1 FROM withdrawn WHERE withdrawn.kind = 'claim' AND withdrawn.id = claim.id)"
)
TABLES = (
    "batch",
    "record",
    "capture",
    "document",
    "superseded",
    "withdrawn",
    "masks",
    "claim",
    "term",
    "time",
    "said",
    "word",
    "facts",
    "linked",
    "keyed",
    "known",
    "keyed_through",
    "erasure",
    "pending",
    "named",
    "outlet",
    "outlet_name",
    "shown_anew",
    "filled",
)
COUNTED = (
    "superseded",
    "withdrawn",
    "term",
    "time",
    "said",
    "facts",
    "word",
    "named",
    "outlet",
    "outlet_name",
    "shown_anew",
)
"""Tables whose rows are counted as they are filled: how many there have to be is told by no record."""
OF_KIND = {
    "capture": ("DELETE FROM capture WHERE id = ?",),
    "document": ("DELETE FROM document WHERE id = ?",),
    "masks": ("DELETE FROM masks WHERE id = ?",),
    "claim": (
        "DELETE FROM claim WHERE id = ?",
        "DELETE FROM linked WHERE claim = ?",
        "DELETE FROM keyed WHERE claim = ?",
        "DELETE FROM known WHERE claim = ?",
    ),
}
"""What takes a record of a kind out of the index, beside its row in the table of all."""


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield *values*, each once and in order, as many at a time as one query takes."""
    ordered = iter(sorted(set(values)))
    while some := list(itertools.islice(ordered, 500)):
        yield some


def marks(values: Sequence[str]) -> str:
    """Return a mark for each of *values*, as a query takes them."""
    return ", ".join("?" * len(values))
