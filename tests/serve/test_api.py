"""The API: it is as it describes itself, gives what the pages give, says what is wrong, and sends nothing twice."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browser import KEY, fill
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.testing import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

import allegata.serve.limit
from allegata.ledger import Ledger, open_ledger
from allegata.ledger.access import accounts, audit, enter_account
from allegata.ledger.login import make_token
from allegata.ledger.records import Account
from allegata.mask import outward
from allegata.model import Claim, from_json
from allegata.run.audits import done
from allegata.run.deciding import Choice, decide
from allegata.run.options import now
from allegata.serve.api import operations
from allegata.serve.api.description import description
from allegata.serve.api.operations import OPERATIONS, ROOT
from allegata.serve.limit import Limit, TooOftenError

LISTS = [each for each in OPERATIONS if each.lists]
TWINS = {"claims": "/claims", "documents": "/documents", "findings": "/findings", "totals": "/totals", "groups": "/drift", "silence": "/silence", "speakers": "/speakers"}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger of the example reports, whose claims are linked."""
    return fill(tmp_path_factory.mktemp("api") / "ledger")


@pytest.fixture
def place(demo: Path, tmp_path: Path) -> Path:
    """Return a ledger of its own for a test."""
    return Path(shutil.copytree(demo, tmp_path / "ledger"))


def address_of(path: str, ledger: Ledger) -> str:
    """Return *path* with the ids of the first claim and its document in place of their names."""
    claim = next(iter(ledger.claims()))
    return path.replace("{claim:str}", claim.id).replace("{document:str}", claim.document.id)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": description()["components"]})


def every_item(site: TestClient[Litestar], path: str) -> list[Any]:
    """Return all records of a list, two at a time."""
    found: list[Any] = []
    following: str | None = f"{path}?limit=2"
    while following is not None:
        made = site.get(following).json()
        assert len(made["items"]) <= 2
        found += made["items"]
        following = made["next"]
    return found


