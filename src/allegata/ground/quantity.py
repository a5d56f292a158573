"""Number words to bounds: ranges, hedges, vague words under a named profile, and what leans on another count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from typing import Literal, Protocol, cast

from allegata.ground.counted import countable, is_count
from allegata.ground.currency import is_currency
from allegata.ground.lexicon import pattern, phrases, table, words
from allegata.ground.number import (
    Line,
    Phrases,
    by_first,
    is_plural,
    line_of,
    not_ones,
    opening_words,
    read_number,
    read_parts,
    scale_at,
    zeros,
)
from allegata.ground.unit import unit_of
from allegata.model.claim import Count, Modifier
from allegata.model.error import InputError

OPENED = 80
"""Code points before a number in which its sentence may begin with what it is a part of: "Of those detained, 46"."""
MODIFIERS = 8
"""Most words that modify one number: more are read as none's, so that no run of them costs its square."""
Leaning = Literal["additional", "part_of"]
EN = "en"
GREATEST = 2**53 - 1
"""The greatest number that counts anything in a report."""


@dataclass(frozen=True)
class Quantity:
    """A number phrase. start, end: the whole with its modifiers; number_start, number_end: the number alone (code points).

    low, high: inclusive, null when open. profile: ``exact`` when the words state the bounds. total: "a total of".
    """

    start: int
    end: int
    low: int | None
    high: int | None
    modifier: Modifier
    phrase: str
    number_start: int
    number_end: int
    profile: str
    leans: Leaning | None
    total: bool


def profiles(language: str = EN) -> tuple[str, ...]:
    """Return the names of the profiles of vague words, sorted.

    >>> profiles()
    ('acled', 'default', 'ucdp')
    """
    return tuple(sorted({row["profile"] for row in table(f"{language}/quantifiers")}))


def require_profile(profile: str, language: str = EN) -> None:
    """Raise InputError unless there is a *profile* of vague words."""
    if profile not in profiles(language):
        raise InputError(f"no profile {profile!r}; there is: {', '.join(profiles(language))}")


Bounds = tuple[int, int | None]


@cache
def _vague(profile: str, language: str) -> dict[tuple[str, ...], Bounds]:
    require_profile(profile, language)
    return {
        tuple(row["phrase"].split()): (int(row["low"]), int(row["high"]) if row["high"] else None)
        for row in table(f"{language}/quantifiers")
        if row["profile"] == profile
    }


@cache
def _vague_phrases(profile: str, language: str) -> Phrases:
    return by_first((" ".join(phrase), "") for phrase in _vague(profile, language))


@cache
def _modifiers(language: str) -> Phrases:
    return by_first((row["phrase"], row["modifier"]) for row in table(f"{language}/modifiers"))


@cache
def _after(language: str) -> Phrases:
    """Return the hedges that stand after a number, with what they do to its bounds."""
    return by_first((row["phrase"], row["modifier"]) for row in table(f"{language}/hedges_after"))


@cache
def _endings(language: str) -> dict[str, str]:
    """Return the hedges that a hyphen joins to a number, with what they do to its bounds: "-odd"."""
    hedges = table(f"{language}/hedges_after")
    return {row["phrase"].replace(" ", ""): row["modifier"] for row in hedges if row["phrase"].startswith("- ")}


def _is_currency(line: Line, at: int) -> bool:
    """Return whether the word at *at* is the code of a currency and an amount follows: "about USD 300,000"."""
    token, amount = line.tokens[at : at + 1], line.word(at + 1)
    code = line.text[token[0].start : token[0].end] if token else ""
    return is_currency(code, line.language) and amount[:1].isdecimal()


class Bounded(Protocol):
    """What has a least and a greatest number, both inclusive; null where no bound is stated."""

    @property
    def low(self) -> int | None:
        """The least number."""

    @property
    def high(self) -> int | None:
        """The greatest number."""


def overlap(one: Bounded, other: Bounded) -> bool:
    """Return whether some number satisfies both counts.

    >>> overlap(Count(60, 60, "person", "exact", "60", "exact"), Count(50, None, "person", "at_least", "50+", "exact"))
    True
    """
    highs = [each.high for each in (one, other) if each.high is not None]
    return max(one.low or 0, other.low or 0) <= min(highs, default=10**18)


