"""A claim of the draft against the same claim in earlier reports: what was lost or changed on the way.

The earlier reports come out of a ledger, masked. Messages name outlets, bodies and numbers, and the claim by the beginning
of its id; they quote no words but the draft's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from allegata.check.draft import (
    COLLECTIVES,
    Draft,
    Match,
    Problem,
    counted_words,
    in_words,
    number_of,
    same_deed,
    same_unit,
    value_of,
)
from allegata.ground.actor import resolve_actor
from allegata.ground.lexicon import pattern
from allegata.ground.place import fold
from allegata.ground.quantity import overlap
from allegata.model.claim import Claim, Count, Speaker
from allegata.model.mention import Span

_QUOTED = re.compile(r"“([^“”\n]{1,600})”|\"([^\"\n]{1,600})\"|«([^«»\n]{1,600})»")
_MASK = re.compile(r"\[person(?: \d+)?\]|\[[^\]\n]{1,60}\]|…|\.\.\.")
FEWEST_WORDS = 5
"""Words of a quotation below which two may be of different sentences."""
ALIKE = 0.75
"""Least share of words that two versions of one quotation have in common."""
Say = Callable[[Match], tuple[Span, str] | None]


def _each(draft: Draft, code: str, say: Say) -> Iterator[Problem]:
    """Yield what *say* says of each claim of *draft* and the first earlier one it has something to say of."""
    told: set[str] = set()
    for match in draft.matches:
        if match.claim.id in told or (said := say(match)) is None or said[1] in told:
            continue
        # A headline and the text it stands over need be told once.
        told |= {match.claim.id, said[1]}
        yield Problem(code, *said)


def _same(match: Match) -> bool:
    return any(link.relation == "same" for link in match.links)


def _report(claim: Claim) -> str:
    """Return what an earlier report is called: its outlet, its day and the beginning of the claim's id."""
    outlet = claim.document.outlet or "An earlier report"
    day = f" of {claim.document.published}" if claim.document.published else ""
    return f"{outlet}{day} (claim {claim.id[:8]})"


def other_quotes(draft: Draft) -> Iterator[Problem]:
    """Yield the quotations of *draft* that an earlier report of the claim has in somewhat other words."""
    theirs: dict[str, list[list[str]]] = {}
    told: set[Span] = set()
    for match in draft.matches:
        if not _same(match):
            continue
        report = match.earlier.document.id
        if report not in theirs:
            passages = {each.passage.text for each in (match.earlier, *match.siblings)}
            theirs[report] = [words for passage in sorted(passages) for _, words in _quotes(passage, 0)]
        for span, words in _quotes(match.claim.passage.text, match.claim.passage.start):
            if span not in told and _is_changed(words, theirs[report]):
                told.add(span)
                yield Problem("ALG101", span, f"{_report(match.earlier)} has this quotation in other words.")


def _quotes(text: str, offset: int) -> Iterator[tuple[Span, list[str]]]:
    """Yield what stands in quotation marks in *text*, which begins at *offset* of its document, with its folded words."""
    for found in _QUOTED.finditer(text):
        start, end = found.span(found.lastindex or 0)
        words = re.findall(r"\w+|\[\]", fold(_MASK.sub(" [] ", text[start:end])))
        if len(words) >= FEWEST_WORDS:
            yield Span(offset + start, offset + end, text[start:end]), words


def _is_changed(words: list[str], theirs: list[list[str]]) -> bool:
    """Return whether *words* are none of *theirs*, nor a part of one, but nearly one. What is masked or left out may be anything."""
    if any(_is_part(words, other) or _is_part(other, words) for other in theirs):
        return False
    for other in theirs:
        blocks = SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks()
        common = sum(block.size for block in blocks)
        if common >= ALIKE * min(len(words), len(other)) and common >= FEWEST_WORDS - 1:
            return True
    return False


def _is_part(words: list[str], other: list[str]) -> bool:
    """Return whether *words* stand in *other*; ``[]`` stands for any few words.

    >>> _is_part(["ten", "[]", "held"], ["they", "say", "ten", "men", "held"])
    True
    """
    source = r"\s".join(r"\S+(?:\s\S+){0,5}" if each == "[]" else re.escape(each) for each in words)
    return re.search(rf"(?<!\S){source}(?!\S)", " ".join(other)) is not None


