"""Number words to bounds: ranges, hedges, vague words under a named profile, and what leans on another count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from typing import Literal, Protocol, cast

from allegata.ground.currency import currencies, currency_before, is_currency
from allegata.ground.lexicon import is_given_name, pattern, phrases, table, words
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
from allegata.ground.place import fold, is_spelling
from allegata.model.claim import Count, Modifier
from allegata.model.error import InputError

OPENED = 80
"""Code points before a number in which its sentence may begin with what it is a part of: "Of those detained, 46"."""
MODIFIERS = 8
"""Most words that modify one number: more are read as none's, so that no run of them costs its square."""
Leaning = Literal["additional", "part_of"]
EN = "en"


OLDEST = 110
"""The greatest age."""
BEFORE = 24
"""Code points before a number in which words for an age or a denial are looked for."""
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


@cache
def _month_names(language: str) -> frozenset[str]:
    return frozenset(row["name"] for row in table(f"{language}/months") if row["calendar"] == "gregorian")


@cache
def _units(language: str) -> dict[str, str]:
    return {row["noun"]: row["unit"] for row in table(f"{language}/units")}


def unit_of(noun: str, language: str = EN) -> str | None:
    """Return the unit *noun* (singular or plural) stands for, null if no row says.

    >>> unit_of("spies"), unit_of("team"), unit_of("idea")
    ('person', 'team', None)
    """
    return _units(language).get(noun.lower())


