from __future__ import annotations

import io
import json
from collections import Counter

import pytest

from allegata.capture import capture
from allegata.capture.made import Taking
from allegata.capture.table import capture_table
from allegata.model import Capture, InputError


def read(data: bytes, **taking: object) -> tuple[list[tuple[str, dict[str, str]]], str | None, Counter[str]]:
    """Return origin and fields of each row of *data*, what was raised in the end, and what was passed over."""
    found: list[tuple[str, dict[str, str]]] = []
    how = Taking(**taking)  # type: ignore[arg-type]
    try:
        for made, body in capture_table(io.BytesIO(data), "in/a.csv", len(data), how):
            found.append((made.origin, json.loads(body)))
    except InputError as error:
        return found, str(error), how.skipped
    return found, None, how.skipped


def test_each_row_is_a_report_with_what_its_columns_say():
    data = (
        b"id,Headline,Body,Publication Date,Newspaper,Author,URL,lang\r\n"
        b'7,Ten held,"Ten were held.\r\n\r\nPolice ""said"" so, on Monday.",2019-04-24,Coast Daily,A. Verlo,https://coast.example/7,en\r\n'
        b"8,,Six were held.,,,,ftp://x.example,\r\n"
    )
    found, error, skipped = read(data)
    assert error is None
    assert not skipped
    assert [origin for origin, _ in found] == ["csv:a.csv#1", "csv:a.csv#2"]
    assert found[0][1] == {
        "title": "Ten held",
        "text": 'Ten were held.\r\n\r\nPolice "said" so, on Monday.',
        "published": "2019-04-24",
        "outlet": "Coast Daily",
        "byline": "A. Verlo",
        "url": "https://coast.example/7",
        "language": "en",
    }
    assert found[1][1] == {"text": "Six were held.", "url": "ftp://x.example"}
    made = [each for each, _ in capture_table(io.BytesIO(data), "a.csv", 1, Taking())]
    assert [(each.url, each.media_type) for each in made] == [
        ("https://coast.example/7", "application/json"),
        (None, "application/json"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_told(encoding, delimiter):
    text = f"text{delimiter}date\n“Zwölf”, er sagte{delimiter}2019\n".replace(
        "“Zwölf”, er sagte", '"“Zwölf”, er sagte"' if delimiter == "," else "“Zwölf”, er sagte"
    )
    found, error, _ = read(text.encode(encoding))
    assert (found, error) == ([("csv:a.csv#1", {"text": "“Zwölf”, er sagte", "published": "2019"})], None)


def test_columns_can_be_named_and_left_out():
    data = b"a,date,text\nTen were held.,2019,x\n"
    assert read(data, columns={"text": "a", "published": ""})[0] == [("csv:a.csv#1", {"text": "Ten were held."})]
    assert read(data, columns={"text": "A", "title": "text"})[0][0][1]["title"] == "x"
    found, error, _ = read(data, columns={"text": "words"})
    assert (found, error) == (
        [],
        "in/a.csv: has no column 'words'; it has 3 columns, of which 'date', 'text' have a known name",
    )


def test_what_has_no_column_of_text_says_which_it_has_and_what_to_do():
    assert read(b"id,words\n1,Ten were held.\n")[1] == (
        "in/a.csv: no column holds a text by its name; it has 2 columns, of which none has a known name; say which with --column text=NAME"
    )
    many = ",".join(["date"] * 30).encode()
    assert str(read(many + b"\n")[1]).count("'date'") == 12


def test_rows_without_text_are_counted_and_short_and_long_ones_read():
    found, error, skipped = read(b"id,text\n1,\n2,  \n3\n4,Ten were held.,more\n")
    assert [origin for origin, _ in found] == ["csv:a.csv#4"]
    assert (error, skipped) == (None, {"without text": 3})


def test_a_table_without_any_text_is_an_error():
    assert read(b"id,text\n1,\n")[1] == "in/a.csv: holds no row with a text; check that its column of text is 'text'"
    assert "no row with a text" in str(read(b"id,text\n")[1])


def test_a_broken_row_is_named_and_the_others_are_read():
    found, error, _ = read(b'id,text\n1,"Ten" were held.\n2,Six were held.\n3,"Four" were held.\n')
    assert [fields["text"] for _, fields in found] == ["Six were held."]
    assert error == "in/a.csv: 2 records were not read, first row 1: its quotation marks do not match"


def test_an_open_quotation_mark_takes_in_no_more_than_a_report_may_have():
    data = b"id,text\n1,Ten were held.\n" + b'2,"Six were held.\n' + b"3,More words.\n" * 1000
    found, error, _ = read(data, limit_bytes=2_000)
    assert len(found) == 1
    assert error == "in/a.csv: row 2: is larger than 2,000 bytes; give its reports one by one"
    found, error, _ = read(b'id,text\n1,Ten were held.\n2,"Six were held.\n')
    assert len(found) == 1
    assert error == "in/a.csv: 1 record was not read: row 2: its quotation marks do not match"


@pytest.mark.parametrize("data", [b"text" * 5_000_000, b"text\n" + b"x" * 30_000_000])
def test_an_endless_line_is_left(data):
    found, error, _ = read(data)
    assert found == []
    assert "is larger than" in str(error)


def test_a_table_is_known_by_its_suffix_and_a_text_by_the_columns_that_are_spoken_of(tmp_path):
    rows = "words\tdate\nTen were held.\t2019-04-24\n"
    for name in ("a.csv", "a.tsv", "a.txt"):
        (tmp_path / name).write_text(rows, "utf-8")
        found = list(capture(str(tmp_path / name), columns={"text": "words"}))
        assert [made.origin for made, _ in found] == [f"csv:{name}#1"]
    stdin = io.BytesIO(rows.encode())
    assert [made.origin for made, _ in capture("-", stdin=stdin, columns={"text": "words"})] == ["csv:-#1"]


def test_the_same_row_of_the_same_table_has_the_same_id():
    def ids(data: bytes) -> list[str]:
        captures: list[Capture] = [made for made, _ in capture_table(io.BytesIO(data), "a.csv", 1, Taking())]
        return [made.id for made in captures]

    assert ids(b"text,date\nTen.,2019\nSix.,\n") == ids(b"date;text\r\n2019;Ten.\r\n;Six.\r\n")


def test_a_first_row_that_is_a_report_is_not_told():
    row = b"Ada Verlo,2024-05-01,Ada Verlo was held in Orva.\n"
    for given in ({}, {"columns": {"text": "words"}}):
        found, error, _ = read(row * 2, **given)
        assert found == []
        assert "it has 3 columns, of which none has a known name" in str(error)
        assert "Verlo" not in str(error)
