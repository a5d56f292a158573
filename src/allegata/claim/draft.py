"""A claim while it is being read, and what every rule may look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from allegata.model.claim import Evidence, Stance

from .page import Stretches, between, cue_start

if TYPE_CHECKING:
    from allegata.model.claim import Actor, Attribution, Count, Period, Place, Rules, Status
    from allegata.model.mention import Mention, Span

    from .conduit import Trail
    from .happening import Happening
    from .moment import Moments
    from .page import Page
    from .speaker import Voice


@dataclass(frozen=True)
class Draft:
    """A claim being read: what the rules have found of it so far. denied_by: the cue of another party's denial.
    apart: the stretch of an item of a list in which its own place and time stand.
    """

    happening: Happening
    attribution: Attribution | None = None
    chain: tuple[Attribution, ...] = ()
    count: Mention[Count] | None = None
    target: Mention[Actor] | None = None
    actor: Mention[Actor] | None = None
    spoken: Mention[Period] | None = None
    period: Mention[Period] | None = None
    places: tuple[Mention[Place], ...] = ()
    evidence: Evidence = field(default_factory=lambda: Evidence("none_stated"))
    stance: Stance = field(default_factory=lambda: Stance("neutral"))
    status: Status = "asserted"
    denied_by: Span | None = None
    apart: tuple[int, int] | None = None


class Alone(NamedTuple):
    """A voice by its number, and from which to which offset nobody else is quoted."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """What every rule may look at: the page, its attributions in reading order, the voice behind each, when it spoke and who passed it on."""

    page: Page
    attributions: tuple[Attribution, ...]
    voices: dict[str, Voice]
    moments: Moments
    trail: Trail
    contents: Stretches
    rules: Rules

    def voice_of(self, draft: Draft) -> Voice | None:
        """Return who says *draft*, null if nobody does."""
        return self.voices[draft.attribution.id] if draft.attribution else None

    def in_content(self, where: tuple[int, int]) -> list[Attribution]:
        """Return the attributions whose content holds *where*, in reading order."""
        return [self.attributions[number] for number in self.contents.holding(where)]

    def cued(self, start: int, end: int) -> Sequence[Attribution]:
        """Return the attributions whose cue begins from *start* up to, not including, *end*."""
        return between(self.attributions, start, end, cue_start)

    def number_of(self, attribution: Attribution) -> int:
        """Return the number of the voice behind *attribution*."""
        return self.voices[attribution.id].number

    @cached_property
    def sole_party(self) -> Alone | None:
        """The authority that is quoted first, as long as nobody but outlets is quoted beside it; null if another party is first."""
        heard = [
            each
            for each in self.attributions
            if each.id not in self.trail.passing and self.voices[each.id].speaker.kind not in ("media", "outlet")
        ]
        if not heard or self.voices[heard[0].id].speaker.kind != "official":
            return None
        number = self.number_of(heard[0])
        others = (cue_start(each) for each in heard if self.number_of(each) != number)
        return Alone(number, cue_start(heard[0]), next(others, len(self.page.document.text)))

    @cached_property
    def sources(self) -> Stretches:
        """The words that say who speaks."""
        return Stretches.of(each.source for each in self.attributions)

    @cached_property
    def by_id(self) -> dict[str, Attribution]:
        """The attributions by id."""
        return {each.id: each for each in self.attributions}


def happening_start(draft: Draft) -> int:
    """Return where the words start that tell what happened: the order of drafts in a document."""
    return draft.happening.start


Rule = Callable[[tuple[Draft, ...], Reading], tuple[Draft, ...]]
