"""The sentence, word and name structure of a text, by the spaCy pipeline of its language."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from allegata.ground.lexicon import is_given_name, table, words
from allegata.model.error import LanguageError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Stretch

    from allegata.ground.annotate import Step

LONGEST = 1_000_000
"""Code points that one call parses; spaCy's own limit for the memory it takes."""
BLOCK = 6000
"""Most tokens that are annotated together."""
LONGEST_SENTENCE = 300
"""Most tokens of a sentence, far more than one in the news has: what looks through a sentence for each of its words takes the square of this."""
LONGEST_STRETCH = 4000
"""Most code points between the first and the last token of a sentence, for the same reason."""
LONGEST_WORD = 100
"""Code points at which a run that is no word is cut."""
CLAUSE_MARKS = (";:–—", ",")
"""Marks behind which a longer sentence is cut, the better ones first."""


@cache
def pipeline(language: str) -> Language:
    """Return the loaded pipeline for *language*, loaded once a process; an abbreviated rank of the titles is one word.

    Raises: LanguageError if the language has none.
    """
    from spacy.attrs import NORM, ORTH

    packages = {row["language"]: row["package"] for row in table("models")}
    if language not in packages:
        raise LanguageError(f"language {language!r} is not read; there are models for: {', '.join(packages)}")
    loaded: Language = import_module(packages[language]).load()
    tokenizer = cast("Tokenizer", loaded.tokenizer)
    for row in table(f"{language}/titles"):
        for short in (each.capitalize() for each in row["title"].split() if each.endswith(".")):
            if len(loaded.make_doc(short)) > 1:
                tokenizer.add_special_case(short, [{ORTH: short, NORM: row["role"].split()[-1]}])
    return loaded


@cache
def _steps(language: str) -> tuple[Step, ...]:
    from allegata.ground.annotate import steps_of

    return steps_of(pipeline(language))


@cache
def _lemmas(language: str) -> dict[tuple[int, ...], str]:
    """Return the lemmas the model gets wrong, by the numbers of form and part of speech."""
    number = pipeline(language).vocab.strings.add
    return {(number(row["form"]), number(row["pos"])): row["lemma"] for row in table(f"{language}/lemmas")}


def _lemmatized(language: str, name: str) -> Any:
    """Return a table of the lemmatizer of *language*: "lemma_index", its lemmas by kind, or "lemma_exc", irregular forms by kind."""
    lemmatizer: Any = pipeline(language).get_pipe("lemmatizer")
    return lemmatizer.lookups.get_table(name)


@cache
def _plain_words(language: str) -> frozenset[str]:
    index = _lemmatized(language, "lemma_index")
    return frozenset(word for kind in ("noun", "verb", "adj", "adv") for word in index[kind])


_LEAST_VERB = 4
"""Letters of a verb behind what begins it ("mis"): a shorter rest may end a name."""


@cache
def _irregular_verbs(language: str) -> frozenset[str]:
    listed = _lemmatized(language, "lemma_exc")["verb"]
    common = _plain_words(language)
    return frozenset(form for form, lemmas in listed.items() if form not in common and not common.isdisjoint(lemmas))


def is_irregular_verb(word: str, language: str = "en") -> bool:
    """Return whether *word* is an irregular form of a common verb and nothing else: no noun and no given name.

    >>> [is_irregular_verb(word) for word in ("took", "Withdrew", "found", "fell", "Hung")]
    [True, True, False, False, False]
    """
    return word.lower() in _irregular_verbs(language) and not is_given_name(word)


@lru_cache(maxsize=100_000)
def is_plain_word(word: str, language: str = "en") -> bool:
    """Return whether *word* is a common word of the language, in any case and inflection: no sign of a name.

    >>> [is_plain_word(word) for word in ("Claims", "Arrested", "Of", "Solati", "Cities", "took", "misheard")]
    [True, True, True, False, True, True, True]
    """
    loaded = pipeline(language)
    lower = word.lower()
    if lower in _plain_words(language) or loaded.vocab[lower].is_stop or is_irregular_verb(lower, language):
        return True
    for start in words(language, "verb_start"):
        rest = lower.removeprefix(start)
        if rest != lower and len(rest) >= _LEAST_VERB and is_plain_word(rest, language):
            return True
    return any(
        lower.endswith(row["ending"]) and lower.removesuffix(row["ending"]) + row["stem"] in _plain_words(language)
        for row in table(f"{language}/endings")
    )


