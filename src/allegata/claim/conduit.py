"""Who passed the words of a speaker on, from the speaker outward: in the sentence, around it, and for the whole page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from allegata.ground.actor import find_aliases, find_bodies, is_watching, kind_of_outlet, resolve_actor
from allegata.ground.gazetteer import find_toponyms
from allegata.ground.lexicon import pattern, words
from allegata.ground.syntax import find_dateline, is_plain_word
from allegata.model.claim import Actor, Attribution, Period
from allegata.model.mention import Mention, Span, span_of

from .page import Page, between, cue_start, first_offset, headline, inside, meets, sentence_at, span_start
from .platform import find_posts, is_platform
from .speaker import Voice

if TYPE_CHECKING:
    from spacy.tokens import Span as Stretch

    from .moment import Moments

Way = Literal["told", "carried", "cited", "reported", "heard"]
"""How an outlet stands to what is around it: spoken to by the speaker, carrier of the words, cited by the outlet before it, reporting,
or spoken to by the one before it who speaks for the speaker."""

REACH = 90
"""Code points around an outlet's name in which the words stand that say what it did."""

FAR = 400
"""Code points in which an outlet that is taken up again was named."""
LONGEST_GAP = 300
"""Code points between an attribution and an outlet of the same sentence that passed it on."""
LONGEST_SENTENCE = 1000
"""Code points of an ordinary sentence; what stands farther off in a longer one is not looked at."""
FOLLOWING = 200
"""Words after a statement in which sentences may go on about who carried it."""
STRAY = 30
"""Code points beside an outlet's name in a stretch of content that is no more than the words about the outlet."""


@dataclass(frozen=True)
class Relay:
    """An outlet that a sentence says passed words on; the span is the first of its mention."""

    span: Span
    hop: Mention[Actor]
    way: Way
    spoken: bool = False


def find_relays(page: Page, start: int, end: int) -> tuple[Relay, ...]:
    """Return the outlets that *page* says from *start* to *end* passed words on, in reading order.

    An outlet that is only mentioned is none. spoken: the outlet was spoken to at length (an interview), so that what follows was said to it too.
    """
    text, language = page.document.text, page.document.language
    found: list[Relay] = []
    for span, sure in _outlets(page, start, end):
        if found and span.start < found[-1].span.end:
            continue
        left = text[max(start, span.start - REACH) : span.start]
        right = pattern(language, "outlet_end").sub("", text[span.end : min(end, span.end + REACH)])
        joined = found and pattern(language, "relay_and").fullmatch(text, found[-1].span.end, span.start)
        if joined and sure:
            found[-1] = _joined(found[-1], span, text, language)
            continue
        bare = pattern(language, "outlet_lead").sub("", left)
        way = _way((left, bare), right, sure, language)
        if way is not None:
            at_length = bool(
                pattern(language, "relay_interview").search(bare)
                or pattern(language, "relay_interviewed").match(right)
                or (way == "told" and pattern(language, "relay_speaking").search(bare))
            )
            found.append(Relay(span, Mention((span,), (_actor(span.text, language),), "relay"), way, at_length))
    return _with_posts(found, page, start, end)


def _with_posts(relays: Sequence[Relay], page: Page, start: int, end: int) -> tuple[Relay, ...]:
    """Return *relays* and the platforms on which the words themselves were published, in reading order."""
    found = list(relays)
    for span, name in find_posts(page, start, end):
        beside = any(each.span.start <= span.end + 1 and span.start <= each.span.end for each in relays)
        if not beside and not any(_posts_there(each, span, page) for each in relays):
            found.append(Relay(span, Mention((span,), (Actor(f"{name} (post)", None),), "post"), "told"))
    return tuple(sorted(found, key=lambda relay: relay.span))


def _posts_there(relay: Relay, platform: Span, page: Page) -> bool:
    """Return whether *platform* is that of *relay*, an outlet: "the Telegram channel of Radio Sol", "on its Telegram channel, Radio Sol quoted"."""
    text, language = page.document.text, page.document.language
    gap = text[platform.end : relay.span.start] if relay.span.start > platform.end else ""
    if pattern(language, "channel_of").fullmatch(gap):
        return True
    before = text[max(0, platform.start - 20) : platform.start].lower().split()
    own = not words(language, "impersonal").isdisjoint(before)
    return own and pattern(language, "channel_then").fullmatch(gap) is not None


