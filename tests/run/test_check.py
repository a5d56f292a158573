"""`allegata check`: what it prints, its exit codes, its settings, and what it writes."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allegata.check import RULES, page_of
from allegata.run.cli import main
from allegata.run.settings import Settings, settings_of

TEXT = "Ten\n\nThe ministry said on Monday, April 24, 2019 that ten men were held.\nIt was April 24, 2019.\n"
CLEAN = "The ministry said on Wednesday, April 24, 2019 that ten men were held.\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("draft.txt").write_text(TEXT, "utf-8")
    Path("clean.md").write_text(CLEAN, "utf-8")


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], input=given)


def test_the_exit_code_says_whether_something_was_found() -> None:
    assert run("clean.md").exit_code == 0
    assert run("clean.md", "draft.txt").exit_code == 1
    missing = run("draft.txt", "missing.txt")
    assert missing.exit_code == 2
    assert "draft.txt:3:22: ALG003" in missing.stdout
    assert "missing.txt" in missing.stderr
    assert run().exit_code == 2
    assert run("draft.txt", "--select", "ALG777").exit_code == 2
    assert run("-", given="").exit_code == 2
    assert run("draft.txt", "--ledger", "nowhere").exit_code == 2


def test_text_has_place_code_and_words() -> None:
    found = run("draft.txt")
    assert found.stdout == (
        'draft.txt:3:22: ALG003 [*] "Monday, April 24, 2019": 2019-04-24 was a Wednesday; the weekday or the date is wrong.\n'
    )
    assert "1 problem in 1 draft; --fix mends 1" in found.stderr


def test_standard_input_is_a_draft() -> None:
    (line,) = run("-", "--format", "json", given=TEXT).stdout.splitlines()
    found = json.loads(line)
    assert (found["file"], found["line"], found["column"], found["end_column"]) == ("-", 3, 22, 44)
    assert found["fix"] == {"words": "Monday", "instead": "Wednesday"}
    assert (found["code"], found["rule"], found["words"]) == ("ALG003", "weekday-date", "Monday, April 24, 2019")


def test_github_reads_the_annotations() -> None:
    Path("a, b.txt").write_text(TEXT.replace("Ten\n", "100% ten\n"), "utf-8")
    assert run("a, b.txt", "--format", "github").stdout == (
        "::warning file=a%2C b.txt,line=3,col=22,endLine=3,endColumn=44,title=allegata ALG003 weekday-date::"
        '"Monday, April 24, 2019": 2019-04-24 was a Wednesday; the weekday or the date is wrong.\n'
    )


def test_sarif_has_the_shape_of_its_standard() -> None:
    Path("a b.txt").write_text(TEXT, "utf-8")
    log = json.loads(run("a b.txt", "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (made,) = log["runs"]
    driver = made["tool"]["driver"]
    assert (driver["name"], [rule["id"] for rule in driver["rules"]]) == ("allegata", list(RULES))
    assert all(rule["shortDescription"]["text"] and rule["help"]["markdown"] for rule in driver["rules"])
    assert made["columnKind"] == "unicodeCodePoints"
    (result,) = made["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "ALG003"
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "a%20b.txt"}
    region = location["physicalLocation"]["region"]
    assert region == {
        "startLine": 3, "startColumn": 22, "endLine": 3, "endColumn": 44, "snippet": {"text": "Monday, April 24, 2019"},
    }  # fmt: skip
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["deletedRegion"] == {"startLine": 3, "startColumn": 22, "endLine": 3, "endColumn": 28}
    assert replacement["insertedContent"] == {"text": "Wednesday"}
    empty = json.loads(run("clean.md", "--format", "sarif").stdout)
    assert empty["runs"][0]["results"] == []


def test_sarif_names_a_file_whose_name_is_not_utf8() -> None:
    name = os.fsdecode(b"dr\xffaft.txt")
    try:
        Path(name).write_text(TEXT, "utf-8")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    (found,) = json.loads(run(name, "--format", "sarif").stdout)["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "dr%FFaft.txt"


def test_fix_writes_what_is_certain_and_keeps_the_rest() -> None:
    path = Path("bom.txt")
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    shown = run("bom.txt", "--diff")
    assert shown.exit_code == 1
    assert "-The ministry said on Monday" in shown.stdout
    assert "+The ministry said on Wednesday" in shown.stdout
    assert b"Monday" in path.read_bytes()
    fixed = run("bom.txt", "--fix")
    assert (fixed.exit_code, fixed.stdout) == (0, "")
    assert "1 fix written" in fixed.stderr
    assert path.read_bytes() == b"\xef\xbb\xbf" + TEXT.replace("Monday", "Wednesday").replace("\n", "\r\n").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(each.name for each in Path.cwd().iterdir()) == ["bom.txt", "clean.md", "draft.txt"]


def test_fix_keeps_markup_and_leaves_what_markup_cuts() -> None:
    Path("a.md").write_text(
        "# Ten\n\nIt was on *Monday*, April 24, 2019.\n\nIt was [April 24, 2019](http://a.example).\n", "utf-8"
    )
    run("a.md", "--fix")
    assert Path("a.md").read_text("utf-8").split("\n")[2] == "It was on *Wednesday*, April 24, 2019."
    cut = "It was on Mon*day*, April 24, 2019.\n\nIt was April 24, 2019.\n"
    Path("a.md").write_text(cut, "utf-8")
    assert run("a.md", "--fix").exit_code == 1
    assert Path("a.md").read_text("utf-8") == cut


def test_fix_leaves_a_write_protected_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anything: what an ordinary user may is in the mode.
    monkeypatch.setattr("os.access", lambda path, mode: bool(Path(path).stat().st_mode & stat.S_IWUSR))
    Path("draft.txt").chmod(0o444)
    found = run("draft.txt", "--fix")
    assert found.exit_code == 2
    assert "draft.txt: is write-protected" in found.stderr
    assert Path("draft.txt").read_text("utf-8") == TEXT
    assert [each.name for each in Path().iterdir() if each.name.startswith(".")] == []


def test_fix_does_not_write_what_is_not_utf8_or_no_plain_text() -> None:
    Path("old.txt").write_bytes(TEXT.replace("Ten", "Tén").encode("cp1252"))
    old = run("old.txt", "--fix")
    assert old.exit_code == 2
    assert "is not UTF-8" in old.stderr
    page = "<html><body><article><p>" + TEXT.replace("\n\n", "</p><p>") + "</p></article></body></html>"
    Path("page.html").write_text(page, "utf-8")
    assert run("page.html", "--fix").exit_code == 1
    assert Path("page.html").read_text("utf-8") == page


def test_comments_silence_their_line() -> None:
    line = "It was on Monday, April 24, 2019."
    cases = {
        f"{line} <!-- allegata: ignore ALG003 -->\n": 0,
        f"{line} <!-- allegata: ignore -->\n": 0,
        f"<!-- allegata: ignore ALG0 -->\n{line}\n": 0,
        f"Ten.\n\n{line}\n\n<!-- allegata: ignore-file alg003 -->\n": 0,
        f"{line} <!-- allegata: ignore ALG001 -->\n": 1,
        f"<!-- allegata: ignore ALG003 -->\n\n{line}\n": 1,
    }
    for text, code in cases.items():
        for name in ("a.md", "a.txt"):
            Path(name).write_text(text, "utf-8")
            assert run(name).exit_code == code, (name, text)


def test_settings_turn_rules_on_and_off() -> None:
    Path("pyproject.toml").write_text('[tool.allegata.check]\nignore = ["ALG003"]\n', "utf-8")
    assert run("draft.txt").exit_code == 0
    assert run("draft.txt", "--ignore", "ALG001").exit_code == 1
    assert run("draft.txt", "--select", "weekday-date", "--ignore", "ALG001").exit_code == 1
    Path("allegata.toml").write_text('[check]\nselect = ["ALG003,ALG001"]\n', "utf-8")
    assert run("draft.txt").exit_code == 2
    Path("allegata.toml").write_text('[check]\nselect = ["ALG003"]\n', "utf-8")
    assert run("draft.txt").exit_code == 1
    assert run("draft.txt", "--config", "pyproject.toml").exit_code == 0
    below = Path("a/b")
    below.mkdir(parents=True)
    found = settings_of(below.resolve())
    assert (found.select, found.ignore) == (("ALG003",), ())
    Path("a/pyproject.toml").write_text("[tool.other]\nx = 1\n", "utf-8")
    assert settings_of(below.resolve()).select == ("ALG003",)
    assert settings_of(Path("/")) == Settings()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[check", "is no TOML"),
        ("[check]\nignored = []", "'ignored' is no setting"),
        ('[check]\nignore = "ALG003"', "no list of codes"),
        ("check = 1", "no table"),
        ('[check]\nignore = ["ALG9"]', "no rule"),
    ],
)
def test_broken_settings_are_an_error(content: str, says: str) -> None:
    Path("allegata.toml").write_text(content, "utf-8")
    found = run("draft.txt")
    assert found.exit_code == 2
    assert says in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_page_is_printed_for_every_rule() -> None:
    for code in RULES:
        assert run("--explain", code).stdout == page_of(code)
    assert run("--explain", "weekday-date").stdout == page_of("ALG003")
    assert run("--explain", "all").stdout.count("\n## What it says") == len(RULES)
    assert run("--explain", "ALG9").exit_code == 2


EARLIER = (
    "Peru's interior ministry said on 3 May 2024 that 384 men were arrested in raids in Lima, Peru. "
    "Police said Omar Ruizal was arrested in Lima.\n"
)


def test_a_ledger_is_what_drafts_are_compared_with(location: str) -> None:
    Path("early.txt").write_text(EARLIER, "utf-8")
    added = CliRunner().invoke(
        main,
        [
            "add",
            "early.txt",
            "--ledger",
            location,
            "--outlet",
            "Coast Daily",
            "--published",
            "2024-05-03",
            "--format",
            "json",
        ],
    )
    identity = json.loads(added.stdout.splitlines()[0])["id"]
    Path("new.txt").write_text(EARLIER.replace("384", "348"), "utf-8")
    found = run("new.txt", "--ledger", location, "--published", "2024-05-04")
    assert found.exit_code == 1
    assert found.stdout == (
        f'new.txt:1:50: ALG103 Coast Daily of 2024-05-03 (claim {identity[:8]}) has "384" where the draft has "348".\n'
    )
    assert "Ruizal" not in found.output
    assert run("new.txt", "--published", "2024-05-04").exit_code == 0
    Path("same.txt").write_text(EARLIER, "utf-8")
    assert run("same.txt", "--ledger", location, "--published", "2024-05-04").exit_code == 0
    assert run("new.txt", "--ledger", location, "--published", "2024-05-04", "--ignore", "ALG1").exit_code == 0


def test_what_steers_a_terminal_is_written_out() -> None:
    Path("a\x1b[31m.txt").write_text(TEXT, "utf-8")
    assert run("a\x1b[31m.txt").stdout.startswith("a\\x1b[31m.txt:3:22: ALG003")
