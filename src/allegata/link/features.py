"""What of a claim is compared, small enough to be kept for every claim of a ledger."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import msgspec

from allegata.ground.lexicon import pattern, table, words
from allegata.ground.place import country_code, country_names, told_places
from allegata.ground.quantity import find_quantities
from allegata.ground.timex import weekdays
from allegata.model.claim import Claim, Count, Period, Place, Speaker, Status
from allegata.model.mention import Mention, Span

BITS = 512
"""Places in a set of words: two of the twenty words of a passage fall on one place once in three passages."""
WIDE = ("country", "admin1")
"""Levels of places that are no towns."""
SIDES = ("opposition", "independent")
"""Kinds of speakers that do not speak for those of any other kind."""
STEM = 6
"""Letters of a word that are compared."""
WORD = re.compile(r"[^\W_]+")
SEVERAL = 3
"""Least number that a statement is known by."""
RUN = 4
"""Words in a run that copies share."""
FAR_AWAY = 4_000_000
"""The day, as a number, of an end that is open."""
AGO = 3
"""Days before publication within which a statement without a day was made."""
Days = tuple[int, int]
"""First and last day, both included, as ordinals of the calendar."""


class Features(msgspec.Struct, frozen=True, gc=False):
    """The fields of a claim that are compared.

    at: where passage and count begin, for reading order. until: where the passage ends. disputed: where the words begin by which its document disputes it. kind: words of the sort counted, as bits. low, high: None without a number or an upper bound. stated: the number
    that the words state. day: between which days it was said; dated: whether the text says when. period: between which days it
    happened. countries: of all readings. divisions: "IR:East Azerbaijan". towns: ids of places below the division, and
    how their names sound. quarters: how the names sound that words like "district" mark as places.
    surname: how the name sounds. hidden: who speaks asked not to be named, or is not. words, runs, names: sets of content words, of runs of words and of proper names, as bits; called:
    the names that are no places of the claim. told: the numbers in the passage of a claim without a count. headline: the passage opens the
    document and is no sentence. grows: the passage has a word of numbers that change. bare: the number is all that is said.
    """

    id: str
    document: str
    at: tuple[int, int]
    until: int
    disputed: int | None
    status: Status
    action: str
    also: tuple[str, ...]
    low: int | None
    high: int | None
    modifier: str
    unit: str | None
    phrase: str
    kind: int
    stated: int | None
    counted: bool
    told: tuple[int, ...]
    surname: str
    person: str
    body: str
    side: str
    relayed: bool
    hidden: bool
    day: Days | None
    dated: bool
    period: Days | None
    countries: tuple[str, ...]
    divisions: tuple[str, ...]
    towns: tuple[str, ...]
    quarters: tuple[str, ...]
    target: str
    penalty: str
    headline: bool
    passage: int
    words: int
    runs: int
    names: int
    called: int
    grows: bool
    bare: bool


def value_of(mention: Mention[Count] | None) -> Count | None:
    """Return the count of a mention, null when it is none or in doubt."""
    return mention.value if mention else None


def stated(count: Count) -> int | None:
    """Return the number the words state under a hedge, null for a vague word.

    >>> stated(Count(48, 72, "person", "about", "about 60", "default"))
    60
    """
    if count.modifier in ("exact", "at_least"):
        return count.low
    if count.modifier == "more_than":
        return _written(count) or count.low
    if count.modifier in ("at_most", "nearly"):
        return count.high
    if count.modifier == "about" and count.low is not None and count.high is not None:
        return _written(count) or (count.low + count.high) // 2
    return None


def _written(count: Count) -> int | None:
    """Return the digits of the phrase where they lie at or beside the bounds: "over 60" may have 60 or 61 as its low."""
    digits = re.sub(r"(?<=\d)[,.\s](?=\d{3}(?!\d))", "", count.phrase)
    found = re.findall(r"\d+", digits)
    number = int(found[0]) if len(found) == 1 and len(found[0]) < 12 else None
    if number is None or (count.low is not None and number < count.low - 1):
        return None
    return number if count.high is None or number <= count.high else None


def features_of(claim: Claim) -> Features:
    """Return what of *claim* is compared."""
    count, speaker = value_of(claim.count), claim.speakers[0].value if claim.speakers else None
    day, dated = _said(claim)
    sets = _sets(claim)
    person = (speaker.name or "") if speaker and speaker.kind not in ("media", "outlet") else ""
    target = claim.target.value if claim.target else None
    return Features(
        id=claim.id,
        document=claim.document.id,
        at=(claim.passage.start, claim.count.spans[0].start if claim.count and claim.count.spans else 0),
        until=claim.passage.end,
        disputed=claim.stance.spans[0].start if claim.stance.class_ == "disputed" else None,
        status=claim.status,
        action=claim.action,
        also=claim.also_actions,
        low=count.low if count else None,
        high=count.high if count else None,
        modifier=count.modifier if count else "none",
        unit=count.unit if count else None,
        phrase=count.phrase if count else "",
        kind=_kind(claim),
        stated=stated(count) if count else None,
        counted=count is not None,
        told=_numbers(claim) if count is None else (),
        surname=sound(re.split(r"[\s-]+", person.strip())[-1]) if person else "",
        person=person,
        body=(speaker.body or "") if speaker and speaker.kind not in ("media", "outlet") else "",
        side=speaker.kind if speaker and speaker.kind in SIDES else "",
        relayed=speaker is None or speaker.kind in ("media", "outlet"),
        hidden=speaker is not None and speaker.anonymous,
        day=day,
        dated=dated,
        period=_days(claim.period.value) if claim.period else None,
        countries=_countries(claim, speaker),
        divisions=_sorted(f"{place.country}:{place.admin1}" for place in _places(claim) if place.admin1),
        towns=_towns(claim),
        quarters=_quarters(claim),
        target=(target.id or "") if target else "",
        penalty=claim.penalty or "",
        headline=claim.passage.start == 0 and claim.passage.text.rstrip()[-1:] not in '.!?"”',
        passage=zlib.crc32(claim.passage.text.encode()),
        words=sets.words,
        runs=sets.runs,
        names=sets.names,
        called=sets.called,
        grows=bool(_growing().search(claim.passage.text)),
        bare=_is_bare(claim),
    )


def _is_bare(claim: Claim) -> bool:
    """Return whether the number is all that is said: "later she said over 40"."""
    content = claim.attribution.content if claim.attribution else ()
    spans = claim.count.spans if claim.count else ()
    if len(content) != 1 or len(spans) != 1 or not content[0].start <= spans[0].start <= spans[0].end <= content[0].end:
        return False
    start, end = spans[0].start - content[0].start, spans[0].end - content[0].start
    return not any(map(str.isalnum, content[0].text[:start] + content[0].text[end:]))


def _sorted(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))


def _places(claim: Claim) -> Iterator[Place]:
    return (place for mention in told_places(claim) for place in mention.readings)


def _towns(claim: Claim) -> tuple[str, ...]:
    below = (place for place in _places(claim) if place.level not in WIDE)
    return _sorted(each for place in below for each in (place.id, sound(place.name)) if each)


def _quarters(claim: Claim) -> tuple[str, ...]:
    wide = {sound(place.name) for place in _places(claim) if place.level in WIDE}
    marked = pattern(claim.document.language, "local_place").finditer(claim.passage.text) if claim.places else ()
    return _sorted(each for each in (sound(match["name"]) for match in marked) if each and each not in wide)


def _countries(claim: Claim, speaker: Speaker | None) -> tuple[str, ...]:
    """Return the countries of the places, else the one that the speaker's body is of."""
    found = _sorted(place.country for mention in claim.places for place in mention.readings if place.country)
    if found or speaker is None or not speaker.body:
        return found
    named = re.search(r"\(([^)]*)\)", speaker.body)
    code = country_code(named[1]) if named else None
    return (code,) if code else ()


