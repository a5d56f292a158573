"""The table is read by the rules that Uwazi documents for its import, also where words of a report have its signs in them."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from made import NAMES, bare, hostile, made, text_of
from msgspec.structs import replace

from allegata.export.uwazi import COLUMNS
from allegata.model import Claim, Mention, Period

Cell = str | int | list[str] | tuple[str | None, str | None] | None


def day(written: str) -> str:
    """Read a date of Uwazi (docs.uwazi.io, CSV import: 2023-05-01 or 2023/05/01)."""
    return datetime.strptime(written, "%Y/%m/%d").date().isoformat()


def read(kind: str, cell: str) -> Cell:
    """Read a cell as Uwazi reads the property of a type: docs.uwazi.io/docs/reference/csv-import, and the conventions of python_uwazi_API."""
    if not cell:
        return None
    match kind:
        case "multiselect":
            return [each.strip() for each in cell.split("|")]
        case "date":
            return day(cell)
        case "daterange":
            start, end = cell.split(":")
            return (day(start) if start else None, day(end) if end else None)
        case "numeric":
            return int(cell)
        case "link":
            label, url = cell.split("|")
            assert label
            assert re.fullmatch(r"https?://\S+", url)
            return [label, url]
        case "select":
            assert "|" not in cell
            assert "::" not in cell
            return cell
        case _:
            return cell


def entities(claims: tuple[Claim, ...]) -> list[dict[str, Cell]]:
    rows = list(csv.reader(io.StringIO(text_of("uwazi", claims), newline=""), strict=True))
    assert rows[0] == [*COLUMNS]
    assert all(len(row) == len(rows[0]) for row in rows)
    return [{name: read(kind, cell) for (name, kind), cell in zip(COLUMNS.items(), row, strict=True)} for row in rows[1:]]  # fmt: skip


@pytest.mark.parametrize("claims", [made().claims, hostile(), bare(), ()], ids=["claims", "hostile", "bare", "none"])
def test_every_row_is_read_as_one_entity(claims: tuple[Claim, ...]) -> None:
    found = entities(claims)
    assert [each["claim"] for each in found] == [claim.id for claim in claims]
    assert len({each["title"] for each in found}) == len(found)
    for cells in found:
        for value in cells.values():
            for words in value if isinstance(value, list) else [value]:
                if isinstance(words, str):
                    assert words[0] not in "=+-@"
                    assert not re.search("[\x00-\x1f\u202a-\u202e\u2066-\u2069]", words)


def test_what_an_entity_says() -> None:
    assert not any(name in text_of("uwazi", made().claims) for name in NAMES)
    first = entities(made().claims)[0]
    assert first["happened"] == ("2023-05-01", "2023-05-31")
    assert first["happened_edtf"] == "2023-05"
    assert first["places"] == ["Lima", "Cusco"]
    assert first["countries"] == ["Peru"]
    assert (first["number_low"], first["number_high"], first["unit"]) == (60, 60, "person")
    assert (first["speaker"], first["role"], first["published"]) == ("Teo Arbulu", "spokesperson", "2023-06-14")


def test_an_open_end_and_a_partial_date_are_not_made_up() -> None:
    claim = made().claims[0]
    since = replace(claim, period=Mention((), (Period("2019-01-01", None, "", "gregorian", "range"),)))
    partial = replace(claim, document=replace(claim.document, published="2023-06", url="javascript:alert(1)"))
    assert entities((since,))[0]["happened"] == ("2019-01-01", None)
    assert (entities((partial,))[0]["published"], entities((partial,))[0]["report"]) == (None, None)


def test_signs_of_uwazi_in_words_part_nothing() -> None:
    claim = made().claims[0]
    strange = replace(claim, document=replace(claim.document, outlet="A|B::C", title="x|y", url="https://a.example/x"))
    (found,) = entities((strange,))
    assert found["outlet"] == "A/B: C"
    assert found["report"] == ["x/y", "https://a.example/x"]
