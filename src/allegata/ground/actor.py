"""Who is meant by a name or a title: organisations, outlets, officials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import takewhile

from allegata.ground.country import country_context
from allegata.ground.demonym import demonyms
from allegata.ground.gazetteer import find_toponyms, resolve
from allegata.ground.lexicon import Row, alternation, expression, is_given_name, pattern, table, words
from allegata.ground.place import country_name
from allegata.ground.syntax import is_plain_word
from allegata.ground.unit import unit_of
from allegata.model.claim import Actor, Speaker, SpeakerKind
from allegata.model.mention import Mention, span_of

GOVERNMENT = "Government"
UMBRELLAS = (GOVERNMENT, "Security Forces")
"""Bodies that take in others of their country: what the ministry said, its government said."""
MINISTRY = "Ministry of "
"""How the records name a ministry, in whatever language it was written of."""
SPOKEN = 256
"""Sources, and names of bodies, of which it is kept who is meant: a report repeats its own."""


@cache
def _aliases() -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in table("aliases"):
        found[row["alias"]] = row
        if not row["alias"].isupper():
            found.setdefault(row["alias"].lower(), row)
    return found


@cache
def _alias_pattern() -> re.Pattern[str]:
    names = sorted({row["alias"] for row in table("aliases")}, key=len, reverse=True)
    first = "".join(sorted({re.escape(name[0]) for name in names}))
    any_name = "|".join(re.escape(name).replace("'", "['’]") for name in names)
    return re.compile(rf"(?<![\w-])(?=[{first}])(?:{any_name})(?![\w-])")


@lru_cache(maxsize=4096)
def _alias(text: str, language: str = "en") -> Row | None:
    whole = re.sub(r"\s*\([^)]*\)\s*$", "", text.strip()).replace("’", "'")
    bare = pattern(language, "alias_lead").sub("", whole)
    names = (whole, bare, bare.lower(), pattern(language, "agency_end").sub("", bare))
    return next((_aliases()[name] for name in names if name in _aliases()), None)


def resolve_actor(text: str, language: str = "en") -> Actor:
    """Return the organisation or outlet *text* names, with its id if the alias table has it, else the words alone.

    >>> resolve_actor("the MKO").id, resolve_actor("Some Club").id
    ('mek', None)
    """
    row = _alias(text, language)
    return Actor(row["name"], row["id"]) if row else Actor(_bare(text.strip(), language), None)


def organisation(named: str) -> Actor | None:
    """Return the organisation or outlet with that id or name in the alias table, null if it has none: no person stands in it.

    >>> organisation("mek") == organisation("the MKO"), organisation("Omar Ruizal")
    (True, None)
    """
    row = next((row for row in table("aliases") if row["id"] == named), None) or _alias(named)
    return Actor(row["name"], row["id"]) if row else None


def _bare(text: str, language: str) -> str:
    return pattern(language, "article").sub("", text)


def find_aliases(text: str) -> tuple[Mention[Actor], ...]:
    """Return the organisations of the alias table that *text* names, in reading order.

    >>> [actor.value.name for actor in find_aliases("ISIS and Daesh")]
    ['Islamic State', 'Islamic State']
    """
    found = []
    for match in _alias_pattern().finditer(text):
        row = _aliases()[match[0].replace("’", "'")]
        found.append(Mention((span_of(text, *match.span()),), (Actor(row["name"], row["id"]),), "aliases"))
    return tuple(found)


@lru_cache(maxsize=1024)
def kind_of_outlet(name: str, language: str = "en") -> str | None:
    """Return ``media`` if *name* is an agency or outlet the alias table has, or says so itself; else null.

    >>> kind_of_outlet("IRNA"), kind_of_outlet("Ministry")
    ('media', None)
    """
    row = _alias(name, language)
    if row:
        return "media" if row["kind"] == "media" else None
    official = pattern(language, "official_agency").search(name)
    return "media" if pattern(language, "outlet").search(name) and not official else None


def is_watching(name: str, language: str = "en") -> bool:
    """Return whether *name* is an organisation that watches and reports, by the alias table or by its own words.

    >>> is_watching("the Prison Observatory"), is_watching("The Border Guards")
    (True, False)
    """
    row = _alias(name, language)
    if row:
        return row["kind"] == "independent"
    return any(char.isupper() for char in name) and pattern(language, "independent").search(name) is not None


@lru_cache(maxsize=SPOKEN)
def parse_speaker(
    source: str, persons: tuple[str, ...] = (), country: str | None = None, language: str = "en"
) -> Speaker:
    """Return the person or body the words *source* stand for.

    persons: names of persons found in them. country: alpha-2 of the country the document speaks of. body is
    "Ministry of X (Country)", with ", P office" for a first-level division.

    >>> speaker = parse_speaker("Interior Minister Ana Ruiz", ("Ana Ruiz",), "PE")
    >>> speaker.name, speaker.role, speaker.body
    ('Ana Ruiz', 'interior minister', 'Ministry of Interior (Peru)')
    """
    text = source.replace("’", "'")
    home = country_context(text, language) or country
    body, identity, kind = _body(text, home, language)
    role, titled = (None, "unknown") if kind == "media" else _role(text.lower(), language)
    name = _name(text, persons, identity, language)
    if kind in ("official", "unknown") and name is not None and name == (body or "").split(" (")[0]:
        name = None  # "Defence Headquarters", which a model took for somebody
    if role and kind == "unknown":
        kind = titled
    field = _ministry(text, language)
    if role == "minister" and field and body and body.startswith(MINISTRY):
        role = f"{field.lower()} minister"
    if titled in ("opposition", "independent") and kind == "official" and not body:
        kind = titled
    anonymous = name is None and bool(pattern(language, "anonymous").search(text))
    return Speaker(name, role, body, identity, kind, name is not None, anonymous)


@lru_cache(maxsize=SPOKEN)
def _body(text: str, home: str | None, language: str) -> tuple[str | None, str | None, SpeakerKind]:
    # What a group is said to be tells its kind; whom it has to do with ("…, a group hostile to the government") is not it.
    watching, group = pattern(language, "watching_after").match(text), pattern(language, "group_described").match(text)
    if group and not kind_of_outlet(group["name"], language):
        text = text[: group.end("name")]
    for alias in find_aliases(text):
        row = _alias(alias.text, language)
        heard = pattern(language, "hearing_lead").search(text, 0, alias.spans[0].start)
        if row and row["kind"] == "armed":
            start, end = alias.spans[0].start, alias.spans[0].end
            if pattern(language, "spoken_for_lead").match(text[:start]) and pattern(language, "spoken_for").match(
                text, end
            ):
                return row["name"], row["id"], "opposition"
        elif row and not (heard and row["kind"] == "media"):
            return row["name"], row["id"], _kind(row["kind"])
    armed = pattern(language, "armed_group").search(text)
    if armed and armed["name"].split()[0] not in demonyms(language):
        return armed["name"], None, "opposition"
    if watching and group:
        return _bare(watching["name"], language), None, "independent"
    suffix = f" ({country_name(home)})" if home else ""
    field = _ministry(text, language)
    if field:
        fields = _fields(language)
        name = fields.get((field.lower(), home or "")) or fields.get((field.lower(), "")) or field
        return f"{MINISTRY}{name}{suffix}{_office(text, home, language)}", None, "official"
    rows = [row for row, named in _bodies(language) if named.search(text)] if _any_body(language).search(text) else []
    best = next((row for row in rows if row["only"] != "yes"), rows[0] if rows else None)
    institution = _institution(text, language)
    if best and institution and (best["only"] == "yes" or _holds_more(institution, best, language)):
        best = None
    if best:
        body = best["body"]
        if best["place"] == "before":
            division = _division(text, home, language)
            return f"{division} {body}{suffix}" if division else f"{body}{suffix}", None, "official"
        return (
            f"{body}{suffix}" + (_office(text, home, language) if best["place"] == "office" else ""),
            None,
            "official",
        )
    if kind_of_outlet(text.strip(), language):
        return _bare(text.strip(), language), None, "media"
    if watching:
        return _bare(watching["name"], language), None, "independent"
    if pattern(language, "independent").search(text) and any(char.isupper() for char in _bare(text, language)):
        named = pattern(language, "watching_named").search(text)
        return (named["name"] if named else _bare(text, language)), None, "independent"
    if pattern(language, "opposition").search(text):
        return None, None, "opposition"
    nation = _nation(text, language)
    if nation:  # "Russian Federation" is no federation
        return f"{GOVERNMENT} ({nation})", None, "official"
    if institution:
        return institution, None, _kind_of_institution(institution, language)
    return _called_with_article(text, language), None, "unknown"


def _called_with_article(text: str, language: str) -> str | None:
    """Return the body that *text* names by words of its own, "The Orvan Column"; null for a person: "The Rev Pat Dolan", "The Kenyan Ada Brill"."""
    called = pattern(language, "called_with_article").fullmatch(text.strip(" ,"))
    if called is None or titles_pattern(language).search(text):
        return None
    name: str = called["name"]
    first, second, *_ = name.split()
    styled = first.lower() in words(language, "style") | words(language, "name_prefix")
    given = is_given_name(second)
    styled = styled and (given or not is_plain_word(name.split()[-1], language))  # but "The Prince Arms Company"
    person = styled or (given and first in demonyms(language))
    return None if person or not _is_new(name, language) else name


def _kind_of_institution(name: str, language: str) -> SpeakerKind:
    """Return the kind of an institution by the noun of its *name*: "Movement Control Office" is an office; a party, or a union of states, may be the state's own."""
    parts = pattern(language, "bracketed").sub("", name).lower().split()
    head = list(takewhile(lambda each: each not in words(language, "noun_ends"), parts))
    noun = head[-1] if head else ""
    if noun not in words(language, "unofficial"):
        return "official"
    of_states = len(head) < len(parts) and parts[-1] in words(language, "states")
    either = noun in words(language, "maybe_official") or of_states
    return "unknown" if either else "independent"


