"""Time what each page of the web app costs as a ledger grows, and how large it is; only ratios mean anything.

    python bench/web.py [--claims 100 100000] [--seed N] [--ledgers FOLDER]

Each ledger is made up as in bench/ledger.py and entered into a folder; the app answers within this program. A page is asked for until what it waits for
is worked out (`first`, which grows with the ledger and is done beside the pages), then several times; the median of the processor time counts, which other programs disturb least. The aim is that no page takes more than five times as
long at 100,000 claims as at 100, and that none has more than 200 kB.
"""

from __future__ import annotations

import argparse
import itertools
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from ledger import NOW, documents
from litestar.testing import TestClient
from msgspec.structs import replace

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.model import Masks, Record
from allegata.run.relating import relate
from allegata.serve.app import make_app
from allegata.serve.key import make_key

KEY = make_key()
AIM, LARGEST = 5, 200_000
TRIES = 9
PATIENCE_S = 3600
WAITING = re.compile(r"being worked out|still being looked for")
PAGES = (
    "/", "/claims", "/claims?action=arrest", "/claims?search=riots", "/claims/CLAIM", "/documents", "/documents/DOCUMENT", "/drift", "/totals?body=police",
    "/timeline", "/map", "/map?country=PE", "/speakers", "/silence", "/findings", "/review", "/check", "/brief", "/brief?all=1", "/ledger", "/ledger/batches",
)  # fmt: skip


class Row(NamedTuple):
    """What a page takes. first: milliseconds until all is there that it waits for. later: milliseconds then, the median. size: bytes."""

    page: str
    first: float
    later: float
    size: int


def fill(ledger: Ledger, number: int, seed: int) -> None:
    """Enter documents with *number* claims together, with what they were captured as, fifty a batch."""
    pages = documents(number, seed)
    while some := list(itertools.islice(pages, 50)):
        records, bodies = list[tuple[str, Record]](), dict[str, bytes]()
        for document, claims in some:
            capture, body = make_capture(document.text.encode(), "text/plain", f"file:{document.id}.txt")
            bodies[capture.body] = body
            records += [("capture", capture), ("document", replace(document, capture=capture.id))]
            records += [("masks", Masks(document.id, ())), *(("claim", claim) for claim in claims)]
        ledger.append(records, "bench", NOW, bodies)


def addresses(site: Any) -> Iterator[str]:
    """Yield the pages to ask for, with a claim and a report of the ledger."""
    listing = site.get("/claims").text
    found = {"CLAIM": "", "DOCUMENT": ""}
    for name, path in (("CLAIM", "claims"), ("DOCUMENT", "documents")):
        at = re.search(rf'"/{path}/([0-9a-f]{{32}})', listing)
        assert at, f"no {path} in the list"
        found[name] = at[1]
    for page in PAGES:
        yield page.replace("CLAIM", found["CLAIM"]).replace("DOCUMENT", found["DOCUMENT"])


def make(place: Path, number: int, seed: int) -> Path:
    """Return the folder of a ledger with *number* claims, all related; it is made unless *place* has it whole."""
    folder = place / f"{number}-{seed}"
    if not folder.is_dir():
        unfinished = place / f"{folder.name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        with open_ledger(str(unfinished), outward, True) as ledger:
            fill(ledger, number, seed)
            relate(ledger, "bench", NOW)
        unfinished.rename(folder)
    return folder


def measure(ledger: Path) -> Iterator[Row]:
    """Yield what each page of the app over *ledger* takes."""
    with TestClient(make_app(str(ledger), KEY), base_url="http://127.0.0.1:8417") as site:
        site.get("/enter", params={"key": KEY})
        for name, page in zip(PAGES, addresses(site), strict=True):
            started = time.perf_counter()
            while WAITING.search(site.get(page).text) and time.perf_counter() - started < PATIENCE_S:
                time.sleep(0.05)
            first = time.perf_counter() - started
            times = []
            for _ in range(TRIES):
                began = time.process_time()
                answer = site.get(page)
                times.append(time.process_time() - began)
                assert answer.status_code == 200, (page, answer.status_code)
            yield Row(name, first * 1000, statistics.median(times) * 1000, len(answer.content))


def main() -> None:
    """Print a row a page, as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, nargs=2, default=[100, 100_000])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--ledgers", type=Path, help="folder that the ledgers are kept in, to be measured again; it is made"
    )
    asked = parser.parse_args()
    with ExitStack() as stack:
        place = asked.ledgers or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small, large = (make(place, number, asked.seed) for number in asked.claims)
        few = list(measure(small))
        print(f"web pages at {asked.claims[0]} and {asked.claims[1]} claims")
        print(f"{'page':<30} {'ratio':>6}   aim {'kB':>6}   aim   first, ratio   (ms here)")
        for before, now in zip(few, measure(large), strict=True):
            kept = "met" if now.later <= AIM * before.later else "missed"
            fits = "met" if now.size <= LARGEST else "missed"
            ratio, first = now.later / before.later, now.first / before.first
            print(
                f"{now.page:<30} {ratio:>6.1f} {kept:>5} {now.size / 1000:>6.0f} {fits:>5} {first:>8.1f} {now.later:>12.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
