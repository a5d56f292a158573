"""Records as they leave a ledger: what is shown instead of an affected person."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from allegata import model
from allegata.ground.names import Names, without_names
from allegata.mask.outside import caption, names_outside
from allegata.mask.people import find_affected
from allegata.model.claim import Claim, Place
from allegata.model.decision import Decision, reason_of
from allegata.model.document import Capture, Document, DocumentRef, Masks
from allegata.model.json import from_json, to_json
from allegata.model.link import Finding
from allegata.model.mention import Record, Span

_CHOICES = frozenset(
    name
    for record in vars(model).values()
    if isinstance(record, type) and issubclass(record, Record)
    for name, declared in get_type_hints(record).items()
    if any(get_origin(part) is Literal for part in (declared, *get_args(declared)))
)


# Fields that hold codes of ours and never words of a document: a person called Day does not turn "day" into a mask.
_CODED = _CHOICES | frozenset([
    "action", "also_actions", "capture", "class", "country", "end", "id", "inside", "judge", "language", "level", "penalty", "profile", "reader",
    "rule", "stage", "start", "tables", "timex", "unit", "model",
])  # fmt: skip


def mask_text(text: str, masks: Masks, offset: int = 0) -> str:
    """Return *text*, which begins at code point *offset* of the document, with every masked stretch as ``[person N]``.

    >>> from allegata.model import MaskedSpan
    >>> mask_text("Ada Bo fled", Masks("d", (MaskedSpan(0, 6, 1),)))
    '[person 1] fled'
    """
    parts, at = [], offset
    end = offset + len(text)
    first = bisect_right(masks.stretches, offset, key=lambda each: each.end)
    for stretch in masks.stretches[first : bisect_left(masks.stretches, end, key=lambda each: each.start)]:
        parts.append(text[at - offset : max(at, stretch.start) - offset])
        parts.append(f"[person {stretch.number}]")
        at = min(end, stretch.end)
    return "".join(parts) + text[at - offset :]


def mask_span(span: Span, masks: Masks) -> Span:
    """Return *span* with its text masked and its offsets as they are; a span masked before is returned as it is."""
    if len(span.text) != span.end - span.start:
        return span
    return Span(span.start, span.end, mask_text(span.text, masks, span.start))


def _masked(value: Any, masks: Masks, names: Names) -> Any:
    """Return plain JSON with spans masked by offset and every other string by name."""
    if isinstance(value, dict):
        if set(value) == {"start", "end", "text"} and isinstance(value["start"], int):
            return to_json(mask_span(Span(value["start"], value["end"], value["text"]), masks))
        return {key: each if _is_code(key, each) else _masked(each, masks, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each, masks, names) for each in value]
    if isinstance(value, str):
        return without_names(value, names)
    return value


def _is_code(key: str, value: Any) -> bool:
    """Whether *value* is a code of ours: a string, or several, in a coded field."""
    return key in _CODED and (isinstance(value, str) or all(isinstance(each, str) for each in value or ()))


def mask_claim(claim: Claim, document: Document, masks: Masks) -> Claim:
    """Return *claim* without a name of an affected person in any string; its places no finer than province where one is named."""
    plain = to_json(claim)
    if masks.stretches:
        plain = _masked(plain, masks, names_outside(document.text, masks, document.language))
    about = _fronted(plain["document"], ("title", "outlet", "url"), document, masks)
    if not masks.stretches and about == plain["document"]:
        return claim
    made = from_json(Claim, {**plain, "id": claim.id, "document": about})
    first = bisect_right(masks.stretches, claim.passage.start, key=lambda each: each.end)
    if any(each.start < claim.passage.end for each in masks.stretches[first : first + 1]):
        fields = to_json(made)
        fields["places"] = [_coarse(place) for place in fields["places"]]
        made = from_json(Claim, fields)
    return made


def _coarse(place: dict[str, Any]) -> dict[str, Any]:
    def wider(value: dict[str, Any]) -> dict[str, Any]:
        if not _is_fine(value):
            return value
        name = value["admin1"] or value["country"]
        return value | to_json(Place(name, None, value["country"], value["admin1"], "admin1"))

    finer = any(map(_is_fine, (place, *place["readings"])))
    made = wider(place) | {"readings": [wider(each) for each in place["readings"]]}
    return made | ({"spans": []} if finer else {})


def _is_fine(value: dict[str, Any]) -> bool:
    """Return whether a place, as JSON, is finer than a first-level division."""
    return value.get("level") not in (None, "country", "admin1")


@lru_cache(maxsize=64)
def _shown(text: str, masks: Masks) -> str:
    return mask_text(text, masks)


def _fronted(plain: dict[str, Any], fields: Iterable[str], document: Document, masks: Masks) -> dict[str, Any]:
    """Return *plain* with what stands outside the text in *fields* masked: titles, outlets, addresses, file names."""
    names = names_outside(document.text, masks, document.language)
    shown = _shown(document.text, masks)
    return plain | {
        field: caption(without_names(plain[field], names), shown, document.language) for field in fields if plain[field]
    }


def mask_document(document: Document, masks: Masks) -> Document:
    """Return *document* with masked text, title, outlet, byline and address; its other fields as they are."""
    front = _fronted(to_json(document), ("title", "outlet", "byline", "url"), document, masks)
    return from_json(Document, {**front, "text": _shown(document.text, masks)})


def _typed(reason: str, own: Masks, shown: Sequence[tuple[Document, Masks]]) -> str:
    """Return *reason* without the names that *own* finds in it; one that a document masks, too, has its number there."""
    parts, at = [], 0
    for stretch in own.stretches:
        name = reason[stretch.start : stretch.end]
        numbered = (
            without_names(name, names_outside(document.text, masks, document.language)) for document, masks in shown
        )
        parts += [reason[at : stretch.start], next((each for each in numbered if each != name), "[person]")]
        at = stretch.end
    return "".join(parts) + reason[at:]


def mask_decision(decision: Decision, shown: Sequence[tuple[Document, Masks]]) -> Decision:
    """Return *decision* with masked quotations, and without a name that the documents *shown* mask, whoever typed it.

    What it quotes of a document that is not shown is left out. The reason has masks of its own, under the id of the decision: where
    *shown* has none, it is read for them. A decision without an id has none.
    """
    own = next((masks for document, masks in shown if document.id == decision.id), None)
    shown = [each for each in shown if each[0].id != decision.id]
    if decision.id and own is None:
        own = find_affected(reason_of(decision), ())
    plain = to_json(decision) | {"reason": _typed(decision.reason, own, shown) if own else decision.reason}
    known = {document.id: (document, masks) for document, masks in shown}
    for document, masks in shown:
        plain = _masked(plain, Masks(document.id, ()), names_outside(document.text, masks, document.language))
    plain |= {"id": decision.id, "undoes": decision.undoes, "field": decision.field}
    for subject, made in zip(decision.subjects, plain["subjects"], strict=True):
        made |= {"claim": subject.claim, "document": subject.document, "body": subject.body}
        if subject.document not in known:
            spans = [Span(each.start, each.end, "") for each in (subject.passage, *subject.spans)]
            made |= {"url": None, "said": {}}
        else:
            made |= _fronted({"url": subject.url}, ("url",), *known[subject.document])
            spans = [mask_span(each, known[subject.document][1]) for each in (subject.passage, *subject.spans)]
        made |= {"passage": to_json(spans[0]), "spans": [to_json(each) for each in spans[1:]]}
    return from_json(Decision, plain)


def outward(kind: str, record: Record, shown: Sequence[tuple[Document, Masks]]) -> Record:
    """Return *record* as it leaves a ledger: masked by the masks of the documents it speaks of.

    Without the masks of its document a claim or document is not shown at all.

    Raises: ValueError if they are missing.
    """
    match record:
        case Claim() | Document():
            if not shown:
                raise ValueError(f"{kind} has no masks")
            document, masks = shown[0]
            return mask_claim(record, document, masks) if isinstance(record, Claim) else mask_document(record, masks)
        case Capture():
            for document, masks in shown:
                record = from_json(Capture, _fronted(to_json(record), ("origin", "url"), document, masks))
            return record
        case Finding():
            for document, masks in shown:
                if masks.stretches:
                    about = masks if record.document == document.id else Masks(document.id, ())
                    record = from_json(
                        Finding, _masked(to_json(record), about, names_outside(document.text, masks, document.language))
                    )
            return record
        case Decision():
            return mask_decision(record, shown)
        case DocumentRef() | _:
            return record
