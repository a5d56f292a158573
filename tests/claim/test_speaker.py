"""Who speaks, resolved by what the whole document says."""

from __future__ import annotations

import pytest

from allegata import Speaker, claims_of_text


def speakers(text: str) -> list[Speaker]:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    return [claim.speakers[0].value for claim in made if claim.speakers[0].value]


@pytest.mark.parametrize(
    ("text", "name", "role", "body"),
    [
        (
            "The Interior Minister of Peru, Ada Brill, visited Lima. Brill said ten men were arrested.",
            "Ada Brill",
            "interior minister",
            "Ministry of Interior (Peru)",
        ),
        (
            "Peru's Interior Ministry published figures. A ministry statement said five people were arrested.",
            None,
            None,
            "Ministry of Interior (Peru)",
        ),
        (
            "Interior minister Ada Brill of Peru said ten men were arrested.",
            "Ada Brill",
            "interior minister",
            "Ministry of Interior (Peru)",
        ),
        (
            "The Cove Bar Association spoke of ten arrests. Its treasurer, Berna Atay, said five men were released.",
            "Berna Atay",
            None,
            "Cove Bar Association",
        ),
        (
            "Police chief Nestor Ocampo put the number of arrests at 11. Ocampo said five men were released.",
            "Nestor Ocampo",
            "police chief",
            "Police",
        ),
        ("Peru said ten men were arrested.", None, None, "Government (Peru)"),
        ("Six were let off, the Peruvian army said, while eight were arrested.", None, None, "Army (Peru)"),
        (
            "Peru has recorded 90 arrests since May, the Interior Ministry reported.",
            None,
            None,
            "Ministry of Interior (Peru)",
        ),
        ("Guards held 17 men, the agency IRNA reported with reference to the Iranian army.", None, None, "Army (Iran)"),
        ("Israeli forces held ten men in Lima. The army said that nine were released.", None, None, "Army (Israel)"),
        (
            "Mayor Ada Brill rejected that. A spokesman for a local militia said ten were held. Two were shot, he said.",
            None,
            "spokesperson",
            None,
        ),
        ("Ada Brill, an activist, said her group had recorded the deaths of six men.", "Ada Brill", "activist", None),
        ("The Harbour Rescue Agency has held ten men, the agency said.", None, None, "Harbour Rescue Agency"),
        (
            "Lieutenant Colonel Ada Brill spoke of six dead. The lieutenant said ten men were held.",
            None,
            "lieutenant",
            None,
        ),
        (
            "Six were held, Peru's army said in a statement. The statement, carried by the Andina news agency, spoke of Puno. It added that two were freed.",
            None,
            None,
            "Army (Peru)",
        ),
        (
            "Ten men were held in Cambodia, Svay Rieng provincial police chief Major General Ada Brill said.",
            "Ada Brill",
            "general",
            "Svay Rieng Police (Cambodia)",
        ),
        (
            "The spokeswoman of Peru's army, Brig Gen Ada Brill, spoke of two raids. The general said ten men were held.",
            "Ada Brill",
            "spokesperson",
            "Army (Peru)",
        ),
        (
            "The Inspector General of Police (Puno) A. Brill said ten men were arrested.",
            "A. Brill",
            "inspector general",
            "Puno Police",
        ),
        (
            "The Kenyan Ministry of Defence met on Monday. In a new statement the ministry said six men were arrested.",
            None,
            None,
            "Ministry of Defence (Kenya)",
        ),
        (
            "LIMA (AP) - The Peruvian Ministry of Interior announced that ten men were arrested.",
            None,
            None,
            "Ministry of Interior (Peru)",
        ),
        (
            "Ten held in raid\n\nLIMA (AP) - The Peruvian Ministry of Interior announced that ten men were arrested.",
            None,
            None,
            "Ministry of Interior (Peru)",
        ),
    ],
)
def test_the_speaker(text: str, name: str | None, role: str | None, body: str) -> None:
    *_, speaker = speakers(text)
    assert (speaker.name, speaker.role, speaker.body) == (name, role, body)


