"""A ledger of invented reports behind the app, and somebody who asks it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import KEY
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.run.pipeline import Added, Given, add, reports
from allegata.run.relating import relate
from allegata.serve.app import make_app

AT = "2024-05-02T10:00:00Z"
REPORTS = {
    "north.txt": (
        "North Wire", "2024-04-30",
        "The Interior Ministry of Kenya said on Monday that 64 people were arrested in Kisumu, the state agency KNA reported.\n\n"
        "Of the 64, 40 were men and 30 women, it said. Among those arrested is Odhiambo Wekesa, 31, a teacher. The ministry has shown no evidence.\n",
    ),
    "south.txt": (
        "South Post", "2024-05-01",
        "The Interior Ministry of Kenya said on Friday, April 29, 2024, that 70 people were arrested in Kisumu.\n\n"
        "“We have dismantled six cells,” Governor Amina Otieno told reporters. “The town is calm,” she said.\n",
    ),
}  # fmt: skip
"""Invented reports: outlet, day, text. One names an affected person."""


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    with open_ledger(str(folder / "ledger"), outward, True) as ledger:
        for name, (outlet, day, text) in REPORTS.items():
            (folder / name).write_text(text, "utf-8")
            for made in reports(str(folder / name), Given(day, outlet)):
                add(ledger, made, "ana", AT, Added())
        relate(ledger, "ana", AT)
    return folder / "ledger"


@pytest.fixture
def place(_filled: Path, tmp_path: Path) -> Path:
    """A ledger of its own for a test."""
    return Path(shutil.copytree(_filled, tmp_path / "ledger"))


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    """The ledger of `site`, opened beside it."""
    with open_ledger(str(place), outward) as opened:
        yield opened


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], TestClient[Litestar]]]:
    """Return a function that serves a ledger until the test ends."""
    # What a page shows hangs on no clock, then.
    monkeypatch.setattr("allegata.serve.desk.PATIENCE_S", 60)
    opened: list[TestClient[Litestar]] = []

    def serve(place: Path) -> TestClient[Litestar]:
        client = TestClient(make_app(str(place), KEY), base_url="http://127.0.0.1:8417", raise_server_exceptions=False)
        client.__enter__()
        client.get("/enter", params={"key": KEY}, follow_redirects=False)
        opened.append(client)
        return client

    yield serve
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def site(served: Callable[[Path], TestClient[Litestar]], place: Path) -> TestClient[Litestar]:
    """The app over the ledger of invented reports, asked by one local user."""
    return served(place)
