"""Every route with what it may be asked: a new one fails here until somebody has judged that it takes no person claimed about."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from litestar import Litestar
from litestar.testing import TestClient

import allegata.serve
from allegata.ground.lexicon import table
from allegata.ledger import Ledger
from allegata.run.options import CHOICES
from allegata.serve.api import ROUTES as API_ROUTES
from allegata.serve.asked import FIELDS
from allegata.serve.pages import ROUTES
from allegata.serve.visit import Route

SERVE = Path(allegata.serve.__file__).parent
CLAIMS = {"action", "body", "evidence", "kind", "outlet", "place", "search", "since", "speaker", "stance", "status", "target", "unit", "until"}  # fmt: skip
"""What claims are asked for by. speaker: who says it, and never who it is said of; target: an organisation."""
JUDGED = {
    "GET /": "read",
    "GET /brief": "read",
    "GET /brief.html": "read",
    "GET /brief.md": "read",
    "GET /check": "check",
    "GET /claims": "read",
    "GET /claims.csv": "read",
    "GET /claims.json": "read",
    "GET /claims/{claim:str}": "read",
    "GET /documents": "read",
    "GET /documents.csv": "read",
    "GET /documents.json": "read",
    "GET /documents/{document:str}": "read",
    "GET /drift": "read",
    "GET /drift.csv": "read",
    "GET /drift.json": "read",
    "GET /findings": "read",
    "GET /findings.csv": "read",
    "GET /findings.json": "read",
    "GET /glossary": "read",
    "GET /ledger": "read",
    "GET /ledger/audit": "audit",
    "GET /ledger/audit.csv": "audit",
    "GET /ledger/audit.json": "audit",
    "GET /ledger/batches": "read",
    "GET /ledger/batches.csv": "read",
    "GET /ledger/batches.json": "read",
    "GET /ledger/sources": "read",
    "GET /ledger/sources.csv": "read",
    "GET /ledger/sources.json": "read",
    "GET /ledger/verify": "verify",
    "GET /login": "",
    "GET /map": "read",
    "GET /map.csv": "read",
    "GET /map.json": "read",
    "GET /review": "read",
    "GET /silence": "read",
    "GET /silence.csv": "read",
    "GET /silence.json": "read",
    "GET /speakers": "read",
    "GET /speakers.csv": "read",
    "GET /speakers.json": "read",
    "GET /timeline": "read",
    "GET /timeline.csv": "read",
    "GET /timeline.json": "read",
    "GET /totals": "read",
    "GET /totals.csv": "read",
    "GET /totals.json": "read",
    "POST /check": "check",
    "POST /login": "",
    "POST /logout": "login",
    "POST /review": "decide",
}
"""Routes and the act of each (data/roles.tsv)."""
JUDGED_API = {
    "GET /api/v1/claims": "read",
    "GET /api/v1/claims/{claim:str}": "read",
    "GET /api/v1/documents": "read",
    "GET /api/v1/documents/{document:str}": "read",
    "GET /api/v1/findings": "read",
    "GET /api/v1/groups": "read",
    "GET /api/v1/ledger": "read",
    "GET /api/v1/links": "read",
    "GET /api/v1/openapi.json": "",
    "GET /api/v1/silence": "read",
    "GET /api/v1/speakers": "read",
    "GET /api/v1/totals": "read",
}
"""Those of the API."""
ASKED_API = {
    "__init__": set(),
    "answering": {"limit", "page"},
    "description": set(),
    "operations": {"claim", "claims", "relation"},
}
"""Names in the address that modules of the API read, beside those that the pages do which they ask."""
ASKED = {
    "brief": {"all", "claims"},
    "claims": set(),
    "documents": {"claim", "page", "part"},
    "draft": {"example"},
    "drift": {"claims", "moved", "page"},
    "findings": {"kind", "page"},
    "glossary": set(),
    "home": set(),
    "ledger": {"page", "what"},
    "listing": {"claims", "finding", "order", "page"},
    "login": {"next"},
    "places": {"claims", "country"},
    "review": {"after", "claims", "flagged", "item"},
    "silence": {"by", "claims", "page"},
    "sources": set(),
    "speakers": {"body", "speaker"},
    "timeline": {"claims", "of"},
    "totals": {"claims"},
}
"""Names in the address that the routes of a module of `pages` read; claims: those of `CLAIMS`."""
SENT = {
    "draft": {"draft", "profile", "published"},
    "login": {"name", "next", "password"},
    "review": {"act", "decision", "field", "item", "other", "other_id", "reason", "seen", "value"},
}
"""Names of the forms of a module. name: that of an account; next: the address of a page here (`guard.is_page`); reason, value: words of a decision, masked where they are shown."""
PATHS = {"claim", "document"}
"""Names in paths: ids of records, which are hashes."""
OPEN = {
    "after",
    "claim",
    "example",
    "finding",
    "flagged",
    "item",
    "moved",
    "part",
    "by",
    "of",
    "what",
    "kind",
    "order",
    "all",
    "page",
    "limit",
    "relation",
    "country",
    "since",
    "until",
    *CHOICES,
}
"""Names that take an id, a closed list, a day or a number."""


def names_in(module: Path) -> tuple[set[str], set[str]]:
    """Return the names that *module* reads of the address and of forms; one that is not written out is ``?``."""
    asked, sent = set[str](), set[str]()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.Call(ast.Name("asked_of")):
                asked.add("claims")
            case ast.Call(ast.Attribute(_, "asked" | "number"), [ast.Constant(str() as name), *_]):
                asked.add(name)
            case ast.Call(ast.Attribute(_, "asked" | "number")):
                asked.add("?")
            case ast.Call(ast.Attribute(ast.Attribute(_, "form"), "get"), [ast.Constant(str() as name), *_]):
                sent.add(name)
            case ast.Subscript(ast.Attribute(_, "form"), ast.Constant(str() as name)):
                sent.add(name)
            case ast.Call(ast.Attribute(ast.Attribute(_, "form"), "get")) | ast.Subscript(ast.Attribute(_, "form")):
                sent.add("?")
    return asked, sent


MODULES = {path.stem: path for path in (SERVE / "pages").glob("*.py") if path.stem != "__init__"}


def test_every_route_is_judged() -> None:
    assert {f"{each.method} {each.path}": each.act for each in ROUTES} == JUDGED
    assert len(ROUTES) == len(JUDGED)
    assert {act for act in JUDGED.values() if act} <= {row["act"] for row in table("roles")}
    assert {name for path in JUDGED for name in re.findall(r"\{(\w+)", path)} == PATHS


def test_every_parameter_is_judged() -> None:
    assert set(FIELDS) == CLAIMS
    found = {name: names_in(path) for name, path in MODULES.items()}
    assert {name: asked for name, (asked, _) in found.items()} == ASKED
    assert {name: sent for name, (_, sent) in found.items() if sent} == SENT


def test_the_api_is_judged_as_the_pages_are() -> None:
    assert {f"{each.method} {each.path}": each.act for each in API_ROUTES} == JUDGED_API
    assert {name for path in JUDGED_API for name in re.findall(r"\{(\w+)", path)} == PATHS
    modules = {path.stem: names_in(path) for path in (SERVE / "api").glob("*.py")}
    assert modules == {name: (asked, set()) for name, asked in ASKED_API.items()}
    taken = {name for each in API_ROUTES for name in each.takes}
    assert taken == CLAIMS | {"by", "claim", "limit", "moved", "page", "relation"}
    assert all(each.method == "GET" for each in API_ROUTES)


@pytest.mark.parametrize("route", [each for each in API_ROUTES if "{" not in each.path], ids=lambda each: each.path)
def test_the_api_answers_a_person_claimed_about_like_nobody(site: TestClient[Litestar], route: Route) -> None:
    for name in sorted(route.takes - OPEN):
        told, nobody = (site.get(route.path, params={name: value}) for value in ("Odhiambo Wekesa", "Kamwana Tisifere"))
        assert told.status_code == nobody.status_code == 200
        assert told.json() == nobody.json(), name


def test_what_a_route_takes_is_what_its_module_reads() -> None:
    taken: dict[str, set[str]] = {name: set() for name in ASKED}
    modules = {each.path: each.answer.__module__.rpartition(".")[2] for each in ROUTES}
    for each in ROUTES:
        taken[modules[each.path.partition(".")[0]]] |= each.takes
    assert taken == {
        name: asked - {"claims"} | (CLAIMS if "claims" in asked else set()) for name, asked in ASKED.items()
    }


def test_addresses_and_forms_are_read_in_these_modules_alone() -> None:
    for path in SERVE.glob("*.py"):
        if path.stem not in ("asked", "visit"):
            assert names_in(path) == (set(), set()), path.stem
    # The query as a whole is looked at for the next place of the queue, and for the tag and the next page of the API.
    whole = {
        path.stem for path in SERVE.rglob("*.py") if re.search(r"visit\.query\b|self\.query\b", path.read_text("utf-8"))
    }
    assert whole <= {"visit", "review", "answering"}


def comparable(text: str, name: str) -> str:
    """Return *text* without *name*, and without what is another at each request."""
    for each in (name, quote_plus(name), name.replace(" ", "%20")):
        text = text.replace(each, "NAME")
    # A brief is taken away, so that a name of the ledger which is typed is masked in its heading.
    text = re.sub(r"\\?\[person\\?\]", "NAME", text)
    return re.sub(r'name="_csrf_token" value="[^"]+"|\d\d:\d\d(:\d\d)?', "", text)


@pytest.mark.parametrize("path", [each.removeprefix("GET ") for each in JUDGED if each.startswith("GET ") and "{" not in each])  # fmt: skip
def test_a_person_claimed_about_is_answered_like_nobody(site: TestClient[Litestar], ledger: Ledger, path: str) -> None:
    assert any("[person 1]" in ledger.document(each.id).text for each in ledger.documents())
    module = next(each.answer.__module__.rpartition(".")[2] for each in ROUTES if each.path == path.partition(".")[0])
    names = ASKED[module] | (CLAIMS if "claims" in ASKED[module] else set())
    # A list of claims is shown before what does not fit is known; here it is known at every request.
    site.get("/claims?finding=count")
    for name in sorted(names - OPEN - {"claims"}):
        told, nobody = (site.get(path, params={name: value}) for value in ("Odhiambo Wekesa", "Kamwana Tisifere"))
        assert told.status_code == nobody.status_code == 200
        assert comparable(told.text, "Odhiambo Wekesa") == comparable(nobody.text, "Kamwana Tisifere"), name
