"""Whatever the bytes: a document or an InputError of one line, and soon."""

import functools
import gzip
import hashlib
import importlib.util
import io
import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allegata.capture import capture
from allegata.capture.warc import capture_warc
from allegata.model import Capture, Document, InputError, capture_id
from allegata.read import LIMIT_CHARACTERS, read

TESTS = Path(__file__).parent.parent
_spec = importlib.util.spec_from_file_location("paper", TESTS / "read" / "paper.py")
paper = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(paper)

MEDIA = [
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/pdf",
    "application/rss+xml",
    "application/atom+xml",
]
PAGE = b"<!DOCTYPE html><title>Ten held</title><p>Ten people were held in the north, the mayor said.</p>"
FEED = (
    b"<rss><channel><title>P</title><item><title>Ten held</title><description>Ten.</description></item></channel></rss>"
)
SEEDS = {
    "text/html": [path.read_bytes() for path in sorted((TESTS / "read" / "cases").glob("*.html"))],
    "text/markdown": [b"# Ten\n\n> *held* [x](y)\n\n- a\n  - b\n\n| a | b |\n"],
    "application/pdf": [paper.make_pdf(["Ten people were ar-", "rested."], ["Two fled."], title="Ten")],
    "application/rss+xml": [FEED, b'{"content":"<p>Ten</p>","published":"2020-01-01","title":"Ten"}'],
}
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
SEEDS["application/warc"] = [
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
    b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(_HTTP), _HTTP)
]
SEEDS["application/gzip"] = [gzip.compress(SEEDS["application/warc"][0], mtime=0)]

fuzzed = functools.partial(
    settings, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def judge(body: bytes, media_type: str) -> Document | str:
    """Return the document of *body*, or the message of the one error there may be."""
    hashed = hashlib.sha256(body).hexdigest()
    made = Capture(capture_id(hashed, None, None, "stdin"), None, None, media_type, hashed, "stdin")
    try:
        document = read(made, body)
    except InputError as error:
        return one_line(error)
    assert 0 < len(document.text) <= LIMIT_CHARACTERS
    assert not set(document.text) & {"\0", "\r"}
    return document


def one_line(error: InputError) -> str:
    message = str(error)
    assert message
    assert "\n" not in message
    return message


def take(body: bytes, **options) -> tuple[list[tuple[Capture, bytes]], str | None]:
    """Return the captures in *body* and the message of the error that ended them, if one did."""
    found = []
    try:
        for made in capture("-", stdin=io.BytesIO(body), **options):
            found.append(made)
    except InputError as error:
        return found, one_line(error)
    return found, None


@st.composite
def damaged(draw, seeds: list[bytes]) -> bytes:
    """Return one of *seeds* cut, doubled or with bytes changed."""
    body = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        end = min(len(body), at + draw(st.integers(0, 40)))
        match draw(st.sampled_from(["cut", "drop", "double", "change"])):
            case "cut":
                body = body[: max(at, 1)]
            case "drop":
                del body[at:end]
            case "double":
                body[at:at] = body[at:end]
            case "change":
                body[at:end] = draw(st.binary(max_size=12))
    return bytes(body)


@pytest.mark.parametrize("media_type", MEDIA)
@fuzzed(max_examples=60)
@given(body=st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(media_type, body):
    judge(body, media_type)


@pytest.mark.parametrize("media_type", MEDIA)
@fuzzed(max_examples=40)
@given(text=st.text(alphabet=st.characters() | st.sampled_from("<>&\"'[]{}()#*->|`\n\\ "), max_size=400))
def test_any_text_is_read_or_refused(media_type, text):
    judge(text.encode("utf-8", "surrogatepass"), media_type)


@pytest.mark.parametrize("media_type", ["text/html", "text/markdown", "application/pdf", "application/rss+xml"])
@fuzzed(max_examples=80)
@given(data=st.data())
def test_damaged_reports_are_read_or_refused(media_type, data):
    judge(data.draw(damaged(SEEDS[media_type])), media_type)


@fuzzed(max_examples=150)
@given(
    body=st.binary(max_size=400)
    | st.sampled_from([seed for seeds in SEEDS.values() for seed in seeds]).flatmap(lambda seed: damaged([seed]))
)
def test_any_bytes_are_captured_or_refused(body):
    found, error = take(body)
    assert found or error
    for made, kept in found:
        assert made.body == hashlib.sha256(kept).hexdigest()
        judge(kept, made.media_type)


@pytest.mark.parametrize("media_type", ["application/warc", "application/gzip"])
@fuzzed(max_examples=150)
@given(data=st.data())
def test_damaged_archives_are_read_or_refused(media_type, data):
    body = data.draw(damaged(SEEDS[media_type]))
    try:
        found = list(capture_warc(io.BytesIO(body), "a.warc", len(body)))
    except InputError as error:
        one_line(error)
    else:
        assert found


HOSTILE = {
    "nested": b"<div>" * 50_000 + b"<p>Ten were held.</p>",
    "nested and closed": b"<div>" * 50_000 + b"Ten" + b"</div>" * 50_000,
    "inline": b"<p>" + b"<b><i>" * 25_000 + b"Ten",
    "lists": b"<ul><li>" * 20_000 + b"Ten",
    "tables": b"<table><tr><td>" * 10_000 + b"Ten",
    "forms": b"<form class=related>" * 20_000 + b"<p>Ten",
    "just deep enough": (b"<div class=share>" * 240 + b"<p>Ten were held.</p>" * 50 + b"</div>" * 240) * 20,
    "scripts": b"<script>" * 50_000,
    "comments": b"<!--" * 100_000,
    "declarations": b"<![" * 50_000 + b"<!x" * 50_000,
    "open tags": b"<a " * 100_000,
    "attributes": b"<p " + b"a=1 " * 100_000 + b">Ten",
    "less than": b"<" * 300_000,
    "entities": b"&" * 200_000 + b"&#" * 50_000 + b"&#x110000;&#0;&#xd800;" * 1000,
    "metas": b"<meta name=author content=x>" * 20_000 + b"<p>Ten",
    "charsets": b"<meta " * 30_000 + b"charset = " * 20_000 + b"\xff",
    "headings": b"<h1>" * 20_000 + b"Ten",
    "authors": b"<span class=author>" * 20_000 + b"Ten",
    "json": b'<script type="application/ld+json">' + b'{"@graph":[' * 20_000 + b"</script><p>Ten",
    "json list": b'<script type="application/ld+json">[' + b"[]," * 200_000 + b"[]]</script><p>Ten",
    "stars": b"*" * 50_000,
    "stars and words": b"*a **b " * 20_000,
    "brackets": b"[" * 25_000 + b"](" * 10_000,
    "quotations": b"> " * 20_000 + b"Ten",
    "indents": b"".join(b" " * n + b"- x\n" for n in range(700)),
    "backticks": b"".join(b"`" * n + b" " for n in range(600)),
    "links": b"[a](<b" * 20_000,
    "definitions": b"[a]: b\n" * 20_000,
    "marks": b'"' * 100_000,
    "spaces": b" " * 500_000 + b"x",
    "blank lines": b" \n" * 200_000 + b"x",
    "front matter": b"---\n" + b"a: b\n" * 100_000,
    "accents": "e\u0301\u0300".encode() * 50_000 + "\u0300".encode() * 20_000,
    "zeros": bytes(200_000),
    "odd zeros": b"a\0" * 100_000 + b"\0",
    "high bytes": bytes(range(128, 256)) * 2_000,
    "one line": b"Ten were held. " * 30_000,
    "expanding": "\ufdfa".encode() * 100_000,
}


@pytest.mark.parametrize(
    "media_type", ["text/html", "text/plain", "text/markdown", "application/rss+xml", "application/pdf"]
)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_reports_are_read_or_refused_soon(name, media_type):
    start = time.process_time()
    judge(HOSTILE[name], media_type)
    # The process's own time, so that a busy machine does not fail it; every case takes a second or two alone.
    assert time.process_time() - start < 20


def test_a_page_nested_fifty_thousand_times_keeps_its_text():
    assert judge(HOSTILE["nested"], "text/html").text == "Ten were held."


@pytest.mark.parametrize("body", [b'"' * 1000, "“”«»„‟".encode() * 100, b'\'"\'"\n\n""'])
@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "text/markdown"])
def test_only_quotation_marks_hold_no_text(body, media_type):
    assert "holds no text" in judge(body, media_type)


