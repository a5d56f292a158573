import pytest

from allegata.claim import claims, sample


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("Twelve people went missing, police said.", ["disappear"]),
        ("Twelve people went home, police said.", []),
        ("Twelve people lost their lives, police said.", ["kill"]),
        ("Twelve people lost their homes, police said.", []),
        ("Police said 12 suspects were fined.", ["sentence"]),
    ],
)
def test_the_further_words_of_an_action_must_follow(text, actions):
    assert [claim.action for claim in claims(sample(text)) if claim.action != "other"] == actions
