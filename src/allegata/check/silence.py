"""Comments by which a writer silences rules in a draft."""

from __future__ import annotations

import re
from typing import NamedTuple

_COMMENT = re.compile(
    r"<!--\s{0,9}allegata:\s{0,9}ignore(?P<file>-file)?(?P<codes>(?:[\s,]{1,9}ALG\d{0,3})*)\s{0,9}-->", re.IGNORECASE
)


class Silence(NamedTuple):
    """Beginnings of codes that are silenced: in the whole file, and by line, from 1. An empty beginning is every rule."""

    file: tuple[str, ...]
    lines: dict[int, tuple[str, ...]]

    def hides(self, code: str, first: int, last: int) -> bool:
        """Return whether the rule *code* is silenced on a line from *first* to *last*."""
        beginnings = (*self.file, *(each for line in range(first, last + 1) for each in self.lines.get(line, ())))
        return code.startswith(beginnings)


def silence_of(source: str) -> Silence:
    """Return what the comments of *source*, the characters of a file, silence.

    A comment silences its line; alone on a line the next one; ``ignore-file`` the file. Without codes it silences every rule.

    >>> silence_of("Ten held. <!-- allegata: ignore ALG001 -->").hides("ALG001", 1, 1)
    True
    """
    file: list[str] = []
    lines: dict[int, tuple[str, ...]] = {}
    if "allegata:" not in source:
        return Silence((), {})
    for number, line in enumerate(re.split(r"\r\n|\r|\n", source), 1):
        for found in _COMMENT.finditer(line):
            codes = tuple(code.upper() for code in re.findall(r"ALG\d*", found["codes"], re.IGNORECASE)) or ("",)
            if found["file"]:
                file += codes
            else:
                at = number if _COMMENT.sub("", line).strip() else number + 1
                lines[at] = (*lines.get(at, ()), *codes)
    return Silence(tuple(file), lines)
