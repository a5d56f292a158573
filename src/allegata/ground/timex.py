"""Time expressions in text: found by the forms of data/LANGUAGE/times.tsv, then narrowed, joined and bounded by the words around."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from itertools import takewhile

from allegata.ground.anchor import Anchor, Parts, Scene, Setting, anchor_of, feasts, folded, months, values
from allegata.ground.calendar import span
from allegata.ground.lexicon import alternation, pattern, table, words
from allegata.ground.narrow import narrowed, unfinished
from allegata.ground.period import READERS
from allegata.model.claim import Period
from allegata.model.error import InputError
from allegata.model.mention import Mention, span_of

_KIND = re.compile(r"\{([a-z]+)\}")
_WORD = re.compile(r"[^\W_]+")
REACH = 64
"""Code points on either side of a word that starts or ends an expression, in which the rest of it is looked for."""
BEGUN = "begun"
"""The rule of a time at which an operation began, of which nothing says when it ended."""
TOLD = 300
"""Code points back in which the time is looked for that "two days later" counts from."""
AGAIN = "again"
"""The rule of a stretch of time that was told before."""
TIED = 600
"""Code points between "the past year" and a year of its country's calendar that it is tied to."""
NAMING = frozenset({"dated", "month", "weekday", "feast"})
"""Readers of forms whose words are also those of names."""


@cache
def weekdays(language: str) -> tuple[str, ...]:
    """Return the names of the days of the week, Monday first.

    >>> weekdays("en")[2]
    'wednesday'
    """
    days = values(language, "weekday")
    return tuple(sorted(days, key=days.__getitem__))


WEEKDAYS = weekdays("en")


@dataclass(frozen=True)
class _Form:
    reader: str
    cue: str
    pattern: re.Pattern[str]
    lengths: bool


@dataclass
class _Found:
    start: int
    end: int
    reader: str
    parts: Parts
    readings: tuple[Period, ...] = ()
    edge: str = ""


def _members(language: str, kind: str) -> tuple[str, ...]:
    match kind:
        case "month":
            return tuple(months(language))
        case "solar":
            return tuple(name for name, row in months(language).items() if row[0] == "persian")
        case "feast":
            return tuple(feasts(language))
        case _:
            return tuple(values(language, kind))


@cache
def _forms(language: str) -> tuple[tuple[_Form, ...], tuple[re.Pattern[str], ...]]:
    """Return the forms of time expressions in the order they are tried, and the words before one that narrow it."""
    forms, parts = [], []
    for row in table(f"{language}/times"):
        # An apostrophe of a name or feast may be either.
        source = _KIND.sub(lambda found: alternation(_members(language, found[1])).replace("'", "['’]"), row["pattern"])
        if row["reader"] == "part":
            parts.append(re.compile(source + r"\Z", re.IGNORECASE))
        else:
            forms.append(_Form(row["reader"], row["cue"], re.compile(source, re.IGNORECASE), row["asked"] == "lengths"))
    return tuple(forms), tuple(parts)


