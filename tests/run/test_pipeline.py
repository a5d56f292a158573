"""What adding a page again does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.model import Finding, Span
from allegata.run.pipeline import Added, Given, add, findings_of, reports
from allegata.run.relating import relate

NOW = "2024-01-01T00:00:00Z"


def add_folder(pages: Path, location: str) -> Added:
    added = Added()
    with open_ledger(location, outward, True) as ledger:
        for page in sorted(pages.iterdir()):
            for made in reports(str(page), Given("2023-06-14")):
                add(ledger, made, "test", NOW, added)
    return added


def test_metadata_can_be_corrected_back_and_forth(tmp_path: Path, location: str) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Police said on Monday that ten people were arrested in Lima.", "utf-8")
    with open_ledger(location, outward, True) as ledger:
        for number, outlet in enumerate(["North Wire", "Coast Daily", "North Wire", "Coast Daily", "Coast Daily"]):
            added = Added()
            for made in reports(str(page), Given("2023-06-14", outlet)):
                add(ledger, made, "test", NOW, added)
            assert [each.outlet for each in ledger.documents()] == [outlet]
            assert [each.document.outlet for each in ledger.claims()] == [outlet]
            assert ("nothing added" in " ".join(added.notes)) == (number == 4)
        assert ledger.verify() == ()
        ledger.rebuild()
        assert [each.outlet for each in ledger.documents()] == ["Coast Daily"]


def test_a_record_that_json_cannot_carry_is_a_failure_of_its_file_alone(tmp_path: Path, location: str) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(
        "Police said on Monday that 99999999999999999999 people were arrested in Lima.", "utf-8"
    )
    (pages / "b.txt").write_text("Police said on Monday that ten people were arrested in Lima.", "utf-8")
    added = add_folder(pages, location)
    assert len(added.claims) >= 1
    assert all("a.txt" in failure for failure in added.failures)


def test_an_addition_that_cannot_be_written_is_a_failure_that_names_the_file(tmp_path: Path, location: str) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Police said on Monday that ten people were arrested in Lima.", "utf-8")
    added = Added()
    with open_ledger(location, outward, True) as ledger:
        for made in reports(str(page), Given("2023-06-14")):
            beyond = Finding("sum", None, (), (Span(0, 2**60, ""),), "count", "", None, "")
            add(ledger, replace(made, findings=(beyond,)), "test", NOW, added)
        assert list(ledger.batches()) == []
    assert len(added.failures) == 1
    assert "page.txt: " in added.failures[0]


def test_one_text_in_two_papers_is_two_documents_and_stays_so(tmp_path: Path, location: str) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("coast.txt", "north.txt"):
        (pages / name).write_text("Police said on Monday that ten people were arrested in Lima.", "utf-8")
    add_folder(pages, location)
    again = add_folder(pages, location)
    assert len(again.notes) == 2
    assert all("nothing added" in note for note in again.notes)
    with open_ledger(location, outward) as ledger:
        assert len(list(ledger.documents())) == 2
        assert list(ledger.supersessions()) == []


def test_a_finding_that_a_correction_made_untrue_is_not_shown(tmp_path: Path, location: str) -> None:
    copied = "Police said on Monday, June 12, that {} people were arrested in Lima, Peru, for contacts with smugglers."
    with open_ledger(location, outward, True) as ledger:
        for name, outlet, number in (("a", "North Wire", 64), ("b", "Coast Daily", 46), ("b", "Coast Daily", 64)):
            page = tmp_path / f"{name}.txt"
            page.write_text(copied.format(number), "utf-8")
            added = Added()
            for made in reports(str(page), Given("2023-06-14", outlet)):
                add(ledger, made, "test", NOW, added)
            relate(ledger, "test", NOW)
            if number == 46:
                (before,) = findings_of(ledger)
                ledger.append([("finding", before)], "an earlier version", NOW)
                assert [each.kind for each in findings_of(ledger)] == ["count"]
                (claim,) = (each for each in ledger.claims() if each.document.outlet == "Coast Daily")
                kept = Finding("sum", claim.document.id, (claim.id,), (), "count", "70", "46", "No longer so.")
                of_page = Finding("weekday_date", claim.document.id, (), (), "period", "", None, "Of the page.")
                ledger.append([("finding", kept), ("finding", of_page)], "an earlier version", NOW)
                assert [each.kind for each in findings_of(ledger)] == ["weekday_date", "count"]
        # The page with another text is another document; the slip in the first version is still on record as such.
        assert {each.kind for each in findings_of(ledger)} == {"weekday_date", "count"}
        for made in reports(str(tmp_path / "b.txt"), Given("2023-06-15", "Coast Daily")):
            add(ledger, made, "test", NOW, Added())
        relate(ledger, "test", NOW)
        assert "No longer so." not in {each.explanation for each in findings_of(ledger)}
