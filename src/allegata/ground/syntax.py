"""The sentence, word and name structure of a text, by the spaCy pipeline of its language."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from allegata.ground.lexicon import table
from allegata.model import LanguageError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

LONGEST = 1_000_000
"""Code points that one call parses; spaCy's own limit for the memory it takes."""


@cache
def pipeline(language: str) -> Language:
    """Return the loaded pipeline for *language*, loaded once a process.

    Raises: LanguageError if the language has none.
    """
    packages = {row["language"]: row["package"] for row in table("models")}
    if language not in packages:
        raise LanguageError(f"language {language!r} is not read; there are models for: {', '.join(packages)}")
    loaded: Language = import_module(packages[language]).load()
    return loaded


@cache
def _lemmas(language: str) -> dict[tuple[str, str], str]:
    """Return the lemmas the model gets wrong, by form and part of speech."""
    return {(row["form"], row["pos"]): row["lemma"] for row in table(f"{language}/lemmas")}


@cache
def _plain_words(language: str) -> frozenset[str]:
    lemmatizer: Any = pipeline(language).get_pipe("lemmatizer")
    index = lemmatizer.lookups.get_table("lemma_index")
    return frozenset(word for kind in ("noun", "verb", "adj", "adv") for word in index[kind])


@lru_cache(maxsize=100_000)
def is_plain_word(word: str, language: str = "en") -> bool:
    """Return whether *word* is a common word of the language, in any case and inflection: no sign of a name.

    >>> [is_plain_word(word) for word in ("Claims", "Arrested", "Of", "Solati", "Cities")]
    [True, True, True, False, True]
    """
    loaded = pipeline(language)
    lower = word.lower()
    if lower in _plain_words(language) or loaded.vocab[lower].is_stop:
        return True
    return any(
        lower.endswith(row["ending"]) and lower.removesuffix(row["ending"]) + row["stem"] in _plain_words(language)
        for row in table(f"{language}/endings")
    )


@lru_cache(maxsize=4)
def parse(text: str, language: str = "en") -> Doc:
    r"""Return *text* parsed; token offsets (``token.idx``) are code points into it.

    A line break always ends a sentence: headlines and datelines have no full stop.

    >>> [name.text for name in parse("Maria Lopez spoke in Lima.").ents]
    ['Maria Lopez', 'Lima']
    >>> [sentence.text for sentence in parse("Ten held in raid\nPolice spoke on Monday.").sents]
    ['Ten held in raid\n', 'Police spoke on Monday.']
    """
    loaded = pipeline(language)
    doc = loaded.make_doc(text)
    for token in doc[:-1]:
        if "\n" in token.text:
            doc[token.i + 1].is_sent_start = True
    parsed = loaded(doc)
    for token in parsed:
        lemma = _lemmas(language).get((token.lower_, token.pos_))
        if lemma:
            token.lemma_ = lemma
    return parsed
