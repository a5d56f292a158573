"""Maps of numbers of claims: an outline a country or division, shaded by class, as SVG without scripts or inline styles."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log

from markupsafe import Markup

from allegata.ground.lexicon import lines_of
from allegata.model.claim import Place
from allegata.model.mention import Mention

SHADES = 5
"""Classes of numbers above zero; no claims are a class of their own."""
SMALL = 30
"""Length of the path data of a square, in characters, at most."""
FAR = 20
"""How many times the least the greatest number must be for classes to begin at 1, 2 or 5 with noughts."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is drawn of a country or division.

    ids: the places it stands for; several where divisions newer than the source share it, its own first. names: one an id.
    path: SVG path data in the units of the sheet, whole numbers, every subpath closed.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    path: str

    @property
    def name(self) -> str:
        """Return the names, as a reader is told them."""
        return ", ".join(dict.fromkeys(self.names))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map without numbers. width, height: in units. frames: path data of the frames of insets; empty if none. outlines: in the order they are drawn."""

    width: int
    height: int
    frames: str
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True)
class Shade:
    """A class of numbers of claims, both bounds included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of claims for a map. A claim counts once in each outline it has a place in, or else in one of the others.

    counts: by the first id of the outline. undrawn: has a place in the country that lies in no outline: the country as a whole, or a division
    without one. unsure: it is in doubt which outline. elsewhere: another country. no_place: no place is told.
    """

    counts: Mapping[str, int]
    undrawn: int
    unsure: int
    elsewhere: int
    no_place: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map with numbers. svg: empty where there is no map of the country. legend: a list. apart: what was counted for ids that have no outline."""

    svg: Markup
    legend: Markup
    apart: tuple[tuple[str, int], ...]


@cache
def sheet(country: str | None) -> Sheet | None:
    """Return the map of the divisions of *country* (alpha-2), or of the countries of the world; None where there is none.

    >>> iran = sheet("IR")
    >>> iran.width, len(iran.outlines)
    (1000, 31)
    """
    start = f"{country or 'world'}\t"
    rows = [line.split("\t") for line in lines_of("map/outlines") if line.startswith(start)]
    if not rows or start == "map\t":
        return None
    drawn = [Outline(tuple(ids.split(" ")), tuple(names.split("|")), path) for _, _, _, ids, names, path in rows if ids]
    return Sheet(
        int(rows[0][1]),
        int(rows[0][2]),
        next((path for _, _, _, ids, _, path in rows if not ids), ""),
        tuple(sorted(drawn, key=lambda outline: (len(outline.path) < SMALL, outline.name, outline.ids))),
    )


def outlines(country: str | None) -> tuple[Outline, ...]:
    """Return the outlines of the divisions of *country* (alpha-2), or of the countries of the world, by name; empty if there is no map.

    The smallest, which are squares on top of others, come last.

    >>> [outline.name for outline in outlines("IR") if "iso:IR-03" in outline.ids]
    ['East Azerbaijan']
    """
    found = sheet(country)
    return found.outlines if found else ()


@cache
def mapped() -> tuple[str, ...]:
    """Return the codes (alpha-2) of the countries whose divisions are drawn, sorted.

    >>> "IR" in mapped(), "world" in mapped()
    (True, False)
    """
    codes = {line.partition("\t")[0] for line in lines_of("map/outlines")}
    return tuple(sorted(code for code in codes if len(code) == 2))


@cache
def _named(country: str) -> dict[str, str]:
    """Return the first id of the outline of each division of *country* by its name; empty for a name that two outlines have."""
    found: dict[str, str] = {}
    for outline in outlines(country):
        for name in set(outline.names):
            found[name] = "" if name in found else outline.ids[0]
    return found


@cache
def _held(country: str | None) -> dict[str, str]:
    """Return the first id of the outline of each id."""
    return {each: outline.ids[0] for outline in outlines(country) for each in outline.ids}


def outline_of(place: Place, country: str | None) -> str | None:
    """Return the first id of the outline that *place* lies in; empty if it lies in none, None if it is in another country.

    >>> outline_of(Place(name="Ahar", id="geonames:143127", country="IR", admin1="East Azerbaijan", level="city"), "IR")
    'iso:IR-03'
    >>> outline_of(Place(name="Iran", id="iso:IR", country="IR", admin1=None, level="country"), "IR")
    ''
    """
    if country is None:
        return _held(None).get(f"iso:{place.country}", "")
    if place.country != country:
        return None
    return _held(country).get(place.id or "") or _named(country).get(place.admin1 or "", "")


def tally(places: Iterable[tuple[Mention[Place], ...]], country: str | None) -> Tally:
    """Return the numbers of claims for a map, of the *places* of each claim."""
    counts, lanes = Counter[str](), Counter[str]()
    for mentions in places:
        spots = [{outline_of(reading, country) for reading in mention.readings} for mention in mentions]
        sure = [next(iter(spot)) for spot in spots if len(spot) == 1]
        drawn = {spot for spot in sure if spot}
        counts.update(drawn)
        if not drawn:
            lanes[_lane(mentions, sure, len(sure) < len(spots))] += 1
    return Tally(dict(counts), lanes["undrawn"], lanes["unsure"], lanes["elsewhere"], lanes["no_place"])


