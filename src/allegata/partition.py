"""Names joined into groups, for every stage that asks which claims are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Partition:
    """Names joined into groups (disjoint sets, with path halving); a group is known by its first name.

    >>> partition = Partition("abcd")
    >>> partition.join("c", "b"), partition.join("b", "c"), partition.find("c"), partition.find("x")
    (True, False, 'b', 'x')
    >>> partition.groups()
    {'a': ['a'], 'b': ['b', 'c'], 'd': ['d'], 'x': ['x']}
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root = {name: name for name in names}

    def find(self, name: str) -> str:
        """Return the group of *name*; a name not seen before is one of its own."""
        root = self._root
        root.setdefault(name, name)
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    def join(self, one: str, other: str) -> bool:
        """Make one group of those of *one* and *other*; return whether they were two."""
        first, second = sorted((self.find(one), self.find(other)))
        self._root[second] = first
        return first != second

    def groups(self) -> dict[str, list[str]]:
        """Return the names of each group, in order."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._root):
            found[self.find(name)].append(name)
        return dict(found)
