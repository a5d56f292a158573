"""Every record that crosses a boundary: frozen, comparable, and the same value again after JSON.

The records are declared once, here; the JSON shape, the JSON Schema and the identities follow from
the declarations. A `Mention` is written flat: the value's own fields, then ``spans``, ``readings`` and
``rule``. With one reading the fields hold it and ``readings`` is empty; with none or several the
fields are null and ``readings`` lists the several.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import rfc8785

T = TypeVar("T", bound="Record")
JSON = dict[str, Any]


class AllegataError(Exception):
    """Root of everything allegata raises on purpose; the message names the input and the mend.

    * AllegataError
      x InputError       a file, address or option that cannot be used
        - LanguageError  a text in a language that has no reader
      x LedgerError      a ledger that cannot be opened, written or trusted
        - AccessError    a login that is refused, or something an account may not do
      x DataError        a table or model of the package that is broken
    """


class InputError(AllegataError):
    """A file, address or option that cannot be used."""


class LanguageError(InputError):
    """A text in a language that has no reader."""


class LedgerError(AllegataError):
    """A ledger that cannot be opened, written or trusted."""


class AccessError(LedgerError):
    """A login that is refused, or something that an account may not do."""


class DataError(AllegataError):
    """A table or model of the package that is broken."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen value; equal when its fields are equal."""


class Span(Record, frozen=True, order=True):
    """A stretch of ``Document.text``.

    start, end: code points, half-open. text: exactly those code points.
    """

    start: int
    end: int
    text: str


def span_of(text: str, start: int, end: int) -> Span:
    """Return the span of *text* from *start* to *end* (code points, half-open).

    >>> span_of("sixty arrested", 0, 5).text
    'sixty'
    """
    return Span(start, end, text[start:end])


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


class Mention(Generic[T]):
    """Spans plus the values they may stand for.

    readings: one value when sure, none when unresolved, several when the text supports several.
    rule: name of what read it; not part of any identity.
    """

    __slots__ = ("readings", "rule", "spans")

    def __init__(self, spans: Iterable[Span], readings: Iterable[T], rule: str = "") -> None:
        object.__setattr__(self, "spans", tuple(spans))
        object.__setattr__(self, "readings", tuple(readings))
        object.__setattr__(self, "rule", rule)

    spans: tuple[Span, ...]
    readings: tuple[T, ...]
    rule: str

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Mention is frozen: {name}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mention):
            return NotImplemented
        return (self.spans, self.readings, self.rule) == (other.spans, other.readings, other.rule)

    def __hash__(self) -> int:
        return hash((self.spans, self.readings, self.rule))

    def __repr__(self) -> str:
        return f"Mention({self.spans!r}, {self.readings!r}, {self.rule!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Mention, (self.spans, self.readings, self.rule)

    @property
    def value(self) -> T | None:
        """The one reading, or null when there is none or several."""
        return self.readings[0] if len(self.readings) == 1 else None

    @property
    def text(self) -> str:
        """The words of the first span, empty when the value was not written anywhere."""
        return self.spans[0].text if self.spans else ""


Modifier = Literal["exact", "at_least", "more_than", "at_most", "nearly", "about", "range", "vague", "none"]
SpeakerKind = Literal["official", "independent", "opposition", "media", "outlet", "unknown"]
Form = Literal["direct", "indirect", "mixed"]
Status = Literal["asserted", "denied", "unverified", "intended", "retracted"]
EvidenceClass = Literal["shown", "cited", "refused", "absence_noted", "none_stated"]
StanceClass = Literal["neutral", "distanced", "disputed"]
Relation = Literal["same", "revises", "part_of", "additional", "denies", "contradicts", "distinct"]
CalendarName = Literal["gregorian", "persian", "islamic"]
Precision = Literal["day", "week", "month", "season", "year", "range", "vague"]


class Count(Record, frozen=True):
    """How many of what.

    low, high: inclusive; null means no bound is stated. unit: singular, never converted.
    phrase: the number words. profile: where the bounds come from (``exact`` when the words state them).
    leans: the words make it lean on another count: "another fifty" is additional, "ten of them" part_of.
    """

    low: int | None
    high: int | None
    unit: str | None
    modifier: Modifier
    phrase: str
    profile: str
    leans: Literal["additional", "part_of"] | None = None


