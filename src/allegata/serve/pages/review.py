"""The review queue: one claim, or one pair, at a time, and the last decisions."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

from markupsafe import Markup

from allegata.export.marks import marked, marks_of, shown_at
from allegata.ledger import FIELDS, Ruling
from allegata.ledger.view import Judged
from allegata.model.claim import Claim
from allegata.model.decision import Decision, DecisionKind
from allegata.model.error import InputError
from allegata.run.deciding import LONGEST, Choice, decide, undo, without_names, words_of
from allegata.serve.asked import FIELDS as FIELDS_ASKED
from allegata.serve.asked import address, asked_of, values_of
from allegata.serve.queue import ORDER, Waiting, progress, queue_of, waiting, waiting_at
from allegata.serve.visit import Answer, Elsewhere, Shown, Visit, get, post
from allegata.serve.words import direction

LAST = 10
"""Decisions that are listed."""
NEAR = 8
"""Claims that are offered for a merge."""
REASON = "reviewed"
"""The reason that stands in a form until somebody writes another."""

TYPED: Mapping[str, str] = dict.fromkeys(("act", "reason", "field", "value", "other_id"), "")
"""What stands in the forms before anything is typed."""


class Row(NamedTuple):
    """A claim of the page. paragraphs: where it stands in the report, marked."""

    claim: Claim
    paragraphs: tuple[Markup, ...]
    direction: str


class Told(NamedTuple):
    """What a form is answered with instead of being done. rulings: what somebody decided meanwhile. form: what was typed."""

    words: str
    rulings: Sequence[Ruling] = ()
    form: Mapping[str, str] = {}


def review(visit: Visit) -> Answer:
    """Return the page of what waits next."""
    return _page(visit, None)


def _page(visit: Visit, told: Told | None, status: int = 200) -> Shown:
    wanted = asked_of(visit)
    asked, ledger = values_of(wanted), visit.ledger
    flagged, after, one = visit.asked("flagged") == "yes", visit.asked("after"), visit.asked("item")
    kept = {**asked, **({"flagged": "yes"} if flagged else {}), **({"after": after} if after else {})}
    context = {
        "title": "Review",
        "asked": asked,
        "here": address("/review", kept),
        "kept": kept,
        "told": told,
        "typed": TYPED,
    }
    if told:
        context["typed"] = {**TYPED, **told.form}
    queue = queue_of(visit.answers, ledger, wanted)
    if queue is None:
        return Shown("review.html.jinja", {**context, "working": True}, status)
    judged = ledger.judged()
    if one is not None:
        item = waiting_at(ledger, queue, one)
        if item is None and told is None:
            raise InputError(f"{one}: nothing of the queue has this id; /review shows what waits")
    else:
        item = next(waiting(ledger, queue, judged, after, flagged), None)
    last = _last(visit)
    more = {
        "working": False, "whole": queue.whole, "order": ORDER, "progress": progress(queue, judged), "flagged": flagged, "after": after, "one": one,
        "item": item, "rows": [_row(visit, number, each) for number, each in enumerate(item.claims, 1)] if item else [], "about": _about(visit, item), "near": _near(visit, item),
        "fields": [(name, field.read(item.claims[0])) for name, field in FIELDS.items()] if item and item.link is None else [],
        "last": last, "mine": _mine(visit, last), "may": visit.visitor.may("decide"), "reason": REASON,
        "skip": address("/review", {**kept, "after": item.name}) if item else None, "state": _state(item, judged),
    }  # fmt: skip
    return Shown("review.html.jinja", {**context, **more}, status)


def _state(item: Waiting | None, judged: Judged) -> str:
    """Return whether somebody decided about *item*: open, flagged or decided."""
    if item is None or item.link is not None:
        return "open"
    name = item.claims[0].id
    return "flagged" if name in judged.flagged else "decided" if name in judged.claims else "open"


def _row(visit: Visit, number: int, claim: Claim) -> Row:
    """Return *claim*, the one with *number* on its page, with the paragraphs of its report that have its words, as they are masked."""
    document, masks = visit.ledger.document(claim.document.id), visit.ledger.masks(claim.document.id)
    start, end = shown_at(claim.passage.start, masks), shown_at(claim.passage.end, masks)
    marks = [each._replace(claim=number) for each in marks_of([claim], masks)]
    stretches = [(start, end), *((each.start, each.end) for each in marks)]
    made, at, anchors = list[Markup](), 0, set[str]()
    for line in document.text.split("\n"):
        if any(first < at + len(line) and at < last for first, last in stretches):
            made.append(marked(line, marks, at, anchors))
        at += len(line) + 1
    return Row(claim, tuple(made), direction(document.language))


def _about(visit: Visit, item: Waiting | None) -> list[Ruling]:
    """Return the decisions in force about just the claims of *item*."""
    if item is None:
        return []
    return [each for each in visit.ledger.rulings(of=[claim.id for claim in item.claims]) if each.holds]


def _near(visit: Visit, item: Waiting | None) -> list[tuple[str, Claim]]:
    """Return the claims that a link joins with the one of *item*, and how: what it may be merged with, the same ones first."""
    if item is None or item.link is not None:
        return []
    own = item.claims[0].id
    links = sorted(visit.ledger.links(of=[own]), key=lambda each: (each.relation != "same", each.sure))
    how: dict[str, str] = {}
    for each in links:
        if not (each.relation == "same" and each.sure):
            how.setdefault(each.right if each.left == own else each.left, each.relation)
    some = dict(itertools.islice(how.items(), NEAR))
    claims = {claim.id: claim for claim in visit.ledger.claims_of_ids(some)}
    return [(relation, claims[name]) for name, relation in some.items() if name in claims]


def _last(visit: Visit) -> list[Ruling]:
    return list(reversed(visit.ledger.rulings(last=LAST)))


def _mine(visit: Visit, last: Sequence[Ruling]) -> str:
    """Return the id of the last decision of whoever asks that can be undone, empty for none; their undoings are passed over."""
    mine = (
        each for each in last if each.decision.by == visit.visitor.name and each.holds and each.decision.kind != "undo"
    )
    return next((each.decision.id for each in mine), "")


def decided(visit: Visit) -> Answer:
    """Keep the decision that a form asks for, and return the page of what waits next.

    Where it cannot be kept, or somebody decided about the same meanwhile, that is said and nothing is written.
    """
    act = visit.form.get("act", "")
    try:
        _refuse_long(visit)
        why = words_of(visit.form.get("reason", ""), "the reason")
        if act == "undo":
            undo(visit.ledger, visit.form.get("decision", ""), _by(visit), visit.at, why)
            return _next(visit)
        if act == "again":
            return _again(visit, why)
        choice = _choice(visit, act)
        # What a merge is about is a pair of its own, about which nobody may have decided yet.
        seen = [] if act == "merge" else visit.form.get("seen", "").split()
        made = decide(visit.ledger, choice, _by(visit), visit.at, why, seen)
    except InputError as error:
        fit = {name: value for name, value in visit.form.items() if name in TYPED and len(value) <= LONGEST}
        typed = {name: without_names(visit.ledger, value) for name, value in fit.items()}
        return _page(visit, Told(without_names(visit.ledger, str(error)), (), typed), 400)
    return _meanwhile(visit, choice.claims) if made is None else _next(visit)


def _refuse_long(visit: Visit) -> None:
    """Raise InputError where a field is longer than anything that can be decided with: masking it would keep others waiting."""
    for name, value in visit.form.items():
        if name != "seen" and len(value) > LONGEST:
            what = name.replace("_", " ") if name in TYPED else "a field"
            raise InputError(f"{what} has {len(value):,} characters; say it in {LONGEST:,}")


def _by(visit: Visit) -> str:
    return words_of(visit.visitor.name, "your name")


def _next(visit: Visit) -> Elsewhere:
    """Return the page of what waits behind the place that the address has; what was decided about waits no more."""
    return Elsewhere(address("/review", [(name, value) for name, value in visit.query if name != "item"]))


def _meanwhile(visit: Visit, claims: Sequence[str]) -> Shown:
    rulings = visit.ledger.rulings(of=claims)[-3:]
    words = "Somebody decided about this meanwhile, so that nothing was kept of what you chose."
    return _page(visit, Told(words, rulings), 409)


def _choice(visit: Visit, act: str) -> Choice:
    """Return what the form chooses.

    Raises: InputError if that is nothing a person can choose here.
    """
    item = visit.form.get("item", "")
    left, _, right = item.partition(".")
    match act, bool(right):
        case (("accept" | "reject"), True):
            return Choice(act, (left, right), "same")
        case "split", True:
            return Choice("split", (left, right))
        case (("accept" | "reject" | "flag"), False):
            return Choice(act, (left,))
        case "correct", False:
            return Choice("correct", (left,), None, (visit.form.get("field", ""), visit.form.get("value", "")))
        case "merge", False:
            other = visit.form.get("other_id", "").strip() or visit.form.get("other", "")
            if not other:
                raise InputError("merge: choose the claim that is the same, or give its id")
            return Choice("merge", (left, other))
        case _:
            raise InputError(
                f"{act[:40]!r} is nothing that can be decided here; there is: {', '.join(get_args(DecisionKind))}"
            )


def _again(visit: Visit, why: str) -> Answer:
    """Decide the same again for another reason: the row before stays, and is replaced, or undone where it is a correction.

    Raises: InputError if there is no such decision in force.
    """
    wanted = visit.form.get("decision", "")
    found = [each for each in visit.ledger.rulings() if each.decision.id == wanted and each.holds]
    if not found or not found[0].claims:
        raise InputError(f"{wanted[:8]}: is not in force any more; the list shows what is")
    ruling = found[0]
    seen = [each.decision.id for each in visit.ledger.rulings(of=ruling.claims) if each.holds]
    if ruling.decision.kind == "correct":
        undo(visit.ledger, wanted, _by(visit), visit.at, f"to give another reason: {why}")
        seen.remove(wanted)
    made = decide(visit.ledger, _same(ruling.decision, ruling.claims), _by(visit), visit.at, why, seen)
    return _meanwhile(visit, ruling.claims) if made is None else _next(visit)


def _same(decision: Decision, claims: Sequence[str]) -> Choice:
    correction = (decision.field, decision.value or "none") if decision.field is not None else None
    return Choice(decision.kind, claims, decision.relation, correction)


TAKES = (*FIELDS_ASKED, "after", "flagged", "item")
ROUTES = (get("/review", "read", review, TAKES), post("/review", "decide", decided, takes=TAKES))
