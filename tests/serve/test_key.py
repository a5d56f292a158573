"""A ledger without accounts: it is shown to who has the key of its start, and to no other user of the computer."""

from __future__ import annotations

import json
import re
import socket
import stat
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from browser import KEY, origin, program, token_in
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger
from allegata.ledger.access import enter_account
from allegata.ledger.records import Account
from allegata.run.cli import main
from allegata.serve.app import make_app
from allegata.serve.pages import ROUTES

HINT = "open the address that `allegata serve` printed"


@pytest.fixture
def stranger(site: TestClient[Litestar]) -> TestClient[Litestar]:
    """Another user of the computer, who can open connections to the app."""
    site.cookies.clear()
    return site


def test_nobody_gets_in_without_the_key(stranger: TestClient[Litestar]) -> None:
    for route in ROUTES:
        if route.method == "GET" and route.act:
            page = stranger.get(route.path.replace("{", "").replace(":str}", ""), follow_redirects=False)
            assert page.status_code == 401, route.path
            assert HINT in page.text
            assert "Kisumu" not in page.text
            if route.path.endswith(".json"):
                assert list(json.loads(page.text)) == ["error"]
    assert stranger.get("/documents/x.csv").status_code == 401


def test_nothing_is_decided_without_the_key(site: TestClient[Litestar], ledger: Ledger) -> None:
    token = token_in(site.get("/check").text)
    site.cookies.delete("allegata-key-8417")
    before = ledger.head()
    for route in ROUTES:
        if route.method == "POST" and route.act:
            page = site.post(route.path, data={"_csrf_token": token}, follow_redirects=False)
            assert page.status_code == 401, route.path
    assert ledger.head() == before


@pytest.mark.parametrize("key", ["", "é", KEY[:-1], f"{KEY}x", KEY.upper()])
def test_another_key_lets_nobody_in(stranger: TestClient[Litestar], key: str) -> None:
    page = stranger.get("/enter", params={"key": key}, follow_redirects=False)
    assert page.status_code == 401
    assert HINT in page.text
    assert "allegata-key" not in page.headers.get("set-cookie", "")
    assert stranger.get("/", headers={"authorization": b"Bearer " + key.encode()}).status_code == 401
    stranger.cookies.set("allegata-key-8417", key.encode("ascii", "replace").decode())
    assert stranger.get("/").status_code == 401


def test_the_key_is_traded_for_a_cookie_and_leaves_the_address(stranger: TestClient[Litestar]) -> None:
    page = stranger.get("/enter", params={"key": KEY}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    kept = page.headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=strict" in kept
    assert "path=/" in kept
    assert "expires" not in kept
    home = stranger.get("/")
    assert home.status_code == 200
    assert KEY not in home.text


def test_two_apps_of_one_computer_do_not_throw_each_other_out(place: Path) -> None:
    cookies = set()
    for port in (8417, 8418):
        with TestClient(make_app(str(place), KEY), base_url=f"http://127.0.0.1:{port}") as client:
            made = client.get("/enter", params={"key": KEY}, follow_redirects=False).headers["set-cookie"]
            cookies.add(made.partition("=")[0])
    assert len(cookies) == 2


def test_a_program_sends_the_key_as_a_token(stranger: TestClient[Litestar]) -> None:
    assert stranger.get("/claims.json", headers={"authorization": f"Bearer {KEY}"}).status_code == 200


def test_a_link_of_another_page_is_asked_again_from_our_own(stranger: TestClient[Litestar]) -> None:
    led = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    page = stranger.get("/claims?search=a", headers={**led, "sec-fetch-site": "cross-site"})
    assert (page.status_code, page.headers["refresh"]) == (401, "0")
    assert "refresh" not in stranger.get("/claims", headers={**led, "sec-fetch-site": "same-origin"}).headers


def test_the_key_is_of_no_use_where_there_are_accounts(site: TestClient[Litestar], ledger: Ledger) -> None:
    assert site.get("/").status_code == 200
    enter_account(ledger, "ana", "2024-05-03T10:00:00Z", lambda _: Account("ana", "admin", True, 1))
    assert ledger.count("account") == 1
    assert site.get("/", follow_redirects=False).headers["location"] == "/login"
    assert site.get("/claims.csv", headers={"authorization": f"Bearer {KEY}"}).status_code == 401


def answered(address: str, **headers: str) -> int:
    try:
        with urlopen(Request(address, headers=headers), timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_the_key_is_in_the_address_that_is_printed_and_nowhere_else(place: Path) -> None:
    with program(place, stderr=subprocess.STDOUT) as (running, printed):
        key = parse_qs(urlsplit(printed).query)["key"][0]
        assert len(key) >= 43
        assert answered(f"{origin(printed)}/") == 401
        assert answered(printed) == 401  # this program keeps no cookie
        assert answered(f"{origin(printed)}/claims.json", Authorization=f"Bearer {key}") == 200
        command = Path(f"/proc/{running.pid}/cmdline")
        if command.exists():
            assert key.encode() not in command.read_bytes()
        running.terminate()
        told = running.communicate(timeout=60)[0]
    assert key not in told
    with program(place) as (_, again):
        assert parse_qs(urlsplit(again).query)["key"] != [key]
    assert not any(key.encode() in each.read_bytes() for each in place.rglob("*") if each.is_file())


def test_a_ledger_with_accounts_is_served_without_a_key(place: Path, ledger: Ledger) -> None:
    enter_account(ledger, "ana", "2024-05-03T10:00:00Z", lambda _: Account("ana", "admin", True, 1))
    with program(place) as (_, printed):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", printed)


def test_a_browser_is_opened_by_a_file_that_is_its_users_own(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    led: list[str] = []

    def run(_: object, sockets: list[socket.socket]) -> None:
        sockets[0].close()
        file = Path(urlsplit(opened[0]).path)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        led.append(file.read_text("utf-8"))

    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("uvicorn.Server.run", run)
    result = CliRunner().invoke(main, ["serve", "--ledger", str(place), "--port", "0", "--open"])
    assert result.exit_code == 0, result.output
    key = re.findall(r"key=([\w-]+)", result.output)[0]
    assert key in led[0]
    assert opened[0].startswith("file://")
    assert key not in opened[0]
    assert not Path(urlsplit(opened[0]).path).exists()
