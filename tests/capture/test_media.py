import gzip
from contextlib import nullcontext

import pytest

from allegata.capture.media import HEAD_BYTES, sniff, with_charset
from allegata.model import InputError

HTML = b"<!DOCTYPE html><p>Ten were held.</p>"


@pytest.mark.parametrize(
    ("head", "name", "declared", "found"),
    [
        (HTML, "a.txt", None, "text/html"),
        (HTML, "a", "text/plain", "text/html"),
        (b"\xef\xbb\xbf \n" + HTML, "a", None, "text/html"),
        (b"<!-- saved --> <!-- x -->\n<HTML>", "a", None, "text/html"),
        (HTML.decode().encode("utf-16"), "a", None, "text/html"),
        (HTML.decode().encode("utf-16-le"), "a", None, "text/html"),
        (HTML, "a", "application/xhtml+xml", "application/xhtml+xml"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y">', "a", None, "application/xhtml+xml"),
        (b'<?xml version="1.0"?><rss version="2.0">', "a.xml", None, "application/rss+xml"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<feed xmlns="y">', "a", "text/html", "application/rss+xml"),
        (b'<?xml version="1.0"?><rdf:RDF xmlns="y">', "a", None, "application/rss+xml"),
        (b"<rss><channel>", "a.txt", None, "application/rss+xml"),
        (b"%PDF-1.4\n", "a.html", "text/html", "application/pdf"),
        (b"junk\n%PDF-1.4\n", "a", None, "application/pdf"),
        (b"WARC/1.1\r\n", "a.txt", None, "application/warc"),
        (gzip.compress(b"x", mtime=0), "a.txt", None, "application/gzip"),
        (b"Ten were held.", "a", None, "text/plain"),
        (b"Ten were held.", "a.pdf", None, "text/plain"),
        (b"Ten were held.", "a.unknown", None, "text/plain"),
        (b"# Ten", "a.md", None, "text/markdown"),
        (b"# Ten", "https://a.example/a.markdown?x=1#y", None, "text/markdown"),
        (b"# Ten", "a", "text/markdown; charset=utf-8", "text/markdown"),
        (b"loose <b>words</b>", "a.htm", None, "text/html"),
        (b"loose <b>words</b>", "a.txt", None, "text/plain"),
        ("Zoé said «ten»".encode("cp1252"), "a.txt", None, "text/plain"),
        (b"", "a.txt", None, "text/plain"),
    ],
)
def test_media_type(head, name, declared, found):
    assert sniff(head, name, declared) == found


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04\x14", "ZIP"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 50, "binary"),
        (bytes(range(256)), "binary"),
        (b"\1\2\3\4" * 20, "binary"),
        (b'<?xml version="1.0"?><newsml/>', "neither RSS"),
    ],
)
def test_what_is_no_text_says_what_it_is(head, why):
    with pytest.raises(InputError, match=f"a.dat: .*{why}"):
        sniff(head, "a.dat")


@pytest.mark.parametrize("start", [b"<!--", b"<!-- a -->", b"<", b"<?xml ", b" "])
def test_hostile_starts_take_no_time(start):
    with pytest.raises(InputError) if start == b"<?xml " else nullcontext():
        assert sniff((start * HEAD_BYTES)[:HEAD_BYTES], "a")


@pytest.mark.parametrize("charset", [None, "", "utf8", "US-ASCII", "nonsense", "x\0y"])
def test_a_charset_that_says_nothing_is_left_out(charset):
    assert with_charset("text/html", charset) == "text/html"
