"""A document with everything ground knows about it: what every rule of this stage looks at."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from allegata.ground.actor import find_bodies
from allegata.ground.country import country_context
from allegata.ground.gazetteer import find_toponyms, resolve
from allegata.ground.lexicon import pattern, words
from allegata.ground.locality import find_localities
from allegata.ground.place import capital_of, country_name, is_capital
from allegata.ground.quantity import Quantity, find_quantities
from allegata.ground.syntax import find_dateline, parse
from allegata.ground.timex import find_times
from allegata.model.claim import Attribution, Period, Place, Speaker
from allegata.model.document import Document
from allegata.model.mention import Mention, Span, span_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Stretch

    from .conduit import Relay

M = TypeVar("M")
LONGEST_QUOTATION = 2000
QUOTATION_MARKS = '"“”„«»'
QUOTED = re.compile(rf"[\"“”„«]([^\"“”„«»\n]{{1,{LONGEST_QUOTATION}}})[\"“”»]")


@dataclass(frozen=True)
class Page:
    """What was found in a document, in reading order; offsets are code points of its text.

    quoted: the insides of quotation marks. people: names of persons with their offsets. home: the country most of the
    document speaks of, or null. nation: that country as a place, on the words that name it; empty when none does.
    bodies: the official bodies named anywhere. cues: the tokens that are cues of its attributions.
    """

    document: Document
    doc: Doc
    quantities: tuple[Quantity, ...]
    times: tuple[Mention[Period], ...]
    places: tuple[Mention[Place], ...]
    quoted: tuple[tuple[int, int], ...]
    people: tuple[Span, ...]
    home: str | None
    nation: tuple[Mention[Place], ...]
    bodies: tuple[Mention[Speaker], ...]
    profile: str
    cues: frozenset[int] = frozenset()

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The sentences."""
        return tuple(self.doc.sents)

    @cached_property
    def sentences(self) -> tuple[int, ...]:
        """Where each sentence starts."""
        return tuple(sentence.start_char for sentence in self.stretches)

    @cached_property
    def desk(self) -> tuple[int, int]:
        """The stretch of the dateline, an empty one where there is none."""
        text, dateline = self.document.text, find_dateline(self.document.text)
        return (text.rfind("\n", 0, dateline[0]) + 1, dateline[0]) if dateline is not None else (0, 0)

    def is_of_desk(self, place: Mention[Place]) -> bool:
        """Return whether *place* is a capital in the dateline: where the report was written."""
        start, end = self.desk
        return start <= first_offset(place) < end and place.value is not None and is_capital(place.value)

    @cached_property
    def relays(self) -> dict[int, tuple[Relay, ...]]:
        """The outlets that sentences say passed words on, by where the sentence starts: those looked up so far."""
        return {}

    @cached_property
    def surnames(self) -> frozenset[str]:
        """The last words of the names of persons anywhere in the document."""
        return frozenset(re.sub(r"[’']s$", "", name.text.split()[-1]) for name in self.people if name.text.strip())


def page_of(document: Document, profile: str, attributions: tuple[Attribution, ...] = ()) -> Page:
    """Return *document* with its structure, quantities, times and places, and where its *attributions* have their cues."""
    text, language = document.text, document.language
    home = country_context(text, language)
    doc = parse(text, language)
    named = resolve(find_toponyms(text, language), text, home, language)
    times = find_times(text, document.published, None, language)
    months = Stretches.of(each.spans for each in times)  # the month of Mehr
    named = tuple(each for each in named if not months.holding((each.spans[0].start, each.spans[0].end)))
    people = tuple(Span(each.start_char, each.end_char, each.text) for each in doc.ents if each.label_ == "PERSON")
    speaking = _speaking(people, attributions)
    again = _again(speaking, people, attributions)
    people = tuple(sorted((*people, *again), key=span_start))
    named = tuple(
        each
        for each in named
        if each.spans[0] not in again and not any(_is_part(each.spans[0], name) for name in speaking)
    )
    small = find_localities(text, named, home, language)
    small = tuple(each for each in small if not any(_is_part(each.spans[0], name) for name in people))
    taken = {each.spans[0].start for each in small}
    named = tuple(each for each in named if each.spans[0].start not in taken)
    places = tuple(sorted((*named, *small, *_capitals(text, home, language)), key=first_offset))
    return Page(
        document=document,
        doc=doc,
        quantities=find_quantities(text, profile, language),
        times=times,
        places=places,
        quoted=tuple(match.span(1) for match in QUOTED.finditer(text)),
        people=people,
        home=home,
        nation=_nation(text, places, home),
        bodies=find_bodies(text, home, language),
        profile=profile,
        cues=frozenset(_tokens(doc, (span for each in attributions for span in each.cue))),
    )


