"""Who is left out on the way: the agency a claim came through, and the official whose name another report gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from allegata.ground.lexicon import pattern
from allegata.link.reuse import copied, repeated
from allegata.link.tell import office, told
from allegata.link.value import WORDS, day_of, name_of, one_body, outlet_key, passed_on, teller
from allegata.model.claim import Claim
from allegata.model.link import Finding, Group

Pairs = Iterable[tuple[Claim, Claim]]


def dropped(by_id: Mapping[str, Claim], groups: Iterable[Group]) -> Iterator[Finding]:
    """Yield the hops that later reports in the same words leave out: one finding for each hop of a group.

    A report that names the agency anywhere, or is printed by it, drops nothing; nor does one that was published before.
    """
    named: dict[str, set[str]] = defaultdict(set)
    said: dict[str, set[str]] = defaultdict(set)
    for claim in by_id.values():
        named[claim.document.id] |= passed_on(claim)
        said[claim.document.id].add(claim.passage.text)
    for group in groups:
        claims = [by_id[variant.claim] for variant in group.variants]
        texts: dict[str, tuple[list[Claim], list[Claim]]] = {}
        for claim in claims:
            for hop in claim.conduits:
                if hop.value is not None:
                    texts.setdefault(outlet_key(hop.value.name), ([], []))[0].append(claim)
        for key, (through, without) in texts.items():
            earliest = [claim for claim in through if _day(claim)]
            written = {each for claim in through for each in _written(claim, key)}
            for claim in claims:
                page = claim.document.id
                if teller(claim) is None or key in named[page] or key == outlet_key(claim.document.outlet or ""):
                    continue
                if any(name in text for text in said[page] for name in written):
                    continue
                day = _day(claim)
                if day and any(_day(each) <= day and repeated(each, claim) for each in _distinct(earliest)):
                    without.append(claim)
            if without:
                shown = WORDS["conduits"](through[0]) or ""
                yield told("dropped_hop", "between", "conduits", (through, without), (shown, None), {"one": shown})


def _written(claim: Claim, key: str) -> Iterator[str]:
    """Yield the words that name the hop with that key in *claim*."""
    for hop in claim.conduits:
        if hop.value is not None and outlet_key(hop.value.name) == key:
            yield from {hop.value.name, hop.text} - {""}


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    """Return the first of *claims* for each passage."""
    return list({claim.passage.text: claim for claim in reversed(list(claims))}.values())


def _day(claim: Claim) -> str:
    """Return the day of publication, empty unless it is known to the day."""
    published = claim.document.published or ""
    return published if len(published) == 10 else ""


def withheld(by_id: Mapping[str, Claim], pairs: Pairs, groups: Iterable[Group]) -> Iterator[Finding]:
    """Yield where an official is anonymous whom another report of the claim, or the page itself further up, names."""
    yield from _pages(by_id.values())
    group = {variant.claim: made.id for made in groups for variant in made.variants}
    found: dict[str, tuple[list[Claim], list[Claim]]] = {}
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if _names(one) and _anonymous(other) and _says_the_same(one, other):
                named, without = found.setdefault(group.get(one.id, one.id), ([], []))
                named.append(one)
                without.append(other)
    for named, without in found.values():
        who = office(named[0])
        yield told("anonymity", "reports", "speaker", (named, without), (who, None), {"who": who})


def _pages(claims: Iterable[Claim]) -> Iterator[Finding]:
    """Yield the first place of each page where the one official named before is taken up as anonymous."""
    documents: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        documents[claim.document.id].append(claim)
    for page in documents.values():
        named: list[Claim] = []
        for claim in sorted(page, key=lambda each: (each.passage.start, each.id)):
            if not _taken_up_as_anonymous(claim):
                named += [claim] if _names(claim) else []
            elif named and _is_the_one_named(claim, named):
                who = office(named[-1])
                yield told(
                    "anonymity", "page", "speaker", ((named[-1], claim),), (who, None), {"who": who},
                    document=claim.document.id, spans=claim.speakers[0].spans,
                )  # fmt: skip
                break


def _taken_up_as_anonymous(claim: Claim) -> bool:
    """Return whether the words for the speaker are "the anonymous official" or the like, whoever they were read as."""
    language = claim.document.language
    words = claim.speakers[0].text if len(claim.speakers) == 1 else ""
    return bool(pattern(language, "article").match(words) and pattern(language, "withheld").search(words))


def _is_the_one_named(claim: Claim, named: Sequence[Claim]) -> bool:
    """Return whether *claim* is read as of the last official *named*, or of nobody while one only was named."""
    if _names(claim):
        return _office(claim) == _office(named[-1])
    return _anonymous(claim) and len({_office(each) for each in named}) == 1 and _may_be_one(named[-1], claim)


def _office(claim: Claim) -> tuple[str | None, ...]:
    speaker = teller(claim)
    return (speaker.name, speaker.body) if speaker else ()


def _names(claim: Claim) -> bool:
    """Return whether a named official speaks in *claim*, also where the name is masked."""
    speaker = teller(claim)
    return speaker is not None and speaker.kind == "official" and speaker.named


def _anonymous(claim: Claim) -> bool:
    speaker = teller(claim)
    return speaker is not None and speaker.anonymous and speaker.kind in ("official", "unknown")


def _says_the_same(named: Claim, other: Claim) -> bool:
    """Return whether both are surely of one official: in the same words, or for one body on one day."""
    if named.status != other.status or not _may_be_one(named, other):
        return False
    bodies = [speaker.body if speaker else None for speaker in (teller(named), teller(other))]
    day = day_of(named.spoken)
    return copied(named, other) or (None not in bodies and day is not None and day == day_of(other.spoken))


def _may_be_one(named: Claim, other: Claim) -> bool:
    one, two = teller(named), teller(other)
    return (
        bool(one and two and (one.body is None or two.body is None or one_body(one.body, two.body)))
        and name_of(other) is None
    )