@cache
def _cues(language: str) -> dict[str, frozenset[str]]:
    """Return the kinds of cue a word is: the longest word of each phrase stands for it."""
    found: dict[str, set[str]] = {}
    for kind in {form.cue for form in _forms(language)[0]} - {"year", "number"}:
        for phrase in _members(language, kind):
            longest = max(_WORD.findall(phrase), key=len)
            found.setdefault(longest, set()).add(kind)
            if kind == "unit":
                found.setdefault(longest + "s", set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


def _stretches(text: str, language: str) -> dict[str, list[tuple[int, int]]]:
    """Return for each kind of cue the stretches of *text* around such words: all an expression of it can lie in."""
    cues = _cues(language)
    found: dict[str, list[tuple[int, int]]] = {}
    for match in _WORD.finditer(text):
        word = match[0]
        if word[0].isdigit():
            kinds: frozenset[str] = _YEAR if len(word) >= 4 and word[:4].isdigit() and word[0] in "12" else _NUMBER
        else:
            kinds = cues.get(word.lower(), _NONE)
        for kind in kinds:
            start, end = match.start() - REACH, match.end() + REACH
            near = found.setdefault(kind, [])
            if near and start <= near[-1][1]:
                near[-1] = (near[-1][0], end)
            else:
                near.append((start, end))
    return {kind: [_whole(text, *each) for each in near] for kind, near in found.items()}


_YEAR, _NUMBER, _NONE = frozenset({"year", "number"}), frozenset({"number"}), frozenset[str]()


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch moved outward so that it cuts no word."""
    start, end = max(0, start), min(len(text), end)
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def find_times(
    text: str,
    published: str | None = None,
    spoken: str | None = None,
    language: str = "en",
    *,
    lengths: bool = False,
) -> tuple[Mention[Period], ...]:
    """Return the time expressions of *text* in reading order; they do not overlap.

    *spoken* wins over *published* as the anchor. Without an anchor a relative expression keeps its TIMEX3 value
    and has neither start nor end. "since X" has no end, "until X" no start. With *lengths* also what names no days:
    lengths ("for three hours"), sets ("weekly"), hours ("at 5 pm"), and words for now and then.
    Source: TIMEX3 as in ISO-TimeML; "past N" is the window back from the anchor.

    >>> [(t.text, t.value.start, t.value.end) for t in find_times("on Wednesday, April 24, and in 2018", "2019-05")]
    [('Wednesday, April 24', '2019-04-24', '2019-04-25'), ('2018', '2018-01-01', '2019-01-01')]
    """
    anchor, scene = anchor_of(spoken or published), Scene(text, language)
    found = _matches(text, scene, lengths)
    kept: list[_Found] = []
    told: list[_Found] = []
    for each in found:
        near = takewhile(partial(_is_near, each), reversed(told))
        ahead = anchor.day is not None and _ahead(text, each.start, each.end, language)
        setting = Setting(anchor, language, scene, ahead, tuple(other.readings[0] for other in near))
        each.readings = tuple(_read(each, setting))
        if not _narrow(each, text, language):
            continue
        while kept and kept[-1].end > each.start:
            kept.pop()  # the weekday of "the first Friday of June"
        kept.append(each)
        if len(each.readings) == 1 and each.readings[0].start and each.readings[0].end:
            told.append(each)
    setting = Setting(anchor, language, scene)
    for each in kept:
        each.readings = _tied(each, kept, setting) or each.readings
    return tuple(_told_again(_bounded(text, kept, setting)))


def _told_again(found: Iterable[Mention[Period]]) -> Iterator[Mention[Period]]:
    """Yield *found*, those that are "the same period" with the last told near before of more than a day and less than a year; none without one."""
    last: Mention[Period] | None = None
    for each in found:
        value = each.value
        if each.rule == AGAIN:
            near = last is not None and each.spans[0].start - last.spans[0].end < TOLD
            if last is not None and near:
                yield Mention(each.spans, last.readings, AGAIN)
            continue
        if value is not None and value.start and value.end and value.precision not in ("day", "year"):
            last = each
        yield each


def _is_near(found: _Found, told: _Found) -> bool:
    return found.start - told.end < TOLD


def _tied(found: _Found, kept: list[_Found], setting: Setting) -> tuple[Period, ...]:
    """Return the Persian year that "the past year" is tied to: the only one named near it, if it is the one last begun or ended."""
    if found.reader != "unit" or not _is_past_year(found.parts, setting.language) or not setting.scene.solar:
        return ()
    first, last = (bisect_left(kept, found.start + step, key=lambda each: each.start) for step in (1 - TIED, TIED))
    years = {
        each.readings[0]
        for each in kept[first:last]
        if each is not found
        and each.reader in ("lunar", "year")
        and len(each.readings) == 1
        and each.readings[0].calendar == "persian"
        and each.readings[0].precision == "year"
    }
    if len(years) != 1:
        return ()
    (year,), latest = years, setting.anchor.latest
    if latest is not None and not (
        year.start and year.end and year.start <= latest.isoformat() <= _a_year_on(year.end)
    ):
        return ()
    return (year,)


def _is_past_year(parts: Parts, language: str) -> bool:
    past = "within" in parts or values(language, "which").get(folded(parts.get("which", ""))) == "window"
    return past and values(language, "unit")[folded(parts["unit"])] == "Y"


def _a_year_on(day: str) -> str:
    return f"{int(day[:4]) + 1:04}{day[4:]}"


def open_since(text: str, time: Mention[Period], language: str = "en") -> Mention[Period]:
    """Return *time* with no end where it dates what something has gone on since: "since the revolt of July 2016", "so far in 2021".

    >>> since = open_since(text := "since the revolt of July 2016", find_times(text)[0])
    >>> since.text, since.value.start, since.value.end
    ('since the revolt of July 2016', '2016-07-01', None)
    """
    at, one = time.spans[0], time.value
    event = pattern(language, "time_since_event").search(text, max(0, at.start - REACH), at.start)
    if one is None or not (one.start and one.end):
        return time
    if event is None:
        before = pattern(language, "so_far_before").search(text, max(0, at.start - REACH), at.start)
        if before is None and not pattern(language, "so_far_after").match(text, at.end):
            return time
        return begun(time, time.rule)
    whole = span_of(text, event.start(), at.end)
    return Mention((whole,), (span(one.start, None, one.timex, "range", one.calendar),), time.rule)


def begun(time: Mention[Period], rule: str = BEGUN) -> Mention[Period]:
    """Return *time* with no end, as that of what began then; what has none yet, or no start, as it is.

    >>> begun(find_times("The raids began on 3 May 2021.")[0]).value.end is None
    True
    """
    one = time.value
    if one is None or not (one.start and one.end):
        return time
    return Mention(time.spans, (span(one.start, None, one.timex, "range", one.calendar),), rule)


def _matches(text: str, scene: Scene, lengths: bool) -> list[_Found]:
    """Return what the forms find, in reading order. A stretch that an earlier form has read is not read again."""
    language = scene.language
    stretches = _stretches(text, language)
    taken: list[_Found] = []
    read: list[tuple[int, int]] = []
    for form in _forms(language)[0]:
        if form.lengths and not lengths:
            continue
        for from_, to in stretches.get(form.cue, ()):
            for match in form.pattern.finditer(text, from_, to):
                start, end = match.span()
                while end > start and text[end - 1] in ".,":
                    end -= 1
                at = bisect_left(read, (start, end))
                if (at and read[at - 1][1] > start) or (at < len(read) and read[at][0] < end):
                    continue
                parts = {key: value for key, value in match.groupdict().items() if value is not None}
                if form.reader in NAMING and _is_name(form.reader, match, parts, scene):
                    if "day" in parts:
                        read.insert(at, (start, end))
                    continue
                if "year" in parts and _is_number(text, start, end, parts, language):
                    continue
                # A day that does not exist is no other time either: "February 30" does not speak of February.
                taken.append(_Found(start, end, form.reader, parts))
                read.insert(at, (start, end))
    return sorted(taken, key=lambda each: each.start)


def _read(found: _Found, setting: Setting) -> Iterator[Period]:
    try:
        yield from READERS[found.reader](found.parts, setting)
    except (InputError, ValueError, OverflowError, LookupError):
        return


def _narrow(found: _Found, text: str, language: str) -> bool:
    """Narrow *found* by the words before it that name a part; return whether it is a time."""
    before = text[max(0, found.start - REACH) : found.start]
    part = next((match for form in _forms(language)[1] if (match := form.search(before))), None)
    if part is None:
        bounded = pattern(language, "time_during").search(before) is not None and found.reader == "lunar"
        return bool(found.readings) and (bounded or not unfinished(found.reader, found.parts, language))
    parts = {key: value for key, value in part.groupdict().items() if value is not None}
    try:
        made = [narrowed(each, parts, language) for each in found.readings]
    except (InputError, ValueError, OverflowError, LookupError):
        made = []
    if made and all(made):
        found.readings = tuple(each for each in made if each)
        found.start -= len(part[0])
        found.edge = values(language, "edge").get(folded(parts.get("edge", "")), "")
        return True
    return bool(found.readings) and not unfinished(found.reader, found.parts, language)


def _ahead(text: str, start: int, end: int, language: str) -> bool:
    """Return whether the clause around looks forward: "will" before the time, or after one that begins the sentence."""
    before = pattern(language, "clause_end").split(text[max(0, start - 120) : start])[-1]
    if pattern(language, "time_ahead").search(pattern(language, "time_said").split(before)[-1]):
        return True
    if len(before.split()) > 2 or pattern(language, "time_said").search(before):
        return False
    after = pattern(language, "clause_end").split(text[end : end + 90])[0]
    return pattern(language, "time_ahead").search(pattern(language, "time_said").split(after)[0]) is not None


def _bounded(text: str, kept: list[_Found], setting: Setting) -> Iterator[Mention[Period]]:
    language, at = setting.language, 0
    while at < len(kept):
        one = kept[at]
        joined = _joined(text, one, kept[at + 1], setting) if at + 1 < len(kept) else None
        if joined is not None:
            yield joined
            at += 2
            continue
        begin, period = _bound(text, one, language)
        yield Mention((span_of(text, begin, one.end),), (period,) if period else one.readings, one.reader)
        at += 1


def _joined(text: str, one: _Found, two: _Found, setting: Setting) -> Mention[Period] | None:
    """Return the stretch from one time to the next one, null if they are two times."""
    language = setting.language
    if len(one.readings) != 1 or len(two.readings) != 1 or two.start - one.end > 12:
        return None
    join = pattern(language, "time_join").fullmatch(text[one.end : two.start])
    opened = pattern(language, "time_open").search(text[max(0, one.start - 14) : one.start])
    first, last = one.readings[0], two.readings[0]
    months_on = one.reader == two.reader == "month"
    if not join or not (opened or join["alone"] or months_on) or not (last.start and last.end):
        return None
    if "year" not in one.parts and one.reader in ("dated", "month", "weekday"):
        # "28 December to 3 January": the first day is the last such one before the second.
        day = date.fromisoformat(last.start)
        again = tuple(_read(one, replace(setting, anchor=Anchor(day, day, day))))
        first = again[0] if again and again[0].start else first
    if not first.start or first.start >= last.end:
        return None
    if months_on and not (opened or join["alone"]) and first.end != last.start:
        return None  # in March and June, but in January and February
    whole = Period(first.start, last.end, f"{first.timex}/{last.timex}", first.calendar, "range")
    begin = one.start - (len(opened[0]) if opened else 0)
    return Mention((span_of(text, begin, two.end),), (whole,), "range")


def _bound(text: str, found: _Found, language: str) -> tuple[int, Period | None]:
    """Return where the words that open *found* to one side begin, and the open period; null when none do."""
    before = pattern(language, "time_bound").search(text[max(0, found.start - 28) : found.start])
    if before is None or len(found.readings) != 1 or not found.readings[0].start:
        return found.start, None
    if pattern(language, "time_possessed").match(text, found.end):
        return found.start, None
    # "after the March 3 raid", "before Friday prayers": the day is that of what follows.
    event = before["article"] or found.reader == "weekday"
    named = event and pattern(language, "time_noun").match(text, found.end) is not None
    if named and not before["since"] and (before["article"] is None or not before["after"]):
        return found.start, None
    one = found.readings[0]
    if before["since"] or (before["after"] and (named or found.edge == "early")):
        start, end = one.start, None
    elif before["after"]:
        start, end = one.end, None
    elif (before["before"] and found.edge != "late") or found.edge == "early":
        start, end = None, one.start
    else:
        start, end = None, one.end
    return found.start - len(before[0]), span(start, end, one.timex, "range", one.calendar)


@cache
def _month_follows(language: str) -> re.Pattern[str]:
    joint = pattern(language, "time_join").pattern
    return re.compile(rf"{joint}(?:{alternation(months(language))})\b", re.IGNORECASE)


@cache
def _month_before(language: str) -> re.Pattern[str]:
    joint = pattern(language, "time_join").pattern
    return re.compile(rf"\b(?:{alternation(months(language))}){joint}\Z", re.IGNORECASE)


def _ends_range(before: str, language: str) -> bool:
    """Return whether the words *before* a month begin a stretch that ends with it: "between January and", "April through"."""
    begins = _month_before(language).search(before)
    opened = begins is not None and pattern(language, "time_open").search(before[: begins.start()])
    return begins is not None and bool(begins["alone"] or opened)


def _is_name(reader: str, match: re.Match[str], parts: Parts, scene: Scene) -> bool:
    """Return whether the words are a name, or a verb, and no time here."""
    text, language, end = match.string, scene.language, match.end()
    before = text[max(0, match.start() - 32) : match.start()]
    title = pattern(language, "title_begins").search(before)
    if reader == "weekday":
        rite = pattern(language, "rite").match(text, end)
        if rite:
            return not (rite["held"] and pattern(language, "at_rite").search(before))
        titled = title and pattern(language, "title_goes_on").match(text, end)
        return bool(
            titled or pattern(language, "named_day").search(before) or _is_first_name(text, before, end, language)
        )
    named = pattern(language, "named_by_time").match(text, end)
    if named and (title or named[0].lstrip(" -")[:1].isupper()):
        return True
    if "day" in parts and pattern(language, "time_place_of").search(before):
        return True
    if "day" in parts or "ordinal" in parts or reader == "feast":
        return False
    if pattern(language, "rank_before").search(before):
        return True
    return not _is_month(match, parts, before, scene)


def _is_first_name(text: str, before: str, end: int, language: str) -> bool:
    """Return whether a weekday that ends at *end* is somebody's first name: "Mr Sunday Verlo", "its spokesman, Sunday Verlo, said"."""
    if pattern(language, "named_by_rank").search(before):
        return pattern(language, "title_goes_on").match(text, end) is not None
    return before.endswith(", ") and pattern(language, "named_by_day").match(text, end) is not None


def _is_month(match: re.Match[str], parts: Parts, before: str, scene: Scene) -> bool:
    """Return whether a month's name without a day is one here, and not a verb, a person or an agency."""
    text, language = match.string, scene.language
    if any(parts.get(name) for name in ("year", "short", "of", "yearly")):
        return True
    calendar, _, needs = months(language).get(folded(parts["month"]), ("", 0, "yes"))
    if not text[match.start("month")].isupper() or pattern(language, "no_month_before").match(text, match.end()):
        return False
    if pattern(language, "time_possessed").match(text, match.end()) and needs:
        return False
    if _month_follows(language).match(text, match.end()) and pattern(language, "time_open").search(before):
        return True
    if _ends_range(before, language):
        return True
    # The full stop after a month's name that is not short ends the sentence.
    named = None if match[0][-1] == "." and not needs else pattern(language, "title_goes_on").match(text, match.end())
    begins = pattern(language, "sentence_start").match(text, match.end())
    if needs == "yes":
        leads = "which" in parts or pattern(language, "month_in").search(before)
        return calendar != "gregorian" and bool(leads) and not named and (calendar == "islamic" or scene.solar)
    if needs and not ("which" in parts or pattern(language, "month_lead").search(before)):
        return False
    return bool(needs) or not (before[-1:].isalpha() or (named and not begins))


def _is_number(text: str, start: int, end: int, parts: Parts, language: str) -> bool:
    """Return whether what looks like a year is the number of something: Article 1397, version 1.4.2020, of 1900 men."""
    if "month" in parts or "era" in parts or "season" in parts:
        return False
    if pattern(language, "time_label").search(text[max(0, start - 20) : start]):
        return True
    if "loose" not in parts:
        return False
    if pattern(language, "plural_after").match(text, end):
        return True
    following = _WORD.match(text, end + 1) if text[end : end + 1].isspace() else None
    return following is not None and (
        following[0].lower() in words(language, "measure") or following[0].lower() in _counted(language)
    )


@cache
def _counted(language: str) -> frozenset[str]:
    return frozenset(row["noun"] for row in table(f"{language}/units"))
