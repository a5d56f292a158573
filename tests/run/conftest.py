"""What tests of archives share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from allegata.run.archive.part import read_part
from allegata.run.archive.place import Place
from allegata.run.archive.plan import Part, Settings


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are read in this process: a worker loads the model for seconds."""

    def read_here(
        parts: list[Part], out: str, settings: Settings, workers: int | None = None
    ) -> Iterator[dict[str, Any]]:
        for each in parts:
            yield read_part(each, Place(out), settings)

    monkeypatch.setattr("allegata.run.archive.command.engine_of", lambda name: read_here)
