"""How Sphinx makes the site: of the pages as they stand in the repository, so that a link works here and there.

The source folder is the whole repository (``sphinx-build -c docs . build/docs``): README.md, the notes on corpus and model are pages of the
site where they are. Navigation is made of the lists of links in `LISTS`, which are written once, for readers.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import PurePosixPath
from posixpath import normpath

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "allegata"
release = metadata.version("allegata")
project_copyright = "the authors of allegata, Apache-2.0"

extensions = ["myst_parser"]
root_doc = "docs/index"
OUTSIDE = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "corpus/README.md",
    "src/allegata/data/en/action/MODEL_CARD.md",
    "src/allegata/data/en/attribution/MODEL_CARD.md",
)
include_patterns = ["docs/**.md", *OUTSIDE]
exclude_patterns = [".*", "build", "dist", "tests", "bench", "training", "changelog.d", "**/__pycache__"]

nitpicky = True
myst_heading_anchors = 4
highlight_language = "text"
smartquotes = False

html_theme = "furo"
html_title = "allegata"
html_favicon = "../src/allegata/serve/static/mark.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["root"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
# Colours are those of the web app.
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#1b4f8a",
        "color-brand-content": "#1b4f8a",
        "color-background-primary": "#fff",
        "color-background-secondary": "#fbfaf7",
    },
    "dark_css_variables": {
        "color-brand-primary": "#9cc3f0",
        "color-brand-content": "#9cc3f0",
        "color-background-primary": "#191816",
        "color-background-secondary": "#22201d",
    },
}

LISTS = ("docs/index", "docs/check/README")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_LISTED = re.compile(r"^(- |\| )\[([^\]]+)\]\(([^)#:]+\.md)\)", re.MULTILINE)


def with_navigation(page: str, text: str) -> str:
    """Return the *text* of a *page* of links with a hidden table of contents a section, of the links that begin its items and rows.

    A page is called there as its item calls it; in a table, as it calls itself.
    """
    first, *rest = _HEADING.split(text)
    sections = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    made = [text]
    for heading, section in sections:
        folder = PurePosixPath(page).parent
        listed = [
            f"{name} <{listed_page}>" if sign == "- " else listed_page
            for sign, name, link in _LISTED.findall(section)
            for listed_page in [f"/{normpath(folder / link)}"]
        ]
        if listed:
            caption = [f":caption: {heading}"] if heading else []
            made.append("\n".join(["```{toctree}", ":hidden:", *caption, "", *listed, "```"]))
    return "\n\n".join(made) + "\n"


def _navigate(app: Sphinx, page: str, source: list[str]) -> None:
    if page in LISTS:
        source[0] = with_navigation(page, source[0])


def setup(app: Sphinx) -> None:
    """Register what is ours with Sphinx."""
    for name in ("draft", "earlier"):
        app.add_lexer(name, TextLexer)
    app.connect("source-read", _navigate)
