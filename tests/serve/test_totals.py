"""Totals: the same as those of the library, as bars, tables and records."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from allegata.claim import claims, sample
from allegata.ground.wording import happening
from allegata.ledger import ClaimFilter, Ledger, open_ledger
from allegata.mask import outward
from allegata.model import LeftOut, Share, Total, from_json
from allegata.serve.answers import Answers, Asking
from allegata.serve.bars import bar_svg
from allegata.serve.pages.totals import left, totals_of, why_of
from allegata.serve.words import adds_up, status_words
from allegata.total import total


def test_the_twins_are_the_totals_of_the_library(site: TestClient[Litestar], ledger: Ledger) -> None:
    made = total(list(ledger.claims()), list(ledger.links()))
    lines = site.get("/totals.json").text.splitlines()
    assert tuple(from_json(Total, json.loads(line)) for line in lines) == tuple(made)
    rows = list(csv.DictReader(io.StringIO(site.get("/totals.csv").text)))
    assert [(row["action"], row["low"], row["high"]) for row in rows] == [
        (each.action, str(each.low), "" if each.high is None else str(each.high)) for each in made
    ]


def test_the_page_shows_bounds_and_every_claim_behind_them(site: TestClient[Litestar], ledger: Ledger) -> None:
    page = site.get("/totals?action=arrest").text
    (made,) = totals_of(ledger, ClaimFilter(action="arrest")).made
    assert f"at least {made.low}" in page
    for identity in (*made.counted, *(each.claim for each in made.left_out)):
        assert f'href="/claims/{identity}"' in page
    assert "Counts of claims, not of people" in page


def test_a_filter_that_nothing_fits_says_so(site: TestClient[Litestar]) -> None:
    assert "No claim with a number fits" in site.get("/totals?place=Peru").text
    assert site.get("/totals?action=juggle").status_code == 400


def test_a_bar_has_its_words_and_no_style() -> None:
    drawn = str(bar_svg(3, None, 10, "<3> or more"))
    assert "&lt;3&gt; or more" in drawn
    assert "style" not in drawn
    assert 'class="may" d=' in drawn
    assert 'class="may" d=' not in str(bar_svg(3, 5, 10, "3 to 5"))


def test_why_a_claim_was_left_out_is_as_sure_as_its_link() -> None:
    assert left(LeftOut("a", "same as another", "b", False), Share("a", 0, 46)) == (
        "perhaps same as another",
        "up to 46",
    )
    assert left(LeftOut("a", "denied"), None) == ("denied", "nothing")


def test_why_a_claim_adds_less_than_it_says_is_told(site: TestClient[Litestar], ledger: Ledger) -> None:
    claim = next(each for each in ledger.claims() if each.count and [one.low for one in each.count.readings] == [64])
    doubtful, sure = LeftOut("b", "same as another", claim.id, False), LeftOut("c", "same as another", claim.id)

    def why(share: Share, *left_out: LeftOut) -> str:
        return why_of(claim, share, Total("arrest", 46, 64, "person", (claim.id,), left_out, (share,)))

    lowered = Share(claim.id, 46, 64)
    assert why(Share(claim.id, 64, 64), doubtful) == "as it says"
    assert why(Share(claim.id, 70, 70, "its parts come to more")) == "its parts come to more"
    assert why(lowered, doubtful) == "it says 64, and what may be the same says less"
    assert why(lowered, sure) == "it says 64, and what is the same says less"
    assert why(lowered, sure, doubtful) == "it says 64, and what is, or may be, the same says less"
    assert why(Share(claim.id, 64, 70), sure) == "it says 64, and what is the same says another number"
    assert why(lowered) == "it says 64, and another claim may speak of the same"


def test_the_words_of_a_total_go_on_behind_its_action(site: TestClient[Litestar]) -> None:
    page = site.get("/totals?action=arrest").text
    assert "Arrested: " in page
    assert "Arrested: At" not in page


def test_a_page_does_not_wait_for_long_and_gets_its_answer_later(place: Path, ledger: Ledger) -> None:
    answers, go = Answers(lambda: open_ledger(str(place), outward)), threading.Event()
    work: Callable[[Ledger], int] = lambda own: go.wait(30) and own.count("document")  # noqa: E731
    try:
        asking = Asking(answers)
        assert asking.of(ledger, "documents", work) is None
        assert len(asking.waits) == 1
        go.set()
        assert asking.waits[0].result(30) == 2
        assert asking.of(ledger, "documents", work) == 2
        assert Asking(answers).of(ledger, "documents", lambda _: 0) == 2
    finally:
        answers.close()


def test_an_answer_that_failed_is_tried_again(place: Path, ledger: Ledger) -> None:
    answers, go = Answers(lambda: open_ledger(str(place), outward)), threading.Semaphore(0)
    tries = list[int]()

    def work(_: Ledger) -> int:
        assert go.acquire(timeout=30)
        tries.append(1)
        return 1 // (len(tries) - 1)

    def asked() -> Asking:
        asking = Asking(answers)
        assert asking.of(ledger, "x", work) is None
        go.release()
        wait(asking.waits, 30)
        return asking

    try:
        failed = asked()
        with pytest.raises(ZeroDivisionError):
            failed.of(ledger, "x", work)
        assert asked().of(ledger, "x", work) == 1
    finally:
        answers.close()


def test_while_it_is_worked_out_the_page_says_so_and_looks_again(site: TestClient[Litestar], monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(Asking, "of", lambda *_: None)
    page = site.get("/totals?place=Kisumu").text
    assert re.search(r'hx-get="/totals\?place=Kisumu"', page)
    assert 'role="status"' in page


def test_a_total_of_denials_says_so_and_has_no_bar() -> None:
    page = sample("Police in Peru denied that three of the men were killed. The ministry said ten men were arrested.")
    made = {each.action: each for each in total(claims(page), ())}
    assert adds_up(made["kill"]) == "Killed: denied, that is, said not to have happened; no persons are counted"
    assert adds_up(made["arrest"]).startswith("Arrested: 10 persons")
    told = {happening(claim): status_words(claim) for claim in claims(page) if claim.action == "kill"}
    assert told == {"Denied: killed, 3 persons": "It is said here that this did not happen."}


def test_a_denial_without_a_number_is_told_as_a_denial_and_not_as_any_number() -> None:
    page = sample("Police in Peru denied that they had killed any students.")
    denied = msgspec.structs.replace(claims(page)[0], count=None, status="denied")
    assert [adds_up(each) for each in total([denied], ())] == [
        "Killed: denied, that is, said not to have happened; nothing is counted"
    ]
