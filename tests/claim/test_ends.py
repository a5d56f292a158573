"""Short and odd texts on which a walk up the parse must end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import allegata
from allegata import claims_of_text
from allegata.model import InputError


@pytest.mark.parametrize(
    "text",
    [
        "Sixty men were arrested in Lima. Ten of them in Cusco.",
        "Sixty arrested:\n- ten students\n- seven of the teachers",
        "Sixty farmers were killed, the union said. Seven of the dead in Kano.",
        "Ten deaths in Lima",
        "Mass arrests in Kano: 30 farmers in custody",
        "A curfew in Lima. Ten arrests in Cusco.",
        "Of Lima, ten arrests.",
        "Of the city of Lima where ten men were arrested.",
        "trucks said august,” “and",
        "that",
        "40",
        "“",
    ],
)
def test_every_text_is_read_to_its_end(text: str) -> None:
    for claim in claims_of_text(text, "2023-08-09", "The Post"):
        assert all(span.text.strip() for span in claim.stance.spans)


@pytest.mark.parametrize("published", ["2024-02-30", "2024-13", "x", "20240305", "99999-01-01"])
def test_what_is_no_date_is_named(published: str) -> None:
    with pytest.raises(InputError, match=re.escape(published)):
        claims_of_text("Police said ten men were arrested on Monday.", published, "The Post")


def test_words_of_the_parse_are_compared_by_what_they_are() -> None:
    """A parsed word is a new object each time it is asked for: "is" never holds."""
    root = Path(allegata.__file__).parent
    identity = re.compile(r"\.head is |\bhead is (?:not )?token\b|\beach is (?:not )?token\b")
    assert [path.name for path in sorted(root.rglob("*.py")) if identity.search(path.read_text("utf-8"))] == []