def relays_of(sentence: Stretch, page: Page) -> tuple[Relay, ...]:
    """Return the outlets that *sentence* says passed words on; looked up once a page."""
    if sentence.start not in page.relays:
        page.relays[sentence.start] = find_relays(page, sentence.start_char, sentence.end_char)
    return page.relays[sentence.start]


def _joined(relay: Relay, span: Span, text: str, language: str) -> Relay:
    """Return *relay* with the outlet *span* beside its own: two that heard it together are one hop."""
    whole = span_of(text, relay.span.start, span.end)
    names = f"{relay.hop.readings[0].name} and {_actor(span.text, language).name}"
    return replace(relay, span=whole, hop=Mention((whole,), (Actor(names, None),), "relay"))


def _actor(name: str, language: str) -> Actor:
    """Return the outlet or organisation *name*; a short form that elsewhere is a party's or a force's stays as it is."""
    made = resolve_actor(name, language)
    known = kind_of_outlet(name, language) is not None or is_watching(name, language)
    return made if known or made.id is None else Actor(name, None)


def _way(lefts: Sequence[str], right: str, sure: bool, language: str) -> Way | None:
    """Return how the outlet between one of *lefts*, which end with and without what introduces it, and *right* stands to them."""

    def after(name: str) -> bool:
        return any(pattern(language, name).search(left) for left in lefts)

    if after("relay_interview") or after("relay_told"):
        return "told"
    if pattern(language, "relay_reporter").match(right):
        return None
    if after("relay_carried") or (sure and after("relay_reached")):
        return "carried"
    if sure and pattern(language, "relay_interviewed").match(right):
        return "told"
    if sure and after("relay_cited"):
        return "cited"
    if pattern(language, "cites_after").match(right):
        return "reported"
    if sure and (after("relay_reported") or pattern(language, "relay_says").match(right)):
        return "reported"
    return None


