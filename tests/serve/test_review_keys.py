"""Every key and button of the review queue, pressed in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, origin, serving
from playwright.sync_api import Page

from allegata.ledger import Ledger

pytestmark = pytest.mark.full


@pytest.fixture
def address(place: Path) -> Iterator[str]:
    """The address at which the ledger is served."""
    with serving(place) as address:
        yield address


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser at the queue, once that is worked out; what its console says but of a form that is refused fails the test."""
    said: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("console", lambda message: None if "status of 400" in message.text else said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.context.request.get(address)
        page.goto(f"{origin(address)}/review")
        page.wait_for_selector(".review")
        for _ in range(50):
            if "still being looked for" not in page.content():
                break
            page.wait_for_timeout(100)
            page.reload()
        yield page
    assert not said


def item(page: Page) -> str:
    return str(page.locator(".decide input[name=item]").get_attribute("value"))


def kinds(ledger: Ledger) -> list[tuple[str, str]]:
    return [(each.decision.kind, each.state) for each in ledger.rulings()]


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.parametrize(("key", "kind"), [("a", "accept"), ("x", "reject"), ("f", "flag")])
def test_a_key_decides_and_backspace_takes_it_back(page: Page, ledger: Ledger, key: str, kind: str) -> None:
    first = item(page)
    press(page, key)
    assert kinds(ledger) == [(kind, "in force")]
    assert item(page) != first
    press(page, "Backspace")
    assert kinds(ledger) == [(kind, "undone"), ("undo", "in force")]
    assert item(page) == first


@pytest.mark.parametrize(("words", "kind"), [("Accept", "accept"), ("Reject", "reject"), ("Flag", "flag")])
def test_a_button_does_what_its_key_does(page: Page, ledger: Ledger, words: str, kind: str) -> None:
    page.get_by_label("Reason, kept with the decision").fill("reviewed twice")
    with page.expect_navigation():
        page.locator(".acts button", has_text=words).click()
    assert kinds(ledger) == [(kind, "in force")]
    assert ledger.rulings()[0].decision.reason == "reviewed twice"
    with page.expect_navigation():
        page.locator(".last button", has_text="Undo").first.click()
    assert kinds(ledger)[0] == (kind, "undone")


def test_space_skips_and_decides_nothing(page: Page, ledger: Ledger) -> None:
    first = item(page)
    press(page, " ")
    assert item(page) != first
    assert f"after={first}" in page.url
    assert not ledger.rulings()


def test_e_opens_the_form_of_a_field(page: Page, ledger: Ledger) -> None:
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.id") == "edit-field"
    page.select_option("#edit-field", "count")
    page.fill("#edit-value", "many")
    with page.expect_navigation():
        page.click("#edit button[value=correct]")
    assert "60-70, 60+ for no upper bound" in page.inner_text("[role=alert]")
    page.fill("#edit-value", "77")
    with page.expect_navigation():
        page.click("#edit button[value=correct]")
    assert kinds(ledger) == [("correct", "in force")]


def test_m_opens_what_it_may_be_merged_with(page: Page, ledger: Ledger) -> None:
    other = next(each.id for each in ledger.claims() if each.id != item(page) and each.action != "other")
    page.keyboard.press("m")
    assert page.locator("#merge").get_attribute("open") is not None
    page.fill("#other-id", other)
    with page.expect_navigation():
        page.click("#merge button[value=merge]")
    assert kinds(ledger) == [("merge", "in force")]


def test_a_question_mark_shows_the_keys_which_can_be_switched_off(page: Page, ledger: Ledger) -> None:
    page.keyboard.press("?")
    assert page.locator("#help").get_attribute("open") is not None
    page.click("#keys")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    page.reload()
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert not ledger.rulings()


def test_no_key_does_anything_while_somebody_types_or_with_a_modifier(page: Page, ledger: Ledger) -> None:
    first = item(page)
    page.click("#reason")
    page.keyboard.type("axf em?")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.evaluate("document.activeElement.blur()")
    for key in ("Control+a", "Alt+x", "Meta+f", "Shift+A", "Control+e"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert item(page) == first
    assert not ledger.rulings()
    assert page.input_value("#reason").endswith("axf em")
    assert page.locator("#edit").get_attribute("open") is None


def test_a_decision_is_given_another_reason(page: Page, ledger: Ledger) -> None:
    press(page, "a")
    page.click(".last summary:has-text('Give another reason')")
    page.fill(".last input[name=reason]:not([type=hidden])", "read twice")
    with page.expect_navigation():
        page.click("button[value=again]")
    assert kinds(ledger) == [("accept", "replaced"), ("accept", "in force")]
    assert "read twice" in page.inner_text(".last")
