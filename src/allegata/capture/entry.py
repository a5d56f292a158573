"""Reports that are rows: of a table, or objects of an export. Each becomes canonical JSON of a few fields, read by a reader of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from allegata.capture.made import EMPTY, Taking, make_capture, origin_name, too_large
from allegata.ground.lexicon import table
from allegata.model.document import Capture
from allegata.model.error import InputError
from allegata.model.json import canonical

ENTRY = "application/json"
FIELDS = ("text", "html", "title", "published", "outlet", "byline", "language", "url")
"""What a row can hold, in the order in which errors list it."""


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


@cache
def _names(field: str) -> tuple[str, ...]:
    rows = [row for row in table("columns") if row["field"] == field]
    return tuple(row["name"] for row in sorted(rows, key=lambda row: int(row["order"])))


def columns_of(header: Sequence[str], given: Mapping[str, str], name: str) -> dict[str, str]:
    """Return which column of *header* holds which field: as *given*, else by its name (data/columns.tsv). Given as "" it is none.

    Raises: InputError, naming the input *name*, if a given column is not there, or none holds a text.

    >>> columns_of(["id", "Full Text", "Date"], {}, "a.csv"), columns_of(["a", "date"], {"text": "a", "published": ""}, "a.csv")
    ({'text': 'Full Text', 'published': 'Date'}, {'text': 'a'})
    """
    known = {_folded(each): each for each in reversed(header)}
    found: dict[str, str] = {}
    for field in FIELDS:
        asked = given.get(field)
        if asked and asked not in header and _folded(asked) not in known:
            raise InputError(f"{name}: has no column {asked[:40]!r}; it has {_shape(header)}")
        if asked:
            found[field] = asked if asked in header else known[_folded(asked)]
        elif asked is None and (called := next((each for each in _names(field) if each in known), None)):
            found[field] = known[called]
    if not {"text", "html"} & found.keys():
        raise InputError(
            f"{name}: no column holds a text by its name; it has {_shape(header)}; say which with --column text=NAME"
        )
    return found


def _shape(header: Sequence[str]) -> str:
    """Return how many columns there are and which have a known name; no other words, as the first row may be a report and name somebody.

    >>> _shape(["Ada Verlo", "Date", "Url"]), _shape(["Ada Verlo"]), _shape([])
    ("3 columns, of which 'Date', 'Url' have a known name", '1 column, of which none has a known name', 'no columns')
    """
    if not header:
        return "no columns"
    known = {name for field in FIELDS for name in _names(field)}
    named = [repr(each) for each in header if _folded(each) in known][:12]
    has = "have" if len(named) > 1 else "has"
    return f"{len(header):,} column{'s'[: len(header) != 1]}, of which {', '.join(named) or 'none'} {has} a known name"


def _plain(value: Any) -> str:
    """Return a cell as text that has a place in JSON."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return next((plain for each in value if (plain := _plain(each))), "")
    if value is None or (isinstance(value, dict | bytes | float) and value != value):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8").strip()


def _body(value: Any) -> str:
    """Return a cell with a text; of several texts all, a blank line between two."""
    return "\n\n".join(filter(None, map(_plain, value))) if isinstance(value, list | tuple) else _plain(value)


def entry(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str] | None:
    r"""Return the fields of *row* that are not empty, by what they hold; null if it holds no text.

    >>> entry({"body": ["Ten held.", "Police said so."], "date": date(2019, 4, 24)}, {"text": "body", "published": "date"})
    {'text': 'Ten held.\n\nPolice said so.', 'published': '2019-04-24'}
    """
    made = {}
    for field, column in columns.items():
        value = row.get(column)
        made[field] = _body(value) if field in ("text", "html") else _plain(value)
    kept = {field: value for field, value in made.items() if value}
    return kept if "text" in kept or "html" in kept else None


def capture_entry(fields: Mapping[str, str], origin: str, taking: Taking) -> tuple[Capture, bytes]:
    """Return the capture of one row, whose bytes are canonical JSON of its *fields*.

    >>> capture_entry({"text": "Ten were held."}, "csv:a.csv#1", Taking())[1]
    b'{"text":"Ten were held."}'
    """
    url = fields.get("url", "")
    address = url if url.lower().startswith(("http://", "https://")) else None
    return make_capture(canonical(dict(fields)), ENTRY, origin, address, taking.fetched_at)


def capture_rows(
    rows: Iterable[tuple[object, Mapping[str, Any]]],
    columns: Mapping[str, str],
    kind: str,
    name: str,
    taking: Taking,
) -> Iterator[tuple[Capture, bytes]]:
    """Yield a capture for each of *rows*, a number or id and its cells; those without text are told to ``taking.skipped``.

    Raises: InputError at a row that is larger than the limit.
    """
    for identity, row in rows:
        fields = entry(row, columns)
        if fields is None:
            taking.skipped[EMPTY] += 1
            continue
        if sum(map(len, fields.values())) > taking.limit_bytes:
            raise too_large(f"{name}: row {identity}", taking.limit_bytes)
        yield capture_entry(fields, f"{kind}:{origin_name(name)}#{identity}", taking)
