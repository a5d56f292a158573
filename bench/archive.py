"""Measure the reading of archives: what looking at the bytes costs beside unpacking them, and what it misses; then pages a second, memory and growth.

    python bench/archive.py [--looks N ...] [--pages N ...] [--year N] [--check]

The archives are made here: web pages of about 122 kB, nearly all of whose text is of no interest, a hundredth of them with reports of the own
corpus. Of external corpora ($ALLEGATA_CORPORA) the articles are laid out as such pages to see what is missed. The last table says what
a year of world news would take. With --check the exit code is 1 when a figure is below its floor.
"""

from __future__ import annotations

import argparse
import gzip
import html
import io
import json
import math
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from fastwarc.warc import ArchiveIterator

from allegata.capture import Taking, capture_archive
from allegata.claim import claims, sample
from allegata.claim.glance import Glance
from allegata.run.archive.part import read_part
from allegata.run.archive.place import TABLES, Place
from allegata.run.archive.plan import DONE, Settings, plan

HERE = Path(__file__).parent
OWN = HERE.parent / "corpus"
EXTERNAL = os.environ.get("ALLEGATA_CORPORA")
RELEVANT = 0.01
"""The share of the pages that are reports of the own corpus."""
SPEED = 0.4
"""The least share of the pages a second of unpacking alone that unpacking and looking at the bytes may have; half is aimed at."""
MISSED = 0.005
"""The greatest share of the pages with claims of what happened that the look may shut out."""
ROUNDS = 5


KINDS = [
    [line for line in kind.splitlines() if not line.startswith("#")]
    for kind in (HERE / "elsewhere.txt").read_text("utf-8").split("\n\n")
]
ELSEWHERE = [line for kind in KINDS for line in kind]


def own_texts() -> list[str]:
    return [str(json.loads(line)["text"]) for line in (OWN / "pages.jsonl").read_text("utf-8").splitlines()]


def script(dice: random.Random, size: int) -> str:
    """Return what a script of a page looks like to who passes over it."""
    names = [f"{dice.choice('abcdefghijklm')}{dice.randrange(16**4):x}" for _ in range(400)]
    parts = []
    length = 0
    while length < size:
        one, other = dice.choice(names), dice.choice(names)
        part = f'try{{let {one}=window.{other}||[];if({one}.length>{dice.randrange(99)}){{return {other}["{dice.choice(names)}"]({dice.randrange(9999)})}}}}catch(e){{}}{one}.k="{dice.getrandbits(160):x}";'
        parts.append(part)
        length += len(part)
    return f"<script>{''.join(parts)}</script>"


def page(paragraphs: Sequence[str], title: str, dice: random.Random) -> bytes:
    """Return a web page as they are: most of it scripts, styles and links."""
    links = "".join(
        f'<li class="menu-item menu-item-{dice.randrange(999)}"><a href="https://news{dice.randrange(99)}.example/{word}/{dice.randrange(10**6)}" data-track="nav:{word}">{word.title()}</a></li>'
        for word in dice.sample(
            [
                "home",
                "news",
                "sport",
                "culture",
                "weather",
                "travel",
                "money",
                "tech",
                "food",
                "video",
                "radio",
                "jobs",
                "cars",
                "homes",
                "games",
                "books",
                "science",
                "health",
                "style",
                "world",
            ],
            16,
        )
    )
    teasers = "".join(
        f'<div class="card teaser-{dice.randrange(99)}"><a href="/{dice.randrange(10**7)}"><img src="/i/{dice.randrange(10**7)}.jpg" alt=""><h3>{html.escape(text)}</h3></a></div>'
        for text in dice.sample(ELSEWHERE, 6)
    )
    story = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in paragraphs)
    style = (
        "<style>"
        + "".join(
            f".c{dice.randrange(9999)}{{margin:0 {dice.randrange(40)}px;color:#{dice.randrange(16**6):06x}}}"
            for _ in range(300)
        )
        + "</style>"
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{html.escape(title)}</title><meta property="og:site_name" content="Mixed News">'
        f"{style}{script(dice, 45_000)}</head><body><nav><ul>{links}</ul></nav><main><article><h1>{html.escape(title)}</h1>\n{story}</article>"
        f"<aside>{teasers}</aside></main><footer><ul>{links}</ul></footer>{script(dice, 60_000)}</body></html>"
    ).encode()