@cache
def _irregular(language: str, is_noun: bool) -> dict[str, frozenset[str]]:
    """Return the forms that the lemmatizer of *language* lists, by lemma; those of nouns alone if it *is_noun*."""
    listed = _lemmatized(language, "lemma_exc")
    found: dict[str, set[str]] = {}
    for kind in ("noun",) if is_noun else ("noun", "verb"):
        for form, lemmas in listed[kind].items():
            for lemma in lemmas:
                found.setdefault(lemma, set()).add(form)
    for row in table(f"{language}/lemmas"):
        if is_noun and row["pos"] == "VERB":
            continue
        found.setdefault(row["lemma"], set()).add(row["form"])
    return {lemma: frozenset(forms) for lemma, forms in found.items()}


def inflected(lemma: str, language: str = "en", is_noun: bool = False) -> frozenset[str]:
    """Return *lemma* and what may be a form of it, of a noun if it *is_noun*: all that a reader would take for one, and some that nobody writes.

    >>> {"held", "holds", "holding"} <= inflected("hold"), {"denies", "denied"} <= inflected("deny")
    (True, True)
    >>> "released" in inflected("release"), "released" in inflected("release", is_noun=True)
    (True, False)
    """
    endings = {
        (row["ending"], row["stem"]) for row in table(f"{language}/endings") if not (is_noun and row["of"] == "verb")
    }
    regular = {lemma.removesuffix(stem) + ending for ending, stem in endings if not stem or lemma.endswith(stem)}
    doubled = {lemma + lemma[-1] + ending for ending, _ in endings if ending[0] in "aeiou"}
    return frozenset({lemma} | regular | doubled | _irregular(language, is_noun).get(lemma, frozenset()))


