"""What feeds list is taken as addresses to fetch, and nothing else."""

from __future__ import annotations

import json

import pytest

from allegata.capture.listing import entries
from allegata.ledger.records import address_id

FEED = "https://coast.example/feed.json"


def listed(*addresses: str) -> list[str]:
    items = [{"url": each} for each in addresses]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Coast Daily", "items": items}
    return [each.url for each in entries(json.dumps(feed).encode(), FEED)]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/hostname",
        "data:text/html,ten",
        "ftp://coast.example/ten",
        "http://[coast/ten",
        "https://coast.example/\ud800",
        "https://coast.example/\x00ten",
        "https://\u202ecoast.example/ten",
        "https://coast.example/" + "x" * 3_000,
    ],
)
def test_what_is_no_address_that_can_be_kept_and_fetched_is_left_out_and_the_others_stay(address: str) -> None:
    assert listed("/one", address, "/two") == ["https://coast.example/one", "https://coast.example/two"]


def test_line_ends_in_an_address_start_no_header() -> None:
    (found,) = listed("https://coast.example/ten\r\nHost: other.example")
    assert found == "https://coast.example/tenHost: other.example"


def test_every_address_that_is_listed_can_be_kept() -> None:
    odd = [f"/{chr(code)}" for code in (*range(1, 0x3000), *range(0xD7F0, 0xE010), 0xFEFF, 0x1F600)]
    assert all(address_id(each) for each in listed(*odd))
