"""Evidence, stance and status with their words, on original sentences."""

from pathlib import Path

import pytest

from allegata.claim import claims, sample

LINES = (Path(__file__).parent / "cases/distance.tsv").read_text("utf-8").splitlines()
HEADER, *ROWS = [line.split("\t") for line in LINES if line and not line.startswith("#")]


def said(mark):
    """Return a class and its words as the cases write them."""
    return " ".join([mark.class_, *(f"“{span.text}”" for span in mark.spans)])


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:60] for row in ROWS])
def test_weight_of_a_claim(row):
    case = dict(zip(HEADER, row, strict=True))
    found = [claim for claim in claims(sample(case["text"])) if claim.action == case["action"]]
    assert found, "no claim"
    claim = min(found, key=lambda each: each.count is None)
    assert (said(claim.evidence), said(claim.stance), claim.status) == (
        case["evidence"] or "none_stated",
        case["stance"] or "neutral",
        case["status"] or "asserted",
    )
    for mark in (claim.evidence, claim.stance):
        for span in mark.spans:
            assert case["text"][span.start : span.end] == span.text


def test_words_of_denial_may_reach_beyond_their_sentence():
    found = claims(sample("Police said ten men were held. It rejected the\nfigures of the day."))
    assert [claim.action for claim in found][:1] == ["arrest"]


def test_one_remark_counts_for_what_is_told_again():
    text = "Police said ten men were arrested. They did not publish the names. A clerk said two farmers were killed. Ten men were arrested, police said."
    assert [claim.evidence.class_ for claim in claims(sample(text)) if claim.action == "arrest"] == [
        "absence_noted",
        "absence_noted",
    ]
