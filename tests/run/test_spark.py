"""Spark, in its local mode, reads what the cores of this computer read. Needs pyspark and Java."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from archives import DULL, story, warc
from pyarrow import parquet

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
        reason="needs pyspark and Java: make test-full installs the one, apt-get install openjdk-17-jre-headless the other",
    ),
]


def read(engine: str, archives: Path, out: Path) -> str:
    made = subprocess.run(
        [
            str(Path(sys.executable).with_name("allegata")),
            "archive",
            "read",
            str(archives),
            str(out),
            "--engine",
            engine,
        ],
        capture_output=True,
        text=True,
        timeout=500,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def rows(out: Path, name: str, key: str) -> list[dict[str, object]]:
    found = [row for path in (out / name).glob("*.parquet") for row in parquet.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: str(row[key]))


def test_both_engines_write_the_same_and_spark_goes_on_where_it_stopped(tmp_path: Path) -> None:
    archives, local, spark = (tmp_path / name for name in ("in", "local", "spark"))
    archives.mkdir()
    for number in range(5):
        pages = [story(10 * number + each) for each in range(1, 4)]
        warc(archives / f"{number}.warc.gz", [*pages, (f"https://wire.example/rain/{number}", DULL), story(11)])
    assert "15 reports" in read("local", archives, local)
    assert read("spark", archives, spark).replace(str(spark), "") == read("local", archives, local).replace(
        str(local), ""
    )
    for name, key in (("documents", "id"), ("claims", "id"), ("records", "record")):
        assert rows(spark, name, key) == rows(local, name, key) != []
    whole = rows(spark, "claims", "id")
    (spark / "done" / "part-00002.json").unlink()
    (spark / "claims" / "part-00002.parquet").unlink()
    kept = (spark / "claims" / "part-00001.parquet").stat().st_mtime_ns
    read("spark", archives, spark)
    assert rows(spark, "claims", "id") == whole
    assert (spark / "claims" / "part-00001.parquet").stat().st_mtime_ns == kept