def test_it_is_described_as_openapi_asks_and_without_anything_from_elsewhere(site: TestClient[Litestar]) -> None:
    sent = site.get(f"{ROOT}/openapi.json").json()
    OpenAPIV31SpecValidator(sent).validate()
    assert sent["openapi"] == "3.1.0"
    assert sent == json.loads(json.dumps(description()))
    for name in sent["components"]["schemas"]:
        Draft202012Validator.check_schema(sent["components"]["schemas"][name])
    assert all(each.startswith("#/") for each in re.findall(r'"\$ref": "([^"]+)"', json.dumps(sent)))
    assert {re.sub(r":str\}", "}", each.path) for each in OPERATIONS} | {f"{ROOT}/openapi.json"} == set(sent["paths"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_every_answer_is_as_it_is_described(site: TestClient[Litestar], ledger: Ledger, operation: Any) -> None:
    made = site.get(address_of(operation.path, ledger))
    assert made.status_code == 200
    assert made.headers["content-type"] == "application/json"
    told = description()["paths"][re.sub(r":str\}", "}", operation.path)]["get"]
    validator(told["responses"]["200"]["content"]["application/json"]["schema"]).validate(made.json())
    assert set(told["responses"]["200"]["headers"]) <= {
        {"etag": "ETag", "ratelimit": "RateLimit", "ratelimit-policy": "RateLimit-Policy"}.get(each) for each in made.headers
    }  # fmt: skip
    assert {each["name"] for each in told["parameters"] if each["in"] == "query"} == operation.takes
    if operation.lists:
        assert made.json()["items"]
        assert made.json()["state"] == getattr(ledger.head(), "hash", None)


def test_a_record_that_is_not_as_described_is_seen(site: TestClient[Litestar]) -> None:
    record = site.get(f"{ROOT}/claims").json()["items"][0]
    rule = validator({"$ref": "#/components/schemas/Claim"})
    assert rule.is_valid(record)
    assert not rule.is_valid(record | {"more": 1})
    assert not rule.is_valid(record | {"count": 60})


@pytest.mark.parametrize("name", TWINS)
def test_the_records_are_those_of_the_pages(site: TestClient[Litestar], name: str) -> None:
    lines = [json.loads(line) for line in site.get(f"{TWINS[name]}.json").text.splitlines()]
    assert lines
    assert every_item(site, f"{ROOT}/{name}") == lines


def test_filters_are_those_of_the_pages(site: TestClient[Litestar]) -> None:
    for asked in (
        {"action": "arrest"},
        {"place": "IR"},
        {"search": "ministry", "status": "asserted"},
        {"since": "2019-04"},
    ):
        lines = [json.loads(line) for line in site.get("/claims.json", params=asked).text.splitlines()]
        assert site.get(f"{ROOT}/claims", params=asked).json()["items"] == lines != []
    moved = site.get(f"{ROOT}/groups", params={"moved": "yes"}).json()["items"]
    assert moved == [json.loads(line) for line in site.get("/drift.json?moved=yes").text.splitlines()]


def test_a_claim_a_report_and_links_are_those_of_the_ledger(site: TestClient[Litestar], ledger: Ledger) -> None:
    for claim in ledger.claims():
        made = site.get(f"{ROOT}/claims/{claim.id}").json()
        assert made == site.get(f"/claims/{claim.id}.json").json()
        assert from_json(Claim, made["claim"]) == claim
        text = site.get(f"{ROOT}/documents/{claim.document.id}").json()["text"]
        assert text == ledger.document(claim.document.id).text
    links = list(ledger.links())
    assert len(every_item(site, f"{ROOT}/links")) == len(links) > 0
    one = site.get(f"{ROOT}/links", params={"claim": links[0].left, "relation": links[0].relation}).json()["items"]
    assert one
    assert all(links[0].left in (each["left"], each["right"]) for each in one)


def test_a_page_behind_the_last_is_empty(site: TestClient[Litestar]) -> None:
    for each in LISTS:
        made = site.get(each.path, params={"page": 1000, "limit": 1000}).json()
        assert (made["items"], made["next"]) == ([], None)


def test_the_next_page_keeps_what_was_asked_for(site: TestClient[Litestar]) -> None:
    made = site.get(f"{ROOT}/claims", params={"place": "IR", "limit": 1, "utm_source": "x"}).json()
    assert made["next"] == f"{ROOT}/claims?limit=1&place=IR&page=2"


def problem_of(made: Any) -> dict[str, Any]:
    assert made.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = made.json()
    validator({"$ref": "#/components/schemas/Problem"}).validate(told)
    assert told["status"] == made.status_code
    return told


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("claims?speker=x", 400, "speker"),
        ("claims?action=fly", 400, "action"),
        ("claims?since=tomorrow", 400, "tomorrow"),
        ("claims?page=0", 400, "page"),
        ("claims?limit=1001", 400, "limit"),
        ("claims?search=%00", 400, "NUL"),
        ("links?relation=x", 400, "relation"),
        ("findings?kind=x", 400, "kind"),
        ("silence?by=x", 400, "by"),
        ("groups?moved=no", 400, "moved"),
        ("speakers?body=a&speaker=b", 400, "body"),
        ("claims/abc", 404, "no claim"),
        ("documents/abc", 404, "no report"),
        ("claims/{part}", 404, "whole id"),
        ("nothing", 404, ""),
    ],
)
def test_what_is_wrong_is_said_as_problem_details(
    site: TestClient[Litestar], ledger: Ledger, path: str, status: int, words: str
) -> None:
    part = next(iter(ledger.claims())).id[:20]
    told = problem_of(site.get(f"{ROOT}/{path.format(part=part)}"))
    assert told["status"] == status
    assert words in told["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(site: TestClient[Litestar], method: str) -> None:
    made = site.request(method, f"{ROOT}/claims", json={"a": 1})
    assert problem_of(made)["status"] == 405
    assert made.headers["allow"] == site.options(f"{ROOT}/claims").headers["allow"] == "GET, OPTIONS"


def test_nobody_gets_in_without_the_key(site: TestClient[Litestar]) -> None:
    site.cookies.clear()
    for each in OPERATIONS:
        made = site.get(each.path, follow_redirects=False)
        assert problem_of(made)["status"] == 401
        assert made.headers["www-authenticate"].startswith("Bearer")
    assert site.get(f"{ROOT}/claims", headers={"authorization": f"Bearer {KEY}"}).status_code == 200
    assert "set-cookie" not in site.get(f"{ROOT}/claims", headers={"authorization": f"Bearer {KEY}"}).headers


def test_another_site_can_neither_ask_nor_lead_to_it(site: TestClient[Litestar]) -> None:
    led = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert site.get("/claims", headers=led).status_code == 200
    assert problem_of(site.get(f"{ROOT}/claims", headers=led))["status"] == 403


def test_what_is_known_is_not_sent_again(site: TestClient[Litestar], ledger: Ledger) -> None:
    tags = set()
    for each in OPERATIONS:
        path = address_of(each.path, ledger)
        tag = site.get(path).headers["etag"]
        for known in (tag, f'"x", W/{tag}', "*"):
            again = site.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert site.get(path, headers={"if-none-match": '"x"'}).status_code == 200
        tags.add(tag)
    tags.add(site.get(f"{ROOT}/claims?action=arrest").headers["etag"])
    assert len(tags) == len(OPERATIONS) + 1
    assert site.get(f"{ROOT}/claims/abc", headers={"if-none-match": "*"}).status_code == 404


def test_a_tag_changes_with_what_is_decided(site: TestClient[Litestar], place: Path, ledger: Ledger) -> None:
    before = site.get(f"{ROOT}/claims").headers["etag"]
    claim = next(each for each in ledger.claims() if each.action == "arrest")
    decide(ledger, Choice("reject", (claim.id,)), "ana", now(), "Read twice.")
    after = site.get(f"{ROOT}/claims", headers={"if-none-match": before})
    assert after.status_code == 200
    assert claim.id not in {each["id"] for each in after.json()["items"]}


@pytest.fixture
def token(ledger: Ledger) -> str:
    """Return a token of a reader, in a ledger with accounts."""
    enter_account(ledger, "ana", now(), lambda _: Account("ana", "admin", True, 1))
    enter_account(ledger, "ana", now(), lambda _: Account("bo", "reader", True, 2))
    return make_token(ledger, accounts(ledger)["bo"], "script", timedelta(days=1), now())[0]


def test_a_token_reads_and_what_it_takes_is_a_row_that_changes_no_tag(
    site: TestClient[Litestar], ledger: Ledger, token: str
) -> None:
    assert problem_of(site.get(f"{ROOT}/claims"))["status"] == 401
    sent = {"authorization": f"Bearer {token}"}
    made = site.get(f"{ROOT}/claims", params={"search": "Wekesa", "action": "arrest"}, headers=sent)
    first = site.get(f"{ROOT}/claims", headers=sent)
    assert (made.status_code, first.status_code) == (200, 200)
    rows = [each for each in done(ledger) if each.deed == "export"]
    assert [each.by for each in rows] == ["bo", "bo"]
    assert rows[0].details["command"] == f"serve {ROOT}/claims"
    assert rows[0].details["search"] == "given"
    assert "Wekesa" not in json.dumps([each.details for each in rows])
    again = site.get(f"{ROOT}/claims", headers=sent | {"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert len([each for each in done(ledger) if each.deed == "export"]) == 2
    head = site.get(f"{ROOT}/ledger", headers=sent).json()["head"]
    assert head["hash"] == getattr(ledger.head(), "hash", None) != first.json()["state"]


def test_what_takes_a_while_is_worked_out_once_though_each_page_is_a_row(
    site: TestClient[Litestar], ledger: Ledger, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("totals_of", "findings_of", "groups_of", "silence_of"):
        work = getattr(operations, name)
        monkeypatch.setattr(
            operations, name, lambda *words, work=work, name=name: (asked.append(name), work(*words))[1]
        )
    sent = {"authorization": f"Bearer {token}"}
    for path in ("totals", "findings", "groups", "silence") * 2:
        assert site.get(f"{ROOT}/{path}?limit=1", headers=sent).status_code == 200
    assert len([each for each in done(ledger) if each.deed == "export"]) == 8
    assert sorted(asked) == ["findings_of", "groups_of", "silence_of", "totals_of"]
    claim = next(iter(ledger.claims()))
    decide(ledger, Choice("reject", (claim.id,)), "ana", now(), "Read twice.")
    assert site.get(f"{ROOT}/totals?limit=1", headers=sent).status_code == 200
    assert asked[4:] == ["totals_of"]


def test_a_row_of_an_export_makes_no_decision_be_read_again(
    ledger: Ledger, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, other, *_ = ledger.claims()
    decide(ledger, Choice("reject", (claim.id,)), "ana", now(), "Read twice.")
    read: list[int] = []
    work = ledger._kept_decisions
    monkeypatch.setattr(ledger, "_kept_decisions", lambda: (read.append(1), work())[1])
    left = [each.id for each in ledger.claims()]
    assert (read, other.id in left, claim.id in left) == ([1], True, False)
    audit(ledger, "export", (), "", "bo", now(), {"records": "3"})
    assert [each.id for each in ledger.claims()] == left
    assert read == [1]
    decide(ledger, Choice("reject", (other.id,)), "ana", now(), "Read twice.")
    assert other.id not in {each.id for each in ledger.claims()}


def test_the_batches_that_are_shown_have_the_rows_of_exports(
    site: TestClient[Litestar], ledger: Ledger, token: str
) -> None:
    sent = {"authorization": f"Bearer {token}"}
    site.get("/ledger/batches", headers=sent)
    site.get(f"{ROOT}/claims", headers=sent)
    head = ledger.head()
    assert head is not None
    assert head.entries[0].kind == "audit"
    assert head.hash[:12] in site.get("/ledger/batches", headers=sent).text


def test_who_asks_too_often_is_told_when_to_go_on(
    served: Callable[[Path], TestClient[Litestar]], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allegata.serve.limit, "MOST", 2)
    site = served(place)
    assert [site.get(f"{ROOT}/ledger").headers["ratelimit"][:13] for _ in range(2)] == [
        '"account";r=1',
        '"account";r=0',
    ]
    made = site.get(f"{ROOT}/claims")
    assert problem_of(made)["status"] == 429
    assert 0 < int(made.headers["retry-after"]) <= 60
    assert site.get("/claims").status_code == 200
    for path in description()["paths"]:
        assert problem_of(site.get(path))["status"] == 429
        assert "429" in description()["paths"][path]["get"]["responses"]


def test_a_window_ends_and_each_account_has_its_own() -> None:
    at = [0.0]
    limit = Limit(1, lambda: at[0])
    assert limit.take("ana")["ratelimit"] == '"account";r=0;t=60'
    assert limit.take("bo")
    assert limit.take("") == {}
    at[0] = 59.5
    with pytest.raises(TooOftenError) as told:
        limit.take("ana")
    assert told.value.headers["retry-after"] == "1"
    at[0] = 60.0
    assert limit.take("ana")


def test_an_empty_ledger_has_empty_lists(served: Callable[[Path], TestClient[Litestar]], tmp_path: Path) -> None:
    open_ledger(str(tmp_path / "empty"), outward, True).close()
    site = served(tmp_path / "empty")
    for each in LISTS:
        made = site.get(each.path)
        assert made.status_code == 200
        assert made.json()["next"] is None
    assert site.get(f"{ROOT}/ledger").json()["head"] is None
