"""Plain text and Markdown."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from allegata.model import InputError
from allegata.read.furniture import is_furniture
from allegata.read.markup import without_tags
from allegata.read.reading import LIMIT_CHARACTERS, Reading, clean, decode, one_line, reader_version

TITLE_CHARACTERS = 200
_FRONT_MATTER = re.compile(r"---\n(?:(?!---\n).*\n){0,60}?---\n")
_END = re.compile(r"[.!?:;,…][\"'”’)\]]*$")


def _title(text: str) -> str | None:
    """Return the first line if it reads as a title: short, not a sentence, alone between blank lines.

    Furniture of a page that was copied whole ("Breaking News") is passed over.
    """
    for block in text.lstrip().split("\n\n", 6)[:6]:
        line = block.strip()
        if not line or is_furniture(line):
            continue
        alone = "\n" not in line and text.strip() != line
        return one_line(line) if alone and len(line) <= TITLE_CHARACTERS and not _END.search(line) else None
    return None


def read_text(body: bytes, url: str | None = None) -> Reading:
    r"""Return the text of *body* as it stands: its lines are kept, only line ends and control characters change.

    The first line is the title if it is short, ends no sentence and a blank line follows.

    >>> read_text(b"Ten held in the north\r\n\r\nTen people were held, the mayor said.").title
    'Ten held in the north'
    """
    text = re.sub(r"\n[ \t]+(?=\n)", "\n", clean(decode(body))).strip()
    return Reading(text, reader_version("text/1"), title=_title(text))


def _inline(token: Token) -> str:
    """Return the words of an inline token: links by their words, images left out, line ends as spaces."""
    words: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            words.append(child.content)
        elif child.type == "hardbreak":
            words.append("\n")
        elif child.type == "softbreak":
            words.append(" ")
    return "".join(words).strip()


def read_markdown(body: bytes, url: str | None = None) -> Reading:
    r"""Return the words of the headings, paragraphs, lists and quotations of *body*, a paragraph each, without markup.

    The first heading is the title. Code and front matter are left out, and so are HTML tags.

    >>> read_markdown(b"# Ten held\n\nThe *mayor* said\nso.\n\n- in [Orva](http://orva.example)\n").text
    'Ten held\nThe mayor said so.\nin Orva'
    """
    text = clean(decode(body)).strip() + "\n"
    if len(text) > 2 * LIMIT_CHARACTERS:
        raise InputError(f"has more than {LIMIT_CHARACTERS:,} characters; split it")
    front = _FRONT_MATTER.match(text)
    # Tags are taken off before, since looking for the end of each of many left open takes the square of the length.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).disable(["html_inline", "html_block"])
    tokens = parser.parse(without_tags(text[front.end() :] if front else text))
    paragraphs: list[str] = []
    title: str | None = None
    for before, token in pairwise(tokens):
        if token.type == "inline" and (words := _inline(token)):
            if title is None and before.type == "heading_open":
                title = one_line(words)
            paragraphs.append(words)
    return Reading("\n".join(paragraphs), reader_version("markdown/1", "markdown-it-py"), title=title)
