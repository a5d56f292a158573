"""What does not fit in a ledger, kind by kind, with the claims it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from allegata.ledger import Ledger
from allegata.model.claim import Claim
from allegata.model.error import InputError
from allegata.model.link import Finding
from allegata.run.options import KINDS
from allegata.run.pipeline import findings_of
from allegata.serve.twins import twins
from allegata.serve.visit import Shown, Visit, get

PAGE = 25
"""Findings of a page."""


def kind_of(visit: Visit) -> str | None:
    """Return the kind of findings that the address asks for, null for all.

    Raises: InputError if there is no such kind.
    """
    return known("kind", visit.asked("kind"))


def known(name: str, kind: str | None) -> str | None:
    """Return the *kind* of findings that is asked for under *name*, null for all.

    Raises: InputError if there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise InputError(f"{name}: is none of {', '.join(KINDS)}; correct it in the address")
    return kind


def claims_by_kind(found: Iterable[Finding]) -> dict[str, frozenset[str]]:
    """Return the ids of the claims that findings of each kind are about; of those about a report as a whole there are none."""
    made: dict[str, set[str]] = {}
    for each in found:
        if each.claims:
            made.setdefault(each.kind, set()).update(each.claims)
    return {kind: frozenset(claims) for kind, claims in sorted(made.items())}


def claims_with_findings(visit: Visit, needed: bool) -> dict[str, frozenset[str]] | None:
    """Return `claims_by_kind` of the ledger, null while it is being worked out. needed: the page is worth waiting for it.

    Raises: BusyError if it is needed, and too much is being worked out already.
    """
    ask = visit.answers.of if needed else visit.answers.spared
    made = ask(visit.ledger, "findings", findings_of)
    return None if made is None else ask(visit.ledger, "findings by kind", lambda _: claims_by_kind(made))


def findings_page(visit: Visit) -> Shown:
    """Return a page of the findings of the kind that the address asks for."""
    kind, page = kind_of(visit), visit.number("page", 1, 10**5)
    context = {"title": "Findings", "kind": kind, "page": page}
    made = visit.answers.of(visit.ledger, "findings", findings_of)
    if made is None:
        return Shown("findings.html.jinja", {**context, "found": None})
    fitting = [each for each in made if kind in (None, each.kind)]
    some = fitting[(page - 1) * PAGE : page * PAGE]
    # The claims of a page are read once for each state of the ledger, too.
    about = visit.answers.of(visit.ledger, ("findings", kind, page), lambda ledger: _about(ledger, some))
    if about is None:
        return Shown("findings.html.jinja", {**context, "found": None})
    claims, reports = about
    return Shown(
        "findings.html.jinja",
        {
            **context,
            "found": some,
            "claims": claims,
            "reports": reports,
            "kinds": sorted(Counter(each.kind for each in made).items()),
            "all": len(made),
            "more": len(fitting) > page * PAGE,
        },
    )


class Report(NamedTuple):
    """What is told of a report that a finding is about."""

    title: str | None
    outlet: str | None
    published: str | None


def _about(ledger: Ledger, found: list[Finding]) -> tuple[dict[str, Claim], dict[str, Report]]:
    """Return the claims, and the reports, that some findings are about, by their ids."""
    claims = {claim.id: claim for claim in ledger.claims_of_ids(each for one in found for each in one.claims)}
    documents = (ledger.document(each) for each in dict.fromkeys(one.document for one in found if one.document))
    return claims, {each.id: Report(each.title, each.outlet, each.published) for each in documents}


def _records(visit: Visit) -> list[Finding]:
    kind = kind_of(visit)
    return [each for each in findings_of(visit.ledger) if kind in (None, each.kind)]


ROUTES = (
    get("/findings", "read", findings_page, ("kind", "page")),
    *twins("/findings", "read", _records, Finding.__struct_fields__, takes=("kind",)),
)
