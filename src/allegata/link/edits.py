"""What an outlet changed in a report that it had published, its claims before and after held against each other, and that it took one down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from msgspec.structs import replace

from allegata.ground.lexicon import pattern
from allegata.link.tell import told
from allegata.link.value import WORDS, moved
from allegata.model.claim import Claim
from allegata.model.document import Document
from allegata.model.link import Finding

EDIT = "edit"
"""The kind of what was changed."""
GONE = "gone"
"""The kind of what was taken down."""
OBSERVED = frozenset((EDIT, GONE))
"""The kinds of findings that come of looking at a page several times, so that no reading of it gives them again."""
ALIKE = 0.5
"""The least share of words in common of two passages that are one, edited."""
SHOWN = ("speaker", "body", "conduits", "target")
"""Fields whose values may be names: that they changed is told, and not to what."""


CALLED = {"places": "place", "conduits": "way it came"}


class Edit(NamedTuple):
    """A claim that was changed, taken out (no *after*) or put in (no *before*). fields: those that say another thing, or say it only now or no longer."""

    before: Claim | None
    after: Claim | None
    fields: tuple[str, ...] = ()


def edits(before: Sequence[Claim], after: Sequence[Claim]) -> Iterator[Edit]:
    """Yield what became of the claims of a report: those that say the same are left out, however the words around them changed.

    >>> from allegata.claim import claims, sample
    >>> one, other = (claims(sample(f"Police said {each} men were arrested in Lima.")) for each in ("ten", "twelve"))
    >>> [each.fields for each in edits(one, other)]
    [('count',)]
    """
    left, right = list(before), list(after)
    scores = sorted(
        ((_likeness(one, other), -i, -j) for i, one in enumerate(left) for j, other in enumerate(right)), reverse=True
    )
    mates: dict[int, int] = {}
    for score, i, j in scores:
        if score >= ALIKE and -i not in mates and -j not in mates.values():
            mates[-i] = -j
    for i, claim in enumerate(left):
        if i not in mates:
            yield Edit(claim, None)
            continue
        mate = right[mates[i]]
        fields = tuple(each for each in WORDS if _differs(each, claim, mate))
        if fields:
            yield Edit(claim, mate, fields)
    yield from (Edit(None, claim) for j, claim in enumerate(right) if j not in mates.values())


def _likeness(one: Claim, other: Claim) -> float:
    if one.passage.text == other.passage.text:
        return 2.0 + (one.action == other.action)
    left, right = (re.findall(r"\w+", each.passage.text.lower()) for each in (one, other))
    return SequenceMatcher(None, left, right, autojunk=False).ratio() + 0.2 * (one.action == other.action)


def _differs(field: str, before: Claim, after: Claim) -> bool:
    one, other = WORDS[field](before), WORDS[field](after)
    return moved(field, before, after) or (one is None) != (other is None)


def told_edits(before: Document, after: Document, made: Sequence[Edit]) -> Iterator[Finding]:
    """Yield the findings of edits of a report: one for each claim that was changed, taken out or put in.

    It is told whether the report now says itself that it was changed. No sentence names a person.
    """
    notice = pattern(after.language, "edit_notice")
    new = set(re.split(r"\n", after.text)) - set(before.text.split("\n"))
    case = "said" if any(notice.search(line) for line in new) else "silent"
    for each in made:
        claim = each.after or each.before
        assert claim is not None
        what = _what(each)
        span = (claim.passage,) if each.after else ()
        finding = told(
            EDIT, case, each.fields[0] if each.fields else "claim", [[claim]], (what, None), {"what": what},
            document=after.id, spans=span,
        )  # fmt: skip
        # It is kept with its page, and found by that.
        yield replace(finding, claims=())


def carried(findings: Iterable[Finding], document: str) -> Iterator[Finding]:
    """Yield those of *findings* that were observed as findings of the *document* that stands in for theirs; its text is another one."""
    yield from (replace(each, document=document, spans=()) for each in findings if each.kind in OBSERVED)


def told_gone(claims: Sequence[Claim], document: str, day: str, status: int) -> Finding:
    """Return the finding that the address of a *document* with *claims* answered with *status* on *day*. Why it did is not known, nor told.

    >>> from allegata.claim import claims, sample
    >>> page = sample("Police said ten men were arrested in Lima.", outlet="Harbor Post")
    >>> told_gone(claims(page), page.id, "2024-05-09", 404).explanation
    'Harbor Post has a report no longer at its address, which answered 404 on 2024-05-09.'
    """
    case = "address"
    words = {"status": str(status), "day": day}
    finding = told(GONE, case, "document", [claims], (str(status), None), words, document=document)
    return replace(finding, claims=())


def _what(edit: Edit) -> str:
    if edit.after is None or edit.before is None:
        claim = edit.before or edit.after
        assert claim is not None
        number = WORDS["count"](claim)
        about = f"a claim of “{claim.action}”" + (f" with {number}" if number else "")
        return f"{about} was {'taken out' if edit.after is None else 'put in'}"
    parts = []
    for field in edit.fields:
        one, other = (WORDS[field](each) or "not told" for each in (edit.before, edit.after))
        name = CALLED.get(field, field)
        parts.append(f"the {name} was changed" if field in SHOWN else f"the {name} was {one} and is {other}")
    return ", ".join(parts)
