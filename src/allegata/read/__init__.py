"""Capture -> Document: the text, its language and what the page says of itself."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from itertools import islice

from py3langid.langid import classify

from allegata import plugin
from allegata.model.document import Basis, Capture, Document
from allegata.model.error import InputError
from allegata.model.identity import document_id
from allegata.read.encoding import decoded
from allegata.read.metadata import is_day
from allegata.read.publication import Day, address_days, published_of, text_days
from allegata.read.reading import DAYS, LIMIT_CHARACTERS, Reading, clean, encoding_basis, is_installed, one_line

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


def _declared(body: bytes, media_type: str, charset: str) -> tuple[bytes, Basis | None]:
    """Return *body* as UTF-8 where the sender declared its encoding, and what that rests on."""
    if not charset or media_type == "application/pdf":
        return body, None
    found = decoded(body, html=media_type in ("text/html", "application/xhtml+xml"), charset=charset)
    return BOM_UTF8 + found.text.encode("utf-8", "replace"), encoding_basis(found)


def _days(reading: Reading, text: str, url: str | None) -> list[Day]:
    """Return the days that may be that of publication; the first lines of the text are asked where the reader found none in words."""
    days = list(reading.days)
    if not days and reading.published and is_day(reading.published):
        days = [Day(reading.published, reading.reader, "metadata")]
    if reading.undated:
        return days
    if not any(each.where == "address" for each in days):
        days += address_days(url)
    if not any(each.where == "text" for each in days):
        days += text_days(text.split("\n", 40)[:40])
    return days


def _basis(
    reading: Reading, days: Sequence[Day], fetched_at: str | None, given: dict[str, str]
) -> tuple[str | None, list[Basis]]:
    """Return the day of publication, and what it and the outlet rest on."""
    day, why = published_of(days, fetched_at)
    outlet = next((each for each in reading.basis if each.field == "outlet"), None)
    if outlet is None and reading.outlet:
        outlet = Basis("outlet", reading.reader)
    if "published" in given:
        day, why = (
            given["published"],
            Basis("published", "given", given["published"], _against(given["published"], day, why)),
        )
    if "outlet" in given:
        outlet = Basis("outlet", "given")
    return day, [each for each in (why, outlet) if each]


def _against(given: str, day: str | None, why: Basis | None) -> str:
    return f"the page says {day} ({why.rule})" if day and why and day[: len(given)] != given else ""


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
    media_type = media_type.strip()
    body, declared = _declared(body, media_type, charset.partition("charset=")[2].strip())
    try:
        reading: Reading = plugin.find("readers", media_type)(body, capture.url)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    text = clean(reading.text).strip()
    if len(text) > LIMIT_CHARACTERS:
        raise InputError(f"{name}: has more than {LIMIT_CHARACTERS:,} characters of text; split it")
    if not any(map(str.isalnum, text)):
        raise InputError(f"{name}: holds no text; give the page with its story")
    stated, basis = _basis(reading, _days(reading, text, capture.url), capture.fetched_at, given)
    reader = reading.reader
    if "published" not in given and stated != reading.published:
        # What a reader of an earlier version left without a day has another identity with one; all else keeps its own.
        reader = f"{reader} {DAYS}"
    encoding = declared or next((each for each in reading.basis if each.field == "encoding"), None)
    return Document(
        id=document_id(capture.id, reader, text, given),
        capture=capture.id,
        text=text,
        language=given.get("language") or find_language(text, reading.language),
        outlet=given.get("outlet") or one_line(reading.outlet),
        published=stated,
        title=given.get("title") or one_line(reading.title),
        byline=one_line(reading.byline),
        url=capture.url,
        reader=reader,
        given=tuple(given),
        basis=(*basis, *((encoding,) if encoding else ())),
    )
