"""What does not fit among claims, by cases made by hand: each kind where it is found and where it is not."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from allegata.ground.lexicon import table
from allegata.link import find
from allegata.link.edits import OBSERVED
from allegata.model import Claim, Finding, Link, from_json, to_json

Read = Callable[[dict[str, Any]], tuple[list[Claim], list[Link]]]
Made = Callable[[str, dict[str, Any]], Claim]
Joined = Callable[[str, str, str], Link]
CASES: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("cases").joinpath("findings.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}: {case['name']}" for case in CASES])
def test_what_is_found_is_told_in_one_sentence(case: dict[str, Any], read: Read) -> None:
    claims, links = read(case)
    found = find(claims, links)
    assert [each.explanation for each in found] == case["found"]
    assert {each.kind for each in found} <= {case["kind"]}
    for each in found:
        assert set(each.claims) <= {claim.id for claim in claims}
        assert from_json(Finding, json.loads(json.dumps(to_json(each)))) == each
        assert "{" not in each.explanation


def test_every_kind_is_found_three_times_and_not_found_three_times() -> None:
    # What was observed comes of several looks at one page, which `find` is not given: tests/link/test_edits.py.
    kinds = {row["kind"] for row in table("en/findings")} - OBSERVED
    fires, silent = (
        Counter(case["kind"] for case in CASES if bool(case["found"]) is wanted) for wanted in (True, False)
    )
    assert {kind for kind in kinds if fires[kind] >= 3} == kinds
    assert {kind for kind in kinds if silent[kind] >= 3} == kinds


def test_no_sentence_names_a_person() -> None:
    names = {
        told["speaker"]["name"]
        for case in CASES
        for told in [*case["claims"].values(), case["both"]]
        if told.get("speaker", {}).get("name")
    }
    words = {word for name in names for word in re.findall(r"\w{3,}", name)} - {"North", "Wire", "person"}
    assert words
    for case in CASES:
        assert not words & set(re.findall(r"\w+", " ".join(case["found"]))), case["name"]


def test_the_order_of_claims_and_links_makes_no_difference(read: Read) -> None:
    for case in CASES:
        claims, links = read(case)
        for seed in range(3):
            shuffled = Random(seed).sample(claims, len(claims)), Random(seed).sample(links, len(links))
            assert [each.explanation for each in find(*shuffled)] == case["found"], case["name"]


def test_the_words_that_do_not_compute_are_quoted(read: Read) -> None:
    for case in CASES:
        claims, links = read(case)
        for each in find(claims, links) if case["kind"] == "arithmetic" else ():
            (span,) = each.spans
            assert claims[0].passage.text[span.start : span.end] == span.text
            assert span.text


def test_a_masked_passage_is_quoted_whole(claim_of: Made) -> None:
    text = "Police said [person 1] held 70 of the 60 detainees."
    claim = claim_of("a", {"text": text})
    longer = msgspec.structs.replace(claim.passage, end=claim.passage.end + 3)
    (found,) = find([msgspec.structs.replace(claim, passage=longer)], [])
    assert found.spans == (longer,)


def test_three_hundred_copies_make_few_findings_and_are_quick(claim_of: Made, link_of: Joined) -> None:
    words = "that the network had been watched for months before {} of its members were taken in the northern hills"
    numbers = [64] * 250 + [46] * 49 + [144]
    claims = [
        claim_of(f"{at:03}", {
            "count": number, "outlet": f"Paper {at}", "published": f"2024-03-{1 + at // 11:02}", "text": words.format(number),
            "speaker": {"role": "governor", "body": "Police (Peru)"}, "through": ["AFP"] if at == 0 else [],
        })
        for at, number in enumerate(numbers)
    ]  # fmt: skip
    links = [
        link_of(left.id, "same?", right.id) for at, left in enumerate(claims) for right in claims[at + 1 : at + 201]
    ]
    begun = time.perf_counter()
    found = find(claims, links)
    assert time.perf_counter() - begun < 10
    assert [(each.kind, each.found) for each in found] == [
        ("count", "64; 46"), ("count", "64; 144"), ("count", "46; 144"), ("dropped_hop", "AFP"),
    ]  # fmt: skip
    assert max(len(each.explanation) for each in found) < 200
