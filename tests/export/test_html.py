"""The page of claims: worded as the pages of the app, and set for a phone and for the dark."""

from __future__ import annotations

import io

from allegata.claim import claims, sample
from allegata.export.html import write_html


def page_of(text: str) -> str:
    document = sample(text, "2024-06-21", "Coast Daily")
    stream = io.StringIO()
    write_html(claims(document), stream, [document])
    return stream.getvalue()


def test_numbers_days_and_titles_are_in_words() -> None:
    page = page_of(
        "Police in Peru said at least 15 people were injured on 19 June 2024. The ministry said 170 sacks of rice were seized in Lima."
    )
    for words in ("Injured: 15 or more persons", "at least", "<dd>2024-06-19</dd>", "Seized: 170 sacks"):
        assert words in page
    for code in ("at_least", "up to, not including", "no stated bound", "170 sack<", "injure"):
        assert code not in page.partition("<body>")[2].replace("injured", "").replace("Injured", "")


def test_a_denial_is_headed_by_its_status() -> None:
    page = page_of("The army in Peru denied that three people were killed in Lima on 6 May 2024.")
    assert "<h3>Denied: killed, 3 persons</h3>" in page


def test_the_page_follows_the_colours_of_the_system_and_lets_its_legend_wrap() -> None:
    page = page_of("Police said ten people were killed in Lima.")
    assert "prefers-color-scheme: dark" in page
    assert ".legend { display: flex; flex-wrap: wrap;" in page
