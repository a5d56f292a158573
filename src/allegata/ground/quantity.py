"""Number words to bounds: digits, words, ranges, vague words under a named profile, and what leans on another count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Literal, cast

from allegata.ground.lexicon import pattern, phrases, table, words
from allegata.model import Count, InputError, Modifier

Leaning = Literal["additional", "part_of"]
EN = "en"
_TOKEN = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*|[^\W\d_]+(?:['’-][^\W_]+)*|[^\w\s]")


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


@dataclass(frozen=True)
class _Line:
    """The words of a text, lower case, and the tables they are read with."""

    text: str
    tokens: tuple[_Word, ...]
    profile: str
    language: str

    def word(self, at: int) -> str:
        """Return the word at *at*, empty outside the text."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def words(self, start: int, end: int) -> tuple[str, ...]:
        return tuple(token.text for token in self.tokens[max(0, start) : end])

    def is_one(self, at: int, group: str) -> bool:
        """Return whether the word at *at* is of a *group* of words.tsv."""
        return self.word(at) in words(self.language, group)

    def first_of(self, at: int, phrases: Phrases) -> tuple[tuple[str, ...], str] | None:
        """Return the longest of *phrases* that stands at *at*, with its value."""
        rows = phrases.get(self.word(at), ())
        return next((row for row in rows if self.words(at, at + len(row[0])) == row[0]), None)


def profiles(language: str = EN) -> tuple[str, ...]:
    """Return the names of the profiles of vague words, sorted.

    >>> profiles()
    ('acled', 'default', 'ucdp')
    """
    return tuple(sorted({row["profile"] for row in table(f"{language}/quantifiers")}))


Bounds = tuple[int, int | None]


@cache
def _vague(profile: str, language: str) -> dict[tuple[str, ...], Bounds]:
    if profile not in profiles(language):
        raise InputError(f"no profile {profile!r}; there is: {', '.join(profiles(language))}")
    return {
        tuple(row["phrase"].split()): (int(row["low"]), int(row["high"]) if row["high"] else None)
        for row in table(f"{language}/quantifiers")
        if row["profile"] == profile
    }


@cache
def _numbers(language: str) -> dict[str, tuple[int, str]]:
    """Return value and kind of the words numbers are spelled with."""
    rows = table(f"{language}/numbers")
    return {row["word"]: (int(row["value"]), row["kind"]) for row in rows if row["kind"] in ("unit", "scale")}


Phrases = dict[str, tuple[tuple[tuple[str, ...], str], ...]]


def _by_first(rows: Iterable[tuple[str, str]]) -> Phrases:
    """Return phrases as tuples of words with what they stand for, by their first word, the longest first."""
    found: Phrases = {}
    for phrase, value in sorted(rows, key=lambda row: -len(row[0].split())):
        parts = tuple(phrase.split())
        found[parts[0]] = (*found.get(parts[0], ()), (parts, value))
    return found


@cache
def _wholes(language: str) -> Phrases:
    return _by_first((row["word"], row["value"]) for row in table(f"{language}/numbers") if row["kind"] == "whole")


@cache
def _articles(language: str) -> frozenset[str]:
    return frozenset(row["word"] for row in table(f"{language}/numbers") if row["kind"] == "article")


@cache
def _modifiers(language: str) -> Phrases:
    return _by_first((row["phrase"], row["modifier"]) for row in table(f"{language}/modifiers"))


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
    _vague(profile, language)
    tokens = tuple(_Word(match[0].lower().replace("’", "'"), *match.span()) for match in _TOKEN.finditer(text))
    line = _Line(text, tokens, profile, language)
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        made = _at(line, at)
        if made is None:
            at += 1
            continue
        quantity, at = made
        if not found or quantity.start >= found[-1].end:
            found.append(quantity)
    return tuple(found)


def _modified(line: _Line, at: int) -> tuple[int, str, bool, bool]:
    """Return where the modifiers from *at* end, what they do to the bounds, and whether they add or sum up."""
    modifier, additional, total = "exact", False, False
    while True:
        row = line.first_of(at, _modifiers(line.language))
        if row is None:
            return at, modifier, additional, total
        phrase, name = row
        additional, total = additional or name == "additional", total or name == "total"
        if name not in ("additional", "total"):
            modifier = name
        at += len(phrase)


def _at(line: _Line, first: int) -> tuple[Quantity, int] | None:
    """Return the quantity that begins at *first* and where it ends, null if none does."""
    at, modifier, additional, total = _modified(line, first)
    leans: Leaning | None = "additional" if additional else None
    number = _number(line, at)
    if number is None:
        # Whatever the modifier was, a vague word may begin where the phrase does: "some" is both.
        for begin in (at, first):
            for size in (4, 3, 2, 1):
                bounds = _vague(line.profile, line.language).get(line.words(begin, begin + size))
                if bounds is not None and _countable(line, begin + size):
                    low, high = bounds
                    if modifier in ("at_least", "more_than") and begin == at:
                        high = None
                    end = begin + size
                    start = first if begin == at else begin
                    return _made(line, start, begin, end, (low, high), "vague", line.profile, leans, total), end
        noun = line.word(at)
        one = unit_of(noun, line.language) is not None and not noun.endswith("s")
        if leans and at == first + 1 and line.is_one(first, "another") and one:
            return _made(line, first, first, at, (1, 1), "exact", "exact", "additional", total), at
        return _nothing(line, first)
    low, end = number
    if not _is_count(line, at, end, low):
        return None
    between = line.is_one(end, "and") and line.is_one(first - 1, "between")
    second = _second(line, end, low, between)
    if second is not None:
        high, stop = second
        if not _is_count(line, end + 1, stop, high, second=True):
            return None
        return _made(line, first - between, at, stop, (low, high), "range", "exact", leans, total), stop
    if line.is_one(end, "or") and line.is_one(end + 1, "more"):
        modifier, end = "at_least", end + 2
    leans = leans or _leaning(line, first, end)
    bounded_low, bounded_high, name = bounds_of(modifier, low, low)
    return _made(line, first, at, end, (bounded_low, bounded_high), name, "exact", leans, total), end


