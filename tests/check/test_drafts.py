"""What the rules say of drafts, by cases, and what holds of any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata.check import Draft, Problem, lint
from allegata.claim import claims, sample
from allegata.link import link

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "drafts.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
][1:]


def problems(text: str, published: str | None = None) -> tuple[Problem, ...]:
    document = sample(text, published)
    found = claims(document)
    return lint(Draft(document, found, link(found)))


@pytest.mark.parametrize(("text", "published", "found", "why"), ROWS, ids=[row[0][:60] for row in ROWS])
def test_what_the_rules_say(text: str, published: str, found: str, why: str) -> None:
    said = problems(text.replace("\\n", "\n"), published)
    assert "; ".join(f"{each.code} {each.span.text.rstrip(')')}" for each in said) == found, why


ODD = [
    "", " ", "\n\n", "!?…—“”", "\U0001f600 \U0001f46e\U0001f3fd\u200d♂️ 12 \U0001f600", "\u202eشرطة ١٢\u202c قالت الشرطة إن 30 رجلا اعتقلوا", "0", "43: 12 and",
    ": : : ,,, and and", "Monday, February 30, 2024", "Monday, April 24, 9999.", "(" * 500, "the last Iranian year (" * 50, "A" * 5000,
    "the Iranian year 9378 (2021-2022)", "Ann Bo " * 300, "“" * 400, "1 " * 2000,
]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_text_is_no_failure(text: str) -> None:
    document = sample(text, "2024-05-03")
    for each in lint(Draft(document, ())):
        assert text[each.span.start : each.span.end] == each.span.text


def test_a_long_line_takes_no_long_time() -> None:
    text = "Police said 30 men were held in Puno: 12 in a car and 17 Rezaei, Rezai, Monday, April 24, 2019, " * 2300
    assert len(text) > 200_000
    assert len(lint(Draft(sample(text, "2024-05-03"), ()))) > 0


PIECES = [
    "Police said ", "30 men", "more than 30 men", " were arrested", " were held", " in Puno", ": 12 men and 20 women", ". ", "\n", "Monday, April 24, 2019",
    "April 24, 2019", "the Iranian year 1401", " (March 21, 2021-March 20, 2022)", " (2021)", "The anonymous official", "Ramon Quispe", "Ramon Quizpe", ", the minister,", "é", "\u0301", "😀",
]  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_problems_quote_the_text_in_order_and_fixes_lie_in_them(parts: list[str]) -> None:
    text = "".join(parts)
    said = lint(Draft(sample(text, "2024-05-03"), ()))
    assert list(said) == sorted(said, key=lambda each: (each.span.start, each.code, each.span.end))
    for each in said:
        assert text[each.span.start : each.span.end] == each.span.text
        if each.fix is not None:
            assert each.span.start <= each.fix.span.start < each.fix.span.end <= each.span.end
            mended = text[: each.fix.span.start] + each.fix.words + text[each.fix.span.end :]
            again = lint(Draft(sample(mended, "2024-05-03"), ()))
            assert not any(other.code == each.code and other.span.start == each.span.start for other in again)


@pytest.mark.parametrize(
    ("text", "words", "instead"),
    [
        ("It was Monday, April 24, 2019. It was April 24, 2019.", "Monday", "Wednesday"),
        ("It was MONDAY, April 24, 2019. It was April 24, 2019.", "MONDAY", "WEDNESDAY"),
        ("It was Monday, April 24, 2019. It was Wednesday, April 24, 2019.", "Monday", "Wednesday"),
        (
            "in the Iranian year 1401 (March 21, 2021-March 20, 2022) in Iran",
            "March 21, 2021-March 20, 2022",
            "March 21, 2022-March 20, 2023",
        ),
        (
            "in the Iranian year 1401 (21 March 2021 to 20 March 2022) in Iran",
            "21 March 2021 to 20 March 2022",
            "21 March 2022 to 20 March 2023",
        ),
        ("in the Iranian year 1401 (March 2021-March 2022) in Iran", "March 2021-March 2022", "March 2022-March 2023"),
        ("in the Iranian year 1401 (2020-2021) in Iran", "2020-2021", "2022-2023"),
        ("in the Iranian year 1401, which began on March 21, 2021, in Iran", "March 21, 2021", "March 21, 2022"),
    ],
)
def test_what_is_certain_is_mended(text: str, words: str, instead: str) -> None:
    (problem,) = lint(Draft(sample(text), ()))
    assert problem.fix is not None
    assert (problem.fix.span.text, problem.fix.words) == (words, instead)


@pytest.mark.parametrize(
    "text", ["It was Monday, April 24, 2019.", "It was Monday, April 24, 2019. It was April 25, 2019."]
)
def test_what_may_be_wrong_in_two_ways_is_not_mended(text: str) -> None:
    (problem,) = lint(Draft(sample(text), ()))
    assert problem.fix is None