_DATELINE = re.compile(
    r"\A\W*(?:[\w .,'’-]{0,40}?[(（](?P<agency>[A-Z][\w .&-]{1,20})[)）]\s*[-–—:]|(?P<place>[A-Z][\w'’.]+(?: [A-Z][\w'’.]+){0,2})(?:, ?[A-Z0-9][\w .]{1,20}){0,2}\s+[-–—]+\s|(?P<credit>[A-Z][\w ]{2,24}):\s)"
)
_DATELINE_BELOW = re.compile(
    r"^(?:[A-Z][\w .,'’/-]{0,40}?[(（](?P<agency>[A-Z][\w .&-]{1,20})[)）]\s*[-–—]|"
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'’.]{2,20}(?:[ -][A-ZÀ-Þ][A-ZÀ-Þ'’.]{1,20}){0,2})(?: ?/ ?[A-ZÀ-Þ][A-ZÀ-Þ'’. -]{1,20})?(?:, ?[A-Z0-9][\w .]{1,20}){0,2}(?:\s+[-–—]{1,2}\s|:\s))",
    re.MULTILINE,
)
HEAD = 800
"""Code points at the beginning of a text in which a dateline is looked for, below a headline."""


def find_dateline(text: str) -> tuple[int, tuple[int, int]] | None:
    r"""Return where the dateline or credit of *text* ends, and the stretch of the agency or place it names; null without one.

    >>> find_dateline("LIMA (AFP) - Police spoke.")
    (12, (6, 9))
    >>> find_dateline("Ten held\n\nLIMA (AFP) - Police spoke.")
    (22, (16, 19))
    >>> find_dateline("Ten held\n\nLIMA, May 3 - Police spoke.")
    (24, (10, 14))
    """
    match = _DATELINE.match(text) or _DATELINE_BELOW.search(text[:HEAD])
    if match is None:
        return None
    name = next(name for name, value in match.groupdict().items() if value)
    return match.end(), match.span(name)


_RUN = re.compile(r"(?P<run>[^\w\s]{60,}|_{60,}|\S{300,})(?P<space> ?)")
"""What is no word, and the space after it: the pipeline's own tokenizer takes the square of its length."""
_MARK = re.compile(rf"\w{{1,{LONGEST_WORD}}}|[^\w\s]")


def _tokens(loaded: Language, text: str) -> Doc:
    """Return *text* cut into words and marks by the pipeline's tokenizer; a run that is no word is cut at each of its marks."""
    from spacy.tokens import Doc

    parts: list[Doc] = []
    at = 0
    for match in _RUN.finditer(text):
        words = _MARK.findall(match["run"])
        spaces = [False] * (len(words) - 1) + [bool(match["space"])]
        parts += [loaded.make_doc(text[at : match.start()]), Doc(loaded.vocab, words=words, spaces=spaces)]
        at = match.end()
    parts.append(loaded.make_doc(text[at:]))
    return Doc.from_docs([each for each in parts if len(each)], ensure_whitespace=False) if at else parts[0]


def _annotated(doc: Doc, language: str) -> Doc:
    """Return *doc* after all steps of its language; a long one by blocks, so that the memory they take has a bound."""
    from spacy.tokens import Doc

    if len(doc) > BLOCK:
        edges = list(_edges(doc))
        blocks = (doc[start:end] for start, end in pairwise(edges))
        return Doc.from_docs([_annotated(_apart(each), language) for each in blocks], ensure_whitespace=False)
    doc = _stepped(doc, language)
    cuts = [cut for sentence in doc.sents for cut in _cuts(sentence)]
    if cuts:
        doc = _apart(doc[:])
        for cut in cuts:
            doc[cut].is_sent_start = True
        doc = _stepped(doc, language)
    doc.tensor = doc.tensor[:0]
    return doc


def _stepped(doc: Doc, language: str) -> Doc:
    from allegata.ground.annotate import one_processor

    with one_processor():
        for step in _steps(language):
            doc = step(doc)
    return doc


def _cuts(sentence: Stretch) -> Iterator[int]:
    """Yield the tokens before which *sentence* is cut so that no part is longer than the longest sentence."""
    doc, start = sentence.doc, sentence.start
    while True:
        reach = range(start, min(start + LONGEST_SENTENCE, sentence.end))
        last = bisect_right(reach, doc[start].idx + LONGEST_STRETCH, key=lambda each: doc[each].idx) + start
        if last == sentence.end:
            return
        near = range(last, start + (last - start) // 2, -1)
        after = (each for marks in CLAUSE_MARKS for each in near if doc[each - 1].text in marks)
        start = next(after, last)
        yield start


def _edges(doc: Doc) -> Iterator[int]:
    """Yield where blocks begin, and the end of the last: at a line break in the second half of a block if there is one."""
    start = 0
    while start < len(doc):
        yield start
        lines = (each for each in range(start + BLOCK, start + BLOCK // 2, -1) if each < len(doc))
        start += BLOCK
        if start < len(doc):
            start = next((each for each in lines if doc[each].is_sent_start), start)
    yield len(doc)


def _apart(block: Stretch) -> Doc:
    """Return *block* as a document with the same tokens and the starts of sentences that are known."""
    from spacy.tokens import Doc

    return Doc(
        block.doc.vocab,
        words=[token.text for token in block],
        spaces=[bool(token.whitespace_) for token in block],
        sent_starts=[token.is_sent_start for token in block],
    )


@lru_cache(maxsize=4)
def parse(text: str, language: str = "en") -> Doc:
    r"""Return *text* parsed; token offsets (``token.idx``) are code points into it.

    A line break or a dateline always ends a sentence: they have no full stop. An abbreviated rank before a name ends none.

    >>> [name.text for name in parse("Maria Lopez spoke in Lima.").ents]
    ['Maria Lopez', 'Lima']
    >>> [sentence.text for sentence in parse("Ten held in raid\nPolice spoke on Monday.").sents]
    ['Ten held in raid\n', 'Police spoke on Monday.']
    >>> len(list(parse("Ten were held, Insp. Ada Brill said.").sents))
    1
    """
    loaded = pipeline(language)
    doc = _tokens(loaded, text)
    _begin_sentences(doc, _after_lines(doc, text))
    dateline = find_dateline(text)
    if dateline is not None:
        after = next((token for token in doc[: HEAD + 1] if token.idx >= dateline[0] and not token.is_space), None)
        if after is not None:
            after.is_sent_start = True
    doc = _annotated(doc, language)
    corrected = _lemmas(language)
    ages = {doc.vocab.strings[word] for word in words(language, "year_noun")}
    for at, key in enumerate(map(tuple, doc.to_array(["LOWER", "POS"]).tolist())):
        if key in corrected:
            doc[at].lemma_ = corrected[key]
        elif key[0] in ages and _is_of_age(doc[at]):
            doc[at].tag_, doc[at].pos_ = "NN", "NOUN"
    return doc


def _begin_sentences(doc: Doc, numbers: list[int]) -> None:
    """Let sentences of *doc* begin at the tokens *numbers*, all at once: set one by one, each reads through the text."""
    from spacy.attrs import SENT_START

    starts: Any = doc.to_array([SENT_START])
    starts[numbers] = 1
    doc.from_array([SENT_START], starts)


def _is_of_age(old: Token) -> bool:
    """Return whether *old* stands for somebody of that age: "a 17-year-old was held", but not "a 17-year-old boy"."""
    aged = old.tag_ == "JJ" and any(child.dep_ == "npadvmod" and child.i == old.i - 2 for child in old.children)
    return aged and old.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "conj", "appos", "attr", "dative")


def _after_lines(doc: Doc, text: str) -> list[int]:
    """Return the numbers of the tokens of *doc*, which is *text*, that follow one with a line break."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    following = np.searchsorted(doc.to_array("IDX"), breaks, side="right").tolist()
    return [at for at in dict.fromkeys(following) if at < len(doc)]