class Period(Record, frozen=True):
    """Days, half-open; null where the text leaves an end open or the expression has no anchor.

    timex: TIMEX3 value. calendar: the one the words are in.
    """

    start: str | None
    end: str | None
    timex: str
    calendar: CalendarName
    precision: Precision


class Place(Record, frozen=True):
    """A gazetteer entry. id: ``iso:XX-YY`` or ``geonames:N``; country: ISO 3166-1 alpha-2; admin1: its name."""

    name: str
    id: str | None
    country: str | None
    admin1: str | None
    level: str


class Actor(Record, frozen=True):
    """Who acted, was acted on, or passed words on. id: in the alias table, null if it has no row."""

    name: str
    id: str | None


class Speaker(Record, frozen=True):
    """The person or body a source span stands for.

    named: an individual's name is known from the document. anonymous: the document withholds it.
    """

    name: str | None
    role: str | None
    body: str | None
    id: str | None
    kind: SpeakerKind
    named: bool
    anonymous: bool


class Attribution(Record, frozen=True):
    """Whose words the content is. inside: id of the attribution this one is nested in."""

    id: str
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    form: Form
    inside: str | None


class Evidence(Record, frozen=True):
    """What the document says the claim rests on."""

    class_: EvidenceClass = msgspec.field(name="class")
    spans: tuple[Span, ...] = ()


class Stance(Record, frozen=True):
    """The document's own distance from the claim."""

    class_: StanceClass = msgspec.field(name="class")
    spans: tuple[Span, ...] = ()


class Rules(Record, frozen=True, omit_defaults=True):
    """Versions of what read the claim: model, rules and tables.

    decisions: what people decided about it, "count corrected by NAME", in order; left out of the JSON where there is none.
    """

    model: str
    tables: str
    decisions: tuple[str, ...] = ()


class Claim(Record, frozen=True):
    """One happening under one attribution.

    id: hash of everything else but ``rules`` and the mentions' ``rule``. passage: the sentences it stands in.
    conduits: ordered from the speaker outward, without the outlet. spoken: when it was said.
    period: when it happened; never filled with the publication date. places: a conjunction.
    also_actions: further actions over the same people. Absent is null or empty.
    """

    id: str
    document: DocumentRef
    passage: Span
    attribution: Attribution | None
    speakers: tuple[Mention[Speaker], ...]
    conduits: tuple[Mention[Actor], ...]
    spoken: Mention[Period] | None
    status: Status
    action: str
    also_actions: tuple[str, ...]
    actor: Mention[Actor] | None
    target: Mention[Actor] | None
    count: Mention[Count] | None
    places: tuple[Mention[Place], ...]
    period: Mention[Period] | None
    penalty: str | None
    stage: str | None
    evidence: Evidence
    stance: Stance
    rules: Rules


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


class LeftOut(Record, frozen=True):
    """A claim that does not add to a total, and why.

    into: the claim it was merged into, is part of, or denies, if any. sure: false where that rests on a doubtful link, so that
    the claim may add to the high.
    """

    claim: str
    why: str
    into: str | None = None
    sure: bool = True


class Share(Record, frozen=True):
    """What one claim, with all that is merged into it, adds to a total: the shares sum to its low and its high.

    low: 0 where the claim is merged only by doubtful links. high: null where no upper bound is stated. why: where that is not
    what the merged claims say, what was done to it; else empty.
    """

    claim: str
    low: int
    high: int | None
    why: str = ""


class Total(Record, frozen=True):
    """What a selection of claims adds up to, for one action and one unit. Counts of claims, not of people.

    low: doubtful links accepted; high: doubtful links refused, null when no upper bound is stated. shares: what each claim
    adds to them, in order of ids. counted: the claims that add to low.
    """

    action: str
    low: int
    high: int | None
    unit: str
    counted: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    shares: tuple[Share, ...] = ()


