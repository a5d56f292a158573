"""What disagrees with the calendar, by cases."""

from __future__ import annotations

import pytest

from allegata import check
from allegata.claim import sample


@pytest.mark.parametrize(
    ("text", "published", "found"),
    [
        ("It was on Monday, April 24, 2019.", None, ["weekday_date"]),
        ("It was on Wednesday, April 24, 2019.", None, []),
        ("Police said on Friday, June 14, that ten men were held.", "2023-06-18", ["weekday_date"]),
        ("Police said on Wednesday, June 14, that ten men were held.", "2023-06-18", []),
        ("They were held last Iranian year (March 21, 2021-March 20, 2022).", "2023-06-14", ["calendar_gloss"]),
        ("They were held last Iranian year (March 21, 2022-March 20, 2023).", "2023-06-14", []),
        (
            "Ten were held during last Iranian year (March 21, 2021-March 20, 2022). Nine were freed over the last Iranian calendar "
            "year (March 21, 2022 – March 20, 2023).",
            "2023-06-14",
            ["calendar_gloss", "calendar_gloss"],
        ),
        ("Ten were held in the Iranian year 1401, which began on March 21, 2022.", "2023-06-14", []),
    ],
)
def test_what_does_not_fit(text: str, published: str | None, found: list[str]) -> None:
    findings = check(sample(text, published))
    assert [each.kind for each in findings] == found
    for each in findings:
        assert all(text[span.start : span.end] == span.text for span in each.spans)