def sound(name: str) -> str:
    """Return the consonants of *name* in one spelling, so that transliterations of it are equal.

    >>> sound("Alavi") == sound("Alawi"), sound("Mohseni-Ejei") == sound("Mohseni Ejehi".replace(" ", "-")), sound("Brill")
    (True, True, 'brl')
    """
    plain = unicodedata.normalize("NFKD", name.lower())
    letters = re.sub(r"[^a-z]", "", plain.replace("w", "v").replace("ph", "f").replace("q", "k"))
    bare = re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyh]", "", letters))
    return bare or letters


def ordinal(day: str) -> int:
    """Return the number of an ISO day; one before the year 1 is the first."""
    return date.fromisoformat(day).toordinal() if day > "0001" else 1


def _days(period: Period | None) -> Days | None:
    """Return the first and the last day of *period*; an open end is far away, null where both are open."""
    if period is None or (period.start is None and period.end is None):
        return None
    first = ordinal(period.start) if period.start else 1
    return first, max(first, ordinal(period.end) - 1) if period.end else FAR_AWAY


def _said(claim: Claim) -> tuple[Days | None, bool]:
    """Return between which days it was said, and whether the text says so."""
    spoken = _days(claim.spoken.value) if claim.spoken else None
    if spoken is not None:
        return spoken, True
    written = claim.document.published or ""
    if len(written) == 10:
        day = ordinal(written)
        return (max(1, day - AGO), day), False
    if len(written) == 7:
        first = date.fromisoformat(f"{written}-01")
        after = (first + timedelta(days=32)).replace(day=1)
        return (first.toordinal(), after.toordinal() - 1), False
    return None, False


