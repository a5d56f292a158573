"""`allegata brief`, by what a user types."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.run.cli import main

STORIES = {
    "Port Times": "Harbour police said on Monday that at least sixty people were arrested in Lima, Peru. They declined to give names.",
    "North Wire": "Some 60 people were arrested in Lima, Peru, harbour police said on Monday.",
    "Coast Daily": "The coast guard of Peru said on Tuesday that it arrested Omar Verlo and seized twelve boats in Lima.",
}


@pytest.fixture
def ledger(location: str, tmp_path: Path) -> str:
    for number, (outlet, story) in enumerate(STORIES.items()):
        (tmp_path / f"{number}.txt").write_text(story, "utf-8")
        words = ("--ledger", location, "--published", "2024-05-08", "--outlet", outlet)
        run("add", str(tmp_path / f"{number}.txt"), *words)
    return location


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_numbers_are_those_of_total(ledger: str, form: str) -> None:
    page = run("brief", "--ledger", ledger, "--format", form)
    totals = [json.loads(line) for line in run("total", "--ledger", ledger, "--format", "json").splitlines()]
    assert totals
    for each in totals:
        low, high = each["low"], each["high"]
        asserted = f"{low}" if low == high else f"At least {low}" + ("" if high is None else f", at most {high}")
        assert re.search(rf"{asserted} \w+(?:, with no upper bound,)? said to be ", page), asserted
    for outlet in STORIES:
        assert outlet in page
    assert "Counts of claims, not of people." in page


def test_what_was_asked_for_is_in_the_title_and_an_affected_person_is_not(ledger: str) -> None:
    for form in ("md", "html"):
        page = run("brief", "--ledger", ledger, "--format", form, "--body", "Coast Guard", "--since", "2024")
        assert "Claims: body “Coast Guard”, since “2024”" in page
        assert "Port Times" not in page
        assert "Verlo" not in page
        assert "person 1" in page
        assert "boats" in page


@pytest.mark.parametrize("option", ["speaker", "outlet", "body", "search", "target", "place", "unit"])
def test_who_is_masked_in_the_ledger_cannot_be_told_by_asking_for_a_name(ledger: str, option: str) -> None:
    known, unknown, others = (
        re.sub(r"Made .*? UTC", "", run("brief", "--ledger", ledger, "--action", "arrest", f"--{option}", name))
        for name in ("Omar Verlo", "Omar Verla", "Verlo")
    )
    assert known == unknown == others
    assert f"Claims: action “arrest”, {option} given" in known or f"Claims: {option} given, action “arrest”" in known
    assert "Verl" not in known


def test_out_writes_the_file_and_prints_nothing(ledger: str, tmp_path: Path) -> None:
    out = tmp_path / "brief.html"
    assert run("brief", "--ledger", ledger, "--format", "html", "--out", str(out)) == ""
    assert out.read_text("utf-8").startswith("<!doctype html>")


def test_where_nothing_fits_the_page_says_so(ledger: str) -> None:
    assert "No claim in this ledger fits." in run("brief", "--ledger", ledger, "--speaker", "Nobody")


def test_bad_input_is_one_line(ledger: str, tmp_path: Path) -> None:
    assert "is not a date" in run("brief", "--ledger", ledger, "--since", "soon", code=2)
    assert "there is no ledger" in run("brief", "--ledger", f"{ledger}_none", code=2)
    assert "cannot be written" in run("brief", "--ledger", ledger, "--out", str(tmp_path / "no" / "x.md"), code=2)
