"""Who waits for what takes long keeps nobody else waiting, and is sent away before there are too many."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browser import token_in
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import Ledger, open_ledger
from allegata.ledger.access import accounts, enter_account
from allegata.ledger.files import FileLedger
from allegata.ledger.login import make_token
from allegata.ledger.records import Account
from allegata.mask import outward
from allegata.run.options import now
from allegata.serve import answers, desk
from allegata.serve.answers import Answers, Asking, BusyError
from allegata.serve.pages import ROUTES

Site = TestClient[Litestar]
VISITORS = 3 * desk.THREADS
AT = "2024-05-03T10:00:00Z"
LONG_S = 600
"""Longer than any test may take: what ends sooner has not waited for it."""


class Gate:
    """Something that whoever works has to pass: nobody does before it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.came = threading.Semaphore(0)

    def passed(self, *_: object) -> None:
        """Wait until it is open."""
        self.came.release()
        assert self._open.wait(60), "nobody opens the gate"

    def open(self) -> None:
        """Let all through."""
        self._open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open()


@contextmanager
def visiting(site: Site, paths: list[str]) -> Iterator[list[Future[Any]]]:
    """Ask for all *paths* at once, and yield what comes of each."""
    with ThreadPoolExecutor(len(paths)) as visitors:
        yield [visitors.submit(site.get, path) for path in paths]


