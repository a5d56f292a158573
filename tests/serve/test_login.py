"""A ledger with accounts: who gets in, who may what, and what leaves a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from browser import token_in
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger
from allegata.ledger.access import accounts, audit, enter_account
from allegata.ledger.login import make_token, set_password
from allegata.ledger.records import Account
from allegata.run.audits import done
from allegata.run.options import now
from allegata.serve.pages import ROUTES

AT = "2024-05-03T10:00:00Z"
PASSWORD = "a long enough one"


@pytest.fixture
def shared(ledger: Ledger) -> Ledger:
    """The ledger with an admin and a reader."""
    for name, role in (("ana", "admin"), ("bo", "reader")):
        made = enter_account(ledger, "ana", AT, lambda _, name=name, role=role: Account(name, role, True, 1))
        set_password(ledger, made, PASSWORD, "ana", AT)
    return ledger


def hidden_in(page: str) -> dict[str, str]:
    """Return the hidden fields of the form of *page*."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def log_in(site: TestClient[Litestar], name: str, password: str = PASSWORD) -> int:
    sent = {"name": name, "password": password, "_csrf_token": token_in(site.get("/login").text)}
    return site.post("/login", data=sent, follow_redirects=False).status_code


def test_nobody_gets_in_without_a_login(shared: Ledger, site: TestClient[Litestar]) -> None:
    for route in ROUTES:
        if route.method == "GET" and route.act:
            page = site.get(route.path.replace("{", "").replace(":str}", ""), follow_redirects=False)
            assert page.status_code == (401 if "." in route.path else 303), route.path
            assert page.headers.get("location", "/login").partition("?")[0] == "/login"
            assert "Kisumu" not in page.text


def test_a_login_leads_on_to_the_page_that_was_asked_for(shared: Ledger, site: TestClient[Litestar]) -> None:
    led = site.get("/claims?search=a%20b&action=arrest", follow_redirects=False).headers["location"]
    sent = {"name": "ana", "password": PASSWORD, **hidden_in(site.get(led).text)}
    assert sent["next"] == "/claims?search=a%20b&action=arrest"
    wrong = site.post("/login", data=sent | {"password": "wrong"})
    assert hidden_in(wrong.text)["next"] == sent["next"]
    assert site.post("/login", data=sent, follow_redirects=False).headers["location"] == sent["next"]
    assert site.get(led, follow_redirects=False).headers["location"] == sent["next"]


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example", "https://evil.example",
        "https:evil.example", "javascript:alert(1)", "evil.example", "/..//evil.example", "/.//evil.example", "/%09/evil.example", "/%5cevil.example",
        "/claims\r\nset-cookie: a=b", "/claims//evil.example", "/@evil.example", "/é", "/claims.csv", "/login?next=/login", "/" + "a" * 2001,
    ],
)  # fmt: skip
def test_a_login_leads_to_nowhere_but_a_page_here(shared: Ledger, site: TestClient[Litestar], address: str) -> None:
    page = site.get("/login", params={"next": address})
    assert "next" not in hidden_in(page.text)
    sent = {"name": "ana", "password": PASSWORD, "next": address, **hidden_in(page.text)}
    assert site.post("/login", data=sent, follow_redirects=False).headers["location"] == "/"
    assert site.get("/login", params={"next": address}, follow_redirects=False).headers["location"] == "/"


