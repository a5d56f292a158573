"""When and where claims happened and when they were told, by cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from allegata import Claim, claims_of_text

CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("cases").joinpath("setting.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
][1:]


def written(claim: Claim) -> str:
    told = claim.spoken.value.start if claim.spoken and claim.spoken.value else "-"
    period = claim.period.value if claim.period else None
    days = f"{period.start or ''}/{period.end or ''}" if period else "-"
    places = [each.value.admin1 or each.value.country for each in claim.places if each.value]
    low = claim.count.value.low if claim.count and claim.count.value else "-"
    return f"{claim.action} {low}: {told}, {days}, {'+'.join(str(each) for each in places) or '-'}"


@pytest.mark.parametrize(("text", "published", "claims"), CASES, ids=[case[0] for case in CASES])
def test_the_setting_of_claims(text: str, published: str, claims: str) -> None:
    made = claims_of_text(text.replace("|", "\n"), published or None, "The Post")
    assert [written(claim) for claim in made if claim.action != "other" and claim.count] == claims.split("; ")
