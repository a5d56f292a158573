"""Who is meant by a name or a title: organisations, outlets, officials."""

from __future__ import annotations

import re
from functools import cache

from allegata.ground.gazetteer import country_context, country_name, find_toponyms, resolve
from allegata.ground.lexicon import Row, table
from allegata.model import Actor, Mention, Speaker, SpeakerKind, span_of

_MINISTRY = re.compile(
    r"\bMinistry of (?:the )?(?P<of>[A-Z][\w-]+(?:(?:,? and| &|,)? [A-Z][\w-]+)*)|\b(?P<pre>[A-Z][\w-]+(?: [A-Z][\w-]+)*?) (?:Ministry|Minister)\b"
    r"|\b(?P<low>intelligence|interior|defence|defense|justice|foreign|information|security|education|health) (?:ministry|minister)\b|\b[Mm]inister of (?:the )?(?P<min>[A-Z]?[\w-]+(?: and [\w-]+)?)"
)
_ANONYMOUS = re.compile(
    r"\b(?:anonymous|anonymity|unnamed|unidentified|not to be named|sources?|requested not|speaking on condition|who declined to be)\b|^(?:a|an|one|another|two|three|some|several|senior|security|western|local) (?:[\w-]+ ){0,4}officials?\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s+(?:al-|el-|bin |van |de |da |dos |del |von )?[A-ZÀ-Þ][\w’'.-]*)*")
PREFIX = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "col",
        "gen",
        "capt",
        "maj",
        "lt",
        "brig",
        "sgt",
        "ayatollah",
        "hojatoleslam",
        "sheikh",
        "sir",
        "dame",
        "prof",
        "professor",
        "superintendent",
        "inspector",
        "colonel",
        "general",
        "captain",
        "major",
        "judge",
        "justice",
        "minister",
        "president",
        "spokesman",
        "spokeswoman",
        "commander",
        "governor",
        "chief",
        "director",
        "prosecutor",
        "former",
        "acting",
        "deputy",
        "senator",
    ]
)


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
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(re.escape(name).replace("'", "['’]") for name in names) + r")(?![\w-])"
    )


def _alias(text: str) -> Row | None:
    bare = re.sub(
        r"^(?:the|The|a|an|official|semi-official|state-run)\s+", "", re.sub(r"\s*\([^)]*\)\s*$", "", text.strip())
    ).replace("’", "'")
    return (
        _aliases().get(bare)
        or _aliases().get(bare.lower())
        or _aliases().get(re.sub(r"\s+(?:news )?agency$", "", bare, flags=re.IGNORECASE))
    )


def resolve_actor(text: str) -> Actor:
    """Return the organisation or outlet *text* names, with its id if the alias table has it, else the words alone.

    >>> resolve_actor("the MKO").id, resolve_actor("Some Club").id
    ('mek', None)
    """
    row = _alias(text)
    return Actor(row["name"], row["id"]) if row else Actor(re.sub(r"^(?:the|The)\s+", "", text.strip()), None)


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


def kind_of_outlet(name: str) -> str | None:
    """Return ``media`` if *name* is an agency or outlet the alias table has, or says so itself; else null.

    >>> kind_of_outlet("IRNA"), kind_of_outlet("Ministry")
    ('media', None)
    """
    row = _alias(name)
    if row:
        return "media" if row["kind"] == "media" else None
    return (
        "media"
        if re.search(r"\b(?:News|Times|Post|TV|Television|Radio|Daily|Agency|Tribune|Herald|newspaper|daily)\b", name)
        else None
    )


def parse_speaker(source: str, persons: tuple[str, ...] = (), country: str | None = None) -> Speaker:
    """Return the person or body the words *source* stand for.

    persons: names of persons found in them. country: alpha-2 of the country the document speaks of. body is
    "Ministry of X (Country)", with ", P office" for a first-level division.

    >>> speaker = parse_speaker("Interior Minister Ana Ruiz", ("Ana Ruiz",), "PE")
    >>> speaker.name, speaker.role, speaker.body
    ('Ana Ruiz', 'interior minister', 'Ministry of Interior (Peru)')
    """
    text = source.replace("’", "'")
    lowered = text.lower()
    home = country_context(text) or country
    body, identity, kind = _body(text, lowered, home)
    role, titled = _role(lowered)
    name = _name(text, persons, identity)
    if role and kind == "unknown":
        kind = titled
    if role == "minister" and body and body.startswith("Ministry of "):
        role = f"{body[12:].split(' (')[0].lower()} minister"
    if titled in ("opposition", "independent") and kind == "official" and not body:
        kind = titled
    anonymous = name is None and bool(_ANONYMOUS.search(text))
    return Speaker(name, role, body, identity, kind, name is not None, anonymous)


