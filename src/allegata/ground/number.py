"""Written numbers to values: figures in their groupings, words, and both before a scale."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from allegata.ground.lexicon import table, words

_TOKEN = re.compile(r"\d+(?:[.,\u00a0\u2009\u202f]\d+|['’·_]\d{3}(?!\d))*[¼-¾⅐-⅞]?|[^\W\d_]+(?:['’-][^\W_]+)*|[^\w\s]")
_INDIAN = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}")
_DECIMAL = re.compile(r"[0-9]{1,6}[.,][0-9]{1,3}")
_FRACTION = re.compile(r"([0-9]{1,6})[¼-¾⅐-⅞]")

Phrases = dict[str, tuple[tuple[tuple[str, ...], str], ...]]


class Word(NamedTuple):
    """A word, number or sign in lower case, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """The words of a text, and the tables they are read with."""

    text: str
    tokens: tuple[Word, ...]
    profile: str
    language: str

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(token.text for token in self.tokens)

    def word(self, at: int) -> str:
        """Return the word at *at*, empty outside the text."""
        return self.texts[at] if 0 <= at < len(self.texts) else ""

    def words(self, start: int, end: int) -> tuple[str, ...]:
        """Return the words from *start* up to *end*."""
        return self.texts[max(0, start) : end]

    def is_one(self, at: int, group: str) -> bool:
        """Return whether the word at *at* is of a *group* of words.tsv."""
        return self.word(at) in words(self.language, group)

    def gap(self, at: int) -> str:
        """Return what stands between the word at *at* and the next one."""
        return self.text[self.tokens[at].end : self.tokens[at + 1].start] if at + 1 < len(self.tokens) else " "

    def is_capital(self, at: int) -> bool:
        """Return whether the word at *at* begins with a capital."""
        return 0 <= at < len(self.tokens) and self.text[self.tokens[at].start].isupper()

    def first_of(self, at: int, phrases: Phrases) -> tuple[tuple[str, ...], str] | None:
        """Return the longest of *phrases* that stands at *at*, with its value."""
        rows = phrases.get(self.word(at), ())
        return next((row for row in rows if self.words(at, at + len(row[0])) == row[0]), None)


def line_of(text: str, profile: str, language: str) -> Line:
    """Return the words of *text*.

    >>> line_of("At least 1,200 men.", "default", "en").words(0, 9)
    ('at', 'least', '1,200', 'men', '.')
    """
    tokens = tuple(Word(match[0].lower().replace("’", "'"), *match.span()) for match in _TOKEN.finditer(text))
    return Line(text, tokens, profile, language)


def by_first(rows: Iterable[tuple[str, str]]) -> Phrases:
    """Return phrases as tuples of words with what they stand for, by their first word, the longest first.

    >>> by_first([("a few", "2")])
    {'a': ((('a', 'few'), '2'),)}
    """
    found: Phrases = {}
    for phrase, value in sorted(rows, key=lambda row: -len(row[0].split())):
        parts = tuple(phrase.split())
        found[parts[0]] = (*found.get(parts[0], ()), (parts, value))
    return found


@cache
def number_words(language: str) -> dict[str, tuple[int, str]]:
    """Return value and kind (unit, scale) of the words numbers are spelled with.

    >>> number_words("en")["dozen"]
    (12, 'scale')
    """
    rows = table(f"{language}/numbers")
    return {row["word"]: (int(row["value"]), row["kind"]) for row in rows if row["kind"] in ("unit", "scale")}


@cache
def _of_kind(language: str, kind: str) -> dict[str, int]:
    return {row["word"]: int(row["value"]) for row in table(f"{language}/numbers") if row["kind"] == kind}


@cache
def opening_words(language: str) -> frozenset[str]:
    """Return the words, in front of a hyphen too, that a number in words may begin with.

    >>> {"a", "half", "seven"} <= opening_words("en")
    True
    """
    numbers = number_words(language).keys() | _of_kind(language, "article").keys()
    return frozenset(numbers | _wholes(language).keys() | words(language, "half"))


@cache
def _wholes(language: str) -> Phrases:
    return by_first((row["word"], row["value"]) for row in table(f"{language}/numbers") if row["kind"] == "whole")


@cache
def _units(language: str) -> frozenset[str]:
    return frozenset(row["noun"] for row in table(f"{language}/units"))


def is_plural(word: str, language: str) -> bool:
    """Return whether *word* is one of a counted noun, or has the look of a plural.

    >>> [is_plural(word, "en") for word in ("people", "releases", "access", "is", "time")]
    [True, True, False, False, False]
    """
    if word in _units(language):
        return True
    return len(word) > 3 and word[-1] == "s" and word[-2] not in "sui'" and word not in words(language, "no_plural")


def _digits(word: str) -> int | None:
    plain = unicodedata.normalize("NFKC", word)
    if not plain[:1].isdigit():
        return None
    groups = re.split(r"[.,\s'’·_]", plain)
    if not all(group.isdecimal() for group in groups) or len(plain) > 20:
        return None
    if len(groups) == 1 or all(len(group) == 3 for group in groups[1:]) or _INDIAN.fullmatch(plain):
        return int("".join(groups))
    return None


def scale_at(line: Line, at: int) -> int | None:
    """Return what the word at *at* multiplies the number before it by, null if it is no scale."""
    value, kind = number_words(line.language).get(line.word(at), (0, ""))
    return value if kind == "scale" else None


