"""The gate shuts out no text in which the reader finds a claim, and most of what is no news of claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata.claim import claims, sample
from allegata.claim.gate import is_open, may_happen, may_quote, open_lines
from allegata.ground.lexicon import table
from allegata.ground.syntax import inflected, pipeline
from allegata.model import InputError

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = [json.loads(line)["text"] for line in (CORPUS / "pages.jsonl").read_text("utf-8").splitlines()]
CHAINS = [json.loads(line)["text"] for line in (CORPUS / "sets/chains.jsonl").read_text("utf-8").splitlines()]
ORDINARY = [
    line for line in (CORPUS.parent / "bench/ordinary.txt").read_text("utf-8").splitlines() if not line.startswith("#")
]


@pytest.mark.parametrize(
    "row", table("en/action_words"), ids=lambda row: f"{row['lemma']} {row['with']} {row['objects']}"
)
def test_every_sense_of_an_action_word_opens_the_gate(row):
    assert may_happen(row["example"], "en")


@pytest.mark.parametrize("row", table("en/cues"), ids=lambda row: row["lemma"])
def test_every_cue_opens_the_gate(row):
    assert may_quote(row["example"], "en")


def test_every_form_that_the_lemmatizer_knows_is_a_form():
    listed = pipeline("en").get_pipe("lemmatizer").lookups.get_table("lemma_exc")["verb"]
    wanted = {row["lemma"] for name in ("en/action_words", "en/cues") for row in table(name)}
    forms = {(form, lemma) for form, lemmas in listed.items() for lemma in lemmas if lemma in wanted}
    assert len(forms) > 50
    assert [(form, lemma) for form, lemma in forms if form not in inflected(lemma)] == []


@pytest.mark.parametrize("text", PAGES, ids=range(len(PAGES)))
def test_the_line_of_every_happening_in_the_own_corpus_is_open(text):
    lines = list(open_lines(text, "en"))
    found = claims(sample(text), gate="off")
    assert claims(sample(text)) == found
    for claim in (each for each in found if each.action != "other"):
        start, end = claim.passage.start, claim.passage.end
        assert any(a < end and start < b for a, b in lines), claim.passage.text


@pytest.mark.parametrize("text", CHAINS[::3], ids=range(len(CHAINS[::3])))
def test_what_is_read_of_the_chains_is_read_through_the_gate(text):
    assert claims(sample(text)) == claims(sample(text), gate="off")


@settings(max_examples=25)
@given(
    who=st.sampled_from(["Police", "The ministry", "Rescuers in Piura", "Our reporters"]),
    number=st.sampled_from(["ten", "14", "dozens of", "several", "a dozen"]),
    did=st.sampled_from(
        ["arrested", "killed", "jailed", "freed", "seized", "found", "smashed", "put to death", "shot"]
    ),
    whom=st.sampled_from(["farmers", "rifles", "gangs", "plots", "boats", "dockers", "printing presses"]),
    filler=st.lists(st.sampled_from(ORDINARY), max_size=3),
)
def test_a_text_with_a_claim_is_never_shut(who, number, did, whom, filler):
    text = "\n".join([*filler, f"{who} {did} {number} {whom}.", *filler])
    found = claims(sample(text), gate="off")
    # The reader may take a verb that is no cue for one: "her novel follows".
    assert all(claim.action == "other" for claim in found) or is_open(text, "en")
    assert claims(sample(text)) == (found if is_open(text, "en") else ())


def test_ordinary_news_is_shut():
    assert [line for line in ORDINARY if is_open(line, "en")] == []
    assert claims(sample("\n".join(ORDINARY))) == ()


def test_a_text_with_a_happening_is_read_whole_by_either_gate():
    text = "Rain is due, the harbour master said.\nPolice held four smugglers in Callao."
    assert claims(sample(text)) == claims(sample(text), gate="happenings") == claims(sample(text), gate="off")


def test_statements_alone_are_read_only_by_the_wider_gate():
    text = 'The coach said: "We are proud of the young ones."'
    assert [claim.action for claim in claims(sample(text))] == ["other"]
    assert claims(sample(text), gate="happenings") == ()


def test_a_wrong_profile_is_named_before_anything_is_shut():
    with pytest.raises(InputError, match="no profile 'nobody'"):
        claims(sample("Sun."), profile="nobody")


def test_the_recall_of_the_gate_is_held(bench: Callable[[str], ModuleType]):
    gate = bench("gate")
    found, pages, lines = gate.recall(CORPUS, "words")
    assert found > 50
    assert pages == found
    assert lines >= gate.RECALL * found


def test_a_claim_in_a_shut_line_counts_against_the_gate(bench: Callable[[str], ModuleType], tmp_path):
    gate = bench("gate")
    (tmp_path / "pages.jsonl").write_text(json.dumps({"id": "a", "text": "Sun all day.\nTen were held."}), "utf-8")
    rows = {"id": "a", "claims": [{"anchor": "Sun all day"}, {"anchor": "Ten were held"}]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(rows), "utf-8")
    assert gate.recall(tmp_path, "words") == (2, 2, 1)
    assert not gate.measure([tmp_path])
