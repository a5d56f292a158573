"""Who is an affected person in a document, and what is shown instead."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from allegata import model
from allegata.ground.actor import find_aliases
from allegata.ground.gazetteer import find_toponyms
from allegata.ground.lexicon import alternation, pattern, table, words
from allegata.ground.syntax import is_plain_word, parse
from allegata.model import (
    Capture,
    Claim,
    Decision,
    Document,
    DocumentRef,
    Finding,
    MaskedSpan,
    Masks,
    Place,
    Record,
    Span,
    from_json,
    to_json,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc

_OWN_WORDS = frozenset(["file", "warc", "feed", "stdin", "http", "https", "www", "html", "txt", "person"])
_CHOICES = frozenset(
    name
    for record in vars(model).values()
    if isinstance(record, type) and issubclass(record, Record)
    for name, declared in get_type_hints(record).items()
    if any(get_origin(part) is Literal for part in (declared, *get_args(declared)))
)
# Fields that hold codes of ours and never words of a document: a person called Day does not turn "day" into a mask.
_CODED = _CHOICES | frozenset([
    "action", "also_actions", "capture", "class", "country", "end", "id", "inside", "judge", "language", "level", "penalty", "profile", "reader",
    "rule", "stage", "start", "tables", "timex", "unit", "model",
])  # fmt: skip


Stretch = tuple[int, int]
Owners = dict[str, dict[int, None]]
"""Numbers of persons by the words of their names, in the order in which they got them."""
SHORTEST_JOINED = 6
"""Letters of a name below which its words joined may stand in any word by chance."""
LONGEST_NAME = 5
"""Words above which a run of capitals is no single name."""


@cache
def _titled(language: str) -> re.Pattern[str]:
    """Return the pattern of an official title that ends the text: "the police chief of Lima, ", "Interior Minister "."""
    titles = alternation(row["title"] for row in table(f"{language}/titles") if row["kind"] == "official")
    of = alternation(words(language, "office_of"))
    body = rf"(?:\s+(?:{of})\s+(?:[A-Z][\w’'.-]*\s+){{0,3}}[A-Z][\w’'-]*)?"
    return re.compile(rf"(?<![\w-])(?i:{titles}){body},?\s+\Z")


@cache
def _harming(language: str) -> frozenset[str]:
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
    >>> mask_text(page.text, find_affected(page, claims(page)))
    'Police said [person 1] was arrested in Lima.'
    """
    text, language = document.text, document.language
    doc = parse(text, language)
    harmed = _named_by(text, language, "affected_name", "aged_name")
    candidates = {(each.start, each.end) for each in persons or ()} | set(harmed) | _candidates(text, doc, language)
    institutions = [match.span() for match in pattern(language, "institution").finditer(text)]
    known = _union(_known(text, language) + institutions)
    institutions = _union(institutions)
    headlines = _union(
        (sentence.start_char, sentence.end_char) for sentence in doc.sents if _is_title_case(sentence.text)
    )
    targets = _union(
        [(span.start, span.end) for claim in claims for span in _targets(claim)]
        + harmed
        + _named_by(text, language, "kin_of", "kin_after", "among_them")
    )
    speaking = _speaking(claims)
    names = []
    runs: set[Stretch] = set()
    for candidate in candidates:
        for start, end in _lines(text, *candidate):
            headline = _touched(headlines, start, start + 1) or len(text[start:end].split()) > LONGEST_NAME
            runs |= set(_odd_runs(text, start, end, known, language) if headline else [(start, end)])
    for start, end in sorted(runs):
        start = max(
            (two for one, two in _touched(institutions, start, end) if one <= start and two < end), default=start
        )
        start, end = _bare(text, start, end, language)
        start, titled = _after_title(text, start, end, language)
        if start >= end or any(one <= start and end <= two for one, two in _touched(known, start, end)):
            continue
        parts = _words(text[start:end])
        if not parts or not any(word[0].isupper() or not word[0].islower() for word in text[start:end].split()):
            continue
        official = titled or bool(_having(parts, speaking))
        official = official or bool(_titled(language).search(text[max(0, start - 90) : start]))
        affected = bool(_touched(targets, start, end)) or _acted_on(doc, start, end, language)
        names.append(_Name(start, end, tuple(parts), official, affected))
    return Masks(document.id, _numbered(text, names, known, language))


def _named_by(text: str, language: str, *patterns: str) -> list[Stretch]:
    """Return the names (group name) that *patterns* find, in their order."""
    return [match.span("name") for each in patterns for match in pattern(language, each).finditer(text)]


