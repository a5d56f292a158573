"""Names in an address that its page does not know: a filter that is mistyped limits nothing, and must not look as if it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from allegata.capture.listing import is_tracking
from allegata.model.error import InputError

MOST, LONGEST = 5, 40
"""Names that are told, and characters of each."""


class Unknown(NamedTuple):
    """Names as they are told. more: how many are not."""

    names: tuple[str, ...]
    more: int

    @property
    def number(self) -> int:
        """Return how many there are."""
        return len(self.names) + self.more


def unknown(given: Iterable[str], takes: Iterable[str]) -> Unknown:
    """Return which names *given* are none of those that a page *takes*, each once; those that say who led to it are passed over.

    >>> unknown(["speker", "action", "utm_source", "speker"], ["action"])
    Unknown(names=('speker',), more=0)
    """
    known = frozenset(takes)
    found = [name for name in dict.fromkeys(given) if name not in known and not is_tracking(name)]
    return Unknown(tuple(map(_told, found[:MOST])), max(0, len(found) - MOST))


def refuse(found: Unknown, path: str, takes: Iterable[str]) -> None:
    """Refuse to give the records of *path* where names were *found* that it does not know: a program reads no notice.

    Raises: InputError.
    """
    if not found.number:
        return
    names = f"{', '.join(found.names)}{f' and {found.more} more' if found.more else ''}"
    known = ", ".join(sorted(takes))
    told = f"{path} knows {known or 'none'}"
    raise InputError(f"{names}: no filter of these records, so that all would be given; {told}; correct the address")


def _told(name: str) -> str:
    """Return *name* as one short line.

    >>> _told("speker"), len(_told("x" * 99)), _told("")
    ('speker', 40, '(no name)')
    """
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name[: LONGEST + 1])
    return (plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…") or "(no name)"
