"""What is asked of every store: erasing, writing only where nobody else did, links made beside."""

from __future__ import annotations

from pathlib import Path

import pytest
from stores import words_in

from allegata.capture.made import make_capture
from allegata.ledger import ClaimFilter, Ledger, copy_ledger, erase, erased_page, erasures, open_ledger
from allegata.link import link
from allegata.mask import outward
from allegata.model import Decision, InputError, with_decision_id
from allegata.run.pipeline import Added, Given, add, reports
from allegata.run.relating import are_keyed, relate

NOW = "2024-01-01T00:00:00Z"
PAGE = """Quillfeather Gazette: forty held

Interior minister Ada Brill said on Monday that 40 people were arrested in Tacna, Peru, over the quagmire riots.

Police said that Bruna Keltov was arrested in Lima, Peru. Keltov is 30.
"""
OTHER = "Interior minister Ada Brill said on Monday that at least 40 people were arrested in Tacna, Peru. The minister gave no names."
CANARIES = ("quillfeather", "quagmire", "keltov", "umbrella")


def read(ledger: Ledger, path: Path, text: str, outlet: str, again: bool = False) -> Added:
    path.write_text(text, "utf-8")
    added = Added()
    for made in reports(str(path), Given("2023-06-13", outlet)):
        add(ledger, made, "test", NOW, added, again)
    relate(ledger, "test", NOW)
    return added


def left(location: str) -> set[str]:
    held = words_in(location)
    return {each for each in CANARIES if each in held}


@pytest.fixture
def told(location: str, tmp_path: Path) -> str:
    """The address of a ledger of two pages, about one of which somebody decided."""
    with open_ledger(location, outward, True) as ledger:
        read(ledger, tmp_path / "page.txt", PAGE, "Kestrel Wire")
        read(ledger, tmp_path / "page.txt", OTHER, "Valley Post")
        claim = next(each for each in ledger.claims() if each.document.outlet == "Kestrel Wire")
        subject = ledger.subject(claim.id)
        made = with_decision_id(Decision("", "reject", "Tessa", "the umbrella story", 1, (subject,)))
        ledger.append([("decision", made)], "Tessa", NOW)
    assert left(location) == set(CANARIES)
    return location


def document_of(ledger: Ledger, outlet: str) -> str:
    return next(each.id for each in ledger.documents() if each.outlet == outlet)


def test_nothing_of_an_erased_page_is_left_and_it_is_known_when_it_comes_again(told: str, tmp_path: Path) -> None:
    with open_ledger(told, outward) as ledger:
        gone = erase(ledger, [document_of(ledger, "Kestrel Wire")], "a court asked for it", "Tessa", NOW)
        assert left(told) == set()
        assert ledger.verify() == ()
        assert ledger.index.pending() == []
        assert {each.erasure.kind for each in erasures(ledger)} == set(gone.ids)
        assert list(ledger.claims(ClaimFilter(search="quagmire"))) == []
        assert {each.document.outlet for each in ledger.claims()} == {"Valley Post"}
        ledger.rebuild()
        assert ledger.verify() == ()
    assert left(told) == set()
    with open_ledger(told, outward) as ledger:
        assert "was erased on 2024-01-01 by Tessa" in str(
            read(ledger, tmp_path / "page.txt", PAGE, "Kestrel Wire").failures
        )
        made = next(iter(reports(str(tmp_path / "page.txt"), Given("2023-06-13", "Kestrel Wire"))))
        assert made.document is not None
        assert made.capture is not None
        assert erased_page(ledger, made.document, made.capture.body) is not None
        assert read(ledger, tmp_path / "page.txt", PAGE, "Kestrel Wire", again=True).failures == []
        assert [each.document.outlet for each in ledger.claims(ClaimFilter(search="quagmire"))] == ["Kestrel Wire"]
        assert ledger.verify() == ()


def test_a_reason_that_quotes_or_names_erases_nothing(told: str) -> None:
    with open_ledger(told, outward) as ledger:
        head = ledger.head()
        for reason in ("Keltov asked", "40 people were arrested in Tacna, Peru, over the riots"):
            with pytest.raises(InputError, match="the reason"):
                erase(ledger, [document_of(ledger, "Kestrel Wire")], reason, "Tessa", NOW)
        assert ledger.head() == head
    assert left(told) == set(CANARIES)


@pytest.mark.parametrize("to", ["folder", "postgresql"])
def test_what_was_erased_is_erased_in_copies_too(told: str, to: str, tmp_path: Path, database: str) -> None:
    target = f"{database}_copy" if to == "postgresql" else str(tmp_path / "copy")
    with open_ledger(told, outward) as source, open_ledger(target, outward, True) as copied:
        # One copy was made before, another is made after.
        list(copy_ledger(source, copied))
        assert left(target) == set(CANARIES)
        erase(source, [document_of(source, "Kestrel Wire")], "a court asked for it", "Tessa", NOW)
        list(copy_ledger(source, copied))
        assert copied.head() == source.head()
        assert copied.verify() == ()
    assert left(target) == set()
    with open_ledger(told, outward) as source, open_ledger(f"{target}2", outward, True) as copied:
        list(copy_ledger(source, copied))
        assert copied.head() == source.head()
        assert copied.verify() == ()
    assert left(f"{target}2") == set()


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
