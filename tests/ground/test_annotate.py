"""The quicker steps give every token what the steps of the pipeline give it."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from allegata.ground import syntax
from allegata.ground.annotate import Ruler, Vectors, one_processor, steps_of
from allegata.ground.lexicon import table

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = [json.loads(line)["text"] for line in (CORPUS / "pages.jsonl").read_text("utf-8").splitlines()]
ODD = [
    "",
    " ",
    "\n\n",
    "Ada",
    "They ain't here. He's gonna go, she's gotta stay. Let's see. Y'all know.",
    "There's a Ministry of the  Interior of the Republic of\nPeru and\tBrazil in Lima, on 3 May 2019 at 5 p.m.",
    "Maria Lopez\nde la Cruz",
    "the New York Times",
]


@pytest.fixture(scope="module")
def pipelines():
    package = next(row["package"] for row in table("models") if row["language"] == "en")
    return import_module(package).load(), import_module(package).load()


def facts(doc):
    return [
        (t.text, t.tag_, t.pos_, t.dep_, t.head.i, t.lemma_, str(t.morph), t.ent_iob_, t.ent_type_, t.is_sent_start)
        for t in doc
    ]


def test_every_token_is_annotated_as_by_the_pipeline(pipelines):
    plain, quick = pipelines
    steps = steps_of(quick)
    for text in [*PAGES, *ODD]:
        made = quick.make_doc(text)
        for step in steps:
            made = step(made)
        assert facts(made) == facts(plain(text))


def test_stretches_between_known_starts_of_sentences_are_parsed_as_the_whole(pipelines):
    plain, quick = pipelines
    steps = steps_of(quick)
    lists = [
        "1.\nOne\n2.\nTwo men\n\nThree\nMr.\nYes\n- No, he said.\n",
        "\n".join(PAGES[:9]),
        "\n".join(PAGES).replace(" ", "\n"),
    ]
    for text in [*PAGES, *ODD, *lists]:
        docs = [each.make_doc(text) for each in (plain, quick)]
        for doc in docs:
            for at in syntax._after_lines(doc, text):
                doc[at].is_sent_start = True
        for _, pipe in plain.pipeline:
            docs[0] = pipe(docs[0])
        for step in steps:
            docs[1] = step(docs[1])
        assert facts(docs[1]) == facts(docs[0])


def test_what_is_known_of_words_changes_nothing(pipelines, monkeypatch):
    quick = pipelines[1]
    text = "\n".join(PAGES)
    found = []
    for words in (3, 50_000):
        monkeypatch.setattr("allegata.ground.annotate.WORDS", words)
        steps = steps_of(quick)
        for each in (PAGES[0], "Lima", text):
            doc = quick.make_doc(each)
            for step in steps:
                doc = step(doc)
        found.append((facts(doc), doc.tensor.tobytes()))
    assert found[0] == found[1]


def test_vectors_of_words_are_those_of_the_model(pipelines):
    plain, quick = pipelines
    for name in ("tok2vec", "ner"):
        model = plain.get_pipe(name).model
        model = model.get_ref("tok2vec").layers[0] if name == "ner" else model
        vectors = Vectors.of(model)
        for text in [*PAGES, *ODD]:
            doc = quick.make_doc(text)
            (wanted,) = model.predict([doc])
            assert vectors.read(doc).shape == wanted.shape
            assert np.allclose(vectors.read(doc), wanted, atol=1e-4)


def test_the_rules_of_words_that_were_met_are_forgotten_when_there_are_too_many(pipelines, monkeypatch):
    monkeypatch.setattr("allegata.ground.annotate.WORDS", 3)
    ruler = Ruler.of(pipelines[0].get_pipe("attribute_ruler"))
    quick = pipelines[1]
    for text in PAGES[:3]:
        doc = quick.make_doc(text)
        for step in steps_of(quick)[:3]:
            doc = step(doc)
        assert [token.pos_ for token in ruler(doc)] == [token.pos_ for token in pipelines[0](text)]
        assert len(ruler.known) <= len(doc)


def test_a_long_text_is_parsed_in_blocks_that_end_with_lines(monkeypatch):
    text = "\n".join(PAGES[:9])
    whole = facts(syntax.parse(text))
    monkeypatch.setattr(syntax, "BLOCK", 200)
    syntax.parse.cache_clear()
    parted = syntax.parse(text)
    syntax.parse.cache_clear()
    assert parted.text == text
    edges = list(syntax._edges(parted))
    assert len(edges) > 3
    assert all(later - earlier <= 200 for earlier, later in pairwise(edges))
    assert [fact[0] for fact in facts(parted)] == [fact[0] for fact in whole]
    same = sum(one == other for one, other in zip(facts(parted), whole, strict=True))
    assert same > 0.98 * len(whole)


def test_a_block_without_a_line_break_is_cut_all_the_same(monkeypatch):
    monkeypatch.setattr(syntax, "BLOCK", 10)
    text = "ten men " * 30
    parsed = syntax.parse(text)
    syntax.parse.cache_clear()
    assert parsed.text == text
    assert len(list(parsed.sents)) >= 6
    assert not len(parsed.tensor)


@pytest.mark.parametrize("text", ["Ten ran\nTwo fell", "\nTen ran\n\n\nTwo fell\n", "a\r\nb \n c", "no break"])
def test_a_sentence_begins_after_each_token_with_a_line_break(text):
    doc = syntax.pipeline("en").make_doc(text)
    slow = [token.i + 1 for token in doc[:-1] if "\n" in token.text]
    assert syntax._after_lines(doc, text) == slow


def test_a_sentence_is_not_shared_out_to_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    def processors() -> set[int]:
        return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}

    found: list[set[int]] = []
    steps = syntax._steps("en")
    monkeypatch.setattr(syntax, "_steps", lambda language: (*steps, lambda doc: found.append(processors()) or doc))
    with threadpool_limits(2, "blas"):
        before = processors()
        syntax.parse("Eleven crates of oranges were sold at the quay.")
        assert found == [{1}]
        assert processors() == before
    with one_processor(), one_processor():
        assert processors() == {1}
