"""Toponyms in a text: which words are names of places, and which of them only may be."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from allegata.ground.demonym import demonyms
from allegata.ground.lexicon import Row, pattern, table, words
from allegata.ground.place import SMALL, WORLDWIDE, fold, is_spelling, population, rows_named
from allegata.ground.syntax import is_plain_word
from allegata.model.mention import Span, span_of

LONGEST = 5
CAPITALS = 6
"""Most code points of words in capitals that may be initials."""
# A letter with two marks has no code point of its own: a mark stands beside it.
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f’'-]*\.?")
_ARTICLE = re.compile(r"(?:[ae]l|a[dnrstz]|ash)[-‐][A-Z]")
_ELISION = re.compile(r"[dl][’'](?=[A-ZÀ-Þ])")
_SHORT = re.compile(r"\s*\((?P<short>[A-Z](?:[&.-]?[A-Z]){1,4})\)")
_INITIALS = re.compile(r"(?<![\w&(])(?=(?P<longest>[A-Z](?:[&.-]?[A-Z]){1,4}))")
_AT_DESK = re.compile(r"\s*(?:[,(/–—-]|\.\s*[–—-])")
"""What follows a place that a report begins with: "GOMA (AFP) -"."""
_GOES_ON = re.compile(r"[\w&)]")


@cache
def not_places(language: str) -> frozenset[str]:
    """Return the folded spellings of places that are mostly something else.

    >>> "adam" in not_places("en")
    True
    """
    return frozenset(row["spelling"] for row in table(f"{language}/not_places"))


@cache
def _media() -> frozenset[str]:
    return frozenset(row["alias"] for row in table("aliases") if row["kind"] == "media")


@lru_cache(maxsize=16)
def scan_toponyms(text: str, language: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the names of places in *text*, and the words that are one only in some countries; both in reading order.

    >>> [[span.text for span in spans] for spans in scan_toponyms("He was in Peru and in Nice.", "en")]
    [['Peru'], ['Nice']]
    """
    tokens = list(_WORD.finditer(text))
    found: list[Span] = []
    doubtful: list[Span] = []
    persons: set[str] = set()
    at = 0
    while at < len(tokens):
        size = _longest(tokens, at, text, language)
        if not size:
            at += 1
            continue
        start, end = _start(tokens[at]), tokens[at + size - 1].end()
        while text[end - 1] in ".’'":
            end -= 1
        if text[start:end].endswith(("'s", "’s")):
            end -= 2
        name = fold(text[start:end])
        placed = is_placed(text, span_of(text, start, end), language)
        at += size
        if name in not_places(language) and not _is_titled(text, end, language):
            if placed and not pattern(language, "capital_after").match(text, end):
                doubtful.append(span_of(text, start, end))
        elif _of_person(text, start, end, language) or (name in persons and not placed):
            persons.add(name)
        elif other := _of_another(text, start, end, language):
            while at < len(tokens) and tokens[at].start() < other:
                at += 1
        elif _is_people(name, text, start, end, language):
            continue
        elif _may_be_part(name, text, end, language):
            doubtful.append(span_of(text, start, end))
        else:
            division = pattern(language, "division_after").match(text, end)
            if division and any(row["level"] != "city" for row in rows_named(name)):
                end = division.end()
            found.append(span_of(text, start, end))
    return tuple(found), tuple(doubtful)


def _is_titled(text: str, end: int, language: str) -> bool:
    """Return whether a division's word follows at *end* that is written as a part of its name: "Western Division"."""
    word = pattern(language, "division_after").match(text, end)
    return word is not None and word[0].lstrip()[:1].isupper()


def _longest(tokens: list[re.Match[str]], at: int, text: str, language: str) -> int:
    least = _least(tokens, at, language)
    if not least:
        return 0
    start = _start(tokens[at])
    for size in range(min(LONGEST, len(tokens) - at), least - 1, -1):
        last = tokens[at + size - 1]
        stretch = text[start : last.end()]
        if last[0].islower() or len(stretch) > 60 or re.search(r"[^\w\s\u0300-\u036f’'.&-]|\.\s|\n", stretch):
            continue
        name = fold(re.sub(r"[’']s$", "", stretch.rstrip(".")))
        initials = stretch.isupper() and len(stretch) <= CAPITALS
        if len(name) > 2 and is_spelling(name) and not (initials and not _may_be_place(stretch, text, start, language)):
            return size
    return 0


