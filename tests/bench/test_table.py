"""The table marks what is under its floor, and the gate holds floors and documents to what was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def table(bench: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script with one section, whose floors, document and changelog are in a folder of their own."""
    made: Any = bench("table")
    figures = {"record": 0.5, "speaker": 0.8, "ungrounded": 0.0, "chains form quoted": 0.1}
    section = replace(made.SECTIONS["own"], floors=tmp_path / "floors.toml", measure=lambda: made.Measured(figures))
    (tmp_path / "quality.md").write_text("| figure | now |\n|---|---|\n| record | 0.50 |\n", "utf-8")
    monkeypatch.setattr(made, "SECTIONS", {"own": section})
    monkeypatch.setattr(made, "QUALITY", tmp_path / "quality.md")
    monkeypatch.setattr(made.floors, "ROOT", tmp_path)
    monkeypatch.setattr(made.floors, "sentences", lambda: [])
    monkeypatch.delenv("ALLEGATA_CORPORA", raising=False)
    made.floors.write_floors(section.floors, {"record": 0.45, "speaker": 0.8})
    return made


def run(table: Any, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["table.py", *words])
    with pytest.raises(SystemExit) as ended:
        table.main()
    return 0 if ended.value.code in (None, 0, False) else 1


def floors(table: Any) -> dict[str, float]:
    found: dict[str, float] = table.floors.read_floors(table.SECTIONS["own"].floors)
    return found


def test_a_figure_under_its_floor_is_marked(
    table: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(table, monkeypatch) == 0
    assert "under" not in capsys.readouterr().out
    table.floors.write_floors(table.SECTIONS["own"].floors, {"record": 0.45, "speaker": 0.81, "lost": 0.3})
    assert run(table, monkeypatch) == 1
    marked = [line.split() for line in capsys.readouterr().out.splitlines() if line.endswith("under")]
    assert marked == [["speaker", "0.800", "0.81", "under"], ["lost", "-", "0.30", "under"]]


def test_words_that_the_page_does_not_hold_are_marked(table: Any) -> None:
    assert table.wrong({"ungrounded": 1.0}, {}).keys() == {"ungrounded"}
    assert table.wrong({"external ungrounded": 0.0}, {}) == {}


def test_the_gate_prints_only_what_is_wrong(
    table: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(table, monkeypatch, "--check") == 0
    assert capsys.readouterr() == ("", "")
    table.floors.write_floors(table.SECTIONS["own"].floors, {"record": 0.51})
    assert run(table, monkeypatch, "--check") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "claims, own corpus: record is 0.500, under its floor of 0.51\n"


def test_the_gate_names_a_floor_that_fell_silently(
    table: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table.floors, "history", lambda path: [{"record": 0.6}, {"record": 0.45}])
    assert run(table, monkeypatch, "--check") == 1
    assert "floor of `record` 0.60 to 0.45" in capsys.readouterr().err
    monkeypatch.setattr(table.floors, "sentences", lambda: ["Floor of `record` 0.60 to 0.45: a reason."])
    assert run(table, monkeypatch, "--check") == 0


def test_floors_are_raised_and_none_falls(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table.floors.write_floors(table.SECTIONS["own"].floors, {"record": 0.45, "speaker": 0.9})
    assert run(table, monkeypatch, "--write-floors") == 1
    assert floors(table) == {"record": 0.5, "speaker": 0.9}


def test_a_floor_is_lowered_by_name_and_with_a_sentence(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"record": 0.6, "speaker": 0.9}
    table.floors.write_floors(table.SECTIONS["own"].floors, before)
    assert run(table, monkeypatch, "--lower", "record") == 1
    assert run(table, monkeypatch, "--lower", "recrod") == 1
    assert floors(table) == before
    monkeypatch.setattr(table.floors, "sentences", lambda: ["Floor of `record` 0.60 to 0.50: a reason."])
    run(table, monkeypatch, "--lower", "record")
    assert floors(table) == before | {"record": 0.5}


def test_the_last_column_of_the_document_is_what_was_measured(
    table: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "| a | b |\n|---|---|\n| record | 0.1 |\n\n| figure | first | now |\n|---|---|---|\n| record | 0.1 | 0.2 |\n"
    table.QUALITY.write_text(text, "utf-8")
    assert run(table, monkeypatch, "--check") == 1
    assert "docs/quality.md: record: 0.2, measured 0.500" in capsys.readouterr().err
    assert run(table, monkeypatch, "--write") == 0
    assert table.QUALITY.read_text("utf-8") == text.replace("0.2 |", "0.50 |")
    assert run(table, monkeypatch, "--check") == 0


def test_shares_are_written_with_what_they_are_of(table: Any) -> None:
    measured = {"own": table.Measured({"record": 0.96396}, {"record": 111})}
    text, stale = table.filled("| figure | now |\n|---|---|\n| record | |\n| gone | 0.3 |\n", measured)
    assert "| record | 107 of 111: 0.96 |" in text
    assert stale == ["record: nothing, measured 0.964", "gone: no such figure"]


def test_rows_of_what_was_not_measured_stay(table: Any) -> None:
    text = "| figure | now |\n|---|---|\n| record | 0.3 |\n"
    assert table.filled(text, {}) == (text, [])


def test_figures_are_printed_as_json(
    table: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(table, monkeypatch, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["own"]["figures"]["record"] == 0.5
    assert printed["own"]["floors"] == {"record": 0.45, "speaker": 0.8}


def test_every_floor_belongs_to_a_section_of_its_file(bench: Callable[[str], ModuleType]) -> None:
    table: Any = bench("table")
    files = {section.floors for section in table.SECTIONS.values()}
    assert len(files) == 5
    for path in files:
        pinned = table.floors.read_floors(path)
        assert pinned
        assert {table.SECTIONS[table.section_of(name)].floors for name in pinned} == {path}


def test_other_corpora_are_left_out_where_there_are_none(bench: Callable[[str], ModuleType]) -> None:
    table: Any = bench("table")
    left = ["own", "fresh", "times", "counts", "places", "chains", "evidence", "idioms", "pairs", "layouts", "people"]
    assert table.chosen([], None) == left
    assert table.chosen([], Path("somewhere")) == list(table.SECTIONS)
    with pytest.raises(SystemExit, match="ALLEGATA_CORPORA"):
        table.chosen(["polnear"], None)


def test_what_sums_up_a_set_is_measured_beside_its_figures(
    bench: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    table: Any = bench("table")
    counted = {"counts exact": (3, 4), "counts range": (1, 1), "counts traps": (0, 5)}
    monkeypatch.setattr(table.sets, "judge", lambda name: (counted, []))
    measured = table.own_set("counts")
    assert (measured.figures["counts bounds"], measured.of["counts bounds"]) == (0.8, 5)
    classes = {"evidence shown": (1, 2), "evidence cited": (4, 4), "stance neutral": (1, 1), "status denied": (0, 1)}
    monkeypatch.setattr(table.sets, "judge", lambda name: (classes, []))
    figures = table.own_set("evidence").figures
    assert [figures[f"{kind} mean"] for kind in ("evidence", "stance", "status")] == [0.75, 1.0, 0.0]