def _lane(mentions: tuple[Mention[Place], ...], sure: list[str | None], doubt: bool) -> str:
    """Return where a claim is counted that lies in no outline for sure."""
    if not mentions:
        return "no_place"
    if "" in sure:
        return "undrawn"
    return "unsure" if doubt else "elsewhere"


def classes(numbers: Iterable[int]) -> tuple[Shade, ...]:
    """Return at most five classes of the *numbers* above zero, ascending, each from a round number and some times higher than the one before.

    Numbers of claims lie far apart: a few places have most. Classes of like width would leave the rest in one, classes of like many places
    would put ten and a thousand together. None is empty: the one before takes its place.

    >>> classes([1, 2, 2, 3, 14, 14, 60, 117, 0])
    (Shade(low=1, high=2), Shade(low=3, high=6), Shade(low=7, high=49), Shade(low=50, high=117))
    """
    values = sorted(number for number in numbers if number > 0)
    if not values:
        return ()
    least, most = values[0], values[-1]
    if most - least < SHADES:
        steps = list(range(least, most + 1))
    else:
        steps = sorted(
            {least, *(_rounded(least * (most / least) ** (part / SHADES), most / least) for part in range(1, SHADES))}
        )
    lows = [low for low, end in pairwise([*steps, most + 1]) if any(low <= value < end for value in values)]
    return tuple(Shade(low, end - 1) for low, end in pairwise([*lows, most + 1]))


def _rounded(number: float, times: float) -> int:
    """Return a round number near *number*: 1, 2 or 5 with noughts where the greatest is many *times* the least, else two digits and noughts."""
    if number < 10:
        return round(number)
    unit: int = 10 ** (len(str(int(number))) - 1)
    if times < FAR:
        return round(number / unit * 10) * unit // 10
    return min((unit, 2 * unit, 5 * unit, 10 * unit), key=lambda step: abs(log(step / number)))


def _claims(number: int) -> str:
    return "no claims" if not number else "1 claim" if number == 1 else f"{number:,} claims"


def _bounds(shade: Shade) -> str:
    return _claims(shade.low) if shade.low == shade.high else f"{shade.low:,} to {_claims(shade.high)}"


def map_svg(
    country: str | None,
    counts: Mapping[str, int],
    title: str,
    address: Callable[[Outline], str] | None = None,
) -> Drawing:
    """Return a map of *counts* (by place id), shaded in at most six classes.

    Each outline names itself and its number; one with claims links to its *address*. Classes for a style sheet: ``map``, ``frame``,
    ``shade-0`` (no claims) to ``shade-5``, ``map-legend``, ``swatch`` (static/app.css). With links the whole is a group and no image,
    since what is inside an image is not read to those who listen.

    >>> drawing = map_svg("IR", {"iso:IR-03": 2, "iso:IR": 7}, "Claims by province")
    >>> '<path class="shade-1"' in drawing.svg, "East Azerbaijan: 2 claims" in drawing.svg, drawing.apart
    (True, True, (('iso:IR', 7),))
    """
    found = sheet(country)
    held = _held(country)
    apart = sorted(
        (each for each in counts.items() if each[0] not in held and each[1]), key=lambda each: (-each[1], each[0])
    )
    if not found:
        return Drawing(Markup(), Markup(), tuple(apart))
    numbers = [sum(counts.get(each, 0) for each in outline.ids) for outline in found.outlines]
    shades = classes(numbers)
    label = f"map-{country or 'world'}"
    shapes = (
        _shape(outline, number, bisect_right([shade.low for shade in shades], number), address)
        for outline, number in zip(found.outlines, numbers, strict=True)
    )
    svg = Markup(
        '<svg class="map" viewBox="0 0 {} {}" role="{}" aria-labelledby="{}"><title id="{}">{}</title>{}{}</svg>'
    ).format(
        found.width,
        found.height,
        "group" if address and any(numbers) else "img",
        label,
        label,
        title,
        Markup('<path class="frame" d="{}"/>').format(found.frames) if found.frames else "",
        Markup().join(shapes),
    )
    return Drawing(svg, _legend(shades, 0 in numbers), tuple(apart))


def _shape(outline: Outline, number: int, shade: int, address: Callable[[Outline], str] | None) -> Markup:
    """Return the path of *outline*, in a link if it has claims."""
    name = f"{outline.name}: {_claims(number)}"
    if number and address:
        link = '<a href="{}"><title>{}</title><path class="shade-{}" d="{}"/></a>'
        return Markup(link).format(address(outline), name, shade, outline.path)
    return Markup('<path class="shade-{}" d="{}"><title>{}</title></path>').format(shade, outline.path, name)


def _legend(shades: tuple[Shade, ...], gaps: bool) -> Markup:
    """Return the classes as a list with their bounds; no claims come first, if an outline has none."""
    said = [(number, _bounds(shade)) for number, shade in enumerate(shades, 1)]
    entry = Markup(
        '<li><svg class="swatch" viewBox="0 0 3 2" aria-hidden="true"><path class="shade-{}" d="M0 0h3v2h-3z"/></svg> {}</li>'
    )
    entries = (entry.format(number, text) for number, text in [(0, _claims(0))] * gaps + said)
    return Markup('<ul class="map-legend">{}</ul>').format(Markup().join(entries))
