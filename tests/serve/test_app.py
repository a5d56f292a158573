"""The fence around every page: hosts, foreign forms, headers, errors."""

from __future__ import annotations

import re

import pytest
from browser import token_in
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger
from allegata.serve.pages import ROUTES

PAGES = ("/", "/claims", "/review")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_run_and_load_nothing_but_our_own_files(site: TestClient[Litestar], path: str) -> None:
    page = site.get(path)
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"\s(style|on\w+)=|<style|<script(?! src)", page.text)
    for address in re.findall(r'(?:src|href)="([^"#]+)"', page.text):
        assert address.startswith("/")


def test_another_host_is_not_answered(site: TestClient[Litestar]) -> None:
    assert site.get("/", headers={"host": "evil.example"}).status_code == 421
    assert site.get("/", headers={"host": "localhost:9"}).status_code == 200


def test_the_files_of_a_page_are_there(site: TestClient[Litestar]) -> None:
    for address in re.findall(r'"(/static/[^"]+)"', site.get("/").text):
        assert site.get(address).status_code == 200
    assert site.get("/static/x/vazirmatn.woff2").headers["content-type"] == "font/woff2"
    assert site.get("/static/x/none.css").status_code == 404
    assert site.get("/static/x/..%2Fapp.py").status_code == 404


def test_what_is_not_there_says_so_in_a_page(site: TestClient[Litestar]) -> None:
    assert "Not Found" in site.get("/nothing").text
    page = site.get("/documents/ffff")
    assert page.status_code == 400
    assert "no report of this ledger" in page.text
    assert site.get("/claims?since=yesterday").status_code == 400
    assert site.get("/claims?page=-1").status_code == 400


def test_an_affected_person_is_on_no_page(site: TestClient[Litestar], ledger: Ledger) -> None:
    documents = [each.id for each in ledger.documents()]
    for path in (*PAGES, "/claims?search=Odhiambo", *(f"/documents/{each}" for each in documents)):
        assert "Wekesa" not in site.get(path).text
    assert any("[person 1]" in site.get(f"/documents/{each}").text for each in documents)


def test_every_route_asks_for_an_act_or_is_known_to_be_open() -> None:
    assert {route.path for route in ROUTES if not route.act} <= {"/login"}


@pytest.mark.parametrize("path", sorted(each.path for each in ROUTES if each.method == "POST"))
def test_a_form_is_as_long_as_its_page_needs_and_no_longer(site: TestClient[Litestar], path: str) -> None:
    token = token_in(site.get("/check").text)
    most = 2_000_000 if path == "/check" else 65_536
    sent = {"_csrf_token": token, "draft": "a " * 32, "filling": "a" * (most - 1000)}
    assert site.post(path, data=sent).status_code in (200, 400)
    answer = site.post(path, data={**sent, "filling": "a" * most})
    assert answer.status_code == 413
    assert "shorten it" in answer.text


@pytest.mark.parametrize("path", sorted(each.path for each in ROUTES if each.method == "POST"))
def test_a_form_of_many_fields_is_not_taken_apart(
    site: TestClient[Litestar], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_in(site.get("/check").text)
    monkeypatch.setattr("litestar.connection.request.parse_url_encoded_form_data", lambda _: pytest.fail("taken apart"))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = site.post(path, content=f"_csrf_token={token}&" + "a&" * 30_000, headers=headers)
    assert answer.status_code == 400
    assert "more than 50 fields" in answer.text