def _speaking(people: tuple[Span, ...], attributions: tuple[Attribution, ...]) -> list[Span]:
    """Return those of *people*, of more than one name, that a source names."""
    sources = Stretches.of(each.source for each in attributions)
    return [each for each in people if " " in each.text and sources.holding((each.start, each.end))]


def _again(speaking: list[Span], people: tuple[Span, ...], attributions: tuple[Attribution, ...]) -> list[Span]:
    """Return the sources that are nothing but the last name of one of *speaking* before them and that the parser takes for no person, a town of that name perhaps."""
    last = {each.text.split()[-1]: each.start for each in reversed(speaking)}
    sources = {
        each.source[0]
        for each in attributions
        if last.get(each.source[0].text, each.source[0].end) < each.source[0].start
    }
    return sorted(sources.difference(people), key=span_start)


def _is_part(place: Span, person: Span) -> bool:
    """Return whether *place* is only a part of the name of *person*: the first name of "Paola Verdi" and the last of "Ana Medina"."""
    part, whole = (place.start, place.end), (person.start, person.end)
    return part != whole and inside(part, whole)


def _capitals(text: str, home: str | None, language: str) -> Iterator[Mention[Place]]:
    """Yield the places that *text* calls the capital, and nothing else: that of *home*."""
    capital = capital_of(home) if home else None
    if capital is None:
        return
    for match in pattern(language, "the_capital").finditer(text):
        yield Mention((span_of(text, *match.span("name")),), (capital,), "capital of the document's country")


def _tokens(doc: Doc, spans: Iterable[Span]) -> Iterator[int]:
    for span in spans:
        stretch = doc.char_span(span.start, span.end, alignment_mode="expand")
        yield from (token.i for token in stretch or ())


def _nation(text: str, places: tuple[Mention[Place], ...], home: str | None) -> tuple[Mention[Place], ...]:
    if home is None:
        return ()
    value = Place(country_name(home), f"iso:{home}", home, None, "country")
    naming = (each.spans[:1] for each in places if each.value is not None and each.value.id == value.id)
    named = next(naming, ())
    if not named:
        stem = re.search(rf"\b{re.escape(country_name(home)[:4])}\w*", text)
        named = (span_of(text, *stem.span()),) if stem else ()
    return (Mention(named, (value,), "document's country"),)


def between(found: Sequence[M], start: int, end: int, at: Callable[[M], int]) -> Sequence[M]:
    """Return those of *found*, which are in order of *at*, that begin from *start* up to, not including, *end*.

    >>> between((1, 4, 6, 9), 4, 9, lambda each: each)
    (4, 6)
    """
    return found[bisect_left(found, start, key=at) : bisect_left(found, end, key=at)]


def first_offset(mention: Mention[Any]) -> int:
    """Return where the first span of *mention* starts."""
    return mention.spans[0].start


def cue_start(attribution: Attribution) -> int:
    """Return where the cue of *attribution* starts: the order of a page's attributions."""
    return attribution.cue[0].start


@dataclass(frozen=True)
class Stretches:
    """Stretches of a text, in order of their starts, each with the number of what it belongs to."""

    rows: tuple[tuple[int, int, int], ...]
    longest: int

    @classmethod
    def of(cls, groups: Iterable[Iterable[Span]]) -> Stretches:
        """Return the spans of all *groups*, numbered by group."""
        rows = sorted((span.start, span.end, number) for number, group in enumerate(groups) for span in group)
        return cls(tuple(rows), max((end - start for start, end, _ in rows), default=0))

    def holding(self, inner: tuple[int, int]) -> list[int]:
        """Return the numbers of the groups with a stretch that holds *inner*, in order.

        >>> Stretches.of([[Span(0, 9, "")], [Span(2, 4, "")], [Span(5, 9, "")]]).holding((2, 3))
        [0, 1]
        """
        last, found = bisect_right(self.rows, inner[0], key=lambda row: row[0]), set()
        while last and self.rows[last - 1][0] >= inner[0] - self.longest:
            last -= 1
            if inner[1] <= self.rows[last][1]:
                found.add(self.rows[last][2])
        return sorted(found)


