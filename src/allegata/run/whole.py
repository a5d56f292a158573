"""One claim of a ledger with all that is told of it: its links, its group, what people decided, and what it was read from."""

from __future__ import annotations

from typing import Any, NamedTuple

from allegata.ledger import Ledger, Ruling
from allegata.model.batch import Batch
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document
from allegata.model.error import LedgerError
from allegata.model.json import to_json
from allegata.model.link import Group, Link
from allegata.read.positions import byte_range
from allegata.run.pipeline import group_of


class WholeClaim(NamedTuple):
    """A claim and what stands around it. group: null where no other claim is the same. batch: that which entered its document.

    at: where its passage stands among the captured bytes, half-open; null where that cannot be told.
    """

    claim: Claim
    document: Document
    capture: Capture
    batch: Batch
    links: tuple[Link, ...]
    rulings: tuple[Ruling, ...]
    group: Group | None
    at: tuple[int, int] | None


def whole_claim(ledger: Ledger, prefix: str) -> WholeClaim:
    """Return the claim whose id begins with *prefix*, rejected or not, with what stands around it.

    Raises: InputError if none or several do.
    """
    claim = ledger.claim(prefix)
    document = ledger.document(claim.document.id)
    capture, batch = ledger.origin(document)
    links = tuple(ledger.links(of=[claim.id]))
    rulings = tuple(each for each in ledger.rulings() if claim.id in each.claims)
    return WholeClaim(
        claim, document, capture, batch, links, rulings, group_of(ledger, claim), _at(ledger, claim, capture)
    )


def _at(ledger: Ledger, claim: Claim, capture: Capture) -> tuple[int, int] | None:
    # By the text as it was read, which the offsets are of; only the range leaves.
    kept = ledger.document_with(claim.document.id)
    try:
        body = ledger.capture_bytes(capture.body)
    except LedgerError:
        return None
    passage = claim.passage
    return byte_range(kept.text, body, capture.media_type, passage.start, passage.end) if kept else None


def json_of_whole(whole: WholeClaim) -> dict[str, Any]:
    """Return *whole* as one JSON object, as ``allegata show`` prints it."""
    batch = whole.batch
    return {
        "claim": to_json(whole.claim),
        "links": [to_json(each) for each in whole.links],
        "group": to_json(whole.group) if whole.group else None,
        "decisions": [to_json(each) for each in whole.rulings],
        "capture": to_json(whole.capture),
        "bytes": {"start": whole.at[0], "end": whole.at[1]} if whole.at else None,
        "reader": whole.document.reader,
        "basis": [to_json(each) for each in whole.document.basis],
        "batch": {"sequence": batch.sequence, "hash": batch.hash, "recorded_at": batch.recorded_at, "by": batch.by},
    }
