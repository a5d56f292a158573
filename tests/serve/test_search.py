"""Search and facets, who speaks, what is told again: each against a slow obvious count over the claims of the ledger."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import ALL, ClaimFilter, Ledger, open_ledger
from allegata.link import groups
from allegata.mask import outward
from allegata.model import Claim, Group, from_json
from allegata.run.pipeline import Added, Given, add, findings_of, reports
from allegata.run.relating import relate
from allegata.serve.pages.listing import PAGE


def happenings(ledger: Ledger, wanted: ClaimFilter = ALL) -> list[Claim]:
    return [claim for claim in ledger.claims(wanted) if claim.action != "other"]


def test_the_list_has_every_claim_once_newest_report_first(site: TestClient[Litestar], ledger: Ledger) -> None:
    page = site.get("/claims").text
    shown = re.findall(r'<article class="card[^"]*" id="([0-9a-f]+)"', page)
    assert sorted(shown) == sorted(claim.id for claim in happenings(ledger))
    days = {claim.id: claim.document.published or "" for claim in happenings(ledger)}
    assert [days[each] for each in shown] == sorted((days[each] for each in shown), reverse=True)
    assert f"<strong>{len(shown)} claims</strong>" in page


def test_a_facet_leads_to_as_many_claims_as_it_says(site: TestClient[Litestar]) -> None:
    page = site.get("/claims").text
    facets = re.findall(r'<li><a href="([^"]+)">[^\n]*?</a> <span class="soft number">(\d+)</span>', page)
    assert len(facets) > 8
    for to, number in facets:
        assert re.search(rf"<strong>{number} claims?</strong>", site.get(unescape(to)).text), to


def test_a_facet_that_is_chosen_is_taken_out_by_the_same_link(site: TestClient[Litestar]) -> None:
    page = site.get("/claims?action=arrest").text
    chosen = re.search(r'<a href="([^"]+)" aria-current="true"', page)
    assert chosen
    assert chosen[1] == "/claims"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("action=arrest", ClaimFilter(action="arrest")),
        ("search=Kisumu", ClaimFilter(search="Kisumu")),
        ("outlet=south&evidence=none_stated", ClaimFilter(outlet="south", evidence="none_stated")),
        ("since=2024-04&until=2024-05", ClaimFilter(since="2024-04", until="2024-05")),
        ("place=KE", ClaimFilter(place="KE")),
    ],
)
def test_the_twins_have_what_the_filter_finds(
    site: TestClient[Litestar], ledger: Ledger, query: str, wanted: ClaimFilter
) -> None:
    every = list(ledger.claims(wanted))
    rows = [from_json(Claim, json.loads(line)) for line in site.get(f"/claims.json?{query}").text.splitlines()]
    assert rows == every
    table = list(csv.DictReader(io.StringIO(site.get(f"/claims.csv?{query}").text)))
    assert [row["id"] for row in table] == [claim.id for claim in every]
    assert re.search(rf"<strong>{len(happenings(ledger, wanted))} claims?</strong>", site.get(f"/claims?{query}").text)


RETOLD = {
    "wire.txt": (
        "North Wire", "2024-05-08",
        "Police have arrested 64 people in raids on the port of Mombasa since Monday, Kenya's interior minister, Teo Arbulu, said on Wednesday. "
        "Of the 30 rifles seized, 14 were found in Kisumu and 18 in Nakuru, he said.\n",
    ),
    "daily.txt": (
        "Coast Daily", "2024-05-09",
        "Kenya's interior minister Teo Arbulu said on Wednesday that 46 people had been arrested at the port of Mombasa this week, North Wire reported.\n",
    ),
}  # fmt: skip
"""Two reports of one announcement, with other numbers."""


@pytest.fixture
def retold(place: Path, tmp_path: Path) -> Path:
    """The ledger of invented reports with those of `RETOLD`."""
    with open_ledger(str(place), outward) as ledger:
        for name, (outlet, day, text) in RETOLD.items():
            (tmp_path / name).write_text(text, "utf-8")
            for made in reports(str(tmp_path / name), Given(day, outlet)):
                add(ledger, made, "ana", "2024-05-10T10:00:00Z", Added())
        relate(ledger, "ana", "2024-05-10T10:00:00Z")
    return place


def test_claims_are_asked_for_by_what_does_not_fit(
    served: Callable[[Path], TestClient[Litestar]], retold: Path, ledger: Ledger
) -> None:
    site = served(retold)
    about: dict[str, set[str]] = {}
    for each in findings_of(ledger):
        if each.claims:
            about.setdefault(each.kind, set()).update(each.claims)
    assert "count" in about
    # A list is not kept waiting for what does not fit, unless it is asked for by that.
    site.get("/claims?finding=count")
    page = site.get("/claims").text
    for kind, claims in about.items():
        fitting = {each.id for each in happenings(ledger)} & claims
        told = rf'<a href="/claims\?finding={kind}"><bdi>{kind.replace("_", " ")}</bdi></a> <span class="soft number">{len(fitting)}<'
        assert re.search(told, page)
        assert "still being looked for" not in page
        shown = site.get(f"/claims?finding={kind}").text
        assert set(re.findall(r'<article class="card[^"]*" id="([0-9a-f]+)"', shown)) == fitting
        assert f'href="/findings?kind={kind}"' in shown
        assert 'href="/totals' not in shown.split('role="status"')[1].split("</section>")[0]
        rows = [json.loads(line)["id"] for line in site.get(f"/claims.json?finding={kind}").text.splitlines()]
        assert rows == [claim.id for claim in ledger.claims() if claim.id in claims]
    assert "No claim fits" in site.get("/claims?finding=count&action=arrest&outlet=nowhere").text
    assert site.get("/claims?finding=guilt").status_code == 400


def test_where_everything_fits_no_claim_is_one_that_does_not(
    site: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allegata.serve.pages.findings.findings_of", lambda ledger: ())
    shown = site.get("/claims?finding=count").text
    assert "No claim fits" in shown
    assert '<article class="card' not in shown


def test_a_page_of_what_does_not_fit_says_while_that_is_worked_out(
    site: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr("allegata.serve.desk.PATIENCE_S", 0)
    monkeypatch.setattr("allegata.serve.pages.findings.findings_of", lambda ledger: go.wait(60) and findings_of(ledger))
    try:
        assert "being worked out" in site.get("/claims?finding=count").text
        everything = site.get("/claims").text
        assert "What does not fit is still being looked for." in everything
        assert "finding=" not in everything
    finally:
        go.set()


def test_a_page_beyond_the_last_says_so(site: TestClient[Litestar]) -> None:
    assert "No claim is on this page" in site.get(f"/claims?page={PAGE}").text
    assert site.get("/claims?order=victim").status_code == 400
    assert site.get("/claims?evidence=proof").status_code == 400


def test_an_affected_person_is_no_value_and_finds_nothing(site: TestClient[Litestar]) -> None:
    for query in ("search=Wekesa", "speaker=Wekesa", "body=Wekesa", "target=Wekesa", "place=Wekesa", "outlet=Wekesa"):
        assert "No claim fits" in site.get(f"/claims?{query}").text, query
    assert "Wekesa" not in site.get("/speakers").text


def test_who_speaks_is_listed_with_the_number_of_their_claims(site: TestClient[Litestar], ledger: Ledger) -> None:
    page = site.get("/speakers").text
    body = max(
        (who.body for claim in happenings(ledger) for each in claim.speakers for who in each.readings if who.body),
        key=len,
    )
    number = sum(
        any(who.body == body for each in claim.speakers for who in each.readings) for claim in happenings(ledger)
    )
    row = re.search(
        rf'<a href="(/speakers\?body=[^"]+)"><bdi>{re.escape(body)}</bdi></a></th><td class="number">(\d+)<', page
    )
    assert row
    assert int(row[2]) == number
    own = site.get(unescape(row[1])).text
    assert f"{number} claim" in own
    assert "What it adds up to" in own
    assert "No claim of anybody of this name" in site.get("/speakers?speaker=Nobody").text
    assert site.get("/speakers?speaker=a&body=b").status_code == 400


def test_what_is_told_again_is_that_of_the_library(site: TestClient[Litestar], ledger: Ledger) -> None:
    made = groups(list(ledger.claims()), list(ledger.links()))
    rows = [from_json(Group, json.loads(line)) for line in site.get("/drift.json").text.splitlines()]
    assert sorted(rows, key=lambda each: each.id) == sorted(made, key=lambda each: each.id)
    moved = [from_json(Group, json.loads(line)) for line in site.get("/drift.json?moved=yes").text.splitlines()]
    assert moved == [each for each in rows if each.moved]
    assert site.get("/drift").status_code == 200
    assert site.get("/drift?moved=maybe").status_code == 400
