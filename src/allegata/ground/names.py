"""Names that are known, found in words beside their text: titles, addresses, what a person typed.

A name is found whole, turned round, by its first and last word, by a word alone, and with its words joined. What it is found by is a key:
words without case and marks, one space between them; a plus sign before words that are joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from allegata.ground.actor import find_aliases
from allegata.ground.gazetteer import find_toponyms
from allegata.ground.syntax import is_plain_word

LONGEST = 5
"""Words of a name that are looked up in a row."""
SHORTEST = 4
"""Letters below which a word of a name is no name by itself."""
SHORTEST_JOINED = 6
"""Letters of a name below which its words joined may stand in any word by chance."""
LONGEST_JOINED = 40
"""Letters of words joined that are looked up within a word."""
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def folded(word: str) -> str:
    """Return a word without case and marks.

    >>> folded("José")
    'jose'
    """
    bare = unicodedata.normalize("NFKD", word).casefold()
    return "".join(each for each in bare if not unicodedata.combining(each))


def words_of_name(name: str) -> tuple[str, ...]:
    """Return the folded words of *name*.

    >>> words_of_name("Ada Bo-Lin")
    ('ada', 'bo', 'lin')
    """
    return tuple(folded(word) for word in _WORD.findall(name))


def keys_of(name: str, language: str) -> Iterator[str]:
    """Yield the keys by which *name* is found, itself first. A word that is common in *language* is none alone.

    >>> list(keys_of("Ada Keltov", "en"))
    ['ada keltov', 'keltov ada', 'keltov', '+adakeltov', '+keltovada']
    """
    words = words_of_name(name)[:LONGEST]
    forms = [words]
    if len(words) > 1:
        forms.append((words[-1], *words[:-1]))
    if len(words) > 2:
        forms += [(words[0], words[-1]), (words[-1], words[0])]
    yield from (" ".join(each) for each in forms if each)
    if len(words) > 1:
        yield from (each for each in words if len(each) >= SHORTEST and not is_plain_word(each, language))
        yield from ("+" + "".join(each) for each in forms if sum(map(len, each)) >= SHORTEST_JOINED)


@dataclass(frozen=True)
class Names:
    """Keys of names, each with what stands for it.

    sizes: by first word how many words a key may have, the most first. joined: keys of joined words, without the plus sign, in order.
    lengths: of these, in letters.
    """

    shown: Mapping[str, str]
    sizes: Mapping[str, Sequence[int]]
    joined: Mapping[str, tuple[int, str]]
    lengths: Sequence[int]

    def at(self, words: Sequence[str], index: int) -> tuple[int, str]:
        """Return how many of *words* from *index* on are a name, and what stands for it; one and nothing for none."""
        for size in self.sizes.get(words[index], ()):
            found = self.shown.get(" ".join(words[index : index + size]))
            if found is not None and index + size <= len(words):
                return size, found
        word = words[index]
        starts = ((start, length) for length in self.lengths for start in range(len(word) - length + 1))
        inside = (self.joined.get(word[start : start + length]) for start, length in starts)
        return 1, min((each for each in inside if each is not None), default=(0, ""))[1]


def names_by(shown: Mapping[str, str]) -> Names:
    """Return the names with these keys, and what stands for each."""
    sizes: dict[str, set[int]] = {}
    joined: dict[str, tuple[int, str]] = {}
    for key, instead in shown.items():
        if key.startswith("+"):
            joined[key[1:]] = (len(joined), instead)
        else:
            words = key.split(" ")
            sizes.setdefault(words[0], set()).add(len(words))
    longest_first = {word: sorted(each, reverse=True) for word, each in sizes.items()}
    return Names(shown, longest_first, joined, sorted(set(map(len, joined))))


def without_names(value: str, names: Names, is_name: Callable[[str, int, int], bool] | None = None) -> str:
    """Return *value* with what stands for a name instead of each of *names* in it.

    is_name: whether the single word between two places of *value* is a name there; else every one is.

    >>> without_names("told Ada  Bo's uncle", names_by({"ada bo": "[person]"}))
    "told [person]'s uncle"
    """
    words = list(_WORD.finditer(value))
    bare = [folded(match[0]) for match in words]
    parts, at, index = [], 0, 0
    while index < len(words):
        size, shown = names.at(bare, index)
        first, last = words[index], words[index + size - 1]
        if shown and (size > 1 or is_name is None or is_name(value, *first.span())):
            parts += [value[at : first.start()], shown]
            at = last.end()
        index += size
    return "".join(parts) + value[at:]


def keys_in(value: str) -> Iterator[tuple[int, int, str]]:
    """Yield where in *value* a name may stand, and the key that would be its.

    >>> list(keys_in("Ada Bo"))
    [(0, 3, 'ada'), (0, 6, 'ada bo'), (4, 6, 'bo')]
    """
    words = list(_WORD.finditer(value))
    bare = [folded(match[0]) for match in words]
    for index, (match, word) in enumerate(zip(words, bare, strict=True)):
        for size in range(1, min(LONGEST, len(words) - index) + 1):
            yield match.start(), words[index + size - 1].end(), " ".join(bare[index : index + size])
        for start in range(len(word) - SHORTEST_JOINED + 1):
            for end in range(start + SHORTEST_JOINED, min(len(word), start + LONGEST_JOINED) + 1):
                # What is left out of a word by folding it cannot be counted back: the whole word is meant.
                inside = len(word) == len(match[0])
                stretch = (match.start() + start, match.start() + end) if inside else match.span()
                yield *stretch, "+" + word[start:end]


def known_names(text: str, language: str) -> list[tuple[int, int]]:
    """Return the stretches that name places and organisations of the tables."""
    found = [(span.start, span.end) for span in find_toponyms(text, language)]
    return found + [(alias.spans[0].start, alias.spans[0].end) for alias in find_aliases(text)]