@pytest.mark.parametrize(
    ("text", "name", "role", "body"),
    [
        # a surname, or the end of one, after the full name with its office
        (
            "Peru's interior minister, Ada Brill-Kane, visited Lima. Kane said ten men were arrested.",
            "Ada Brill-Kane",
            "interior minister",
            "Ministry of Interior (Peru)",
        ),
        # the office first, the name after it
        (
            "Peru's interior minister said ten men were arrested. Ada Brill also said five men were released.",
            "Ada Brill",
            "interior minister",
            "Ministry of Interior (Peru)",
        ),
        # a rank, then the office
        (
            "Colonel Ada Brill took over the brigade in May. The brigade commander said ten men were arrested.",
            "Ada Brill",
            "commander",
            None,
        ),
        # what somebody runs, then the title
        (
            "Ada Brill has run Kenya's Coast Guard for a year. The coast guard's chief said ten men were arrested.",
            "Ada Brill",
            "chief",
            "Coast Guard (Kenya)",
        ),
        # a title that is in no table
        (
            "Ada Brill, Kenya's ports chairwoman, toured Mombasa. The chairwoman said ten men were arrested.",
            "Ada Brill",
            None,
            None,
        ),
        # whose
        (
            "Governor Ada Brill said five men were released. A statement of hers said ten men were arrested.",
            "Ada Brill",
            "governor",
            None,
        ),
        # a pronoun for the body the sentence before is about
        (
            "Kenyan police said five men were killed. A Coast Guard notice put the raid in Mombasa. It said ten men were arrested.",
            None,
            None,
            "Coast Guard (Kenya)",
        ),
        # a rank of the police the page speaks of
        (
            "Kenyan police confirmed the raid. Superintendent Ada Brill said ten men were arrested.",
            "Ada Brill",
            "superintendent",
            "Police (Kenya)",
        ),
    ],
)
def test_a_speaker_stays_known(text: str, name: str | None, role: str | None, body: str | None) -> None:
    *_, speaker = speakers(text)
    assert (speaker.name, speaker.role, speaker.body) == (name, role, body)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # the bare office of a headline
        (
            "Ghana arrests ten fishermen: minister\n\nTen fishermen were arrested off Tema, Defence Minister Ada Brill said on Monday. The minister said six boats were seized.",
            ["Ada Brill"] * 3,
        ),
        # an officer of a body, then its officer by name, and by an abbreviated rank
        (
            "Three poachers were killed in Tsavo on Friday, a senior police officer said.\n\nInspector General of Police (Coast Range) Omar Verlo Brill told a briefing that two rifles were seized. The IG said six men were arrested. He said four were released.",
            ["Omar Verlo Brill"] * 4,
        ),
        (
            "Ten miners were arrested in Copperbelt, a police spokesperson said. Six were held in Kitwe and the rest in Ndola, Insp. Omar Verlo said in Zambia.",
            ["Omar Verlo"] * 2,
        ),
        # not where the words or the bodies set them apart, or the name is withheld
        (
            "Ten men were arrested in Quito, a police official said. Another police official, Colonel Omar Verlo, said six men were released.",
            [None, "Omar Verlo"],
        ),
        (
            "Ten men were arrested in Quito, a police official said on condition of anonymity. Police Colonel Omar Verlo said six men were released.",
            [None, "Omar Verlo"],
        ),
        (
            "Ten men were arrested in Quito, a police official said. Health Minister Omar Verlo said six men were killed.",
            [None, "Omar Verlo"],
        ),
        # who spoke last is meant by a pronoun, whoever was met last
        (
            "Mayor Ada Brill said ten men were arrested. Governor Omar Verlo said six were killed. Brill said she had freed four men. She said two men were charged.",
            ["Ada Brill", "Omar Verlo", "Ada Brill", "Ada Brill"],
        ),
        # a name that the words said end with is not the speaker's
        (
            "Ten men were killed in the Old Quarry section of Puerto Verlo, the United Nations refugee chief said on Monday.",
            [None],
        ),
    ],
)
def test_who_is_named_only_later(text: str, names: list[str | None]) -> None:
    assert [speaker.name for speaker in speakers(text)] == names


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        # an abbreviation the page gives
        (
            "The Norwegian Fisheries Inspection Agency (NFIA) said ten men were arrested. The NFIA said six boats were seized.",
            ["Norwegian Fisheries Inspection Agency (NFIA)"] * 2,
        ),
        # whose spokesman
        (
            "Officers of the Zambia Wildlife Agency raided a farm in Kafue. The agency's spokesman, Omar Verlo, said ten men were arrested.",
            ["Zambia Wildlife Agency", "Zambia Wildlife Agency"],
        ),
        (
            "The Harbour Security Department raided a ship off Bergen. A department official said ten men were arrested.",
            ["Harbour Security Department"],
        ),
    ],
)
def test_the_body_of_a_source_is_taken_from_the_page(text: str, bodies: list[str]) -> None:
    assert [speaker.body for speaker in speakers(text)] == bodies


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "A magistrate in Bergen has ordered the arrest of ten men, harbour official Ada Brill told Radio Nord.",
            "Ada Brill",
        ),
        ("Peru's Supreme Court upheld the death sentences of six officers, lawyer Omar Verlo said.", "Omar Verlo"),
    ],
)
def test_who_tells_of_an_act_speaks_and_not_who_acted(text: str, name: str) -> None:
    assert [speaker.name for speaker in speakers(text)] == [name]


