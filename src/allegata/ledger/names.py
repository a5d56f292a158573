"""Names of affected persons of a whole ledger, as salted digests: what a person types is masked by them, and no name is kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from allegata.ground.syntax import is_plain_word
from allegata.ledger.search import fold
from allegata.model import Claim, Decision, Document, Masks, Record

R = TypeVar("R", bound=Record)

LONGEST = 5
"""Words of a name that are looked up in a row."""
SHORTEST = 4
"""Letters below which a single word is no name by itself."""
INSTEAD = "[person]"
"""What stands for a person of another page: numbers are those of one document."""
_WORD = re.compile(r"[^\W_]+")


def digest_of(words: Sequence[str], salt: bytes) -> str:
    """Return what stands for the name of folded *words* in the index.

    >>> digest_of(["ada", "bo"], b"s") == digest_of(["ada", "bo"], b"s"), len(digest_of(["ada"], b"s"))
    (True, 32)
    """
    return hashlib.sha256(salt + " ".join(words).encode()).hexdigest()[:32]


def names_of(text: str, masks: Masks) -> Iterator[tuple[str, ...]]:
    """Yield the folded words of each name that *masks* hides in *text*; of one of three words or more also the first and the last.

    >>> from allegata.model import MaskedSpan
    >>> list(names_of("Ada Bo-Lin fled", Masks("d", (MaskedSpan(0, 10, 1),))))
    [('ada', 'bo', 'lin'), ('ada', 'lin')]
    """
    for stretch in masks.stretches:
        words = tuple(fold(text[stretch.start : stretch.end]).split())
        if len(words) > 1 or (words and len(words[0]) >= SHORTEST):
            yield words[:LONGEST]
        if len(words) > 2:
            yield words[0], words[-1]


def without_known(
    typed: str, salt: bytes, known: Callable[[Sequence[str]], frozenset[str]], language: str = "en"
) -> str:
    """Return *typed* with every run of words whose digest is *known* as ``[person]``, the longest first.

    A common word in lower case is no name by itself.

    >>> held = frozenset([digest_of(["ada", "bo"], b"s")])
    >>> without_known("told ADA  Bo's uncle", b"s", lambda digests: held)
    "told [person]'s uncle"
    """
    words = list(_WORD.finditer(typed))
    folded = [" ".join(fold(each[0]).split()) for each in words]
    runs = {
        (first, size): digest_of(folded[first : first + size], salt)
        for first in range(len(words))
        for size in range(1, min(LONGEST, len(words) - first) + 1)
    }
    found = known(sorted(set(runs.values()))) if runs else frozenset[str]()
    parts, at, first = [], 0, 0
    while found and first < len(words):
        sizes = (size for size in range(LONGEST, 0, -1) if runs.get((first, size)) in found)
        size = next((each for each in sizes if each > 1 or not _is_common(words[first][0], language)), 0)
        if size:
            parts += [typed[at : words[first].start()], INSTEAD]
            at = words[first + size - 1].end()
        first += max(1, size)
    return "".join(parts) + typed[at:]


def shown_without(record: R, hidden: Callable[[str], str]) -> R:
    """Return *record*, masked before, with what a person may have typed *hidden*: name, reason and value of a decision, an outlet.

    >>> shown_without(Decision("d", "undo", "Ada Bo", "Read twice.", 1), lambda typed: typed.replace("Ada Bo", INSTEAD)).by
    '[person]'
    """
    made: Any = record
    match record:
        case Decision():
            value = hidden(record.value) if record.value else record.value
            made = replace(record, by=hidden(record.by), reason=hidden(record.reason), value=value)
        case Claim() if record.document.outlet:
            made = replace(record, document=replace(record.document, outlet=hidden(record.document.outlet)))
        case Document() if record.outlet:
            made = replace(record, outlet=hidden(record.outlet))
    return made  # type: ignore[no-any-return]


def _is_common(word: str, language: str) -> bool:
    return len(word) < SHORTEST or (word.islower() and is_plain_word(word, language))
