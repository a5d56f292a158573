"""Names of affected persons in words that stand outside of a document's text: titles, addresses, what a person typed."""

from __future__ import annotations

import re
from functools import lru_cache

from allegata.ground.lexicon import pattern
from allegata.ground.names import Names, keys_of, known_names, names_by
from allegata.ground.syntax import is_plain_word
from allegata.mask.stretch import WORD, touched, union
from allegata.model.document import Masks

_OWN_WORDS = frozenset(["file", "warc", "feed", "stdin", "http", "https", "www", "html", "txt", "person"])


@lru_cache(maxsize=64)
def names_outside(text: str, masks: Masks, language: str) -> Names:
    """Return the masked names of *text*."""
    shown: dict[str, str] = {}
    for stretch in masks.stretches:
        for key in keys_of(text[stretch.start : stretch.end], language):
            shown.setdefault(key, f"[person {stretch.number}]")
    return names_by(shown)


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
