"""Web pages: the story's paragraphs without the page around them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, document_fromstring
from lxml.html import HTMLParser as TreeParser
from trafilatura import bare_extraction, external

from allegata.ground.lexicon import pattern_of_all
from allegata.model.document import Basis
from allegata.model.error import InputError
from allegata.read.dated import shown_days
from allegata.read.encoding import decoded
from allegata.read.furniture import is_furniture
from allegata.read.markup import plain_paragraphs
from allegata.read.metadata import Metadata, find_metadata
from allegata.read.prune import prune
from allegata.read.publication import Day, published_of
from allegata.read.reading import LIMIT_CHARACTERS, Reading, clean, encoding_basis, one_line, reader_version
from allegata.read.written import day_of_line

# Deeper pages are broken or hostile; libxml2 itself cuts them off at 2,048. Longer ones are lists, not stories:
# telling the story of a page takes about 10 seconds for 200,000 elements.
DEPTH = 250
ELEMENTS = 100_000
WITHIN = 1_000_000
"""Elements, each counted once for every box around it: the extraction asks each box which links it holds and how much text, which takes about
5 seconds for so many. The whole manual of Node.js on one page (8 MB) has 725,000."""
CHARACTERS = 200
"""Characters of a text that count as one element."""
_BOXES = frozenset(("div", "ul", "ol", "dl", "p", "table", "blockquote", "q", *(f"h{each}" for each in range(1, 7))))

for _name in ("trafilatura", "htmldate", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_BLOCKS = frozenset(("p", "head", "item", "quote", "row", "cell", "list", "table", "lb", "div", "ab", "fw", "body"))
_LIVE = re.compile(r"\blive|live-?blog|\bposts\b|timeline")
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")
CELL_CHARACTERS = 60
STORY_CHARACTERS = 120
"""With a line of so many characters, or with a sentence, the story has begun."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that a page may hold and that lxml refuses when text is moved."""


def _tree(text: str) -> HtmlElement | None:
    """Return the page as a tree, null if there is none, too many elements, or they are nested too deep or too many in too many boxes."""
    # Bytes, since a page may begin with an XML declaration, which lxml refuses in a str.
    parser = TreeParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    depth = elements = boxes = within = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        step = 1 if event == "start" else -1
        depth += step
        boxes += step * (element.tag in _BOXES)
        if event == "start":
            _cleanse(element)
            elements += 1
            within += boxes * (1 + (len(element.text or "") + len(element.tail or "")) // CHARACTERS)
        if depth > DEPTH or elements > ELEMENTS or within > WITHIN:
            return None
    return tree


def _cleanse(element: HtmlElement) -> None:
    for part in ("text", "tail"):
        words = getattr(element, part)
        if words and _NO_XML.search(words):
            setattr(element, part, _NO_XML.sub("", words))


def _join_posts(tree: HtmlElement) -> None:
    """Make the posts of a live blog one article: of several, the extraction would keep the first whole."""
    for article in list(tree.iter("article")):
        parent = article.getparent()
        marks = f"{parent.get('class') or ''} {parent.get('id') or ''}" if parent is not None else ""
        if parent is not None and _LIVE.search(marks.lower()) and parent.tag not in ("body", "html"):
            parent.tag = "article"
            article.drop_tag()


def _blocks(body: Any) -> Iterator[tuple[str, bool]]:
    """Yield each paragraph of trafilatura's tree *body* and whether it stands in a table."""
    words: list[str] = []
    cells = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if tag in _BLOCKS and words:
            yield "".join(words), cells > 0
            words = []
        if event == "start":
            cells += tag == "cell"
            words.append(element.text or "")
        else:
            cells -= tag == "cell"
            words.append(element.tail or "")
    yield "".join(words), False


def _keep_stop_words() -> None:
    """Keep the stop words of all languages, once the extraction has loaded them, as a set.

    It looks them up as a whole for every short page, and the hash of a tuple of 150,000 words is computed anew each time.
    """
    loaded = getattr(external, "JT_STOPLIST", None)
    if isinstance(loaded, tuple):
        external.JT_STOPLIST = frozenset(loaded)  # type: ignore[assignment]


def _story(tree: HtmlElement) -> list[str]:
    """Return the paragraphs of the story in *tree*, which is pruned; empty if there is none to be told from the page."""
    _join_posts(tree)
    try:
        found = bare_extraction(tree, include_comments=False, include_tables=True, include_formatting=False)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise InputError(f"its HTML cannot be read ({type(error).__name__}); save the page as text") from error
    finally:
        _keep_stop_words()
    body = getattr(found, "body", None)
    if body is None:
        return []
    lines = ((" ".join(block.split()), cell) for block, cell in _blocks(body))
    # A cell with a sentence is a page laid out with tables; other cells are data, and no sentence speaks of them.
    return [
        line for line, cell in lines if line and (not cell or (len(line) >= CELL_CHARACTERS and _SENTENCE.search(line)))
    ]


def tell(paragraphs: Iterable[str], title: str | None, byline: str | None = None) -> str:
    r"""Return *paragraphs* as the text of a document: without furniture and repeated lines, the title first.

    >>> tell(["By A. Verlo", "Ten were held.", "Share this"], "Ten held", "A. Verlo")
    'Ten held\nTen were held.'
    """
    names = {byline.casefold(), f"by {byline}".casefold()} if byline else set()
    kept: list[str] = []
    begun = False
    for paragraph in paragraphs:
        line = " ".join(clean(paragraph).split())
        if not line or is_furniture(line) or pattern_of_all("clock").fullmatch(line) or line.casefold() in names:
            continue
        # What says when the report was printed is read as that; further down a line with a day is a heading of the story.
        if not begun and day_of_line(line) and line != title:
            continue
        begun = begun or len(line) >= STORY_CHARACTERS or (line != title and bool(_SENTENCE.search(line)))
        if not kept or kept[-1] != line:
            kept.append(line)
    if title and title.casefold() not in {line.casefold() for line in kept}:
        kept.insert(0, title)
    return "\n".join(kept)


def read_html(body: bytes, url: str | None = None) -> Reading:
    r"""Return the story of the page *body*: its paragraphs, headings, list items and quotations.

    Navigation, captions, teasers, comments and tables of data are left out. The title comes first, also where the
    story does not repeat it. A page on which no story can be told from its surroundings gives all its text.

    Raises: InputError for pages longer than 20,000,000 characters or that cannot be read at all.

    >>> read_html(b"<title>Ten held</title><nav>Home</nav><p>Ten people were held, the mayor said.</p>").text
    'Ten held\nTen people were held, the mayor said.'
    """
    found = decoded(body, html=True)
    text = found.text.replace("\x00", "")
    if len(text) > 20 * LIMIT_CHARACTERS:
        raise InputError(f"has more than {20 * LIMIT_CHARACTERS:,} characters; give the story alone")
    tree = _tree(text)
    stated = Metadata()
    days: tuple[Day, ...] = ()
    if tree is not None:
        stated = find_metadata(tree, url)
        prune(tree)
        days = (*stated.days, *shown_days(tree, stated.title))
    paragraphs = (_story(tree) if tree is not None else []) or plain_paragraphs(text)
    title = one_line(stated.title)
    return Reading(
        tell(paragraphs, title, stated.byline),
        reader_version("html/2", "trafilatura"),
        title,
        stated.outlet,
        published_of(days)[0],
        stated.byline,
        stated.language,
        days,
        (*((Basis("outlet", stated.outlet_rule),) if stated.outlet else ()), encoding_basis(found)),
    )
