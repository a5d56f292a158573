"""A cheap look at the words of a text: whether a claim can stand in it at all, so that nothing slower reads the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from allegata.ground.lexicon import Row, phrases, table, words
from allegata.ground.syntax import inflected

Gate = Literal["off", "words", "happenings"]
"""What is read: everything; texts in which somebody may be quoted or something may have happened; only the latter."""
WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
LINE = re.compile(r"[^\n]+")
FIGURE = re.compile(r"\d")
QUOTATION = re.compile(r"[\"“”„«»:]")
NAMED = re.compile(r"\w\W{1,3}([^\W\d_])")
"""A capital letter that does not begin a sentence."""


@dataclass(frozen=True)
class Sense:
    """What has to stand in a line beside a form of the word: a form of each word of *beside*, and one of *among* if there are any.

    Instead of one of *among* does a number in figures where things are *counted*, and a name where it may be a *person*.
    """

    beside: tuple[frozenset[str], ...]
    among: frozenset[str]
    counted: bool
    person: bool

    def holds(self, words: frozenset[str], figures: bool, named: bool) -> bool:
        """Return whether it stands there."""
        enough = not self.among or (self.counted and figures) or (self.person and named)
        beside = all(not forms.isdisjoint(words) for forms in self.beside)
        return beside and (enough or not self.among.isdisjoint(words))


@cache
def _numbers(language: str) -> frozenset[str]:
    rows = [row["word"] for row in table(f"{language}/numbers") if row["kind"] not in ("article", "suffix")]
    rows += [row["phrase"] for row in table(f"{language}/quantifiers")]
    articles = {row["word"] for row in table(f"{language}/numbers") if row["kind"] == "article"}
    return frozenset(word for row in rows for word in row.split() if len(word) > 2) - articles


def _nouns(language: str, kind: str) -> frozenset[str]:
    """Return the forms of the nouns of an object class."""
    classes = {row["noun"]: row["class"] for row in table(f"{language}/object_classes")}
    units = {row["noun"]: classes.get(row["unit"], row["unit"]) for row in table(f"{language}/units")}
    named = [noun for noun, each in (*classes.items(), *units.items()) if each == kind]
    return frozenset(form for noun in named for form in inflected(noun, language, is_noun=True))


@cache
def _objects(language: str, kind: str) -> tuple[frozenset[str], bool]:
    """Return the words of which one tells of an object of that *kind*, and whether such objects are counted; hundreds of senses share them."""
    counted = kind in ("person", "goods")
    return _nouns(language, kind) | (_numbers(language) if counted else frozenset()), counted


def _sense(row: Row, language: str) -> Sense:
    beside = tuple(inflected(word, language) for word in row["with"].split())
    if row["objects"] == "any":
        return Sense(beside, frozenset(), False, False)
    people = row["objects"] == "people"
    among, counted = _objects(language, "person" if people else row["objects"])
    return Sense(beside, among, counted, people or row["objects"] == "person")


def forms_of(row: Row, language: str) -> frozenset[str]:
    """Return the forms of the word of a *row* of action words."""
    if row["pos"] == "phrase":
        return frozenset({row["lemma"]})
    return inflected(row["lemma"], language, is_noun=row["pos"] == "noun")


@cache
def _senses(language: str) -> dict[str, tuple[Sense, ...]]:
    """Return what has to stand beside each form of an action word, one row of its senses enough."""
    found: dict[str, tuple[Sense, ...]] = {}
    for row in table(f"{language}/action_words"):
        for form in forms_of(row, language):
            found[form] = (*found.get(form, ()), _sense(row, language))
    return found


@cache
def _cues(language: str) -> frozenset[str]:
    said = {form for row in table(f"{language}/cues") for form in inflected(row["lemma"], language)}
    return frozenset(said | {each[0] for each in phrases(language, "according")})


def may_quote(line: str, language: str) -> bool:
    """Return whether somebody may be quoted in *line*: it has a mark of quotation or a form of a cue.

    >>> may_quote("Rain, the office said, is due.", "en"), may_quote("Rain is due.", "en")
    (True, False)
    """
    return QUOTATION.search(line) is not None or not _cues(language).isdisjoint(WORD.findall(line.lower()))


@cache
def _full_stop(language: str) -> re.Pattern[str]:
    """Return what stands between two sentences; not after what may be an abbreviation: a short word with a capital or with more stops in it, or a known one."""
    known = "".join(rf"(?<!\s{re.escape(each)}\.)" for each in sorted(words(language, "abbreviated_word")))
    return re.compile(rf"(?:(?<=[a-z]{{4}}[.!?])|(?<=\s[a-z]{{3}}[.!?])|(?<=\s[a-z]{{2}}[.!?])){known}\s+(?=[A-Z])")


def may_happen(line: str, language: str, names: bool = True) -> bool:
    """Return whether a sentence of *line* may tell of an action on something that can be counted.

    names: whether a name is enough of a person for an action that is done to persons and to much else.

    >>> [may_happen(line, "en") for line in ("Ten were held.", "Twelve arrests in Lima", "Rain may hold off.")]
    [True, True, False]
    >>> may_happen("A second song ended it. The hall was freed.", "en"), may_happen("Two from St. Pauls were freed.", "en")
    (False, True)
    """
    return any(_acts(sentence, language, names) for sentence in _full_stop(language).split(line))


def is_act(phrase: str, language: str) -> bool:
    """Return whether *phrase* has a form of an action word that is not the form of a cue as well.

    >>> is_act("was sentenced", "en"), is_act("claimed", "en")
    (True, False)
    """
    return not (_senses(language).keys() & set(WORD.findall(phrase.lower()))) <= _cues(language)


def _acts(sentence: str, language: str, names: bool) -> bool:
    words = frozenset(WORD.findall(sentence.lower()))
    found = [(word, sense) for word in words & _senses(language).keys() for sense in _senses(language)[word]]
    if not found:
        return False
    figures = FIGURE.search(sentence) is not None
    named = names and any(match[1].isupper() for match in NAMED.finditer(sentence))
    # A word is not what it acts on: "the plan" is no plan that somebody plans.
    return any(sense.holds(words - {word}, figures, named) for word, sense in found)


def open_lines(text: str, language: str, gate: Gate = "words") -> Iterator[tuple[int, int]]:
    r"""Yield start and end of the lines of *text* in which a claim may stand.

    >>> list(open_lines("Sun all day\nPolice said ten were held.", "en"))
    [(12, 38)]
    """
    for line in LINE.finditer(text):
        if (
            gate == "off"
            or may_happen(line[0], language, gate == "words")
            or (gate == "words" and may_quote(line[0], language))
        ):
            yield line.span()


def is_open(text: str, language: str, gate: Gate = "words") -> bool:
    r"""Return whether a claim may stand anywhere in *text*.

    >>> is_open("Sun all day\nRain on Friday", "en"), is_open("Ten were held", "en")
    (False, True)
    """
    return gate == "off" or next(open_lines(text, language, gate), None) is not None