class _Sets(NamedTuple):
    """What a passage says beside who, when, where and how many: its words, its runs of words, and the names in it, as bits."""

    words: int
    runs: int
    names: int
    called: int


def _sets(claim: Claim) -> _Sets:
    told = {(span.start, span.end) for span in _told(claim)}
    common = _common()
    names = runs = bits = 0
    sounds: set[str] = set()
    wide = {sound(word) for place in _places(claim) for word in (place.admin1 or "").split()}
    lowered = []
    for found in WORD.finditer(claim.passage.text):
        word = found[0]
        lower = word.lower()
        lowered.append(lower)
        start = found.start() + claim.passage.start
        if len(word) < 3 or word.isdigit() or {lower, lower[:STEM], lower.rstrip("s")} & common:
            continue
        if any(first <= start < last for first, last in told):
            continue
        if word[0].isupper() and sound(word) not in wide and not _begins(claim.passage.text, found.start()):
            sounds.add(sound(word))
        if len(word) > 3:
            bits |= _bit(lower[:STEM])
    called = 0
    for each in sounds:
        called |= _bit(each)
    for mention in told_places(claim):
        if mention.spans and all(place.level not in WIDE for place in mention.readings):
            sounds.update(sound(each) for each in mention.text.split() if each[:1].isupper())
    for each in sounds:
        names |= _bit(each)
    for start in range(len(lowered) - RUN + 1):
        runs |= _bit(" ".join(lowered[start : start + RUN]))
    return _Sets(bits, runs, names, called)


def _bit(word: str) -> int:
    return 1 << zlib.crc32(word.encode()) % BITS


def _begins(text: str, start: int) -> bool:
    """Return whether a word begins a sentence, so that its capital says nothing."""
    before = text[:start].rstrip(" \"'“”‘’«»(")
    return not before or before[-1] in ".!?:\n"


def _told(claim: Claim) -> Iterator[Span]:
    """Yield the spans of what is compared by itself: who said it, when, where it was, when it happened and how many."""
    if claim.attribution:
        yield from claim.attribution.source
        yield from claim.attribution.cue
    for mention in (*claim.speakers, *claim.conduits, *told_places(claim), claim.actor, claim.spoken, claim.period):
        if mention is not None:
            yield from mention.spans


def _numbers(claim: Claim) -> tuple[int, ...]:
    found = find_quantities(claim.passage.text, language=claim.document.language)
    return tuple(
        sorted(
            {each.low for each in found if each.low is not None and each.low >= SEVERAL and each.modifier != "vague"}
        )
    )


