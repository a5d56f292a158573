"""Rows of tables and objects of exports, as capturing makes them: JSON with the text, or the HTML, of a report and what is known of it."""

from __future__ import annotations

import codecs
import json
from typing import Any

from allegata.model.document import Basis
from allegata.model.error import InputError
from allegata.read.encoding import decode
from allegata.read.html import read_html
from allegata.read.metadata import day_of
from allegata.read.publication import Day
from allegata.read.reading import Reading, one_line, reader_version
from allegata.read.text import read_text


def _language(stated: object) -> str | None:
    language = (one_line(stated) or "").lower()[:2]
    return language if len(language) == 2 and language.isascii() and language.isalpha() else None


def _told(text: str, title: str | None) -> str:
    r"""Return *text* with its *title* first, unless it begins with it.

    >>> _told("Ten were held.", "North"), _told("NORTH\nTen were held.", "North")
    ('North\n\nTen were held.', 'NORTH\nTen were held.')
    """
    if title is None or (one_line(text) or "").casefold().startswith(title.casefold()):
        return text
    return f"{title}\n\n{text}"


def read_entry(body: bytes, url: str | None = None) -> Reading:
    r"""Return the report in *body*, JSON with ``text`` or ``html``, and ``title``, ``published``, ``outlet``, ``byline``, ``language``.

    What a field says wins over what its HTML says. The title comes first, also where the text does not repeat it.

    Raises: InputError for anything else.

    >>> read_entry(b'{"text":"Ten were held.","title":"North","published":"24 April 2019"}')[:5]
    ('North\n\nTen were held.', 'entry/1', 'North', None, '2019-04-24')
    """
    try:
        fields: Any = json.loads(decode(body))
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not isinstance(fields.get("html") or fields.get("text"), str):
        raise InputError("is not the JSON of a row with a text; capture its table again")
    html = fields.get("html")
    if html:
        page = read_html(codecs.BOM_UTF8 + html.encode("utf-8", "replace"), url)
    else:
        page = read_text(codecs.BOM_UTF8 + fields["text"].encode("utf-8", "replace"), url)
    title, outlet, day = one_line(fields.get("title")), one_line(fields.get("outlet")), day_of(fields.get("published"))
    said = (
        Basis("outlet", "field of the row")
        if outlet
        else next((each for each in page.basis if each.field == "outlet"), None)
    )
    return Reading(
        page.text if html and page.title else _told(page.text, title),
        reader_version("entry/1", "trafilatura") if html else reader_version("entry/1"),
        title or page.title,
        outlet or page.outlet,
        day or page.published,
        one_line(fields.get("byline")) or page.byline,
        _language(fields.get("language")) or page.language,
        (Day(day, "field of the row", "metadata"),) if day else page.days,
        (said,) if said else (),
    )
