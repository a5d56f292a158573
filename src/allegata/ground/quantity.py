"""Number words to bounds: digits, words, ranges, vague words under a named profile, and what leans on another count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Literal, cast

from allegata.ground.lexicon import table
from allegata.model import Count, InputError, Modifier

Leaning = Literal["additional", "part_of"]
EN = "en"
_TOKEN = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*|[^\W\d_]+(?:['’-][^\W_]+)*|[^\w\s]")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
_MEASURE = frozenset(
    [
        "year",
        "years",
        "month",
        "months",
        "week",
        "weeks",
        "day",
        "days",
        "hour",
        "hours",
        "minute",
        "minutes",
        "second",
        "seconds",
        "percent",
        "per",
        "cent",
        "pc",
        "am",
        "pm",
        "%",
        "o'clock",
        "km",
        "kilometre",
        "kilometres",
        "kilometer",
        "kilometers",
        "mile",
        "miles",
        "metre",
        "metres",
        "meter",
        "meters",
        "degree",
        "degrees",
        "euro",
        "euros",
        "dollar",
        "dollars",
        "rupee",
        "rupees",
        "rial",
        "rials",
        "toman",
        "tomans",
        "pound",
        "pounds",
        "lash",
        "lashes",
        "th",
        "st",
        "nd",
        "rd",
        "bn",
        "times",
        "occasions",
        "counts",
        "provinces",
        "province",
        "cities",
        "city",
        "countries",
        "towns",
        "districts",
        "districts",
        "locations",
    ]
)
_LABEL = frozenset(
    [
        "article",
        "section",
        "chapter",
        "resolution",
        "flight",
        "group",
        "page",
        "no",
        "number",
        "clause",
        "paragraph",
        "law",
        "part",
        "figure",
        "room",
        "covid",
        "g",
        "branch",
        "unit",
        "aged",
        "age",
        "channel",
        "radio",
        "of",
    ]
)


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


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


def profiles(language: str = EN) -> tuple[str, ...]:
    """Return the names of the profiles of vague words, sorted.

    >>> profiles()
    ('acled', 'default', 'ucdp')
    """
    return tuple(sorted({row["profile"] for row in table(f"{language}/quantifiers")}))


@cache
def _vague(profile: str, language: str) -> dict[tuple[str, ...], tuple[int, int | None]]:
    if profile not in profiles(language):
        raise InputError(f"no profile {profile!r}; there is: {', '.join(profiles(language))}")
    return {
        tuple(row["phrase"].split()): (int(row["low"]), int(row["high"]) if row["high"] else None)
        for row in table(f"{language}/quantifiers")
        if row["profile"] == profile
    }


@cache
def _numbers(language: str) -> dict[str, tuple[int, str]]:
    return {row["word"]: (int(row["value"]), row["kind"]) for row in table(f"{language}/numbers")}


@cache
def _modifiers(language: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    rows = [(tuple(row["phrase"].split()), row["modifier"]) for row in table(f"{language}/modifiers")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@cache
def _units(language: str) -> dict[str, str]:
    return {row["noun"]: row["unit"] for row in table(f"{language}/units")}


def unit_of(noun: str, language: str = EN) -> str | None:
    """Return the unit *noun* (singular or plural) stands for, null if no row says.

    >>> unit_of("spies"), unit_of("team"), unit_of("idea")
    ('person', 'team', None)
    """
    return _units(language).get(noun.lower())


def count_of(quantity: Quantity, unit: str | None) -> Count:
    """Return *quantity* as a count of *unit*."""
    return Count(
        quantity.low, quantity.high, unit, quantity.modifier, quantity.phrase, quantity.profile, quantity.leans
    )


def find_quantities(text: str, profile: str = "default", language: str = EN) -> tuple[Quantity, ...]:
    """Return the quantities of *text* in reading order; they do not overlap.

    Years, dates, ages, ordinals, percentages, money, durations, times of day and names with digits are none.

    Raises: InputError if *profile* is unknown.

    >>> [(q.phrase, q.low, q.high, q.modifier) for q in find_quantities("At least 19 men and dozens of cells, another fifty in 2019")]
    [('At least 19', 19, None, 'at_least'), ('dozens', 20, 99, 'vague'), ('another fifty', 50, 50, 'exact')]
    """
    vague = _vague(profile, language)
    words = [_Word(match[0].lower().replace("’", "'"), *match.span()) for match in _TOKEN.finditer(text)]
    found: list[Quantity] = []
    at = 0
    while at < len(words):
        made = _at(words, at, text, vague, profile, language)
        if made is None:
            at += 1
            continue
        quantity, at = made
        if not found or quantity.start >= found[-1].end:
            found.append(quantity)
    return tuple(found)


def _at(
    words: list[_Word],
    at: int,
    text: str,
    vague: dict[tuple[str, ...], tuple[int, int | None]],
    profile: str,
    language: str,
) -> tuple[Quantity, int] | None:
    first = at
    modifier, total = "exact", False
    leans: Leaning | None = None
    high: int | None
    moved = True
    while moved:
        moved = False
        for phrase, name in _modifiers(language):
            if _same(words, at, phrase):
                if name == "additional":
                    leans = "additional"
                elif name == "total":
                    total = True
                else:
                    modifier = name
                at += len(phrase)
                moved = True
                break
    number = _number(words, at, language)
    if number is None:
        # Whatever the modifier was, a vague word may begin where the phrase does: "some" is both.
        for begin in (at, first):
            for size in (4, 3, 2, 1):
                bounds = vague.get(tuple(word.text for word in words[begin : begin + size]))
                if bounds is not None and _countable(words, begin + size, language):
                    low, high = bounds
                    if modifier in ("at_least", "more_than") and begin == at:
                        high = None
                    return _made(
                        text,
                        words,
                        first if begin == at else begin,
                        begin,
                        begin + size,
                        low,
                        high,
                        "vague",
                        profile,
                        leans,
                        total,
                    ), begin + size
        if (
            leans
            and at == first + 1
            and words[first].text == "another"
            and at < len(words)
            and unit_of(words[at].text)
            and not words[at].text.endswith("s")
        ):
            return _made(text, words, first, first, at, 1, 1, "exact", "exact", "additional", total), at
        return _nothing(words, first, text)
    low, end = number
    if not _is_count(words, at, end, text, low):
        return None
    start_of_number = at
    high = low
    kind: str = modifier
    follow = words[end].text if end < len(words) else ""
    if follow in ("to", "-", "–", "or", "and") and (
        follow != "and" or (first > 0 and words[first - 1].text == "between")
    ):
        second = _number(words, end + 1, language)
        if (
            second
            and second[0] > low
            and (follow != "or" or second[0] - low < 3)
            and _is_count(words, end + 1, second[1], text, second[0])
        ):
            if follow == "and":
                first -= 1
            return _made(
                text, words, first, start_of_number, second[1], low, second[0], "range", "exact", leans, total
            ), second[1]
    elif follow in ("or",) and end + 1 < len(words) and words[end + 1].text == "more":
        kind, end = "at_least", end + 2
    leans = leans or _leaning(words, first, end)
    bounded_low, bounded_high, name = bounds_of(kind, low, high)
    return _made(text, words, first, start_of_number, end, bounded_low, bounded_high, name, "exact", leans, total), end


def bounds_of(modifier: str, low: int, high: int | None) -> tuple[int | None, int | None, Modifier]:
    """Return the bounds of a number under *modifier*, and the modifier as recorded.

    nearly: from nine tenths up to the number; about: a tenth both ways (rounded outward).

    >>> bounds_of("nearly", 300, 300), bounds_of("about", 100, 100), bounds_of("fewer", 5, 5)
    ((270, 300, 'nearly'), (90, 110, 'about'), (None, 4, 'at_most'))
    """
    match modifier:
        case "at_least" | "more_than":
            return low, None, cast(Modifier, modifier)
        case "at_most":
            return None, high, "at_most"
        case "fewer":
            return None, max(0, low - 1), "at_most"
        case "nearly":
            return low * 9 // 10, high, "nearly"
        case "about":
            return low * 9 // 10, ceil(low * 11 / 10), "about"
        case _:
            return low, high, "exact"


def _made(
    text: str,
    words: list[_Word],
    first: int,
    number: int,
    end: int,
    low: int | None,
    high: int | None,
    modifier: Modifier,
    profile: str,
    leans: Leaning | None,
    total: bool,
) -> Quantity:
    start, stop = words[first].start, words[end - 1].end
    return Quantity(
        start, stop, low, high, modifier, text[start:stop], words[number].start, stop, profile, leans, total
    )


def _same(words: list[_Word], at: int, phrase: tuple[str, ...]) -> bool:
    return all(at + i < len(words) and words[at + i].text == part for i, part in enumerate(phrase))


def _digits(word: str) -> int | None:
    plain = unicodedata.normalize("NFKC", word)
    if not plain[:1].isdigit():
        return None
    groups = re.split(r"[.,\s\u00a0\u202f]", plain)
    if not all(group.isdecimal() for group in groups) or len(plain) > 20:
        return None
    if len(groups) == 1 or all(len(group) == 3 for group in groups[1:]):
        return int("".join(groups))
    return None


def _decimal(word: str) -> float | None:
    return float(word) if re.fullmatch(r"[0-9]{1,6}\.[0-9]{1,3}", word) else None


def _number(words: list[_Word], at: int, language: str) -> tuple[int, int] | None:
    """Return the value of the number at *at* and where it ends."""
    if at >= len(words):
        return None
    word = words[at].text
    table_of = _numbers(language)
    fraction = _decimal(word)
    if (
        at + 1 < len(words)
        and words[at + 1].text in table_of
        and table_of[words[at + 1].text][1] == "scale"
        and (fraction is not None or _digits(word) is not None)
    ):
        base = fraction if fraction is not None and _digits(word) is None else _digits(word)
        return round((base or 0) * table_of[words[at + 1].text][0]), at + 2
    digits = _digits(word)
    if digits is not None:
        return digits, at + 1
    half = word == "half" and _same(words, at + 1, ("a", "dozen"))
    if half:
        return 6, at + 3
    if (
        word in ("a", "one")
        and at + 1 < len(words)
        and words[at + 1].text in table_of
        and table_of[words[at + 1].text][1] == "scale"
    ):
        value, end = _spelled(words, at + 1, 1, table_of)
        return value, end
    if word == "both":
        return 2, at + 1
    parts = word.split("-")
    if parts[0] in table_of and table_of[parts[0]][1] == "unit" and all(part in table_of for part in parts):
        return _spelled(words, at, None, table_of)
    return None


def _spelled(words: list[_Word], at: int, start: int | None, table_of: dict[str, tuple[int, str]]) -> tuple[int, int]:
    """Return the value of spelled words from *at*: 'two hundred and five thousand'."""
    total, current, last = 0, start or 0, 0 if start is None else 1
    end = at
    while end < len(words):
        word = words[end].text
        if (
            word == "and"
            and end + 1 < len(words)
            and current % 100 == 0
            and current
            and words[end + 1].text.split("-")[0] in table_of
            and table_of[words[end + 1].text.split("-")[0]][1] == "unit"
        ):
            end += 1
            continue
        parts = word.split("-")
        if not all(part in table_of for part in parts):
            break
        if table_of[parts[0]][1] == "scale":
            value = table_of[parts[0]][0]
            if value == 100 or value == 12:
                current = max(current, 1) * value
            else:
                total, current = total + max(current, 1) * value, 0
            last = 0
        else:
            value = sum(table_of[part][0] for part in parts)
            if last and not (last % 10 == 0 and last >= 20 and value < 10):
                break
            current += value
            last = value
        end += 1
    return total + current, end


def _countable(words: list[_Word], at: int, language: str) -> bool:
    """Return whether a counted noun can follow: one within three words, or "of"."""
    near = [word.text for word in words[at : at + 5]]
    return bool(near) and (near[0] == "of" or any(word in _units(language) or word == "others" for word in near))


def _is_count(words: list[_Word], at: int, end: int, text: str, value: int) -> bool:
    """Return whether the number from *at* to *end* counts things: no year, date, age, share, sum of money or name."""
    before = words[at - 1].text if at else ""
    after = words[end].text if end < len(words) else ""
    start, stop = words[at].start, words[end - 1].end
    touching = text[start - 1 : start], text[stop : stop + 1]
    if (
        touching[0] in tuple("$€£₹#/:@")
        or touching[1] in tuple("%$€£/:°")
        or (touching[0] == "-" and start > 1 and text[start - 2].isalnum() and before == "-")
    ):
        return False
    if touching[1] in ("-", "–") and re.match(
        r"[-–](?:year|day|month|week|hour|man|member|point|mile|km|strong)", text[stop : stop + 8]
    ):
        return text[stop + 1 : stop + 7] in ("member",)
    if (
        after in _MEASURE
        or re.fullmatch(r"(?:th|st|nd|rd)", after)
        or (before in _LABEL and (before != "of" or (1300 <= value < 2100 and after not in ("people", "men"))))
    ):
        return False
    if touching[1].isalpha() or touching[0].isalpha():
        return False
    month = re.compile(_MONTHS)
    if month.fullmatch(before) or (month.fullmatch(after) and value <= 31):
        return False
    if before == "." and at > 1 and month.fullmatch(words[at - 2].text):
        return False
    digits = text[start:stop].isdecimal()
    if digits and len(text[start:stop]) == 4 and (1300 <= value <= 1450 or 1900 <= value <= 2100):
        return bool(after) and after in _units(EN)
    if before == "," and at > 1 and digits and value <= 2100 and len(text[start:stop]) == 4:
        return False
    if text[start:stop].lower() == "one" and (
        before in ("no", "any", "every", "each", "the", "this", "that")
        or after in ("another", "'s", "who", "day", "time")
    ):
        return False
    return not (value == 1 and text[start:stop].lower() == "one" and not (after == "of" or _countable(words, end, EN)))


def _leaning(words: list[_Word], first: int, end: int) -> Leaning | None:
    after = [word.text for word in words[end : end + 3]]
    if after[:2] in (["of", "them"], ["of", "whom"], ["of", "those"], ["of", "these"], ["of", "the"]):
        return "part_of"
    if after[:1] in (["others"], ["more"], ["other"]):
        return "additional"
    before = [word.text for word in words[max(0, first - 3) : first]]
    if before[-1:] == ["including"] or before[-2:] in (
        ["of", "whom"],
        ["among", "them"],
        ["of", "them"],
        ["of", "these"],
        ["of", "those"],
    ):
        return "part_of"
    return None


def _nothing(words: list[_Word], at: int, text: str) -> tuple[Quantity, int] | None:
    """Return the zero of "none of the 17" or "no arrests"."""
    word = words[at].text
    if word == "none" and _same(words, at + 1, ("of",)):
        return _made(text, words, at, at, at + 1, 0, 0, "exact", "exact", "part_of", False), at + 4
    if word == "no" and at + 1 < len(words) and _countable(words[: at + 3], at + 1, EN):
        return _made(text, words, at, at, at + 1, 0, 0, "exact", "exact", None, False), at + 1
    return None