def _institution(text: str, language: str) -> str | None:
    """Return the name of the first institution in *text* that says by its words that it is one, with its abbreviation if one follows."""
    for name in ("organisation", "small_organisation"):
        found = pattern(language, name).search(text)
        if found:
            return found["name"]
    return None


def _holds_more(institution: str, row: Row, language: str) -> bool:
    """Return whether the name *institution* is of more than the body *row*: "Joint Command of the Army", "Customs Division of the Port Authority"."""
    head, joint, rest = institution.partition(" of ")
    own = row["words"] in head.lower() and not any(word in words(language, "organisation") for word in rest.split())
    return bool(joint) and not own


def _nation(text: str, language: str) -> str | None:
    """Return the country that *text* names and nothing else: "Peru said" is its government."""
    bare = _bare(text.strip(), language)
    spans = find_toponyms(bare, language)
    if len(spans) != 1 or spans[0].text != bare:
        return None
    value = next((each.value for each in resolve(spans, bare, None, language)), None)
    return value.name if value and value.level == "country" else None


def find_bodies(text: str, country: str | None = None, language: str = "en") -> tuple[Mention[Speaker], ...]:
    """Return the official bodies that *text* names, in reading order; none is a part of the name of another.

    country: alpha-2 of the country the document speaks of.

    >>> [body.value.body for body in find_bodies("The Interior Ministry and the police of Peru met.", "PE")]
    ['Ministry of Interior (Peru)', 'Police (Peru)']
    >>> [body.text for body in find_bodies("The Ministry of Intelligence spoke.")]
    ['Ministry of Intelligence']
    """
    stretches = [(start, end) for start, end, _ in _ministries(text, language)]
    stretches += [match.span() for match in _any_body(language).finditer(text)]
    stretches += [(each.spans[0].start, each.spans[0].end) for each in find_aliases(text)]
    stretches += [match.span("name") for match in pattern(language, "organisation").finditer(text)]
    groups = [match.span("name") for match in pattern(language, "armed_group").finditer(text)]
    stretches += groups
    found, reached = [], 0
    for start, end in sorted(stretches, key=lambda each: (each[0], -each[1])):
        if end <= reached:
            continue
        if (start, end) in groups:
            reached = end
            continue
        span = span_of(text, start, end)
        body, identity, kind = _body(span.text, country, language)
        if body and kind == "official":
            reached = end
            found.append(Mention((span,), (Speaker(None, None, body, identity, kind, False, False),), "named body"))
    return tuple(found)


