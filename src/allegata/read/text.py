"""Plain text and Markdown."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from allegata.model.error import InputError
from allegata.read.encoding import decoded
from allegata.read.furniture import is_furniture
from allegata.read.markup import without_tags
from allegata.read.reading import LIMIT_CHARACTERS, Reading, clean, encoding_basis, one_line, reader_version

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
    found = decoded(body)
    text = re.sub(r"\n[ \t]+(?=\n)", "\n", clean(found.text)).strip()
    return Reading(text, reader_version("text/1"), title=_title(text), basis=(encoding_basis(found),))


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
    found = decoded(body)
    blocks = markdown_blocks(clean(found.text))
    title = next((one_line(block.words) for block in blocks if block.heading), None)
    return Reading(
        "\n".join(block.words for block in blocks),
        reader_version("markdown/1", "markdown-it-py"),
        title=title,
        basis=(encoding_basis(found),),
    )


class Block(NamedTuple):
    """A heading, paragraph or item of Markdown. first, last: its lines in the text without tags, from 0, half-open."""

    words: str
    heading: bool
    first: int
    last: int


def markdown_body(text: str) -> tuple[str, int]:
    r"""Return the Markdown of *text*, which is clean, without what stands around it and in front, and where it begins.

    Raises: InputError if it is too long to be parsed.

    >>> markdown_body("---\ntitle: x\n---\n# Ten held")
    ('# Ten held\n', 17)
    """
    kept = text.strip() + "\n"
    if len(kept) > 2 * LIMIT_CHARACTERS:
        raise InputError(f"has more than {LIMIT_CHARACTERS:,} characters; split it")
    front = _FRONT_MATTER.match(kept)
    start = front.end() if front else 0
    return kept[start:], len(text) - len(text.lstrip()) + start


def markdown_blocks(text: str) -> tuple[Block, ...]:
    r"""Return the blocks of words of the Markdown *text*, which is clean.

    Raises: InputError if it is too long to be parsed.

    >>> [(block.words, block.first) for block in markdown_blocks("# Ten held\n\nThe *mayor* said\nso.")]
    [('Ten held', 0), ('The mayor said so.', 2)]
    """
    # Tags are taken off before, since looking for the end of each of many left open takes the square of the length.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).disable(["html_inline", "html_block"])
    tokens = parser.parse(without_tags(markdown_body(text)[0]))
    return tuple(
        Block(words, before.type == "heading_open", *(token.map or (0, 0)))
        for before, token in pairwise(tokens)
        if token.type == "inline" and (words := _inline(token))
    )
