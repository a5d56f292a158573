"""From whom a report copied, against the slow way of comparing every two passages word by word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from allegata.link.reuse import LENGTHS, copied, repeated, reused
from allegata.model import Claim

Made = Callable[[str, dict[str, Any]], Claim]
PASSAGES = st.lists(
    st.tuples(st.sampled_from("pqrs"), st.lists(st.sampled_from(["sixty", "were", "held"]), max_size=24)), max_size=9
)


def longest(one: list[str], other: list[str]) -> int:
    """Return the length of the longest run of words in both."""
    lengths = range(min(len(one), len(other)), 0, -1)
    runs = [(length, {tuple(one[at : at + length]) for at in range(len(one) - length + 1)}) for length in lengths]
    return next(
        (
            length
            for length, known in runs
            if any(tuple(other[at : at + length]) in known for at in range(len(other) - length + 1))
        ),
        0,
    )


@settings(max_examples=150)
@given(PASSAGES)
def test_the_source_is_the_first_of_those_with_the_longest_run(
    claim_of: Made, passages: list[tuple[str, list[str]]]
) -> None:
    claims = [claim_of(str(at), {"page": page, "text": " ".join(words)}) for at, (page, words) in enumerate(passages)]
    for at, found in enumerate(reused(claims)):
        page, words = passages[at]
        steps = {
            earlier: min(longest(words, passages[earlier][1]) // 4 * 4, LENGTHS[-1])
            for earlier in range(at)
            if passages[earlier][0] != page
        }
        most = max(steps.values(), default=0)
        assert found == (next(each for each, length in steps.items() if length == most) if most else None)
        for earlier in range(at):
            run = longest(words, passages[earlier][1])
            assert copied(claims[at], claims[earlier]) == (run >= 8)
            assert not repeated(claims[at], claims[earlier]) or run >= 8


def test_the_words_for_the_speaker_are_no_reuse(claim_of: Made) -> None:
    title = "The head of the office of intelligence in the northern province of Gilan"
    one = claim_of("a", {"text": f"{title} said sixty were held.", "source": title})
    other = claim_of("b", {"text": f"{title} spoke of a raid.", "source": title})
    assert not copied(one, other)
    assert reused([one, other]) == (None, None)
    assert copied(one, claim_of("c", {"text": f"{title} said sixty were held."})) is False
    assert copied(*(claim_of(each, {"text": f"{title} said sixty were held."}) for each in "de"))
