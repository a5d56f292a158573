"""The review queue, by its forms as a browser without JavaScript sends them."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ledger import ClaimFilter, Ledger
from allegata.ledger.access import enter_account
from allegata.ledger.login import make_token
from allegata.ledger.records import Account
from allegata.model import Link, Reason
from allegata.run.deciding import Choice, decide, without_names
from allegata.run.options import now

AT = "2024-05-03T10:00:00Z"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)'
Site = TestClient[Litestar]


def shown(site: Site, address: str = "/review") -> str:
    """Return the page, once everything that it waits for is worked out."""
    for _ in range(200):
        page = site.get(address)
        assert page.status_code == 200, page.text
        if "is being worked out" not in page.text and "still being looked for" not in page.text:
            return page.text
        time.sleep(0.05)
    raise AssertionError("the queue is never worked out")


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def send(site: Site, page: str, act: str, address: str = "/review", **typed: str) -> str:
    """Send the form of *page* and return the page that comes of it."""
    form = {"_csrf_token": field(page, "_csrf_token"), "act": act, "reason": "reviewed"}
    if 'name="item"' in page:
        form |= {"item": field(page, "item"), "seen": field(page, "seen")}
    answer = site.post(address, data={**form, **typed}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code in (200, 400, 409), answer.text
    return answer.text


def kinds(ledger: Ledger) -> list[tuple[str, str]]:
    return [(each.decision.kind, each.state) for each in ledger.rulings()]


def test_everything_is_offered_once_and_skipping_keeps_its_place_in_the_address(site: Site, ledger: Ledger) -> None:
    seen, address = [], "/review"
    for _ in range(50):
        page = shown(site, address)
        if "Nothing waits here" in page:
            break
        seen.append(field(page, "item"))
        address = html.unescape(re.findall(r'href="([^"]+)" data-key=" "', page)[0])
    codable = [each.id for each in ledger.claims() if each.action != "other"]
    assert sorted(name for name in seen if "." not in name) == sorted(codable)
    assert len(seen) == len(set(seen))
    assert seen[0] == field(shown(site), "item")


@pytest.mark.parametrize(("act", "kind", "mark"), [("accept", "accept", "accepted by"), ("reject", "reject", "rejected by"), ("flag", "flag", "flagged by")])  # fmt: skip
def test_a_button_decides_and_the_next_one_comes(site: Site, ledger: Ledger, act: str, kind: str, mark: str) -> None:
    page = shown(site)
    claim = field(page, "item")
    after = send(site, page, act, reason="read on the page")
    assert kinds(ledger) == [(kind, "in force")]
    assert mark in str(ledger.claim(claim).rules.decisions)
    assert field(after, "item") != claim
    assert "read on the page" in after
    assert claim[:8] in after


def test_a_flagged_claim_waits_apart_until_somebody_takes_the_second_look(site: Site, ledger: Ledger) -> None:
    page = shown(site)
    claim = field(page, "item")
    send(site, page, "flag", reason="the table says 46")
    assert "1 flagged for a second look" in shown(site)
    page = shown(site, "/review?flagged=yes")
    assert field(page, "item") == claim
    assert "the table says 46" in page
    send(site, page, "accept", "/review?flagged=yes")
    assert kinds(ledger) == [("flag", "replaced"), ("accept", "in force")]
    assert "Nothing waits here" in shown(site, "/review?flagged=yes")


def test_a_field_is_corrected_and_what_is_allowed_is_said(site: Site, ledger: Ledger) -> None:
    page = shown(site)
    claim = field(page, "item")
    refused = send(site, page, "correct", field="count", value="many")
    assert "60-70, 60+ for no upper bound" in html.unescape(refused)
    assert 'value="many"' in refused
    assert '<details id="edit" data-key="e" open>' in refused
    assert not ledger.rulings()
    send(site, refused, "correct", field="count", value="77")
    count = ledger.claim(claim).count
    assert count is not None
    assert count.readings[0].low == 77


def test_a_claim_is_merged_with_one_that_is_offered_or_by_its_id(site: Site, ledger: Ledger) -> None:
    page = shown(site)
    claim = field(page, "item")
    other = next(each.id for each in ledger.claims() if each.id != claim)
    assert "choose the claim that is the same" in send(site, page, "merge")
    send(site, page, "merge", other_id=other[:10])
    assert kinds(ledger) == [("merge", "in force")]
    assert "decided about this meanwhile" in send(site, page, "merge", other_id=other[:10])
    assert len(ledger.rulings()) == 1


def test_a_suggested_pair_looks_different_and_is_decided(site: Site, ledger: Ledger) -> None:
    claims = sorted(
        each.id for each in ledger.claims() if each.action != "other" and each.document.outlet == "South Post"
    )
    suggested = Link(claims[0], claims[1], "same", False, (Reason("place", "agrees", "both of Kisumu"),), "rules/1")
    ledger.append([("link", suggested)], "ana", AT)
    for act in ("accept", "reject", "split"):
        page, address = shown(site), "/review"
        while "." not in field(page, "item"):
            address = html.unescape(re.findall(r'href="([^"]+)" data-key=" "', page)[0])
            page = shown(site, address)
        assert 'class="item suggestion"' in page
        name = field(page, "item")
        after = send(site, page, act, address)
        assert kinds(ledger)[-1] == (act, "in force")
        assert f'value="{name}"' not in after
        (last,) = ledger.rulings(last=1)
        assert "taken back" in send(site, after, "undo", address, decision=last.decision.id, reason="taken back")


def test_a_decision_is_undone_and_decided_anew_for_another_reason(site: Site, ledger: Ledger) -> None:
    page = shown(site)
    claim = field(page, "item")
    page = send(site, page, "accept")
    (first,) = ledger.rulings()
    page = send(site, page, "again", decision=first.decision.id, reason="read twice")
    assert kinds(ledger) == [("accept", "replaced"), ("accept", "in force")]
    page = send(site, page, "undo", decision=ledger.rulings()[1].decision.id)
    assert kinds(ledger)[:2] == [("accept", "in force"), ("accept", "undone")]
    assert "is not in force" in send(site, page, "again", decision=ledger.rulings()[1].decision.id, reason="again")
    page = shown(site, f"/review?item={claim}")
    page = send(site, page, "correct", field="count", value="77", reason="misread")
    correction = ledger.rulings()[-1].decision
    send(site, page, "again", decision=correction.id, reason="the table has it")
    assert [(each.decision.kind, each.decision.reason) for each in ledger.rulings() if each.holds][-1] == ("correct", "the table has it")  # fmt: skip


def test_of_two_reviewers_the_second_is_told_and_writes_nothing(
    place: Path, served: Callable[[Path], Site], ledger: Ledger
) -> None:
    one, other = served(place), served(place)
    mine, theirs = shown(one), shown(other)
    assert field(mine, "item") == field(theirs, "item")
    send(one, mine, "reject", reason="said of another office")
    refused = send(other, theirs, "accept")
    assert "decided about this meanwhile" in refused
    assert "said of another office" in refused
    assert kinds(ledger) == [("reject", "in force")]


def test_a_form_of_another_page_writes_nothing(site: Site, ledger: Ledger) -> None:
    page = shown(site)
    form = {"act": "accept", "item": field(page, "item"), "seen": "", "reason": "x1"}
    assert site.post("/review", data=form).status_code == 403
    signed = {**form, "_csrf_token": field(page, "_csrf_token")}
    assert site.post("/review", data=signed, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert site.post("/review", data=signed, headers={"origin": "https://evil.example"}).status_code == 403
    assert not ledger.rulings()


def test_hostile_words_are_shown_as_words(site: Site) -> None:
    for page in (
        send(site, shown(site), "accept", reason=HOSTILE),
        send(site, shown(site), "correct", field=HOSTILE, value=HOSTILE, reason=HOSTILE),
        send(site, shown(site), "merge", other_id=HOSTILE, reason=HOSTILE),
        send(site, shown(site), HOSTILE),
    ):
        assert "<script>alert" not in page
        assert "<img" not in page
    assert "&lt;script&gt;" in shown(site)


def test_who_is_affected_is_not_named_by_a_reason_nor_by_what_was_refused(site: Site) -> None:
    page = send(site, shown(site), "accept", reason="It was Odhiambo Wekesa himself")
    assert "It was [person" in page
    refused = send(
        site, shown(site), "correct", field="target", value="Odhiambo Wekesa", reason="Odhiambo Wekesa said so"
    )
    for each in (page, refused, shown(site), site.get("/claims").text):
        assert "Wekesa" not in each


def test_nothing_is_decided_without_a_reason_or_about_what_is_not_there(site: Site, ledger: Ledger) -> None:
    page = shown(site)
    assert "the reason is empty" in send(site, page, "accept", reason=" ")
    assert "no claim" in send(site, page, "accept", item="ffff")
    assert "can be decided here" in send(site, page, "correct", item="a.b")
    assert not ledger.rulings()
    assert site.get("/review?item=ffff").status_code == 400


def test_only_what_the_address_asks_for_waits(site: Site, ledger: Ledger) -> None:
    wanted = {each.id for each in ledger.claims(ClaimFilter(outlet="South Post")) if each.action != "other"}
    page = shown(site, "/review?outlet=South+Post")
    assert set(field(page, "item").split(".")) & wanted
    assert f"of {len(wanted)} claim" in page
    assert "No claim of something that happened was asked for" in shown(site, "/review?outlet=Nobody")


def test_what_was_decided_elsewhere_waits_no_more(site: Site, ledger: Ledger) -> None:
    claim = field(shown(site), "item")
    decide(ledger, Choice("accept", [claim]), "ana", AT, "by a command")
    page = shown(site)
    assert field(page, "item") != claim
    assert "by a command" in page
    assert "1 of" in page


def test_who_may_only_read_sees_no_button_and_is_refused(site: Site, ledger: Ledger) -> None:
    own = {}
    for name, role in (("ana", "admin"), ("bo", "reader"), ("cy", "reviewer")):
        made = enter_account(ledger, "ana", AT, lambda _, name=name, role=role: Account(name, role, True, 1))
        own[name] = {"authorization": f"Bearer {make_token(ledger, made, 'test', timedelta(days=1), now())[0]}"}
    assert site.get("/review", follow_redirects=False).status_code == 303
    site.headers.update(own["cy"])
    form = {"act": "accept", "item": field(shown(site), "item"), "seen": "", "reason": "x1"}
    site.headers.update(own["bo"])
    page = shown(site)
    assert 'name="act"' not in page
    assert "takes the role of a reviewer" in page
    answer = site.post("/review", data={**form, "_csrf_token": field(page, "_csrf_token")})
    assert answer.status_code == 403
    assert not ledger.rulings()
    site.headers.update(own["cy"])
    send(site, shown(site), "accept")
    assert [each.decision.by for each in ledger.rulings()] == ["cy"]


@pytest.mark.parametrize("name", ["reason", "value", "field", "other_id", "other", "decision", "item"])
def test_a_long_field_is_refused_before_it_is_masked(
    site: Site, ledger: Ledger, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked = list[int]()

    def counting(_: Ledger, typed: str) -> str:
        masked.append(len(typed))
        return without_names(ledger, typed)

    monkeypatch.setattr("allegata.serve.pages.review.without_names", counting)
    page = shown(site)
    answer = send(
        site, page, "correct", **{"field": "count", "value": "seven", name: "Ada Bo " * 5000, "more": "Bo " * 99}
    )
    assert "35,000 characters" in answer
    assert "Ada Bo Ada Bo" not in answer
    assert "seven" in answer or name == "value"
    assert max(masked) < 200
    assert not ledger.rulings()
