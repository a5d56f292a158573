"""What is looked up in a page, and how often."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allegata.claim import claims, conduit, mend, sample
from allegata.claim.action import senses
from allegata.claim.happening import find_happenings
from allegata.claim.page import page_of, sentence_at, stretch_at

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = [json.loads(line)["text"] for line in (CORPUS / "pages.jsonl").read_text("utf-8").splitlines()][:8]
ODD = ["Ten  ran.\n\n Two fell. ", " Ten ran.", "One", "Ten ran. ", "Ten ran.  "]
HIDDEN = "Radio Sol reported that ten men were held, the mayor announced."


@pytest.mark.parametrize("text", [*PAGES, *ODD])
def test_a_sentence_is_the_one_of_the_word_at_its_place(text: str) -> None:
    page = page_of(sample(text), "default")
    for offset in range(len(text)):
        found = stretch_at(page, offset, offset + 1)
        assert found is not None
        assert sentence_at(page, offset) == found.sent
    assert sentence_at(page, -1) == sentence_at(page, len(text)) == next(iter(page.doc.sents))


def test_the_parse_is_asked_who_is_quoted_only_where_an_outlet_may_hide_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    read = mend.find_attributions
    monkeypatch.setattr(mend, "find_attributions", lambda document: asked.append(document.text) or read(document))
    claims(sample("The ministry said ten men were held in Lima. The mayor said nine of them had been freed."))
    assert asked == []
    claims(sample(HIDDEN))
    assert asked == [HIDDEN]


def test_outlets_are_looked_for_once_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    find = conduit.find_relays
    monkeypatch.setattr(
        conduit, "find_relays", lambda page, start, end: looked.append((start, end)) or find(page, start, end)
    )
    for text in [*PAGES, f"{HIDDEN} He said two had fled, Radio Sol reported."]:
        looked.clear()
        claims(sample(text))
        assert len(looked) == len(set(looked))
    assert looked


def test_no_happening_is_in_a_word_that_no_row_names() -> None:
    rows = senses("en")
    for text in PAGES:
        page = page_of(sample(text), "default")
        for happening in find_happenings(page):
            token = page.doc[happening.at]
            kinds = ("verb", "state", "subject", "noun", "phrase")
            assert any((form, kind) in rows for form in (token.lemma_.lower(), token.lower_) for kind in kinds)
