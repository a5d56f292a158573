"""Messages of electronic mail: newsletters, press releases and alerts."""

from __future__ import annotations

import codecs
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from allegata.model.error import InputError
from allegata.read.html import read_html
from allegata.read.reading import Reading, one_line, reader_version
from allegata.read.text import read_text

PARTS = 100
"""Borders that a message may speak of: looking for each takes time in every line."""
SUBJECT_CHARACTERS = 1_000


def _subject(message: Message) -> str | None:
    stated = message.get("Subject")
    if stated is None:
        return None
    try:
        return one_line(str(make_header(decode_header(str(stated)[:SUBJECT_CHARACTERS]))))
    except (MessageError, LookupError, ValueError):
        return one_line(str(stated)[:SUBJECT_CHARACTERS])


def _body(part: Message) -> bytes:
    """Return the bytes of a part as UTF-8 with a mark, from the encoding that it declares; as they are where that cannot be right."""
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return b""
    charset = part.get_content_charset()
    try:
        return codecs.BOM_UTF8 + body.decode(charset).encode("utf-8") if charset else body
    except (LookupError, ValueError, AttributeError):
        return body


def _readings(message: Message) -> dict[str, Reading]:
    """Return what the first part of text and the first of HTML say, by their types; attachments are left out."""
    found: dict[str, Reading] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or kind in found or part.get_content_disposition() == "attachment":
            continue
        body = _body(part)
        if body.strip():
            found[kind] = read_html(body) if kind == "text/html" else read_text(body)
    return found


def read_mail(body: bytes, url: str | None = None) -> Reading:
    r"""Return the words of the message *body*, its subject first, which is the title.

    Of a message in text and HTML the text is read, unless it has less than half of the letters: then it only says that there is HTML.
    Attachments are not read. Who sent it is no outlet, and when it was sent no day of publication.

    Raises: InputError if there is neither text nor HTML, or it has too many parts.

    >>> read_mail(b"From: alerts@post.example\nSubject: =?utf-8?q?Ten_held?=\n\nTen were held.\n")[:4]
    ('Ten held\n\nTen were held.', 'mail/1 trafilatura/...', 'Ten held', None)
    """
    if body.lower().count(b"boundary=") > PARTS:
        raise InputError(f"has more than {PARTS} parts within parts; save its text")
    try:
        message = message_from_bytes(body)
        found = _readings(message)
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        raise InputError(f"is a message that cannot be read ({type(error).__name__}); save its text") from error
    text, page = found.get("text/plain"), found.get("text/html")
    chosen = text or page
    if chosen is None:
        raise InputError("is a message without text; give what is attached to it")
    if text is not None and page is not None and 2 * len(text.text) < len(page.text):
        chosen = page
    title = _subject(message) or chosen.title
    told = chosen.text
    if title and not (one_line(told) or "").casefold().startswith(title.casefold()):
        told = f"{title}\n\n{told}"
    return Reading(told, reader_version("mail/1", "trafilatura"), title, language=chosen.language)