class Silence(Record, frozen=True):
    """What was shown for the claims of everybody, of a body or of a speaker. Counts of claims, never of people; no measure of truth.

    body, speaker: null where no body, no official by name is known to speak. claims: those that surely are the same, once.
    printed: each as printed. reports: documents. Of *claims* so many have, in some report, named_individual, document,
    footage, other_shown; cited (said to exist), refused, absence_noted; confirmed (an independent speaker of another body
    says the same; confirmed_in_doubt: by a link in doubt). One may have several. nothing: neither shown nor confirmed, not even
    in doubt. counted: ids of the claims as printed, sorted.
    """

    of: Literal["all", "body", "speaker"]
    body: str | None
    speaker: str | None
    claims: int
    printed: int
    reports: int
    named_individual: int
    document: int
    footage: int
    other_shown: int
    confirmed: int
    confirmed_in_doubt: int
    nothing: int
    cited: int
    refused: int
    absence_noted: int
    counted: tuple[str, ...]


class Entry(Record, frozen=True):
    """One record in a batch: its kind, its id and the salted hash the batch commits to."""

    kind: str
    id: str
    commitment: str


class Batch(Record, frozen=True):
    """One append to a ledger.

    previous: hash of the batch before, 64 zeros for the first. recorded_at: ISO 8601, UTC. by: who.
    hash: sha256 of the canonical JSON of the other fields.
    """

    sequence: int
    previous: str
    entries: tuple[Entry, ...]
    recorded_at: str
    by: str
    hash: str


def _encode(value: Any) -> Any:
    if not isinstance(value, Mention):
        raise NotImplementedError(type(value))
    flat: JSON = {}
    if value.value is not None:
        flat = msgspec.to_builtins(value.value)
    elif value.readings:
        flat = dict.fromkeys(msgspec.to_builtins(value.readings[0]))
    flat["spans"] = msgspec.to_builtins(value.spans)
    flat["readings"] = [] if value.value is not None else msgspec.to_builtins(value.readings)
    flat["rule"] = value.rule
    return flat


def _decode(declared: Any, flat: Any) -> Any:
    if get_origin(declared) is not Mention or not isinstance(flat, dict):
        raise NotImplementedError(declared)
    kind: Any = get_args(declared)[0]
    spans = msgspec.convert(flat.get("spans", []), tuple[Span, ...])
    several = tuple(msgspec.convert(each, kind) for each in msgspec.convert(flat.get("readings", []), list[Any]))
    own = {name: value for name, value in flat.items() if name not in ("spans", "readings", "rule")}
    one = (
        (msgspec.convert(own, kind),)
        if own and not several and any(value is not None for value in own.values())
        else several
    )
    return Mention(spans, one, flat.get("rule", ""))


def to_json(record: Record) -> JSON:
    """Return *record* in the JSON shape, as plain dicts and lists.

    >>> to_json(Span(0, 5, "sixty"))
    {'start': 0, 'end': 5, 'text': 'sixty'}
    """
    plain: JSON = msgspec.to_builtins(record, enc_hook=_encode)
    return plain


R = TypeVar("R", bound=Record)


