"""One claim whole: what it says, how its reports differ, how it travelled, what it is linked with, and what it was read from."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from allegata.ledger import Ledger
from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.link import Finding, Link, Step
from allegata.run.around import findings_about
from allegata.run.drift import HOW, TOLD
from allegata.run.terminal import what_of
from allegata.run.whole import WholeClaim, json_of_whole, whole_claim
from allegata.serve.cite import citation, csl_of
from allegata.serve.linked import linked_fields
from allegata.serve.travel import travel_of
from allegata.serve.twins import json_of, record_export
from allegata.serve.visit import Answer, Elsewhere, NotHereError, Sent, Shown, Visit, get

VARIANTS, LINKS, FINDINGS = 60, 40, 40
"""Most of each that a page shows; its JSON has all."""


class Around(NamedTuple):
    """A claim with what stands around it, the claims at the other ends of its links by id, and the findings about it."""

    whole: WholeClaim
    known: dict[str, Claim]
    findings: tuple[Finding, ...]


def _around(ledger: Ledger, identity: str) -> Around:
    whole = whole_claim(ledger, identity)
    ends = {end for link in whole.links for end in (link.left, link.right)}
    known = {each.id: each for each in ledger.claims_of_ids(ends, rejected=True)}
    findings = findings_about(ledger, [whole.claim])[2]
    return Around(whole, known, tuple(each for each in findings if identity in each.claims))


def claim_of(visit: Visit, prefix: str) -> Claim:
    """Return the claim whose id begins with *prefix*.

    Raises: NotHereError if no claim of the ledger begins with it, or several do.
    """
    try:
        return visit.ledger.claim(prefix)
    except InputError as error:
        raise NotHereError(
            "no claim of this ledger has this id, or several begin with it; look under Claims, and mind that claims of reports that were erased are gone"
        ) from error


def claim(visit: Visit) -> Answer:
    """Return the page of a claim, or its JSON; first characters of an id lead to the whole id.

    Raises: NotHereError if no claim of the ledger begins with them, or several do.
    """
    asked = visit.parts["claim"]
    prefix, dot, form = asked.partition(".")
    found = claim_of(visit, asked if dot and form != "json" else prefix)
    if found.id != prefix:
        return Elsewhere(f"/claims/{found.id}{dot}{form}")
    if form == "json":
        record_export(visit, "json", 1)
        return Sent(json_of([json_of_whole(whole_claim(visit.ledger, found.id))]), "application/json")
    around = visit.answers.of(visit.ledger, ("claim", found.id), lambda ledger: _around(ledger, found.id))
    return Shown(
        "claim.html.jinja", {"title": "Claim", "claim": found, "around": around, **(_told(around) if around else {})}
    )


def _told(around: Around) -> dict[str, object]:
    whole = around.whole
    this, group = whole.claim.id, whole.group
    steps: dict[tuple[str, str], Step] = {(each.right, each.field): each for each in group.moved} if group else {}
    variants = group.variants if group else ()
    if len(variants) > VARIANTS:
        moved = {claim for claim, _ in steps}
        first = sorted(variants, key=lambda each: (each.claim != this, each.claim not in moved))[:VARIANTS]
        variants = tuple(each for each in variants if each in first)
    pairs: dict[tuple[object, ...], list[Link]] = defaultdict(list)
    for link in whole.links:
        pairs[link.left, link.right, link.judge, link.reasons].append(link)
    return {
        "whole": whole,
        "fields": linked_fields(whole.claim),
        "group": group,
        "names": {each.claim: each for each in group.variants} if group else {},
        "variants": variants,
        "columns": [name for name in TOLD if any(getattr(each, name) for each in variants)],
        "steps": steps,
        "how": HOW,
        "travel": travel_of(group, this) if group else None,
        "pairs": list(pairs.values())[:LINKS],
        "more_pairs": max(0, len(pairs) - LINKS),
        "known": around.known,
        "findings": around.findings[:FINDINGS],
        "more_findings": max(0, len(around.findings) - FINDINGS),
        "rulings": [(each, what_of(each)) for each in whole.rulings],
        "citation": citation(whole),
        "csl": csl_of(whole),
    }


ROUTES = (get("/claims/{claim:str}", "read", claim),)
