"""The invented sentences of the attribution recipe: their marks must be as right as an annotator's."""

from __future__ import annotations

import numpy as np
import pytest

from training.attribution.corpus import Quoted
from training.attribution.invented import AROUND, CHAINS, SPEECH, WORDS, draw, fill, parse, wrap


@pytest.mark.parametrize("template", [*SPEECH, *CHAINS, *AROUND])
def test_every_template_fills_and_marks_whole_words(template: str) -> None:
    for seed in range(5):
        text, found = parse(fill(template, np.random.default_rng(seed), WORDS))
        assert not set("<>") & set(text)
        assert text.count("{") == text.count("{SENTENCE}")
        assert found
        for each in found:
            assert each.source
            assert each.cue
            assert each.content
            for start, end in (*each.source, *each.cue, *each.content):
                assert text[start:end] == text[start:end].strip() != ""


def test_chains_hold_the_inner_attribution_in_the_content_of_the_outer() -> None:
    for template in CHAINS:
        text, found = parse(fill(template, np.random.default_rng(1), WORDS))
        inner = [
            one
            for one in found
            for other in found
            if any(start <= one.cue[0][0] and one.cue[0][1] <= end for start, end in other.content)
        ]
        assert inner, text


def test_wrapping_keeps_what_every_mark_quotes() -> None:
    text = "Rain fell all night. The miller said the bridge had gone by morning. He blamed the council for it.\n\nNobody else spoke."
    said = Quoted(((21, 31),), ((32, 36),), ((37, 67),))
    blamed = Quoted(((69, 71),), ((72, 78),), ((79, 97),))
    before = {text[slice(*each.cue[0])]: text[slice(*each.content[0])] for each in (said, blamed)}
    for seed in range(30):
        wrapped, found = wrap(text, (said, blamed), 0.7, np.random.default_rng(seed))
        after = {wrapped[slice(*each.cue[0])]: wrapped[slice(*each.content[0])] for each in found[:2]}
        assert after == before


def test_reports_are_the_same_for_the_same_seed() -> None:
    assert draw(np.random.default_rng(7), WORDS) == draw(np.random.default_rng(7), WORDS)
