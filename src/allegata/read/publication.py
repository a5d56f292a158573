"""The day of publication: which of the days that a page states is believed, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from allegata.model.document import Basis
from allegata.read.written import day_of_dateline, day_of_figures, day_of_line

_ADDRESS = re.compile(r"(?<=[/=_-])((?:19|20|1[34])\d{2})([/-])(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?![\dT:])")
_INNER = re.compile(r".*https?:/{1,2}")
SLACK_DAYS = 1
"""What two statements may differ by and still be of one day: one is in the time of the outlet, the other in that of a server."""
FIRST_LINES = 8
"""The lines of a text among which a line with the day stands, if there is one."""
STORY_CHARACTERS = 200
"""A line of so many characters is a paragraph of the story, and what a page says of itself stands before it."""


class Day(NamedTuple):
    """A day that a page states.

    value: YYYY[-MM[-DD]]. rule: what read it. where: in what pages say of themselves to machines, in the address, in words that readers
    see, or in what is printed around every page (header), where it is the day of today. sure: the words say that it is that of
    publication. placed: it stands where only that stands, so that it cannot be the day of today.
    """

    value: str
    rule: str
    where: Literal["metadata", "address", "text", "header"]
    sure: bool = True
    placed: bool = True


ORDER = ("metadata", "address", "text")
_SAID = {"metadata": "the metadata say", "address": "the address says", "text": "the text says"}


def address_days(url: str | None) -> list[Day]:
    """Return the days in the path of *url*: ``/2024/05/08/``, ``/2024-05-08``, ``/2024/may/08/``, of the Persian calendar where that is clear.

    Of the address of a kept copy those of the page's own address are meant.

    >>> [each.value for each in address_days("https://a.example/news/1403/02/19/ten-held")]
    ['2024-05-08']
    >>> address_days("https://web.archive.org/web/20240508101112/https://a.example/x")
    []
    """
    own = _INNER.sub("", (url or "").split("#")[0].lower())
    found: dict[str, Day] = {}
    for each in _ADDRESS.finditer(own):
        year, month, number = int(each[1]), each[3], int(each[4])
        day = (
            day_of_figures(year, int(month), number)
            if month.isdigit()
            else next((made.day for made in [day_of_line(f"{number} {month} {year}")] if made), None)
        )
        if day:
            found.setdefault(day, Day(day, "address", "address"))
    return list(found.values()) if len(found) == 1 else []


def text_days(lines: Sequence[str]) -> list[Day]:
    """Return the days that the first of *lines*, the paragraphs of a text, state as that of publication.

    >>> text_days(["Ten held", "By Ada Brill", "Published 8 May 2024", "Ten people were held."])
    [Day(value='2024-05-08', rule='line that says published', where='text', sure=True, placed=True)]
    """
    found: list[Day] = []
    for line in lines[:FIRST_LINES]:
        written = day_of_line(line)
        if written:
            rule = "line that says published" if written.label else "line with a day"
            found.append(Day(written.day, rule, "text", bool(written.label)))
        elif day := day_of_dateline(line):
            found.append(Day(day, "dateline", "text"))
        if len(line) >= STORY_CHARACTERS:
            break
    return found


def _apart(one: str, other: str) -> int:
    """Return how many days lie between two days, of which a partial one is any day in it."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return 0
    full = [f"{each}-01-01"[:10] if len(each) == 4 else f"{each}-01"[:10] for each in (one, other)]
    return abs((date.fromisoformat(full[0]) - date.fromisoformat(full[1])).days)


def _differ(one: str, other: str) -> bool:
    return _apart(one, other) > SLACK_DAYS


def published_of(days: Iterable[Day], fetched_at: str | None = None) -> tuple[str | None, Basis | None]:
    """Return the day of publication that *days* support, and what it rests on; both null where nothing is stated.

    What the page says to machines comes first, then its address, then its text, each in the order given. Against that order:

    1. A day that is after the one on which the page was fetched is none.
    2. Where the metadata say the very day of the fetch and the address an earlier one, the address holds: the page prints today.
    3. A line with a day that does not say what it is holds only where all such lines agree; where nothing tells whether it is of the
       report or of the page, only where it is not, or may not be, the day of the fetch.
    4. A day in the header of the page never holds.

    Two days that are next to each other do not differ: a server's day begins at another hour. What differs is said in the note.

    >>> published_of([Day("2024-05-07", "address", "address"), Day("2024-05-07", "meta date", "metadata")])[1].rule
    'meta date'
    >>> published_of([Day("2024-05-08", "line with a day", "header")], "2024-05-08T09:00:00Z")
    (None, Basis(field='published', rule='', value=None, note='in doubt: 2024-05-08 is in the header, and the day on which the page was fetched'))
    """
    stated = sorted((each for each in days if each.where != "header"), key=lambda each: ORDER.index(each.where))
    header = [each for each in days if each.where == "header"]
    fetched = (fetched_at or "")[:10]
    notes: list[str] = []
    if fetched:
        late = [each for each in stated if each.value[:10] > fetched and _differ(each.value, fetched)]
        stated = [each for each in stated if each not in late]
        notes += [f"{_SAID[each.where]} {each.value}, which is after the page was fetched" for each in late[:1]]
    address = next((each for each in stated if each.where == "address"), None)
    first = stated[0] if stated else None
    if (
        first
        and address
        and first.where == "metadata"
        and _is_today(first, fetched)
        and _differ(first.value, address.value)
    ):
        notes.append(f"{_SAID['metadata']} {first.value}, the day on which the page was fetched")
        stated = [each for each in stated if each.where != "metadata"]
        first = stated[0]
    if first and first.where == "text":
        first, against = _of_text(stated, fetched)
        notes += against
    if first is None:
        notes += [_of_header(each, fetched) for each in header[:1]] if not notes else []
        return None, Basis("published", "", None, f"in doubt: {'; '.join(notes)}") if notes else None
    other = next((each for each in stated if each.where != first.where and _differ(each.value, first.value)), None)
    same = next((each for each in stated if each.where == first.where and _differ(each.value, first.value)), None)
    if other and (other.sure or other.where == "address"):
        notes.append(f"{_SAID[other.where]} {other.value}")
    elif same and first.where == "metadata":
        notes.append(f"{_SAID[same.where]} {same.value}, too")
    return first.value, Basis("published", first.rule, first.value, "; ".join(notes))


def _is_today(day: Day, fetched: str) -> bool:
    return bool(fetched) and day.value[:10] == fetched


def _of_header(day: Day, fetched: str) -> str:
    return f"{day.value} is in the header{', and the day on which the page was fetched' if _is_today(day, fetched) else ''}"


def _of_text(days: Sequence[Day], fetched: str) -> tuple[Day | None, list[str]]:
    """Return the day that the words of a page support, and why there is none."""
    sure = [each for each in days if each.sure]
    if sure:
        apart = next((each for each in sure if _differ(each.value, sure[0].value)), None)
        return sure[0], [f"the text says {apart.value}, too"] if apart else []
    if any(_differ(each.value, days[0].value) for each in days):
        return None, [
            f"the text has {', '.join(sorted({each.value for each in days})[:3])} and does not say which it is"
        ]
    if _is_today(days[0], fetched):
        return None, [
            f"the text has {days[0].value}, the day on which the page was fetched, and does not say what it is"
        ]
    return days[0], []
