"""The commands, by what a user types."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from stores import change_record, drop_index, lines, run

from allegata.export.html import NAMES_SHOWN
from allegata.model import Claim, claim_id, from_json, schema, to_json
from allegata.run.cli import JOBS, main

STORY = """Harbour police said on Monday that at least sixty people were arrested in Lima, Peru.

A spokesman, Teo Arbulu, said another twelve were released. He gave no details."""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "story.txt"
    file.write_text(STORY, "utf-8")
    return file


def test_the_help_has_every_command_once_under_what_it_is_for() -> None:
    assert sorted(name for names in JOBS.values() for name in names) == sorted(main.commands)
    listed = re.findall(r"^  ([a-z]+)  ", run("--help").partition("Show this message")[2], re.MULTILINE)
    assert listed == [name for names in JOBS.values() for name in names]


def test_pages_with_numbers_say_that_they_count_claims(story: Path, every_location: str) -> None:
    ledger = ("--ledger", every_location)
    assert "arrest at least 60" in run("add", str(story), *ledger)
    for command in ("claims", "links", "findings", "total", "silence"):
        assert "Counts of claims, not of people." in " ".join(run(command, *ledger).split()), command


def test_read_prints_claims_that_quote_the_text_and_fit_the_schema(story: Path) -> None:
    found = lines("read", str(story), "--published", "2024-05-08", "--outlet", "Port Times")
    assert {(each["action"], each["count"]["low"], each["count"]["high"]) for each in found if each["count"]} >= {
        ("arrest", 60, None)
    }
    for each in found:
        jsonschema.validate(each, schema())
        claim = from_json(Claim, each)  # type: ignore[arg-type]
        assert json.loads(json.dumps(to_json(claim))) == each
        assert claim.id == claim_id(claim)
        assert STORY[claim.passage.start : claim.passage.end] == claim.passage.text
        if claim.count:
            assert all(STORY[span.start : span.end] == span.text for span in claim.count.spans)


@pytest.mark.parametrize("form", ["table", "json", "csv", "html"])
def test_only_read_shows_names_and_says_so(tmp_path: Path, form: str) -> None:
    (tmp_path / "named.txt").write_text("Police said that Omar Ruizal was arrested in Lima, Peru.", "utf-8")
    result = CliRunner().invoke(main, ["read", str(tmp_path / "named.txt"), "--format", form])
    assert form == "table" or "Ruizal" in result.stdout
    assert result.stderr.splitlines()[0] == NAMES_SHOWN
    assert (NAMES_SHOWN in result.stdout) == (form == "html")
    assert "names of affected persons" in " ".join(run("read", "--help").split())
    run("add", str(tmp_path / "named.txt"), "--ledger", str(tmp_path / "ledger"))
    page = run("export", "--format", "html", "--ledger", str(tmp_path / "ledger"))
    assert "Ruizal" not in page
    assert NAMES_SHOWN not in page


def test_the_same_page_adds_nothing_and_a_corrected_outlet_supersedes(story: Path, every_location: str) -> None:
    ledger = every_location
    run("add", str(story), "--ledger", ledger, "--outlet", "Port Times")
    first = lines("claims", "--ledger", ledger)
    assert "nothing added" in run("add", str(story), "--ledger", ledger, "--outlet", "Port Times")
    assert lines("claims", "--ledger", ledger) == first
    assert "supersedes" in run("add", str(story), "--ledger", ledger, "--outlet", "Harbour Times")
    assert {each["document"]["outlet"] for each in lines("claims", "--ledger", ledger)} == {"Harbour Times"}
    assert "whole" in run("verify", "--ledger", ledger)


def test_a_changed_record_is_found(story: Path, location: str) -> None:
    run("add", str(story), "--ledger", location)
    change_record(location, 1, lambda line: line.replace(b"sixty", b"sixth"))
    assert "not the record" in run("verify", "--ledger", location, code=1)


def test_the_index_can_be_deleted(story: Path, location: str) -> None:
    run("add", str(story), "--ledger", location)
    before = lines("claims", "--ledger", location)
    drop_index(location)
    assert lines("claims", "--ledger", location) == before


def test_an_arrested_person_is_masked_on_the_way_out(tmp_path: Path, every_location: str) -> None:
    file = tmp_path / "named.txt"
    file.write_text("Police said on Monday that Omar Ruizal and two other men were arrested in Lima.", "utf-8")
    ledger = every_location
    run("add", str(file), "--ledger", ledger)
    assert "Ruizal" not in json.dumps(lines("claims", "--ledger", ledger))
    assert "Ruizal" not in run("export", "--ledger", ledger, "--format", "html")


def test_show_goes_from_the_number_to_the_bytes(story: Path, every_location: str) -> None:
    ledger = every_location
    run("add", str(story), "--ledger", ledger, "--published", "2024-05-08")
    (claim, *_) = lines("claims", "--ledger", ledger)
    printed = run("show", str(claim["id"])[:8], "--ledger", ledger)
    body = hashlib.sha256(STORY.encode()).hexdigest()
    for part in ("sixty people", "2024-05-06", f"sha256 {body}", "file:story.txt", "additional"):
        assert part in printed.replace("\n", " "), part
    (whole,) = lines("show", str(claim["id"]), "--ledger", ledger)
    assert whole["claim"] == claim
    assert whole["capture"]["body"] == body
    at = whole["bytes"]
    assert STORY.encode()[at["start"] : at["end"]].decode() == claim["passage"]["text"]
    assert f"{at['start']}–{at['end']}" in printed.replace("\n", " ")
    assert whole["batch"]["sequence"] == 1
    assert "no claim of this ledger begins with it" in run("show", "zzz", "--ledger", ledger, code=2)


def test_where_bytes_do_not_stand_as_they_are_read_no_range_is_given(tmp_path: Path) -> None:
    (page := tmp_path / "page.html").write_text(f"<html><body><article><p>{STORY}</p></article></body></html>", "utf-8")
    run("add", str(page), "--ledger", str(tmp_path / "ledger"), "--published", "2024-05-08")
    (claim, *_) = lines("claims", "--ledger", str(tmp_path / "ledger"))
    assert "no range" in run("show", str(claim["id"]), "--ledger", str(tmp_path / "ledger")).replace("\n", " ")
    (whole,) = lines("show", str(claim["id"]), "--ledger", str(tmp_path / "ledger"))
    assert whole["bytes"] is None


def test_a_total_says_what_was_counted_and_what_was_not(tmp_path: Path, every_location: str) -> None:
    file = tmp_path / "story.txt"
    file.write_text(
        "Police said on Monday that 60 people were arrested in Lima. Police said 12 of the 60 people were arrested in Callao.\n\n"
        "The ministry denied that two people were arrested in Cusco.",
        "utf-8",
    )
    ledger = every_location
    run("add", str(file), "--ledger", ledger)
    printed = run("total", "--ledger", ledger)
    assert "arrest, person: at least 60, at most 60" in printed
    assert "+ " in printed
    assert "part of another count" in printed
    assert "denied" in printed
    assert "Counts of claims, not of people." in printed
    (made,) = lines("total", "--ledger", ledger)
    assert (made["low"], made["high"]) == (60, 60)
    assert [each["why"] for each in made["left_out"]]  # type: ignore[union-attr, attr-defined]


def test_the_page_of_a_ledger_marks_the_right_words_beside_a_mask(tmp_path: Path, every_location: str) -> None:
    file = tmp_path / "named.txt"
    file.write_text("Police said Omar Ruizal was arrested. Police said 60 people were arrested in Lima.", "utf-8")
    ledger = every_location
    run("add", str(file), "--ledger", ledger)
    page = run("export", "--ledger", ledger, "--format", "html")
    assert "[person 1]" in page
    assert "Ruizal" not in page
    assert re.search(
        r'<mark class="[^"]*count[^"]*">60 people</mark>', page.split("<article>")[1].split("</article>")[0]
    )


def test_a_file_name_does_not_name_an_arrested_person(tmp_path: Path, every_location: str) -> None:
    file = tmp_path / "omar-ruizal-arrested.txt"
    file.write_text("Police said that Omar Ruizal was arrested in Lima.", "utf-8")
    ledger = every_location
    run("add", str(file), "--ledger", ledger)
    (claim, *_) = lines("claims", "--ledger", ledger)
    assert "ruizal" not in run("show", str(claim["id"]), "--ledger", ledger).lower()
    assert "ruizal" not in run("show", str(claim["id"]), "--ledger", ledger, "--format", "json").lower()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("read", "no-such-file.txt"), "no-such-file.txt"),
        (("claims", "--ledger", "no-such-ledger"), "allegata add"),
    ],
)
def test_errors_are_one_line_and_exit_2(words: tuple[str, ...], part: str) -> None:
    output = run(*words, code=2)
    assert part in output.replace("\n", "")
    assert "Traceback" not in output


def test_statements_are_told_of_in_plain_words(tmp_path: Path) -> None:
    path, place = tmp_path / "talk.txt", str(tmp_path / "ledger")
    path.write_text("The minister said that the inquiry goes on.")
    told = "1 attributed statement, in which nothing is told that happened"
    assert told in run("read", str(path))
    page = run("read", str(path), "--format", "html")
    assert "No claim of something that happened is in this report." in page
    assert "1 statement in which nothing is told that happened is not shown." in page
    assert told in run("add", str(path), "--ledger", place)
    assert "no claim of something that happened is in this ledger" in run("claims", "--ledger", place)


def test_a_folder_with_a_bad_file_is_read_all_the_same(story: Path) -> None:
    (story.parent / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    output = run("read", str(story.parent), code=1)
    assert "bad.pdf" in output
    assert "60" in output


def test_the_demo_ends(tmp_path: Path) -> None:
    page = tmp_path / "demo.html"
    assert "calendar_gloss" in run("demo", "--out", str(page))
    assert "<mark" in page.read_text("utf-8")


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    output = run("read", str(tmp_path / "a\x1b[31m\u202eb\nc.txt"), code=2)
    assert "\x1b" not in output
    assert "\u202e" not in output
    assert output.count("\n") == 1


@pytest.fixture
def told_twice(tmp_path: Path, every_location: str) -> str:
    """A ledger of two reports of one claim: a slip in the number, the agency left out, and a man who is arrested."""
    ledger = every_location
    words = (
        "Teo Arbulu, a police spokesman, said on Tuesday, June 13, that {} people were arrested in Lima, Peru, for contacts with smugglers."
        "\n\nPolice said Omar Ruizal was arrested in Lima, Peru, on Tuesday."
    )
    for outlet, day, text in (
        ("Port Times", "2023-06-14", "LIMA (AFP) - " + words.format(114)),
        ("North Wire", "2023-06-15", words.format(144)),
    ):
        file = tmp_path / f"{outlet}.txt"
        file.write_text(text, "utf-8")
        run("add", str(file), "--ledger", ledger, "--outlet", outlet, "--published", day)
    return ledger


def test_a_table_has_no_cell_that_a_spreadsheet_runs(tmp_path: Path, every_location: str) -> None:
    for number, outlet in enumerate(("=cmd|calc", "+Hill Post")):
        page = tmp_path / f"{number}.txt"
        page.write_text(f"Police said on Monday that {60 + number} men were arrested in Lima, Peru.", "utf-8")
        run("add", str(page), "--ledger", every_location, "--published", "2024-05-08", "--outlet", outlet)
    rows = list(csv.DictReader(io.StringIO(run("drift", "--ledger", every_location, "--format", "csv"))))
    assert {row["outlet"] for row in rows} == {"'=cmd|calc", "'+Hill Post"}


def test_drift_says_which_field_moved_in_which_hop(told_twice: str) -> None:
    found = lines("drift", "--ledger", told_twice, "--action", "arrest")
    (group,) = (each for each in found if any(step["field"] == "count" for step in each["moved"]))  # type: ignore[attr-defined]
    assert [each["outlet"] for each in group["variants"]] == ["Port Times", "North Wire"]  # type: ignore[attr-defined]
    moved = {each["field"]: (each["before"], each["after"]) for each in group["moved"]}  # type: ignore[attr-defined]
    assert moved == {"count": ("114", "144"), "conduits": ("AFP", None)}
    printed = run("drift", "--ledger", told_twice)
    for part in (
        "144*",
        "count: 114 → 144",
        "A star marks what a report tells otherwise",
        "Counts of claims, not of people.",
    ):
        assert part in printed
    rows = list(csv.DictReader(io.StringIO(run("drift", "--ledger", told_twice, "--format", "csv"))))
    assert {row["moved"] for row in rows if row["outlet"] == "North Wire" and row["count"] == "144"} == {
        "count conduits"
    }
    assert "Ruizal" not in printed + json.dumps(found) + str(rows)
    assert "no claim is told more than once" in run("drift", "--ledger", told_twice, "--place", "Chile")
    assert lines("drift", "--ledger", told_twice, "--outlet", "Hill Post") == []


def test_findings_of_one_kind_are_printed_alone(told_twice: str) -> None:
    assert {each["kind"] for each in lines("findings", "--ledger", told_twice)} == {"count", "dropped_hop"}
    (only,) = lines("findings", "--ledger", told_twice, "--kind", "count")
    assert only["explanation"] == "The same claim counts 114 in Port Times, and 144 in North Wire."
    both = lines("findings", "--ledger", told_twice, "--kind", "count", "--kind", "sum")
    assert [each["kind"] for each in both] == ["count"]
    assert "calendar_gloss" in run("findings", "--ledger", told_twice, "--kind", "moods", code=2)


def test_show_says_what_the_day_rests_on(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    told = "Police said on Tuesday that 60 people were arrested in Tabriz."
    page.write_text(f"<div>Wednesday, 8 May 2024</div><h1>Sixty held</h1><p>{told}</p>", "utf-8")
    ledger = str(tmp_path / "ledger")
    (claim, *_) = lines("add", str(page), "--outlet", "Harbor Post", "--ledger", ledger)
    assert claim["document"]["published"] is None
    printed = " ".join(run("show", str(claim["id"]), "--ledger", ledger).split())
    assert "basis date: in doubt: 2024-05-08 is in the header" in printed
    assert "basis outlet: given when it was added" in printed
    (whole,) = lines("show", str(claim["id"]), "--ledger", ledger)
    assert [(each["field"], each["rule"]) for each in whole["basis"]] == [
        ("published", ""),
        ("outlet", "given"),
        ("encoding", "fits"),
    ]


def test_show_ends_with_how_the_reports_differ(told_twice: str) -> None:
    slip = [each for each in lines("claims", "--ledger", told_twice) if each["count"] and each["count"]["low"] == 144]
    printed = run("show", str(slip[0]["id"]), "--ledger", told_twice)
    assert "count differs: " in printed
    assert "North Wire (this)" in printed
    (whole,) = lines("show", str(slip[0]["id"]), "--ledger", told_twice)
    assert [each["outlet"] for each in whole["group"]["variants"]] == ["Port Times", "North Wire"]
