"""Who is masked, and that nothing else is."""

from __future__ import annotations

import json

import msgspec
import pytest

from allegata.claim import claims, sample
from allegata.mask import find_affected, mask_claim, mask_document, mask_text
from allegata.model import MaskedSpan, Masks, to_json


def shown(text: str, outlet: str = "Coast Daily") -> str:
    page = sample(text, "2023-06-14", outlet)
    return mask_text(page.text, find_affected(page, claims(page)))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Police said Omar Ruizal was arrested in Lima. Ruizal, 24, is a student.", ["Omar", "Ruizal"]),
        ("The court said that the student, named as Lena Oksal, was sentenced to five years.", ["Lena", "Oksal"]),
        (
            "Police said they detained Tariq Benomar and his brother Sami Benomar on Monday.",
            ["Tariq", "Sami", "Benomar"],
        ),
        ("The ministry said the body of Dina Farouz was found. The family of Farouz denied it.", ["Dina", "Farouz"]),
        ("Police Arrest Omar Ruizal In Lima\n\nPolice said a man was arrested in Lima.", ["Ruizal"]),
        (
            "The Mizan agency named one of the men as Ahmad Karimzol, 34, who was hanged on Monday. "
            "His brother, Reza Karimzol, told the BBC that he was innocent.",
            ["Ahmad", "Karimzol", "Reza"],
        ),
        (
            "Police said the former minister Omar Kelanu was arrested in Tunis on Monday along with 12 others.",
            ["Kelanu"],
        ),
        ("Police detained 40 people, among them activist Awa Dialu; Dialu said officers beat her.", ["Awa", "Dialu"]),
        ("Family members of Ivan Petrul said he was among 30 people detained in Minsk.", ["Ivan", "Petrul"]),
        (
            'Police said a teacher, Liza Ocampol, was arrested. "I did nothing," Ocampol told reporters.',
            ["Liza", "Ocampol"],
        ),
        ("The judge said Omar Ruizal had been sentenced to ten years.", ["Omar", "Ruizal"]),
        ("Ruizal's lawyer, who spoke to reporters, said the student was tortured in custody.", ["Ruizal"]),
        ("The minister, Omar Ruizal, was arrested on Monday, police said.", ["Ruizal"]),
        ("Karvanol, 34, was shot dead by police on Monday, officials said.", ["Karvanol"]),
        ("Karvanol was arrested on Monday, police said.", ["Karvanol"]),
        ("The minister accused Karvanol of spying. The minister said Karvanol ran a network.", ["Karvanol"]),
        ("Police said Behzad\nKarvanol was arrested.", ["Karvanol"]),
        ("Police said they arrested بهزاد کاروانی in Lima.", ["بهزاد"]),
        (
            "Governor Leyla Darvandol was arrested on Monday, police said. Darvandol said she was innocent.",
            ["Darvandol"],
        ),
        (
            "Write to behzad.karvanol@post.example or #FreeBehzadKarvanol, said @behzad_karvanol.",
            ["behzad", "karvanol"],
        ),
        ("they took behzad karvanol last night", ["behzad", "karvanol"]),
        ("POLICE ARREST BEHZAD KARVANOL IN LIMA\n\nPolice said one man was arrested.", ["BEHZAD", "KARVANOL"]),
        ("A farmer, Behzad Karva-\nnol, was seen near the bridge.", ["Karva", "nol"]),
        ("His sister, Parvanol, told the paper that he was beaten.", ["Parvanol"]),
        ("Those held are Behzad Karvanol, Ilme Dastuk and Selvo.", ["Karvanol", "Dastuk", "Selvo"]),
        ("A story: https://a.example/behzad-karvanol-hanged Police said one man was hanged.", ["behzad", "karvanol"]),
        ("“I was arrested,” Behzad Karvanol said. Police said Karvanol was charged.", ["Behzad", "Karvanol"]),
        ('Police seek Nando "Fiddle" Karvanol. Fiddle is armed, they said.', ["Nando", "Fiddle", "Karvanol"]),
        ("The warrant named Bektur Aman uulu and Aida Aman kyzy, police said.", ["Bektur", "uulu", "kyzy"]),
        ("Three died, among them Justice Karvanol, 22, the fire chief said.", ["Justice", "Karvanol"]),
        ("The prophet Shepherd Karvanol was refused bail, the magistrate said.", ["Shepherd", "Karvanol"]),
        ("Gunmen shot dead the governor of Orva, Selim Karvanol, on Monday, police said.", ["Selim", "Karvanol"]),
        ("According to police chief Ada Brill, the gunman, Zeno Karvanol, fled.", ["Zeno", "Karvanol"]),
        ("The deputy's wife and his secretary, Bo Karvanol, cannot be reached.", ["Karvanol"]),
        (
            "Named were DASTUK-RAVE, Behzor (born 1970); and OKSAL, Lenar.",
            ["DASTUK", "RAVE", "Behzor", "OKSAL", "Lenar"],
        ),
        ("On the list is Zeno Karvanol, director of a trading house.", ["Zeno", "Karvanol"]),
        ("Accused are Behzad Karvanol s/o Omir Karvanol, and Munnar @ Kattar.", ["Omir", "Munnar", "Kattar"]),
        ("Rao Selmin, 66, was held, police said. Auntie Rao has a farm.", ["Rao", "Selmin"]),
        ("Karvanol was caught with Dana Urs. Dastuk fled, police said.", ["Urs", "Dastuk"]),
        ("Dead are MAUNG MAUNG SELVO and SEIN DASTUK, the ministry said.", ["MAUNG", "SELVO", "DASTUK"]),
        ("The prison said that Behzad Karva-\nnolian was hanged.", ["Karva", "nolian"]),
        ("Write to b.karva-dastuk@post.example, said nurse Bruna Karva-Dastuk.", ["karva", "dastuk"]),
        ("Pieter van den Karvan was stabbed, police said. A Van den Karvan cousin fled.", ["van den", "Van den"]),
        ("Gulnor opa, the mother of the detained imam, was not let in, police said.", ["Gulnor", "opa"]),
        ("Marvel, 7, was burned in the raid, police said.", ["Marvel"]),
        (
            "The ministry said ten were held. The best known of them, Professor Omar Verlo, denied it.",
            ["Omar", "Verlo"],
        ),
        ("Police said the court upheld the sentence of death passed on Omar Verlo.", ["Omar", "Verlo"]),
        ('Police seek "Lange" Dirk van \'t Verlo, who fled.', ["Lange", "Dirk", "Verlo"]),
        ("Name | Age | State\nOmar Verlo | 71 | dead\nIda Karvan | 38 | missing", ["Omar", "Verlo", "Ida", "Karvan"]),
        ("Ida Mae Two Verlo, 74, was pardoned. Police said Two Verlo wept.", ["Two", "Verlo"]),
        ("Fraser, his son, flew in. Police said that was late. Ten fled, said Fraser.", ["Fraser"]),
        (
            '"Nobody called," said Ida Verlo, holding a picture of her son, Petty Officer Omar Verlo, 23.',
            ["Ida", "Omar"],
        ),
        ("Police said a shop burned. It was loud, said Omar Verlo, who runs a noodle shop.", ["Omar", "Verlo"]),
        ("Her husband, Omar, asked through the lawyer Ida Karvan why nobody had come.", ["Omar"]),
        ("She bore twins, Seoda and Ealas, who were there. Police said she was killed.", ["Seoda", "Ealas"]),
        ("A strike killed two. Omar Verlo, co-chair of the council, had survived a strike in 2022.", ["Omar", "Verlo"]),
        ("The minister presented him to the cameras beside Vice Admiral Omar Verlo.", ["Omar", "Verlo"]),
        ("Omar Verlo, who represented the islands at two games, said police took his shop.", ["Omar", "Verlo"]),
        ("The former lawmaker Omar Verlo was arrested, police said.", ["Omar", "Verlo"]),
        ("At the station VERLO was told to wait, police said.", ["VERLO"]),
        ("The ministry said that it freed a man of the group OMAR led.", ["OMAR"]),
        ("Police arrested a man of the network, VERLO, on Monday.", ["VERLO"]),
        ("Lawyer Omar Verlo was arrested at the gate, police said.", ["Omar", "Verlo"]),
    ],
)
def test_names_of_affected_persons_do_not_come_out(text: str, hidden: list[str]) -> None:
    for word in hidden:
        assert word not in shown(text)


