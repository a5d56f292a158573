"""The app in Chromium: clicked through, without JavaScript, by keyboard, read by axe, and with reports that try to do harm."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import browser as driving
import pytest
from browser import HEAVIEST, PHONE, RECORDS, chromium, crawled, fill, looking, serving, settled, too_wide
from hostile import RAN, enter_hostile

from allegata.ledger import Ledger, open_ledger
from allegata.ledger.access import enter_account
from allegata.ledger.login import set_password
from allegata.ledger.records import Account
from allegata.mask import outward
from allegata.run.serve import LEADING
from allegata.serve.pages import ROUTES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.full

PASSWORD = "a long enough one"
TEXT = (
    "The Interior Ministry of Kenya said on Monday that 64 people were arrested in Kisumu, the state agency KNA reported.\n\n"
    "Of the 64, 40 were men and 30 women, it said. The ministry has shown no evidence."
)
PLAIN = [
    each.path for each in ROUTES if each.method == "GET" and "{" not in each.path and not each.path.endswith(RECORDS)
]
WAYS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": PHONE},
    "dark phone": {"color_scheme": "dark", "viewport": PHONE},
}


def _with_account(ledger: Ledger) -> None:
    made = enter_account(ledger, "ana", driving.AT, lambda _: Account("ana", "admin", True, 1))
    set_password(ledger, made, PASSWORD, "ana", driving.AT)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(fill(tmp_path_factory.mktemp("browser") / "ledger")) as address:
        yield address


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("besieged")
    with serving(fill(folder / "ledger", lambda ledger: enter_hostile(ledger, folder, TEXT))) as address:
        yield address


@pytest.fixture(scope="module")
def pages(chrome: Browser, site: str) -> list[str]:
    """The addresses that are reached by clicking."""
    with looking(chrome, site) as (page, watch):
        found = crawled(page, 120)
        assert not watch.wrong
        assert {path: size for path, size in found.items() if size > HEAVIEST} == {}
    return list(found)


@pytest.fixture(scope="module")
def kinds(pages: list[str]) -> list[str]:
    """Of the addresses, two of each page, and the plain ones that nothing leads to."""
    some: dict[str, list[str]] = {}
    for path in pages:
        parts = path.partition("?")[0].split("/")
        deep = parts[1] in ("documents", "claims") and len(parts) > 2
        some.setdefault(f"{parts[1]}/*" if deep else "/".join(parts), []).append(path)
    return list(dict.fromkeys([*(path for paths in some.values() for path in paths[:2]), *PLAIN]))


def test_every_page_is_reached_by_clicking(pages: list[str]) -> None:
    reached = {path.partition("?")[0] for path in pages}
    for route in ROUTES:
        if route.method == "GET" and not route.path.endswith(RECORDS) and route.path != "/login":
            shape = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route.path))
            assert any(shape.fullmatch(path) for path in reached), f"no link leads to {route.path}"


@pytest.mark.parametrize("way", WAYS)
def test_no_page_is_wider_than_its_window(chrome: Browser, site: str, kinds: list[str], way: str) -> None:
    with looking(chrome, site, **WAYS[way]) as (page, watch):
        found = {path: wide for path in kinds if (wide := too_wide(settled(page, path)))}
        assert found == {}
        assert not watch.wrong


BROKEN = """selector => [...document.querySelectorAll(selector)].flatMap(within => {
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT), broken = [];
  for (let node; (node = walker.nextNode());)
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(each => Math.round(each.top))).size > 1) broken.push(word[0]);
    }
  return broken;
})"""
"""The words of what a selector finds that go over more than one line."""


@pytest.mark.parametrize("way", ["light", "phone"])
@pytest.mark.parametrize(("path", "selector"), [("/map?country=RU", ".lanes"), ("/brief?all=1", ".brief table")])
def test_no_word_is_broken_within(chrome: Browser, site: str, way: str, path: str, selector: str) -> None:
    with looking(chrome, site, **WAYS[way]) as (page, _):
        assert settled(page, path).evaluate(BROKEN, selector) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_timeline_opens_at_its_newest_days(chrome: Browser, site: str, scripts: bool) -> None:
    with looking(chrome, site, viewport=PHONE, java_script_enabled=scripts) as (page, _):
        picture = settled(page, "/timeline?of=published").get_by_role("region", name="The timeline, as a picture")
        box, inner = picture.bounding_box(), picture.locator("svg").bounding_box()
        assert box is not None
        assert inner is not None
        assert inner["width"] > box["width"]
        assert abs(box["x"] + box["width"] - inner["x"] - inner["width"]) <= 1


def test_what_scrolls_sideways_shows_that_it_does(chrome: Browser, site: str) -> None:
    with looking(chrome, site, viewport=PHONE) as (page, _):
        wide = settled(page, "/timeline?of=published").locator(".wide").first
        shadows = wide.evaluate("each => getComputedStyle(each).backgroundAttachment")
        assert shadows == "local, local, scroll, scroll"


def test_pages_have_their_content_without_javascript(chrome: Browser, site: str, kinds: list[str]) -> None:
    with (
        looking(chrome, site) as (with_it, _),
        looking(chrome, site, java_script_enabled=False) as (without, watch),
    ):
        for path in kinds:
            expected = settled(with_it, path).inner_text("main")
            without.goto(path)
            assert without.inner_text("main") == expected, path
        assert not watch.wrong


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing(chrome: Browser, site: str, kinds: list[str], way: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    wanted = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
    found: dict[str, list[str]] = {}
    # Axe puts its script into the page, which our policy rightly does not run.
    with looking(chrome, site, bypass_csp=True, **WAYS[way]) as (page, _):
        for path in kinds:
            for each in Axe().run(settled(page, path), options=wanted).response["violations"]:
                nodes = [f"{node['target']}: {node['failureSummary'][:200]}" for node in each["nodes"][:2]]
                found.setdefault(each["id"], []).append(f"{path} {nodes}")
    assert found == {}


def test_a_field_lights_its_words_and_words_their_field(chrome: Browser, site: str, pages: list[str]) -> None:
    path = next(path for path in pages if path.startswith("/documents/"))
    with looking(chrome, site) as (page, watch):
        field = settled(page, path).locator(".card .lights[data-light]").first
        name = field.get_attribute("data-light")
        words = page.locator(f'mark[data-of~="{name}"]').first
        assert "lit" not in (words.get_attribute("class") or "")
        field.hover()
        assert "lit" in (words.get_attribute("class") or "").split()
        page.mouse.move(0, 0)
        assert "lit" not in (words.get_attribute("class") or "").split()
        field.focus()
        assert "lit" in (words.get_attribute("class") or "").split()
        field.blur()
        words.hover()
        assert "lit" in (field.get_attribute("class") or "").split()
        assert not watch.wrong


def test_a_field_is_followed_to_its_words_without_javascript(chrome: Browser, site: str, pages: list[str]) -> None:
    path = next(path for path in pages if path.startswith("/documents/"))
    with looking(chrome, site, java_script_enabled=False) as (page, _):
        page.goto(path)
        field = page.locator(".card .lights[data-light]").first
        name = field.get_attribute("data-light")
        field.click()
        assert page.url.endswith(f"#{name}")
        assert page.locator(f"#{name}").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_draft_is_checked_by_typing(chrome: Browser, site: str, script: bool) -> None:
    with looking(chrome, site, java_script_enabled=script) as (page, watch):
        page.goto("/check")
        page.get_by_label("Draft", exact=True).type("Officials said on Friday, April 24, 2019, that 12 men were held.")
        page.get_by_role("button", name="Check").click()
        assert "was a Wednesday" in page.inner_text("main")
        assert page.locator("mark.problem").count() >= 1
        assert page.get_by_label("Draft", exact=True).input_value().startswith("Officials said")
        assert not watch.wrong


@pytest.mark.parametrize("script", [True, False])
def test_filters_are_set_by_the_form_and_left_by_going_back(chrome: Browser, site: str, script: bool) -> None:
    with looking(chrome, site, java_script_enabled=script) as (page, watch):
        page.goto("/claims")
        every = page.locator(".results .card").count()
        page.get_by_label("Words", exact=True).fill("arrest*")
        page.get_by_text("Filters", exact=True).click()
        page.get_by_label("Action", exact=True).select_option("arrest")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**search=arrest*")
        some = page.locator(".results .card").count()
        assert 0 < some < every
        assert page.get_by_label("Action", exact=True).input_value() == "arrest"
        page.go_back()
        assert page.locator(".results .card").count() == every
        page.go_forward()
        assert page.locator(".results .card").count() == some
        page.get_by_role("link", name="All", exact=True).click()
        assert page.locator(".results .card").count() == every
        assert not watch.wrong


def test_a_page_that_is_worked_out_comes_to_its_answer(chrome: Browser, site: str) -> None:
    with looking(chrome, site) as (page, watch):
        answer = "<main id='main'><h1>What it adds up to</h1><p>the answer</p></main>"
        # The page that says so is ours; what it asks for again is given here, so that no clock is needed.
        made = page.request.get("/totals").text()
        waiting = re.sub(
            r"(?s)(<main id=\"main\"[^>]*>).*</main>",
            r'\1<div class="empty-state" role="status" hx-get="/totals" hx-trigger="every 1s" hx-target="#main" hx-select="#main" '
            r'hx-swap="outerHTML"><p>This is being worked out.</p></div></main>',
            made,
        )
        told = {"content-type": "text/html; charset=utf-8"}
        page.route(
            "**/totals",
            lambda route: route.fulfill(
                body=answer if "hx-request" in route.request.headers else waiting, headers=told
            ),
        )
        settled(page, "/totals")
        assert "the answer" in page.inner_text("main")
        assert not watch.wrong


@pytest.mark.parametrize("script", [True, False])
def test_logging_in_and_out(chrome: Browser, tmp_path: Path, script: bool) -> None:
    place = tmp_path / "ledger"
    with open_ledger(str(place), outward, True) as ledger:
        _with_account(ledger)
    with serving(place) as address, looking(chrome, address, java_script_enabled=script) as (page, watch):
        page.goto("/claims")
        assert page.url.endswith("/login?next=%2Fclaims")
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        assert page.url.endswith("/claims")
        assert "ana, admin" in page.inner_text("header")
        page.goto("/ledger/audit")
        assert "login" in page.inner_text("main")
        page.get_by_role("button", name="Log out").click()
        assert page.url.endswith("/login")
        page.goto("/claims")
        assert page.url.endswith("/login?next=%2Fclaims")
        assert not watch.wrong


@pytest.mark.parametrize("script", [True, False])
def test_a_link_of_another_site_leads_who_is_logged_in_to_its_page(
    chrome: Browser, tmp_path: Path, script: bool
) -> None:
    place = fill(tmp_path / "ledger", _with_account)
    with serving(place) as address, looking(chrome, address, java_script_enabled=script) as (page, _):
        for path in ("totals", "login"):
            (tmp_path / f"{path}.html").write_text(f'<a href="{driving.origin(address)}/{path}">there</a>', "utf-8")

        def led_to(path: str) -> None:
            page.goto((tmp_path / f"{path}.html").as_uri())
            page.get_by_role("link").click()

        # Nobody is logged in: the form, which leads on to the page.
        led_to("totals")
        page.wait_for_url("**/login?next=%2Ftotals")
        led_to("login")
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{driving.origin(address)}/")
        led_to("totals")
        page.get_by_role("heading", name="What it adds up to").wait_for()
        assert page.url == f"{driving.origin(address)}/totals"
        led_to("login")
        page.wait_for_url(f"{driving.origin(address)}/")
        assert "ana, admin" in page.inner_text("header")


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_claims_come_before_what_narrows_them_down(chrome: Browser, site: str, scripts: bool) -> None:
    with looking(chrome, site, viewport=PHONE, java_script_enabled=scripts) as (page, _):
        page.goto("/claims")
        card, facets = (page.locator(each).first.bounding_box() for each in (".results .card", ".facets"))
        assert card is not None
        assert facets is not None
        assert card["y"] < PHONE["height"] < facets["y"]
        page.get_by_role("link", name="Narrow it down").click()
        assert page.url.endswith("#facets")
        page.locator(".facets a").first.click()
        assert "=" in page.url


def test_in_a_wide_window_they_stand_beside_the_claims_and_a_keyboard_gets_to_them_first(
    chrome: Browser, site: str
) -> None:
    with looking(chrome, site, viewport={"width": 1280, "height": 900}) as (page, _):
        page.goto("/claims")
        results, facets = (page.locator(each).bounding_box() for each in (".results", ".facets"))
        assert results is not None
        assert facets is not None
        assert facets["x"] + facets["width"] <= results["x"]
        assert facets["y"] == results["y"]
        link = page.get_by_role("link", name="Narrow it down")
        page.get_by_role("button", name="Show").focus()
        page.keyboard.press("Tab")
        assert link.evaluate("each => each === document.activeElement")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.facets') !== null")


@pytest.mark.parametrize("way", ["light", "phone"])
def test_hostile_words_neither_run_nor_load_nor_break_the_page(chrome: Browser, besieged: str, way: str) -> None:
    with looking(chrome, besieged, **WAYS[way]) as (page, watch):
        shown = 0
        for path in crawled(page, 70):
            settled(page, path)
            for link in page.locator("main a:visible").all()[:12]:
                link.dispatch_event("mouseover")
            shown += RAN in page.inner_text("body")
            assert page.evaluate(f"window.{RAN}") is None, path
            assert too_wide(page) == [], path
            top = page.locator("header.top").bounding_box()
            assert top is not None
            assert top["y"] <= 0
            assert page.locator("a[href^='javascript:'], main img, main iframe, main style").count() == 0
        assert shown > 10
        assert watch.wrong == []


@pytest.mark.parametrize("field", ["search", "speaker", "place"])
def test_hostile_words_that_are_typed_do_not_run(chrome: Browser, besieged: str, field: str) -> None:
    from hostile import PAYLOAD

    with looking(chrome, besieged) as (page, watch):
        for path in ("/claims", "/totals", "/silence", "/timeline", "/map", "/brief"):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            page.locator(f"#f-{field}").fill(PAYLOAD.replace("\x07", ""))
            page.get_by_role("button", name="Show").click()
            page.wait_for_url(f"**{field}=*")
            assert page.evaluate(f"window.{RAN}") is None
            assert too_wide(page) == [], path
        page.goto("/check")
        page.get_by_label("Draft", exact=True).fill(PAYLOAD.replace("\x07", ""))
        page.get_by_role("button", name="Check").click()
        page.wait_for_selector(".draft")
        assert page.evaluate(f"window.{RAN}") is None
        assert too_wide(page) == []
        assert watch.wrong == []


@pytest.mark.parametrize("script", [True, False])
def test_the_printed_address_lets_in_and_so_does_the_file_of_open(
    chrome: Browser, site: str, tmp_path: Path, script: bool
) -> None:
    (file := tmp_path / "open.html").write_text(LEADING.format(html.escape(site)), "utf-8")
    for there in (site, file.as_uri()):
        context = chrome.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{driving.origin(site)}/claims")
        assert "How to get in" in page.inner_text("main")
        page.goto(there)
        page.wait_for_url(f"{driving.origin(site)}/")
        page.get_by_role("navigation", name="Pages").wait_for()
        page.goto(f"{driving.origin(site)}/claims")
        assert "How to get in" not in page.inner_text("main")
        # A page of another origin that leads here.
        (file := tmp_path / "link.html").write_text(f'<a href="{driving.origin(site)}/totals">totals</a>', "utf-8")
        page.goto(file.as_uri())
        page.get_by_role("link").click()
        page.get_by_role("heading", name="What it adds up to").wait_for()
        context.close()
