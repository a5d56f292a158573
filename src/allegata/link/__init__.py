"""Claims to links and findings: block, compare, relate."""

from allegata.link.relate import JUDGE, link
from allegata.link.sums import find

__all__ = ["JUDGE", "find", "link"]