def _candidates(text: str, doc: Doc, language: str) -> set[Stretch]:
    """Return what may name a person: recognised persons, and in sentences where something is done to persons also runs of
    capitals, words in other scripts, and single odd names that it is done to.
    """
    found = {(name.start_char, name.end_char) for name in doc.ents if name.label_ == "PERSON"}
    affecting = _union(
        (each.start_char, each.end_char) for each in doc.sents if pattern(language, "affecting").search(each.text)
    )
    for name in ("names", "foreign_name"):
        stretches = (match.span() for match in pattern(language, name).finditer(text))
        found |= {each for each in stretches if _touched(affecting, *each)}
    return found | {
        (each.idx, each.idx + len(each))
        for each in doc
        if each.pos_ == "PROPN"
        and _touched(affecting, each.idx, each.idx + 1)
        and not is_plain_word(each.text, language)
        and _acted_on(doc, each.idx, each.idx + len(each), language)
    }


def _after_title(text: str, start: int, end: int, language: str) -> tuple[int, bool]:
    """Return where the name from *start* to *end* begins behind the titles in it, and whether it has one: "Superintendent Li"."""
    titles = words(language, "office_noun") | words(language, "name_office")
    last = start
    for word in _WORD.finditer(text, start, end):
        if word[0].lower() in titles and word.end() < end:
            last = word.end() + 1
    return last, last > start


@dataclass(frozen=True)
class _Name:
    """A stretch that names a person. official: this mention shows an office; affected: something is done to the one named."""

    start: int
    end: int
    words: tuple[str, ...]
    official: bool
    affected: bool


def _acted_on(doc: Doc, start: int, end: int, language: str) -> bool:
    """Return whether the name from *start* to *end* is the object or passive subject of a word that does something to persons."""
    stretch = doc.char_span(start, end, alignment_mode="expand")
    if stretch is None:
        return False
    token = stretch.root
    for _ in range(6):
        head = token.head
        if token.dep_ in ("nsubjpass", "dobj", "pobj", "relcl", "acl") and head.lemma_.lower() in _harming(language):
            return True
        if token.dep_ == "pobj" and head.head.lemma_.lower() in _harming(language) and head.dep_ == "prep":
            return True
        if any(
            child.dep_ in ("relcl", "acl") and child.lemma_.lower() in _harming(language) for child in token.children
        ):
            return True
        if token.dep_ not in ("appos", "conj", "compound", "nmod", "flat") or head == token:
            return False
        token = head
    return False


def _union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches in order, overlapping ones as one.

    >>> _union([(5, 9), (0, 3), (2, 4)])
    [(0, 4), (5, 9)]
    """
    made: list[Stretch] = []
    for start, end in sorted(stretches):
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made


def _touched(union: list[Stretch], start: int, end: int) -> list[Stretch]:
    """Return the stretches of *union* that share a code point with the one from *start* to *end*."""
    first = bisect_right(union, start, key=lambda each: each[1])
    return union[first : bisect_left(union, end, key=lambda each: each[0])]


def _is_title_case(sentence: str) -> bool:
    """Return whether nearly every long word has a capital: there a capital says nothing."""
    long = [word for word in re.findall(r"[^\W\d_]+", sentence) if len(word) > 3]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long)


def _lines(text: str, start: int, end: int) -> Iterator[Stretch]:
    """Yield what of the stretch stands on each line: a name ends with its line."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        yield start + match.start(), start + match.end()


def _odd_runs(text: str, start: int, end: int, known: list[Stretch], language: str) -> list[Stretch]:
    """Return the runs of words, in a headline's stretch, that are neither common words nor part of a known name."""
    runs: list[Stretch] = []
    for word in _WHOLE_WORD.finditer(text, start, end):
        if is_plain_word(word[0], language) or _touched(known, *word.span()):
            continue
        if runs and not text[runs[-1][1] : word.start()].strip():
            runs[-1] = (runs[-1][0], word.end())
        else:
            runs.append(word.span())
    return runs


def _targets(claim: Claim) -> Iterable[Span]:
    value = claim.target.value if claim.target else None
    return claim.target.spans if claim.target and value and value.id is None else ()


def _known(text: str, language: str) -> list[Stretch]:
    """Return the stretches that name places and organisations of the tables."""
    found = [(span.start, span.end) for span in find_toponyms(text, language)]
    return found + [(alias.spans[0].start, alias.spans[0].end) for alias in find_aliases(text)]


