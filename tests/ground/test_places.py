import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata.claim import sample
from allegata.claim.page import page_of
from allegata.ground.country import country_context
from allegata.ground.gazetteer import find_toponyms, resolve
from allegata.ground.place import fold


def shown(mention):
    """Return a mention as the cases write it: words=id, a city as name (division, country), several readings with |."""
    readings = [
        f"{place.name} ({place.admin1}, {place.country})" if place.level == "city" else place.id.removeprefix("iso:")
        for place in mention.readings
    ]
    return f"{mention.text}={'|'.join(readings)}"


def test_places_of_a_text(case):
    text = case["text"]
    home = case["country"] or country_context(text)
    found = [shown(each) for each in resolve(find_toponyms(text), text, home)]
    assert found == [each for each in case["places"].split("; ") if each]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Ten were held in La Paz and two in Santa Cruz.", "BO"),
        ("Ten were held in Santa Cruz.", None),
        ("Serbian police held ten men in Novi Pazar. Sarajevo sent them back.", "RS"),
        ("Two men were held in Mweiga and in Maungu." + " It was quiet." * 20 + " A Chinese trader saw it.", "KE"),
        ("Peruvian police held ten men." + " It was quiet." * 20 + " Two Chinese and two Indian traders saw it.", "PE"),
        (
            "Rain fell. " * 30
            + "Egyptian police held 14 men. They had joined a group in Syria, Egyptian prosecutors said.",
            "EG",
        ),
        ("Rain fell. " * 30 + "The Swedish police held ten men.", "SE"),
        ("Polish agents detained 55 people. They had fled to Belarus.", None),
        ("Police held ten men in Santa Cruz district. Two were killed in Santa Cruz.", None),
        ("Soldiers held ten men in Middle Shabelle district. Five were held in Lower Shabelle district.", "SO"),
        ("Ten were held in Camagüey." + " It rained for a week." * 15 + " A group in Madrid counts fifty.", "CU"),
    ],
)
def test_names_that_countries_share_speak_together_and_the_beginning_decides(text, country):
    assert country_context(text) == country


def test_a_country_is_not_guessed_from_a_tie():
    assert country_context("Iran and Turkey spoke.") is None
    assert country_context("Nothing was said.") is None


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(
    st.lists(
        st.sampled_from(["Tabriz", "in", "Iran", ",", "East", "Azerbaijan", "province", "’s", "\n", "Lima."]),
        max_size=12,
    )
)
def test_toponyms_quote_the_text_and_do_not_overlap(parts):
    text, end = " ".join(parts), 0
    for span in find_toponyms(text):
        assert span.text == text[span.start : span.end]
        assert end <= span.start < span.end
        end = span.end


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Peel police held two men in Canada on Sunday. Canadian officers opened fire.", ["CA"]),
        ("Peel police held two men on the Isle of Man.", ["IM", "IM"]),
        ("Peruvian police held two men in La Pampa, the prosecutor of Peru said.", ["PE", "PE"]),
        ("Argentine police held two men in La Pampa.", ["AR"]),
        ("Peruvian police held two men in Lima and one in Tasmania.", ["PE", "AU"]),
    ],
)
def test_a_division_abroad_that_nothing_speaks_for_gives_way(text, places):
    found = page_of(sample(text), "default").places
    assert [each.readings[0].country for each in found] == places
