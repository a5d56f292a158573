"""Names joined into groups, for every stage that asks which claims are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from allegata.model.link import Link, Relation

JOINING: frozenset[Relation] = frozenset({"same", "revises"})
"""What makes two claims one: a newer figure is of the happening that the older one was of."""


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


def components(identities: Iterable[str], links: Iterable[Link], doubtful: bool) -> dict[str, str]:
    """Return for each id the first of those it is one with, over the links of *links* that join; doubtful ones only if *doubtful*.

    >>> components("abc", [Link("b", "a", "same", True, (), ""), Link("c", "b", "same", False, (), "")], doubtful=False)
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """
    known = dict.fromkeys(identities)
    partition = Partition(known)
    for link in links:
        if link.relation in JOINING and (link.sure or doubtful) and link.left in known and link.right in known:
            partition.join(link.left, link.right)
    return {identity: partition.find(identity) for identity in known}
