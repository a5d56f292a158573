"""Claims to links, groups and findings: block, compare, relate, group."""

from allegata.link.findings import find
from allegata.link.group import groups, members
from allegata.link.relate import JUDGE, Linker, link

__all__ = ["JUDGE", "Linker", "find", "groups", "link", "members"]
