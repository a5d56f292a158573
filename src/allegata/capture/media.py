"""What kind of bytes these are: by content first, then as declared, then by the name's suffix."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from allegata.model.error import InputError

HTML = "text/html"
XHTML = "application/xhtml+xml"
PLAIN = "text/plain"
MARKDOWN = "text/markdown"
PDF = "application/pdf"
FEED = "application/rss+xml"
WARC = "application/warc"
GZIP = "application/gzip"
TABLE = "text/csv"
OBJECTS = "application/json"
PARQUET = "application/vnd.apache.parquet"
MAIL = "message/rfc822"
MAILBOX = "application/mbox"
WACZ = "application/wacz"
SITEMAP = "application/sitemap+xml"

READABLE = frozenset({HTML, XHTML, PLAIN, MARKDOWN, PDF})
SEVERAL = frozenset({TABLE, OBJECTS, MAIL, MAILBOX})
"""Texts that hold reports within something else, told by what is declared or by the suffix: nothing in their bytes need do."""

SUFFIXES = {
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": XHTML,
    ".txt": PLAIN,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".pdf": PDF,
    ".rss": FEED,
    ".atom": FEED,
    ".warc": WARC,
    ".gz": GZIP,
    ".csv": TABLE,
    ".tsv": TABLE,
    ".json": OBJECTS,
    ".jsonl": OBJECTS,
    ".ndjson": OBJECTS,
    ".jsonld": OBJECTS,
    ".eml": MAIL,
    ".mbox": MAILBOX,
    ".wacz": WACZ,
}

SAID = {
    "text/tab-separated-values": TABLE,
    "application/x-ndjson": OBJECTS,
    "application/jsonl": OBJECTS,
    "application/ld+json": OBJECTS,
}
"""Further names that servers have for these types."""

# First bytes of what people try that holds no plain text, and what would help.
BINARIES = (
    (b"\x89PNG", "a PNG image; recognise its text first"),
    (b"\xff\xd8\xff", "a JPEG image; recognise its text first"),
    (b"GIF8", "a GIF image; recognise its text first"),
    (b"PK\x03\x04", "a ZIP or office file; unpack it or save it as PDF or text"),
    (b"\xd0\xcf\x11\xe0", "an old office file; save it as PDF or text"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd); unpack it first"),
    (b"BZh", "compressed (bzip2); unpack it first"),
    (b"\xfd7zXZ", "compressed (xz); unpack it first"),
    (b"7z\xbc\xaf", "an archive (7z); unpack it first"),
)

HEAD_BYTES = 4096
_XML_ROOT = re.compile(r"<(?![?!])(?:\w{1,40}:)?(\w{1,40})")
_CONTROLS = bytes(set(range(32)) - {*b"\t\n\r\f\x1b"})
_HTML_START = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|title|meta|article|div|p|h1)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
# A ZIP file whose first file is one of those that packages of web archives have.
_PACKAGE_START = re.compile(
    rb"PK\x03\x04.{26}(?:archive/|indexes/|pages/|datapackage\.json|datapackage-digest\.json|fuzzy\.json)", re.DOTALL
)
_MAILBOX_START = re.compile(r"From \S{1,200} .{0,100}\d{4}[^\n]{0,20}\r?\n[A-Za-z-]{1,60}:")
_OBJECT_START = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"]{1,200}\"\s*:")
_FEED_ROOTS = {"rss": FEED, "feed": FEED, "rdf": FEED, "html": XHTML, "urlset": SITEMAP, "sitemapindex": SITEMAP}


def _peek(head: bytes) -> str | None:
    """Return the first characters, or null where the bytes are no text in any encoding."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, "replace").lstrip("\ufeff")
    if b"\0" in head:
        # UTF-16 without a mark: Latin text has a zero in every second byte.
        half = len(head) // 2
        even, odd = head[::2].count(0), head[1::2].count(0)
        if odd > 0.7 * half and even < 0.1 * half:
            return head.decode("utf-16-le", "replace")
        if even > 0.7 * half and odd < 0.1 * half:
            return head.decode("utf-16-be", "replace")
        return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return None if controls > len(head) // 50 else head.decode("latin-1")


def sniff(head: bytes, name: str, declared: str | None = None) -> str:
    """Return the media type of the bytes that begin with *head* (4096 bytes are enough).

    *name* is a file name or address, used for its suffix only. *declared* is what a server or archive said.

    Raises: InputError, naming *name*, for bytes that are no text and of no known type.

    >>> sniff(b"%PDF-1.7", "paper.txt"), sniff(b"Ten were held.", "note"), sniff(b"<html>", "note.txt")
    ('application/pdf', 'text/plain', 'text/html')
    """
    head = head[:HEAD_BYTES]
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"WARC/"):
        return WARC
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    if head.startswith(b"PAR1"):
        return PARQUET
    if _PACKAGE_START.match(head) or (head.startswith(b"PK\x03\x04") and name.lower().endswith(".wacz")):
        return WACZ
    for magic, what in BINARIES:
        if head.startswith(magic):
            raise InputError(f"{name}: is {what}")
    start = _peek(head)
    if start is None:
        raise InputError(f"{name}: is binary and of no known type; give HTML, text, Markdown, PDF, RSS, Atom or WARC")
    while comment := _COMMENT.match(start):
        start = start[comment.end() :]
    said = (declared or "").split(";")[0].strip().lower()
    if _HTML_START.match(start):
        return XHTML if said == XHTML else HTML
    suffix = SUFFIXES.get(PurePosixPath(name.split("?")[0].split("#")[0]).suffix.lower())
    if start.lstrip().startswith("<"):
        root = _XML_ROOT.search(start)
        if root and root[1].lower() in _FEED_ROOTS:
            return _FEED_ROOTS[root[1].lower()]
        if start.lstrip().startswith("<?xml") and HTML not in (said, suffix):
            raise InputError(f"{name}: is XML, but neither RSS, Atom, XHTML nor a sitemap; give the page or its text")
    said = SAID.get(said, said)
    if _OBJECT_START.match(start):
        return OBJECTS
    if _MAILBOX_START.match(start):
        return MAILBOX
    if said in (READABLE | SEVERAL) - {PDF, PLAIN}:
        return said
    return suffix if suffix in {HTML, XHTML, MARKDOWN, *SEVERAL} else PLAIN


def with_charset(media_type: str, charset: str | None) -> str:
    """Return *media_type* with the *charset* the sender declared, where it is known and is not UTF-8.

    >>> with_charset("text/html", "Windows-1252"), with_charset("text/html", "utf-8"), with_charset("text/html", "x")
    ('text/html; charset=cp1252', 'text/html', 'text/html')
    """
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        return media_type
    return (
        media_type
        if name in ("utf-8", "ascii") or not media_type.startswith("text/")
        else f"{media_type}; charset={name}"
    )
