"""Score what allegata reads from hand-annotated pages of its own corpus.

A folder holds pages.jsonl, gold.jsonl and clusters.jsonl as corpus/README.md describes them. A predicted claim and an
annotated one may match when the prediction quotes words of the annotated sentence; pairs are taken best first, one to one.
lenient: matched. strict: the action is right too. record: strict, and speaker, count, unit, country and first-level
division right, over all annotated claims. ungrounded: claims that quote words the page does not hold at their offsets.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from math import ceil, floor
from pathlib import Path
from typing import Any

from allegata import Claim, Link, claims_of_text, link, to_json
from allegata.export.again import spans_in
from allegata.ground.gazetteer import division_called
from allegata.ground.place import fold

OWN = Path(__file__).parents[1] / "corpus"
ACTIONS = {
    "plot": ("foil", "attack"),
    "hold": ("hold", "arrest"),
    "surveillance": ("surveil",),
    "other": ("other", "deploy", "disappear", "expel", "injure", "raid", "torture"),
}
"""The actions that each annotated one stands for, where that is not itself: the annotators had no name for those of "other"."""
OPTIONAL = frozenset({"other", "injure", "deploy"})
UNITS = {
    "people": {"person"},
    "groups": {"group", "team", "cell", "network", "circle", "gang", "ring", "band", "group_or_cell"},
    "operations": {"operation", "plot", "attack", "attempt", "task"},
    "weapons": {"weapon"},
    "ammunition": {"ammunition", "round", "bullet", "magazine"},
    "cases": {"case", "person"},
    "vessels": {"vessel", "ship", "boat"},
    "vehicles": {"vehicle"},
}
EVIDENCE = {
    "none_stated": {"none_stated"},
    "lack_noted": {"absence_noted", "refused"},
    "named_individuals": {"shown", "cited"},
    "documents_or_footage": {"shown", "cited"},
}
STANCES = {"neutral": "neutral", "distancing": "distanced", "denial_reported": "disputed"}
RECORD = ("speaker", "count", "unit", "country", "admin1")
JSON = dict[str, Any]


@dataclass
class Tally:
    """Right and judged, by name; and the annotated claims that were missed or got wrong, as lines."""

    right: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def add(self, name: str, right: bool) -> None:
        """Count one judgement."""
        self.judged[name] += 1
        self.right[name] += right

    def share(self, name: str) -> float:
        """Return the share of right judgements, 0 where there was none."""
        return self.right[name] / self.judged[name] if self.judged[name] else 0.0


def rows(path: Path) -> list[JSON]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence that holds a stretch, by full stops and line breaks."""
    breaks = [0, *(match.end() for match in re.finditer(r"(?<![A-Z])[.!?][\"”']?\s+|\n+", text)), len(text)]
    return max(each for each in breaks if each <= start), min(each for each in breaks if each >= end)


def words(name: str | None) -> set[str]:
    """Return the telling words of a name."""
    return set(re.findall(r"\w+", fold(name or ""))) - {"of", "the", "and", "for", "office", "s", "iran"}


def bare(name: str) -> str:
    """Return *name* without marks, hyphens and spaces: "Northwest" and "North-West" are one."""
    return fold(name).replace(" ", "")


def near(made: str | None, wanted: str | None, days: int) -> bool:
    """Return whether a day read is the annotated one plus *days*, give or take a day."""
    if made is None or wanted is None or len(made) < 10:
        return made == wanted
    if len(wanted) < 10:  # only the month or year is annotated
        return (date.fromisoformat(made) - timedelta(days)).isoformat().startswith(wanted)
    return abs(date.fromisoformat(made) - date.fromisoformat(wanted) - timedelta(days)) <= timedelta(1)


def _whole(bounds: tuple[float | None, float | None]) -> tuple[int | None, int | None]:
    """Return the whole numbers around *bounds*, which claims have: 2 and 3 of 2.4."""
    low, high = bounds
    return None if low is None else floor(low), None if high is None else ceil(high)