def test_a_source_without_a_name_speaks_again_through_the_same_paper() -> None:
    text = (
        "A court source told the daily El Faro that ten men were arrested. The source said six men had been released."
    )
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [[hop.text for hop in claim.conduits] for claim in made] == [["El Faro"], ["El Faro"]]


@pytest.mark.parametrize(
    "text",
    [
        "A lawyer said ten men were arrested. Ada Brill said five men were released.",
        "Ada Brill lives in Lima. Peru's interior minister said ten men were arrested. Ada Brill said five men were released.",
        "Peru's interior minister said ten men were arrested. Ada Brill, a nurse, said five men were released.",
        "Omar Verlo was arrested in Lima. The police chief said five men were released.",
    ],
)
def test_nobody_is_taken_for_an_official_by_standing_near(text: str) -> None:
    *_, speaker = speakers(text)
    assert (speaker.name, speaker.role) in [("Ada Brill", None), ("Ada Brill", "witness"), (None, "police chief")]


def test_an_agency_is_not_taken_for_another_one() -> None:
    text = "Ten men were arrested in Lima, according to the official IRNA agency. Six were released in Cusco, the Mizan agency said."
    assert [speaker.body for speaker in speakers(text)] == ["IRNA", "Mizan"]


def test_the_agency_of_a_dateline_below_a_headline_is_a_conduit() -> None:
    text = "Ten held in raid\n\nLIMA (AFP) - Police said ten men were arrested in Lima."
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.attribution]
    assert [hop.text for claim in made for hop in claim.conduits] == ["AFP"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Police said 12 soldiers and five farmers were arrested in Lima.", [(12, "person"), (5, "person")]),
        ("Police said 12 men and five women were arrested in Lima.", [(17, "person")]),
        ("Police said a father and son were arrested in Lima.", [(2, "person")]),
        ("Police said three Chileans and a Bolivian woman were arrested in Lima.", [(4, "person")]),
        ("Police said dozens of men and five women were arrested in Lima.", [(20, "person"), (5, "person")]),
        ("Police said at least 12 men and nine women were arrested in Lima.", [(12, "person"), (9, "person")]),
        ("Police said no women and 14 men were arrested in Lima.", [(0, "person"), (14, "person")]),
        ("Police said five rifles and four pistols were seized in Lima.", [(5, "weapon"), (4, "weapon")]),
        ("Police said 30 rifles and 9,000 rounds of ammunition were seized.", [(30, "weapon"), (9000, "round")]),
        (
            "The minister said forces had smashed 116 circles, 44 teams and 380 bands.",
            [(116, "circle"), (44, "team"), (380, "band")],
        ),
    ],
)
def test_people_without_a_trade_add_up_and_goods_do_not(text: str, counts: list[tuple[int, str]]) -> None:
    made = claims_of_text(text, "2023-06-14", "Coast Daily")
    assert [
        (claim.count.value.low, claim.count.value.unit) for claim in made if claim.count and claim.count.value
    ] == counts


