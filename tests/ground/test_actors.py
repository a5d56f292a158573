import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegata.ground.actor import find_aliases, kind_of_outlet, parse_speaker, resolve_actor
from allegata.ground.lexicon import table


def test_speakers_behind_a_source(case):
    persons = tuple(filter(None, [case["person"]]))
    speaker = parse_speaker(case["source"], persons, case["country"] or None)
    marks = ("named" if speaker.named else "") + ("anonymous" if speaker.anonymous else "")
    found = (speaker.name or "", speaker.role or "", speaker.body or "", speaker.id or "", speaker.kind, marks)
    assert found == tuple(case[field] for field in ("name", "role", "body", "id", "kind", "marks"))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The MKO, the MEK and the PMOI are one.", ["mek", "mek", "mek"]),
        ("Mojahedin-e Khalq Organization, or Monafeqin, as the regime says.", ["mek", "mek"]),
        ("ISIS, ISIL, Daesh and the Islamic State group.", ["is", "is", "is", "is"]),
        ("ISIS-K is not ISIS.", ["isk", "is"]),
        ("The IRGC, or Revolutionary Guards, of the Islamic Revolutionary Guard Corps.", ["irgc", "irgc", "irgc"]),
        ("the PKK and the Kurdistan Workers’ Party", ["pkk", "pkk"]),
        ("The meks and PMOIs of it, a mekong.", []),
        ("AFP said the CAFP did.", ["afp"]),
        ("RFE/RL spoke.", ["rferl"]),
    ],
)
def test_aliases_of_an_organisation(text, ids):
    assert [mention.value.id for mention in find_aliases(text)] == ids


def test_every_alias_is_found_as_its_organisation():
    for row in table("aliases"):
        mentions = find_aliases(f"Then {row['alias']} spoke.")
        assert [(each.value.id, each.value.name) for each in mentions] == [(row["id"], row["name"])], row
        assert resolve_actor(row["alias"]).id == row["id"]


def test_names_of_one_organisation_agree():
    names = {}
    for row in table("aliases"):
        names.setdefault(row["id"], set()).add((row["name"], row["kind"], row["country"]))
    assert {identity: found for identity, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("IRNA", "media"),
        ("the Coast Tribune", "media"),
        ("Fars news agency", "media"),
        ("Police", None),
        ("the MKO", None),
    ],
)
def test_outlets(name, kind):
    assert kind_of_outlet(name) == kind


@given(st.text(max_size=60))
def test_any_source_gives_a_speaker(text):
    speaker = parse_speaker(text)
    assert speaker.named == (speaker.name is not None)
    assert not (speaker.named and speaker.anonymous)
