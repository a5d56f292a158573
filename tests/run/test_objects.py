"""Archives in object storage: read from and written to a server of S3's protocol as in a folder, also after a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archives import DULL, story, warc
from click.testing import CliRunner, Result
from pyarrow import fs, parquet

from allegata.run.cli import main

SECRET = "never-to-be-shown"


@pytest.fixture
def bucket(object_store: str, tmp_path: Path) -> fs.FileSystem:
    """A store with archives in ``news/in``, given by the environment; the same lie in a folder."""
    store, _ = fs.FileSystem.from_uri("s3://news?allow_bucket_creation=true&allow_bucket_deletion=true")
    store.create_dir("news")
    store.delete_dir_contents("news")
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(4):
        pages = [story(10 * number + each) for each in range(1, 4)]
        warc(folder / f"day {number}.warc.gz", [*pages, (f"https://wire.example/{number}", DULL), story(11)])
    fs.copy_files(str(folder), "news/in", destination_filesystem=store)
    return store


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def rows(store: fs.FileSystem, out: str, name: str) -> list[dict[str, object]]:
    files = sorted(each.path for each in store.get_file_info(fs.FileSelector(f"{out}/{name}")) if each.is_file)
    found = [row for path in files for row in parquet.read_table(path, filesystem=store).to_pylist()]
    return sorted(found, key=lambda row: str(row.get("id")) + str(row.get("kind")))


@pytest.mark.usefixtures("here")
def test_what_is_read_of_object_storage_into_it_is_what_is_read_of_a_folder(
    bucket: fs.FileSystem, object_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = run("archive", "read", tmp_path / "in", tmp_path / "out")
    made = run("archive", "read", "s3://news/in", "s3://news/out")
    assert made.exit_code == 0, made.output
    assert made.output.replace("s3://news/out", "OUT") == local.output.replace(str(tmp_path / "out"), "OUT")
    for name in ("documents", "claims", "records"):
        assert rows(bucket, "news/out", name) == rows(fs.LocalFileSystem(), str(tmp_path / "out"), name) != []
    # The same store by its address alone.
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    query = f"?endpoint_override={object_store}&scheme=http&region=eu-central-1"
    other = run("archive", "read", f"s3://news/in{query}", f"s3://news/other{query}")
    assert other.exit_code == 0, other.output
    assert rows(bucket, "news/other", "claims") == rows(bucket, "news/out", "claims")
    taken = run("ledger", "import", f"s3://news/other{query}", "--ledger", tmp_path / "ledger")
    assert "of 12 reports" in taken.output, taken.output
    plan = bucket.open_input_file("news/other/plan.json").read()
    assert SECRET.encode() not in plan
    assert b"reader" not in plan
    assert len(json.loads(plan)["parts"]) == 4


@pytest.mark.usefixtures("here")
def test_what_is_wrong_with_object_storage_is_said(bucket: fs.FileSystem) -> None:
    bucket.create_dir("news/empty")
    for words, said in (
        (("s3://news/none", "s3://news/out"), "s3://news/none: no such file or folder"),
        (("s3://news/empty", "s3://news/out"), "s3://news/empty: holds no archives"),
        (("s3://news/in", "s3://nowhere/out"), "Bucket 'nowhere' not found"),
        (("s3://news/in?colour=red", "s3://news/out"), "give a path or an address as"),
    ):
        made = run("archive", "read", *words)
        assert made.exit_code == 2, made.output
        assert said in made.output
        assert SECRET not in made.output


@pytest.mark.parametrize(
    "address",
    [
        f"s3://reader:{SECRET}@news/in",
        f"s3://{SECRET}@news/in",
        f"s3://news/in?secret_key={SECRET}",
        f"s3://news/in?X-Amz-Signature={SECRET}",
        f"abfss://box:{SECRET}@news/in",
        f"s3://[{SECRET}@news/in",
    ],
)
def test_an_address_with_a_credential_is_refused_and_not_shown(address: str, tmp_path: Path) -> None:
    for words in (("archive", "read", address, tmp_path / "out"), ("archive", "read", tmp_path, address)):
        made = run(*words)
        assert made.exit_code == 2
        assert "holds a credential" in made.output
        assert SECRET not in made.output
    taken = run("ledger", "import", address, "--ledger", tmp_path / "ledger")
    assert taken.exit_code == 2
    assert SECRET not in taken.output


@pytest.mark.full
@pytest.mark.parametrize("finished", [0, 2])
def test_a_run_that_is_killed_goes_on_and_every_claim_is_there_once(
    bucket: fs.FileSystem, tmp_path: Path, finished: int
) -> None:
    program = [str(Path(sys.executable).with_name("allegata")), "archive", "read"]
    subprocess.run([*program, "s3://news/in", "s3://news/whole", "--workers", "1"], check=True, timeout=200)
    words = [*program, "s3://news/in", "s3://news/out", "--workers", "1"]
    with subprocess.Popen(words, start_new_session=True) as running:
        while len(done(bucket)) < finished or not bucket.get_file_info("news/out/plan.json").is_file:
            assert running.poll() is None
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGKILL)
    before = done(bucket)
    assert len(before) < 4
    again = subprocess.run(words, capture_output=True, text=True, timeout=200, check=True)
    assert (f"{len(before)} part" in again.stderr) == bool(before)
    for name in ("documents", "claims", "records"):
        assert rows(bucket, "news/out", name) == rows(bucket, "news/whole", name) != []


def done(store: fs.FileSystem) -> list[str]:
    inside = store.get_file_info(fs.FileSelector("news/out/done", allow_not_found=True))
    return [each.path for each in inside if each.is_file]
