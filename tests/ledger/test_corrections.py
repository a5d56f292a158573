"""What each field takes from a person, and what it refuses with what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from allegata.claim import claims, sample
from allegata.ledger.corrections import FIELDS, corrected, said, value_of
from allegata.model import InputError, Mention, claim_id

DOCUMENT = sample(
    "Interior ministry spokesman Teo Arbulu said on Monday that 60 people were arrested in Lima, Peru.", "2024-05-08"
)
(CLAIM,) = claims(DOCUMENT)
ROWS = [
    [*line.split("\t"), "", ""][:4]
    for line in Path(__file__).with_name("cases").joinpath("corrections.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("field", "typed", "says", "error"), ROWS)
def test_a_field_takes_what_is_allowed_and_says_what_that_is(field: str, typed: str, says: str, error: str) -> None:
    if error:
        with pytest.raises(InputError) as found:
            corrected(CLAIM, field, value_of(field, typed, DOCUMENT), "correction by Ana Quispe")
        assert error in str(found.value)
        assert ";" in str(found.value)
        return
    made = corrected(CLAIM, field, value_of(field, typed, DOCUMENT), "correction by Ana Quispe")
    assert (FIELDS[field].read(made) or "") == says
    assert made.id == CLAIM.id
    family = {"count": "count", "speaker": "speaker"}.get(field.partition(".")[0], field)
    others = {name: value for name, value in said(made).items() if not name.startswith(family)}
    assert others == {name: value for name, value in said(CLAIM).items() if not name.startswith(family)}


def test_every_field_has_a_case() -> None:
    assert {row[0] for row in ROWS} >= set(FIELDS)


def test_a_corrected_value_says_who_and_keeps_its_words() -> None:
    made = corrected(CLAIM, "count", "16", "correction by Ana Quispe")
    assert made.count is not None
    assert CLAIM.count is not None
    assert (made.count.rule, made.count.spans) == ("correction by Ana Quispe", CLAIM.count.spans)
    assert claim_id(made) != CLAIM.id
    period = corrected(CLAIM, "period", "2024-05", "correction by Ana Quispe").period
    assert isinstance(period, Mention)
    assert period.spans == (CLAIM.passage,)


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(InputError, match="is empty"):
        value_of("action", "  ", DOCUMENT)
