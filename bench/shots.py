"""Pictures of the web app over the example reports, in light, in dark and on a phone: ``make shots`` writes them into docs/shots/.

Chromium writes them as WebP, so that no other program is needed. Each has to be looked at before it is kept.
"""

from __future__ import annotations

import base64
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "shots"
QUALITY = 52
MOST_BYTES = 1_500_000
PAGES = {
    "home": "/",
    "reader": "/documents/{document}",
    "claim": "/claims/{claim}",
    "claims": "/claims",
    "drift": "/drift",
    "totals": "/totals",
    "timeline": "/timeline",
    "map": "/map?country=IR",
    "speakers": "/speakers",
    "silence": "/silence",
    "findings": "/findings",
    "review": "/review",
    "check": "/check",
    "brief": "/brief?all=1",
    "ledger": "/ledger",
}
WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 780}, "color_scheme": "light"},
}


PERSIAN = (
    "وزارت کشور روز دوشنبه اعلام کرد ۶۴ نفر در شهر دریاکنار بازداشت شده‌اند.\n"
    "سخنگوی وزارت گفت از این شمار ۱۸ نفر آزاد شده‌اند، اما سندی نشان نداد.\n"
    "روزنامهٔ کرانه (Coast Daily) این خبر را به نقل از یک خبرگزاری در ۲۴ خرداد ۱۴۰۲ چاپ کرد."
)
"""Invented; the ledger reads English, so that the template of the reader alone is shown with it."""
MARKED = (
    ("source", "وزارت کشور"),
    ("cue", "اعلام کرد"),
    ("count", "۶۴ نفر"),
    ("place", "شهر دریاکنار"),
    ("count", "۱۸ نفر"),
)


def _right_to_left(page: Any, out: Path) -> None:
    """Write the picture of the template of the reader with a text that runs from right to left."""
    from allegata.export.marks import FIELDS, Mark, paragraphs
    from allegata.model import Document
    from allegata.serve.render import environment
    from allegata.serve.visit import Visitor
    from allegata.serve.words import direction

    document = Document("d", "c", PERSIAN, "fa", "روزنامهٔ کرانه", "2023-06-14", None, None, None, "text/1")
    marks = [Mark(at, at + len(words), field, 1) for field, words in MARKED for at in [PERSIAN.index(words)]]
    shown = environment().get_template("reader.html.jinja").render(
        title="وزارت کشور: ۶۴ نفر بازداشت شدند", visitor=Visitor("ana"), path="/documents/d", document=document, basis=[], claims=[], total=0, statements=0,
        away={}, fields=FIELDS, paragraphs=paragraphs(PERSIAN, marks), direction=direction("fa"), part=1, parts=1,
    )  # fmt: skip
    page.route("**/documents/d", lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"))
    page.goto("/documents/d")
    _shoot(page, out)


def _browser() -> ModuleType:
    file = ROOT / "tests" / "serve" / "browser.py"
    spec = importlib.util.spec_from_file_location("browser", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def _draft(page: Any) -> None:
    page.get_by_label("Draft", exact=True).fill((ROOT / "src/allegata/data/demo/draft.md").read_text("utf-8"))
    page.get_by_role("button", name="Check").click()


def _shoot(page: Any, out: Path) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready.then(() => null)")
    session = page.context.new_cdp_session(page)
    data = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})["data"]
    out.write_bytes(base64.b64decode(data))


def main() -> int:
    """Write the pictures, and return 1 if together they are too large."""
    browser = _browser()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as place,
        browser.serving(browser.fill(Path(place) / "ledger")) as address,
        browser.chromium() as opened,
    ):
        for way, options in WAYS.items():
            with browser.looking(opened, address, **options) as (page, _):
                browser.settled(page, "/drift")
                claim = page.locator("main a[href^='/claims/']").first.get_attribute("href").rpartition("/")[2]
                browser.settled(page, f"/claims/{claim}")
                document = page.locator("main a[href^='/documents/']").first.get_attribute("href")
                ids = {"claim": claim, "document": document.partition("?")[0].partition("#")[0].rpartition("/")[2]}
                for name, path in PAGES.items():
                    browser.settled(page, path.format(**ids))
                    if name == "check":
                        _draft(page)
                    _shoot(page, OUT / f"{name}-{way}.webp")
                _right_to_left(page, OUT / f"right-to-left-{way}.webp")
    size = sum(each.stat().st_size for each in OUT.iterdir())
    print(f"{len(list(OUT.iterdir()))} pictures, {size:,} bytes, in {OUT.relative_to(ROOT)}")
    return size > MOST_BYTES


if __name__ == "__main__":
    sys.exit(main())