def count_of(quantity: Quantity, unit: str | None) -> Count:
    """Return *quantity* as a count of *unit*."""
    return Count(
        quantity.low, quantity.high, unit, quantity.modifier, quantity.phrase, quantity.profile, quantity.leans
    )


def find_quantities(text: str, profile: str = "default", language: str = EN) -> tuple[Quantity, ...]:
    """Return the quantities of *text* in reading order; they do not overlap.

    Years, dates, ages, ordinals, percentages, durations, times of day and names with digits are none; money counts
    its currency.

    Counts are whole: "1.2 tonnes" is 1 to 2.

    Raises: InputError if *profile* is unknown.

    >>> [(q.phrase, q.low, q.high, q.modifier) for q in find_quantities("At least 19 men and dozens of cells, another fifty in 2019")]
    [('At least 19', 19, None, 'at_least'), ('dozens', 20, 99, 'vague'), ('another fifty', 50, 50, 'exact')]
    """
    _vague(profile, language)
    line = line_of(text, profile, language)
    openings = _openings(profile, language)
    found: list[Quantity] = []
    at = 0
    while at < len(line.tokens):
        word = line.tokens[at].text
        begins = word in openings or word[0].isdecimal() or word.partition("-")[0] in openings
        made = _at(line, at) if begins else None
        if made is None:
            at += 1
            continue
        quantity, at = made
        if max(quantity.low or 0, quantity.high or 0) > GREATEST:
            continue
        if found and quantity.start < found[-1].end:
            continue
        joined = _hedged_twice(text, found[-1], quantity, language) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(quantity)
    return tuple(found)


@cache
def _openings(profile: str, language: str) -> frozenset[str]:
    """Return the words that a quantity may begin with: all but figures."""
    phrases_of = (_modifiers(language), _vague_phrases(profile, language), zeros(language), not_ones(language))
    first = {word for each in phrases_of for word in each}
    groups = ("currency_sign", "no", "ordinal")
    return frozenset(first | opening_words(language) | {word for group in groups for word in words(language, group)})


def _hedged_twice(text: str, one: Quantity, two: Quantity, language: str) -> Quantity | None:
    """Return the interval of "at least three and possibly as many as five", null for two counts."""
    if one.high is not None or one.low is None or two.low is not None or two.high is None or two.high <= one.low:
        return None
    if not pattern(language, "two_hedges").fullmatch(text[one.end : two.start]):
        return None
    return replace(
        one, end=two.end, high=two.high, modifier="range", phrase=text[one.start : two.end], number_end=two.number_end
    )


def _modified(line: Line, at: int) -> tuple[int, str, Leaning | None, bool]:
    """Return where the modifiers from *at* end, what they do to the bounds, what it leans on, and whether it sums up."""
    modifier, leans, total = "exact", cast(Leaning | None, None), False
    for _ in range(MODIFIERS):
        row = line.first_of(at, _modifiers(line.language))
        if row is None:
            break
        phrase, name = row
        total = total or name == "total"
        if name in ("additional", "part_of"):
            leans = cast(Leaning, name)
        elif name != "total":
            modifier = name
        at += len(phrase)
    return at, modifier, leans, total


def _at(line: Line, first: int) -> tuple[Quantity, int] | None:
    """Return the quantity that begins at *first* and where it ends, null if none does."""
    at, modifier, leans, total = _modified(line, first)
    sign = line.is_one(at, "currency_sign") or (at > first and _is_currency(line, at))
    parts = read_parts(line, at + sign)
    if parts is not None and unit_of(line.word(at + sign + 1), line.language) not in (None, "person"):
        end = at + sign + 1
        least, most, name = bounds_of(modifier, parts, parts + 1)
        around: tuple[int | None, int | None, Modifier] = least, most, "about" if name == "exact" else name
        return _made(line, first, at, end, around, "exact", leans, total), end
    number = read_number(line, at + sign)
    if number is None:
        return _without_number(line, first, at, modifier, leans, total)
    at += sign
    low, end = number
    second = _second(line, at, end, low, line.is_one(end, "and") and line.is_one(first - 1, "between"))
    if second is None and not is_count(line, at, end, low):
        return None
    if second is not None:
        low, high, stop = second
        if (
            _changed(line, first)
            or (line.is_one(first - 1, "between") and line.is_one(first - 2, "label"))
            or not is_count(line, at, end, low, ranged=True)
            or not is_count(line, stop - 1, stop, high, second=True)
        ):
            return None
        start = first - (line.is_one(first - 1, "between"))
        bounds: tuple[int | None, int | None, Modifier] = low, high, "range"
        if modifier in ("at_least", "more_than", "at_most"):
            bounds = bounds_of(modifier, low, high)
        return _made(line, start, at, stop, bounds, "exact", leans, total), stop
    after = line.first_of(end, _after(line.language))
    if after is not None and (line.gap(end - 1) == "" or line.word(end).isalpha()):
        modifier, end = after[1], end + len(after[0])
    modifier = _endings(line.language).get("".join(line.word(at).rpartition("-")[1:]), modifier)
    leans = leans or _leaning(line, first, end)
    bounds = (low, low + 9, "about") if modifier == "odd" else bounds_of(modifier, low, low)
    return _made(line, first, at, end, bounds, "exact", leans, total), end