def units(language: str = EN) -> tuple[str, ...]:
    """Return the units that a count can have, sorted.

    >>> "person" in units(), "idea" in units()
    (True, False)
    """
    return tuple(sorted({*_units(language).values(), *currencies(language).values()}))


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
    if second is None and not _is_count(line, at, end, low):
        return None
    if second is not None:
        low, high, stop = second
        if (
            _changed(line, first)
            or (line.is_one(first - 1, "between") and line.is_one(first - 2, "label"))
            or not _is_count(line, at, end, low, ranged=True)
            or not _is_count(line, stop - 1, stop, high, second=True)
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
    return _countable(line, end) or any(is_plural(word, line.language) for word in line.words(end, end + 2))


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


def _countable(line: Line, at: int, within: int = 5) -> bool:
    """Return whether a counted noun can follow: one within *within* words, or "of"."""
    if line.is_one(at, "of"):
        return True
    near = line.words(at, at + within)
    return any(word in _units(line.language) or word in words(line.language, "others") for word in near)


def _is_count(line: Line, at: int, end: int, value: int, second: bool = False, ranged: bool = False) -> bool:
    """Return whether the number from *at* to *end* counts things: no year, date, age, share, score or name.

    second: it ends a range; ranged: it begins one.
    """
    text, language = line.text, line.language
    before, after = line.word(at - 1), line.word(end)
    start, stop = line.tokens[at].start, line.tokens[end - 1].end
    touching = text[start - 1 : start], text[stop : stop + 1]
    if (
        touching[0] in tuple("#/:@")
        or touching[1] in tuple("%/:°")
        or (touching[0] == "-" and not second and start > 1 and text[start - 2].isalnum())
        or (touching[1] in ("-", "–") and text[stop + 1 : stop + 2].isdigit() and not ranged)
    ):
        return False
    if currency_before(text, start, language):
        return True
    if touching == (".", "-") and text[max(0, start - 2) : start - 1] in ("", " ", "(", "\n"):
        return False  # a .45-caliber pistol
    if before == "." and line.is_one(at - 2, "number_sign") and line.is_capital(at - 2) and text[start].isdecimal():
        return False  # Battalion No. 42
    if touching == ("(", ")") and _is_age(line, at, value):
        return False
    if pattern(language, "age_before").search(text, max(0, start - BEFORE), start) or _is_age_of(line, at, end, value):
        return False
    if pattern(language, "not_before").search(text, max(0, start - BEFORE), start) and _is_instead(line, end):
        return False  # not five but nine
    hyphened = pattern(language, "hyphen_measure").match(text, stop)
    if hyphened:
        return hyphened["counted"] is not None
    if pattern(language, "clock_after").match(text, stop):
        return False
    if after in words(language, "measure") or (before in words(language, "label") and after not in _units(language)):
        return False
    listed = line.is_one(at - 1, "list_joint") and line.word(at - 2).isdecimal()
    if listed and line.word(at - 3 - line.is_one(at - 3, "between")) in words(language, "label"):
        return False  # aged 19 and 23
    if line.is_one(at - 1, "of") and 1300 <= value < 2100 and after not in _units(language):
        return False
    if before == after == "," and stop - start < 4 and not line.word(at - 2).isdecimal():
        return False  # an age
    measured = touching[1].isalpha() and line.gap(end - 1) == "" and after in _units(language)
    if (touching[1].isalpha() and not measured) or touching[0].isalpha():
        return False
    if not second and _is_name(line, at, end):
        return False
    months = _month_names(language)
    dated = line.word(at - 2).isdecimal() and value > 31 and not 1300 <= value <= 2100  # "by 5 May 300 men"
    if (before in months and not dated) or (after in months and value <= 31):
        return False
    if before == "." and line.word(at - 2) in months and line.word(at)[0].isdecimal():
        return False
    figures = text[start:stop].isdecimal()
    if figures and stop - start == 4 and (1300 <= value <= 1450 or 1900 <= value <= 2100):
        return after in _units(language) and is_plural(after, language)
    if before == "," and at > 1 and figures and value <= 2100 and stop - start == 4:
        return False
    if value > 1 or ranged or text[start].isdecimal() or end - at > 1:
        return True
    opens = at == 0 or line.is_one(at - 1, "stop") or "\n" in line.gap(at - 1)
    if value == 1 and (opens or line.is_one(at - 1, "one_clause")) and line.is_one(end, "singular_verb"):
        return True  # "One was later pardoned", "and one had been released"
    if value == 0:
        return any(is_plural(word, language) for word in line.words(end, end + 2))
    said = line.is_one(at - 1, "that") and line.is_one(end, "of")  # "said that one of them …"
    if (before in words(language, "no_count_one") and not said) or after in words(language, "one_no_count"):
        return False
    if pattern(language, "superlative").match(text, stop):
        return False
    return line.is_one(end, "of") or _countable(line, end)


def _is_age(line: Line, at: int, value: int) -> bool:
    """Return whether the number in brackets at *at* is the age of who is named before it: "Marko Petrovic (61)", but not "Santa Cruz (61)"."""
    whole = line.text[line.tokens[at - 3].start : line.tokens[at - 2].end] if at > 2 else ""
    named = line.is_capital(at - 3) and line.is_capital(at - 2) and line.gap(at - 3) == " "
    person = named and is_given_name(line.word(at - 3)) and not is_spelling(fold(whole))
    return person and value < OLDEST and line.word(at)[0].isdecimal()


def _is_age_of(line: Line, at: int, end: int, value: int) -> bool:
    """Return whether the number is the age of one person: "a boy of 16", but not "a crew of 16"."""
    person = line.is_one(at - 1, "of") and line.is_one(at - 2, "human")
    one = line.is_one(at - 3, "indefinite") or line.is_one(at - 4, "indefinite")
    return person and one and value < OLDEST and line.word(end) not in _units(line.language)


def _is_instead(line: Line, end: int) -> bool:
    """Return whether another number follows that is said instead of the one that ends at *end*."""
    return line.is_one(end, "instead") and read_number(line, end + 1) is not None


def _is_name(line: Line, at: int, end: int) -> bool:
    """Return whether the number is part of a name: Boeing 737, Committee of Seventy, 12 Mill Lane."""
    language, after = line.language, line.word(end)
    if pattern(language, "address_after").match(line.text, line.tokens[end - 1].end):
        return True
    opens = at < 1 or line.is_one(at - 1, "stop") or "\n" in line.gap(at - 1)
    counted = any(is_plural(word, language) for word in line.words(end, end + 2))
    if not line.word(at)[0].isdecimal():
        # A number word with a capital inside a sentence; in a headline its noun has one too.
        return not opens and line.is_capital(at) and after not in _units(language) and not _head(line, at)
    before = line.word(at - 1)
    if line.is_one(at - 1, "of") and line.is_capital(at - 2) and at > 2 and not counted:
        return not line.is_one(at - 3, "stop")  # the Group of 20
    named = line.is_capital(at - 1) and line.gap(at - 1) == " " and not (at < 2 or line.is_one(at - 2, "stop"))
    inner = line.text[line.tokens[at - 1].start + 1 : line.tokens[at - 1].end] if at else ""
    made = before[:1].isalpha() and any(map(str.isupper, inner)) and not inner.isupper()
    named = named and not line.is_one(end, "plural_verb") and not _is_time_name(before, language)
    return (named or made) and "'" not in before and end - at == 1 and not counted


def _head(line: Line, at: int) -> bool:
    """Return whether the number stands in a line in which most words have capitals."""
    near = [each for each in range(max(0, at - 8), min(len(line.tokens), at + 9)) if len(line.word(each)) > 3]
    return len(near) > 3 and all(line.is_capital(each) for each in near if line.word(each)[0].isalpha())


@cache
def _time_names(language: str) -> frozenset[str]:
    return frozenset(row["word"] for row in table(f"{language}/time_words") if row["kind"] == "weekday")


def _is_time_name(word: str, language: str) -> bool:
    return word in _time_names(language) or word in _month_names(language)


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
    if end > at and _countable(line, end, 2):
        return _made(line, at, at, end, (0, 0, "exact"), "exact", None, False), end
    if (
        line.is_one(at, "no")
        and not line.is_one(at + 1, "no_more")
        and (_countable(line, at + 1, 2) or any(is_plural(word, language) for word in line.words(at + 1, at + 3)))
    ):
        return _made(line, at, at, at + 1, (0, 0, "exact"), "exact", None, False), at + 1
    return None
