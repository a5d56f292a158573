"""Find an extension by (group, name) through entry points; the built-ins register the same way."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from allegata.model.error import InputError


def names(group: str) -> tuple[str, ...]:
    """Return the names registered for *group* (``readers``, ``stores``, ``exporters`` …), sorted.

    >>> "text/html" in names("readers")
    True
    """
    return tuple(sorted({point.name for point in entry_points(group=f"allegata.{group}")}))


@cache
def find(group: str, name: str) -> Any:
    """Return the object registered as *name* in *group*.

    Raises: InputError, listing what there is, if nothing is registered under that name.
    """
    for point in entry_points(group=f"allegata.{group}"):
        if point.name == name:
            return point.load()
    raise InputError(f"no {group.rstrip('s')} for {name!r}; there is: {', '.join(names(group)) or 'none'}")
