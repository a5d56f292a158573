"""Claims as one self-contained page: the text with its spans marked, claim cards beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TextIO

from jinja2 import Environment
from markupsafe import Markup

from allegata.export.marks import FIELDS, Mark, marked, marks_of, paragraphs, spans_of
from allegata.ground import wording
from allegata.model.claim import Claim
from allegata.model.document import Document, Masks

NAMES_SHOWN = "Names of affected persons are shown as in the page; a ledger masks them."
"""What is said wherever claims come out that no ledger masked."""

FILTERS = (wording.chain, wording.happening, wording.number, wording.plain, wording.told, wording.when, wording.where)
"""What the template words a claim by, as the pages of the app do."""


@cache
def _template() -> object:
    text = files("allegata").joinpath("data", "report.html.jinja").read_text("utf-8")
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {each.__name__: each for each in FILTERS}
    return made.from_string(text)


def _passage(claim: Claim) -> Markup:
    masked = len(claim.passage.text) != claim.passage.end - claim.passage.start
    # A masked passage has no offsets of its own; its words stand as they are.
    spans = () if masked else spans_of(claim)
    return marked(claim.passage.text, [Mark(span.start, span.end, field) for field, span in spans], claim.passage.start)


def write_html(
    claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
) -> None:
    """Write one page, with no script and nothing fetched, to *stream*: each document's claims, beside its text where
    *documents* has it.

    masks: of the documents whose text is masked, so that the marks stand where the words do. Where there are documents and no masks at all, the
    page says that names are shown.
    """
    masked = {each.document: each for each in masks}
    texts = {document.id: document for document in documents}
    groups: dict[str, list[Claim]] = {document.id: [] for document in documents}
    for claim in claims:
        groups.setdefault(claim.document.id, []).append(claim)
    shown = []
    for identity, members in groups.items():
        document = texts.get(identity)
        about = document or members[0].document
        happenings = [claim for claim in members if claim.action != "other"]
        cards = [{"claim": claim, "passage": _passage(claim)} for claim in happenings]
        moved = masked.get(identity, Masks(identity, ()))
        marks = [each._replace(claim=0) for each in marks_of(happenings, moved)]
        paras = paragraphs(document.text, marks, anchored=False) if document else []
        shown.append(
            {"about": about, "cards": cards, "statements": len(members) - len(happenings), "paragraphs": paras}
        )
    names = NAMES_SHOWN if documents and not masks else ""
    stream.write(_template().render(groups=shown, fields=FIELDS, names=names))  # type: ignore[attr-defined]
    stream.write("\n")
