from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest

from allegata.capture import capture
from allegata.capture import wacz as module
from allegata.capture.made import Taking
from allegata.model import InputError


def record(number: int, body: bytes = b"", kind: str = "text/html") -> bytes:
    body = body or f"<html><body><p>{number} people were held in Orva.</p></body></html>".encode()
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/{number}\r\nWARC-Date: 2019-04-24T00:00:00Z\r\n"
    return (
        (head + f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n").encode()
        + http
        + b"\r\n\r\n"
    )


def package(members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return file.getvalue()


def packed(*numbers: int) -> bytes:
    return b"".join(gzip.compress(record(each)) for each in numbers)


WHOLE = {
    "datapackage.json": b"{}",
    "pages/pages.jsonl": b"{}",
    "archive/b.warc.gz": packed(3),
    "archive/a.warc.gz": packed(1, 2),
    "archive/c.warc": record(4, b"body {}", "text/css"),
    "indexes/index.cdx.gz": b"",
}


def read(data: bytes) -> tuple[list[tuple[str, str | None]], str | None]:
    found: list[tuple[str, str | None]] = []
    try:
        for made, _ in module.capture_wacz(io.BytesIO(data), "in/a.wacz", len(data), Taking()):
            found.append((made.origin, made.url))
    except InputError as error:
        return found, str(error)
    return found, None


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_pages_of_all_archives_are_reports(how):
    found, error = read(package(WHOLE, how))
    assert error is None
    assert found == [
        ("wacz:a.wacz#a.warc.gz#0", "http://a.example/1"),
        (f"wacz:a.wacz#a.warc.gz#{len(packed(1))}", "http://a.example/2"),
        ("wacz:a.wacz#b.warc.gz#0", "http://a.example/3"),
    ]


def test_it_is_known_by_what_comes_first_in_it_or_by_its_suffix(tmp_path):
    (tmp_path / "a.zip").write_bytes(package(WHOLE))
    (tmp_path / "b.wacz").write_bytes(package({"logs/x": b"", **WHOLE}))
    for name in ("a.zip", "b.wacz"):
        assert len(list(capture(str(tmp_path / name)))) == 3
    (tmp_path / "c.zip").write_bytes(package({"letter.docx": b"x"}))
    with pytest.raises(InputError, match=r"c\.zip: is a ZIP or office file"):
        list(capture(str(tmp_path / "c.zip")))


def test_a_broken_archive_is_named_and_the_others_are_read():
    members = WHOLE | {"archive/a.warc.gz": packed(1, 2)[:-30]}
    found, error = read(package(members))
    assert [url for _, url in found] == ["http://a.example/1", "http://a.example/3"]
    assert str(error).startswith("in/a.wacz: a.warc.gz: is cut off at byte ")


def test_a_flipped_byte_is_told():
    data = bytearray(package({"archive/a.warc": record(1) + record(2)}))
    data[data.index(b"2 people")] ^= 1
    _, error = read(bytes(data))
    assert str(error).startswith("in/a.wacz: a.warc: is broken (Bad CRC-32")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (package({"datapackage.json": b"{}"}), "is a ZIP file without web archives"),
        (package(WHOLE)[:-40], "is broken"),
        (package(WHOLE)[: len(package(WHOLE)) // 2], "is broken"),
        (package({"archive/a.warc": record(1, b"body {}", "text/css")}), "holds no HTML, text or PDF response"),
        (package({"archive/a.warc.gz": b"nothing"}), "a.warc.gz: "),
        (b"PK\x03\x04", "is broken"),
    ],
)
def test_what_cannot_be_used_says_why_in_one_line(data, said):
    found, error = read(data)
    assert found == []
    assert str(error).startswith("in/a.wacz: ")
    assert said in str(error)
    assert "\n" not in str(error)


def test_a_locked_package_is_refused():
    data = bytearray(package({"archive/a.warc": record(1)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "are locked with a password" in str(read(bytes(data))[1])


def test_a_package_that_unpacks_to_more_is_refused(monkeypatch):
    bomb = package({"archive/a.warc": record(1, b"<p>" + b" " * 5_000_000)}, zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(module, "UNPACKED_BYTES", 1_000_000)
    assert "unpacks to more than 200 times its size" in str(read(bomb)[1])
    # One that says less than it holds is read no further than it says.
    at = bomb.rindex(b"PK\x01\x02")
    lying = bytearray(bomb)
    struct.pack_into("<L", lying, at + 24, 1_000)
    found, error = read(bytes(lying))
    assert found == []
    assert error is not None


def test_a_list_of_files_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(module, "DIRECTORY_BYTES", 500)
    assert "lists more files than are read" in str(
        read(package({**WHOLE, **{f"x/{each}": b"" for each in range(50)}}))[1]
    )
