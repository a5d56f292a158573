"""What is known of a claim, as it leaves the ledger, to select, count and order it without reading it."""

from __future__ import annotations

import re

import msgspec

from allegata.ledger.selection import days_of, written
from allegata.model.claim import Claim
from allegata.model.mention import Record

_NO_DIGIT = re.compile(r"\D")


class Facts(Record, frozen=True, array_like=True):
    """What a claim says.

    published: as of its document. happening: whether it is more than a statement. terms: field, what it says in it, and what that is called
    in a list where it is called otherwise, empty where it stands in none; sorted, each once. happened, spoken: half-open days, sorted, each once.
    """

    published: str | None
    happening: bool
    terms: tuple[tuple[str, ...], ...]
    happened: tuple[tuple[str, str], ...]
    spoken: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """Return this as the index keeps it.

        >>> Facts("2024", True, (("action", "arrest"),), (), ()).text()
        '["2024",true,[["action","arrest"]],[],[]]'
        """
        return msgspec.json.encode(self).decode()


_DECODER = msgspec.json.Decoder(Facts)


def facts_of(claim: Claim) -> Facts:
    """Return what is known of *claim*. To be called on a claim as it leaves the ledger."""
    terms = {(field, words) if words == label else (field, words, label) for field, words, label in written(claim)}
    return Facts(
        claim.document.published,
        claim.action != "other",
        tuple(sorted(terms)),
        tuple(sorted(set(days_of(claim.period)))),
        tuple(sorted(set(days_of(claim.spoken)))),
    )


def facts_in(text: str) -> Facts:
    """Return what `Facts.text` wrote.

    >>> facts_in('["2024",true,[["action","arrest"]],[],[]]').terms
    (('action', 'arrest'),)
    """
    return _DECODER.decode(text)


def number_of(day: str) -> int:
    """Return YYYY[-MM[-DD]] as a number in the same order, 0 for none.

    >>> number_of("2024-05-08"), number_of("2024-05"), number_of("")
    (20240508, 20240500, 0)
    """
    return int(_NO_DIGIT.sub("", day)[:8].ljust(8, "0"))


def day_of(number: int) -> str:
    """Return what `number_of` made a number of.

    >>> day_of(20240508), day_of(20240500), day_of(20240000)
    ('2024-05-08', '2024-05', '2024')
    """
    digits = f"{number:08}"
    parts = [digits[:4], *(part for part in (digits[4:6], digits[6:]) if part != "00")]
    return "-".join(parts)
