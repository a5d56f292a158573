"""From shapes on the globe to the paths of a map: projections, insets, simplification with shared borders kept, whole numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Projection = Callable[[np.ndarray], np.ndarray]
Part = tuple[str, Polygon]
"""A polygon in degrees, with the id of the outline it belongs to."""
EARTH_KM = 6371.0
SIDE = 1000
"""Longer side of a country's map, in units."""
CUT = -169.0
"""The meridian at which the map of the world is cut: through the Bering Strait."""
GROWTH = 1.6
"""How many times larger a map may get by what lies far off, and once more if that is as large as the rest; beyond that it is put in an inset."""
GAP = 0.25
"""Distance from which a part lies far off, in square roots of the area of the largest part and what is near it."""
SPECK = 0.005
"""The part of the main land under which islands of a division on it are not worth a larger map."""
BODY = 0.7
"""The part of the land that must lie together for the rest to be put in insets; else the country is one of islands, drawn as they lie."""
INSET, SMALL_INSET, MARGIN, EDGE = 170, 70, 12, 5


def rounded(points: np.ndarray) -> np.ndarray:
    """Return *points* so rounded that the same place in two shapes stays one point."""
    return np.round(points, 5)


def equal_earth(degrees: np.ndarray) -> np.ndarray:
    """Return kilometres on the Equal Earth map (Šavrič, Patterson and Jenny 2019), cut at ``CUT``, south downward."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    around = np.radians((degrees[:, 0] - CUT) % 360 - 180)
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(degrees[:, 1])))
    bend = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
    x = 2 * np.sqrt(3) * around * np.cos(theta) / (3 * bend)
    y = a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta
    return rounded(EARTH_KM * np.column_stack([x, -y]))


def centred(longitude: float, latitude: float) -> Projection:
    """Return Lambert's azimuthal equal-area projection about a point: kilometres, south downward."""
    here, up = np.radians(longitude), np.radians(latitude)

    def project(degrees: np.ndarray) -> np.ndarray:
        east, north = np.radians(degrees[:, 0]) - here, np.radians(degrees[:, 1])
        near = 1 + np.sin(up) * np.sin(north) + np.cos(up) * np.cos(north) * np.cos(east)
        k = np.sqrt(2 / np.maximum(near, 1e-6))
        x = k * np.cos(north) * np.sin(east)
        y = k * (np.cos(up) * np.sin(north) - np.sin(up) * np.cos(north) * np.cos(east))
        return rounded(EARTH_KM * np.column_stack([x, -y]))

    return project


def middle(polygons: Iterable[Polygon]) -> tuple[float, float]:
    """Return longitude and latitude of the middle of *polygons* on the globe, each weighing its area."""
    total = np.zeros(3)
    for polygon in polygons:
        east, north = np.radians(polygon.centroid.x), np.radians(polygon.centroid.y)
        weight = polygon.area * np.cos(north)
        total += weight * np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    x, y, z = total / np.linalg.norm(total)
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arcsin(z)))


def projected(polygon: Polygon, projection: Projection) -> BaseGeometry:
    """Return *polygon* on the map, valid."""
    made = shapely.transform(polygon, projection)
    return made if made.is_valid else made.buffer(0)


def boxed(shapes: Iterable[BaseGeometry]) -> tuple[float, float, float, float]:
    """Return the box around *shapes*: left, top, right, bottom."""
    left, top, right, bottom = (np.array(list(each)) for each in zip(*(shape.bounds for shape in shapes), strict=True))
    return float(left.min()), float(top.min()), float(right.max()), float(bottom.max())


def extent(box: tuple[float, float, float, float]) -> float:
    """Return the area of *box*."""
    return (box[2] - box[0]) * (box[3] - box[1])


def groups(parts: list[Part]) -> list[list[Part]]:
    """Return *parts* as the main map, first, and its insets; parts far off whose outline has its body elsewhere are left out."""
    largest = max(parts, key=lambda part: part[1].area * np.cos(np.radians(part[1].centroid.y)))[1]
    project = centred(*middle([largest]))
    shapes = [projected(polygon, project).simplify(1) for _, polygon in parts]
    order = sorted(range(len(parts)), key=lambda each: -shapes[each].area)
    reach = GAP * np.sqrt(sum(shape.area for shape in shapes if shape.distance(shapes[order[0]]) < 50))
    tree, waiting, clusters = shapely.STRtree(shapes), set(order), list[list[int]]()
    for first in order:
        if first not in waiting:
            continue
        waiting.discard(first)
        cluster, pending = [first], [first]
        while pending:
            near = set(tree.query(shapes[pending.pop()], predicate="dwithin", distance=reach).tolist()) & waiting
            waiting -= near
            cluster += near
            pending += near
        clusters.append(cluster)

    def land(cluster: Iterable[int]) -> float:
        return float(sum(shapes[each].area for each in cluster))

    main, *others = sorted(clusters, key=lambda cluster: -land(cluster))
    far, body = list[list[int]](), {parts[each][0] for each in main}
    for cluster in others:
        share = land(cluster) / land(main)
        grown = extent(boxed(shapes[each] for each in main + cluster)) / extent(boxed(shapes[each] for each in main))
        speck = share < SPECK and {parts[each][0] for each in cluster} <= body
        if grown <= (1.1 if speck else GROWTH + share):
            main = main + cluster
        else:
            far.append(cluster)
    if land(main) < BODY * land(order):
        main, far = order, []
    held: dict[str, Counter[int]] = defaultdict(Counter)
    for number, cluster in enumerate([main, *far]):
        for each in cluster:
            held[parts[each][0]][number] += shapes[each].area
    home = {key: counter.most_common(1)[0][0] for key, counter in held.items()}
    kept = [
        [parts[each] for each in cluster if home[parts[each][0]] == number]
        for number, cluster in enumerate([main, *far])
    ]
    return [cluster for cluster in kept if cluster]


