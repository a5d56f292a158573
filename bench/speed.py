"""Time the line and each of its stages over the own corpus, side by side with the parser it stands on.

    python bench/speed.py [--rounds N]

Prints documents and words a second of each stage, the ratio to parsing the same texts alone in the same run, and the
peak memory of the process. Machines are noisy: compare ratios, never the absolute figures of two runs.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from allegata import check, claims, link, total
from allegata.capture.made import make_capture
from allegata.ground.syntax import parse, pipeline
from allegata.ledger import open_ledger
from allegata.mask import find_affected, outward
from allegata.read import read
from allegata.run.pipeline import Added, Given, add, report

OWN = Path(__file__).parents[1] / "corpus"
NOW = "2024-01-01T00:00:00Z"


def best(work: Callable[[], object], rounds: int) -> float:
    """Return the seconds of the fastest of *rounds* runs, each with a cold cache of parses."""
    taken = []
    for _ in range(rounds):
        parse.cache_clear()
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the line and its stages.")
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    pages = [json.loads(line) for line in (OWN / "pages.jsonl").read_text("utf-8").splitlines()]
    bodies = [page["text"].encode() for page in pages]
    captures = [make_capture(body, "text/plain", "stdin")[0] for body in bodies]
    documents = [read(made, body, published="2023-06-14") for made, body in zip(captures, bodies, strict=True)]
    made = [claims(document) for document in documents]
    flat = [claim for each in made for claim in each]
    links = link(flat)
    pipeline("en")

    scratch = tempfile.TemporaryDirectory()

    def ledger() -> None:
        with open_ledger(tempfile.mkdtemp(dir=scratch.name), outward, True) as kept:
            added = Added()
            for each, body in zip(captures, bodies, strict=True):
                add(kept, report(each, body, each.origin, Given(published="2023-06-14")), "bench", NOW, added)

    stages: dict[str, Callable[[], object]] = {
        "parse alone": lambda: [parse(document.text) for document in documents],
        "capture": lambda: [make_capture(body, "text/plain", "stdin") for body in bodies],
        "read": lambda: [read(each, body) for each, body in zip(captures, bodies, strict=True)],
        "claim": lambda: [claims(document) for document in documents],
        "check": lambda: [check(document) for document in documents],
        "mask": lambda: [find_affected(document, each) for document, each in zip(documents, made, strict=True)],
        "link": lambda: link(flat),
        "total": lambda: total(flat, links),
        "line, into a ledger": ledger,
    }
    words = sum(len(page["text"].split()) for page in pages)
    alone = 0.0
    print(f"{len(pages)} documents, {words} words, best of {rounds}")
    print(f"{'stage':<22}{'documents/s':>13}{'words/s':>12}{'x parse alone':>15}")
    for name, work in stages.items():
        seconds = best(work, rounds)
        alone = alone or seconds
        print(f"{name:<22}{len(pages) / seconds:>13,.0f}{words / seconds:>12,.0f}{seconds / alone:>15.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    scratch.cleanup()
    print(f"peak memory {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
