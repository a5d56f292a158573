"""Numbers of claims in time: a bar a day, month or year, a line for what is longer, under Gregorian and over Persian days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from markupsafe import Markup

from allegata.ground.calendar import GREGORIAN, PERSIAN
from allegata.ledger import DayCount, Days
from allegata.model.error import InputError

Step = Literal["day", "month", "year"]
WIDTH, BARS, LANE, AXIS, DIGITS = 1000, 200, 14, 22, 20
"""Of the picture, in units of its own: its width, the height of what bars stand in, of a line, of an axis, and of the number over a bar."""
NUMBERED = 60
"""Bars up to which each has its number over it; where there are more, lines across them are a scale."""
LONGEST = {"day": 92, "month": 366 * 8}
"""Days up to which a timeline has a bar a day, a month; beyond, a year."""
LINES = 20
"""Spans longer than a bar that are drawn, those with the most claims."""
TICKS = 14
"""Ticks of an axis, at most."""


class Bar(NamedTuple):
    """The claims of one day, month or year. start, end: half-open."""

    start: str
    end: str
    claims: int


class Tick(NamedTuple):
    """A place on an axis. day: ISO. words: of the calendar of the axis."""

    day: str
    words: str


class Timeline(NamedTuple):
    """What is drawn. start, end: half-open days; both empty where no claim has a day. lines: stretches that are longer than a bar, or open. more: claims of lines that are
    not drawn. without: of no day.
    """

    step: Step
    start: str
    end: str
    bars: tuple[Bar, ...]
    lines: tuple[DayCount, ...]
    more: int
    without: int


def timeline(days: Days) -> Timeline:
    """Return the timeline of *days*.

    >>> made = timeline(Days((DayCount("2024-05-01", "2024-05-02", 3), DayCount("2024-03-20", "2025-03-20", 1)), 2))
    >>> made.step, [(bar.start, bar.claims) for bar in made.bars if bar.claims], made.lines[0].claims, made.without
    ('month', [('2024-05-01', 3)], 1, 2)
    """
    closed = [each for each in days.counts if each.start and each.end]
    if not closed:
        return Timeline("day", "", "", (), days.counts, 0, days.without)
    first = min(each.start or "" for each in closed)
    last = max(each.end or "" for each in closed)
    step = _step(first, last)
    edges = list(_edges(first, last, step))
    counts, lines = Counter[str](), list[DayCount]()
    starts = edges[:-1]
    within = dict(zip(starts, edges[1:], strict=True))
    for each in days.counts:
        start = _floor(each.start, step) if each.start else None
        if start in within and each.end and each.end <= within[start]:
            counts[start] += each.claims
        else:
            lines.append(each)
    lines.sort(key=lambda line: (-line.claims, line.start or "", line.end or ""))
    bars = tuple(Bar(start, end, counts[start]) for start, end in within.items())
    drawn = tuple(sorted(lines[:LINES], key=lambda line: (line.start or "", line.end or "")))
    return Timeline(step, edges[0], edges[-1], bars, drawn, sum(line.claims for line in lines[LINES:]), days.without)


def _step(first: str, last: str) -> Step:
    length = (date.fromisoformat(last) - date.fromisoformat(first)).days
    return "day" if length <= LONGEST["day"] else "month" if length <= LONGEST["month"] else "year"


def _floor(day: str, step: Step) -> str:
    return {"day": day, "month": f"{day[:7]}-01", "year": f"{day[:4]}-01-01"}[step]


def _edges(first: str, last: str, step: Step) -> Iterator[str]:
    """Yield the first day of each bar from the day *first* to *last*, which is not one of them, and the end of the last."""
    day = _floor(first, step)
    yield day
    while day < last:
        year, month, number = (int(part) for part in day.split("-"))
        if step == "day":
            day = (date(year, month, number) + timedelta(days=1)).isoformat()
        elif step == "month":
            day = GREGORIAN.month(year, month)[1]
        else:
            day = GREGORIAN.year(year)[1]
        yield day


def gregorian_ticks(made: Timeline) -> list[Tick]:
    """Return ticks at the beginning of bars, so many as are read apart."""
    every = -(-len(made.bars) // TICKS) or 1
    length = {"day": 10, "month": 7, "year": 4}[made.step]
    return [Tick(bar.start, bar.start[:length]) for bar in made.bars[::every]]


def persian_ticks(made: Timeline) -> list[Tick]:
    """Return ticks at the first days of Persian years, or of months where less than two years are drawn.

    >>> made = timeline(Days((DayCount("2018-01-01", "2018-01-02", 1), DayCount("2020-05-05", "2020-05-06", 1)), 0))
    >>> [tick for tick in persian_ticks(made)][:2]
    [Tick(day='2018-03-21', words='1397'), Tick(day='2019-03-21', words='1398')]
    """
    if not made.start:
        return []
    first, last = PERSIAN.of(made.start), PERSIAN.of(made.end)
    ticks = []
    for year in range(first[0], last[0] + 1):
        months = range(1, 13) if last[0] - first[0] < 2 else (1,)
        for month in months:
            try:
                day = PERSIAN.day(year, month, 1)
            except InputError:
                continue
            if made.start <= day < made.end:
                ticks.append(Tick(day, str(year) if len(months) == 1 else f"{year}-{month:02}"))
    every = -(-len(ticks) // TICKS) or 1
    return ticks[::every]


def _at(day: str, made: Timeline) -> float:
    first, last = date.fromisoformat(made.start), date.fromisoformat(made.end)
    where = (min(max(date.fromisoformat(day), first), last) - first) / (last - first)
    return round(where * WIDTH, 1)


def timeline_svg(made: Timeline, title: str) -> Markup:
    """Return the picture of *made*; *title* says what it is of. What it shows stands in a table beside it."""
    if not made.start:
        return Markup("")
    most = max((bar.claims for bar in made.bars), default=0) or 1
    bottom = AXIS + BARS
    parts = [_axis(gregorian_ticks(made), made, bottom + len(made.lines) * LANE + AXIS - 6, "gregorian")]
    parts.append(_axis(persian_ticks(made), made, AXIS - 8, "persian"))
    for bar in made.bars:
        left, right = _at(bar.start, made), _at(bar.end, made)
        height = round(bar.claims / most * (BARS - DIGITS), 1)
        if bar.claims:
            parts.append(
                Markup('<rect class="claims" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
                    left,
                    round(bottom - height, 1),
                    round(max(right - left - 0.6, 0.6), 1),
                    height,
                    bar.start,
                    bar.claims,
                )
            )
            if len(made.bars) <= NUMBERED:
                parts.append(_number((left + right) / 2, bottom - height - 5, bar.claims, "middle"))
    if len(made.bars) > NUMBERED:
        parts.extend(_scale(most, bottom))
    for number, line in enumerate(made.lines):
        parts.append(_line(line, made, bottom + number * LANE + LANE // 2))
    return Markup(
        '<svg class="timeline" viewBox="0 0 {} {}" role="img" aria-label="{}"><line class="ground" x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>'
    ).format(WIDTH, bottom + len(made.lines) * LANE + AXIS, title, WIDTH, bottom, bottom, Markup("").join(parts))


def _number(x: float, y: float, claims: int, anchor: str) -> Markup:
    return Markup('<text class="number" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        round(x, 1), round(y, 1), anchor, claims
    )


def _scale(most: int, bottom: int) -> Iterator[Markup]:
    """Yield a line across at the highest bar, and at half of it where that is a number of claims, with what it stands for."""
    for claims in sorted({most, most // 2} - {0}):
        y = round(bottom - claims / most * (BARS - DIGITS), 1)
        yield Markup('<line class="level" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, y, y)
        yield _number(2, y - 4, claims, "start")


def _line(line: DayCount, made: Timeline, y: int) -> Markup:
    left = _at(line.start, made) if line.start else 0
    right = _at(line.end, made) if line.end else WIDTH
    named = "open" if line.start is None or line.end is None else "closed"
    drawn = Markup(
        '<line class="stretch {}" x1="{}" x2="{}" y1="{}" y2="{}"><title>{} to {}: {}</title></line>'
    ).format(named, left, max(right, left + 2), y, y, line.start or "…", line.end or "…", line.claims)
    room = 12 + 7 * len(str(line.claims))
    if right + room <= WIDTH:
        return drawn + _number(right + 5, y + 4, line.claims, "start")
    if left >= room:
        return drawn + _number(left - 5, y + 4, line.claims, "end")
    return drawn + _number((left + right) / 2, y + 4, line.claims, "middle")


def _axis(ticks: Sequence[Tick], made: Timeline, y: int, named: str) -> Markup:
    drawn = []
    for tick in ticks:
        x = _at(tick.day, made)
        if x > WIDTH - 45:
            continue
        drawn.append(
            Markup('<line class="tick" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text x="{3}" y="{4}">{5}</text>').format(
                x, AXIS, AXIS + BARS, x + 2, y, tick.words
            )
        )
    return Markup('<g class="{}" aria-hidden="true">{}</g>').format(named, Markup("").join(drawn))