def pages(number: int, texts: Sequence[str], seed: int = 7) -> Iterator[tuple[bytes, bool]]:
    """Yield *number* pages and whether each is a report."""
    dice = random.Random(seed)
    every = round(1 / RELEVANT)
    for at in range(number):
        if at % every == every // 2:
            paragraphs = texts[(at // every) % len(texts)].split("\n")
            yield page(paragraphs, paragraphs[0][:90], dice), True
        else:
            # A page has one subject.
            chosen = dice.choices(dice.choice(KINDS), k=24)
            yield page([" ".join(chosen[each : each + 3]) for each in range(0, 24, 3)], chosen[0], dice), False


def record(number: int, body: bytes) -> bytes:
    content = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: made\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\nWARC-Date: 2024-06-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + content + b"\r\n\r\n", 6)


def unpacked(archive: bytes) -> int:
    """Return how many records *archive* has, each unpacked and nothing else."""
    number = 0
    for each in ArchiveIterator(io.BytesIO(archive), parse_http=True):
        each.reader.read()
        number += 1
    return number


def looked_at(archive: bytes, glance: Glance) -> int:
    """Return how many pages of *archive* are worth parsing."""
    taking = Taking(is_wanted=glance.is_open)
    return sum(1 for _ in capture_archive(io.BytesIO(archive), "made.warc.gz", len(archive), taking))


def seconds(what: Callable[[], object]) -> float:
    """Return the seconds of a processor that *what* takes, so that what else runs on the computer counts little."""
    start = time.process_time()
    what()
    return time.process_time() - start


def beside(archive: bytes, glance: Glance) -> float:
    """Return the share of the speed of unpacking alone that is left when each page is looked at, median of rounds side by side."""
    return statistics.median(
        seconds(lambda: unpacked(archive)) / seconds(lambda: looked_at(archive, glance)) for _ in range(ROUNDS)
    )


class Repeated(io.RawIOBase):
    """An archive so many times in a row, no more of it held than once."""

    def __init__(self, archive: bytes, times: int) -> None:
        super().__init__()
        self._archive, self.size, self._at = archive, len(archive) * times, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most *size*, up to where the archive begins again."""
        start = self._at % len(self._archive)
        left = min(len(self._archive) - start, self.size - self._at)
        block = self._archive[start : start + (left if size < 0 else min(size, left))]
        self._at += len(block)
        return block

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = offset + (0, self._at, self.size)[whence]
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at


def looking(archive: bytes, times: int, glance: Glance) -> float:
    """Return the seconds that unpacking *archive* so many times in a row and looking at each page takes."""
    stream = Repeated(archive, times)
    taking = Taking(is_wanted=glance.is_open)
    return seconds(lambda: sum(1 for _ in capture_archive(cast(BinaryIO, stream), "made.warc.gz", stream.size, taking)))


def articles() -> Iterator[tuple[str, str]]:
    """Yield the texts that are laid out to see what is missed, each with the name of its corpus."""
    for text in own_texts():
        yield "own corpus", text
    if EXTERNAL:
        for line in (Path(EXTERNAL) / "corpus/pages.jsonl").read_text("utf-8").splitlines():
            yield "claim corpus", json.loads(line)["text"]
        for path in sorted((Path(EXTERNAL) / "data/polnear/train/text").iterdir())[::4]:
            yield "PolNeAR train, each fourth", path.read_text("utf-8", "replace")


def missed(glance: Glance) -> tuple[Counter[str], Counter[str]]:
    """Return of each corpus how many articles have claims of what happened, and how many of those are shut out."""
    dice = random.Random(3)
    told, lost = Counter[str](), Counter[str]()
    for name, text in articles():
        if any(claim.action != "other" for claim in claims(sample(text), gate="off")):
            told[name] += 1
            lost[name] += not glance.is_open(page(text.split("\n"), text[:60], dice))
    return told, lost


def reading(number: int, folder: Path, texts: Sequence[str]) -> tuple[float, int, int]:
    """Return the seconds that reading *number* pages takes one process, its peak memory in MiB, and the bytes written."""
    place = folder / f"{number}.warc.gz"
    with place.open("wb") as stream:
        for at, (body, _) in enumerate(pages(number, texts)):
            stream.write(record(at, body))
    out = Place(str(folder / f"out{number}"))
    out.make(DONE, *TABLES)
    made = plan([Place(str(place))], out, Settings())
    took = seconds(lambda: [read_part(part, out, made.settings) for part in made.parts])
    written = sum(path.stat().st_size for path in (folder / f"out{number}").rglob("*.parquet"))
    return took, peak(), written


def peak() -> int:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def print_power(what: str, took: dict[int, float]) -> None:
    """Print how the seconds of *took* grow with the number of pages, if there are several."""
    least, most = min(took), max(took)
    if least < most:
        power = math.log(took[most] / took[least]) / math.log(most / least)
        print(f"time of {what} grows with the number of pages to the power of {power:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the reading of archives.")
    parser.add_argument("--pages", type=int, nargs="+", default=[1_000, 3_000])
    parser.add_argument("--looks", type=int, nargs="+", default=[1_000, 10_000], help="Pages that are only looked at.")
    parser.add_argument("--year", type=float, default=1e9)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    texts, glance = own_texts(), Glance()
    made = list(pages(1_000, texts))
    archive = b"".join(record(at, body) for at, (body, _) in enumerate(made))
    size = sum(len(body) for body, _ in made) / len(made)
    share = beside(archive, glance)
    opened = sum(glance.is_open(body) for body, is_report in made if not is_report) / sum(not each for _, each in made)
    print(
        f"{len(made):,} pages of {size / 1000:.0f} kB, {RELEVANT:.0%} of them reports; {opened:.1%} of the others are parsed, too"
    )
    print(f"unpacking and looking at the bytes: {share:.2f} of the pages a second of unpacking alone (floor {SPEED})")
    told, lost = missed(glance)
    for name, number in told.items():
        print(f"missed of {number} articles with claims of what happened, {name}: {lost[name]}")
    kept = share >= SPEED and lost.total() <= MISSED * told.total()
    looks = {number: looking(archive, number // len(made), glance) for number in sorted(given.looks)}
    for number, each in looks.items():
        print(
            f"{number:>10,} pages looked at: {number / each:.0f} a second and core, {peak():,} MiB at most until then"
        )
    print_power("looking", looks)
    took: dict[int, float] = {}
    memory = written = 0
    with tempfile.TemporaryDirectory() as folder:
        reading(100, Path(folder), texts)
        for number in sorted(given.pages):
            took[number], memory, written = reading(number, Path(folder), texts)
            print(
                f"{number:>10,} pages: {number / took[number]:.0f} a second and core, {memory:,} MiB at most, {written / number:.0f} bytes written a page"
            )
    print_power("reading", took)
    sizes = sorted(took)
    hours = given.year * took[sizes[-1]] / sizes[-1] / 3600
    print(
        f"\n{given.year:,.0f} pages as these, {RELEVANT:.0%} of them reports, all in English, on cores as this one, read once, without the time to fetch them:"
    )
    print(f"{'cores':>8}{'hours':>12}{'memory GiB':>12}{'written GB':>12}")
    for cores in (1, 16, 256, 1024):
        print(
            f"{cores:>8,}{hours / cores:>12,.1f}{cores * memory / 1024:>12,.0f}{given.year * written / sizes[-1] / 1e9:>12,.0f}"
        )
    if given.check and not kept:
        sys.exit("archives are read more slowly, or less of them, than the floors allow")


if __name__ == "__main__":
    main()
