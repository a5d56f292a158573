"""A brief as one self-contained HTML page: no script, nothing fetched, fit for print, for narrow screens and for the dark."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup

from allegata.brief.page import Block, Bullets, Figure, Page, Table, Text, flat

_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)")
LONGEST_LIST = 2
"""Numbers in a row that are written out; more are "3–9"."""

FEW = 12
"""Runs of footnotes that a figure has where not all of a brief is shown."""


@cache
def _template(name: str) -> Template:
    text = files("allegata").joinpath("data", name).read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


def html(page: Page) -> str:
    """Return *page* as HTML. Everything is escaped; an address is a link only if it is one of the web.

    >>> "None &lt;fits&gt;." in html(Page("Claims: all", (("None <fits>.",),), (), {}))
    True
    """
    return _template("brief.html.jinja").render(title=page.title, body=body(page)) + "\n"


def body(page: Page, most: int | None = None) -> Markup:
    """Return *page* as the inside of a page of HTML, without its title and with no style of its own.

    most: rows of each table and entries of each list that it has, and of the footnotes those that it then leads to, a few for a figure, with the numbers they have in the whole; what
    is left out is counted. Null for all.

    >>> str(body(Page("Claims: all", (("None <fits>.",),), (), {}))).split("<p>")[1].split("</p>")[0]
    'None &lt;fits&gt;.'
    """
    numbers, linked = page.numbers, set[int]()

    def text(pieces: Text) -> list[dict[str, Any]]:
        return [
            {"parts": _DAY.split(flat(each)), "refs": []} if isinstance(each, str) else figure(each)
            for each in pieces
            if each
        ]

    def figure(piece: Figure) -> dict[str, Any]:
        refs = []
        every = runs(numbers[key] for key in piece.notes)
        some = every[: None if most is None else FEW]
        for first, last in some:
            refs.append({"first": first, "last": last, "anchor": first not in linked})
            linked.add(first)
        others = sum(last - first + 1 for first, last in every[len(some) :])
        return {"parts": _DAY.split(flat(piece.text)), "refs": refs, "others": others}

    def more(number: int) -> int:
        return 0 if most is None else max(0, number - most)

    def block(each: Block) -> dict[str, Any]:
        match each:
            case Bullets():
                return {"items": [text(item) for item in each.items[:most]], "more": more(len(each.items))}
            case Table():
                rows = [[text(cell) for cell in row] for row in each.rows[:most]]
                return {"caption": each.caption, "columns": each.columns, "rows": rows, "more": more(len(each.rows))}
            case _:
                return {"text": text(each)}

    lead = [text(each) for each in page.lead]
    sections = [{"title": each.title, "blocks": [block(one) for one in each.blocks]} for each in page.sections]
    notes = [
        {"number": numbers[key], "note": note, "web": bool(note.url and _WEB.fullmatch(note.url))}
        for key, note in page.footnotes.items()
        if most is None or numbers[key] in linked
    ]
    left = len(page.footnotes) - len(notes)
    made = _template("brief_body.html.jinja").render(
        lead=lead, sections=sections, notes=notes, linked=linked, left=left, part=most is not None
    )
    return Markup(made)


def runs(numbers: Any) -> list[tuple[int, int]]:
    """Return *numbers*, sorted, as first and last of each run; a run of two is two of one.

    >>> runs([4, 1, 2, 3, 8, 7])
    [(1, 4), (7, 7), (8, 8)]
    """
    found: list[tuple[int, int]] = []
    for _, run in groupby(enumerate(sorted(set(numbers))), key=lambda each: each[1] - each[0]):
        row = [number for _, number in run]
        found += [(row[0], row[-1])] if len(row) > LONGEST_LIST else [(each, each) for each in row]
    return found
