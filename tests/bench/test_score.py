"""The scorer of the own corpora takes the right action for right, by whatever name."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from allegata import claims_of_text


@pytest.mark.parametrize(
    ("text", "made", "wanted", "right"),
    [
        ("Police deported 12 men.", "expel", "other", True),
        ("Police killed 12 men.", "kill", "other", False),
        ("Police foiled 12 plots.", "foil", "plot", True),
        ("Police are holding 12 men.", "hold", "arrest", False),
    ],
)
def test_an_act_for_which_the_annotators_had_no_name_is_right_by_its_own(
    bench: Callable[[str], ModuleType], text: str, made: str, wanted: str, right: bool
) -> None:
    (claim,) = claims_of_text(text)
    assert claim.action == made
    assert bench("score").action_right({"action": wanted, "also_actions": []}, claim) is right
