"""What was ever shown for claims: a name, a document, footage, an independent confirmation, or nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from allegata.ground.lexicon import alternation, table
from allegata.ground.quantity import overlap
from allegata.model.claim import Claim, Speaker
from allegata.model.link import Link
from allegata.model.total import Silence
from allegata.partition import components

Kind = Literal["individual", "document", "footage", "thing"]
MASKED = re.compile(r"\[person \d+\]")


def silence(claims: Sequence[Claim], links: Sequence[Link], ledger: Iterable[Claim] = ()) -> tuple[Silence, ...]:
    """Return what was shown for *claims*: a row for all of them, then one for each body, then one for each official by name.

    Counts of claims, not of people. Claims that surely are the same, or revise each other, count once; whoever of several
    bodies is said to speak, each has them in its row, so rows need not add up to the first. Only asserted happenings count;
    a speaker in doubt is nobody. ledger: further claims among which an independent confirmation may be. There is a row for
    no body and no name where there are such claims, the last of its sort. Without claims the row for all is all zeros.

    >>> from allegata.claim import sample
    >>> from allegata.claim import claims as read_claims
    >>> page = sample("Police in Peru said ten men were arrested. They showed reporters photographs of the men.")
    >>> [(row.of, row.body, row.claims, row.footage, row.nothing) for row in silence(read_claims(page), ())]
    [('all', None, 1, 1, 0), ('body', 'Police (Peru)', 1, 1, 0), ('speaker', None, 1, 1, 0)]
    """
    asserted = {claim.id: claim for claim in claims if claim.action != "other" and claim.status == "asserted"}
    counted = [asserted[identity] for identity in sorted(asserted)]
    announcement = components(asserted, links, doubtful=False)
    confirming = _confirming(asserted, links, ledger)
    bodies: dict[str | None, list[Claim]] = defaultdict(list)
    officials: dict[tuple[str, str | None] | None, list[Claim]] = defaultdict(list)
    for claim in counted:
        speakers = [mention.value for mention in claim.speakers if mention.value is not None]
        named: set[str | None] = {who.body for who in speakers if who.body}
        known: set[tuple[str, str | None] | None] = {
            (who.name, who.body) for who in speakers if who.name and _is_official(who)
        }
        for body in named or {None}:
            bodies[body].append(claim)
        for official in known or {None}:
            officials[official].append(claim)

    def row(by: Literal["all", "body", "speaker"], body: str | None, speaker: str | None, of: list[Claim]) -> Silence:
        return _row(by, body, speaker, of, announcement, confirming)

    return (
        row("all", None, None, counted),
        *(row("body", body, None, bodies[body]) for body in sorted(bodies, key=lambda each: (each is None, each))),
        *(
            row("speaker", official[1] if official else None, official[0] if official else None, officials[official])
            for official in sorted(
                officials, key=lambda each: (each is None, *((each[0], each[1] or "") if each else ()))
            )
        ),
    )


def kinds_shown(claim: Claim) -> frozenset[Kind]:
    """Return what kinds of evidence *claim* is shown with; empty when nothing was shown.

    A name that stands alone, masked or not, is an individual.

    >>> from allegata.claim import claims, sample
    >>> page = sample("Police in Peru named ten men who were arrested, and handed out copies of the warrants.")
    >>> sorted(kind for claim in claims(page) for kind in kinds_shown(claim))
    ['document']
    """
    if claim.evidence.class_ != "shown":
        return frozenset()
    found = frozenset(kind for span in claim.evidence.spans for kind in kinds_of(span.text, claim.document.language))
    return found or frozenset({"thing"})


def kinds_of(words: str, language: str) -> frozenset[Kind]:
    """Return what kinds of evidence *words*, which say that something was shown, speak of.

    >>> sorted(kinds_of("showed reporters photographs and a list", "en")), sorted(kinds_of("[person 1]", "en"))
    (['document', 'footage'], ['individual'])
    """
    found = {kind for kind, phrase in _phrases(language) if phrase.search(words)}
    if MASKED.search(words) or (
        not found and words and all(part[0].isalpha() and not part[0].islower() for part in words.split())
    ):
        found.add("individual")
    return frozenset(found - {"thing"} or {"thing"})


@cache
def _phrases(language: str) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    words: dict[Kind, list[str]] = {}
    for row in table(f"{language}/evidence_kinds"):
        kind: Kind = row["kind"]  # type: ignore[assignment]
        words.setdefault(kind, []).append(row["word"])
    return tuple((kind, re.compile(rf"\b(?:{alternation(each)})\b", re.IGNORECASE)) for kind, each in words.items())


def _is_official(speaker: Speaker) -> bool:
    """Return whether *speaker* is an official known by name; a masked name is nobody's."""
    return (
        speaker.kind == "official" and speaker.named and not speaker.anonymous and not MASKED.search(speaker.name or "")
    )


def _confirming(claims: dict[str, Claim], links: Sequence[Link], ledger: Iterable[Claim]) -> dict[str, bool]:
    """Return whether surely, for each claim that an independent speaker of another body confirms with the same figure."""
    known = {claim.id: claim for claim in ledger} | claims
    found: dict[str, bool] = {}
    for link in links:
        if link.relation != "same":
            continue
        for one, two in ((link.left, link.right), (link.right, link.left)):
            if one in claims and two in known and _confirms(known[two], claims[one]):
                found[one] = found.get(one, False) or link.sure
    return found


def _confirms(other: Claim, claim: Claim) -> bool:
    independent = {name for who in _speakers(other) if who.kind == "independent" for name in (who.name, who.body)}
    own = {name for who in _speakers(claim) for name in (who.name, who.body)}
    named = independent - {None}
    return bool(named) and not named & own and other.status == "asserted" and _same_figure(other, claim)


def _speakers(claim: Claim) -> Iterable[Speaker]:
    return (who for mention in claim.speakers for who in mention.readings)


def _same_figure(one: Claim, other: Claim) -> bool:
    """Return whether some number of one unit fits both claims."""
    first, second = (claim.count.value if claim.count else None for claim in (one, other))
    return first is not None and second is not None and first.unit == second.unit and overlap(first, second)


def _row(
    by: Literal["all", "body", "speaker"],
    body: str | None,
    speaker: str | None,
    claims: list[Claim],
    announcement: dict[str, str],
    confirming: dict[str, bool],
) -> Silence:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[announcement[claim.id]].append(claim)
    shown = [frozenset(kind for claim in group for kind in kinds_shown(claim)) for group in groups.values()]
    stated = [{claim.evidence.class_ for claim in group} for group in groups.values()]
    sure = [any(confirming.get(claim.id) for claim in group) for group in groups.values()]
    confirmed = [any(claim.id in confirming for claim in group) for group in groups.values()]
    return Silence(
        by,
        body,
        speaker,
        claims=len(groups),
        printed=len(claims),
        reports=len({claim.document.id for claim in claims}),
        named_individual=sum("individual" in kinds for kinds in shown),
        document=sum("document" in kinds for kinds in shown),
        footage=sum("footage" in kinds for kinds in shown),
        other_shown=sum("thing" in kinds for kinds in shown),
        confirmed=sum(sure),
        confirmed_in_doubt=sum(confirmed) - sum(sure),
        nothing=sum(not kinds and not known for kinds, known in zip(shown, confirmed, strict=True)),
        cited=sum("cited" in classes for classes in stated),
        refused=sum("refused" in classes for classes in stated),
        absence_noted=sum("absence_noted" in classes for classes in stated),
        counted=tuple(sorted(claim.id for claim in claims)),
    )
