"""Claims as GeoJSON (RFC 7946): a feature a claim, its geometry the outlines of its places; no pins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TextIO

from allegata.export.csv import row_of
from allegata.export.names import COUNTS, sure_places
from allegata.ground.gazetteer import places_named
from allegata.ground.lexicon import lines_of
from allegata.model.claim import Claim, Place
from allegata.model.document import Document, Masks

Ring = list[list[float]]
STEPS = 50
"""Steps of the table's grid in a degree."""
NUMBERS = ("count_low", "count_high", "passage_start", "passage_end")


def write_geojson(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> Sequence[str]:
    """Write a feature collection, a line a feature, and return how many claims have no geometry.

    >>> import io
    >>> out = io.StringIO()
    >>> write_geojson((), out)
    ()
    >>> json.loads(out.getvalue())["features"]
    []
    """
    head = json.dumps({"type": "FeatureCollection", "note": COUNTS}, ensure_ascii=False)
    stream.write(f'{head[:-1]}, "features": [')
    without = 0
    for number, claim in enumerate(claims):
        made = feature(claim)
        without += made["geometry"] is None
        stream.write(f"{',' if number else ''}\n{json.dumps(made, ensure_ascii=False)}")
    stream.write("\n]}\n")
    if not without:
        return ()
    return (f"{without:,} claim{'s have' if without > 1 else ' has'} no geometry: no place with an outline is surely told",)  # fmt: skip


def feature(claim: Claim) -> dict[str, Any]:
    """Return the feature of *claim*."""
    outlines = list(dict.fromkeys(each for place in sure_places(claim) for each in outlines_of(place)))
    row = row_of(claim)
    told: dict[str, Any] = {name: value or None for name, value in row.items() if name not in ("id", *NUMBERS)}
    told |= {name: int(row[name]) if row[name] else None for name in NUMBERS}
    polygons = [polygon for each in outlines for polygon in polygons_of(each)]
    return {
        "type": "Feature",
        "id": claim.id,
        "geometry": {"type": "MultiPolygon", "coordinates": polygons} if polygons else None,
        "properties": told | {"outlines": outlines, "note": COUNTS},
    }


def outlines_of(place: Place) -> tuple[str, ...]:
    """Return the ids of the outlines that stand for *place*: its own; of a town that of its division, or those of all of that name; else of its country.

    >>> outlines_of(Place("Ahar", "geonames:143127", "IR", "East Azerbaijan", "city")), outlines_of(Place("Atlantis", None, None, None, "country"))
    (('iso:IR-03',), ())
    """
    division = place.name if place.level == "admin1" else place.admin1
    named = {
        each.id for each in places_named(division or "") if (each.level, each.country) == ("admin1", place.country)
    }
    for wanted in ([place.id], sorted(each for each in named if each), [f"iso:{place.country}"]):
        found = tuple(each for each in wanted if each in _rings())
        if found:
            return found
    return ()


@cache
def _rings() -> dict[str, str]:
    rows = (line.split("\t") for line in lines_of("map/shapes") if not line.startswith("#"))
    return {row[0]: row[1] for row in rows if row[0] != "id"}


@cache
def polygons_of(outline: str) -> tuple[tuple[Ring, ...], ...]:
    """Return the polygons of an outline: of each the outer ring, counterclockwise, and its holes, closed, in degrees.

    >>> ((ring, *_), *_) = polygons_of("iso:IR-03")
    >>> ring[0] == ring[-1], 44 < ring[0][0] < 49
    (True, True)
    """
    polygons = _rings()[outline].split("|")
    return tuple(tuple(list(_ring(each)) for each in polygon.split(";")) for polygon in polygons)


def _ring(steps: str) -> Iterator[list[float]]:
    numbers = [int(each) for each in steps.split(" ")]
    x = y = 0
    for place in range(0, len(numbers), 2):
        x, y = x + numbers[place], y + numbers[place + 1]
        yield [x / STEPS, y / STEPS]
    yield [numbers[0] / STEPS, numbers[1] / STEPS]
