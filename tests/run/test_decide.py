"""Deciding, by what a user types."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from stores import lines, run

NAMED = """Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima, Peru. He said 12 rifles were seized in Callao.

Police said Omar Ruizal and four other men were arrested in Cusco."""
WIRE = "Some 60 people were arrested in Lima, Peru, the interior ministry said on Monday."


@pytest.fixture
def ledger(tmp_path: Path, location: str, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "named.txt").write_text(NAMED, "utf-8")
    (tmp_path / "wire.txt").write_text(WIRE, "utf-8")
    monkeypatch.setenv("ALLEGATA_LEDGER", location)
    run("add", str(tmp_path / "named.txt"), str(tmp_path / "wire.txt"), "--published", "2024-05-08")
    return location


def identity(action: str, low: int, words: str = "") -> str:
    (found,) = (
        each["id"]
        for each in lines("claims", "--all")
        if each["action"] == action and each["count"]["low"] == low and words in each["passage"]["text"]
    )
    return str(found)


def test_a_rejected_claim_does_not_leave_the_ledger_until_that_is_undone(ledger: str) -> None:
    before = (run("claims"), run("total"), run("links"), run("export"))
    claim = identity("seize", 12)
    printed = run("reject", claim[:8], "--reason", "Said of another office", "--by", "Ana Quispe")
    assert f"in force reject {claim[:8]}" in printed
    assert claim not in {each["id"] for each in lines("claims")}
    assert claim not in run("export")
    assert "weapon" not in run("total")
    (shown,) = (each for each in lines("claims", "--all") if each["id"] == claim)
    assert shown["rules"]["decisions"] == ["rejected by Ana Quispe"]
    assert "Said of another office" in run("show", claim)
    assert "is rejected" in run("merge", claim, identity("arrest", 60), "--reason", "x", code=2)
    (row,) = lines("decisions")
    assert "undone" in run("undo", str(row["decision"]["id"]), "--reason", "It was the same office")
    assert (run("claims"), run("total"), run("links"), run("export")) == before
    assert "undone already" in run("undo", str(row["decision"]["id"]), "--reason", "x", code=2)
    assert "whole" in run("verify")


def test_a_corrected_claim_is_found_by_what_it_says_now(ledger: str) -> None:
    claim = identity("arrest", 60)
    before = (lines("claims"), lines("links"), lines("findings"), lines("total"))
    run("correct", claim, "places", "iso:PE-ARE", "--reason", "The map says so", "--by", "Ana Quispe")
    run("correct", claim, "count", "16", "--reason", "A slip", "--by", "Ana Quispe")
    assert [each["id"] for each in lines("claims", "--place", "iso:PE-ARE")] == [claim]
    assert claim not in {each["id"] for each in lines("claims", "--place", "Lima")}
    (made,) = (each for each in lines("claims") if each["id"] == claim)
    assert (made["count"]["low"], made["count"]["rule"]) == (16, "correction by Ana Quispe")
    assert made["rules"]["decisions"] == ["count corrected by Ana Quispe", "places corrected by Ana Quispe"]
    assert not any(each["relation"] == "same" and claim in (each["left"], each["right"]) for each in lines("links"))
    for row in lines("decisions"):
        run("undo", str(row["decision"]["id"]), "--reason", "Wrong page")
    after = (lines("claims"), lines("links"), lines("findings"), lines("total"))
    order = [sorted(map(json.dumps, each)) for each in after]
    assert order == [sorted(map(json.dumps, each)) for each in before]


def test_split_and_merge_move_a_total(ledger: str) -> None:
    one, other = identity("arrest", 60), identity("arrest", 54)

    def bounds() -> tuple[object, object]:
        return next((each["low"], each["high"]) for each in lines("total") if each["action"] == "arrest")

    merged = bounds()
    run("split", one, other, "--reason", "Two raids")
    apart = bounds()
    assert apart[0] > merged[0]  # type: ignore[operator]
    run("merge", one, other, "--reason", "One raid after all")
    assert bounds()[1] == merged[1]
    states = [each["state"] for each in lines("decisions")]
    assert states == ["replaced", "in force"]
    assert "linked are" in run("reject", one, other, "--relation", "denies", "--reason", "x", code=2)
    run("reject", one, other, "--relation", "same", "--reason", "No")
    assert bounds() == apart


def test_no_affected_person_comes_out_of_a_decision(ledger: str) -> None:
    claim = identity("arrest", 4)
    assert "a person cannot be a target" in run("correct", claim, "target", "Omar Ruizal", "--reason", "x", code=2)
    run("correct", claim, "speaker.name", "Omar Ruizal", "--reason", "it was omar ruizal", "--by", "Ruizal")
    run("reject", claim, "--reason", "Omar-Ruizal is no speaker", "--by", "Ana Quispe")
    (row,) = (each for each in lines("decisions") if each["decision"]["kind"] == "correct")
    run("undo", str(row["decision"]["id"]), "--reason", "Ruizal was not it")
    out = [
        run(*words)
        for words in (
            ("decisions",),
            ("decisions", "--format", "json"),
            ("decisions", "--format", "csv"),
            ("claims", "--all", "--format", "json"),
            ("show", claim),
            ("show", claim, "--format", "json"),
            ("claims", "--all", "--speaker", "Ruizal"),
            ("export", "--format", "html"),
            ("reread",),
        )
    ]
    assert all("ruizal" not in each.lower() for each in out), [each for each in out if "ruizal" in each.lower()]
    assert "[person 1]" in out[0]
    assert "no claims fit" in out[6]


def test_a_corrected_speaker_that_is_masked_is_not_found_by_the_name(ledger: str) -> None:
    claim = identity("arrest", 4)
    run("correct", claim, "speaker.name", "Omar Ruizal", "--reason", "x1")
    assert lines("claims", "--speaker", "Ruizal") == []
    (made,) = (each for each in lines("claims") if each["id"] == claim)
    assert made["speakers"][0]["name"] == "[person 1]"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("reject", "zzz", "--reason", "x"), "allegata claims lists"),
        (("accept", "CLAIM", "--reason", " "), "--reason is empty"),
        (("accept", "CLAIM", "--reason", "x", "--by", "\x1b"), "--by is empty"),
        (("accept", "CLAIM", "--reason", "x", "--by", ""), "--by is empty"),
        (("accept", "CLAIM", "--reason", "x" * 2001), "has 2001 characters"),
        (("accept", "CLAIM", "CLAIM", "--reason", "x"), "--relation"),
        (("accept", "CLAIM", "--relation", "same", "--reason", "x"), "--relation"),
        (("merge", "CLAIM", "CLAIM", "--reason", "x"), "was given twice"),
        (("correct", "CLAIM", "count", "60", "--reason", "x"), "says already"),
        (("undo", "zzz", "--reason", "x"), "allegata decisions lists"),
        (("accept", "CLAIM", "--reason", "\ud800 x"), "cannot be kept as JSON"),
    ],
)
def test_an_error_names_the_input_and_the_mend_and_keeps_nothing(
    ledger: str, words: tuple[str, ...], part: str
) -> None:
    claim = identity("arrest", 60)
    output = run(*(claim if word == "CLAIM" else word for word in words), code=2)
    assert part in output
    assert output.count("\n") == 1
    assert "\x1b" not in output
    assert lines("decisions") == []


def test_what_a_user_types_cannot_steer_the_terminal(ledger: str) -> None:
    claim = identity("arrest", 60)
    run("accept", claim, "--reason", "a\x1b[31mb\nc\u202ed", "--by", "Ana\x07 [red]Quispe[/red]")
    for printed in (run("decisions"), run("claims"), run("show", claim), run("decisions", "--format", "csv")):
        assert "\x1b" not in printed
        assert "\u202e" not in printed
        assert "\x07" not in printed
    assert "[red]Quispe[/red]" in run("decisions")


def test_the_same_decision_again_is_another_row(ledger: str) -> None:
    claim = identity("arrest", 60)
    for _ in range(2):
        run("accept", claim, "--reason", "Seen", "--by", "Ana Quispe")
    assert [each["state"] for each in lines("decisions")] == ["replaced", "in force"]


def test_two_who_decide_at_once_are_both_kept(ledger: str) -> None:
    one, other = identity("arrest", 60), identity("seize", 12)
    command = [sys.executable, "-c", "from allegata.run.cli import main; main()"]
    words = [("reject", one), ("reject", other), ("accept", one), ("accept", one)]
    started = [
        subprocess.Popen([*command, *each, "--reason", "Seen", "--by", "Ana Quispe"], stdout=subprocess.DEVNULL)
        for each in words
    ]
    assert [each.wait(timeout=120) for each in started] == [0, 0, 0, 0]
    assert len(lines("decisions")) == 4
    assert "whole" in run("verify")


def test_a_flag_is_shown_until_somebody_took_the_second_look(ledger: str) -> None:
    claim = identity("seize", 12)
    before = (run("claims"), run("total"), run("links"))
    assert f"in force flag {claim[:8]}" in run("flag", claim, "--reason", "Ask about Omar Ruizal", "--by", "Ana Quispe")
    assert (run("total"), run("links")) == before[1:]
    (shown,) = (each for each in lines("claims") if each["id"] == claim)
    assert shown["rules"]["decisions"] == ["flagged by Ana Quispe: Ask about [person 1]"]  # type: ignore[index]
    run("accept", claim, "--reason", "Asked", "--by", "Ben Arce")
    (shown,) = (each for each in lines("claims") if each["id"] == claim)
    assert shown["rules"]["decisions"] == ["accepted by Ben Arce"]  # type: ignore[index]
    rows = {each["decision"]["kind"]: each for each in lines("decisions")}  # type: ignore[index]
    assert (rows["flag"]["state"], rows["flag"]["why"]) == ("replaced", "looked at by Ben Arce")
    run("undo", str(rows["accept"]["decision"]["id"]), "--reason", "Not yet")  # type: ignore[index]
    run("undo", str(rows["flag"]["decision"]["id"]), "--reason", "No need")  # type: ignore[index]
    assert "decisions" not in next(each for each in lines("claims") if each["id"] == claim)["rules"]  # type: ignore[operator]
    assert (run("claims"), run("total"), run("links")) == before