def _second(line: _Line, end: int, low: int, between: bool) -> tuple[int, int] | None:
    """Return the upper number of a range whose lower ends at *end*, and its end: "12 to 15", "between 12 and 15"."""
    either = line.is_one(end, "or")
    if not (between or either or line.is_one(end, "to") or line.word(end) in ("-", "–")):
        return None
    second = _number(line, end + 1)
    return second if second is not None and second[0] > low and (not either or second[0] - low < 3) else None


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
    line: _Line,
    first: int,
    number: int,
    end: int,
    bounds: tuple[int | None, int | None],
    modifier: Modifier,
    profile: str,
    leans: Leaning | None,
    total: bool,
) -> Quantity:
    start, stop = line.tokens[first].start, line.tokens[end - 1].end
    return Quantity(
        start, stop, *bounds, modifier, line.text[start:stop], line.tokens[number].start, stop, profile, leans, total
    )


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


def _number(line: _Line, at: int) -> tuple[int, int] | None:
    """Return the value of the number at *at* and where it ends."""
    if at >= len(line.tokens):
        return None
    word = line.word(at)
    table_of = _numbers(line.language)
    scaled = table_of.get(line.word(at + 1), (1, ""))
    digits = _digits(word)
    if scaled[1] == "scale":
        base = digits if digits is not None else _decimal(word)
        if base is not None:
            return round(base * scaled[0]), at + 2
    if digits is not None:
        return digits, at + 1
    whole = line.first_of(at, _wholes(line.language))
    if whole:
        return int(whole[1]), at + len(whole[0])
    if scaled[1] == "scale" and (table_of.get(word) == (1, "unit") or word in _articles(line.language)):
        return _spelled(line, at + 1, 1)
    parts = word.split("-")
    if parts[0] in table_of and table_of[parts[0]][1] == "unit" and all(part in table_of for part in parts):
        return _spelled(line, at, None)
    return None


def _spelled(line: _Line, at: int, start: int | None) -> tuple[int, int]:
    """Return the value of spelled words from *at* and where they end: 'two hundred and five thousand'."""
    table_of = _numbers(line.language)
    total, current, last = 0, start or 0, 0 if start is None else 1
    end = at
    while end < len(line.tokens):
        following = table_of.get(line.word(end + 1).split("-")[0], (0, ""))
        if line.is_one(end, "and") and current % 100 == 0 and (current or total) and following[1] == "unit":
            end += 1
            continue
        parts = line.word(end).split("-")
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


def _countable(line: _Line, at: int, within: int = 5) -> bool:
    """Return whether a counted noun can follow: one within *within* words, or "of"."""
    if line.is_one(at, "of"):
        return True
    near = line.words(at, at + within)
    return any(word in _units(line.language) or word in words(line.language, "others") for word in near)


def _is_count(line: _Line, at: int, end: int, value: int, second: bool = False) -> bool:
    """Return whether the number from *at* to *end* counts things: no year, date, age, share, sum of money or name."""
    text, language = line.text, line.language
    before, after = line.word(at - 1), line.word(end)
    start, stop = line.tokens[at].start, line.tokens[end - 1].end
    touching = text[start - 1 : start], text[stop : stop + 1]
    if (
        touching[0] in tuple("$€£₹#/:@")
        or touching[1] in tuple("%$€£/:°")
        or (touching[0] == "-" and not second and start > 1 and text[start - 2].isalnum())
    ):
        return False
    hyphened = pattern(language, "hyphen_measure").match(text, stop)
    if hyphened:
        return hyphened["counted"] is not None
    if after in words(language, "measure") or before in words(language, "label"):
        return False
    if line.is_one(at - 1, "of") and 1300 <= value < 2100 and after not in _units(language):
        return False
    if before == after == "," and stop - start < 4 and not line.word(at - 2).isdecimal():
        return False  # an age
    if touching[1].isalpha() or touching[0].isalpha():
        return False
    months = _month_names(language)
    if before in months or (after in months and value <= 31):
        return False
    if before == "." and line.word(at - 2) in months:
        return False
    figures = text[start:stop].isdecimal()
    if figures and stop - start == 4 and (1300 <= value <= 1450 or 1900 <= value <= 2100):
        return after in _units(language)
    if before == "," and at > 1 and figures and value <= 2100 and stop - start == 4:
        return False
    if value != 1 or text[start].isdecimal():
        return True
    if before in words(language, "no_count_one") or after in words(language, "one_no_count"):
        return False
    return line.is_one(end, "of") or _countable(line, end)


def _leaning(line: _Line, first: int, end: int) -> Leaning | None:
    after, before = line.words(end, end + 2), line.words(first - 2, first)
    if after in phrases(line.language, "part_after"):
        return "part_of"
    if line.is_one(end, "additional_after"):
        return "additional"
    part_before = phrases(line.language, "part_before")
    return "part_of" if before in part_before or before[-1:] in part_before else None


def _nothing(line: _Line, at: int) -> tuple[Quantity, int] | None:
    """Return the zero of "none of the 17" or "no arrests"."""
    if line.is_one(at, "none") and line.is_one(at + 1, "of"):
        return _made(line, at, at, at + 1, (0, 0), "exact", "exact", "part_of", False), at + 4
    if line.is_one(at, "no") and _countable(line, at + 1, 2):
        return _made(line, at, at, at + 1, (0, 0), "exact", "exact", None, False), at + 1
    return None