def _speaking(claims: Sequence[Claim]) -> Owners:
    """Return the numbers of those who speak by a role or for a body, by the words of their names."""
    speakers = {speaker for claim in claims for mention in claim.speakers for speaker in mention.readings}
    names = {each.name for each in speakers if each.name and each.kind != "unknown" and (each.role or each.body)}
    found: Owners = {}
    for number, name in enumerate(names):
        for word in _words(name):
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


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WHOLE_WORD.findall(name) if len(word) > 1]


_WHOLE_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_NAME_WORD = re.compile(rf"(?<![\w-]){_WHOLE_WORD.pattern}(?!\w)")
_JOINT = re.compile(r"[’'-]")


def _owners(names: Sequence[Sequence[str]]) -> Owners:
    """Return the persons that *names* speak of by the words of their names: numbers from 1.

    Two names are one person's when the words of one are all in the other.
    """
    people: list[set[str]] = []
    rarest: dict[str, list[int]] = {}
    owners: Owners = {}
    for name in names:
        parts = set(name)
        within = (each for word in parts for each in rarest.get(word, ()) if people[each - 1] <= parts)
        twin = min((*_having(name, owners), *within), default=0)
        if not twin:
            people.append(set())
            twin = len(people)
            # Whoever has all words of a person has this one: so that a first name that many share is not looked up.
            rarest.setdefault(min(name, key=lambda word: len(owners.get(word, ()))), []).append(twin)
        people[twin - 1] |= parts
        for word in parts:
            owners.setdefault(word, {})[twin] = None
    return owners


def _having(name: Iterable[str], owners: Owners) -> set[int]:
    """Return the numbers of the persons that have every word of *name*, which has one.

    >>> _having(["ada", "bo"], {"ada": {1: None, 2: None}, "bo": {2: None, 3: None}})
    {2}
    """
    first, *others = sorted((owners.get(word, {}) for word in name), key=len)
    return {each for each in first if all(each in other for other in others)}


def _numbered(text: str, names: Sequence[_Name], known: list[Stretch], language: str) -> tuple[MaskedSpan, ...]:
    """Return every place where a masked person's name, or a word of it, stands; one number a person, in order of first mention.

    A word of a name is left where it is part of a *known* name, or a common word that begins a sentence.
    """
    owners = _owners([name.words for name in names])
    whole = {name.words: _having(name.words, owners) for name in names}
    affected = set().union(*(whole[each] for each in {name.words for name in names if name.affected}))
    official = set().union(*(whole[each] for each in {name.words for name in names if name.official})) - affected
    first_of = {parts: min(numbers - official, default=0) for parts, numbers in whole.items()}
    first_with = {word: next((each for each in having if each not in official), 0) for word, having in owners.items()}
    surnames = {name.words[-1] for name in names}
    stretches, open_names = [], []
    for name in names:
        if first_of[name.words]:
            stretches.append((name.start, name.end, first_of[name.words]))
        else:
            open_names.append((name.start, name.end))
    shown = _union(open_names)
    for match in _NAME_WORD.finditer(text):
        # "Ruizal-led" and "Ruizal's" hold the name as well as "Ruizal".
        for end in (match.end(), *(match.start() + joint.start() for joint in _JOINT.finditer(match[0]))):
            word = text[match.start() : end].lower()
            number = first_with.get(word, 0)
            if number and (len(word) > 3 or word in surnames) and match[0][0].isupper():
                before = text[max(0, match.start() - 3) : match.start()].rstrip(" ")
                first = (not before or before[-1] in "\n.?!") and is_plain_word(word, language)
                if not (first or _touched(shown, match.start(), end) or _touched(known, match.start(), end)):
                    stretches.append((match.start(), end, number))
                break
    stretches.sort(key=lambda each: (each[0], -each[1]))
    kept: list[tuple[int, int, int]] = []
    for start, end, number in stretches:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]), kept[-1][2])
        else:
            kept.append((start, end, number))
    order: dict[int, int] = {}
    for _, _, number in kept:
        order.setdefault(number, len(order) + 1)
    return tuple(MaskedSpan(start, end, order[number]) for start, end, number in kept)


def mask_text(text: str, masks: Masks, offset: int = 0) -> str:
    """Return *text*, which begins at code point *offset* of the document, with every masked stretch as ``[person N]``.

    >>> mask_text("Ada Bo fled", Masks("d", (MaskedSpan(0, 6, 1),)))
    '[person 1] fled'
    """
    parts, at = [], offset
    end = offset + len(text)
    first = bisect_right(masks.stretches, offset, key=lambda each: each.end)
    for stretch in masks.stretches[first : bisect_left(masks.stretches, end, key=lambda each: each.start)]:
        parts.append(text[at - offset : max(at, stretch.start) - offset])
        parts.append(f"[person {stretch.number}]")
        at = min(end, stretch.end)
    return "".join(parts) + text[at - offset :]