def fields(gold: JSON, made: Claim, text: str) -> dict[str, bool]:
    """Return for each field the annotation states whether *made* has it right."""
    judged: dict[str, bool] = {}
    speaker = made.speakers[0].value if made.speakers else None
    said = gold["speaker"]
    if said["name"]:
        judged["speaker"] = bool(speaker and speaker.name) and words(said["name"].split()[-1]) <= words(speaker.name)
    elif said["as_written"]:
        spans = [span.text for mention in made.speakers for span in mention.spans]
        known = [words(name) for name in (speaker.name, speaker.body) if name] if speaker else []
        judged["speaker"] = any(span in said["as_written"] or said["as_written"] in span for span in spans) or any(
            name and name <= words(said["as_written"]) for name in known
        )
    if said["organisation"]:
        wanted = words(said["organisation"])
        found = words(f"{speaker.body or ''} {speaker.name or ''}") if speaker else set()
        judged["organisation"] = len(wanted & found) * 2 >= len(wanted | found) if wanted and found else False
    if gold["count"]:
        count = made.count.value if made.count else None
        wanted = gold["count"]
        stated = wanted["low"], wanted["high"]
        found = (count.low, count.high) if count is not None else (None, None)
        right = found == _whole(stated) or (gold["status"] == "denied" and stated == (None, None) and found == (0, 0))
        judged["count"] = right
        judged[f"count_{wanted['modifier']}"] = right
        if wanted["unit"] in UNITS and (stated != (None, None) or count is not None):
            judged["unit"] = count is not None and count.unit in UNITS[wanted["unit"]]
    places = [reading for mention in made.places for reading in mention.readings]
    countries = {place["country"] for place in gold["places"]}
    if countries:
        judged["country"] = {place.country for place in places} == countries
    divisions = {
        bare(division_called(place["admin1"], place["country"])) for place in gold["places"] if place["admin1"]
    }
    if divisions:
        judged["admin1"] = {bare(place.admin1 or "") for place in places} == divisions
    if gold["period"] and (gold["period"]["start"] or gold["period"]["end"]):
        period = made.period.value if made.period else None
        judged["period"] = period is not None and all(
            near(one, other, days)
            for one, other, days in (
                (period.start, gold["period"]["start"], 0),
                (period.end, gold["period"]["end"], 1),
            )
        )
    if gold["statement_date"]:
        spoken = made.spoken.value if made.spoken else None
        judged["spoken"] = spoken is not None and (spoken.start or "").startswith(gold["statement_date"])
    judged["evidence"] = any(made.evidence.class_ in EVIDENCE[name] for name in gold["evidence"] or ["none_stated"])
    judged["stance"] = made.stance.class_ == STANCES[gold["stance"]]
    judged["status"] = made.status == gold["status"] or (made.status, gold["status"]) == ("intended", "asserted")
    return judged


def action_right(gold: JSON, made: Claim) -> bool:
    """Return whether the action, or one of the further actions annotated, is the one read."""
    names = [gold["action"], *gold["also_actions"]]
    return made.action in {answer for name in names for answer in ACTIONS.get(name, (name,))}


@dataclass(frozen=True)
class Match:
    """An annotated claim, the claim read that stands for it, and for each field whether it is right."""

    wanted: JSON
    claim: Claim
    judged: dict[str, bool]


def match_page(page: JSON, gold: JSON) -> tuple[tuple[Claim, ...], list[Match]]:
    """Return the claims read from a page, and which of them stand for which annotated ones, best pair first."""
    text = page["text"]
    made = claims_of_text(text, gold["publication_date"], page["outlet"])
    quoted = {claim.id: list(spans_in(to_json(claim))) for claim in made}
    pairs = []
    for number, wanted in enumerate(gold["claims"]):
        at = text.index(wanted["anchor"])
        start, end = sentence_around(text, at, at + len(wanted["anchor"]))
        for claim in made:
            core = list(spans_in(to_json(claim.count))) if claim.count else quoted[claim.id]
            if not any(span["start"] < end and start < span["end"] for span in core):
                continue
            inside = any(span["start"] < at + len(wanted["anchor"]) and at < span["end"] for span in core)
            judged = fields(wanted, claim, text)
            worth = 4 * action_right(wanted, claim) + 6 * judged.get("count", False) + 3 * inside + sum(judged.values())
            pairs.append((-worth, number, claim.id, judged))
    by_id = {claim.id: claim for claim in made}
    taken: dict[int, Match] = {}
    for _, number, identity, judged in sorted(pairs, key=lambda each: each[:3]):
        if number not in taken and identity in by_id:
            taken[number] = Match(gold["claims"][number], by_id.pop(identity), judged)
    return made, list(taken.values())


