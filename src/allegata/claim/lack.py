"""Which claims a remark is about that evidence for them is lacking."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from allegata.ground.lexicon import pattern
from allegata.ground.unit import unit_of

from .action import KILLED, on_persons
from .dispute import tells_happening
from .distance import LACKED, subject_of
from .draft import happening_start
from .page import between, cue_start, form_of, one_of, sentence_at, stretch_at
from .patient import classes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spacy.tokens import Token

    from .distance import Remark
    from .draft import Draft, Reading
    from .speaker import Voice

FAR = 1000
"""Code points within which a remark takes up what was said before."""
AFTER = 60
"""Code points after a remark in which it says what of: "offered no names of the dead"."""
TELLING = 3
"""Least number by which a claim is known to be told again."""
PERSON = "person"
"""The class of persons."""
NOTHING = "nothing"
"""The class of what no table knows, of which no claim is."""
PEOPLE = frozenset((PERSON, "group"))
"""The classes of what names are of."""
FATAL = (KILLED, "execute")
"""The actions that leave dead."""

Key = tuple[str, int | None, int | None]


def lacks_of(drafts: Iterable[Draft], remarks: Sequence[Remark], reading: Reading) -> dict[int, list[Remark]]:
    """Return, by the `id` of a draft, those of *remarks* that evidence for it is lacking.

    A remark is about the claims of its own sentence; else about the last ones before it of what it speaks of (names: of persons) and of
    whom it speaks; else about the first ones after it. What is told again, of the same number, has it too; the parts of a whole have not.
    One of officials in general ("Authorities rarely offer proof") is about all that officials claim.
    """
    lacking = [remark for remark in remarks if remark.kind in LACKED]
    found: dict[int, list[Remark]] = defaultdict(list)
    if not lacking:
        return found
    told = _Told.of(drafts, lacking, reading)
    general: list[Remark] = []
    for remark in lacking:
        if remark.general:
            general.append(remark)
            continue
        for draft in told.about(remark):
            found[id(draft)].append(remark)
    for draft, remark in told.again(found):
        found[id(draft)].append(remark)
    for draft in told.by_officials if general else ():
        found[id(draft)].append(general[0])
    return found


@dataclass(frozen=True)
class _Told:
    """The happenings that a document tells of, in order, but for those that the remarks themselves name."""

    drafts: tuple[Draft, ...]
    reading: Reading

    @classmethod
    def of(cls, drafts: Iterable[Draft], lacking: Sequence[Remark], reading: Reading) -> _Told:
        """Return those of *drafts* that tell of a happening outside the words of *lacking*."""
        starts = sorted((each.span.start, each.span.end) for each in lacking)

        def is_within(draft: Draft) -> bool:
            at = bisect_right(starts, draft.happening.start, key=lambda each: each[0]) - 1
            return at >= 0 and draft.happening.start < starts[at][1]

        told = (each for each in drafts if tells_happening(each) and not is_within(each))
        return cls(tuple(sorted(told, key=happening_start)), reading)

    @cached_property
    def by_officials(self) -> tuple[Draft, ...]:
        """What officials claim."""
        voices = ((each, self.reading.voice_of(each)) for each in self.drafts)
        return tuple(each for each, voice in voices if voice is not None and voice.speaker.kind == "official")

    @cached_property
    def tellers(self) -> dict[str, list[Voice]]:
        """The voices by each word of them, in the order in which they first speak."""
        found: dict[str, list[Voice]] = defaultdict(list)
        known = {each.number: each for each in self.reading.voices.values()}
        for voice in sorted(known.values(), key=lambda each: each.first):
            for word in dict.fromkeys(voice.words.split()):
                found[word].append(voice)
        return found

    @cached_property
    def claiming(self) -> frozenset[int]:
        """The numbers of the voices that tell of a happening."""
        voices = (self.reading.voice_of(each) for each in self.drafts)
        return frozenset(voice.number for voice in voices if voice is not None)

    def about(self, remark: Remark) -> list[Draft]:
        """Return what *remark* is about."""
        page = self.reading.page
        sentence = sentence_at(page, remark.span.start)
        fits, teller = _Sort.of(remark, self.reading), self.teller(remark)
        here = between(self.drafts, sentence.start_char, sentence.end_char, happening_start)
        own = [each for each in here if fits.has(each)]
        if own:
            return _wholes([each for each in own if teller is None or self.reading.voice_of(each) in (None, teller)])
        start = sentence.start_char
        before = [each for each in between(self.drafts, start - FAR, start, happening_start) if fits.has(each)]
        if teller is not None and teller.number in self.claiming:
            before = [each for each in before if self.reading.voice_of(each) in (None, teller)]
        if before:
            last = sentence_at(page, before[-1].happening.start).start_char
            late = [each for each in before if each.happening.start >= last]
            if not fits.kinds and teller is not None:
                late = [each for each in before if self.reading.voice_of(each) == teller] or late
            return [self.whole(each, before) for each in _wholes(late)]
        if not self.drafts or happening_start(self.drafts[0]) < start:
            return []
        end = sentence_at(page, happening_start(self.drafts[0])).end_char
        first = between(self.drafts, sentence.end_char, sentence.end_char + FAR, happening_start)
        return list(takewhile(lambda each: happening_start(each) < end, first))

    def whole(self, draft: Draft, told: Sequence[Draft]) -> Draft:
        """Return of those *told* by the teller of *draft* the one of its action with the largest number, which it is of."""
        voice = self.reading.voice_of(draft)
        alike = (
            each
            for each in told
            if each.happening.action == draft.happening.action and self.reading.voice_of(each) == voice
        )
        return max((draft, *alike), key=_low)

    def again(self, found: Mapping[int, Sequence[Remark]]) -> list[tuple[Draft, Remark]]:
        """Return what is not in *found* and tells again, by the same teller or nobody, of an action and number that is, with the first remark about that."""
        known: dict[Key, tuple[Remark, Voice | None]] = {}
        for each in self.drafts:
            if id(each) in found and _low(each) >= TELLING:
                known.setdefault(_key(each), (found[id(each)][0], self.reading.voice_of(each)))
        return [
            (each, known[key][0])
            for each in self.drafts
            if id(each) not in found
            and (key := _key(each)) in known
            and self.reading.voice_of(each) in (None, known[key][1])
        ]

    def teller(self, remark: Remark) -> Voice | None:
        """Return who is said to show nothing, null where nobody is named or known."""
        subject, start = subject_of(remark, self.reading.page), remark.span.start
        if subject is None or subject.tag_ == "WP":
            return None
        if subject.pos_ == "PRON":
            spoken = between(self.reading.attributions, start - FAR, start, cue_start)
            return self.reading.voices[spoken[-1].id] if spoken and not one_of(subject, "plural") else None
        known = self.tellers.get(subject.lower_, [])
        before = known[: bisect_right(known, start, key=lambda each: each.first)]
        bodies = [each for each in before if not each.personal] if one_of(subject, "body_noun") else before
        return next(reversed(bodies or before), None)


def _low(draft: Draft) -> int:
    return (draft.count.value.low or 0) if draft.count is not None and draft.count.value is not None else 0


def _key(draft: Draft) -> Key:
    value = draft.count.value if draft.count is not None else None
    return draft.happening.action, value.low if value else None, value.high if value else None


def _wholes(drafts: list[Draft]) -> list[Draft]:
    """Return those of *drafts* that are no parts of others, or all where each is one."""
    wholes = [each for each in drafts if each.happening.quantity is None or each.happening.quantity.leans != "part_of"]
    return wholes or drafts


def _is_general(token: Token) -> bool:
    """Return whether *token* is what may be shown, or a word for any happening, which says of none what it was done to: "no details of the operation"."""
    return one_of(token, "material") or form_of(token, "operation_noun")


@dataclass(frozen=True)
class _Sort:
    """What a remark misses something of: the classes of units, or none where it does not say; fatal: of the dead."""

    kinds: frozenset[str]
    fatal: bool
    language: str

    @classmethod
    def of(cls, remark: Remark, reading: Reading) -> _Sort:
        """Return the sort of what *remark* misses something of."""
        page, language = reading.page, reading.page.document.language
        text, start, end = page.document.text, remark.span.start, remark.span.end
        found = list(stretch_at(page, start, end) or ())
        of_what = pattern(language, "lack_of").match(text, end)
        if of_what is not None:
            end = min(sentence_at(page, start).end_char, end + AFTER)
            rest = stretch_at(page, of_what.end(), end) if of_what.end() < end else None
            found = [*found, *islice((token for token in rest or () if token.pos_ in ("NOUN", "PRON", "NUM")), 1)]
        things = [token for token in found if token.pos_ in ("NOUN", "ADJ") and not _is_general(token)]
        units = [unit_of(token.lemma_.lower(), language) or unit_of(token.lower_, language) for token in things]
        kinds = {classes(language).get(unit, unit) for unit in units if unit}
        material = [token.text for token in found if one_of(token, "material")]
        named = pattern(language, "of_names")
        if not kinds and named.search(text, start, end) and all(named.fullmatch(each) for each in material):
            kinds = {NOTHING} if of_what is not None and found[-1].pos_ == "NOUN" and things else set(PEOPLE)
        return cls(frozenset(kinds), bool(pattern(language, "of_dead").search(text, start, end)), language)

    def has(self, draft: Draft) -> bool:
        """Return whether *draft* is of this sort."""
        happening = draft.happening
        if self.fatal:
            return happening.action in FATAL
        unit = happening.unit or (PERSON if on_persons(happening.action) else "")
        return not self.kinds or not unit or classes(self.language).get(unit, unit) in self.kinds
