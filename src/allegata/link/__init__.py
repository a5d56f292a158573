"""Claims to links and findings: block, compare, relate."""

from allegata.link.relate import JUDGE, Linker, link
from allegata.link.sums import find

__all__ = ["JUDGE", "Linker", "find", "link"]
