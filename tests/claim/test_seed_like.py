"""Reports as they are written, and what must be read from them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from allegata import claims_of_text, link, total
from allegata.claim import claims, sample

REPORT = """The head of the Intelligence Ministry's office in Gilan province says forty people were arrested in Rasht.

The official, introduced as Behrang Solati, said on Tuesday, June 13, that another nine were identified and "warned". He gave no details.

Solati's counterpart in the province of Fars also said six teams were dismantled."""


def test_speaker_day_place_and_leaning() -> None:
    found = {claim.action: claim for claim in claims_of_text(REPORT, "2023-06-15", "Coast Daily")}
    arrest, restrain, dismantle = found["arrest"], found["restrain"], found["dismantle"]
    assert arrest.speakers[0].value.name == "Behrang Solati"
    assert arrest.spoken.value.start == "2023-06-13"
    assert restrain.count.value.leans == "additional"
    assert restrain.evidence.class_ == "absence_noted"
    assert dismantle.speakers[0].value.name is None
    assert dismantle.count.value.unit == "team"


def test_links_and_totals_do_not_depend_on_order() -> None:
    claims = claims_of_text(REPORT, "2023-06-15", "Coast Daily")
    assert link(claims) == link(claims[::-1])
    assert total(claims, link(claims)) == total(claims[::-1], link(claims[::-1]))


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_gives_claims_that_quote_it(text: str) -> None:
    for claim in claims_of_text(text, "2024-01-01", "Outlet"):
        assert text[claim.passage.start : claim.passage.end] == claim.passage.text


def test_reduced_relative_before_a_passive() -> None:
    (made,) = claims(sample("Police said that 64 people linked to a smuggling ring were arrested in Lima."))
    assert (made.action, made.count and made.count.value and made.count.value.low) == ("arrest", 64)


def test_coordinated_clauses_keep_their_places() -> None:
    made = claims(sample("Police said 18 people were arrested in Lima and 14 people were arrested in Arequipa."))
    assert [[place.value.name for place in claim.places if place.value] for claim in made] == [["Lima"], ["Arequipa"]]


def test_a_dateline_is_no_part_of_the_speaker() -> None:
    text = "LIMA (AFP) - Ana Belmor, the head of the police in Peru, said that ten people were arrested."
    (made,) = claims(sample(text))
    assert "AFP" not in made.speakers[0].text
    assert [hop.text for hop in made.conduits] == ["AFP"]
