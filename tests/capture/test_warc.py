import gzip
import io
import zlib

import pytest

from allegata.capture import capture
from allegata.capture import warc as archive
from allegata.capture.warc import capture_warc
from allegata.model import InputError

PAGE = "<!DOCTYPE html><title>Page {}</title><p>Ten people were held in place {}, the mayor said.</p>"


def record(
    body, number=0, *, kind="response", status="200 OK", media="text/html", headers="", length=None, url=None
) -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{headers}\r\n".encode() + body
    content = http if kind == "response" else body
    content_type = "application/http; msgtype=response" if kind == "response" else media
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url or f'http://a.example/{number}'}\r\n"
        f"WARC-Date: 2019-04-2{number}T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(content) if length is None else length}\r\n\r\n"
    ).encode() + (content + b"\r\n\r\n")


def page(number: int) -> bytes:
    return PAGE.format(number, number).encode()


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 30] for at in range(0, len(body), 30)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def read(data: bytes, **options):
    """Return the captures before the error, and the error or null."""
    found = []
    try:
        for made in capture_warc(io.BytesIO(data), "in/a.warc", len(data), **options):
            found.append(made)
    except InputError as error:
        return found, str(error)
    return found, None


def whole(compress: bool) -> tuple[bytes, list[int]]:
    parts = [record(page(number), number) for number in range(4)]
    if compress:
        parts = [gzip.compress(part) for part in parts]
    return b"".join(parts), [sum(map(len, parts[:number])) for number in range(5)]


@pytest.mark.parametrize("compress", [False, True])
def test_every_page_is_a_capture(compress):
    data, places = whole(compress)
    found, error = read(data)
    assert error is None
    assert [body for _, body in found] == [page(number) for number in range(4)]
    assert [made.origin for made, _ in found] == [f"warc:a.warc#{place}" for place in places[:4]]
    assert [(made.url, made.fetched_at) for made, _ in found] == [
        (f"http://a.example/{number}", f"2019-04-2{number}T00:00:00Z") for number in range(4)
    ]
    assert {made.media_type for made, _ in found} == {"text/html"}


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.4, 0.55, 0.62, 0.7, 0.9, 0.97])
def test_what_stands_before_the_cut_is_read_and_the_cut_is_told(compress, share):
    data, places = whole(compress)
    cut = int(len(data) * share)
    complete = sum(end <= cut for end in places[1:])
    found, error = read(data[:cut])
    assert [body for _, body in found] == [page(number) for number in range(complete)]
    assert error is not None
    assert error.startswith("in/a.warc: ")
    assert f"{places[complete]:,}" in error or f"{places[max(complete - 1, 0)]:,}" in error


def test_a_file_is_read_as_an_archive_whatever_its_name(tmp_path):
    path = tmp_path / "pages.dat"
    path.write_bytes(whole(True)[0])
    assert len(list(capture(str(path)))) == 4
    assert len(list(capture("-", stdin=io.BytesIO(whole(False)[0])))) == 4


def test_only_pages_that_were_served_are_reports():
    data = b"".join(
        [
            record(b"", kind="warcinfo", media="application/warc-fields"),
            record(page(1), kind="request", media="application/http; msgtype=request"),
            record(b"gone", status="404 Not Found"),
            record(b"moved", status="301 Moved"),
            record(b"body {}", media="text/css"),
            record(b"\x89PNG....", media="image/png"),
            record(b"\x89PNG....", media="text/html"),
            record(b"User-agent: *", media="text/plain", url="http://a.example/robots.txt"),
            record(b"  \n", media="text/html"),
            record(b"%PDF-1.4 ...", 2, media="application/octet-stream"),
            record(b"Ten were held.", 3, media="text/plain; charset=utf-8"),
            record(b"Ten were held, too.", 4, kind="conversion", media="text/plain"),
            record(page(5), 5, media=""),
        ]
    )
    found, error = read(data)
    assert error is None
    assert [(made.url[-1], made.media_type) for made, _ in found] == [
        ("2", "application/pdf"),
        ("3", "text/plain"),
        ("4", "text/plain"),
        ("5", "text/html"),
    ]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(page(1)), "Transfer-Encoding: chunked\r\n"),
        (gzip.compress(page(1), mtime=0), "Content-Encoding: gzip\r\n"),
        (zlib.compress(page(1)), "Content-Encoding: deflate\r\n"),
        (zlib.compress(page(1))[2:-4], "Content-Encoding: deflate\r\n"),
        (chunked(gzip.compress(page(1), mtime=0)), "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
        (page(1), "Content-Encoding: gzip\r\n"),
        (page(1), "Transfer-Encoding: chunked\r\n"),
        (page(1), "Content-Encoding: identity\r\n"),
    ],
)
def test_the_page_is_unpacked_as_it_was_sent(body, headers):
    found, error = read(record(body, headers=headers))
    assert error is None
    assert [body for _, body in found] == [page(1)]


def test_the_charset_the_server_declared_is_kept():
    found, _ = read(record(page(1), media="text/html; charset=windows-1251"))
    assert found[0][0].media_type == "text/html; charset=cp1251"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (record(b"x" * 500 + page(1)), "larger than 300 bytes"),
        (
            record(gzip.compress(b" " * 1_000_000, mtime=0), headers="Content-Encoding: gzip\r\n"),
            "larger than 300 bytes",
        ),
        (record(gzip.compress(page(1), mtime=0)[:40], headers="Content-Encoding: gzip\r\n"), "cut off"),
        (record(b"\x1f\x8bnothing", headers="Content-Encoding: gzip\r\n"), "broken"),
        (record(b"xx", headers="Content-Encoding: br\r\n"), "'br' is not read"),
        (record(chunked(page(1))[:60], headers="Transfer-Encoding: chunked\r\n"), "chunks are broken"),
    ],
)
def test_one_bad_record_is_told_and_the_others_are_read(bad, why):
    found, error = read(record(page(0)) + bad + record(page(2)), limit_bytes=300)
    assert [body for _, body in found] == [page(0), page(2)]
    assert why in error
    assert f"byte {len(record(page(0))):,}" in error


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0",
        b"WARC/1.0\r\nContent-Length: -1\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: ten\r\n\r\n",
        b"WARC/1.0\r\n" + b"A: b\r\n" * 50_000,
        record(page(0), length=10**15),
        record(b"x", kind="metadata", length=500),
        b"\x1f\x8b\x08nothing",
        gzip.compress(b"<html>a compressed page</html>", mtime=0),
        record(b"x", media="image/png"),
        b"",
    ],
)
def test_damage_is_told(data):
    found, error = read(data)
    assert found == []
    assert error.startswith("in/a.warc: ")


def test_junk_after_a_record_does_not_undo_it():
    found, error = read(record(page(0)) + b"junk\n" * 100)
    assert len(found) == 1
    assert "broken after byte 0" in error


def test_a_bomb_is_left_before_it_is_unpacked_whole(monkeypatch):
    monkeypatch.setattr(archive, "UNPACKED_BYTES", 1_000_000)
    bomb = gzip.compress(record(b"\0" * 30_000_000))
    found, error = read(bomb + gzip.compress(record(page(1))), limit_bytes=1000)
    assert found == []
    assert "200 times" in error
