"""Time a ledger against plain files and SQLite, side by side in one run; only ratios mean anything.

    python bench/durability.py [--reports N] [--rounds N]

Appending is compared with plain writes of the same bytes into as many files, each synced, and with SQLite committing each record as a row;
verifying with hashing the same files. The reports are made up: each a page of HTML of 30 kilobytes with five claims. They are kept one a batch, as
`allegata add` does, and several a batch, as a program may. The order of what is compared changes from round to round; each figure is the median over the rounds.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger import _Maker, _news  # type: ignore[import-not-found]
from msgspec.structs import replace

from allegata.capture.made import make_capture
from allegata.ledger import open_ledger, record_id
from allegata.ledger.whole import Files, check
from allegata.mask import outward
from allegata.model import Masks, Record, canonical

NOW = "2024-01-01T00:00:00Z"
CLAIMS = 5
SEVERAL = 20
AIMS = {"plain": 0.5, "sqlite": 10.0, "hashing": 0.5}


@dataclass(frozen=True)
class Page:
    """What is kept of one report."""

    body: bytes
    name: str
    records: list[tuple[str, Record]]


def pages(number: int, seed: int = 1) -> Iterator[Page]:
    """Yield *number* reports, the same ones for the same *seed*."""
    maker = _Maker(seed)
    news = _news(maker.chance, [(5, "IR", "arrest")])
    for each in range(number):
        document, claims = maker.document(list(itertools.islice(news, CLAIMS)), each % 400, 1)
        markup = f"<script>var part = '{each:06}';</script>".encode()
        body = b"<html><head>" + markup * (30_000 // len(markup)) + b"<p>" + document.text.encode()
        capture, _ = make_capture(body, "text/html", f"file:{each}.html")
        document = replace(document, capture=capture.id)
        records: list[tuple[str, Record]] = [("capture", capture), ("document", document)]
        records += [("masks", Masks(document.id, ())), *(("claim", claim) for claim in claims)]
        yield Page(body, capture.body, records)


def append(place: Path, given: list[Page], per: int) -> float:
    """Return the seconds until all reports, *per* in a batch, are safe on the disk."""
    with open_ledger(str(place), outward, True) as ledger:
        began = time.perf_counter()
        for at in range(0, len(given), per):
            some = given[at : at + per]
            records = [record for page in some for record in page.records]
            ledger.append(records, "bench", NOW, {page.name: page.body for page in some})
        return time.perf_counter() - began


def write_plain(place: Path, files: list[bytes]) -> float:
    """Return the seconds to write *files*, each synced."""
    place.mkdir()
    began = time.perf_counter()
    for number, data in enumerate(files):
        with (place / str(number)).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - began


def write_rows(place: Path, given: list[Page]) -> float:
    """Return the seconds in which SQLite, as it is set by default, commits each record and body as a row."""
    db = sqlite3.connect(place)
    db.execute("CREATE TABLE record (kind TEXT, id TEXT, record BLOB, PRIMARY KEY (kind, id))")
    began = time.perf_counter()
    for page in given:
        rows = [(kind, record_id(kind, record), canonical(record)) for kind, record in page.records]
        for row in [("body", page.name, page.body), *rows]:
            db.execute("INSERT INTO record VALUES (?, ?, ?)", row)
            db.commit()
    seconds = time.perf_counter() - began
    db.close()
    return seconds


def index(place: Path) -> float:
    """Return the seconds to make the index of a ledger."""
    for each in place.glob("index.sqlite*"):
        each.unlink()
    began = time.perf_counter()
    open_ledger(str(place), outward).close()
    return time.perf_counter() - began


def files_of(place: Path) -> list[Path]:
    """Return the files of a ledger, without its index."""
    return sorted(each for each in place.rglob("*") if each.is_file() and not each.name.startswith(("index", "lock")))


def verify(place: Path) -> float:
    """Return the seconds to check a ledger."""
    began = time.perf_counter()
    found = check(Files(place), 0)
    seconds = time.perf_counter() - began
    assert not found.problems
    return seconds


def hash_files(paths: list[Path]) -> float:
    """Return the seconds to read and hash files."""
    began = time.perf_counter()
    for path in paths:
        hashlib.sha256(path.read_bytes()).hexdigest()
    return time.perf_counter() - began


def measure(reports: int, rounds: int, per: int = 1) -> dict[str, float]:
    """Return the medians: seconds of each work, and of the ratios within a round; *per*: reports a batch."""
    given = list(pages(reports))
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            place = Path(folder) / str(number)
            place.mkdir()
            append(place / "first", given, per)
            files = [each.read_bytes() for each in files_of(place / "first")]
            paths = files_of(place / "first")
            works: dict[str, Callable[[], float]] = {
                "append": lambda place=place: append(place / "ledger", given, per),  # type: ignore[misc]
                "plain": lambda place=place, files=files: write_plain(place / "plain", files),  # type: ignore[misc]
                "sqlite": lambda place=place: write_rows(place / "rows.sqlite", given),  # type: ignore[misc]
                "verify": lambda place=place: verify(place / "first"),  # type: ignore[misc]
                "hashing": lambda paths=paths: hash_files(paths),  # type: ignore[misc]
                "index": lambda place=place: index(place / "first"),  # type: ignore[misc]
            }
            names = list(works)
            names = names[number % len(names) :] + names[: number % len(names)]
            row = {name: works[name]() for name in names}
            # Twice, as it takes little time: the first reading may wait for the disk.
            row |= {name: min(row[name], works[name]()) for name in ("verify", "hashing")}
            row["to plain"] = row["plain"] / row["append"]
            row["to sqlite"] = row["sqlite"] / row["append"]
            row["to hashing"] = row["hashing"] / row["verify"]
            row["bytes"], row["files"] = sum(map(len, files)), len(files)
            rows.append(row)
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def told(figures: dict[str, float], reports: int, per: int = 1) -> Iterator[str]:
    """Yield the lines that are printed."""
    yield f"a ledger of {reports} reports, {per} a batch, {figures['bytes'] / 1e6:.1f} MB in {figures['files']:.0f} files"
    for name, what in (
        ("plain", "appending, as fast as plain synced writes of the same bytes"),
        ("sqlite", "appending, as fast as SQLite committing row by row"),
        ("hashing", "verifying, as fast as hashing the same bytes"),
    ):
        ratio = figures[f"to {name}"]
        yield f"  {what}: {ratio:.2f} times (aim {AIMS[name]}{'' if ratio >= AIMS[name] else ', missed'})"
    ms = {name: figures[name] / reports * 1000 for name in ("append", "plain", "sqlite", "index")}
    yield (
        f"  milliseconds a report: appending {ms['append']:.2f}, plain writes {ms['plain']:.2f}, SQLite {ms['sqlite']:.2f}; "
        f"the index, made when something is read, {ms['index']:.2f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for per in (1, SEVERAL):
        for line in told(measure(asked.reports, asked.rounds, per), asked.reports, per):
            print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