def _without_number(
    line: Line, first: int, at: int, modifier: str, leans: Leaning | None, total: bool
) -> tuple[Quantity, int] | None:
    """Return the quantity of a vague word, of "another" before a noun, or of none."""
    # Whatever the modifier was, a vague word may begin where the phrase does: "some" is both.
    for begin in (at, first):
        row = line.first_of(begin, _vague_phrases(line.profile, line.language))
        if row is None:
            continue
        end = begin + len(row[0])
        if line.is_one(end - 1, "of") and read_number(line, end) is not None:
            continue  # a group of 261 people
        low, high = _vague(line.profile, line.language)[row[0]]
        scale = scale_at(line, end) if low < 10 else None
        if not (scale or _is_vague(line, begin, end)):
            continue
        if scale:
            end += 1
            low, high = low * scale, (10 * scale - 1 if high is not None or line.profile == "default" else None)
        start = first if begin == at else begin
        further = line.first_of(_past(line, end, "vague_or"), _vague_phrases(line.profile, line.language))
        if further and _past(line, end, "vague_or") > end:
            beyond = _vague(line.profile, line.language)[further[0]]
            if beyond[0] > low:
                end, high = _past(line, end, "vague_or") + len(further[0]), beyond[1]
        if modifier in ("at_least", "more_than") and begin == at:
            high = None
        leans = leans or _leaning(line, start, end)
        return _made(line, start, begin, end, (low, high, "vague"), line.profile, leans, total), end
    noun = line.word(at)
    if line.is_one(at, "ordinal") and at == first and line.is_one(at - 1, "indefinite"):
        counted = unit_of(line.word(at + 1), line.language) == "person" or line.is_one(at + 1, "singular_verb")
        if counted:  # "a sixth man", "a seventh was captured"
            return _made(line, at, at, at + 1, (1, 1, "exact"), "exact", "additional", total), at + 1
    one = unit_of(noun, line.language) is not None and not noun.endswith("s")
    if leans == "additional" and at == first + 1 and line.is_one(first, "another") and one:
        return _made(line, first, first, at, (1, 1, "exact"), "exact", "additional", total), at
    return _nothing(line, first)


def _past(line: Line, at: int, group: str) -> int:
    """Return where the words of *group* from *at* end, commas with them."""
    end = at
    while line.word(end) == "," or line.is_one(end, group):
        end += 1
    return end if any(line.is_one(each, group) for each in range(at, end)) else at


def _is_vague(line: Line, begin: int, end: int) -> bool:
    """Return whether the vague word from *begin* to *end* counts something."""
    if line.is_one(end, "measure"):
        return False
    if line.is_one(begin, "vague_alone") or line.is_one(end - 1, "vague_alone"):
        return line.is_one(end, "of") or not line.is_one(begin - 1, "definite")
    if line.is_one(begin, "others"):
        return begin == 0 or line.is_one(begin - 1, "stop")
    if line.is_one(begin, "most_of"):
        return line.is_one(end, "of") and (line.is_one(end + 1, "definite") or line.is_one(end + 1, "them"))
    return countable(line, end) or any(is_plural(word, line.language) for word in line.words(end, end + 2))


def _changed(line: Line, first: int) -> bool:
    """Return whether the range is a change ("rose from 12 to 17"), of which the last number alone counts."""
    before = line.words(first - 5, first)
    return before[-1:] == ("from",) and not words(line.language, "change").isdisjoint(before)


