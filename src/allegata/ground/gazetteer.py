"""Toponyms to places: countries, first-level divisions and cities, several readings where the text supports several."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from allegata.ground.lexicon import Row, alternation, lines_of, pattern, table, words
from allegata.ground.syntax import is_plain_word
from allegata.model import Mention, Place, Span, span_of

# A letter with two marks has no code point of its own: a mark stands beside it.
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f’'-]*\.?")
_LETTERS = str.maketrans(
    dict(zip("əıøłđðħ-–_.,", "eiolddh     ", strict=True))
    | {"&": "and", "æ": "ae", "þ": "th", "/": " "}
    | dict.fromkeys("’'ʼ‘`ʿʾ")
)
LONGEST = 5
BORDER = 80
"""Code points before a country in which a border is looked for."""
SMALL = 300_000
"""Inhabitants under which a city of a country the document does not speak of is not read, unless the words put something there."""
TOWN = 10_000
"""Inhabitants under which it is not read even then where the text speaks of another country, and gives way to a city of that name abroad."""
CITY = 100_000
"""Inhabitants of the city that it gives way to."""
WORLDWIDE = 1_000_000
"""Inhabitants from which a city is meant even in a country that has a small namesake of it."""
FAR_LARGER = 10
"""How many times as many inhabitants decide between namesakes."""
OTHER_LEVEL = 50
"""How many times as many inhabitants decide between a division and another country's city of its name."""
LEAD = 300
"""Code points at the beginning of a text that decide between two countries that it speaks of as much."""
LARGER_COUNTRY = 3
"""How many times as many inhabitants decide between a country and another's division."""
SHARE = 200
"""The part of the largest namesake's inhabitants under which a namesake is no reading."""


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """Return *name* as spellings are compared: lower case, no marks, apostrophes or hyphens.

    >>> fold("Āz̄arbāyjān-e Sharqī")
    'azarbayjan e sharqi'
    """
    plain = unicodedata.normalize("NFKD", name).lower().translate(_LETTERS)
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


@cache
def _lines() -> tuple[tuple[str, ...], dict[str, list[str]]]:
    """Return the columns of the gazetteer and its lines by spelling: most are never looked at, so none is taken apart here."""
    header, *lines = [line for line in lines_of("gazetteer") if not line.startswith("#")]
    further: dict[str, list[str]] = {}
    for row in table("spellings"):
        further.setdefault(row["id"], []).append(row["spelling"])
    found: dict[str, list[str]] = {}
    for line in lines:
        spelling, _, place, _ = line.split("\t", 3)
        found.setdefault(spelling, []).append(line)
        for other in further.pop(place, ()):
            found.setdefault(other, []).append(line)
    return tuple(header.split("\t")), found


def _is_spelling(name: str) -> bool:
    return name in _lines()[1]


@lru_cache(maxsize=20_000)
def _named(name: str) -> tuple[Row, ...]:
    """Return the rows of what *name*, folded, is a spelling of."""
    columns, lines = _lines()
    rows = (dict(zip(columns, line.split("\t"), strict=True)) for line in lines.get(name, ()))
    return tuple({row["id"]: row for row in rows}.values())


@cache
def _not_places(language: str) -> frozenset[str]:
    return frozenset(row["spelling"] for row in table(f"{language}/not_places"))


@cache
def _demonyms(language: str) -> dict[str, Row]:
    return {row["demonym"]: row for row in table(f"{language}/demonyms")}


@cache
def _any_demonym(language: str) -> re.Pattern[str]:
    first = "".join(sorted({demonym[0] for demonym in _demonyms(language)}))
    return re.compile(rf"\b(?=[{first}])(?:{alternation(_demonyms(language))})\b")


