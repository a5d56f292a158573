"""Score the main text of pages in many layouts: allegata's beside plain trafilatura's and readability's, in one run.

    python bench/layouts.py [--errors]

A page is corpus/layouts/NAME.html, its main text NAME.txt. What is compared are words: each as often as it stands there, wherever.
readability is of the group ``bench`` in pyproject.toml; where it is not installed it is printed as absent. --errors shows the words
that ours has too many and too few.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import trafilatura
from lxml.html import HTMLParser, fromstring

from allegata.capture.made import make_capture
from allegata.read import read
from allegata.read.encoding import decoded
from allegata.read.html import read_html

LAYOUTS = Path(__file__).parents[1] / "corpus" / "layouts"
_WORD = re.compile(r"[^\W_]+")


class Score(NamedTuple):
    """Shares of words: of those that were found the true ones, of the true ones those that were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def counted(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in _WORD.findall(text))


def scored(found: str, true: str) -> Score:
    """Return how *found* is beside the *true* main text.

    >>> scored("Ten held. Share", "Ten held. Nobody was named.")
    Score(precision=0.6666666666666666, recall=0.4)
    """
    ours, theirs = counted(found), counted(true)
    shared = (ours & theirs).total()
    return Score(shared / ours.total() if ours else 0.0, shared / theirs.total() if theirs else 0.0)


def allegata_text(page: bytes) -> str:
    return read_html(page).text


def trafilatura_text(page: bytes) -> str:
    return trafilatura.extract(page) or ""


def readability_text(page: bytes) -> str:
    document = import_module("readability").Document(page)
    return f"{document.short_title()}\n{fromstring(document.summary()).text_content()}"


READERS: dict[str, Callable[[bytes], str]] = {
    "allegata": allegata_text,
    "trafilatura": trafilatura_text,
    "readability": readability_text,
}


def pages() -> list[str]:
    """Return the names of the pages."""
    return sorted(path.stem for path in LAYOUTS.glob("*.html"))


def true_text(name: str) -> str:
    return (LAYOUTS / f"{name}.txt").read_text("utf-8")


def plain(name: str) -> str:
    """Return all words of a page, its title among them."""
    tree = fromstring(
        decoded((LAYOUTS / f"{name}.html").read_bytes(), html=True).text.encode("utf-8"),
        parser=HTMLParser(encoding="utf-8"),
    )
    return " ".join(tree.itertext())


def scores(reader: str) -> dict[str, Score]:
    """Return the score of a reader on each page."""
    text_of = READERS[reader]
    return {name: scored(text_of((LAYOUTS / f"{name}.html").read_bytes()), true_text(name)) for name in pages()}


def mean(found: dict[str, Score]) -> Score:
    """Return the mean over pages, so that a long page counts as much as a short one."""
    return Score(*(sum(each[part] for each in found.values()) / len(found) for part in (0, 1)))


def mean_f1(found: dict[str, Score]) -> float:
    return sum(each.f1 for each in found.values()) / len(found)


def dated() -> Iterator[tuple[str, str, str, str | None]]:
    """Yield for each page and of day and outlet: the page, the field, what index.tsv says (empty for nothing), and what is read."""
    rows = [line.split("\t") for line in (LAYOUTS / "index.tsv").read_text("utf-8").splitlines() if line[:1] != "#"]
    for name, published, outlet in rows[1:]:
        document = read(*make_capture((LAYOUTS / f"{name}.html").read_bytes(), "text/html", name))
        yield name, "published", published, document.published
        yield name, "outlet", outlet, document.outlet


def figures() -> tuple[dict[str, float], dict[str, int], list[str]]:
    """Return the figures of `make score`, of how many some are a share, and what went wrong, as lines."""
    found = scores("allegata")
    control = {name: each for name, each in found.items() if name.startswith("control")}
    whole = mean(found)
    measured = {
        "layouts precision": whole.precision,
        "layouts recall": whole.recall,
        "layouts f1": mean_f1(found),
        "layouts least f1": min(each.f1 for each in found.values()),
        "layouts control f1": mean_f1(control),
    }
    told = list(dated())
    of: dict[str, int] = {}
    for field in ("published", "outlet"):
        every = [(true, said or "") for _, name, true, said in told if name == field]
        measured[f"layouts {field}"] = sum(true == said for true, said in every) / len(every)
        measured[f"layouts {field} not wrong"] = sum(said in ("", true) for true, said in every) / len(every)
        of |= {f"layouts {field}": len(every), f"layouts {field} not wrong": len(every)}
    lines = [f"{name}: f1 {each.f1:.3f}" for name, each in found.items() if each.f1 < 1]
    return (
        measured,
        of,
        lines + [f"{name}: {field} {said} for {true}" for name, field, true, said in told if (said or "") != true],
    )


def errors(name: str) -> str:
    """Return the words that allegata's text of a page has too many and too few."""
    ours = counted(allegata_text((LAYOUTS / f"{name}.html").read_bytes()))
    theirs = counted(true_text(name))
    return f"  too many: {' '.join((ours - theirs).elements())}\n  too few: {' '.join((theirs - ours).elements())}"


def main() -> None:
    """Print a table: for each page and reader precision, recall and F1."""
    parser = argparse.ArgumentParser(description="Score the main text of pages in many layouts.")
    parser.add_argument("--errors", action="store_true", help="show what ours has too many and too few")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    found = {reader: scores(reader) for reader in READERS if find_spec(reader)}
    print("main text, words: precision, recall, F1")
    print(f"{'':<18}" + "".join(f"{reader:>20}" for reader in READERS))
    for name in pages():
        cells = (
            " {:.2f} {:.2f} {:.3f}".format(*found[reader][name], found[reader][name].f1)
            if reader in found
            else "absent"
            for reader in READERS
        )
        print(f"{name:<18}" + "".join(f"{cell:>20}" for cell in cells))
        if options.errors and found["allegata"][name].f1 < 1:
            print(errors(name))
    means = (
        " {:.2f} {:.2f} {:.3f}".format(*mean(found[reader]), mean_f1(found[reader])) if reader in found else "absent"
        for reader in READERS
    )
    print(f"{f'mean of {len(pages())}':<18}" + "".join(f"{cell:>20}" for cell in means))


if __name__ == "__main__":
    main()
