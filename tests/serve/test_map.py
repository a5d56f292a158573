"""Outlines that ship, and maps of numbers made of them."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from allegata.ground.lexicon import lines_of, table
from allegata.model import Mention, Place
from allegata.serve.map import Outline, Sheet, classes, map_svg, mapped, outlines, sheet, tally

SVG = "{http://www.w3.org/2000/svg}"
MAPS = [
    None,
    *sorted({line.split("\t")[0] for line in lines_of("map/outlines")[1:] if line[:2].isupper() and line[2] == "\t"}),
]
RING = re.compile(r"M(\d+) (\d+)l((?:-?\d+[ ]?)+)z")


def gazetteer(level: str) -> dict[str, tuple[str, str]]:
    """Country and name of the countries or divisions of the gazetteer, by id."""
    lines = [line.split("\t") for line in lines_of("gazetteer") if not line.startswith("#")][1:]
    return {cells[2]: (cells[3], cells[1]) for cells in lines if cells[5] == level}


def rings(path: str) -> list[list[tuple[int, int]]]:
    """The corners of each closed subpath; fails on anything else."""
    assert RING.sub("", path) == ""
    found = []
    for x, y, rest in RING.findall(path):
        steps = [int(each) for each in re.findall(r"-?\d+", rest)]
        corners = [(int(x), int(y))]
        for right, down in zip(steps[::2], steps[1::2], strict=True):
            corners.append((corners[-1][0] + right, corners[-1][1] + down))
        found.append(corners)
    return found


def area(outline: Outline) -> float:
    """Its area in square units; holes count against it."""
    total = 0.0
    for ring in rings(outline.path):
        total += sum(x * down - right * y for (x, y), (right, down) in pairwise([*ring, ring[0]])) / 2
    return abs(total)


def must(country: str | None) -> Sheet:
    found = sheet(country)
    assert found is not None
    return found


def place(country: str | None, admin1: str | None, each: str | None, level: str = "city") -> Place:
    return Place(name="X", id=each, country=country, admin1=admin1, level=level)


def mention(*readings: Place) -> Mention[Place]:
    return Mention(spans=(), readings=readings, rule="test")


def test_every_province_of_iran_has_an_outline_of_its_own_and_its_name() -> None:
    provinces = {each: name for each, (country, name) in gazetteer("admin1").items() if country == "IR"}
    assert len(provinces) == 31
    assert {outline.ids: outline.names for outline in outlines("IR")} == {
        (each,): (name,) for each, name in provinces.items()
    }


def test_provinces_of_iran_lie_where_they_lie() -> None:
    """The codes of the source are former ones: what is checked is the drawing."""
    middles = {}
    for outline in outlines("IR"):
        corners = max(rings(outline.path), key=len)
        middles[outline.name] = tuple(sum(each) / len(corners) for each in zip(*corners, strict=True))
    assert middles["West Azerbaijan"][0] < middles["East Azerbaijan"][0] < middles["Ardabil"][0]
    assert middles["Alborz"][0] < middles["Tehran"][0] < middles["Semnan"][0]
    assert middles["Qazvin"][0] < middles["Alborz"][0]
    assert middles["North Khorasan"][1] < middles["Razavi Khorasan"][1] < middles["South Khorasan"][1]
    assert min(middles, key=lambda name: middles[name][0]) == "West Azerbaijan"
    assert max(middles, key=lambda name: middles[name][0]) == "Sistan and Baluchestan"
    assert max(middles, key=lambda name: middles[name][1]) == "Hormozgan"


def test_areas_of_provinces_are_as_published() -> None:
    """Square kilometres by the Statistical Centre of Iran, as parts of the whole."""
    sizes = {outline.name: area(outline) for outline in outlines("IR")}
    whole = sum(sizes.values())
    published = {"Sistan and Baluchestan": 181_785, "Kerman": 180_726, "Fars": 122_608, "Tehran": 13_692, "Qom": 11_526}
    for name, size in published.items():
        assert sizes[name] / whole == pytest.approx(size / 1_628_700, rel=0.1), name


def test_every_country_of_the_gazetteer_but_antarctica_is_on_the_map_of_the_world() -> None:
    drawn = {each: outline.name for outline in outlines(None) for each in outline.ids}
    assert drawn == {each: name for each, (_, name) in gazetteer("country").items() if each != "iso:AQ"}


def test_divisions_are_those_of_the_gazetteer() -> None:
    divisions = gazetteer("admin1")
    for country in MAPS[1:]:
        seen = [each for outline in outlines(country) for each in outline.ids]
        assert len(seen) == len(set(seen)), country
        for outline in outlines(country):
            assert [divisions[each] for each in outline.ids] == [(country, name) for name in outline.names]


def test_maps_are_many() -> None:
    assert len(MAPS) > 190
    assert {"IR", "IQ", "AF", "PK", "TR", "SY", "US", "RU", "CN", "IN", "NG", "UA", "GB", "FR"} <= set(MAPS)


def test_paths_are_closed_and_within_the_map() -> None:
    for country in MAPS:
        found = must(country)
        assert max(found.width, found.height) <= 2000, country
        for outline in found.outlines:
            corners = [corner for ring in rings(outline.path) for corner in ring]
            assert all(len(ring) > 2 for ring in rings(outline.path))
            assert all(0 <= x <= found.width and 0 <= y <= found.height for x, y in corners), outline.name


def test_squares_lie_on_top_and_the_rest_is_in_the_order_of_names() -> None:
    found = outlines("ES")
    squares = [outline.name for outline in found if re.search(r"l(\d+) 0 0 \1-\1 0z$", outline.path)]
    assert squares == ["Ceuta", "Melilla"] == [outline.name for outline in found[-2:]]
    assert [outline.name for outline in found[:-2]] == sorted(outline.name for outline in found[:-2])


def test_what_lies_far_off_is_in_a_frame() -> None:
    assert must("US").frames.count("M") == 2
    assert must("IR").frames == ""
    assert 'class="frame"' in map_svg("US", {}, "Claims").svg
    assert 'class="frame"' not in map_svg("IR", {}, "Claims").svg


def test_neighbours_share_their_border() -> None:
    """Both have the corners of the border between them, so that no gap shows."""
    corners = {outline.name: {corner for ring in rings(outline.path) for corner in ring} for outline in outlines("IR")}
    assert len(corners["Yazd"] & corners["Isfahan"]) > 10
    assert len(corners["Tehran"] & corners["Alborz"]) > 3


def test_no_map_is_over_120_kilobytes() -> None:
    for country in MAPS:
        counts = {outline.ids[0]: 1234 for outline in outlines(country)}
        svg = map_svg(country, counts, "Claims", lambda outline: "/claims?place=" + outline.ids[0]).svg
        assert len(svg.encode()) < 120_000, country


def test_what_counts_has_a_title_and_a_link_and_the_rest_a_title() -> None:
    drawing = map_svg(
        "IR", {"iso:IR-03": 1, "iso:IR-23": 1200}, "Claims by province", lambda outline: f"/p/{outline.ids[0]}"
    )
    root = ElementTree.fromstring(str(drawing.svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert root.get("role") == "group"
    assert root.find(f"{SVG}title").get("id") == root.get("aria-labelledby")  # type: ignore[union-attr]
    links = {each.get("href"): each.find(f"{SVG}title").text for each in root.iter(f"{SVG}a")}  # type: ignore[union-attr]
    assert links == {"/p/iso:IR-03": "East Azerbaijan: 1 claim", "/p/iso:IR-23": "Tehran: 1,200 claims"}
    assert len(list(root.iter(f"{SVG}path"))) == 31
    assert drawing.svg.count(": no claims</title>") == 29


def test_without_links_a_map_is_an_image() -> None:
    assert 'role="img"' in map_svg("IR", {"iso:IR-03": 1}, "Claims").svg


def test_there_is_nothing_that_a_strict_policy_forbids() -> None:
    for country in ("IR", "US", None):
        drawing = map_svg(country, {}, "Claims", lambda outline: "/x")
        for text in (drawing.svg, drawing.legend):
            assert not re.search(r"style=|<style|<script|\son\w+=|fill=|stroke=", text)


def test_every_class_has_its_colour() -> None:
    from importlib.resources import files

    style = files("allegata.serve").joinpath("static/app.css").read_text("utf-8")
    assert [number for number in range(9) if f".shade-{number} " in style] == list(range(6))


def test_hostile_titles_and_addresses_are_escaped() -> None:
    evil = """"><script>alert('1')</script>&"""
    drawing = map_svg("IR", {"iso:IR-03": 1}, evil, lambda outline: evil)
    assert "<script" not in drawing.svg
    root = ElementTree.fromstring(drawing.svg)
    assert root.find("title").text == evil  # type: ignore[union-attr]
    assert root.find("a").get("href") == evil  # type: ignore[union-attr]


