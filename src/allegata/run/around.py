"""What stands around some claims of a ledger: all that what is told of them depends on, without the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from allegata.ledger import ClaimFilter, Ledger
from allegata.link import find
from allegata.model.claim import Claim
from allegata.model.link import Finding, Link, Relation

SAME: frozenset[Relation] = frozenset({"same"})


def reached(ledger: Ledger, claims: Iterable[str], by: Collection[Relation] | None = None) -> frozenset[str]:
    """Return the ids *claims* and those that a chain of links reaches from them. by: relations that count; all without it."""
    found = set(claims)
    ahead = set(found)
    while ahead:
        links = ledger.links(of=sorted(ahead))
        ahead = {end for each in links if by is None or each.relation in by for end in (each.left, each.right)} - found
        found |= ahead
    return frozenset(found)


def linked_to(ledger: Ledger, claims: Sequence[Claim]) -> tuple[list[Claim], list[Link]]:
    """Return *claims* and those directly linked to one of them, in order of entry, and these links."""
    ids = {claim.id for claim in claims}
    links = list(ledger.links(of=sorted(ids)))
    ends = {end for each in links for end in (each.left, each.right)}
    return list(ledger.claims_of_ids(ids | ends)), links


def findings_about(ledger: Ledger, claims: Sequence[Claim]) -> tuple[list[Claim], list[Link], list[Finding]]:
    """Return what is needed for a page about *claims*: claims, links, and findings, among which are all about one of *claims*.

    A finding depends on the claims that a chain of links joins, on those of their pages, and where a denial is told of another figure on the other denials.
    """
    start = {claim.id for claim in claims}
    if any(claim.status == "denied" for claim in claims):
        start |= {claim.id for claim in ledger.claims(ClaimFilter(status="denied"))}
    joined = reached(ledger, [*start, *_beside(ledger, start)])
    links = list(ledger.links(of=sorted(joined)))
    known = list(ledger.claims_of_ids([*joined, *_beside(ledger, joined)]))
    return known, links, list(find(known, links))


def everything(ledger: Ledger) -> tuple[list[Claim], list[Link], list[Finding]]:
    """Return all claims, links, and findings among claims."""
    known, links = list(ledger.claims()), list(ledger.links())
    return known, links, list(find(known, links))


def _beside(ledger: Ledger, claims: Iterable[str]) -> list[str]:
    """Return the ids of all claims of the documents of *claims*."""
    documents = ledger.keyed.documents_of(claims)
    return [claim.id for each in documents for claim in ledger.claims(ClaimFilter(document=each))]
