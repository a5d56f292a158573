import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from allegata.capture import Guard, capture
from allegata.model import InputError

PAGE = b"<!DOCTYPE html><p>Ten people were held, the mayor said.</p>"
FEED = b"<rss><channel><title>P</title><item><title>Ten held</title><link>/ten</link></item></channel></rss>"


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status: int, body: bytes = b"", **headers: str):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        try:
            getattr(self, "get_" + self.path.strip("/").split("?")[0])()
        except OSError:
            self.close_connection = True

    def get_page(self):
        self.reply(200, PAGE, Content_Type="text/html; charset=koi8-r")

    def get_notes(self):
        self.reply(200, b"# Ten", Content_Type="text/markdown")

    def get_feed(self):
        self.reply(200, FEED, Content_Type="text/html")

    def get_moved(self):
        self.reply(302, Location="/page?from=moved")

    def get_circle(self):
        self.reply(302, Location="/circle")

    def get_astray(self):
        self.reply(302, Location="file:///etc/hostname")

    def get_missing(self):
        self.reply(404, b"<p>nothing here</p>")

    def get_failing(self):
        self.reply(503)

    def get_empty(self):
        self.reply(200)

    def get_picture(self):
        self.reply(200, b"\x89PNG\r\n\x1a\n", Content_Type="image/png")

    def get_packed(self):
        self.reply(200, gzip.compress(PAGE, mtime=0), Content_Type="text/html", Content_Encoding="gzip")

    def get_bomb(self):
        self.reply(200, gzip.compress(bytes(5_000_000)), Content_Encoding="gzip")

    def get_broken(self):
        self.reply(200, b"\x1f\x8bnothing", Content_Encoding="gzip")

    def get_short(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(PAGE)
        self.close_connection = True

    def get_slow(self):
        self.server.stopped.wait(5)
        self.reply(200, PAGE)

    def get_drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.server.stopped.wait(0.05):
            self.wfile.write(b"x")

    def get_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.server.stopped.wait(0.05):
            self.wfile.write(b"x")

    def get_endless(self):
        self.send_response(200)
        self.end_headers()
        while not self.server.stopped.is_set():
            self.wfile.write(b"x" * 65536)


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    server.stopped = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()
    server.shutdown()
    server.server_close()
    thread.join()


LOCAL = Guard(allowed=("127.0.0.1",))


def refusal(address, **options) -> str:
    with pytest.raises(InputError) as caught:
        list(capture(address, **{"guard": LOCAL, **options}))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_page(site):
    ((made, body),) = capture(f"{site}/page", guard=LOCAL, fetched_at="2021-01-01T00:00:00Z")
    assert body == PAGE
    assert (made.url, made.origin, made.fetched_at) == (f"{site}/page", "http", "2021-01-01T00:00:00Z")
    assert made.media_type == "text/html; charset=koi8-r"


def test_the_servers_date_is_kept_where_none_is_given(site):
    ((made, _),) = capture(f"{site}/notes", guard=LOCAL)
    assert made.media_type == "text/markdown"
    assert made.fetched_at[10] == "T"
    assert made.fetched_at.endswith("Z")


def test_the_address_is_the_one_it_was_found_at(site):
    ((made, _),) = capture(f"{site}/moved", guard=LOCAL)
    assert made.url == f"{site}/page?from=moved"
    ((made, _),) = capture(f"{site}/moved", guard=LOCAL, url="https://a.example/given")
    assert made.url == "https://a.example/given"


def test_a_feed_is_taken_apart(site):
    ((made, _),) = capture(f"{site}/feed", guard=LOCAL)
    assert (made.origin, made.url) == (f"feed:{site}/feed#1", f"{site}/ten")


def test_packed_pages_are_unpacked(site):
    ((_, body),) = capture(f"{site}/packed", guard=LOCAL)
    assert body == PAGE


def test_a_password_is_neither_kept_nor_printed(site):
    address = site.replace("//", "//ana:secret@")
    ((made, _),) = capture(f"{address}/page", guard=LOCAL)
    assert made.url == f"{site}/page"
    assert "secret" not in refusal(f"{address}/missing")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("missing", "answers 404 Not Found"),
        ("failing", "answers 503"),
        ("circle", "redirects more than 8 times"),
        ("astray", "neither http nor https"),
        ("empty", "is empty"),
        ("picture", "PNG image"),
        ("bomb", "larger than 100,000 bytes"),
        ("endless", "larger than 100,000 bytes"),
        ("broken", "compressed body is broken"),
        ("short", "cannot be fetched"),
    ],
)
def test_what_cannot_be_used_says_why(site, path, why):
    assert why in refusal(f"{site}/{path}", limit_bytes=100_000)


@pytest.mark.parametrize("path", ["slow", "drip", "headers"])
def test_a_slow_server_is_left(site, path):
    start = time.monotonic()
    assert "in time" in refusal(f"{site}/{path}", timeout_s=0.2)
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1:1/", "cannot be reached"),
        ("http://nowhere.invalid/", "cannot be reached"),
        ("http://", "neither http nor https"),
        ("http://[", "cannot be fetched"),
        ("http://a\x00b/", "cannot be fetched"),
    ],
)
def test_addresses_that_lead_nowhere(address, why):
    assert why in refusal(address, timeout_s=2)