def other_speakers(draft: Draft) -> Iterator[Problem]:
    """Yield the claims of *draft* that an earlier report has from another body, or from another official of the same."""
    yield from _each(draft, "ALG102", lambda match: _other_speaker(draft, match))


def _other_speaker(draft: Draft, match: Match) -> tuple[Span, str] | None:
    if not _same(match) or draft.in_headline(match.claim.passage) or match.claim.attribution is None:
        return None
    ours, theirs = _official(match.claim), _official(match.earlier)
    if ours is None or theirs is None:
        return None
    span = match.claim.attribution.source[0] if match.claim.attribution.source else match.claim.passage
    if ours.name and theirs.name and ours.body == theirs.body:
        if _is_one_name(ours.name, theirs.name):
            return None
        return span, f"{_report(match.earlier)} has this from another official of {theirs.body}."
    if _differ(ours, theirs, match) and ours.body != theirs.body:
        return span, f"Here the speaker is of {ours.body}; {_report(match.earlier)} has it from {theirs.body}."
    return None


def _official(claim: Claim) -> Speaker | None:
    """Return the one official who speaks in *claim*, with a body; null for any other speaker."""
    speaker = claim.speakers[0].value if len(claim.speakers) == 1 else None
    return speaker if speaker is not None and speaker.kind == "official" and speaker.body else None


def _differ(ours: Speaker, theirs: Speaker, match: Match) -> bool:
    """Return whether the link found the speakers to differ, by their bodies: a government is not another than its ministry."""
    named = pattern(match.claim.document.language, "whole_government")
    if any(named.match(each.body or "") for each in (ours, theirs)):
        return False
    if ours.name and theirs.name and _is_one_name(ours.name, theirs.name):
        return False
    return any(
        reason.field == "speaker" and reason.verdict == "differs" for link in match.links for reason in link.reasons
    )


def _is_one_name(one: str, other: str) -> bool:
    """Return whether two names share a word, or nearly: spellings differ from report to report.

    >>> _is_one_name("Qodrat Ilkhani", "Q. Ilkhany"), _is_one_name("Qodrat Ilkhani", "Omid Sarvar")
    (True, False)
    """
    first, second = (re.findall(r"\w\w+", fold(each)) for each in (one, other))
    return any(SequenceMatcher(None, left, right).ratio() >= ALIKE for left in first for right in second)


def other_numbers(draft: Draft) -> Iterator[Problem]:
    """Yield the numbers of *draft* that an earlier report of the claim has otherwise; not one that it has as well."""
    yield from _each(draft, "ALG103", lambda match: _other_number(draft, match))


def _other_number(draft: Draft, match: Match) -> tuple[Span, str] | None:
    ours, theirs = value_of(match.claim), value_of(match.earlier)
    if not _same(match) or ours is None or theirs is None or overlap(ours, theirs):
        return None
    if not same_unit(ours.unit, theirs.unit) or not same_deed(match.claim, match.earlier):
        return None
    if _has(match.siblings, ours) or _has(draft.claims, theirs):
        return None
    words = counted_words(match.claim)
    return words, f"{_report(match.earlier)} has {in_words(theirs.phrase)} where the draft has {in_words(ours.phrase)}."


def _has(claims: tuple[Claim, ...], count: Count) -> bool:
    """Return whether *claims* have the number of *count* too."""
    numbers = [number_of(value) for claim in claims if (value := value_of(claim))]
    return number_of(count) in numbers


def dropped_hops(draft: Draft) -> Iterator[Problem]:
    """Yield the claims of *draft* that came to an earlier report through somebody whom the draft does not name at all."""
    seen: set[tuple[str, str]] = set()

    def say(match: Match) -> tuple[Span, str] | None:
        through = ", then ".join(each.name for mention in match.earlier.conduits for each in mention.readings)
        key = (match.earlier.document.id, through)
        said = None if key in seen else _dropped_hop(draft, match)
        if said is not None:
            seen.add(key)
        return said

    yield from _each(draft, "ALG104", say)


