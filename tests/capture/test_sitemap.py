from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import allegata.capture as module
from allegata.capture import Guard, capture
from allegata.capture.sitemap import parse_sitemap
from allegata.model import InputError

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{}</urlset>"""
URL = """<url><loc>{}</loc><news:news><news:publication><news:name>Coast Daily</news:name><news:language>en</news:language></news:publication>
<news:publication_date>{}</news:publication_date><news:title>Ten held</news:title></news:news></url>
"""


class Site(BaseHTTPRequestHandler):
    """Serves a page at each address that holds no other word, and writes down what was asked for."""

    asked: tuple[str, ...] = ()

    def do_GET(self) -> None:
        Site.asked = (*Site.asked, self.path)
        here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        status, kind, body = 200, "text/html", f"<p>Page {self.path} tells that ten were held.</p>".encode()
        if "sitemap" in self.path:
            days = (
                ("/1", "2024-05-01"),
                ("/3", "2024-05-03T10:00:00Z"),
                ("/2", "2024-05-02"),
                ("/3", "2024-05-03T10:00:00Z"),
            )
            kind, body = (
                "application/xml",
                NEWS.format("".join(URL.format(here + at, day) for at, day in days)).encode(),
            )
        if self.path.endswith(".gz"):
            body = gzip.compress(body)
        if "index" in self.path:
            listed = "".join(
                f"<sitemap><loc>{here}/{each}</loc></sitemap>" for each in ("sitemap.xml.gz", "sitemap2.xml")
            )
            body = f"<sitemapindex>{listed}</sitemapindex>".encode()
        if "missing" in self.path:
            status = 404
        if "image" in self.path:
            body = b"\x89PNG\r\n"
        if "style" in self.path:
            kind, body = "application/json", b'{"text": "Ten were held."}'
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(module, "PAUSE_S", 0)
    monkeypatch.setattr(Site, "asked", ())
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def read(target: str, **how: object) -> tuple[list[str | None], str | None, Counter[str]]:
    found: list[str | None] = []
    skipped: Counter[str] = Counter()
    try:
        for made, body in capture(target, guard=Guard(("127.0.0.1",)), skipped=skipped, **how):  # type: ignore[arg-type]
            assert made.origin == "http"
            assert made.media_type == "text/html"
            assert body.startswith(b"<p>Page")
            found.append(made.url)
    except InputError as error:
        return found, str(error), skipped
    return found, None, skipped


def test_the_pages_of_a_sitemap_are_fetched_once_the_newest_first(site):
    assert read(f"{site}/sitemap.xml") == ([f"{site}/{each}" for each in (3, 2, 1)], None, {})
    assert Site.asked == ("/sitemap.xml", "/3", "/2", "/1")


def test_no_more_are_fetched_than_are_asked_for(site):
    found, error, skipped = read(f"{site}/sitemap.xml", pages=2)
    assert (found, error) == ([f"{site}/3", f"{site}/2"], None)
    assert skipped == {"pages of a sitemap beyond those that --pages asks for": 1}
    assert len(Site.asked) == 3


def test_an_index_leads_to_its_sitemaps_as_far_as_they_are_needed(site):
    assert read(f"{site}/index.xml", pages=3)[0] == [f"{site}/{each}" for each in (3, 2, 1)]
    assert Site.asked[:2] == ("/index.xml", "/sitemap.xml.gz")
    assert "/sitemap2.xml" not in Site.asked
    read(f"{site}/index.xml", pages=4)
    assert "/sitemap2.xml" in Site.asked


def test_a_file_is_a_sitemap_too_and_what_cannot_be_fetched_is_told(site, tmp_path):
    places = (
        f"{site}/1",
        f"{site}/missing",
        f"{site}/image",
        f"{site}/style",
        f"{site}/sitemap.xml",
        "http://169.254.169.254/x",
        "file:///etc/hostname",
    )
    file = tmp_path / "a.xml"
    file.write_text(NEWS.format("".join(URL.format(each, "2024") for each in places)), "utf-8")
    found, error, skipped = read(str(file))
    assert found == [f"{site}/1"]
    assert str(error).startswith(f"{file}: 3 records were not read, first {site}/missing: the server answers 404")
    assert skipped == {"neither HTML, text nor PDF": 2}
    assert "/etc" not in "".join(Site.asked)


def test_nothing_that_is_not_public_is_fetched_because_a_sitemap_says_so(site, tmp_path):
    file = tmp_path / "a.xml"
    file.write_text(NEWS.format(URL.format(f"{site}/1", "2024")), "utf-8")
    with pytest.raises(InputError, match="which is no public address"):
        list(capture(str(file)))
    assert Site.asked == ()


ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "' + "&a;" * 100 + '"><!ENTITY c "' + "&b;" * 100 + '">]>'


@pytest.mark.parametrize(
    "body",
    [
        "<urlset></urlset>",
        "<urlset><url><loc>ftp://a.example/1</loc></url></urlset>",
        "<urlset><url><loc>http://a.exam",
        "<urlset>" + "<x>" * 5_000,
        f"{ENTITIES}<urlset><url><loc>&c;</loc></url></urlset>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><urlset><url><loc>&a;</loc></url></urlset>',
        f"<urlset><url><loc>http://a.example/{'x' * 5_000}</loc></url></urlset>",
    ],
)
def test_what_is_no_sitemap_is_one_line_and_nothing_is_fetched(body):
    with pytest.raises(InputError) as caught:
        parse_sitemap(body.encode(), "a.xml")
    assert str(caught.value).startswith("a.xml: is a sitemap that ")
    assert "\n" not in str(caught.value)