def _peoples(text: str, language: str) -> list[tuple[int, Row]]:
    """Return where words for a people stand in *text*, in reading order, with their rows; not those in the name of an outlet or a place.

    A word for where a person comes from ("a Tajik citizen") is none either.
    """
    return [
        (match.start(), _demonyms(language)[" ".join(match[0].split())])
        for match in _any_demonym(language).finditer(text)
        if not pattern(language, "outlet_after").match(text, match.end())
        and not pattern(language, "native_after").match(text, match.end())
        and not _begins_place(text, match)
    ]


_NEXT = re.compile(r"\s+(?P<word>[A-ZÀ-Þ]\w*(?:-\w+)*)")


def _begins_place(text: str, people: re.Match[str]) -> bool:
    """Return whether the word for a *people* is part of the name of a place: "Spanish Town"."""
    after = _NEXT.match(text, people.end())
    return after is not None and _is_spelling(fold(f"{people[0]} {after['word']}"))


@cache
def _country_names() -> dict[str, str]:
    _, lines = _lines()
    found = (line.split("\t") for each in lines.values() for line in each if "\tcountry\t" in line)
    return {cells[3]: cells[1] for cells in found}


@cache
def country_name(code: str) -> str:
    """Return the English short name of an ISO 3166-1 alpha-2 code, the code itself if unknown.

    >>> country_name("IR")
    'Iran'
    """
    return _country_names().get(code, code)


def country_names() -> tuple[str, ...]:
    """Return the English short names of all countries, sorted.

    >>> "Peru" in country_names()
    True
    """
    return tuple(sorted(_country_names().values()))


