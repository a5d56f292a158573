"""Inputs of many reports, cut off or with bytes changed at chance: read or refused in one line, whatever was changed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from allegata.capture import capture
from allegata.model import InputError

ROWS = [
    {"text": f"{number} people were held in Orva, police said.", "title": "Held", "date": "2019-04-24"}
    for number in range(12)
]
RECORD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/1\r\nContent-Type: application/http\r\n"
    b"Content-Length: 67\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Ten were held.</p>  \r\n\r\n"
)


def samples() -> dict[str, bytes]:
    package, columns = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("archive/a.warc", RECORD * 3)
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), columns)
    entity = {"id": "a", "schema": "Article", "properties": {"bodyText": ["Ten were held."]}}
    review = {
        "@type": "ClaimReview",
        "claimReviewed": "Ten were held.",
        "itemReviewed": {"author": {"name": "Ana Tello"}},
    }
    feed = {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [review]}] * 5}
    return {
        "a.csv": ("text;date\n" + "".join(f'"{row["text"]}";2019\n' for row in ROWS)).encode(),
        "a.jsonl": b"".join(json.dumps(each).encode() + b"\n" for each in (*ROWS, entity)),
        "a.json": json.dumps(ROWS).encode(),
        "feed.json": json.dumps(feed).encode(),
        "a.mbox": b"From a Wed Apr 24 10:00:00 2019\nDate: Wed, 24 Apr 2019 10:00:00 GMT\nSubject: x\n\nTen were held.\n\n"
        * 4,
        "a.parquet": columns.getvalue(),
        "a.wacz": package.getvalue(),
    }


def refused(file: Path) -> str | None:
    """Return why *file* is not read whole, null if it is."""
    try:
        assert all(made.body for made, _ in capture(str(file), limit_bytes=100_000))
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", sorted(samples()))
def test_damaged_inputs_are_read_or_refused(name: str, tmp_path: Path) -> None:
    whole, chance, file = samples()[name], random.Random(7), tmp_path / name
    file.write_bytes(whole)
    assert len(list(capture(str(file)))) >= 1
    for turn in range(150):
        data = bytearray(whole)
        if turn % 3 == 0:
            del data[chance.randrange(1, len(data)) :]
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.choice((0, 0xFF, 0x22, 0x7B, chance.randrange(256)))
        file.write_bytes(data)
        said = refused(file)
        assert said is None or (said.startswith(f"{file}: ") and "\n" not in said), said
