"""A record is shown without reading the page it stands on again for each of its claims."""

from __future__ import annotations

from pathlib import Path

import pytest
from stores import enter

from allegata.ledger import files, open_ledger, postgresql
from allegata.mask import outward
from allegata.model import Masks
from allegata.run.pipeline import Given

NOW = "2024-01-01T00:00:00Z"
PLACES = ("Lima", "Cusco", "Tacna", "Puno")


def test_a_page_is_read_once_for_all_its_claims(tmp_path: Path, location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (f"Police said on Monday that {20 + n} men were arrested in {PLACES[n % 4]}, Peru." for n in range(40))
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", "\n\n".join(lines), Given("2024-01-01"))
    sizes: list[int] = []
    parse_line = files.parse_line

    def counted(data: bytes) -> object:
        sizes.append(len(data))
        return parse_line(data)

    for store in (files, postgresql):
        monkeypatch.setattr(store, "parse_line", counted)
    with open_ledger(location, outward) as ledger:
        found = list(ledger.claims())
        assert len(found) >= 40
        assert sum(sizes) <= sum(map(len, ledger.whole(1).lines))


def test_masks_that_change_are_used_at_once(tmp_path: Path, location: str) -> None:
    text = "Police said that Bruna Keltov was arrested in Lima, Peru. Keltov is 30."
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", text, Given("2024-01-01"))
        (document,) = ledger.documents()
        assert "Keltov" not in document.text
        stretches = ledger.masks(document.id).stretches
        ledger.append([("masks", Masks(document.id, stretches[:1]))], "test", NOW)
        (document,) = ledger.documents()
        assert document.text.count("Keltov") == len(stretches) - 1 > 0
