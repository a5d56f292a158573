"""What the day, outlet and encoding of a document rest on, in words."""

from __future__ import annotations

from collections.abc import Iterable

from allegata.model.document import Basis

NAMES = {"published": "date", "outlet": "outlet", "encoding": "encoding"}
_RULES = {"given": "given when it was added", "fits": "as its bytes fit"}


def told(basis: Iterable[Basis]) -> list[str]:
    """Return each of *basis* as a line: the field, what it is read from, and what speaks against it.

    >>> told([Basis("published", "address", "2024-05-03", "the text says 2024-05-06"), Basis("outlet", "given")])
    ['date: address (the text says 2024-05-06)', 'outlet: given when it was added']
    >>> told([Basis("published", "", None, "in doubt: 2024-05-08 is in the header"), Basis("encoding", "fits", "utf-8")])
    ['date: in doubt: 2024-05-08 is in the header', 'encoding: utf-8, as its bytes fit']
    """
    return [f"{NAMES.get(each.field, each.field)}: {_line(each)}" for each in basis]


def _line(basis: Basis) -> str:
    if not basis.rule:
        return basis.note
    value = f"{basis.value}, " if basis.field == "encoding" and basis.value else ""
    return f"{value}{_RULES.get(basis.rule, basis.rule)}{f' ({basis.note})' if basis.note else ''}"
