"""Where a happening was, as its own clause names it or points to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allegata.ground.country import is_beyond_border
from allegata.ground.lexicon import pattern, words
from allegata.ground.place import is_capital, place_of
from allegata.ground.timex import begun, open_since
from allegata.model.claim import Attribution, Period, Place
from allegata.model.mention import Mention

from .action import senses
from .clause import clause_of, distance, main_of
from .happening import Happening
from .page import Page, between, first_offset, form_of, inside, is_known, one_of, stretch_at, tokens_like

ANSWERS = frozenset({"arrest", "hold", "identify", "restrain", "charge", "sentence", "execute", "release"})
"""Actions that answer an attack, which may have been elsewhere."""
RAIDS = frozenset({"arrest", "kill", "injure", "seize", "dismantle"})
"""Actions that are done where an operation is; people are held elsewhere after it."""
LEAVING = frozenset({"expel", "release", "seize", "disappear"})
"""Actions by which people or things leave a place."""
NEAR_CUE = 12
"""Words after a cue in which it says where the words were said."""
SEAT = 20
"""Code points before a place that say that somebody has an office there."""

if TYPE_CHECKING:
    from spacy.tokens import Token


def is_within(stretch: tuple[int, int], mention: Mention[Any]) -> bool:
    """Return whether *mention* begins in *stretch*."""
    return bool(mention.spans) and stretch[0] <= first_offset(mention) < stretch[1]


def places_within(stretch: tuple[int, int], page: Page) -> tuple[Mention[Place], ...]:
    """Return the places at which the words of a *stretch*, an item of a list, put something: "in Van, six"."""
    put = pattern(page.document.language, "locality_lead")
    text, found = page.document.text, between(page.places, *stretch, first_offset)
    return _smallest([each for each in found if put.search(text, stretch[0], first_offset(each))])


def places_of(happening: Happening, attribution: Attribution | None, page: Page) -> tuple[Mention[Place], ...] | None:
    """Return where *happening* took place as its clause names it or points to it; null where it does neither.

    Source and cue are not the happening's place; nor is the place of what somebody is accused of.
    """
    main = main_of(happening, page)
    sentence = main.sent
    apart = _placed_apart(happening, main, page)
    own: list[Mention[Place]] = []
    agents: list[Mention[Place]] = []
    raids: list[Mention[Place]] = []
    led: list[Mention[Place]] = []
    neighbours = False
    for place in between(page.places, sentence.start_char, sentence.end_char, first_offset):
        span = place.spans[0]
        if attribution and any(
            inside((span.start, span.end), (source.start, source.end)) for source in attribution.source
        ):
            continue
        found = stretch_at(page, span.start, span.end)
        if found is None:
            continue
        root = found.root
        if _is_of_office(root, main):
            agents.append(place)
            continue
        if apart is not None and apart not in root.ancestors:
            continue
        if _is_of_cue(root, main, attribution, page) or _is_of_rest(root, happening):
            continue
        if is_beyond_border(page.document.text, span, page.document.language) or _is_near_border(place, page):
            neighbours = True
            continue
        if page.is_of_desk(place) or _is_seat(place, page) or _is_said_at(span.start, found.root, page):
            continue
        if (
            root.dep_ in ("compound", "poss", "nsubj", "amod", "nmod")
            and root.head.dep_ in ("nsubj", "nsubjpass", "pobj", "dobj")
            and (root.head.ent_type_ == "ORG" or root.head.text in words(page.document.language, "institution"))
            and not _is_quarter(root, place)
        ):
            continue
        if _is_origin(place, root, main, happening.action) or _is_of_cause(root, main, happening.action):
            continue
        put = root.dep_ in ("npadvmod", "nsubj") or any(
            each.dep_ in ("pobj", "appos", "conj") for each in (root, root.head)
        )
        if distance(root, main, acted=happening.patients) is not None:
            if put and root.dep_ == "nsubj":
                agents.append(place if form_of(root.head, "recording") else _governed(place))
            elif put:
                own.append(place)
        elif happening.action in RAIDS and _is_at(root) and _is_of_operation(root, main, happening, place, page):
            raids.append(place)
        elif _leads(root, main, page) and _may_lead(place, page):
            led.append(place)
    beside = _beside(happening, page)
    if beside is not None and beside not in own:
        own = [beside]
    text, language = page.document.text[sentence.start_char : sentence.end_char], page.document.language
    if not own and pattern(language, "everywhere").search(text):
        return ()
    if own or raids or agents:
        whole = [reading for each in own for reading in each.readings]
        wide = raids if whole and all(each.level == "country" for each in whole) else []
        inner = [
            each for each in wide if each.value is not None and each.value.country in {one.country for one in whole}
        ]
        return _smallest([*_of_clause(own or raids or agents, main, page), *inner])
    if apart is not None:
        return page.nation
    if neighbours or pattern(language, "nationwide").search(text):
        return page.nation or None
    if led:
        return _smallest(led)
    if pattern(language, "same_division").search(text):
        before = reversed(between(page.places, 0, happening.start, first_offset))
        named = next((place for place in before if any(each.admin1 for each in place.readings)), None)
        if named is not None:
            return (named,)
    return None


def _is_of_operation(root: Token, main: Token, happening: Happening, place: Mention[Place], page: Page) -> bool:
    """Return whether the *place* at *root* is that of an operation, or where those acted on were: "a man who fired on officers near Kano was killed"."""
    if distance(root, main, raided=True) is not None:
        return True
    clause = next((each for each in (root, *root.ancestors) if each.dep_ == "relcl"), None)
    verb = next((each for each in (root, *root.ancestors) if each.pos_ in ("VERB", "AUX")), None)
    met = clause is not None and verb == clause and clause.head.i in happening.patients
    return met and _may_lead(place, page)


def _governed(place: Mention[Place]) -> Mention[Place]:
    """Return the country that *place* stands for where it is a capital that does something, else itself: "Tehran has freed ten sailors"."""
    value = place.value
    country = place_of(f"iso:{value.country}") if value is not None and is_capital(value) else None
    return Mention(place.spans, (country,), "the capital for its government") if country is not None else place


def _is_seat(place: Mention[Place], page: Page) -> bool:
    """Return whether *place* is only where somebody has an office: "the Oslo-based group", "based in Oslo"."""
    text, language, span = page.document.text, page.document.language, place.spans[0]
    before = pattern(language, "seat_before").search(text, max(0, span.start - SEAT), span.start)
    return before is not None or pattern(language, "seat_after").match(text, span.end) is not None


def _is_near_border(place: Mention[Place], page: Page) -> bool:
    """Return whether *place* is another country, to whose border something was near: "fled towards the Somalia border"."""
    after = pattern(page.document.language, "border_after").match(page.document.text, place.spans[0].end)
    return after is not None and all(each.level == "country" and each.country != page.home for each in place.readings)


def _is_said_at(start: int, root: Token, page: Page) -> bool:
    """Return whether the words at *root*, which *start* there, are where the cue before them spoke: "said at a press conference in Lima"."""
    near = range(max(root.sent.start, root.i - NEAR_CUE), root.i)
    return any(each in page.cues for each in near) and _is_of_speech(start, root, page)


def _is_of_speech(start: int, root: Token, page: Page) -> bool:
    """Return whether the words before *start*, in the sentence of *root*, put a speech there: "speaking at a ceremony in Lima"."""
    text, first = page.document.text, root.sent.start_char
    return pattern(page.document.language, "said_at").search(text, first, start) is not None


def _is_quarter(root: Token, place: Mention[Place]) -> bool:
    """Return whether what the town at *root* has is a part of it that is in no table: "in Kano's Brigade ward", and no office."""
    part = root.head
    placed = root.dep_ == "poss" and part.dep_ == "pobj" and one_of(part.head, "at_place")
    office = part.text in words(part.lang_, "institution") or one_of(part, "body_noun") or one_of(part, "office_noun")
    return placed and not office and all(each.level != "country" for each in place.readings)


def _is_at(root: Token) -> bool:
    """Return whether something is put at *root*, or at what it has: "in Kano", "in the hills of Kano", "in Kano's north"."""
    part = root.head if root.dep_ in ("poss", "compound", "conj", "appos") else root
    return part.dep_ != "pobj" or one_of(part.head, "at_place")


def _is_of_cue(root: Token, main: Token, attribution: Attribution | None, page: Page) -> bool:
    """Return whether the place at *root* is where the words were said: "ten died, the minister said in Lima".

    One before the cue is that of the happening: "In Lima, the minister said, ten died".
    """
    if attribution and any(
        inside((root.idx, root.idx + len(root)), (each.start, each.end)) for each in attribution.content
    ):
        return False
    for each in root.ancestors:
        if each.pos_ in ("VERB", "AUX", "NOUN"):
            return each.i in page.cues and each.i != main.i and root.i > each.i
    return False


def is_aside(place: Mention[Place], action: str, page: Page) -> bool:
    """Return whether *place* is named for something else than that *action* was there.

    Words were said there ("told reporters in Lima", "In Lima, the minister said"), a government is called by it ("Kabul's
    forces"), people come from there, or an attack was there that the action answers.
    """
    found = stretch_at(page, place.spans[0].start, place.spans[0].end)
    if found is None:
        return False
    root = found.root
    put = root.head if root.dep_ == "pobj" else root
    if put.dep_ == "prep" and put.head.i in page.cues and put.head.i < put.i:
        return True  # said in Lima that ten were held
    if root.dep_ == "poss" and place.value is not None and is_capital(place.value):
        return True
    if _is_of_speech(place.spans[0].start, root, page) or (_cue_after(root, page) and not _may_lead(place, page)):
        return True
    attacked = action in ANSWERS and any(form_of(each, "attack_noun") for each in root.ancestors)
    return attacked or (root.dep_ == "pobj" and one_of(root.head, "origin"))


def _cue_after(root: Token, page: Page) -> Token | None:
    """Return the cue before which the place at *root* opens the sentence: "In Kano, the police said they had held ten"."""
    preposition, cue = root.head, root.head.head
    first = root.dep_ == "pobj" and preposition.i == root.sent.start and one_of(preposition, "at_place")
    return cue if first and cue.i in page.cues and cue.i > root.i else None


def _leads(root: Token, main: Token, page: Page) -> bool:
    """Return whether the place at *root* opens the sentence before the cue that *main* hangs on."""
    cue = _cue_after(root, page)
    return cue is not None and cue in main.ancestors


def _may_lead(place: Mention[Place], page: Page) -> bool:
    """Return whether what is told at *place* may have been there: it lies in the document's country, and is not where its government speaks."""
    return any(each.country == page.home and not is_capital(each) for each in place.readings)


def _is_of_office(root: Token, main: Token) -> bool:
    """Return whether the place at *root* is that of the office which acts: "the Kano command has held ten men", "a chamber of the Kano court has jailed ten"."""
    office = root.head
    named = root.dep_ in ("compound", "nmod", "amod", "poss") and one_of(office, "acting_office")
    acting = office.head.head if office.dep_ == "pobj" and one_of(office.head, "of") else office
    return named and acting.dep_ == "nsubj" and acting.head.i in clause_of(main)


def _is_of_rest(root: Token, happening: Happening) -> bool:
    """Return whether the place at *root* is where the others were: "six were held in Lima and the rest in Cusco"."""
    below = [root, *root.ancestors]
    return any(one_of(each, "rest") and each.dep_ == "conj" and each.i not in happening.patients for each in below)


def _beside(happening: Happening, page: Page) -> Mention[Place] | None:
    """Return the place that stands right after the number of *happening*: "and 24 in Cusco"."""
    if not happening.patients:
        return None
    head = page.doc[happening.patients[0]]
    end = head.idx + len(head)
    places = between(page.places, end, end + 30, first_offset)
    if not places or head.pos_ != "NUM":
        return None
    placed = pattern(page.document.language, "placed")
    if not placed.fullmatch(page.document.text, end + 1, first_offset(places[0])):
        return None
    found = stretch_at(page, places[0].spans[0].start, places[0].spans[0].end)
    native = found is not None and one_of(found.root.head, "origin")  # four from Peru
    return None if native and all(each.level == "country" for each in places[0].readings) else places[0]


@dataclass(frozen=True)
class Retold:
    """When and where a happening was that was told before: "The raids were in Lima".

    action: of it, null for any. noun: its lemma. aside: its sentence tells something else of it, too.
    """

    at: int
    action: str | None
    noun: str
    period: Mention[Period] | None
    places: tuple[Mention[Place], ...]
    aside: bool = False


def find_retold(page: Page, used: frozenset[int]) -> tuple[Retold, ...]:
    """Return what *page* tells again, in reading order, where a noun or "they" takes up what was told and a time or place is new.

    *used* are the offsets of the times that date words.
    """
    found = []
    for subject in tokens_like(page.doc, DEP={"nsubj", "nsubjpass"}.__contains__):
        verb, aside = subject.head, _raids_of(subject)
        taken = _taken_up(subject) if aside is None else ""
        if taken is None or verb.i in page.cues:
            continue
        start, end = verb.sent.start_char, verb.sent.end_char
        times = [each for each in between(page.times, start, end, first_offset) if first_offset(each) not in used]
        dated = [each for each in times if _hangs_on(each, verb, page)]
        placed = [each for each in between(page.places, start, end, first_offset) if _hangs_on(each, verb, page)]
        if dated or placed:
            period = open_since(page.document.text, dated[0], page.document.language) if dated else None
            if period is not None and form_of(verb, "begin"):
                period = begun(period)
            noun = (aside or subject).lemma_.lower()
            found.append(Retold(verb.idx, taken or None, noun, period, _smallest(placed), aside is not None))
    return tuple(found)


def _raids_of(subject: Token) -> Token | None:
    """Return the known operation that *subject* is the relative pronoun of: "in the raids, which began on Sunday"."""
    noun = subject.head.head
    relative = subject.head.dep_ == "relcl" and one_of(subject, "relative")
    return noun if relative and is_known(noun) and form_of(noun, "operation_noun") else None


def _taken_up(subject: Token) -> str | None:
    """Return the action that *subject* and its verb take up, empty for any, null if they take up none."""
    language = subject.lang_
    if not (one_of(subject, "told_before") or is_known(subject)):
        return None
    if form_of(subject, "operation_noun"):
        return ""
    of_noun, of_verb = (subject.lemma_.lower(), "noun"), (subject.head.lemma_.lower(), "subject")
    passive = (subject.head.lemma_.lower(), "verb") if subject.dep_ == "nsubjpass" else of_verb
    keys = (of_noun,) if subject.pos_ == "NOUN" else (of_verb, passive)
    rows = [row for key in keys for row in senses(language).get(key, ())]
    if rows and rows[0]["action"] == "sentence" and form_of(subject.head, "carry_out"):
        return "execute"
    return rows[0]["action"] if rows else None


def _hangs_on(mention: Mention[Any], verb: Token, page: Page) -> bool:
    """Return whether the time or place *mention* is of the clause of *verb*, by a preposition of its own."""
    found = stretch_at(page, mention.spans[0].start, mention.spans[0].end)
    if found is None or found.root.i < verb.i:
        return False
    each, steps = found.root, 0
    while each.i != verb.i and steps < 6:
        if each.head == each or (each.pos_ in ("VERB", "AUX") and each.dep_ != "conj") or one_of(each, "cause"):
            return False
        each, steps = each.head, steps + 1
    return each.i == verb.i


def _placed_apart(happening: Happening, main: Token, page: Page) -> Token | None:
    """Return the preposition that says where this part was, apart from the others of its clause: "and two in other towns"."""
    if main.i == happening.at or not happening.patients:
        return None
    after = page.doc[happening.patients[0]].rights
    return next((child for child in after if child.dep_ == "prep" and one_of(child, "locative")), None)


def _is_origin(place: Mention[Place], root: Token, main: Token, action: str) -> bool:
    """Return whether *place*, at the word *root*, is where those acted on come from: "ten men from Lima", "are from Peru"."""
    each = root
    while (
        each.head != each
        and not one_of(each, "origin")
        and not one_of(each, "native")
        and (each.dep_ in ("conj", "appos", "pobj") or one_of(each, "of"))
    ):
        each = each.head
    if one_of(each, "native") and each.i != root.i:
        return True  # the driver, a citizen of Peru, was held
    if not one_of(each, "origin"):
        return False
    if each.head.i not in clause_of(main):
        return True
    return action not in LEAVING and all(reading.level == "country" for reading in place.readings)


def _is_of_cause(root: Token, main: Token, action: str) -> bool:
    """Return whether the place at *root* is that of an attack which the happening answers."""
    if action not in ANSWERS:
        return False
    clause = clause_of(main)
    for each in root.ancestors:
        if each.i in clause:
            return False
        if form_of(each, "attack_noun"):
            return True
    return False


def _of_clause(places: list[Mention[Place]], main: Token, page: Page) -> list[Mention[Place]]:
    """Return *places* without those of a coordinated clause with a subject of its own, when this clause names its own."""
    verbs = {}
    for place in places:
        found = stretch_at(page, place.spans[0].start, place.spans[0].end)
        each = found.root if found is not None else main
        while each.pos_ not in ("VERB", "AUX") and each.head != each:
            each = each.head
        verbs[place.spans[0]] = each
    if all(verb.i != main.i for verb in verbs.values()):
        return places
    return [
        place
        for place in places
        if (verb := verbs[place.spans[0]]).i == main.i
        or not any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)
    ]


def _smallest(places: list[Mention[Place]]) -> tuple[Mention[Place], ...]:
    """Return *places* without those that only say where another of them lies ("Piranshahr, Iran")."""
    values = [place.value for place in places if place.value is not None]
    inner = {value.country for value in values if value.level != "country"}
    towns = {(value.country, value.admin1) for value in values if value.level not in ("country", "admin1")}
    kept: dict[tuple[Place, ...], Mention[Place]] = {}
    for place in places:
        value = place.value
        wider = value is not None and (
            (value.level == "country" and value.country in inner)
            or (value.level == "admin1" and (value.country, value.admin1) in towns)
        )
        if not wider:
            kept.setdefault(place.readings, place)
    return tuple(kept.values())