@pytest.mark.parametrize(
    ("text", "hops"),
    [
        ("The harbour master told EFE. He said ten boats were seized.", []),
        ("Ten boats were seized in Lima, the harbour master told EFE.", ["EFE"]),
        ("In an interview with the Chilean weekly El Faro, a prosecutor said ten men were arrested.", ["El Faro"]),
        ("Speaking to Xinhua, a port official said ten men were arrested.", ["Xinhua"]),
        (
            "In remarks broadcast on Kenyan state television, the minister said ten men were arrested.",
            ["state television"],
        ),
        (
            "A spokesman, quoted in the Coast Herald and picked up by AFP, said ten men were arrested.",
            ["Coast Herald", "AFP"],
        ),
        ("The governor said ten men were arrested. His remarks were carried by Antara on Monday.", ["Antara"]),
        ("The governor told parliament that ten men were arrested.", []),
        ("In an interview with President Ada Brill, the governor said ten men were arrested.", []),
    ],
)
def test_who_carried_the_words(text: str, hops: list[str]) -> None:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [hop.text for claim in made for hop in claim.conduits] == hops


@pytest.mark.parametrize(
    ("text", "role", "body"),
    [
        ("Sources who asked not to be named said that 12 people were arrested in Lima.", None, None),
        ("Officials who asked not to be identified said that 12 people were arrested.", "official", None),
        ("A police officer, who asked that his name be withheld, said 12 people were arrested.", "official", "Police"),
        (
            "The officer, who did not want to be identified, told the daily that 12 people were arrested.",
            "official",
            None,
        ),
    ],
)
def test_a_clause_that_withholds_a_name_is_no_statement_of_its_own(
    text: str, role: str | None, body: str | None
) -> None:
    (claim,) = claims_of_text(text, "2023-06-14", "Coast Daily")
    speaker = claim.speakers[0].value
    assert speaker is not None
    assert (claim.action, speaker.name, speaker.role, speaker.body) == ("arrest", None, role, body)
    assert speaker.anonymous


def test_who_asks_for_something_else_says_so() -> None:
    claims = claims_of_text("The minister asked for calm and said 12 people were arrested.", "2023-06-14")
    assert [claim.action for claim in claims] == ["other", "arrest"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The prosecutor of Tabriz said 12 people were arrested.", None),
        ("The Tabriz prosecutor said 12 people were arrested.", None),
        ("The prosecutor of Orva said 12 people were arrested.", None),
        ("A spokesman for Teo Arbulu said 12 people were arrested.", None),
        ("The prosecutor of Tabriz, Ada Brill, said 12 people were arrested.", "Ada Brill"),
        ("Prosecutor Ada Brill of Tabriz said 12 people were arrested.", "Ada Brill"),
        ("Sources said 12 people were arrested.", None),
        ("Brill said 12 people were arrested.", "Brill"),
    ],
)
def test_a_speaker_is_called_by_no_name_of_another(text: str, name: str | None) -> None:
    *_, speaker = speakers(text)
    assert speaker.name == name


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Orva - The coast guard said ten men were held in Lima.", ["The coast guard"]),
        ("In Puno, Cusco, the prosecutor said ten men were held.", ["the prosecutor"]),
        (
            "Ten men were held in Lima, indicated on Wednesday the Ministry of Defence (MOD) in a note.",
            ["the Ministry of Defence (MOD)"],
        ),
        (
            "Ten men were held in Lima. This has been confirmed by the Office of the Prosecutor.",
            ["the Office of the Prosecutor"],
        ),
        ('"I counted ten dead in Lima, not twelve," said the herder.', ["the herder"]),
        (
            "Ten men died in Lima, RTZ reported on Monday, quoting a police officer, Ada Brill.",
            ["a police officer, Ada Brill"],
        ),
        ("Radio Sur reported, from a police source, that ten men were held in Lima.", ["a police source"]),
        ("Police in Cusco, Peru, have revised to 23 the number of men killed in the riot.", ["Police in Cusco, Peru"]),
    ],
)
def test_who_speaks_is_told_from_datelines_places_and_outlets(text: str, speakers: list[str]) -> None:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [claim.speakers[0].spans[0].text for claim in made] == speakers