def _second(line: Line, at: int, end: int, low: int, between: bool) -> tuple[int, int, int] | None:
    """Return both numbers of a range whose lower ends at *end*, and its end: "12 to 15", "two or three dozen"."""
    either = line.is_one(end, "or")
    if not (between or either or line.is_one(end, "to") or line.word(end) in ("-", "–")):
        return None
    start = end + 1
    second = read_number(line, start)
    if second is None or (line.word(end) == "-" and line.gap(end - 1) == "" != line.gap(end)):
        return None
    high, stop = second
    scale = scale_at(line, stop - 1)
    if scale and stop - start == 2 and not scale_at(line, end - 1) and low < high // scale:
        low *= scale  # the scale holds for both: three to five thousand
    if high <= low or (either and high - low > max(2, low)):
        return None
    return low, high, stop


def bounds_of(modifier: str, low: int, high: int | None) -> tuple[int | None, int | None, Modifier]:
    """Return the bounds of a number under *modifier*, and the modifier as recorded.

    nearly: from nine tenths up to the number; about: a tenth both ways (rounded outward).

    >>> bounds_of("nearly", 300, 300), bounds_of("about", 100, 100), bounds_of("at_most", 5, 5)
    ((270, 300, 'nearly'), (90, 110, 'about'), (None, 5, 'at_most'))
    """
    match modifier:
        case "at_least" | "more_than":
            return low, None, cast(Modifier, modifier)
        case "at_most":
            return None, high, "at_most"
        case "nearly":
            return low * 9 // 10, high, "nearly"
        case "about":
            return low * 9 // 10, ceil(low * 11 / 10), "about"
        case _:
            return low, high, "exact"


def _made(
    line: Line,
    first: int,
    number: int,
    end: int,
    bounds: tuple[int | None, int | None, Modifier],
    profile: str,
    leans: Leaning | None,
    total: bool,
) -> Quantity:
    start, stop = line.tokens[first].start, line.tokens[end - 1].end
    return Quantity(start, stop, *bounds, line.text[start:stop], line.tokens[number].start, stop, profile, leans, total)


def _leaning(line: Line, first: int, end: int) -> Leaning | None:
    after, before = line.words(end, end + 2), line.words(first - 2, first)
    if after in phrases(line.language, "part_after") or (line.is_one(end, "of") and read_number(line, end + 1)):
        return "part_of"
    if line.is_one(end, "additional_after"):
        return "additional"
    if line.is_one(end - 1, "others"):
        return "additional"
    part_before = phrases(line.language, "part_before")
    if before in part_before or before[-1:] in part_before:
        return "part_of"
    begun, ended = line.tokens[first].start, line.tokens[end - 1].end
    part = pattern(line.language, "part_clause").match(line.text, ended)
    part = part or pattern(line.language, "part_opened").search(line.text, max(0, begun - OPENED), begun)
    return "part_of" if part else None


def _nothing(line: Line, at: int) -> tuple[Quantity, int] | None:
    """Return the zero of "none of the 17", "no arrests" or "nobody"."""
    language = line.language
    row = line.first_of(at, zeros(language))
    if row is not None:
        end = at + len(row[0])
        if row[1] == "whole":
            return _made(line, at, at, end, (0, 0, "exact"), "exact", None, False), end
        if line.word(at) == line.word(end - 1) and (
            line.is_one(end, "plural_verb") or line.is_one(end, "singular_verb")
        ):
            return _made(line, at, at, end, (0, 0, "exact"), "exact", None, False), end
        if line.is_one(end, "of"):
            # The number of the whole is no count of its own.
            inner = next((each for each in range(end + 1, end + 4) if read_number(line, each)), end)
            beyond = read_number(line, inner)
            return _made(line, at, at, end, (0, 0, "exact"), "exact", "part_of", False), beyond[
                1
            ] if beyond else end + 1
    not_one = line.first_of(at, not_ones(language))
    end = at + len(not_one[0]) if not_one is not None else at
    if end > at and countable(line, end, 2):
        return _made(line, at, at, end, (0, 0, "exact"), "exact", None, False), end
    if (
        line.is_one(at, "no")
        and not line.is_one(at + 1, "no_more")
        and (countable(line, at + 1, 2) or any(is_plural(word, language) for word in line.words(at + 1, at + 3)))
    ):
        return _made(line, at, at, at + 1, (0, 0, "exact"), "exact", None, False), at + 1
    return None