def _kind(claim: Claim) -> int:
    """Return the words of count and target that say of what sort they were, as bits: "opposition" of "16 opposition members"."""
    dull = words("en", "any_person") | _numerals()
    kind = 0
    spans = (*(claim.count.spans if claim.count else ()), *(claim.target.spans if claim.target else ()))
    for span in spans:
        for word in WORD.findall(span.text.lower()):
            if word.isalpha() and len(word) > 2 and word not in dull and word not in words("en", "common"):
                kind |= _bit(_singular(word)[:STEM].rstrip("s"))
    return kind


def _singular(word: str) -> str:
    """Return *word* with "men" at its end as "man"; an "s" there is cut with the letters that are not compared."""
    return f"{word[:-3]}man" if word.endswith("men") else word


@cache
def _numerals() -> frozenset[str]:
    tables = ("numbers", "quantifiers", "modifiers")
    cells = (row.get("word") or row.get("phrase") or "" for name in tables for row in table(f"en/{name}"))
    return frozenset(word for cell in cells for word in WORD.findall(cell.lower()))


@cache
def _growing() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(words('en', 'change')))})\b", re.IGNORECASE)


@cache
def _common() -> frozenset[str]:
    """Return words, and stems of words, that say nothing of what a passage is about: of any text, of actions, of saying, of times and of countries."""
    acts = [row["lemma"] for row in table("en/action_words") if row["pos"] != "noun" or not row["with"]]
    verbs = {lemma[:STEM] for lemma in (*acts, *(row["lemma"] for row in table("en/cues")))}
    months = {row["name"] for row in table("en/months")}
    peoples = {word for row in table("en/demonyms") for word in row["demonym"].lower().split()}
    countries = {word for name in country_names() for word in re.findall(r"[a-z]+", name.lower())}
    return frozenset({*words("en", "common"), *verbs, *months, *weekdays("en"), *peoples, *countries})


def shared(one: int, other: int) -> float:
    """Return which part of the smaller of two sets is in the other, 0 where one is empty.

    >>> shared(0b0111, 0b1110)
    0.6666666666666666
    """
    least = min(one.bit_count(), other.bit_count())
    return (one & other).bit_count() / least if least else 0.0


def near_digits(one: int, two: int) -> bool:
    """Return whether two numbers are one with a digit changed or two neighbours swapped.

    >>> near_digits(114, 144), near_digits(7463, 7643), near_digits(12, 60), near_digits(64, 46)
    (True, True, False, True)
    """
    first, second = str(one), str(two)
    if len(first) != len(second) or len(first) < 2 or first == second:
        return False
    wrong = [index for index in range(len(first)) if first[index] != second[index]]
    if len(wrong) == 1:
        return len(first) > 2
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and first[wrong[0]] == second[wrong[1]]
        and first[wrong[1]] == second[wrong[0]]
    )


def rounds(one: int, two: int) -> bool:
    """Return whether the rounder of two numbers is the other cut off or rounded, and not more than a tenth away.

    >>> rounds(22628, 22000), rounds(82656, 82000), rounds(290, 300), rounds(64, 46), rounds(110, 95)
    (True, True, True, False, False)
    """
    small, great = sorted((one, two))
    if small < 50 or small == great or (great - small) * 10 > great:
        return False
    for round_, exact in ((one, two), (two, one)):
        step = 10
        while round_ % (step * 10) == 0 and step * 10 <= round_:
            step *= 10
        while step >= 10 and round_ % step == 0:
            if exact % step and round_ in (exact // step * step, (exact + step // 2) // step * step):
                return True
            step //= 10
    return False


def telling(number: int) -> bool:
    """Return whether *number* is so large and so far from round that two happenings hardly share it.

    >>> telling(381), telling(300), telling(60), telling(22000), telling(20000)
    (True, False, False, True, False)
    """
    figures = len(str(number).rstrip("0"))
    return (number >= 100 and number % 10 != 0) or figures >= 4 or (number >= 10_000 and figures >= 2)


def plain(features: Features) -> str:
    """Return the number of *features* in words, for a reason."""
    return features.phrase or "no number"
