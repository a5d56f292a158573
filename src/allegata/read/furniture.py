"""Lines of a page that are not its story."""

from __future__ import annotations

from functools import cache

from allegata.ground.lexicon import languages, table

# A longer paragraph is the story's, however it begins.
FURNITURE_CHARACTERS = 160


@cache
def _phrases() -> tuple[frozenset[str], tuple[str, ...]]:
    whole: set[str] = set()
    starts: set[str] = set()
    for language in languages():
        try:
            rows = table(f"{language}/furniture")
        except FileNotFoundError:
            continue
        for row in rows:
            (whole if row["match"] == "whole" else starts).add(row["phrase"].casefold())
    return frozenset(whole), tuple(sorted(starts))


def is_furniture(paragraph: str) -> bool:
    """Return whether *paragraph* belongs to the page and not to the story, by the furniture tables of all languages.

    >>> is_furniture("Breaking News"), is_furniture("Read more: Ten held"), is_furniture("Ten were held.")
    (True, True, False)
    """
    line = " ".join(paragraph.split()).casefold()
    if len(line) > FURNITURE_CHARACTERS:
        return False
    whole, starts = _phrases()
    return line.strip(" :»›>|•·-–—…*") in whole or line.startswith(starts)
