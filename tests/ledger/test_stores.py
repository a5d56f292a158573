"""What is asked of every store: writing only where nobody else did, and names hidden in what is typed."""

from __future__ import annotations

from pathlib import Path

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.run.pipeline import Added, Given, add, reports

NOW = "2024-01-01T00:00:00Z"
PAGE = "Police said that Bruna Keltov was arrested in Lima, Peru. Keltov is 30."


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


def test_typed_words_hide_the_names_of_the_ledger(location: str, tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text(PAGE, "utf-8")
    with open_ledger(location, outward, True) as ledger:
        for made in reports(str(page), Given("2023-06-13")):
            add(ledger, made, "test", NOW, Added())
        assert ledger.hidden("the mother of bruna  KELTOV called") == "the mother of [person] called"
        ledger.rebuild()
        assert ledger.hidden("the mother of bruna  KELTOV called") == "the mother of [person] called"
