"""Stretches of a text, and the values that they may stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T", bound="Record")


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
