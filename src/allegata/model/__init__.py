"""Every record that crosses a boundary: frozen, comparable, and the same value again after JSON.

The records are declared once, in a module for each kind of thing they say; the JSON shape (`json`), the JSON Schema
(`json_schema`) and the identities (`identity`) follow from the declarations. All public names are importable from here.
"""

from __future__ import annotations

from allegata.model.batch import Batch, Entry
from allegata.model.claim import (
    Actor,
    Attribution,
    CalendarName,
    Claim,
    Count,
    Evidence,
    EvidenceClass,
    Form,
    Modifier,
    Period,
    Place,
    Precision,
    Rules,
    Speaker,
    SpeakerKind,
    Stance,
    StanceClass,
    Status,
)
from allegata.model.decision import Decision, DecisionKind, Subject, reason_of
from allegata.model.document import Basis, Capture, Document, DocumentRef, MaskedSpan, Masks
from allegata.model.error import AccessError, AllegataError, DataError, InputError, LanguageError, LedgerError
from allegata.model.identity import attribution_id, capture_id, claim_id, document_id, with_decision_id, with_id
from allegata.model.json import JSON, canonical, digest, from_json, to_json
from allegata.model.json_schema import schema
from allegata.model.link import Finding, Group, Link, Reason, Relation, Step, Variant
from allegata.model.mention import Mention, Record, Span, span_of
from allegata.model.total import LeftOut, Share, Silence, Total

__all__ = [
    "JSON",
    "AccessError",
    "Actor",
    "AllegataError",
    "Attribution",
    "Basis",
    "Batch",
    "CalendarName",
    "Capture",
    "Claim",
    "Count",
    "DataError",
    "Decision",
    "DecisionKind",
    "Document",
    "DocumentRef",
    "Entry",
    "Evidence",
    "EvidenceClass",
    "Finding",
    "Form",
    "Group",
    "InputError",
    "LanguageError",
    "LedgerError",
    "LeftOut",
    "Link",
    "MaskedSpan",
    "Masks",
    "Mention",
    "Modifier",
    "Period",
    "Place",
    "Precision",
    "Reason",
    "Record",
    "Relation",
    "Rules",
    "Share",
    "Silence",
    "Span",
    "Speaker",
    "SpeakerKind",
    "Stance",
    "StanceClass",
    "Status",
    "Step",
    "Subject",
    "Total",
    "Variant",
    "attribution_id",
    "canonical",
    "capture_id",
    "claim_id",
    "digest",
    "document_id",
    "from_json",
    "reason_of",
    "schema",
    "span_of",
    "to_json",
    "with_decision_id",
    "with_id",
]
