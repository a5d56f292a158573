"""Our own exports, taken into an empty ledger, are exported again byte for byte; and no import shows a name, or what was erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.model import Claim, claim_id, from_json
from allegata.run.cli import main

NAMED = """Police said on Monday that Tavosh Belqami was arrested in Lima, Peru, along with four others. 12 rifles were seized, the police said.

Belqami, 24, is a student. The police said that Belqami and 3 other students were held."""
OTHER = "Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima, Peru. He gave no details."
THIRD = "Police said on Monday that some 60 people were arrested in Lima and Cusco, Peru, last month."
NAMES = ("Tavosh", "Belqami")


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


def export(ledger: Path, form: str, file: Path, *words: str) -> bytes:
    run("export", "--ledger", str(ledger), "--format", form, "-o", str(file), *words)
    return file.read_bytes()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of three reports, one with a masked name, in which people decided."""
    folder = tmp_path_factory.mktemp("kept")
    for number, text in enumerate((OTHER, NAMED, THIRD)):
        (page := folder / f"{number}.txt").write_text(text, "utf-8")
        run(
            "add",
            str(page),
            "--ledger",
            str(folder / "ledger"),
            "--published",
            "2024-05-08",
            "--outlet",
            f"Daily {number}",
        )
    (arrest,) = _of(folder / "ledger", lambda claim: "Arbulu" in claim.passage.text and claim.action == "arrest")
    why = ("--reason", "read again", "--by", "Ada", "--ledger", str(folder / "ledger"))
    run("correct", arrest, "count", "61", *why)
    return folder / "ledger"


def _of(ledger: Path, wanted: Callable[[Claim], bool]) -> list[str]:
    with open_ledger(str(ledger), outward) as opened:
        return [claim.id for claim in opened.claims() if wanted(claim)]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_an_export_is_the_same_bytes_again(kept: Path, tmp_path: Path, form: str) -> None:
    first = export(kept, form, tmp_path / "first")
    run("ledger", "import", str(tmp_path / "first"), "--ledger", str(tmp_path / "ledger"), "--masked")
    assert export(tmp_path / "ledger", form, tmp_path / "second") == first
    other = {"jsonl": "parquet", "parquet": "jsonl"}[form]
    assert export(tmp_path / "ledger", other, tmp_path / "third") == export(kept, other, tmp_path / "fourth")
    assert len(_of(kept, lambda claim: True)) > 4
    with open_ledger(str(tmp_path / "ledger"), outward) as ledger:
        assert ledger.verify() == ()
        (changed,) = (claim for claim in ledger.claims() if claim.rules.decisions)
        assert changed.rules.decisions == ("count corrected by Ada",)
        assert any("[person 1]" in claim.passage.text for claim in ledger.claims())


def test_a_second_import_adds_nothing_and_a_selection_fits_beside_the_rest(kept: Path, tmp_path: Path) -> None:
    first = export(kept, "jsonl", tmp_path / "first")
    export(kept, "jsonl", tmp_path / "some", "--action", "arrest")
    ledger = str(tmp_path / "ledger")
    run("ledger", "import", str(tmp_path / "some"), "--ledger", ledger, "--masked")
    some = len(_of(tmp_path / "ledger", lambda claim: True))
    run("ledger", "import", str(tmp_path / "first"), "--ledger", ledger, "--masked")
    assert "imported: 0 claims" in run("ledger", "import", str(tmp_path / "first"), "--ledger", ledger, "--masked")
    lines = export(tmp_path / "ledger", "jsonl", tmp_path / "second").splitlines()
    assert sorted(lines) == sorted(first.splitlines())
    assert some < len(lines)


