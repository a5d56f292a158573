"""PDF files: their text, with lines joined to paragraphs."""

from __future__ import annotations

import io
import logging
import re
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from allegata.ground.lexicon import pattern_of_all
from allegata.model.error import InputError
from allegata.read.reading import LIMIT_CHARACTERS, Reading, clean, one_line, reader_version

logging.getLogger("pypdf").addHandler(logging.NullHandler())

PAGES = 2_000
# What pypdf lets through on damaged files, besides its own errors; measured with random damage.
_BROKEN = (
    PyPdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    OSError,
    RecursionError,
    MemoryError,
    zlib.error,
)
_HYPHEN = re.compile(r"(?<=[a-z])[-\u2010\u00ad]$")
# Letters set as one sign; left as they are, no word with "fi" in it would be known.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_ITEM = re.compile(r"(?:[•▪–-]|\(?\d{1,3}[.)])\s")


def join_lines(lines: list[str]) -> list[str]:
    """Return the paragraphs of *lines* as they were set: words divided at a line's end put together.

    An empty line ends a paragraph; so does a line that ends a sentence and is clearly shorter than the longest, and a
    short line without a stop before a capital letter (a heading). Page numbers are left out.

    >>> join_lines(["Ten people were ar-", "rested in the north, he said.", "", "Two fled."])
    ['Ten people were arrested in the north, he said.', 'Two fled.']
    """
    width = max(map(len, lines), default=0)
    paragraphs: list[str] = []
    open_ = False
    for place, raw in enumerate(lines):
        line = " ".join(raw.translate(_LIGATURES).split())
        if not line or pattern_of_all("page_number").fullmatch(line):
            open_ = open_ and bool(line)
            continue
        if open_ and not _ITEM.match(line):
            before = paragraphs[-1]
            if _HYPHEN.search(before) and line[0].islower():
                paragraphs[-1] = before[:-1] + line
            else:
                paragraphs[-1] = f"{before} {line}"
        else:
            paragraphs.append(line)
        following = next((each.strip() for each in lines[place + 1 : place + 2]), "")
        short = len(line) < 0.75 * width
        heading = len(line) < 0.6 * width and following[:1].isupper() and not line.endswith((",", "-"))
        open_ = not (short and _END.search(line)) and not heading
    return paragraphs


def read_pdf(body: bytes, url: str | None = None) -> Reading:
    """Return the text of the PDF *body*, page after page.

    The title is the file's own if its text has it, too. The day is never the file's: it says when it was made.

    Raises: InputError for a file that is encrypted, broken, without text (scanned) or of more than 2,000 pages.
    """
    lines: list[str] = []
    size = 0
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("is encrypted; save it without a password")
        if len(reader.pages) > PAGES:
            raise InputError(f"has more than {PAGES:,} pages; give the pages that matter")
        for page in reader.pages:
            found = clean(page.extract_text()).split("\n")
            size += sum(map(len, found))
            if size > LIMIT_CHARACTERS:
                raise InputError(f"has more than {LIMIT_CHARACTERS:,} characters; give the pages that matter")
            lines += found
        stated = one_line(reader.metadata.title) if reader.metadata else None
    except _BROKEN as error:
        raise InputError(f"is a broken PDF ({type(error).__name__}); save it again or give its text") from error
    paragraphs = join_lines(lines)
    if not paragraphs:
        raise InputError("is a PDF without text; recognise the text of the scan first")
    title = stated if stated and stated.casefold() in " ".join(paragraphs[:10]).casefold() else None
    return Reading("\n".join(paragraphs), reader_version("pdf/1", "pypdf"), title)