def meets(one: Span, other: Span) -> bool:
    """Return whether two spans have a code point in common.

    >>> meets(Span(0, 3, ""), Span(2, 5, "")), meets(Span(0, 3, ""), Span(3, 5, ""))
    (True, False)
    """
    return one.start < other.end and other.start < one.end


def span_start(span: Span) -> int:
    """Return where *span* starts: the order of a page's people."""
    return span.start


def paragraph_before(text: str, start: int) -> int:
    r"""Return where the paragraph before the one that begins at *start* begins.

    >>> paragraph_before("One.\nTwo.\n\nThree.", 11)
    5
    """
    end = start
    while end and text[end - 1].isspace():
        end -= 1
    return text.rfind("\n", 0, end) + 1


def inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Return whether *inner* lies in *outer*.

    >>> inside((2, 3), (2, 5)), inside((1, 3), (2, 5))
    (True, False)
    """
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def extent(tokens: list[Token]) -> tuple[int, int]:
    """Return start and end (code points) of *tokens*, which are not empty."""
    first, last = min(tokens, key=lambda each: each.i), max(tokens, key=lambda each: each.i)
    return first.idx, last.idx + len(last.text)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch without white space, commas and unpaired marks at its ends.

    >>> trimmed("x, ten men, y", 1, 11)
    (3, 10)
    """
    while start < end and text[start] in " \n\t,;:–—-.":
        start += 1
    while end > start and text[end - 1] in " \n\t,;:–—-":
        end -= 1
    return start, end


def unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch without quotation marks at its ends.

    >>> unquoted('"CIA agents"', 0, 12)
    (1, 11)
    """
    while start < end and text[start] in QUOTATION_MARKS:
        start += 1
    while end > start and text[end - 1] in QUOTATION_MARKS:
        end -= 1
    return start, end


def sentence_at(page: Page, offset: int) -> Stretch:
    """Return the sentence that holds the code point *offset*, or begins after it; the first one where it lies outside the text."""
    if not 0 <= offset < len(page.document.text):
        return page.stretches[0]
    number = bisect_right(page.sentences, offset)
    before = page.stretches[number - 1]
    return before if offset < before.end_char or number == len(page.stretches) else page.stretches[number]


def stretch_at(page: Page, start: int, end: int) -> Stretch | None:
    """Return the tokens that the code points from *start* to *end* touch, null if there are none."""
    return page.doc.char_span(start, end, alignment_mode="expand")


def tokens_like(doc: Doc, **attributes: Callable[[str], object]) -> Iterator[Token]:
    """Yield the tokens of *doc* of whose *attributes*, as spaCy calls them, one fits; each value of one is looked at once.

    >>> [token.text for token in tokens_like(parse("Police said ten men fled."), POS={"VERB"}.__contains__)]
    ['said', 'fled']
    """
    found: set[int] = set()
    for attribute, fits in attributes.items():
        column = doc.to_array(attribute).tolist()
        fitting = {value for value in set(column) if fits(doc.vocab.strings[value])}
        found.update(at for at, value in enumerate(column) if value in fitting)
    return (doc[at] for at in sorted(found))


def one_of(token: Token, group: str) -> bool:
    """Return whether *token* is one of a *group* of words.tsv."""
    return token.lower_ in words(token.lang_, group)


def is_known(noun: Token) -> bool:
    """Return whether *noun* is spoken of as told before: "the raids", "these men"."""
    return any(one_of(child, "told_before") for child in noun.children)


def headline(text: str) -> str:
    r"""Return the headline of *text* with the line break after it, empty where its first line is a paragraph.

    >>> headline("Ten held in Lima\nPolice said so.")
    'Ten held in Lima\n'
    """
    first = text[: text.find("\n") + 1]
    return first if not first.rstrip().endswith(".") else ""


def form_of(token: Token, group: str) -> bool:
    """Return whether *token* is a form of one of a *group* of words.tsv."""
    return token.lemma_.lower() in words(token.lang_, group)
