"""Which claims an address asks for, and the address that asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from allegata.ledger import ClaimFilter
from allegata.model.error import InputError
from allegata.run.options import CHOICES
from allegata.serve.visit import Visit

FIELDS = tuple(name for name in ClaimFilter.__struct_fields__ if name != "document")
"""The names that an address may ask for claims by; none of them is that of a person claimed about."""


def asked_of(visit: Visit) -> ClaimFilter:
    """Return what the address of *visit* asks for.

    Raises: InputError if a field of a closed list has another value.
    """
    values = {name: visit.asked(name) for name in FIELDS}
    for name, choices in CHOICES.items():
        value = values.get(name)
        if value is not None and value not in choices:
            raise InputError(f"{name}: is none of {', '.join(choices)}; correct it in the address")
    return ClaimFilter(**values)


def values_of(wanted: ClaimFilter) -> dict[str, str]:
    """Return what *wanted* asks for, by field.

    >>> values_of(ClaimFilter(action="arrest"))
    {'action': 'arrest'}
    """
    return {name: value for name in FIELDS if (value := getattr(wanted, name)) is not None}


def address(path: str, asked: Mapping[str, str] | Iterable[tuple[str, str]], **other: str | int | None) -> str:
    """Return *path* with a query of *asked*, in which *other* stands instead; null takes a name out.

    >>> address("/claims", {"action": "arrest", "place": "IR"}, place=None, page=2)
    '/claims?action=arrest&page=2'
    """
    pairs = {**dict(asked), **other}
    query = urlencode({name: value for name, value in pairs.items() if value is not None})
    return f"{path}?{query}" if query else path
