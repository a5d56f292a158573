"""allegata: a ledger of official claims. Read a report, get who said what, through whom, about what, on what evidence.

>>> from allegata import claims_of_text
>>> [(claim.action, claim.count.value.low) for claim in claims_of_text("Police said on Monday that sixty men were arrested.")]
[('arrest', 60)]
"""

from __future__ import annotations

from typing import Any

from allegata.check import check
from allegata.claim import claims, sample
from allegata.link import find, groups, link
from allegata.model.batch import Batch
from allegata.model.claim import Actor, Attribution, Claim, Count, Evidence, Period, Place, Speaker, Stance
from allegata.model.document import Capture, Document
from allegata.model.error import AllegataError, DataError, InputError, LanguageError, LedgerError
from allegata.model.json import from_json, to_json
from allegata.model.link import Finding, Group, Link, Step, Variant
from allegata.model.mention import Mention, Span
from allegata.model.total import Total
from allegata.read import read
from allegata.total import total

__version__ = "0.1.0"


def _html(record: Claim | Document | Group | Total) -> str:
    from allegata.notebook import html_of

    return html_of(record)


def _print_name(record: Claim | Document, printer: Any, _: bool) -> None:
    printer.text(f"{type(record).__name__} {record.id[:8]}")


# How a notebook shows records needs masks, of which `model` knows nothing; so what it asks them for is given to them here. It keeps the plain text beside
# the HTML, also where it shows the HTML alone: a claim or document in full would be in its file, unmasked.
for _kind in (Claim, Document, Group, Total):
    type.__setattr__(_kind, "_repr_html_", _html)
for _named in (Claim, Document):
    type.__setattr__(_named, "_repr_pretty_", _print_name)


def claims_of_text(text: str, published: str | None = None, outlet: str | None = None) -> tuple[Claim, ...]:
    """Return the claims of an English *text*, in reading order.

    published: YYYY[-MM[-DD]]; without it relative dates stay unresolved.

    >>> claims_of_text("Nothing happened.")
    ()
    """
    return claims(sample(text, published, outlet))


__all__ = [
    "Actor", "AllegataError", "Attribution", "Batch", "Capture", "Claim", "Count", "DataError", "Document", "Evidence", "Finding", "Group",
    "InputError", "LanguageError", "LedgerError", "Link", "Mention", "Period", "Place", "Span", "Speaker", "Stance", "Step", "Total", "Variant",
    "check", "claims", "claims_of_text", "find", "from_json", "groups", "link", "read", "to_json", "total",
]  # fmt: skip
