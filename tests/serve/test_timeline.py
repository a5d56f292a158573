"""The timeline against the claims it is of: every claim is in a bar, a line, or the lane of those without a day."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ground.calendar import PERSIAN
from allegata.ledger import DayCount, Days, Ledger
from allegata.serve.timeline import LINES, gregorian_ticks, persian_ticks, timeline, timeline_svg

DATES = st.dates(min_value=date(1979, 1, 1), max_value=date(2040, 1, 1))


@st.composite
def days(draw: st.DrawFn) -> Days:
    counts = []
    for _ in range(draw(st.integers(0, 30))):
        first, last = sorted((draw(DATES).isoformat(), draw(DATES).isoformat()))
        ends = draw(st.sampled_from([(first, last), (first, None), (None, last)]))
        if ends[0] != ends[1]:
            counts.append(DayCount(*ends, draw(st.integers(1, 50))))
    return Days(tuple(counts), draw(st.integers(0, 9)))


@given(days())
def test_no_claim_is_lost_or_drawn_twice(found: Days) -> None:
    made = timeline(found)
    every = sum(each.claims for each in found.counts)
    assert sum(bar.claims for bar in made.bars) + sum(line.claims for line in made.lines) + made.more == every
    assert made.without == found.without
    assert made.start == "" or len(made.lines) <= LINES
    for one, other in zip(made.bars, made.bars[1:], strict=False):
        assert one.end == other.start


@given(days())
def test_a_bar_has_only_what_lies_in_it(found: Days) -> None:
    made = timeline(found)
    for bar in made.bars:
        inside = sum(
            each.claims
            for each in found.counts
            if each.start and each.end and bar.start <= each.start and each.end <= bar.end
        )
        assert bar.claims == inside


@given(days())
def test_every_tick_is_the_day_it_says(found: Days) -> None:
    made = timeline(found)
    for tick in persian_ticks(made):
        year, month, day = PERSIAN.of(tick.day)
        assert day == 1
        assert tick.words in (str(year), f"{year}-{month:02}")
    assert all(tick.day.startswith(tick.words) for tick in gregorian_ticks(made))
    drawn = str(timeline_svg(made, "a <title>"))
    assert "style" not in drawn
    assert "<title>a" not in drawn


def test_many_bars_have_a_scale_instead_of_their_numbers() -> None:
    first = date(2024, 3, 1)
    found = [(first + timedelta(days=each), 2 * each % 9 + 1) for each in range(80)]
    drawn = str(timeline_svg(timeline(Days(tuple(
        DayCount(day.isoformat(), (day + timedelta(days=1)).isoformat(), claims) for day, claims in found
    ), 0)), "days"))  # fmt: skip
    assert drawn.count('class="claims"') == 80
    assert re.findall(r'class="number"[^>]*>(\d+)<', drawn) == ["4", "9"]
    assert drawn.count('class="level"') == 2


def test_the_page_has_picture_table_and_lane(site: TestClient[Litestar], ledger: Ledger) -> None:
    made = ledger.days(of="published", happenings_only=True)
    page = site.get("/timeline?of=published").text
    assert 'class="timeline"' in page
    assert "The same as a table" in page
    number = max(each.claims for each in made.counts)
    assert f'text-anchor="middle">{number}</text>' in page
    lines = [json.loads(line) for line in site.get("/timeline.json?of=published").text.splitlines()]
    assert [(each["start"], each["end"], each["claims"]) for each in lines] == [
        (each.start, each.end, each.claims) for each in made.counts
    ]
    without = ledger.days(happenings_only=True).without
    assert f"{without} claim" in site.get("/timeline").text
    assert site.get("/timeline?of=born").status_code == 400


@pytest.mark.parametrize("country", ["", "IR"])
def test_the_map_counts_each_claim_on_it_or_beside_it(site: TestClient[Litestar], ledger: Ledger, country: str) -> None:
    query = f"?country={country}" if country else ""
    page = site.get(f"/map{query}")
    assert page.status_code == 200
    assert len(page.content) < 200_000
    rows = [json.loads(line) for line in site.get(f"/map.json{query}").text.splitlines()]
    assert all(each["claims"] >= 0 for each in rows)
    every = sum(claim.action != "other" for claim in ledger.claims())
    assert sum(each["claims"] for each in rows) >= every
    lanes = {each["name"]: each["claims"] for each in rows if each["place"] is None}
    assert set(lanes) == {"undrawn", "unsure", "elsewhere", "no place"}
    assert lanes["elsewhere"] == (
        0 if not country else sum(bool(c.places) for c in ledger.claims() if c.action != "other")
    )
