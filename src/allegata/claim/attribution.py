"""Who is quoted, by which word, saying what: the syntactic reader behind the attribution seam."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from allegata.ground.lexicon import Row, phrases, table
from allegata.ground.syntax import parse
from allegata.model.claim import Attribution, Form
from allegata.model.document import Document
from allegata.model.identity import attribution_id
from allegata.model.mention import Span, span_of

from .page import LONGEST_QUOTATION, QUOTED, Stretches, between, extent, inside, one_of, tokens_like, trimmed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@cache
def _cues(language: str) -> dict[str, Row]:
    return {row["lemma"]: row for row in table(f"{language}/cues")}


def cue_of(token: Token) -> Row | None:
    """Return the row of the cue verb *token* is a form of, null if it is none."""
    return _cues(token.lang_).get(token.lemma_.lower())


def _frame(token: Token) -> str:
    row = cue_of(token)
    return row["frame"] if row else ""


def find_attributions(document: Document) -> tuple[Attribution, ...]:
    """Return the attributions of *document*, in reading order of their cues.

    Spans are code points of its text. An attribution whose cue lies in the content of another is nested in it.
    Source: the three spans of Pareti et al., EMNLP 2013; dependencies of spaCy's English model.

    >>> from allegata.claim import sample
    >>> [(a.source[0].text, a.cue[0].text, a.content[0].text) for a in find_attributions(sample("The ministry said ten men were held."))]
    [('The ministry', 'said', 'ten men were held')]
    """
    text = document.text
    doc = parse(text, document.language)
    quoted = [match.span() for match in QUOTED.finditer(text)]
    cues, first_words = _cues(document.language), _first_words(document.language, "according")
    tokens = tokens_like(doc, LEMMA=lambda lemma: lemma.lower() in cues, LOWER=first_words.__contains__)
    found = [made for token in tokens for made in _read(token, doc, document, quoted)]
    return _nested(found)


def _read(token: Token, doc: Doc, document: Document, quoted: list[tuple[int, int]]) -> list[Attribution]:
    if _is_according(token, doc):
        return _according(token, doc, document, quoted)
    if cue_of(token) is None or token.pos_ not in ("VERB", "AUX"):
        return []
    around = between(quoted, token.idx - 400, token.idx, _begin)
    if any(token.idx < end and end - start < 400 for start, end in around) and not _subject(token):
        return []
    source = _source(token)
    content = _content(token, quoted, document.text)
    if not content or not source:
        return []
    kept = set(source) | {token}
    content = [each for each in content if each not in kept]
    return _made(document.text, source, [token], content, quoted)


def _is_according(token: Token, doc: Doc) -> bool:
    """Return whether *token* begins a phrase such as "according to"."""
    if token.lower_ not in _first_words(token.lang_, "according"):
        return False
    following = doc[token.i + 1].lower_ if token.i + 1 < len(doc) else ""
    return (token.lower_, following) in phrases(token.lang_, "according")


@cache
def _first_words(language: str, group: str) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in phrases(language, group))


def _begin(mark: tuple[int, int]) -> int:
    return mark[0]


def _subject(token: Token) -> list[Token]:
    for child in token.children:
        if child.dep_ in ("nsubj", "nsubjpass"):
            return [child]
    if token.dep_ == "conj" and token.head.pos_ in ("VERB", "AUX"):
        return _subject(token.head)
    if token.dep_ in ("xcomp", "advcl") and token.tag_ == "VBG":
        return _subject(token.head)
    return []


def _source(token: Token) -> list[Token]:
    if one_of(token, "saying") and token.dep_ == "pcomp" and one_of(token.head, "as"):
        return _quoted_source(token.head.head)
    if _frame(token) == "quote":
        return _quoted_source(token)
    heads = _subject(token)
    if heads and one_of(heads[0], "relative"):
        return noun_phrase(token.head, token) if token.dep_ == "relcl" else []
    if not heads or one_of(heads[0], "expletive"):
        return []
    if heads[0].dep_ == "nsubjpass" and _frame(token) != "relay":
        agent = [child for each in token.children if each.dep_ == "agent" for child in each.children]
        return noun_phrase(agent[0], token) if agent else []
    return noun_phrase(heads[0], token)


def _quoted_source(verb: Token) -> list[Token]:
    wanted = "nsubjpass" if any(each.dep_ == "nsubjpass" for each in verb.children) else "dobj"
    for child in verb.children:
        if child.dep_ == wanted or (child.dep_ == "nsubj" and child.i > verb.i):
            return noun_phrase(child, verb)
    if verb.dep_ in ("acl", "relcl"):
        return noun_phrase(verb.head, verb)
    return []


def noun_phrase(head: Token, cue: Token | None = None) -> list[Token]:
    """Return the noun phrase of *head*, without clauses that hang on it and without the cue."""
    kept: list[Token] = []
    pending = [head]
    while pending:
        each = pending.pop()
        kept.append(each)
        for child in each.children:
            named = child.dep_ == "acl" and one_of(child, "introduced")
            if (
                child == cue
                or child.dep_ in ("relcl", "advcl", "ccomp", "parataxis")
                or (child.dep_ == "acl" and not named)
            ):
                continue
            if child.dep_ in ("punct", "cc", "conj") and each.pos_ in ("VERB", "AUX"):
                continue
            pending.append(child)
    return sorted(kept, key=lambda each: each.i)


def _content(token: Token, quoted: list[tuple[int, int]], text: str) -> list[Token]:
    clauses = [child for child in token.children if child.dep_ in ("ccomp", "xcomp") and child.i != token.i]
    if not clauses:
        for child in token.children:
            if child.dep_ == "prep" and one_of(child, "content_after"):
                for verb in child.children:
                    clauses += [each for each in verb.children if each.dep_ in ("ccomp", "dobj")]
    if not clauses:
        clauses = [
            child
            for child in token.children
            if child.dep_ in ("dobj", "nsubjpass") and _frame(token) not in ("quote", "address")
        ]
    tokens = [each for clause in clauses for each in clause.subtree]
    start, end = token.sent.start_char, token.sent.end_char
    reach = between(quoted, start - LONGEST_QUOTATION - 2, end, _begin)
    near = [mark for mark in reach if start < mark[1] and mark[1] - mark[0] > 12]
    for mark in near:
        if not inside((token.idx, token.idx + 1), mark):
            tokens += [each for each in token.sent if inside((each.idx, each.idx + len(each)), mark)]
    following = token.i + 1 < len(token.doc) and one_of(token.doc[token.i + 1], "that")
    if following:
        tokens += [each for each in token.sent if each.i > token.i + 1]
    if token.dep_ in ("parataxis", "advcl") and not tokens and token.head.pos_ in ("VERB", "AUX"):
        own = set(token.subtree)
        tokens = [each for each in token.head.subtree if each not in own]
    if not clauses and not near and not following and _subject(token) and token.dep_ == "ROOT":
        # The clause before a comma and an inverted cue is what was said, even where the parser lost the arc.
        before = [each for each in token.sent if each.i < min(each.i for each in _subject(token)[0].subtree)]
        if len(before) > 4 and before[-1].text == ",":
            tokens = before
    return sorted(set(tokens), key=lambda each: each.i)


def _according(token: Token, doc: Doc, document: Document, quoted: list[tuple[int, int]]) -> list[Attribution]:
    objects = [each for each in doc[token.i + 1].children if each.dep_ == "pobj"]
    if not objects:
        return []
    source = noun_phrase(objects[0], token)
    taken = {token.i, token.i + 1} | {each.i for each in objects[0].subtree}
    clause = token.head if token.head != token else token.sent.root
    while (
        clause.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "prep", "compound", "amod", "attr", "appos", "npadvmod")
        and clause.head != clause
    ):
        clause = clause.head
    content = [each for each in clause.subtree if each.i not in taken]
    if len(content) < 2:
        content = [each for each in token.sent if each.i not in taken]
    return _made(document.text, source, [doc[token.i], doc[token.i + 1]], content, quoted)


def _made(
    text: str, source: list[Token], cue: list[Token], content: list[Token], quoted: list[tuple[int, int]]
) -> list[Attribution]:
    spans = _runs(text, content)
    who = _runs(text, source)[:1]
    if not spans or not who:
        return []
    word = span_of(text, *extent(cue))
    kept = (who, (word,), spans)
    form = _form(spans, quoted)
    return [Attribution(attribution_id(*kept), who, (word,), spans, form, None)]


def _runs(text: str, tokens: list[Token]) -> tuple[Span, ...]:
    """Return the stretches of neighbouring *tokens*, trimmed; those without a letter are dropped."""
    runs: list[list[Token]] = []
    for token in sorted(tokens, key=lambda each: each.i):
        if runs and token.i == runs[-1][-1].i + 1:
            runs[-1].append(token)
        else:
            runs.append([token])
    found = (trimmed(text, *extent(run)) for run in runs)
    return tuple(span_of(text, *each) for each in found if any(char.isalnum() for char in text[each[0] : each[1]]))


def _form(spans: tuple[Span, ...], quoted: list[tuple[int, int]]) -> Form:
    letters = sum(span.end - span.start for span in spans)
    within = sum(
        max(0, min(span.end, end) - max(span.start, start))
        for span in spans
        for start, end in between(quoted, span.start - LONGEST_QUOTATION - 2, span.end, _begin)
    )
    if within > 0.8 * letters:
        return "direct"
    return "mixed" if within > 20 else "indirect"


def _nested(found: list[Attribution]) -> tuple[Attribution, ...]:
    made = []
    contents = Stretches.of(each.content for each in found)
    for number, one in enumerate(found):
        holding = contents.holding((one.cue[0].start, one.cue[0].end))
        around = [found[each] for each in holding if each != number]
        outer = min(around, key=lambda each: sum(span.end - span.start for span in each.content), default=None)
        made.append(Attribution(one.id, one.source, one.cue, one.content, one.form, outer.id if outer else None))
    return tuple(sorted(made, key=lambda each: each.cue))
