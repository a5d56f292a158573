from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import allegata.capture as module
from allegata.capture import Guard, capture, listing
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
    robots: bytes = b""

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
        if "missing" in self.path or (self.path == "/robots.txt" and not Site.robots):
            status = 404
        elif self.path == "/robots.txt":
            body = Site.robots
            status = 503 if body == b"later" else 200
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
    monkeypatch.setattr(Site, "robots", b"")
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
    assert Site.asked == ("/sitemap.xml", "/robots.txt", "/3", "/2", "/1")


def test_no_more_are_fetched_than_are_asked_for(site):
    found, error, skipped = read(f"{site}/sitemap.xml", pages=2)
    assert (found, error) == ([f"{site}/3", f"{site}/2"], None)
    assert skipped == {"pages of a sitemap beyond those that --pages asks for": 1}
    assert Site.asked == ("/sitemap.xml", "/robots.txt", "/3", "/2")


def test_an_index_leads_to_its_sitemaps_as_far_as_they_are_needed(site):
    assert read(f"{site}/index.xml", pages=3)[0] == [f"{site}/{each}" for each in (3, 2, 1)]
    assert Site.asked[:3] == ("/index.xml", "/robots.txt", "/sitemap.xml.gz")
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


def test_what_robots_txt_refuses_is_not_asked_for_and_told(site):
    Site.robots = b"User-agent: other\nDisallow: /\n\nUser-agent: allegata\nDisallow: /2\n"
    assert read(f"{site}/sitemap.xml") == ([f"{site}/3", f"{site}/1"], None, {module.REFUSED: 1})
    assert "/2" not in Site.asked
    Site.robots = b"User-agent: *\nDisallow: /sitemap\nDisallow: /1\nDisallow: /2\nDisallow: /3\n"
    for name, refused in (("sitemap.xml", 3), ("index.xml", 2)):
        found, error, skipped = read(f"{site}/{name}")
        assert (found, skipped) == ([], {module.REFUSED: refused})
        assert str(error).startswith(f"{site}/{name}: robots.txt asks to fetch nothing of what it lists")


def test_where_robots_txt_cannot_be_had_nothing_is_fetched(site):
    Site.robots = b"later"
    found, error, skipped = read(f"{site}/sitemap.xml")
    assert (found, skipped) == ([], {})
    assert "3 records were not read" in str(error)
    assert "robots.txt of its host cannot be had (it answers 503)" in str(error)
    assert Site.asked == ("/sitemap.xml", "/robots.txt")


def test_a_pause_stands_between_two_pages_as_long_as_robots_txt_asks_for(site, monkeypatch):
    waited = []
    monkeypatch.setattr(module.time, "sleep", waited.append)
    monkeypatch.setattr(module.time, "time", lambda: 1_000.0)
    Site.robots = b"User-agent: *\nCrawl-delay: 7\n"
    assert len(read(f"{site}/sitemap.xml")[0]) == 3
    assert waited == [7.0, 7.0]


def test_a_packed_sitemap_is_one_as_a_file_and_at_an_address(site, tmp_path):
    pages = [f"{site}/{each}" for each in (3, 2, 1)]
    assert read(f"{site}/sitemap.xml.gz")[0] == pages
    file = tmp_path / "a.xml.gz"
    file.write_bytes(gzip.compress(NEWS.format(URL.format(pages[0], "2024")).encode()))
    assert read(str(file)) == (pages[:1], None, {})


def test_one_sitemap_of_an_index_that_cannot_be_had_does_not_end_the_others(site, tmp_path):
    file = tmp_path / "a.xml"
    listed = "".join(f"<sitemap><loc>{site}/{each}</loc></sitemap>" for each in ("missing.xml", "sitemap.xml"))
    file.write_text(f"<sitemapindex>{listed}</sitemapindex>", "utf-8")
    found, error, _ = read(str(file))
    assert found == [f"{site}/{each}" for each in (3, 2, 1)]
    assert str(error).startswith(f"{file}: 1 record was not read: {site}/missing.xml: the server answers 404")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (gzip.compress(b"<urlset>" + bytes(30_000_000)), "is larger than 20,000,000 bytes"),
        (gzip.compress(NEWS.encode())[:-20], "its compressed body is cut off"),
        (b"\x1f\x8b" + bytes(90), "its compressed body is broken"),
        (gzip.compress(b"") * 1_001, "it has more than 1,000 compressed parts"),
    ],
)
def test_a_packed_listing_that_is_a_bomb_or_broken_is_one_line(body, why):
    with pytest.raises(InputError, match=why):
        listing.entries(body, "https://coast.example/sitemap.xml.gz")


def test_what_is_watched_may_be_packed_in_several_parts():
    whole = NEWS.format("".join(URL.format(f"https://coast.example/{n}", "2024") for n in range(3))).encode()
    body = gzip.compress(whole[:100]) + gzip.compress(whole[100:])
    assert len(listing.entries(body, "https://coast.example/sitemap.xml.gz")) == 3