def read_number(line: Line, at: int) -> tuple[int, int] | None:
    """Return the value of the number at *at* and where it ends, null if there is none.

    >>> [read_number(line_of(text, "default", "en"), 0) for text in ("2.5 million", "1 204 files", "Half a million", "5k users", "men")]
    [(2500000, 2), (1204, 2), (500000, 3), (5000, 2), None]
    """
    if at >= len(line.tokens):
        return None
    word, language = line.word(at), line.language
    if word[0].isdecimal():
        return _figures(line, at, word)
    whole = line.first_of(at, _wholes(language))
    if whole:
        return int(whole[1]), at + len(whole[0])
    scale = scale_at(line, at + 1)
    if line.is_one(at, "half") and line.word(at + 1) in _of_kind(language, "article"):
        half_of = scale_at(line, at + 2)
        return (half_of // 2, at + 3) if half_of else None
    known = number_words(language)
    if scale and (known.get(word) == (1, "unit") or word in _of_kind(language, "article")):
        return _spelled(line, at + 1, 1)
    parts = word.split("-")
    if parts[0] not in known or known[parts[0]][1] != "unit":
        return None
    if len(parts) > 1 and (
        parts[-1] in words(language, "hyphen_count") or parts[-1] in words(language, "hyphen_hedge")
    ):
        values = [known.get(part, (None, ""))[0] for part in parts[:-1]]
        return (sum(value for value in values if value), at + 1) if None not in values else None
    if all(part in known for part in parts):
        return _halves(line, *_spelled(line, at, None))
    return None


def read_parts(line: Line, at: int) -> int | None:
    """Return the whole part of a number at *at* that has decimals and no scale after it, null if there is none.

    >>> [read_parts(line_of(text, "default", "en"), 0) for text in ("1.2 tonnes", "1.2 million", "1.200 men", "1 man")]
    [1, None, None, None]
    """
    word = line.word(at)
    if halved := _FRACTION.fullmatch(word):
        return None if scale_at(line, at + 1) else int(halved[1])
    if not _DECIMAL.fullmatch(word) or _digits(word) is not None or scale_at(line, at + 1):
        return None
    return int(re.split(r"[.,]", word)[0])


def _figures(line: Line, at: int, word: str) -> tuple[int, int] | None:
    digits, scale = _digits(word), scale_at(line, at + 1)
    if scale:
        if digits is not None and not (_DECIMAL.fullmatch(word) and "." in word):
            return digits * scale, at + 2
        decimal = float(word.replace(",", ".")) if _DECIMAL.fullmatch(word) else None
        return (round(decimal * scale), at + 2) if decimal is not None else None
    suffix = _of_kind(line.language, "suffix").get(line.word(at + 1))
    if suffix and not line.gap(at):
        base = digits if digits is not None else float(word.replace(",", ".")) if _DECIMAL.fullmatch(word) else None
        money = at > 0 and line.is_one(at - 1, "currency_sign")
        if base is not None and (money or is_plural(line.word(at + 2), line.language)):
            return round(base * suffix), at + 2
    if (
        digits is None
        and _DECIMAL.fullmatch(word)
        and line.is_one(at + 1, "range_joint")
        and line.word(at + 2)[:1].isdigit()
    ):
        further = scale_at(line, at + 3)
        if further:  # the scale holds for both ends: "1.5-2 million"
            return round(float(word.replace(",", ".")) * further), at + 1
    if digits is None or (word[0] == "0" and len(word) > 1):
        return None
    end = at + 1
    if len(word) < 4 and word.isdecimal() and digits:
        # Groups of three set off by a space: "1 204".
        while line.gap(end - 1) == " " and len(line.word(end)) == 3 and line.word(end).isdecimal():
            digits, end = digits * 1000 + int(line.word(end)), end + 1
    return _halves(line, digits, end)


def _halves(line: Line, value: int, end: int) -> tuple[int, int]:
    """Return *value* and *end*, past "and a half" and the scale it belongs to."""
    if (
        line.is_one(end, "and")
        and line.word(end + 1) in _of_kind(line.language, "article")
        and line.is_one(end + 2, "half")
    ):
        scale = scale_at(line, end + 3)
        if scale:
            return value * scale + scale // 2, end + 4
    return value, end


def _spelled(line: Line, at: int, start: int | None) -> tuple[int, int]:
    """Return the value of spelled words from *at* and where they end: 'two hundred and five thousand'."""
    known = number_words(line.language)
    total, current, last = 0, start or 0, 0 if start is None else 1
    end = at
    while end < len(line.tokens):
        following = known.get(line.word(end + 1).split("-")[0], (0, ""))
        if line.is_one(end, "and") and current % 100 == 0 and (current or total) and following[1] == "unit":
            end += 1
            continue
        parts = line.word(end).split("-")
        if not all(part in known for part in parts):
            break
        if known[parts[0]][1] == "scale":
            value = known[parts[0]][0]
            if value == 100 or value == 12:
                current = max(current, 1) * value
            elif total and not current and scale_at(line, end - 1):
                total *= value  # two thousand million
            else:
                total, current = total + max(current, 1) * value, 0
            last = 0
        else:
            value = sum(known[part][0] for part in parts)
            if last and not (last % 10 == 0 and last >= 20 and value < 10):
                break
            current += value
            last = value
        end += 1
    return total + current, end


@cache
def zeros(language: str) -> Phrases:
    """Return the words for nothing: those before a whole ("of": none) and those that stand alone ("whole": nobody)."""
    rows = [(row["word"], "of") for row in table(f"{language}/words") if row["group"] == "none"]
    return by_first(rows + [(row["word"], "whole") for row in table(f"{language}/words") if row["group"] == "nobody"])


@cache
def not_ones(language: str) -> Phrases:
    """Return the words that deny even one: "not one official"."""
    return by_first((each, "") for each in words(language, "not_one"))
