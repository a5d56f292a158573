"""The API: what pages show, as JSON for programs, with a description of itself (OpenAPI 3.1)."""

from __future__ import annotations

import json

from allegata.serve.api.answering import route_of
from allegata.serve.api.description import description
from allegata.serve.api.operations import OPERATIONS, ROOT
from allegata.serve.visit import Answer, Route, Sent, Visit, get


def _described(visit: Visit) -> Answer:
    return Sent(json.dumps(description(), ensure_ascii=False), "application/json")


ROUTES: tuple[Route, ...] = (
    *(route_of(each) for each in OPERATIONS),
    get(f"{ROOT}/openapi.json", "", _described),
)
"""Every address of the API."""
