"""Score allegata on its own test sets: times, counts, places, chains, evidence, idioms, pairs, people. corpus/sets/README.md says what is in them."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import people
from pairs import judged
from score import rows

from allegata import Claim, Span, claims_of_text
from allegata.ground.actor import resolve_actor
from allegata.ground.country import country_context
from allegata.ground.gazetteer import find_toponyms, resolve
from allegata.ground.quantity import find_quantities
from allegata.ground.timex import find_times
from allegata.model import Actor

SETS = Path(__file__).parents[1] / "corpus" / "sets"
Row = dict[str, Any]
Verdict = tuple[str, bool, str]
"""Name of the figure, right or not, and what was read instead."""


def table(name: str) -> list[Row]:
    """Return the rows of a TSV file of the sets."""
    lines = [line for line in (SETS / f"{name}.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def objects(name: str) -> list[Row]:
    """Return the rows of a JSON lines file of the sets."""
    return rows(SETS / f"{name}.jsonl")


def touching(spans: Iterable[Span], text: str, phrase: str) -> bool:
    """Return whether one of *spans* shares a code point with *phrase*."""
    at = text.index(phrase)
    return any(span.start < at + len(phrase) and at < span.end for span in spans)


def near(made: str | None, wanted: str, days: int) -> bool:
    """Return whether two days are the same, or both open, give or take *days*."""
    if not made or not wanted:
        return (made or "") == wanted
    return abs(date.fromisoformat(made) - date.fromisoformat(wanted)) <= timedelta(days)


def times() -> Iterator[Verdict]:
    """Judge the time expressions."""
    for row in table("times"):
        found = [
            time
            for time in find_times(row["text"], row["published"] or None, None, "en")
            if touching(time.spans, row["text"], row["phrase"])
        ]
        resolved = [time.value for time in found if time.value and (time.value.start or time.value.end)]
        read = "; ".join(f"{each.start}/{each.end}" for each in resolved) or "nothing"
        said = f"{row['id']} {row['phrase']!r}: {read}, wanted {row['start']}/{row['end']}"
        if row["calendar"] == "none":
            yield "times traps", not resolved, said
        elif not row["start"] and not row["end"]:
            yield "times unresolved", not resolved, said
        else:
            slack = 1 if row["calendar"] == "islamic" or "window" in row["note"] else 0
            right = any(
                near(each.start, row["start"], slack) and near(each.end, row["end"], slack) for each in resolved
            )
            yield f"times {row['calendar']}", right, said


def quantities() -> Iterator[Verdict]:
    """Judge the counts."""
    for row in table("quantities"):
        at = row["text"].index(row["phrase"])
        end = at + len(row["phrase"])
        found = [each for each in find_quantities(row["text"]) if each.start < end and at < each.end]
        read = "; ".join(f"{each.low}–{each.high} {each.modifier} {each.leans or ''}" for each in found) or "nothing"
        said = (
            f"{row['id']} {row['phrase']!r}: {read}, wanted {row['low']}–{row['high']} {row['modifier']} {row['leans']}"
        )
        if row["modifier"] == "none":
            yield "counts traps", not found, said
            continue
        low, high = (float(row[name]) if row[name] else None for name in ("low", "high"))
        yield f"counts {row['modifier']}", any((each.low, each.high) == (low, high) for each in found), said
        if row["leans"]:
            yield "counts leaning", any(each.leans == row["leans"] for each in found), said


def places() -> Iterator[Verdict]:
    """Judge the places."""
    for row in table("places"):
        text = row["text"]
        found = [
            place
            for place in resolve(find_toponyms(text), text, country_context(text))
            if touching(place.spans, text, row["phrase"])
        ]
        readings = [each for place in found for each in place.readings]
        read = " or ".join(f"{each.name} {each.id} {each.country}" for each in readings) or "nothing"
        said = f"{row['id']} {row['phrase']!r}: {read}, wanted {row['country']} {row['admin1']} {row['note']}"
        if row["level"] == "none":
            yield "places traps", not found, said
        elif int(row["readings"]) > 1:
            yield "places in doubt", len(readings) > 1, said
        else:
            iso = re.search(r"iso=([A-Z]{2}-\w+)", row["note"])
            value = readings[0] if len(readings) == 1 else None
            right = value is not None and value.country == row["country"]
            if right and value and row["admin1"]:
                code = iso[1] if iso else ""
                named = {row["admin1"].lower()} | {
                    each["admin1"].lower() for each in table("places") if code and code in each["note"]
                }
                right = value.id == f"iso:{code}" or (value.admin1 or "").lower() in named
            yield f"places {'Iran' if row['country'] == 'IR' else 'elsewhere'}", right, said


def plain(name: str) -> str:
    """Return a name as hops are compared."""
    return re.sub(r"^the |\b(?:news )?agency\b|[^\w ]", "", name.lower()).strip()


def at_anchor(row: Row, anchor: str, action: str | None = None) -> Claim | None:
    """Return the claim that stands at *anchor*, one of *action* first, then one with a number there."""
    made = claims_of_text(row["text"], row["published"], row.get("outlet"))
    at = row["text"].index(anchor)
    here = [
        claim
        for claim in made
        if claim.action != "other"
        and any(
            span.start < at + len(anchor) and at < span.end
            for span in (claim.count.spans if claim.count else (claim.passage,))
        )
    ]
    here.sort(key=lambda claim: claim.count is None)
    return next((claim for claim in here if claim.action == action), here[0] if here else None)


def same_hop(made: Actor, wanted: str, phrase: str) -> bool:
    """Return whether a conduit read is the annotated one, by its name, its words or its row in the alias table."""
    one, two, three = plain(made.name), plain(wanted), plain(phrase)
    alias = resolve_actor(wanted)
    same = one == two or two in one or one in three or (made.id or made.name) == (alias.id or alias.name)
    return bool(one) and same


def chains() -> Iterator[Verdict]:
    """Judge speaker and conduits of nested attributions."""
    for row in objects("chains"):
        for wanted in row["claims"]:
            claim = at_anchor(row, wanted["anchor"], wanted["action"])
            speaker = claim.speakers[0].value if claim and claim.speakers else None
            spans = [span.text for mention in (claim.speakers if claim else ()) for span in mention.spans]
            asked = wanted["speaker"]
            if asked["name"]:
                right = bool(speaker and speaker.name) and asked["name"].split()[-1] in (speaker.name or "")  # type: ignore[union-attr]
            elif asked["words"]:
                right = any(span in asked["words"] or asked["words"] in span for span in spans)
            else:
                right = bool(speaker and speaker.kind == "outlet")
            hops = [hop.readings[0] for hop in (claim.conduits if claim else ()) if hop.readings]
            chain = claim is not None and len(hops) == len(wanted["conduits"])
            chain = chain and all(map(same_hop, hops, wanted["conduits"], wanted["conduit_words"]))
            said = f"{row['id']} {row['form']}: {speaker.name or speaker.body if speaker else None} {spans} via {[hop.name for hop in hops]}, wanted {asked['words']} via {wanted['conduits']}"
            yield "chains found", claim is not None, said
            yield "chains speaker", right, said
            yield "chains conduits", chain, said
            yield "chains both", right and chain, said
            yield f"chains form {row['form']}", right and chain, said


def evidence() -> Iterator[Verdict]:
    """Judge evidence, stance and status by class."""
    for row in objects("evidence"):
        claim = at_anchor(row, row["anchor"])
        answers = (
            (claim.evidence.class_, claim.stance.class_, claim.status)
            if claim
            else ("none read", "none read", "none read")
        )
        for field, answer in zip(("evidence", "stance", "status"), answers, strict=True):
            yield (
                f"{field} {row[field]}",
                answer == row[field],
                f"{row['id']} {field}: {answer}, wanted {row[field]}: {row['anchor']}",
            )


def idioms() -> Iterator[Verdict]:
    """Judge the ways to say that something happened: a claim of that action and number is read."""
    for row in table("idioms"):
        made = claims_of_text(f"News of the day\n\n{row['text']}", "2025-05-07", "Daily News")
        counts = [(claim.action, claim.count.value) for claim in made if claim.count and claim.count.value]
        wanted, number = row["action"], int(row["number"])
        right = any(
            action == wanted and (count.low or 0) <= number <= (count.high if count.high is not None else number)
            for action, count in counts
        )
        read = ", ".join(f"{action} {count.low}" for action, count in counts)
        yield "idioms read", right, f"{row['id']}: {read or 'nothing'}, wanted {wanted} {number}: {row['text']}"


JUDGES: dict[str, Callable[[], Iterator[Verdict]]] = {
    "times": times,
    "counts": quantities,
    "places": places,
    "chains": chains,
    "evidence": evidence,
    "idioms": idioms,
    "pairs": lambda: judged(objects("pairs")),
    "people": lambda: itertools.chain(
        people.judged(objects("people"), "people", False),
        people.judged(objects("people-second"), "people second", True),
        people.judged(objects("people-third"), "people third", True),
    ),
}


def judge(name: str) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return for each figure of a set how many are right of how many, and what went wrong, as lines."""
    right, judged, wrong = Counter[str](), Counter[str](), defaultdict[str, list[str]](list)
    for figure, verdict, said in JUDGES[name]():
        right[figure] += verdict
        judged[figure] += 1
        if not verdict:
            wrong[said].append(figure)
    lines = [f"{', '.join(each for each in names if ' form ' not in each)}: {said}" for said, names in wrong.items()]
    return {figure: (right[figure], of) for figure, of in judged.items()}, lines