@cache
def _any_body(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternation(row['words'] for row in table(f'{language}/bodies'))})\b", re.IGNORECASE)


@cache
def _bodies(language: str) -> tuple[tuple[Row, re.Pattern[str]], ...]:
    """Return the rows of the bodies with a pattern for their words, the longest words first."""
    rows = sorted(table(f"{language}/bodies"), key=lambda row: -len(row["words"]))
    return tuple((row, re.compile(rf"\b{re.escape(row['words'])}\b", re.IGNORECASE)) for row in rows)


@cache
def _fields(language: str) -> dict[tuple[str, str], str]:
    """Return what a ministry is called, by its field and country; the country is empty for all others."""
    return {(row["field"], row["country"]): row["name"] for row in table(f"{language}/ministries")}


def _ministry(text: str, language: str) -> str | None:
    """Return the field of the first ministry that *text* names: "Intelligence", "Science and Technology"."""
    bare = pattern(language, "article_lead").sub("", text)
    return next((field for _, _, field in _ministries(bare, language)), None)


def _ministries(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and field of each ministry or minister that *text* names; a country is no field."""
    at = 0
    while found := pattern(language, "ministry").search(text, at):
        field = pattern(language, "ministry_country").sub("", next(part for part in found.groups() if part))
        at = found.start() + 1
        if field.lower() not in words(language, "no_ministry") and country_context(field, language) is None:
            yield *found.span(), f"{field[0].upper()}{field[1:]}"
            at = found.end()


def _kind(kind: str) -> SpeakerKind:
    known: dict[str, SpeakerKind] = {
        "official": "official",
        "opposition": "opposition",
        "independent": "independent",
        "media": "media",
    }
    return known.get(kind, "unknown")


def _division(text: str, home: str | None, language: str) -> str | None:
    places = resolve(find_toponyms(text, language), text, home, language)
    return next((place.value.admin1 for place in places if place.value and place.value.admin1), None)


def _office(text: str, home: str | None, language: str) -> str:
    if not pattern(language, "office").search(text):
        return ""
    place = _division(text, home, language)
    return f", {place} office" if place else ""


@cache
def titles_pattern(language: str = "en") -> re.Pattern[str]:
    """Return a pattern for any title of the table, the longest first, without regard to case.

    >>> titles_pattern().search("The Inspector General of Peru")[0]
    'Inspector General'
    """
    return re.compile(rf"(?<![\w-])(?:{alternation(row['title'] for row in table(f'{language}/titles'))})(?!\w)", re.I)


@cache
def _titles(language: str) -> tuple[tuple[Row, re.Pattern[str]], ...]:
    """Return the rows of the titles with a pattern for each, the longest first."""
    rows = sorted(table(f"{language}/titles"), key=lambda row: -len(row["title"]))
    return tuple((row, re.compile(rf"(?<![\w-]){re.escape(row['title'])}(?![\w-])")) for row in rows)


@cache
def _ranks(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the titles of ranks with their roles, and what finds them: of two that begin in one place the longer one."""
    ranks = words(language, "rank_role")
    titles = {row["title"]: row["role"] for row, _ in _titles(language) if row["role"] in ranks}
    return titles, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, titles))})(?!\w)")