def _may_be_place(stretch: str, text: str, start: int, language: str) -> bool:
    """Return whether a *stretch* of a few capitals at *start* may be a place and no initials: something is put there, it begins a line, or a large place has the very name."""
    name = fold(stretch)
    placed = is_placed(text, span_of(text, start, start + len(stretch)), language)
    begins = (start == 0 or text[start - 1] == "\n") and _AT_DESK.match(text, start + len(stretch)) is not None
    return placed or begins or any(row["level"] != "city" or _is_own(row, name) for row in rows_named(name))


def _is_own(row: Row, name: str) -> bool:
    """Return whether *name*, folded, is the very name of the city of a *row*, and no small one."""
    return fold(row["name"]) == name and population(row) >= SMALL


def _least(tokens: list[re.Match[str]], at: int, language: str) -> int:
    """Return how many words a name that begins with the token at *at* has at least; 0 if none does.

    It begins with a capital, also behind an Arabic article ("el-Obeid") or a French one without its vowel ("de l'Ouest"),
    or with a direction before what is no name alone.
    """
    word = tokens[at][0]
    if word[0].isupper() or (not word.isalpha() and (_ARTICLE.match(word) or _ELISION.match(word))):
        return 1
    if word not in words(language, "direction"):
        return 0
    follows = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    alone = is_spelling(fold(follows)) and not is_spelling(fold(f"{word} {follows}"))
    return 2 if follows[:1].isupper() and not alone else 0


def _start(token: re.Match[str]) -> int:
    """Return where a name that begins with *token* starts: behind a French article or preposition without its vowel."""
    elided = _ELISION.match(token[0])
    return token.start() + (elided.end() if elided else 0)


def _is_small(name: str, most: int = WORLDWIDE) -> bool:
    """Return whether *name*, folded, is only a spelling of cities of fewer than *most* people."""
    return all(row["level"] == "city" and population(row) < most for row in rows_named(name))


def _is_people(name: str, text: str, start: int, end: int, language: str) -> bool:
    """Return whether the words, folded *name*, speak of a people; of a great town or a division of that name, where no division's word follows."""
    named = text[start:end] in demonyms(language) and all(row["level"] != "country" for row in rows_named(name))
    return named and (_is_small(name) or pattern(language, "division_after").match(text, end) is None)


def _may_be_part(name: str, text: str, end: int, language: str) -> bool:
    """Return whether *name*, folded, which ends at *end*, may only be what a quarter is called after, or begin a longer name."""
    if any(row["level"] == "country" for row in rows_named(name)):
        return False
    return bool(pattern(language, "quarter_of").match(text, end)) or (_is_small(name) and _goes_on(text, end, language))


def _goes_on(text: str, end: int, language: str) -> bool:
    """Return whether a word follows that makes the one before it part of a longer name: "Lima Vieja"."""
    after = pattern(language, "capital_after").match(text, end)
    if after is None:
        return _ARTICLE.match(text, end + 1) is not None
    return not _known(after["word"], language)


def _of_another(text: str, start: int, end: int, language: str) -> int:
    """Return where the name of something else ends that the words are inside: an outlet, a treaty, a ship, goods; 0 for none."""
    more = pattern(language, "no_place_before").match(text, end)
    if more:
        return more.end()
    lead = max(0, start - 40)
    if pattern(language, "no_place_after").search(text, lead, start):
        return end
    if pattern(language, "thing_lead").search(text, lead, start) and pattern(language, "thing_end").match(text, end):
        return end
    if text[start:end] in _media():
        initials = _is_small(fold(text[start:end]), SMALL) and not is_placed(text, span_of(text, start, end), language)
        reports = initials or pattern(language, "reports_after").match(text, end)
        return end if reports or pattern(language, "reported_before").search(text, lead, start) else 0
    return 0


