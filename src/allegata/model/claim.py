"""What is claimed: one happening under one attribution, and the values that its fields have."""

from __future__ import annotations

from typing import Literal

import msgspec

from allegata.model.document import DocumentRef
from allegata.model.mention import Mention, Record, Span

Modifier = Literal["exact", "at_least", "more_than", "at_most", "nearly", "about", "range", "vague", "none"]
SpeakerKind = Literal["official", "independent", "opposition", "media", "outlet", "unknown"]
Form = Literal["direct", "indirect", "mixed"]
Status = Literal["asserted", "denied", "unverified", "intended", "retracted"]
EvidenceClass = Literal["shown", "cited", "refused", "absence_noted", "none_stated"]
StanceClass = Literal["neutral", "distanced", "disputed"]
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
    """A gazetteer entry. id: ``iso:XX-YY`` or ``geonames:N``; country: ISO 3166-1 alpha-2; admin1: its name; level: country, admin1, admin2 or city."""

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
