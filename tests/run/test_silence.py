"""`allegata silence`, by what a user types."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from allegata.run.cli import main

STORIES = (
    "Harbour police said on Monday that sixty men were arrested in Lima, Peru. They published photographs of the men.",
    "Teo Arbulu, a spokesman for the coast guard of Peru, said on Monday that twelve boats were seized. He declined to give names.",
)


@pytest.fixture
def ledger(location: str, tmp_path: Path) -> str:
    for number, story in enumerate(STORIES):
        (tmp_path / f"{number}.txt").write_text(story, "utf-8")
        run("add", str(tmp_path / f"{number}.txt"), "--ledger", location, "--published", "2024-05-08")
    return location


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_json_has_a_row_for_each_body_and_one_for_all(ledger: str) -> None:
    found = [json.loads(line) for line in run("silence", "--ledger", ledger, "--format", "json").splitlines()]
    assert [row["of"] for row in found] == ["body", "body", "all"]
    assert {row["footage"]: row["refused"] for row in found[:2]} == {1: 0, 0: 1}
    assert (found[2]["claims"], found[2]["footage"], found[2]["refused"], found[2]["nothing"]) == (2, 1, 1, 1)


def test_by_speaker_names_the_official(ledger: str) -> None:
    text = run("silence", "--ledger", ledger, "--by", "speaker", "--format", "csv")
    found = list(csv.DictReader(io.StringIO(text)))
    assert {row["speaker"]: row["claims"] for row in found if row["of"] == "speaker"} == {"Teo Arbulu": "1", "": "1"}


def test_the_table_says_what_it_counts(ledger: str) -> None:
    text = " ".join(run("silence", "--ledger", ledger).split())
    assert "Counts of claims, not of people." in text
    assert "footage 1" in text
    assert "refused 1" in text


def test_what_nothing_fits_says_so(ledger: str) -> None:
    assert "no claims fit" in run("silence", "--ledger", ledger, "--body", "Air Force")


def test_a_date_that_is_none_is_one_line(ledger: str) -> None:
    assert "is not a date" in run("silence", "--ledger", ledger, "--since", "soon", code=2)