@pytest.mark.parametrize("outlet", ["Friends of Ilmena Vastrik", "Ilmena Vastrik Weekly", "Ilmena Vastrik"])
def test_a_name_that_an_outlet_has_does_not_come_out_on_its_pages(outlet: str) -> None:
    page = "Ten men were arrested in Orva on Monday. His mother, Ilmena Vastrik, was told. Ilmena Vastrik wept."
    assert [word for word in ("Ilmena", "Vastrik") if word in shown(page, outlet)] == []


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        (
            "Mayor Teo Vastrik said ten died. Among the dead was Lena Vastrik. Vastrik was 19.",
            "Lena",
            "Mayor Teo Vastrik",
        ),
        (
            "Police are looking for Omar Karvan. Karvan fled. General Ali Karvan said ten died.",
            "Omar",
            "General Ali Karvan",
        ),
        (
            "Premier Imran Delmo said ten died. Sana Delmo lost her brother. Delmo, a teacher, wept.",
            "Sana",
            "Imran Delmo",
        ),
    ],
)
def test_a_surname_alone_unmasks_nobody_who_shares_it_with_an_official(text: str, hidden: str, kept: str) -> None:
    assert hidden not in shown(text)
    assert kept in shown(text)


def test_an_outlet_called_by_one_name_unmasks_nobody_of_that_name() -> None:
    assert "Lena" not in shown("Police said that Lena was raped. Lena was 15.", "Lena")


