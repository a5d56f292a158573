"""What several tests use."""

from __future__ import annotations

import importlib.util
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# The first example of many a test reads models and tables, and the machine may be busy.
settings.register_profile("allegata", deadline=None)
settings.load_profile("allegata")

BENCH = Path(__file__).parents[1] / "bench"


def loaded(file: Path) -> ModuleType:
    """Return the module in *file*, by its own name."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let commands work in a folder of the tests' own, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


# What tests import as `stores`, `archives`, `hostile`, `browser`, `made` and `linked`.
for name in ("stores.py", "archives.py", "serve/hostile.py", "serve/browser.py", "export/made.py", "export/linked.py"):
    loaded(Path(__file__).parent / name)


@pytest.fixture(scope="session")
def bench() -> Callable[[str], ModuleType]:
    """Return a function that loads a script of bench/ by its name, with its neighbours importable."""

    def load(name: str) -> ModuleType:
        sys.path.insert(0, str(BENCH))
        try:
            return loaded(BENCH / f"{name}.py")
        finally:
            sys.path.remove(str(BENCH))

    return load


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that runs while the tests do, without the name of a database."""
    with loaded(Path(__file__).with_name("postgresql.py")).server() as address:
        yield address


@pytest.fixture
def database(server: str) -> str:
    """The address of a ledger in PostgreSQL that is not there yet."""
    return f"{server}/postgres?schema=test_{secrets.token_hex(8)}"


@pytest.fixture(params=["folder", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that is not there yet, in each store."""
    return str(tmp_path / "ledger" if request.param == "folder" else request.getfixturevalue("database"))


@pytest.fixture(params=["folder", pytest.param("postgresql", marks=pytest.mark.full)])
def every_location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As `location`, for tests that take so long that PostgreSQL waits for the full run."""
    return str(tmp_path / "ledger" if request.param == "folder" else request.getfixturevalue("database"))


@pytest.fixture(scope="session")
def object_server() -> Iterator[str]:
    """The host and port of a server of S3's protocol that runs while the tests do."""
    from moto.server import ThreadedMotoServer

    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"{host}:{port}"
    made.stop()


@pytest.fixture
def object_store(object_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The host and port of a store of objects that the environment names, with who may read it."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "reader",
        "AWS_SECRET_ACCESS_KEY": "never-to-be-shown",
        "AWS_ENDPOINT_URL": f"http://{object_server}",
        "AWS_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return object_server