def test_hostile_names_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    outline = Outline(ids=("iso:XX-1",), names=('<b onclick="x">{0}</b>',), path="M0 0l1 0 0 1z")
    monkeypatch.setattr("allegata.serve.map.sheet", lambda country: Sheet(1, 1, "", (outline,)))
    for address in (None, lambda outline: "/x"):
        root = ElementTree.fromstring(map_svg("XX", {"iso:XX-1": 3}, "Claims", address).svg)
        assert [each.text for each in root.iter("title")] == ["Claims", '<b onclick="x">{0}</b>: 3 claims']


def test_what_has_no_outline_is_returned_apart() -> None:
    drawing = map_svg("IR", {"iso:IR": 4, "iso:IR-03": 1, "iso:FR-BRE": 9, "iso:IQ": 0}, "Claims")
    assert drawing.apart == (("iso:FR-BRE", 9), ("iso:IR", 4))


@pytest.mark.parametrize(
    "country", ["KE", "XX", "", "map", "# licence: public domain. Borders are as Natural Earth draws them"]
)
def test_a_country_without_a_map_is_all_apart(country: str) -> None:
    assert outlines(country) == () or country == ""
    if country:
        assert map_svg(country, {"iso:KE-30": 2}, "Claims") == map_svg("XX", {"iso:KE-30": 2}, "Claims")
        assert map_svg(country, {"iso:KE-30": 2}, "Claims").svg == ""