def merged(parts: Iterable[Part], projection: Projection) -> dict[str, BaseGeometry]:
    """Return one shape on the map for each outline."""
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    for key, polygon in parts:
        shapes[key].append(projected(polygon, projection))
    return {key: shapely.union_all(found) for key, found in shapes.items()}


def moved(shapes: dict[str, BaseGeometry], scale: float, right: float, down: float) -> dict[str, BaseGeometry]:
    """Return *shapes* scaled and shifted."""
    return {key: shapely.transform(shape, lambda xy: xy * scale + (right, down)) for key, shape in shapes.items()}


def laid_out(parts: list[Part]) -> tuple[dict[str, BaseGeometry], list[tuple[int, int, int, int]], tuple[int, int]]:
    """Return the shapes of a country's map in its units, the frames of insets (left, top, width, height), and its size."""
    first, *insets = groups(parts)
    shapes = merged(first, centred(*middle(polygon for _, polygon in first)))
    left, top, right, bottom = boxed(shapes.values())
    scale = (SIDE - 2 * EDGE) / max(right - left, bottom - top)
    found = moved(shapes, scale, EDGE - left * scale, EDGE - top * scale)
    width, height = (round(side * scale) + 2 * EDGE for side in (right - left, bottom - top))
    frames, across, row, tall = list[tuple[int, int, int, int]](), 1, height + MARGIN, 0
    for inset in insets:
        shapes = merged(inset, centred(*middle(polygon for _, polygon in inset)))
        left, top, right, bottom = boxed(shapes.values())
        longer = max(right - left, bottom - top)
        own = min(max(scale, SMALL_INSET / longer), INSET / longer)
        wide, high = (round(side * own) + 2 * MARGIN for side in (right - left, bottom - top))
        if across > 1 and across + wide > max(width, INSET + 2 * MARGIN):
            across, row, tall = 1, row + tall + MARGIN, 0
        found |= moved(shapes, own, across + MARGIN - left * own, row + MARGIN - top * own)
        frames.append((across, row, wide, high))
        width, height, tall = max(width, across + wide + 1), max(height, row + high + 1), max(tall, high)
        across += wide + MARGIN
    return found, frames, (width, height)


def of_the_world(parts: list[Part], width: int) -> tuple[dict[str, BaseGeometry], tuple[int, int]]:
    """Return the shapes of a map of the world in its units, and its size."""
    west, east = shapely.box(-180, -90, CUT - 1e-9, 90), shapely.box(CUT + 1e-9, -90, 180, 90)
    halves = [(key, half) for key, polygon in parts for half in pieces(polygon, (west, east))]
    shapes = merged(halves, equal_earth)
    left, top, right, bottom = boxed(shapes.values())
    scale = (width - 2 * EDGE) / (right - left)
    found = moved(shapes, scale, EDGE - left * scale, EDGE - top * scale)
    return found, (width, round((bottom - top) * scale) + 2 * EDGE)


def pieces(polygon: Polygon, boxes: Iterable[Polygon]) -> list[Polygon]:
    """Return what of *polygon* lies in each of *boxes*."""
    left, _, right, _ = polygon.bounds
    if not left < CUT < right:
        return [polygon]
    return [piece for box in boxes for piece in polygons_of(polygon.intersection(box))]


def polygons_of(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons that *shape* is made of, lines and points left out."""
    return [each for each in shapely.get_parts(shape) if isinstance(each, Polygon) and not each.is_empty]


def drawn(shapes: dict[str, BaseGeometry], tolerance: float, speck: float, dot: int) -> list[tuple[str, str]]:
    """Return key and path of every outline.

    *tolerance* is the square root of the area that a corner must span to stay (Visvalingam and Whyatt); islands under *speck* square units
    are left out, and an outline that is smaller than a square of *dot* units is drawn as one, so that it can be seen and reached.
    """
    bodies = {key: body(shape, speck) for key, shape in shapes.items()}
    thin = shapely.coverage_simplify(list(bodies.values()), tolerance)
    paths = list[tuple[str, str]]()
    for (key, whole), shape in zip(bodies.items(), thin, strict=True):
        path = "" if whole.area < dot**2 else written(shape)
        paths.append((key, path or square(whole, dot)))
    return paths


def body(shape: BaseGeometry, speck: float) -> BaseGeometry:
    """Return *shape* without islands and holes under *speck* square units; its largest part stays."""
    parts = sorted(polygons_of(shape), key=lambda part: -part.area)
    kept = [part for place, part in enumerate(parts) if not place or part.area >= speck]
    return MultiPolygon(
        [Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area >= speck / 4]) for part in kept]
    )


def written(shape: BaseGeometry) -> str:
    """Return *shape* as SVG path data of whole numbers, one closed subpath a ring; empty if nothing is left of it."""
    rings = list[str]()
    for part in polygons_of(shapely.orient_polygons(shape)):
        for ring in (part.exterior, *part.interiors):
            corners = np.round(shapely.get_coordinates(ring)[:-1]).astype(int).tolist()
            points = [point for place, point in enumerate(corners) if point != corners[place - 1]]
            if len(points) > 2:
                rings.append(ring_path([(x, y) for x, y in points]))
    return "".join(rings)


def ring_path(points: list[tuple[int, int]]) -> str:
    """Return path data that goes through *points* and back: the first as it is, the others as steps."""
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def square(shape: BaseGeometry, side: int) -> str:
    """Return a square about the middle of *shape*."""
    left, top = (round(middle - side / 2) for middle in (shape.centroid.x, shape.centroid.y))
    return ring_path([(left, top), (left + side, top), (left + side, top + side), (left, top + side)])