def mask_span(span: Span, masks: Masks) -> Span:
    """Return *span* with its text masked and its offsets as they are; a span masked before is returned as it is."""
    if len(span.text) != span.end - span.start:
        return span
    return Span(span.start, span.end, mask_text(span.text, masks, span.start))


@dataclass(frozen=True)
class _Names:
    """Masked names as lower-case words, each with what stands for it.

    sizes: by first word how many words a name may have, the most first. joined: names with their words joined, as
    addresses write them, in order. lengths: of these, in letters.
    """

    shown: dict[tuple[str, ...], str]
    sizes: dict[str, list[int]]
    joined: dict[str, tuple[int, str]]
    lengths: tuple[int, ...]

    def at(self, words: list[str], index: int) -> tuple[int, str]:
        """Return how many of *words* from *index* on are a name, and what stands for it; one and nothing for none."""
        for size in self.sizes.get(words[index], ()):
            found = self.shown.get(tuple(words[index : index + size]))
            if found is not None and index + size <= len(words):
                return size, found
        word = words[index]
        starts = ((start, length) for length in self.lengths for start in range(len(word) - length + 1))
        inside = (self.joined.get(word[start : start + length]) for start, length in starts)
        return 1, min((each for each in inside if each is not None), default=(0, ""))[1]


_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=64)
def _names(text: str, masks: Masks, language: str) -> _Names:
    """Return the masked names of *text*. A word of a name stands alone too."""
    shown_by: dict[tuple[str, ...], str] = {}
    joined: dict[str, tuple[int, str]] = {}
    for stretch in masks.stretches:
        words = tuple(_WORD.findall(text[stretch.start : stretch.end].lower()))
        shown = f"[person {stretch.number}]"
        alone = [(each,) for each in words if len(each) > 3 and not is_plain_word(each, language)]
        for each in (words, *alone):
            if each:
                shown_by.setdefault(each, shown)
        if len(words) > 1 and sum(map(len, words)) >= SHORTEST_JOINED:
            joined.setdefault("".join(words), (len(joined), shown))
    sizes: dict[str, set[int]] = {}
    for each in shown_by:
        sizes.setdefault(each[0], set()).add(len(each))
    longest_first = {word: sorted(each, reverse=True) for word, each in sizes.items()}
    return _Names(shown_by, longest_first, joined, tuple(sorted(set(map(len, joined)))))


def _without(value: str, names: _Names) -> str:
    """Return *value*, words that stand outside the document's text, with every masked name in it as ``[person N]``."""
    words = list(_WORD.finditer(value))
    lower = [match[0].lower() for match in words]
    parts, at, index = [], 0, 0
    while index < len(words):
        size, shown = names.at(lower, index)
        if shown:
            parts += [value[at : words[index].start()], shown]
            at = words[index + size - 1].end()
        index += size
    return "".join(parts) + value[at:]


@lru_cache(maxsize=64)
def _held(shown: str) -> frozenset[str]:
    """Return the words that *shown* holds, and our own."""
    return _OWN_WORDS.union(word.lower() for word in _WORD.findall(shown))


def _caption(value: str, shown: str, language: str) -> str:
    """Return *value*, a title or the name of a file or outlet, without words that may name somebody.

    Where it speaks of something done to persons, a word that is no common word and no place, and that the masked text
    *shown* does not hold, is taken for a name.
    """
    if not pattern(language, "affecting").search(value.replace("_", " ").replace("-", " ")):
        return value
    held = _held(shown)
    known = _union(_known(value, language))
    parts, at = [], 0
    for word in _WORD.finditer(value):
        plain = word[0].isdigit() or len(word[0]) < 3 or is_plain_word(word[0], language)
        if plain or word[0].lower() in held or _touched(known, *word.span()):
            continue
        parts += [value[at : word.start()], "[person]"]
        at = word.end()
    return re.sub(r"\[person\](?:\W*\[person\])+", "[person]", "".join(parts) + value[at:])


def _masked(value: Any, masks: Masks, names: _Names) -> Any:
    """Return plain JSON with spans masked by offset and every other string by name."""
    if isinstance(value, dict):
        if set(value) == {"start", "end", "text"} and isinstance(value["start"], int):
            return to_json(mask_span(Span(value["start"], value["end"], value["text"]), masks))
        return {key: each if _is_code(key, each) else _masked(each, masks, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each, masks, names) for each in value]
    if isinstance(value, str):
        return _without(value, names)
    return value


