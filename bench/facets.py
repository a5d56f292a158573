"""Time what a page of listed claims and the facets beside it cost as a ledger grows; only ratios mean anything.

    python bench/facets.py [--claims 100 100000] [--seed N]

Each ledger is made up as in bench/ledger.py, entered into a folder, and opened anew. A request is what a web page asks for: the fifty claims of a selection
that were published last, and every facet of it with ten values. Claims shown before are forgotten before each, so that all fifty are read from the disk.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from ledger import _fill, documents

from allegata.ledger import ALL, ClaimFilter, Ledger, open_ledger
from allegata.mask import outward

SELECTIONS = (
    ALL,
    ClaimFilter(action="arrest"),
    ClaimFilter(body="police"),
    ClaimFilter(place="PE", since="2018", until="2020"),
    ClaimFilter(outlet='"Morning Wire"', unit="person"),
    ClaimFilter(search='"at least" riots'),
)
TRIES = 7


def _best(ledger: Ledger, work: Callable[[], Any]) -> float:
    """Return the shortest of some times, in milliseconds."""
    found = []
    for _ in range(TRIES):
        ledger._shown_before.clear()
        started = time.process_time()
        work()
        found.append((time.process_time() - started) * 1000)
    return min(found)


def _request(ledger: Ledger, wanted: ClaimFilter) -> None:
    ledger.selected(wanted, 0, 50, "published")
    ledger.facets(wanted)


def measure(number: int, seed: int) -> dict[str, float]:
    """Return what listing a kept ledger of *number* claims costs, in milliseconds and mebibytes."""
    with tempfile.TemporaryDirectory() as folder:
        with open_ledger(f"{folder}/ledger", outward, True) as ledger:
            for _ in _fill(ledger, documents(number, seed)):
                pass
        with open_ledger(f"{folder}/ledger", outward) as ledger:
            return {"claims": number, **costs(ledger)}


def costs(ledger: Ledger) -> dict[str, float]:
    """Return what listing *ledger*, which was just opened, costs. request: of all claims; of selections: the median of some."""
    tracemalloc.start()
    ledger.ids()
    memory = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    each_cost = [_best(ledger, lambda wanted=wanted: _request(ledger, wanted)) for wanted in SELECTIONS]
    figures = {
        "request": each_cost[0],
        "of selections": statistics.median(each_cost),
        "page": _best(ledger, lambda: ledger.selected(ALL, 0, 50, "published")),
        "facets": _best(ledger, lambda: ledger.facets(ALL)),
        "days": _best(ledger, lambda: ledger.days(ALL, "spoken")),
        "memory": memory,
    }
    ledger._listing = None
    started = time.process_time()
    ledger.ids()
    return figures | {"first": (time.process_time() - started) * 1000}


def _print(rows: list[dict[str, float]]) -> None:
    for row in rows:
        print(
            f"{row['claims']:>9,.0f} claims: a page of fifty with all facets {row['request']:.1f} ms (aim 20), facets alone {row['facets']:.1f} ms, "
            f"days {row['days']:.1f} ms; taking all into memory {row['first']:,.0f} ms, {row['memory']:.1f} MiB"
        )
    for other in rows[1:]:
        ratio = {name: other[name] / rows[0][name] for name in ("request", "page", "facets", "of selections")}
        print(
            f"{rows[0]['claims']:,.0f} to {other['claims']:,.0f}, times the cost: a page of fifty with all facets {ratio['request']:.1f} (aim 5), "
            f"the page {ratio['page']:.1f}, facets {ratio['facets']:.1f}, of narrower selections, whose pages are fuller then, {ratio['of selections']:.1f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[100, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    _print([measure(number, asked.seed) for number in asked.claims])


if __name__ == "__main__":
    main()
