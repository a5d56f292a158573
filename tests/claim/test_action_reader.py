"""The head that tells what happened to what is counted, and the rule that asks it."""

from __future__ import annotations

from importlib.resources import files

import pytest

from allegata import claims_of_text
from allegata.claim import sample
from allegata.claim.action_reader import LONGEST, NOTHING, Counted, open_head, rows_of, tell
from allegata.claim.gate import is_open
from allegata.ground.lexicon import table


def counted(text: str, number: str, noun: str) -> Counted:
    return Counted(text.index(number), text.index(noun))


def test_weights_card_and_settings_are_data_of_the_package() -> None:
    folder = files("allegata").joinpath("data", "en", "action")
    assert {"MODEL_CARD.md", "reader.toml", "weights.onnx"} <= {each.name for each in folder.iterdir()}
    assert len(folder.joinpath("weights.onnx").read_bytes()) < 7_000_000
    head = open_head()
    assert head is not None
    assert set(head.actions) - {NOTHING} <= {row["action"] for row in table("actions")}
    assert 0.5 <= head.least <= head.single < 1


def test_a_language_without_a_head_is_read_without_it() -> None:
    assert open_head("fr") is None


def test_an_answer_depends_on_no_other_number_and_on_no_other_text() -> None:
    text = "Soldiers carted off 40 herders and shot 90 camels near Lira, the elders said."
    herders, camels = counted(text, "40", "herders"), counted(text, "90", "camels")
    alone = tell(text, [herders])[0]
    tell("The army held 900 men.", [Counted(14, 18)])
    together = tell(text, [camels, herders])[1]
    assert (alone.action, round(alone.probability, 4)) == (together.action, round(together.probability, 4))


def test_nothing_is_told_of_nothing() -> None:
    assert tell("", [Counted(0, 0)])[0].action == NOTHING
    assert tell("Ten men were held.", []) == []


def test_what_stands_beyond_the_longest_text_is_no_error() -> None:
    text = "men were held and " * LONGEST + "40 fled"
    rows = rows_of(text, [counted(text, "40", "fled")])
    assert rows is not None
    states, numbers, nouns = rows
    assert states.shape[1] == LONGEST
    assert max(*numbers.tolist(), *nouns.tolist()) < LONGEST


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The prosecutor said eleven officers must now answer in court for bribery.", [("charge", 11)]),
        ("The ministry said six diplomats were put on a plane home.", [("expel", 6)]),
    ],
)
def test_what_no_table_says_is_told_by_the_head(text: str, told: list[tuple[str, int]]) -> None:
    assert is_open(text, "en", "words")
    made = [claim for claim in claims_of_text(text) if claim.action != "other"]
    assert [(claim.action, claim.count.value.low) for claim in made if claim.count and claim.count.value] == told
    for claim in made:
        assert claim.count
        assert all(text[span.start : span.end] == span.text for span in claim.count.spans)


@pytest.mark.parametrize(
    "text",
    [
        "The minister said he had held 40 meetings in Lima.",
        "The coach said 12 players had signed new contracts.",
        "The agency said 300 officers took part in the operation.",
        "The mayor said 900 families had left the valley.",
    ],
)
def test_other_numbers_are_nothing_to_the_head(text: str) -> None:
    assert [claim.action for claim in claims_of_text(text) if claim.action not in ("other", "deploy")] == []


def test_rules_of_a_claim_name_the_head() -> None:
    (claim,) = claims_of_text("Police said ten men were arrested.")
    head = open_head()
    assert head is not None
    assert head.version in claim.rules.model
    assert claim.document == claims_of_text("Police said ten men were arrested.")[0].document
    assert sample("Ten.").text == "Ten."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The ministry said that 98 agents of a spy ring were unmasked in May.", [("identify", 98)]),
        (
            "The navy said that 35 drones and 12 radios fell into the hands of its men.",
            [("seize", 35), ("seize", 12)],
        ),
        ("The navy said 190 kilograms of explosives had turned up in the hold.", [("seize", 190)]),
    ],
)
def test_the_head_is_believed_beside_something_else(text: str, told: list[tuple[str, int]]) -> None:
    made = [claim for claim in claims_of_text(text) if claim.action != "other"]
    assert [(claim.action, claim.count.value.low) for claim in made if claim.count and claim.count.value] == told


@pytest.mark.parametrize(
    "text",
    [
        "Police said 12 smugglers were caught.\n\n8.\n\nThe road is closed.",
        "Police said nine men suspected of 14 murders were caught.",
        "Police have lowered the number of people caught from 64 to nine.",
    ],
)
def test_numbers_that_nothing_happened_to_are_left_out(text: str) -> None:
    made = [claim.count.value.low for claim in claims_of_text(text) if claim.count and claim.count.value]
    assert not {8, 14, 64}.intersection(made)
    assert made
