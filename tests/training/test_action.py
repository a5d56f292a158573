"""The passages of the action head's recipe: every mark an action, and every corpus read as it is annotated."""

from __future__ import annotations

import re

from allegata.ground.lexicon import table
from training.action.passages import HERE, MARK, NOTHING, annotated, invented, parse
from training.own import CORPUS


def test_every_mark_of_the_passages_is_an_action() -> None:
    known = {row["action"] for row in table("actions")} | {NOTHING}
    passages = invented()
    assert len(passages) > 2000
    assert {mark.action for each in passages for mark in each.marks} <= known
    for path in HERE.joinpath("passages").glob("*.txt"):
        for line in path.read_text("utf-8").splitlines():
            assert not re.search(r"\[\[|\]\]", MARK.sub("", line)), line


def test_a_mark_quotes_its_text() -> None:
    passage = parse("Police held [[arrest|ten men]], not [[!arrest|twelve]].")
    assert [passage.text[mark.start : mark.end] for mark in passage.marks] == ["ten men", "twelve"]
    assert [mark.action for mark in passage.marks] == ["arrest", NOTHING]


def test_pages_are_marked_by_their_claims_and_other_numbers_as_nothing() -> None:
    pages = annotated(CORPUS)
    actions = [mark.action for page in pages for mark in page.marks]
    assert actions.count("arrest") > 20
    assert NOTHING in actions
    assert all(0 <= mark.start < mark.end <= len(page.text) for page in pages for mark in page.marks)