def _is_code(key: str, value: Any) -> bool:
    """Whether *value* is a code of ours: a string, or several, in a coded field."""
    return key in _CODED and (isinstance(value, str) or all(isinstance(each, str) for each in value or ()))


def mask_claim(claim: Claim, document: Document, masks: Masks) -> Claim:
    """Return *claim* without a name of an affected person in any string; its places no finer than province where one is named."""
    plain = to_json(claim)
    if masks.stretches:
        plain = _masked(plain, masks, _names(document.text, masks, document.language))
    about = _fronted(plain["document"], ("title", "outlet", "url"), document, masks)
    made = from_json(Claim, {**plain, "id": claim.id, "document": about})
    first = bisect_right(masks.stretches, claim.passage.start, key=lambda each: each.end)
    if any(each.start < claim.passage.end for each in masks.stretches[first : first + 1]):
        fields = to_json(made)
        fields["places"] = [_coarse(place) for place in fields["places"]]
        made = from_json(Claim, fields)
    return made


def _coarse(place: dict[str, Any]) -> dict[str, Any]:
    def wider(value: dict[str, Any]) -> dict[str, Any]:
        if value.get("level") != "city":
            return value
        name = value["admin1"] or value["country"]
        return value | to_json(Place(name, None, value["country"], value["admin1"], "admin1"))

    finer = place.get("level") == "city" or any(each.get("level") == "city" for each in place["readings"])
    made = wider(place) | {"readings": [wider(each) for each in place["readings"]]}
    return made | ({"spans": []} if finer else {})


@lru_cache(maxsize=64)
def _shown(text: str, masks: Masks) -> str:
    return mask_text(text, masks)


def _fronted(plain: dict[str, Any], fields: Iterable[str], document: Document, masks: Masks) -> dict[str, Any]:
    """Return *plain* with what stands outside the text in *fields* masked: titles, outlets, addresses, file names."""
    names = _names(document.text, masks, document.language)
    shown = _shown(document.text, masks)
    return plain | {
        field: _caption(_without(plain[field], names), shown, document.language) for field in fields if plain[field]
    }


def mask_document(document: Document, masks: Masks) -> Document:
    """Return *document* with masked text, title, outlet, byline and address; its other fields as they are."""
    front = _fronted(to_json(document), ("title", "outlet", "byline", "url"), document, masks)
    return from_json(Document, {**front, "text": _shown(document.text, masks)})


def mask_decision(decision: Decision, shown: Sequence[tuple[Document, Masks]]) -> Decision:
    """Return *decision* with masked quotations, and without a name that the documents *shown* mask, whoever typed it.

    What it quotes of a document that is not shown is left out.
    """
    plain = to_json(decision)
    known = {document.id: (document, masks) for document, masks in shown}
    for document, masks in shown:
        plain = _masked(plain, Masks(document.id, ()), _names(document.text, masks, document.language))
    plain |= {"id": decision.id, "undoes": decision.undoes, "field": decision.field}
    for subject, made in zip(decision.subjects, plain["subjects"], strict=True):
        made |= {"claim": subject.claim, "document": subject.document, "body": subject.body}
        if subject.document not in known:
            spans = [Span(each.start, each.end, "") for each in (subject.passage, *subject.spans)]
            made |= {"url": None, "said": {}}
        else:
            made |= _fronted({"url": subject.url}, ("url",), *known[subject.document])
            spans = [mask_span(each, known[subject.document][1]) for each in (subject.passage, *subject.spans)]
        made |= {"passage": to_json(spans[0]), "spans": [to_json(each) for each in spans[1:]]}
    return from_json(Decision, plain)


def outward(kind: str, record: Record, shown: Sequence[tuple[Document, Masks]]) -> Record:
    """Return *record* as it leaves a ledger: masked by the masks of the documents it speaks of.

    Without the masks of its document a claim or document is not shown at all.

    Raises: ValueError if they are missing.
    """
    match record:
        case Claim() | Document():
            if not shown:
                raise ValueError(f"{kind} has no masks")
            document, masks = shown[0]
            return mask_claim(record, document, masks) if isinstance(record, Claim) else mask_document(record, masks)
        case Capture():
            for document, masks in shown:
                record = from_json(Capture, _fronted(to_json(record), ("origin", "url"), document, masks))
            return record
        case Finding():
            for document, masks in shown:
                if masks.stretches:
                    about = masks if record.document == document.id else Masks(document.id, ())
                    record = from_json(
                        Finding, _masked(to_json(record), about, _names(document.text, masks, document.language))
                    )
            return record
        case Decision():
            return mask_decision(record, shown)
        case DocumentRef() | _:
            return record
