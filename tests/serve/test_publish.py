"""The published site: accepted claims alone, of them the allowed fields alone, and nothing that stood there is lost by a failure."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from allegata.ledger import Ledger
from allegata.model import DecisionKind, InputError
from allegata.run.deciding import Choice
from allegata.run.deciding import decide as decide_by
from allegata.serve.publish import ALLOWED, DOCUMENT, MARK, accepted, publish

DAY = "2024-05-03"


def decide(ledger: Ledger, kind: DecisionKind, claim: str) -> None:
    assert decide_by(ledger, Choice(kind, (claim,)), "ana", f"{DAY}T10:00:00Z", "read beside its words")


@pytest.fixture
def chosen(ledger: Ledger) -> str:
    """The id of the one claim that was accepted: that with an affected person near it."""
    claim = next(each for each in ledger.claims() if each.action == "arrest" and each.document.outlet == "North Wire")
    decide(ledger, "accept", claim.id)
    return claim.id


def written(ledger: Ledger, out: Path, title: str, day: str) -> int:
    """Publish what was accepted, and return how many claims have a page."""
    publish(ledger, accepted(ledger), out, title, day)
    return len(list((out / "claims").glob("*.html")))


def text_of(folder: Path) -> str:
    return "\n".join(
        each.read_text("utf-8")
        for each in sorted(folder.rglob("*"))
        if each.suffix in (".html", ".json", ".jsonl", ".js")
    )


def test_only_what_was_accepted_is_published(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    assert written(ledger, tmp_path / "site", "Claims", DAY) == 1
    lines = (tmp_path / "site" / "claims.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [chosen]
    others = {claim.id for claim in ledger.claims()} - {chosen}
    assert not any(each in text_of(tmp_path / "site") for each in others)
    assert "South Post" not in text_of(tmp_path / "site")


def test_only_allowed_fields_and_no_masked_name_are_published(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    written(ledger, tmp_path / "site", "Claims", DAY)
    made = json.loads((tmp_path / "site" / "claims" / f"{chosen}.json").read_text("utf-8"))
    assert set(made) <= set(ALLOWED)
    assert set(made["document"]) == set(DOCUMENT)
    assert "Wekesa" not in text_of(tmp_path / "site")
    assert "read beside its words" not in text_of(tmp_path / "site")


def test_what_is_rejected_later_goes_when_it_is_published_again(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    written(ledger, tmp_path / "site", "Claims", DAY)
    decide(ledger, "reject", chosen)
    assert accepted(ledger) == []
    assert written(ledger, tmp_path / "site", "Claims", DAY) == 0
    assert chosen not in text_of(tmp_path / "site")
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith("-site")] == []


def test_a_folder_that_holds_something_else_is_left_alone(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    with pytest.raises(InputError, match="holds something else"):
        written(ledger, tmp_path / "letters", "Claims", DAY)
    assert (tmp_path / "letters" / "one.txt").read_text() == "dear"


def test_a_site_stays_where_writing_the_next_one_fails(
    ledger: Ledger, chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(ledger, tmp_path / "site", "Claims", DAY)
    before = text_of(tmp_path / "site")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        written(ledger, tmp_path / "site", "Other", DAY)
    assert text_of(tmp_path / "site") == before


def test_a_page_runs_and_loads_nothing_but_its_own_files(ledger: Ledger, chosen: str, tmp_path: Path) -> None:
    written(ledger, tmp_path / "site", "<script>alert(1)</script>", DAY)
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) == 5
    for page in pages:
        text = page.read_text("utf-8")
        assert "script-src 'self'" in text
        assert "<script>alert" not in text
        assert "Counts of claims, not of people" in text
        assert not re.search(r"\s(style|on\w+)=", text)
        for address in re.findall(r'(?:src|href)="([^"#]+)"', text):
            assert address.startswith("http") or (page.parent / address).is_file(), address
    assert (tmp_path / "site" / MARK).is_file()
