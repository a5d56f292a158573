"""The published site: accepted claims alone, of them the allowed fields alone, and nothing that stood there is lost by a failure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allegata.ledger import Ledger
from allegata.model import DecisionKind, InputError
from allegata.run.cli import main
from allegata.run.deciding import Choice
from allegata.run.deciding import decide as decide_by
from allegata.serve.publish import ALLOWED, DOCUMENT, MARK, accepted, publish
from allegata.serve.swap import replace_folder

DAY = "2024-05-03"


def decide(ledger: Ledger, kind: DecisionKind, claim: str) -> None:
    assert decide_by(ledger, Choice(kind, (claim,)), "ana", f"{DAY}T10:00:00Z", "read beside its words")


@pytest.fixture
def chosen(ledger: Ledger) -> str:
    """The id of the one claim that was accepted: that with an affected person near it."""
    claim = next(each for each in ledger.claims() if each.action == "arrest" and each.document.outlet == "North Wire")
    decide(ledger, "accept", claim.id)
    return claim.id


def written(ledger: Ledger, out: Path, title: str, day: str) -> int:
    """Publish what was accepted, and return how many claims have a page."""
    publish(ledger, accepted(ledger).claims, out, title, day)
    return len(list((out / "claims").glob("*.html")))


def text_of(folder: Path) -> str:
    return "\n".join(
        each.read_text("utf-8")
        for each in sorted(folder.rglob("*"))
        if each.suffix in (".html", ".json", ".jsonl", ".js")
    )


def test_only_what_was_accepted_is_published(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    assert written(ledger, tmp_path / "site", "Claims", DAY) == 1
    lines = (tmp_path / "site" / "claims.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [chosen]
    others = {claim.id for claim in ledger.claims()} - {chosen}
    assert not any(each in text_of(tmp_path / "site") for each in others)
    assert "South Post" not in text_of(tmp_path / "site")


def test_statements_that_were_accepted_are_left_out_and_it_is_said(
    ledger: Ledger, chosen: str, place: Path, tmp_path: Path
) -> None:
    other = next(claim.id for claim in ledger.claims() if claim.action == "other")
    decide(ledger, "accept", other)
    made = accepted(ledger)
    assert ([claim.id for claim in made.claims], made.statements) == ([chosen], 1)
    told = command(place, tmp_path / "site")
    assert "1 accepted claim in" in told.output
    assert "1 accepted statement is left out" in told.output
    assert "Neither are statements" in (tmp_path / "site" / "method.html").read_text("utf-8")


def test_only_allowed_fields_and_no_masked_name_are_published(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    written(ledger, tmp_path / "site", "Claims", DAY)
    made = json.loads((tmp_path / "site" / "claims" / f"{chosen}.json").read_text("utf-8"))
    assert set(made) <= set(ALLOWED)
    assert set(made["document"]) == set(DOCUMENT)
    assert "Wekesa" not in text_of(tmp_path / "site")
    assert "read beside its words" not in text_of(tmp_path / "site")


def test_what_is_rejected_later_goes_when_it_is_published_again(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    written(ledger, tmp_path / "site", "Claims", DAY)
    decide(ledger, "reject", chosen)
    assert accepted(ledger).claims == []
    assert written(ledger, tmp_path / "site", "Claims", DAY) == 0
    assert chosen not in text_of(tmp_path / "site")
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith("-site")] == []


def test_a_folder_that_holds_something_else_is_left_alone(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    with pytest.raises(InputError, match="holds something else"):
        written(ledger, tmp_path / "letters", "Claims", DAY)
    assert (tmp_path / "letters" / "one.txt").read_text() == "dear"


def test_a_site_stays_where_writing_the_next_one_fails(
    ledger: Ledger, chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(ledger, tmp_path / "site", "Claims", DAY)
    before = text_of(tmp_path / "site")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        written(ledger, tmp_path / "site", "Other", DAY)
    assert text_of(tmp_path / "site") == before


def test_a_page_runs_and_loads_nothing_but_its_own_files(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    written(ledger, tmp_path / "site", "<script>alert(1)</script>", DAY)
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) == 5
    for page in pages:
        text = page.read_text("utf-8")
        assert "script-src 'self'" in text
        assert "<script>alert" not in text
        assert "Counts of claims, not of people" in text
        assert not re.search(r"\s(style|on\w+)=", text)
        for address in re.findall(r'(?:src|href)="([^"#]+)"', text):
            assert address.startswith("http") or (page.parent / address).is_file(), address
    assert (tmp_path / "site" / MARK).is_file()


def command(place: Path, out: str | os.PathLike[str], *words: str) -> Result:
    return CliRunner().invoke(main, ["publish", os.fspath(out), "--ledger", str(place), *words])


def refused(result: Result, words: str) -> None:
    """Fail unless *result* is one line with *words*, and no fault of ours."""
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert re.search(words, result.output), result.output


def test_folders_beside_a_site_are_left_alone(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    own = [tmp_path / name for name in (".old-site", ".new-site", ".allegata-publish-mine")]
    for each in own:
        each.mkdir()
        (each / "for").write_text("me")
    for _ in range(2):
        written(ledger, tmp_path / "site", "Claims", DAY)
    assert [(each / "for").read_text() for each in own] == ["me"] * 3
    assert {each.name for each in tmp_path.iterdir()} == {"site", "ledger", *(each.name for each in own)}


def test_files_of_the_user_stay_in_a_site(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    written(ledger, site, "Claims", DAY)
    own = ("CNAME", ".nojekyll", ".git/HEAD", ".git/objects/aa/bb", "claims/note.txt", "about/us.html")
    for name in own:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    (site / ".git" / "refs").mkdir()
    (site / ".git").chmod(0o700)
    (site / "latest").symlink_to("index.html")
    (site / "nowhere").symlink_to("/nowhere")
    decide(ledger, "reject", chosen)
    written(ledger, site, "Another", DAY)
    assert [(site / name).read_text() for name in own] == list(own)
    assert (site / ".git" / "refs").is_dir()
    assert (site / ".git").stat().st_mode & 0o777 == 0o700
    assert [str((site / name).readlink()) for name in ("latest", "nowhere")] == ["index.html", "/nowhere"]
    assert "Another" in (site / "index.html").read_text("utf-8")
    assert [each.name for each in (site / "claims").iterdir()] == ["note.txt"]


def test_a_site_can_be_written_where_git_or_a_host_name_is_already(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    (tmp_path / "site" / ".git").mkdir(parents=True)
    (tmp_path / "site" / "CNAME").write_text("claims.example")
    assert written(ledger, tmp_path / "site", "Claims", DAY) == 1
    assert (tmp_path / "site" / ".git").is_dir()
    assert (tmp_path / "site" / "CNAME").read_text() == "claims.example"


@pytest.mark.parametrize("name", ["page-2.html/mine.txt", "claims", "totals.html"])
def test_a_file_of_the_user_with_a_name_of_the_site_is_named_and_left(
    ledger: Ledger, chosen: str, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / name).parent.mkdir(parents=True)
    (site / name).write_text("mine")
    (site / MARK).write_text('{"files": ["index.html"]}')
    monkeypatch.setattr("allegata.serve.publish._contents", lambda *_: iter([("claims/a.html", b""), ("totals.html", b""), ("page-2.html", b"")]))  # fmt: skip
    with pytest.raises(InputError, match=f"{name.partition('/')[0]}.*would be written over; rename"):
        written(ledger, site, "Claims", DAY)
    assert (site / name).read_text() == "mine"
    assert {each.name for each in tmp_path.iterdir()} == {"site", "ledger"}


@pytest.mark.parametrize("mark", ["{}", "[]", "null", '{"files": 7}', "[" * 9999, "\xff"])
def test_a_site_whose_files_are_not_listed_is_left_alone(
    ledger: Ledger, chosen: str, tmp_path: Path, mark: str
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MARK).write_text(mark, "latin-1")
    with pytest.raises(InputError, match="does not list the files"):
        written(ledger, tmp_path / "site", "Claims", DAY)
    assert (tmp_path / "site" / MARK).read_text("latin-1") == mark


def test_everybody_may_read_a_site_who_may_read_what_its_user_makes(
    ledger: Ledger, chosen: str, tmp_path: Path
) -> None:
    (tmp_path / "usual").mkdir()
    for _ in range(2):
        written(ledger, tmp_path / "site", "Claims", DAY)
        assert (tmp_path / "site").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "site").chmod(0o750)
    written(ledger, tmp_path / "site", "Claims", DAY)
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o750


def test_a_link_leads_to_the_site_that_is_replaced(place: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    (tmp_path / "future").symlink_to("to come")
    for link in ("link", "link", "future"):
        assert command(place, tmp_path / link).exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / MARK).is_file()
    assert (tmp_path / "to come" / MARK).is_file()
    (tmp_path / "round").symlink_to("round")
    refused(command(place, tmp_path / "round"), "is no folder")


def test_the_folder_somebody_is_in_is_not_replaced(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(place, tmp_path / "site").exit_code == 0
    monkeypatch.chdir(tmp_path / "site" / "claims" if (tmp_path / "site" / "claims").exists() else tmp_path / "site")
    refused(command(place, "."), "from inside")
    refused(command(place, tmp_path / "site"), "from inside")


def test_a_site_is_neither_in_a_ledger_nor_around_it(place: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(place)
    before = sorted(place.rglob("*"))
    for out in (place, place / "site", place.parent, tmp_path / "link" / "site"):
        refused(command(place, out), "folder of the ledger")
    assert sorted(place.rglob("*")) == before


def test_a_title_is_text_and_names_nobody_who_is_masked(
    place: Path, ledger: Ledger, chosen: str, tmp_path: Path
) -> None:
    refused(command(place, tmp_path / "site", "--title", "Claims \udcff"), "--title: is no text")
    assert not (tmp_path / "site").exists()
    assert command(place, tmp_path / "site", "--title", "Claims about Odhiambo Wekesa").exit_code == 0
    assert "Wekesa" not in text_of(tmp_path / "site")
    assert "Claims about [person" in text_of(tmp_path / "site")


def test_a_folder_may_have_any_name_that_the_disk_takes(place: Path, tmp_path: Path) -> None:
    for name in (b"s\xffte", b"n" * 255):
        out = os.fsencode(tmp_path) + b"/" + name
        words = [
            sys.executable,
            "-c",
            "from allegata.run.cli import main; main()",
            "publish",
            out,
            "--ledger",
            str(place),
        ]
        done = subprocess.run(words, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert (Path(os.fsdecode(out)) / MARK).is_file()


@pytest.mark.parametrize("apart", [[], ["apart"]])
def test_a_kill_at_any_step_leaves_one_whole_site(tmp_path: Path, apart: list[str]) -> None:
    program = Path(__file__).with_name("killed.py")
    done = subprocess.run([sys.executable, program, str(tmp_path), *apart], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) > 20
    assert {line[0] for line in lines} == {"before", "after", *(["nothing"] if apart else [])}
    assert {(line[1], line[2]) for line in lines} == {("next", "0")}
    assert sum(line[0] == "nothing" for line in lines) <= 1


def test_a_site_that_another_one_wrote_meanwhile_leaves_nothing_behind(tmp_path: Path) -> None:
    place = tmp_path / "site"

    def files(*names: str) -> list[tuple[str, bytes]]:
        return [*((name, b"x") for name in names), (MARK, json.dumps({"files": [*names]}).encode())]

    def slow() -> Iterator[tuple[str, bytes]]:
        yield from files("a.html")
        replace_folder(place, files("a.html", "taken-back.html"), MARK)

    replace_folder(place, files("a.html"), MARK)
    replace_folder(place, slow(), MARK)
    assert sorted(each.name for each in place.iterdir()) == sorted(["a.html", MARK])
