"""The API asked by schemathesis for what its description allows and for what it does not: it answers as it is described, and never fails."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from browser import KEY, fill
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from allegata.serve.api.description import description
from allegata.serve.app import make_app

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger of the example reports."""
    return fill(tmp_path_factory.mktemp("fuzzed") / "ledger")


@pytest.fixture
def described(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the API of the ledger, as it describes itself; schemathesis ends the app with each test."""
    monkeypatch.setattr("allegata.serve.limit.MOST", 10**6)
    app = make_app(str(filled), KEY, frozenset({"testserver", "localhost", "127.0.0.1"}))
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


@pytest.mark.full
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda each: each.value)
@pytest.mark.parametrize(
    "path", sorted(path for path, each in description()["paths"].items() if "parameters" in each["get"])
)
def test_it_answers_as_it_is_described(described: Any, path: str, mode: GenerationMode) -> None:
    operation, seen = described[path]["get"], Counter[int]()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        made = case.call_and_validate(headers={"authorization": f"Bearer {KEY}"}, checks=CHECKS)
        seen[made.status_code] += 1

    ask()
    # What is sent wrongly on purpose may be the key.
    allowed = {200, 304, 400, 404} | ({401} if mode is GenerationMode.NEGATIVE else set())
    assert set(seen) <= allowed
    assert set(seen) - {401}
