"""Archives read into Parquet: each page once, nothing read twice, nothing unmasked where it may be shown, and the same as `add` in a ledger."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archives import DULL, record, story, warc
from click.testing import CliRunner, Result
from pyarrow import parquet

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.model import Claim, claim_id, from_json
from allegata.run.archive import part as reading
from allegata.run.archive.local import read_parts
from allegata.run.archive.place import Place
from allegata.run.archive.plan import Settings, plan
from allegata.run.cli import main

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """A folder with two archives; one page is in both, one twice in one of them."""
    folder = tmp_path / "in"
    folder.mkdir()
    dull = [(f"https://wire.example/rain/{number}", DULL) for number in range(4)]
    warc(folder / "a.warc.gz", [story(20), dull[0], story(30), dull[1], story(20)])
    warc(folder / "b.warc.gz", [dull[2], story(30), story(40), dull[3]])
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def table(out: Path, name: str) -> list[dict[str, object]]:
    return [row for path in sorted((out / name).glob("*.parquet")) for row in parquet.read_table(path).to_pylist()]


def claims_of(out: Path) -> list[dict[str, object]]:
    return sorted(table(out, "claims"), key=lambda row: str(row["id"]))


def test_each_page_is_there_once_and_those_that_tell_of_nothing_are_counted(archives: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = run("archive", "read", archives, out)
    assert made.exit_code == 0, made.output
    assert [row["url"] for row in table(out, "documents")] == [story(number)[0] for number in (20, 30, 40)]
    assert "4 pages on which nothing happens that is looked for" in made.output
    assert "2 that came again with the same bytes" in made.output
    counts = {row["count_low"] for row in claims_of(out) if row["action"] == "arrest"}
    assert {20.0, 30.0, 40.0} <= counts


def test_what_may_be_shown_is_masked_and_what_a_ledger_takes_in_is_not(archives: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    for name in ("documents", "claims"):
        assert "Varga" not in json.dumps(table(out, name))
    assert any(b"Varga" in bytes(row["record"]) for row in table(out, "records"))  # type: ignore[arg-type]
    assert {path.stat().st_mode & 0o077 for path in out.rglob("*.parquet")} == {0}
    assert out.stat().st_mode & 0o077 == 0


def test_a_ledger_that_takes_it_in_is_the_one_that_reads_the_archives(archives: Path, tmp_path: Path) -> None:
    out, taken, added = (tmp_path / name for name in ("out", "taken", "added"))
    run("archive", "read", archives, out, "--gate", "words")
    assert run("ledger", "import", out, "--ledger", taken).exit_code == 0
    assert run("add", *sorted(archives.iterdir()), "--ledger", added).exit_code == 0
    with open_ledger(str(taken), outward) as one, open_ledger(str(added), outward) as other:
        known = {claim.id for claim in one.claims()}
        assert known == {
            claim.id for claim in other.claims() if claim.document.id in {each.id for each in one.documents()}
        }
        assert len(list(one.links())) == len(list(other.links())) > 0
        assert one.verify() == ()
        before = one.head()
    again = run("ledger", "import", out, "--ledger", taken)
    assert "imported: 0 claims of 3 reports" in again.output
    with open_ledger(str(taken), outward) as one:
        assert one.head() == before


def test_a_run_that_was_broken_off_goes_on_and_ends_the_same(
    archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run("archive", "read", archives, whole)
    read: list[str] = []
    real = reading.report

    def report(made, body, target, given):  # type: ignore[no-untyped-def]
        read.append(made.url)
        if len(read) == 4:
            raise KeyboardInterrupt
        return real(made, body, target, given)

    monkeypatch.setattr(reading, "report", report)
    run("archive", "read", archives, broken)
    assert len(read) == 4
    assert [path.name for path in (broken / "done").iterdir()] == ["part-00000.json"]
    assert not [path for path in broken.rglob("*") if path.name.endswith(".part")]
    second = run("archive", "read", archives, broken)
    assert second.exit_code == 0
    assert "1 part of 2 finished before" in second.output
    assert read[4:] == [story(30)[0], story(40)[0]]
    assert claims_of(broken) == claims_of(whole)
    assert len(read) == 6
    run("archive", "read", archives, broken)
    assert len(read) == 6


def test_settling_that_was_broken_off_is_done_again(
    archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run("archive", "read", archives, whole)
    from allegata.run.archive import settle

    real: Callable[..., None] = settle._without
    done: list[str] = []

    def without(out, name, part, documents):  # type: ignore[no-untyped-def]
        if done == ["records"]:
            raise KeyboardInterrupt
        done.append(name)
        real(out, name, part, documents)

    monkeypatch.setattr(settle, "_without", without)
    run("archive", "read", archives, broken)
    monkeypatch.setattr(settle, "_without", real)
    assert len(table(broken, "documents")) == 4
    assert run("archive", "read", archives, broken).exit_code == 0
    for name in ("documents", "claims", "records"):
        assert table(broken, name) == table(whole, name)


def test_new_files_are_added_and_changed_ones_refused(archives: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    warc(archives / "0.warc.gz", [story(50)])
    made = run("archive", "read", archives, out)
    assert made.exit_code == 0
    assert "4 reports" in made.output
    warc(archives / "a.warc.gz", [story(60)])
    changed = run("archive", "read", archives, out)
    assert changed.exit_code == 2
    assert "a.warc.gz, which it holds claims of, has changed" in changed.output
    (archives / "a.warc.gz").unlink()
    assert "is not among the inputs" in run("archive", "read", archives, out).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gate", "words"], "holds what was read with gate happenings, not words; write elsewhere"),
        (["--profile", "acled"], "holds what was read with profile default, not acled; write elsewhere"),
    ],
)
def test_one_result_is_read_in_one_way(archives: Path, tmp_path: Path, words: list[str], said: str) -> None:
    run("archive", "read", archives, tmp_path / "out")
    made = run("archive", "read", *words, archives, tmp_path / "out")
    assert made.exit_code == 2
    assert said in made.output


def test_what_cannot_be_read_is_told_and_ends_nothing(archives: Path, tmp_path: Path) -> None:
    whole = (archives / "a.warc.gz").read_bytes()
    (archives / "a.warc.gz").write_bytes(whole[: len(whole) - 40])
    (archives / "c.jsonl").write_text(
        '{"text": "Police said 12 men were arrested in Lima.", "url": "https://c.example/1"}\n{"text": 7}\n'
    )
    made = run("archive", "read", archives, tmp_path / "out")
    assert made.exit_code == 1, made.output
    assert "a.warc.gz: is cut off at byte" in made.output
    assert {row["url"] for row in table(tmp_path / "out", "documents")} >= {story(40)[0], "https://c.example/1"}
    nothing = run("archive", "read", tmp_path / "none", tmp_path / "other")
    assert nothing.exit_code == 2
    assert "no such file or folder" in nothing.output


def test_an_unfinished_result_is_not_taken_in(archives: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    (out / "done" / "part-00001.json").unlink()
    made = run("ledger", "import", out, "--ledger", tmp_path / "ledger")
    assert made.exit_code == 2
    assert "1 of 2 parts are not read yet" in made.output
    assert not (tmp_path / "ledger").exists()
    assert (
        "holds nothing that `allegata archive read` wrote"
        in run("ledger", "import", archives, "--ledger", tmp_path / "ledger").output
    )


def test_records_that_are_not_what_their_ids_say_are_refused(archives: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    path = out / "records" / "part-00000.parquet"
    rows = parquet.read_table(path)
    import pyarrow

    changed = rows.to_pylist()
    for row in changed:
        row["record"] = row["record"].replace(b'"low":20', b'"low":21')
    parquet.write_table(pyarrow.Table.from_pylist(changed, schema=rows.schema), path)
    made = run("ledger", "import", out, "--ledger", tmp_path / "ledger")
    assert made.exit_code == 1
    assert "a claim is not of its id" in made.output
    path.write_bytes(b"PAR1")
    assert "is broken" in run("ledger", "import", out, "--ledger", tmp_path / "ledger").output


def _other_id(rows: list[dict[str, Any]]) -> None:
    old, new = next(row["id"] for row in rows if row["kind"] == "document"), "f" * 32
    for row in rows:
        row["record"] = json.loads(json.dumps(row["record"]).replace(old, new))


def _of(kind: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[list[dict[str, Any]]], None]:
    def changed(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["kind"] == kind:
                change(row["record"])

    return changed


def _nothing(rows: list[dict[str, Any]]) -> None:
    rows[-1]["record"] = None


def _deep(rows: list[dict[str, Any]]) -> None:
    rows[-1]["record"] = b"[" * 100_000


def _stray_finding(rows: list[dict[str, Any]]) -> None:
    record = {
        "kind": "x",
        "document": "f" * 32,
        "claims": [],
        "spans": [],
        "field": "",
        "found": "",
        "expected": None,
        "explanation": "",
    }
    rows.append({**rows[-1], "kind": "finding", "record": record})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_id, "the document is not of its id"),
        (_of("document", lambda record: record.update(text=record["text"] + " More.")), "the document is not of its id"),
        (_of("claim", lambda record: record["document"].update(title="Another")), "a claim is of another document"),
        (_of("claim", lambda record: record["passage"].update(start=-5, end=-1, text="ence")), "a span stands where no report has words"),
        (_of("claim", lambda record: (record["count"] or {}).update(spans=[{"start": 9**9, "end": 9**9, "text": ""}])), "a span stands where"),
        (_of("claim", lambda record: (record["count"] or {}).update(spans=[{"start": 9**5, "end": 9**5, "text": ""}])), "a span is outside"),
        (_of("claim", lambda record: record.update(action="frobnicate")), "its action is none"),
        (_of("masks", lambda record: record.update(stretches=[{"start": 9, "end": 5, "number": 1}])), "the masks do not fit"),
        (lambda rows: rows.append(rows[-1]), "a claim is there twice"),
        (_stray_finding, "a finding is of another document"),
        (_nothing, "is not what was read"),
        (_deep, "is not what was read"),
    ],
)  # fmt: skip
def test_records_that_do_not_fit_together_are_refused(
    archives: Path, tmp_path: Path, change: Callable[[list[dict[str, Any]]], None], said: str
) -> None:
    import pyarrow

    out = tmp_path / "out"
    warc(tmp_path / "one.warc.gz", [story(20)])
    run("archive", "read", tmp_path / "one.warc.gz", out)
    path = out / "records" / "part-00000.parquet"
    table = parquet.read_table(path)
    rows = [{**row, "record": json.loads(row["record"])} for row in table.to_pylist()]
    change(rows)
    for row in rows:
        record = row["record"]
        if row["kind"] == "claim" and isinstance(record, dict):
            record["id"] = claim_id(from_json(Claim, record))
        row["record"] = json.dumps(record).encode() if isinstance(record, dict) else record
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=table.schema), path)
    made = run("ledger", "import", out, "--ledger", tmp_path / "ledger")
    assert made.exit_code == 1, made.output
    assert said in made.output
    with open_ledger(str(tmp_path / "ledger"), outward) as ledger:
        assert not list(ledger.claims())


def test_two_programs_do_not_write_into_one_result(archives: Path, tmp_path: Path) -> None:
    out = Place(str(tmp_path / "out"))
    out.make()
    with out.alone():
        made = run("archive", "read", archives, tmp_path / "out")
    assert made.exit_code == 2
    assert "another program reads into it" in made.output


def test_what_was_read_is_no_archive_where_out_lies_in_input(archives: Path, tmp_path: Path) -> None:
    out = archives / "out"
    run("archive", "read", archives, out)
    before = claims_of(out)
    again = run("archive", "read", archives, out)
    assert again.exit_code == 0, again.output
    assert claims_of(out) == before
    assert len(json.loads((out / "plan.json").read_text())["parts"]) == 2
    run("archive", "read", archives, tmp_path / "other")
    assert claims_of(tmp_path / "other") == before


@pytest.mark.parametrize(
    "content", ["", "{no", "[1]", '{"counts": [1]}', '{"part": 0, "failures": [1]}', "[" * 100_000]
)
def test_a_part_of_which_nothing_is_told_is_read_again(archives: Path, tmp_path: Path, content: str) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    before = claims_of(out)
    (out / "done" / "part-00000.json").write_text(content)
    assert "1 of 2 parts are not read yet" in run("ledger", "import", out, "--ledger", tmp_path / "ledger").output
    again = run("archive", "read", archives, out)
    assert again.exit_code == 0, again.output
    assert "1 part of 2 finished before" in again.output
    assert claims_of(out) == before


@pytest.mark.parametrize("table", ["documents", "claims"])
def test_a_table_that_is_gone_or_broken_is_said(archives: Path, tmp_path: Path, table: str) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    path = out / table / "part-00001.parquet"
    for spoil in (lambda: path.write_bytes(b"PAR1"), path.unlink):
        spoil()
        made = run("archive", "read", archives, out)
        assert made.exit_code == 2
        assert "delete done/part-00001.json there and read again" in made.output


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "../../x"), ("number", -1), ("number", 1), ("start", -5), ("start", 1.5), ("start", 10**6), ("stop", 10**30),
        ("source", None), ("source", ["a"]),
    ],
)  # fmt: skip
def test_a_plan_that_is_none_of_ours_is_refused(archives: Path, tmp_path: Path, field: str, value: object) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    plan = json.loads((out / "plan.json").read_text())
    plan["parts"][0][field] = value
    (out / "plan.json").write_text(json.dumps(plan))
    for words in (("archive", "read", archives, out), ("ledger", "import", out, "--ledger", tmp_path / "ledger")):
        made = run(*words)
        assert made.exit_code == 2, made.output
        assert "is no plan of ours" in made.output


@pytest.mark.parametrize("name", ["a b.warc", "a%20b.warc", "a#b?c.warc", "é\n.warc", "day=1/a+b.warc"])
def test_a_file_of_any_name_is_found_again(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(b"WARC")
    for address in (str(folder), folder.as_uri(), f"{folder.as_uri()}/"):
        ((source, size),) = Place(address).files()
        with Place(source).open() as stream:
            assert (stream.read(), size) == (b"WARC", 4)


def test_a_name_that_is_no_text_is_said(archives: Path) -> None:
    Path(os.fsdecode(os.fsencode(archives) + b"/\xff.warc")).write_bytes(b"WARC")
    made = run("archive", "read", archives, archives.parent / "out")
    assert made.exit_code == 2
    assert "has a name that is no UTF-8" in made.output


def test_links_that_lead_in_a_circle_are_not_followed(archives: Path) -> None:
    before = list(Place(str(archives)).files())
    (archives / "within").mkdir()
    for name in ("one", "within/other"):
        (archives / name).symlink_to(archives, target_is_directory=True)
    (archives / "gone.warc").symlink_to(archives / "nothing.warc")
    assert list(Place(str(archives)).files()) == before


def test_what_a_kill_left_half_written_goes(archives: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "read", archives, out)
    left = [out / name / "part-00001.parquet.4711.part" for name in ("records", "claims", "documents")]
    for each in left:
        each.write_bytes(b"PAR1 half")
    run("archive", "read", archives, out)
    assert not any(each.exists() for each in left)


def test_a_large_archive_is_divided_at_its_records_and_read_as_the_whole(
    archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warc(archives / "a.warc.gz", [story(number) for number in range(20, 32)])
    # A page that holds the bytes of a packed record: no part begins there.
    inner = warc(tmp_path / "inner.warc.gz", [story(99)]).read_bytes()
    with (archives / "a.warc.gz").open("ab") as stream:
        stream.write(record("https://wire.example/inner", inner, "application/octet-stream"))
        stream.write(record(*story(98)))
    run("archive", "read", archives, tmp_path / "whole")
    monkeypatch.setattr("allegata.run.archive.plan.PART_BYTES", 700)
    made = run("archive", "read", archives, tmp_path / "divided")
    assert made.exit_code == 0, made.output
    parts = json.loads((tmp_path / "divided" / "plan.json").read_text())["parts"]
    assert len(parts) > 8
    assert claims_of(tmp_path / "divided") == claims_of(tmp_path / "whole")
    urls = [row["url"] for row in table(tmp_path / "divided", "documents")]
    assert story(98)[0] in urls
    assert story(99)[0] not in urls


WATCHED = """
import sys, time
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
from allegata.run.archive.local import end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=end_with_parent)
    print(pool.submit(__import__("os").getpid).result(), flush=True)
    pool.submit(time.sleep, 600).result()
"""


def test_a_worker_ends_when_the_program_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "watched.py"
    script.write_text(WATCHED)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        worker = int(program.stdout.readline())
        program.kill()
    for _ in range(200):
        if not _runs(worker):
            break
        time.sleep(0.05)
    else:
        os.kill(worker, signal.SIGKILL)
        pytest.fail("the worker goes on")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    # One that has ended stays a zombie where nobody asks for it.
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.full
def test_workers_of_their_own_find_the_same(archives: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    run("archive", "read", archives, here)
    out = Place(str(there))
    out.make("documents", "claims", "records", "done")
    made = plan([Place(str(archives))], out, Settings())
    told = list(read_parts(made.parts, str(there), made.settings, 2))
    assert sorted(each["part"] for each in told) == [0, 1]
    run("archive", "read", archives, there)
    assert claims_of(there) == claims_of(here)
    shutil.rmtree(there)
