"""Whether a number counts things: no year, date, age, share, score or name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.currency import currency_before
from allegata.ground.lexicon import is_given_name, pattern, phrases, table, words
from allegata.ground.number import is_plural, read_number
from allegata.ground.place import fold, is_spelling
from allegata.ground.unit import noun_units

if TYPE_CHECKING:
    from allegata.ground.number import Line

OLDEST = 110
"""The greatest age."""
SHARES = ("share_joint", "out_of")
"""Groups of words between a number and what it is a share of; "3 out of 10 inmates" counts three."""
BEFORE = 24
"""Code points before a number in which words for an age or a denial are looked for."""


def is_count(line: Line, at: int, end: int, value: int, second: bool = False, ranged: bool = False) -> bool:
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
    if _whole_of(line, end, value, "share_joint") is not None or _is_whole(line, at):
        return False  # two in five children
    if line.is_one(at - 1, "singular_verb") and pattern(language, "when_one").match(text, stop):
        return False  # Ada Verlo was 34 when she was held
    if pattern(language, "not_before").search(text, max(0, start - BEFORE), start) and _is_instead(line, end):
        return False  # not five but nine
    hyphened = pattern(language, "hyphen_measure").match(text, stop)
    if hyphened:
        return hyphened["counted"] is not None
    if pattern(language, "clock_after").match(text, stop):
        return False
    if after in words(language, "measure") or (
        before in words(language, "label") and after not in noun_units(language)
    ):
        return False
    listed = line.is_one(at - 1, "list_joint") and line.word(at - 2).isdecimal()
    if listed and line.word(at - 3 - line.is_one(at - 3, "between")) in words(language, "label"):
        return False  # aged 19 and 23
    if line.is_one(at - 1, "of") and 1300 <= value < 2100 and after not in noun_units(language):
        return False
    if before == after == "," and stop - start < 4 and not line.word(at - 2).isdecimal():
        return False  # an age
    measured = touching[1].isalpha() and line.gap(end - 1) == "" and after in noun_units(language)
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
        singular = f"{after}s" in noun_units(language)  # the 2019 bombing
        return after in noun_units(language) and not singular and not line.is_one(at - 1, "definite")
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
    return line.is_one(end, "of") or countable(line, end)


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
    return person and one and value < OLDEST and line.word(end) not in noun_units(line.language)


def _whole_of(line: Line, end: int, value: int, group: str) -> int | None:
    """Return where the number begins that *value*, which ends at *end*, is a share of: "two in five children", but not "ten in 20 raids"."""
    for joint in phrases(line.language, group):
        start = end + len(joint)
        whole = read_number(line, start) if line.words(end, start) == joint else None
        if whole is not None and whole[0] > value:
            people = noun_units(line.language).get(line.word(whole[1])) == "person"
            return start if people or len(joint) > 1 else None
    return None


def _is_whole(line: Line, at: int) -> bool:
    """Return whether the number at *at* is what one before it is a share of: "two in five children", "3 out of 10 inmates"."""
    for first in range(max(0, at - 4), at - 1):
        part = read_number(line, first)
        if part is not None and any(_whole_of(line, part[1], part[0], each) == at for each in SHARES):
            return True
    return False


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
        return not opens and line.is_capital(at) and after not in noun_units(language) and not _head(line, at)
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


@cache
def _month_names(language: str) -> frozenset[str]:
    return frozenset(row["name"] for row in table(f"{language}/months") if row["calendar"] == "gregorian")


def countable(line: Line, at: int, within: int = 5) -> bool:
    """Return whether a counted noun can follow: one within *within* words, or "of"."""
    if line.is_one(at, "of"):
        return True
    near = line.words(at, at + within)
    return any(word in noun_units(line.language) or word in words(line.language, "others") for word in near)
