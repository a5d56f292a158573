"""What reports, addresses and other pages send to do harm: it is shown as words or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest
from browser import token_in
from hostile import LINK, PAYLOAD, SHOWN, enter_hostile, wrong_in
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger, open_ledger
from allegata.ledger.access import enter_account
from allegata.ledger.login import set_password
from allegata.ledger.records import Account
from allegata.mask import outward
from allegata.model import DecisionKind
from allegata.run.options import CHOICES
from allegata.serve.asked import FIELDS
from allegata.serve.pages import ROUTES

AT = "2024-05-03T10:00:00Z"
PASSWORD = "a long enough one"
TEXT = (
    "The Interior Ministry of Kenya said on Monday that 64 people were arrested in Kisumu, the state agency KNA reported.\n\n"
    "Of the 64, 40 were men and 30 women, it said. The ministry has shown no evidence."
)
GETS = [route for route in ROUTES if route.method == "GET"]
POSTS = [route for route in ROUTES if route.method == "POST"]
NAMES = (
    *FIELDS,
    "page",
    "order",
    "by",
    "of",
    "kind",
    "what",
    "country",
    "all",
    "after",
    "item",
    "flagged",
    "moved",
    "told",
)


@pytest.fixture(scope="module")
def hostile(_filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A ledger with hostile reports, and the address of each page of it."""
    import shutil

    folder = tmp_path_factory.mktemp("hostile")
    place = Path(shutil.copytree(_filled, folder / "ledger"))
    with open_ledger(str(place), outward) as ledger:
        enter_hostile(ledger, folder, TEXT)
        yield place, list(addresses(ledger))


def addresses(ledger: Ledger) -> Iterator[str]:
    """Yield the address of every page, once for each record that it may be of."""
    ids = {"document": [each.id for each in ledger.documents()], "claim": [each.id for each in ledger.claims()]}
    for route in GETS:
        parts = re.findall(r"\{(\w+)(?::\w+)?\}", route.path)
        for identity in ids.get(parts[0], []) if parts else [""]:
            yield re.sub(r"\{[^}]+\}", identity, route.path)


def checked(page: object) -> str:
    """Return the text of an answer, once nothing in it runs, loads or leads elsewhere."""
    kind, text = page.headers["content-type"], page.text  # type: ignore[attr-defined]
    assert page.headers["x-content-type-options"] == "nosniff"  # type: ignore[attr-defined]
    assert "default-src 'none'" in page.headers["content-security-policy"]  # type: ignore[attr-defined]
    if kind.startswith("text/html") and "attachment" not in page.headers.get("content-disposition", ""):  # type: ignore[attr-defined]
        assert not list(wrong_in(text))
        assert "<script>window" not in text
    return str(text)


def ready(site: TestClient[Litestar], path: str) -> str:
    """Return the page at *path* once it has its answer."""
    for _ in range(100):
        page = site.get(path, follow_redirects=False)
        assert page.status_code in (200, 303), path
        text = checked(page)
        if "This is being worked out" not in text:
            return text
    raise AssertionError(f"{path} does not come to its answer")


@pytest.fixture
def besieged(hostile: tuple[Path, list[str]], served: Callable[[Path], TestClient[Litestar]]) -> TestClient[Litestar]:
    return served(hostile[0])


def test_words_of_a_report_are_words_on_every_page(
    besieged: TestClient[Litestar], hostile: tuple[Path, list[str]]
) -> None:
    shown = {path for path in hostile[1] if SHOWN in ready(besieged, path)}
    kinds = {path.split("/")[1].partition("?")[0] for path in shown}
    assert {"claims", "documents", "totals", "silence", "speakers", "ledger"} <= kinds


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_page_of_claims_shows_the_payload_inert(besieged: TestClient[Litestar], number: int) -> None:
    assert "7 * 191" in besieged.get("/claims").text
    assert "1337" not in re.sub(r"[0-9a-f]{8,}", "", besieged.get("/claims").text)
    assert LINK not in re.findall(r'href="([^"]+)"', besieged.get(f"/claims?page={number}").text)


@pytest.mark.parametrize("route", GETS, ids=lambda route: route.path)
def test_what_an_address_asks_for_is_words(besieged: TestClient[Litestar], route: object) -> None:
    path = re.sub(r"\{[^}]+\}", quote(PAYLOAD, safe=""), route.path)  # type: ignore[attr-defined]
    for name in NAMES:
        for value in (PAYLOAD, *CHOICES.get(name, ())[:1]):
            page = besieged.get(path, params={name: value}, follow_redirects=False)
            assert page.status_code in (200, 303, 400, 404), name
            checked(page)
            if page.status_code == 303:
                assert page.headers["location"].startswith("/")
                assert not page.headers["location"].startswith("//")


