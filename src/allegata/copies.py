"""Texts that tell nearly what one before them told, word for word: a wire report in several papers, a page with another headline."""

from __future__ import annotations

import re
from typing import NamedTuple

from rensa import RMinHash, RMinHashLSH

RUN = 5
"""Words of a run: two texts are compared by the runs they share."""
SHARE = 0.6
"""Least share of the runs of two texts together that both have, for one to be nearly a copy of the other."""
SHORTEST = 25
"""Words below which a text is too short for its runs to say anything."""
LONGEST = 20_000
"""Words of a text that are looked at."""
KEPT = 10_000
"""Texts that are remembered, the last ones, so that memory has a bound."""
_PERMUTATIONS, _BANDS, _SEED = 128, 32, 1
_WORD = re.compile(r"\w+")


class Copy(NamedTuple):
    """Of which earlier text one is nearly a copy, and the share of their runs of words that both have, as estimated from 128 of them."""

    of: str
    share: float


def sketch(text: str) -> RMinHash | None:
    """Return what is compared of *text*: the least hashes of its runs of words, without case and signs; null if it is too short.

    >>> sketch("Ten were held.") is None
    True
    """
    words = [found[0].casefold() for found, _ in zip(_WORD.finditer(text), range(LONGEST), strict=False)]
    if len(words) < SHORTEST:
        return None
    made = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    made.update([" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)])
    return made


class Copies:
    """The texts of a run, as they come; the last `KEPT` are remembered.

    >>> copies = Copies()
    >>> told = "Police said on Monday that 64 people were arrested in the north of the country " * 3
    >>> copies.enter("one", told), copies.enter("two", "Ports " + told)
    (None, Copy(of='one', share=...))
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._most = kept
        self._near = RMinHashLSH(threshold=SHARE, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self._known: dict[int, tuple[str, RMinHash]] = {}
        self._next = 0

    def enter(self, name: str, text: str) -> Copy | None:
        """Return the earlier text of which *text* is nearly a copy, the closest of several; and remember *text* by *name*."""
        made = sketch(text)
        if made is None:
            return None
        near = [(each, self._known[each]) for each in self._near.query(made)]
        shares = [(made.jaccard(known), -each, name_before) for each, (name_before, known) in near]
        best = max(shares, default=None)
        self._remember(name, made)
        return Copy(best[2], best[0]) if best is not None and best[0] >= SHARE else None

    def _remember(self, name: str, made: RMinHash) -> None:
        self._known[self._next] = (name, made)
        self._near.insert(self._next, made)
        self._next += 1
        if len(self._known) > self._most:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._near.remove(oldest)
