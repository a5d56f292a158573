import json

import pytest

from allegata.claim import claims, sample
from allegata.model import InputError
from allegata.read.review import read_review

SAID = {
    "claim": "60 people were arrested in Lima last week.",
    "speaker": "Interior minister Teo Arbulu",
    "claimed": "2024-05-08",
    "outlet": "Harbour Check",
    "published": "2024-05-20",
}


def test_who_made_the_claim_speaks_and_never_who_checked_it():
    found = read_review(json.dumps(SAID).encode())
    (claim,) = claims(sample(found.text, found.published, found.outlet))
    speaker = claim.speakers[0].value
    assert speaker is not None
    assert (speaker.name, claim.action, claim.count.value.low) == ("Teo Arbulu", "arrest", 60)
    assert claim.spoken.value.start == "2024-05-08"
    assert claim.period.value.start < "2024-05-08"
    assert claim.stance.class_ == "distanced"


def test_without_the_day_of_the_claim_there_is_none_that_last_week_is_counted_from():
    found = read_review(json.dumps({**SAID, "claimed": "2024"}).encode())
    assert found.published is None
    assert found.text == "Interior minister Teo Arbulu claimed: 60 people were arrested in Lima last week."


@pytest.mark.parametrize("body", [b"", b"[]", b'{"claim":"x"}', b'{"claim":7,"speaker":"x"}', b"[" * 100_000])
def test_what_is_no_fact_check_is_refused(body):
    with pytest.raises(InputError, match="is not the JSON of a fact check"):
        read_review(body)
