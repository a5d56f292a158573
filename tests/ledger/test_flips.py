"""`verify` finds every bit that is not as it was written, wherever it stands, and names the first bad batch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from allegata.capture.made import make_capture
from allegata.ledger import FileLedger, erase, open_ledger
from allegata.ledger.layout import MARKS
from allegata.ledger.records import as_stored
from allegata.model import Document, LedgerError, MaskedSpan, Masks, Record

NOW = "2024-01-01T00:00:00Z"
WORDS = ("north", "harbour", "seven", "guards", "said", "the", "of", "ñandú", "“so-called”", "1,200", "\t", "Tacna")


def made_ledger(folder: Path, size: int) -> Path:
    """Make a ledger of about *size* bytes: pages of a few kilobytes to tens of them, small records beside, and two that are erased."""
    chance, written, number = random.Random(4), 0, 0
    with open_ledger(str(folder), as_stored, True) as ledger:
        while written < size:
            text = " ".join(chance.choices(WORDS, k=chance.choice((300, 1000, 4000))))
            body = b"<p>" + text.encode() * 2
            capture, _ = make_capture(body, "text/html", f"file:{number}.html")
            document = Document(f"id-{number:04}", capture.id, text, "en", None, None, None, None, None, "test")
            records: list[tuple[str, Record]] = [("capture", capture), ("document", document)]
            records += [("masks", Masks(document.id, (MaskedSpan(at, at + 4, 1),))) for at in range(20)]
            ledger.append(records, "test", NOW, {capture.body: body})
            written += len(body) + len(text.encode()) + 20 * 300
            number += 1
        erase(ledger, ["id-0001"], "asked for", "test", NOW)
        erase(ledger, ["id-0003"], "asked for", "test", NOW)
        assert ledger.verify() == ()
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_ledger(tmp_path_factory.mktemp("small") / "ledger", 400_000)


def files_of(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(("index", "lock")))


@contextmanager
def flipped(path: Path, at: int, bit: int) -> Iterator[None]:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << bit)]))
    yield
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes([byte]))


def opened(folder: Path) -> FileLedger:
    return open_ledger(str(folder), as_stored)


def found(folder: Path, path: Path) -> bool:
    """Return whether the first that is wrong is the file *path*, as `verify` says, or opening the ledger."""
    try:
        with opened(folder) as ledger:
            problems = ledger.checked().problems
    except LedgerError as error:
        return path.name == "ledger.json" and ("ledger.json" in str(error) or "of format" in str(error))
    if not problems or str(path) not in problems[0].what:
        return False
    return path.parent.name not in ("batches", "records") or problems[0].batch == int(path.stem)


def flip(folder: Path, places: Iterator[tuple[Path, int, int]]) -> list[str]:
    """Return the flips that were not found."""
    missed = []
    for path, at, bit in places:
        with flipped(path, at, bit):
            if not found(folder, path):
                missed.append(f"{path.name} {at} {bit}")
    with opened(folder) as ledger:
        assert ledger.verify() == ()
    return missed


def at_chance(folder: Path, number: int, seed: int) -> Iterator[tuple[Path, int, int]]:
    """Yield *number* places at chance, half of them in any byte, half in any file."""
    chance, files = random.Random(seed), files_of(folder)
    sizes = [each.stat().st_size for each in files]
    for each in range(number):
        (path,) = chance.choices(files, sizes if each % 2 else None)
        yield path, chance.randrange(path.stat().st_size), chance.randrange(8)


def at_edges(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Yield places of every sort: the ends of files and lines, salts, what is left of an erased line, and its spaces."""
    chance = random.Random(1)
    for part in ("batches", "records"):
        path = sorted((folder / part).iterdir())[1]
        data = path.read_bytes()
        yield from ((path, len(data) - 1, bit) for bit in range(8))
    erased = folder / "records" / "00000002.jsonl"
    data = erased.read_bytes()
    assert data.startswith(b'{"id":') and b'"record":null,"salt":null}   ' in data  # noqa: PT018
    spaces = data.index(b"}   ") + 1
    yield from ((erased, spaces + at, bit) for at in (0, 1, 40) for bit in range(8))
    null = data.index(b"null,")
    yield from ((erased, null + at, chance.randrange(8)) for at in range(18))
    whole = folder / "records" / "00000003.jsonl"
    data = whole.read_bytes()
    salt = data.index(b',"salt":"')
    yield from ((whole, salt + at, bit) for at in range(44) for bit in (0, 5))


def test_bits_at_chance(small: Path) -> None:
    assert flip(small, at_chance(small, 150, 1)) == []


def test_bits_at_every_edge(small: Path) -> None:
    assert flip(small, at_edges(small)) == []


def test_every_bit_of_what_says_the_format(small: Path) -> None:
    path = small / "ledger.json"
    size = path.stat().st_size
    assert flip(small, ((path, at, bit) for at in range(size) for bit in range(8))) == []
    assert all(sum(a != b for a, b in zip(one, other, strict=True)) != 1 or
               bin(int.from_bytes(one) ^ int.from_bytes(other)).count("1") > 1
               for one in MARKS for other in MARKS if one != other)  # fmt: skip


@pytest.mark.full
def test_a_thousand_bits_of_ten_megabytes(tmp_path: Path) -> None:
    folder = made_ledger(tmp_path / "ledger", 10_000_000)
    assert sum(each.stat().st_size for each in files_of(folder)) > 10_000_000
    assert flip(folder, at_chance(folder, 1200, 2)) == []
    assert flip(folder, at_edges(folder)) == []


def test_a_file_that_is_cut_short_is_named(small: Path) -> None:
    chance = random.Random(3)
    for path in chance.sample(files_of(small), 25):
        data = path.read_bytes()
        for size in {0, 1, len(data) - 1, chance.randrange(len(data))}:
            path.write_bytes(data[:size])
            assert found(small, path), (path, size)
        path.write_bytes(data + b"\n")
        assert found(small, path)
        path.write_bytes(data)
    with opened(small) as ledger:
        assert ledger.verify() == ()


def test_a_space_more_in_an_erased_line_or_between_fields_is_found(small: Path) -> None:
    for name, old, new in (
        ("records/00000003.jsonl", b',"salt":', b', "salt":'),
        ("records/00000003.jsonl", b'"kind":"masks"', b'"kind": "masks"'),
        ("batches/00000003.json", b',"by":', b', "by":'),
        ("batches/00000003.json", b'{"by"', b' {"by"'),
    ):
        path = small / name
        data = path.read_bytes()
        path.write_bytes(data.replace(old, new, 1) if old in data else b" " + data)
        assert found(small, path), (name, old)
        path.write_bytes(data)
