"""What adding a page again does."""

from __future__ import annotations

from pathlib import Path

from allegata.ledger import open_ledger
from allegata.mask import outward
from allegata.run.pipeline import Added, Given, add, reports

NOW = "2024-01-01T00:00:00Z"


def test_metadata_can_be_corrected_back_and_forth(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Police said on Monday that ten people were arrested in Lima.", "utf-8")
    with open_ledger(str(tmp_path / "ledger"), outward, True) as ledger:
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
