"""The fence around every page: hosts, foreign forms, headers, errors."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from browser import token_in
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger
from allegata.ledger.files import FileLedger
from allegata.ledger.search import MOST_WORDS
from allegata.model import LedgerError
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
        sent = site.get(address)
        assert sent.status_code == 200
        assert sent.headers["content-type"].count("charset") == (0 if address.endswith(".svg") else 1)
    assert site.get("/static/x/vazirmatn.woff2").headers["content-type"] == "font/woff2"
    assert site.get("/static/x/none.css").status_code == 404
    assert site.get("/static/x/..%2Fapp.py").status_code == 404


def test_what_is_not_there_says_so_in_a_page(site: TestClient[Litestar]) -> None:
    lost = site.get("/nothing").text
    assert "there is no page at this address" in lost
    assert '<a href="/claims">Claims</a>' in lost
    page = site.get("/documents/ffff")
    assert page.status_code == 404
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


@pytest.mark.parametrize(
    "host", ["127.0.0.1:evil", "127.0.0.1:", "[::1]x", "[::1", "localhost:1@evil", "a@localhost", "localhost:1:2", ""]
)
def test_what_is_no_host_is_refused(site: TestClient[Litestar], host: str) -> None:
    for path in ("/", "/claims.json", "/nothing"):
        assert site.get(path, headers={"host": host}).status_code in (400, 404, 421), path
    assert site.get("/", headers={"host": "[::1]:9"}).status_code == 200


ELSEWHERE = ("cross-site", "same-site")
LED = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize("site_of", ELSEWHERE)
def test_another_page_can_lead_to_a_page_and_ask_for_nothing_else(site: TestClient[Litestar], site_of: str) -> None:
    told = {"sec-fetch-site": site_of}
    for path in ("/", "/claims?search=arrested"):
        assert site.get(path, headers=told | LED).status_code == 200
        for asked in ({}, {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, LED | {"sec-fetch-dest": "iframe"}):
            page = site.get(path, headers=told | asked)
            assert page.status_code == 403, asked
            assert "Kisumu" not in page.text
    static = re.findall(r'"(/static/[^"]+)"', site.get("/").text)[0]
    for path in ("/claims.json", "/claims.csv", "/brief.html", "/brief.md", static):
        assert site.get(path, headers=told | LED).status_code == 403, path
    assert site.get("/claims", headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("told", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin"}])
def test_a_program_the_own_pages_and_an_address_that_is_typed_are_answered(
    site: TestClient[Litestar], told: dict[str, str]
) -> None:
    for path in ("/", "/claims.json", "/brief.md"):
        assert site.get(path, headers=told).status_code == 200


URL_ENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (URL_ENCODED, b"_csrf_token=%C3%A9", 403),
        (URL_ENCODED, b"_csrf_token=" + b"%C3%A9" * 200, 403),
        (URL_ENCODED, b"_csrf_token=a&_csrf_token=b", 403),
        (URL_ENCODED, b"\xff\xfe=\xff", 403),
        ("multipart/form-data; boundary=x; charset=odd", b"--x\r\n\r\n--x--", 415),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="_csrf_token"; filename="a"\r\n\r\na\r\n--x--\r\n', 415),
        ("multipart/form-data", b"", 415),
        ("application/json", b"{}", 415),
        ("text/plain", b"_csrf_token=a", 415),
    ],
)  # fmt: skip
def test_a_form_that_is_none_of_ours_is_refused(
    site: TestClient[Litestar], kind: str, body: bytes, status: int
) -> None:
    site.get("/check")
    assert site.post("/check", content=body, headers={"content-type": kind}).status_code == status
    for token in (b"\xe9" * 200, b"\xe9"):
        assert site.post("/check", content=b"draft=a", headers={b"content-type": URL_ENCODED.encode(), b"x-csrftoken": token}).status_code == 403  # fmt: skip


def test_a_search_for_too_many_words_says_how_many_may_be_asked_for(site: TestClient[Litestar]) -> None:
    for words in ("word " * 3000, '"' + "word " * 3000 + '"', " ".join(f"w{n}" for n in range(MOST_WORDS + 1))):
        for path in ("/claims", "/claims.json", "/totals", "/brief"):
            page = site.get(path, params={"search": words})
            assert page.status_code == 400, path
            assert f"at most {MOST_WORDS}" in page.text
    some = " ".join(f"w{n}" for n in range(MOST_WORDS))
    for path in ("/claims", "/claims.json"):
        assert site.get(path, params={"search": some}).status_code == 200
        assert site.get(path, params={"search": f'"{some}"'}).status_code == 200


def test_a_sign_that_no_text_has_is_refused(site: TestClient[Litestar]) -> None:
    for path in ("/claims?search=a%00b", "/claims.json?place=%00", "/claims?x%00=1", "/documents/a%00", "/claims/%00"):
        page = site.get(path)
        assert page.status_code == 400, path
        assert "NUL" in page.text
    sent = {"_csrf_token": token_in(site.get("/check").text), "draft": "a\0b"}
    assert site.post("/check", data=sent).status_code == 400


@pytest.mark.parametrize("gone", ["", "batches", "index.sqlite", "records"])
def test_a_ledger_that_is_gone_is_said_without_where_it_was(
    site: TestClient[Litestar], place: Path, gone: str, caplog: pytest.LogCaptureFixture
) -> None:
    claims = re.findall(r'"(/claims/[0-9a-f]{32})', site.get("/claims").text)
    target = place / gone
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.write_bytes(b"")
    for path in ("/", "/claims", "/claims.json", "/ledger", "/ledger/batches", "/drift", "/documents", claims[0]):
        page = site.get(path)
        assert page.status_code in (200, 503), (path, page.text)
        assert str(place) not in page.text
        assert str(place.parent) not in page.text
        if page.status_code == 503:
            assert "the ledger cannot be read" in page.text
            assert str(place) in caplog.text


def verified(site: TestClient[Litestar]) -> str:
    for _ in range(100):
        text = site.get("/ledger/verify").text
        if "being worked out" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("never worked out")


def test_a_ledger_that_is_changed_after_it_was_checked_is_checked_anew(
    site: TestClient[Litestar], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The ledger is whole" in verified(site)
    assert "Checked at <time>2" in verified(site)
    next((place / "records").rglob("*.jsonl")).write_text("{}\n", "utf-8")
    monkeypatch.setattr("allegata.serve.pages.ledger.FRESH_S", 0.1)
    time.sleep(0.2)
    text = verified(site)
    assert "1 problem" in text
    assert "records/" in text
    assert str(place) not in text


@pytest.mark.parametrize(("times", "status"), [(1, 200), (2, 503)])
def test_what_fails_while_others_write_is_read_once_more(
    site: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, times: int, status: int
) -> None:
    read, failed = FileLedger.claims, list[int]()

    def claims(*asked: Any, **named: Any) -> Any:
        if len(failed) < times:
            failed.append(1)
            raise LedgerError("batches/00000002.json: is damaged")
        return read(*asked, **named)

    monkeypatch.setattr(FileLedger, "claims", claims)
    assert site.get("/claims.json").status_code == status
    assert len(failed) == times


def test_who_may_not_is_told_so_and_it_is_no_trouble_of_the_program(
    site: TestClient[Litestar], caplog: pytest.LogCaptureFixture
) -> None:
    site.cookies.clear()
    assert site.get("/claims.json").status_code == 401
    assert not caplog.records
