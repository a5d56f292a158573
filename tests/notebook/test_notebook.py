"""What a notebook shows of records is masked and escaped, and the notebook that ships runs."""

from __future__ import annotations

import re
from pathlib import Path

import nbclient
import nbformat
import pytest
from msgspec.structs import replace

from allegata import claims, groups, link, total
from allegata.claim import sample
from allegata.model import Document, InputError
from allegata.notebook import html_of, masked, show

FIRST = Path(__file__).parents[2] / "docs/notebooks/first.ipynb"
TEXT = (
    "The Interior Ministry of Kenya said on Monday that 64 people were arrested in Kisumu.\n\n"
    "Police said that Odhiambo Wekesa, 31, a teacher, was arrested in Kisumu. <script>alert(1)</script>"
)


@pytest.fixture(scope="module")
def document() -> Document:
    return replace(sample(TEXT, "2024-04-30", "<b>North</b> Wire"), title="64 arrested <i>&")


def safe(text: str) -> str:
    assert re.search(r"<(script|style|img|link|iframe|b|i)\b|\son\w+=|\sstyle=|https?:", text) is None
    assert "Wekesa" not in text
    return text


def test_a_document_is_masked_and_escaped(document: Document) -> None:
    shown = safe(html_of(document))
    assert "[person 1]" in shown
    assert "&lt;script&gt;" in shown
    assert "64 people were arrested" in shown


def test_nothing_is_shown_of_a_document_in_a_language_that_is_not_read(document: Document) -> None:
    shown = safe(html_of(replace(document, language="fr", title="Wekesa", byline="Wekesa", outlet="Wekesa")))
    assert "not read (fr)" in shown
    assert "Kisumu" not in shown


def test_claims_are_masked_also_where_no_ledger_did(document: Document) -> None:
    found = claims(document)
    assert any("Wekesa" in claim.passage.text for claim in found)
    shown = safe(show(found)._repr_html_())
    assert "64" in shown
    assert shown.count("<tr>") == len(found) + 1
    for claim in found:
        safe(html_of(claim))
        assert masked(masked(claim)) == masked(claim)


def test_groups_and_totals_say_what_was_told(document: Document) -> None:
    again = sample(TEXT.replace("64", "at least 64"), "2024-05-01", "South <b>Post</b>")
    every = [masked(claim) for claim in (*claims(document), *claims(again))]
    links = link(every)
    made = groups(every, links)
    assert made
    assert "reports tell it" in safe(show(made)._repr_html_())
    assert "not of people" in safe(show(total(every, links))._repr_html_())


def test_nothing_and_something_else(document: Document) -> None:
    assert "No claims" in show([])._repr_html_()
    with pytest.raises(InputError, match="str"):
        show(["x"])  # type: ignore[list-item]


def test_what_is_no_record_of_these_is_refused(document: Document) -> None:
    for record in (claims(document)[0].passage, 60, None):
        with pytest.raises(InputError, match=type(record).__name__):
            show(record)  # type: ignore[arg-type]


def test_a_notebook_shows_a_record_by_itself(document: Document) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shown = shell.display_formatter.format(document)[0]
    assert shown["text/html"] == html_of(document)
    claim = claims(document)[0]
    for record in (claim, *total([claim], [])):
        assert record._repr_html_() == html_of(record)  # type: ignore[attr-defined]


def test_the_file_of_a_notebook_names_nobody_beside_what_is_shown(document: Document) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    found = claims(document)
    for each in (document, *found, found, list(found), {"claims": found}, (document, found), show(document, found)):
        kept = shell.display_formatter.format(each)[0]
        assert kept["text/plain"]
        for text in kept.values():
            assert "Wekesa" not in text
    assert shell.display_formatter.format(found[0])[0]["text/plain"] == f"Claim {found[0].id[:8]}"


@pytest.mark.full
def test_the_notebook_that_ships_runs() -> None:
    notebook = nbformat.read(FIRST, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [each["data"]["text/html"] for cell in notebook.cells for each in cell.get("outputs", []) if "data" in each]
    assert len(shown) == 4
    for each, words in zip(shown, ("<p dir", "who says it", "reports tell it", "not of people"), strict=True):
        assert words in each
        assert re.search(r"<script|\sstyle=", each) is None
    assert "claims as CSV" in notebook.cells[-1]["outputs"][0]["text"]
