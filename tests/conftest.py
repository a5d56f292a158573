"""What several tests use."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# The first example of many a test reads models and tables, and the machine may be busy.
settings.register_profile("allegata", deadline=None)
settings.load_profile("allegata")

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture(scope="session")
def bench() -> Callable[[str], ModuleType]:
    """Return a function that loads a script of bench/ by its name, with its neighbours importable."""

    def load(name: str) -> ModuleType:
        sys.path.insert(0, str(BENCH))
        try:
            spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
        finally:
            sys.path.remove(str(BENCH))
        return module

    return load
