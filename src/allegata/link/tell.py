"""Findings in words: the sentence of each kind, from one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from allegata.ground.lexicon import table
from allegata.link.group import when
from allegata.link.value import teller
from allegata.model.claim import Claim
from allegata.model.link import Finding
from allegata.model.mention import Span

NAMED = 3
"""Outlets that a sentence names before it counts the others."""


@cache
def _sentences() -> dict[tuple[str, str], str]:
    return {(row["kind"], row["case"]): row["sentence"] for row in table("en/findings")}


def told(
    kind: str,
    case: str,
    field: str,
    sides: Sequence[Iterable[Claim]],
    values: tuple[str, str | None],
    words: Mapping[str, str],
    *,
    document: str | None = None,
    spans: tuple[Span, ...] = (),
) -> Finding:
    """Return the finding of *kind* about the claims of *sides*, left before right.

    values: what was found, and what it should be if known. words: what the sentence needs beside the outlets.
    """
    ordered = [sorted({claim.id: claim for claim in side}.values(), key=when) for side in sides]
    names = [outlets(side) for side in ordered]
    if len(names) > 1 and names[0] == names[1]:
        names = [outlets(side, dated=True) for side in ordered]
    sentence = _sentences()[kind, case].format(left=names[0], right=names[-1], **words)
    about = tuple(dict.fromkeys(claim.id for side in ordered for claim in side))
    return Finding(kind, document, about, spans, field, *values, sentence[0].upper() + sentence[1:])


def outlets(claims: Sequence[Claim], dated: bool = False) -> str:
    """Return the outlets of *claims* in their order, up to three by name. dated: each with its day of publication.

    >>> outlets(())
    'a report'
    """
    names = []
    for claim in claims:
        name = claim.document.outlet or "a report without an outlet"
        names.append(f"{name} ({claim.document.published or 'no date'})" if dated else name)
    once = list(dict.fromkeys(names))
    shown, more = (once, 0) if len(once) <= NAMED + 1 else (once[:NAMED], len(once) - NAMED)
    parts = [*shown, *([f"{more} others"] if more else [])]
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts) or "a report"


def office(claim: Claim) -> str:
    """Return who speaks by role and body, without a name.

    Empty parts are left out; an official of whom nothing is said is "an official".
    """
    speaker = teller(claim)
    role, body = (speaker.role, speaker.body) if speaker else (None, None)
    if role and body:
        return f"the {role} of {body}"
    return f"the {role}" if role else f"an official of {body}" if body else "an official"
