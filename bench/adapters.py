"""What ships, in the shapes that scoring protocols ask for."""

from __future__ import annotations

from allegata.claim.encoder import find_offsets

Offsets = dict[str, list[tuple[int, int]]]


def attributions(text: str) -> list[Offsets]:
    """Return the attributions of *text*: for source, cue and content the code points of its stretches, half-open."""
    (found,) = find_offsets([text])
    return [{role: list(getattr(each, role)) for role in ("source", "cue", "content")} for each in found]
