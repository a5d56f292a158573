"""The app as a program, and Debian's Chromium that looks at it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allegata.ground.lexicon import table
from allegata.ledger import Ledger, open_ledger
from allegata.mask import outward
from allegata.run.pipeline import Added, Given, add, reports
from allegata.run.relating import relate

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AT = "2024-05-02T10:00:00Z"
KEY = "a-key-of-a-start"
"""The key of the apps that answer within a test."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
HEAVIEST = 200_000
"""Bytes of the HTML of a page."""
RECORDS = (".json", ".csv", ".md", ".html")
"""How addresses end that give records, and no page."""


def fill(place: Path, further: Callable[[Ledger], None] | None = None) -> Path:
    """Return *place* with a ledger of the example reports; *further* enters more."""
    folder = Path(str(files("allegata").joinpath("data", "demo")))
    with open_ledger(str(place), outward, True) as ledger:
        for row in table("demo/index"):
            for made in reports(str(folder / row["file"]), Given(row["published"], row["outlet"])):
                add(ledger, made, "ana", AT, Added())
        relate(ledger, "ana", AT)
        if further:
            further(ledger)
    return place


@contextmanager
def program(place: Path, stderr: int | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve the ledger at *place* on a free port, and yield the program with the address that it prints."""
    call = "from allegata.run.cli import main; main()"
    command = [sys.executable, "-u", "-c", call, "serve", "--ledger", str(place), "--port", "0"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        assert "http://" in line, f"allegata serve does not say where it is: {line!r}"
        yield running, next(word for word in line.split() if word.startswith("http://"))
    finally:
        if running.returncode is None:
            running.terminate()
            running.communicate(timeout=60)


@contextmanager
def serving(place: Path) -> Iterator[str]:
    """Serve the ledger at *place*, and yield the address that is printed, with its key where the ledger has no accounts."""
    with program(place) as (_, address):
        yield address


def origin(address: str) -> str:
    """Return *address* without a path, and without a slash at its end."""
    return "://".join(urlsplit(address)[:2])


def token_in(page: str) -> str:
    """Return the token that a browser sends with the forms of *page*."""
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def executable() -> str:
    """Return the path of Chromium.

    Raises: RuntimeError if there is none.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RuntimeError(f"none of {', '.join(NAMES)} is on the PATH; run: apt-get install chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield opened
        finally:
            opened.close()


class Watch:
    """What goes wrong in a context: words of the console, errors, dialogs, and requests to elsewhere."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.wrong: list[str] = []
        self._address = address
        context.on("page", self._page)
        context.on("request", lambda made: self._request(made.url))

    def _request(self, url: str) -> None:
        if not url.startswith((f"{self._address}/", "data:", "blob:", "about:")):
            self.wrong.append(f"a request to {url}")

    def _page(self, page: Page) -> None:
        page.on("console", lambda told: told.type in ("error", "warning") and self.wrong.append(told.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: (self.wrong.append(f"a dialog: {dialog.message}"), dialog.dismiss()))


@contextmanager
def looking(browser: Browser, address: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
    """Yield a page of a context of its own, which is let in by *address*, with what goes wrong in it."""
    base = origin(address)
    context = browser.new_context(base_url=base, **options)
    context.set_default_timeout(30_000)
    watch = Watch(context, base)
    try:
        context.request.get(address)
        yield context.new_page(), watch
    finally:
        context.close()


def settled(page: Page, path: str) -> Page:
    """Return *page* at *path*, once it has its answer."""
    page.goto(path)
    page.locator("main").get_by_text("This is being worked out").wait_for(state="detached")
    return page


def crawled(page: Page, most: int) -> dict[str, int]:
    """Click through the app from the first page, and return each page reached, with the bytes of its HTML.

    Of addresses that differ in the query alone, three are followed, of reports and claims five.
    """
    queue, seen, kinds = ["/"], dict[str, int](), dict[str, int]()
    known = {"/"}
    while queue and len(seen) < most:
        path = queue.pop(0)
        seen[path] = len(settled(page, path).content().encode())
        for link in page.eval_on_selector_all("a[href]", "links => links.map(each => each.href)"):
            there, parts = str(link), urlsplit(str(link))
            if parts.netloc != urlsplit(page.url).netloc or parts.path.endswith(RECORDS):
                continue
            short = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kind = "/".join(parts.path.split("/")[:2])
            if short in known or kinds.get(kind, 0) >= (5 if parts.path != kind else 3) + 3:
                continue
            assert there.startswith("http")
            known.add(short)
            kinds[kind] = kinds.get(kind, 0) + 1
            queue.append(short)
    return seen


def too_wide(page: Page) -> Sequence[str]:
    """Return what makes *page* wider than its window, empty where nothing does."""
    found: Sequence[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('main *, header *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1
          && !each.closest('.wide, .unseen, .brief table')).slice(0, 5).map(each => each.outerHTML.slice(0, 120))
        .concat(['the page is ' + document.documentElement.scrollWidth])"""
    )
    return found
