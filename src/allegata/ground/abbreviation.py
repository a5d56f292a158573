"""Abbreviations that a text itself explains."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from allegata.ground.lexicon import pattern


@lru_cache(maxsize=4)
def abbreviations(text: str, language: str = "en") -> dict[str, str]:
    """Return the names that *text* gives an abbreviation for in brackets, by the abbreviation; the names hold it too.

    >>> abbreviations("Officers of the Coast Rescue Agency (CRA) said so.")
    {'CRA': 'Coast Rescue Agency (CRA)'}
    """
    found: dict[str, str] = {}
    for match in pattern(language, "abbreviated").finditer(text):
        parts = match["full"].split()
        for at in range(len(parts)):
            initials = "".join(part[0] for part in parts[at:] if part[0].isupper())
            if parts[at][0].isupper() and initials == match["short"]:
                found.setdefault(match["short"], f"{' '.join(parts[at:])} ({match['short']})")
    return found


def spelled_out(source: str, known: Mapping[str, str]) -> str:
    """Return *source* with the whole names of its abbreviations, which are *known*.

    >>> spelled_out("the CRA's head", {"CRA": "Coast Rescue Agency (CRA)"})
    "the Coast Rescue Agency (CRA)'s head"
    """
    if not known:
        return source
    short = re.compile(rf"(?<![\w(-])(?:{'|'.join(map(re.escape, known))})(?![\w)-])")
    return short.sub(lambda match: known[match[0]], source)