def test_a_dateline_is_no_part_of_a_body_that_a_reader_takes_it_for() -> None:
    text = "Board says 900 held\n\nAddis Abeba – The Kenyan Human Rights Board (KHRB) said in a quarterly report published on Monday that it had verified the arrest of 934 people in Kenya."
    *_, claim = claims_of_text(text, "2023-06-14", "Coast Daily")
    assert claim.speakers[0].value
    assert claim.speakers[0].value.body == "Kenyan Human Rights Board (KHRB)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Police chief Pol Lt Gen Somchai Prasertkul said ten men were held in Lima.", "Somchai Prasertkul"),
        ("Deputy minister Abdirashid Hassan Nuur said ten men were held in Lima.", "Abdirashid Hassan Nuur"),
    ],
)
def test_a_name_has_no_rank_and_all_of_its_words(text: str, name: str) -> None:
    (claim,) = claims_of_text(text, "2023-06-14", "Coast Daily")
    assert claim.speakers[0].value
    assert claim.speakers[0].value.name == name


def test_what_happened_since_something_began_is_not_said_then() -> None:
    text = "The spokesman said ten men had been held in Lima since the operation began on February 17."
    (claim,) = claims_of_text(text, "2023-02-28", "Coast Daily")
    assert claim.spoken is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            '"All gone," the minister, Ada Brill, wrote in Lima. Opposition MP Omar Verlo was not impressed. He told EFE that ten men were held.',
            "Omar Verlo",
        ),
        ("The minister, Ada Brill, spoke in Lima. Omar Verlo said so, too. He said ten men were held.", "Omar Verlo"),
        (
            "Governor Omar Verlo said two men died in Lima. Ali Kenta, the victim, was a cook. He said ten men were held.",
            "Omar Verlo",
        ),
        (
            "Governor Omar Verlo said two men died in Lima. Senator Ali Kenta was hurt. He said ten men were held.",
            "Omar Verlo",
        ),
        ("Minister of Interior Ornak Vreli said ten men were held in Lima.", "Ornak Vreli"),
        ("Spokesman Omar Verlo spoke. A worker from Peru disagreed with him. He said ten men were held.", None),
    ],
)
def test_he_is_whom_the_sentence_before_tells_of(text: str, name: str | None) -> None:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action == "arrest"]
    assert [claim.speakers[0].value.name for claim in made if claim.speakers[0].value] == [name]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "The Orvan Liberation Army (OLA) said ten men were killed in Peru. It said two were hurt.",
            "Orvan Liberation Army (OLA)",
        ),
        ("The People's Liberation Army said ten men were killed in China.", "Army (China)"),
        (
            "The Ministry of Interior of the Una-Sana Canton said ten men were killed in Bosnia.",
            "Ministry of Interior (Bosnia and Herzegovina)",
        ),
        ("The U.S. military said ten men were killed.", "Army (United States)"),
    ],
)
def test_the_army_of_a_group_is_none_of_a_state(text: str, body: str) -> None:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert {claim.speakers[0].value.body for claim in made if claim.speakers[0].value} == {body}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Cove Bar Association", "independent"),
        ("Christian Association of Peru", "independent"),
        ("Border Board", "official"),
    ],
)
def test_an_association_speaks_for_no_state(body: str, kind: str) -> None:
    assert [(each.body, each.kind) for each in speakers(f"The {body} said ten men were arrested.")] == [(body, kind)]


