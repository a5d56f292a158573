"""What an exporter is: the one interface behind the entry-point group ``allegata.exporters``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TextIO

from allegata.model.claim import Claim
from allegata.model.document import Document, Masks

TABLES = frozenset({"jsonl", "csv", "html"})
"""Exporters that `allegata read` writes what it has read with, names as on the page; what it writes with any other is masked as a ledger masks it."""


class Exporter(Protocol):
    """Writes claims to a stream, and returns what it left out, a sentence each; null for nothing.

    claims: as they leave a ledger, masked; in their order. documents: those they stand in, masked; none where a command has none at hand.
    masks: of these documents, so that an offset into the text as it was read is found in the masked one. stream: text in UTF-8 without
    translation of line ends; a format of bytes writes to its ``buffer``. The same claims and documents give the same bytes.
    """

    def __call__(
        self, claims: Sequence[Claim], stream: TextIO, documents: Sequence[Document] = (), masks: Sequence[Masks] = ()
    ) -> Sequence[str] | None:
        """Write *claims*."""


def left_out(number: int, claims: str, why: str) -> tuple[str, ...]:
    """Return the sentence that says that *number* claims are left out; none for no claims.

    >>> left_out(2, "claim", "no day is told"), left_out(0, "claim", "no day is told")
    (('2 claims are left out: no day is told',), ())
    """
    return (f"{number:,} {claims}{'s are' if number != 1 else ' is'} left out: {why}",) if number else ()