def test_a_name_that_a_body_has_does_not_come_out_where_the_body_speaks() -> None:
    page = "The Ilmena Vastrik Foundation said that ten men were arrested. His mother, Ilmena Vastrik, was told."
    assert "Ilmena" not in shown(page)
    assert "Foundation said" in shown(page)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Gilan Office Claims Arrest Of 64 In A Year\n\nAn official said 64 people were arrested in Gilan.", "Gilan"),
        ("The police chief Ana Belmor said that ten people were arrested.", "Ana Belmor"),
        (
            "The police chief of Lima, Ana Belmor, said that ten people were arrested. Belmor gave no names.",
            "Belmor gave",
        ),
        ("Interior Minister Ada Brill said ten people were arrested. Ten people were hurt, Brill said.", "Brill said"),
        ("Dozens Of Students Detained In Two Cities\n\nPolice said dozens of students were detained.", "Students"),
        ("By Ada Belmor\nTen people were arrested, police said.", "Ada Belmor"),
        ("Ten people were arrested, said Ada Belmor, the deputy head of the court in Lima.", "Ada Belmor"),
        ("Ada Belmor of the Centre for Prisoners' Rights said ten people were arrested.", "Ada Belmor"),
        ("Reporting by Ada Belmor; editing by Ilme Dastuk. Ten people were arrested in Lima, police said.", "Dastuk"),
        ("Councillors Ada Belmor and Ilme Dastuk said ten people were arrested in Lima.", "Dastuk"),
        ("Iran's Intelligence Ministry said on Tuesday, June 13, that 64 people were arrested.", "Tuesday, June 13"),
        (
            "Ten people were caught in a trap laid by SP D. N. Manju Urs. Four were held, police said.",
            "SP D. N. Manju Urs",
        ),
        ("Assistant coroner Dr Ada Belmor heard that ten people had been killed.", "Ada Belmor"),
        ("Ten people were arrested unlawfully, defence counsel Ada Belmor submitted.", "Ada Belmor"),
        ("State trooper Ada Belmor said ten people were arrested.", "Ada Belmor"),
        ("ASI Nadim Belmor says ten people were arrested in Lima.", "Nadim Belmor"),
        ("Ada Belmor of the Lake Rights Centre gave the names of ten people who were arrested.", "Ada Belmor"),
        ("A letter by Ada Belmor, member of parliament, asks why ten people were arrested.", "Ada Belmor"),
        ("Prime Minister-designate Ada Belmor-Itan said ten people were arrested.", "Ada Belmor"),
        ("A study of the Quillfeather Institute counts ten people arrested in Lima.", "Quillfeather Institute"),
        ("Presidential nominee Ada Belmor chimed in after ten people were arrested.", "Ada Belmor"),
        ("Ada Belmor, Democrat of Vermont, voted after ten people were arrested.", "Ada Belmor"),
        ("Director of Public Prosecutions Ada Belmor told the court that ten people were arrested.", "Ada Belmor"),
        ("Assistant District Attorney Ada Belmor showed a bottle.", "Ada Belmor"),
        ("Acting U.S. Attorney Ada Belmor said ten people were arrested.", "Ada Belmor"),
        ("DPO Ada Belmor sealed the yard after ten people were arrested.", "Ada Belmor"),
        ("Joint director Dr. A. Belmor signed the paper.", "A. Belmor"),
        ("The sous-préfète of Orva, Ada Belmor, counted ten people.", "Ada Belmor"),
        ("Union leader Ada Belmor accused the company.", "Ada Belmor"),
        ("The labour inspectorate's Ada Puig i Belmor had found slips.", "Ada Puig i Belmor"),
        ("The convenor of the union, Ada Belmor, wants a trial.", "Ada Belmor"),
        ("The bishop, Ada Belmor, issued an apology after ten people were arrested.", "Ada Belmor"),
        ("Counsel Ada Belmor, for the accused, pleaded for a lower sum.", "Ada Belmor"),
        ("Ada Belmor, for the defence, called it harsh.", "Ada Belmor"),
        ("Ada Belmor, speaking for the guards, said ten people were arrested.", "Ada Belmor"),
        ("For the prosecution, Ada Belmor asked for nine years.", "Ada Belmor"),
        ("The plea was filed by Ada Belmor for both accused.", "Ada Belmor"),
        ("Our lawyer Ada Belmor has filed a complaint for ten people who were arrested.", "Ada Belmor"),
        ("Ada Belmor, who defended both, said ten people were arrested.", "Ada Belmor"),
        ("PRESENTER: Good morning, it's Ada Belmor with you until nine.", "Ada Belmor"),
        ("HOST: A jury found ten guilty. Reporter Ada Belmor was in court.", "Ada Belmor"),
        ("Media inquiries should go to Ada Belmor in public affairs.", "Ada Belmor"),
        ("Call Senior Constable Ada Belmor with any sighting.", "Ada Belmor"),
        ("Ada Belmor, R-Idaho, asked how many people were arrested.", "Ada Belmor"),
        ("Ada Belmor (Soc Dem): Can the minister explain why ten people were arrested?", "Ada Belmor"),
        ('"It was reported on Monday," said Ada Belmor (CGT).', "Ada Belmor"),
        ("Former lawmaker Ada Belmor said ten people were arrested.", "Ada Belmor"),
        ("Ada Belmor, her Republican opponent, bemoaned that ten people were arrested.", "Ada Belmor"),
        (
            "A member of parliament's rights committee, Ada Belmor, told the paper that ten people were arrested.",
            "Ada Belmor",
        ),
        (
            "Ada Belmor, an opposition deputy who had lobbied for ten people, called on the police to free them.",
            "Ada Belmor",
        ),
        ("Ada Belmor of the miners' union shouted from a truck after ten people were arrested.", "Ada Belmor"),
        ("The inquiry is led by retired judge Ada Belmor.", "Ada Belmor"),
        ("Inspector General of Police (border) Ada Belmor said ten people were arrested.", "Ada Belmor"),
        ("LIMA (Reuters) - The Nile Rights Forum said ten people were arrested.", "Nile Rights Forum"),
        ("Ada Belmor, the duty forecaster, put out a warning.", "Ada Belmor"),
        ("Police traffic boss Ada Belmor tells us ten people were arrested.", "Ada Belmor"),
        ("The bill was tabled by Ada Belmor after ten people were arrested.", "Ada Belmor"),
        ("Ada Belmor, who studies the lake, said ten people were arrested.", "Ada Belmor"),
        ("Ada Belmor contributed reporting.", "Ada Belmor"),
        ("Police said that 64 people were arrested in Kisumu, the state agency KVN reported.", "KVN"),
        ("Ten were held, the rights group KVN said on Monday. KVN counted nine in May.", "KVN counted"),
        ("Police said ten people were killed in the town of Omar Salvo on Monday.", "Omar Salvo"),
        ("Police said ten people were killed in the hamlet of Tungan Ilme.", "Tungan Ilme"),
        ("Gunmen killed ten people in Lima.", "Gunmen"),
        ("Residents of Kaduru Salvo said ten people were abducted.", "Kaduru Salvo"),
    ],
)
def test_claimants_places_and_headlines_stay(text: str, kept: str) -> None:
    assert kept in shown(text)
    assert "[person" not in shown(text)