def test_a_noun_of_two_bodies_does_not_make_them_one() -> None:
    text = (
        "The State Security Committee of Belarus said that ten men were arrested.\n\n"
        "The Investigative Committee reported that a case had been opened against 160 men in Minsk.\n\n"
        "The State Security Committee said that twelve women were arrested."
    )
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [claim.speakers[0].value.body for claim in made if claim.speakers[0].value] == [
        "State Security (Belarus)",
        "Investigative Committee (Belarus)",
        "State Security (Belarus)",
    ]


def test_a_federation_is_met_again_by_its_noun() -> None:
    text = "The Native Federation of Orva said that six men were arrested in Puno, Peru. The federation said that four women were arrested, too."
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [claim.speakers[0].value.body for claim in made if claim.speakers[0].value] == [
        "Native Federation of Orva",
        "Native Federation of Orva",
    ]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        (
            "The Sierra Rescue Column said ten men were arrested in Puno. The Column said four women were arrested.",
            ["Sierra Rescue Column", "Sierra Rescue Column"],
        ),
        (
            "The Orva Base of the navy of Peru said ten men were arrested near a police station. In a statement, the Base said four rifles were seized.",
            ["Navy (Peru)", "Navy (Peru)"],
        ),
        (
            "The Sierra Rescue Column said ten men were arrested in Puno. The police of Peru said four women were arrested. The union said six boys were arrested.",
            ["Sierra Rescue Column", "Police (Peru)", None],
        ),
        (
            "The army's front against the rebels said ten men were arrested. The rebels said two men were arrested.",
            ["Army", None],
        ),
        (
            "The association of the families said ten men were arrested. The families said two men were arrested.",
            ["The association", None],
        ),
        (
            "The Prison Observatory said ten men were arrested. Two were freed, the group said. The Oslo-based watchdog said nine were charged.",
            ["Prison Observatory"] * 3,
        ),
        (
            "The Prison Observatory said ten men were arrested. Two rebels were killed, the armed group said.",
            ["Prison Observatory", None],
        ),
        (
            "The militia killed two men, the Prison Observatory said. Ten men were arrested, the group said.",
            ["Prison Observatory", None],
        ),
        (
            "A communique of the navy of Peru said ten men were arrested. Two boats were seized, the same source said.",
            ["Navy (Peru)"] * 2,
        ),
        (
            "A judge said ten men were charged. The mayor of Puno said two men were arrested. Two pistols were seized, the same judge said.",
            [None] * 3,
        ),
    ],
)
def test_a_noun_of_a_body_s_name_is_that_body(text: str, bodies: list[str | None]) -> None:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [claim.speakers[0].value.body for claim in made if claim.speakers[0].value] == bodies


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "A source at the Interior Ministry said ten men were arrested. The ministry's spokesperson Ada Brill said two were freed.",
            [None, "Ada Brill"],
        ),
        (
            "A source close to the Interior Ministry said ten men were arrested. The ministry's spokesperson Ada Brill said two were freed.",
            [None, "Ada Brill"],
        ),
        (
            'The head of the army, Colonel Ado Verlo, said ten rebels were killed. The rebel commander "General Thunder" said two soldiers were killed.',
            ["Ado Verlo", "General Thunder"],
        ),
    ],
)
def test_an_unnamed_source_and_somebody_with_an_alias_are_nobody_else(text: str, names: list[str | None]) -> None:
    made = [claim for claim in claims_of_text(text, "2023-06-14", "Coast Daily") if claim.action != "other"]
    assert [claim.speakers[0].value.name for claim in made if claim.speakers[0].value] == names
