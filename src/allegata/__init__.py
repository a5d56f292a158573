"""allegata: a ledger of official claims. Read a report, get who said what, through whom, about what, on what evidence.

>>> from allegata import claims_of_text
>>> [(claim.action, claim.count.value.low) for claim in claims_of_text("Police said on Monday that sixty men were arrested.")]
[('arrest', 60)]
"""

from __future__ import annotations

from allegata.check import check
from allegata.claim import claims, sample
from allegata.link import find, groups, link
from allegata.model import (
    Actor,
    AllegataError,
    Attribution,
    Batch,
    Capture,
    Claim,
    Count,
    DataError,
    Document,
    Evidence,
    Finding,
    Group,
    InputError,
    LanguageError,
    LedgerError,
    Link,
    Mention,
    Period,
    Place,
    Span,
    Speaker,
    Stance,
    Step,
    Total,
    Variant,
    from_json,
    to_json,
)
from allegata.read import read
from allegata.total import total

__version__ = "0.1.0"


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