def test_who_lives_in_a_place_is_masked_and_the_place_is_not() -> None:
    text = "A resident of Kaduru Salvo, Halima Benomar, said that ten people were killed."
    assert shown(text) == text.replace("Halima Benomar", "[person 1]")
    text = "The child of Halima Benomar was killed in the town of Omar's uncle, police said."
    assert "Halima" not in shown(text)
    assert "Omar" not in shown(text)


@pytest.mark.parametrize(
    "reason",
    [
        "the outlet took it back",
        "they withdrew the number on monday",
        "Withdrew it later.",
        "the wire wrote another number",
        "the reporter misheard it",
        "the outlet didn't mean that",
        "the gunmen and three children were counted twice",
    ],
)
def test_common_words_of_a_reason_are_no_names(reason: str) -> None:
    assert shown(reason) == reason


@pytest.mark.parametrize("reason", ["they took karvanol last night", "the uncle of karvanol wrote to us"])
def test_a_name_in_lower_case_beside_a_verb_is_masked(reason: str) -> None:
    assert shown(reason) == reason.replace("karvanol", "[person 1]")


def test_a_headline_masks_the_name_and_keeps_the_place() -> None:
    text = "Behzad Karvanol Arrested In Tehran Over Spying Claims\n\nPolice said ten people were arrested in Tehran."
    page = sample(text, "2023-06-14", "Coast Daily")
    made = claims(page)
    masks = find_affected(page, made)
    written = json.dumps([to_json(mask_claim(claim, page, masks)) for claim in made])
    assert "Karvanol" not in written
    assert "Behzad" not in written
    assert "Tehran" in mask_text(text, masks)
    assert "Police said [person" not in mask_text(text, masks)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Qarvunol executed"),
        ("outlet", "Friends of Omid Balukol"),
        ("url", "https://a.example/omidbalukol-executed"),
    ],
)
def test_no_name_stands_in_what_is_said_of_a_document(field: str, value: str) -> None:
    page = sample("Police said Omid Balukol was executed. Police said ten people were arrested in Lima.", "2023-06-14")
    page = msgspec.structs.replace(page, **{field: value})
    made = claims(page)
    masks = find_affected(page, made)
    written = json.dumps(
        [to_json(mask_document(page, masks)), *(to_json(mask_claim(each, page, masks)) for each in made)]
    )
    for name in ("qarvunol", "balukol"):
        assert name not in written.lower()