def test_what_read_prints_with_names_comes_out_masked(tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text(NAMED, "utf-8")
    printed = run("read", str(page), "--format", "json")
    assert all(name in printed for name in NAMES)
    (tmp_path / "read.jsonl").write_text(printed, "utf-8")
    ledger = str(tmp_path / "ledger")
    run("ledger", "import", str(tmp_path / "read.jsonl"), "--ledger", ledger)
    assert len(_of(tmp_path / "ledger", lambda claim: True)) == len(printed.splitlines())
    for form in (
        "jsonl",
        "html",
        "csv",
        "followthemoney",
        "web-annotation",
        "schema-org",
        "plover",
        "uwazi",
        "geojson",
    ):
        written = run("export", "--ledger", ledger, "--format", form)
        assert not any(name in written for name in NAMES), form
    assert "[person 1]" in run("export", "--ledger", ledger)
    assert run("claims", "--ledger", ledger, "--search", "Belqami", "--format", "json") == ""


def test_where_the_ledger_holds_the_page_its_reading_stands(kept: Path, tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text(THIRD, "utf-8")
    ledger = str(tmp_path / "ledger")
    run("add", str(page), "--ledger", ledger, "--published", "2024-05-08")
    before = export(tmp_path / "ledger", "jsonl", tmp_path / "before")
    (tmp_path / "changed").write_bytes(before.replace(b"asserted", b"denied"))
    run("ledger", "import", str(tmp_path / "changed"), "--ledger", ledger)
    assert export(tmp_path / "ledger", "jsonl", tmp_path / "after") == before


def test_a_page_of_which_claims_were_imported_is_said_not_to_be_kept(tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text(THIRD, "utf-8")
    (tmp_path / "claims").write_text(run("read", str(page), "--format", "json"), "utf-8")
    ledger = str(tmp_path / "ledger")
    run("ledger", "import", str(tmp_path / "claims"), "--ledger", ledger)
    before = export(tmp_path / "ledger", "jsonl", tmp_path / "before")
    made = CliRunner().invoke(main, ["add", str(page), "--ledger", ledger])
    assert "the ledger holds claims that were imported without their page" in made.output
    assert export(tmp_path / "ledger", "jsonl", tmp_path / "after") == before


def test_what_was_erased_is_not_brought_back(kept: Path, tmp_path: Path) -> None:
    export(kept, "jsonl", tmp_path / "first")
    ledger = str(tmp_path / "ledger")
    run("ledger", "import", str(tmp_path / "first"), "--ledger", ledger, "--masked")
    with open_ledger(ledger, outward) as opened:
        gone = next(claim.document.id for claim in opened.claims() if "Arbulu" in claim.passage.text)
    run("erase", gone, "--reason", "a court asked for it", "--by", "Ada", "--yes", "--ledger", ledger)
    run("ledger", "import", str(tmp_path / "first"), "--ledger", ledger, "--masked")
    assert _of(tmp_path / "ledger", lambda claim: claim.document.id == gone) == []
    assert not any(
        b"Arbulu" in each.read_bytes() for each in (tmp_path / "ledger" / "bodies").rglob("*") if each.is_file()
    )


def test_what_was_imported_is_not_read_again(kept: Path, tmp_path: Path) -> None:
    export(kept, "jsonl", tmp_path / "first")
    ledger = str(tmp_path / "ledger")
    run("ledger", "import", str(tmp_path / "first"), "--ledger", ledger, "--masked")
    assert "0 documents read again: nothing changed" in run("reread", "--ledger", ledger)
    assert run("links", "--ledger", ledger, "--format", "json")


def test_a_file_that_is_no_export_of_ours_changes_nothing(kept: Path, tmp_path: Path) -> None:
    (line, *_) = export(kept, "jsonl", tmp_path / "first").decode().splitlines()
    row = json.loads(line)
    far = {"passage": {"start": 10**12, "end": 10**12 + 1, "text": "x"}}
    wrong = (
        "{", "[1]", "null", '{"id": 1}', "[" * 100_000, "\x00",
        *(json.dumps(row | each) for each in (
            {"action": "vanish"}, {"id": "../x"}, {"more": 1}, far, {"passage": {"start": -2, "end": 1, "text": "abc"}},
            {"also_actions": ["vanish"]}, {"document": row["document"] | {"published": "soon"}},
            {"period": {"start": "now", "end": None, "timex": "", "calendar": "gregorian", "precision": "day", "spans": [], "readings": [], "rule": ""}},
        )),
        json.dumps(row | {"status": "denied"}),
        "PAR1 and no more",
    )  # fmt: skip
    for bad in wrong:
        (file := tmp_path / "bad").write_text(bad if bad.startswith("PAR1") else f"{line}\n{bad}\n", "utf-8")
        said = run("ledger", "import", str(file), "--ledger", str(tmp_path / "ledger"), code=2)
        assert "Traceback" not in said
        assert "bad" in said
        assert not (tmp_path / "ledger").exists()


def test_no_claims_are_an_empty_ledger(tmp_path: Path) -> None:
    (tmp_path / "none").write_text("\n", "utf-8")
    assert "imported: 0 claims" in run("ledger", "import", str(tmp_path / "none"), "--ledger", str(tmp_path / "ledger"))
    assert export(tmp_path / "ledger", "jsonl", tmp_path / "out") == b""


def test_an_id_is_that_of_what_was_read(kept: Path, tmp_path: Path) -> None:
    """What a masked or corrected claim says has another hash than its id, which is that of what was read: an import cannot check ids."""
    lines = export(kept, "jsonl", tmp_path / "first").splitlines()
    claims = [from_json(Claim, json.loads(line)) for line in lines]
    assert 0 < sum(claim_id(claim) == claim.id for claim in claims) < len(claims)


def test_names_that_are_said_to_be_nobodys_are_counted(tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text(NAMED, "utf-8")
    (tmp_path / "read.jsonl").write_text(run("read", str(page), "--format", "json"), "utf-8")
    words = ["ledger", "import", str(tmp_path / "read.jsonl"), "--ledger", str(tmp_path / "ledger"), "--masked"]
    said = " ".join(CliRunner().invoke(main, words).stderr.split())
    assert "1 report shows a name that is taken for an affected person's; import it without --masked" in said
