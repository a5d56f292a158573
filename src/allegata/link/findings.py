"""What does not fit among claims: one plain sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from allegata.link.arithmetic import miscounted
from allegata.link.denial import stale
from allegata.link.drift import clashes, compared
from allegata.link.group import groups, when
from allegata.link.hop import dropped, withheld
from allegata.link.sums import exceeded
from allegata.model.claim import Claim
from allegata.model.link import Finding, Link


def find(claims: Sequence[Claim], links: Sequence[Link]) -> tuple[Finding, ...]:
    """Return the findings among *claims*, in order of their kinds and claims; that of the input makes no difference.

    Of one claim that several reports tell: ``speaker``, ``count``, ``unit``, ``action``, ``status``, ``place``, ``period``
    and ``target`` (two reports tell it otherwise), ``anonymity``, ``dropped_hop``. Of a page: ``anonymity``, ``stale_denial``,
    ``sum`` (parts above their whole) and ``arithmetic``. However many reports agree, two values of a group of claims make
    one finding. A number that is only hedged otherwise is none. The explanations name outlets, numbers, actions, bodies and
    roles, and no person.

    >>> find((), ())
    ()
    """
    ordered = sorted(claims, key=when)
    by_id = {claim.id: claim for claim in ordered}
    told = sorted(links, key=lambda each: (each.left, each.right, each.relation))
    made = groups(ordered, told)
    pairs = tuple(compared(by_id, told))
    found = (
        *clashes(pairs, made),
        *withheld(by_id, pairs, made),
        *dropped(by_id, made),
        *stale(by_id, told, made),
        *exceeded(by_id, told),
        *miscounted(ordered),
    )
    return tuple(sorted(found, key=lambda each: (each.kind, each.claims, each.field, each.explanation)))
