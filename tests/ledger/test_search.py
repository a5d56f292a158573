"""Claims are found by their words as they leave the ledger, and every store gives what a look at each claim gives."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stores import enter, index_in

from allegata.claim import claims as read_claims
from allegata.claim import sample
from allegata.ledger import ClaimFilter, Ledger, matches, open_ledger
from allegata.ledger.records import as_stored
from allegata.ledger.search import LONGEST_WORD, fold, has, parts_of, words_of
from allegata.mask import outward
from allegata.model import (
    Claim,
    Decision,
    Evidence,
    InputError,
    MaskedSpan,
    Masks,
    Mention,
    Record,
    Stance,
    with_decision_id,
    with_id,
)
from allegata.run.cli import main
from allegata.run.pipeline import Given

NOW = "2024-01-01T00:00:00Z"
LONG = "x" * (LONGEST_WORD + 8)
TEXTS = (
    "Harbour police said on Monday that 60 men were arrested in Lima, Peru.",
    "Interior minister Zoë Brémond said that 14 smugglers were arrested in Nairobi's port.",
    "The Ministère de l'Intérieur said that 9 men of İzmir were held; the police said that 30 rifles were seized.",
    f"Police of the {LONG} office said that 3 men were arrested in Quito.",
    f"Police of the {LONG}y office said that 4 men were arrested in Quito_north.",
)
CASES = [
    ("arrested", 4), ("ARRESTED", 4), ("arrest", 0), ("arrest*", 4), ("police", 4), ("zoe bremond", 1), ("Zoë*", 1), ("brem* minis*", 1),
    ('"harbour police"', 1), ('"police harbour"', 0), ("police harbour", 1), ("l'intérieur", 1), ("l'interi*", 1), ('"l interi*"', 0), ("60 men", 1),
    ("lima peru", 1), ("lima nairobi", 0), (LONG, 1), (LONG + "y", 1), (LONG[:-1], 0), (LONG + "*", 2), (LONG[:LONGEST_WORD] + "*", 2), ("x*", 2),
    ("izmir", 1), ("quito", 1), ("quito*", 2), ("quito_north", 1), ("%", None), ("* *", None), ('""', None), ('"lima', None), ("", None), ("qu%", 0),
]  # fmt: skip


def fill(ledger: Ledger) -> None:
    for number, text in enumerate(TEXTS):
        document = replace(sample(text), id=f"d{number}")
        records: list[tuple[str, Record]] = [("document", document), ("masks", Masks(document.id, ()))]
        ledger.append([*records, *(("claim", claim) for claim in read_claims(document))], "test", NOW)


@pytest.mark.parametrize("rebuilt", [False, True])
def test_words_phrases_and_beginnings_are_found(location: str, rebuilt: bool) -> None:
    with open_ledger(location, as_stored, True) as ledger:
        fill(ledger)
        if rebuilt:
            ledger.rebuild()
        for asked, documents in CASES:
            wanted = ClaimFilter(search=asked)
            if documents is None:
                with pytest.raises(InputError, match="; "):
                    list(ledger.claims(wanted))
                continue
            found = list(ledger.claims(wanted))
            assert len({claim.document.id for claim in found}) == documents, asked
            assert found == [claim for claim in ledger.claims() if matches(claim, wanted)], asked


@pytest.fixture(scope="module")
def stores(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Ledger]]:
    """One ledger in both stores."""
    folder = str(tmp_path_factory.mktemp("search") / "ledger")
    schema = f"search_{secrets.token_hex(8)}"
    with (
        open_ledger(folder, as_stored, True) as one,
        open_ledger(f"{server}/postgres?schema={schema}", as_stored, True) as other,
    ):
        fill(one)
        fill(other)
        yield one, other


WORDS = sorted({word for text in TEXTS for word in fold(text).split()})
SIGNS = st.sampled_from([" ", "-", "'", "", ", ", '" "', "* "])
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).flatmap(lambda word: st.integers(1, len(word)).map(lambda end: f"{word[:end]}*")),
    st.integers(0, len(TEXTS) - 1).flatmap(
        lambda n: st.tuples(st.integers(0, 12), st.integers(1, 4)).map(
            lambda at: f'"{" ".join(TEXTS[n].split()[at[0] : at[0] + at[1]])}"'
        )
    ),
    st.text(max_size=6).filter(lambda text: '"' not in text),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=1, max_size=3).map(" ".join))
def test_both_stores_give_what_a_look_at_each_claim_gives(stores: tuple[Ledger, Ledger], asked: str) -> None:
    wanted = ClaimFilter(search=asked)
    try:
        parts_of(asked)
    except InputError:
        for ledger in stores:
            with pytest.raises(InputError):
                list(ledger.claims(wanted))
        return
    looked_at = [claim for claim in stores[0].claims() if matches(claim, wanted)]
    for ledger in stores:
        assert list(ledger.claims(wanted)) == looked_at


@given(st.lists(st.text(max_size=8), max_size=4).map(" ".join))
def test_every_word_of_a_text_finds_it(text: str) -> None:
    folded = fold(text)
    for word in folded.split():
        assert has(folded, parts_of(word))
        assert has(folded, parts_of(f"{word[:1]}*"))
    if folded.strip():
        assert has(folded, parts_of(f'"{text.replace(chr(34), " ")}"'))
    assert all(len(word) <= LONGEST_WORD for word in words_of(folded))


def shown(ledger: Ledger, search: str) -> list[Claim]:
    return list(ledger.claims(ClaimFilter(search=search)))


def test_a_masked_person_is_not_found_by_words(location: str, tmp_path: Path) -> None:
    text = "Police said that Omar Ruizal and four other men were arrested in Lima, Peru."
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", text, Given("2024-05-08"))
        assert shown(ledger, "arrested lima")
        for words in ("Ruizal", "ruiz*", "omar", '"Omar Ruizal"', "police ruizal"):
            assert shown(ledger, words) == []
    assert "lima" in index_in(location)
    assert "ruizal" not in index_in(location)


def test_words_that_are_masked_later_are_found_no_more(location: str, tmp_path: Path) -> None:
    text = "Interior minister Ada Brill said that ten men were arrested in Lima, Peru."
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", text, Given("2024-05-08"))
        assert shown(ledger, '"ada brill" arrested')
        (document,) = ledger.documents()
        at = document.text.index("Ada Brill")
        ledger.append([("masks", Masks(document.id, (MaskedSpan(at, at + 9, 1),)))], "test", NOW)
        for words in ("brill", '"ada brill"', "ada*"):
            assert shown(ledger, words) == []
        assert shown(ledger, "minister arrested")
    assert "brill" not in index_in(location)


def test_every_command_with_filters_searches(location: str, tmp_path: Path) -> None:
    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, [*words, "--ledger", location])
        assert result.exit_code == code, result.output
        return result.output

    for outlet in ("Port Times", "North Wire"):
        page = tmp_path / f"{outlet}.txt"
        page.write_text("Teo Arbulu, a police spokesman, said that ten men were arrested in Lima, Peru.", "utf-8")
        run("add", str(page), "--published", "2024-05-08", "--outlet", outlet)
    for command in ("claims", "total", "brief", "silence", "drift", "export"):
        found, none = run(command, "--search", 'police "ten men"'), run(command, "--search", "nobody")
        assert found != none, command
        assert "close it" in run(command, "--search", '"open', code=2)
    assert "ten men" in run("export", "--search", "arrested", "--format", "html")
    assert "ten men" not in run("export", "--search", "nobody", "--format", "html")


def test_a_corrected_claim_is_found_by_what_it_says_now(location: str, tmp_path: Path) -> None:
    text = "Teo Arbulu, a police spokesman, said that ten men were arrested in Lima, Peru."
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", text, Given("2024-05-08"))
        (claim,) = shown(ledger, "arbulu")
        assert shown(ledger, "ministry") == []
        subject = ledger.subject(claim.id)
        value = ledger.value(claim.id, "speaker.body", "Ministry of Justice")
        made = Decision("", "correct", "Ana Quispe", "A slip", 1, (subject,), None, "speaker.body", value)
        ledger.append([("decision", with_decision_id(made))], "test", NOW)
        assert [each.id for each in shown(ledger, '"ministry of justice"')] == [claim.id]


CHOSEN = [
    ("kind", "official", 3), ("kind", "opposition", 0), ("evidence", "shown", 1), ("evidence", "none_stated", 3), ("stance", "disputed", 1),
    ("stance", "neutral", 3), ("body", "ministry", 2), ("body", '"ministry"', 0), ("body", '"Ministry of Justice"', 1),
    ("body", '"ministry of justice and peace"', 1), ("outlet", '"Port Times"', 4), ("outlet", '"Port"', 0), ("outlet", "port", 4), ("speaker", '"', 0),
]  # fmt: skip


def told(number: int, kind: str, body: str, evidence: str, stance: str) -> Claim:
    (claim,) = read_claims(
        replace(
            sample("Ana Po, a police spokeswoman, said that ten men were arrested."),
            id=f"d{number}",
            outlet="Port Times",
        )
    )
    (speaker,) = claim.speakers
    who = Mention(speaker.spans, (replace(speaker.readings[0], kind=kind, body=body),), speaker.rule)
    return with_id(replace(claim, speakers=(who,), evidence=Evidence(evidence), stance=Stance(stance)))


def test_kind_evidence_stance_and_whole_names_are_found(location: str) -> None:
    made = [
        told(1, "official", "Ministry of Justice", "shown", "neutral"),
        told(2, "official", "Ministry of Justice and Peace", "none_stated", "disputed"),
        told(3, "official", "Police", "none_stated", "neutral"),
        told(4, "independent", "Port Watch", "none_stated", "neutral"),
    ]
    with open_ledger(location, as_stored, True) as ledger:
        for claim in made:
            masks = Masks(claim.document.id, ())
            document = replace(sample("…"), id=claim.document.id)
            ledger.append([("document", document), ("masks", masks), ("claim", claim)], "test", NOW)
        for field, asked, number in CHOSEN:
            wanted = ClaimFilter(**{field: asked})
            found = list(ledger.claims(wanted))
            assert len(found) == number, (field, asked)
            assert found == [claim for claim in ledger.claims() if matches(claim, wanted)]