@cache
def country_code(name: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of the country whose English short name is *name*, null if there is none.

    >>> country_code("Iran"), country_code("Atlantis")
    ('IR', None)
    """
    return {each: code for code, each in _country_names().items()}.get(name)


@lru_cache(maxsize=1000)
def place_of(identity: str) -> Place | None:
    """Return the place with that id, null if the gazetteer has none.

    >>> place_of("iso:PE"), place_of("iso:XX")
    (Place(name='Peru', id='iso:PE', country='PE', admin1=None, level='country'), None)
    """
    columns, lines = _lines()
    found = next((line for each in lines.values() for line in each if line.split("\t", 3)[2] == identity), None)
    return _place(dict(zip(columns, found.split("\t"), strict=True))) if found else None


@cache
def _capitals() -> frozenset[str]:
    _, lines = _lines()
    return frozenset(line.split("\t", 3)[2] for each in lines.values() for line in each if line.endswith("\tyes"))


def is_capital(place: Place) -> bool:
    """Return whether *place* is the capital of its country.

    >>> [is_capital(place_of(each)) for each in ("geonames:3936456", "iso:PE")]
    [True, False]
    """
    return place.id in _capitals()


def places_named(name: str) -> tuple[Place, ...]:
    """Return the places that *name* is a spelling of, the most inhabited first.

    >>> [place.id for place in places_named("Peru")][:1]
    ['iso:PE']
    """
    return tuple(_place(row) for row in sorted(_named(fold(name)), key=lambda row: (-_people(row), row["id"])))


def _place(row: Row) -> Place:
    return Place(row["name"], row["id"], row["country"], row["admin1"] or None, row["level"])


def find_toponyms(text: str, language: str = "en") -> tuple[Span, ...]:
    """Return the names of places in *text*, longest first match, in reading order; they do not overlap.

    "East Azarbaijan province" includes its last word. A name inside that of an outlet, party, treaty or person is none.
    A spelling that is mostly another word ("Nice", "Van") is read where something is in it, in a country *text* speaks of;
    so is a town at the beginning of a longer name ("Lima Vieja"). A quarter is not the town it is named after.

    >>> [span.text for span in find_toponyms("Police in East Azarbaijan province told the Tehran Times in Lima.")]
    ['East Azarbaijan province', 'Lima']
    """
    sure, doubtful = _scan(text, language)
    sure = tuple(sorted((*sure, *_shortened(text, sure))))
    if not doubtful:
        return sure
    home = country_context(text, language)
    kept = [
        span
        for span in doubtful
        if (
            not pattern(language, "quarter_of").match(text, span.end)
            and any(row["country"] == home for row in _rows(span, language))
        )
        or any(
            _contained(_rows(span, language), span, wider, text, language)
            for wider in _between(sure, span.end, span.end + 60)
        )
    ]
    return tuple(sorted((*sure, *kept)))


_SHORT = re.compile(r"\s*\((?P<short>[A-Z](?:[&.-]?[A-Z]){1,4})\)")
_INITIALS = re.compile(r"(?<![\w&(])(?=(?P<longest>[A-Z](?:[&.-]?[A-Z]){1,4}))")
_GOES_ON = re.compile(r"[\w&)]")


@lru_cache(maxsize=16)
def _short_names(text: str, toponyms: tuple[Span, ...]) -> dict[str, Span]:
    """Return the toponyms that are introduced with their initials, by these: "New Harbour Province (NHP)"."""
    found = {}
    for span in toponyms:
        short = _SHORT.match(text, span.end)
        initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", span.text) if word[0].isupper())
        if short and len(initials) > 1 and initials.startswith(re.sub(r"\W", "", short["short"])):
            found[short["short"]] = span
    return found


def _shortened(text: str, toponyms: tuple[Span, ...]) -> list[Span]:
    """Return the initials of *toponyms* that *text* has introduced, wherever they stand alone and are not read yet."""
    taken = {span.start for span in toponyms}
    short = _short_names(text, toponyms)
    found = []
    for match in _INITIALS.finditer(text) if short else ():
        start = match.start()
        ends = (end for end in range(match.end("longest"), start, -1) if not _GOES_ON.match(text, end))
        end = next((end for end in ends if text[start:end] in short), None)
        if end is not None and start >= short[text[start:end]].end and start not in taken:
            found.append(span_of(text, start, end))
    return found


def _between(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """Return those of *spans*, in reading order, that begin from *start* up to, not including, *end*."""
    first, last = (bisect_left(spans, each, key=lambda span: span.start) for each in (start, end))
    return spans[first:last]


def _contained(rows: Sequence[Row], span: Span, wider: Span, text: str, language: str) -> list[Row]:
    """Return those of *rows* that lie in *wider*, which the words after their *span* put them in: "Springfield, Illinois"."""
    if not pattern(language, "contained").fullmatch(text, span.end, wider.start):
        return []
    return _inside(rows, _rows(wider, language))


@lru_cache(maxsize=16)
def _scan(text: str, language: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the names of places in *text*, and the words that are one only in some countries."""
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
        placed = _placed(text, span_of(text, start, end), language)
        at += size
        if name in _not_places(language):
            if placed and not pattern(language, "capital_after").match(text, end):
                doubtful.append(span_of(text, start, end))
        elif _of_person(text, start, end, language) or (name in persons and not placed):
            persons.add(name)
        elif other := _of_another(text, start, end, language):
            while at < len(tokens) and tokens[at].start() < other:
                at += 1
        elif _is_small(name) and text[start:end] in _demonyms(language):
            continue
        elif _may_be_part(name, text, end, language):
            doubtful.append(span_of(text, start, end))
        else:
            division = pattern(language, "division_after").match(text, end)
            if division and any(row["level"] != "city" for row in _named(name)):
                end = division.end()
            found.append(span_of(text, start, end))
    return tuple(found), tuple(doubtful)


def _is_small(name: str, most: int = WORLDWIDE) -> bool:
    """Return whether *name*, folded, is only a spelling of cities of fewer than *most* people."""
    return all(row["level"] == "city" and _people(row) < most for row in _named(name))


def _may_be_part(name: str, text: str, end: int, language: str) -> bool:
    """Return whether *name*, folded, which ends at *end*, may only be what a quarter is called after, or begin a longer name."""
    if any(row["level"] == "country" for row in _named(name)):
        return False
    return bool(pattern(language, "quarter_of").match(text, end)) or (_is_small(name) and _goes_on(text, end, language))


def _goes_on(text: str, end: int, language: str) -> bool:
    """Return whether a word follows that makes the one before it part of a longer name: "Lima Vieja"."""
    after = pattern(language, "capital_after").match(text, end)
    return after is not None and not _known(after["word"], language)


def _placed(text: str, span: Span, language: str) -> bool:
    """Return whether the words put something at *span*: "in", "near", "left"."""
    return bool(pattern(language, "placed").search(text, max(0, span.start - 12), span.start))


def is_beyond_border(text: str, span: Span, language: str = "en") -> bool:
    """Return whether the words put the country at *span* on the other side of a border.

    >>> text = "at the border with Chad"
    >>> is_beyond_border(text, span_of(text, 19, 23))
    True
    """
    return pattern(language, "border_with").search(text, max(0, span.start - BORDER), span.start) is not None


_ARTICLE = re.compile(r"(?:[ae]l|a[dnrstz]|ash)[-‐][A-Z]")
_ELISION = re.compile(r"[dl][’'](?=[A-ZÀ-Þ])")


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
    return 2 if follows[:1].isupper() and not _is_spelling(fold(follows)) else 0


def _start(token: re.Match[str]) -> int:
    """Return where a name that begins with *token* starts: behind a French article or preposition without its vowel."""
    elided = _ELISION.match(token[0])
    return token.start() + (elided.end() if elided else 0)


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
        if len(name) > 2 and _is_spelling(name):
            return size
    return 0


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
        reports = pattern(language, "reports_after").match(text, end)
        return end if reports or pattern(language, "reported_before").search(text, lead, start) else 0
    return 0


@cache
def _media() -> frozenset[str]:
    return frozenset(row["alias"] for row in table("aliases") if row["kind"] == "media")


def _of_person(text: str, start: int, end: int, language: str) -> bool:
    """Return whether the words are part of a person's name."""
    name = text[start:end]
    before = pattern(language, "capital_before").search(text, max(0, start - 30), start)
    if before and fold(before["word"].rstrip(".")) in words(language, "person_title"):
        return True
    if (
        _is_small(fold(name), SMALL)
        and pattern(language, "reports_after").match(text, end)
        and not _placed(text, span_of(text, start, end), language)
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
    if not before or _known(before["word"], language) or before["word"].isupper():
        return False
    return given or goes_on or _is_small(fold(name))


def _known(word: str, language: str) -> bool:
    """Return whether *word* is no part of a person's name: a common word, a place, the people of one."""
    return (
        any(row["level"] != "city" or _people(row) >= SMALL for row in _named(fold(word)))
        or word in _demonyms(language)
        or word in words(language, "institution")
        or is_plain_word(word, language)
    )


def _bare(span: Span, language: str) -> tuple[str, bool]:
    """Return the spelling of a toponym, and whether a division's word follows it that is no part of it."""
    if _is_spelling(fold(span.text)):
        return fold(span.text), False
    return fold(pattern(language, "division_after").sub("", span.text)), True


def _rows(span: Span, language: str) -> tuple[Row, ...]:
    return _named(_bare(span, language)[0])


def _people(row: Row) -> int:
    return int(row["population"])


def _largest(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the one of *rows* that is far larger than the others of its level, else all; a country before a smaller one's division."""
    states = [row for row in rows if row["level"] == "country"]
    if states:
        state = max(states, key=_people)
        others = [row for row in rows if row["country"] != state["country"]]
        rivals = [row for row in others if LARGER_COUNTRY * _people(row) > _people(state) or row in states]
        return (state, *(row for row in rivals if row["level"] != "city" or _people(row) > WORLDWIDE))
    ranked = sorted(rows, key=lambda row: (-_people(row), row["id"]))
    cities = [row for row in ranked if row["level"] == "city" and row["country"] == ranked[0]["country"]]
    top = cities[0] if cities and 2 * _people(cities[0]) > _people(ranked[0]) else ranked[0]
    rivals = [
        row
        for row in ranked
        if row["country"] != top["country"]
        and (FAR_LARGER if row["level"] == top["level"] else OTHER_LEVEL) * _people(row) > _people(top)
    ]
    if rivals:
        return tuple(ranked)
    within = [row for row in ranked if row["country"] == top["country"]]
    return tuple(within)


@lru_cache(maxsize=16)
def country_context(text: str, language: str = "en") -> str | None:
    """Return the country (alpha-2) that most of *text* speaks of, in a tie its beginning; null for none.

    A name that several countries share speaks for the one of them that other names speak of most; where nothing but
    such names does, for the country that has most of them.

    >>> country_context("Turkish police said the men were held in Turkey. Iran protested.")
    'TR'
    >>> country_context("Ten men were held in Spanish Town.")
    'JM'
    """
    named, shared = _mentions(text, language)
    counts, early = Counter[str](), Counter[str]()
    for at, code, weight in named:
        counts[code] += weight
        early[code] += weight if at < LEAD else 0
    for each in shared if counts else ():
        known = [(counts[code], code) for code in each if counts[code]]
        if known:
            counts[max(known)[1]] += 1
    if not counts:
        return _most_shared(shared)
    ranked = sorted(((count, early[code]), code) for code, count in counts.items())[-2:]
    return None if len(ranked) == 2 and ranked[0][0] == ranked[1][0] else ranked[-1][1]


def _mentions(text: str, language: str) -> tuple[list[tuple[int, str, int]], list[dict[str, int]]]:
    """Return what speaks of one country, as offset, code and weight, and of the names that several share the inhabitants by country."""
    named = [(at, row["country"], 2) for at, row in _peoples(text, language)]
    shared: dict[str, dict[str, int]] = {}
    for span in _scan(text, language)[0]:
        rows = _rows(span, language)
        if pattern(language, "division_after").search(span.text):
            rows = tuple(row for row in rows if row["level"] == "admin1") or rows
        kept = _largest(rows)
        codes = {row["country"] for row in kept}
        if len(codes) > 1:
            of_name = shared.setdefault(fold(span.text), {})
            for row in rows:
                of_name[row["country"]] = max(_people(row), of_name.get(row["country"], 0))
        elif kept[0]["level"] == "country":
            named.append((span.start, codes.pop(), 1 if is_beyond_border(text, span, language) else 2))
        elif kept[0]["level"] == "admin1" or max(map(_people, kept)) > SMALL or _placed(text, span, language):
            named.append((span.start, codes.pop(), 1))
    return named, list(shared.values())


def _most_shared(names: Sequence[dict[str, int]]) -> str | None:
    """Return the country that has most of the *names*, two or more, of several the one with most inhabitants in them; null without one."""
    share = Counter(code for each in names for code in each)
    most = [code for code, count in share.items() if count == max(2, *share.values())]
    return max(most, key=lambda code: (sum(math.log(1 + each.get(code, 0)) for each in names), code), default=None)


@dataclass(frozen=True)
class _Setting:
    """What the names of a document say of where it is: the spellings that say so, so that no name supports itself."""

    countries: dict[str, set[str]]
    divisions: dict[tuple[str, str], set[str]]
    possible: dict[tuple[str, str], set[str]]

    def shares(self, row: Row, own: str) -> bool:
        """Return whether another name that is in doubt too may lie in the division of *row*."""
        place = (row["country"], row["admin1"])
        return bool(row["admin1"]) and _is_other(self.possible.get(place), own)

    def support(self, row: Row, own: str) -> int:
        """Return 2 if another name lies in the division of *row*, 1 if one lies in its country, else 0."""
        place = (row["country"], row["admin1"])
        if row["admin1"] and _is_other(self.divisions.get(place), own):
            return 2
        return int(_is_other(self.countries.get(row["country"]), own))


def _is_other(spellings: set[str] | None, own: str) -> bool:
    """Return whether *spellings* has another one than *own*."""
    return bool(spellings) and spellings != {own}


@lru_cache(maxsize=16)
def _setting(text: str, toponyms: tuple[Span, ...], language: str) -> _Setting:
    countries: dict[str, set[str]] = defaultdict(set)
    divisions: dict[tuple[str, str], set[str]] = defaultdict(set)
    possible: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, row in _peoples(text, language):
        countries[row["country"]].add("")
        if row["division"]:
            divisions[row["country"], row["division"]].add("")
    for span in toponyms:
        spelling, _ = _bare(span, language)
        rows = _rows(span, language)
        kept = _largest(rows) if rows else ()
        if len({row["country"] for row in kept}) == 1:
            countries[kept[0]["country"]].add(spelling)
            if len({row["admin1"] for row in kept}) == 1 and kept[0]["admin1"]:
                divisions[kept[0]["country"], kept[0]["admin1"]].add(spelling)
        elif kept:
            largest = max(map(_people, kept))
            for row in kept:
                if FAR_LARGER * _people(row) > largest:
                    possible[row["country"], row["admin1"]].add(spelling)
    return _Setting(countries, divisions, possible)


def resolve(
    toponyms: Sequence[Span], text: str, home: str | None = None, language: str = "en"
) -> tuple[Mention[Place], ...]:
    """Return what *toponyms* stand for, in their order; those no entry fits are left out.

    Between namesakes decide, in this order: what follows after a comma ("Springfield, Illinois"), the divisions and then the
    countries that the other names speak of, the country of the document (*home*), a tenfold population. What is left in
    doubt keeps its readings.

    >>> [place.value.id for place in resolve(find_toponyms("in Khuzestan, Iran"), "in Khuzestan, Iran", "IR")]
    ['iso:IR-06', 'iso:IR']
    """
    setting = _setting(text, tuple(toponyms), language)
    found: list[Mention[Place]] = []
    short = _short_names(text, tuple(toponyms))
    known: dict[Span, Mention[Place]] = {}
    for number, span in enumerate(toponyms):
        if span.text in short:
            whole = known.get(short[span.text])
            if whole is not None:
                found.append(Mention((span,), whole.readings, "initials"))
            continue
        spelling, division = _bare(span, language)
        rows = list(_named(spelling))
        lead = text[max(0, span.start - 14) : span.start]
        division = (
            division
            or bool(pattern(language, "division_after").search(span.text))
            or bool(pattern(language, "division_of").search(lead))
            or bool(pattern(language, "division_apposed").match(text, span.end))
        )
        if division:
            rows = [row for row in rows if row["level"] == "admin1"] or rows
        elif pattern(language, "city_of").search(lead):
            rows = [row for row in rows if row["level"] == "city"] or rows
        following = toponyms[number + 1] if number + 1 < len(toponyms) else None
        if following is not None:
            if _lies_apart(rows, spelling, span, following, text, language):
                continue
            rows = _contained(rows, span, following, text, language) or rows
        placed = _placed(text, span, language)
        readings = _readings(rows, spelling, division, placed, home, setting)
        if readings:
            found.append(Mention((span,), readings, "gazetteer"))
            known[span] = found[-1]
    return tuple(found)


def _lies_apart(rows: Sequence[Row], spelling: str, span: Span, wider: Span, text: str, language: str) -> bool:
    """Return whether *wider* is a division that none of *rows* can lie in, so that another place of the name is meant.

    After a bare comma, which may also be that of a list, only what is not the very name of one of *rows* is.
    """
    between = pattern(language, "subdivision_of").fullmatch(text, span.end, wider.start)
    around = {row["country"] for row in _rows(wider, language) if row["level"] == "admin1"}
    if between is None or not around or any(row["country"] in around or row["level"] == "country" for row in rows):
        return False
    return bool(between["noun"]) or all(fold(row["name"]) != spelling for row in rows)


def _inside(rows: Sequence[Row], wider: Sequence[Row]) -> list[Row]:
    """Return those of *rows* that lie in one of *wider*, a country or division; no town that has the name of a country."""
    around = {(row["country"], row["admin1"]) for row in wider if row["level"] != "city"}
    state = any(row["level"] == "country" for row in rows)
    return [
        row
        for row in rows
        if row["level"] not in ("country", "city" if state else "")
        and ((row["country"], "") in around or (row["country"], row["admin1"]) in around)
    ]


def _readings(
    rows: Sequence[Row], spelling: str, division: bool, placed: bool, home: str | None, setting: _Setting
) -> tuple[Place, ...]:
    if not rows:
        return ()
    rows = _grown(rows)
    kept = list(_supported(rows, spelling, home, setting))
    first = kept[0]
    if first["level"] == "city" and len({row["country"] for row in kept}) == 1:
        known = first["country"] == home or setting.support(first, spelling)
        if not known and max(map(_people, kept)) < (TOWN if placed else SMALL):
            return ()
    if not division:
        codes = dict.fromkeys(row["country"] for row in kept)
        kept = [each for code in codes for each in _of_city([row for row in kept if row["country"] == code], spelling)]
    most = max(map(_people, kept))
    kept = [row for row in kept if SHARE * _people(row) >= most]
    kept.sort(key=lambda row: (-_people(row), row["id"]))
    if len(kept) > 1 and kept[0]["level"] == "city" and _people(kept[0]) > FAR_LARGER * _people(kept[1]):
        kept = kept[:1]
    return tuple(dict.fromkeys(map(_place, kept)))[:4]


def _grown(rows: Sequence[Row]) -> Sequence[Row]:
    """Return *rows* without small towns where a city of another country has the name."""
    cities = {row["country"] for row in rows if _people(row) >= CITY}
    return [row for row in rows if row["level"] != "city" or _people(row) >= TOWN or cities <= {row["country"]}]


def _supported(rows: Sequence[Row], spelling: str, home: str | None, setting: _Setting) -> Sequence[Row]:
    """Return those of *rows* that the document speaks for, else those that their size speaks for."""
    largest = _largest(rows)
    alone = len({row["country"] for row in largest}) == 1
    if alone and largest[0]["level"] == "country":
        return largest
    named = [row for row in rows if fold(row["name"]) == spelling or row["level"] != "city"]
    support = {id(row): setting.support(row, spelling) for row in rows}
    strong = [row for row in rows if support[id(row)] == 2 and not _outgrown(row, rows)]
    local = [row for row in rows if row["country"] == home]
    near = [row for row in rows if support[id(row)]]
    if strong:
        return [row for row in strong if row in local] or strong
    shared = [row for row in local or rows if setting.shares(row, spelling)]
    if len({(row["country"], row["admin1"]) for row in shared}) == 1:
        return shared
    near = [row for row in near if row in local] or near or local
    if near and alone and largest[0] not in near:
        far = _people(largest[0])
        if far >= WORLDWIDE and all(far > FAR_LARGER * _people(row) for row in near):
            return largest
    if near:
        return _largest(near) if len({row["country"] for row in near}) > 1 else near
    return _largest(named) if named else largest


def _outgrown(row: Row, rows: Sequence[Row]) -> bool:
    """Return whether another of *rows* in the same country is far larger than *row*."""
    return any(each["country"] == row["country"] and _people(each) > FAR_LARGER * _people(row) for each in rows)


def _of_city(rows: Sequence[Row], spelling: str) -> list[Row]:
    """Return those of *rows*, all of one country, that the bare name stands for.

    The capital before all; a city that gives its name to its division, as the smaller of the two was written; else the
    division; a place of that very name before one with another spelling of it.
    """
    states = [row for row in rows if row["level"] == "country"]
    capital = [row for row in rows if row["capital"]]
    cities = [row for row in rows if row["level"] == "city"]
    divisions = [row for row in rows if row["level"] == "admin1"]
    inside = [row for row in cities if any(row["admin1"] == each["admin1"] for each in divisions)]
    kept = states or capital or inside or divisions or cities
    return [row for row in kept if fold(row["name"]) == spelling] or kept