def _of_person(text: str, start: int, end: int, language: str) -> bool:
    """Return whether the words are part of a person's name."""
    name = text[start:end]
    before = pattern(language, "capital_before").search(text, max(0, start - 30), start)
    if before and fold(before["word"].rstrip(".")) in words(language, "person_title"):
        return True
    if (
        _is_small(fold(name), SMALL)
        and pattern(language, "reports_after").match(text, end)
        and not is_placed(text, span_of(text, start, end), language)
    ):
        return True
    given = fold(name) in words(language, "given_name")
    if given and _is_small(fold(name), SMALL) and text.startswith(("'s ", "’s "), end):
        return True
    if given and pattern(language, "person_after").match(text, end):
        return True
    goes_on = _goes_on(text, end, language)
    if given and goes_on:
        return True
    if goes_on and before and fold(before["word"]) in words(language, "office_noun"):
        return True  # "Minister Paola Verdi"
    if not before or _known(before["word"], language) or before["word"].isupper():
        return False
    own = any(row["level"] != "city" or fold(row["name"]) == fold(name) for row in rows_named(fold(name)))
    return given or goes_on or not own or _is_small(fold(name))


def _known(word: str, language: str) -> bool:
    """Return whether *word* is no part of a person's name: a common word, a place, the people of one."""
    return (
        any(row["level"] != "city" or population(row) >= SMALL for row in rows_named(fold(word)))
        or word in demonyms(language)
        or word in words(language, "institution")
        or is_plain_word(word, language)
    )


def is_placed(text: str, span: Span, language: str) -> bool:
    """Return whether the words put something at *span*: "in", "near", "left".

    >>> [is_placed(text, span_of(text, len(text) - 4, len(text)), "en") for text in ("in Lima", "said Lima")]
    [True, False]
    """
    return bool(pattern(language, "placed").search(text, max(0, span.start - 12), span.start))


def bare_spelling(span: Span, language: str) -> tuple[str, bool]:
    """Return the spelling of a toponym, and whether a division's word follows it that is no part of it.

    >>> bare_spelling(Span(0, 13, "Lima province"), "en")
    ('lima', True)
    """
    if is_spelling(fold(span.text)):
        return fold(span.text), False
    return fold(pattern(language, "division_after").sub("", span.text)), True


def rows_of(span: Span, language: str) -> tuple[Row, ...]:
    """Return the rows of what a toponym is a spelling of, each once.

    >>> [row["id"] for row in rows_of(Span(0, 18, "Khuzestan province"), "en")]
    ['iso:IR-06']
    """
    return rows_named(bare_spelling(span, language)[0])


def namesakes_of(span: Span, language: str) -> tuple[Row, ...]:
    """Return the rows of divisions that a toponym with a division's word is a name of without that word, where it is the very name of one with it.

    >>> sorted(row["country"] for row in namesakes_of(Span(0, 16, "Eastern Province"), "en"))[-1]
    'ZM'
    """
    spelling, bare = bare_spelling(span, language)
    name, found = pattern(language, "division_after").subn("", span.text)
    own = found and not bare and any(fold(row["name"]) == spelling for row in rows_named(spelling))
    rows = rows_named(fold(name)) if own else ()
    return tuple(row for row in rows if row["level"] == "admin1")


@lru_cache(maxsize=16)
def short_names(text: str, toponyms: tuple[Span, ...]) -> dict[str, Span]:
    """Return the toponyms that are introduced with their initials, by these: "New Harbour Province (NHP)".

    >>> short_names("in South Kivu (SK)", (Span(3, 13, "South Kivu"),))
    {'SK': Span(start=3, end=13, text='South Kivu')}
    """
    found = {}
    for span in toponyms:
        short = _SHORT.match(text, span.end)
        initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", span.text) if word[0].isupper())
        if short and len(initials) > 1 and initials.startswith(re.sub(r"\W", "", short["short"])):
            found[short["short"]] = span
    return found


def find_short_names(text: str, toponyms: tuple[Span, ...]) -> list[Span]:
    """Return the initials of *toponyms* that *text* has introduced, wherever they stand alone and are not read yet.

    >>> find_short_names("in South Kivu (SK). Eight in SK", (Span(3, 13, "South Kivu"),))
    [Span(start=29, end=31, text='SK')]
    """
    taken = {span.start for span in toponyms}
    short = short_names(text, toponyms)
    found = []
    for match in _INITIALS.finditer(text) if short else ():
        start = match.start()
        ends = (end for end in range(match.end("longest"), start, -1) if not _GOES_ON.match(text, end))
        end = next((end for end in ends if text[start:end] in short), None)
        if end is not None and start >= short[text[start:end]].end and start not in taken:
            found.append(span_of(text, start, end))
    return found