def test_who_is_logged_in_and_led_here_by_another_site_is_asked_again_and_not_for_a_password(
    shared: Ledger, site: TestClient[Litestar]
) -> None:
    led = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}
    # The cookie of a login is not sent along with a link of another site.
    page = site.get("/claims?search=a", headers=led, follow_redirects=False)
    assert (page.status_code, page.headers["refresh"]) == (401, "0")
    assert log_in(site, "ana") == 303
    again = site.get("/claims?search=a", headers=led | {"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert again.status_code == 200


def test_a_link_of_another_site_to_the_form_leads_on_who_is_logged_in(
    shared: Ledger, site: TestClient[Litestar]
) -> None:
    led = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}
    form = site.get("/login", headers=led)
    assert (form.status_code, form.headers["refresh"]) == (200, "0")
    own = led | {"sec-fetch-site": "same-origin"}
    assert "refresh" not in site.get("/login", headers=own).headers
    assert log_in(site, "ana") == 303
    assert site.get("/login", headers=own, follow_redirects=False).headers["location"] == "/"


def test_a_login_lasts_until_it_is_ended(shared: Ledger, site: TestClient[Litestar]) -> None:
    assert log_in(site, "ana") == 303
    home = site.get("/")
    assert "ana, admin" in home.text
    assert site.get("/ledger/audit").status_code == 200
    sent = {"_csrf_token": token_in(home.text)}
    assert site.post("/logout", data=sent, follow_redirects=False).headers["location"] == "/login"
    assert site.get("/", follow_redirects=False).status_code == 303
    assert [each.deed for each in done(shared)][-2:] == ["login", "token withdrawn"]


def test_what_is_written_is_seen_by_every_thread_before_it_is_answered(
    shared: Ledger, site: TestClient[Litestar]
) -> None:
    number = shared.count("audit")
    assert log_in(site, "ana") == 303
    assert shared.count("audit") == number + 1
    assert log_in(site, "bo", "wrong") == 403
    assert shared.count("audit") == number + 2


def test_the_cookie_of_a_login_is_of_no_use_to_a_script_or_another_site(
    shared: Ledger, site: TestClient[Litestar]
) -> None:
    sent = {"name": "ana", "password": PASSWORD, "_csrf_token": token_in(site.get("/login").text)}
    kept = site.post("/login", data=sent, follow_redirects=False).headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=strict" in kept
    assert "secure" not in kept


def test_a_wrong_password_says_no_more_than_that(shared: Ledger, site: TestClient[Litestar]) -> None:
    for name in ("ana", "nobody"):
        sent = {"name": name, "password": "wrong", "_csrf_token": token_in(site.get("/login").text)}
        page = site.post("/login", data=sent)
        assert page.status_code == 403
        assert "name or password is wrong" in page.text


def test_a_role_may_what_the_table_says(shared: Ledger, site: TestClient[Litestar]) -> None:
    assert log_in(site, "bo") == 303
    assert site.get("/claims").status_code == 200
    assert site.get("/ledger/audit").status_code == 403


def test_a_program_comes_with_a_token_and_what_it_takes_is_a_row(
    shared: Ledger, served: Callable[[Path], TestClient[Litestar]], place: Path
) -> None:
    token, _ = make_token(shared, accounts(shared)["bo"], "script", timedelta(days=366), now())
    site = served(place)
    assert site.get("/totals.json").status_code == 401
    sent = {"authorization": f"Bearer {token}"}
    assert site.get("/totals.json?place=Kisumu&action=arrest&speaker=Wekesa", headers=sent).status_code == 200
    last = done(shared)[-1]
    assert (last.deed, last.by) == ("export", "bo")
    assert last.details["action"] == "arrest"
    assert last.details["speaker"] == "given"
    assert site.get("/totals.json", headers={"authorization": "Bearer allegata_0123abcd_x"}).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_a_form_of_another_page_changes_nothing(
    shared: Ledger, site: TestClient[Litestar], headers: dict[str, str]
) -> None:
    assert log_in(site, "ana") == 303
    number = shared.count("audit")
    sent = {"_csrf_token": token_in(site.get("/").text)} if headers else {}
    assert site.post("/logout", data=sent, headers=headers).status_code == 403
    assert site.get("/").status_code == 200
    assert shared.count("audit") == number


def test_the_row_of_an_export_holds_what_its_route_reads_and_nothing_that_is_typed_beside(
    shared: Ledger, site: TestClient[Litestar]
) -> None:
    assert log_in(site, "ana") == 303
    plain = site.get("/claims.json?action=arrest")
    told = {"action": "arrest", "command": "serve /claims", "format": "json", "records": str(plain.text.count("\n"))}
    assert done(shared)[-1].details == told
    forged = "&utm_source=Odhiambo+Wekesa&utm_command=x"
    for path, kept in {
        "/claims.json?action=arrest&action=+arrest+": told,
        f"/documents.json?page=1{forged}": {"page": "given", "command": "serve /documents"},
        f"/claims.csv?until=2025{forged}": {"until": "2025", "command": "serve /claims"},
        f"/documents/{next(shared.documents()).id}.csv?{forged}": {"format": "csv"},
    }.items():
        assert site.get(path).status_code == 200, path
        details = done(shared)[-1].details
        assert details.items() >= kept.items()
        assert set(details) <= {*kept, "command", "format", "records"}
        assert details["records"].isdigit()
        assert "x" not in details.values()
    # What a route does not know is no row: nothing is given.
    for name in ("command", "records", "format", "Odhiambo Wekesa"):
        number = len(done(shared))
        assert site.get("/claims.csv", params={"until": "2025", name: "x"}).status_code == 400
        assert len(done(shared)) == number


def test_a_name_in_an_older_row_of_an_export_is_masked(shared: Ledger, site: TestClient[Litestar]) -> None:
    audit(shared, "export", (), "", "ana", AT, {"command": "serve /claims", "Odhiambo Wekesa": "given"})
    assert log_in(site, "ana") == 303
    assert "[person" in site.get("/ledger/audit?what=export").text
    for path in ("/ledger/audit", "/ledger/audit?what=export", "/ledger/audit.json", "/ledger/audit.csv"):
        assert "Wekesa" not in site.get(path).text
