"""Archives of many reports: what is passed over is counted, nothing is read twice, and memory does not grow with them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allegata.model import Document
from allegata.run import pipeline
from allegata.run.cli import main

TELLING = "Police said on Monday, June 12, that {} people were arrested in Lima, Peru."
OTHERWISE = "The garden at the harbour opens at nine and has {} beds of roses."


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result


def page(number: int, words: str) -> str:
    return f"<html><head><title>Page {number}</title></head><body><article><p>{words.format(number + 20)}</p></article></body></html>"


def record(url: str, http: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-06-13T00:00:00Z\r\n"
    kind = f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    return (head + kind).encode() + http + b"\r\n\r\n"


def served(number: int, body: bytes, kind: str = "text/html", status: str = "200 OK") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    return record(f"https://coast.example/{number}", http)


def archive(path: Path, pages: int, every: int = 50) -> Path:
    """Write a web archive of so many pages, of which one in *every* has a claim."""
    with path.open("wb") as file:
        for number in range(pages):
            words = OTHERWISE if number % every else TELLING
            file.write(served(number, page(number, words).encode()))
    return path


def claims(ledger: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("claims", "--ledger", ledger, "--format", "json").stdout.splitlines()]


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of what is read from now on."""
    called: list[str] = []
    read = pipeline.read

    def reading(made: object, *words: object, **named: object) -> Document:
        called.append(made.origin)  # type: ignore[attr-defined]
        return read(made, *words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "read", reading)
    return called


def test_what_the_ledger_holds_is_not_read_again(tmp_path: Path, readers: list[str]) -> None:
    file, ledger = archive(tmp_path / "a.warc", 12, 4), str(tmp_path / "ledger")
    run("add", str(file), "--ledger", ledger)
    assert len(readers) == 12
    before = claims(ledger)
    assert len(before) == 3
    del readers[:]
    again = run("add", str(file), "--ledger", ledger)
    assert readers == []
    assert "12 already in the ledger; nothing added" in again.stderr
    assert claims(ledger) == before
    # With another outlet it is another reading.
    assert "supersedes" in run("add", str(file), "--ledger", ledger, "--outlet", "Coast Daily").stderr
    assert len(readers) == 12
    del readers[:]
    run("add", str(file), "--ledger", ledger, "--outlet", " Coast  Daily")
    assert readers == []


