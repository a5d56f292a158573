"""What is said to have happened: the words of an action and what they act on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from allegata.ground.lexicon import Row
from allegata.ground.quantity import Quantity
from allegata.ground.unit import unit_of
from allegata.model.claim import Status

from .action import ABDUCTED, CAUGHT, FREED, SENTENCED, TAKEN, forms, on_persons, senses, tells
from .asserted import is_aside, is_excluded, is_negated, is_past, status_of
from .coordination import coordinated
from .page import Page, extent, form_of, one_of, tokens_like
from .patient import (
    bestowed,
    contents_of,
    described_part,
    kind_of,
    nouns_of,
    number_noun,
    numbered,
    patients_of,
    people_together,
    put_at,
    quantity_of,
    stated_number,
    subjects_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Token


OTHERS = frozenset(["person", "group"])
"""Object classes of which two counts under one verb are two claims, where goods add up."""
LIFELESS = frozenset(["animal", "goods", "site", "workshop"])
"""Object classes to which nothing is done that is done to persons only."""
ITSELF = {"raid": "operation", "attack": "attack"}
"""The unit of actions that are counted themselves: "12 raids", "two bombings"."""


@dataclass(frozen=True)
class Happening:
    """One action over one patient.

    start, end: of the words of the action. at: token index of its main word. patients: token indices of the heads of what is acted
    on. quantity: the number that counts them, when found with them. status: as the words themselves say.
    """

    at: int
    start: int
    end: int
    action: str
    also: tuple[str, ...]
    patients: tuple[int, ...]
    quantity: Quantity | None
    unit: str | None
    status: Status
    agent: int | None = None
    negated: bool = False


def find_happenings(page: Page) -> tuple[Happening, ...]:
    """Return the happenings of *page* in reading order; coordinated verbs over the same patient are one."""
    known = forms(page.document.language)
    tokens = tokens_like(page.doc, LEMMA=lambda lemma: lemma.lower() in known, LOWER=known.__contains__)
    found = [made for token in tokens for made in _read(token, page)]
    return coordinated(found, page)


def _read(token: Token, page: Page) -> list[Happening]:
    language = page.document.language
    lemma = token.lemma_.lower()
    if token.pos_ in ("VERB", "AUX") or token.tag_ in ("VBN", "VBD"):
        rows = senses(language).get((lemma, "verb"), ())
        going_on = senses(language).get((lemma, "state"), ()) if _goes_on(token) else ()
        made = _verb(token, going_on or rows, page) if rows else []
        intransitive = senses(language).get((lemma, "subject"), ())
        made = made or (_intransitive(token, intransitive, page) if intransitive else [])
        if made:
            return made
    the_dead = token.dep_ == "pobj" and any(one_of(child, "definite") for child in token.children)
    if token.pos_ == "NOUN" or (token.pos_ == "ADJ" and (the_dead or number_noun(token) is not None)):
        nouns = senses(language).get((lemma, "noun"), ()) or senses(language).get((token.lower_, "noun"), ())
        told = [row for row in nouns if _compounded(token, row["with"])]
        if form_of(token, "prisoner") and not _is_counted(token):  # a film about political prisoners
            told = [row for row in told if not row["with"]]
        rows = tuple(sorted(told, key=lambda row: not row["with"]))
        return _noun(token, rows, page) if rows else []
    return _phrase(token, page)


def _goes_on(verb: Token) -> bool:
    """Return whether *verb* says a state: "are held", "were being held", "is holding"."""
    linking = [child for child in verb.children if child.dep_ in ("aux", "auxpass") and form_of(child, "linking")]
    if verb.tag_ == "VBG":
        return bool(linking)
    lasting = [each for child in verb.children if one_of(child, "lasting") for each in child.children]
    if any(one_of(child, "perfect") for child in verb.children) and any(form_of(each, "duration") for each in lasting):
        return True  # have been held for a month
    if verb.dep_ == "acl" and verb.tag_ == "VBN":  # "14 women held since May"
        since = any(child.dep_ in ("prep", "mark") and one_of(child, "ever_since") for child in verb.children)
        return since and form_of(verb, "keeping")
    return verb.tag_ == "VBN" and any(each.tag_ in ("VBP", "VBZ", "VBG") for each in linking)


def _compounded(noun: Token, word: str) -> bool:
    """Return whether *noun* is of a compound with *word*, if there is one: the "term" of a prison term, the "prisoner" of conscience."""
    qualifying = [child for child in noun.children if child.dep_ in ("compound", "amod")]
    return not word or any(each.lower_ == word for each in (*qualifying, *nouns_of(noun)))


def _is_counted(prisoners: Token) -> bool:
    """Return whether the words say that there are such prisoners, and nothing else of them: "there are", "counts", "the number of"."""
    head = prisoners.head
    if any(one_of(child, "bygone") for child in prisoners.children):
        return False
    if prisoners.dep_ == "pobj":
        return number_noun(prisoners) is not None or (one_of(head, "of") and form_of(head.head, "tallying"))
    if prisoners.dep_ in ("attr", "nsubj", "nsubjpass"):
        return form_of(head, "copula") or form_of(head, "linking")
    return prisoners.dep_ == "dobj" and form_of(head, "tallying")


def _asked(head: Token) -> bool:
    """Return whether *head* is what somebody asks the number of: "how many boats were seized"."""
    return any(one_of(each, "how") for child in (head, *head.children) for each in child.children)


def _verb(token: Token, rows: tuple[Row, ...], page: Page) -> list[Happening]:
    stays = token.dep_ == "acl" and _goes_on(token)
    if number_noun(token) is None and not stays and is_excluded(token, page) and token.dep_ != "conj":
        return []
    if token.tag_ == "VBN" and number_noun(token) is None and is_past(token, page):
        return []
    fitting = _fitting(token, rows)
    patients = patients_of(token)
    if not patients or not fitting or _asked(patients[0]) or _by_accident(token):
        return []
    named = [row for row in fitting if patients[0].lemma_.lower() in row["with"].split()]
    if named:  # the identity of somebody
        patients, fitting = (_owners(patients[0], token, page) or patients)[:1], named
        if form_of(patients[0], "duration") or any(child.dep_ == "ccomp" for child in token.children):
            return []  # gave years, to nobody; "claimed 12 lives were lost"
    patients = _counted_first(patients, page)
    head = patients[0]
    fitting = _ranked(fitting, head)
    unit, kind = kind_of(head, page)
    quantity = quantity_of(patients, page) or put_at(head, page)
    noun = number_noun(token)
    if noun is not None:
        quantity = quantity or stated_number(noun, token, page) or put_at(noun, page)
        if quantity is None:
            return []
        if head == token:
            unit, kind = "person", "person"
    for row in fitting:
        if on_persons(row["action"]) and kind in LIFELESS and not _is_called(head):
            continue  # 300 goats were killed, but not nine of the "lions"
        if row["action"] == SENTENCED and form_of(token, "imprison") and _is_remanded(token):
            continue
        wide = row["objects"] in ("any", kind) or (row["objects"] == "people" and kind == "person")
        wide = wide or (row["objects"] == "counted" and quantity is not None and kind in (None, "person"))
        if (
            row["objects"] == "person"
            and kind is None
            and (quantity is not None or head.ent_type_ == "PERSON" or head.pos_ == "PRON" or _anybody(head))
        ):
            wide = on_persons(row["action"]) and not one_of(head, "thing") and not _thing(head, fitting)
        if row["objects"] == "thing" and kind is None and quantity is not None and _thing(head, fitting):
            wide, unit, kind = True, head.lemma_.lower(), "goods"
        if wide:
            quantity, unit = _apart_from_members(quantity, unit, kind, row["action"], page)
            tokens = [
                token,
                *[each for each in token.subtree if each.lemma_.lower() in row["with"].split() and each.i > token.i][
                    :3
                ],
            ]
            if row["objects"] == "case" and quantity is None:
                charged = [each for each in nouns_of(token, "bestowed_on") if numbered(each)]
                if charged and kind_of(charged[0], page)[1] == "person":  # charges were filed against 12 men
                    unit, patients, quantity = "person", charged, quantity_of(charged, page)
            if row["objects"] in ("body", "sentence"):
                against = nouns_of(head, "bestowed_on") or nouns_of(token, "bestowed_on")
                people = against if row["objects"] == "sentence" else nouns_of(head)
                counted = [each for each in people if numbered(each)]
                other = any(not one_of(each, "the_death") for each in nouns_of(head))  # the sentence of 74 lashes
                if row["objects"] == "sentence" and (other or not counted):
                    continue
                unit, patients = "person", counted or patients
                quantity = quantity_of(patients, page)
            made = Happening(
                at=token.i,
                start=token.idx,
                end=extent(tokens)[1] if len(row["with"]) else token.idx + len(token),
                action=_done_by(token, row["action"]),
                also=(),
                patients=tuple(each.i for each in patients),
                quantity=quantity,
                unit=unit or _default(row["action"], kind),
                status=status_of(token),
                agent=agent_of(token),
                negated=is_negated(token),
            )
            return [made, *_further(made, fitting, row, patients, page), *_carried(made, token, patients, page)]
    return []


def _owners(thing: Token, verb: Token, page: Page) -> list[Token]:
    """Return who has the *thing* that *verb* names: "the identity of ten spies", "gave them ten years", "freedom for ten men", "rifles taken off the streets"."""
    datives = [child for child in verb.children if child.dep_ == "dative" and child.pos_ != "ADP"]
    given = nouns_of(thing, "bestowed_on") or nouns_of(verb, "bestowed_on")
    favoured = [each for each in given if kind_of(each, page)[1] == "person"]
    return nouns_of(thing) or datives or favoured or ([verb.head] if verb.dep_ == "acl" and verb.tag_ == "VBN" else [])


def _is_called(noun: Token) -> bool:
    """Return whether *noun* or what it counts stands in quotation marks: some are only called so, as "nine of the 'lions'"."""
    return any(each.is_quote for each in (*noun.doc[max(0, noun.i - 1) : noun.i], *noun.subtree))


def _by_accident(verb: Token) -> bool:
    """Return whether *verb* says that people are caught in what nobody did to them: "caught in a storm", "trapped in a shaft"."""
    around = [each for child in verb.children if child.dep_ == "prep" for each in child.children]
    return form_of(verb, "catching") and any(form_of(each, "accident") for each in around)


def _done_by(verb: Token, action: str) -> str:
    """Return what the *action* that *verb* says is by who does it: a court sentences, and gunmen, who may not arrest, abduct."""
    if _by_court(verb):
        return SENTENCED
    if action == SENTENCED and form_of(verb, "sending") and _is_remanded(verb):
        return CAUGHT
    return ABDUCTED if action == CAUGHT and _is_by(verb, "outlaw") else action


def _by_court(verb: Token) -> bool:
    """Return whether *verb* says that a court sends somebody to prison for something: who is jailed otherwise may be held only."""
    answers = any(child.dep_ == "prep" and one_of(child, "penalty_for") for child in verb.children)
    return form_of(verb, "imprison") and _is_by(verb, "court") and answers and not _is_remanded(verb)


def _is_by(verb: Token, group: str) -> bool:
    """Return whether one of a *group* of words.tsv does what *verb* says."""
    agent = agent_of(verb)
    return agent is not None and form_of(verb.doc[agent], group)


def _is_remanded(verb: Token) -> bool:
    """Return whether those whom *verb* sends to prison wait for a trial: "jailed pending trial", "sent to jail without bail"."""
    unbailed = any(form_of(each, "bail") for each in nouns_of(verb, "without"))
    return unbailed or any(one_of(each, "remanded") for each in verb.subtree)


def _counted_first(patients: list[Token], page: Page) -> list[Token]:
    """Return *patients*, things that have a number before those that have none: "explosives and three detonators"."""
    if len(patients) < 2 or any(kind_of(each, page)[1] in OTHERS for each in patients):
        return patients
    return sorted(patients, key=lambda each: quantity_of([each], page) is None)


def _anybody(head: Token) -> bool:
    """Return whether *head* stands for people whom the words do not name: "some", "everyone", "one carpenter"."""
    return (
        one_of(head, "people_alone")
        or one_of(head, "any_body")
        or any(one_of(child, "single") for child in head.children)
    )


def _thing(head: Token, fitting: list[Row]) -> bool:
    """Return whether a noun of no table is taken for a thing: the verb takes goods as well as people ("40 excavators were seized")."""
    counted = head.pos_ == "NOUN" and not head.like_num and not one_of(head, "others")
    return counted and any(row["objects"] == "thing" for row in fitting)


def _fitting(token: Token, rows: tuple[Row, ...]) -> list[Row]:
    """Return those of *rows* whose further words follow *token* closely, a particle as its own: to take over is not to take."""
    at = token.i - token.sent.start
    near = token.sent[at : at + 9]
    own = {child.lower_ for child in token.children}
    heads = [each for each in near if each.i <= token.i + 1 or each.dep_ not in ("amod", "compound", "poss")]
    following = {word for each in heads for word in (each.lower_, each.lemma_.lower())}
    following |= {child.lower_ for child in token.children if child.dep_ == "advmod"}
    loose = {each.lower_ for each in near if each.pos_ == "ADP" and each.i > token.i + 1} - own
    particles = {child.lower_ for child in token.children if child.dep_ == "prt"}
    fitting = []
    for row in rows:
        words_of = row["with"].split()
        single = len(words_of) == 1 and words_of[0] in loose
        if all(word in following for word in words_of) and particles <= set(words_of) and not single:
            fitting.append(row)
    return fitting


def _ranked(rows: list[Row], head: Token) -> list[Row]:
    """Return *rows*, those with further words first, the nearest of them after *head* before the others: "left 47 dead and 300 wounded"."""
    after = [each.lower_ for each in head.sent[head.i - head.sent.start :]]

    def far(row: Row) -> int:
        first = row["with"].split()[:1]
        return after.index(first[0]) if first and first[0] in after else len(after)

    return sorted(rows, key=lambda row: (not row["with"], far(row), -len(row["with"]), row["objects"] == "any"))


def _further(first: Happening, rows: list[Row], row: Row, patients: list[Token], page: Page) -> list[Happening]:
    """Return the same action over coordinated things that do not add up to one count.

    They are goods ("30 rifles, four grenades and 9,000 rounds of ammunition"), or other people ("12 soldiers and five farmers").
    """
    found = []
    together = people_together(patients, page) is not None
    units, counted = {first.unit}, first.quantity
    for head in patients[1:]:
        unit, kind = kind_of(head, page)
        quantity = quantity_of([head], page)
        if kind is None and (_thing(head, rows) or (first.action == TAKEN and head.pos_ == "NOUN" and numbered(head))):
            unit, kind = head.lemma_.lower(), "goods"
        if kind is None and first.unit == "person" and _is_next_number(head):
            unit, kind = "person", "person"
        other = kind in OTHERS and counted is not None and quantity != counted and not together
        apart = first.unit != "person" and kind not in OTHERS
        fresh = unit not in units or other or apart
        own = _ranked([each for each in rows if each["with"]], head)[0] if row["with"] else row
        if own["objects"] not in ("any", kind):
            own = next((each for each in rows if each["objects"] == kind), own)
        single = any(one_of(child, "indefinite") for child in head.children) and head.tag_ == "NN"
        if unit and fresh and (quantity is not None or single) and own["objects"] in ("any", "thing", kind):
            units.add(unit)
            found.append(replace(first, action=own["action"], patients=(head.i,), quantity=quantity, unit=unit))
    return found


def _is_next_number(number: Token) -> bool:
    """Return whether *number* counts the next of those acted on, and says for what or where: "40 over debts and 12 more for theft"."""
    listed = number.like_num and number.dep_ in ("appos", "conj") and not is_negated(number)
    return listed and any(child.dep_ == "prep" and not one_of(child, "of") for child in number.children)


def _carried(caught: Happening, verb: Token, patients: list[Token], page: Page) -> list[Happening]:
    """Return what was taken from those *caught*: "detained four men with 23 firearms and about 4,500 cartridges"."""
    if caught.unit != "person" or caught.action != CAUGHT:
        return []
    goods = [each for head in (verb, *patients) for each in nouns_of(head, "carrying")]
    found = []
    for head in sorted({each for first in goods for each in (first, *first.conjuncts)}, key=lambda each: each.i):
        unit, kind = kind_of(head, page)
        quantity = quantity_of([head], page)
        if kind == "goods" and quantity is not None:
            found.append(replace(caught, action=TAKEN, patients=(head.i,), quantity=quantity, unit=unit))
    return found


def _apart_from_members(
    quantity: Quantity | None, unit: str | None, kind: str | None, action: str, page: Page
) -> tuple[Quantity | None, str | None]:
    """Return number and unit of what is acted on, where a number of members is none of groups: "a 12-member cell" is one cell."""
    if quantity is None or kind != "group":
        return quantity, unit
    number, _, member = page.document.text[quantity.number_start : quantity.number_end].rpartition("-")
    hyphened = page.document.text[quantity.number_end : quantity.number_end + 1] == "-"
    if not (hyphened or (number and unit_of(member))):
        return quantity, unit
    return (quantity, "person") if on_persons(action) else (None, unit)


def _default(action: str, kind: str | None) -> str | None:
    return "person" if on_persons(action) and kind in (None, "person") else None


def _intransitive(token: Token, rows: tuple[Row, ...], page: Page) -> list[Happening]:
    subjects, rows = subjects_of(token), tuple(_fitting(token, rows))
    if not rows or not subjects or is_excluded(token, page):
        return []
    unit, kind = kind_of(subjects[0], page)
    quantity = quantity_of(subjects, page)
    if kind not in (None, "person") or (kind is None and (quantity is None or rows[0]["objects"] == "people")):
        return []
    if rows[0]["action"] == SENTENCED and not _is_penal(token):
        return []
    if rows[0]["action"] == FREED and form_of(token, "leave") and not any(map(_is_prisoner, subjects)):
        return []
    patients = tuple(each.i for each in subjects)
    end = token.idx + len(token)
    return [
        Happening(
            token.i,
            token.idx,
            end,
            rows[0]["action"],
            (),
            patients,
            quantity,
            unit or "person",
            status_of(token),
            None,
            is_negated(token),
        )
    ]


def _is_penal(verb: Token) -> bool:
    """Return whether what somebody gets is a penalty: "got 20 years", but not "got two years of training"."""
    objects = [child for child in verb.children if child.dep_ == "dobj"]
    times = [each for each in objects if form_of(each, "duration")]
    said = [each for head in (verb, *times) for group in ("of", "done_in") for each in nouns_of(head, group)]
    goes_on = any(child.dep_ in ("relcl", "acl") for each in times for child in each.children)
    return bool(objects) and not goes_on and all(each.pos_ == "PROPN" or form_of(each, "penal") for each in said)


def _is_prisoner(noun: Token) -> bool:
    """Return whether *noun* names those who are in prison, or one person by name."""
    return form_of(noun, "prisoner") or noun.ent_type_ == "PERSON"


def _noun(token: Token, rows: tuple[Row, ...], page: Page) -> list[Happening]:
    """Return the happening of "60 arrests", "the arrest of sixty people", "arrests rose to 2,790"."""
    if token.ent_type_ in ("ORG", "EVENT", "LAW"):
        return []
    action = rows[0]["action"]
    after_of = [] if form_of(token, "priced_noun") else nouns_of(token)
    inside = [each for each in contents_of(token) if (kind_of(each, page)[1] == "person") == on_persons(action)]
    among = (after_of, inside, bestowed(token))
    told = (each for each in among if quantity_of(each, page) or any(kind_of(head, page)[1] for head in each))
    objects = next(told, None) or next(filter(None, among), [])
    listed = bool(objects) and objects == inside
    objects = objects or [each for each in nouns_of(token, "meant_for") if numbered(each)]
    objects += [each for head in objects for each in head.conjuncts]
    part = described_part(token) or _cases_of(token)  # five of the dead were farmers
    counted = part if part is not None else token
    own = quantity_of([counted], page)
    summed = token.tag_ == "NNS" or form_of(token, "number_noun") or one_of(token, "the_dead")
    noun = number_noun(token) or (token if summed else None)
    if own is None and not objects and noun is not None:
        own = stated_number(noun, token, page)
    if rows[0]["objects"] == "person" and not any(kind_of(each, page)[1] == "person" for each in objects):
        return []
    many = token.tag_ == "NNS" and any(one_of(child, "mass") for child in token.children)
    if not objects and own is None and not many:
        return []
    if objects and own is None:
        quantity = quantity_of(objects, page)
        if quantity is None and objects[0].tag_ != "NNS" and not _single(objects[0]):
            return []
        unit, kind = kind_of(objects[0], page)
        quantity, unit = _apart_from_members(quantity, unit, kind, action, page)
        if rows[0]["objects"] not in ("any", kind):
            return []
        patients = tuple(each.i for each in objects)
    else:
        quantity, unit, patients = own, _default(action, None) or ITSELF.get(action), (counted.i,)
    if is_aside(token):
        return []
    made = Happening(
        token.i,
        token.idx,
        token.idx + len(token),
        action,
        (),
        patients[:1] if listed else patients,
        quantity,
        unit or _default(action, None),
        "intended" if token.dep_ == "dobj" and form_of(token.head, "scheming") else "asserted",
        None,
        is_negated(token.head),
    )
    return [made, *(_further(made, list(rows), rows[0], objects, page) if listed else ())]


def _cases_of(token: Token) -> Token | None:
    """Return the noun whose number counts what *token* says: that of "150 cases of arbitrary arrest"."""
    cases = token.head.head
    return cases if token.dep_ == "pobj" and one_of(token.head, "of") and form_of(cases, "case_noun") else None


def _single(head: Token) -> bool:
    """Return whether *head* is one person or thing that is spoken of: "the death of a commander"."""
    return head.tag_ in ("NN", "NNP") and (
        head.ent_type_ == "PERSON" or any(child.dep_ == "det" for child in head.children)
    )


def phrase_at(token: Token) -> Row | None:
    """Return the row of the phrase that begins at *token*: "in custody", "in our custody", "in police custody"; null if none does."""
    rows = senses(token.lang_).get((token.lower_, "phrase"))
    if not rows:
        return None
    start = _past_qualifiers(token)
    after = " ".join(each.lower_ for each in token.doc[start : start + 3])
    return next((row for row in rows if after.startswith(row["with"])), None)


def _past_qualifiers(token: Token) -> int:
    """Return the number of the first token after *token*, a possessive or adjectives of its noun left out: nothing with an article of its own."""
    noun = next((child for child in token.children if child.dep_ == "pobj"), None)
    qualifying = [] if noun is None else [child for child in noun.children if child.i < noun.i]
    if noun is not None and qualifying and all(child.dep_ in ("amod", "compound") for child in qualifying):
        return noun.i
    following = token.doc[token.i + 1 : token.i + 2]
    return token.i + 1 + sum(one_of(each, "possessive") for each in following)


def _phrase(token: Token, page: Page) -> list[Happening]:
    """Return the happening of "still in custody", "are behind bars"."""
    row = phrase_at(token)
    if row is not None and tells(token.head, "noun"):
        return []  # deaths in custody
    if row is None or token.head.pos_ not in ("VERB", "AUX", "NOUN", "ADJ", "NUM"):
        return []
    head = token.head
    if any(child.dep_ in ("nsubj", "nsubjpass") for child in token.children):
        patients = subjects_of(token)
    elif token.pos_ == "VERB" and token.dep_ != "acomp":
        return []
    elif head.pos_ in ("VERB", "AUX"):
        before = token.nbor(-1) if token.i > token.sent.start else token
        if form_of(head, "linking"):
            patients = subjects_of(head)
        elif before.tag_ == "NNS" and numbered(before) and not tells(head, "verb"):
            patients = [before]  # published the names of nine teachers in custody
        else:
            return []
    else:
        patients = [head]
    if not patients:
        return []
    noun = next((each for each in (patients[0], patients[0].head.head) if form_of(each, "number_noun")), None)
    quantity = quantity_of(patients, page) or (stated_number(noun, token, page) if noun is not None else None)
    unit, kind = kind_of(patients[0], page)
    single = _single(patients[0]) and any(one_of(child, "indefinite") for child in patients[0].children)
    if quantity is None and (kind != "person" or not (single or patients[0].tag_ == "NNS")):
        return []
    words = page.doc[token.i : _past_qualifiers(token) + len(row["with"].split())]
    return [
        Happening(
            token.i,
            token.idx,
            words.end_char,
            row["action"],
            (),
            tuple(each.i for each in patients),
            quantity,
            unit or "person",
            "asserted",
            None,
            is_negated(head),
        )
    ]


def agent_of(token: Token) -> int | None:
    """Return the token of who does what the verb *token* says, null where the words do not say."""
    for child in token.children:
        if child.dep_ == "agent":
            return next((each.i for each in child.children if each.dep_ == "pobj"), None)
        if child.dep_ == "nsubj" and any(each.dep_ in ("dobj",) for each in token.children):
            return child.i
    return None