def from_json(kind: type[R], data: JSON) -> R:
    """Return the record of *kind* that *data* (as made by `to_json`) describes.

    Raises: InputError if a field is missing, unknown or of the wrong type.

    >>> from_json(Span, {"start": 0, "end": 5, "text": "sixty"})
    Span(start=0, end=5, text='sixty')
    """
    try:
        return msgspec.convert(data, kind, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise InputError(
            f"not a {kind.__name__}: {error}; see the JSON Schema that ships as data/schema.json"
        ) from error


def canonical(data: Any) -> bytes:
    """Return *data* (a record, or plain JSON) as RFC 8785 canonical JSON, UTF-8.

    Raises: InputError if it holds what such JSON cannot carry: a whole number beyond 2^53, half a character.

    >>> canonical({"b": 1, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    if isinstance(data, Record):
        quick = _quick(data)
        if quick is not None:
            return quick
    plain = to_json(data) if isinstance(data, Record) else data
    try:
        written = _COMPACT.encode(plain).encode("utf-8")
        return rfc8785.dumps(plain) if _WRITTEN_OTHERWISE.search(written) else written
    except (ValueError, TypeError) as error:
        why = str(error)[:80]
        raise InputError(f"a value cannot be kept as JSON ({why}); correct it in the file, or leave it out") from error


def _quick(record: Any) -> bytes | None:
    """Return *record*, or plain JSON made of one, as canonical JSON if that is easily seen to be what msgspec writes; no record has a fraction."""
    try:
        data = _SORTED.encode(record)
    except (ValueError, TypeError, NotImplementedError):
        return None
    seen = data.translate(_SEEN)
    return None if b"0" * 16 in seen or b"\1" in seen else data


_SORTED = msgspec.json.Encoder(order="sorted", enc_hook=_encode)
_SEEN = bytes.maketrans(b"123456789" + bytes(range(0xEE, 0xF5)), b"0" * 9 + b"\1" * 7)
"""Makes great numbers and letters beyond U+E000, which canonical JSON may refuse or sort otherwise, easy to look for."""
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_WRITTEN_OTHERWISE = re.compile(rb"(?:\A|[:,\[])-?(?:\d{16}|\d+[.eE])|[\xee-\xf4]")
"""What canonical JSON may write, refuse or sort in another way than `_COMPACT` does, which is much quicker: great numbers, fractions,
and keys with letters beyond U+E000."""


def digest(*parts: object) -> str:
    """Return the sha256 (hex) of the canonical JSON array of *parts*.

    Raises: InputError as `canonical` does.

    >>> digest("a") == digest("a"), digest("a", "b") == digest("ab")
    (True, False)
    """
    return hashlib.sha256(b"[" + b",".join(map(canonical, parts)) + b"]").hexdigest()


def _digest_of_record(plain: Any) -> str:
    """Return the `digest` of *plain*, JSON made of a record: it has no fraction."""
    return hashlib.sha256(b"[" + (_quick(plain) or canonical(plain)) + b"]").hexdigest()


def _without(data: Any, dropped: frozenset[str]) -> Any:
    if isinstance(data, dict):
        return {name: _without(value, dropped) for name, value in data.items() if name not in dropped}
    if isinstance(data, list):
        return [_without(value, dropped) for value in data]
    return data


def claim_id(claim: Claim) -> str:
    """Return the identity of *claim*: the hash of its content without ``id``, ``rules`` and any mention's ``rule``.

    Reading the same document again with newer rules therefore keeps the id of a claim that did not change.
    """
    plain = to_json(claim)
    plain.pop("id")
    return _digest_of_record(_without(plain, frozenset({"rules", "rule"})))[:32]


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
    return _digest_of_record([[span.start, span.end] for part in parts for span in part])[:16]


def _mention_schema(kind: type[Record]) -> JSON:
    _, parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    own = parts[kind.__name__]["properties"]
    flat = {name: {"anyOf": [{"type": "null"}, rule]} for name, rule in own.items()}
    fixed = {
        "spans": {"type": "array", "items": {"$ref": "#/$defs/Span"}},
        "readings": {"type": "array", "items": parts[kind.__name__]},
        "rule": {"type": "string"},
    }
    return {"type": "object", "properties": flat | fixed, "required": list(fixed), "additionalProperties": False}


def schema(kind: type[Record] | None = None) -> JSON:
    """Return the JSON Schema (2020-12) of a record of *kind* as `to_json` gives it, without one of a claim.

    >>> sorted(schema()["$defs"])[:3]
    ['Attribution', 'Claim', 'DocumentRef']
    >>> sorted(schema(Link)["$defs"])
    ['Link', 'Reason']
    """
    kind = kind or Claim
    made: JSON = msgspec.json.schema(kind, schema_hook=lambda _: {"type": "object"})
    fields = made["$defs"][kind.__name__]["properties"]
    for name, declared in get_type_hints(kind).items():
        for part in (declared, *get_args(declared)):
            if get_origin(part) is Mention:
                rule = _mention_schema(get_args(part)[0])
                fields[name] = (
                    {"type": "array", "items": rule}
                    if get_origin(declared) is tuple
                    else {"anyOf": [{"type": "null"}, rule]}
                )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"allegata {kind.__name__.lower()}",
        **made,
    }
