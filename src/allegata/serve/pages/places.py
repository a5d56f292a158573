"""Where claims are of: countries, or the divisions of one, shaded by how many claims are of them. No pins."""

from __future__ import annotations

from typing import NamedTuple

from allegata.ground.place import country_name
from allegata.ledger import ClaimFilter, Ledger
from allegata.model.error import InputError
from allegata.model.mention import Record
from allegata.run.options import CHOICES
from allegata.serve.asked import FIELDS, address, asked_of, values_of
from allegata.serve.map import Outline, Tally, map_svg, mapped, outlines, tally
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get


class Place(NamedTuple):
    """A row of the table: an outline with its claims, where they are listed, and where they are added up."""

    name: str
    claims: int
    to: str
    totals: str


class PlaceCount(Record, frozen=True):
    """How many claims are of a country or division; place: null for a lane beside the map, which *name* names."""

    place: str | None
    name: str
    claims: int


def tallied(ledger: Ledger, wanted: ClaimFilter, country: str | None) -> Tally:
    """Return the numbers of the claims *wanted* on the map of *country*, null for the world."""
    return tally((claim.places for claim in ledger.claims(wanted) if claim.action != "other"), country)


def _country(visit: Visit) -> str | None:
    """Return the code of the country that the address asks for, null for the world.

    Raises: InputError if there is no such country.
    """
    country = visit.asked("country")
    if country is not None and country_name(country) == country and country not in mapped():
        raise InputError("country: is no code of a country; give one of two capital letters, or none for the world")
    return country


def _drawn(visit: Visit) -> str | None:
    """Return what `_country` does, of the countries whose divisions are drawn.

    Raises: InputError.
    """
    country = _country(visit)
    if country is not None and country not in mapped():
        raise InputError(
            f"country: the divisions of {country_name(country)} are not drawn; give none for the world, or one of those that {address('/map', {}, country=country)} lists"
        )
    return country


def _address(asked: dict[str, str], country: str | None, outline: Outline) -> str:
    """Return where a click on *outline* leads: from the world to the map of a country, if it has one, else to its claims."""
    identity = outline.ids[0]
    code = identity.removeprefix("iso:")
    if country is None and outlines(code):
        return address("/map", asked, country=code)
    return address("/claims", asked, place=code if country is None else identity)


def map_page(visit: Visit) -> Shown:
    """Return the map of the claims that the address asks for."""
    wanted, country = asked_of(visit), _country(visit)
    asked = values_of(wanted)
    named = country_name(country) if country else "the world"
    context = {"title": "Map", "asked": asked, "choices": CHOICES, "country": country, "named": named}
    if country and country not in mapped():
        others = [(each, country_name(each)) for each in mapped()]
        return Shown("unmapped.html.jinja", {**context, "others": sorted(others, key=lambda other: other[1])})
    made = visit.answers.of(visit.ledger, ("map", wanted, country), lambda ledger: tallied(ledger, wanted, country))
    if made is None:
        return Shown("map.html.jinja", {**context, "made": None, "here": address("/map", asked, country=country)})

    def to(outline: Outline) -> str:
        return _address(asked, country, outline)

    drawing = map_svg(country, made.counts, f"Claims of {named}", to)
    rows = [
        Place(
            each.name,
            made.counts[each.ids[0]],
            to(each),
            address("/totals", asked, place=each.ids[0] if country else each.ids[0].removeprefix("iso:")),
        )
        for each in outlines(country)
        if made.counts.get(each.ids[0])
    ]
    rows.sort(key=lambda row: (-row.claims, row.name))
    return Shown("map.html.jinja", {**context, "made": made, "drawing": drawing, "rows": rows})


def _records(visit: Visit) -> list[PlaceCount]:
    country = _drawn(visit)
    made = tallied(visit.ledger, asked_of(visit), country)
    names = {each.ids[0]: each.name for each in outlines(country)}
    lanes = {"undrawn": made.undrawn, "unsure": made.unsure, "elsewhere": made.elsewhere, "no place": made.no_place}
    found = sorted(made.counts.items(), key=lambda each: (-each[1], each[0]))
    return [
        *(PlaceCount(place, names[place], number) for place, number in found),
        *(PlaceCount(None, lane, number) for lane, number in lanes.items()),
    ]


TAKES = (*FIELDS, "country")
ROUTES = (
    get("/map", "read", map_page, TAKES),
    *twins("/map", "read", _records, PlaceCount.__struct_fields__, takes=TAKES),
)
