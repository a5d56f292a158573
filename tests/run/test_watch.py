"""Following feeds: each report once with all its versions, whatever ends the program; polite, and never to where it should not."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastwarc.warc import ArchiveIterator

from allegata.capture import Guard
from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.model import Capture, Document, InputError
from allegata.run.cli import main
from allegata.run.pipeline import findings_of
from allegata.run.watch.settings import EXAMPLE, FEED, WATCH, settings_in, settings_of
from allegata.run.watch.state import State, place_of

WATCHED = Path(__file__).with_name("watched.py")
START = 1_715_158_800.0
"""2024-05-08T09:00:00Z."""
HOUR = 3600.0
PAGE = "<html><head><title>{title}</title><meta property='article:published_time' content='2024-05-08'></head><body><article><h1>{title}</h1>{text}</article></body></html>"


def story(count: str, notice: str = "") -> str:
    return (
        f"<p>Police said on Tuesday that {count} men were arrested in Lima, Peru.</p>"
        f"<p>The harbour stayed open, and ships left for Callao in the evening.</p>{notice}"
    )


VERSIONS: dict[str, list[tuple[float, str]]] = {
    "/held": [
        (0, story("ten")),
        (20, story("twelve")),
        (50, story("fourteen", "<p>Correction: an earlier version of this report gave another number.</p>")),
    ],
    "/quiet": [(0, story("seven"))],
    "/late": [(30, story("nine"))],
    "/gone": [(0, story("five"))],
    "/busy": [(0, story("six"))],
    "/private": [(0, story("eight"))],
    "/json": [(0, story("thirty"))],
    "/mapped": [(0, story("forty"))],
}
LISTED = {
    "/rss": ("/held", "/quiet", "/late", "/gone", "/busy", "/private"),
    "/feed.json": ("/json", "/held"),
    "/map.xml": ("/mapped",),
}


class Site(BaseHTTPRequestHandler):
    """A small news site, at the time of the clock of the test."""

    server: Any

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        now = float(self.server.clock.read_text())
        hour, path = (now - START) / HOUR, self.path.partition("?")[0]
        self.server.asked.append((now, self.path, dict(self.headers)))
        if path == "/robots.txt":
            return self.reply(
                200, f"User-agent: *\nDisallow: /private\nCrawl-delay: {self.server.crawl_delay}\n", "text/plain"
            )
        if path == "/busy" and not self.server.was_busy:
            self.server.was_busy = True
            return self.reply(429, "", "text/plain", Retry_After="1800")
        if path == "/gone" and hour > 10:
            return self.reply(self.server.gone, "gone", "text/plain")
        if path in LISTED:
            return self.listing(path, [each for each in LISTED[path] if VERSIONS[each][0][0] <= hour])
        text = next((text for since, text in reversed(VERSIONS.get(path, [])) if since <= hour), None)
        if text is None:
            return self.reply(404, "none", "text/plain")
        ad = f"<footer>Ad {now}</footer>" if path == "/quiet" else ""
        body = PAGE.format(title=f"Men held {path[1:]}", text=text).replace("</body>", f"{ad}</body>")
        tag = f'"{hash(body)}"' if path != "/quiet" else None
        if tag and self.headers.get("If-None-Match") == tag:
            return self.reply(304, "", "text/html", ETag=tag)
        return self.reply(200, body, "text/html", **({"ETag": tag} if tag else {}))

    def listing(self, path: str, paths: list[str]) -> None:
        base = f"http://{self.headers['Host']}"
        if path == "/rss":
            items = "".join(
                f"<item><title>Men held</title><link>{base}{each}?utm_source=rss</link></item>" for each in paths
            )
            return self.reply(
                200, f"<rss version='2.0'><channel><title>Harbor Post</title>{items}</channel></rss>", "text/xml"
            )
        if path == "/feed.json":
            items = [{"id": each, "url": base + each, "date_published": "2024-05-08T07:00:00Z"} for each in paths]
            feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Quay Times", "items": items}
            return self.reply(200, json.dumps(feed), "application/json")
        urls = "".join(f"<url><loc>{base}{each}</loc></url>" for each in paths)
        return self.reply(
            200, f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>", "text/xml"
        )

    def reply(self, status: int, text: str, media_type: str, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.clock, server.asked, server.was_busy, server.crawl_delay = tmp_path / "clock", [], False, 7
    server.gone = 404
    server.clock.write_text(str(START))
    server.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    feeds = "".join(f'[[feed]]\nurl = "{server.base}{each}"\n' for each in LISTED)
    server.feeds = tmp_path / "feeds.toml"
    server.feeds.write_text(
        f'[watch]\ncontact = "desk@harbor.example"\nallow_addresses = ["127.0.0.1"]\nevery_minutes = 60\ndelay_seconds = 3\n{feeds}'
    )
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def watch(site: Any, location: str, hours: float, how: str = "never") -> int:
    words = [str(site.feeds), location, str(site.clock), str(START + hours * HOUR), how]
    done = subprocess.run([sys.executable, str(WATCHED), *words], capture_output=True, check=False, timeout=240)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def versions(ledger: Ledger) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for _, document in ledger.every("document", Document):
        found.setdefault((document.url or "").rpartition("/")[2], []).append(document)
    return found


def test_three_days_of_edits_are_followed_through_two_kills(site: Any, tmp_path: Path) -> None:
    location = str(tmp_path / "ledger")
    assert watch(site, location, 12, "before:2") == -signal.SIGKILL
    assert watch(site, location, 40, "after:6") == -signal.SIGKILL
    assert watch(site, location, 80) == 0
    with open_ledger(location, outward) as ledger:
        assert ledger.verify() == ()
        kept = versions(ledger)
        assert {name: len(each) for name, each in kept.items()} == {
            "held": 3, "quiet": 1, "late": 1, "gone": 1, "busy": 1, "json": 1, "mapped": 1,
        }  # fmt: skip
        current = [(each.url or "").rpartition("/")[2] for each in ledger.documents()]
        assert sorted(current) == sorted(kept)
        told = [each.explanation for each in findings_of(ledger) if each.kind == "edit"]
        assert sorted(told) == [
            "Quay Times changed its report and says so: the count was 12 and is 14.",
            "Quay Times changed its report without saying so: the count was 10 and is 12.",
        ]
        taken = [each for each in findings_of(ledger) if each.kind == "gone"]
        assert [(each.document, each.explanation) for each in taken] == [
            (kept["gone"][0].id, "Harbor Post has a report no longer at its address, which answered 404 on 2024-05-10.")
        ]
        counts = [claim.count.value.low for claim in ledger.claims() if claim.count and claim.count.value]
        # "Men held", the headline, are at least two.
        assert sorted(each for each in counts if each != 2) == [5, 6, 7, 9, 14, 30, 40]
        assert not ledger.keyed.is_behind()
        for _, capture in ledger.every("capture", Capture):
            (record,) = ArchiveIterator(BytesIO(ledger.capture_bytes(capture.body)))
            assert record.headers["WARC-Target-URI"] == capture.url
    paths = [path.partition("?")[0] for _, path, _ in site.asked]
    assert "/private" not in paths
    assert all("desk@harbor.example" in headers["User-Agent"] for _, _, headers in site.asked)
    assert any("If-None-Match" in headers for _, _, headers in site.asked)


@pytest.mark.full
def test_hosts_are_given_time_and_asked_again_when_they_say(site: Any, tmp_path: Path) -> None:
    watch(site, str(tmp_path / "ledger"), 2)
    times = [at for at, path, _ in site.asked if path != "/robots.txt"]
    assert min(later - before for before, later in itertools.pairwise(times)) >= 7
    busy = [at for at, path, _ in site.asked if path.startswith("/busy")]
    assert len(busy) >= 2
    assert busy[1] - busy[0] >= 1800
    assert [path for at, path, _ in site.asked if busy[0] < at < busy[0] + 1800] == []


@pytest.mark.full
def test_reading_again_keeps_what_was_changed(site: Any, tmp_path: Path) -> None:
    location = str(tmp_path / "ledger")
    watch(site, location, 30)
    for words in (["reread"], ["verify"]):
        assert CliRunner().invoke(main, [*words, "--ledger", location]).exit_code == 0
    with open_ledger(location, outward) as ledger:
        assert [each.kind for each in findings_of(ledger)].count("edit") == 1


@pytest.mark.full
@pytest.mark.parametrize(("status", "looks", "told"), [(404, 2, 1), (410, 1, 1), (500, 5, 0)])
def test_a_page_is_gone_when_it_was_missed_for_a_day_or_its_server_says_so(
    site: Any, tmp_path: Path, status: int, looks: int, told: int
) -> None:
    location, site.gone = str(tmp_path / "ledger"), status
    watch(site, location, 9)
    site.asked.clear()
    watch(site, location, 70)
    asked = [at for at, path, _ in site.asked if path.startswith("/gone") and (at - START) / HOUR > 10]
    assert len(asked) == looks
    for words in (["reread"], ["verify"]):
        assert CliRunner().invoke(main, [*words, "--ledger", location]).exit_code == 0
    with open_ledger(location, outward) as ledger:
        assert [each.kind for each in findings_of(ledger)].count("gone") == told


@pytest.mark.full
def test_nothing_of_a_page_stays_in_the_state_that_was_erased_from_the_ledger(site: Any, tmp_path: Path) -> None:
    location = str(tmp_path / "ledger")
    watch(site, location, 3)
    with open_ledger(location, outward) as ledger:
        (page,) = [each.id for each in ledger.documents() if (each.url or "").endswith("/held")]
    before = place_of(location).read_bytes()
    words = ["erase", page, "--reason", "asked for", "--yes", "--ledger", location]
    assert CliRunner().invoke(main, words).exit_code == 0
    site.asked.clear()
    watch(site, location, 30)
    assert not [path for _, path, _ in site.asked if path.startswith("/held")]
    with open_ledger(location, outward) as ledger:
        assert not [each for each in ledger.documents() if (each.url or "").endswith("/held")]
    assert b"/held" not in place_of(location).read_bytes()
    assert before


def test_two_watches_of_one_ledger_do_not_run_at_once(tmp_path: Path) -> None:
    path = place_of(str(tmp_path / "ledger"))
    with State(path), pytest.raises(Exception, match="another watch"):
        State(path)
    State(path).close()


def test_the_command_looks_once(site: Any, tmp_path: Path) -> None:
    site.crawl_delay = 0
    text = site.feeds.read_text().replace("delay_seconds = 3", "delay_seconds = 0")
    site.feeds.write_text(text.replace(f'[[feed]]\nurl = "{site.base}/rss"\n', ""))
    result = CliRunner().invoke(main, ["watch", str(site.feeds), "--once", "--ledger", str(tmp_path / "ledger")])
    assert result.exit_code == 0, result.output
    assert "2 feeds looked at" in result.output


def test_the_command_fails_where_no_feed_could_be_read(tmp_path: Path) -> None:
    (feeds := tmp_path / "feeds.toml").write_text('[[feed]]\nurl = "https://nowhere.invalid/rss"\n')
    result = CliRunner().invoke(main, ["watch", str(feeds), "--once", "--ledger", str(tmp_path / "ledger")])
    assert result.exit_code == 2, result.output
    assert "no feed could be read" in result.output
    said = next(line for line in result.output.splitlines() if "robots.txt" in line)
    assert said.count("(") == said.count(")")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "names no feed"),
        ("x", "is not TOML"),
        ("[feeds]\nurl = 1", "'feeds' is no table"),
        ("[[feed]]\nurl = 'a'", "is no address"),
        ("[[feed]]\nurl = 'https://a.example'\nname = 'x'", "'name' is none of"),
        ("[[feed]]\nurl = 1", "url is no str"),
        ("[[feed]]\nurl = 'https://a.example'\n[[feed]]\nurl = 'https://a.example'", "twice"),
        ("[watch]\ndelay_seconds = -1\n[[feed]]\nurl = 'https://a.example'", "delay_seconds: is not between"),
        ("[watch]\nagain_hours = ['x']\n[[feed]]\nurl = 'https://a.example'", "again_hours: is no list of hours"),
        ("[watch]\nallow_addresses = ['x']\n[[feed]]\nurl = 'https://a.example'", "is no address that can be allowed"),
        ("[watch]\ncontact = \"a\\nb\"\n[[feed]]\nurl = 'https://a.example'", "contact"),
    ],
)
def test_settings_that_are_none_say_why(tmp_path: Path, text: str, why: str) -> None:
    (path := tmp_path / "feeds.toml").write_text(text)
    with pytest.raises(InputError, match=r"feeds\.toml") as caught:
        settings_in(path)
    assert why in str(caught.value)


def test_the_settings_of_a_feed() -> None:
    made = settings_of({"watch": {"every_minutes": 5}, "feed": [{"url": "https://a.example/rss", "outlet": "A"}]})
    assert (made.every_s, made.feeds[0].outlet, made.guard) == (300, "A", Guard())


def test_the_example_stands_in_the_help_as_it_can_be_copied(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["watch", "--help"]).output.partition("such a file:\n")[2]
    (path := tmp_path / "feeds.toml").write_text("\n".join(line.removeprefix("  ") for line in shown.splitlines()))
    assert settings_in(path) == settings_of(tomllib.loads(EXAMPLE))
    assert settings_in(path).feeds[0].outlet == "Harbor Post"


@pytest.mark.parametrize("name", [*WATCH, *FEED])
def test_every_setting_is_explained(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs/inputs.md").read_text("utf-8")
    assert f"`{name}`" in page[page.index("**Feeds that are followed.**") : page.index("**Mailboxes.**")]
