"""Silence, findings, the draft check, briefs and the pages of the ledger against what the library says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from browser import HEAVIEST, token_in
from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace

from allegata.brief.page import Bullets, Figure, Footnote, Page, Section, Table, Text
from allegata.ledger import ALL, Ledger, open_ledger
from allegata.mask import outward
from allegata.model import Finding, Silence, from_json
from allegata.run.pipeline import Added, Given, add, findings_of, reports
from allegata.run.silence import silence_of
from allegata.serve.pages.silence import behind
from allegata.silence import silence

DRAFT = "Officials said on Friday, April 24, 2019, that 12 men were held.\n\n<script>alert(1)</script> Odhiambo was there.\n"


def test_silence_is_that_of_the_library(site: TestClient[Litestar], ledger: Ledger) -> None:
    made = silence(list(ledger.claims()), list(ledger.links()))
    rows = [from_json(Silence, json.loads(line)) for line in site.get("/silence.json").text.splitlines()]
    assert set(rows) == {row for row in made if row.of in ("body", "all")}
    assert rows[-1].of == "all"
    assert "Governor" in site.get("/silence?by=speaker").text or "Otieno" in site.get("/silence?by=speaker").text
    assert site.get("/silence?by=victim").status_code == 400


def test_the_records_of_who_speaks_are_those_of_the_list(site: TestClient[Litestar], ledger: Ledger) -> None:
    rows = [json.loads(line) for line in site.get("/speakers.json").text.splitlines()]
    facets = ledger.facets(fields=("body", "speaker"), top=100, happenings_only=True)
    assert [(row["field"], row["name"], row["claims"]) for row in rows] == [
        (facet.field, each.label, each.claims) for facet in facets for each in facet.values
    ]
    assert {row["field"] for row in rows} == {"body", "speaker"}
    assert len(site.get("/speakers.csv").text.splitlines()) == len(rows) + 1
    for row in rows:
        for asked in (row["key"], row["name"]):
            assert json.loads(site.get("/speakers.json", params={row["field"]: asked}).text) == row
    page = site.get("/speakers").text
    assert 'href="/speakers.json"' in page
    assert 'href="/speakers.csv"' in page


TRADE = (
    "The Ministry of Trade said 3 men were arrested.\n",
    "The Ministry of Trade of Kenya said 5 men were arrested.\n",
)


@pytest.mark.parametrize("by", ["body", "speaker"])
def test_the_page_behind_a_row_of_silence_lists_as_many_claims_as_the_row_says(
    place: Path, served: Callable[[Path], TestClient[Litestar]], tmp_path: Path, by: str
) -> None:
    with open_ledger(str(place), outward) as opened:
        for number, text in enumerate(TRADE):
            (tmp_path / f"{number}.txt").write_text(text, "utf-8")
            for made in reports(str(tmp_path / f"{number}.txt"), Given("2024-05-02", f"East {number}")):
                add(opened, made, "ana", "2024-05-03T10:00:00Z", Added())
    site = served(place)
    page = site.get(f"/silence?by={by}").text
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)">(.*?)</tr>', page, re.DOTALL)
    assert len(rows) >= (3 if by == "body" else 1)
    for address, row in rows:
        printed = int(re.findall(r'<td class="number">(\d+)</td>', row)[1])
        listed = site.get(unescape(address)).text
        assert len(set(re.findall(r'href="/claims/(\w+)"', listed))) == printed, row


def test_a_row_says_what_its_page_lists_that_it_does_not_count(
    site: TestClient[Litestar], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for row in silence_of(ledger, ALL) if row.of == "body" and row.body]
    for row in rows:
        made = behind(ledger, row, {})
        assert made is not None
        assert made.more == 0
        without = behind(ledger, replace(row, counted=()), {})
        assert without is not None
        assert without.more == row.printed
    assert "more, in which who speaks" not in site.get("/silence").text
    # As where several bodies may be meant.
    monkeypatch.setattr(
        "allegata.serve.pages.silence.silence_of",
        lambda ledger, wanted: tuple(replace(row, counted=()) for row in silence_of(ledger, wanted)),
    )
    assert re.search(r"lists \d+ more, in which who speaks is in doubt<", site.get("/silence?outlet=Post").text)


def test_findings_are_those_of_the_library(site: TestClient[Litestar], ledger: Ledger) -> None:
    made = findings_of(ledger)
    assert made
    rows = [from_json(Finding, json.loads(line)) for line in site.get("/findings.json").text.splitlines()]
    assert tuple(rows) == made
    page = site.get("/findings").text
    assert all(f">{each.kind.replace('_', ' ')}<" in page for each in made)
    assert site.get("/findings?kind=none").status_code == 400


def test_a_draft_has_its_findings_beside_it_and_is_not_kept(site: TestClient[Litestar], ledger: Ledger) -> None:
    before = ledger.head()
    token = token_in(site.get("/check").text)
    page = site.post("/check", data={"draft": DRAFT, "_csrf_token": token})
    assert page.status_code == 200
    assert 'class="problem"' in page.text
    assert "was a Wednesday" in page.text
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    assert ledger.head() == before
    assert site.get("/claims?search=Odhiambo").text.count("<article") == 0


def test_the_draft_of_the_example_can_be_tried(site: TestClient[Litestar]) -> None:
    assert "/check?example=yes" in site.get("/check").text
    page = site.get("/check?example=yes").text
    assert "Dozens arrested in Gilan" in page
    draft = unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[0])
    found = site.post("/check", data={"draft": draft, "published": "2023-06-20", "_csrf_token": token_in(page)}).text
    assert "was a Wednesday" in found
    assert "# Dozens" not in page
    assert site.get("/check?example=2").status_code == 400


@pytest.mark.parametrize("draft", ["", " \n", "x" * 100_001])
def test_a_draft_that_cannot_be_checked_says_why(site: TestClient[Litestar], draft: str) -> None:
    token = token_in(site.get("/check").text)
    page = site.post("/check", data={"draft": draft, "_csrf_token": token})
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_a_brief_is_made_of_a_selection_and_taken_away(site: TestClient[Litestar]) -> None:
    assert "Choose whose" in site.get("/brief").text
    page = site.get("/brief?place=Kisumu").text
    assert "Footnotes" in page
    assert "Wekesa" not in page
    taken = site.get("/brief.md?place=Kisumu")
    assert taken.headers["content-disposition"].endswith('"brief.md"')
    assert taken.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "Kisumu" in taken.text


def long_brief(rows: int) -> Page:
    """Return a brief of a table with *rows* rows, a footnote each; its last footnotes are used by a sum alone, and a figure has every other one."""
    notes = {
        f"{n}": Footnote(f"Outlet {n}, 2024-05-01", None, (("64 people", "3–12"),), f"{n:08}") for n in range(rows)
    }
    every: Text = (Figure("100", tuple(notes)),)
    odd: Text = (Figure("50", tuple(notes)[::2]),)
    table = Table("Counted.", ("number",), ((odd,), *(((Figure(f"row {n}", (f"{n}",)),),) for n in range(rows))))
    return Page("Claims: all", (("Made.",),), (Section("Summary", (Bullets((every,)), table)),), notes)


def test_a_long_brief_is_shown_in_part_and_what_is_left_out_is_counted(
    site: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 5000
    monkeypatch.setattr("allegata.serve.pages.brief.page_of", lambda *_: long_brief(rows))
    page = site.get("/brief?all=1")
    assert len(page.content) < HEAVIEST
    assert 'href="/brief.html?all=1"' in page.text or 'href="/brief.html"' in page.text
    shown, left = page.text.count("<tr role") - 1, re.search(r"(\d+) further rows left out", page.text)
    assert left
    assert shown + int(left[1]) == rows + 1
    assert shown > 20
    notes = set(re.findall(r'<li id="note-(\d+)" value="\1"', page.text))
    gone = re.search(r"(\d+) footnotes left out", page.text)
    assert gone
    assert len(notes) + int(gone[1]) == rows
    assert set(re.findall(r'href="#note-(\d+)"', page.text)) == notes
    anchors = set(re.findall(r'id="(ref-\d+)"', page.text))
    assert set(re.findall(r'href="#(ref-\d+)"', page.text)) == anchors
    assert "… (" in page.text
    assert f">row {shown - 2}<" in page.text.replace("\n", "")
    whole = site.get("/brief.html").text
    assert whole.count('<li id="note-') == rows
    assert "left out" not in whole


def test_a_short_brief_is_shown_as_a_whole(site: TestClient[Litestar]) -> None:
    page = site.get("/brief?all=1").text
    assert "Footnotes" in page
    assert "left out here" not in page
    assert "too long for a page" not in page


def test_the_ledger_shows_its_head_and_checks_itself(site: TestClient[Litestar], ledger: Ledger) -> None:
    head = ledger.head()
    assert head
    assert head.hash in site.get("/ledger").text
    assert "The ledger is whole" in site.get("/ledger/verify").text
    lines = [json.loads(line) for line in site.get("/ledger/batches.json").text.splitlines()]
    assert [each["sequence"] for each in lines] == list(range(head.sequence, 0, -1))
    assert lines[0]["hash"] == head.hash
    assert "No row here" in site.get("/ledger/audit").text