def test_pages_that_wait_keep_no_other_page_waiting(site: Site, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PATIENCE_S", LONG_S)
    waiting, waits = threading.Semaphore(0), desk._any
    monkeypatch.setattr(desk, "_any", lambda *given: (waiting.release(), waits(*given))[1])
    monkeypatch.setattr("allegata.serve.pages.totals.totals_of", _gated("allegata.serve.pages.totals.totals_of", gate))
    with visiting(site, ["/totals"] * VISITORS) as asked:
        for _ in range(VISITORS):
            assert waiting.acquire(timeout=60)
        assert site.get("/claims").status_code == 200
        assert not any(each.done() for each in asked)
        gate.open()
        for each in asked:
            assert "being worked out" not in each.result(60).text


def test_records_that_are_all_read_keep_no_page_waiting_and_are_sent_later_where_too_many_ask(
    site: Site, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allegata.serve.pages.totals.totals_of", _gated("allegata.serve.pages.totals.totals_of", gate))
    with visiting(site, ["/totals.json"] * (desk.LONGER + VISITORS)) as asked:
        done, _ = wait(asked, 60, "FIRST_COMPLETED")
        assert {each.result().status_code for each in done} == {503}
        assert site.get("/claims").status_code == 200
        while sum(each.done() for each in asked) < VISITORS:
            wait([each for each in asked if not each.done()], 60, "FIRST_COMPLETED")
        gate.open()
        codes = [each.result(60).status_code for each in asked]
    assert sorted(codes) == [200] * desk.LONGER + [503] * VISITORS
    busy = next(each.result() for each in asked if each.result().status_code == 503)
    assert int(busy.headers["retry-after"]) > 0
    assert "ask again" in busy.text


def test_logins_keep_no_page_waiting_and_are_taken_later_where_too_many_come(
    site: Site, ledger: Ledger, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_account(ledger, "ana", AT, lambda _: Account("ana", "admin", True, 1))
    token, _ = make_token(ledger, accounts(ledger)["ana"], "script", timedelta(days=366), now())
    monkeypatch.setattr("allegata.serve.pages.login.log_in", _gated("allegata.serve.pages.login.log_in", gate))
    sent = {"name": "ana", "password": "wrong", "_csrf_token": token_in(site.get("/login").text)}
    with ThreadPoolExecutor(desk.LOGINS + VISITORS) as visitors:
        asked = [visitors.submit(site.post, "/login", data=sent) for _ in range(desk.LOGINS + VISITORS)]
        while sum(each.done() for each in asked) < VISITORS:
            wait([each for each in asked if not each.done()], 60, "FIRST_COMPLETED")
        assert {each.result().status_code for each in asked if each.done()} == {503}
        assert all(int(each.result().headers["retry-after"]) > 0 for each in asked if each.done())
        page = visitors.submit(site.get, "/claims", headers={"authorization": f"Bearer {token}"})
        assert page.result(60).status_code == 200
        assert sum(each.done() for each in asked) == VISITORS
        gate.open()
        codes = [each.result(60).status_code for each in asked]
    assert sorted(codes) == [403] * desk.LOGINS + [503] * VISITORS


def test_what_reads_all_records_or_a_draft_or_checks_a_password_keeps_no_page_waiting() -> None:
    ends = (".json", ".csv", ".md", ".html")
    crews = {f"{each.method} {each.path}": each.crew for each in ROUTES}
    longer = {path for path in crews if path.endswith(ends)} | {"POST /check"}
    assert {path for path, crew in crews.items() if crew == "longer"} == longer
    assert {path for path, crew in crews.items() if crew == "logins"} == {"POST /login"}


def test_a_page_does_not_wait_where_much_is_worked_out_and_is_sent_away_where_too_much_is(
    site: Site, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PATIENCE_S", LONG_S)
    monkeypatch.setattr(answers, "FEW", 0)
    monkeypatch.setattr("allegata.serve.pages.totals.totals_of", _gated("allegata.serve.pages.totals.totals_of", gate))
    for number in range(answers.MOST):
        assert "being worked out" in site.get(f"/totals?search=a{number}").text
    busy = site.get("/totals?search=another")
    assert busy.status_code == 503
    assert int(busy.headers["retry-after"]) > 0
    assert "being worked out" in site.get("/totals?search=a0").text
    assert site.get("/claims").status_code == 200
    gate.open()
    monkeypatch.setattr(answers, "FEW", answers.MOST)
    assert "being worked out" not in site.get("/totals?search=a0").text


def test_an_older_answer_does_where_too_much_is_worked_out(place: Path, ledger: Ledger, gate: Gate) -> None:
    made = Answers(lambda: open_ledger(str(place), outward))
    try:
        first = Asking(made)
        first.latest(ledger, "queue", 1, lambda _: "old")
        wait(first.waits, 60)
        for number in range(answers.MOST):
            assert Asking(made).of(ledger, number, gate.passed) is None
        assert Asking(made).latest(ledger, "queue", 2, lambda _: "new") == "old"
        with pytest.raises(BusyError):
            Asking(made).latest(ledger, "another", 1, lambda _: "new")
        assert len(made._kept) == answers.MOST
        gate.open()
    finally:
        made.close()


def test_what_is_waited_for_is_not_forgotten_for_what_is_asked_later(
    place: Path, ledger: Ledger, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "KEPT", 2)
    made = Answers(lambda: open_ledger(str(place), outward))
    try:
        asked = Asking(made)
        for number in range(5):
            asked.of(ledger, number, lambda _, number=number: (gate.passed(), number))  # type: ignore[misc]
        gate.open()
        assert [each.result(60)[1] for each in asked.waits] == [0, 1, 2, 3, 4]
        Asking(made).of(ledger, 5, lambda _: 5)
        assert len(made._kept) <= 3
    finally:
        made.close()


def test_a_page_that_wrote_nothing_has_no_batch_read_after_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.get("/check")
    # The thread that answered is idle then, so that no other one opens the ledger for the next request.
    time.sleep(0.5)
    read = list[int]()
    monkeypatch.setattr(FileLedger, "_parsed", lambda _, sequence: read.append(sequence))
    monkeypatch.setattr(FileLedger, "_catch_up_index", lambda _: read.append(0))
    assert site.get("/check").status_code == 200
    assert read == []


def _gated(name: str, gate: Gate) -> Callable[..., Any]:
    """Return the function *name* behind the *gate*."""
    module, _, function = name.rpartition(".")
    real = getattr(__import__(module, fromlist=[function]), function)

    def behind(*given: Any) -> Any:
        gate.passed()
        return real(*given)

    return behind


def test_a_page_of_a_ledger_that_changes_all_the_time_is_answered_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, of = itertools.count(), Asking.of
    # Not done before it is looked whether it is.
    slow = lambda work: lambda ledger: time.sleep(0.05) or work(ledger)  # noqa: E731
    monkeypatch.setattr(Asking, "of", lambda self, ledger, _, work: of(self, ledger, next(numbers), slow(work)))
    assert "being worked out" in site.get("/totals").text
    assert next(numbers) == desk.ROUNDS