def test_divisions_that_share_an_outline_are_added() -> None:
    (outline,) = [each for each in outlines("IQ") if "Halabja" in each.names]
    svg = map_svg("IQ", dict.fromkeys(outline.ids, 2), "Claims").svg
    assert "Sulaymaniyah, Halabja: 4 claims" in svg


def test_the_legend_states_the_bounds_of_each_class() -> None:
    counts = {outline.ids[0]: number**2 for number, outline in enumerate(outlines("IR"))}
    drawing = map_svg("IR", counts, "Claims")
    said = re.findall(r"</svg> ([^<]+)</li>", drawing.legend)
    assert said == [
        "no claims",
        "1 to 3 claims",
        "4 to 19 claims",
        "20 to 49 claims",
        "50 to 199 claims",
        "200 to 900 claims",
    ]
    assert "no claims" not in map_svg("IR", {outline.ids[0]: 3 for outline in outlines("IR")}, "Claims").legend


@pytest.mark.parametrize(
    "numbers",
    [[], [0], [1], [1, 1, 1], [1, 2], [5, 1_000_000], list(range(300)), [7] * 40 + [8], [1, 5, 40, 700, 2376]],
)
def test_each_number_is_in_one_class_and_no_class_is_empty(numbers: list[int]) -> None:
    found = classes(numbers)
    assert len(found) <= 5
    assert all(sum(shade.low <= number <= shade.high for shade in found) == (number > 0) for number in numbers)
    assert all(any(shade.low <= number <= shade.high for number in numbers) for shade in found)


def test_claims_are_counted_once_an_outline_and_else_once_in_a_lane() -> None:
    ahar = place("IR", "East Azerbaijan", "geonames:1")
    tabriz = place("IR", "East Azerbaijan", "geonames:2")
    province = place("IR", "Tehran", "iso:IR-23", "admin1")
    iran = place("IR", None, "iso:IR", "country")
    basra = place("IQ", "Basra", "geonames:3")
    claims = (
        (mention(ahar), mention(tabriz)),
        (mention(ahar), mention(province)),
        (mention(ahar, tabriz),),
        (mention(iran), mention(province)),
        (mention(iran),),
        (mention(iran), mention()),
        (mention(ahar, province),),
        (mention(),),
        (mention(basra),),
        (mention(basra), mention(iran)),
        (mention(ahar, basra), mention(basra)),
        (),
    )
    found = tally(claims, "IR")
    assert found.counts == {"iso:IR-03": 3, "iso:IR-23": 2}
    assert (found.undrawn, found.unsure, found.elsewhere, found.no_place) == (3, 3, 1, 1)
    world = tally(claims, None)
    assert world.counts == {"iso:IR": 8, "iso:IQ": 3}
    assert (world.undrawn, world.unsure, world.elsewhere, world.no_place) == (0, 1, 0, 1)


def test_a_name_of_two_divisions_is_no_guess() -> None:
    """Maputo is a city and a province of Mozambique; both share an outline here, so it is sure. Two in two outlines would not be."""
    shared = [outline for outline in outlines("MZ") if "Maputo" in outline.names]
    assert tally([(mention(place("MZ", "Maputo", "geonames:1")),)], "MZ").counts == {shared[0].ids[0]: 1}


def test_the_table_says_where_it_is_from() -> None:
    head = [line for line in lines_of("map/outlines") if line.startswith("#")]
    assert any("Natural Earth" in line for line in head)
    assert any(line.startswith("# licence: public domain") for line in head)
    assert set(table("map/outlines")[0]) == {"map", "width", "height", "ids", "names", "path"}


def test_a_country_whose_divisions_are_not_drawn_says_so_and_which_are(site: TestClient[Litestar]) -> None:
    page = site.get("/map?country=KE&action=arrest")
    assert page.status_code == 200
    assert "divisions of Kenya are not drawn" in page.text
    for to in ("/map?action=arrest&amp;country=IR", "/map?action=arrest", "/claims?action=arrest&amp;place=KE"):
        assert f'"{to}"' in page.text
        assert site.get(to.replace("&amp;", "&")).status_code == 200
    for ending in ("json", "csv"):
        records = site.get(f"/map.{ending}?country=KE")
        assert records.status_code == 400
        assert "/map?country=KE lists" in records.text
        assert site.get(f"/map.{ending}?country=IR").status_code == 200
    for wrong in ("XX", "ke", "world", "map", "Odhiambo Wekesa"):
        assert site.get(f"/map?country={wrong}").status_code == 400
    assert all(outlines(each) for each in mapped())
