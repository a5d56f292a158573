"""What is asked of every store: writing only where nobody else did, and names hidden in what is typed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from stores import chain, enter

from allegata.capture.made import make_capture
from allegata.ledger import Ledger, open_ledger
from allegata.ledger.chain import SALT_BYTES, Line, parse_line
from allegata.mask import outward
from allegata.model import Batch, Entry
from allegata.run.pipeline import Given

NOW = "2024-01-01T00:00:00Z"
PAGE = "Police said that Bruna Keltov was arrested in Lima, Peru. Keltov is 30."


def kept(ledger: Ledger, words: str, now: str = NOW, **only: Any) -> Batch | None:
    capture, _ = make_capture(words.encode(), "text/plain", f"file:{words}.txt")
    return ledger.append([("capture", capture)], "test", now, {capture.body: words.encode()}, **only)


def test_every_record_has_a_salt_of_its_own(location: str, tmp_path: Path) -> None:
    # Whoever knows the salt of what was erased could try names until the commitment fits.
    lines, entries = list[Line](), list[Entry]()
    for address in (location, str(tmp_path / "second")):
        with open_ledger(address, outward, True) as ledger:
            enter(ledger, tmp_path / "page.txt", PAGE, Given("2024-05-06"))
            entries += [entry for batch in ledger.batches() for entry in batch.entries]
        lines += [parse_line(line) for _, records in chain(address) for line in records]
    twice = [line.id for line in lines]
    assert len(lines) == len(entries) == 2 * len(set(twice)) > 4
    salts = [bytes.fromhex(line.salt or "") for line in lines]
    assert {len(salt) for salt in salts} == {SALT_BYTES}
    assert len(set(salts)) == len(salts)
    assert len({entry.commitment for entry in entries}) == len(entries)


def test_nothing_is_written_where_somebody_else_did(location: str) -> None:
    with open_ledger(location, outward, True) as ledger, open_ledger(location, outward) as other:
        assert kept(ledger, "one", after=0, only_at=("capture", 0))
        assert not kept(other, "two", after=0)
        assert not kept(other, "two", only_at=("capture", 0))
        assert kept(other, "two", after=1, only_at=("capture", 1))
        assert not kept(ledger, "three", after=1)
        assert ledger.count("capture") == 2
        assert ledger.verify() == ()


def test_typed_words_hide_the_names_of_the_ledger(location: str, tmp_path: Path) -> None:
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", PAGE, Given("2023-06-13"))
        assert ledger.hidden("the mother of bruna  KELTOV called") == "the mother of [person] called"
        ledger.rebuild()
        assert ledger.hidden("the mother of bruna  KELTOV called") == "the mother of [person] called"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Friends of Belqami", "Friends of [person]"),
        ("Keltov Bruna Support", "[person] Support"),
        ("BrunaKeltovNews", "[person]"),
        ("free-bruna_keltov.example", "free-[person].example"),
        ("Keltóv’s lawyer", "[person]’s lawyer"),
        ("Bruna Ostrand", "Bruna Ostrand"),
        ("belqamitavosh", "[person]"),
        ("Lima Post", "Lima Post"),
        ("Keltovian Times", "Keltovian Times"),
    ],
)
def test_typed_words_hide_a_name_however_it_is_written(tmp_path: Path, typed: str, shown: str) -> None:
    with open_ledger(str(tmp_path / "ledger"), outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", PAGE, Given("2023-06-13"))
        other = "Police said that Ema Lima was arrested in Cusco, Peru. Police said that Tavosh Belqami was arrested in Lima."
        enter(ledger, tmp_path / "other.txt", other, Given("2023-06-13"))
        assert ledger.hidden(typed) == shown


def test_a_clock_that_goes_back_does_not_turn_the_time_of_the_chain(location: str) -> None:
    with open_ledger(location, outward, True) as ledger:
        later = kept(ledger, "one", "2031-05-05T05:05:05+02:00")
        back = kept(ledger, "two", "1999-01-01T00:00:00Z")
        on = kept(ledger, "three", "2031-05-05T03:05:05.5Z")
        assert later is not None
        assert back is not None
        assert on is not None
        assert (later.recorded_at, back.recorded_at) == ("2031-05-05T03:05:05Z", "2031-05-05T03:05:05Z")
        assert on.recorded_at == "2031-05-05T03:05:05.500000Z"
        assert ledger.verify() == ()
        times = [batch.recorded_at for batch in ledger.batches()]
        assert times == sorted(times, key=datetime.fromisoformat)


def test_documents_are_listed_newest_first_some_at_a_time(location: str, tmp_path: Path) -> None:
    with open_ledger(location, outward, True) as ledger:
        for number in range(5):
            words = f"Police said on 3 May 2024 that {number + 20} people were arrested in Lima."
            enter(ledger, tmp_path / f"{number}.txt", words, Given("2024-05-04"))
        enter(
            ledger,
            tmp_path / "4.txt",
            "Police said on 3 May 2024 that 24 people were arrested in Lima.",
            Given("2024-05-05"),
        )
        every = [each.id for each in ledger.documents()]
        assert len(every) == 5
        assert [each.id for each in ledger.latest_documents(0, 2)] == every[:-3:-1]
        assert [each.id for each in ledger.latest_documents(2, 9)] == every[2::-1]
        assert list(ledger.latest_documents(5, 9)) == []


def test_a_listed_document_is_masked(location: str, tmp_path: Path) -> None:
    with open_ledger(location, outward, True) as ledger:
        enter(ledger, tmp_path / "page.txt", PAGE, Given("2023-06-13"))
        (listed,) = ledger.latest_documents(0, 1)
        assert "Keltov" not in listed.text
