"""Every span of every claim quotes the document, whatever the words are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegata.claim import claims, sample
from allegata.link import find, link
from allegata.model import to_json

PIECES = st.sampled_from(
    [
        "Police said", "Interior Minister Ada Brill said on Monday", "“", "”", "\"", "that sixty people were arrested",
        "dozens of cells were dismantled", "in Lima", "in the past year", "(March 21, 2017-March 20, 2018)", "denied",
        "another fifty", "of whom 12", "LIMA (AFP) -", "\n\n", ".", ",", "…", "é\u0301", "١٢ نفر", "👮🏽", "said", "killed 3",
        "claimed to have arrested", "the number of detained rose to 1,350", "at", "- ", "were", "1397", "30 February",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map(" ".join)


def spans(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if set(value) == {"start", "end", "text"}:
            yield value
        else:
            for each in value.values():
                yield from spans(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from spans(each)


@settings(max_examples=120)
@given(TEXTS)
def test_spans_quote_the_text(text: str) -> None:
    page = sample(text, "2023-06-14", "Coast Daily")
    made = claims(page)
    for claim in made:
        for span in spans(to_json(claim)):
            assert page.text[span["start"] : span["end"]] == span["text"]
        assert claim.attribution is None or any(claim.attribution.cue)
    assert len({claim.id for claim in made}) == len(made)
    find(made, link(made))


@pytest.mark.parametrize(
    "text",
    [
        "A commander with [redacted] *said* he was arrested.",
        "The chief of [1] *said* he was arrested",
        "The mayor of “” *said* ten men were arrested",
        "he was arrested, An official at # **said**.",
        "abut  s  \xadsaid te  detained U",
        "'s, 's, tweeted *ten* men were arrested.",
        "On Monday 's alleged *ten* men were arrested.",
        "Ten men fled.\nIts spokesman's alleged ten men were arrested in Lima",
        "“their arrest,” Police's according to.",
        "On Monday, Officers at · said, two others al-Assad were killed.",
    ],
)
def test_signs_where_words_should_be_break_no_claim(text: str) -> None:
    for claim in claims(sample(text, "2023-06-14", "Coast Daily")):
        for span in spans(to_json(claim)):
            assert span["start"] < span["end"]
            assert text[span["start"] : span["end"]] == span["text"]
