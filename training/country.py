"""Learn the points of allegata.ground.country from the annotated pages of corpus/: what speaks of the country a page is about.

python -m training.country

Prints the points, and of which pages of each set points learned from the others, without what settles near ones, choose another country. A page is about the
country in which most of its annotated claims are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from allegata.ground.country import POINTS, evidence_of
from training.marked import marked_texts
from training.own import folders, pages_of

STRENGTH = 0.05
"""How strongly points are held near null."""


@dataclass(frozen=True)
class Page:
    """What speaks of each country, shape (countries, kinds), and which of them is the right one, null if none is."""

    name: str
    seen: Any
    right: int | None


def pages(folder: Path) -> Iterable[Page]:
    """Yield the pages of a corpus with claims in some country."""
    for text, gold in pages_of(folder):
        yield from _page(gold["id"], text, [place["country"] for claim in gold["claims"] for place in claim["places"]])


def marked_pages() -> Iterable[Page]:
    """Yield the reports written for the recipes."""
    for report in marked_texts():
        if report.whole:
            yield from _page(report.text[:20], report.text, [mark.country for mark in report.marks if mark.country])


def _page(name: str, text: str, countries: list[str]) -> Iterable[Page]:
    """Yield the page that *text* is, with claims in *countries*."""
    evidence = evidence_of(text)
    if countries and evidence:
        codes, ((most, _), *_) = list(evidence), Counter(countries).most_common(1)
        seen = np.sqrt([[evidence[code].get(kind, 0.0) for kind in POINTS] for code in codes])
        yield Page(name, seen, codes.index(most) if most in codes else None)


def learned(examples: Iterable[Page]) -> Any:
    """Return the points of each kind of POINTS: the weights of a conditional logit, a choice among the countries of a page."""
    known = [(each.seen, each.right) for each in examples if each.right is not None]

    def loss(points: Any) -> tuple[float, Any]:
        total, slope = STRENGTH * points @ points, 2 * STRENGTH * points
        for seen, right in known:
            odds = np.exp(seen @ points - (seen @ points).max())
            odds /= odds.sum()
            total -= np.log(odds[right] + 1e-12)
            slope -= seen[right] - odds @ seen
        return total, slope

    return minimize(loss, np.zeros(len(POINTS)), jac=True).x


def misread(points: Any, examples: Sequence[Page]) -> list[str]:
    """Return the names of the pages for which the points choose another country than the right one."""
    return [each.name for each in examples if int((each.seen @ points).argmax()) != each.right]


def main() -> None:
    """Learn and measure."""
    sets, held = ({name: list(pages(each)) for name, each in some.items()} for some in folders())
    held["reports of training/texts"] = list(marked_pages())
    for name, examples in {**sets, **held}.items():
        points = learned(page for other, many in sets.items() if other != name for page in many)
        wrong = misread(points, examples)
        print(f"{name}: {len(examples) - len(wrong)} of {len(examples)}", *wrong)
    print(dict(zip(POINTS, learned(page for many in sets.values() for page in many).round(1).tolist(), strict=True)))


if __name__ == "__main__":
    main()
