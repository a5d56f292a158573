import pytest

from allegata.ground.country import country_context
from allegata.ground.gazetteer import find_toponyms, places_named, resolve
from allegata.ground.lexicon import lines_of
from allegata.ground.locality import find_localities
from allegata.ground.place import localities_named, place_of, rows_named


def read(text, home=None):
    """Return the localities of *text* as name:division, several readings with |."""
    home = home or country_context(text)
    found = find_localities(text, resolve(find_toponyms(text), text, home), home)
    return [f"{each.text}:{'|'.join(place.admin1 for place in each.readings)}" for each in found]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Kenyan police held two men in Mweiga.", ["Mweiga:Nyeri"]),
        ("Kenyan police held two men in Nakuru, Mweiga and Maungu.", ["Mweiga:Nyeri", "Maungu:Taita/Taveta"]),
        ("Kenyan police searched the village of Mweiga.", ["Mweiga:Nyeri"]),
        ("Kenyan police praised the Mweiga township's elders.", ["Mweiga:Nyeri"]),
        ("Indian troops shot two men in remote Dantewada.", ["Dantewada:Chhattisgarh"]),
        ("Mweiga's men were praised in Kenya.", []),
        ("Kenyan police held Mweiga, a butcher.", []),
        ("Kenyan police met Joseph Mweiga Kamau.", []),
        ("Kenyan police met near Mweiga Kamau.", []),
        ("French police held two men in Mweiga.", []),
        ("Two men were held in Mweiga.", ["Mweiga:Nyeri"]),
        ("Two men were held in San Isidro.", []),
        ("Two Americans met in Donald.", []),
        ("Two Americans met in Middle East.", []),
    ],
)
def test_a_locality_is_read_where_something_is_put_there_in_the_country_spoken_of(text, places):
    assert read(text) == places


def test_the_division_after_a_comma_decides_also_where_it_is_of_the_second_level():
    assert read("Philippine police held ten men in Lamitan, Basilan.") == ["Basilan:Bangsamoro"]
    assert read("Kenyan police held ten men in Mweiga, Kisumu and Lamu.") == ["Mweiga:Nyeri"]
    assert read("Philippine police held ten men in San Fernando, Pampanga.") == [
        "San Fernando:Central Luzon",
        "Pampanga:Central Luzon",
    ]
    assert read("Philippine police held ten men in Manila, Pampanga and Cebu.") == ["Pampanga:Central Luzon"]


def test_the_division_spoken_of_decides_between_localities_of_one_name():
    assert read("Troops shot two men in Argelia, Colombia.") == ["Argelia:Antioquia|Valle del Cauca|Cauca"]
    assert read("Troops shot two men in Argelia, Cauca, in Colombia.") == ["Argelia:Cauca"]


def test_a_small_town_abroad_gives_way_to_the_locality_and_a_city_does_not():
    assert {row["country"] for row in rows_named("safana")} == set()
    abroad = "Ten were held in Argelia, Cauca, said the Colombian army."
    assert read(abroad) == ["Argelia:Cauca"]
    assert read("Ten Kenyans were held in Paris.") == []


def test_a_city_abroad_gives_way_that_only_has_another_spelling_of_the_name() -> None:
    text = "The Congolese army freed two boys in Mambasa territory."  # also written for Mombasa
    assert country_context(text) == "CD"
    assert read(text) == ["Mambasa:Ituri"]
    assert country_context("Two boys were freed in Mombasa.") == "KE"


def test_localities_are_known_by_name_and_id_where_no_place_of_the_gazetteer_is():
    (mweiga,) = places_named("Mweiga")
    assert (mweiga.admin1, place_of(mweiga.id)) == ("Nyeri", mweiga)
    assert localities_named("mweig") == localities_named("") == ()
    assert place_of("geonames:0") is None


def test_no_locality_is_also_in_the_gazetteer_and_they_are_sorted():
    lines = [line for line in lines_of("localities") if not line.startswith("#")][1:]
    assert [line.split("\t")[0] for line in lines] == sorted(line.split("\t")[0] for line in lines)
    gazetteer = {line.split("\t", 3)[2] for line in lines_of("gazetteer") if not line.startswith("#")}
    assert not {line.split("\t", 3)[2] for line in lines} & gazetteer