def score_page(page: JSON, gold: JSON, tally: Tally) -> tuple[tuple[Claim, ...], dict[str, str]]:
    """Count one page; return the claims read, and which claim stands for which annotated one."""
    text = page["text"]
    made, matches = match_page(page, gold)
    for claim in made:
        whole = all(text[span["start"] : span["end"]] == span["text"] for span in spans_in(to_json(claim)))
        tally.right["ungrounded"] += not whole
    for match in matches:
        wanted, judged = match.wanted, match.judged
        if wanted["core"] is False:
            continue
        tally.right["lenient"] += 1
        if not action_right(wanted, match.claim):
            tally.lines.append(f"{wanted['claim_id']}: action {match.claim.action}, wanted {wanted['action']}")
            continue
        tally.right["strict"] += 1
        for name, verdict in judged.items():
            tally.add(name, verdict)
        tally.right["record"] += all(judged.get(name, True) for name in RECORD)
        wrong = sorted(name for name, verdict in judged.items() if not verdict and "count_" not in name)
        if wrong:
            tally.lines.append(f"{wanted['claim_id']}: {', '.join(wrong)}: {wanted['anchor']}")
    stands = {match.wanted["claim_id"]: match.claim.id for match in matches}
    asked = [each for each in gold["claims"] if each["core"] is not False]
    tally.judged["claims"] += len(asked)
    tally.lines += [f"{each['claim_id']}: missed: {each['anchor']}" for each in asked if each["claim_id"] not in stands]
    if gold["exhaustive"]:
        spurious = [
            claim
            for claim in made
            if claim.id not in stands.values() and claim.action not in OPTIONAL and claim.attribution
        ]
        tally.right["spurious"] += len(spurious)
        tally.lines += [
            f"{page['id']}: not asked for: {claim.action} {claim.passage.text[:90]!r}" for claim in spurious
        ]
    return made, stands


def score(folder: Path) -> tuple[dict[str, float], list[str]]:
    """Return the figures of one corpus, and what went wrong."""
    tally = Tally()
    gold = {row["id"]: row for row in rows(folder / "gold.jsonl")}
    made: list[Claim] = []
    stands: dict[str, str] = {}
    for page in rows(folder / "pages.jsonl"):
        claims, matched = score_page(page, gold[page["id"]], tally)
        made += claims
        stands |= matched
    asked = tally.judged["claims"]
    figures: dict[str, float] = {"claims": asked, "ungrounded": tally.right["ungrounded"]}
    for name in ("lenient", "strict"):
        found = tally.right[name]
        precision = found / (tally.right["lenient"] + tally.right["spurious"]) if found else 0.0
        recall = found / asked if asked else 0.0
        figures |= {f"{name}_precision": precision, f"{name}_recall": recall}
        figures[f"{name}_f1"] = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    figures["record"] = tally.right["record"] / asked if asked else 0.0
    figures |= {name: tally.share(name) for name in sorted(tally.judged) if name != "claims"}
    figures |= score_links(groups_of(rows(folder / "clusters.jsonl"), gold.values()), stands, link(made))
    return {name: round(value, 3) for name, value in figures.items()}, tally.lines


def groups_of(clusters: list[JSON], gold: Iterable[JSON]) -> list[set[str]]:
    """Return the annotated claims that are the same, across pages (clusters) and within one (same_as), as disjoint groups."""
    joined = [set(group["same"]) for cluster in clusters for group in cluster["groups"]]
    joined += [{claim["claim_id"], *claim["same_as"]} for row in gold for claim in row["claims"] if claim["same_as"]]
    groups: list[set[str]] = []
    for each in joined:
        touching = [group for group in groups if group & each]
        groups = [group for group in groups if group not in touching] + [each.union(*touching)]
    return groups


def score_links(groups: list[set[str]], stands: dict[str, str], links: tuple[Link, ...]) -> dict[str, float]:
    """Return how well ``same`` links join the annotated claims that were found, doubtful links included."""
    wanted = {
        frozenset((stands[one], stands[two]))
        for group in groups
        for one, two in combinations(sorted(group), 2)
        if one in stands and two in stands
    }
    known = set(stands.values())
    given = {frozenset((each.left, each.right)) for each in links if each.relation == "same"}
    given = {pair for pair in given if pair <= known}
    both = len(wanted & given)
    return {
        "same_precision": both / len(given) if given else 0.0,
        "same_recall": both / len(wanted) if wanted else 0.0,
    }
