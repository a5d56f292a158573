"""The wheel, installed by pip into an empty environment and cut off from every network, reads reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CUT_OFF = """
import socket

def refuse(*_: object, **__: object) -> None:
    raise RuntimeError("the network was asked for")

socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
"""


def run(*words: str | Path, cwd: Path, **more: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | more
    done = subprocess.run([str(word) for word in words], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.full
def test_the_wheel_reads_without_network(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", tmp_path / "dist", ROOT, cwd=tmp_path)
    run(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "sitecustomize.py").write_text(CUT_OFF, "utf-8")
    allegata = tmp_path / "env" / "bin" / "allegata"
    demo = Path(str(files("allegata").joinpath("data", "demo")))
    for name in ("1.html", "2.txt", "3.md"):
        output = run(
            allegata, "read", demo / name, "--format", "json", cwd=tmp_path, PYTHONPATH=str(tmp_path / "block")
        )
        assert any(json.loads(line)["action"] != "other" for line in output.splitlines()), name
    output = run(allegata, "demo", "--out", tmp_path / "page.html", cwd=tmp_path, PYTHONPATH=str(tmp_path / "block"))
    assert "Counts of claims, not of people." in output
