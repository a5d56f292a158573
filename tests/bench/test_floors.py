"""Floors rise by themselves, and fall only with a sentence in the changelog."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def floors(bench: Callable[[str], ModuleType]) -> Any:
    return bench("floors")


def test_writing_floors_raises_them_and_lets_none_fall_or_go(floors: Any) -> None:
    before = {"record": 0.5, "speaker": 0.8, "gone": 0.9}
    after = floors.raised(before, {"record": 0.559, "speaker": 0.1, "new": 0.299})
    assert after == {"record": 0.55, "speaker": 0.8, "gone": 0.9, "new": 0.29}
    assert floors.raised(after, {"new": 0.29}) == after


def test_a_floor_falls_only_with_a_sentence_of_its_own(floors: Any) -> None:
    before, figures = {"record": 0.5, "speaker": 0.8}, {"record": 0.46, "speaker": 0.9}
    for said in ([], ["Floor of `record` lowered."], ["Floor of `speaker` 0.50 to 0.46: a reason."]):
        with pytest.raises(floors.SilentFallError, match=r"floor of `record` 0\.50 to 0\.46"):
            floors.lowered(before, figures, "record", said)
    said = ["Floor of `record` on the own corpus 0.50 to 0.46: three more claims are annotated."]
    assert floors.lowered(before, figures, "record", said) == {"record": 0.46, "speaker": 0.8}
    assert floors.lowered(before, figures, "speaker", []) == before


def test_what_was_said_of_an_earlier_fall_does_not_excuse_another(floors: Any) -> None:
    past = [{"record": 0.5}, {"record": 0.46}]
    said = ["Floor of `record` 0.50 to 0.46: a reason."]
    with pytest.raises(floors.SilentFallError):
        floors.lowered({"record": 0.5}, {"record": 0.46}, "record", said, past)
    said.append("Floor of `record` 0.50 to 0.46 again: another reason.")
    assert floors.lowered({"record": 0.5}, {"record": 0.46}, "record", said, past) == {"record": 0.46}


def test_a_figure_that_is_no_longer_measured_misses_its_floor_until_the_changelog_says_so(floors: Any) -> None:
    before = {"record": 0.5, "zero": 0.0}
    assert floors.under(before, {}) == ["record", "zero"]
    assert floors.under(before, {"record": 0.5, "zero": 0.0}) == []
    with pytest.raises(floors.SilentFallError):
        floors.lowered(before, {"zero": 0.0}, "record", [])
    assert floors.lowered(before, {"zero": 0.0}, "record", ["`record` 0.50 to none: not asked for."]) == {"zero": 0.0}


def test_what_is_written_is_read_again(floors: Any, tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    assert floors.read_floors(path) == {}
    floors.write_floors(path, {"times traps": 0.97, "record": 1.0})
    assert floors.read_floors(path) == {"times traps": 0.97, "record": 1.0}


def test_sentences_are_the_bullets_of_the_changelog_and_its_fragments(floors: Any, tmp_path: Path) -> None:
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "CHANGELOG.md").write_text("# 1\n- Floor of `a` 0.50\n  to 0.40: old.\n", "utf-8")
    (tmp_path / "changelog.d" / "x.md").write_text("- One.\n- Floor of `b` 0.50 to 0.40.\n", "utf-8")
    (tmp_path / "changelog.d" / "README.md").write_text("Write `c` 0.50 to 0.40 like this.\n", "utf-8")
    said = floors.sentences(tmp_path)
    assert [floors.told((name, 0.5, 0.4), said) for name in "abc"] == [1, 1, 0]


def test_a_floor_lowered_by_hand_is_found_in_the_history(floors: Any, tmp_path: Path) -> None:
    def git(*command: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True)

    path = tmp_path / "floors.toml"
    git("init", "-q")
    for value in (0.5, 0.7, 0.6):
        floors.write_floors(path, {"record": value, "speaker": 0.8})
        git("add", "."), git("commit", "-q", "-m", "x")
    assert list(floors.silent(floors.history(path), [])) == [("record", 0.7, 0.6)]
    floors.write_floors(path, {"record": 0.7})
    assert list(floors.silent(floors.history(path), [])) == [("speaker", 0.8, None)]
    floors.write_floors(path, {"record": 0.7, "speaker": 0.9})
    assert list(floors.silent(floors.history(path), [])) == []


def test_outside_a_repository_there_is_only_now(floors: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    floors.write_floors(tmp_path / "floors.toml", {"record": 0.7})
    assert floors.history(tmp_path / "floors.toml") == [{"record": 0.7}]
