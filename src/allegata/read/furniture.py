"""Lines of a page that are not its story."""

from __future__ import annotations

from functools import cache

from allegata.ground.lexicon import pattern_of_all, table_of_all

# A longer paragraph is the story's, however it begins.
FURNITURE_CHARACTERS = 160


@cache
def _phrases() -> tuple[frozenset[str], tuple[str, ...]]:
    rows = [(row["match"], row["phrase"].casefold()) for row in table_of_all("furniture")]
    whole = frozenset(phrase for match, phrase in rows if match == "whole")
    return whole, tuple(sorted({phrase for match, phrase in rows if match == "start"}))


def is_furniture(paragraph: str) -> bool:
    """Return whether *paragraph* belongs to the page and not to the story, by the furniture tables of all languages.

    >>> is_furniture("Breaking News"), is_furniture("Read more: Ten held"), is_furniture("Ten were held.")
    (True, True, False)
    """
    line = " ".join(paragraph.split()).casefold()
    if len(line) > FURNITURE_CHARACTERS:
        return False
    whole, starts = _phrases()
    if pattern_of_all("imprint_line").match(line):
        return True
    return line.strip(" :»›>|•·-–—…*") in whole or line.startswith(starts)