def test_the_records_for_programs_are_no_pages_and_no_formulas(besieged: TestClient[Litestar]) -> None:
    for route in GETS:
        if route.path.endswith((".json", ".csv")):
            answer = besieged.get(route.path)
            assert answer.headers["content-type"] in ("application/x-ndjson", "text/csv; charset=utf-8")
            assert not re.search(r'(?m)(^|,)"?[=+@]', answer.text) or route.path.endswith(".json")


def test_a_draft_that_tries_to_run_is_words(besieged: TestClient[Litestar]) -> None:
    draft = f"{PAYLOAD}\n\n{TEXT} {PAYLOAD} Officials said on Friday, April 24, 2019, that 12 men were held.\n"
    for fields in ({"draft": draft}, {"draft": draft, "published": PAYLOAD}, {"draft": draft, "profile": PAYLOAD}):
        page = besieged.post("/check", data={**fields, "_csrf_token": token_in(besieged.get("/check").text)})
        assert page.status_code in (200, 400)
        assert SHOWN in checked(page)


@pytest.fixture
def shared(ledger: Ledger) -> Ledger:
    """The ledger with an admin."""
    made = enter_account(ledger, "ana", AT, lambda _: Account("ana", "admin", True, 1))
    set_password(ledger, made, PASSWORD, "ana", AT)
    return ledger


def sent_to(ledger: Ledger, act: str = "") -> dict[str, str]:
    """Return what would do something in any form of the app."""
    claim = next(each.id for each in ledger.claims() if each.action != "other")
    return {
        "name": "ana",
        "password": PASSWORD,
        "draft": TEXT,
        "act": act,
        "item": claim,
        "reason": "as it says",
        "decision": claim,
    }


def test_a_name_of_a_login_that_tries_to_run_is_words(shared: Ledger, site: TestClient[Litestar]) -> None:
    sent = {"name": PAYLOAD, "password": PAYLOAD, "_csrf_token": token_in(site.get("/login").text)}
    page = site.post("/login", data=sent)
    assert page.status_code == 403
    assert SHOWN in checked(page)


FOREIGN: Mapping[str, dict[str, str]] = {
    "no token": {},
    "another site": {"sec-fetch-site": "cross-site"},
    "another host of the site": {"sec-fetch-site": "same-site"},
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": "http://127.0.0.1:1"},
    "no origin": {"origin": "null"},
    "a token of nobody": {"sec-fetch-site": "same-origin"},
    "another host": {"host": "evil.example"},
}


@pytest.mark.parametrize("why", FOREIGN)
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_a_form_that_is_not_ours_writes_nothing(
    shared: Ledger, site: TestClient[Litestar], route: object, why: str
) -> None:
    path = re.sub(r"\{[^}]+\}", sent_to(shared)["item"], route.path)  # type: ignore[attr-defined]
    entered = {"name": "ana", "password": PASSWORD, "_csrf_token": token_in(site.get("/login").text)}
    assert site.post("/login", data=entered, follow_redirects=False).status_code == 303
    token = token_in(site.get("/").text)
    before = (shared.head(), shared.count("audit"), shared.count("decision"))
    sent = {"no token": {}, "a token of nobody": {"_csrf_token": "0" * len(token)}}.get(why, {"_csrf_token": token})
    for act in get_args(DecisionKind):
        page = site.post(path, data={**sent_to(shared, act), **sent}, headers=FOREIGN[why], follow_redirects=False)
        assert page.status_code == (421 if why == "another host" else 403)
        assert "set-cookie" not in page.headers or "allegata-login" not in page.headers["set-cookie"]
    for headers in ({"content-type": "text/plain"}, {"content-type": "application/json"}):
        assert site.post(path, content=b'{"act":"accept"}', headers=headers).status_code == 415
    assert site.get("/", follow_redirects=False).status_code == 200
    assert (shared.head(), shared.count("audit"), shared.count("decision")) == before


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_a_form_of_ours_is_taken(shared: Ledger, site: TestClient[Litestar], route: object) -> None:
    path = re.sub(r"\{[^}]+\}", sent_to(shared)["item"], route.path)  # type: ignore[attr-defined]
    entered = {"name": "ana", "password": PASSWORD, "_csrf_token": token_in(site.get("/login").text)}
    assert site.post("/login", data=entered, follow_redirects=False).status_code == 303
    sent = {**sent_to(shared, "accept"), "_csrf_token": token_in(site.get("/").text)}
    page = site.post(path, data=sent, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert page.status_code in (200, 303)


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_what_a_form_does_is_not_done_by_an_address(shared: Ledger, site: TestClient[Litestar], route: object) -> None:
    before = (shared.head(), shared.count("audit"))
    page = site.get(route.path, params=sent_to(shared, "accept"), follow_redirects=False)  # type: ignore[attr-defined]
    assert page.status_code in (200, 303, 405)
    assert (shared.head(), shared.count("audit")) == before