def test_what_an_older_reader_read_is_read_again(
    tmp_path: Path, readers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, ledger = archive(tmp_path / "a.warc", 2, 1), str(tmp_path / "ledger")
    run("add", str(file), "--ledger", ledger)
    del readers[:]
    monkeypatch.setattr(pipeline, "is_installed", lambda reader: False)
    run("add", str(file), "--ledger", ledger)
    assert len(readers) == 2


def test_a_page_that_stands_twice_in_an_archive_is_read_once_and_one_of_another_address_is_not_taken_for_it(
    tmp_path: Path, readers: list[str]
) -> None:
    one = page(0, TELLING).encode()
    file = tmp_path / "a.warc"
    file.write_bytes(served(1, one) + served(1, one) + served(2, one))
    said = run("add", str(file), "--ledger", str(tmp_path / "ledger")).stderr
    assert len(readers) == 2
    assert "1 already in the ledger; nothing added" in said
    assert len(claims(str(tmp_path / "ledger"))) == 2


def test_what_is_passed_over_and_what_failed_is_counted_once_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    parts = [served(number, page(number, OTHERWISE).encode()) for number in range(3)]
    parts += [served(4, b"body {}", "text/css"), served(5, b"x", status="404 Not Found"), served(6, b"  ")]
    parts += [served(7, b"<p>...</p>"), served(8, page(8, TELLING).encode())]
    file.write_bytes(b"".join(parts))
    said = run("add", str(file), "--ledger", str(tmp_path / "ledger"), code=1).stderr
    assert "in all 4 reports:\n  3 no claims: nobody is quoted" in said
    assert "  1 could not be read or kept\n" in said
    assert said.count("nobody is quoted") == 2
    assert "passed over:\n" in said
    for line in ("1 neither HTML, text nor PDF", "1 answers that hold no page: redirects", "1 without text"):
        assert f"  {line}" in said
    read = run("read", str(file), code=1).stderr
    assert "in all 4 reports:\n  3 no claims" in read
    assert "  1 neither HTML, text nor PDF" in read


@pytest.mark.parametrize("form", ["json", "csv"])
def test_lines_are_printed_as_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    printed: list[int] = []
    read = pipeline.read

    def reading(*words: object, **named: object) -> Document:
        sys.stdout.flush()
        printed.append(sys.stdout.buffer.getvalue().count(b"\n"))  # type: ignore[attr-defined]
        return read(*words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "read", reading)
    result = run("read", str(archive(tmp_path / "a.warc", 3, 1)), "--format", form)
    header = form == "csv"
    assert printed == [header, header + 1, header + 2]
    assert result.stdout.count("\n") == header + 3


WIRE = """Port police said on Monday that {} people were arrested in the northern towns of Orva and Kell after a week of raids, and that
twelve rifles and a boat were seized. A spokesman for the interior ministry told reporters that the group had moved weapons across the lake since
the spring, and showed no evidence for it. Lawyers of the families called the charges invented and asked for a list of those held."""


def test_a_wire_report_in_several_papers_is_kept_and_told(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, number in (("a", 64), ("b", 64), ("c", 46), ("d", 64)):
        (pages / f"{name}.txt").write_text(WIRE.format(number) + "\n\nFrom our wire." * (name == "d"), "utf-8")
    ledger = str(tmp_path / "ledger")
    said = run("add", str(pages), "--ledger", ledger).stderr
    documents = {str(each["document"]["id"])[:8] for each in claims(ledger)}  # type: ignore[index]
    assert len(documents) == 4
    assert "  1 with the bytes of another report, kept\n" in said
    assert "  2 nearly word for word another report, kept\n" in said
    told = [line.split()[2] for line in said.splitlines() if "both are kept" in line]
    assert len(told) == 3
    assert {*told} < documents
    assert "% of its runs of words in common with document" in said
    again = run("add", str(pages), "--ledger", ledger).stderr
    assert "both are kept" not in again
    assert "4 already in the ledger" in again


def test_nothing_is_summed_up_of_one_report(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(OTHERWISE.format(3), "utf-8")
    assert "in all" not in run("add", str(tmp_path / "a.txt"), "--ledger", str(tmp_path / "ledger")).stderr


def test_no_ledger_is_made_where_nothing_could_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    run("add", str(tmp_path / "a.txt"), "--ledger", str(tmp_path / "ledger"), code=2)
    assert not (tmp_path / "ledger").exists()


PEAK = """
import resource, sys
from allegata.run.cli import main
from click.testing import CliRunner
result = CliRunner().invoke(main, sys.argv[1:])
assert result.exit_code == 0, result.output
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(*words: str) -> int:
    """Return the most memory (KiB) that the command of *words* had, in a program of its own."""
    made = subprocess.run([sys.executable, "-c", PEAK, *words], capture_output=True, text=True, check=True)
    return int(made.stdout.split()[-1])


SEEN = (
    "The {} at the harbour opens at nine and has {} beds of roses.",
    "{} Bo sang on the square, and {} lamps burned between the trees.",
    "Rain fell on {} for {} hours, and the ferry to the island stayed in port.",
    "The choir of {} sings {} songs of the coast on Sunday.",
    "A bakery in {} sells {} kinds of bread, most of them with rye.",
)
SYLLABLES = ("ka", "lo", "mer", "ti", "san", "vo", "ru", "bel", "din", "osh")


def story(number: int) -> str:
    """Return a page of an archive: some sentences without a claim, with words and names of its own as news has; in one of fifty a claim."""
    dice = random.Random(number)
    told = [
        dice.choice(SEEN).format("".join(dice.choices(SYLLABLES, k=3)).capitalize(), dice.randrange(2, 900))
        for _ in range(dice.randrange(2, 6))
    ]
    if number % 50 == 0:
        told.append(TELLING.format(number + 20))
    text = "".join(f"<p>{words}</p>" for words in told)
    return f"<html><head><title>Page {number}</title></head><body><article>{text}</article></body></html>"


@pytest.mark.full
def test_ten_times_the_pages_take_no_more_memory(tmp_path: Path) -> None:
    """What is kept of claims for linking grows with them, and is small beside what reading takes."""
    most: list[int] = []
    for pages in (1_000, 10_000):
        file = tmp_path / f"{pages}.warc"
        with file.open("wb") as stream:
            stream.writelines(served(number, story(number).encode()) for number in range(pages))
        ledger = str(tmp_path / f"ledger{pages}")
        most.append(peak("add", str(file), "--ledger", ledger))
        assert sum(each["action"] == "arrest" for each in claims(ledger)) == pages // 50
        file.unlink()
    assert most[1] < 1.15 * most[0], most
