"""The passages of the action head's recipe: every mark an action, and every corpus read as it is annotated."""

from __future__ import annotations

import re
from importlib.resources import files

from allegata.ground.lexicon import table
from training.action.passages import NOTHING, annotated, invented
from training.marked import BETWEEN, MARK, TEXTS, marked_texts, parse
from training.own import CORPUS


def test_every_mark_of_the_texts_is_an_action() -> None:
    known = {row["action"] for row in table("actions")} | {NOTHING}
    texts = list(marked_texts())
    assert {mark.action for each in texts for mark in each.marks} <= known
    assert not any(re.search(r"\[\[|\]\]", MARK.sub("", path.read_text("utf-8"))) for path in TEXTS.glob("*.txt"))


def test_the_texts_are_as_many_as_the_model_card_says_and_only_reports_have_places() -> None:
    texts = list(marked_texts())
    card = (files("allegata") / "data/en/action/MODEL_CARD.md").read_text("utf-8")
    assert f"{len(texts):,} texts with {sum(len(each.marks) for each in texts):,} marked" in card
    assert f"{sum(each.whole for each in texts)} of them whole reports" in card
    assert all(each.whole for each in texts for mark in each.marks if mark.country)


def test_a_mark_quotes_its_text() -> None:
    marked = parse("Police held [[arrest@PE/Lima|ten men]], not [[!arrest|twelve]].")
    assert [marked.text[mark.start : mark.end] for mark in marked.marks] == ["ten men", "twelve"]
    assert [(mark.happened, mark.country, mark.division) for mark in marked.marks] == [
        (True, "PE", "Lima"),
        (False, None, None),
    ]


def test_what_did_not_happen_is_learned_as_nothing() -> None:
    said = "The number given by foreign media is false: not nine but six of our servicemen fell"
    (learned,) = [each for each in invented() if said in each.text]
    assert [(learned.text[mark.start : mark.end], mark.action) for mark in learned.marks][:2] == [
        ("nine", NOTHING),
        ("six", "kill"),
    ]


def test_reports_are_apart_and_their_lines_paragraphs() -> None:
    assert BETWEEN.split("One\n===\nTwo\n") == ["One\n", "\nTwo\n"]
    assert all("\n\n" in each.text for each in marked_texts() if each.whole)


def test_pages_are_marked_by_their_claims_and_other_numbers_as_nothing() -> None:
    pages = annotated(CORPUS)
    actions = [mark.action for page in pages for mark in page.marks]
    assert actions.count("arrest") > 20
    assert NOTHING in actions
    assert all(0 <= mark.start < mark.end <= len(page.text) for page in pages for mark in page.marks)