def _body(text: str, lowered: str, home: str | None) -> tuple[str | None, str | None, SpeakerKind]:
    for alias in find_aliases(text):
        row = _alias(alias.text)
        if row and row["kind"] != "armed":
            return row["name"], row["id"], _kind(row["kind"])
    suffix = f" ({country_name(home)})" if home else ""
    ministry = _MINISTRY.search(re.sub(r"^(?:[Tt]he|[Aa]n?)\s+", "", text))
    office = _office(text, home)
    if ministry:
        field = next(part for part in ministry.groupdict().values() if part)
        field = re.sub(r"^(?:Iran's|Iran|The)\s+|^\w+(?:ian|ish|ese|i)\s+(?=[A-Z])", "", field)
        if field.lower() not in ("prime", "first", "the"):
            return f"Ministry of {field[0].upper()}{field[1:]}{suffix}{office}", None, "official"
    best: Row | None = None
    for row in table("en/bodies"):
        if re.search(rf"\b{re.escape(row['words'])}\b", lowered) and (
            best is None or len(row["words"]) > len(best["words"])
        ):
            best = row
    if best:
        place = _division(text, home)
        if best["body"] == "Police" and place:
            return f"{place} Police{suffix}", None, "official"
        return f"{best['body']}{suffix}", None, "official"
    if re.search(r"\bintelligence\b", lowered):
        return f"Intelligence Service{suffix}{office}", None, "official"
    if kind_of_outlet(text.strip()):
        return text.strip(), None, "media"
    if re.search(
        r"\b(?:rights|watch|observatory|network|foundation|monitor|centre|center|committee)\b", lowered
    ) and re.search(r"[A-Z]", text):
        return re.sub(r"^(?:the|The)\s+", "", text), None, "independent"
    if re.search(r"\bopposition\b", lowered):
        return None, None, "opposition"
    organisation = re.match(
        r"(?:the |The )?((?:[A-Z][\w'-]+ ){1,6}(?:Party|Movement|Council|Front|Command|Office|Department|Force|Agency|Bureau|Court|Commission|Service|Directorate|Administration|Army|Division|Brigade))\b",
        text,
    )
    if organisation:
        return organisation[1], None, "official"
    return None, None, "unknown"


def _kind(kind: str) -> SpeakerKind:
    known: dict[str, SpeakerKind] = {
        "official": "official",
        "opposition": "opposition",
        "independent": "independent",
        "media": "media",
    }
    return known.get(kind, "unknown")


def _division(text: str, home: str | None) -> str | None:
    places = resolve(find_toponyms(text), text, home)
    return next((place.value.admin1 for place in places if place.value and place.value.admin1), None)


def _office(text: str, home: str | None) -> str:
    if not re.search(
        r"\b(?:office|department|branch|province|provincial|directorate|head|director|director-general|chief)\b",
        text,
        re.IGNORECASE,
    ):
        return ""
    place = _division(text, home)
    return f", {place} office" if place else ""


@cache
def _titles() -> tuple[Row, ...]:
    return tuple(sorted(table("en/titles"), key=lambda row: -len(row["title"])))


def _role(lowered: str) -> tuple[str | None, SpeakerKind]:
    for row in _titles():
        if re.search(rf"(?<![\w-]){re.escape(row['title'])}(?![\w-])", lowered):
            kind: SpeakerKind = (
                "unknown" if row["kind"] not in ("official", "independent", "opposition") else _kind(row["kind"])
            )
            return row["role"], kind
    return None, "unknown"


def _name(text: str, persons: tuple[str, ...], identity: str | None) -> str | None:
    for person in sorted(persons, key=len, reverse=True):
        bare = re.sub(r"'s$", "", person.replace("’", "'")).strip()
        words = [word for word in bare.split() if word.lower().rstrip(".") not in PREFIX]
        if (
            words
            and not _alias(" ".join(words))
            and not re.search(r"\b(?:Ministry|Police|Office|Agency|Command|Guards?)\b", bare)
        ):
            return " ".join(words)
    if identity is not None:
        return None
    introduced = re.search(r"\b(?:introduced|named|identified)\s+(?:only\s+)?as\s+(" + _NAME.pattern + ")", text)
    if introduced:
        return introduced[1]
    titled = re.search(
        r"\b(?:[Ss]pokes(?:man|woman|person)|[Mm]inister|[Cc]hief|[Gg]overnor|[Dd]irector|[Cc]ommander|[Pp]rosecutor|Gen\.|Col\.|General|Colonel|Superintendent|Judge|[Oo]fficial,)\s+("
        + _NAME.pattern
        + ")",
        text,
    )
    if titled and len(titled[1].split()) in (2, 3) and not _alias(titled[1]) and not find_toponyms(titled[1]):
        return titled[1]
    whole = _NAME.fullmatch(text.strip())
    if (
        whole
        and len(text.split()) == 1
        and not _alias(text)
        and not find_toponyms(text)
        and text.strip().lower()
        not in ("police", "regime", "authorities", "it", "he", "she", "they", "parliament", "government")
    ):
        return text.strip()
    return None
