"""Records as a notebook shows them: masked, escaped, without a script.

A claim, document, group or total that a cell ends with is shown so (`allegata` gives the records what a notebook asks for); `show` is for several of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from allegata.brief.words import amount
from allegata.claim import claims
from allegata.export.csv import row_of
from allegata.mask import find_affected, mask_document, outward
from allegata.model.claim import Claim
from allegata.model.document import Document
from allegata.model.error import InputError, LanguageError
from allegata.model.link import Group
from allegata.model.total import Total

KINDS = (Claim, Document, Group, Total)
Showable = Claim | Document | Group | Total


@cache
def _template() -> Template:
    text = files("allegata").joinpath("data", "notebook.html.jinja").read_text("utf-8")
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return made.from_string(text)


def masked(claim: Claim) -> Claim:
    """Return *claim* without the names of affected persons that its passage tells of; one that was masked before as it is."""
    passage = claim.passage
    if len(passage.text) != passage.end - passage.start:
        return claim
    told = claim.document
    # As much before it as in its document, so that its spans are where they are.
    text = " " * passage.start + passage.text
    document = Document(told.id, "", text, told.language, told.outlet, told.published, told.title, None, told.url, "")
    made = outward("claim", claim, [(document, find_affected(document, [claim]))])
    assert isinstance(made, Claim)
    return made


def _html_of_document(document: Document) -> str:
    try:
        shown = mask_document(document, find_affected(document, claims(document)))
    except LanguageError:
        # Nobody in it is recognised, so that none of its words are shown.
        return _template().render(kind="unread", document=document)
    return _template().render(kind="document", document=shown)


def html_of(record: Showable) -> str:
    """Return *record* as HTML.

    >>> html_of(Total("arrest", 96, 140, "person", ("a",), ())).count("At least 96, at most 140 persons")
    1
    """
    match record:
        case Claim():
            return _template().render(kind="claims", rows=[row_of(masked(record))])
        case Document():
            return _html_of_document(record)
        case Group():
            return _template().render(kind="group", group=record)
        case Total():
            return _template().render(kind="total", total=record, words=amount(record).rstrip(","))


class Shown:
    """Records that a notebook shows one after the other, claims in one table."""

    def __init__(self, records: Iterable[Showable]) -> None:
        self.records = tuple(records)

    def _repr_html_(self) -> str:
        rows = [row_of(masked(each)) for each in self.records if isinstance(each, Claim)]
        others = [html_of(each) for each in self.records if not isinstance(each, Claim)]
        table = [_template().render(kind="claims", rows=rows)] if rows or not others else []
        return "\n".join([*table, *others])

    def __repr__(self) -> str:
        return f"{len(self.records)} records"


def show(*records: Showable | Iterable[Showable]) -> Shown:
    """Return *records*, or those of lists of them, for a notebook to show.

    >>> show([])
    0 records

    Raises: InputError for what is no claim, document, group or total.
    """
    every: list[Any] = []
    for each in records:
        every += list(each) if isinstance(each, Iterable) else [each]
    for each in every:
        if not isinstance(each, KINDS):
            raise InputError(f"{type(each).__name__}: is not shown; give claims, documents, groups or totals")
    return Shown(every)