def test_no_field_of_a_claim_or_document_carries_the_name() -> None:
    text = "Police said that Omar Day was arrested on Monday, June 12. Police said Day was charged in Lima."
    page = sample(text, "2023-06-14", "Coast Daily")
    made = claims(page)
    masks = find_affected(page, made)
    for record in (*(mask_claim(each, page, masks) for each in made), mask_document(page, masks)):
        written = json.dumps(to_json(record))
        assert "Omar" not in written
        assert "Day " not in written


@pytest.mark.parametrize(
    ("title", "masked"),
    [
        ("Notes on Omar Dayel", "Notes on [person 2]"),
        ("Notes on Omar Dayel Brant", "Notes on [person 1]"),
        ("Notes on Omar", "Notes on [person 1]"),
        ("Notes at omardayel.example", "Notes at [person 2].example"),
    ],
)
def test_of_names_that_begin_alike_the_longest_that_stands_there_is_masked(title: str, masked: str) -> None:
    page = msgspec.structs.replace(sample("Omar Dayel Brant and Omar Dayel left."), title=title)
    masks = Masks(page.id, (MaskedSpan(0, 16, 1), MaskedSpan(21, 31, 2)))
    assert mask_document(page, masks).title == masked


def test_a_name_that_is_a_code_leaves_the_code() -> None:
    page = sample("Police said that Omar Day was arrested on Monday, June 12.", "2023-06-14")
    (made,) = claims(page)
    assert made.spoken is not None or made.period is not None
    masked = mask_claim(made, page, find_affected(page, [made]))
    for before, after in ((made.spoken, masked.spoken), (made.period, masked.period)):
        assert (before and before.value) == (after and after.value)


def test_masking_twice_is_masking_once() -> None:
    page = sample("Police said Omar Ruizal was arrested in Lima.", "2023-06-14")
    masks = find_affected(page, claims(page))
    once = mask_claim(claims(page)[0], page, masks)
    assert mask_claim(once, page, masks) == once


def test_no_code_of_a_record_is_taken_for_a_name() -> None:
    text = "Police said O. F. Ruizal was arrested in Lima. Police said 40 people were arrested, 12 of them in Lima."
    page = sample(text, "2023-06-14", "Coast Daily")
    made = claims(page)
    assert any(claim.count and claim.count.value and claim.count.value.leans for claim in made)
    names = (MaskedSpan(12, 17, 1), MaskedSpan(18, 24, 1))
    for claim in made:
        masked = mask_claim(claim, page, Masks(page.id, names))
        assert (masked.count and masked.count.value and masked.count.value.leans) == (
            claim.count and claim.count.value and claim.count.value.leans
        )


def test_the_place_and_agency_of_a_dateline_are_nobody():
    told = "Police have arrested 64 people in raids, the interior minister said."
    page = sample(f"ORVA (North Wire) - {told}", outlet="North Wire")
    assert find_affected(page, claims(page)).stretches == ()
    page = sample(f"ORVA (Omar Ruizal) - {told}", outlet="North Wire")
    assert "Ruizal" not in mask_text(page.text, find_affected(page, claims(page)))
