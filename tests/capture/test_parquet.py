from __future__ import annotations

import builtins
import io
import json
from datetime import UTC, datetime

import pyarrow
import pytest
from pyarrow import parquet

from allegata.capture import capture
from allegata.capture import parquet as module
from allegata.capture.made import Taking
from allegata.model import InputError

ROWS = {
    "id": [1, 2, 3],
    "Content": ["Ten were held.", None, "Six were held."],
    "published_at": [datetime(2019, 4, 24, 23, 30, tzinfo=UTC), None, None],
    "publisher": ["Coast Daily", "", "North Wire"],
    "vector": [[0.5] * 3] * 3,
}


def made_of(rows: dict[str, list[object]], **how: object) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(rows), file, **how)
    return file.getvalue()


def read(data: bytes, **taking: object) -> tuple[list[tuple[str, dict[str, str]]], str | None, dict[str, int]]:
    found: list[tuple[str, dict[str, str]]] = []
    how = Taking(**taking)  # type: ignore[arg-type]
    try:
        for made, body in module.capture_parquet(io.BytesIO(data), "in/a.parquet", len(data), how):
            found.append((made.origin, json.loads(body)))
    except InputError as error:
        return found, str(error), how.skipped
    return found, None, how.skipped


def test_each_row_with_a_text_is_a_report():
    found, error, skipped = read(made_of(ROWS))
    assert found == [
        (
            "parquet:a.parquet#1",
            {"text": "Ten were held.", "published": "2019-04-24T23:30:00+00:00", "outlet": "Coast Daily"},
        ),
        ("parquet:a.parquet#3", {"text": "Six were held.", "outlet": "North Wire"}),
    ]
    assert (error, skipped) == (None, {"without text": 1})
    assert read(made_of(ROWS), columns={"text": "publisher", "published": ""})[0][0][1] == {
        "text": "Coast Daily",
        "outlet": "Coast Daily",
    }


def test_it_is_known_by_its_first_bytes(tmp_path):
    (tmp_path / "a.bin").write_bytes(made_of(ROWS))
    assert [made.origin for made, _ in capture(str(tmp_path / "a.bin"))] == ["parquet:a.bin#1", "parquet:a.bin#3"]


def test_what_stands_before_the_damage_is_read():
    rows = {"text": [f"{number} were held in the north of the country. {number * 7919}" for number in range(20_000)]}
    data = bytearray(made_of(rows, row_group_size=2_000, compression="gzip", use_dictionary=False))
    data[len(data) // 2 : len(data) // 2 + 2_000] = bytes(2_000)
    found, error, _ = read(bytes(data))
    assert 4_000 < len(found) < 16_000
    assert str(error).startswith("in/a.parquet: is broken after row ")
    assert "\n" not in str(error)


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"x" * 100, made_of(ROWS)[:-20], made_of(ROWS)[:-1], made_of({"id": [1]}), made_of({"text": [None]})])  # fmt: skip
def test_what_cannot_be_used_says_why_in_one_line(data):
    found, error, _ = read(data)
    assert found == []
    assert str(error).startswith("in/a.parquet: ")
    assert "\n" not in str(error)


def test_a_group_of_rows_that_does_not_fit_into_memory_is_refused(monkeypatch):
    monkeypatch.setattr(module, "GROUP_BYTES", 10_000)
    data = made_of({"text": ["Ten were held."] * 5, "pixels": ["x" * 100_000] * 5})
    assert len(read(data)[0]) == 5
    data = made_of({"text": ["x" * 5_000 + str(number) for number in range(5)]})
    assert "write it in smaller row groups" in str(read(data)[1])


def test_without_pyarrow_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name: str, *words: object, **named: object) -> object:
        if name == "pyarrow":
            raise ImportError(name)
        return real(name, *words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'allegata[parquet]'" in str(read(made_of(ROWS))[1])