def _dropped_hop(draft: Draft, match: Match) -> tuple[Span, str] | None:
    if not _same(match) or match.claim.conduits or draft.in_headline(match.claim.passage):
        return None
    if match.claim.attribution is None or not _same_speaker(match) or not _is_earlier(match):
        return None
    openly = pattern(draft.document.language, "said_openly")
    if any(openly.search(claim.passage.text) for claim in draft.claims if claim.attribution is not None):
        return None
    hops = [mention.value for mention in match.earlier.conduits]
    text = fold(" ".join((draft.document.text, draft.document.outlet or "")))
    outlet = draft.document.outlet
    known = {outlet and resolve_actor(outlet, draft.document.language).id} | {
        actor.id for claim in draft.claims for mention in claim.conduits for actor in mention.readings
    }
    lost = [hop for hop in hops if hop is not None]
    if not lost or len(lost) < len(hops) or any(fold(hop.name) in text or (hop.id and hop.id in known) for hop in lost):
        return None
    through = ", then ".join(hop.name for hop in lost)
    return counted_words(
        match.claim
    ), f"{_report(match.earlier)} has this through {through}, whom the draft does not name."


def _is_earlier(match: Match) -> bool:
    """Return whether the other report is older than the draft, or may be, where a day is not known."""
    ours, theirs = match.claim.document.published, match.earlier.document.published
    if ours is None or theirs is None:
        return True
    size = min(len(ours), len(theirs))
    return theirs < ours if size == 10 else theirs[:size] <= ours[:size]


def _same_speaker(match: Match) -> bool:
    """Return whether the speakers agree: who heard it from somebody else need not have it through the same hop."""
    return any(
        reason.field == "speaker" and reason.verdict == "agrees" for link in match.links for reason in link.reasons
    )


def denied_before(draft: Draft) -> Iterator[Problem]:
    """Yield the claims of *draft* that an earlier report denies, disputes or retracts, where the draft says nothing of it."""
    yield from _each(draft, "ALG105", lambda match: _denied(draft, match))


def _denied(draft: Draft, match: Match) -> tuple[Span, str] | None:
    claim, earlier = match.claim, match.earlier
    if claim.status != "asserted" or claim.stance.class_ == "disputed" or draft.in_headline(claim.passage):
        return None
    if any(each.status in ("denied", "retracted") or each.stance.class_ == "disputed" for each in draft.claims):
        return None
    denies = any(link.relation == "denies" and link.left == earlier.id for link in match.links)
    ours, theirs = value_of(claim), value_of(earlier)
    same = _same(match) and bool(
        ours and theirs and number_of(ours) is not None and number_of(ours) == number_of(theirs)
    )
    if same and earlier.status == "retracted":
        what = "says that it was retracted"
    elif same and earlier.stance.class_ == "disputed":
        what = "says that it was denied"
    elif denies and earlier.action == claim.action and _is_party(earlier):
        what = "has a denial of it"
    else:
        return None
    return counted_words(claim), f"{_report(earlier)} {what}; the draft does not say so."


def _is_party(denial: Claim) -> bool:
    """Return whether whoever denies is a party to it: that an agency knows of none is no denial."""
    speaker = denial.speakers[0].value if denial.speakers else None
    return speaker is not None and speaker.kind not in ("media", "outlet", "unknown")


def other_deeds(draft: Draft) -> Iterator[Problem]:
    """Yield the claims of *draft* that an earlier report has of another unit, or as something else that was done."""
    yield from _each(draft, "ALG106", lambda match: _other_deed(draft, match))


def _other_deed(draft: Draft, match: Match) -> tuple[Span, str] | None:
    ours, theirs = value_of(match.claim), value_of(match.earlier)
    if (
        not _same(match)
        or ours is None
        or theirs is None
        or number_of(ours) is None
        or number_of(ours) != number_of(theirs)
    ):
        return None
    alike = [each for each in match.siblings if _number(each) == number_of(ours)]
    words = counted_words(match.claim)
    if not any(same_unit(value.unit, ours.unit) for each in (match.earlier, *alike) if (value := value_of(each))):
        return words, f"{_report(match.earlier)} counts {theirs.unit}s, the draft {ours.unit}s."
    collective = {ours.unit, theirs.unit} <= COLLECTIVES
    if not collective and not any(same_deed(match.claim, each) for each in (match.earlier, *alike)):
        return words, f"{_report(match.earlier)} has {match.earlier.action!r}, the draft {match.claim.action!r}."
    return None


def _number(claim: Claim) -> int | None:
    count = value_of(claim)
    return number_of(count) if count else None
