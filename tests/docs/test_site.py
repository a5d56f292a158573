"""The site is built as `make docs` builds it, and every link and anchor of it leads somewhere; nothing of it comes from another host."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import allegata

ROOT = Path(__file__).parents[2]
LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "object": "data", "embed": "src", "link": "href", "video": "src"}  # fmt: skip
# In code of a page, a path of a file that is in the repository or the package; not those of a ledger or of what a user writes.
PATH = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|tsv|toml|jinja|ipynb|webp))(?:::\w+)?`")
INVENTED = {"feeds.toml", "allegata.toml", "pyproject.toml"}


class Links(HTMLParser):
    """The ids of a page, what it leads to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.update(given[name] for name in ("id", "name") if given.get(name))
        if tag == "a" and "href" in given:
            self.leads.append(given["href"])
        if tag in LOADED and LOADED[tag] in given:
            self.loads.append(given[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-n", "-E", "-c", "docs", "-d", str(made / "doctrees")]
    done = subprocess.run([sys.executable, "-m", "sphinx", *options, ".", str(made / "out")], cwd=ROOT, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return made / "out"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    return {page: Links(page.read_text("utf-8")) for page in site.rglob("*.html")}


def test_no_link_of_the_site_is_broken(site: Path, pages: dict[Path, Links]) -> None:
    broken = []
    for page, links in pages.items():
        for link in [*links.leads, *links.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file() or (
                parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
            ):
                broken.append((str(page.relative_to(site)), link))
    assert broken == []


def test_the_site_loads_nothing_from_elsewhere(site: Path, pages: dict[Path, Links]) -> None:
    assert [
        load for links in pages.values() for load in links.loads if urlsplit(load).scheme or urlsplit(load).netloc
    ] == []
    styles = [style.read_text("utf-8") for style in site.rglob("*.css")]
    assert styles
    assert [style for style in styles if re.search(r"url\(['\"]?(?:https?:)?//|@import", style)] == []


def test_every_page_of_the_repository_is_in_the_site(pages: dict[Path, Links]) -> None:
    written = list((ROOT / "docs").rglob("*.md"))
    made = {page.as_posix() for page in pages}
    for page in written:
        name = page.relative_to(ROOT).with_suffix(".html").as_posix()
        assert any(each.endswith(name) for each in made), name


def test_the_site_is_of_a_reasonable_size(site: Path) -> None:
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < 4_000_000


def named() -> list[tuple[str, str]]:
    """Return the files that pages name, with the page; not those that they have their reader write."""
    found = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = re.sub(r"^(?:Save as|Change) `.*`:$", "", page.read_text("utf-8"), flags=re.MULTILINE)
        found += [(str(page.relative_to(ROOT)), path) for path in sorted(set(PATH.findall(text)))]
    return found


def test_every_file_that_a_page_names_is_there() -> None:
    found = named()
    assert len(found) > 50
    package = ROOT / "src/allegata"
    names = {path.name for path in package.rglob("*.*")}
    missing = [
        (page, path)
        for page, path in found
        if path not in INVENTED
        and not any((root / path).exists() for root in (ROOT, ROOT / "docs", package))
        and ("/" in path or path not in names)
    ]
    assert missing == []


def test_every_public_name_has_a_place_in_the_reference() -> None:
    written = "".join(page.read_text("utf-8") for page in (ROOT / "docs/reference").glob("*.md"))
    missing = [
        name for name in allegata.__all__ if not re.search(rf"^#+ `?{name}`?$", written, re.MULTILINE)
        and not issubclass(getattr(allegata, name), allegata.AllegataError)
    ]  # fmt: skip
    assert missing == []
