"""Who is an affected person in a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.lexicon import alternation, pattern, table, words
from allegata.ground.syntax import is_plain_word, parse
from allegata.mask.number import Name, Owners, having, numbered
from allegata.mask.outside import known_names
from allegata.mask.stretch import WHOLE_WORD, WORD, Stretch, lines_of, touched, union, words_of
from allegata.model import Claim, Document, Masks, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc


LONGEST_NAME = 5
"""Words above which a run of capitals is no single name."""


@cache
def titled_before(language: str) -> re.Pattern[str]:
    """Return the pattern of an official title that ends the text: "the police chief of Lima, ", "Interior Minister "."""
    titles = alternation(row["title"] for row in table(f"{language}/titles") if row["kind"] == "official")
    of = alternation(words(language, "office_of"))
    body = rf"(?:\s+(?:{of})\s+(?:[A-Z][\w’'.-]*\s+){{0,3}}[A-Z][\w’'-]*)?"
    return re.compile(rf"(?<![\w-])(?i:{titles}){body},?\s+\Z")


@cache
def harming(language: str) -> frozenset[str]:
    """Return the lemmas of the verbs and nouns that do something to persons only."""
    persons = {row["action"] for row in table("actions") if row["persons"] == "yes"}
    return frozenset(row["lemma"] for row in table(f"{language}/action_words") if row["action"] in persons)


def find_affected(document: Document, claims: Sequence[Claim], persons: Sequence[Span] | None = None) -> Masks:
    """Return where *document* names affected persons, the same person under the same number.

    What looks like a person's name is masked unless some mention shows one who speaks by office: a speaker with a role or
    body, or a name behind an official title. Whoever anything is done to is masked whatever the title, and so is a surname
    that such a person shares. persons: further names to consider.

    >>> from allegata.claim import claims, sample
    >>> page = sample("Police said Omar Ruizal was arrested in Lima.")
    >>> from allegata.mask.outward import mask_text
    >>> mask_text(page.text, find_affected(page, claims(page)))
    'Police said [person 1] was arrested in Lima.'
    """
    text, language = document.text, document.language
    doc = parse(text, language)
    harmed = _named_by(text, language, "affected_name", "aged_name")
    candidates = {(each.start, each.end) for each in persons or ()} | set(harmed) | _candidates(text, doc, language)
    institutions = [match.span() for match in pattern(language, "institution").finditer(text)]
    known = union(known_names(text, language) + institutions)
    institutions = union(institutions)
    headlines = union(
        (sentence.start_char, sentence.end_char) for sentence in doc.sents if _is_title_case(sentence.text)
    )
    targets = union(
        [(span.start, span.end) for claim in claims for span in _targets(claim)]
        + harmed
        + _named_by(text, language, "kin_of", "kin_after", "among_them")
    )
    speaking = _speaking(claims)
    names = []
    runs: set[Stretch] = set()
    for candidate in candidates:
        for start, end in lines_of(text, *candidate):
            headline = touched(headlines, start, start + 1) or len(text[start:end].split()) > LONGEST_NAME
            runs |= set(_odd_runs(text, start, end, known, language) if headline else [(start, end)])
    for start, end in sorted(runs):
        start = max(
            (two for one, two in touched(institutions, start, end) if one <= start and two < end), default=start
        )
        start, end = _bare(text, start, end, language)
        start, titled = _after_title(text, start, end, language)
        if start >= end or any(one <= start and end <= two for one, two in touched(known, start, end)):
            continue
        parts = words_of(text[start:end])
        if not parts or not any(word[0].isupper() or not word[0].islower() for word in text[start:end].split()):
            continue
        official = titled or bool(having(parts, speaking))
        official = official or bool(titled_before(language).search(text[max(0, start - 90) : start]))
        affected = bool(touched(targets, start, end)) or acted_on(doc, start, end, language)
        names.append(Name(start, end, tuple(parts), official, affected))
    return Masks(document.id, numbered(text, names, known, language))


def _named_by(text: str, language: str, *patterns: str) -> list[Stretch]:
    """Return the names (group name) that *patterns* find, in their order."""
    return [match.span("name") for each in patterns for match in pattern(language, each).finditer(text)]


def _candidates(text: str, doc: Doc, language: str) -> set[Stretch]:
    """Return what may name a person: recognised persons, and in sentences where something is done to persons also runs of
    capitals, words in other scripts, and single odd names that it is done to.
    """
    found = {(name.start_char, name.end_char) for name in doc.ents if name.label_ == "PERSON"}
    affecting = union(
        (each.start_char, each.end_char) for each in doc.sents if pattern(language, "affecting").search(each.text)
    )
    for name in ("names", "foreign_name"):
        stretches = (match.span() for match in pattern(language, name).finditer(text))
        found |= {each for each in stretches if touched(affecting, *each)}
    return found | {
        (each.idx, each.idx + len(each))
        for each in doc
        if each.pos_ == "PROPN"
        and touched(affecting, each.idx, each.idx + 1)
        and not is_plain_word(each.text, language)
        and acted_on(doc, each.idx, each.idx + len(each), language)
    }


def _after_title(text: str, start: int, end: int, language: str) -> tuple[int, bool]:
    """Return where the name from *start* to *end* begins behind the titles in it, and whether it has one: "Superintendent Li"."""
    titles = words(language, "office_noun") | words(language, "name_office")
    last = start
    for word in WORD.finditer(text, start, end):
        if word[0].lower() in titles and word.end() < end:
            last = word.end() + 1
    return last, last > start


def acted_on(doc: Doc, start: int, end: int, language: str) -> bool:
    """Return whether the name from *start* to *end* is the object or passive subject of a word that does something to persons."""
    stretch = doc.char_span(start, end, alignment_mode="expand")
    if stretch is None:
        return False
    token = stretch.root
    for _ in range(6):
        head = token.head
        if token.dep_ in ("nsubjpass", "dobj", "pobj", "relcl", "acl") and head.lemma_.lower() in harming(language):
            return True
        if token.dep_ == "pobj" and head.head.lemma_.lower() in harming(language) and head.dep_ == "prep":
            return True
        if any(
            child.dep_ in ("relcl", "acl") and child.lemma_.lower() in harming(language) for child in token.children
        ):
            return True
        if token.dep_ not in ("appos", "conj", "compound", "nmod", "flat") or head == token:
            return False
        token = head
    return False


def _is_title_case(sentence: str) -> bool:
    """Return whether nearly every long word has a capital: there a capital says nothing."""
    long = [word for word in re.findall(r"[^\W\d_]+", sentence) if len(word) > 3]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long)


def _odd_runs(text: str, start: int, end: int, known: list[Stretch], language: str) -> list[Stretch]:
    """Return the runs of words, in a headline's stretch, that are neither common words nor part of a known name."""
    runs: list[Stretch] = []
    for word in WHOLE_WORD.finditer(text, start, end):
        if is_plain_word(word[0], language) or touched(known, *word.span()):
            continue
        if runs and not text[runs[-1][1] : word.start()].strip():
            runs[-1] = (runs[-1][0], word.end())
        else:
            runs.append(word.span())
    return runs


def _targets(claim: Claim) -> Iterable[Span]:
    value = claim.target.value if claim.target else None
    return claim.target.spans if claim.target and value and value.id is None else ()


def _speaking(claims: Sequence[Claim]) -> Owners:
    """Return the numbers of those who speak by a role or for a body, by the words of their names."""
    speakers = {speaker for claim in claims for mention in claim.speakers for speaker in mention.readings}
    names = {each.name for each in speakers if each.name and each.kind != "unknown" and (each.role or each.body)}
    found: Owners = {}
    for number, name in enumerate(names):
        for word in words_of(name):
            found.setdefault(word, {})[number] = None
    return found


def _bare(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    found = pattern(language, "before_name").match(text[start:end])
    if found:
        start += found.end()
    if text[start : start + 2] in ("'s", "’s"):
        start += 2
    while start < end and not text[start].isalnum():
        start += 1
    stop = re.search(r"(?<=\w\w)\.\s", text[start:end])
    if stop:
        end = start + stop.start()
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end
