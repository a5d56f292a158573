"""Time what each page of the web app costs as a ledger grows, and how large it is; only ratios mean anything.

    python bench/web.py [--claims 100 100000] [--seed N]

Each ledger is made up as in bench/ledger.py and entered into a folder; the app answers within this program. A page is asked for until what it waits for
is worked out (`first`, which grows with the ledger and is done beside the pages), then several times; the median counts. The aim is that no page takes more than five times as
long at 100,000 claims as at 100, and that none has more than 200 kB.
"""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from typing import Any

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
    "/", "/claims", "/claims?action=arrest&page=2", "/claims?search=riots", "/claims/CLAIM", "/documents", "/documents/DOCUMENT", "/drift", "/totals?body=police",
    "/timeline", "/map", "/map?country=PE", "/speakers", "/silence", "/findings", "/review", "/check", "/brief", "/brief?all=1", "/ledger", "/ledger/batches",
)  # fmt: skip


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


def measure(number: int, seed: int) -> list[tuple[str, float, float, int]]:
    """Return each page with the milliseconds that it took until all was there, and then, and its bytes."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        with open_ledger(f"{folder}/ledger", outward, True) as ledger:
            fill(ledger, number, seed)
            relate(ledger, "bench", NOW)
        with TestClient(make_app(f"{folder}/ledger", KEY), base_url="http://127.0.0.1:8417") as site:
            site.get("/enter", params={"key": KEY})
            for name, page in zip(PAGES, addresses(site), strict=True):
                started = time.perf_counter()
                while WAITING.search(site.get(page).text) and time.perf_counter() - started < PATIENCE_S:
                    time.sleep(0.05)
                first = time.perf_counter() - started
                times = []
                for _ in range(TRIES):
                    began = time.perf_counter()
                    answer = site.get(page)
                    times.append(time.perf_counter() - began)
                    assert answer.status_code == 200, (page, answer.status_code)
                made.append((name, first * 1000, statistics.median(times) * 1000, len(answer.content)))
    return made


def main() -> None:
    """Print a row a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, nargs=2, default=[100, 100_000])
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    few, many = (measure(number, asked.seed) for number in asked.claims)
    print(f"web pages at {asked.claims[0]} and {asked.claims[1]} claims")
    print(f"{'page':<30} {'ratio':>6}   aim {'kB':>6}   aim   first, ratio   (ms here)")
    for (name, first, small, _), (_, later, large, size) in zip(few, many, strict=True):
        kept = "met" if large <= AIM * small else "missed"
        fits = "met" if size <= LARGEST else "missed"
        print(
            f"{name:<30} {large / small:>6.1f} {kept:>5} {size / 1000:>6.0f} {fits:>5} {later / first:>8.1f} {large:>12.1f}"
        )


if __name__ == "__main__":
    main()