def ranks_in(lowered: str, language: str = "en") -> frozenset[str]:
    """Return the roles of the ranks whose titles stand in *lowered*, words in lower case.

    >>> sorted(ranks_in("lieutenant colonel ada brill"))
    ['colonel']
    """
    titles, found = _ranks(language)
    return frozenset(titles[each] for each in found.findall(lowered))


def _role(lowered: str, language: str) -> tuple[str | None, SpeakerKind]:
    after = pattern(language, "no_title_after")
    titles = ((row, title) for row, title in _titles(language) if row["title"] in lowered)
    row = next(
        (
            row
            for row, title in titles
            if any(not after.match(lowered, found.end()) for found in title.finditer(lowered))
        ),
        None,
    )
    return (row["role"], _kind(row["kind"])) if row else (None, "unknown")


@cache
def _name_after(language: str, lead: str) -> re.Pattern[str]:
    """Return the pattern *lead* with a person's name after it, the name in group ``name``."""
    return re.compile(f"{expression(language, lead)}(?P<name>{expression(language, 'name')})")


def _name(text: str, persons: tuple[str, ...], identity: str | None, language: str) -> str | None:
    text = pattern(language, "bracketed").sub("", text)
    for person in sorted(persons, key=len, reverse=True):
        bare = _bare(re.sub(r"'s$", "", person.replace("’", "'")).strip(), language)
        name = _untitled(bare, language)
        if (
            bare in text
            and name
            and not _alias(name, language)
            and not pattern(language, "no_person").search(bare)
            and not _is_owner(bare, text, language)
        ):
            return _with_first_name(name, text, language)
    first = text.partition(",")[0]
    if pattern(language, "office_follows").match(text[len(first) :]) and _is_lone_name(first, language):
        return first  # Verlo, the army's spokesman
    if identity is not None:
        return None
    introduced = _name_after(language, "introduced").search(text)
    if introduced:
        return _untitled(introduced["name"], language)
    for titled in _name_after(language, "titled").finditer(text):
        name = _untitled(titled["name"], language)
        if len(name.split()) in (2, 3) and _may_name(name, language):
            return name
    for part in (each.strip() for each in text.split(",")):
        # "the prefect of Puno, Ada Brill," and "Ada Brill, who leads the police": a name of its own between commas.
        if 2 <= len(part.split()) <= 4 and pattern(language, "name").fullmatch(part) and _is_person(part, language):
            name = _untitled(part, language)
            titled_so = part.split()[0].lower().rstrip(".") in words(language, "person_title")
            if len(name.split()) > 1 or (name and titled_so):
                return name
    whole = text.strip()
    return whole if _is_lone_name(whole, language) else None


