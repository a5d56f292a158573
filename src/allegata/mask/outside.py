"""Names of affected persons in words that stand outside of a document's text: titles, addresses, what a person typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from allegata.ground.actor import find_aliases
from allegata.ground.gazetteer import find_toponyms
from allegata.ground.lexicon import pattern
from allegata.ground.syntax import is_plain_word
from allegata.mask.stretch import WORD, Stretch, touched, union
from allegata.model import Masks

_OWN_WORDS = frozenset(["file", "warc", "feed", "stdin", "http", "https", "www", "html", "txt", "person"])


SHORTEST_JOINED = 6
"""Letters of a name below which its words joined may stand in any word by chance."""


@dataclass(frozen=True)
class NamesOutside:
    """Masked names as lower-case words, each with what stands for it.

    sizes: by first word how many words a name may have, the most first. joined: names with their words joined, as
    addresses write them, in order. lengths: of these, in letters.
    """

    shown: dict[tuple[str, ...], str]
    sizes: dict[str, list[int]]
    joined: dict[str, tuple[int, str]]
    lengths: tuple[int, ...]

    def at(self, words: list[str], index: int) -> tuple[int, str]:
        """Return how many of *words* from *index* on are a name, and what stands for it; one and nothing for none."""
        for size in self.sizes.get(words[index], ()):
            found = self.shown.get(tuple(words[index : index + size]))
            if found is not None and index + size <= len(words):
                return size, found
        word = words[index]
        starts = ((start, length) for length in self.lengths for start in range(len(word) - length + 1))
        inside = (self.joined.get(word[start : start + length]) for start, length in starts)
        return 1, min((each for each in inside if each is not None), default=(0, ""))[1]


@lru_cache(maxsize=64)
def names_outside(text: str, masks: Masks, language: str) -> NamesOutside:
    """Return the masked names of *text*. A word of a name stands alone too."""
    shown_by: dict[tuple[str, ...], str] = {}
    joined: dict[str, tuple[int, str]] = {}
    for stretch in masks.stretches:
        words = tuple(WORD.findall(text[stretch.start : stretch.end].lower()))
        shown = f"[person {stretch.number}]"
        alone = [(each,) for each in words if len(each) > 3 and not is_plain_word(each, language)]
        for each in (words, *alone):
            if each:
                shown_by.setdefault(each, shown)
        if len(words) > 1 and sum(map(len, words)) >= SHORTEST_JOINED:
            joined.setdefault("".join(words), (len(joined), shown))
    sizes: dict[str, set[int]] = {}
    for each in shown_by:
        sizes.setdefault(each[0], set()).add(len(each))
    longest_first = {word: sorted(each, reverse=True) for word, each in sizes.items()}
    return NamesOutside(shown_by, longest_first, joined, tuple(sorted(set(map(len, joined)))))


def without_names(value: str, names: NamesOutside) -> str:
    """Return *value*, words that stand outside the document's text, with every masked name in it as ``[person N]``."""
    words = list(WORD.finditer(value))
    lower = [match[0].lower() for match in words]
    parts, at, index = [], 0, 0
    while index < len(words):
        size, shown = names.at(lower, index)
        if shown:
            parts += [value[at : words[index].start()], shown]
            at = words[index + size - 1].end()
        index += size
    return "".join(parts) + value[at:]


@lru_cache(maxsize=64)
def _held(shown: str) -> frozenset[str]:
    """Return the words that *shown* holds, and our own."""
    return _OWN_WORDS.union(word.lower() for word in WORD.findall(shown))


def caption(value: str, shown: str, language: str) -> str:
    """Return *value*, a title or the name of a file or outlet, without words that may name somebody.

    Where it speaks of something done to persons, a word that is no common word and no place, and that the masked text
    *shown* does not hold, is taken for a name.
    """
    if not pattern(language, "affecting").search(value.replace("_", " ").replace("-", " ")):
        return value
    held = _held(shown)
    known = union(known_names(value, language))
    parts, at = [], 0
    for word in WORD.finditer(value):
        plain = word[0].isdigit() or len(word[0]) < 3 or is_plain_word(word[0], language)
        if plain or word[0].lower() in held or touched(known, *word.span()):
            continue
        parts += [value[at : word.start()], "[person]"]
        at = word.end()
    return re.sub(r"\[person\](?:\W*\[person\])+", "[person]", "".join(parts) + value[at:])


def known_names(text: str, language: str) -> list[Stretch]:
    """Return the stretches that name places and organisations of the tables."""
    found = [(span.start, span.end) for span in find_toponyms(text, language)]
    return found + [(alias.spans[0].start, alias.spans[0].end) for alias in find_aliases(text)]
