"""What is watched is shown with what failed, and no address of a page that the ledger does not hold."""

from __future__ import annotations

import json
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient

from allegata.capture.listing import Entry
from allegata.run.watch.state import State, place_of

FEED = "https://harbor.example/rss"
AT = 1_715_158_800.0


def test_where_nothing_is_watched_the_page_says_how_to_begin(site: TestClient[Litestar]) -> None:
    page = site.get("/ledger/sources")
    assert page.status_code == 200
    assert "Nothing is watched" in page.text
    assert site.get("/ledger/sources.json").text == ""


def test_feeds_and_failures_are_shown_without_addresses_of_pages(site: TestClient[Litestar], place: Path) -> None:
    with State(place_of(str(place))) as state:
        state.only([FEED], AT)
        with state.changing():
            state.add(
                FEED, [Entry("https://harbor.example/zerkul-vantobi-held"), Entry("https://harbor.example/ten")], AT
            )
        page = state.due(AT)
        assert page is not None
        state.keep_page(page._replace(error="the server answers 404 Not Found", failures=1, due=None))
        # Also while a watch has the state.
        text = site.get("/ledger/sources").text
    assert FEED in text
    assert "the server answers 404" in text
    assert "vantobi" not in text
    (row,) = [json.loads(line) for line in site.get("/ledger/sources.json").text.splitlines()]
    assert (row["url"], row["waiting"], row["failed"], row["read"]) == (FEED, 1, 1, 0)
    assert "Sources" in site.get("/ledger").text


def test_what_is_wrong_with_a_feed_stands_beside_it_without_its_address_again(
    site: TestClient[Litestar], place: Path
) -> None:
    with State(place_of(str(place))) as state:
        state.only([FEED], AT)
        with state.changing():
            (feed,) = [each for each in state.feeds() if each.url == FEED]
            state.keep_feed(feed._replace(error=f"{FEED}: the server answers 500", failures=1))
    text = site.get("/ledger/sources").text
    assert '<p class="wrong"><bdi>the server answers 500</bdi></p>' in text
    assert "not yet" in text