def _is_lone_name(word: str, language: str) -> bool:
    """Return whether *word* is one name that no table knows."""
    single = len(word.split()) == 1 and pattern(language, "name").fullmatch(word) is not None
    return single and _is_new(word, language) and not _is_common(word.lower(), language)


def _with_first_name(name: str, text: str, language: str) -> str:
    """Return *name*, a single one, with what stands before it in *text* after a title: "Minister of Interior Ornak Vreli"."""
    titled = (_untitled(match["name"], language) for match in _name_after(language, "titled").finditer(text))
    whole = (each for each in titled if each.endswith(f" {name}") and len(each.split()) in (2, 3))
    return next((each for each in whole if _may_name(each, language)), name) if " " not in name else name


def _is_owner(name: str, text: str, language: str) -> bool:
    """Return whether *name* in *text* only says whose, or of which place, an office is: "the prosecutor of Orva", "the Tabriz prosecutor"."""
    titles, after, before = titles_pattern(language), pattern(language, "office_of"), pattern(language, "office_placed")
    for title in titles.finditer(text):
        led = after.match(text, title.end())
        if led and re.match(rf"{re.escape(name)}(?!\w)", text[led.end() :], re.I):
            return True
        head = text[: title.start()].rstrip()
        if head != text[: title.start()] and head.lower().endswith(name.lower()):
            placed = before.search(head[: len(head) - len(name)]) is not None
            if placed and not _is_new(name, language):
                return True
    return False


def _untitled(name: str, language: str) -> str:
    """Return *name* without the titles before it or in it; empty for nothing but titles."""
    parts, prefixes = name.split(), words(language, "name_prefix")
    ranks = [part.lower().rstrip(".") in prefixes for part in parts]
    # "Pol" is a rank before another one, and else a name.
    ranks = [
        rank and (part.lower() not in words(language, "name_or_rank") or after)
        for part, rank, after in zip(parts, ranks, [*ranks[1:], False], strict=True)
    ]
    return " ".join(part for part, rank in zip(parts, ranks, strict=True) if not rank)


def _may_name(name: str, language: str) -> bool:
    """Return whether the words after a title may name a person: no organisation, and no place ends them ("Judge Lima Verlo")."""
    return (
        not _alias(name, language)
        and name.split()[-1] not in words(language, "organisation")
        and not pattern(language, "no_person").search(name)
        and all(span.end < len(name) for span in find_toponyms(name, language))
    )


def _is_person(name: str, language: str) -> bool:
    """Return whether several words with capitals may be a person's name: no place, institution or organisation."""
    return (
        _is_new(name, language)
        and not pattern(language, "no_person").search(name)
        and not pattern(language, "institution").search(name)
        and not any(each.istitle() and _is_common(each.lower(), language) for each in name.split())
    )


def _is_common(word: str, language: str) -> bool:
    """Return whether *word* names any office, body or kind of person, so that alone with a capital it is no name."""
    return (
        word in words(language, "no_name")
        or unit_of(word, language) is not None
        or any(row["title"] == word for row, _ in _titles(language))
        or any(row["words"] == word for row, _ in _bodies(language))
    )


def _is_new(name: str, language: str) -> bool:
    """Return whether *name* is neither an organisation's nor a place's."""
    return not _alias(name, language) and not find_toponyms(name, language)
