"""Capture -> Document: the text, its language and what the page says of itself."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

from py3langid.langid import classify

from allegata import plugin
from allegata.model import Capture, Document, InputError, document_id
from allegata.read.metadata import is_day
from allegata.read.reading import LIMIT_CHARACTERS, Reading, clean, is_installed, one_line

__all__ = ["LIMIT_CHARACTERS", "Reading", "given_fields", "is_installed", "read"]

# Below this many letters a guess at the language is a guess; the tables are English.
LETTERS = 40
_SAMPLE = 20_000
_STRETCH = 200
"""Characters at the beginning, in the middle and at the end that tell the language of a text: the same for 997 reports as 20,000 do."""


def find_language(text: str, stated: str | None = None) -> str:
    """Return the ISO 639-1 code of the language of *text*; below 40 letters *stated*, else English.

    >>> find_language("Dix personnes ont été arrêtées dans le nord du pays, a déclaré le maire de la ville.")
    'fr'
    >>> find_language("Ten held.")
    'en'
    """
    if not _has_letters(text):
        return stated or "en"
    sample = _sample(text)
    return str(classify(sample if _has_letters(sample) else text[:_SAMPLE])[0])


def _sample(text: str) -> str:
    if len(text) <= 3 * _STRETCH:
        return text
    middle = (len(text) - _STRETCH) // 2
    return "\n".join((text[:_STRETCH], text[middle : middle + _STRETCH], text[-_STRETCH:]))


def _has_letters(text: str) -> bool:
    return sum(1 for _ in islice(filter(str.isalpha, text), LETTERS)) == LETTERS


def given_fields(**fields: str | None) -> dict[str, str]:
    """Return the fields given by hand as a document keeps them, without those that are empty.

    >>> given_fields(outlet=" North  Wire", language="EN", title=None)
    {'language': 'en', 'outlet': 'North Wire'}
    """
    lines = {name: one_line(value) for name, value in fields.items() if value is not None}
    kept = {name: value for name, value in sorted(lines.items()) if value}
    return {name: value.lower() if name == "language" else value for name, value in kept.items()}


def _as_declared(body: bytes, charset: str) -> bytes:
    """Return *body* as UTF-8, from the encoding the sender declared; as it is where that cannot be right."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        with suppress(ValueError, LookupError, AttributeError):
            return b"\xef\xbb\xbf" + body.decode(charset).encode("utf-8")
    return body


def read(
    capture: Capture,
    body: bytes,
    *,
    published: str | None = None,
    outlet: str | None = None,
    title: str | None = None,
    language: str | None = None,
) -> Document:
    """Return the document in *body*, the bytes of *capture*, read by the reader of its media type.

    What is given by hand wins over what the page says, and is listed in ``given``. A day the page states that does
    not exist is no day.

    Raises: InputError, naming the capture, if there is no reader for its type, the bytes cannot be read, hold no text
    or more than 1,000,000 characters; if *published* is not YYYY[-MM[-DD]] or *language* not two letters.
    """
    name = capture.url or capture.origin
    given = given_fields(published=published, outlet=outlet, title=title, language=language)
    if "published" in given and not is_day(given["published"]):
        raise InputError(f"published {given['published'][:40]!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    spoken = given.get("language", "en")
    if len(spoken) != 2 or not spoken.isascii() or not spoken.isalpha():
        raise InputError(f"language {spoken[:40]!r} is not a language; write its two letters, as in en")
    media_type, _, charset = capture.media_type.partition(";")
    charset = charset.partition("charset=")[2].strip()
    if charset:
        body = _as_declared(body, charset)
    try:
        reading: Reading = plugin.find("readers", media_type.strip())(body, capture.url)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    text = clean(reading.text).strip()
    if len(text) > LIMIT_CHARACTERS:
        raise InputError(f"{name}: has more than {LIMIT_CHARACTERS:,} characters of text; split it")
    if not any(map(str.isalnum, text)):
        raise InputError(f"{name}: holds no text; give the page with its story")
    stated = reading.published
    return Document(
        id=document_id(capture.id, reading.reader, text, given),
        capture=capture.id,
        text=text,
        language=given.get("language") or find_language(text, reading.language),
        outlet=given.get("outlet") or one_line(reading.outlet),
        published=given.get("published", stated if stated and is_day(stated) else None),
        title=given.get("title") or one_line(reading.title),
        byline=one_line(reading.byline),
        url=capture.url,
        reader=reading.reader,
        given=tuple(given),
    )
