"""The passages of the action head's recipe: every mark an action, and every corpus read as it is annotated."""

from __future__ import annotations

import re

from allegata.ground.lexicon import table
from training.action.passages import NOTHING, annotated, invented
from training.marked import BETWEEN, MARK, TEXTS, marked_texts, parse
from training.own import CORPUS


def test_every_mark_of_the_texts_is_an_action() -> None:
    known = {row["action"] for row in table("actions")} | {NOTHING}
    texts = list(marked_texts())
    assert len(texts) > 4000
    assert sum(each.whole for each in texts) > 300
    assert {mark.action for each in texts for mark in each.marks} <= known
    assert not any(re.search(r"\[\[|\]\]", MARK.sub("", path.read_text("utf-8"))) for path in TEXTS.glob("*.txt"))


def test_what_is_marked_as_nowhere_has_no_division_and_only_reports_have_places() -> None:
    marks = [(each.whole, mark) for each in marked_texts() for mark in each.marks]
    assert all(mark.country for _, mark in marks if mark.division)
    assert all(whole for whole, mark in marks if mark.country)


def test_a_mark_quotes_its_text() -> None:
    marked = parse("Police held [[arrest@PE/Lima|ten men]], not [[!arrest|twelve]].")
    assert [marked.text[mark.start : mark.end] for mark in marked.marks] == ["ten men", "twelve"]
    assert [(mark.happened, mark.country, mark.division) for mark in marked.marks] == [
        (True, "PE", "Lima"),
        (False, None, None),
    ]


def test_what_did_not_happen_is_learned_as_nothing() -> None:
    marked, learned = list(marked_texts()), invented()
    assert [len(each.marks) for each in marked] == [len(each.marks) for each in learned]
    denied = [mark.happened for each in marked for mark in each.marks]
    actions = [mark.action for each in learned for mark in each.marks]
    assert all(action == NOTHING for happened, action in zip(denied, actions, strict=True) if not happened)


def test_reports_are_apart_and_their_lines_paragraphs() -> None:
    assert BETWEEN.split("One\n===\nTwo\n") == ["One\n", "\nTwo\n"]
    assert all("\n\n" in each.text for each in marked_texts() if each.whole)


def test_pages_are_marked_by_their_claims_and_other_numbers_as_nothing() -> None:
    pages = annotated(CORPUS)
    actions = [mark.action for page in pages for mark in page.marks]
    assert actions.count("arrest") > 20
    assert NOTHING in actions
    assert all(0 <= mark.start < mark.end <= len(page.text) for page in pages for mark in page.marks)
