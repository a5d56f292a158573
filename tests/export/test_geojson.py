"""Features are valid GeoJSON for the package geojson, and rings are as RFC 7946 wants them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import geojson
import pytest
from made import NAMES, bare, hostile, made, text_of, written
from msgspec.structs import replace

from allegata.export.geojson import _rings, outlines_of, polygons_of
from allegata.ground.place import country_names, place_of
from allegata.model import Claim, Mention, Place


def features(claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    text = text_of("geojson", claims)
    collection = geojson.loads(text)
    assert isinstance(collection, geojson.FeatureCollection)
    assert collection.is_valid, collection.errors()
    assert collection["note"] == "Counts of claims, not of people."
    found: list[dict[str, Any]] = json.loads(text)["features"]
    return found


def area(ring: list[list[float]]) -> float:
    """Return twice the signed area of a ring, positive where it runs counterclockwise."""
    return sum(x * up - right * y for (x, y), (right, up) in pairwise(ring))


def within(x: float, y: float, polygons: Any) -> bool:
    """Return whether a point lies in an outer ring and in no hole, by counting crossings."""

    def inside(ring: list[list[float]]) -> bool:
        crossed = [(a, b) for a, b in pairwise(ring) if (a[1] > y) != (b[1] > y)]
        return sum(x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in crossed) % 2 == 1

    return any(inside(outer) and not any(map(inside, holes)) for outer, *holes in polygons)


@pytest.mark.parametrize("claims", [made().claims, hostile(), bare(), ()], ids=["claims", "hostile", "bare", "none"])
def test_a_collection_is_valid(claims: tuple[Claim, ...]) -> None:
    assert [each["id"] for each in features(claims)] == [claim.id for claim in claims]


def test_every_outline_is_rings_as_the_standard_wants_them() -> None:
    assert len(_rings()) > 3000
    for outline in _rings():
        polygons = polygons_of(outline)
        assert geojson.MultiPolygon(polygons).is_valid, outline
        for outer, *holes in polygons:
            assert area(outer) > 0, outline
            assert all(area(hole) < 0 for hole in holes), outline
            for ring in (outer, *holes):
                assert len(ring) > 3
                assert ring[0] == ring[-1]
                assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
                # Nothing runs around the other side of the globe: what crosses the 180th meridian is cut there.
                assert all(abs(x - right) < 180 for (x, _), (right, _) in pairwise(ring))


@pytest.mark.parametrize(
    ("outline", "x", "y"),
    [
        ("iso:IR-03", 46.3, 38.1), ("iso:IR", 51.4, 35.7), ("iso:PE", -72.0, -13.5), ("iso:PE-CUS", -72.0, -13.5), ("iso:KE", 36.8, -1.3),
        ("iso:NZ", 175.3, -37.8), ("iso:FR", 2.35, 48.85), ("iso:US-AK", -150.0, 61.5), ("iso:RU", 37.6, 55.7), ("iso:ZA", 28.0, -26.2),
    ],
)  # fmt: skip
def test_an_outline_lies_where_its_place_is(outline: str, x: float, y: float) -> None:
    assert within(x, y, polygons_of(outline))
    assert not within(-x, y - 20, polygons_of(outline))


def test_a_hole_is_one() -> None:
    # Maseru lies in Lesotho, which South Africa goes around.
    assert within(27.5, -29.3, polygons_of("iso:LS"))
    assert not within(28.2, -29.5, polygons_of("iso:ZA"))


def test_every_country_of_the_gazetteer_has_an_outline_but_few() -> None:
    codes = {each.removeprefix("iso:") for each in _rings() if each.startswith("iso:") and "-" not in each}
    assert len(codes) > 0.95 * len(country_names())


def test_a_claim_has_the_outlines_of_its_places_and_no_pin() -> None:
    assert not any(name in text_of("geojson", made().claims) for name in NAMES)
    found = features(made().claims)
    assert {each["geometry"]["type"] for each in found if each["geometry"]} == {"MultiPolygon"}
    first = found[0]
    # Two divisions of Peru are called Lima.
    assert first["properties"]["outlines"] == ["iso:PE-LIM", "iso:PE-LMA", "iso:PE-CUS"]
    assert (first["properties"]["count_low"], first["properties"]["period_edtf"]) == (60, "2023-05")


def test_doubt_and_no_place_have_no_geometry() -> None:
    lima, cusco = place_of("iso:PE-LIM"), place_of("iso:PE-CUS")
    assert lima is not None
    assert cusco is not None
    doubt = replace(made().claims[0], places=(Mention((), (lima, cusco)),))
    assert features((doubt,))[0]["geometry"] is None
    assert {each["geometry"] for each in features(bare())} == {None}
    assert written("geojson", (doubt,))[1] == ("1 claim has no geometry: no place with an outline is surely told",)
    assert written("geojson", made().claims[:1])[1] == ()


def test_what_stands_for_a_place() -> None:
    assert outlines_of(Place("Nowhere", "geonames:1", "PE", "Cuzco", "city")) == ("iso:PE-CUS",)
    assert outlines_of(Place("Nowhere", "geonames:1", "PE", None, "city")) == ("iso:PE",)
    assert outlines_of(Place("Cuzco", "iso:PE-CUS", "PE", "Cuzco", "admin1")) == ("iso:PE-CUS",)
    assert outlines_of(Place("Nowhere", None, "XX", None, "city")) == ()
