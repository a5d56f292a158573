"""What a time expression is read by: the day it counts from, the text around it, and the words of time."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from allegata.ground.country import country_context
from allegata.ground.gazetteer import find_toponyms, resolve
from allegata.ground.lexicon import pattern, table
from allegata.model.claim import Period
from allegata.model.error import InputError

SOLAR_LANDS = frozenset({"IR", "AF"})
"""Countries (alpha-2) whose own years are Persian ones."""
Parts = dict[str, str]


@dataclass(frozen=True)
class Anchor:
    """What relative words count from: the day if known, else the days it lies between (both included)."""

    day: date | None
    earliest: date | None
    latest: date | None


NOWHERE = Anchor(None, None, None)


def anchor_of(given: str | None) -> Anchor:
    """Return the anchor of YYYY[-MM[-DD]]; a partial date is a bound and not a day.

    Raises: InputError for anything else.

    >>> anchor_of("2019-04").day, anchor_of("2019-04").latest
    (None, datetime.date(2019, 4, 30))
    """
    if not given:
        return NOWHERE
    try:
        parts = [int(part) for part in given.split("-")]
        if len(parts) == 3:
            day = date(*parts)
            return Anchor(day, day, day)
        first, last = (parts[1], parts[1]) if len(parts) == 2 else (1, 12)
        return Anchor(None, date(parts[0], first, 1), date(parts[0], last, monthrange(parts[0], last)[1]))
    except ValueError as error:
        raise InputError(f"{given[:40]!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD") from error


@dataclass(frozen=True)
class Scene:
    """A text and what it says of its years: read only when a year asks for it."""

    text: str
    language: str

    @cached_property
    def lands(self) -> frozenset[str]:
        """The countries (alpha-2) the text speaks of."""
        places = resolve(find_toponyms(self.text, self.language), self.text, None, self.language)
        named = {place.value.country for place in places if place.value}
        most = country_context(self.text, self.language)
        return frozenset(each for each in (*named, most) if each)

    @cached_property
    def solar(self) -> bool:
        """Whether the text speaks of a country whose own years are Persian ones."""
        named = pattern(self.language, "solar_land").search(self.text)
        return named is not None or bool(self.lands & SOLAR_LANDS)

    @cached_property
    def medieval(self) -> bool:
        """Whether a year of three or four centuries of the Middle Ages would be at home in the text."""
        return bool(self.lands) or pattern(self.language, "medieval").search(self.text) is not None


@dataclass(frozen=True)
class Setting:
    """What a time expression is read by.

    ahead: the verb looks forward. told: the times told before it in the text, the nearest first; empty if none is near.
    """

    anchor: Anchor
    language: str
    scene: Scene
    ahead: bool = False
    told: tuple[Period, ...] = ()


@cache
def values(language: str, kind: str) -> dict[str, str]:
    """Return what the words of *kind* of time_words.tsv stand for; to the amounts belong the number words.

    >>> values("en", "season")["fall"], values("en", "amount")["twelve"]
    ('FA', '12')
    """
    found = {row["word"]: row["value"] for row in table(f"{language}/time_words") if row["kind"] == kind}
    if kind == "amount":
        numbers = [row for row in table(f"{language}/numbers") if row["kind"] == "unit"]
        found |= {row["word"]: row["value"] for row in numbers if int(row["value"])}
    return found


@cache
def months(language: str) -> dict[str, tuple[str, int, str]]:
    """Return calendar, number and needs of each month's name.

    >>> months("en")["esfand"]
    ('persian', 12, '')
    """
    return {row["name"]: (row["calendar"], int(row["month"]), row["needs"]) for row in table(f"{language}/months")}


@cache
def feasts(language: str) -> dict[str, tuple[str, int, int]]:
    """Return calendar, month and day of each feast.

    >>> feasts("en")["ashura"]
    ('islamic', 1, 10)
    """
    rows = table(f"{language}/feasts")
    return {row["name"]: (row["calendar"], int(row["month"]), int(row["day"])) for row in rows}


def folded(words: str) -> str:
    """Return *words* as the tables write them."""
    return " ".join(words.lower().replace("’", "'").rstrip(".").split())


def word_value(parts: Parts, kind: str, language: str) -> str:
    """Return what the word of *kind* among the parts stands for, empty if there is none."""
    return values(language, kind).get(folded(parts.get(kind, "")), "")


def amount_of(parts: Parts, language: str) -> tuple[int, str]:
    """Return how many of which unit."""
    word = folded(parts["amount"])
    return int(values(language, "amount").get(word, word)), values(language, "unit")[folded(parts["unit"])]


def year_calendars(year: int, scene: Scene) -> tuple[str, ...]:
    """Return the calendars a bare year may be of: 1300 to 1500 is Persian unless the text is at home in the Middle Ages.

    >>> year_calendars(1397, Scene("Ten were held in Tehran.", "en"))
    ('persian',)
    >>> year_calendars(1397, Scene("The bishop left in 1397.", "en"))
    ('gregorian',)
    """
    if 1300 <= year < 1500:
        return ("gregorian",) if not scene.solar and scene.medieval else ("persian",)
    return ("gregorian",) if 1500 <= year <= 2100 else ()