def _outlets(page: Page, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    """Yield each stretch from *start* to *end* that may name an outlet, and whether its words say that it is one; in reading order.

    Whatever an interview was with or words were carried by may be one, unless it is a person, a place or an official body.
    """
    text, language = page.document.text, page.document.language
    made: list[tuple[int, int, bool]] = []
    for match in pattern(language, "outlet_mention").finditer(text, start, end):
        group = next(name for name in ("generic", "name", "titled") if match[name])
        made.append((*match.span(group), True))
    whole = text[start:end]
    for alias in find_aliases(whole):
        span = alias.spans[0]
        if kind_of_outlet(span.text, language) or is_watching(span.text, language):
            made.append((start + span.start, start + span.end, True))
    for match in pattern(language, "outlet_words").finditer(text, start, end):
        if match[0] in words(language, "also_outlet") or _is_outlet_name(match[0], language):
            made.append((*match.span(), True))
    made += _perhaps(page, start, end, {one for one, _, _ in made})
    made = [each for each in made if not _names_nothing(text[each[0] : each[1]], language)]
    begins = {one for one, _, _ in made}
    made = [each for each in made if not _leads(text, each[1], begins)]
    made.sort(key=lambda each: (each[0], -each[1], not each[2]))
    last = start
    for one, two, sure in made:
        if one >= last:
            yield span_of(text, one, two), sure
            last = two


def _perhaps(page: Page, start: int, end: int, sure: set[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield the names from *start* to *end* that stand where an outlet would, but do not say that they are one; *sure* begin those that do.

    A person, a place, an official body and common words are none.
    """
    text, language = page.document.text, page.document.language
    lead = pattern(language, "outlet_lead")
    taken = [(each.spans[0].start, each.spans[0].end) for each in between(page.bodies, start, end, first_offset)]
    places = [(each.spans[0].start, each.spans[0].end) for each in between(page.places, start, end, first_offset)]
    people = [(each.start, each.end) for each in between(page.people, start, end, span_start)]
    names: list[tuple[int, int]] = []
    for name in ("relay_interview_of", "relay_carried_by", "relay_told_to"):
        for match in pattern(language, name).finditer(text, start, end):
            named = pattern(language, "outlet_name").match(text, match.end(), end)
            beside = any(match.end() <= one and not lead.sub("", text[match.end() : one]) for one in sure)
            if named is not None and not beside:
                names.append(named.span("name"))
    for match in pattern(language, "outlet_words").finditer(text, start, end):
        if pattern(language, "cites_after").match(text, match.end(), end):
            names.append(match.span())
    for one, two in names:
        name = text[one:two]
        article = any(pattern(language, "article").match(text[at:two]) for at in (one, max(start, one - 4)))
        person = any(low < two and one < high for low, high in people) and not article
        body = any(low < two and one < high for low, high in taken) or find_bodies(name, page.home, language)
        place = any(inside((one, two), where) for where in places)
        common = not (article and " " in name) and all(
            is_plain_word(each, language) for each in re.findall(r"\w+", name)
        )
        if not (person or body or place or common or pattern(language, "institution").search(name)):
            yield one, two, False


def _is_outlet_name(name: str, language: str) -> bool:
    """Return whether *name* says that it is an outlet or an organisation that watches."""
    return kind_of_outlet(name, language) is not None or is_watching(name, language)


def _names_nothing(name: str, language: str) -> bool:
    """Return whether *name* is a lone "TV" or "daily", or a platform on which people publish their own words."""
    none = words(language, "definite") | words(language, "indefinite")
    return name.lower() in none or name in words(language, "outlet") or is_platform(name, language)


def _leads(text: str, end: int, starts: set[int]) -> bool:
    """Return whether an outlet's name stands right after *end*, so that what stands before only introduces it."""
    return text[end : end + 1] == " " and end + 1 in starts


def is_relay(source: Span, relays: Sequence[Relay], page: Page) -> bool:
    """Return whether *source* is one of *relays*, and not somebody whose words one of them carried."""
    lead, text = pattern(page.document.language, "outlet_lead"), page.document.text
    near = between(relays, source.start - REACH, source.end + REACH, lambda relay: relay.span.start)
    return any(
        source.start < relay.span.end
        and not lead.sub("", text[source.start : max(relay.span.start, source.start)]).strip()
        for relay in near
    )


def in_order(relays: Sequence[Relay], speaker: int) -> tuple[Mention[Actor], ...]:
    """Return the hops of *relays* from the speaker outward. speaker: where the words that name the speaker begin.

    Who was spoken to is next to the speaker; who carried or reported it after the speaker follows in reading order; who frames
    the sentence from its beginning is outermost; whom one of them cites stands before the one that cites.
    """
    told: list[Relay] = []
    after: list[Relay] = []
    before: list[Relay] = []
    beside: list[Relay] | None = None
    previous, leading = None, False
    for relay in relays:
        if relay.way == "told":
            beside = told
            told.append(relay)
        elif beside is not None and previous is not None and relay.way in ("cited", "heard"):
            beside.insert(beside.index(previous) + (relay.way == "heard"), relay)
        elif relay.way == "carried" or relay.span.start > speaker:
            beside = after
            after.append(relay)
        else:
            beside = before
            before.insert(len(before) if leading else 0, relay)
            leading = relay.way == "cited"
        previous = relay
    return tuple(relay.hop for relay in (*told, *after, *before))


@dataclass(frozen=True)
class Trail:
    """Who passed on what each attribution says, by attribution id: as its own sentences say, and the hops of the whole page.

    passing: the ids of the attributions whose source only passes words on.
    """

    own: Mapping[str, tuple[Mention[Actor], ...]]
    page: tuple[Mention[Actor], ...]
    passing: frozenset[str]


def trail_of(page: Page, attributions: Sequence[Attribution], voices: Mapping[str, Voice], moments: Moments) -> Trail:
    """Return who passed on the words of each of *attributions*.

    Where its own sentences name nobody, what they say of the same speaker's other words of that day holds, the nearest before it first,
    unless the speaker spoke to everybody.
    """
    by_id = {each.id: each for each in attributions}
    own = {each.id: _own_hops(each, by_id, voices, page, attributions) for each in attributions}
    dated = ((each.cue[0].start, moments.of(each)) for each in attributions)
    days = {at: day for at, day in dated if day is not None}
    by_voice: dict[int, list[Attribution]] = {}
    for each in attributions:
        if own[each.id]:
            by_voice.setdefault(voices[each.id].number, []).append(each)
    full = {
        each.id: own[each.id] or _again(each, by_voice.get(voices[each.id].number, []), own, days, page)
        for each in attributions
    }
    passing = frozenset(
        each.id
        for each in attributions
        if voices[each.id].speaker.kind == "media"
        or is_relay(each.source[0], relays_of(sentence_at(page, each.cue[0].start), page), page)
    )
    return Trail(full, outermost(page), passing)


def _again(
    attribution: Attribution,
    relayed: Sequence[Attribution],
    own: Mapping[str, tuple[Mention[Actor], ...]],
    days: Mapping[int, Mention[Period]],
    page: Page,
) -> tuple[Mention[Actor], ...]:
    """Return the hops of the nearest of *relayed*, which are of the same speaker, that may be of the same occasion.

    A headline, and an official whom only a later sentence names, have none of later sentences.
    """
    cue = attribution.cue[0].start
    sentence = sentence_at(page, cue)
    if not relayed or pattern(page.document.language, "own_occasion").search(sentence.text):
        return ()
    day = days.get(cue)

    def fits(other: Attribution) -> bool:
        its_day = days.get(other.cue[0].start)
        return day is None or its_day is None or day.readings == its_day.readings

    before, after = (
        between(relayed, 0, cue + 1, cue_start),
        between(relayed, cue + 1, len(page.document.text), cue_start),
    )
    nameless = attribution.source[0].text.lower().split()[0] in words(page.document.language, "indefinite_source")
    if nameless or cue < len(headline(page.document.text)):
        after = ()
    nearest = next((each for each in (*reversed(before), *after) if fits(each)), None)
    return own[nearest.id] if nearest else ()


def _own_hops(
    inner: Attribution,
    by_id: Mapping[str, Attribution],
    voices: Mapping[str, Voice],
    page: Page,
    attributions: Sequence[Attribution],
) -> tuple[Mention[Actor], ...]:
    """Return the hops that the sentence of *inner*, the sentences about it and the attributions it is nested in name."""
    chain = [inner]
    while (outer := by_id.get(chain[-1].inside or "")) is not None and outer not in chain:
        chain.append(outer)
    sentence = sentence_at(page, inner.cue[0].start)
    there = relays_of(sentence, page)
    beside = [
        other
        for other in between(attributions, *_around(inner, sentence), cue_start)
        if voices[other.id].number != voices[inner.id].number and not is_relay(other.source[0], there, page)
    ]
    first = min(each.source[0].start for each in chain)
    last = max(span.end for each in chain for span in (*each.source, *each.cue, *each.content))
    near = between(there, first - LONGEST_GAP, last + LONGEST_GAP, lambda relay: relay.span.start)
    own = [span for each in chain if voices[each.id].number == voices[inner.id].number for span in each.source]
    relays = [relay for relay in near if _is_of(relay, own, chain, beside)]
    for outer in chain[1:]:
        if not is_relay(outer.source[0], there, page):
            others = _nested(outer, inner, voices, page)
            relays = [_heard(relay, outer, chain) for relay in relays] if others else relays
            relays += others
    relays.sort(key=lambda relay: relay.span)
    hops = list(in_order(relays, inner.source[0].start))
    hops += _said_after(page, sentence.end)
    if not hops:
        hops += _said_before(page, sentence.start, inner)
    return tuple(hops)


def _around(attribution: Attribution, sentence: Stretch) -> tuple[int, int]:
    """Return the stretch of *sentence* in which another speaker's cue may be nearer to an outlet than that of *attribution*."""
    at = attribution.cue[0].start
    end = max(span.end for span in attribution.content)
    return max(sentence.start_char, at - LONGEST_SENTENCE), min(sentence.end_char, max(at, end) + LONGEST_SENTENCE)


def _is_of(relay: Relay, own: Sequence[Span], chain: Sequence[Attribution], beside: Sequence[Attribution]) -> bool:
    """Return whether *relay* passed on what the innermost of *chain* says: neither in its words, nor its speaker, whose source spans are *own*, nor nearer to a cue of other speakers *beside* it."""
    inner = chain[0]
    if any(meets(relay.span, span) and relay.way != "carried" for span in own) or any(
        inside((relay.span.start, relay.span.end), (span.start, span.end))
        and span.end - span.start > relay.span.end - relay.span.start + STRAY
        for span in inner.content
    ):
        return False
    mine = {each.id for each in chain}
    near = min(abs(each.cue[0].start - relay.span.start) for each in chain)
    return not any(
        abs(other.cue[0].start - relay.span.start) < near
        and other.id not in mine
        and (other.inside not in mine or other.inside == inner.id)
        for other in beside
    )


def _heard(relay: Relay, outer: Attribution, chain: Sequence[Attribution]) -> Relay:
    """Return *relay* as spoken to by the source of *outer*, who speaks for the speaker, where its is the nearest cue."""
    nearest = min(chain, key=lambda each: abs(each.cue[0].start - relay.span.start))
    return replace(relay, way="heard") if relay.way == "told" and nearest is outer else relay


def _nested(outer: Attribution, inner: Attribution, voices: Mapping[str, Voice], page: Page) -> list[Relay]:
    """Return the source of *outer*, in which *inner* is nested, as one who passed its words on; nothing for a place, a reporter's question or the speaker."""
    language, text = page.document.language, page.document.text
    voice, source = voices[outer.id], outer.source[0]
    speaker = voice.speaker
    parts = set(re.findall(r"\w+", source.text.lower()))
    if (
        voice.number == voices[inner.id].number
        or meets(source, inner.source[0])
        or parts & (words(language, "asking_noun") | words(language, "words_said"))
        or parts <= words(language, "relative") | words(language, "personal") | words(language, "impersonal")
        or any(each.text == source.text.strip() for each in find_toponyms(source.text, language))
    ):
        return []
    again = pattern(language, "outlet_again").fullmatch(source.text.strip())
    earlier = [span for span, sure in _outlets(page, max(0, source.start - FAR), source.start) if sure] if again else []
    if earlier:
        return [Relay(source, Mention(outer.source, (_actor(earlier[-1].text, language),), "named before"), "reported")]
    if speaker.body and speaker.body == voices[inner.id].speaker.body and not speaker.name:
        spokesman = pattern(language, "spokesman").search(source.text)
        if spokesman is None:
            return []
    bare = pattern(language, "possessor").sub("", source.text.strip(" ,"))
    title = pattern(language, "spokesman").search(bare)
    name = speaker.name or (bare if title else speaker.body if speaker.kind != "media" else None) or bare
    found = re.search(re.escape(name), text[source.start : source.end])
    span = span_of(text, source.start + found.start(), source.start + found.end()) if found else source
    return [Relay(source, Mention((span,), (_actor(name, language),), "nested"), "reported")]


def _said_after(page: Page, end: int) -> list[Mention[Actor]]:
    """Return the hops of the sentences right after token *end* that speak of what was said: "His remarks were carried by …"."""
    language, hops = page.document.language, list[Mention[Actor]]()
    last = end
    while end < len(page.doc) and end - last < FOLLOWING:
        following = page.doc[end].sent
        taken_up = pattern(language, "relayed_after").match(following.text.strip())
        if not (taken_up or pattern(language, "relayed_it").search(following.text)):
            break
        relays = relays_of(following, page)
        if not relays:
            break
        hops += in_order(relays, following.start_char)
        end = following.end
    return hops


def _said_before(page: Page, start: int, inner: Attribution) -> list[Mention[Actor]]:
    """Return the outlet to which the one who goes on speaking was speaking in the sentence before token *start*."""
    language = page.document.language
    parts = re.findall(r"\w+", inner.source[0].text.lower())
    if start == 0 or not parts or parts[0] not in words(language, "personal") | words(language, "definite_source"):
        return []
    before = page.doc[start - 1].sent
    if pattern(language, "own_occasion").search(page.doc[start].sent.text):
        return []
    return [each.hop for each in relays_of(before, page) if each.spoken][:1]


JOINTS = ("", "/", ",")
"""What may stand between the places of a dateline, beside "and"."""


def is_credit(attribution: Attribution, page: Page) -> bool:
    """Return whether what looks like *attribution* is a dateline, after which nobody in particular speaks: "LIMA (AFP): Ten men …"."""
    cue, source = attribution.cue[0], attribution.source[0]
    text, language = page.document.text, page.document.language
    if cue.text.strip() != ":":
        return False
    start = text.rfind("\n", 0, cue.start) + 1
    lead = text[start : cue.start].rstrip()
    named = between(page.people, start, cue.start, span_start)
    bracketed = lead.endswith((")", "）")) and not named
    near = between(page.places, start, cue.start, first_offset)
    if pattern(language, "credit").match(text, start, cue.end):
        return bracketed
    city = bool(near) and (
        near[0].value is None or near[0].value.level != "country"
    )  # "OWO, Nigeria", but not "Nigeria"
    return lead == source.text and city and _are_joints(lead, start, [each.spans[0] for each in near], language)


def _are_joints(lead: str, start: int, places: Sequence[Span], language: str) -> bool:
    """Return whether *lead*, the words from *start* on, has nothing beside *places* but what joins them, or a further one in capitals: "PESHAWAR / TANK"."""
    edges = [0, *(at - start for each in places for at in (each.start, each.end)), len(lead)]
    besides = [lead[one:two].strip() for one, two in zip(edges[::2], edges[1::2], strict=True)]
    joints = words(language, "and").union(JOINTS)
    return all(each in joints or (each[0] == "/" and each.isupper()) for each in besides)


def outermost(page: Page) -> tuple[Mention[Actor], ...]:
    """Return the agencies that a dateline or a line of its own credits, unless they published the document themselves.

    "LIMA (AFP) - …", "Reuters: …" and "Source: Antara" each name one.
    """
    text, language = page.document.text, page.document.language
    stretches = [match.span(match.lastgroup or 0) for match in pattern(language, "credit").finditer(text)]
    dateline = find_dateline(text)
    if dateline is not None:
        stretches.append(dateline[1])
    found: list[Mention[Actor]] = []
    for start, end in sorted(set(stretches)):
        named = [span_of(text, *match.span()) for match in pattern(language, "credit_part").finditer(text, start, end)]
        parts = [each for each in named if not (_is_outlet(each.text, page) or _names_nothing(each.text, language))]
        if not parts or not any(kind_of_outlet(each.text, language) for each in named):
            continue
        whole = span_of(text, parts[0].start, parts[-1].end)
        actor = _actor(whole.text, language) if len(parts) == 1 else Actor(whole.text, None)
        if all(actor.name.lower() != other.readings[0].name.lower() for other in found):
            found.append(Mention((whole,), (actor,), "dateline"))
    return tuple(found)


def _is_outlet(name: str, page: Page) -> bool:
    """Return whether *name* is the outlet that published the document, by its words or by what it stands for."""
    language, outlet = page.document.language, page.document.outlet
    if not outlet:
        return False
    article = pattern(language, "article")
    ours, theirs = (
        {article.sub("", each.strip()).lower() for each in (words, resolve_actor(words, language).name)} - {""}
        for words in (name, outlet)
    )
    return any(one in two or two in one for one in ours for two in theirs)


def conduits_of(chain: tuple[Attribution, ...], trail: Trail, page: Page) -> tuple[Mention[Actor], ...]:
    """Return who passed the words of the innermost attribution of *chain* on, from the speaker outward."""
    kept: list[Mention[Actor]] = []
    for hop in (*trail.own[chain[0].id], *trail.page):
        name = hop.readings[0].name.lower()
        if not _is_outlet(name, page) and all(name != other.readings[0].name.lower() for other in kept):
            kept.append(hop)
    return tuple(kept)
