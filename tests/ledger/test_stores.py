"""What is asked of every store: writing only where nobody else did, links made beside, names hidden in what is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, open_ledger
from allegata.link import link
from allegata.mask import outward
from allegata.run.pipeline import Added, Given, add, reports
from allegata.run.relating import are_keyed, relate

NOW = "2024-01-01T00:00:00Z"
PAGE = """Quillfeather Gazette: forty held

Interior minister Ada Brill said on Monday that 40 people were arrested in Tacna, Peru, over the quagmire riots.

Police said that Bruna Keltov was arrested in Lima, Peru. Keltov is 30.
"""
OTHER = "Interior minister Ada Brill said on Monday that at least 40 people were arrested in Tacna, Peru. The minister gave no names."


def read(ledger: Ledger, path: Path, text: str, outlet: str) -> None:
    path.write_text(text, "utf-8")
    for made in reports(str(path), Given("2023-06-13", outlet)):
        add(ledger, made, "test", NOW, Added())
    relate(ledger, "test", NOW)


@pytest.fixture
def told(location: str, tmp_path: Path) -> str:
    """The address of a ledger of two pages."""
    with open_ledger(location, outward, True) as ledger:
        read(ledger, tmp_path / "page.txt", PAGE, "Kestrel Wire")
        read(ledger, tmp_path / "page.txt", OTHER, "Valley Post")
    return location


def test_nothing_is_written_where_somebody_else_did(location: str) -> None:
    def kept(ledger: Ledger, words: str, **only: object) -> bool:
        capture, _ = make_capture(words.encode(), "text/plain", f"file:{words}.txt")
        body = {capture.body: words.encode()}
        return ledger.append([("capture", capture)], "test", NOW, body, **only) is not None  # type: ignore[arg-type]

    with open_ledger(location, outward, True) as ledger, open_ledger(location, outward) as other:
        assert kept(ledger, "one", after=0, only_at=("capture", 0))
        assert not kept(other, "two", after=0)
        assert not kept(other, "two", only_at=("capture", 0))
        assert kept(other, "two", after=1, only_at=("capture", 1))
        assert not kept(ledger, "three", after=1)
        assert ledger.count("capture") == 2
        assert ledger.verify() == ()


def test_links_beside_are_those_of_all(told: str, tmp_path: Path) -> None:
    with open_ledger(told, outward) as ledger:
        assert are_keyed(ledger)
        for number, outlet in enumerate(("Port Times", "Harbour Times")):
            read(ledger, tmp_path / "page.txt", OTHER.replace("gave no names", f"spoke {number + 2} times"), outlet)
        claims = tuple(ledger.claims(rejected=True))
        assert {(each.left, each.right, each.relation) for each in ledger.links(rejected=True)} == {
            (each.left, each.right, each.relation) for each in link(claims)
        }
        assert are_keyed(ledger)
        ledger.rebuild()
        assert not are_keyed(ledger)
        relate(ledger, "test", NOW)
        assert ledger.verify() == ()


def test_typed_words_hide_the_names_of_the_ledger(told: str) -> None:
    with open_ledger(told, outward) as ledger:
        assert ledger.hidden("the mother of bruna  KELTOV called") == "the mother of [person] called"
        ledger.rebuild()
        assert ledger.hidden("the mother of bruna  KELTOV called") == "the mother of [person] called"
