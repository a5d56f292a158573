"""What every exporter is held to, whichever there are."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made import NAMES, REPORTS, bare, hostile, made, written
from pyarrow import parquet

from allegata import plugin
from allegata.export.exporter import TABLES
from allegata.model import InputError
from allegata.run.cli import main

EVERY = plugin.names("exporters")
ONE_LINE = ("followthemoney", "followthemoney-statements", "uwazi")
OPEN = [each for each in EVERY if each not in TABLES]


def run(*words: str, typed: str | None = None) -> Result:
    result = CliRunner().invoke(main, list(words), input=typed)
    assert result.exit_code == 0, result.output
    return result


def words_in(form: str, data: bytes) -> str:
    """Return the words of an export; those of Parquet are packed."""
    if form == "parquet":
        return json.dumps(parquet.read_table(io.BytesIO(data)).to_pylist(), ensure_ascii=False)
    return data.decode("utf-8")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("exporters")
    for number, text in enumerate(REPORTS):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    pages = [str(folder / f"{number}.txt") for number in range(len(REPORTS))]
    run("add", *pages, "--ledger", str(folder / "ledger"), "--published", "2023-06-14", "--outlet", "Coast Daily")
    return str(folder / "ledger")


@pytest.mark.parametrize("form", EVERY)
def test_the_same_claims_are_the_same_bytes_and_name_nobody(form: str) -> None:
    data, notes = written(form, *made()[:3])
    assert (data, notes) == written(form, *made()[:3])
    words = words_in(form, data) + " ".join(notes)
    assert len(words) > 500
    assert not any(name in words for name in NAMES)


@pytest.mark.parametrize("form", EVERY)
def test_anything_is_written(form: str) -> None:
    for claims in ((), bare(), hostile()):
        data, _ = written(form, claims, made().documents, made().masks)
        words = words_in(form, data)
        # Where programs of others show a value as it is, it turns no line around.
        assert form not in ONE_LINE or not {"\u202e", "\u2066", "\u0007"} & set(words)


@pytest.mark.parametrize("form", EVERY)
def test_a_ledger_is_exported_by_filters_into_a_file(ledger: str, tmp_path: Path, form: str) -> None:
    sizes = []
    for number, filters in enumerate(((), ("--action", "kill"), ("--place", "Atlantis"))):
        out = tmp_path / str(number)
        run("export", "--ledger", ledger, "--format", form, "-o", str(out), *filters)
        again = run("export", "--ledger", ledger, "--format", form, *filters)
        assert again.stdout_bytes == out.read_bytes()
        words = words_in(form, out.read_bytes())
        assert not any(name in words for name in NAMES)
        sizes.append(len(words))
    assert sizes[0] > sizes[1] > sizes[2]


@pytest.mark.parametrize("form", OPEN)
def test_what_is_read_without_a_ledger_is_masked_too(form: str, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(REPORTS[1], "utf-8")
    result = run("read", str(tmp_path / "page.txt"), "--format", form, "--published", "2023-06-14")
    words = words_in(form, result.stdout_bytes)
    assert not any(name in words for name in NAMES)
    assert "Names of affected persons are shown" not in result.stderr


def test_what_is_left_out_is_said_beside_the_records(ledger: str) -> None:
    result = run("export", "--ledger", ledger, "--format", "plover")
    assert "left out" in result.stderr
    assert all(json.loads(line) for line in result.stdout.splitlines())


def test_every_format_has_a_section() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    headings = " ".join(line for line in page.splitlines() if line.startswith("## "))
    assert [form for form in EVERY if f"`{form}`" not in headings] == []


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'allegata\[parquet\]'"):
        written("parquet", ())