@pytest.mark.parametrize("media_type", [*MEDIA, "application/warc"])
def test_nothing_is_refused(media_type):
    assert isinstance(judge(b"", media_type), str)


def test_fifty_megabytes_are_refused_soon():
    start = time.process_time()
    assert "larger than 20,000,000 bytes" in take(b"Ten were held.\n" * 3_500_000)[1]
    assert time.process_time() - start < 5


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "text/markdown", "application/rss+xml"])
def test_a_very_long_report_is_refused_soon(media_type):
    item = b"<item><title>%d</title></item>" if "rss" in media_type else b"<p>Ten were held in %d.</p>\n\n"
    start = time.process_time()
    assert isinstance(judge(b"".join(item % number for number in range(60_000)), media_type), str)
    assert time.process_time() - start < 20


def test_a_zip_bomb_in_an_archive_is_refused_soon():
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    size = 200_000_000
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n" % (
        size + len(page)
    )
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb", compresslevel=1) as packed:
        packed.write(head + page)
        for _ in range(size // 1_000_000):
            packed.write(bytes(1_000_000))
        packed.write(b"\r\n\r\n")
    start = time.process_time()
    found, error = take(bomb.getvalue())
    assert found == []
    assert "larger than 20,000,000 bytes" in error
    assert time.process_time() - start < 5


def test_half_an_archive_gives_the_pages_before_the_cut():
    whole = SEEDS["application/warc"][0]
    found, error = take((whole * 4)[: len(whole) * 5 // 2])
    assert len(found) == 2
    assert "cut off" in error


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-32", "cp1251", "shift_jis", "koi8-r", "cp037", "utf-7", "iso2022_jp"]
)
@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "cp1252", "x-none", "hex", "undefined"])
def test_a_page_in_another_encoding_than_it_says_is_read_or_refused(encoding, declared):
    page = f'<meta charset="{declared}"><p>Ten people were held in the north, the mayor said.</p>'
    judge(page.encode(encoding), "text/html")
    judge(page.encode(encoding), f"text/html; charset={declared}")


def test_noise_is_refused_or_read():
    for seed in range(6):
        noise = random.Random(seed).randbytes(20_000)
        for media_type in MEDIA:
            judge(noise, media_type)
