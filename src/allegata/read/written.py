"""Days as pages write them in lines around a story: in words of several languages, in figures, in the Persian calendar."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from allegata.ground.calendar import CALENDARS
from allegata.ground.lexicon import languages, table
from allegata.model.error import InputError

LINE_CHARACTERS = 160
"""A longer line is of the story."""
BESIDE_CHARACTERS = 60
"""Letters that may stand beside a day that a line is about: a byline, a weekday, a place."""
PERSIAN_YEARS = range(1370, 1411)
"""Years that pages count in the Persian calendar: 1991 to 2032. As years of the Islamic calendar they are before the web."""
OLDEST = 1900
"""A page that states an earlier year counts in another calendar, or nothing."""
_SPELLING = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": None})
_YEAR = re.compile(r"\d{4}")
_FIGURES = re.compile(r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d/-]|\.\d)")
_DATELINE = re.compile(r"\)?(?:\s?\([^()]{1,40}\))?\s{0,2}(?:--|[-–—―:])(?=\s)")


class Written(NamedTuple):
    """A day in a line. start, end: in the folded line. label: published, changed, or empty where the line does not say what it is."""

    day: str
    start: int
    end: int
    label: str = ""


def folded(line: str) -> str:
    """Return *line* as days and labels are looked for in it: no case, marks or signs of direction, figures of ASCII, Persian letters.

    >>> folded("۱۹ ارديبهشت"), folded("Publié")
    ('19 اردیبهشت', 'publie')
    """
    if line.isascii():
        return " ".join(line.casefold().split())
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", line.casefold().translate(_SPELLING)):
        kind = unicodedata.category(char)
        if kind == "Nd":
            kept.append(str(unicodedata.decimal(char)))
        elif kind == "Cf":
            kept.append(" " if char == "\u200c" else "")
        elif kind != "Mn":
            kept.append(char)
    return " ".join("".join(kept).split())


@cache
def _months() -> dict[str, tuple[str, int]]:
    """Return calendar and number of each month name: of the language tables, then of the table of pages."""
    rows = [(row["words"], row) for row in table("page_days") if row["kind"] == "month"]
    rows += [(row["name"], row) for language in languages() for row in table(f"{language}/months")]
    return {folded(name): (row["calendar"], int(row["month"])) for name, row in rows}


def _any(words: list[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(set(words), key=lambda each: (-len(each), each)))


@cache
def _in_words() -> re.Pattern[str]:
    names = _any(list(_months()))
    return re.compile(
        rf"(?<![\w/])(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s(?:of\s|de\s|-\s)?ב?(?P<m1>{names})\.?,?\s(?:de\s|del\s)?(?P<y1>\d{{4}})"
        rf"|(?P<m2>{names})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>\d{{4}}))(?![\w/])"
    )


@cache
def _labels() -> re.Pattern[str]:
    kinds = {
        kind: _any([folded(row["words"]) for row in table("page_days") if row["kind"] == kind])
        for kind in ("published", "changed")
    }
    return re.compile(rf"(?<!\w)(?:(?P<changed>{kinds['changed']})|(?P<published>{kinds['published']}))(?!\w)")


def day_in(calendar: str, year: int, month: int, day: int) -> str | None:
    """Return an ISO date, null if there is no such day or pages do not speak of such a year.

    >>> day_in("persian", 1403, 2, 19), day_in("gregorian", 1403, 2, 19), day_in("gregorian", 2024, 2, 30)
    ('2024-05-08', None, None)
    """
    if calendar == "persian" and year not in PERSIAN_YEARS:
        return None
    try:
        made = CALENDARS[calendar].day(year, month, day)
    except (InputError, KeyError):
        return None
    return made if int(made[:4]) >= OLDEST else None


def day_of_figures(year: int, month: int, day: int) -> str | None:
    """Return the day that three numbers stand for, by their year: of the Persian calendar only where it is clear.

    >>> day_of_figures(1403, 2, 19), day_of_figures(2024, 5, 8), day_of_figures(1445, 10, 29)
    ('2024-05-08', '2024-05-08', None)
    """
    return day_in("persian" if year in PERSIAN_YEARS else "gregorian", year, month, day)


def written_days(line: str) -> list[Written]:
    """Return the days that *line* writes out with their year, in reading order, each with what its line says of it.

    A label holds for the first day behind it.

    >>> [each[0] for each in written_days("Published: May 8th, 2024; updated 9 May 2024")]
    ['2024-05-08', '2024-05-09']
    >>> [(each.day, each.label) for each in written_days("تاریخ انتشار: ۱۹ اردیبهشت ۱۴۰۳")]
    [('2024-05-08', 'published')]
    """
    text = folded(line)
    if not _YEAR.search(text):
        return []
    found: list[tuple[int, int, str | None]] = []
    for each in _in_words().finditer(text):
        calendar, month = _months()[each["m1"] or each["m2"]]
        day = day_in(calendar, int(each["y1"] or each["y2"]), month, int(each["d1"] or each["d2"]))
        found.append((*each.span(), day))
    for each in _FIGURES.finditer(text):
        found.append((*each.span(), day_of_figures(int(each[1]), int(each[3]), int(each[4]))))
    labels = [(each.end(), str(each.lastgroup)) for each in _labels().finditer(text)]
    days, before = [], 0
    for start, end, day in sorted(found):
        label = next((kind for at, kind in reversed(labels) if before <= at <= start), "")
        if day is not None:
            days.append(Written(day, start, end, label))
        before = end
    return days


def day_of_line(line: str) -> Written | None:
    """Return the day that *line* is about: the first that it says was that of publication, else its only one, if hardly more stands there.

    >>> day_of_line("By Ada Brill | 8 May 2024, 14:05"), day_of_line("Updated 8 May 2024")
    (Written(day='2024-05-08', start=15, end=25, label=''), None)
    >>> day_of_line("The law was passed on 8 May 2024 by a chamber that had not met for more than a year, he said.")
    """
    if len(line) > LINE_CHARACTERS:
        return None
    days = [each for each in written_days(line) if each.label != "changed"]
    for each in days:
        if each.label == "published":
            return each
    text = folded(line)
    if len({each.day for each in days}) != 1 or text.endswith((".", "?", "!")):
        return None
    rest = text[: days[0].start] + text[days[0].end :]
    return days[0] if sum(map(str.isalpha, rest)) <= BESIDE_CHARACTERS else None


def day_of_dateline(paragraph: str) -> str | None:
    """Return the day of the dateline at the head of *paragraph*: a place in capitals and a day, before a dash or colon.

    >>> day_of_dateline("ORVA, May 8, 2024 (Harbor Wire) — Ten people were held.")
    '2024-05-08'
    >>> day_of_dateline("Since May 8, 2024 - a Wednesday - ten people were held.")
    """
    head = paragraph[:120]
    days = written_days(head)
    if not days or days[0].start > LINE_CHARACTERS // 2 or not _DATELINE.match(folded(head)[days[0].end :]):
        return None
    place = re.search(r"[^\W\d_]{2,}", head)
    return days[0].day if place and place[0].upper() == place[0] else None
