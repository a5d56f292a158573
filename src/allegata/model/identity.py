"""Identities: hashes of what a record says, the same wherever and whenever it is made."""

from __future__ import annotations

from typing import Any

import msgspec

from allegata.model.claim import Claim
from allegata.model.decision import Decision
from allegata.model.json import digest, digest_of_record, to_json
from allegata.model.mention import Span


def claim_id(claim: Claim) -> str:
    """Return the identity of *claim*: the hash of its content without ``id``, ``rules`` and any mention's ``rule``.

    Reading the same document again with newer rules therefore keeps the id of a claim that did not change.
    """
    plain = to_json(claim)
    plain.pop("id")
    return digest_of_record(_without(plain, frozenset({"rules", "rule"})))[:32]


def _without(data: Any, dropped: frozenset[str]) -> Any:
    if isinstance(data, dict):
        return {name: _without(value, dropped) for name, value in data.items() if name not in dropped}
    if isinstance(data, list):
        return [_without(value, dropped) for value in data]
    return data


def with_id(claim: Claim) -> Claim:
    """Return *claim* under its own identity."""
    return msgspec.structs.replace(claim, id=claim_id(claim))


def with_decision_id(decision: Decision) -> Decision:
    """Return *decision* under its own identity."""
    plain = to_json(decision)
    plain.pop("id")
    return msgspec.structs.replace(decision, id=digest("decision", plain)[:32])


def capture_id(body: str, url: str | None, fetched_at: str | None, origin: str) -> str:
    """Return the identity of a capture; *body* is the sha256 of its bytes."""
    return digest("capture", body, url, fetched_at, origin)[:32]


def document_id(capture: str, reader: str, text: str, given: dict[str, str]) -> str:
    """Return the identity of a document; *given* is the metadata given by hand."""
    return digest("document", capture, reader, text, given)[:32]


def attribution_id(*parts: tuple[Span, ...]) -> str:
    """Return the identity of an attribution, from where the spans of its source, cue and content stand."""
    return digest_of_record([[span.start, span.end] for part in parts for span in part])[:16]
