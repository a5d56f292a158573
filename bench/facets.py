"""Time what a page of listed claims and its facets cost as a ledger grows; only ratios mean anything.

    python bench/facets.py [--claims 100 100000] [--seed N] [--ledger ADDRESS]

Each ledger is made up as in `bench/ledger.py`, entered, and opened anew. A request is what a web page asks for: fifty claims of a selection, and the facets of it
with ten values each. Its time is the median over selections of the best of some tries; the first request, which takes all claims into memory, is apart.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from ledger import NOW, _fill, documents

from allegata.ledger import ClaimFilter, Ledger, open_ledger
from allegata.ledger.columns import FIELDS
from allegata.mask import outward

SELECTIONS = (
    ClaimFilter(),
    ClaimFilter(action="arrest"),
    ClaimFilter(body="police"),
    ClaimFilter(place="PE", since="2018", until="2020"),
    ClaimFilter(outlet='"Morning Wire"', unit="person"),
    ClaimFilter(search='"at least" riots'),
)
TRIES = 5


def best(work: Callable[[], Any]) -> float:
    """Return the shortest of some times, in milliseconds."""
    found = []
    for _ in range(TRIES):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return min(found)


def request(ledger: Ledger, wanted: ClaimFilter) -> None:
    ledger.selected(wanted, 0, 50, "published")
    ledger.facets(wanted, FIELDS, 10)


def measure(number: int, seed: int) -> dict[str, float]:
    """Return what listing a kept ledger of *number* claims costs, in milliseconds and mebibytes."""
    with tempfile.TemporaryDirectory() as folder:
        with open_ledger(f"{folder}/ledger", outward, True) as ledger:
            for _ in _fill(ledger, documents(number, seed)):
                pass
        with open_ledger(f"{folder}/ledger", outward) as ledger:
            tracemalloc.start()
            ledger.ids(ClaimFilter(document="none"))
            memory = tracemalloc.get_traced_memory()[0] / 2**20
            tracemalloc.stop()
        with open_ledger(f"{folder}/ledger", outward) as ledger:
            started = time.perf_counter()
            request(ledger, ClaimFilter())
            first = (time.perf_counter() - started) * 1000
            figures = {
                "request": statistics.median(best(lambda each=each: request(ledger, each)) for each in SELECTIONS),
                "page": statistics.median(
                    best(lambda each=each: ledger.selected(each, 0, 50, "published")) for each in SELECTIONS
                ),
                "deep page": best(lambda: ledger.selected(ClaimFilter(), number // 2, 50)),
                "facets": statistics.median(best(lambda each=each: ledger.facets(each)) for each in SELECTIONS),
                "days": best(lambda: ledger.days(ClaimFilter(), "spoken")),
            }
            made = documents(2, seed + 1)
            for _ in _fill(ledger, itertools.islice(made, 1)):
                pass
            started = time.perf_counter()
            request(ledger, ClaimFilter())
            after = (time.perf_counter() - started) * 1000
        return figures | {"claims": number, "first": first, "after a batch": after, "memory": memory}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[100, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rows = [measure(number, asked.seed) for number in asked.claims]
    for row in rows:
        print(", ".join(f"{name} {value:,.1f}" for name, value in row.items()))


if __name__ == "__main__":
    main()
