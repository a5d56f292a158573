"""A name in an address that nothing reads is told on a page, and refused where records are taken."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger
from allegata.serve.pages import ROUTES
from allegata.serve.visit import RECORDS, Route, Visit

PLAIN = [each for each in ROUTES if each.method == "GET" and "{" not in each.path]
NOTICE = re.compile(r'<p class="unknown" role="status">(.*?)</p>', re.DOTALL)


def notice(text: str) -> str:
    """Return the notice of a page without its marks, empty where there is none."""
    found = NOTICE.search(text)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


@pytest.mark.parametrize("route", PLAIN, ids=lambda each: each.path)
def test_a_route_takes_what_it_reads(site: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, route: Route) -> None:
    read, asked = set[str](), Visit.asked

    def spied(visit: Visit, name: str) -> str | None:
        read.add(name)
        return asked(visit, name)

    monkeypatch.setattr(Visit, "asked", spied)
    assert site.get(route.path).status_code == 200
    assert read <= route.takes


@pytest.mark.parametrize("route", [each for each in PLAIN if not each.path.endswith(RECORDS) and each.act], ids=lambda each: each.path)  # fmt: skip
def test_a_page_says_which_filter_it_does_not_know(site: TestClient[Litestar], route: Route) -> None:
    path: str = route.path
    page = site.get(path, params={"speker": "x"})
    assert page.status_code == 200
    assert notice(page.text) == "This page knows no filter “speker”; what it shows is not limited by it."
    assert notice(site.get(path).text) == ""


@pytest.mark.parametrize("path", [each.path for each in PLAIN if each.path.endswith(RECORDS)])
def test_records_are_not_given_by_a_filter_that_is_not_known(site: TestClient[Litestar], path: str) -> None:
    made = site.get(path, params={"speker": "x"})
    assert made.status_code == 400
    assert "speker" in made.text
    (route,) = [each for each in PLAIN if each.path == path]
    assert all(name in made.text for name in route.takes)


def test_those_of_one_claim_and_of_one_report_know_none(site: TestClient[Litestar], ledger: Ledger) -> None:
    claim = next(iter(ledger.claims()))
    for path in (f"/claims/{claim.id}", f"/documents/{claim.document.id}"):
        assert site.get(f"{path}.json", params={"part": "1"}).status_code == 400
        assert site.get(f"{path}.json").status_code == 200
    assert notice(site.get(f"/documents/{claim.document.id}", params={"part": "1"}).text) == ""
    assert "part" in notice(site.get(f"/claims/{claim.id}", params={"part": "1"}).text)


def test_what_says_who_led_here_is_passed_over(site: TestClient[Litestar]) -> None:
    led = {"utm_source": "mail", "UTM_campaign": "a", "fbclid": "x", "gclid": "x", "mc_cid": "x"}
    assert notice(site.get("/claims", params=led).text) == ""
    assert site.get("/claims.json", params=led).text == site.get("/claims.json").text
    assert site.get("/claims.csv", params=led).status_code == 200


def test_what_is_told_is_short_and_runs_nothing(site: TestClient[Litestar]) -> None:
    hostile = {"<script>alert(1)</script>": "x", "a\u202eb\n": "x", "y" * 5000: "x"}
    text = site.get("/claims", params=hostile | {f"n{number}": "x" for number in range(40)}).text
    found = NOTICE.search(text)
    assert found
    assert "<script>" not in found[1]
    assert "\u202e" not in found[1]
    assert "and 38 more; what it shows is not limited by them" in notice(text)
    assert len(notice(text)) < 300
    for path in ("/claims.json", "/claims.csv"):
        told = site.get(path, params=hostile).text
        assert len(told) < 500
        assert "\u202e" not in told
        assert told.count("\n") <= 1
