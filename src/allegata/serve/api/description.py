"""The API described for programs (OpenAPI 3.1), made from the table of its addresses and from the records themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from allegata import __version__
from allegata.ledger import Ruling
from allegata.model.claim import Claim
from allegata.model.document import Capture, Document
from allegata.model.json_schema import schema
from allegata.model.link import Finding, Group, Link
from allegata.model.mention import Record
from allegata.model.total import Silence, Total
from allegata.run.options import CHOICES, FILTERS
from allegata.run.options import KINDS as FINDING_KINDS
from allegata.run.silence import BY
from allegata.serve.api.answering import FEWEST, MOST, PAGES, Operation
from allegata.serve.api.operations import OPERATIONS, RELATIONS, ROOT
from allegata.serve.limit import MOST as REQUESTS
from allegata.serve.limit import WINDOW_S
from allegata.serve.pages.documents import LISTED
from allegata.serve.pages.ledger import KINDS
from allegata.serve.pages.speakers import LISTS
from allegata.serve.problem import MEDIA_TYPE

JSON = dict[str, Any]
RECORDS: tuple[type[Record], ...] = (Claim, Document, Link, Finding, Total, Group, Silence, Ruling, Capture)
ABOUT = (
    "Official claims read from news reports: who said what, through whom, about what, on what evidence. Read only. "
    "Names of affected persons are masked; no address takes a person claimed about. Counts of claims, not of people."
)
CLOSED: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(values) for name, values in CHOICES.items()},
    "relation": RELATIONS,
    "moved": ("yes",),
    "by": BY,
}
WORDS: Mapping[str, str] = {
    **FILTERS,
    "page": "Which page of the list, from 1.",
    "limit": "How many records at most.",
    "claim": "The whole id of a claim: links that it is at an end of.",
    "relation": "How two claims relate.",
    "moved": "Those alone in which a field moved.",
    "by": "Rows by body or by official.",
}
PROBLEMS: Mapping[int, str] = {
    400: "What was asked for is no filter, or has a value that there is not",
    401: "Neither a token of an account, nor in a ledger without accounts the key of the start",
    403: "The role of the account does not allow it, or another website asked",
    429: f"More than {REQUESTS} requests of an account in {WINDOW_S} seconds; Retry-After says when to go on",
    503: "Much is being worked out, or the ledger cannot be read just now",
}


def _object(**properties: JSON) -> JSON:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: JSON) -> JSON:
    return {"type": "array", "items": of}


def _or_null(rule: JSON) -> JSON:
    return {"anyOf": [rule, {"type": "null"}]}


TEXT: JSON = {"type": "string"}
NUMBER: JSON = {"type": "integer", "minimum": 0}


def _moved(part: Any) -> Any:
    """Return *part* of a JSON Schema with its references among those of the description."""
    if isinstance(part, dict):
        return {
            name: value.replace("#/$defs/", "#/components/schemas/") if name == "$ref" else _moved(value)
            for name, value in part.items()
        }
    return [_moved(each) for each in part] if isinstance(part, list) else part


def _schemas() -> JSON:
    made: JSON = {}
    for kind in RECORDS:
        made |= _moved(schema(kind)["$defs"])
    own = made["Document"]["properties"]
    batch = _object(sequence=NUMBER, hash=TEXT, recorded_at=TEXT, by=TEXT)
    return made | {
        "WholeClaim": _object(
            claim=_ref("Claim"),
            links=_list(_ref("Link")),
            group=_or_null(_ref("Group")),
            decisions=_list(_ref("Ruling")),
            capture=_ref("Capture"),
            bytes=_or_null(_object(start=NUMBER, end=NUMBER)),
            reader=TEXT,
            basis=_list(_ref("Basis")),
            batch=batch,
        ),
        "ListedDocument": _object(**{name: NUMBER if name == "claims" else own[name] for name in LISTED}),
        "ListedSpeaker": _object(field={"enum": list(LISTS)}, name=TEXT, key=TEXT, claims=NUMBER),
        "LedgerHead": _object(
            head=_or_null(_object(sequence=NUMBER, hash=TEXT, recorded_at=TEXT)),
            records=_object(**dict.fromkeys(KINDS, NUMBER)),
        ),
        "Problem": _object(type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT),
    }


def _rule(name: str, operation: Operation) -> JSON:
    if name in ("page", "limit"):
        most, otherwise = (PAGES, 1) if name == "page" else (MOST, FEWEST)
        return {"type": "integer", "minimum": 1, "maximum": most, "default": otherwise}
    if operation.schema == "Finding" and name == "kind":
        return {"enum": sorted(FINDING_KINDS)}
    if name in CLOSED:
        return {"enum": list(CLOSED[name])}
    if name in ("since", "until"):
        return {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    return {"type": "string", "minLength": 1}


def _parameters(operation: Operation) -> list[JSON]:
    within = [
        {"name": name, "in": "path", "required": True, "description": "A whole id.", "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
        for name in re.findall(r"\{(\w+)", operation.path)
    ]  # fmt: skip
    kind = "What does not fit." if operation.schema == "Finding" else WORDS["kind"]
    asked = [
        {"name": name, "in": "query", "required": False, "description": kind if name == "kind" else WORDS[name], "schema": _rule(name, operation)}
        for name in sorted(operation.takes)
    ]  # fmt: skip
    known = {"name": "If-None-Match", "in": "header", "required": False, "description": "ETags of answers that you have.", "schema": TEXT}  # fmt: skip
    return [*within, *asked, known]


def _headers() -> JSON:
    return {
        "ETag": {"description": "Changes with the ledger and with what is asked for.", "required": True, "schema": TEXT},
        "RateLimit-Policy": {"description": "How many requests in how many seconds.", "schema": TEXT},
        "RateLimit": {"description": "How many are left, and for how many seconds.", "schema": TEXT},
    }  # fmt: skip


def _problem(words: str, retried: bool) -> JSON:
    made: JSON = {"description": words, "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
    if retried:
        after = {"description": "Seconds after which to ask again, where that is known.", "schema": TEXT}
        made["headers"] = {"Retry-After": after}
    return made


def _operation(operation: Operation) -> JSON:
    record = _ref(operation.schema)
    listed = _object(items=_list(record), next=_or_null(TEXT), state=TEXT)
    told = dict(PROBLEMS)
    if not operation.lists:
        told[404] = "No such record"
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {
            "200": {
                "description": operation.summary,
                "headers": _headers(),
                "content": {"application/json": {"schema": listed if operation.lists else record}},
            },
            "304": {"description": "Nothing has changed since", "headers": _headers()},
            **{str(status): _problem(words, status in (429, 503)) for status, words in sorted(told.items())},
        },
    }


@cache
def description() -> JSON:
    """Return the API as OpenAPI 3.1 describes one; it depends on nothing but the program."""
    own = {"description": "This description", "content": {"application/json": {"schema": {"type": "object"}}}}
    failed = {str(status): _problem(PROBLEMS[status], status in (429, 503)) for status in (400, 403, 429, 503)}
    paths = {re.sub(r":str\}", "}", each.path): {"get": _operation(each)} for each in OPERATIONS}
    paths[f"{ROOT}/openapi.json"] = {
        "get": {
            "operationId": "openapi",
            "summary": "This description",
            "security": [],
            "responses": {"200": own, **failed},
        }
    }
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "allegata", "version": __version__, "description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A token of `allegata token make`; of a ledger without accounts the key that `allegata serve` prints."}},
        },
    }  # fmt: skip
