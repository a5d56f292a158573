"""Invented sentences about official announcements, and invented outer attributions around sentences of the corpus.

PolNeAR gives each word one label, so it has no nested attributions, and it is about one country's politics. These templates teach the
encoder both. Names of persons are put together at random; nothing is taken from any report.

A template marks roles with tags: <s0> source, <c0> cue, <t0> content of attribution 0; a content may be in several stretches and may hold
other attributions. A name in braces is replaced by one of its alternatives, which may have braces and, for the other half of a template, no tags.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .corpus import Article, Quoted, Spans

TAG = re.compile(r"<(/?)([sct])(\d)>")
SLOT = re.compile(r"\{(\w+)\}")
ROLE = {"s": "source", "c": "cue", "t": "content"}

TABLE = tomllib.loads((Path(__file__).parent / "invented.toml").read_text("utf-8"))
SPEECH, CHAINS, AROUND = TABLE["speech"], TABLE["chains"], TABLE["around"]
WORDS: dict[str, list[str]] = TABLE["words"] | {"name": ["{first} {last}"]}

Drawn = tuple[str, tuple[Quoted, ...]]
Words = dict[str, list[str]]


def borrow(articles: Sequence[Article]) -> Words:
    """Return the words of the templates with sources and plain contents of *articles* among the alternatives."""
    sources, contents = [], []
    for article in articles:
        for each in article.versions[0]:
            if {len(each.source), len(each.cue), len(each.content)} != {1} or article.text[
                slice(*each.cue[0])
            ] != "said":
                continue
            source, content = (article.text[slice(*part[0])].rstrip(".") for part in (each.source, each.content))
            plain = content.removeprefix("that ")
            if not set('“”"\n<>{}') & set(source + plain) and 5 <= len(plain.split()) <= 30 and len(source) < 80:
                sources.append(source)
                contents.append(plain)
    if not contents:
        return WORDS
    return WORDS | {
        "official": WORDS["official"] + ["{borrowed_source}"] * (len(WORDS["official"]) // 2),
        "event": WORDS["event"] + ["{borrowed_content}"] * len(WORDS["event"]),
        "borrowed_source": sources,
        "borrowed_content": contents,
    }


def fill(template: str, random: np.random.Generator, words: Words) -> str:
    """Return *template* with every slot but SENTENCE replaced; a slot with a capital begins with one."""
    while match := next((each for each in SLOT.finditer(template) if each[1] != "SENTENCE"), None):
        name = match[1]
        options = words[name.lower()]
        chosen = options[int(random.integers(len(options)))]
        if name.isupper():
            chosen = chosen.upper()
        elif name[0].isupper() and not chosen.startswith("{"):
            chosen = chosen[0].upper() + chosen[1:]
        elif name[0].isupper():
            chosen = re.sub(r"^\{(\w)", lambda first: "{" + first[1].upper(), chosen)
        template = template[: match.start()] + chosen + template[match.end() :]
    return (
        template.replace(",,", ",")
        .replace(",</s0>,", "</s0>,")
        .replace(",</s0>.", "</s0>.")
        .replace(",</s1>.", "</s1>.")
    )


def parse(marked: str) -> Drawn:
    """Return the text without tags, and the attributions that the tags mark.

    >>> parse("<s0>Police</s0> <c0>said</c0> <t0>no</t0>.")[1][0].content
    ((12, 14),)
    """
    text, last = "", 0
    spans: dict[tuple[int, str], Spans] = {}
    opened: dict[tuple[int, str], int] = {}
    for match in TAG.finditer(marked):
        text += marked[last : match.start()]
        last = match.end()
        key = (int(match[3]), ROLE[match[2]])
        if match[1]:
            spans[key] = (*spans.get(key, ()), (opened.pop(key), len(text)))
        else:
            opened[key] = len(text)
    text += marked[last:]
    numbers = sorted({number for number, _ in spans})
    found = tuple(
        Quoted(*(spans.get((number, role), ()) for role in ("source", "cue", "content"))) for number in numbers
    )
    return text, _shared(found)


def _shared(found: tuple[Quoted, ...]) -> tuple[Quoted, ...]:
    return tuple(Quoted(each.source or found[0].source, each.cue, each.content) for each in found)


def draw(random: np.random.Generator, words: Words) -> Drawn:
    """Return one invented report: a few lines of sentences, some of them with chains, some without any attribution."""
    text, found = "", []
    for _ in range(int(random.integers(2, 9))):
        kind = random.random()
        templates = CHAINS if kind < 0.35 else SPEECH if kind < 0.75 else words["plain"]
        sentence, quoted = parse(fill(templates[int(random.integers(len(templates)))], random, words))
        if random.random() < 0.3:
            sentence = sentence.replace("“", '"').replace("”", '"')
        sentence = sentence[0].upper() + sentence[1:]
        gap = "" if not text else "\n\n" if random.random() < 0.45 or text[-1] not in ".”" else " "
        found += [shifted(each, len(text) + len(gap)) for each in quoted]
        text += gap + sentence
    return text, tuple(found)


def shifted(quoted: Quoted, by: int) -> Quoted:
    """Return *quoted* moved *by* characters."""
    return Quoted(
        *(tuple((start + by, end + by) for start, end in part) for part in (quoted.source, quoted.cue, quoted.content))
    )


SENTENCE = re.compile(r"(?<![^\n.”])[ \n]?(?P<body>[A-Z“][^\n“”\"]{30,220}?)(?P<stop>\.)(?=\s+[A-Z“]|\n|\Z)")
LOWERED = (
    "The ",
    "A ",
    "An ",
    "In ",
    "He ",
    "She ",
    "It ",
    "They ",
    "We ",
    "But ",
    "His ",
    "Her ",
    "Their ",
    "This ",
    "That ",
    "Some ",
    "Many ",
    "There ",
)


def wrap(text: str, quoted: tuple[Quoted, ...], share: float, random: np.random.Generator) -> Drawn:
    """Return *text* with about *share* of its sentences put into an outer attribution, and all attributions moved along."""
    marks = list(quoted)
    for match in reversed(list(SENTENCE.finditer(text))):
        start, end = match.start("body"), match.end("stop")
        if random.random() >= share or any(_crosses(each, start, end) for each in marks):
            continue
        template = fill(AROUND[int(random.integers(len(AROUND)))], random, WORDS)
        plain, (outer,) = parse(template)
        at = plain.index("{SENTENCE}")
        grown = end - 1 - start - len("{SENTENCE}")
        body = text[start : end - 1]
        if at > 0 and body.startswith(LOWERED):
            body = body[0].lower() + body[1:]
        wrapped = plain.replace("{SENTENCE}", body)
        wrapped = wrapped[0].upper() + wrapped[1:]
        outer = Quoted(
            *(tuple(_grow(span, at, grown) for span in part) for part in (outer.source, outer.cue, outer.content))
        )
        delta = len(wrapped) - (end - start)
        moved = [_moved(each, start, end, at, delta) for each in marks]
        marks = [*moved, shifted(outer, start)]
        text = text[:start] + wrapped + text[end:]
    return text, tuple(marks)


def _crosses(quoted: Quoted, start: int, end: int) -> bool:
    spans = (*quoted.source, *quoted.cue, *quoted.content)
    within = [start <= first and last <= end for first, last in spans]
    apart = [last <= start or first >= end for first, last in spans]
    return not (all(within) or all(apart))


def _grow(span: tuple[int, int], at: int, grown: int) -> tuple[int, int]:
    start, end = span
    return (start + grown if start > at else start, end + grown if end > at else end)


def _moved(quoted: Quoted, start: int, end: int, at: int, delta: int) -> Quoted:
    def move(span: tuple[int, int]) -> tuple[int, int]:
        if span[0] >= end:
            return span[0] + delta, span[1] + delta
        if span[0] >= start:
            return span[0] + at, min(span[1], end - 1) + at
        return span

    return Quoted(*(tuple(move(span) for span in part) for part in (quoted.source, quoted.cue, quoted.content)))
